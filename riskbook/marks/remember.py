"""Digests of what riskbook wrote into each row of a sheet, in a hidden column: the next run sees what people typed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Sequence
from functools import lru_cache
from html import unescape

from riskbook.marks.content import FORMULA, normal_number, normal_text, value_of
from riskbook.model import cell_ref, column_letter, column_number, split_ref
from riskbook.opc.parts import Element
from riskbook.opc.texts import cell_text
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet

_MARK = "riskbook:"
_BLANK = "...."  # in place of the four hex digits of a cell without content
SKIPPED = "----"  # in place of those of a cell that people fill in
_SIZE = len(_BLANK)
_GAP = 12  # columns that stay free for people between the content and the hidden column

# These match what xlsxwriter writes, with its strings written out by `graft`.
_ROW = re.compile(rb'(<row r="(\d+)"[^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(rb'<c r="([A-Z]+)\d+"[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
_TEXT = re.compile(rb"<t[^>]*>(.*?)</t>", re.DOTALL)
_VALUE = re.compile(rb"<v>(.*?)</v>", re.DOTALL)
_DIMENSION = re.compile(rb'(<dimension ref=")([^"]*)(")')
_SPANS = re.compile(rb' spans="(\d+):\d+"')
_LAST_COLUMN = re.compile(rb'<col min="\d+" max="(\d+)"')


def digest_of(value: str) -> str:
    """Four hex digits for the content of a cell, `_BLANK` for none."""
    return f"{zlib.crc32(value.encode('utf-8', 'surrogatepass')) & 0xFFFF:04x}" if value else _BLANK


def joined(digests: Sequence[str]) -> str:
    """The digests of a row's cells, from column A on, as the text of the hidden cell."""
    return _MARK + "".join(digests)


def split(text: str | None) -> list[str] | None:
    """The digests in a hidden cell; None for any other text."""
    if text is None or not text.startswith(_MARK):
        return None
    body = text.removeprefix(_MARK)
    return [body[n : n + _SIZE] for n in range(0, len(body), _SIZE)]


def with_digests(content: bytes) -> bytes:
    """The bytes of a sheet by xlsxwriter with a hidden column, right of all others, with the digests of each row."""
    area = _DIMENSION.search(content)
    assert area is not None  # xlsxwriter writes it
    used = split_ref(area[2].decode().rpartition(":")[2])
    place = max([used[1], *(int(match[1]) for match in _LAST_COLUMN.finditer(content))]) + _GAP
    letters = column_letter(place).encode()
    spans = rb' spans="\g<1>:%d"' % place
    known: dict[bytes, str] = {b"": _BLANK}

    def row(match: re.Match[bytes]) -> bytes:
        found = _row_digests(match[3] or b"", known)
        if not found:
            return match[0]
        cell = b'<c r="%s%s" t="inlineStr"><is><t>%s</t></is></c>' % (letters, match[2], joined(found).encode())
        return b"%s>%s%s</row>" % (_SPANS.sub(spans, match[1]), match[3] or b"", cell)

    content = _ROW.sub(row, content)
    column = b'<col min="%d" max="%d" width="9.140625" hidden="1" customWidth="1"/>' % (place, place)
    if b"</cols>" in content:
        content = content.replace(b"</cols>", column + b"</cols>", 1)
    else:
        content = content.replace(b"<sheetData", b"<cols>" + column + b"</cols><sheetData", 1)
    last = cell_ref(used[0], place).encode()
    return _DIMENSION.sub(rb"\g<1>A1:%s\g<3>" % last, content, count=1)


def _row_digests(content: bytes, known: dict[bytes, str]) -> list[str]:
    """The digests of a row from column A to its last filled cell; `known`: content of a cell → digest, to be filled."""
    digests: list[str] = []
    for match in _CELL.finditer(content):
        inner = match[2] or b""
        digest = known.get(inner)
        if digest is None:
            digest = known[inner] = digest_of(_value(inner))
        if digest != _BLANK:
            digests += [_BLANK] * (_column(match[1]) - len(digests) - 1)
            digests.append(digest)
    return digests


def _value(inner: bytes) -> str:
    """The content of a cell by xlsxwriter, as `value_of` has it."""
    if b"<f" in inner:
        return FORMULA
    if b"<is>" in inner:
        return normal_text(unescape(b"".join(_TEXT.findall(inner)).decode()))
    found = _VALUE.search(inner)
    return "" if found is None else normal_number(unescape(found[1].decode()))


@lru_cache(maxsize=512)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


def remember_lines(
    workbook: Workbook,
    sheet_name: str,
    header_row: int,
    number: int,
    computed: Collection[int],
    place: int,
    above: Collection[int] = (),
) -> None:
    """Writes the hidden column of an editable sheet, whose lines were joined with those of the last run.

    `number`: the column in which each line of riskbook's has its number. `computed`: the columns that riskbook writes.
    `place`: where the hidden column was, 0 for a new one right of all others. `above`: the columns that riskbook writes
    in the row above the header.
    """
    sheet = Worksheet(workbook, sheet_name)
    width = max(computed)
    filled = {column for row in sheet.rows for column, cell in sheet.cells(row) if len(cell)}
    if not place or place in filled:  # nobody sees it, but a program may have written there
        place = max(filled, default=width) + _GAP
    for row in [row for row in sheet.rows if row > header_row]:
        cells = {column: value_of(workbook, cell) for column, cell in sheet.cells(row) if len(cell)}
        if cells.get(number):
            columns = range(1, width + 1)
            found = [digest_of(cells.get(c, "")) if c in computed else SKIPPED for c in columns]
            sheet.put(row, place, joined(found), 0)
    if above:
        cells = {column: value_of(workbook, cell) for column, cell in sheet.cells(header_row - 1) if len(cell)}
        found = [digest_of(cells.get(c, "")) if c in above else SKIPPED for c in range(1, max(above) + 1)]
        sheet.put(header_row - 1, place, joined(found), 0)
    sheet.hide_column(place)


def take_digests(workbook: Workbook, root: Element) -> int:
    """Removes the cells with digests from a sheet; returns their column, 0 where there are none."""
    place = 0
    for cell in list(root.iterfind(f"{workbook.tag('sheetData')}/{workbook.tag('row')}/{workbook.tag('c')}")):
        if len(cell) and split(cell_text(workbook, cell)) is not None:
            place = split_ref(cell.get("r", "A1"))[1]
            cell.getparent().remove(cell)  # type: ignore[union-attr]
    return place
