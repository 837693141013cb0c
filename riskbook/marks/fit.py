"""Fits the bytes of a sheet by xlsxwriter into a client's workbook: its formats, its strings, digests of its rows.

What is looked for is what xlsxwriter writes, and nothing else need be. One pass over the bytes of a sheet replaces
parsing: its tree would take ten times the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape

from riskbook.marks.content import FORMULA, normal_number, normal_text
from riskbook.marks.remember import BLANK, GAP, Lines, digest_of, joined
from riskbook.model import cell_ref, column_letter, column_number, split_ref

_CELL = b'<c r="'
_STYLE = re.compile(rb' s="(\d+)"')
_SHARED = re.compile(rb' t="s"><v>(\d+)</v>')
_COLUMN = re.compile(rb'(<col [^>]*? style=")(\d+)(?=")')
_RULE = re.compile(rb'(<cfRule [^>]*? dxfId=")(\d+)(?=")')
_CONTENT = re.compile(rb">(.*)</c>", re.DOTALL)
_TEXT = re.compile(rb"<t[^>]*>(.*?)</t>", re.DOTALL)
_VALUE = re.compile(rb"<v>(.*?)</v>", re.DOTALL)
_DIMENSION = re.compile(rb'(<dimension ref=")([^"]*)(")')
_SPANS = re.compile(rb' spans="(\d+):\d+"')
# The hidden column and its cells, first of other sheets, then of editable ones. Those are as `Worksheet` writes them on
# the next run: a second run over an unchanged result gives the same bytes.
_HIDDEN = (
    b'<col min="%d" max="%d" width="9.140625" hidden="1" customWidth="1"/>',
    b'<col min="%d" max="%d" width="9.140625" customWidth="1" hidden="1"/>',
)
_DIGESTS = (
    b'<c r="%s%s" t="inlineStr"><is><t>%s</t></is></c>',
    b'<c r="%s%s" s="0" t="inlineStr"><is><t>%s</t></is></c>',
)
_LAST_COLUMN = re.compile(rb'<col min="\d+" max="(\d+)"')


class Fitting:
    """Fits sheets of one workbook by xlsxwriter.

    `formats`, `differentials`: its numbers of formats → those of the client's workbook. `strings`: its shared strings,
    as the content of <si>.
    """

    def __init__(self, formats: Sequence[int], differentials: Sequence[int], strings: Sequence[bytes]) -> None:
        self._formats = [b"%d" % number for number in formats]
        self._differentials, self._strings = differentials, strings
        self._known: dict[bytes, tuple[bytes, str]] = {}  # a cell behind its reference → the same fitted, its digest

    def fitted(self, content: bytes, lines: Lines | None = None, *, remembered: bool = True) -> bytes:
        """The bytes of a sheet; where `remembered`, with digests of its rows in a hidden column on the right.

        `lines`: which digests an editable sheet has; by default all cells have one.
        """
        head, opening, rest = content.partition(b"<sheetData>")
        rows, closing, tail = rest.partition(b"</sheetData>")
        area = _DIMENSION.search(head)
        assert area  # no sheet of riskbook's is empty
        head = _COLUMN.sub(lambda match: match[1] + self._formats[int(match[2])], head)
        tail = _RULE.sub(lambda match: b"%s%d" % (match[1], self._differentials[int(match[2])]), tail)
        place = 0
        if remembered:
            last_row, last_column = split_ref(area[2].decode().rpartition(":")[2])
            place = max([last_column, *(int(match[1]) for match in _LAST_COLUMN.finditer(head))]) + GAP
            column = _HIDDEN[lines is not None] % (place, place)
            columns, closed, after = head.partition(b"</cols>")
            head = b"".join([columns, column, closed, after] if closed else [head, b"<cols>", column, b"</cols>"])
            head = _DIMENSION.sub(rb"\g<1>A1:%s\g<3>" % cell_ref(last_row, place).encode(), head, count=1)
        return b"".join([head, opening, *self._rows(rows, place, lines), closing, tail])

    def _rows(self, rows: bytes, place: int, lines: Lines | None) -> Iterator[bytes]:
        """The bytes of each row. `place`: the column of the digests, 0 for none."""
        letters, spans, known = column_letter(place).encode(), rb' spans="\g<1>:%d"' % place, self._known
        digest_cell = _DIGESTS[lines is not None]
        for row in rows.split(b"<row ")[1:]:
            start, *cells = row.removesuffix(b"</row>").split(_CELL)
            number = start[3 : start.index(b'"', 3)]
            digests: list[str] = []
            pieces = [b""]
            for cell in cells:
                ref, quote, rest = cell.partition(b'"')
                fitted, digest = known.get(rest) or self._cell(rest)
                pieces += (_CELL, ref, quote, fitted)
                if digest != BLANK:
                    digests += [BLANK] * (_number(ref[: -len(number)]) - len(digests) - 1)
                    digests.append(digest)
            if lines is not None:
                digests = lines.digests(int(number), digests)
            start = _STYLE.sub(self._style, start)
            if digests and place:
                start = _SPANS.sub(spans, start)
                text = joined(digests).encode()
                pieces.append(digest_cell % (letters, number, text))
            pieces[0] = b"<row " + start
            yield b"".join(pieces) + (b"</row>" if cells else b"")

    def _style(self, match: re.Match[bytes]) -> bytes:
        return b' s="%s"' % self._formats[int(match[1])]

    def _string(self, match: re.Match[bytes]) -> bytes:
        return b' t="inlineStr"><is>%s</is>' % self._strings[int(match[1])]

    def _cell(self, rest: bytes) -> tuple[bytes, str]:
        """What follows the reference of a cell, fitted, and the digest of its content."""
        fitted = _STYLE.sub(self._style, rest, count=1)
        fitted = _SHARED.sub(self._string, fitted, count=1)
        content = _CONTENT.search(fitted)
        self._known[rest] = result = fitted, digest_of("" if content is None else _value(content[1]))
        return result


def _value(inner: bytes) -> str:
    """The content of a cell by xlsxwriter, as `value_of` has it."""
    if b"<f" in inner:
        return FORMULA
    if b"<is>" in inner:
        return normal_text(unescape(b"".join(_TEXT.findall(inner)).decode()))
    found = _VALUE.search(inner)
    return "" if found is None else normal_number(unescape(found[1].decode()))


@lru_cache(maxsize=512)
def _number(letters: bytes) -> int:
    return column_number(letters.decode())
