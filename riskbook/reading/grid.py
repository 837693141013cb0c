"""The cells of one sheet as rows of values; a merged cell has its value everywhere it covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from riskbook.errors import PackageError
from riskbook.model import SheetFacts, Source
from riskbook.reading.values import as_seen, is_blank


@dataclass
class Grid:
    """The rows of one sheet that are not empty, read on demand, and the sheet's facts.

    `rows`: row number (1-based) → values from column A on, up to `last_read`. `state`: "visible", "hidden", ….
    """

    sheet_name: str
    state: str
    source: Source
    _rows: Iterator[tuple[int, tuple[Any, ...]]]
    rows: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    last_read: int = 0

    def read_to(self, last: int | None) -> None:
        """Reads rows up to `last`, or to the end of the sheet. Raises `PackageError` where openpyxl fails."""
        if last is not None and self.last_read >= last:
            return
        try:
            for number, row in self._rows:
                self.last_read = number
                if any(value is not None for value in row):
                    self.rows[number] = tuple(map(as_seen, row))
                if last is not None and number >= last:
                    return
        except Exception as error:  # openpyxl raises many kinds of error for a damaged part
            detail = f"{self.sheet_name}: {type(error).__name__}: {error}"
            raise PackageError("unreadable", detail=detail) from error

    @cached_property
    def facts(self) -> SheetFacts:
        """Formulas, merges, hidden rows: read from the part itself, since read-only mode does not report them."""
        return self.source.facts(self.sheet_name)

    @cached_property
    def _shown(self) -> dict[tuple[int, int], Any]:
        """The cells that show another text than their value → that text."""
        return {cell: as_seen(text) for cell, text in self.facts.shown.items()}

    def value(self, row: int, column: int) -> Any:
        """What a person sees in one cell (1-based), None for an empty one and for one under a merged area."""
        cells = self.rows.get(row, ())
        if not 0 < column <= len(cells) or cells[column - 1] is None:
            return None
        if self._as_they_stand:
            return cells[column - 1]
        place = (row, column)
        if self._merged_from.get(place, place) != place:
            return None  # left over from before the cells were merged
        return self._shown.get(place, cells[column - 1])

    @cached_property
    def _as_they_stand(self) -> bool:
        """Whether every cell shows its own value: none is merged, and none shows another text."""
        return not self._merged_from and not self._shown

    def is_formula(self, row: int, column: int) -> bool:
        """Whether a formula computes the cell: one of its own, or one that fills the area around it."""
        facts = self.facts
        return (row, column) in facts.formulas or any(area.holds(row, column) for area in facts.computed)

    @cached_property
    def _merged_from(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The covered cells of merged areas → the cell at the top left, which holds the value."""
        origins = {}
        for area in self.facts.merges:
            # A merged area of millions of cells would take all memory; no table has one.
            if area.last_row - area.first_row > 2000 or area.last_column - area.first_column > 200:
                continue
            for row in range(area.first_row, area.last_row + 1):
                for column in range(area.first_column, area.last_column + 1):
                    origins[row, column] = (area.first_row, area.first_column)
        return origins

    def merged_value(self, row: int, column: int) -> Any:
        """The value that a person sees in a cell: that of the merged area which covers it."""
        value = self.value(row, column)
        if self._merged_from and is_blank(value) and (row, column) in self._merged_from:
            return self.value(*self._merged_from[row, column])
        return value

    def is_struck(self, row: int, column: int) -> bool:
        """Whether all that a person sees in a cell is struck through."""
        return self._merged_from.get((row, column), (row, column)) in self.facts.struck

    def counted_value(self, row: int, column: int) -> Any:
        """The value that a person sees in a cell, unless it is struck through."""
        if self.facts.struck and self.is_struck(row, column):
            return None
        return self.merged_value(row, column)

    def counted_values(self, row: int, columns: Mapping[str, int]) -> dict[str, Any]:
        """The `counted_value` of each of these columns of a row."""
        if not self._as_they_stand or self.facts.struck:
            return {name: self.counted_value(row, column) for name, column in columns.items()}
        cells = self.rows.get(row, ())
        return {name: cells[at - 1] if 0 < at <= len(cells) else None for name, at in columns.items()}

    def end_of(self, row: int) -> int:
        """The last row of the asset that begins in a row."""
        return row

    def is_merged(self, row: int, column: int) -> bool:
        """Whether the cell is part of a merged area."""
        return (row, column) in self._merged_from

    def merged_down_to(self, row: int) -> int:
        """The last row of the merged areas that begin in `row`, as far as they are at most four rows high."""
        return self._merged_ends.get(row, row)

    @cached_property
    def _merged_ends(self) -> dict[int, int]:
        """Row → the last row of the merged areas that begin in it and are at most four rows high."""
        ends: dict[int, int] = {}
        for area in self.facts.merges:
            if area.last_row - area.first_row <= 3:
                ends[area.first_row] = max(area.last_row, ends.get(area.first_row, 0))
        return ends

    def texts_above(self, row: int) -> list[str]:
        """The texts in the rows above `row`, in reading order."""
        return [v for n in sorted(self.rows) if n < row for v in self.rows[n] if isinstance(v, str) and v.strip()]
