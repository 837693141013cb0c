"""Whether people changed their input since the last run, and what that did to the risks."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, LEVELS, MARK_FIELDS, TEXT_FIELDS, Change, Ledger, RunRecord, Totals

_MOST_MOVED, _LONGEST_NAME = 3, 40
# By what an asset is known again, the surest first.
_MATCHES = (
    ("asset_id", "business", "name", "medium", "department"), ("business", "name", "medium"), ("business", "name"),
    ("asset_id",),
)  # fmt: skip


def input_digest(ledger: Ledger) -> str:
    """A digest (16 hex digits) of ledgers, threats and checks as they were filled in, whatever their order."""
    assets = ledger.assets
    columns = [*TEXT_FIELDS, "medium_text", *MARK_FIELDS, *CIA_FIELDS, "retention_text", "registered", "cost", "loss"]
    typed = {f: assets[f].mask(assets[f"{f}_formula"]) for f in ("importance", "threat", "vulnerability")}
    parts = [
        _sorted(assets[columns].assign(**typed)),
        None if ledger.threats is None else _sorted(ledger.threats[["medium", "frequency"]]),
        None if ledger.checks is None else _sorted(ledger.checks[["number", "question", "answer", "media"]]),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def _sorted(frame: pd.DataFrame) -> list[list[str]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return sorted([str(value) for value in row] for row in plain.itertuples(index=False, name=None))


def record(ledger: Ledger, totals: Totals, today: date, method: Method, *, strict: bool) -> RunRecord:
    """This run in figures."""
    share = None
    if ledger.checks is not None:
        answers = method.tables["answers"]
        weights = {answers["implemented"]: 1.0, answers["partly"]: method.tables["vulnerability"]["partly_weight"]}
        counted = [answer for answer in ledger.checks["answer"] if answer != answers["not_applicable"]]
        share = round(sum(weights.get(answer, 0.0) for answer in counted) / len(counted), 4) if counted else None
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
    canonical = {medium.en: medium.name for medium in method.media}
    now = risks[["asset_id", "business", "name", "medium", "department", "risk"]].to_dict("records")
    before = [{**line, "medium": canonical.get(line["medium"], line["medium"])} for line in known]
    moved = []
    ids = Counter(line["asset_id"] for line in (*before, *now) if line["asset_id"])
    unique = {id_ for id_, count in ids.items() if count == 2}  # once then, once now
    for parts in _MATCHES:
        waiting: dict[tuple[Any, ...], list[Any]] = {}
        for line in before:
            if parts != ("asset_id",) or line["asset_id"] in unique:
                waiting.setdefault(tuple(line[part] for part in parts), []).append(line)
        left = []
        for asset in now:
            found = waiting.get(tuple(asset[part] for part in parts))
            if not found:
                left.append(asset)
                continue
            line = found.pop(0)
            line["found"] = True
            moved.append((str(asset["name"] or ""), _whole(line["risk"]), _whole(asset["risk"])))
        now = left
        before = [line for line in before if "found" not in line]
    higher = [entry for entry in moved if entry[2] > entry[1]]
    lower = [entry for entry in moved if entry[2] < entry[1]]
    most = sorted(higher, key=lambda e: (e[1] - e[2], -e[2])) + sorted(lower, key=lambda e: (e[2] - e[1], -e[1]))
    shown = tuple((name[:_LONGEST_NAME], old, new) for name, old, new in most[:_MOST_MOVED])
    return Change(earlier, len(now), len(before), len(higher), len(lower), shown)


def _whole(value: Any) -> int:
    """A risk, 0 where there is none."""
    return 0 if value is None or pd.isna(value) else int(value)
