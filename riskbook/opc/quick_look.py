"""A quick look at the rows of a sheet, which rules defects out where the sheet is written as Excel writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from xml.parsers import expat

from riskbook.model import column_number

# A cell as Excel, openpyxl, xlsxwriter and riskbook write it, with the number of a shared string.
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"(?: s="(\d{1,9})")?(?:/?>| t="(?:s"><v>(\d{1,9})</v>|(?:n|b|e|d|str|inlineStr)"/?>))'
)
_WITH_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*[^>/]><f[ >/]')
_FORMULA = re.compile(rb"<f[ >/]")
# Comments, elements with a prefix, rows and cells without a number.
_OTHERWISE = (
    b"<!",
    b":row",
    *(b":c%c" % end for end in b" >/\t\r\n"),
    *(b"<%s%c" % (name, end) for name in (b"row", b"c") for end in b">/\t\r\n"),
)
_ROWS = re.compile(rb"(<sheetData>).*(?=</sheetData>)", re.DOTALL)


def without_rows(content: bytes) -> bytes:
    """The bytes of a sheet that `formula_cells` found sound, without its rows."""
    return _ROWS.sub(rb"\1", content, count=1)


def formula_cells(content: bytes, formats: int, strings: int) -> set[str] | None:
    """The cells of a sheet that hold formulas, if the sheet is sound; None: it may be, or not.

    Sound: well-formed, and its rows and cells ascend and name one of so many formats and shared strings.
    """
    if b"<sheetData" not in content or any(mark in content for mark in _OTHERWISE) or not _is_well_formed(content):
        return None
    last = cells = texts = 0
    shapes: set[tuple[bytes, ...]] = set()
    styles: set[bytes] = set()
    for row in content.split(b"<row ")[1:]:
        number = row[3 : row.find(b'"', 3)]
        if not (row.startswith(b'r="') and number.isdigit() and int(number) > last):
            return None
        last = int(number)
        found = _CELL.findall(row)
        if not found:
            continue
        letters, rows, looks, indices = zip(*found, strict=True)
        if set(rows) != {number} or not (letters in shapes or _ascend(letters)):
            return None
        shapes.add(letters)
        styles.update(looks)
        named = [int(index) for index in indices if index]
        if named and max(named) >= strings:
            return None
        cells += len(found)
        texts += len(named)
    with_formula = _WITH_FORMULA.findall(content)
    met = (cells, texts, len(with_formula))
    if met != (content.count(b"<c "), content.count(b' t="s"'), len(_FORMULA.findall(content))):
        return None  # some stand elsewhere, or are written in another way
    if any(int(style) >= formats for style in styles if style):
        return None
    return {ref.decode() for ref in with_formula}


def _is_well_formed(content: bytes) -> bool:
    try:
        expat.ParserCreate().Parse(content, True)
    except expat.ExpatError:
        return False
    return True


def _ascend(letters: Sequence[bytes]) -> bool:
    columns = [column_number(one.decode()) for one in letters]
    return all(before < column for before, column in pairwise(columns))
