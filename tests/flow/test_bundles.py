"""A town hall without a connection: the same edits, in a file that somebody else carries, and the answers in another."""

import shutil
import signal
import subprocess
import time

import pytest

from tests.flow.test_a_server_put_back_in_time import copy_server, put_back, restored
from tests.flow.test_sync_between_homes import value_of
from tests.support.crowd import fill
from tests.support.faketime import faked
from tests.support.processes import ATTENTION, CLIENT, DONE, FAILED, OFFLINE, ROUND, USAGE, Home, environment
from tests.support.protocol import messages


class Post:
    """Carries files between one home and the central team, and counts."""

    def __init__(self, team, home, folder):
        self.team, self.home, self.folder, self.count = team, home, folder, 0

    def write(self, **more):
        self.count += 1
        path = self.folder / f"{self.home.path.name}-{self.count}.bundle"
        return path, self.home.json("bundle", path, **more)

    def carry(self, path, by=None, **more):
        said = (by or self.team.central).json("accept", path, **more)
        return path.with_name(path.name + ".reply"), said

    def take(self, reply, expect=DONE):
        return self.home.json("bundle", "--reply", reply, expect=expect)

    def round(self, expect=DONE):
        """There and back."""
        path, _ = self.write()
        reply, said = self.carry(path)
        return said, self.take(reply, expect=expect)


@pytest.fixture
def remote(team, tmp_path):
    """A respondent who enrolled and synced once, and has no connection from then on."""
    return Post(team, team.person("respondent", "GM0200"), tmp_path)


def test_answers_go_by_file_and_what_others_wrote_comes_back(team, remote):
    colleague = team.person("lead", "GM0200")
    remote.home.answer("S1.1", "3", "--remark", "zonder verbinding")
    remote.home.answer("S1.2", "2")
    colleague.answer("S1.3", "4")
    colleague.sync()
    path, made = remote.write()
    assert (made["edits"], made["left"], made["heals"]) == (2, 0, False)
    assert b"zonder verbinding" not in path.read_bytes()
    assert remote.home.json("status")["bundle_awaited_ms"] > 0 and "is not here yet" in remote.home.run("status").out
    reply, said = remote.carry(path)
    assert (said["edits"], said["municipality"], said["ended"]) == (2, "GM0200", False)
    assert b"zonder verbinding" not in reply.read_bytes()
    taken = remote.take(reply)
    assert (taken["sent"], taken["unsent"], taken["complete"]) == (2, 0, True)
    assert remote.home.json("status")["bundle_awaited_ms"] == 0
    assert value_of(remote.home, "S1.3") == "4"
    colleague.sync()
    assert [value_of(colleague, question) for question in ("S1.1", "S1.2")] == ["3", "2"]
    after = remote.home.json("sync")
    assert (after["sent"], after["received"]) == (0, 0)  # nothing was left for a connection to do


def test_a_file_may_be_offered_again_and_again(team, remote):
    remote.home.answer("S1.1", "3")
    path, _ = remote.write()
    replies = []
    for _ in range(3):
        reply, said = remote.carry(path)
        replies.append(shutil.copy(reply, reply.with_suffix(f".{len(replies)}")))
        assert said["edits"] == 1
    assert remote.take(replies[1])["unsent"] == 0
    for reply in replies:
        refused = remote.take(reply, expect=FAILED)["error"]
        assert refused["name"] == "not_awaited"
    remote.home.answer("S1.1", "4")
    remote.round()
    remote.carry(path)  # an old file, long after: nothing comes of it
    assert value_of(team.person("lead", "GM0200"), "S1.1") == "4"
    assert team.server.command("verify")


def test_a_year_of_answers_empties_the_outbox(team, remote):
    for turn in range(4):
        fill(remote.home, str(turn), others=str(turn), sync=False)
    count = remote.home.json("status")["unsent"]
    assert count > 300
    path, made = remote.write()
    assert made["edits"] == count and made["letters"] > 3
    taken = remote.take(remote.carry(path)[0])
    assert taken["unsent"] == 0 and taken["sent"] == count
    lead = team.person("lead", "GM0200")
    assert lead.json("score", ROUND) == remote.home.json("score", ROUND)


def test_what_is_written_meanwhile_goes_with_the_next_file(remote):
    remote.home.answer("S1.1", "1")
    path, _ = remote.write()
    remote.home.answer("S1.1", "2")
    remote.home.answer("S1.2", "3")
    assert remote.take(remote.carry(path)[0])["unsent"] == 2
    said, taken = remote.round()
    assert (said["edits"], taken["unsent"]) == (2, 0)
    assert [value_of(remote.home, question) for question in ("S1.1", "S1.2")] == ["2", "3"]


def test_only_the_answer_to_the_newest_file_is_taken_in(remote):
    remote.home.answer("S1.1", "1")
    first, made = remote.write()
    assert not made["replaces"]
    remote.home.answer("S1.2", "2")
    second, made = remote.write()
    assert made["replaces"] and made["edits"] == 2
    remote.home.run("bundle", "/no/such/folder/file", expect=FAILED)  # written nowhere: the second stays the newest
    late, _ = remote.carry(first)
    assert remote.take(late, expect=FAILED)["error"]["name"] == "not_awaited"
    reply, _ = remote.carry(second)
    assert remote.take(reply)["unsent"] == 0


def test_a_sync_in_between_makes_the_answer_superfluous(remote):
    remote.home.answer("S1.1", "1")
    path, _ = remote.write()
    reply, _ = remote.carry(path)
    remote.home.sync()
    assert remote.take(reply, expect=FAILED)["error"]["name"] == "not_awaited"
    remote.team.server.stop()
    remote.home.answer("S1.1", "2")
    path, _ = remote.write()
    remote.home.run("sync", expect=None)  # no connection: the file still counts
    remote.team.server.start()
    assert remote.take(remote.carry(path)[0])["unsent"] == 0


def test_rivals_late_and_refused_answers_are_told_by_the_file_too(team, remote):
    colleague = team.person("lead", "GM0200")
    colleague.answer("S1.1", "1")
    colleague.sync()
    remote.home.answer("S1.1", "4")
    _, taken = remote.round(expect=ATTENTION)
    assert taken["rivals"] == 1 and taken["conflicts"] == 1
    team.central.run("round", "close", ROUND)
    team.central.sync()
    remote.home.answer("S1.2", "2")
    _, taken = remote.round(expect=ATTENTION)
    assert taken["late"] == 1 and taken["unsent"] == 0


def test_a_handed_in_list_gets_its_receipt_by_file(team, tmp_path):
    post = Post(team, team.person("lead", "GM0200"), tmp_path)
    fill(post.home, "2", sync=False)
    post.home.run("submit", ROUND)
    post.round()
    post.round()  # what is handed in is asked for once it is known to be
    assert post.home.json("receipt", ROUND)["state"] == "submitted"


def test_a_page_that_the_courier_leaves_out_is_not_skipped(team, remote):
    lead = team.person("lead", "GM0200")
    rows = lead.json("questions", ROUND)["questions"]
    lead.answer_file("".join(f"{row['id']}\tunknown\n" for row in rows))
    for row in rows:
        lead.answer(row["id"], "unknown", "--remark", "lang " * 799, "--note", "x" * 3990)
    lead.sync()
    path, _ = remote.write()
    reply, _ = remote.carry(path)
    file = messages.Bundle.FromString(reply.read_bytes())
    large = [at for at, letter in enumerate(file.letters) if len(letter) > 100_000]
    assert len(large) > 1, "a pull of several pages"
    del file.letters[large[0]]
    reply.write_bytes(file.SerializeToString())
    assert not remote.take(reply)["complete"]
    said, taken = remote.round()
    assert taken["complete"]
    assert [row["remark"] for row in remote.home.json("questions", ROUND)["questions"]] == \
        [row["remark"] for row in lead.json("questions", ROUND)["questions"]]


def test_only_the_central_team_carries_and_only_whole_files(team, remote, tmp_path):
    lead = team.person("lead", "GM0200")
    remote.home.answer("S1.1", "3")
    path, _ = remote.write()
    assert remote.carry(path, by=lead, expect=FAILED)[1]["error"]["server"]["name"] == "no_right"
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-20] + b"\0" * 20, b"", b"hello"):
        path.write_bytes(damaged)
        error = remote.carry(path, expect=FAILED)[1]["error"]
        assert error["name"] == "bundle_unreadable" or error["server"]["name"] == "letter_unreadable"
    path.write_bytes(whole)
    reply, _ = remote.carry(path)
    answer = reply.read_bytes()
    for damaged in (answer[: len(answer) // 2], answer[:-20] + b"\0" * 20, whole):
        reply.write_bytes(damaged)
        assert remote.take(reply, expect=FAILED)["error"]["name"] == "bundle_unreadable"
    other = team.person("respondent", "GM0200")
    reply.write_bytes(answer)
    assert other.json("bundle", "--reply", reply, expect=FAILED)["error"]["name"] == "not_awaited"
    assert remote.take(reply)["unsent"] == 0
    for words in (["bundle"], ["bundle", "a", "b"], ["bundle", "--reply"], ["accept"], ["accept", "a", "b", "c"]):
        remote.home.run(*words, expect=USAGE)
    assert "cimonitor bundle --reply" in remote.home.run("bundle", tmp_path / "x", CIMONITOR_LANG="nl").out


def test_a_server_that_went_back_in_time_is_healed_by_file(team, remote, tmp_path):
    copy_server(team.server, tmp_path / "copy")
    remote.home.answer("S1.1", "1")
    remote.home.answer("S1.1", "2")
    remote.round()
    put_back(team.server, tmp_path / "copy")
    remote.home.answer("S1.2", "3")
    said, taken = remote.round()
    assert said["ended"] and taken["lost"] and taken["unsent"] == 1  # nothing is pushed over what was lost
    path, made = remote.write()
    assert made["heals"]
    taken = remote.take(remote.carry(path)[0])
    assert taken["healed"] > 0 and taken["unsent"] == 0 and taken["complete"]
    lead = team.person("lead", "GM0200")
    assert [value_of(lead, question) for question in ("S1.1", "S1.2")] == ["2", "3"]
    assert not remote.write()[1]["heals"]


def test_a_home_that_was_copied_goes_on_under_a_new_number(team, remote, tmp_path):
    shutil.copytree(remote.home.path, tmp_path / "twin")
    twin = Post(team, Home(tmp_path / "twin"), tmp_path)
    remote.home.answer("S1.1", "1")
    twin.home.answer("S1.2", "2")
    remote.round()
    said, taken = twin.round()
    assert said["ended"] and taken["cloned"] and taken["unsent"] == 1
    said, taken = twin.round()
    assert taken["unsent"] == 0 and not taken["cloned"]
    assert value_of(twin.home, "S1.1") == "1"


def test_who_was_revoked_hears_it_by_file(team, remote):
    remote.home.answer("S1.1", "1")
    path, _ = remote.write()
    team.central.run("revoke", remote.home.json("status")["person"])
    team.central.sync()
    reply, said = remote.carry(path)
    assert said["ended"] and said["edits"] == 0
    assert remote.take(reply, expect=FAILED)["error"]["name"] == "revoked"
    assert remote.home.json("status", expect=None)["unsent"] == 1


def test_a_courier_whose_server_stops_tries_again(team, remote):
    remote.home.answer("S1.1", "1")
    path, _ = remote.write()
    team.server.stop()
    assert remote.carry(path, expect=4)[1]["error"]
    team.server.start()
    assert remote.take(remote.carry(path)[0])["unsent"] == 0


def test_a_certificate_is_renewed_by_file_also_after_it_expired(team, remote):
    for days, rounds in ((70, [False, True, False]), (200, [False, True, False])):  # due; long over
        later = faked(days)
        team.server.stop()
        team.server.start(**later)
        team.central.run("sync", **later)
        remote.home.answer("S1.1", str(days % 3))
        for renewed in rounds:  # the server says that it is time; it is renewed; and all is as ever
            path, _ = remote.write(**later)
            taken = remote.home.json("bundle", "--reply", remote.carry(path, **later)[0], **later)
            assert taken["renewed"] == renewed
        assert taken["unsent"] == 0 and taken["complete"]
    team.server.stop()


def test_a_clock_that_is_ahead_renews_nothing(remote):
    for _ in range(2):
        path, _ = remote.write(**faked(70))
        assert not remote.home.json("bundle", "--reply", remote.carry(path)[0], **faked(70))["renewed"]


def test_a_restored_server_that_does_not_know_the_author_is_told_by_file(team, remote, tmp_path):
    posts = []

    def meanwhile():
        posts.append(Post(team, team.person("respondent", "GM0202"), tmp_path))
        posts[0].home.answer("S1.1", "3")
        posts[0].round()

    restored(team, tmp_path, meanwhile)
    post, = posts
    post.home.answer("S1.2", "2")
    path, _ = post.write()
    assert post.carry(path, expect=OFFLINE)[1]["error"]["server"]["name"] == "restoring"  # later it may work
    team.central.sync()
    taken = [post.round()[1] for _ in range(3)]  # admitted again; told what was lost; given back
    assert taken[2]["healed"] > 0 and taken[2]["unsent"] == 0
    lead = team.person("lead", "GM0202")
    assert [value_of(lead, question) for question in ("S1.1", "S1.2")] == ["3", "2"]


def test_the_answer_is_not_written_over_the_letters(team, remote):
    remote.home.answer("S1.1", "1")
    path, _ = remote.write()
    before = path.read_bytes()
    team.central.run("accept", path, path, expect=USAGE)
    assert path.read_bytes() == before


def test_a_home_that_is_killed_while_it_takes_answers_in_goes_on_where_it_was(team, remote):
    lead = fill(team.person("lead", "GM0200"), "1")
    fill(remote.home, "3", others="3", sync=False)
    path, made = remote.write()
    reply, _ = remote.carry(path)
    killed = 0
    for wait_ms in (20, 40, 60, 80, 100, 130):
        process = subprocess.Popen(
            [CLIENT, "--home", remote.home.path, "bundle", "--reply", reply], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment())
        time.sleep(wait_ms / 1000)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
    assert killed > 0
    taken = remote.home.json("bundle", "--reply", reply, expect=None)
    assert "error" not in taken or taken["error"]["name"] == "not_awaited"
    assert remote.home.json("status", expect=None)["unsent"] == 0
    after = remote.home.json("sync", expect=None)
    assert (after["sent"], after["received"], after["healed"], after["cloned"]) == (0, 0, 0, False)
    lead.sync(expect=ATTENTION)
    assert lead.json("conflicts", expect=ATTENTION) == remote.home.json("conflicts", expect=ATTENTION)


def test_a_record_that_the_server_fails_over_is_looked_for_and_the_others_go(team, remote, tmp_path):
    """After a heal of many that was refused as a whole the next bundle brings them one by one, and it fits."""
    copy_server(team.server, tmp_path / "copy")
    remote.home.answer("S1.1", "1")
    remote.round()
    put_back(team.server, tmp_path / "copy")
    remote.home.answer("S1.2", "3")
    remote.round()
    shelf = remote.home.path / "bundle"
    suspects = [f"answer/{ROUND}/S1.1"] + [f"area/GM{number:04}" for number in range(127)]
    shelf.write_bytes(b"".join(bytes([8 << 3 | 2, len(key)]) + key.encode() for key in suspects))  # KeptBundle.suspects
    path, made = remote.write()
    assert made["heals"]
    taken = remote.take(remote.carry(path)[0])
    assert taken["healed"] > 0 and taken["unsent"] == 0 and taken["complete"]
    assert [value_of(team.person("lead", "GM0200"), question) for question in ("S1.1", "S1.2")] == ["1", "3"]


def test_more_history_than_fits_goes_on_with_the_next_file(team, remote, tmp_path):
    """After an offer of many that was refused as a whole each edit has a letter of its own: there is no room for all of them."""
    copy_server(team.server, tmp_path / "copy")
    for times in range(6):
        fill(remote.home, "123"[times % 3], others="123"[times % 3], sync=False)
    sent = remote.home.json("status")["unsent"]
    remote.home.sync()
    put_back(team.server, tmp_path / "copy")
    remote.round()  # told that something was lost
    (remote.home.path / "bundle").write_bytes(bytes([6 << 3, 1]))  # KeptBundle.singly
    first, second = remote.round()[1], remote.round()[1]
    assert first["history"] > 150 and second["history"] > 0
    assert first["history"] + second["history"] == sent
    assert second["complete"] and not remote.write()[1]["heals"]
    assert value_of(team.person("lead", "GM0200"), "S1.1") == "3"
