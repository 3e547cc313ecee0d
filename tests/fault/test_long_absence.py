"""A laptop that was away for a year: 5,000 edits that nobody has seen go out in one sync, in bounded memory on both sides, and it
may be interrupted anywhere. And everybody coming back at once is served."""

import os
import random
import re
import resource
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.support.processes import CLIENT, DONE, PATIENCE_S, ROUND, clean_of_reports, environment
from tests.support.stranger import Stranger, Strangers, level

EDITS = 5000
QUESTIONS = [f"S1.{n}" for n in (1, 2, 3, 5)] + [f"S2.{n}" for n in (1, 3, 4)]  # maturity: 0 to 4
MIB = 1024  # of KiB, as the kernel counts
# Under the sanitizers, which keep freed memory for a while. 5,000 edits of 350 bytes are unpacked some ten times as large: whoever
# held them all at once, with a record sealed for each, would be above it.
CLIENT_GROWS_AT_MOST, SERVER_GROWS_AT_MOST = 24 * MIB, 48 * MIB


def write_many(home, count):
    """As many edits as asked, by the real program, in a home that is offline: every maturity question, again and again."""
    rows = home.json("questions", ROUND)["questions"]
    questions = [row["id"] for row in rows if row["hint"].startswith("0, 1, 2, 3")]
    for first in range(0, count, len(questions)):
        some = questions[: count - first]
        home.answer_file("".join(f"{question}\t{(first + n) % 5}\n" for n, question in enumerate(some)))


@pytest.fixture
def away(team):
    """A lead with 5,000 edits that were never sent. """
    home = team.person("lead", "GM0200")
    write_many(home, EDITS)
    assert home.json("status")["unsent"] == EDITS
    return home


def synced(home):
    """The sync's report, and the most memory (KiB) that its process had."""
    process = subprocess.Popen([CLIENT, "--home", home.path, "sync", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=environment())
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    clean_of_reports(err.decode())
    assert process.returncode == DONE, (out, err)
    return out, usage.ru_maxrss


def peak(server):
    """The most memory (KiB) that the server has had."""
    lines = open(f"/proc/{server.process.pid}/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def on_server(server):
    server.stop()
    assert server.command("verify", "--json").json["differing"] == 0
    edits = server.command("stats", "--json").json["edits"]
    server.start()
    return edits


def test_five_thousand_edits_go_out_in_one_sync_and_in_bounded_memory(team, away):
    other = team.person("lead", "GM0202")
    other.answer("S1.1", "1")
    _, least = synced(other)  # what a sync takes that has next to nothing to do
    before, edits = peak(team.server), on_server(team.server)
    before = peak(team.server)
    _, most = synced(away)
    after = peak(team.server)
    print(f"client {least} -> {most} KiB, server {before} -> {after} KiB")
    assert away.json("status")["unsent"] == 0
    assert on_server(team.server) == edits + EDITS
    promised = int(re.search(r"connection_bytes_max=(\d+)", team.server.log()).group(1)) // 1024
    assert SERVER_GROWS_AT_MOST < promised, "what is printed is a bound, and this is well below it"
    assert most - least < CLIENT_GROWS_AT_MOST
    assert after - before < SERVER_GROWS_AT_MOST


def test_five_thousand_edits_arrive_once_each_however_often_it_is_interrupted(team, away):
    edits = on_server(team.server)
    dice = random.Random(seed := int(os.environ.get("CIMONITOR_SEED") or random.randrange(1 << 32)))
    print(f"CIMONITOR_SEED={seed}")
    interrupted = 0
    while (unsent := away.json("status")["unsent"]) and interrupted < 40:
        process = subprocess.Popen([CLIENT, "--home", away.path, "sync"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=environment())
        time.sleep(0.05 + dice.random() * 0.2)
        if dice.random() < 0.3:
            team.server.kill()
            process.wait(PATIENCE_S)
            team.server.start()
        else:
            process.kill()
            process.wait()
        interrupted += 1
        assert away.json("status")["unsent"] <= unsent
    away.sync()
    print(f"interrupted {interrupted} times")
    assert interrupted > 1  # else it shows nothing: the sync was over before anything could come between
    assert away.json("status")["unsent"] == 0 and on_server(team.server) == edits + EDITS


def enrolled(strangers, count, folder):
    """Respondents of one municipality, each in step."""
    central = strangers.central
    with central.greeted() as session:
        codes = [central.invite(session, "respondent", "GM0200") for _ in range(count)]

    def enrol(numbered):
        number, code = numbered
        person = Stranger(code, folder / f"back-{number}", central.port)
        with person.greeted() as session:
            person.pull(session)
        return person

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(enrol, enumerate(codes)))


def test_four_hundred_installs_that_come_back_together_are_all_served(cold_server, tmp_path):
    """All sessions are open at once; then each pushes and pulls, and nobody is left out or turned away."""
    installs = 400
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    server = cold_server.start("--per-address", 1000)
    strangers = Strangers(server, tmp_path)
    people = enrolled(strangers, installs, tmp_path)
    ready, problems, served = threading.Barrier(installs), [], []

    def come_back(person, number):
        try:
            with ExitStack() as stack:
                ready.wait(PATIENCE_S * 2)
                session = stack.enter_context(person.greeted())
                person.answer(ROUND, QUESTIONS[number % len(QUESTIONS)], level(number % 5, remark=str(number)))
                (result,) = person.push(session)
                person.pull(session)
                served.append((number, result.outcome))
        except BaseException as problem:  # asked for below
            problems.append((number, problem))

    threads = [threading.Thread(target=come_back, args=each[::-1], daemon=True) for each in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S * 3)
    assert not problems, problems[:3]
    assert len(served) == installs
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    server.stop()
    assert server.command("verify", "--json").json["differing"] == 0
