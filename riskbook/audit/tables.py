"""The tables of a monthly package: their columns, and the rows of each client from the records of its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from riskbook.analysis import compare, is_overdue
from riskbook.analysis.matching import pair
from riskbook.model import BAND_OF, FIELD, LEVELS, PLAN_FIELDS, Comparison, bands, profile_text, used_in
from riskbook.records.entries import Run
from riskbook.records.moments import Month
from riskbook.tables import FLAG, KIND_OF, TEXT, WHOLE

Record = Mapping[str, Any]
Row = dict[str, Any]

_LATE = 31  # days

COUNTS = tuple(
    f"assets_{level}" for level in LEVELS
)  # the prefix, because a column `medium` (of an asset) exists already
_WHOLE = frozenset(
    {
        "run",
        "kind",
        "answer",
        "runs_in_month",
        "risk_before",
        "large_before",
        "clients",
        "assessed",
        "assets",
        "overdue_count",
        "errors",
        "warnings",
        *COUNTS,
    }
)
_FLAGS = frozenset({"overdue", "repeated", "seen_in_month"})
# The columns that identify an asset come first.
_ASSET = ("name", "business", "medium", "department", "asset_id", "sheet", "row")

_NAMES: dict[str, tuple[str, ...]] = {
    "clients": (
        "client",
        "title",
        "file",
        "day",
        "seen_in_month",
        "runs_in_month",
        "assets",
        *COUNTS,
        "risk",
        "large_before",
        "risk_before",
        "share",
        "overdue_count",
        "errors",
        "warnings",
        "run",
        "recorded_at",
        "timing",
        "operator",
        "method",
        "edition",
        "profile",
        "version",
        "input_sha256",
        "output_sha256",
        "state_sha256",
        "method_sha256",
        "chain_sha256",
    ),
    "trend": ("month", "clients", "assessed", "assets", *COUNTS, "risk", "share"),
    "register": ("client", *_ASSET, *(name for name in used_in("audit") if name not in _ASSET)),
    "changes": (
        "client",
        "event",
        "subject",
        "kind",
        "medium",
        "department",
        "asset_id",
        "sheet",
        "row",
        "before",
        "after",
        "factors",
        "causes",
        "matched",
        "by",
        "due",
    ),
    "plan": (
        "client",
        *_ASSET,
        "risk",
        "level",
        "treatment",
        "decided",
        *PLAN_FIELDS,
        "due_date",
        "review_date",
        "state_key",
        "overdue",
    ),
    "measures": (
        "client",
        "kind",
        "question",
        "answer",
        "assignee",
        "due",
        "state",
        "plan_note",
        "due_date",
        "state_key",
        "overdue",
    ),
    "accepted": (
        "client",
        *_ASSET,
        "risk",
        "level",
        "decision",
        "decided_by",
        "decided_on",
        "decision_reason",
        "review_by",
        "review_date",
        "acceptance",
    ),
    "findings": (
        "client",
        "finding",
        "severity",
        "code",
        "sheet",
        "cell",
        "subject",
        "message",
        "mend",
        "response",
        "reason",
    ),
    "runs": (
        "client",
        "run",
        "day",
        "recorded_at",
        "timing",
        "operator",
        "file",
        "repeated",
        "method",
        "version",
        *COUNTS,
        "risk",
        "input_sha256",
        "output_sha256",
        "state_sha256",
        "method_sha256",
        "chain_sha256",
    ),
    "methods": ("method", "edition", "method_sha256", "clients", "key", "value"),
}


def _kind(name: str) -> str:
    if name in FIELD:
        return KIND_OF[FIELD[name].dtype]
    return WHOLE if name in _WHOLE else FLAG if name in _FLAGS else TEXT


# Table → its columns as (name, kind of `riskbook.tables`).
TABLES = {table: tuple((name, _kind(name)) for name in names) for table, names in _NAMES.items()}
_METHOD_TABLES = (
    "scale",
    "importance",
    "personal",
    "likelihood",
    "levels",
    "threats",
    "answers",
    "vulnerability",
    "treatment",
    "residual",
    "retention",
)
_LOOKS = ("fill", "ink", "strong", "word", "labels")  # keys of a method that change no figure


def values(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """The values of a row in the order and with the types of its table's columns; empty texts become None."""
    cells = []
    for name, kind in TABLES[table]:
        value = row.get(name)
        value = _pairs(value) if name in ("factors", "causes") else value
        cells.append(None if value is None or value == "" else str(value) if kind == TEXT else value)
    return tuple(cells)


def counted(levels: Mapping[str, int]) -> Row:
    """Numbers of assets: column name → number by band, from level of any method → number."""
    return dict(zip(COUNTS, bands(levels).values(), strict=True))


def run_facts(run: Run) -> Row:
    """The facts of a run, by column name."""
    facts = run.facts
    return {
        **{name: facts[name] for name in ("title", "file", "day", "operator", "method", "edition", "version")},
        "run": run.seq,
        "recorded_at": facts["at"],
        "timing": _timing(facts["day"], facts["at"]),
        "repeated": facts["repeated"],
        "input_sha256": facts["input"],
        "output_sha256": facts["output"],
        "state_sha256": facts["state"],
        "method_sha256": facts["method_digest"],
        "chain_sha256": run.hash,
        **counted(facts["run"]["levels"]),
        "risk": facts["run"]["risk"],
        "share": facts["run"]["share"],
        "assets": sum(facts["run"]["levels"].values()),
    }


def _timing(day: str, recorded: str) -> str | None:
    """Whether an assessment was recorded long after its day ("late"), or before it ("future"); None as usual.

    A day's difference may be that of time zones.
    """
    after = (datetime.fromisoformat(recorded).date() - date.fromisoformat(day)).days
    return "late" if after > _LATE else "future" if after < -1 else None


def client_rows(
    client: str,
    month: Month,
    run: Run,
    now: Record,
    before: Record | None,
    first: Record | None,
    in_month: Sequence[Run],
) -> dict[str, list[Row]]:
    """The rows of one client in every table but trend and methods, by table.

    `run`, `now`: its last run up to the end of the month, and the record of it; `before`: the record at the end of the
    month before; `first`: that of the first run of all, where it was in this month and is not the last. `in_month`: the
    runs of the month.
    """
    end = month.last.isoformat()
    base = first if before is None else before
    comparison = None if base is None else compare(base, now, month.last)
    plan, measures = list(_plan(now, end)), list(_measures(now, end))
    findings = list(_findings(before, now))
    counts = Counter(row["severity"] for row in findings if row["finding"] in ("new", "open"))
    about = run_facts(run) | {
        "profile": profile_text(now.get("profile", {})),
        "seen_in_month": bool(in_month),
        "runs_in_month": len(in_month),
        "large_before": None if before is None else bands(before["run"]["levels"])[LEVELS[0]],
        "risk_before": None if before is None else before["run"]["risk"],
        "overdue_count": sum(row["overdue"] for row in (*plan, *measures)),
        "errors": counts["error"],
        "warnings": counts["warning"],
    }
    rows: dict[str, list[Row]] = {
        "clients": [about],
        "register": [dict(asset) for asset in now["assets"]],
        "changes": [] if comparison is None else list(_changes(comparison)),
        "plan": plan,
        "measures": measures,
        "accepted": list(_accepted(now, end)),
        "findings": findings,
        "runs": [run_facts(one) for one in in_month],
    }
    return {table: [{"client": client, **row} for row in found] for table, found in rows.items()}


def _changes(comparison: Comparison) -> Iterator[Row]:
    for event in comparison.events:
        yield dict(event)


def _pairs(changes: Sequence[tuple[str, Any, Any]] | None) -> str:
    return "; ".join(f"{name} {_shown(before)}→{_shown(after)}" for name, before, after in changes or ())


def _shown(value: Any) -> str:
    return "-" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _plan(now: Record, end: str) -> Iterator[Row]:
    for asset in now["assets"]:
        if BAND_OF[asset["level"]] in LEVELS[:2] or any(asset[field] is not None for field in PLAN_FIELDS):
            yield {**asset, "overdue": is_overdue(asset, end)}


def _measures(now: Record, end: str) -> Iterator[Row]:
    for line in now["measures"]:
        if any(line[field] is not None for field in ("assignee", "due", "state", "plan_note")):
            yield {**line, "overdue": is_overdue(line, end)}


def _accepted(now: Record, end: str) -> Iterator[Row]:
    """The risks that somebody decided to retain; `acceptance`: in-force, nameless, endless (no date) or expired."""
    for asset in now["assets"]:
        if asset["decided"] == "retain":
            until = asset["review_date"]
            state = "nameless" if asset["decided_by"] is None else "endless" if until is None else "in-force"
            yield {**asset, "acceptance": "expired" if until and until < end else state}


def _findings(before: Record | None, now: Record) -> Iterator[Row]:
    """The findings that are open at the end of the month, and those closed or answered in it."""
    earlier = [] if before is None else before["findings"]
    matched: dict[int, int] = {}
    pair(now["findings"], earlier, matched, _whole_key)
    pair(now["findings"], earlier, matched, _asset_key)
    for place, finding in enumerate(now["findings"]):
        known = earlier[matched[place]] if place in matched else None
        if finding["open"]:
            yield {**finding, "finding": "new" if known is None else "open"}
        elif known is None or known["open"]:
            yield {**finding, "finding": "answered"}
    for place in sorted(set(range(len(earlier))) - set(matched.values())):
        yield {**earlier[place], "finding": "closed"}


def _whole_key(finding: Record) -> tuple[Any, ...]:
    return (finding["code"], finding["subject"], finding["sheet"], finding["cell"], finding["message"])


def _asset_key(finding: Record) -> tuple[Any, ...]:
    """Rows move when people sort, so the finding of an asset is recognised by its column without the row."""
    cell = finding["cell"] or ""
    return (
        finding["code"],
        finding["subject"],
        finding["sheet"],
        cell.rstrip("0123456789") if finding["subject"] else cell,
    )


def method_rows(tables: Mapping[str, Any], digest: str, clients: int) -> Iterator[Row]:
    """The values of a method's tables that determine figures, a row for each. `tables`: the method's content."""
    head = {
        "method": tables["name"],
        "edition": tables["edition"],
        "method_sha256": digest,
        "clients": clients,
    }
    for table in _METHOD_TABLES:
        for key, value in _leaves(table, tables.get(table)):
            yield {**head, "key": key, "value": value}


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, below in value.items():
            if name not in _LOOKS:
                yield from _leaves(f"{key}.{name}", below)
    elif isinstance(value, list) and any(isinstance(below, Mapping | list) for below in value):
        for place, below in enumerate(value, start=1):
            yield from _leaves(f"{key}.{place}", below)
    elif value is not None:
        yield key, ", ".join(map(str, value)) if isinstance(value, list) else value
