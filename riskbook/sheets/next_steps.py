"""What to do for one asset, and why: the questions that bring it down soonest, the threats behind it, its figures."""

from __future__ import annotations

from collections import Counter
from typing import Any

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, MARK_FIELDS, Assessment, Location, records
from riskbook.sheets import words
from riskbook.sheets.theme import level_word
from riskbook.sheets.words import Row, number
from riskbook.text import joined, label

_QUESTIONS, _THREATS, _WIDEST = 3, 2, 48


class NextSteps:
    """The sentences about the assets of one assessment, in one language."""

    def __init__(self, assessment: Assessment, method: Method, lang: str) -> None:
        self._assessment, self._method, self._lang = assessment, method, lang
        measures = assessment.roadmap.measures
        lines = records(measures[["item", "question", "sheet", "cell"]])
        self._questions = dict(zip(measures.index.tolist(), lines, strict=True))
        self._threats = _threats(assessment)
        rows = records(assessment.risks[["medium", "risk", "business", "name"]])
        self._alike = Counter(number(row["risk"]) for row in rows)
        self._of_medium = Counter((row["medium"], number(row["risk"])) for row in rows)
        fixed = {medium.name for medium in method.media if not medium.portable}
        self._fixed: dict[Any, list[str]] = {}
        for row in rows:
            if row["medium"] in fixed:
                self._fixed.setdefault((row["business"], row["name"]), []).append(row["medium"])

    # --- what to do ---

    def proposal(self, row: Row) -> str:
        """What to do for an asset, by its decision or else by the suggestion."""
        treatment = row["decided"] or row["treatment"]
        if treatment is None:
            return self._say("unassessed")
        parts = [self._reduce(row) if treatment == "reduce" else self._change(row, treatment)]
        threats = self._threats.get(row["medium"], ())
        if treatment == "reduce" and threats and row["threat_source"] == "sheet":
            parts.append(self._say("threats", names=list(threats)))
        return self._together(parts)

    def first_question(self, row: Row) -> Location | None:
        """The cell of the question to begin with, where the asset is to be brought down by measures."""
        nearest = self.nearest(row)
        if (row["decided"] or row["treatment"]) != "reduce" or not nearest:
            return None
        first = self._questions[nearest[0]]
        return Location(first["sheet"], first["cell"])

    def nearest(self, row: Row) -> tuple[int, ...]:
        """The measures that lower the asset's medium by a grade with least effort, if its risk follows them.

        They are labels in `Roadmap.measures`.
        """
        follows = row["vulnerability_source"] == "sheet" and not words.unassessed(row)
        return self._assessment.roadmap.nearest.get(row["medium"], ()) if follows else ()

    def _reduce(self, row: Row) -> str:
        if not self._method.has_vulnerability:
            return self._say("reduce-likelihood")
        if row["vulnerability_source"] == "row":
            return self._say("reduce-typed", vulnerability=number(row["vulnerability"]))
        nearest = self.nearest(row)
        if not nearest:
            follows = "reduce-none" if row["vulnerability_source"] == "sheet" else "reduce-elsewhere"
            return self._say("reduce-unknown" if self._assessment.ledger.checks is None else follows)
        shown = [words.question_words(self._questions[q], self._lang, _WIDEST) for q in nearest[:_QUESTIONS]]
        now = number(row["vulnerability"]) or 0
        lower = max(grade for grade in self._method.scale_of("vulnerability").ascending if grade < now)
        risk = self._risk_at(row, lower)
        params = {
            "questions": shown,
            "count": len(nearest),
            "more": len(nearest) - len(shown),
            "medium": words.medium_word(self._method, row["medium"], self._lang),
            "now": now,
            "lower": lower,
            "risk": risk,
        }
        parts = [self._say("reduce-all" if len(nearest) <= _QUESTIONS else "reduce", **params)]
        key = "falls" if risk < (number(row["risk"]) or 0) else "stays"
        parts.append(self._say(f"reduce-{key}", level=self._level(risk), **params))
        return self._together(parts)

    def _change(self, row: Row, treatment: str) -> str:
        """What exactly to avoid, transfer or retain: by the rule that suggests it, else in general."""
        name, medium = (
            row["name"] or "",
            words.medium_word(self._method, row["medium"] or row["medium_text"], self._lang),
        )
        fixed = self._fixed.get((row["business"], row["name"]), [])
        by_rule = {
            "retention-passed": ("avoid", "avoid-retention"),
            "portable-copy": ("avoid", "avoid-copy" if fixed else "avoid"),
            "portable-risk": ("avoid", "avoid-carrying"),
            "cost-exceeds-loss": ("retain", "retain-cost"),
        }
        meant, key = by_rule.get(row["rule"], ("", treatment))
        return self._say(
            key if meant == treatment else treatment,
            name=name,
            medium=medium or "",
            fixed=words.medium_words(self._method, tuple(dict.fromkeys(fixed)), self._lang),
            until=row["retention_date"],
            cost=words.amount(row["cost"]),
            loss=words.amount(row["loss"]),
            risk=number(row["risk"]),
            residual=number(row["residual"]),
        )

    # --- why ---

    def reason(self, row: Row) -> str:
        """Why the suggestion is made: the rule, and what is special about this asset."""
        if words.unassessed(row):
            return words.reason(row, self._method, self._lang)
        parts = [] if row["rule"] == "else" else [words.reason(row, self._method, self._lang)]
        parts.append(self._importance(row))
        parts.append(self._likelihood(row))
        parts.append(self._what_if(row))
        parts.append(self._standing(row))
        return self._together([part for part in parts if part])

    def _importance(self, row: Row) -> str:
        """Which evaluation makes the asset important, and whether the law asks for it."""
        importance = number(row["importance"])
        decisive = [field for field in CIA_FIELDS if number(row[field]) == importance]
        if self._method.importance.rule != "max":
            decisive = [field for field in CIA_FIELDS if number(row[field]) is not None]
        if not decisive:
            return self._say("importance-typed", importance=importance)
        marks = [mark for mark in MARK_FIELDS if row[mark]]
        personal = {"confidentiality": label(f"reason.{marks[-1]}", self._lang)} if marks else {}
        names = [label(f"field.{field}", self._lang) + personal.get(field, "") for field in decisive]
        return self._say("importance", importance=importance, names=joined(names, self._lang))

    def _likelihood(self, row: Row) -> str:
        """Whether the threat or the lack of measures decides how likely harm is."""
        threat, vulnerability = number(row["threat"]), number(row["vulnerability"])
        if not self._method.has_vulnerability or threat is None or vulnerability is None:
            likelihood = number(row["likelihood"])
            return self._say("likelihood", likelihood=likelihood, noted=self._noted(row["threat_source"]))
        scales = self._method.scale_of("threat"), self._method.scale_of("vulnerability")
        height = threat / scales[0].highest - vulnerability / scales[1].highest
        key = "threat" if height > 0 else "vulnerability" if height < 0 else "both"
        noted, share = self._noted(row["threat_source"]), self._noted(row["vulnerability_source"])
        if row["vulnerability_source"] == "sheet" and row["share"] is not None:
            share = label("reason.share", self._lang, share=f"{row['share']:.0%}")
        medium = words.medium_word(self._method, row["medium"] or row["medium_text"], self._lang)
        params = {"threat": threat, "vulnerability": vulnerability, "share": share, "medium": medium, "noted": noted}
        return self._say(f"decides-{key}{'-noted' if noted and key == 'threat' else ''}", **params)

    def _noted(self, source: str) -> str:
        """Where a value comes from that follows from no sheet, "" for one that does."""
        return "" if source in ("sheet", "unused") else label(f"reason.not-{source}", self._lang)

    def _what_if(self, row: Row) -> str:
        """What would change the risk: the highest vulnerability below the present one at which it is lower."""
        now, risk = number(row["vulnerability"]), number(row["risk"]) or 0
        if not self._method.has_vulnerability or now is None:
            return ""
        for grade in reversed([g for g in self._method.scale_of("vulnerability").ascending if g < now]):
            lower = self._risk_at(row, grade)
            if lower < risk:
                return self._say("if-vulnerability", grade=grade, risk=lower, level=self._level(lower))
        return self._say("if-importance", risk=risk)

    def _standing(self, row: Row) -> str:
        """How many other assets have the same risk, and how many of them are on the same medium."""
        risk = number(row["risk"])
        same, here = self._alike[risk] - 1, self._of_medium[row["medium"], risk] - 1
        above = sum(count for value, count in self._alike.items() if value is not None and value > (risk or 0))
        return self._say("standing" if same else "standing-alone", same=same, here=here, above=above, place=above + 1)

    def _risk_at(self, row: Row, vulnerability: int) -> int:
        threat = number(row["threat"]) or 0
        return self._method.risk(number(row["importance"]) or 0, self._method.likelihood(threat, vulnerability))

    def _level(self, risk: int) -> str:
        level = self._method.level_of(risk)
        return label("reason.gone", self._lang) if level is None else level_word(self._method, level.key, self._lang)

    def _say(self, key: str, **params: Any) -> str:
        return label(f"next-step.{key}", self._lang, **params)

    def _together(self, parts: list[str]) -> str:
        return ("" if self._lang == "ja" else " ").join(parts)


def _threats(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """Medium → the names of its most frequent threats on the threat sheet."""
    threats = assessment.ledger.threats
    by_medium: dict[str, list[tuple[int, str]]] = {}
    for row in [] if threats is None else records(threats[["medium", "threat", "frequency"]]):
        if None not in (row["threat"], row["frequency"]):
            by_medium.setdefault(str(row["medium"]), []).append((row["frequency"], str(row["threat"])))
    highest = {medium: max(given)[0] for medium, given in by_medium.items()}
    return {
        medium: tuple(name for frequency, name in given if frequency == highest[medium])[:_THREATS]
        for medium, given in by_medium.items()
    }
