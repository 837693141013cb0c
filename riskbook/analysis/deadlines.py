"""Deadlines of an assessment: of decisions and measures, reviews of decisions, ends of retentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from riskbook.analysis.checks import later, retention_ends
from riskbook.analysis.difference import is_done
from riskbook.model import Assessment, Ledger, ListLayout, Location, cell_ref

Record = Mapping[str, Any]

DEADLINES = ("decision", "review", "measure", "retention")  # the kinds, as they stand on one day
_MONTHS = {"m": 1, "y": 12}
_DAYS = {"d": 1, "w": 7}
SPAN_UNITS = (*_DAYS, *_MONTHS)


def deadlines(record: Record, assets: Sequence[Record] = (), measures: Sequence[Record] = ()) -> list[dict[str, Any]]:
    """The deadlines of a record (as `state` makes it) that are not done, in the order of its assets and measures.

    `assets`, `measures`: what the record itself does not say, as `places` gives it; without it no place and no
    retention is known. Each deadline has kind (one of DEADLINES), subject (name of the asset, or the question),
    business and medium (None for a measure), nth (1…, among assets or questions that are alike), date (ISO), or None
    and what stands there as found, assignee, decided_by, and place (sheet!cell or None).
    """
    found: list[dict[str, Any]] = []
    for asset, nth, more in _counted(record["assets"], assets, ("business", "name", "medium")):
        about = {
            **_about(asset["name"], nth, asset),
            "business": asset["business"],
            "medium": asset["medium"],
            "place": more.get("place"),
        }
        if asset["due"] is not None and not is_done(asset):
            found.append(_deadline("decision", about, asset["due_date"], asset["due"], more.get("due")))
        if asset["decision"] is not None and asset["review_by"] is not None:
            found.append(_deadline("review", about, asset["review_date"], asset["review_by"], more.get("review_by")))
        if "retention" in more:
            until, text, place = more["retention"]
            found.append(_deadline("retention", about | {"place": place}, until, text, place))
    for line, nth, more in _counted(record["measures"], measures, ("question",)):
        if line["due"] is not None and not is_done(line):
            about = {**_about(line["question"], nth, line), "business": None, "medium": None}
            about["place"] = more.get("place")
            found.append(_deadline("measure", about, line["due_date"], line["due"], more.get("due")))
    return found


def _counted(
    lines: Sequence[Record], more: Sequence[Record], names: tuple[str, ...]
) -> Iterator[tuple[Record, int, Record]]:
    """Each line, its number among those before it that are alike in these fields, and what else is known of it."""
    seen: Counter[tuple[Any, ...]] = Counter()
    for place, line in enumerate(lines):
        key = tuple(line[name] for name in names)
        seen[key] += 1
        yield line, seen[key], more[place] if more else {}


def _about(subject: Any, nth: int, line: Record) -> dict[str, Any]:
    people = {name: line.get(name) for name in ("assignee", "decided_by")}
    return {"subject": subject, "nth": nth, **{name: value and str(value) for name, value in people.items()}}


def _deadline(kind: str, about: Record, day: str | None, found: Any, place: str | None) -> dict[str, Any]:
    """`place`: of the cell in which the date stands, which counts where it cannot be read."""
    if day is not None:
        return {"kind": kind, **about, "date": day, "found": None}
    return {"kind": kind, **about, "date": None, "found": str(found), "place": place}


def places(assessment: Assessment) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What `deadlines` needs beside the record, for each asset and each measure.

    `place` of the asset's name or the measure's answer, `due` and `review_by` of these cells in the plans, and of an
    asset whose retention has an end that is known or cannot be read, `retention`: (day, text, place).
    """
    ledger, risks, measures = assessment.ledger, assessment.risks, assessment.roadmap.measures
    ends = {index: until.isoformat() for index, until, _ in retention_ends(ledger)}
    in_plan = _plan_cells(ledger.layouts.get("plan"), ("due", "review_by"))
    in_measures = _plan_cells(ledger.layouts.get("measures"), ("due",))
    unread = {str(one.location): one.params["found"] for one in ledger.findings if one.code == "date-unreadable"}
    columns = ("row", "table", "retention_text", "retention_years", "registered")
    rows = zip(ledger.assets.index, *(ledger.assets[name].tolist() for name in columns), strict=True)
    of_assets = []
    for (index, row, table, text, years, registered), line in zip(rows, risks["line_row"].tolist(), strict=True):
        at = {"row": row, "table": table}
        known: dict[str, Any] = {"place": str(ledger.locate(at, "name")), **in_plan(line)}
        if index in ends:
            known["retention"] = (ends[index], None, str(ledger.locate(at, "retention")))
        elif text is not None and unread:
            known |= _unread_retention(ledger, at, unread, counted=pd.notna(years) and registered is None)
        of_assets.append(known)
    answers = zip(*(measures[name].tolist() for name in ("sheet", "cell", "line_row")), strict=True)
    return of_assets, [{"place": str(Location(sheet, cell)), **in_measures(line)} for sheet, cell, line in answers]


def _plan_cells(layout: ListLayout | None, fields: tuple[str, ...]) -> Callable[[Any], dict[str, str]]:
    """From the row of a line in a plan: field → its cell there."""
    columns = {} if layout is None else {name: layout.columns[name] for name in fields if name in layout.columns}
    sheet = "" if layout is None else layout.sheet_name

    def cells(row: Any) -> dict[str, str]:
        if row is None:
            return {}
        return {name: str(Location(sheet, cell_ref(row, column))) for name, column in columns.items()}

    return cells


def _unread_retention(ledger: Ledger, at: Record, unread: Mapping[str, Any], *, counted: bool) -> dict[str, Any]:
    """A retention without an end, where its own cell cannot be read, or the day from which its years are `counted`."""
    for field in ("retention", *(["registered"] if counted else [])):
        place = str(ledger.locate(at, field))
        if place in unread:
            return {"retention": (None, unread[place], place)}
    return {}


def recorded_deadlines(record: Record) -> tuple[list[dict[str, Any]], bool]:
    """The deadlines of a record, and whether they are all of them: earlier versions recorded no retentions."""
    if "deadlines" in record:
        return list(record["deadlines"]), True
    return deadlines(record), False


def span_end(today: date, count: int, unit: str) -> date:
    """The last day of a span that begins today; `unit`: one of SPAN_UNITS (days, weeks, months, years)."""
    if unit in _MONTHS:
        return later(today, count * _MONTHS[unit])
    try:
        return today + timedelta(days=count * _DAYS[unit])
    except OverflowError:
        return date.max


def due(found: Sequence[Record], today: date, until: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Of deadlines, those up to and including a day, soonest first, with days from `today` (negative: overdue).

    The second list has those whose date cannot be read.
    """
    dated = [entry for entry in found if entry["date"] is not None and entry["date"] <= until.isoformat()]
    listed = sorted(dated, key=lambda entry: (entry["date"], DEADLINES.index(entry["kind"])))
    days = [(date.fromisoformat(entry["date"]) - today).days for entry in listed]
    with_days = [{**entry, "days": count} for entry, count in zip(listed, days, strict=True)]
    return with_days, [dict(entry) for entry in found if entry["date"] is None]
