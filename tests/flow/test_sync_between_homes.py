"""Syncing: what one home saves, another has; refused work is kept; nothing waits for the network."""

from tests.support.processes import ATTENTION, FAILED, OFFLINE, ROUND, USAGE


def value_of(home, question):
    """This home's own word on a question, in its short form."""
    questions = home.json("questions", ROUND)["questions"]
    return next(row for row in questions if row["id"] == question).get("value")


def test_what_one_saves_the_other_has_after_both_synced(team):
    anna, bram = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    anna.answer("S1.1", "3")
    anna.sync()
    bram.sync()
    assert value_of(bram, "S1.1") == "3"


def test_nothing_of_one_municipality_reaches_another(team):
    anna, other = team.person("respondent", "GM0200"), team.person("respondent", "GM0307")
    anna.answer("S1.1", "3", "--remark", "onderscheidend")
    anna.sync()
    other.sync()
    assert value_of(other, "S1.1") is None
    assert b"onderscheidend" not in (other.path / "replica" / "data.mdb").read_bytes()


def test_answers_are_saved_without_a_server_and_sent_later(team):
    anna = team.person("respondent", "GM0200")
    team.server.stop()
    anna.answer("S1.1", "3")
    assert "safe" in anna.sync(expect=OFFLINE).err
    assert anna.json("status")["unsent"] == 1
    team.server.start()
    anna.sync()
    assert anna.json("status")["unsent"] == 0
    assert anna.json("status")["received"] == 1


def test_two_answers_at_once_stand_side_by_side(team):
    anna, bram = team.person("respondent", "GM0200"), team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    bram.answer("S1.1", "1")
    anna.sync()
    bram.sync(expect=ATTENTION)
    anna.sync(expect=ATTENTION)
    assert anna.json("status", expect=ATTENTION)["conflicts"] == 1
    assert value_of(anna, "S1.1") == "3"  # what stands is the same for everybody
    assert value_of(bram, "S1.1") == "3"
    shown = anna.json("questions", ROUND)["questions"][0]["side_by_side"]
    assert [head["stands"] for head in shown] == [True, False]
    assert shown[0]["words"].startswith("3") and shown[1]["words"].startswith("1")


def test_a_conflict_is_resolved_offline_and_then_the_list_can_be_submitted(team):
    anna, chief = team.person("respondent", "GM0200"), team.person("executive", "GM0200")
    anna.answer("S1.1", "3")
    chief.answer("S1.1", "1")
    anna.sync()
    chief.sync(expect=ATTENTION)
    assert "cimonitor conflicts" in chief.run("submit", ROUND, expect=FAILED).err
    chief.run("conflicts", expect=ATTENTION)
    chief.run("resolve", ROUND, "S1.1", "--value", "2")
    chief.run("submit", ROUND)  # both are sent by one sync, in this order
    chief.sync()
    anna.sync()
    assert value_of(anna, "S1.1") == "2"
    assert "side_by_side" not in anna.json("questions", ROUND)["questions"][0]


def test_an_answer_after_closing_is_kept_and_said(team):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    team.central.run("round", "close", ROUND)
    team.central.sync()
    said = anna.run("sync", expect=ATTENTION)
    assert "Late" in said.out
    assert anna.json("status", expect=ATTENTION)["attention"][0]["key"] == f"answer/{ROUND}/S1.1"


def test_a_revoked_person_is_refused_at_once_and_loses_nothing(team):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    person = anna.json("status")["person"]
    team.central.run("revoke", "p0000000000000000", expect=FAILED)  # nobody of that id
    team.central.run("revoke", person)
    team.central.sync()
    assert "revoked" not in anna.run("status").out  # it has not heard
    said = anna.sync(expect=FAILED)
    assert "revoked" in said.err and "cimonitor status" in said.err
    again = ("invite", "--role", "respondent", "--area", "GM0200", "--name", "Anna", "--person", person)
    assert team.central.json(*again, expect=FAILED)["error"]["name"] == "revoked"  # a code would be of no use
    status = anna.json("status", expect=ATTENTION)
    assert status["unsent"] == 1 and status["revoked"] is True
    english = anna.run("status", expect=ATTENTION).out
    assert "Your access was revoked" in english and "1 not sent yet" in english and "central team" in english
    assert "Uw toegang is ingetrokken" in anna.run("status", expect=ATTENTION, CIMONITOR_LANG="nl").out
    assert "ingetrokken" in anna.run("sync", expect=FAILED, CIMONITOR_LANG="nl").err


def test_a_revoked_install_is_made_anew_with_a_new_code_and_sends_what_waited(team):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    status = anna.json("status")
    team.central.sync()
    team.central.run("revoke", status["install"])
    team.central.sync()
    assert anna.json("sync", expect=FAILED)["error"]["name"] == "revoked"
    words = ["--role", "respondent", "--area", "GM0200", "--name", "Anna", "--person", status["person"]]
    anna.run("enrol", team.central.run("invite", *words).last_line)
    assert anna.json("status")["revoked"] is False
    anna.sync()
    assert anna.json("status")["unsent"] == 0


def test_people_shows_who_was_invited(team):
    anna = team.person("respondent", "GM0200")
    team.central.sync()
    people = {row["person"]: row for row in team.central.json("people")["people"]}
    row = people[anna.json("status")["person"]]
    assert row["role"] == "respondent" and row["areas"] == ["GM0200"] and len(row["installs"]) == 1
    assert len(team.central.json("people", "--area", "GM0200")["people"]) == 1


def test_a_copied_home_loses_no_answer(team, tmp_path):
    import shutil

    from tests.support.processes import Home

    anna = team.person("respondent", "GM0200")
    shutil.copytree(anna.path, tmp_path / "copy")
    copy = Home(tmp_path / "copy")
    anna.answer("S1.1", "3")
    copy.answer("S1.2", "2")
    anna.sync()
    copy.sync()
    anna.sync()
    assert value_of(anna, "S1.1") == "3" and value_of(anna, "S1.2") == "2"
    assert value_of(copy, "S1.1") == "3" and value_of(copy, "S1.2") == "2"


def test_json_is_one_object_and_wrong_usage_is_said(team):
    anna = team.person("respondent", "GM0200")
    report = anna.json("sync")
    assert report["sent"] == 0 and report["complete"] is True
    anna.run("sync", "extra", expect=USAGE)
    anna.run("nonsense", expect=USAGE)
