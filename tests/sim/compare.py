#!/usr/bin/env python3
"""The same random schedules through the model (model.py) and through the real ledger, handlers and client engine (sim --play):
the same records at the end, at the server and in every install.

    compare.py SIM [--seeds N] [--from N] [--steps N] [--plant MISTAKE]
    compare.py SIM --trace SEED: where the two part, and what led there

A schedule: people of one municipality write and resolve answers to two questions; syncs are cut where cuts differ; the server is
put back to earlier backups, homes to old copies; homes are cloned and destroyed. Values are compared, since ids are each side's
own. --plant makes a mistake in the model, to show that it would be noticed.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import model

PHASES = ("hello", "healed", "sent", "acknowledged", "whole")
CLONES_MAX, IMAGES_MAX = 5, 24  # what sim --play has room for


class Told(model.World):
    """A world that tells what it does, in the words of play.c."""

    def __init__(self, seed):
        super().__init__(seed)
        self.lines, self.copies, self.clones = [f"world {seed}", "backup"], 0, 0
        self.place = {install: number for number, install in enumerate(self.installs)}  # in sim: 0 to 2, then clones

    def tell(self, *words):
        self.lines.append(" ".join(map(str, words)))

    def write(self, install, key, value, resolve):
        install.write(key, value, resolve)
        self.tell("write", self.place[install], key[1:], value, int(resolve))

    def sync(self, install, phase):
        def cut(at):
            if at == phase or (phase == "sent" and at == "acknowledged"):
                raise model.Cut
        self.tell("sync", self.place[install], phase)
        try:
            install.sync(cut)
        except model.Cut:
            pass

    def clone(self, install):
        clone = model.Install(self, install.name)
        clone.restore(install.image())
        self.installs.append(clone)
        self.place[clone] = 7 + self.clones
        self.clones += 1
        self.tell("clone", self.place[install])

    def step(self):
        chance, pick = self.random.random(), self.random.choice
        install = pick(self.installs)
        if chance < 0.35:
            self.write(install, pick(self.keys), pick([1, 2, next(self.values), next(self.values)]), pick([True, False]))
        elif chance < 0.75:
            self.sync(install, pick(PHASES + ("whole",) * 4))
        elif chance < 0.83 and len(self.backups) < IMAGES_MAX:
            self.backups.append(self.server.image())
            self.tell("backup")
        elif chance < 0.88:
            number = self.random.randrange(max(0, len(self.backups) - 4), len(self.backups))
            self.server.restore(self.backups[number])
            self.tell("restore", number)
        elif chance < 0.92 and self.copies < IMAGES_MAX:
            self.images.append((install, install.image(), self.copies))
            self.tell("copy", self.place[install])
            self.copies += 1
        elif chance < 0.97 and self.images:
            install, image, number = pick(self.images)
            install.restore(image)
            self.tell("put", self.place[install], number)
        elif chance < 0.985 and self.clones < CLONES_MAX:
            self.clone(install)
        elif chance >= 0.985 and len(self.installs) > 2:
            self.installs.remove(install)
            self.images = [each for each in self.images if each[0] is not install]
            self.tell("destroy", self.place[install])

    def settle(self):
        """As the model does, without its own opinion on what is lost: that is compared."""
        for _ in range(12):
            for install in self.installs:
                self.sync(install, "whole")
        self.tell("end")

    def shown(self, records):
        values = {key: [self.edits[record.standing].value, *sorted(self.edits[each].value for each in record.rivals)]
                  for key, record in records.items()}
        return {int(key[1:]): tuple(of) for key, of in values.items()}

    def outcome(self):
        return [("server", self.shown(self.server.records))] + [
            (f"install {self.place[install]}", self.shown(install.replica)) for install in self.installs]


def told(seed, steps):
    world = Told(seed)
    for _ in range(steps):
        world.step()
    world.settle()
    return world


def played(sim, worlds):
    """What the real code made of the same: {seed: [(who, {key: (standing, rivals…)})]}."""
    with tempfile.NamedTemporaryFile("w", suffix=".schedule") as file:
        file.write("".join(line + "\n" for world in worlds for line in world.lines))
        file.flush()
        done = subprocess.run([sim, "--play", file.name], capture_output=True, text=True)
    found, now = {}, None
    for line in done.stdout.splitlines():
        word, *rest = line.split()
        if word == "world":
            now = found.setdefault(int(rest[0]), [])
        elif word in ("server", "install"):
            now.append((line, {}))
        elif word == "key":
            now[-1][1][int(rest[0])] = tuple(map(int, rest[1:2])) + tuple(sorted(map(int, rest[2:])))
    return found, done


def trace(sim, seed, steps):
    """Shows after every line, and says at which the two part."""
    world, shown = Told(seed), []
    for _ in range(steps):
        world.step()
        shown.append((len(world.lines), world.outcome()))
    lines = list(world.lines)
    world.lines = []
    before = 0
    for count, _ in shown:
        world.lines += [*lines[before:count], "show"]
        before = count
    world.lines.append("end")
    found, done = played(sim, [world])
    said = found.get(seed, [])
    for count, outcome in shown:
        now, said = said[: len(outcome)], said[len(outcome):]
        if now != outcome:
            print("\n".join(lines[:count]))
            print(f"here the model has {outcome}\n  and the code {now}")
            return 1
    print(f"they never part before the end; {done.stderr}")
    return 0


DIFFERS = 3  # an exit status that no mistake of Python's has


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("sim")
    arguments.add_argument("--seeds", type=int, default=300)
    arguments.add_argument("--from", type=int, default=1, dest="first")
    arguments.add_argument("--steps", type=int, default=60)
    arguments.add_argument("--plant")
    arguments.add_argument("--trace", type=int)
    chosen = arguments.parse_args()
    model.planted = chosen.plant
    if chosen.trace is not None:
        return trace(chosen.sim, chosen.trace, chosen.steps)
    worlds = [told(seed, chosen.steps) for seed in range(chosen.first, chosen.first + chosen.seeds)]
    found, done = played(chosen.sim, worlds)
    differing = 0
    for seed, world in zip(range(chosen.first, chosen.first + chosen.seeds), worlds):
        if found.get(seed) == world.outcome():
            continue
        differing += 1
        if differing <= 3:
            print(f"seed {seed}: the model {world.outcome()}\n  the code {found.get(seed)}")
    if done.returncode:
        print(f"sim --play ended with {done.returncode}: {done.stderr[-2000:]}")
    print(f"{len(worlds)} schedules, {differing} end otherwise; "
          f"{sum(any(len(of) > 1 for of in world.outcome()[0][1].values()) for world in worlds)} with rivals")
    return 2 if done.returncode else DIFFERS if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
