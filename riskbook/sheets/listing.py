"""A list on a sheet: title, note, header row, rows; columns are data."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Area, Location
from riskbook.sheets.theme import INPUT, LINK, Theme, page_setup
from riskbook.sheets.words import Row, captions, link_to, medium_word, number
from riskbook.text import LANGUAGES, label

HEADER_ROW = 3  # 0-based, as xlsxwriter counts: title, note, an empty line, header
SPARE_ROWS = 50  # below the last that still get drop-downs, for lines that people add
_WRAPPED = ("wrap", "input")
_LINE_HEIGHT, MOST_HEIGHT = 13, 400  # points; Excel's rows end at 409
_FILL = 1.05  # of a column's width, counted in digits of 11 points, that text of 9 points surely fills
_MOST_LINKS = 60_000  # Excel's limit for one sheet is 65,530


@dataclass(frozen=True)
class Column:
    """One column: key (its header is the label "col.KEY", unless it has one of its own), width in characters, how its
    cells look, its value.

    `look`: "text" | "wrap" | "centre" | "level" | "percent" | "clip" (stays in its cell) | "link" (the value
    is a `Location`) | "input" (people type there).
    """

    key: str
    width: float
    look: str
    value: Callable[[Row], Any]
    editable: bool = False
    header: str = ""


def headers_of(keys: Iterable[str], field_of: Mapping[str, str] | None = None) -> dict[str, str]:
    """The headers of columns, in every language → field: the column's key, unless `field_of` says otherwise."""
    named = field_of or {}
    return {text: named.get(key, key) for key in keys for text in captions(key)}


def write_list(
    sheet: Worksheet,
    theme: Theme,
    lang: str,
    kind: str,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    frozen: int = 0,
    note: str = "",
) -> Area:
    """Writes a whole list sheet, its first `frozen` columns and the header kept in view; returns its area.

    `note`: under the title, instead of the list's own.
    """
    sheet.write_string(0, 0, label(f"title.{kind}", lang), theme.title())
    sheet.write_string(1, 0, note or label(f"note.{kind}", lang), theme.note())
    sheet.set_row(0, 26)
    sheet.set_row(HEADER_ROW, 40 if lang == "ja" else 54)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        header = theme.header(editable=column.editable)
        sheet.write_string(HEADER_ROW, place, column.header or captions(column.key)[LANGUAGES.index(lang)], header)
    last = HEADER_ROW
    for last, row in enumerate(rows, start=HEADER_ROW + 1):
        write_row(sheet, theme, last, columns, row)
    if last > HEADER_ROW:
        sheet.autofilter(HEADER_ROW, 0, last, len(columns) - 1)
    page_setup(sheet, header_row=HEADER_ROW)
    sheet.freeze_panes(HEADER_ROW + 1, frozen)
    return Area(1, 1, last + 1, len(columns))


def write_orphans(
    sheet: Worksheet,
    theme: Theme,
    first: int,
    lines: Sequence[Row],
    columns: Sequence[Column],
    kept: Collection[str],
    heading: str,
) -> int:
    """Lines of an earlier list that belong nowhere any more, under a heading: the `kept` fields, as they were typed."""
    sheet.write_string(first, 0, heading, theme.format(bold=True))
    nothing: Callable[[Row], None] = lambda row: None  # noqa: E731
    as_typed = [
        Column(
            c.key, c.width, "input" if c.editable else "wrap", plain(c.key) if c.key in kept else nothing, c.editable
        )
        for c in columns
    ]
    for row, record in enumerate(lines, start=first + 1):
        write_row(sheet, theme, row, as_typed, record)
    return first + len(lines)


def write_row(
    sheet: Worksheet,
    theme: Theme,
    row: int,
    columns: Sequence[Column],
    record: Row,
    *,
    places: Sequence[int] | None = None,
) -> None:
    """Writes one line, as high as its longest text needs: not every program fits rows to wrapped text.

    `places`: the columns of the sheet (0-based) they stand in, by default the first ones.
    """
    lines = 1
    for place, column in zip(places or range(len(columns)), columns, strict=True):
        value = column.value(record)
        shown = str(value) if isinstance(value, Location) else value
        if column.look in _WRAPPED and isinstance(shown, str):
            lines = max(lines, _wrapped(shown, column.width))
        _write_cell(sheet, theme, row, place, column, record, value)
    sheet.set_row(row, min(_LINE_HEIGHT * lines + 5, MOST_HEIGHT))


def _wrapped(text: str, width: float) -> int:
    """The lines that a text takes in a column."""
    return sum(-(-display_width(part) // max(int(_FILL * width), 1)) or 1 for part in text.split("\n"))


@lru_cache(maxsize=16_384)
def display_width(text: str) -> int:
    """Columns that a text takes: full-width characters count twice."""
    return (
        len(text)
        if text.isascii()
        else sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
    )


def shortened(text: str, width: int) -> str:
    """A text cut to a display width, with an ellipsis where something is missing."""
    if display_width(text) <= width:
        return text
    while display_width(text) > width - 1:
        text = text[:-1]
    return text + "…"


def never_xml(text: str) -> str:
    """A text that xlsxwriter takes for a text: it writes what looks like one of its own rich strings as it is."""
    return text + " " if text.startswith("<r>") and text.endswith("</r>") else text


def _write_cell(sheet: Worksheet, theme: Theme, row: int, place: int, column: Column, record: Row, value: Any) -> None:
    """Writes one cell; text is always text, whatever it begins with."""
    look = _format(theme, column, record)
    if isinstance(value, Location):
        if row <= _MOST_LINKS:
            sheet.write_url(row, place, link_to(value), look, str(value))
        else:
            sheet.write_string(row, place, str(value), look)
    elif value is None or value == "":
        sheet.write_blank(row, place, None, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value, look)
    elif isinstance(value, str):
        sheet.write_string(row, place, never_xml(value), look)
    elif isinstance(value, date | time):
        sheet.write_datetime(row, place, value, _date_format(theme, column))
    else:
        sheet.write_number(row, place, float(value), look)


_LOOKS: dict[str, dict[str, Any]] = {
    "text": {},
    "wrap": {"text_wrap": True},
    "centre": {"align": "center"},
    "percent": {"align": "center", "num_format": "0%"},
    "input": {"text_wrap": True, "bg_color": f"#{INPUT}"},
    "clip": {"align": "fill"},
    "link": {"font_color": f"#{LINK}", "underline": 1, "shrink": True},
}


def _format(theme: Theme, column: Column, record: Row) -> Format:
    level = record["level"] if column.look == "level" else ""
    known = theme.looks.get((column.look, level))
    if known is None:
        known = theme.level(level) if level else theme.cell(**_LOOKS[column.look])
        theme.looks[column.look, level] = known
    return known


def _date_format(theme: Theme, column: Column) -> Format:
    extra = {"bg_color": f"#{INPUT}"} if column.editable else {}
    return theme.cell(align="center", num_format="yyyy/m/d", **extra)


def plain(key: str) -> Callable[[Row], Any]:
    """The value of a text column."""
    return lambda row: row[key]


def figure(key: str) -> Callable[[Row], Any]:
    """The value of a whole-number column; nothing for an asset that could not be assessed at all."""
    return lambda row: number(row[key])


def identity_columns(method: Method, lang: str) -> list[Column]:
    """The columns that say which asset a line is about, alike in every list of assets."""
    return [
        Column("number", 4, "centre", plain("rank")),
        Column("name", 20, "wrap", plain("name")),
        Column("place", 14, "link", plain("place")),
        Column("asset_id", 8, "text", plain("asset_id")),
        Column("business", 9, "wrap", plain("business")),
        Column("medium", 12, "wrap", lambda row: medium_word(method, row["medium"] or row["medium_text"], lang)),
        Column("department", 10, "wrap", plain("department")),
    ]
