"""What a sheet has around a table: filter, print area, drawings; for columns that are written beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from riskbook.model import Area, column_letter
from riskbook.opc.parts import Element
from riskbook.opc.workbook import Workbook

_FILTER, _PRINT_AREA = "_xlnm._FilterDatabase", "_xlnm.Print_Area"
_CELLS = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+):(\$?)([A-Z]{1,3})(\$?)(\d+)")
_VML_SHAPE = re.compile(rb'<x:ClientData\s+ObjectType="(\w+)".*?</x:ClientData>', re.DOTALL)
_VML_ANCHOR = re.compile(rb"<x:Anchor>([^<]*)</x:Anchor>")
_EMU_A_COLUMN = 609_600  # the width of a column of standard width, in the unit of drawings


def widen_filter(workbook: Workbook, sheet_name: str, header_row: int, columns: Sequence[int]) -> None:
    """Extends the AutoFilter with this header row to the columns, so that sorting takes their cells along."""
    root = workbook.parts.tree(workbook.sheet(sheet_name).part)
    element = root.find(workbook.tag("autoFilter"))
    try:
        area = Area.parse("" if element is None else element.get("ref", ""))
    except ValueError:
        return
    if element is None or area.first_row != header_row or max(columns) <= area.last_column:
        return
    wider = Area(area.first_row, area.first_column, area.last_row, max(columns))
    workbook.parts.edit(workbook.sheet(sheet_name).part)
    element.set("ref", str(wider))
    for name in _local_names(workbook, sheet_name, _FILTER):
        name.text = _widened(name.text or "", max(columns), header_row, header_row)


def widen_print_area(
    workbook: Workbook, sheet_name: str, rows: range, last_column: int, columns: Sequence[int]
) -> None:
    """Extends the print areas that hold the table's last column to the columns."""
    for name in _local_names(workbook, sheet_name, _PRINT_AREA):
        name.text = _widened(name.text or "", max(columns), rows.start, rows.stop - 1, last_column)


def _local_names(workbook: Workbook, sheet_name: str, wanted: str) -> list[Element]:
    index = next(str(n) for n, sheet in enumerate(workbook.sheets) if sheet.name == sheet_name)
    found = [e for e in workbook.names() if e.get("name") == wanted and e.get("localSheetId") == index]
    if found:
        workbook.parts.edit(workbook.part)
    return found


def _widened(text: str, last: int, first_row: int, last_row: int, holding: int = 0) -> str:
    """References to areas that overlap the rows (and hold a column), extended to the column `last`."""

    def wider(match: re.Match[str]) -> str:
        area = Area.parse(f"{match[2]}{match[4]}:{match[6]}{match[8]}")
        overlaps = area.first_row <= last_row and area.last_row >= first_row
        if (
            not overlaps
            or area.last_column >= last
            or (holding and not area.first_column <= holding <= area.last_column)
        ):
            return match[0]
        return f"{match[1]}{match[2]}{match[3]}{match[4]}:{match[5]}{column_letter(last)}{match[7]}{match[8]}"

    return _CELLS.sub(wider, text)


def drawn_columns(workbook: Workbook, sheet_part: str, rows: range) -> set[int]:
    """The columns that pictures, charts, text boxes and buttons cover in these rows."""
    covered: set[int] = set()
    parts = workbook.parts
    areas = [area for part in parts.all_related(sheet_part, "drawing") for area in _anchors(parts.tree(part))]
    areas += [a for part in parts.all_related(sheet_part, "vmlDrawing") for a in _vml_anchors(parts.read(part))]
    for area in areas:
        if area.first_row < rows.stop and area.last_row >= rows.start:
            covered.update(range(area.first_column, area.last_column + 1))
    return covered


def _anchors(root: Element) -> Iterator[Area]:
    for start in root.iter("{*}from"):
        anchor = start.getparent()
        first = _corner(start)
        end = None if anchor is None else anchor.find("{*}to")
        extent = None if anchor is None else anchor.find("{*}ext")
        last = first if end is None else _corner(end, end=True)
        if end is None and extent is not None:  # fixed to one cell, with a size
            last = (first[0] + 20, first[1] + int(extent.get("cx") or 0) // _EMU_A_COLUMN)
        yield Area(first[0], first[1], max(last[0], first[0]), max(last[1], first[1]))


def _corner(element: Element, *, end: bool = False) -> tuple[int, int]:
    """(row, column) of a corner, 1-based; an end at the very edge of a cell does not cover it."""
    numbers = {}
    for name in ("col", "colOff", "row", "rowOff"):
        text = (element.findtext(f"{{*}}{name}") or "0").strip()
        numbers[name] = int(text) if text.lstrip("-").isdigit() else 0
    row, column = numbers["row"] + 1, numbers["col"] + 1
    return (row - (end and not numbers["rowOff"]), column - (end and not numbers["colOff"]))


def _vml_anchors(content: bytes) -> Iterator[Area]:
    """The form controls among the shapes; notes show on demand only."""
    for match in _VML_SHAPE.finditer(content):
        anchor = _VML_ANCHOR.search(match[0]) if match[1] != b"Note" else None
        numbers = [part.strip() for part in anchor[1].split(b",")] if anchor else []
        if len(numbers) == 8 and all(part.isdigit() for part in numbers):
            left, _, top, _, right, _, bottom, _ = (int(part) for part in numbers)
            yield Area(top + 1, left + 1, max(bottom, top) + 1, max(right, left) + 1)
