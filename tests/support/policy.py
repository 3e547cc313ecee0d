"""policy.py: deploy/SCORING.md once more, in Python, from its words alone: what the programs' figures are held against.

`value` of an answer: what is typed for it ("3", "45", "yes", "a,b", "unknown", "n/a: why"), or None. Fractions are exact;
every mean is rounded half up from the rounded scores below it (rule 1). Knows nothing of the programs.
"""

from fractions import Fraction

NONE, INSUFFICIENT = "none", "insufficient"
AGREEMENT = {"yes": 10000, "partly": 5000, "no": 0}


def half_up(fraction):
    return int((2 * fraction + 1) // 2)


def mean(pairs):
    """Rules 1 and 6: of (score, weight); over nothing, or over no weight, there is none."""
    scored = [(score, weight) for score, weight in pairs if isinstance(score, int)]
    weights = sum(weight for _, weight in scored)
    return half_up(Fraction(sum(score * weight for score, weight in scored)) / weights) if weights else NONE


class Policy:
    def __init__(self, questionnaire):
        self.levels = {level["id"]: level["weight_percent"] for level in questionnaire["levels"]}
        self.focal_points = [point["id"] for point in questionnaire["focal_points"]]
        self.themes = {theme["id"]: theme for theme in questionnaire["themes"]}
        self.links = questionnaire["links"]
        self.questions = {}
        for theme in questionnaire["themes"]:
            for question in theme["questions"]:
                self.questions[question["id"]] = {**question, "theme": theme["id"]}
        self.scored = {
            name: question
            for name, question in self.questions.items()
            if question["weight"] and question["kind"] not in ("euros", "free_text")
        }
        self.status = {name: q for name, q in self.scored.items() if q.get("facet") != "progress"}
        self.progress = {name: q for name, q in self.scored.items() if q.get("facet") == "progress"}

    def score_of(self, name, value):
        """Rules 2 to 4. None: not in any mean."""
        question = self.scored[name]
        if value is None or value.startswith("n/a"):
            return None
        if value == "unknown":
            return 0
        return getattr(self, question["kind"])(question, value)

    def maturity(self, question, value):
        return 2500 * int(value)

    def percentage(self, question, value):
        return min(10000, half_up(Fraction(10000 * int(value), question["full_at"])))

    def number(self, question, value):
        low, full = question["zero_at"], question["full_at"]
        return half_up(min(max(Fraction(10000 * (int(value) - low), full - low), Fraction(0)), Fraction(10000)))

    def yes_partly_no(self, question, value):
        return AGREEMENT[value]

    def points(self, question, value):
        points = {option["id"]: option["points"] for option in question["options"]}
        return [points[option] for option in value.split(",") if option != "none"]

    def choices(self, question, value):
        return 100 * min(100, sum(self.points(question, value)))

    def ladder(self, question, value):
        return 100 * max(self.points(question, value), default=0)

    def scores(self, answers):
        return {name: self.score_of(name, answers.get(name)) for name in self.scored}

    def tree(self, scores, questions, not_applicable, spend=None):
        """Rules 5 to 8, and 13: ({theme: score}, {level: score}, overall)."""
        themes, levels = {}, {}
        for theme in self.themes:
            own = [name for name in questions if questions[name]["theme"] == theme]
            weight = sum(questions[name]["weight"] for name in own)
            away = sum(questions[name]["weight"] for name in own if name in not_applicable)
            too_little = own and Fraction(away, weight) > Fraction(40, 100)
            themes[theme] = INSUFFICIENT if too_little else mean((scores[name], questions[name]["weight"]) for name in own)
        for level in self.levels:
            weights = self.weights(level, spend)
            levels[level] = mean((themes[theme], weights[theme]) for theme in weights)
        return themes, levels, mean((levels[level], self.levels[level]) for level in levels)

    def weights(self, level, spend):
        """Rule 13."""
        own = {name: theme for name, theme in self.themes.items() if theme["level"] == level}
        weights = {name: Fraction(theme["weight_percent"]) for name, theme in own.items()}
        categories = [name for name, theme in own.items() if theme.get("category")]
        euros = sum((spend or {}).get(name, 0) for name in categories)
        if euros:
            shared = sum(weights[name] for name in categories)
            weights.update({name: shared * spend.get(name, 0) / euros for name in categories})
        return weights

    def nodes(self, answers, spend=None):
        """Every node's score, by the name that the programs give it."""
        scores, away = self.scores(answers), self.named(answers, "n/a")
        found = {name: NONE for name in self.questions}
        found |= {name: NONE if score is None else score for name, score in scores.items()}
        for prefix, questions, last in ("", self.status, "overall"), ("progress/", self.progress, "progress"):
            themes, levels, whole = self.tree(scores, questions, away, spend)
            found |= {prefix + name: score for name, score in (themes | levels).items()} | {last: whole}
        for point in self.focal_points:  # rule 10
            own = [question for question in self.status.values() if question.get("focal_point") == point]
            found[f"focal/{point}"] = mean((scores[question["id"]], question["weight"]) for question in own)
        return found

    def named(self, answers, start):
        return [name for name in self.scored if (answers.get(name) or "").startswith(start)]

    def completeness(self, answers):
        """Rule 11."""
        return 100 * sum(answers.get(name) is not None for name in self.scored) // len(self.scored)

    def gains(self, answers, spend=None):
        """Rule 14: (question, gain), greatest first."""
        scores, away = self.scores(answers), self.named(answers, "n/a")
        now = self.tree(scores, self.status, away, spend)[2]
        found = []
        for name in self.status:
            if scores[name] is not None:
                best = self.tree({**scores, name: 10000}, self.status, away, spend)[2]
                found.append((name, best - now if isinstance(now, int) else 0))
        return sorted((pair for pair in found if pair[1] > 0), key=lambda pair: -pair[1])

    def findings(self, answers, spend=None):
        """Rule 15: {(kind, from, to)}."""
        known = {name: score for name, score in self.scores(answers).items() if answers.get(name) != "unknown"}
        found = set()
        for link in self.links:
            a, b = known.get(link["from"]), known.get(link["to"])
            if a is None or b is None:
                continue
            if link["kind"] == "requires" and a >= 7500 and b < 5000:
                found.add(("first_this", link["from"], link["to"]))
            if link["kind"] == "mirrors" and abs(a - b) >= 5000:
                found.add(("talk", link["from"], link["to"]))
        levels = self.tree(self.scores(answers), self.status, self.named(answers, "n/a"), spend)[1]
        strategic, operational = levels["strategic"], levels["operational"]
        if isinstance(strategic, int) and isinstance(operational, int):
            if strategic - operational > 2000:
                found.add(("policy_without_practice", None, None))
            if strategic - operational < -2000:
                found.add(("practice_without_policy", None, None))
        return found
