"""Answering: `answer` and `questions`: what is typed is kept, what does not fit is refused with what would."""

import subprocess
from contextlib import closing

import pytest

from tests.support.processes import CLIENT, FAILED, OFFLINE, ROUND, USAGE, Home, Server, Team, environment


@pytest.fixture(scope="module")
def shared_team(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answering")
    with closing(Server(folder)) as server:
        server.init()
        yield Team(folder, server.start())


@pytest.fixture(scope="module")
def anna(shared_team):
    return shared_team.person("respondent", "GM0200")


def row_of(home, question):
    return next(row for row in home.json("questions", ROUND)["questions"] if row["id"] == question)


def refused(home, *words, status=FAILED, language="en"):
    """What --json says of it; and people hear the same on the other stream."""
    error = home.json("answer", *words, expect=status, CIMONITOR_LANG=language)["error"]
    said = home.run("answer", *words, expect=status, CIMONITOR_LANG=language)
    assert error["text"] in said.err and said.out == ""
    return error


@pytest.mark.parametrize(
    "question, typed, kept",
    [
        ("S1.1", "0", "0"),
        ("S1.1", "4", "4"),
        ("S2.2", "45 %", "45%"),
        ("S2.2", "100", "100%"),
        ("O4.1", "6", "6"),
        ("O4.5", "deels", "partly"),
        ("O4.5", "YES", "yes"),
        ("S1.4", "building, waste", "waste,building"),
        ("S1.4", "geen", "none"),
        ("S2.6", "reduce", "reduce"),
        ("S2.5", "totaal=12000000,O1=3000000,schatting", "total=12000000,O1=3000000,estimate"),
        ("S3.5", "Wij deelden één bestek.", "Wij deelden één bestek."),
        ("S1.2", "weet-niet", "unknown"),
        ("O1.2", "nvt: geen wegen", "n/a: geen wegen"),
    ],
)
def test_answering_keeps_every_kind_as_it_was_meant(anna, question, typed, kept):
    anna.answer(question, typed)
    assert row_of(anna, question)["value"] == kept
    anna.answer(question, kept)  # what is shown can be typed
    assert row_of(anna, question)["value"] == kept


@pytest.mark.parametrize(
    "question, typed, english, dutch",
    [
        ("S1.1", "5", "0 to 4", "0 tot en met 4"),
        ("S1.1", "drie", "whole number from 0 to 4", "heel getal in van 0 tot en met 4"),
        ("S1.1", "-1", "whole number", "heel getal"),
        ("S2.2", "101", "0 to 100", "0 tot en met 100"),
        ("S2.2", "4,5", "whole number from 0 to 100", "heel getal in van 0 tot en met 100"),
        ("O4.1", "1000001", "0 to 1000000", "0 tot en met 1000000"),
        ("O4.5", "misschien", "yes, partly or no", "ja, deels of nee"),
        ("S1.4", "zeppelins", "Choose from: waste", "Kies uit: waste"),
        ("S1.4", "waste,waste", "twice", "twee keer"),
        ("S2.5", "veel", "total=12000000", "totaal=12000000"),
        ("S2.5", "total=1,O1=2", "exceed the total", "meer dan het totaal"),
        ("S2.5", "total=9,S1=2", "procurement category", "inkoopcategorie"),
        ("S3.5", "", "1 to 2000", "1 tot 2000"),
        ("S1.1", "n/a: nee", "applies to every municipality", "elke gemeente"),
        ("O1.2", "n/a:", "why the question does not apply", "waarom de vraag"),
    ],
)
def test_answering_out_of_range_is_refused_with_what_would_be_right(anna, question, typed, english, dutch):
    before = row_of(anna, question)
    error = refused(anna, ROUND, question, typed)
    assert error["name"] == "invalid" and question in error["text"] and english in error["text"]
    assert dutch in refused(anna, ROUND, question, typed, language="nl")["text"]
    assert row_of(anna, question) == before


@pytest.mark.parametrize(
    "question, english, dutch",
    [
        ("S1.1", "0, 1, 2, 3 or 4; unknown", "0, 1, 2, 3 of 4; weet-niet"),
        ("O1.1", "      3  ", "      3  "),
        ("S2.2", "a percentage from 0 to 100", "een percentage van 0 tot en met 100"),
        ("O4.5", "yes, partly or no", "ja, deels of nee"),
        ("S1.4", "Waste and ", "Afval en grondstoffen"),
        ("O1.2", "n/a: reason", "nvt: reden"),
    ],
)
def test_answering_without_a_value_says_what_values_there_are(anna, question, english, dutch):
    before = row_of(anna, question)
    said = refused(anna, ROUND, question, status=USAGE)
    assert said["name"] == "usage" and question in said["text"] and english in said["text"]
    assert dutch in refused(anna, ROUND, question, status=USAGE, language="nl")["text"]
    assert row_of(anna, question) == before
    anna.run("answer", ROUND, question, "--clear")
    assert english in refused(anna, ROUND, question, "--remark", "waarover?", status=USAGE)["text"]


def test_answering_names_an_unknown_question_round_or_option(anna):
    assert refused(anna, ROUND, "S9.9", "3")["name"] == "unknown_question"
    assert refused(anna, "1999", "S1.1", "3")["name"] == "unknown_round"
    assert refused(anna, ROUND, "S1.1", "3", "--zeker", status=USAGE)["name"] == "usage"
    anna.run("answer", ROUND, expect=USAGE)
    anna.run("questions", expect=USAGE)


def test_answering_needs_a_reason_for_what_does_not_apply(anna):
    anna.run("answer", ROUND, "O1.2", "--not-applicable", "geen wegen in beheer")
    assert row_of(anna, "O1.2")["value"] == "n/a: geen wegen in beheer"
    assert "why" in refused(anna, ROUND, "O1.2", "--not-applicable", "  ")["text"]
    assert "every municipality" in refused(anna, ROUND, "S1.1", "--not-applicable", "geen zin")["text"]


def test_answering_refuses_two_values_at_once(anna):
    for words in (["3", "--unknown"], ["3", "--clear"], ["3", "--not-applicable", "x"], ["--unknown", "--clear"]):
        assert refused(anna, ROUND, "S1.5", *words, status=USAGE)["name"] == "usage"
    assert not row_of(anna, "S1.5")["answered"]


def test_answering_anew_keeps_what_stands_around_the_value(anna):
    around = ["--remark", "per project", "--note", "intern", "--evidence", "https://example.org/a", "--evidence",
              "https://example.org/b", "--working-on", "Anna", "--planned", "2027-03-01"]
    anna.answer("S1.3", "1", *around)
    before = row_of(anna, "S1.3")
    assert (before["remark"], before["note"]) == ("per project", "intern")
    assert before["evidence"] == ["https://example.org/a", "https://example.org/b"]
    assert before["working_on"] == {"owner": "Anna", "planned": "2027-03-01"}
    anna.answer("S1.3", "2")
    after = row_of(anna, "S1.3")
    assert after["value"] == "2" and {**after, "value": "1", "words": before["words"]} == before
    anna.run("answer", ROUND, "S1.3", "--remark", "overal")
    assert row_of(anna, "S1.3") == {**after, "remark": "overal"}
    assert "2027-13-01" not in anna.run("questions", ROUND).out
    assert refused(anna, ROUND, "S1.3", "--planned", "2027-13-01")["name"] == "invalid"


def test_answering_takes_web_addresses_and_references_as_evidence(anna):
    given = ["https://example.org/besluit", "Z/24/012345", "Raadsbesluit 12: circulair inkopen"]
    anna.answer("S1.5", "1", *(word for text in given for word in ("--evidence", text)))
    for wrong in "javascript:alert(1)", " Data:text/html,x", "file:///home/anna/besluit.pdf":
        assert "case number" in refused(anna, ROUND, "S1.5", "--evidence", wrong)["text"]
        assert "zaaknummer" in refused(anna, ROUND, "S1.5", "--evidence", wrong, language="nl")["text"]
    assert row_of(anna, "S1.5")["evidence"] == given


def test_answering_takes_back_with_clear_and_starts_empty_again(anna):
    anna.answer("S2.1", "3", "--remark", "weg ermee")
    anna.run("answer", ROUND, "S2.1", "--clear")
    assert not row_of(anna, "S2.1")["answered"]
    assert refused(anna, ROUND, "S2.1", "--remark", "waarde ontbreekt", status=USAGE)["name"] == "invalid"
    anna.answer("S2.1", "1")
    assert row_of(anna, "S2.1")["remark"] == ""


def test_answering_from_a_file_takes_all_or_nothing(anna):
    before = anna.json("questions", ROUND)
    bad = anna.answer_file("# onze antwoorden\n\nS4.1\t3\nS4.3  2\nS4.4\t9\n", expect=FAILED)
    assert "S4.4" in bad.err and "0 to 4" in bad.err
    assert anna.json("questions", ROUND) == before
    said = anna.answer_file("# onze antwoorden\n\nS4.1\t3\r\n  S4.3  2\nO1.3\tn/a: geen wegen\nS4.4\t1")
    assert "Saved on this computer (4)" in said.out
    assert [row_of(anna, name)["value"] for name in ("S4.1", "S4.3", "O1.3", "S4.4")] == ["3", "2", "n/a: geen wegen", "1"]
    assert anna.run("answer", ROUND, "--from", "/nowhere", expect=FAILED).err.count("/nowhere") == 1
    assert "/tmp cannot be read (it is a folder); nothing was saved" in anna.run("answer", ROUND, "--from", "/tmp", expect=FAILED).err
    report = anna.run("answer", ROUND, "--from", "-", "--json", stdin="S4.1\t4\n").json
    assert report["saved"] == 1 and report["overall"] > 0


def test_answering_from_a_file_refuses_a_line_that_is_too_long(anna):
    before = row_of(anna, "S3.5"), row_of(anna, "S4.1")
    said = anna.answer_file("S4.1\t1\nS3.5\t" + "lang " * 1000 + "\n", expect=FAILED)
    assert "line 2" in said.err and "long" in said.err
    assert (row_of(anna, "S3.5"), row_of(anna, "S4.1")) == before


def test_answering_outlives_a_kill_right_after_it_was_said(team):
    home = team.person("respondent", "GM0200")
    team.server.kill()
    for value in "0123":
        words = [str(CLIENT), "--home", str(home.path), "fill", ROUND, "--theme", "S1", "--all"]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True)
        process.stdin.write(value + "\n")
        process.stdin.flush()
        while "Saved." not in process.stdout.readline():
            assert process.poll() is None
        process.kill()
        process.communicate()
        assert row_of(home, "S1.1")["value"] == value
    assert home.json("status")["unsent"] == 4
    assert "safe" in home.sync(expect=OFFLINE).err


def test_answering_waits_for_a_round_to_open_and_ends_when_it_closes(team):
    home = team.person("respondent", "GM0200")
    team.central.run("round", "plan", "2031", "--questionnaire", "ci/1")
    team.central.sync()
    home.sync()
    assert refused(home, "2031", "S1.1", "3")["name"] == "round_not_open"
    team.central.run("round", "close", ROUND)
    team.central.sync()
    home.sync()
    closed = refused(home, ROUND, "S1.1", "3", language="nl")
    assert closed["name"] == "round_closed" and "gesloten" in closed["text"]
    home.run("fill", ROUND, expect=FAILED)


def test_answering_is_for_people_of_a_municipality(shared_team):
    coordinator = shared_team.person("coordinator", "PV25")
    for home in (coordinator, shared_team.central):
        for command in ("questions", "score", "fill", "compare", "submit", "adopt"):
            assert "people invited for one" in home.run(command, ROUND, expect=FAILED).err
        assert refused(home, ROUND, "S1.1", "3")["name"] == "no_right"


def test_answering_before_enrolment_says_what_to_do(tmp_path):
    assert Home(tmp_path / "new").json("answer", ROUND, "S1.1", "3", expect=FAILED)["error"]["name"] == "not_enrolled"


def test_questions_are_chosen_by_theme_audience_and_what_is_open(team):
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3")
    theme = home.json("questions", ROUND, "--theme", "S1")["questions"]
    assert {row["theme"] for row in theme} == {"S1"} and theme[0]["unsent"] is True
    opened = home.json("questions", ROUND, "--open")["questions"]
    assert len(opened) == 77 and "S1.1" not in [row["id"] for row in opened]
    mine = home.json("questions", ROUND, "--mine")["questions"]
    assert {row["audience"] for row in mine} == {"buyer"}
    for command in "questions", "fill":
        assert "S99" in home.run(command, ROUND, "--theme", "S99", expect=FAILED).err
    assert "--audience nobody" in home.run("questions", ROUND, "--audience", "nobody", expect=FAILED).err
    clerk = team.central.invite("respondent", "GM0200", function="griffier")
    clerk = Home(home.path.with_name("clerk")).enrol(clerk)
    for command in "questions", "fill":
        assert "Your function" in clerk.run(command, ROUND, "--mine", expect=FAILED).err
    assert len(clerk.json("questions", ROUND, "--audience", "buyer")["questions"]) == len(mine)
    shown = home.run("questions", ROUND, "--theme", "S1", CIMONITOR_LANG="nl").out
    assert "vastgesteld, bekend en toegepast" in shown and "↑ nog niet verstuurd" in shown
    assert "1 beantwoord, 0 n.v.t., 0 weet niet, 75 open." in shown
