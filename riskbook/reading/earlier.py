"""Reads riskbook's own lists of an earlier run: plans, incident sheet, register, answers to findings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from riskbook.model import EarlierList, ListLayout, OwnList, cell_ref, row_of, squeezed
from riskbook.reading.grid import Grid
from riskbook.reading.values import day, is_blank, text, yen

_MOST_DAYS = 100_000
_SHOWN_TO = {"effort_days": 1e-6, "effort_yen": 0.5}  # how exactly the range of an estimate is shown
_SEARCH_ROWS = 40  # people insert rows above the header


def read_earlier(grid: Grid, own: OwnList, states: Mapping[str, str]) -> EarlierList | None:
    """One of riskbook's lists read back; None where its headers are missing, so that it is no such list any more.

    `states`: words for the states of a measure, in any language → key.
    """
    grid.read_to(None)
    header_row, columns = _header(grid, own)
    if not columns:
        return None
    state_of = {squeezed(word): key for word, key in states.items()}
    lines = []
    for row in sorted(number for number in grid.rows if number > header_row):
        line = _line(grid, row, own, columns)
        if line is not None:
            line |= _derived(grid, row, line, own, columns, state_of)
            # What riskbook itself wrote is no entry of a person's.
            lines.append(line | dict.fromkeys(line.get("estimated", ())))
    if own.editable:
        rows = dict.fromkeys(line["line_row"] for line in lines)
        written = {(line["line_row"], columns[field]) for line in lines for field in line.get("estimated", ())}
        layout = ListLayout(grid.sheet_name, header_row, columns, rows, frozenset(written))
        return EarlierList(tuple(lines), layout, _above(grid, header_row, own))
    # Lists are ranked by risk; assets with the same key are matched by their order in the ledger.
    lines.sort(key=lambda line: (str(line["place"]).rpartition("!")[0], row_of(line["place"])))
    return EarlierList(tuple(lines))


def _above(grid: Grid, header_row: int, own: OwnList) -> dict[str, tuple[Any, str]]:
    """What was typed right of captions above the header (as a number where it is an amount), and where."""
    names = {squeezed(caption): name for caption, name in own.above.items()}
    found: dict[str, tuple[Any, str]] = {}
    for row in range(1, header_row if names else 0):
        for column, value in enumerate(grid.rows.get(row, ()), start=1):
            name = names.get(squeezed(value)) if isinstance(value, str) else None
            typed = grid.value(row, column + 1) if name is not None else None
            if name is not None and not is_blank(typed):
                number = person_days(typed) if name == "budget_days" else _yen(typed)
                found.setdefault(name, (typed if number is None else float(number), cell_ref(row, column + 1)))
    return found


def _line(grid: Grid, row: int, own: OwnList, columns: Mapping[str, int]) -> dict[str, Any] | None:
    """One line: its keys as text, its typed fields without conversion; None for a row that is a person's note."""
    typed = {field: grid.value(row, columns[field]) if field in columns else None for field in own.typed}
    line: dict[str, Any] = {key: text(grid.value(row, columns[key])) if key in columns else None for key in own.keys}
    # riskbook writes a number or a link in every line; a name alone was typed by a person, as a note.
    listed = any(not is_blank(grid.value(row, columns[field])) for field in ("number", "place") if field in columns)
    if not (listed and line[own.named] is not None) and all(is_blank(value) for value in typed.values()):
        return None
    return {field: None if is_blank(value) else value for field, value in typed.items()} | line | {"listed": listed}


def _derived(
    grid: Grid,
    row: int,
    line: Mapping[str, Any],
    own: OwnList,
    columns: Mapping[str, int],
    state_of: Mapping[str, str],
) -> dict[str, Any]:
    """Further values of a line: its row and place, dates and states as values, the risk when it was decided."""
    derived: dict[str, Any] = {"line_row": row}
    derived["place"] = text(grid.value(row, columns["place"])) if "place" in columns else None
    if "risk" in own.typed:
        derived["risk"] = int(line["risk"]) if isinstance(line["risk"], int | float) else None
    if "decision" in own.typed:
        derived["decided_risk"] = _decided_risk(grid, row, columns, line["decision"])
    if "review_by" in own.typed:
        derived["review_date"] = day(line["review_by"]).value
    if "due" in own.typed:
        derived["due_date"] = day(line["due"], end_of_month=True).value
    if "state" in own.typed:
        derived["state_key"] = state_of.get(squeezed(str(line["state"])))
    if "effort_days" in own.typed:
        derived |= _efforts(grid, row, line, columns)
    return derived


def _efforts(grid: Grid, row: int, line: Mapping[str, Any], columns: Mapping[str, int]) -> dict[str, Any]:
    """Days and yen as numbers (None where nothing that is understood was typed), and the fields with estimates.

    An estimate is the middle of a range that riskbook wrote into the same line, in the column of the class of effort.
    A cell that a person emptied gets its estimate again.
    """
    shown = str(grid.value(row, columns["effort"]) or "") if "effort" in columns else ""
    bounds = [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", shown)][-4:]
    middles = ((bounds[0] + bounds[1]) / 2, (bounds[2] + bounds[3]) / 2) if len(bounds) == 4 else (None, None)
    found: dict[str, Any] = {"estimated": ()}
    for field, name, middle in zip(("effort_days", "effort_yen"), ("days_value", "yen_value"), middles, strict=True):
        value = _yen(line[field]) if field == "effort_yen" else person_days(line[field])
        written = middle is not None and (line[field] is None or _is_close(line[field], middle, _SHOWN_TO[field]))
        found["estimated"] += (field,) if written else ()
        found[name] = None if written else value
    return found


def _is_close(value: Any, other: float, within: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value - other) <= within


_DAYS = re.compile(r"約?(\d+(?:\.\d+)?)(?:[~〜～-](\d+(?:\.\d+)?))?(?:人?日|(?:person-?)?days?|pd)?")


def _yen(value: Any) -> float | None:
    """Yen from a cell, also "約10万円"; None for anything else."""
    found: float | None = yen(value.strip().removeprefix("約") if isinstance(value, str) else value).value
    return found


def person_days(value: Any) -> float | None:
    """Person-days from a cell: 3, "3人日", "2～5日" (its middle), "0.5 days"; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if 0 <= value < _MOST_DAYS else None
    match = _DAYS.fullmatch(squeezed(str(value or "")).casefold())
    if match is None:
        return None
    low, high = float(match[1]), float(match[2] or match[1])
    return (low + high) / 2 if low <= high < _MOST_DAYS else None


def _header(grid: Grid, own: OwnList) -> tuple[int, dict[str, int]]:
    """The first row with all needed headers and that of a typed field, and the column of each field; else (0, {})."""
    spelled = {squeezed(header): field for header, field in own.headers.items()}
    for row in sorted(number for number in grid.rows if number <= _SEARCH_ROWS):
        columns = _columns(grid.rows[row], spelled)
        if own.needed <= set(columns) and set(columns) & set(own.typed):
            return row, columns
    return 0, {}


def _columns(cells: Collection[Any], spelled: Mapping[str, str]) -> dict[str, int]:
    """Field → first column whose header in a row names it, with or without the text in brackets."""
    columns: dict[str, int] = {}
    for column, value in enumerate(cells, start=1):
        if isinstance(value, str):
            whole = squeezed(value)
            key = next((key for key in (whole, re.sub(r"\([^()]*\)", "", whole)) if key in spelled), None)
            if key is not None:
                columns.setdefault(spelled[key], column)
    return columns


def _decided_risk(grid: Grid, row: int, columns: Mapping[str, int], decision: Any) -> int | None:
    """The risk when a decision was made: as an earlier run recorded it, else the risk in the same line."""
    for field in ("decided_risk", "risk") if decision is not None else ():
        value = grid.value(row, columns[field]) if field in columns else None
        if isinstance(value, int | float):
            return int(value)
    return None
