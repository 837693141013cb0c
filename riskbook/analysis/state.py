"""The record of an assessment in JSON's values, which a history stores and compares."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from riskbook.analysis.deadlines import deadlines, places
from riskbook.model import MEASURE_FIELDS, PLAN_FIELDS, STATE_FIELDS, Assessment, check_fields, records, run_fields

_MEASURES = ("number", "question", "answer", *MEASURE_FIELDS, "state_key", "due_date")


def state(assessment: Assessment) -> dict[str, Any]:
    """The record of an assessment: assets (STATE_FIELDS and PLAN_FIELDS), checks, measures, summary, run, since.

    `checks`: kind, question, answer (1…4) of each question, None without a check sheet. `measures`: the same of those
    that are open or have entries, with the entries. Where the workbook has them: `self_check` (on, scores,
    total, most) and `clouds` (service, on, scores, confirmed, applicable). `deadlines`: as `deadlines` makes them.
    Dates are ISO texts.
    """
    risks, checks, change = assessment.risks, assessment.ledger.checks, assessment.change
    recorded = {
        "assets": _plain(records(risks[[*STATE_FIELDS, *PLAN_FIELDS]])),
        "checks": None if checks is None else _plain(records(checks[["number", "question", "answer"]])),
        "measures": _plain(records(assessment.roadmap.measures[list(_MEASURES)])),
        "summary": assessment.counts(),
        "run": run_fields(assessment.run),
        "since": change and run_fields(change.since),
        **_instruments(assessment),
    }
    return recorded | {"deadlines": deadlines(recorded, *places(assessment))}


def _instruments(assessment: Assessment) -> dict[str, Any]:
    """The record of the guideline's other instruments; empty where the workbook has none."""
    instruments = assessment.instruments
    recorded: dict[str, Any] = {}
    if instruments.self_check is not None:
        recorded["self_check"] = {
            **check_fields(instruments.self_check.record),
            "total": instruments.self_check.record.total,
            "most": instruments.self_check.most,
        }
    if instruments.clouds:
        recorded["clouds"] = [
            {
                "service": one.sheet.service,
                **check_fields(one.record),
                "confirmed": one.confirmed,
                "applicable": one.applicable,
            }
            for one in instruments.clouds
        ]
    return recorded


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for row in rows:
        for name, value in row.items():
            if type(value) not in (str, int, bool, type(None)):
                row[name] = _value(value)
        if "number" in row:
            row["kind"] = row.pop("number")
        if row.get("decision") is not None:
            row["decision"] = str(row["decision"])  # people also type numbers
    return rows


def _value(value: Any) -> Any:
    # openpyxl gives a date as the midnight of its day.
    if isinstance(value, datetime) and value.time() == value.time().min:
        value = value.date()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return round(value, 4) if isinstance(value, float) else str(value)
