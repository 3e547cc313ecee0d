"""A file that was changed on its way, is old, or is of somebody who has no business here any more: what is so is said, and what to do."""

import shutil
from contextlib import closing

import pytest

from tests.flow.test_bundles import Post, remote  # noqa: F401: a fixture
from tests.support.processes import ATTENTION, FAILED, ROUND, Home, Server, Team
from tests.support.protocol import Refused, messages


def flipped(path, whole, byte, bit=0):
    path.write_bytes(whole[:byte] + bytes([whole[byte] ^ 1 << bit]) + whole[byte + 1:])


def head_bytes(whole):
    """What lies open in the file: all but the letters."""
    file = messages.Bundle.FromString(whole)
    letters = [(whole.index(letter), len(letter)) for letter in file.letters]
    return [at for at in range(len(whole)) if not any(start <= at < start + size for start, size in letters)]


def test_no_bit_of_what_lies_open_in_a_file_can_be_flipped(team, remote):
    remote.home.answer("S1.1", "3")
    path, _ = remote.write()
    whole = path.read_bytes()
    for byte in head_bytes(whole):
        flipped(path, whole, byte, byte % 8)
        error = remote.carry(path, expect=FAILED)[1]["error"]
        assert error["name"] == "bundle_unreadable" or error["server"]["name"] == "letter_unreadable", byte
    flipped(path, whole, 25)
    said = team.central.run("accept", path, expect=FAILED)
    assert "changed" in said.err and "letter" not in said.err and "Given" not in said.out
    path.write_bytes(whole)
    reply, said = remote.carry(path)
    assert said["edits"] == 1
    answer = reply.read_bytes()
    for byte in head_bytes(answer):
        flipped(reply, answer, byte, byte % 8)
        assert remote.take(reply, expect=FAILED)["error"]["name"] == "bundle_unreadable", byte
    reply.write_bytes(answer)
    assert remote.take(reply)["unsent"] == 0


def test_letters_of_two_files_are_not_mixed(remote):
    remote.home.answer("S1.1", "3")
    first, second = (messages.Bundle.FromString(remote.write()[0].read_bytes()) for _ in range(2))
    path, _ = remote.write()
    second.letters[1:], second.install = first.letters[1:], first.install
    path.write_bytes(second.SerializeToString())
    assert remote.carry(path, expect=FAILED)[1]["error"]["server"]["name"] == "letter_unreadable"


def test_an_older_file_is_said_to_be_older(team, remote):
    empty, _ = remote.write()
    remote.home.answer("S1.1", "1")
    first, _ = remote.write()
    remote.home.answer("S1.2", "2")
    second, _ = remote.write()
    reply, said = remote.carry(second)
    assert (said["edits"], said["ended"], said["why"]) == (2, False, None)
    for older in (empty, first):
        late, said = remote.carry(older)
        assert (said["edits"], said["ended"], said["why"]) == (0, True, "older")
    people = team.central.run("accept", first).out
    assert "older than one" in people and "newest counts" in people and "Given to the server" not in people
    assert "ouder dan" in team.central.run("accept", first, CIMONITOR_LANG="nl").out
    assert remote.take(late, expect=FAILED)["error"]["name"] == "not_awaited"
    assert remote.take(reply)["unsent"] == 0


def test_an_older_file_is_older_also_where_what_came_in_was_late(team, remote):
    team.central.run("round", "close", ROUND)
    team.central.sync()
    remote.home.answer("S1.1", "1")
    first, _ = remote.write()
    remote.home.answer("S1.2", "2")
    remote.round(expect=ATTENTION)
    assert remote.carry(first)[1]["why"] == "older"


def test_a_copy_hears_what_happens_to_its_work_and_so_does_who_carries_its_file(team, remote, tmp_path):
    shutil.copytree(remote.home.path, tmp_path / "twin")
    twin = Post(team, Home(tmp_path / "twin"), tmp_path)
    remote.home.answer("S1.1", "1")
    remote.round()
    for question in ("S1.2", "S1.3"):
        twin.home.answer(question, "2")
    path, _ = twin.write()
    reply, said = twin.carry(path)
    assert (said["ended"], said["why"]) == (True, "cloned")
    people = team.central.run("accept", path).out
    assert "copied" in people and "back" in people and "new file" in people and "Given to the server" not in people
    said = twin.home.run("bundle", "--reply", reply).out
    assert "was sent" not in said and "new number" in said and "cimonitor bundle FILE" in said
    assert "could not take all" not in said
    assert twin.home.json("status")["unsent"] == 2
    assert twin.round()[1]["unsent"] == 0


def test_who_was_revoked_is_known_to_be_and_writes_no_more_files(team, remote, tmp_path):
    remote.home.answer("S1.1", "1")
    path, _ = remote.write()
    team.central.run("revoke", remote.home.json("status")["person"])
    team.central.sync()
    reply, said = remote.carry(path)
    assert (said["ended"], said["why"], said["edits"]) == (True, "revoked", 0)
    people = team.central.run("accept", path).out
    assert "revoked" in people and "cimonitor invite" in people and "Given to the server" not in people
    assert remote.take(reply, expect=FAILED)["error"]["name"] == "revoked"
    refused = remote.home.json("bundle", tmp_path / "another", expect=FAILED)["error"]
    assert refused["name"] == "revoked" and not (tmp_path / "another").exists()


def test_what_a_server_lost_is_asked_for_first(team, remote, tmp_path):
    from tests.flow.test_a_server_put_back_in_time import copy_server, put_back
    copy_server(team.server, tmp_path / "copy")
    remote.home.answer("S1.1", "1")
    remote.round()
    put_back(team.server, tmp_path / "copy")
    path, _ = remote.write()
    assert remote.carry(path)[1]["why"] == "answer_first"
    assert "take this answer in first" in team.central.run("accept", path).out


def test_a_file_for_another_server_is_said_to_be(team, remote, tmp_path):
    remote.home.answer("S1.1", "1")
    path, _ = remote.write()
    (tmp_path / "other").mkdir()
    with closing(Server(tmp_path / "other")) as server:
        server.init()
        other = Team(tmp_path / "other", server.start())
        assert other.central.json("accept", path, expect=FAILED)["error"]["server"]["name"] == "letter_elsewhere"
        said = other.central.run("accept", path, expect=FAILED).err
        assert "another server" in said and "cimonitor status" in said and "etter" not in said
        assert "andere server" in other.central.run("accept", path, expect=FAILED, CIMONITOR_LANG="nl").err
    assert remote.carry(path)[1]["edits"] == 1


def test_a_courier_whose_program_hands_no_head_over_is_told_to_update(strangers):
    with strangers.central.greeted() as session, pytest.raises(Refused) as refused:
        session.ask(15, messages.Carry(letter=b"sealed"))
    assert refused.value.error.name == "version"
