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
_MAIN = (b"spreadsheetml/2006/main", b"ooxml/spreadsheetml/main")


def without_rows(content: bytes) -> bytes:
    """The bytes of a sheet that `formula_cells` found sound, without its rows."""
    head, opening, rest = content.partition(b"<sheetData>")
    return head + opening + rest[rest.rfind(b"</sheetData>") :] if opening else content


def formula_cells(content: bytes, formats: int, strings: int) -> set[str] | None:
    """The cells of a sheet that hold formulas, if the sheet is sound; None: it may be, or not.

    Sound: well-formed, and its rows and cells ascend and name one of so many formats and shared strings.
    """
    start = content.find(b"<sheetData")
    # With one namespace, whose elements have no prefix, and no comment, each row and cell is seen.
    if start < 0 or b"<!" in content or sum(map(content.count, _MAIN)) != 1 or not _is_well_formed(content):
        return None
    rows = content[start : max(start, content.rfind(b"</sheetData>"))]  # nothing where the element is empty
    last = texts = 0
    shapes: set[tuple[bytes, ...]] = set()
    styles: set[bytes] = set()
    pieces = rows.split(b"<row ")
    for row in pieces[1:]:
        number = row[3 : row.find(b'"', 3)]
        if not (row.startswith(b'r="') and number.isdigit() and int(number) > last):
            return None
        last = int(number)
        found = _CELL.findall(row)
        if row.count(b"<c") != len(found):
            return None
        if not found:
            continue
        letters, numbers, looks, indices = zip(*found, strict=True)
        if set(numbers) != {number} or not (letters in shapes or _ascend(letters)):
            return None
        shapes.add(letters)
        styles.update(looks)
        named = [int(index) for index in indices if index]
        if named and max(named) >= strings:
            return None
        texts += len(named)
    with_formula = _WITH_FORMULA.findall(rows) if b"<f" in rows else []
    met = (len(pieces) - 1, texts, len(with_formula))
    if met != (rows.count(b"<row"), rows.count(b' t="s"'), rows.count(b"<f")) or b"<c" in pieces[0]:
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
