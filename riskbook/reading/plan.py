"""What people typed into riskbook's own plans, of treatments and of measures, on an earlier run."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from riskbook.model import (
    MEASURE_FIELDS,
    MEASURE_KEYS,
    PLAN_FIELDS,
    PLAN_KEYS,
    RESPONSE_FIELDS,
    ListLayout,
    row_of,
)
from riskbook.reading.grid import Grid
from riskbook.reading.values import day, is_blank, squeezed, text

_SEARCH_ROWS = 40
PLAN_COLUMNS = (*PLAN_KEYS, *PLAN_FIELDS, "decided_risk", "review_date", "due_date", "state_key", "plan_row", "place")
MEASURE_COLUMNS = (*MEASURE_KEYS, *MEASURE_FIELDS, "state_key", "due_date", "line_row", "place", "listed")


def read_plan(
    grid: Grid, headers: Mapping[str, str], states: Mapping[str, str]
) -> tuple[list[dict[str, Any]], ListLayout | None]:
    """The lines of the plan (PLAN_COLUMNS), and where they stand; no layout where it is no plan any more.

    `headers`: the header texts of the plan, in every language → field; `states`: the words of the states → key. A
    line names an asset or holds something that a person typed; other rows are a person's own.
    """
    columns, lines, layout = _lines(grid, headers, PLAN_KEYS, PLAN_FIELDS, needed={"name"}, named="name")
    known = _spelled(states)
    for row, line in lines.items():
        line["decided_risk"] = _decided_risk(grid, row, columns, line["decision"])
        line["review_date"] = day(line["review_by"]).value
        line["due_date"] = day(line["due"], end_of_month=True).value
        line["state_key"] = known.get(squeezed(str(line["state"])))
        line["plan_row"] = row
        line["place"] = text(grid.value(row, columns["place"])) if "place" in columns else None
    return list(lines.values()), layout


def read_measures(
    grid: Grid, headers: Mapping[str, str], states: Mapping[str, str]
) -> tuple[list[dict[str, Any]], ListLayout | None]:
    """The lines of the measure plan (MEASURE_COLUMNS), and where they stand; as `read_plan`."""
    columns, lines, layout = _lines(grid, headers, MEASURE_KEYS, MEASURE_FIELDS, needed={"question"}, named="question")
    known = _spelled(states)
    for row, line in lines.items():
        line["due_date"] = day(line["due"], end_of_month=True).value
        line["place"] = text(grid.value(row, columns["place"])) if "place" in columns else None
        line["state_key"] = known.get(squeezed(str(line["state"])))
        line["line_row"] = row
    return list(lines.values()), layout


def read_response(grid: Grid, headers: Mapping[str, str]) -> tuple[list[dict[str, Any]], ListLayout | None]:
    """The lines of the incident sheet (number, RESPONSE_FIELDS, line_row), and where they stand; as `read_plan`."""
    _, lines, layout = _lines(grid, headers, ("number", "name"), RESPONSE_FIELDS, needed={"number"}, named="number")
    for row, line in lines.items():
        line["line_row"] = row
    return list(lines.values()), layout


def _spelled(states: Mapping[str, str]) -> dict[str, str]:
    return {squeezed(word): key for word, key in states.items()}


def read_register(grid: Grid, headers: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    """The lines of an earlier register in the ledger's order: PLAN_KEYS, place, and the risk as an int or None."""
    columns, lines, _ = _lines(grid, headers, PLAN_KEYS, ("risk",), needed={"name", "likelihood"}, named="name")
    for row, line in lines.items():
        line["risk"] = int(line["risk"]) if isinstance(line["risk"], int | float) else None
        line["place"] = text(grid.value(row, columns["place"])) if "place" in columns else None
    # Ranked by risk; alike assets are told apart by their order in the ledger.
    return tuple(
        sorted(lines.values(), key=lambda line: (str(line["place"]).rpartition("!")[0], row_of(line["place"])))
    )


def _lines(
    grid: Grid,
    headers: Mapping[str, str],
    keys: tuple[str, ...],
    fields: tuple[str, ...],
    *,
    needed: set[str],
    named: str,
) -> tuple[dict[str, int], dict[int, dict[str, Any]], ListLayout | None]:
    """The columns of a list of riskbook's, its lines by row (keys as text, fields as typed), and where they stand."""
    grid.read_to(None)
    header_row, columns = _header(grid, headers, needed, fields)
    lines: dict[int, dict[str, Any]] = {}
    if not columns:
        return columns, lines, None
    for row in sorted(number for number in grid.rows if number > header_row):
        typed = {field: grid.value(row, columns[field]) if field in columns else None for field in fields}
        line: dict[str, Any] = {key: text(grid.value(row, columns[key])) if key in columns else None for key in keys}
        # A name alone, without riskbook's number or link beside it, is a person's note.
        own = any(not is_blank(grid.value(row, columns[field])) for field in ("number", "place") if field in columns)
        if (own and line[named] is not None) or not all(is_blank(value) for value in typed.values()):
            lines[row] = line | {field: None if is_blank(value) else value for field, value in typed.items()}
            lines[row]["listed"] = own
    return columns, lines, ListLayout(grid.sheet_name, header_row, columns, dict.fromkeys(lines))


def _header(
    grid: Grid, headers: Mapping[str, str], needed: set[str], any_of: Collection[str]
) -> tuple[int, dict[str, int]]:
    """The first row with every `needed` header and one of `any_of`, and its columns."""
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
        if needed <= set(columns) and set(columns) & set(any_of):
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
