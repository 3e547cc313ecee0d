"""A server that goes back in time, unannounced: what installs hold comes back, and nothing that was acknowledged is lost."""

import shutil

import pytest

from tests.flow.test_backups import moment
from tests.flow.test_sync_between_homes import value_of
from tests.support.faketime import faked
from tests.support.processes import ATTENTION, FAILED, Home, OFFLINE, ROUND, run, SERVER, USAGE


def copy_server(server, to):
    server.stop()
    shutil.copytree(server.data, to)
    server.start()


def put_back(server, copy):
    """The copy is whole, and its own view; who serves it cannot tell that it is an old one."""
    if server.process:
        server.kill()
    shutil.rmtree(server.data)
    shutil.copytree(copy, server.data)
    server.start()


def quiet(server, *homes):
    """Another round of syncs gives nothing back, and what stands is what the journal makes of it."""
    for home in homes:
        home.sync(expect=None)
    assert [home.json("sync", expect=None)["healed"] for home in homes] == [0] * len(homes)
    server.stop()
    server.command("verify")
    server.start()


def test_acknowledged_answers_come_back_whoever_syncs_first(team, tmp_path):
    anna, bram = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    anna.answer("S1.1", "1")
    anna.sync()
    copy_server(team.server, tmp_path / "copy")
    anna.answer("S1.1", "2")
    anna.answer("S1.2", "3")
    anna.sync()
    bram.sync()
    bram.answer("S1.3", "4")
    bram.sync()
    put_back(team.server, tmp_path / "copy")
    bram.sync()  # holds what anna wrote as well
    assert bram.json("sync")["healed"] == 0  # a second time there is nothing left to give
    newcomer = team.person("lead", "GM0200")
    assert [value_of(newcomer, question) for question in ("S1.1", "S1.2", "S1.3")] == ["2", "3", "4"]
    anna.sync()
    assert value_of(anna, "S1.3") == "4"
    quiet(team.server, anna, bram, newcomer)


def test_it_goes_back_again_and_again_under_their_feet(team, tmp_path):
    anna, bram = team.person("respondent", "GM0200"), team.person("respondent", "GM0200")
    copy_server(team.server, tmp_path / "copy")
    for turn, question in enumerate(("S1.2", "S1.3", "S1.2")):
        anna.answer("S1.1", str(turn))
        anna.answer(question, "2", "--remark", f"turn {turn}")
        anna.sync()
        put_back(team.server, tmp_path / "copy")
        bram.sync()
    anna.sync()
    bram.sync()
    for home in (anna, bram):
        assert [value_of(home, f"S1.{n}") for n in (1, 2, 3)] == ["2", "2", "2"]
    quiet(team.server, anna, bram)


def test_what_was_said_in_both_histories_stands_side_by_side(team, tmp_path):
    anna, bram = team.person("respondent", "GM0200"), team.person("respondent", "GM0200")
    copy_server(team.server, tmp_path / "copy")
    anna.answer("S1.1", "3")
    anna.sync()
    put_back(team.server, tmp_path / "copy")
    bram.answer("S1.1", "1")
    bram.sync()
    anna.sync(expect=ATTENTION)
    bram.sync(expect=ATTENTION)
    assert value_of(anna, "S1.1") == value_of(bram, "S1.1") == "1"
    assert len(anna.json("questions", ROUND)["questions"][0]["side_by_side"]) == 2


def test_two_lists_that_were_handed_in_are_seen_and_decided_upon(team, tmp_path):
    """Only a server that went back can have two: each was the first in its own history."""
    leads = [team.person("lead", "GM0200") for _ in range(2)]
    board = team.person("executive", "GM0200")
    leads[0].answer("S1.1", "3")
    leads[0].sync()
    leads[1].sync()
    copy_server(team.server, tmp_path / "copy")
    leads[0].run("submit", ROUND)
    leads[0].sync()
    put_back(team.server, tmp_path / "copy")
    leads[1].answer("S1.2", "2")
    leads[1].run("submit", ROUND)
    leads[1].sync()
    leads[0].sync(expect=None)
    board.sync(expect=None)
    said = board.run("conflicts", expect=None).out
    assert f"cimonitor adopt {ROUND}" in said and "--request-changes" in said
    board.run("adopt", ROUND, "--request-changes")
    board.sync(expect=None)
    assert board.json("conflicts", expect=None)["conflicts"] == []
    leads[0].sync(expect=None)
    assert leads[0].json("conflicts", expect=None)["conflicts"] == []
    leads[0].run("submit", ROUND)
    leads[0].sync()


def test_of_two_adopted_lists_the_executive_keeps_one(team, tmp_path):
    leads = [team.person("lead", "GM0200") for _ in range(2)]
    boards = [team.person("executive", "GM0200") for _ in range(2)]
    leads[0].answer("S1.1", "3")
    for home in (*leads, *boards):
        home.sync()
    copy_server(team.server, tmp_path / "copy")

    def adopt(lead, board):
        lead.run("submit", ROUND)
        for home in (lead, board):
            home.sync()
        board.run("adopt", ROUND)
        board.sync()

    adopt(leads[0], boards[0])
    put_back(team.server, tmp_path / "copy")
    leads[1].answer("S1.2", "2")
    adopt(leads[1], boards[1])
    for home in (*boards, *leads, *boards):
        home.sync(expect=None)

    def refused(home, *words):
        return home.json("adopt", ROUND, *words, expect=FAILED)["error"]["name"]

    assert refused(boards[0], "2") == "not_shown" and refused(boards[0]) == "conflicts_open"
    assert f"cimonitor adopt {ROUND} NUMBER" in boards[0].run("conflicts", expect=None).out
    (lists,) = boards[0].json("conflicts", expect=None)["conflicts"]
    assert refused(boards[0], "9") == "unknown_number" and refused(leads[0], "2") == "no_right"
    boards[0].run("adopt", ROUND, "2", "--request-changes", expect=USAGE)
    kept = boards[0].json("adopt", ROUND, "2")
    assert (kept["state"], kept["answers"]) == ("adopted", 1)  # the one of the history that was lost
    assert refused(boards[0]) == "wrong_state"
    for home in (boards[0], boards[1], *leads):
        home.sync(expect=None)
        assert home.json("conflicts", expect=None)["conflicts"] == []
        assert home.json("rounds")["rounds"][0]["submission"] == "adopted"
    assert refused(boards[1], "1") == "unknown_number" and refused(boards[1]) == "wrong_state"
    assert len(lists["answers"]) == 2
    quiet(team.server, *boards, *leads)


def test_people_who_came_after_the_copy_are_known_again_once_the_central_team_has_synced(team, tmp_path):
    copy_server(team.server, tmp_path / "copy")
    anna = team.person("respondent", "GM0200")
    team.central.sync()
    anna.answer("S1.1", "3")
    anna.sync()
    put_back(team.server, tmp_path / "copy")
    assert "does not know this install" in anna.sync(expect=FAILED).err
    team.central.sync()
    anna.sync()
    bram = team.person("lead", "GM0200")
    assert value_of(bram, "S1.1") == "3"


def test_a_closed_round_is_not_open_again_and_late_stays_late(team, tmp_path):
    anna, bram = team.person("respondent", "GM0200"), team.person("respondent", "GM0200")
    copy_server(team.server, tmp_path / "copy")
    anna.answer("S1.1", "3")
    anna.sync()
    team.central.run("round", "close", ROUND)
    team.central.sync()
    bram.answer("S1.1", "1")
    bram.sync(expect=ATTENTION)
    put_back(team.server, tmp_path / "copy")
    bram.sync(expect=None)
    anna.sync(expect=None)
    team.central.sync()
    bram.sync(expect=None)
    assert value_of(bram, "S1.1") == "3"
    assert team.central.json("rounds")["rounds"][0]["state"] == "closed"
    quiet(team.server, anna, bram, team.central)


def late_and_admitted(team, anna):
    """An answer that came after the round had closed, and that the central team let in: only its author holds it."""
    anna.sync(expect=ATTENTION)
    (late,) = team.central.json("late")["late"]
    team.central.run("late", "--admit", late["edit"])
    team.central.sync()


@pytest.mark.parametrize("how", ["copy", "backup", "moment"])
@pytest.mark.parametrize("first", ["author", "central"])
def test_what_was_admitted_after_the_round_counts_again(team, tmp_path, first, how):
    anna, lead = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    anna.answer("S1.1", "1")
    anna.sync()
    lead.sync()
    anna.answer("S1.1", "4")
    team.central.run("round", "close", ROUND)
    team.central.sync()
    if how == "copy":
        copy_server(team.server, tmp_path / "copy")
        late_and_admitted(team, anna)
        put_back(team.server, tmp_path / "copy")
    else:
        restored(team, tmp_path, lambda: late_and_admitted(team, anna), to_moment=how == "moment")
    homes = [anna, team.central] if first == "author" else [team.central, anna]
    for home in homes * 2:
        home.sync(expect=None)
    assert team.central.json("late")["late"] == []
    lead.sync()
    assert value_of(lead, "S1.1") == "4"
    anna.sync()
    assert anna.json("attention")["attention"] == [] and value_of(anna, "S1.1") == "4"
    quiet(team.server, anna, lead, team.central)


def test_a_home_that_was_put_back_and_one_that_was_copied_lose_nothing(team, tmp_path):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "1")
    anna.sync()
    shutil.copytree(anna.path, tmp_path / "old")
    copy_server(team.server, tmp_path / "copy")
    anna.answer("S1.1", "2")
    anna.answer("S1.2", "2")
    anna.sync()
    twin = Home(tmp_path / "old")
    twin.answer("S1.3", "3")
    put_back(team.server, tmp_path / "copy")
    twin.sync()
    anna.sync()
    twin.sync()
    for home in (anna, twin):
        assert [value_of(home, f"S1.{n}") for n in (1, 2, 3)] == ["2", "2", "3"]
    quiet(team.server, anna, twin)


def restored(team, tmp_path, meanwhile, to_moment=False):
    """Backs up, lets `meanwhile` happen, and puts a restored server in its place. To a moment: of a backup from after that."""
    key = tmp_path / "passphrase"
    key.write_text("the passphrase of this backup\n")
    key.chmod(0o600)
    server, common = team.server, ("--passphrase-file", key)
    made = server.command("backup", "--to", tmp_path / "backup", "--json", *common).json
    home = meanwhile()
    if to_moment:
        server.command("backup", "--to", tmp_path / "backup", *common)
        common = (*common, "--until", moment(made["newest_ms"]))
    server.stop()
    shutil.rmtree(server.data)
    run([SERVER, "restore", "--from", tmp_path / "backup", "--data", server.data, *common])
    server.start()
    return home


def answered_meanwhile(team):
    """Somebody who came after the backup, and has sent an answer."""
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    anna.sync()
    return anna


def test_an_install_that_the_server_forgot_comes_back_after_its_certificate_ended(team, tmp_path):
    """Who may do nothing but renew is first let in again, and then renewed."""
    anna = restored(team, tmp_path, lambda: answered_meanwhile(team))
    team.server.stop()
    team.server.start(**faked(91))
    team.central.run("sync", expect=None, **faked(91))
    anna.answer("S1.2", "2")
    said = anna.json("sync", expect=None, **faked(91))
    assert said["renewed"] and said["healed"] > 0 and said["unsent"] == 0, said
    team.server.stop()


def test_after_a_restore_those_it_does_not_know_wait_for_the_central_team(team, tmp_path):
    anna = restored(team, tmp_path, lambda: answered_meanwhile(team))
    anna.answer("S1.2", "2")
    assert "waits for the central team" in anna.sync(expect=OFFLINE).err
    assert anna.json("status", expect=None)["unsent"] == 1
    team.central.sync()  # it never saw anna: her home brings her own record along
    said = anna.json("sync")
    assert said["lost"] and said["healed"] > 0 and said["unsent"] == 0
    bram = team.person("lead", "GM0200")
    assert [value_of(bram, question) for question in ("S1.1", "S1.2")] == ["3", "2"]
    assert team.server.command("restore", "--report", "--json").json["healed"] > 0
    quiet(team.server, anna, bram, team.central)


def people(home):
    return {(row["name"], row["function"]) for row in home.json("people")["people"]}


def invited_meanwhile(team, bram):
    """Somebody of GM0200 who came after the backup, and is in nobody's home but her own, central's and bram's."""
    def meanwhile():
        anna = Home(team.folder / "anna").enrol(team.central.invite("respondent", "GM0200", name="Anna de Vries"))
        team.central.sync()
        if bram:
            bram.sync()
        return anna

    return meanwhile


ANNA = ("Anna de Vries", "inkoper")


def test_names_of_people_who_came_after_the_backup_are_given_back_too(team, tmp_path):
    bram = team.person("lead", "GM0200")
    anna = restored(team, tmp_path, invited_meanwhile(team, bram))
    team.central.sync()
    for home in (anna, bram, team.central):
        home.sync()
    newcomer = team.person("lead", "GM0200")
    for home in (team.central, anna, bram, newcomer):
        assert ANNA in people(home), home.path
    quiet(team.server, anna, bram, newcomer, team.central)
    assert ANNA in people(anna) and ANNA in people(team.person("lead", "GM0200"))


def test_a_name_comes_back_from_whoever_held_it(team, tmp_path):
    """Central's home never saw her: she brings her record and her name along."""
    def meanwhile():
        anna = Home(team.folder / "anna")
        code = team.central.invite("respondent", "GM0200", name="Anna de Vries")
        anna.enrol(code)
        shutil.rmtree(team.central.path)
        shutil.copytree(tmp_path / "central-before", team.central.path)
        return anna

    shutil.copytree(team.central.path, tmp_path / "central-before")
    anna = restored(team, tmp_path, meanwhile)
    team.central.sync()
    anna.sync()
    team.central.sync()
    assert ANNA in people(team.central) and ANNA in people(anna)
    quiet(team.server, anna, team.central)


def test_names_come_back_to_a_vault_that_is_older_than_the_journal_beside_it(team, tmp_path):
    """Nothing was lost of the journal, so no record is lacked, and no pull brings one again."""
    shutil.copytree(team.server.data / "vault", tmp_path / "vault")
    anna = invited_meanwhile(team, None)()
    team.server.stop()
    shutil.rmtree(team.server.data / "vault")
    shutil.copytree(tmp_path / "vault", team.server.data / "vault")
    team.server.start()
    assert team.server.events("people.names_lost")
    bram = team.person("lead", "GM0200")  # invited by central, whose home synced for it
    assert ANNA in people(bram) and ANNA in people(anna)
    quiet(team.server, anna, bram, team.central)
    assert len(team.server.events("people.names_lost")) == 1


def test_a_name_that_no_home_has_any_more_is_said_to_be_lost_and_can_be_set_again(team, tmp_path):
    anna = restored(team, tmp_path, invited_meanwhile(team, None))
    for home in (team.central, anna, team.central):
        home.sync()
    person = next(row["person"] for row in anna.json("people")["people"])
    (team.server.data / "vault/persons" / person).unlink()  # and nothing tells those who hold it
    newcomer = team.person("lead", "GM0200")
    said = newcomer.run("people").out
    assert "(name lost)" in said and "Ask the central team" in said.replace("ask", "Ask")
    assert person in team.server.command("restore", "--report", expect=ATTENTION).out
    assert team.server.command("restore", "--report", "--json", expect=ATTENTION).json["names_lost"] == [person]
    code = team.central.run("invite", "--role", "respondent", "--person", person, "--name", "Anna B.", "--function", "x")
    assert code.last_line
    newcomer.sync()
    assert ("Anna B.", "x") in people(newcomer)
    assert team.server.command("restore", "--report", "--json").json["names_lost"] == []
    team.central.run("invite", "--role", "respondent", "--person", person, "--name", "Somebody else")
    newcomer.sync()
    assert ("Anna B.", "x") in people(newcomer)


def test_who_was_revoked_after_the_backup_is_not_let_in_again(team, tmp_path):
    def meanwhile():
        anna = team.person("respondent", "GM0200")
        team.central.sync()
        person = next(row["person"] for row in team.central.json("people")["people"] if row["role"] == "respondent")
        team.central.run("revoke", person)
        team.central.sync()
        return anna

    anna = restored(team, tmp_path, meanwhile)
    assert "waits for the central team" in anna.sync(expect=OFFLINE).err
    team.central.sync()
    assert "revoked" in anna.sync(expect=FAILED).err


def test_after_a_restore_nobody_is_let_in_before_the_central_team_has_said_who_was_revoked(team, tmp_path):
    anna, bram = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    newcomer, code = Home(tmp_path / "newcomer"), team.central.invite("respondent", "GM0200", name="Newcomer")
    team.central.sync()
    anna.answer("S1.1", "3")
    anna.sync()
    bram.sync()

    def meanwhile():
        person = next(row["person"] for row in team.central.json("people")["people"] if row["name"] == "respondent GM0200")
        team.central.run("revoke", person)
        team.central.sync()
        assert "revoked" in anna.sync(expect=FAILED).err

    restored(team, tmp_path, meanwhile)
    anna.answer("S1.2", "2")
    bram.answer("S1.3", "1")
    for home in (anna, bram):  # both are in the backup, as if nothing had been
        assert "waits for the central team" in home.sync(expect=OFFLINE).err
    assert "waits for the central team" in newcomer.run("enrol", code, expect=OFFLINE).err
    team.central.sync()
    assert "revoked" in anna.sync(expect=FAILED).err
    bram.sync()
    assert value_of(bram, "S1.2") is None and value_of(bram, "S1.3") == "1"
    newcomer.enrol(code)


def test_what_is_in_a_backup_is_said_and_kept_no_longer(team, tmp_path):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "1")
    anna.sync()
    anna.sync()
    before = anna.json("status")
    key = tmp_path / "passphrase"
    key.write_text("the passphrase of this backup\n")
    key.chmod(0o600)
    team.server.command("backup", "--to", tmp_path / "backup", "--passphrase-file", key)
    anna.sync()
    after = anna.json("status")
    assert (before["backed_up"], after["backed_up"]) == (0, 1)
