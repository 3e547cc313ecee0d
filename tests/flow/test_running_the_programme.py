"""Running the programme: what the central team plans, opens, publishes and whom it invites, said plainly."""

import pytest

from tests.support.crowd import fill
from tests.support.processes import ATTENTION, DONE, FAILED, REFERENCE, ROUND, USAGE


def refused(home, *words, status=USAGE):
    return home.json(*words, expect=status)["error"]


@pytest.mark.parametrize("wrong", ["26", "20261", "2026a", "abcd", "２０２６", "-2026", "2026.", ""])
def test_a_round_is_a_year(team, wrong):
    error = refused(team.central, "round", "plan", "--questionnaire", "ci/1", wrong)
    assert error["name"] == "usage" and "such as 2026" in error["text"]


def test_a_round_closes_on_or_after_the_day_it_opens(team):
    central = team.central
    plan = ("round", "plan", "2031", "--questionnaire", "ci/1")
    error = refused(central, *plan, "--opens", "2031-06-02", "--closes", "2031-06-01")
    assert "2031-06-02" in error["text"] and "2031-06-01" in error["text"]
    assert central.json("rounds")["rounds"][-1]["round"] == ROUND
    central.run(*plan, "--opens", "2031-06-01", "--closes", "2031-06-01", expect=DONE)
    later = refused(central, "round", "plan", "2031", "--opens", "2031-07-01")  # against the end that it has already
    assert "2031-06-01" in later["text"]
    central.run("round", "plan", "2031", "--closes", "2031-05-01", expect=USAGE)
    central.run("round", "plan", "2031", "--closes", "2031-09-01")
    assert central.json("rounds")["rounds"][-1]["closes"] == "2031-09-01"


def test_only_a_round_that_is_there_closes(team):
    for step in "close", "release":
        for words in (), ("--questionnaire", "ci/1"):
            error = refused(team.central, "round", step, "1999", *words, status=FAILED)
            assert error["name"] == "unknown_round" and "no round 1999" in error["text"]
    assert "geen ronde 1999" in team.central.run("round", "close", "1999", expect=FAILED, CIMONITOR_LANG="nl").err
    assert [row["round"] for row in team.central.json("rounds")["rounds"]] == [ROUND]


def test_a_round_takes_a_step_at_a_time(team):
    central = team.central
    central.run("round", "plan", "2031", "--questionnaire", "ci/1")
    for step, first in (("close", "open"), ("release", "open")):
        error = refused(central, "round", step, "2031", status=FAILED)
        assert error["name"] == "wrong_state" and f"cimonitor round {first} 2031" in error["text"]
    central.run("round", "open", "2031")
    assert "round close 2031" in refused(central, "round", "release", "2031", status=FAILED)["text"]
    assert "cannot be taken back" in central.run("round", "close", "2031").out


def test_nobody_is_invited_for_a_municipality_that_was_merged(team):
    error = refused(team.central, "invite", "--role", "respondent", "--area", "GM0196", "--name", "Piet", status=FAILED)
    assert error["server"]["name"] == "invalid" and "Rijnwaarden" in error["text"] and "invite for GM0299" in error["text"]


def test_whoever_is_invited_is_listed_at_once(team):
    central = team.central

    def listed(name):
        return name in central.run("people", "--area", "GM0200").out

    said = central.run("invite", "--role", "respondent", "--area", "GM0200", "--name", "Piet", CIMONITOR_LANG="nl")
    assert "Piet, invuller, Apeldoorn (GM0200)" in said.out and "cimonitor enrol CODE" in said.out
    assert "cimonitor sync" not in said.out and listed("Piet")
    central.run("round", "plan", "2031", "--questionnaire", "ci/1")  # waits for a sync that its author asks for
    said = central.run("invite", "--role", "lead", "--area", "GM0200", "--name", "Jan")
    assert "after your next: cimonitor sync" in said.out and not listed("Jan")
    assert central.json("status")["unsent"] == 1
    central.sync()
    assert listed("Jan")
    colleague = team.person("respondent", "GM0200")
    assert listed("Piet") and "computers" not in colleague.run("people").out


def test_a_municipality_sees_how_its_list_stands(team):
    board = team.person("executive", "GM0200")
    assert "0 %, filling in" in board.run("status").out
    fill(board, "3", sync=False)
    board.run("submit", ROUND)
    assert "100 %, ingediend" in board.run("rounds", CIMONITOR_LANG="nl").out
    board.run("adopt", ROUND)
    row = board.json("rounds")["rounds"][0]
    assert (row["completeness"], row["submission"]) == (100, "adopted")
    central = team.central.run("status").out
    assert "your list" not in central and "submission" not in team.central.json("rounds")["rounds"][0]
    assert all(line == line.rstrip() for line in central.splitlines())


def test_what_the_server_does_not_take_is_named_in_words(team):
    lead, anna = team.person("lead", "GM0200"), team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    anna.sync()
    lead.answer("S1.2", "2")
    lead.run("submit", ROUND)
    lead.sync(expect=ATTENTION)
    assert f"submitted list {ROUND}: " in lead.run("attention", expect=ATTENTION).out
    assert f"ingediende lijst {ROUND}: " in lead.run("attention", expect=ATTENTION, CIMONITOR_LANG="nl").out


def test_a_number_of_a_question_is_not_given_to_another(team, tmp_path):
    file = tmp_path / "ci.yaml"
    original = (REFERENCE / "questionnaire-ci-1.yaml").read_text()
    assert original.count("version: 1\n") == 1
    file.write_text(original.replace("version: 1\n", "version: 2\n"))
    team.central.run("publish", file, "--dry-run", expect=DONE)
    at = original.index("kind: yes_partly_no")
    file.write_text(file.read_text()[:at] + "kind: percentage\n        full_at: 100" + file.read_text()[at + len("kind: yes_partly_no"):])
    error = refused(team.central, "publish", file, "--dry-run", status=FAILED)
    assert error["name"] == "retyped" and "O4.5" in error["text"] and "ci/1" in error["text"]


def test_mistakes_in_a_questionnaire_are_counted_as_one_counts(team, tmp_path):
    file = tmp_path / "ci.yaml"
    original = (REFERENCE / "questionnaire-ci-1.yaml").read_text()
    file.write_text(original.replace("weight: 3", "weight: drie", 1))
    assert "1 mistake; nothing" in team.central.run("publish", file, expect=FAILED).err
    assert "1 fout; er is niets" in team.central.run("publish", file, expect=FAILED, CIMONITOR_LANG="nl").err
    file.write_text(original.replace("weight: 3", "weight: drie", 2))
    assert "2 mistakes; nothing" in team.central.run("publish", file, expect=FAILED).err
    assert "published already" in team.central.run("publish", REFERENCE / "questionnaire-ci-1.yaml").out
