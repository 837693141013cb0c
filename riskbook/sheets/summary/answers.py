"""The four answers of the summary: is it bad, where, what first, is it better than last time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from riskbook.method import Method
from riskbook.model import UNASSESSED, Assessment, records
from riskbook.sheets import words
from riskbook.sheets.theme import level_word
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import Row

_WIDEST_QUESTION = 28
_WIDEST_NAME = 28  # full-width characters count twice


class Speaks(Protocol):
    """What an answer needs: the assessment, its method, and labels in a language."""

    method: Method
    lang: str
    assessment: Assessment

    def word(self, key: str, **params: object) -> str:
        """A label in the language."""


def answers(page: Speaks, rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """A sentence for each question of a manager, by its key: bad, where, first, better."""
    return (
        ("bad", _how_bad(page)),
        ("where", _where(page, rows)),
        ("first", _what_first(page)),
        ("better", _is_better(page)),
    )


def _how_bad(page: Speaks) -> str:
    counts = page.assessment.counts()
    total = sum(counts.values())
    if not total:
        return page.word("summary.no-assets")
    if counts[UNASSESSED] == total:
        return page.word("summary.bad-unassessed", total=total)
    first, *more, _ = page.method.levels
    second = more[0] if more else None
    large, medium = counts[first.key], counts[second.key] if second else 0
    key = "large" if large else "medium" if medium else "none"
    named = {"worst": words.lower(first.word[page.lang])}
    if second is None:
        key = "only" if large else "only-none"
    else:
        named["next"] = words.lower(second.word[page.lang])
    numbers = {"total": total, "large": large, "medium": medium, "percent": round(100 * large / total)}
    said = page.word(f"summary.bad-{key}", **numbers, **named)
    doubts = _doubts(page)
    return said if not doubts else f"{said}{'' if page.lang == 'ja' else ' '}{doubts}"


def _doubts(page: Speaks) -> str:
    """How many rows rest on assumptions and how many could not be assessed; "" where none does."""
    unknown, assumed = page.assessment.counts()[UNASSESSED], assumed_rows(page.assessment)
    if not (unknown or assumed):
        return ""
    key = "summary.trust" if unknown and assumed else "summary.trust-unknown" if unknown else "summary.trust-assumed"
    return page.word(key, assumed=assumed, unknown=unknown)


def assumed_rows(assessment: Assessment) -> int:
    """The number of assets whose risk rests on a threat or vulnerability that nobody knows."""
    risks = assessment.risks
    unknown = (risks["threat_source"] == "unknown") | (risks["vulnerability_source"] == "unknown")
    return int((unknown & risks["risk"].notna()).sum())


def _where(page: Speaks, rows: Sequence[Row]) -> str:
    """The medium and the department with the most assets of the worst level that occurs."""
    counts = page.assessment.counts()
    worst = next((level.key for level in page.method.levels[:-1][:2] if counts[level.key]), None)
    if worst is None:
        assessed = sum(counts.values()) > counts[UNASSESSED]
        return page.word("summary.where-none" if assessed else "summary.where-unknown")
    none = page.word("summary.none")
    worst_rows = [row for row in rows if row["level"] == worst]
    media = Counter(words.medium_word(page.method, row["medium"], page.lang) or none for row in worst_rows)
    departments = Counter(row["department"] or none for row in worst_rows)
    medium, on_it = _most(page, media)
    department, in_it = _most(page, departments)
    level = page.word("summary.level", level=level_word(page.method, worst, page.lang))
    # A ledger without departments gets a sentence without them.
    key = "summary.where" if any(row["department"] for row in rows) else "summary.where-medium"
    return page.word(key, level=level, medium=medium, on=on_it, department=department, there=in_it)


def _most(page: Speaks, counts: Counter[str]) -> tuple[str, str]:
    """The most frequent name (two of them where several are equally frequent) and its count, as texts."""
    most = max(counts.values())
    names = [shortened(name, _WIDEST_NAME) for name, count in counts.items() if count == most]
    shown = page.word("summary.most", names=names[:2])
    if len(names) > 2:
        shown = page.word("summary.and-others", names=shown)
    return shown, f"{most:,}" if len(names) == 1 else page.word("summary.each", count=most)


def _what_first(page: Speaks) -> str:
    steps = page.assessment.roadmap.steps
    if page.assessment.risks.empty:
        return page.word("summary.no-assets")
    if not steps:
        no_checks = page.assessment.ledger.checks is None
        return page.word("summary.first-unknown" if no_checks else "summary.first-none")
    count, before, after = len(steps[0].measures), steps[0].before, steps[0].after
    worst = page.method.levels[0]
    old, new = before.levels[worst.key], after.levels[worst.key]
    key = "summary.first-large" if new < old else "summary.first-risk"
    named = words.lower(worst.word[page.lang])
    measures = page.assessment.roadmap.measures
    [first] = records(measures.loc[[steps[0].measures[0]], ["item", "question"]])
    return page.word(
        key,
        question=words.question_words(first, page.lang, _WIDEST_QUESTION),
        days=f"{measures.loc[list(steps[0].measures), 'days'].sum():,.0f}",
        count=count,
        before=old,
        after=new,
        worst=named,
        risk=before.risk,
        lower=after.risk,
    )


def _is_better(page: Speaks) -> str:
    change, run = page.assessment.change, page.assessment.run
    if change is None:
        key = "summary.better-unchanged" if run.on < page.assessment.today else "summary.better-unknown"
        compared = page.assessment.comparison
        key = "summary.better-method" if compared is not None and compared.since.rules != run.rules else key
        return page.word(key, date=run.on.isoformat())
    worst = page.method.levels[0]
    large = run.levels[worst.key] - change.since.levels[worst.key]
    risk = run.risk - change.since.risk
    unknown = UNASSESSED
    if run.levels[unknown] > change.since.levels[unknown] and (large, risk) < (0, 0):
        count = run.levels[unknown] - change.since.levels[unknown]
        return page.word("summary.better-unclear", date=change.since.on.isoformat(), count=count)
    verdict = "better" if (large, risk) < (0, 0) else "worse" if (large, risk) > (0, 0) else "same"
    on = change.since.on.isoformat()
    named = words.lower(worst.word[page.lang])
    return page.word(
        f"summary.better-{verdict}", date=on, worst=named, large=words.signed(large), risk=words.signed(risk)
    )
