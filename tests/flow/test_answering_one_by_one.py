"""Answering one by one: `fill` in a terminal and through a pipe: every answer is on disk before the next question."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time

from tests.support.processes import CLIENT, FAILED, PATIENCE_S, ROUND, USAGE, clean_of_reports, environment


class Terminal:
    """A person at a terminal: waits for the prompt, types, and reads what came."""

    def __init__(self, home, *words, language="en", command="fill", columns=0):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 0, columns, 0, 0))
        command = [str(CLIENT), "--home", str(home.path), command, *([] if command == "status" else [ROUND]), *words]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment(CIMONITOR_LANG=language)
        )
        os.close(slave)
        self.first = self.read()

    def read(self):
        """Until the next prompt, or the end."""
        said, until = b"", time.monotonic() + PATIENCE_S
        while not said.endswith(b"\n> "):
            assert time.monotonic() < until, said
            try:
                said += os.read(self.master, 65536)
            except OSError:  # the other side is closed
                break
        text = said.decode().replace("\r\n", "\n")
        clean_of_reports(text)
        return text

    def type(self, line):
        os.write(self.master, line.encode() + b"\n")
        return self.read()

    def end(self):
        os.close(self.master)
        return self.process.wait(PATIENCE_S)


def asked(text):
    """The question that the text ends with."""
    return re.findall(r"^\[\d+/\d+\] .* — (\S+)$", text, re.MULTILINE)[-1]


def answers_of(home):
    return {row["id"]: row["value"] for row in home.json("questions", ROUND)["questions"] if row["answered"]}


def test_answering_one_by_one_skips_goes_back_and_asks_again(team):
    home = team.person("respondent", "GM0200")
    team.server.stop()
    person = Terminal(home, "--theme", "S1")
    assert asked(person.first) == "S1.1" and "3  adopted, known and applied" in person.first
    assert asked(person.type("")) == "S1.2"
    assert asked(person.type("b")) == "S1.1"
    assert asked(person.type("b")) == "S1.1"  # before the first there is nothing
    bad = person.type("7")
    assert "Choose a level from 0 to 4." in bad and asked(bad) == "S1.1"
    saved = person.type("3")
    assert "Saved. Completeness 1 %" in saved and asked(saved) == "S1.2"
    assert answers_of(home) == {"S1.1": "3"}  # while the terminal still waits
    assert "Enter      next question" in person.type("?")
    assert "give a value too" in person.type("r een toelichting")  # nothing to remark on yet
    assert asked(person.type("unknown")) == "S1.3"
    person.type("b")
    assert asked(person.type("r een toelichting")) == "S1.2"
    assert asked(person.type("i intern")) == "S1.2"
    assert asked(person.type("e https://example.org/a")) == "S1.2"
    assert "Saved 5 times." in person.type("q")
    assert person.end() == 0
    assert answers_of(home) == {"S1.1": "3", "S1.2": "unknown"}
    row = next(row for row in home.json("questions", ROUND)["questions"] if row["id"] == "S1.2")
    assert (row["remark"], row["note"], row["evidence"]) == ("een toelichting", "intern", ["https://example.org/a"])


def test_answering_one_by_one_shows_what_is_there_and_adds_evidence_to_it(team):
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3", "--evidence", "https://example.org/a", "--note", "intern", "--working-on", "Anna")
    person = Terminal(home, "--theme", "S1", "--all")
    for text in "Evidence: https://example.org/a", "Internal note: intern", "Working on it: Anna":
        assert text in person.first
    said = person.type("e Z/24/012345")
    assert "Evidence: https://example.org/a; Z/24/012345" in said
    assert "case number" in person.type("e javascript:alert(1)")
    person.type("r eerst")
    assert "Remark: daarna" in person.type("r daarna")  # a text takes the place of the one before
    for number in range(8):
        person.type(f"e {number}")
    assert "at most 10" in person.type("e elf")
    person.type("q")
    row = home.json("questions", ROUND, "--theme", "S1")["questions"][0]
    assert row["evidence"] == ["https://example.org/a", "Z/24/012345", *map(str, range(8))]
    home.run("answer", ROUND, "S1.1", "--evidence", "https://example.org/b")
    assert home.json("questions", ROUND)["questions"][0]["evidence"] == ["https://example.org/b"]
    home.run("answer", ROUND, "S1.1", "--evidence", "", "--remark", "")
    row = home.json("questions", ROUND)["questions"][0]
    assert (row["evidence"], row["remark"], row["note"], row["value"]) == ([], "", "intern", "3")


def test_answering_one_by_one_speaks_dutch(team):
    home = team.person("respondent", "GM0200")
    person = Terminal(home, "--theme", "S1", language="nl")
    assert "vastgesteld, bekend en toegepast" in person.first and "Advies:" in person.first
    assert "Kies een niveau van 0 tot en met 4." in person.type("7")
    assert "Opgeslagen. Volledigheid 1 %" in person.type("2")
    assert asked(person.type("terug")) == "S1.1"
    assert "keer opgeslagen" in person.type("stop")
    assert person.end() == 0


def test_answering_one_by_one_refuses_a_line_that_is_too_long_whole(team):
    home = team.person("respondent", "GM0200")
    said = home.run("fill", ROUND, "--theme", "S1", stdin="3" * 9000 + "\n2\nq\n")
    assert said.out.count("That is too long") == 1
    assert answers_of(home) == {"S1.1": "2"}


def test_answering_one_by_one_goes_through_a_pipe_to_its_end(team):
    home = team.person("respondent", "GM0200")
    said = home.run("fill", ROUND, "--theme", "S1", stdin="1\n\n2")  # the last line has no end
    assert answers_of(home) == {"S1.1": "1", "S1.3": "2"} and "Saved 2 times." in said.out
    left = home.run("fill", ROUND, "--theme", "S1", stdin="q\n").out
    assert asked(left) == "S1.2"  # what is answered is not asked again
    everything = home.run("fill", ROUND, "--theme", "S1", "--all", stdin="q\n").out
    assert asked(everything) == "S1.1" and "Answered now: 1 " in everything
    assert home.run("fill", ROUND, stdin="").out.count("[1/76]") == 1
    home.run("fill", ROUND, "--json", expect=USAGE)
    home.run("fill", expect=USAGE)


def test_answering_one_by_one_says_when_nothing_is_open(team):
    home = team.person("respondent", "GM0200")
    rows = home.json("questions", ROUND, "--theme", "S1")["questions"]
    home.answer_file("".join(f"{row['id']}\tunknown\n" for row in rows))
    assert "Nothing is open here any more" in home.run("fill", ROUND, "--theme", "S1").out
    assert "terminal" not in home.run("fill", "1999", expect=FAILED).err


def test_answering_one_by_one_goes_on_where_every_answer_is_as_large_as_it_may_be(team):
    home = team.person("respondent", "GM0200")
    rows = home.json("questions", ROUND)["questions"]
    home.answer_file("".join(f"{row['id']}\tunknown\n" for row in rows))
    evidence = [word for number in range(10) for word in ("--evidence", f"https://example.org/{number}/" + "x" * 470)]
    for row in rows[:8]:
        home.run("answer", ROUND, row["id"], "--remark", "r" * 4000, "--note", "n" * 4000, *evidence)
    typed = "".join(f"{number % 5}\nb\n" for number in range(400))
    said = home.run("fill", ROUND, "--theme", "S1", "--all", stdin=typed + "q\n")
    assert "Saved 400 times." in said.out


def test_answering_one_by_one_keeps_its_memory_however_long_it_takes(team):
    home = team.person("respondent", "GM0200")
    typed = ("drie" * 1000 + "\n") * 20000  # is no level, and asked again
    said = home.run("fill", ROUND, "--theme", "S1", stdin=typed + "2\nq\n")
    assert "Saved 1 time." in said.out and answers_of(home) == {"S1.1": "2"}


def test_nothing_is_cut_or_broken_within_a_word_on_a_narrow_screen(team):
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3")
    home.answer("S2.2", "40")
    wide = []
    for command in ("questions", "score", "fill", "log", "status", "conflicts"):
        for language in ("nl", "en"):
            person = Terminal(home, command=command, columns=80, language=language)
            lines = person.first.split("\n")
            person.end()
            wide += [line for line in lines if len(line) > 80]
            assert "…" not in "".join(line for line in lines if not line.startswith("…"))
    assert wide == []
    person = Terminal(home, command="score", columns=50)
    person.end()
    assert re.search(r"^  O2 Buildings:[^\n]*(\n    [a-z, ]+)*\n    ([a-z]+, )*operation *$", person.first, re.MULTILINE)


def test_a_list_of_choices_goes_on_below_its_text(team):
    home = team.person("respondent", "GM0200")
    person = Terminal(home, "--theme", "S1", columns=40)
    question = person.first[person.first.index("[1/"):]
    assert all(len(line) <= 40 for line in question.split("\n")[1:])
    assert "      3  adopted, known and applied" in question
    person.end()
