"""Running the programme: what the central team plans, opens, publishes and whom it invites, said plainly."""

import pytest

from tests.support.processes import DONE, FAILED, ROUND, USAGE


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
