"""The tray: what the server did not accept, why, what to do; and how it empties."""

import os

import pytest

from proto import model_pb2 as model
from tests.support.faketime import faked
from tests.support.processes import ATTENTION, DONE, FAILED, ROUND, USAGE
from tests.support.protocol import OFFER_HISTORY, messages
from tests.support.stranger import Stranger, level


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


def test_the_tray_says_what_why_and_what_to_do(team):
    lead = refused_submission(team)
    (entry,) = tray(lead)
    assert (entry["key"], entry["error"], entry["late"]) == (f"submission/{ROUND}", "digest_differs", False)
    assert "S1.1" in entry["text"] and f"cimonitor submit {ROUND}" in entry["do"]
    english = lead.run("attention", expect=ATTENTION).out
    assert "Why:" in english and "What you can do:" in english and "--dismiss" in english
    dutch = lead.run("attention", expect=ATTENTION, CIMONITOR_LANG="nl").out
    assert "Waarom:" in dutch and "dien opnieuw in" in dutch and "What" not in dutch
    assert "cimonitor attention" in lead.run("status", expect=ATTENTION).out
    lead.run("submit", ROUND)
    lead.sync()
    assert tray(lead, expect=DONE) == []
    assert "Nothing needs your attention" in lead.run("attention").out


def test_an_entry_is_dismissed_by_its_number_and_stays_in_the_log(team):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    anna.answer("S1.2", "2")
    closed(team)
    anna.sync(expect=ATTENTION)
    first, second = tray(anna)
    assert first["late"] and first["value"] == "3" and "admit" in first["do"]
    assert anna.json("attention", "--dismiss", first["number"], expect=ATTENTION) == {
        "dismissed": first["number"], "left": 1,
    }
    assert [entry["number"] for entry in tray(anna)] == [second["number"]]  # numbers do not shift
    for wrong in (first["number"], 0, "x", "-1", 10**30):
        assert anna.json("attention", f"--dismiss={wrong}", expect=FAILED)["error"]["name"] == "unknown_number"
    anna.run("attention", "--dismiss", second["number"], expect=DONE)
    anna.run("status", expect=DONE)
    anna.run("sync", expect=DONE)
    (entry,) = anna.json("log", ROUND, "S1.1")["keys"]
    assert [(edit["value"], edit["became"]) for edit in entry["edits"]] == [("3", "dismissed")]
    assert entry["edits"][0]["dismissed_ms"] > 0 and entry["edits"][0]["error"] == "round_closed"
    assert "taken away" in anna.run("log", ROUND).out
    anna.run("attention", "x", expect=USAGE)


def test_a_sync_tells_the_three_counts_and_up_to_when_all_is_there(team):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    report = anna.json("sync")
    assert report["own"] == {"unsent": 0, "received": 1, "backed_up": 0} and report["complete_as_of_ms"] > 0
    anna.answer("S1.2", "3")
    for said in (anna.sync().out, anna.run("status").out):
        assert "0 not sent yet, 2 at the server, of which 0 in a backup" in said and "all was fetched up to" in said


def test_the_tray_of_somebody_whose_access_was_revoked_stays_readable(team):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    person = anna.json("status")["person"]
    team.central.run("revoke", person)
    team.central.sync()
    assert "not sent yet (1)" in anna.sync(expect=FAILED).err
    assert "nog niet verzonden is (1)" in anna.run("sync", expect=FAILED, CIMONITOR_LANG="nl").err
    (entry,) = anna.json("log", ROUND)["keys"]
    assert entry["edits"][0]["became"] == "unsent" and tray(anna, expect=ATTENTION) == []
    said = anna.run("attention", expect=ATTENTION).out
    assert "revoked" in said and "1 changes were not sent" in said and "Nothing needs" not in said
    found = anna.json("attention", expect=ATTENTION)
    assert (found["revoked"], found["unsent"]) == (True, 1)


def test_answers_side_by_side_need_attention_as_status_says(team):
    anna, bram = team.person("respondent", "GM0200"), team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    bram.answer("S1.1", "1")
    bram.answer("S1.2", "1")
    anna.sync()
    bram.sync(expect=ATTENTION)
    bram.answer("S1.3", "1")
    bram.run("status", expect=ATTENTION)
    english = bram.run("attention", expect=ATTENTION).out
    assert f"{ROUND} S1.1: " in english and "S1.2" not in english and "cimonitor conflicts" in english and "Nothing" not in english
    assert "naast elkaar" in bram.run("attention", expect=ATTENTION, CIMONITOR_LANG="nl").out
    assert bram.json("attention", expect=ATTENTION) == {
        "attention": [], "conflicts": 1, "side_by_side": [f"answer/{ROUND}/S1.1"], "unsent": 1, "revoked": False,
    }
    bram.json("conflicts", expect=ATTENTION)
    bram.run("resolve", ROUND, "S1.1", "1")
    assert bram.json("attention", expect=DONE)["side_by_side"] == []


def offer_late(stranger, count):
    """So many late answers of one person, a server's restore later: their ids, oldest first."""
    ids = [os.urandom(16) for _ in range(count)]
    value = level(2).SerializeToString()
    with stranger.greeted() as session:
        stranger.pull(session)
        for first in range(0, count, 250):
            edits = [
                messages.PastEdit(
                    fate=messages.PastEdit.LATE,
                    edit=model.Edit(id=each, dossier="GM0200", key=f"answer/{ROUND}/S1.1", author=stranger.person, value=value,
                                    written_ms=1, questionnaire=stranger.of_round(ROUND)))
                for each in ids[first : first + 250]
            ]
            session.send(OFFER_HISTORY, messages.OfferHistory(edits=edits))
            assert all(each.outcome == messages.PushResult.LATE for each in session.receive().message.results)
    return ids


def test_any_late_edit_can_be_admitted_however_many_came_before_it(team, tmp_path):
    anna = Stranger(team.central.invite("respondent", "GM0200"), tmp_path / "anna")
    closed(team)
    ids = offer_late(anna, 1100)
    assert not team.central.json("late")["complete"]
    assert team.central.json("late", "--admit", ids[-1].hex())["admitted"] == ids[-1].hex()
    team.central.sync()
    with anna.greeted() as session:
        anna.pull(session, "GM0200")
    assert anna.records["GM0200"][f"answer/{ROUND}/S1.1"].standing.id == ids[-1]


@pytest.mark.parametrize("order", [(2, 0), (0, 2), (1, 2, 0)])
def test_of_somebody_who_answered_three_times_too_late_the_last_word_counts(team, order):
    anna = team.person("respondent", "GM0200")
    for level in ("1", "2", "3"):
        anna.answer("S1.1", level)
    closed(team)
    anna.sync(expect=ATTENTION)
    ids = {row["value"]: row["edit"] for row in anna.json("late")["late"]}
    listed = {row["edit"]: row["replaced"] for row in team.central.json("late")["late"]}
    assert [listed[ids[level]] for level in "123"] == [True, True, False]
    for at in order:
        team.central.run("late", "--admit", ids["123"[at]])
        team.central.sync()
    anna.sync(expect=DONE if 2 in order and len(order) == 3 else None)
    assert anna.json("conflicts", expect=None)["conflicts"] == []  # nobody stands beside himself
    row = next(row for row in anna.json("questions", ROUND)["questions"] if row["id"] == "S1.1")
    assert row["value"] == "3"
    assert [row["value"] for row in anna.json("log", ROUND, "S1.1")["keys"][0]["edits"]] == ["1", "2", "3"]


def test_what_came_late_is_not_let_into_a_released_round(team):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    closed(team)
    team.central.run("round", "release", ROUND)
    team.central.sync()
    anna.sync(expect=ATTENTION)
    team.central.run("late", "--admit", anna.json("late")["late"][0]["edit"])
    team.central.sync(expect=ATTENTION)
    assert "released" in team.central.run("attention", expect=ATTENTION).out
    assert next(row for row in anna.json("questions", ROUND)["questions"] if row["id"] == "S1.1")["answered"] is False


def test_the_log_is_in_the_order_of_what_was_seen_whatever_the_clocks_say(team):
    anna = team.person("respondent", "GM0200")
    anna.run("answer", ROUND, "S1.1", "1", **faked(3650))
    anna.run("answer", ROUND, "S1.1", "2", **faked(-3650))
    anna.answer("S1.1", "3")
    assert [row["value"] for row in anna.json("log", ROUND, "S1.1")["keys"][0]["edits"]] == ["1", "2", "3"]


def test_what_came_late_is_listed_and_admitted_by_the_central_team(team):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    anna.answer("S1.2", "2")
    closed(team)
    anna.sync(expect=ATTENTION)
    own = {row["key"]: row for row in anna.json("late")["late"]}
    assert own[f"answer/{ROUND}/S1.1"]["value"] == "3" and len(own) == 2
    assert "not counted" in anna.run("late").out
    row = next(row for row in team.central.json("late", "GM0200")["late"] if row["key"].endswith("S1.1"))
    assert "value" not in row and row["dossier"] == "GM0200"  # whose and what, not what was answered
    assert row["edit"] in team.central.run("late", CIMONITOR_LANG="nl").out
    assert anna.json("late", "--admit", row["edit"], expect=FAILED)["error"]["name"] == "no_right"
    assert team.central.json("late", "--admit", "00", expect=FAILED)["error"]["name"] == "unknown_edit"
    team.central.run("late", "--admit", row["edit"])
    team.central.sync()
    anna.sync(expect=ATTENTION)
    assert [entry["key"] for entry in tray(anna)] == [f"answer/{ROUND}/S1.2"]  # the other is admitted, and went
    assert anna.json("log", ROUND, "S1.1")["keys"][0]["edits"][0]["became"] == "stands"
    assert len(team.central.json("late")["late"]) == 1
    anna.run("late", "GM0200", "x", expect=USAGE)
