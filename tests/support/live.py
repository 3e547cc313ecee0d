"""live.py: a command that goes on beside the test and says one JSON object a line: `watch`, `sync --follow`."""

import json
import selectors
import signal
import subprocess
import time

from tests.support.processes import CLIENT, PATIENCE_S, clean_of_reports, environment


class Live:
    def __init__(self, home, *words, json=True, **more):
        command = [str(CLIENT), "--home", str(home.path), *map(str, words), *(["--json"] if json else [])]
        self.begin(subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment(**more)))

    def begin(self, process):
        self.process, self.rest, self.said = process, b"", []

    @classmethod
    def around(cls, process):
        """Around one that was started otherwise."""
        live = cls.__new__(cls)
        live.begin(process)
        return live

    def line(self, until):
        """The next line, or None at the end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.rest:
                assert selector.select(max(0, until - time.monotonic())), f"waited in vain; so far: {self.said[-5:]}"
                more = self.process.stdout.read1(65536)
                if not more:
                    return None
                self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return line

    def until(self, wanted):
        """Reads on until an object is wanted."""
        until = time.monotonic() + PATIENCE_S
        while (line := self.line(until)) is not None:
            self.said.append(json.loads(line))
            if wanted(self.said[-1]):
                return self.said[-1]
        raise AssertionError(f"it ended: {self.said[-5:]} {self.process.stderr.read()}")

    def text(self, wanted):
        """The same for people: the first line with these words in it."""
        until = time.monotonic() + PATIENCE_S
        while (line := self.line(until)) is not None:
            if wanted in line.decode():
                return line.decode()
        raise AssertionError(f"it ended without {wanted}: {self.process.stderr.read()}")

    def event(self, name):
        return self.until(lambda said: said.get("event") == name)

    def end(self, number=None):
        """Its exit status, and the rest of what it said; after a signal, if one is given."""
        if number:
            self.process.send_signal(number)
        rest, errors = self.process.communicate(timeout=PATIENCE_S)
        clean_of_reports(errors.decode())
        return self.process.returncode, (self.rest + rest).decode(), errors.decode()

    def stop(self):
        return self.end(signal.SIGTERM)
