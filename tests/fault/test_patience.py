"""What the server does with those who ask too much or say too little: silence is ended with a word, a queue that is full
is said, and both can come back."""

import contextlib
import pathlib
import threading
import time

import pytest

from tests.support.processes import ROUND
from tests.support.protocol import (
    EVENT, GOODBYE_EVENT, INVITE, PING, PULL, PUSH, SUBSCRIBE, Refused, Session, messages)
from tests.support.faketime import FAKETIME
from tests.support.stranger import Strangers, level, model

IDLE_S, STRANGER_S = 5 * 60, 15


def hurried(times):
    """The process' clocks run so much faster."""
    return {"LD_PRELOAD": FAKETIME, "FAKETIME": f"+0 x{times}", "ASAN_OPTIONS": "verify_asan_link_order=0"}


@pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed")
def test_silence_is_ended_with_a_goodbye_and_a_ping_keeps_the_session(cold_server, tmp_path):
    speed = 50
    strangers = Strangers(cold_server.start(), tmp_path)
    cold_server.stop()
    cold_server.start(**hurried(speed))
    with strangers.central.greeted() as silent, strangers.central.greeted() as pinging:
        began = time.monotonic()
        ended = threading.Event()

        def ping():
            while not ended.wait(IDLE_S / speed / 6):
                assert pinging.ask(PING, messages.Ping(token=1)).token == 1

        pinger = threading.Thread(target=ping)
        pinger.start()
        try:
            goodbye = silent.receive()
        finally:
            ended.set()
            pinger.join()
        assert goodbye.type == GOODBYE_EVENT and goodbye.flags & EVENT
        assert goodbye.message.reason.name == "idle" and goodbye.message.reason.retry
        assert time.monotonic() - began > IDLE_S / speed * 0.8
        assert silent.closed()
        assert pinging.ask(PING, messages.Ping(token=2)).token == 2
    began = time.monotonic()
    with Session(cold_server.port) as nobody:
        assert nobody.receive().message.reason.name == "idle"
        assert time.monotonic() - began < IDLE_S / speed * 0.8


def heavy_push():
    """Small on the wire, megabytes once unpacked; refused edit by edit when it is looked at."""
    seen = [b""] * 4000
    edits = [
        messages.NumberedEdit(number=number, edit=model.Edit(id=bytes(16), key="x", seen=seen)) for number in range(1, 61)]
    return messages.Push(incarnation=bytes(16), edits=edits).SerializeToString()


def outcome(stranger, session, push):
    try:
        return {each.error.name for each in session.ask(PUSH, push).results}
    except Refused as refused:
        assert refused.error.retry
        return {refused.error.name}


def test_a_queue_that_is_full_is_said_and_drains(cold_server, tmp_path):
    """The disk takes its time; meanwhile more is asked than the server will hold."""
    anna = Strangers(cold_server.start(), tmp_path).central
    cold_server.stop()
    slow = ["strace", "-f", "-qq", "-o", tmp_path / "trace", "-e", "trace=fdatasync", "-e",
            "inject=fdatasync:delay_enter=6000000:when=1+"]
    cold_server.start("--per-address", "200", wrapper=slow, ASAN_OPTIONS="detect_leaks=0")
    push, said = heavy_push(), []
    with contextlib.ExitStack() as open_ones:
        sessions = [open_ones.enter_context(anna.greeted()) for _ in range(60)]
        invite = messages.Invite(role=model.ROLE_CENTRAL, details=model.PersonDetails(name="x"))
        sessions[0].send(INVITE, invite)
        time.sleep(1)  # the writer begins
        threads = [
            threading.Thread(target=lambda each=each: said.append(outcome(anna, each, push))) for each in sessions[1:]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(said) == len(threads)
        assert {"busy"} in said and {"invalid"} in said and all(len(each) == 1 for each in said)
        assert sessions[1].ask(PULL, messages.Pull(dossier="NL")).items
        assert sessions[0].receive().message.code
        assert outcome(anna, sessions[1], push) == {"invalid"}


def test_subscribers_hear_nothing_that_is_not_on_disk_yet(cold_server, tmp_path):
    strangers = Strangers(cold_server.start(), tmp_path)
    anna, team = strangers.person("respondent", "GM0200"), strangers.central
    cold_server.stop()
    slow = ["strace", "-f", "-qq", "-o", tmp_path / "trace", "-e", "trace=fdatasync", "-e",
            "inject=fdatasync:delay_enter=2000000"]
    cold_server.start(wrapper=slow, ASAN_OPTIONS="detect_leaks=0")
    with anna.greeted() as asking, team.greeted() as watching:
        anna.pull(asking)
        now = watching.ask(SUBSCRIBE, messages.Subscribe(
            benchmark=messages.BenchmarkQuery(round=ROUND, areas=["NL"]), participation=True))
        assert now.participation.started == 0
        anna.answer(ROUND, "S1.1", level(3))
        told = []
        listening = threading.Thread(target=lambda: told.append((watching.receive(), time.monotonic())))
        listening.start()
        begun = time.monotonic()
        anna.push(asking)
        acknowledged = time.monotonic()
        assert acknowledged - begun > 1.5  # the disk took its time
        listening.join(30)
        assert told[0][0].message.participation.started == 1
        assert told[0][1] > acknowledged - 0.2  # both waited for the same sync
