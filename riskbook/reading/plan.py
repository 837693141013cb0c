"""What people typed into riskbook's own treatment plan on an earlier run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from riskbook.model import PLAN_FIELDS, PLAN_KEYS, ListLayout
from riskbook.reading.grid import Grid
from riskbook.reading.values import day, is_blank, squeezed, text

_SEARCH_ROWS = 40
PLAN_COLUMNS = (*PLAN_KEYS, *PLAN_FIELDS, "decided_risk", "review_date", "plan_row", "place")


def read_plan(grid: Grid, headers: Mapping[str, str]) -> tuple[list[dict[str, Any]], ListLayout | None]:
    """The lines of the plan (PLAN_COLUMNS), and where they stand; no layout where it is no plan any more.

    `headers`: the header texts of the plan, in every language → field. A line names an asset or holds something
    that a person typed; other rows are a person's own.
    """
    grid.read_to(None)
    header_row, columns = _header(grid, headers)
    if not columns:
        return [], None
    records = []
    for row in sorted(number for number in grid.rows if number > header_row):
        typed = {field: grid.value(row, columns[field]) for field in PLAN_FIELDS if field in columns}
        keys = {field: text(grid.value(row, columns[field])) if field in columns else None for field in PLAN_KEYS}
        if keys["name"] is None and all(is_blank(value) for value in typed.values()):
            continue
        values = {field: None if is_blank(typed.get(field)) else typed[field] for field in PLAN_FIELDS}
        records.append(
            {
                **keys,
                **values,
                "decided_risk": _decided_risk(grid, row, columns, values["decision"]),
                "review_date": day(values["review_by"]).value,
                "plan_row": row,
                "place": text(grid.value(row, columns["place"])) if "place" in columns else None,
            }
        )
    return records, ListLayout(grid.sheet_name, header_row, columns, {record["plan_row"]: None for record in records})


def _header(grid: Grid, headers: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    spelled = {squeezed(header): field for header, field in headers.items()}
    for row in sorted(number for number in grid.rows if number <= _SEARCH_ROWS):
        columns: dict[str, int] = {}
        for column, value in enumerate(grid.rows[row], start=1):
            if not isinstance(value, str):
                continue
            whole = squeezed(value)
            for key in (whole, re.sub(r"\(.*?\)", "", whole)):
                if key in spelled:
                    columns.setdefault(spelled[key], column)
                    break
        if {"name", "decision"} <= set(columns):
            return row, columns
    return 0, {}


def _decided_risk(grid: Grid, row: int, columns: Mapping[str, int], decision: Any) -> int | None:
    """The risk a decision was made on: as kept by an earlier run, else the one it was typed beside."""
    if decision is None:
        return None
    for field in ("decided_risk", "risk"):
        value = grid.value(row, columns[field]) if field in columns else None
        if isinstance(value, int | float):
            return int(value)
    return None
