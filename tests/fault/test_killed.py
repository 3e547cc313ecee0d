"""kill -9 at any moment: what was acknowledged is there again, and the view is the journal's, byte for byte."""

import os
import random
import shutil
import signal
import subprocess
import threading
import time
from contextlib import closing

from tests.support.processes import CLIENT, ROUND, Home, Server, environment, wait_for
from tests.support.protocol import messages
from tests.support.stranger import Strangers, level

ROUNDS = 60 if os.environ.get("CIMONITOR_LONG") else 20
QUESTIONS = ["S1.1", "S1.2", "S1.3", "S1.5", "S2.1", "S2.3", "S2.4", "S2.7"]
AWAY = (OSError, EOFError)  # ssl.SSLError is an OSError


def without_view(server):
    """Everything but the journal and the vault is gone."""
    for file in server.data.iterdir():
        if file.name not in ("journal", "vault"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()


class Writer(threading.Thread):
    """Answers one question after the other, over and over, and remembers what the server acknowledged last."""

    def __init__(self, stranger):
        super().__init__(daemon=True)
        self.stranger, self.enough, self.acknowledged, self.count, self.problem = stranger, False, {}, 0, None

    def run(self):
        try:
            while not self.enough:
                try:
                    with self.stranger.greeted() as session:
                        self.push_what_is_unsure(session)
                        while not self.enough:
                            self.answer(session)
                except AWAY:
                    time.sleep(0.01)
        except BaseException as problem:  # the test asks for it when it joins
            self.problem = problem

    def answer(self, session):
        self.stranger.answer(ROUND, QUESTIONS[self.count % len(QUESTIONS)], level(self.count % 5, remark=str(self.count)))
        self.count += 1
        self.push_what_is_unsure(session)

    def push_what_is_unsure(self, session):
        """Edits whose answer was lost go again as they are: that may neither lose nor double them."""
        waiting = [each.edit for each in self.stranger.outbox]
        if not waiting:
            return
        for edit, result in zip(waiting, self.stranger.push(session), strict=True):
            assert result.outcome == messages.PushResult.STANDS, result
            self.acknowledged[edit.key] = edit

    def join_well(self):
        self.join(30)
        if self.problem:
            raise self.problem


def test_acknowledged_answers_survive_kill_9_under_load(cold_server, tmp_path):
    server = cold_server.start()
    strangers = Strangers(server, tmp_path)
    dice = random.Random(9)
    writers = [Writer(strangers.person("respondent", code)) for code in ("GM0200", "GM0307", "GM0363")]
    for writer in writers:
        writer.start()
    for _ in range(ROUNDS):
        before = sum(writer.count for writer in writers)
        wait_for(lambda: sum(writer.count for writer in writers) > before + 3, "the writers to get on")
        time.sleep(dice.random() * 0.1)
        server.kill()
        server.start()
    for writer in writers:
        writer.enough = True
    for writer in writers:
        writer.join_well()
    for writer in writers:
        stranger = writer.stranger
        assert len(writer.acknowledged) == len(QUESTIONS)
        stranger.records.clear()
        with stranger.greeted() as session:
            writer.push_what_is_unsure(session)
            for dossier in list(stranger.cursors):
                stranger.cursors[dossier] = b""
            stranger.pull(session)
        for key, edit in writer.acknowledged.items():
            assert stranger.record(key).standing == edit
            assert not stranger.record(key).rivals
    server.stop()
    assert server.command("verify", "--json").json["differing"] == 0


def test_without_its_view_the_server_comes_back_the_same(team):
    """ "Delete the store's files": the view is rebuilt from the journal, with everything, byte for byte."""
    server = team.server
    anna, bram = team.person("lead", "GM0200"), team.person("respondent", "GM0200")
    for number, question in enumerate(QUESTIONS):
        anna.answer(question, str(number % 5))
        bram.answer(question, str((number + number % 2) % 5))
    anna.sync()
    bram.sync(expect=None)
    team.central.run("round", "close", ROUND)
    team.central.sync()
    anna.answer("S1.1", "0", expect=None)
    anna.sync(expect=None)
    server.stop()
    before = server.command("dump").out
    without_view(server)
    server.start()
    anna.sync(expect=None)
    server.stop()
    assert server.command("dump").out == before
    assert len(before) > 100_000


def test_killed_while_it_rebuilds_it_rebuilds_again(cold_server, tmp_path):
    server = cold_server
    before = server.command("dump").out
    for wait_s in (0.005, 0.02, 0.05):
        without_view(server)
        server.spawn()
        time.sleep(wait_s)
        server.kill()
        assert server.command("dump").out == before


def test_a_torn_last_record_is_cut_off_and_damage_before_it_is_said(team):
    """What a power cut leaves behind, and what a failing disk makes of what was written long ago."""
    server = team.server
    for _ in range(3):
        team.central.invite("lead", "GM0200")
    server.stop()
    before = server.command("dump").out
    segment = max((server.data / "journal").iterdir(), key=lambda file: file.stat().st_blocks)
    whole = segment.read_bytes()
    end = len(whole.rstrip(b"\0"))
    segment.write_bytes(whole[:end] + b"\x00\x00\x01\x00torn" + whole[end + 8 :])
    server.start()
    server.stop()
    assert server.command("dump").out == before
    segment.write_bytes(whole[: end // 2] + bytes([whole[end // 2] ^ 1]) + whole[end // 2 + 1 :])
    without_view(server)
    said = server.command("serve", "--listen", server.address, expect=1)
    assert segment.name in said.err and "backup" in said.err


def test_a_client_killed_while_it_answers_keeps_what_it_said_it_saved(team):
    """Each answer that the command said it saved is in the replica; the home opens after any kill."""
    anna = team.person("respondent", "GM0200")
    dice = random.Random(3)
    for attempt in range(12):
        process = subprocess.Popen(
            [CLIENT, "--home", anna.path, "answer", ROUND, "S1.1", str(attempt % 5)], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=environment())
        time.sleep(dice.random() * 0.12)
        process.send_signal(signal.SIGKILL)
        out = process.communicate()[0]
        status = anna.json("status")
        assert status["unsent"] >= (1 if process.returncode == 0 else 0), out
        if process.returncode == 0:
            questions = anna.json("questions", ROUND)["questions"]
            assert next(row for row in questions if row["id"] == "S1.1")["value"] == str(attempt % 5)
    anna.sync()
    assert anna.json("status")["unsent"] == 0


def test_a_client_killed_while_it_syncs_loses_and_doubles_nothing(team):
    anna, bram = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    dice = random.Random(4)
    for attempt in range(10):
        for question in QUESTIONS:
            anna.answer(question, str((attempt + len(question)) % 5))
        process = subprocess.Popen(
            [CLIENT, "--home", anna.path, "sync"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        time.sleep(dice.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
    anna.sync()
    assert anna.json("status")["unsent"] == 0
    bram.sync()
    assert bram.json("status")["conflicts"] == 0
    rows = bram.json("questions", ROUND)["questions"]
    assert all(row["value"] == str((9 + len(row["id"])) % 5) for row in rows if row["id"] in QUESTIONS)


def test_the_vault_s_keys_come_through_a_kill_right_after_init(tmp_path):
    """A code that was printed works, however soon afterwards the power goes."""
    with closing(Server(tmp_path)) as server:
        server.init()
        server.start()
        server.kill()
        server.start()
        Home(tmp_path / "central").enrol(server.first_code)


def stopped_while_it_replays(server):
    """Told to stop as soon as a new view is there; None where it was through by then."""
    shutil.rmtree(server.data / "view")
    server.spawn()
    wait_for((server.data / "view/data.mdb").exists, "the view to be begun", 20)
    server.signal(signal.SIGSTOP)
    server.signal(signal.SIGTERM)
    began = time.monotonic()
    server.signal(signal.SIGCONT)
    status = server.gone()
    return None if status == 0 else (status, time.monotonic() - began)


def test_a_server_that_builds_its_view_stops_when_told_and_begins_again(cold_server, tmp_path):
    cold_server.start()
    anna = Strangers(cold_server, tmp_path).central
    cold_server.stop()
    before = cold_server.command("dump").out
    for _ in range(10):
        if stopped := stopped_while_it_replays(cold_server):
            break
    assert stopped and stopped[0] == -signal.SIGTERM and stopped[1] < 2
    cold_server.start()
    with anna.greeted() as session:
        anna.pull(session)
    cold_server.stop()
    assert cold_server.command("dump").out == before
