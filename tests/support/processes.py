"""processes.py: real programs for the stories of tests/flow and tests/fault.

A Server is a cimonitord on a folder and a port of its own; a Home is one person's install. Whatever either says, a
report of a sanitizer fails the test. Knows the command line (DESIGN: "a contract") and nothing of what is inside.
"""

import dataclasses
import datetime
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CIMONITOR_BUILD", ROOT / "build/asan-ubsan"))
SERVER = BUILD / "server/commands/cimonitord"
CLIENT = BUILD / "client/commands/cimonitor"
REFERENCE = ROOT / "deploy/reference"
ROUND = str(datetime.date.today().year)
PATIENCE_S = 60  # sanitizers on a busy machine are slow; nothing here waits that long when all is well

DONE, FAILED, USAGE, ATTENTION, OFFLINE = range(5)

SANITIZER = re.compile(r"(Address|Leak|Thread|UndefinedBehavior)Sanitizer|runtime error:|CHECK failed")


def environment(**more):
    given = {name: value for name, value in os.environ.items() if not name.startswith("CIMONITOR_")}
    return {**given, "CIMONITOR_LANG": "en", **more}


def free_port():
    """Below the ports that the kernel gives to outgoing connections, so that nobody takes it meanwhile."""
    while True:
        port = random.randint(20000, 32000)
        with socket.socket() as attempt:
            try:
                attempt.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def clean_of_reports(text):
    found = SANITIZER.search(text)
    assert not found, "a sanitizer or a check reported:\n" + text[max(found.start() - 2000, 0) : found.start() + 4000]


def wait_for(condition, what, seconds=PATIENCE_S):
    until = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < until, f"waited {seconds} s in vain for {what}"
        time.sleep(0.02)
    return result


@dataclasses.dataclass
class Result:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def last_line(self):
        return self.out.rstrip("\n").rsplit("\n", 1)[-1]

    @property
    def json(self):
        return json.loads(self.out)


def run(command, expect=DONE, stdin="", **more):
    """Runs a command to its end. `expect`: its exit status; None: any."""
    done = subprocess.run(
        [str(word) for word in command], input=stdin, capture_output=True, text=True, timeout=PATIENCE_S * 2,
        env=environment(**more),
    )
    clean_of_reports(done.stderr)
    said = f"{' '.join(map(str, command))}\nstatus {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.returncode >= 0, "killed by a signal: " + said
    assert expect is None or done.returncode == expect, f"expected {expect}: " + said
    return Result(done.returncode, done.stdout, done.stderr)


class Server:
    """A cimonitord on `folder`. `name_port`: the port that installs are told, where a proxy stands before it."""

    def __init__(self, folder, name_port=None):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "server"
        self.log_file = self.folder / "server.log"
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.name = f"127.0.0.1:{name_port or self.port}"
        self.process = None
        self.first_code = None
        self.checked = 0

    def command(self, name, *arguments, expect=DONE, **more):
        return run([SERVER, name, "--data", self.data, *arguments], expect=expect, **more)

    def init(self):
        self.first_code = self.command("init", "--name", self.name, "--reference", REFERENCE).last_line
        return self.first_code

    def start(self, *arguments, wrapper=(), **more):
        """`wrapper`: words before the command: strace, prlimit, faketime."""
        self.spawn(*arguments, wrapper=wrapper, **more)
        wait_for(self.listens, "the server to listen")
        return self

    def spawn(self, *arguments, wrapper=(), **more):
        """Starts it and does not wait."""
        assert self.process is None, "it runs already"
        words = [*wrapper, SERVER, "serve", "--data", self.data, "--listen", self.address, *arguments]
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(**more),
                start_new_session=True,
            )

    def listens(self):
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log()[-4000:]}"
        return self.answers()

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def signal(self, number):
        """To the whole group, so that it reaches the server behind a wrapper too."""
        os.killpg(self.process.pid, number)

    def stop(self):
        """As an operator does; the server must end by itself, and well."""
        self.signal(signal.SIGTERM)
        status = self.gone()
        assert status == 0, f"the server ended with {status}:\n{self.log()[-4000:]}"

    def kill(self):
        """As a power switch does, for the process."""
        self.signal(signal.SIGKILL)
        self.gone()

    def gone(self):
        """Waits until it has ended, also behind a wrapper; its exit status."""
        status = self.process.wait(PATIENCE_S)
        self.process = None
        wait_for(lambda: not self.answers(), "the port to be given back")
        return status

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def events(self, name):
        """Lines of the log about an event: "session.refused"."""
        return [line for line in self.log().splitlines() if name in line]

    def close(self):
        """The end of the test: whatever still runs is stopped, and must not have complained."""
        try:
            if self.process is not None:
                self.stop() if self.process.poll() is None else self.gone()
        finally:
            if self.process is not None:
                self.kill()
            clean_of_reports(self.log())
            assert not self.events("benchmark.differs"), "cells and sheets differ:\n" + self.log()[-4000:]


class Home:
    """One person's install."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder)

    def run(self, *words, expect=DONE, **more):
        return run([CLIENT, "--home", self.path, *words], expect=expect, **more)

    def json(self, *words, **more):
        return self.run(*words, "--json", **more).json

    def enrol(self, code, sync=True):
        self.run("enrol", code)
        if sync:
            self.sync()
        return self

    def sync(self, expect=DONE):
        return self.run("sync", expect=expect)

    def answer(self, question, value, *options, expect=DONE):
        return self.run("answer", ROUND, question, value, *options, expect=expect)

    def answer_file(self, text, expect=DONE):
        """`text`: lines "QUESTION<TAB>VALUE"."""
        file = self.path.with_suffix(".answers")
        file.write_text(text)
        return self.run("answer", ROUND, "--from", file, expect=expect)

    def invite(self, role, area=None, name=None, function="inkoper"):
        """Central only: the one-time code."""
        words = ["--role", role, "--name", name or f"{role} {area or ''}".strip(), "--function", function]
        return self.run("invite", *words, *(["--area", area] if area else [])).last_line


class Team:
    """A server with its central team, and whoever a test invites."""

    def __init__(self, folder, server):
        self.folder = pathlib.Path(folder)
        self.server = server
        self.count = 0
        self.central = Home(self.folder / "central").enrol(server.first_code)

    def person(self, role, area=None, sync=True):
        """A new person's install, enrolled and in step."""
        self.count += 1
        home = Home(self.folder / f"{role}-{area or 'nl'}-{self.count}")
        return home.enrol(self.central.invite(role, area), sync)
