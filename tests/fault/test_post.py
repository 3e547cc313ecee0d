"""Homes that sync by wire and by file, in any order, with old files, lost answers and a server that goes back: nothing is lost."""

import random
import shutil

import pytest

from tests.flow.test_a_server_put_back_in_time import copy_server, put_back
from tests.flow.test_sync_between_homes import value_of

QUESTIONS = [["S1.1", "S1.2"], ["S1.3", "S2.1"], ["S3.1", "S3.2"]]  # each home's own, so that the last word is known
STEPS = 70


class Season:
    """What happens, from a seed; `said` tells it where something went wrong."""

    def __init__(self, team, folder, seed):
        self.team, self.folder, self.chance, self.said = team, folder, random.Random(seed), [f"seed {seed}"]
        self.homes = [team.person("respondent", "GM0200") for _ in QUESTIONS]
        self.last = {}
        self.files = [[] for _ in QUESTIONS]  # every bundle that a home ever made
        self.replies = [[] for _ in QUESTIONS]
        self.copies = 0

    def write(self, who):
        question, value = self.chance.choice(QUESTIONS[who]), str(self.chance.randrange(5))
        self.homes[who].answer(question, value)
        self.last[question] = value

    def sync(self, who):
        self.homes[who].sync(expect=None)

    def bundle(self, who):
        path = self.folder / f"{who}-{len(self.files[who])}.bundle"
        self.homes[who].json("bundle", path)
        self.files[who].append(path)

    def accept(self, who):
        """Mostly the newest; now and then an old one."""
        if self.files[who]:
            path = self.files[who][-1] if self.chance.random() < 0.7 else self.chance.choice(self.files[who])
            reply = self.folder / f"{who}-{len(self.replies[who])}.reply"
            self.team.central.json("accept", path, reply)
            self.replies[who].append(reply)

    def take(self, who):
        if self.replies[who]:
            reply = self.replies[who][-1] if self.chance.random() < 0.7 else self.chance.choice(self.replies[who])
            said = self.homes[who].json("bundle", "--reply", reply, expect=None)
            assert "error" not in said or said["error"]["name"] == "not_awaited"

    def copy(self, _):
        self.copies += 1
        copy_server(self.team.server, self.folder / f"copy-{self.copies}")

    def go_back(self, _):
        if self.copies:
            put_back(self.team.server, self.folder / f"copy-{self.chance.randint(1, self.copies)}")

    def step(self):
        deeds = [self.write, self.bundle, self.accept, self.take, self.sync, self.copy, self.go_back]
        deed = self.chance.choices(deeds, weights=[10, 6, 8, 8, 4, 1, 1])[0]
        who = self.chance.randrange(len(self.homes))
        self.said.append(f"{deed.__name__} {who}")
        deed(who)

    def quiet(self, by_file):
        """Until nobody has anything left to say: by file alone, or by wire."""
        for _ in range(4):
            for who, home in enumerate(self.homes):
                if by_file:
                    self.bundle(who)
                    reply = self.folder / "last.reply"
                    self.team.central.json("accept", self.files[who][-1], reply)
                    home.json("bundle", "--reply", reply, expect=None)
                else:
                    home.sync(expect=None)


@pytest.mark.parametrize("seed", range(6))
def test_by_wire_and_by_file_every_last_word_is_there(team, tmp_path, seed):
    season = Season(team, tmp_path, seed)
    try:
        for _ in range(STEPS):
            season.step()
        season.quiet(by_file=seed % 2 == 0)
        for home in season.homes:
            assert home.json("status", expect=None)["unsent"] == 0
            assert {question: value_of(home, question) for question in season.last} == season.last
        newcomer = team.person("lead", "GM0200")
        assert {question: value_of(newcomer, question) for question in season.last} == season.last
    except BaseException:
        print("\n".join(season.said))
        raise
    team.server.stop()
    team.server.command("verify")
    for copy in tmp_path.glob("copy-*"):
        shutil.rmtree(copy)
