"""writers.py: people who answer without end, and remember what was acknowledged: the load of the stories in tests/fault
in which something is killed.

A Writer speaks the raw protocol and knows to the edit what the server acknowledged. A Laptop runs our own client, one
process after the other, any of which may be killed, and knows what the client said it had saved.
"""

import signal
import subprocess
import threading
import time

from tests.support.processes import CLIENT, ROUND, clean_of_reports, environment
from tests.support.protocol import messages
from tests.support.stranger import level

QUESTIONS = ["S1.1", "S1.2", "S1.3", "S1.5", "S2.1", "S2.3", "S2.4", "S2.7"]
AWAY = (OSError, EOFError)  # ssl.SSLError is an OSError


class Endless(threading.Thread):
    """Does something over and over, until it is told that it is enough."""

    def __init__(self):
        super().__init__(daemon=True)
        self.enough, self.count, self.problem = False, 0, None

    def run(self):
        try:
            while not self.enough:
                self.work()
        except BaseException as problem:  # the test asks for it when it joins
            self.problem = problem

    def join_well(self):
        self.enough = True
        self.join(60)
        assert not self.is_alive(), "it does not come to an end"
        if self.problem:
            raise self.problem


class Writer(Endless):
    """Answers one question after the other, over and over, and remembers what the server acknowledged last."""

    def __init__(self, stranger):
        super().__init__()
        self.stranger, self.acknowledged, self.ids = stranger, {}, set()

    def work(self):
        try:
            with self.stranger.greeted() as session:
                self.push_what_is_unsure(session)
                while not self.enough:
                    self.answer(session)
        except AWAY:
            time.sleep(0.01)

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
            self.ids.add(edit.id.hex())


class Laptop(Endless):
    """Answers twice by command, syncs, and begins again; `kill` may come at any moment."""

    def __init__(self, home):
        super().__init__()
        self.home, self.saved, self.synced, self.killed = home, [], 0, 0
        self.process, self.mutex = None, threading.Lock()

    def work(self):
        for _ in range(2):
            remark = str(self.count)
            if self.command("answer", ROUND, QUESTIONS[self.count % len(QUESTIONS)], str(self.count % 5), "--remark", remark):
                self.saved.append(remark)
            self.count += 1
        self.synced += self.command("sync")

    def command(self, *words):
        """Did it end well? False: killed, or no server."""
        with self.mutex:
            self.process = subprocess.Popen(
                [CLIENT, "--home", self.home.path, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                env=environment())
        said = self.process.communicate()[1]
        clean_of_reports(said)
        assert self.process.returncode in (0, 4, -signal.SIGKILL), said  # 4: offline
        return self.process.returncode == 0

    def kill(self):
        """The process of this moment, whatever it does."""
        with self.mutex:
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.killed += 1

    def edits(self):
        """What its home knows of its edits: remark → (id, what became of it)."""
        keys = self.home.json("log", ROUND)["keys"]
        return {edit["remark"]: (edit["edit"], edit["became"]) for key in keys for edit in key["edits"]}


def accepted(server):
    """Ids of the edits that the server has on disk, in hexadecimal. Not while it runs."""
    lines = server.command("dump").out.splitlines()
    return {line.split(" ")[1][:32] for line in lines if line.startswith("accepted ")}
