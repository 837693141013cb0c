"""The differences of two records of a workbook, and for every risk that changed the factor that changed it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import Any

from riskbook.analysis.matching import match_assets, pair, similar, take_best
from riskbook.model import CIA_FIELDS, EVENTS, MARK_FIELDS, STATES, Comparison, run_from, used_in

_DONE = STATES[-1]
_FACTORS = ("importance", "threat", "vulnerability")
# The inputs behind a factor: evaluations and marks, the medium, the share of measures implemented.
_CAUSES = {
    "importance": (*CIA_FIELDS, *MARK_FIELDS),
    "threat": ("medium", "threat_source"),
    "vulnerability": ("medium", "share", "vulnerability_source"),
    "likelihood": (),
}
_PLACES = used_in("moves")

Record = Mapping[str, Any]


def compare(before: Record, after: Record, today: date, *, since: date | None = None) -> Comparison:
    """The differences between two records (as `state` makes them).

    `today`: the day of the second record; what was due before it is overdue. `since`: the day of the first record,
    where that is not the day of its figures.
    """
    first, last = run_from(before["run"]), replace(run_from(after["run"]), on=today)
    first = first if since is None else replace(first, on=since)
    rules = [] if first.rules == last.rules else [("method", first.rules, last.rules)]
    events = [
        *(_event("method-changed", None, before=old, after=new) for _, old, new in rules),
        *_assets(before["assets"], after["assets"], rules, today.isoformat()),
        *_checks(before["checks"] or (), after["checks"] or ()),
        *_measures(before["measures"], after["measures"], today.isoformat()),
    ]
    return Comparison(first, last, tuple(sorted(events, key=lambda event: EVENTS.index(event["event"]))))


def _event(event: str, subject: Any, **fields: Any) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(
        ("asset_id", "kind", "sheet", "row", "department", "medium", "matched", "before", "after", "by", "due")
    )
    return {"event": event, "subject": subject, **empty, "factors": (), "causes": (), **fields}


def _assets(
    before: Sequence[Record], after: Sequence[Record], rules: list[tuple[str, str, str]], today: str
) -> Iterator[dict[str, Any]]:
    matched = match_assets(after, before)
    gone = set(range(len(before))) - {place for place, _ in matched.values()}
    for place in sorted(gone):
        asset = before[place]
        yield _about("asset-removed", asset, before=asset["risk"])
        if asset["decision"] is not None:
            yield _about("decision-withdrawn", asset, before=asset["decision"], by=_text(asset["decided_by"]))
    tabs = {asset["sheet"] for asset in before} & {asset["sheet"] for asset in after}
    for place, asset in enumerate(after):
        if place not in matched:
            yield _about("asset-added", asset, after=asset["risk"])
            earlier: Record = {}
        else:
            earlier_place, how = matched[place]
            earlier = before[earlier_place]
            for event in _asset_changes(earlier, asset, rules, tabs):
                yield event | {"matched": how}
        yield from _decisions(earlier, asset, today)


def _about(event: str, asset: Record, **fields: Any) -> dict[str, Any]:
    identity = {name: asset[name] for name in ("asset_id", "sheet", "row", "department", "medium")}
    return _event(event, asset["name"], **identity, **fields)


def _asset_changes(
    before: Record, after: Record, rules: list[tuple[str, str, str]], tabs: set[str]
) -> Iterator[dict[str, Any]]:
    if before["name"] != after["name"]:
        yield _about("asset-renamed", after, before=before["name"], after=after["name"])
    places = _differences(before, after, _PLACES)
    if {before["sheet"], after["sheet"]} <= tabs:  # otherwise the tab itself was renamed
        places += _differences(before, after, ("sheet",))
    if places:
        yield _about("asset-moved", after, causes=tuple(places))
    old, new = before["risk"], after["risk"]
    if old == new:
        if before["level"] != after["level"]:  # only under another method
            yield _about("risk-level", after, before=before["level"], after=after["level"], factors=tuple(rules))
        return
    factors = _differences(before, after, _FACTORS)
    if not rules and not {"threat", "vulnerability"} & {factor for factor, _, _ in factors}:
        factors += _differences(before, after, ("likelihood",))  # typed in the row
    behind = {factor: _differences(before, after, _CAUSES[factor]) for factor, _, _ in factors}
    if all(behind.values()) and factors:
        rules = []  # the inputs explain the change, not the method
    causes = dict.fromkeys(cause for differences in behind.values() for cause in differences)
    event = "risk-unknown" if new is None else "risk-known" if old is None else "risk-higher" if new > old else ""
    why = {"factors": (*factors, *rules), "causes": tuple(causes)}
    yield _about(event or "risk-lower", after, before=old, after=new, **why)


def _differences(before: Record, after: Record, names: Sequence[str]) -> list[tuple[str, Any, Any]]:
    return [(name, before[name], after[name]) for name in names if before[name] != after[name]]


def _decisions(before: Record, after: Record, today: str) -> Iterator[dict[str, Any]]:
    old, new = before.get("decision"), after["decision"]
    due = {"due": after["due_date"] or after["review_date"]}
    if old != new:
        event = "decision-made" if old is None else "decision-withdrawn" if new is None else "decision-changed"
        yield _about(event, after, before=old, after=new, by=_text(after["decided_by"]), **due)
    stays = old is not None and new is not None
    for field in ("decided_by", "assignee") if stays else ():
        if _text(before[field]) != _text(after[field]):
            yield _about("decision-by", after, before=_text(before[field]), after=_text(after[field]), **due)
    for field in ("due", "review_by") if stays else ():
        if _text(before[field]) != _text(after[field]):
            yield _about("decision-due", after, before=_text(before[field]), after=_text(after[field]), **due)
    if before and _text(before["state"]) != _text(after["state"]):
        yield _about("decision-state", after, before=_text(before["state"]), after=_text(after["state"]), **due)
    if is_overdue(after, today):
        yield _about("decision-overdue", after, after=new, by=_text(after["assignee"]), due=after["due_date"])
    if new is not None and after["review_date"] and after["review_date"] < today:
        yield _about("decision-review", after, after=new, by=_text(after["decided_by"]), due=after["review_date"])


def is_overdue(line: Record, today: str) -> bool:
    """Whether a plan's line was due before `today` (ISO) and is not done."""
    return bool(line["due_date"]) and line["due_date"] < today and not is_done(line)


def is_done(line: Record) -> bool:
    """Whether a plan's line is done: its state says so, or there is a day of completion."""
    completed = re.match(r"\D{0,2}\d", str(line.get("completed") or ""))  # a date (R6.4.1), not a word
    return line["state_key"] == _DONE or completed is not None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _pair_questions(before: Sequence[Record], after: Sequence[Record]) -> dict[int, int]:
    """Place in `after` → place in `before` of the same question: by kind and words, by words, by similarity."""
    matched: dict[int, int] = {}
    pair(after, before, matched, itemgetter("kind", "question"))
    pair(after, before, matched, itemgetter("question"))
    left = [place for place in range(len(after)) if place not in matched]
    free = sorted(set(range(len(before))) - set(matched.values()))
    questions = [str(after[at]["question"] or "") for at in left], [str(before[at]["question"] or "") for at in free]
    scores = [
        (score, left[line], free[entry])
        for score, line, entry in similar(*questions)
        if after[left[line]]["kind"] == before[free[entry]]["kind"]
    ]
    take_best(scores, matched)
    return matched


def _checks(before: Sequence[Record], after: Sequence[Record]) -> Iterator[dict[str, Any]]:
    matched = _pair_questions(before, after)
    for place in sorted(set(range(len(before))) - set(matched.values())):
        line = before[place]
        yield _event("measure-removed", line["question"], kind=line["kind"], before=line["answer"])
    for place, line in enumerate(after):
        about = {"kind": line["kind"], "after": line["answer"]}
        if place not in matched:
            yield _event("measure-added", line["question"], **about)
            continue
        old = before[matched[place]]
        if old["question"] != line["question"]:
            words = {"before": old["question"], "after": line["question"], "matched": "similar"}
            yield _event("measure-reworded", line["question"], kind=line["kind"], **words)
        if old["answer"] != line["answer"]:
            yield _event("measure-answer", line["question"], before=old["answer"], **about)


def _measures(before: Sequence[Record], after: Sequence[Record], today: str) -> Iterator[dict[str, Any]]:
    matched = _pair_questions(before, after)
    for place, line in enumerate(after):
        old = before[matched[place]]["state_key"] if place in matched else None
        about = {"kind": line["kind"], "after": line["state_key"], "by": _text(line["assignee"])}
        if (old or STATES[0]) != (line["state_key"] or STATES[0]):
            yield _event("measure-state", line["question"], before=old, due=line["due_date"], **about)
        if is_overdue(line, today):
            yield _event("measure-overdue", line["question"], due=line["due_date"], **about)
