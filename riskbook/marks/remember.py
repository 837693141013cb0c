"""Digests of what riskbook wrote into each row of a sheet, in a hidden column: the next run sees what people typed."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from riskbook.marks.content import value_of
from riskbook.model import split_ref
from riskbook.opc.parts import Element
from riskbook.opc.texts import cell_text
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet

_MARK = "riskbook:"
BLANK = "...."  # in place of the four hex digits of a cell without content
SKIPPED = "----"  # in place of those of a cell that people fill in
_SIZE = len(BLANK)
GAP = 12  # columns that stay free for people between the content and the hidden column


def digest_of(value: str) -> str:
    """Four hex digits for the content of a cell, `BLANK` for none."""
    return f"{zlib.crc32(value.encode('utf-8', 'surrogatepass')) & 0xFFFF:04x}" if value else BLANK


def joined(digests: Sequence[str]) -> str:
    """The digests of a row's cells, from column A on, as the text of the hidden cell."""
    return _MARK + "".join(digests)


def split(text: str | None) -> list[str] | None:
    """The digests in a hidden cell; None for any other text."""
    if text is None or not text.startswith(_MARK):
        return None
    body = text.removeprefix(_MARK)
    return [body[n : n + _SIZE] for n in range(0, len(body), _SIZE)]


@dataclass(frozen=True)
class Lines:
    """Which cells of an editable sheet have digests.

    `number`: the column in which each line of riskbook's, below `header_row`, has its number. `computed`: the columns
    that riskbook writes. `above`: those that it writes in the row above the header.
    """

    header_row: int
    number: int
    computed: Collection[int]
    above: Collection[int] = ()

    def digests(self, row: int, found: Sequence[str]) -> list[str]:
        """The digests of a row to be written, none where it is no line; `found`: those of its cells from column A."""
        if row > self.header_row and self.number <= len(found) and found[self.number - 1] != BLANK:
            columns = self.computed
        elif row == self.header_row - 1 and self.above:
            columns = self.above
        else:
            return []
        padded = [*found, *[BLANK] * (max(columns) - len(found))]
        return [padded[place - 1] if place in columns else SKIPPED for place in range(1, max(columns) + 1)]


def remember_lines(workbook: Workbook, sheet_name: str, lines: Lines, place: int) -> None:
    """Writes the hidden column of an editable sheet, whose lines were joined with those of the last run.

    `place`: where the hidden column was, 0 for a new one right of all others.
    """
    sheet = Worksheet(workbook, sheet_name)
    filled = {column for row in sheet.rows for column, cell in sheet.cells(row) if len(cell)}
    if not place or place in filled:  # nobody sees it, but a program may have written there
        place = max(filled, default=max(lines.computed)) + GAP
    for row in [row for row in sheet.rows if row >= lines.header_row - 1]:
        cells = {column: value_of(workbook, cell) for column, cell in sheet.cells(row) if len(cell)}
        found = [digest_of(cells.get(column, "")) for column in range(1, max(cells, default=0) + 1)]
        if digests := lines.digests(row, found):
            sheet.put(row, place, joined(digests), 0)
    sheet.hide_column(place)


def take_digests(workbook: Workbook, root: Element) -> int:
    """Removes the cells with digests from a sheet; returns their column, 0 where there are none."""
    place = 0
    for cell in list(root.iterfind(f"{workbook.tag('sheetData')}/{workbook.tag('row')}/{workbook.tag('c')}")):
        if len(cell) and split(cell_text(workbook, cell)) is not None:
            place = split_ref(cell.get("r", "A1"))[1]
            cell.getparent().remove(cell)  # type: ignore[union-attr]
    return place
