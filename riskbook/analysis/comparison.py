"""Whether people changed their input since the last run, and what that did to the risks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import pandas as pd

from riskbook.analysis.factors import share_of
from riskbook.analysis.matching import pair
from riskbook.method import Method
from riskbook.model import CIA_FIELDS, LEVELS, MARK_FIELDS, TEXT_FIELDS, Change, Ledger, RunRecord, Totals, records

_MOST_MOVED, _LONGEST_NAME = 3, 40
# By what an asset is known again, the surest first.
_MATCHES = (
    ("asset_id", "business", "name", "medium", "department"), ("business", "name", "medium"), ("business", "name"),
)  # fmt: skip


def input_digest(ledger: Ledger) -> str:
    """A digest (16 hex digits) of ledgers, threats and checks as they were filled in, whatever their order."""
    assets = ledger.assets
    columns = [*TEXT_FIELDS, "medium_text", *MARK_FIELDS, *CIA_FIELDS, "retention_text", "registered", "cost", "loss"]
    typed = ("importance", "threat", "vulnerability")
    rows = records(assets[[*columns, *typed, *(f"{field}_formula" for field in typed)]])
    for row in rows:
        for field in typed:
            if row.pop(f"{field}_formula"):
                row[field] = None
    parts = [
        _sorted(rows),
        None if ledger.threats is None else _sorted(records(ledger.threats[["medium", "frequency"]])),
        None if ledger.checks is None else _sorted(records(ledger.checks[["number", "question", "answer", "media"]])),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def _sorted(rows: list[dict[str, Any]]) -> list[list[str]]:
    return sorted([str(value) for value in row.values()] for row in rows)


def record(ledger: Ledger, totals: Totals, today: date, method: Method, *, strict: bool) -> RunRecord:
    """This run in figures."""
    share = None if ledger.checks is None else share_of(ledger.checks["answer"], method)
    share = None if share is None else round(share, 4)
    rules = f"{method.name}:{method.sha256[:12]}{':strict' if strict else ''}"
    levels = {level: totals.levels[level] for level in LEVELS}
    return RunRecord(input_digest(ledger), rules, today, levels, totals.risk, share)


def changed_since(earlier: RunRecord, known: Sequence[Any], risks: pd.DataFrame, method: Method) -> Change:
    """What happened between an earlier run and this one.

    `known`: the earlier assets (mappings with asset_id, business, name, medium, department, risk), none where the
    earlier register is gone.
    """
    if not known and any(earlier.levels.values()):
        return Change(earlier)
    now: list[Any] = risks[["asset_id", "business", "name", "medium", "department", "risk"]].to_dict("records")
    before = [{**line, "medium": method.canonical_media.get(line["medium"], line["medium"])} for line in known]
    matched: dict[int, int] = {}
    for parts in _MATCHES:
        pair(now, before, matched, itemgetter(*parts))
    # The number alone comes last: it is often a line number, which moves when people sort or add rows.
    pair(now, before, matched, itemgetter("asset_id"), unique=True)
    moved = [
        (str(now[at]["name"] or ""), _whole(before[line]["risk"]), _whole(now[at]["risk"]))
        for at, line in matched.items()
    ]
    higher = [entry for entry in moved if entry[2] > entry[1]]
    lower = [entry for entry in moved if entry[2] < entry[1]]
    most = sorted(higher, key=lambda e: (e[1] - e[2], -e[2])) + sorted(lower, key=lambda e: (e[2] - e[1], -e[1]))
    shown = tuple((name[:_LONGEST_NAME], old, new) for name, old, new in most[:_MOST_MOVED])
    return Change(earlier, len(now) - len(matched), len(before) - len(matched), len(higher), len(lower), shown)


def _whole(value: Any) -> int:
    """A risk, 0 where there is none."""
    return 0 if value is None or pd.isna(value) else int(value)
