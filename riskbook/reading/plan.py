"""What people typed into riskbook's own treatment plan on an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from riskbook.model import PLAN_FIELDS, PLAN_KEYS
from riskbook.reading.grid import Grid
from riskbook.reading.values import is_blank, squeezed, text

_SEARCH_ROWS = 40


def read_plan(grid: Grid, headers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows of the plan that hold anything a person typed: PLAN_KEYS as text, PLAN_FIELDS as they stand.

    `headers`: the header texts of the plan, in every language → field.
    """
    grid.read_to(None)
    spelled = {squeezed(header): field for header, field in headers.items()}
    columns: dict[str, int] = {}
    records = []
    for row in sorted(grid.rows):
        if not columns:
            found = {
                spelled[key]: column
                for column, value in enumerate(grid.rows[row], start=1)
                if isinstance(value, str) and (key := squeezed(value)) in spelled
            }
            columns = found if {"name", "decision"} <= set(found) and row <= _SEARCH_ROWS else {}
            continue
        typed = {field: grid.value(row, columns[field]) for field in PLAN_FIELDS if field in columns}
        if all(is_blank(value) for value in typed.values()):
            continue
        keys = {field: text(grid.value(row, columns[field])) if field in columns else None for field in PLAN_KEYS}
        values = {field: None if is_blank(typed.get(field)) else typed[field] for field in PLAN_FIELDS}
        records.append({**keys, **values, "decided_risk": _decided_risk(grid, row, columns, values["decision"])})
    return records


def _decided_risk(grid: Grid, row: int, columns: Mapping[str, int], decision: Any) -> int | None:
    """The risk a decision was made on: as kept by an earlier run, else the one it was typed beside."""
    if decision is None:
        return None
    for field in ("decided_risk", "risk"):
        value = grid.value(row, columns[field]) if field in columns else None
        if isinstance(value, int | float):
            return int(value)
    return None
