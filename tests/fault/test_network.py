"""Bad networks and bad neighbours: cut, slow, half open, flooding. Whoever behaves does not notice, and loses nothing."""

import contextlib
import os
import pathlib
import random
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time

import pytest

from tests.support.processes import (
    CLIENT, DONE, FAILED, OFFLINE, ROUND, clean_of_reports, environment, wait_for)
from tests.support.protocol import GOODBYE_EVENT, PING, PULL, messages
from tests.support.stranger import Strangers, level

QUESTIONS = ["S1.1", "S1.2", "S1.3", "S1.5", "S2.1", "S2.3", "S2.4", "S2.7"]


def answers_of(home):
    return {row["id"]: row.get("value") for row in home.json("questions", ROUND)["questions"] if row["id"] in QUESTIONS}


def test_a_sync_cut_anywhere_and_repeated_loses_and_doubles_nothing(networked):
    team, proxy = networked
    anna, bram = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    anna.answer_file("".join(f"{question}\t{number % 5}\n" for number, question in enumerate(QUESTIONS)))
    anna.answer("S1.1", "4", "--remark", "een tweede keer")
    dice = random.Random(5)
    for attempt in range(24):
        name = "cut_after" if attempt % 2 else "cut_answers_after"
        setattr(proxy, name, dice.randrange(1, 6000))
        said = anna.run("sync", expect=None)
        assert said.status in (DONE, OFFLINE), said
        if said.status == OFFLINE:
            assert "safe" in said.err
        proxy.cut_after = proxy.cut_answers_after = None
        anna.answer(QUESTIONS[attempt % len(QUESTIONS)], str(attempt % 5))
    anna.sync()
    bram.sync()
    assert anna.json("status")["unsent"] == 0
    assert bram.json("status")["conflicts"] == 0
    assert answers_of(bram) == answers_of(anna)
    assert answers_of(anna) == {QUESTIONS[n % 8]: str(n % 5) for n in range(16, 24)}


def test_a_first_sync_that_is_cut_goes_on_where_it_was(networked):
    team, proxy = networked
    home = team.person("respondent", "GM0200", sync=False)
    for size in (2_000, 20_000, 60_000, 90_000):
        proxy.cut_answers_after = size
        home.run("sync", expect=OFFLINE)
    proxy.cut_answers_after = None
    home.sync()
    assert home.json("status")["complete_as_of_ms"] > 0
    assert len(home.json("questions", ROUND)["questions"]) == 78


def test_the_server_goes_away_in_the_middle_of_a_sync(networked):
    team, proxy = networked
    anna = team.person("respondent", "GM0200")
    anna.answer_file("".join(f"{question}\t2\n" for question in QUESTIONS))
    proxy.delay_s = 0.05
    process = subprocess.Popen(
        [CLIENT, "--home", anna.path, "sync"], stderr=subprocess.PIPE, text=True, env=environment())
    before = proxy.connections
    wait_for(lambda: proxy.connections > before or process.poll() is not None, "the sync to begin")
    time.sleep(0.15)
    team.server.kill()
    err = process.communicate(timeout=60)[1]
    clean_of_reports(err)
    assert process.returncode in (DONE, OFFLINE), err
    if process.returncode == OFFLINE:
        assert "safe" in err
    proxy.delay_s = 0
    team.server.start()
    anna.sync()
    assert anna.json("status")["unsent"] == 0
    assert set(answers_of(anna).values()) == {"2"}


def test_a_network_that_is_gone_is_said_and_costs_nothing(networked):
    team, proxy = networked
    anna = team.person("respondent", "GM0200")
    proxy.down()
    anna.answer("S1.1", "3")
    assert "safe" in anna.sync(expect=OFFLINE).err
    proxy.up()
    anna.sync()


# ---- floods ----------------------------------------------------------------------------------------------------------


def connect_from(address, port):
    plain = socket.socket()
    plain.bind((address, 0))
    plain.settimeout(20)
    plain.connect(("127.0.0.1", port))
    return plain


def client_hello():
    """The first bytes of a true handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["cimonitor/1"])
    out = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), out).do_handshake()
    return out.read()


def test_300_half_open_connections_do_not_stop_anothers_ping(cold_server, tmp_path):
    """From five addresses, each up to its own limit: silent ones, and handshakes that come byte by byte."""
    server = cold_server.start()
    anna = Strangers(server, tmp_path).central
    hello = client_hello()
    with contextlib.ExitStack() as open_ones, anna.greeted() as session:
        slow = []
        for number in range(300):
            each = open_ones.enter_context(connect_from(f"127.0.0.{2 + number // 60}", server.port))
            if number % 2:
                each.sendall(hello[:100])
                slow.append(each)
        for at in range(100, 110):
            for each in slow:
                with contextlib.suppress(OSError):
                    each.sendall(hello[at : at + 1])
            began = time.monotonic()
            assert session.ask(PING, messages.Ping(token=at)).token == at
            assert time.monotonic() - began < 2
        with anna.greeted() as another:  # and somebody new still comes in
            assert another.ask(PING, messages.Ping(token=1)).token == 1


def test_one_address_cannot_take_more_than_its_share(cold_server, tmp_path):
    server = cold_server.start("--per-address", "20")
    anna = Strangers(server, tmp_path).central
    with contextlib.ExitStack() as open_ones:
        taken = [open_ones.enter_context(connect_from("127.0.0.9", server.port)) for _ in range(60)]
        wait_for(lambda: len(server.events("session.gave_way")) >= 40, "the oldest to give way")
        with anna.greeted() as session:
            assert session.ask(PING, messages.Ping(token=1)).token == 1
        assert len(taken) == 60


def is_open(plain):
    plain.setblocking(False)
    try:
        return plain.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def test_half_open_connections_keep_nobody_of_their_own_address_out(cold_server, tmp_path):
    """Far more of them than one address may have: who does say hello comes in meanwhile, and stays."""
    server = cold_server.start("--per-address", "8")
    anna = Strangers(server, tmp_path).central
    hello = client_hello()
    with contextlib.ExitStack() as open_ones, anna.greeted() as first:
        halves = []
        for number in range(100):
            halves.append(open_ones.enter_context(connect_from("127.0.0.1", server.port)))
            if number % 2:
                halves[-1].sendall(hello[:100])
            if number % 20 == 19:
                began = time.monotonic()
                with anna.greeted() as session:
                    assert session.ask(PING, messages.Ping(token=number)).token == number
                assert time.monotonic() - began < 5  # long before a handshake's time is up
        assert first.ask(PING, messages.Ping(token=1)).token == 1
        wait_for(lambda: sum(map(is_open, halves)) <= 7, "the oldest to give way")
        assert is_open(halves[-1]) and not is_open(halves[0])


def test_hellos_up_to_the_limit_of_an_address_keep_their_places(cold_server, tmp_path):
    server = cold_server.start("--per-address", "3")
    anna = Strangers(server, tmp_path).central
    with contextlib.ExitStack() as open_ones:
        sessions = [open_ones.enter_context(anna.greeted()) for _ in range(3)]
        with pytest.raises((OSError, EOFError)):
            anna.greeted()
        assert server.events("session.too_many")
        for session in sessions:
            assert session.ask(PING, messages.Ping(token=1)).token == 1


def test_a_handshake_that_is_never_finished_is_closed(cold_server):
    server = cold_server.start()
    hello = client_hello()
    with socket.create_connection(("127.0.0.1", server.port), 20) as silent, connect_from("127.0.0.1", server.port) as slow:
        slow.sendall(hello[:50])
        began = time.monotonic()
        for each in (silent, slow):
            with contextlib.suppress(ConnectionError):
                assert each.recv(1) == b"" or True
        assert 5 < time.monotonic() - began < 18


def test_a_peer_that_never_reads_stops_only_itself(cold_server, tmp_path):
    """It asks for megabytes and reads none: the server stops reading it, and goes on for the others."""
    server = cold_server.start()
    anna = Strangers(server, tmp_path).central
    with anna.greeted() as deaf, anna.greeted() as session:
        deaf.socket.settimeout(1)
        ask = struct.pack(">IHHI", 4, PULL, 0, 1) + messages.Pull(dossier="NL").SerializeToString()
        with contextlib.suppress(TimeoutError, OSError):
            for _ in range(4000):
                deaf.socket.sendall(ask * 20)
        memory = int(open(f"/proc/{server.process.pid}/statm").read().split()[1]) * 4096
        for token in range(50):
            assert session.ask(PING, messages.Ping(token=token)).token == token
        assert memory < 700 << 20  # with the sanitizer's quarantine


def test_a_session_that_floods_is_served_in_turn(cold_server, tmp_path):
    server = cold_server.start("--threads", "1")
    anna = Strangers(server, tmp_path).central
    stop = threading.Event()

    def flood():
        with contextlib.suppress(OSError, EOFError), anna.greeted() as session:
            ask = struct.pack(">IHHI", 4, PULL, 0, 1) + messages.Pull(dossier="NL").SerializeToString()
            while not stop.is_set():
                session.socket.sendall(ask * 10)
                for _ in range(10):
                    session.receive()

    threads = [threading.Thread(target=flood, daemon=True) for _ in range(3)]
    with anna.greeted() as session:
        for thread in threads:
            thread.start()
        for token in range(30):
            began = time.monotonic()
            assert session.ask(PING, messages.Ping(token=token)).token == token
            assert time.monotonic() - began < 3
        stop.set()
        for thread in threads:
            thread.join(20)


# ---- homes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [0, 100, 4096, 9000])
def test_a_truncated_replica_is_said_and_nothing_else_is_touched(team, tmp_path, kept):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    data = anna.path / "replica" / "data.mdb"
    shutil.copy(data, tmp_path / "whole")
    os.truncate(data, kept)
    said = anna.run("status", expect=None)
    if kept:
        assert said.status == FAILED and "replica" in said.err
        assert os.path.getsize(data) == kept
    shutil.copy(tmp_path / "whole", data)
    anna.sync()
    assert anna.json("status")["unsent"] == 0


def test_a_home_used_by_many_processes_loses_nothing(team):
    """A sync and answers at once, from programs that know nothing of each other."""
    anna = team.person("respondent", "GM0200")
    commands = [["answer", ROUND, question, "2"] for question in QUESTIONS] + [["sync"], ["status"], ["sync"]]
    running = [
        subprocess.Popen(
            [CLIENT, "--home", anna.path, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env=environment()) for words in commands]
    for words, process in zip(commands, running, strict=True):
        err = process.communicate(timeout=60)[1]
        clean_of_reports(err)
        busy = words == ["sync"] and process.returncode == FAILED and "already" in err
        assert process.returncode == DONE or busy, err
    anna.sync()
    assert anna.json("status")["unsent"] == 0
    assert set(answers_of(anna).values()) == {"2"}


def test_a_second_sync_says_that_one_runs(networked):
    team, proxy = networked
    anna = team.person("respondent", "GM0200")
    proxy.delay_s = 0.3
    first = subprocess.Popen([CLIENT, "--home", anna.path, "sync"], stdout=subprocess.DEVNULL, env=environment())
    wait_for(lambda: lock_is_held(anna), "the first to begin")
    said = anna.run("sync", "--json", expect=FAILED)
    assert said.json["error"]["name"] == "busy"
    proxy.delay_s = 0
    assert first.wait(60) == DONE


def lock_is_held(home):
    """Looked at, and not tried: whoever tries it holds it for a moment."""
    lock = home.path / "lock"
    return lock.exists() and f":{lock.stat().st_ino} " in pathlib.Path("/proc/locks").read_text()


# ---- the end of a session --------------------------------------------------------------------------------------------


def test_a_stopping_server_answers_what_it_began_and_says_goodbye(cold_server, tmp_path):
    server = cold_server.start()
    anna = Strangers(server, tmp_path).person("respondent", "GM0200")
    with anna.greeted() as session:
        anna.answer(ROUND, "S1.1", level(3))
        stopper = threading.Thread(target=server.stop)
        stopper.start()
        with contextlib.suppress(OSError, EOFError):
            anna.push(session)
            while (answer := session.receive()).type != GOODBYE_EVENT:
                pass
            assert answer.message.reason.name == "stopping" and answer.message.reason.retry
        stopper.join()
    pushed = not anna.outbox
    server.start()
    with anna.greeted() as session:
        if not pushed:
            anna.push(session)
        anna.pull(session)
        assert anna.record(f"answer/{ROUND}/S1.1")
