"""Comparing: what of others is shown, from how many on, to whom, and how it moves while one watches."""

import datetime
import statistics

import pytest

from tests.support.crowd import figure, fill, respondents
from tests.support.live import Live
from tests.support.processes import DONE, FAILED, OFFLINE, ROUND, USAGE


def benchmark(home, *words):
    return home.json("benchmark", ROUND, "--area", "PV25", *words)


def test_comparing_shows_a_mean_from_five_and_a_spread_from_ten(team):
    homes = respondents(team, 11)
    levels = [0, 1, 2, 3, 4, 0, 1, 1, 4, 3, 0]
    for number, (home, level) in enumerate(zip(homes, levels), 1):
        fill(home, str(level))
        if number not in (4, 5, 7, 8, 11):
            continue
        report = benchmark(team.central)
        found, alike = figure(benchmark(team.central, "--node", "S1.1"), "PV25", "S1.1"), figure(report, "PV25", "O0")
        seen = {7: 5}.get(number, number)  # two who come wait for a third
        points = [25 * level for level in levels[:seen]]
        assert report["participation"]["benchmarked"] == number
        assert alike == {"node": "O0", "shown": "withheld"}  # all have the same
        if number == 4:
            assert found == {"node": "S1.1", "shown": "withheld"}
            continue
        assert (found["count"], found["mean"]) == (seen, int(sum(points) / seen + 0.5))
        assert ("median" in found) == (found["shown"] == "spread") == (number == 11)
    assert found["deviation"] == int(statistics.pstdev(points) + 0.5)
    assert found["median"] == int(statistics.median(points) + 0.5)
    lower, _, upper = statistics.quantiles(points, n=4, method="inclusive")
    assert (found["quartile_1"], found["quartile_3"]) == (int(lower + 0.5), int(upper + 0.5))
    assert {"minimum", "maximum", "histogram", "bins", "sum"}.isdisjoint(found)


def test_what_a_region_and_its_province_would_tell_together_is_not_shown(team):
    areas = ("NL", "PV25", "RES-NOORD-VELUWE", "RES-ACHTERHOEK")
    veluwe, achterhoek = ("GM0230", "GM0233", "GM0243", "GM0244", "GM0269"), ("GM0197", "GM0222", "GM0294", "GM1509", "GM1586", "GM1859")

    def shown():
        words = [word for area in areas for word in ("--area", area)]
        report = team.central.json("benchmark", ROUND, "--node", "S1.1", *words)
        return [area for area in areas if figure(report, area, "S1.1")["shown"] != "withheld"]

    def take_part(municipality, level):
        fill(team.person("respondent", municipality), str(level))

    for level, municipality in enumerate(veluwe):
        take_part(municipality, level)
    assert shown() == ["NL", "PV25", "RES-NOORD-VELUWE"]  # the same five: nothing is left when subtracted
    for level, municipality in enumerate(achterhoek[:3]):
        take_part(municipality, level)
    assert shown() == ["NL", "PV25"]  # the province less the region would be those three
    for level, municipality in enumerate(achterhoek[3:]):
        take_part(municipality, level)
    assert shown() == list(areas)


def test_comparing_leaves_out_whoever_is_below_eighty_per_cent(team):
    homes = respondents(team, 5)
    for level, home in enumerate(homes[:4]):
        fill(home, str(level))
    fill(homes[4], "4", most=60)
    assert homes[4].json("score", ROUND)["completeness"] < 80
    report = benchmark(team.central, "--node", "S1.1")
    assert figure(report, "PV25", "S1.1")["shown"] == "withheld"
    assert (report["participation"]["started"], report["participation"]["benchmarked"]) == (5, 4)
    fill(homes[4], "4", most=64)
    assert homes[4].json("score", ROUND)["completeness"] >= 80
    assert figure(benchmark(team.central, "--node", "S1.1"), "PV25", "S1.1")["mean"] == 50
    homes[4].run("answer", ROUND, "S1.2", "--clear")  # and out again
    for row in homes[4].json("questions", ROUND, "--theme", "S2")["questions"]:
        homes[4].run("answer", ROUND, row["id"], "--clear")
    homes[4].sync()
    assert benchmark(team.central)["participation"]["benchmarked"] == 4
    assert figure(benchmark(team.central, "--node", "S1.1"), "PV25", "S1.1")["count"] == 5  # it waits for two others
    for home in (homes[0], homes[2]):
        fill(home, "1")
    assert figure(benchmark(team.central, "--node", "S1.1"), "PV25", "S1.1")["shown"] == "withheld"


def test_comparing_works_offline_with_the_figures_of_the_last_sync(team):
    homes = respondents(team, 5)
    assert homes[0].json("compare", ROUND)["own"][0] == {"node": "overall", "points": None}
    for level, home in enumerate(homes):
        fill(home, str(level))
    homes[0].sync()
    team.server.stop()
    report = homes[0].json("compare", ROUND, "--questions")
    assert {row["area"] for row in report["benchmark"]["areas"]} == {"NL", "PV25", "RES-CLEANTECH", "SC4"}
    assert figure(report["benchmark"], "PV25", "S1.1")["mean"] == 50
    assert figure(report["benchmark"], "NL", "S1.1")["mean"] == 50
    assert figure(report["benchmark"], "RES-CLEANTECH", "S1.1")["shown"] == "withheld"
    assert {"node": "S1.1", "points": 0} in report["own"]
    homes[0].answer("S1.1", "4")  # the own figure moves at once, the others' stay
    later = homes[0].json("compare", ROUND, "--questions")
    assert {"node": "S1.1", "points": 100} in later["own"] and later["benchmark"] == report["benchmark"]
    shown = homes[0].run("compare", ROUND, "--questions", CIMONITOR_LANG="nl").out
    line = next(line for line in shown.splitlines() if line.startswith("S1.1 "))
    assert sorted(line.split()[-7:]) == sorted(["100", "50", "+50", "50", "+50", "…", "…"])
    assert f"Stand van {datetime.datetime.fromisoformat(report['benchmark']['as_of']).astimezone():%Y-%m-%d %H:%M}" in shown
    assert "Voortgang: Algemeen beleid" in shown and shown.split()[:3] == ["Apeldoorn", "Nederland", "Gelderland"]
    english = homes[0].run("compare", ROUND).out
    assert "three" not in english and "drie" not in shown  # each figure is judged by itself
    assert "Progress: General policy" in english and "Netherlands" in english and "Nederland" not in english
    for command in ("benchmark", "watch"):
        assert homes[0].run(command, ROUND, expect=OFFLINE).err.startswith("cimonitor: No connection")
    homes[0].run("compare", expect=USAGE)
    assert homes[0].json("compare", "1999", expect=FAILED)["error"]["name"] == "unknown_round"


def test_comparing_gives_coordinators_a_list_and_respondents_none(team):
    homes = respondents(team, 5)
    for level, home in enumerate(homes):
        fill(home, str(level))
    coordinator = team.person("coordinator", "PV25")
    report = coordinator.json("benchmark", ROUND)
    assert [row["area"] for row in report["areas"]] == ["PV25"]  # the own area unless another is named
    listed = {row["municipality"]: row for row in report["participation"]["participants"]}
    assert listed["GM0200"]["name"] == "Apeldoorn" and listed["GM0200"]["completeness"] == 100
    assert listed["GM0200"]["state"] == "draft" and report["participation"]["started"] == 5
    assert "Apeldoorn" in coordinator.run("benchmark", ROUND).out
    own = benchmark(homes[0])["participation"]
    assert own["participants"] == [] and own["started"] == 5
    assert "Apeldoorn" not in homes[0].run("benchmark", ROUND, "--area", "PV25").out
    elsewhere = coordinator.json("benchmark", ROUND, "--area", "PV20", expect=None)
    assert elsewhere.get("participation", {}).get("participants", []) == []


@pytest.mark.parametrize("area", ["GM0200", "SC4", "XX"])
def test_comparing_shows_nothing_of_a_municipality_alone(team, area):
    fill(respondents(team, 1)[0], "3")  # the only one of its size class
    report = team.central.json("benchmark", ROUND, "--area", area, expect=None)
    shown = [row for areas in report.get("areas", []) for row in areas["figures"] if row["shown"] != "withheld"]
    assert shown == []


def test_size_classes_are_shown_once_the_round_is_released(team):
    for level, area in enumerate(("GM0200", "GM0202", "GM0228", "GM0268", "GM0193")):  # 100,000 to 300,000 each
        fill(team.person("respondent", area), str(level))
    asked = ("--area", "NL", "--area", "SC4", "--node", "S1.1")
    open_round = benchmark(team.central, *asked)
    assert figure(open_round, "NL", "S1.1")["mean"] == 50 and figure(open_round, "SC4", "S1.1")["shown"] == "withheld"
    assert "released" in team.central.run("benchmark", ROUND, *asked).out
    for step in ("close", "release"):
        team.central.run("round", step, ROUND)
        team.central.sync()
    assert figure(benchmark(team.central, *asked), "SC4", "S1.1")["mean"] == 50


@pytest.mark.parametrize("command", ["benchmark", "watch"])
def test_comparing_refuses_areas_and_nodes_that_have_no_figures(team, command):
    central = team.central

    def refused(*words, language="en"):
        error = central.json(command, ROUND, *words, expect=FAILED, CIMONITOR_LANG=language)["error"]
        assert words[1] in error["text"] and words[0] in error["text"]
        return error["name"], error["text"]

    central.sync()
    name, text = refused("--area", "GM0200")
    assert name == "unknown_area" and all(word in text for word in ("PV25 Gelderland", "RES-FOODVALLEY", "SC4"))
    assert "cimonitor score" in text and "cimonitor compare" in text
    name, text = refused("--area", "GM0200", language="nl")
    assert "PV25 Gelderland" in text and "gemeente" in text
    for typo in "PV99", "pv25", "Gelderland", "%n":
        name, text = refused("--area", typo)
        assert name == "unknown_area" and "PV25 Gelderland" in text
    for typo in "S9.9", "s1", "focal/XX", "%n":
        name, text = refused("--node", typo)
        assert name == "unknown_node"
        assert all(word in text for word in ("overall", "strategic", "S1, S2", "focal/HH", "S1.1", "progress"))
    assert "thema" in refused("--node", "S9.9", language="nl")[1]
    central.run(command, ROUND, "--area", "SC4", "--node", "focal/HH", *(["--for", "0"] if command == "watch" else []))


def watch(home, *words):
    return Live(home, "watch", ROUND, *words)


def figures(watcher, wanted=lambda state: True):
    return watcher.until(lambda said: said["event"] == "figures" and wanted(said))


def test_comparing_live_sees_figures_and_participation_move(team):
    homes = respondents(team, 5)
    for level, home in enumerate(homes):
        fill(home, str(level), sync=level < 4)
    watcher = watch(team.person("coordinator", "PV25"), "--node", "S1.1")
    first = figures(watcher)
    assert figure(first, "PV25", "S1.1")["shown"] == "withheld" and first["participation"]["benchmarked"] == 4
    homes[4].sync()
    moved = figures(watcher, lambda state: state.get("areas") and figure(state, "PV25", "S1.1")["shown"] == "mean")
    assert figure(moved, "PV25", "S1.1")["mean"] == 50
    team.server.stop()
    assert watcher.event("waiting")["reason"] in ("stopping", "network")
    team.server.start()
    assert figure(figures(watcher), "PV25", "S1.1")["mean"] == 50
    assert watcher.stop()[::2] == (DONE, "")


def test_comparing_live_ends_after_the_time_that_was_asked(team):
    assert watch(team.central, "--for", "1").end()[::2] == (DONE, "")
    for wrong in ("soon", "-1", "1.5", ""):
        team.central.run("watch", ROUND, "--for", wrong, expect=USAGE)
    team.central.run("watch", expect=USAGE)
