"""The plans with their dates: what people entered for assets and measures, and who does what until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from riskbook.analysis import is_done, is_overdue
from riskbook.model import PLAN_FIELDS, STATES, records
from riskbook.report.content import Measure, Treatment
from riskbook.report.wording import NAME, TYPED, Wording
from riskbook.sheets import words
from riskbook.sheets.words import Row
from riskbook.text import joined, label

_MOST = 20  # lines of a plan
_SHOWN_MEASURES, _WIDEST_QUESTION = 3, 48
_NEVER = "9999"  # behind any day


def plan(wording: Wording, rows: Sequence[Row]) -> dict[str, Any]:
    """The lines of both plans in which somebody has entered something, soonest first, what is done last.

    `rows`: the assets, highest risk first.
    """
    entered = [row for row in rows if any(row[field] is not None for field in PLAN_FIELDS)]
    measures = [row for row in records(wording.assessment.roadmap.measures) if _is_planned(row)]
    open_ = [row for row in rows if wording.method.needs_decision(words.number(row["risk"]) or 0)]
    undecided = sum(row["decision"] is None for row in open_)
    treatments, steps = (sorted(lines, key=_soonest) for lines in (entered, measures))
    note = "undecided" if undecided else "decided" if open_ else "nothing-to-decide"
    return {
        "treatments": tuple(_treatment(wording, row) for row in treatments[:_MOST]),
        "treatments_more": wording.more(len(treatments) - _MOST, "plan"),
        "undecided": undecided,
        "undecided_note": wording.say(note, count=undecided, total=len(open_)),
        "measures": tuple(_measure(wording, row) for row in steps[:_MOST]),
        "measures_more": wording.more(len(steps) - _MOST, "measures"),
    }


def who(wording: Wording, row: Row, nearest: Sequence[int]) -> str:
    """Who treats a risk until when, by both plans; `nearest`: labels of the measures that lower it soonest."""
    if row["decided"] == "retain":
        return _approval(wording, row) or wording.say("no-approval")
    parts = [_people(wording, row)]
    if (row["decided"] or row["treatment"]) == "reduce":
        measures = wording.assessment.roadmap.measures
        planned = [line for line in records(measures.loc[list(nearest)]) if _is_planned(line)]
        for line in planned[:_SHOWN_MEASURES]:
            question = words.question_words(line, wording.lang, _WIDEST_QUESTION)
            parts.append(wording.say("by-measure", question=question, people=_people(wording, line)))
        if len(planned) > _SHOWN_MEASURES:
            parts.append(wording.say("more-measures", count=len(planned) - _SHOWN_MEASURES))
    return "\n".join(part for part in parts if part) or wording.say("nobody")


def _approval(wording: Wording, row: Row) -> str:
    """Who approved that a risk is retained, and until when, "" where neither stands there."""
    parts = [
        label("due.decided_by", wording.lang, name=wording.typed(row["decided_by"])) if row["decided_by"] else "",
        wording.say("review", day=wording.typed(row["review_by"])) if row["review_by"] else "",
    ]
    return joined([part for part in parts if part], wording.lang, parts=True)


def _people(wording: Wording, line: Row) -> str:
    """Assignee, day and state of a line of a plan in one line, "" where nothing stands there."""
    parts = [
        label("due.assignee", wording.lang, name=wording.typed(line["assignee"])) if line["assignee"] else "",
        wording.say("until", day=wording.typed(line["due"])) if line["due"] else "",
        wording.say("state", state=wording.state(line)) if line["state"] else "",
        wording.say("overdue") if _late(wording, line) else "",
    ]
    return joined([part for part in parts if part], wording.lang, parts=True)


def _is_planned(row: Row) -> bool:
    """Whether a measure has an assignee, a day, or a state other than "not started"."""
    begun = row["state"] is not None and row["state_key"] != STATES[0]
    return begun or row["assignee"] is not None or row["due"] is not None


def _with_iso(line: Row) -> dict[str, Any]:
    """A line with its day as a record has it."""
    day = line["due_date"]
    return {**line, "due_date": day.isoformat()[:10] if isinstance(day, date) else day}


def _late(wording: Wording, line: Row) -> bool:
    return is_overdue(_with_iso(line), wording.assessment.today.isoformat())


def _soonest(line: Row) -> tuple[bool, str]:
    return is_done(line), str(_with_iso(line)["due_date"] or _NEVER)


def _shared(wording: Wording, line: Row) -> Mapping[str, Any]:
    return {
        "assignee": wording.typed(line["assignee"]),
        "due": wording.typed(line["due"]),
        "state": wording.state(line),
        "overdue": _late(wording, line),
    }


def _treatment(wording: Wording, row: Row) -> Treatment:
    return Treatment(
        **wording.asset(row),
        risk=wording.number(row["risk"]),
        **wording.level(row),
        treatment=wording.treatment(row),
        measure=wording.typed(row["measure"]),
        **_shared(wording, row),
    )


def _measure(wording: Wording, row: Row) -> Measure:
    kinds = {measure.number: measure.short[wording.lang] for measure in wording.method.measures}
    return Measure(
        question=words.question_words(row, wording.lang, TYPED),
        kind=wording.short(kinds.get(row["number"]), NAME),
        takes=words.days_and_yen(row["days"], row["yen"], wording.lang),
        **_shared(wording, row),
    )
