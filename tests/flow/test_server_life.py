"""What an operator sees of a server: it starts, serves, reloads, stops, is killed, and comes back with everything."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess

import pytest

from tests.support.processes import FAILED, REFERENCE, SERVER, USAGE, Server, Team, run, wait_for
from tests.support.protocol import (
    ENROL, ERROR, EVENT, GOODBYE_EVENT, INVITE, PING, PULL, STATUS, Refused, Session, enrolled, frame, messages)


def pinging(session):
    return session.ask(PING, messages.Ping(token=7)).token == 7


@pytest.fixture
def key(server, tmp_path):
    """Of the central team, enrolled."""
    return enrolled(server.port, server.first_code, tmp_path / "central-key")


def greeted(server, key):
    session = Session(server.port, key)
    session.hello()
    return session


def test_openssl_gets_tls_1_3(server):
    done = subprocess.run(
        ["openssl", "s_client", "-connect", server.address, "-alpn", "cimonitor/1", "-tls1_3"],
        input=b"", capture_output=True, timeout=30)
    assert b"TLSv1.3" in done.stdout


def test_tls_1_2_is_refused(server):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        Session(server.port, version=ssl.TLSVersion.TLSv1_2)


def test_a_stranger_may_ask_one_thing(server):
    with Session(server.port) as session:
        with pytest.raises(Refused) as refused:
            session.ask(PING, messages.Ping())
        assert refused.value.error.name == "no_certificate"
        assert session.closed()


def test_an_enrolled_install_is_greeted(server, key):
    with greeted(server, key) as session:
        assert pinging(session)
        status = session.ask(STATUS, messages.StatusQuery())
        assert status.sessions >= 1 and not status.read_only and status.started_ms > 0


def test_requests_before_hello_and_a_second_hello_are_out_of_order(server, key):
    with Session(server.port, key) as session:
        with pytest.raises(Refused) as refused:
            session.ask(PULL, messages.Pull(dossier="NL"))
        assert refused.value.error.name == "out_of_order"
        session.hello()
        with pytest.raises(Refused) as refused:
            session.hello()
        assert refused.value.error.name == "out_of_order"
        assert pinging(session)


def test_versions_without_overlap_are_refused(server, key):
    with Session(server.port, key) as session:
        with pytest.raises(Refused) as refused:
            session.hello(version_min=2, version_max=9)
        assert refused.value.error.name == "version"


def test_a_bad_frame_disturbs_nobody_else(server, key):
    with greeted(server, key) as other, greeted(server, key) as session:
        with pytest.raises(Refused) as refused:
            session.ask(PULL, b"\xff\xff\xff")
        assert refused.value.error.name == "malformed"
        with pytest.raises(Refused) as refused:
            session.ask(999, b"x" * 1000)
        assert refused.value.error.name == "unknown_type"
        assert pinging(session)
        session.send(PING, b"", length=1 << 30)
        answer = session.receive()
        assert answer.type == ERROR and answer.message.name == "too_large"
        assert session.closed()
        assert pinging(other)


def test_many_requests_sent_at_once_are_answered_in_order(server, key):
    with greeted(server, key) as session:
        session.socket.sendall(b"".join(
            frame(PING, messages.Ping(token=number).SerializeToString(), number) for number in range(1, 2001)))
        for number in range(1, 2001):
            answer = session.receive()
            assert answer.request == number and answer.message.token == number


def test_wrong_codes_are_slowed_down(server):
    def name():
        with Session(server.port) as session, pytest.raises(Refused) as refused:
            session.ask(ENROL, messages.Enrol(version_min=1, version_max=1, secret=bytes(16), request=b"x"))
        return refused.value.error

    assert [name().name for _ in range(10)] == ["code_unknown"] * 10
    slowed = name()
    assert slowed.name == "too_many" and slowed.retry and slowed.retry_after_ms > 0


def test_more_connections_than_allowed_are_closed(cold_server, tmp_path):
    cold_server.start("--per-address", "3", "--log", "debug")
    key = enrolled(cold_server.port, cold_server.first_code, tmp_path / "central-key")
    sessions = [greeted(cold_server, key) for _ in range(3)]
    with pytest.raises((ssl.SSLError, ConnectionError, EOFError, OSError)):
        greeted(cold_server, key)
    sessions[0].close()
    wait_for(lambda: not raises(lambda: greeted(cold_server, key).close()), "a place to come free")
    for session in sessions[1:]:
        session.close()


def raises(call):
    try:
        call()
        return False
    except (ssl.SSLError, OSError, EOFError):
        return True


def test_stopping_says_goodbye(server, key):
    with greeted(server, key) as session:
        server.signal(signal.SIGTERM)
        goodbye = session.receive()
        assert goodbye.type == GOODBYE_EVENT and goodbye.flags & EVENT
        assert goodbye.message.reason.name == "stopping"
        assert session.closed()
    assert server.gone() == 0
    assert server.events("server.stopped")


def test_a_never_finished_handshake_does_not_keep_it_from_stopping(server):
    with socket.create_connection(("127.0.0.1", server.port)):
        server.stop()


def test_hup_reads_the_certificate_again(server, key):
    with greeted(server, key) as session:
        server.signal(signal.SIGHUP)
        wait_for(lambda: server.events("server.reloaded"), "the reload")
        assert pinging(session)
        with greeted(server, key) as fresh:
            assert pinging(fresh)


def test_what_was_acknowledged_is_there_after_a_kill(server, key, tmp_path):
    with greeted(server, key) as session:
        for number in range(20):
            details = messages.Invite(role=2, areas=["GM0200"])
            details.details.name = f"person {number}"
            last = session.ask(INVITE, details)
    server.kill()
    server.start()
    lead = enrolled(server.port, last.code, tmp_path / "lead")
    with greeted(server, lead) as session:
        assert pinging(session)
    server.stop()
    before = server.command("dump").out
    server.command("rebuild")
    assert server.command("dump").out == before
    assert server.command("verify", "--json").json["differing"] == 0
    assert f"person/{last.person}".encode().hex() in before


def test_verify_and_stats_work_beside_a_running_server(server, key):
    assert server.command("verify", "--json").json["differing"] == 0
    assert server.command("stats", "--json").json["edits"] > 400
    assert "ok" in server.command("check").out


def test_looking_beside_a_running_server_leaves_its_view_unsynced_and_says_so(server):
    """Who only looks must not mark the view as clean: after a power cut the next start would trust it."""
    mark = server.data / "view.mark"
    before = (mark.read_bytes(), mark.stat().st_mtime_ns)
    server.command("stats")
    server.command("dump")
    server.command("verify")
    assert b"state=open" in before[0]
    assert (mark.read_bytes(), mark.stat().st_mtime_ns) == before


def test_a_taken_port_and_a_folder_in_use_are_said(server, tmp_path):
    twice = server.command("serve", "--listen", "127.0.0.1:1", expect=FAILED)
    assert str(server.process.pid) in twice.err
    other = Server(tmp_path / "other")
    (tmp_path / "other").mkdir()
    other.init()
    taken = other.command("serve", "--listen", server.address, expect=FAILED)
    assert "taken" in taken.err


def test_mistakes_of_the_operator_are_said(cold_server, tmp_path):
    again = cold_server.command("init", expect=FAILED)
    assert "already" in again.err
    missing = run([SERVER, "serve", "--data", tmp_path / "none", "--listen", "127.0.0.1:1"], expect=FAILED)
    assert "cimonitord init" in missing.err
    run([SERVER, "serve", "--data", tmp_path], expect=USAGE)
    assert "dance" in run([SERVER, "dance"], expect=USAGE).err
    run([SERVER, "--json", "dance"], expect=USAGE)
    run([SERVER, "--json"], expect=USAGE)
    for listen in ("127.0.0.1:65536", "127.0.0.1:0", "127.0.0.1:-1", "127.0.0.1:http", "127.0.0.1:", "127.0.0.1", "7117", "127.0.0.1:1 "):
        assert "--listen" in run([SERVER, "serve", "--data", tmp_path, "--listen", listen], expect=USAGE).err
    before, after = (
        run([SERVER, *words]).json for words in (
            ["--json", "--data", cold_server.data, "stats"], ["stats", "--data", cold_server.data, "--json"]))
    assert before == after
    assert run([SERVER, "--help"]).out == run([SERVER, "help"]).out != ""
    assert "--data" in run([SERVER, "init", "--help"]).out
    code = cold_server.command("invite", "--json").json["code"]
    assert code.startswith(cold_server.name + "/")


def test_init_names_every_mistake_in_the_reference_data(tmp_path):
    reference = tmp_path / "reference"
    shutil.copytree(REFERENCE, reference)
    rows = (reference / "municipalities.csv").read_text().split("\n")
    rows[4] = re.sub(r",PV\d+,", ",PV99,", rows[4])
    rows[6] = re.sub(r",\d+,", ",abc,", rows[6])
    rows[8] = "XX" + rows[8][2:]
    (reference / "municipalities.csv").write_text("\n".join(rows))
    said = run([SERVER, "init", "--data", tmp_path / "new", "--name", "localhost", "--reference", reference], expect=FAILED)
    for mistake in (":5: PV99", ":7: abc", ":9: XX"):
        assert f"municipalities.csv{mistake}" in said.err
    assert "nothing was made" in said.err and not (tmp_path / "new").exists()


def test_a_view_that_is_no_view_is_made_anew(team):
    server, anna = team.server, team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    anna.sync()
    server.stop()
    with open(server.data / "view/data.mdb", "r+b") as view:
        view.truncate(100)
    server.start()
    assert "view.diverged" in server.log()
    anna.sync()


def test_init_says_what_is_missing_without_reference_data(tmp_path):
    said = run([SERVER, "init", "--data", tmp_path / "bare", "--name", "localhost"])
    assert "/usr/share/cimonitor/reference" in said.out and "--reference" in said.out
    assert said.last_line.startswith("localhost:7117/")
    assert set(run([SERVER, "init", "--data", tmp_path / "bare2", "--json"]).json) == {"code", "person", "expires"}


def test_check_gives_one_advice_for_one_trouble(cold_server, tmp_path):
    def checked(folder):
        said = run([SERVER, "check", "--data", folder, "--json"], expect=None).json
        return {line["check"].replace(",", "").split()[0]: line["message"] for line in said["checks"]}

    def is_for_a_new_one(said):
        folder = said.pop("folder")
        return "cimonitord init" in folder and set(said.values()) == {"not looked at"}

    (tmp_path / "empty").mkdir(mode=0o700)
    (tmp_path / "file").write_text("")
    assert is_for_a_new_one(checked(tmp_path / "none"))
    assert is_for_a_new_one(checked(tmp_path / "empty"))
    assert "not a folder" in checked(tmp_path / "file")["folder"]
    assert set(checked(cold_server.data).values()) == {"ok"}
    for part in ("journal", "vault"):
        kept = (cold_server.data / part).rename(tmp_path / part)
        said = checked(cold_server.data)
        assert "restore it from a backup" in said.pop(part) and set(said.values()) == {"ok"}
        kept.rename(cold_server.data / part)
    cold_server.data.chmod(0o755)
    said = checked(cold_server.data)
    assert "chmod 700" in said.pop("folder") and set(said.values()) == {"ok"}


def test_the_log_names_the_install_and_person_of_what_was_issued(strangers):
    """By ids; no code is in it."""
    central, anna = strangers.central, strangers.person("respondent", "GM0200")
    with anna.greeted() as session:
        anna.renew(session)
    first, second = wait_for(lambda: len(found := strangers.server.events("enrol.issued")) == 2 and found, "the lines")
    assert f'actor="{central.install}"' in first and f'person="{central.person}"' in first
    assert f'actor="{anna.install}"' in second and f'person="{anna.person}"' in second
    (invited,) = wait_for(lambda: strangers.server.events("invite.issued"), "the line of the invitation")
    assert f'actor="{central.install}"' in invited and f'person="{central.person}"' in invited
    assert f'object="{anna.person}"' in invited
    (renewed,) = wait_for(lambda: strangers.server.events("renew.issued"), "the line of the renewal")
    assert f'actor="{anna.install}"' in renewed and f'object="{anna.install}"' in renewed
    assert strangers.server.first_code.rsplit("/", 1)[1] not in strangers.server.log()


def test_who_only_looks_makes_no_keys_and_the_server_makes_what_an_older_one_had_not(cold_server, tmp_path):
    vault = cold_server.data / "vault"
    own = [vault / name for name in ("signing.key", "signing.pem", "letterbox.key", "letterbox.pem")]
    for file in own:
        file.unlink()
    cold_server.command("check")
    cold_server.command("stats")
    cold_server.command("verify")
    cold_server.command("invite")
    assert not any(file.exists() for file in own)
    Team(tmp_path, cold_server.start()).person("respondent", "GM0200")
    assert all(file.exists() for file in own)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
@pytest.mark.parametrize("command", ["rebuild", "stats", "open", "invite"])
def test_nobody_but_the_owner_of_the_folder_writes_in_it(cold_server, command):
    """Root would leave files behind that the server cannot read."""
    os.chown(cold_server.data, 12345, -1)
    said = cold_server.command(command, expect=FAILED)
    assert "belongs to another user" in said.err and "sudo -u '#12345'" in said.err
    assert {path.stat().st_uid for path in cold_server.data.rglob("*")} == {0}  # as they were made


def test_damage_to_the_last_entries_after_a_clean_stop_is_no_torn_tail(team):
    """A tail is torn by a crash, before anybody was told; a server that stopped in order had all of it on disk."""
    server, anna = team.server, team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    anna.sync()
    server.stop()
    segment = max((server.data / "journal").glob("segment-*"))
    whole = segment.read_bytes()
    at = len(whole.rstrip(b"\0")) - 20
    segment.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
    damaged = segment.read_bytes()
    checked = server.command("check", expect=FAILED)
    assert "it ends with entry" in checked.out and "Restore this file from a backup" in checked.out
    assert "rebuild" in server.command("verify", expect=FAILED).err
    assert "rebuild" in server.command("serve", "--listen", server.address, expect=FAILED).err
    assert segment.read_bytes() == damaged  # nothing was cut away
    segment.write_bytes(whole)
    server.start()
    anna.sync()
    server.stop()
    segment.write_bytes(damaged)
    server.command("rebuild")  # goes on with what is there: the laptop has the rest
    server.start()
    assert anna.json("sync")["lost"]
    anna.sync()
    assert anna.json("status")["received"] == 1
