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
        earlier = grid.value(row, columns["decided_risk"]) if "decided_risk" in columns else None
        values = {field: None if is_blank(typed.get(field)) else typed[field] for field in PLAN_FIELDS}
        records.append({**keys, **values, "decided_risk": earlier if isinstance(earlier, int | float) else None})
    return records
