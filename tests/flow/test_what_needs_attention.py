"""The tray: what the server did not accept, why, what to do; and how it empties."""

from tests.support.processes import ATTENTION, DONE, FAILED, ROUND, USAGE


def closed(team):
    team.central.run("round", "close", ROUND)
    team.central.sync()


def tray(home, expect=ATTENTION):
    return home.json("attention", expect=expect)["attention"]


def refused_submission(team):
    """A lead whose submission was refused: meanwhile somebody changed an answer that it holds."""
    lead, anna = team.person("lead", "GM0200"), team.person("respondent", "GM0200")
    lead.answer("S1.1", "3")
    lead.sync()
    anna.sync()
    anna.answer("S1.1", "4")
    anna.sync()
    lead.run("submit", ROUND)
    lead.sync(expect=ATTENTION)
    return lead


def test_the_tray_empties_once_the_same_was_accepted(team):
    lead = refused_submission(team)
    lead.run("status", expect=ATTENTION)
    lead.run("submit", ROUND)
    lead.sync(expect=DONE)
    lead.run("status", expect=DONE)
