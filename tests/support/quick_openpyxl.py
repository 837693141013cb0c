"""openpyxl, quicker: with merged cells it spends more time on borders than on all else, once for every cell.

What is done here gives the same workbook: each border is worked out once for all cells that have the same one.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.styles.borders import Border
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.merge import MergedCellRange

_SLOW = {name: getattr(MergedCellRange, name) for name in ("_get_borders", "format")}


def install() -> None:
    """Replaces the two methods of openpyxl that are slow; riskbook itself opens workbooks in a way that has no such."""
    MergedCellRange._get_borders = _get_borders
    MergedCellRange.format = _format


@contextmanager
def slow() -> Iterator[None]:
    """Within it openpyxl is as it came."""
    for name, method in _SLOW.items():
        setattr(MergedCellRange, name, method)
    yield
    install()


def _style(cell: Any) -> StyleArray:
    if not cell._style:
        cell._style = StyleArray()
    return cell._style


def _add(borders: Any, cell: Any, source: int, sides: tuple[str, ...]) -> None:
    """Adds to the border of a cell some sides of the border with the number `source`."""
    known = borders.__dict__.setdefault("_sums", {})
    style = _style(cell)
    key = (borders.clean, style.borderId, source, sides)
    if key not in known:
        added = Border(**{name: getattr(borders[source], name) for name in sides})
        known[key] = borders.add(borders[style.borderId] + added)
    style.borderId = known[key]


def _get_borders(self: Any) -> None:
    cells = self.ws._cells
    self.start_cell = cells.get((self.min_row, self.min_col))
    if self.start_cell is None:
        self.start_cell = self.ws.cell(row=self.min_row, column=self.min_col)
    end = cells.get((self.max_row, self.max_col))
    if end is not None:
        _add(self.ws.parent._borders, self.start_cell, _style(end).borderId, ("right", "bottom"))


def _format(self: Any) -> None:
    book, cells = self.ws.parent, self.ws._cells
    for name in ("top", "left", "right", "bottom"):
        source = _style(self.start_cell).borderId
        side = getattr(book._borders[source], name)
        if side and side.style is None:
            continue
        for place in getattr(self, name):
            if place not in cells:
                cells[place] = MergedCell(self.ws, *place)
            _add(book._borders, cells[place], source, (name,))
    protection = book._protections.add(copy.copy(self.start_cell.protection))
    for place in self.cells:
        if place not in cells:
            cells[place] = MergedCell(self.ws, *place)
        _style(cells[place]).protectionId = protection
