"""Compares a run with earlier ones: whether the input changed, and how the risks changed with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from riskbook.analysis.difference import compare
from riskbook.analysis.factors import share_of
from riskbook.analysis.matching import canonical, match_assets
from riskbook.analysis.state import state
from riskbook.method import Method
from riskbook.model import (
    DIGEST_FIELDS,
    FIELD,
    Assessment,
    Change,
    CheckRecord,
    CloudCheck,
    EarlierRuns,
    Ledger,
    Past,
    RunRecord,
    SelfCheck,
    Totals,
    check_from,
    first_assessed,
    open_record,
    records,
    run_from,
    sha256,
)

_MOST_MOVED, _LONGEST_NAME = 3, 40  # assets, characters: a document property holds 255 characters
_LONGEST_TREND = 12  # runs
_FIRST_DIGEST = 21  # number of columns in the digest of the first version
_Checked = TypeVar("_Checked", SelfCheck, CloudCheck)


def input_digest(ledger: Ledger, method: Method) -> str:
    """A digest (16 hex digits) of all that people filled in; the order of the rows makes no difference."""
    assets = ledger.assets
    # A column that came later counts only where it is filled in, so that digests of earlier runs stay valid.
    columns = [n for n in DIGEST_FIELDS if (FIELD[n].digest or 0) < _FIRST_DIGEST or assets[n].notna().any()]
    columns += [] if method.has_vulnerability else ["likelihood"]  # then people type it
    typed = [name for name in columns if FIELD[name].kind == "form"]
    rows = records(assets[[*columns, *(f"{field}_formula" for field in typed)]])
    for row in rows:
        for field in typed:
            if row.pop(f"{field}_formula"):
                row[field] = None
    parts: list[Any] = [
        _sorted(rows),
        None if ledger.threats is None else _sorted(records(ledger.threats[["medium", "frequency"]])),
        None if ledger.checks is None else _sorted(records(ledger.checks[["number", "question", "answer", "media"]])),
    ]
    # Only where there are questionnaires, so that the digest of a workbook without them stays the same.
    asked = [sheet for sheet in (ledger.self_check, *ledger.clouds) if sheet is not None]
    parts += [[sheet.service, *(f"{one.answer} {one.not_used}" for one in sheet.answers)] for sheet in asked]
    return sha256(json.dumps(parts, ensure_ascii=False).encode())[:16]


def _sorted(rows: list[dict[str, Any]]) -> list[list[str]]:
    return sorted([str(value) for value in row.values()] for row in rows)


def record(ledger: Ledger, totals: Totals, today: date, method: Method, *, strict: bool) -> RunRecord:
    """This run in figures; `totals`: of the ledger before any step of the roadmap."""
    share = None if ledger.checks is None else share_of(ledger.checks["answer"], method)
    share = None if share is None else round(share, 4)
    rules = f"{method.name}:{method.rules_sha256[:12]}{':strict' if strict else ''}"
    return RunRecord(input_digest(ledger, method), rules, today, dict(totals.levels), totals.risk, share)


def since_last(
    past: Past, run: RunRecord, ledger: Ledger, risks: pd.DataFrame, method: Method
) -> tuple[RunRecord, Change | None]:
    """This run, dated by the day its input was first assessed, and the change since the last other input."""
    last = past.run
    if last is not None and last.rules != run.rules:
        return run, None  # other rules give other risks, which cannot be compared
    if last is None or last.digest == run.digest:
        return replace(run, on=first_assessed(run, last)), past.change
    return run, changed_since(last, ledger.lines("register"), risks, method)


def changed_since(earlier: RunRecord, known: Sequence[Any], risks: pd.DataFrame, method: Method) -> Change:
    """The change between an earlier run and this one.

    `known`: the earlier assets (mappings with asset_id, business, name, medium, department, risk), empty where the
    earlier register is missing.
    """
    if not known and any(earlier.levels.values()):
        return Change(earlier)
    now = records(risks[["asset_id", "business", "name", "medium", "department", "risk"]])
    before = [canonical(line, method) for line in known]
    matched = match_assets(now, before)
    moved = [(now[at]["name"], before[line]["risk"], now[at]["risk"]) for at, (line, _) in matched.items()]
    return _change(earlier, len(now) - len(matched), len(before) - len(matched), moved)


def with_history(assessment: Assessment, earlier: EarlierRuns) -> Assessment:
    """The assessment with the comparison to the last run with another input or other rules, and the trend."""
    latest, run = open_record(earlier.latest), assessment.run
    last, base, day = run_from(latest["run"]), latest, earlier.days[0]
    if (last.digest, last.rules) == (run.digest, run.rules):
        run = replace(run, on=first_assessed(run, last))
        if earlier.before is not None:  # otherwise only decisions may differ from the last run
            base, day = open_record(earlier.before), earlier.days[1]
    comparable = [one for one in earlier.trend if one.rules == run.rules]  # other rules give other figures
    assessment = replace(assessment, run=run, trend=_trend([*comparable, run]))
    assessment = _with_checks(assessment, latest, base)
    now = state(assessment)
    if (
        all(base[part] == now[part] for part in ("assets", "checks", "measures"))
        and run_from(base["run"]).rules == run.rules
    ):
        return assessment
    comparison = compare(base, now, assessment.today, since=day)
    assessment = replace(assessment, comparison=comparison)
    if comparison.since.digest == run.digest or comparison.since.rules != run.rules:
        return assessment  # the same ledger, or other rules, under which figures cannot be compared
    counts = comparison.counts
    moved = [
        (event["subject"], event["before"], event["after"])
        for event in comparison.events
        if event["event"].startswith("risk-")
    ]
    return replace(
        assessment, change=_change(run_from(base["run"]), counts["asset-added"], counts["asset-removed"], moved)
    )


def _with_checks(assessment: Assessment, *earlier: Mapping[str, Any]) -> Assessment:
    """The assessment, its questionnaires compared with those of earlier records (newest first)."""
    found = assessment.instruments
    known: dict[str, list[CheckRecord]] = {}
    for record in earlier:
        own = [{**record["self_check"], "service": ""}] if "self_check" in record else []
        for fields in (*own, *record.get("clouds", ())):
            if not {"service", "on", "scores"} <= set(fields):
                continue  # a record of an earlier format
            known.setdefault(fields["service"], []).append(check_from(fields))
    checked = found.self_check and _since(found.self_check, known.get("", []))
    clouds = tuple(_since(one, known.get(one.sheet.service, [])) for one in found.clouds)
    return replace(assessment, instruments=replace(found, self_check=checked, clouds=clouds))


def _since(checked: _Checked, known: Sequence[CheckRecord]) -> _Checked:
    """A questionnaire with its first day and the last record with other scores; `known`: newest first."""
    record = checked.record
    if known and known[0].scores == record.scores:
        record = replace(record, on=min(record.on, known[0].on))
    since = next((one for one in known if one.scores != record.scores), checked.since)
    return replace(checked, record=record, since=since)


def _change(
    since: RunRecord, added: int, removed: int, risks: Sequence[tuple[str | None, int | None, int | None]]
) -> Change:
    """The change in figures; `risks`: (name, risk before, after) of the assets in both; an unknown risk counts as 0."""
    moved = [(name or "", before or 0, after or 0) for name, before, after in risks]
    higher = [entry for entry in moved if entry[2] > entry[1]]
    lower = [entry for entry in moved if entry[2] < entry[1]]
    most = sorted(higher, key=lambda e: (e[1] - e[2], -e[2])) + sorted(lower, key=lambda e: (e[2] - e[1], -e[1]))
    shown = tuple((name[:_LONGEST_NAME], old, new) for name, old, new in most[:_MOST_MOVED])
    return Change(since, added, removed, len(higher), len(lower), shown)


def _trend(runs: Sequence[RunRecord]) -> tuple[RunRecord, ...]:
    """The last run of each day, runs of an unchanged input once."""
    by_day = {run.on: run for run in sorted(runs, key=lambda run: run.on)}
    trend: list[RunRecord] = []
    for run in by_day.values():
        if not trend or trend[-1].digest != run.digest:
            trend.append(run)
    return tuple(trend[-_LONGEST_TREND:])
