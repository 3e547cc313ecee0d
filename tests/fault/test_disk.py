"""A full disk, a failing sync, a folder or a port that somebody else has: said clearly, and nothing acknowledged is lost."""

import contextlib
import os
import socket
import subprocess

import pytest

from tests.support.processes import DONE, FAILED, OFFLINE, REFERENCE, ROUND, SERVER, Home, Server, run, wait_for
from tests.support.protocol import PING, STATUS, Refused, messages
from tests.support.stranger import Strangers, level, model

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
KEY = f"answer/{ROUND}/S1.1"


@contextlib.contextmanager
def small_disk(folder, size):
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("this machine does not let us mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """All of it; the file that does."""
    waste = folder / "waste"
    with contextlib.suppress(OSError), open(waste, "wb", 0) as file:
        while True:
            file.write(bytes(1 << 20))
    with contextlib.suppress(OSError), open(waste, "ab", 0) as file:
        while True:
            file.write(bytes(512))
    return waste


@as_root
def test_a_full_disk_refuses_work_loses_none_and_heals_by_itself(tmp_path):
    with small_disk(tmp_path / "disk", "200m") as disk, contextlib.closing(Server(disk)) as server:
        server.log_file = tmp_path / "server.log"
        server.init()
        strangers = Strangers(server.start(), tmp_path)
        anna = strangers.person("respondent", "GM0200")
        with anna.greeted() as session, strangers.central.greeted() as other:
            assert anna.tell(session, KEY, level(1)) == "STANDS"
            waste, acknowledged, refused = fill(disk), 1, None
            while not refused and acknowledged < 4000:
                anna.answer(ROUND, "S1.1", level(acknowledged % 5, remark=f"{acknowledged} " + "x" * 3900))
                try:
                    anna.push(session)
                    acknowledged += 1
                except Refused as said:
                    refused = said.error
            assert refused and refused.name == "store_full" and refused.retry
            assert "room" in refused.text.en and "kept" in refused.text.en
            assert other.ask(PING, messages.Ping(token=3)).token == 3
            strangers.central.pull(other)  # reading goes on
            waste.unlink()
            wait_for(lambda: heals(anna, session), "the server to take work again")
            assert not other.ask(STATUS, messages.StatusQuery()).read_only
        last = anna.record(KEY).standing
        server.kill()
        server.start()
        with anna.greeted() as session:
            anna.cursors.clear()
            anna.pull(session)
            assert anna.record(KEY).standing == last
        server.stop()
        assert server.command("verify", "--json").json["differing"] == 0


def heals(stranger, session):
    try:
        stranger.push(session)
        return True
    except Refused as refused:
        assert refused.error.name == "store_full"
        return False


@as_root
def test_a_full_disk_under_a_home_is_said_and_what_was_saved_stays(team, tmp_path):
    with small_disk(tmp_path / "disk", "24m") as disk:
        home = Home(disk / "home").enrol(team.central.invite("respondent", "GM0200"))
        home.answer("S1.1", "3")
        waste = fill(disk)
        said = None
        for number in range(200):
            said = home.run("answer", ROUND, "S1.2", str(number % 5), "--remark", "x" * 1900, expect=None)
            if said.status != 0:
                break
        assert said.status == FAILED and "full" in said.err and "room" in said.err
        before = home.json("status")["unsent"]
        assert before >= 1
        waste.unlink()
        home.answer("S1.3", "1")
        home.sync()
        assert home.json("status")["unsent"] == 0


@as_root
def test_a_full_disk_on_which_a_store_must_be_made_is_said(team, tmp_path):
    """LMDB maps its lock file: without room for it the program would be killed, not refused."""
    with small_disk(tmp_path / "disk", "3m") as disk:
        home = Home(disk / "home").enrol(team.central.invite("respondent", "GM0200"))
        (disk / "home" / "replica" / "lock.mdb").unlink()
        waste = fill(disk)
        for words in (["status"], ["answer", ROUND, "S1.1", "3"], ["sync"]):
            said = home.run(*words, expect=FAILED)
            assert "full" in said.err and "room" in said.err
        waste.unlink()
        home.answer("S1.1", "3")
        home.sync()


@as_root
def test_a_full_disk_under_a_check_of_the_view_is_said_and_nothing_stays_behind(tmp_path):
    with small_disk(tmp_path / "disk", "100m") as disk:
        server = Server(disk)
        server.init()
        waste = fill(disk)
        said = server.command("verify", expect=FAILED)
        assert "full" in said.err and "room" in said.err
        assert not (server.data / "view.verify").exists()
        waste.unlink()
        assert server.command("verify", "--json").json["differing"] == 0


@as_root
def test_a_folder_that_is_too_small_for_a_server_is_said_at_init(tmp_path):
    with small_disk(tmp_path / "disk", "1m") as disk:
        server = Server(disk)
        said = server.command("init", "--name", server.name, expect=FAILED)
        assert "room" in said.err or "full" in said.err or "space" in said.err


@as_root
def test_little_room_is_said_by_each_command_that_looks_at_the_folder(tmp_path):
    for size, nearly_full in (("200m", True), ("400m", False)):
        with small_disk(tmp_path / size, size) as disk, contextlib.closing(Server(disk)) as server:
            server.log_file = tmp_path / f"{size}.log"
            said = [
                server.command("init", "--name", server.name, "--reference", REFERENCE).err,
                server.command("verify").err,
                server.command("check", expect=FAILED if nearly_full else DONE).out,
            ]
            server.start().stop()
            said += server.events("server.started") and ["\n".join(server.events("disk.nearly_full"))]
            assert ["little room is left" in words for words in said] == [nearly_full] * 4
            assert ["256 MiB" in words for words in said] == [nearly_full] * 4


@pytest.mark.parametrize("call", ["fdatasync", "fsync"])
def test_a_sync_that_fails_acknowledges_nothing_and_ends_the_server(cold_server, tmp_path, call):
    """A failed sync is never tried again: the pages may be gone. The start after it replays the journal."""
    server = cold_server.start()
    strangers = Strangers(server, tmp_path)
    anna = strangers.person("respondent", "GM0200")
    with anna.greeted() as session:
        assert anna.tell(session, KEY, level(1)) == "STANDS"
    server.stop()
    server.start(wrapper=[
        "strace", "-f", "-qq", "-o", tmp_path / "trace", "-e", f"trace={call}", "-e", f"inject={call}:error=EIO:when=3+"],
        ASAN_OPTIONS="detect_leaks=0")
    acknowledged = []
    with contextlib.suppress(OSError, EOFError, Refused), anna.greeted() as session:
        for number in range(2, 40):
            edit = anna.answer(ROUND, "S1.1", level(number % 5, remark=str(number)))
            anna.push(session)
            acknowledged.append(edit)
    injected = "EIO" in (tmp_path / "trace").read_text()
    if call == "fdatasync":
        assert injected and len(acknowledged) < 38
        assert server.gone() != 0
        assert server.events("journal.sync_failed") and "start again" in server.log()
    else:
        server.kill()
    server.start()
    with anna.greeted() as session:
        if anna.outbox:
            anna.push(session)
        anna.cursors.clear()
        anna.pull(session)
        assert not anna.record(KEY).rivals
        newest = anna.record(KEY).standing
        assert not acknowledged or int(remark(newest)) >= int(remark(acknowledged[-1]))


def remark(edit):
    return model.Answer.FromString(edit.value).remark


def test_a_folder_serves_one_server_at_a_time(server):
    said = server.command("serve", "--listen", "127.0.0.1:1", expect=FAILED)
    assert str(server.process.pid) in said.err and "in use" in said.err
    assert "in use" in server.command("rebuild", expect=FAILED).err
    assert "in use" in server.command("invite", expect=FAILED).err
    json = server.command("serve", "--listen", "127.0.0.1:1", "--json", expect=FAILED).json
    assert json["error"] and json["message"]


def test_a_port_that_is_taken_is_named(server, tmp_path):
    (tmp_path / "other").mkdir()
    other = Server(tmp_path / "other")
    other.init()
    said = other.command("serve", "--listen", server.address, expect=FAILED)
    assert str(server.port) in said.err and "taken" in said.err


def test_a_folder_without_rights_or_without_content_is_said(cold_server, tmp_path):
    cold_server.data.rename(tmp_path / "moved")
    said = cold_server.command("serve", "--listen", cold_server.address, expect=FAILED)
    assert "cimonitord init" in said.err and str(cold_server.data) in said.err
    (tmp_path / "half" / "journal").mkdir(parents=True)
    half = cold_server.command("serve", "--listen", cold_server.address, "--data", tmp_path / "half", expect=FAILED)
    assert "rm -r" in half.err and "run init again" in half.err
    (tmp_path / "moved" / "vault").rename(tmp_path / "vault")
    (tmp_path / "moved").rename(cold_server.data)
    said = cold_server.command("serve", "--listen", cold_server.address, expect=FAILED)
    assert "vault" in said.err and "backup" in said.err


def test_few_descriptors_are_said_or_lived_with(cold_server, tmp_path):
    words = [SERVER, "serve", "--data", cold_server.data, "--listen", cold_server.address]
    assert "ulimit" in run(["prlimit", "--nofile=60:60", *words], expect=FAILED).err
    cold_server.start(wrapper=["prlimit", "--nofile=100:100"])
    strangers = Strangers(cold_server, tmp_path)
    idle = [socket.create_connection(("127.0.0.1", cold_server.port)) for _ in range(80)]
    wait_for(lambda: cold_server.events("session.gave_way"), "one too many")
    wait_for(lambda: works(strangers.central), "who says hello to come in among those who never do")
    for each in idle:
        each.close()


def works(stranger):
    try:
        with stranger.greeted() as session:
            return session.ask(PING, messages.Ping(token=1)).token == 1
    except (OSError, EOFError):
        return False


def test_a_server_that_is_gone_leaves_work_where_it_is(team):
    anna = team.person("respondent", "GM0200")
    team.server.kill()
    anna.answer("S1.1", "3")
    said = anna.sync(expect=OFFLINE)
    assert "safe" in said.err and "later" in said.err
    assert anna.run("sync", "--json", expect=OFFLINE).json["error"]["name"] == "network"
    team.server.start()
    anna.sync()
    assert anna.json("status")["unsent"] == 0
