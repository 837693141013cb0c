"""In which cells two versions of a client's sheet differ; the rows of a ledger are known by their assets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from riskbook.marks.content import Cells
from riskbook.model import LedgerTable, cell_ref


def cell_differences(
    cells: Cells, others: Cells, table: LedgerTable | None, *, by_input: bool
) -> Iterator[tuple[str, str, str, str]]:
    """(cell, asset or "", value in the input, value in the result) of each difference; "" for a blank cell.

    `cells`, `others`: those of one sheet, in the input and in the result. `table`: the ledger on it. `by_input`:
    whether cells are named by their place in the input.
    """
    rows, other_rows = (_rows(one, table) for one in (cells, others))
    by_row, by_other_row = (_by_row(one) for one in (cells, others))
    # Where both renamed the asset of a row, the row is still the same.
    renamed = {row: key for key, row in other_rows.items() if key not in rows}
    pairs: dict[tuple[Any, int], tuple[int | None, int | None]]
    pairs = {key: (row, other_rows.get(key)) for key, row in rows.items()}
    for key, at in rows.items():
        if key not in other_rows and at in renamed:
            pairs[key] = (at, other_rows.pop(renamed[at]))
    pairs |= {key: (None, at) for key, at in other_rows.items() if key not in pairs}
    for key, (row, other) in pairs.items():
        shown = (row if by_input else other) or row or other or 0
        subject = str(key[0]) if isinstance(key[0], str) else ""
        left, right = by_row.get(row or 0, {}), by_other_row.get(other or 0, {})
        if subject and (row is None or other is None):  # a row that only one of them has
            texts = (" / ".join(one[column] for column in sorted(one)) for one in (left, right))
            yield cell_ref(shown, min({**left, **right})), subject, *texts  # type: ignore[misc]
            continue
        for column in sorted(left.keys() | right.keys()):
            if left.get(column, "") != right.get(column, ""):
                yield cell_ref(shown, column), subject, left.get(column, ""), right.get(column, "")


def _by_row(cells: Cells) -> dict[int, dict[int, str]]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), value in cells.items():
        rows.setdefault(row, {})[column] = value
    return rows


def _rows(cells: Cells, table: LedgerTable | None) -> dict[tuple[Any, int], int]:
    """Each row by what it is known by: the asset and its number among equal names, or else the number of the row."""
    column = 0 if table is None else table.columns["name"]
    first = 0 if table is None else table.last_header_row + 1
    rows: dict[tuple[Any, int], int] = {}
    for row in sorted({row for row, _ in cells}):
        name = cells.get((row, column), "") if row >= first else ""
        number = 0
        while name and (name, number) in rows:
            number += 1
        rows[(name, number) if name else (row, 0)] = row
    return rows
