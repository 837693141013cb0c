"""The plans with their dates: what people entered for assets and measures, and who does what until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from riskbook.analysis import is_done, is_overdue
from riskbook.model import PLAN_FIELDS, STATES, few, records
from riskbook.report.approval import approval_words, is_given
from riskbook.report.content import Measure, Treatment
from riskbook.report.wording import NAME, TYPED, Wording
from riskbook.sheets import words
from riskbook.sheets.words import Row
from riskbook.text import joined, label

_MOST = 20  # lines of a plan
_SHOWN_MEASURES, _WIDEST_QUESTION = 3, 48
_MOST_ROWS = 8
_NEVER = "9999"  # behind any day
_ENTERED = tuple(name for name in PLAN_FIELDS if name != "plan_note")  # a note alone is nothing planned


def plan(wording: Wording, rows: Sequence[Row]) -> dict[str, Any]:
    """The lines of both plans in which somebody has entered something, soonest first, what is done last.

    `rows`: the assets, highest risk first.
    """
    entered = [row for row in rows if any(row[field] is not None for field in _ENTERED)]
    measures = [row for row in records(wording.assessment.roadmap.measures) if _is_planned(row)]
    open_ = [row for row in rows if wording.method.needs_decision(words.number(row["risk"]) or 0)]
    undecided = sum(row["decided"] is None for row in open_)
    treatments, steps = (sorted(lines, key=_soonest) for lines in (entered, measures))
    note = "undecided" if undecided else "decided" if open_ else "nothing-to-decide"
    gone = {kind: _orphans(wording, kind) for kind in ("plan", "measures")}
    more = {
        "plan": wording.more(len(treatments) - _MOST, "plan"),
        "measures": wording.more(len(steps) - _MOST, "measures"),
    }
    return {
        "treatments": tuple(_treatment(wording, row) for row in treatments[:_MOST]),
        "treatments_more": wording.together(more["plan"], gone["plan"]),
        "no_treatments": "" if treatments else gone["plan"] or wording.say("no-treatments"),
        "undecided": undecided,
        "undecided_note": wording.known_only(wording.say(note, count=undecided, total=len(open_))),
        "measures": tuple(_measure(wording, row) for row in steps[:_MOST]),
        "measures_more": wording.together(more["measures"], gone["measures"]),
        "no_measures": "" if steps else gone["measures"] or wording.say("no-measures"),
    }


def _orphans(wording: Wording, kind: str) -> str:
    """How many lines of a plan ("plan" | "measures") have entries but no asset or question any more, and where."""
    lines = wording.assessment.orphans[kind]
    if not lines:
        return ""
    rows = few([str(line["line_row"]) for line in lines], _MOST_ROWS)
    sheet = wording.assessment.ledger.layouts[kind].sheet_name
    return wording.say(f"orphans-{kind}", count=len(lines), sheet=sheet, rows=rows)


def who(wording: Wording, row: Row, nearest: Sequence[int]) -> str:
    """Who treats a risk until when, by both plans; `nearest`: labels of the measures that lower it soonest."""
    if row["decided"] == "retain":
        return _approval(wording, row)
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
    """Who approved that a risk is retained, and until when; and why that does not hold, where it does not."""
    by, review = row["decided_by"], wording.typed(row["review_by"], row["review_date"])
    parts = [
        label("due.decided_by", wording.lang, name=wording.typed(by)) if is_given(by) else "",
        wording.say("review", day=review) if row["review_date"] is not None else "",
    ]
    said = joined([part for part in parts if part], wording.lang, parts=True)
    if not said and by is None and row["review_by"] is None:
        return wording.say("no-approval")
    holds, why = approval_words(wording, row)
    return said if holds else "\n".join(part for part in (said, why) if part)


def _people(wording: Wording, line: Row) -> str:
    """Assignee, day and state of a line of a plan in one line, "" where nothing stands there."""
    parts = [
        label("due.assignee", wording.lang, name=wording.typed(line["assignee"])) if line["assignee"] else "",
        wording.say("until", day=wording.typed(line["due"], line["due_date"])) if line["due"] else "",
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
        "due": wording.typed(line["due"], line["due_date"]),
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
