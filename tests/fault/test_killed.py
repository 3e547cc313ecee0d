"""kill -9 at any moment: what was acknowledged is there again, and the view is the journal's, byte for byte."""

import random
import shutil
import signal
import subprocess
import time
from contextlib import closing

from tests.support.processes import CLIENT, ROUND, Home, Server, environment, wait_for
from tests.support.stranger import Strangers
from tests.support.writers import QUESTIONS


def without_view(server):
    """Everything but the journal and the vault is gone."""
    for file in server.data.iterdir():
        if file.name not in ("journal", "vault"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()


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
