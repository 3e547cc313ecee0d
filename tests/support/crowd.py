"""crowd.py: many municipalities with a filled-in list each, for the stories about comparing them."""

from tests.support.processes import ROUND

GELDERLAND = ["GM0200", "GM0197", "GM0202", "GM0203", "GM0209", "GM0213", "GM0214", "GM0216", "GM0221", "GM0222", "GM0225"]


def fill(home, first, others="2", most=None, sync=True):
    """Answers everything: `first` to S1.1, maturity `others` to the rest, unknown where that does not fit."""
    rows = home.json("questions", ROUND)["questions"][:most]
    maturity = {row["id"] for row in rows if row["hint"].startswith("0, 1, 2, 3")}
    values = {row["id"]: others if row["id"] in maturity else "unknown" for row in rows} | {"S1.1": first}
    home.answer_file("".join(f"{name}\t{value}\n" for name, value in values.items()))
    if sync:
        home.sync()
    return home


def respondents(team, count, role="respondent"):
    return [team.person(role, area) for area in GELDERLAND[:count]]


def figure(report, area, node):
    """{"shown": …, "mean": …} of one area's node, from a report with "areas"."""
    figures = next(row["figures"] for row in report["areas"] if row["area"] == area)
    return next(row for row in figures if row["node"] == node)
