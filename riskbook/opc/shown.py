"""Cells that show another text than their value: struck through, as a picture, with a unit of their number format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from riskbook.opc import number_formats
from riskbook.opc.parts import Element
from riskbook.opc.workbook import Workbook

_Shown = tuple[tuple[int, int], str | None]


def shown_otherwise(
    workbook: Workbook,
    part: str,
    rows: Mapping[int, Element],
    cells: Callable[[int], Iterator[tuple[int, Element]]],
) -> Iterator[_Shown]:
    """(row, column) and the text of each such cell: "" where all of it is struck through, None for a picture.

    `part`: the worksheet, `rows`: its <row> elements by number, `cells`: those of a row, by column.
    """
    formats, strings, striking = workbook.adding_formats, workbook.struck_strings, workbook.striking_formats
    content, inline, cell_tag = workbook.parts.read(part), workbook.tag("is"), workbook.tag("c")
    if not (formats or strings or striking or b"strike" in content or b' vm="' in content):
        return
    inlines = b"strike" in content or b"_x005F_" in content

    def may_differ(cell: Element) -> bool:
        kind, style = cell.get("t", "n"), cell.get("s", "")
        return (
            (kind == "n" and style in formats)
            or (kind == "s" and bool(strings))
            or style in striking
            or (kind == "e" and cell.get("vm") is not None)
            or (inlines and cell.find(inline) is not None)
        )

    for number, row in rows.items():
        # Most rows have none: their columns need not be found out.
        if any(map(may_differ, row.iterchildren(cell_tag))):
            for column, cell in cells(number):
                if may_differ(cell):
                    yield from (((number, column), text) for text in _texts(workbook, cell))


def _texts(workbook: Workbook, cell: Element) -> Iterator[str | None]:
    """What one cell shows, nothing where that is its value."""
    kind, value, style = cell.get("t", "n"), cell.findtext(workbook.tag("v"), ""), cell.get("s", "")
    inline = cell.find(workbook.tag("is"))
    if kind == "e" and cell.get("vm") is not None:
        yield None
    elif style in workbook.striking_formats and (whole := workbook.text_element(cell)) is not None:
        yield workbook.unstruck(whole, whole=True)
    elif kind == "s" and value in workbook.struck_strings:
        yield workbook.struck_strings[value]
    elif inline is not None and (left := workbook.unstruck(inline)) is not None:
        yield left
    elif kind == "n" and value and style in workbook.adding_formats:
        text = number_formats.shown(value, workbook.adding_formats[style])
        if text is not None:
            yield text
