"""Cell references and areas, as Excel writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MOST_LINKS = 60_000  # of a sheet; Excel refuses one with more than 65,530
LONGEST_CELL = 32_767  # characters that Excel takes in a cell
LONGEST_TAB = 31  # Excel's limit for the name of a sheet, in UTF-16 units


def column_letter(column: int) -> str:
    """1 → "A", 27 → "AA"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_ref(row: int, column: int) -> str:
    """(12, 6) → "F12"."""
    return f"{column_letter(column)}{row}"


def split_ref(ref: str) -> tuple[int, int]:
    """ "F12" or "$F$12" → (12, 6); raises `ValueError` for anything else."""
    letters = ref.rstrip("0123456789")
    return int(ref[len(letters) :]), column_number(letters)


@lru_cache(maxsize=4096)  # called for every cell of a workbook
def column_number(letters: str) -> int:
    """ "F" or "$F$" → 6; raises `ValueError` for anything else."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?", letters)
    if not match:
        raise ValueError(letters)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return column


def row_of(place: str | None) -> float:
    """The row of a place written as text ("sheet!B5"); infinite where it has none, so that it sorts last."""
    match = re.search(r"(\d+)$", place or "")
    return int(match[1]) if match else math.inf


def runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Row numbers as runs of consecutive rows, each as (first, last): {5, 6, 9} → [(5, 6), (9, 9)]."""
    result: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if result and result[-1][1] == row - 1:
            result[-1] = (result[-1][0], row)
        else:
            result.append((row, row))
    return result


def cell_ranges(refs: Iterable[str]) -> list[str]:
    """Cells as ranges down each column: ["D4:D7", "F2"]; columns from left to right, each cell once."""
    columns: dict[int, list[int]] = {}
    for row, column in sorted({split_ref(ref) for ref in refs}):
        columns.setdefault(column, []).append(row)
    return [
        cell_ref(first, column) + ("" if first == last else f":{cell_ref(last, column)}")
        for column, rows in sorted(columns.items())
        for first, last in runs(rows)
    ]


@dataclass(frozen=True)
class Area:
    """A rectangle of cells, 1-based, all four edges included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @classmethod
    def parse(cls, ref: str) -> Area:
        """ "A1:C3" or "A1" as an area; raises `ValueError` for anything else."""
        first, _, last = ref.partition(":")
        top, left = split_ref(first)
        bottom, right = split_ref(last or first)
        return cls(min(top, bottom), min(left, right), max(top, bottom), max(left, right))

    def __str__(self) -> str:
        return f"{cell_ref(self.first_row, self.first_column)}:{cell_ref(self.last_row, self.last_column)}"

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in the area."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column
