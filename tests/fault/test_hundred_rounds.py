"""A hundred times, something is killed at a random moment under load; every edit that was acknowledged is there afterwards.

CIMONITOR_SEED=N repeats the order of the blows (not the moments: real processes have their own).
"""

import os
import random
import time

from tests.support import powercut
from tests.support.processes import Team, wait_for
from tests.support.stranger import Strangers
from tests.support.writers import QUESTIONS, Laptop, Writer, accepted

ROUNDS = 300 if os.environ.get("CIMONITOR_LONG") else 100
POWER_CUTS = 8
PLACES = ("GM0200", "GM0307", "GM0363")


def seeded():
    seed = int(os.environ.get("CIMONITOR_SEED") or random.randrange(1 << 32))
    print(f"CIMONITOR_SEED={seed}")  # pytest shows it when the test fails
    return random.Random(seed)


def get_on(writers, laptops=()):
    """Each of them does something more."""
    before = {each: each.count for each in (*writers, *laptops)}
    wait_for(lambda: all(each.problem or each.count > count for each, count in before.items()), "everyone to get on")


def writers_of(strangers):
    return [Writer(strangers.person("respondent", place)) for place in PLACES]


def end(workers):
    for worker in workers:
        worker.enough = True
    for worker in workers:
        worker.join_well()


def lost(server, writers):
    """Edits that the server acknowledged and does not have."""
    there = accepted(server)
    return set().union(*(writer.ids for writer in writers)) - there


def records_are_what_was_acknowledged(writer):
    stranger = writer.stranger
    assert len(writer.acknowledged) == len(QUESTIONS)
    stranger.records.clear()
    stranger.cursors.clear()
    with stranger.greeted() as session:
        writer.push_what_is_unsure(session)
        stranger.pull(session)
    for key, edit in writer.acknowledged.items():
        assert stranger.record(key).standing == edit
        assert not stranger.record(key).rivals


def home_kept_what_it_saved(laptop):
    """Its edits by remark; the home opens, syncs, and knows all that a command said was saved."""
    laptop.home.sync(expect=None)
    assert laptop.home.json("status")["unsent"] == 0
    edits = laptop.edits()
    assert set(laptop.saved) <= edits.keys()
    return {number for number, _ in edits.values()}


def test_a_hundred_kills_under_load_lose_nothing_that_was_acknowledged(cold_server, tmp_path):
    dice, server = seeded(), cold_server.start()
    team, (first, second) = Team(tmp_path, server), ("GM0202", "GM0221")
    laptops = [Laptop(team.person("respondent", place)) for place in (first, second)]
    code = team.central.invite("central")
    strangers = Strangers(server, tmp_path, code)
    writers = writers_of(strangers)
    for worker in (*writers, *laptops):
        worker.start()
    for _ in range(ROUNDS):
        get_on(writers)
        time.sleep(dice.random() * 0.1)
        if dice.random() < 0.6:
            server.kill()
            server.start()
        else:
            dice.choice(laptops).kill()
    end((*writers, *laptops))
    saved = [home_kept_what_it_saved(laptop) for laptop in laptops]
    for writer in writers:
        records_are_what_was_acknowledged(writer)
    server.stop()
    there = accepted(server)
    assert not set().union(*saved, *(writer.ids for writer in writers)) - there
    assert server.command("verify", "--json").json["differing"] == 0
    print(f"{sum(len(writer.ids) for writer in writers)} edits acknowledged to writers, {sum(map(len, saved))} of laptops, "
          f"of which {sum(laptop.killed for laptop in laptops)} processes were killed")
    assert all(laptop.synced and laptop.killed for laptop in laptops)


def under_power_cuts(server, folder, rounds, lies):
    """Writers on a server that loses what is unsynced, again and again; the writers, and how many bytes were lost."""
    strangers, gone = Strangers(server.start(), folder), 0
    writers = writers_of(strangers)
    server.stop()
    trace = folder / "trace"
    for number in range(rounds):
        disk = powercut.before(server)
        server.start(wrapper=powercut.wrapper(trace, lies), ASAN_OPTIONS="detect_leaks=0")
        for writer in writers if number == 0 else ():
            writer.start()
        get_on(writers)
        time.sleep(0.1)
        gone += powercut.cut(server, trace, disk)
    return writers, gone


def test_power_cuts_take_only_what_nobody_was_promised(cold_server, tmp_path):
    writers, _ = under_power_cuts(cold_server, tmp_path, POWER_CUTS, lies=False)
    cold_server.start()
    get_on(writers)
    end(writers)
    for writer in writers:
        records_are_what_was_acknowledged(writer)
    cold_server.stop()
    assert not lost(cold_server, writers)


def test_a_disk_that_lies_about_its_sync_is_found_out(cold_server, tmp_path):
    """The same question, on a server that replies before its edits are on disk: shows that it can fail."""
    writers, gone = under_power_cuts(cold_server, tmp_path, 1, lies=True)
    for writer in writers:
        writer.enough = True
    assert gone > 0
    assert lost(cold_server, writers)
