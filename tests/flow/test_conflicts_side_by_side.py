"""Answers side by side: seen with who and when, chosen by what was seen, and nothing that was not seen is lost."""

import shutil

import pytest

from tests.support.processes import ATTENTION, DONE, FAILED, ROUND, USAGE, Home


def colleague(team, name, function, department):
    """A respondent of GM0200 with a name that people read."""
    words = ["--role", "respondent", "--area", "GM0200", "--name", name, "--function", function, "--department", department]
    home = Home(team.folder / name).enrol(team.central.run("invite", *words).last_line, sync=False)
    home.sync(expect=None)  # answers may stand side by side already
    return home


@pytest.fixture
def couple(team):
    """Anna said 3 first, Bram said 1 at the same time; both have synced, and both see it."""
    anna, bram = colleague(team, "Anna", "inkoper", "Inkoop"), colleague(team, "Bram", "beleidsmaker", "Ruimte")
    anna.answer("S1.1", "3", "--remark", "raadsbesluit van mei")
    bram.answer("S1.1", "1", "--evidence", "zaak 4711")
    anna.sync()
    bram.sync(expect=ATTENTION)
    anna.sync(expect=ATTENTION)
    return anna, bram


def conflicts(home, expect=ATTENTION):
    return home.json("conflicts", expect=expect)["conflicts"]


def value_of(home, question="S1.1"):
    return next(row for row in home.json("questions", ROUND)["questions"] if row["id"] == question).get("value")


def test_conflicts_show_values_names_functions_times_and_remarks(couple):
    anna, bram = couple
    for home in couple:
        (conflict,) = conflicts(home)
        assert (conflict["round"], conflict["question"], conflict["chosen"]) == (ROUND, "S1.1", False)
        first, second = conflict["answers"]
        assert (first["number"], first["value"], first["stands"], first["remark"]) == (1, "3", True, "raadsbesluit van mei")
        assert (second["number"], second["value"], second["stands"], second["evidence"]) == (2, "1", False, ["zaak 4711"])
        assert (second["name"], second["function"], second["department"]) == ("Bram", "beleidsmaker", "Ruimte")
        assert second["role"] == "respondent" and second["written_ms"] > 0
    english = anna.run("conflicts", ROUND, expect=ATTENTION).out
    assert "Anna (inkoper, Inkoop)" in english and "Bram (beleidsmaker, Ruimte)" in english
    assert "raadsbesluit van mei" in english and "zaak 4711" in english and "this stands" in english
    assert f"cimonitor resolve {ROUND} S1.1 NUMBER" in english
    assert "dit staat" in bram.run("conflicts", expect=ATTENTION, CIMONITOR_LANG="nl").out
    assert anna.json("status", expect=ATTENTION)["conflicts"] == 1


def test_one_of_the_answers_is_chosen_offline_with_all_that_comes_with_it(team, couple):
    anna, bram = couple
    team.server.stop()
    conflicts(anna)
    saved = anna.json("resolve", ROUND, "S1.1", "2")
    assert saved["answer"]["value"] == "1" and saved["answer"]["evidence"] == ["zaak 4711"]
    (conflict,) = conflicts(anna, expect=DONE)  # it asks for nothing any more, and is still there to see
    assert conflict["chosen"] is True and conflict["unsent"]["value"] == "1"
    assert "Not sent yet" in anna.run("conflicts").out
    team.server.start()
    anna.sync()
    bram.sync()
    assert conflicts(anna, expect=DONE) == conflicts(bram, expect=DONE) == []
    assert value_of(anna) == value_of(bram) == "1"
    assert "no different answers" in bram.run("conflicts").out


def test_whoever_answers_where_answers_stand_side_by_side_hears_it(couple):
    anna, bram = couple
    assert bram.json("score", ROUND)["conflicts"] == 1
    assert "at 1 questions different answers" in bram.run("score", ROUND).out
    assert bram.json("answer", ROUND, "S1.2", "3")["conflicts"] == 1
    assert "different answers" in bram.run("answer", ROUND, "S1.1", "2").out


def test_two_people_who_choose_alike_agree(couple):
    anna, bram = couple
    for home in couple:
        conflicts(home)
        home.run("resolve", ROUND, "S1.1", "2")
    anna.sync()
    bram.sync()
    anna.sync()
    assert value_of(anna) == value_of(bram) == "1"
    assert conflicts(anna, expect=DONE) == []


def test_two_people_who_choose_differently_see_that(couple):
    anna, bram = couple
    for home, number in zip(couple, ("1", "2")):
        conflicts(home)
        home.run("resolve", ROUND, "S1.1", number)
    anna.sync()
    bram.sync(expect=ATTENTION)
    anna.sync(expect=ATTENTION)
    assert [answer["value"] for answer in conflicts(anna)[0]["answers"]] == ["3", "1"]


def test_an_answer_that_was_not_seen_survives_the_choice(team, couple):
    anna, _ = couple
    cees = colleague(team, "Cees", "inkoper", "Inkoop")
    cees.run("conflicts", expect=ATTENTION)
    conflicts(anna)
    anna.run("resolve", ROUND, "S1.1", "--value", "2", "--remark", "samen besloten")
    cees.answer("S1.1", "4")  # on its way at the same time; Cees saw what stood, and not Anna's choice
    cees.sync(expect=ATTENTION)
    anna.sync(expect=ATTENTION)
    assert sorted(answer["value"] for answer in conflicts(anna)[0]["answers"]) == ["2", "4"]


def test_nobody_resolves_what_was_not_on_the_screen(team, couple):
    anna, bram = couple
    unseen = anna.run("resolve", ROUND, "S1.1", "1", expect=FAILED)
    assert "Nothing saved" in unseen.err and "Bram" in unseen.out  # it is shown now, and may be chosen
    cees = colleague(team, "Cees", "inkoper", "Inkoop")
    dora = Home(shutil.copytree(bram.path, team.folder / "laptop of Dora"))
    cees.answer("S1.1", "4")
    dora.answer("S1.1", "2")
    anna.sync(expect=ATTENTION)
    dora.sync(expect=ATTENTION)
    cees.sync(expect=ATTENTION)
    anna.sync(expect=ATTENTION)
    assert anna.json("resolve", ROUND, "S1.1", "1", expect=FAILED)["error"]["name"] == "not_shown"
    assert anna.json("status", expect=ATTENTION)["unsent"] == 0
    conflicts(anna)
    anna.run("resolve", ROUND, "S1.1", "1")
    anna.sync()


def test_resolve_refuses_what_cannot_be(couple):
    anna, _ = couple
    conflicts(anna)
    for words, name in (
        (["S1.1", "3"], "unknown_number"), (["S1.1", "0"], "unknown_number"), (["S1.1", "twee"], "unknown_number"),
        (["S1.2", "1"], "no_conflict"), (["S9.9", "1"], "unknown_question"), (["S1.1", "--value", "9"], "invalid"),
    ):
        assert anna.json("resolve", ROUND, *words, expect=FAILED)["error"]["name"] == name
    for words in ([], [ROUND], [ROUND, "S1.1"], [ROUND, "S1.1", "1", "--value", "2"], [ROUND, "S1.1", "1", "--remark", "x"]):
        assert anna.json("resolve", *words, expect=USAGE)["error"]["name"] == "usage"
    assert anna.json("conflicts", "1999", expect=FAILED)["error"]["name"] == "unknown_round"
    assert anna.json("status", expect=ATTENTION)["unsent"] == 0


def test_a_closed_round_asks_for_no_choice(team, couple):
    anna, _ = couple
    team.central.run("round", "close", ROUND)
    team.central.sync()
    anna.sync()  # done: nobody can choose any more
    assert conflicts(anna, expect=DONE)[0]["round_open"] is False
    assert "goes on counting" in anna.run("conflicts").out
    assert anna.json("resolve", ROUND, "S1.1", "1", expect=FAILED)["error"]["name"] == "round_closed"


def test_conflicts_are_for_people_of_a_municipality(team):
    assert team.central.json("conflicts", expect=FAILED)["error"]["name"] == "no_right"


# ---- history ----


def history(home, *words):
    return {entry["key"]: entry for entry in home.json("log", *words)["keys"]}


def test_the_log_tells_who_changed_what_from_which_base_and_what_it_became(couple):
    anna, bram = couple
    conflicts(anna)
    anna.run("resolve", ROUND, "S1.1", "2")
    one = history(anna, ROUND, "S1.1")[f"answer/{ROUND}/S1.1"]["edits"]
    assert [(edit["name"], edit["value"], edit["became"]) for edit in one] == [
        ("Anna", "3", "stands"), ("Bram", "1", "beside"), ("Anna", "1", "unsent")
    ]
    assert one[0]["base"] is None and one[1]["base"] is None
    assert one[2]["base"]["edit"] == one[0]["edit"] and one[2]["base"]["author"] == one[0]["author"]
    anna.sync()
    bram.sync()
    for home in couple:
        edits = history(home)[f"answer/{ROUND}/S1.1"]["edits"]
        assert [edit["became"] for edit in edits] == ["replaced", "replaced", "stands"]
    said = bram.run("log", ROUND).out
    assert "Anna (inkoper, Inkoop)" in said and "stands now" in said and "the server's journal" in said
    assert "staat nu" in bram.run("log", ROUND, CIMONITOR_LANG="nl").out
    assert history(bram, "1999") == {} and history(bram, ROUND, "S1.2") == {}
    bram.run("log", ROUND, "S1.1", "x", expect=USAGE)


def test_the_log_says_what_it_does_not_have(team, couple):
    anna, _ = couple
    anna.answer("S1.1", "4")
    anna.sync(expect=ATTENTION)
    late = colleague(team, "Cees", "inkoper", "Inkoop")
    found = late.json("log", ROUND, "S1.1")
    assert found["complete"] is False and found["missing"] == 1
    assert [edit["value"] for edit in found["keys"][0]["edits"]] == ["1", "4"]
    assert found["keys"][0]["edits"][1]["base"]["words"] is None
    assert "Earlier versions that are not here: 1" in late.run("log", ROUND, "S1.1").out


def test_the_log_of_the_central_team_is_of_the_programme(team):
    entry = history(team.central, ROUND)[f"round/{ROUND}"]
    assert entry["edits"][-1]["became"] == "stands"
