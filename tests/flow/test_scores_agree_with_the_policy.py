"""Scores: what `score` says is what deploy/SCORING.md says, for hundreds of random municipalities."""

import random
import shutil

import pytest
import yaml

from tests.support.policy import INSUFFICIENT, NONE, Policy
from tests.support.processes import FAILED, REFERENCE, ROUND, USAGE, Home

SETS, PARTS = 240, 4  # of random answers, over tests that may run side by side
GAINS_SHOWN = 5


@pytest.fixture(scope="module")
def policy():
    return Policy(yaml.safe_load((REFERENCE / "questionnaire-ci-1.yaml").read_text()))


def typed(question, random_):
    """A random value that fits the question."""
    kind = question["kind"]
    if kind == "maturity":
        return str(random_.randint(0, 4))
    if kind == "percentage":
        return str(random_.choice([0, 100, question["full_at"], random_.randint(0, 100)]))
    if kind == "number":
        return str(random_.randint(0, 9))
    if kind == "yes_partly_no":
        return random_.choice(["yes", "partly", "no"])
    if kind == "free_text":
        return "Wij deelden onze bestekken."
    chosen = [option["id"] for option in question["options"] if random_.random() < 0.4]
    return ",".join(chosen) or "none"


def typed_euros(policy, random_, spend):
    """Fills `spend`; every now and then only a total is known."""
    if random_.random() < 0.8:
        for name, theme in policy.themes.items():
            if theme.get("category") and random_.random() < 0.8:
                spend[name] = random_.choice([0, 1, 3, random_.randint(0, 10**7), random_.randint(0, 10**11)])
    parts = [f"{name}={amount}" for name, amount in spend.items()]
    return ",".join([f"total={sum(spend.values()) + random_.randint(0, 10**6)}", *parts])


def random_answers(policy, random_):
    """(answers, spend): sparse or full, low or high, with much or little that does not apply."""
    answered, away, unknown = random_.choice([0.05, 0.5, 0.9, 1]), random_.choice([0, 0.3, 0.9]), random_.choice([0, 0.2])
    answers, spend = {}, {}
    for name, question in policy.questions.items():
        if random_.random() >= answered:
            continue
        if question.get("na_allowed") and random_.random() < away:
            answers[name] = "n/a: komt hier niet voor"
        elif random_.random() < unknown:
            answers[name] = "unknown"
        elif question["kind"] == "euros":
            answers[name] = typed_euros(policy, random_, spend)
        else:
            answers[name] = typed(question, random_)
    return answers, spend


def shown(node):
    return INSUFFICIENT if node["insufficient_data"] else NONE if node["score"] is None else node["score"]


def hold_against(policy, report, answers, spend):
    expected = policy.nodes(answers, spend)
    found = {node["node"]: shown(node) for node in report["nodes"]}
    assert found == {name: expected[name] for name in found} and len(found) == len(expected)
    assert report["completeness"] == policy.completeness(answers)
    assert report["unknown_questions"] == [name for name in policy.questions if answers.get(name) == "unknown"]
    assert report["unknown"] == len(policy.named(answers, "unknown"))
    assert report["not_applicable"] == len(policy.named(answers, "n/a"))
    counted = [name for name in policy.scored if answers.get(name)]
    assert report["unanswered"] == len(policy.scored) - len(counted)
    assert report["answered"] == len(counted) - report["unknown"] - report["not_applicable"]
    gains = [(gain["question"], gain["gain"]) for gain in report["gains"]]
    assert gains == policy.gains(answers, spend)[:GAINS_SHOWN]
    findings = [(row["kind"], row.get("from"), row.get("to")) for row in report["findings"]]
    assert len(findings) == len(set(findings)) and set(findings) == policy.findings(answers, spend)


@pytest.mark.parametrize("seed", range(PARTS))
def test_scores_of_random_municipalities_are_those_of_the_policy(team, policy, tmp_path, seed):
    random_ = random.Random(seed)
    fresh = team.person("respondent", "GM0200")
    for number in range(SETS // PARTS):
        home = Home(shutil.copytree(fresh.path, tmp_path / f"set-{number}"))
        answers, spend = random_answers(policy, random_)
        home.answer_file("".join(f"{name}\t{value}\n" for name, value in answers.items()))
        hold_against(policy, home.json("score", ROUND), answers, None)
        if spend:
            report = home.json("score", ROUND, "--by-spend")
            assert report["weighted_by_spend"] is True
            hold_against(policy, report, answers, spend)
        shutil.rmtree(home.path)


def test_scores_by_spend_are_refused_while_no_spend_is_known(team):
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3")
    home.answer("S2.5", "total=1000")
    assert home.json("score", ROUND, "--by-spend", expect=FAILED)["error"]["name"] == "spend_unknown"


def test_scores_count_evidence_as_substantiated_and_nothing_more(team, policy):
    home = team.person("respondent", "GM0200")
    home.answer_file("S1.1\t3\nS1.2\t1\nS1.3\tunknown\n")
    before = home.json("score", ROUND)
    home.answer("S1.2", "1", "--evidence", "https://example.org/doelen")
    after = home.json("score", ROUND)
    weights = [policy.status[name]["weight"] for name in ("S1.1", "S1.2", "S1.3")]
    assert (before["substantiated"], after["substantiated"]) == (0, 100 * weights[1] // sum(weights))
    assert after["nodes"] == before["nodes"]


def test_scores_are_said_in_words_in_both_languages(team):
    home = team.person("respondent", "GM0200")
    assert "No theme has 50 points yet." in home.run("score", ROUND).out
    home.answer_file("O0.3\t4\nS2.1\t0\nS1.1\tunknown\n")
    english, dutch = home.run("score", ROUND).out, home.run("score", ROUND, CIMONITOR_LANG="nl").out
    assert "First this: O0.3 stands at 100 and builds on S2.1, which stands at 0." in english
    assert "Practice without policy: strategic 0, operational 100." in english
    assert "Eerst dit: O0.3 staat op 100 en bouwt op S2.1, dat op 0 staat." in dutch
    assert "1 weet niet (telt als 0)" in dutch
    home.run("score", expect=USAGE)
    assert home.json("score", "1999", expect=FAILED)["error"]["name"] == "unknown_round"
