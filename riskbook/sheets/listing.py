"""Writes a list on a sheet: title, note, header row, rows; the columns are data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from inspect import unwrap
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import LONGEST_CELL, MOST_LINKS, Area, Location
from riskbook.sheets.theme import INPUT, LINK, Theme, page_setup
from riskbook.sheets.widths import display_width
from riskbook.sheets.words import Row, captions, link_to, medium_word, number
from riskbook.text import LANGUAGES, label

HEADER_ROW = 3  # 0-based, as xlsxwriter counts: title, note, an empty line, header
_WRAPPED = ("wrap", "input")
_LINE_HEIGHT, MOST_HEIGHT = 13, 400  # points; Excel's rows end at 409
# A column's width counts digits of the default font (11 points); a line of 9 points holds at least this many times
# as many.
_FILL = 1.05
HEADER_FILL = 1.15  # the same for one word of a header, whose small letters are narrower than digits
_POINTS_A_LETTER = 6  # of an upright header
_FORGOTTEN = 1_000  # rows, after which xlsxwriter's notes of their heights are dropped


class ByNumbers(Worksheet):  # type: ignore[misc]
    """A sheet whose cells are named by row and column alone: xlsxwriter looks at each call for "A1" otherwise."""

    write_blank = unwrap(Worksheet.write_blank)
    write_number = unwrap(Worksheet.write_number)
    write_string = unwrap(Worksheet.write_string)


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `key`: its header is the label "col.KEY", unless `header` is given. `width`: in characters. `look`: "text" | "wrap"
    | "centre" | "level" | "percent" | "clip" (cut at the cell's edge) | "link" (the value is a `Location`) | "input"
    (people type there). `value`: of a row; an `Url` becomes a link, whatever the look.
    """

    key: str
    width: float
    look: str
    value: Callable[[Row], Any]
    editable: bool = False
    header: str = ""


def headers_of(keys: Iterable[str], field_of: Mapping[str, str] | None = None) -> dict[str, str]:
    """Header of a column, in every language → its field: the key, or the field that `field_of` has for it."""
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
    header_row: int = HEADER_ROW,
) -> Area:
    """Writes a whole list sheet and returns its area.

    `frozen`: number of columns that stay in view with the header. `note`: instead of the list's own. `header_row`:
    0-based; what stands between note and header is the caller's.
    """
    # A sheet that keeps no rows in memory needs them in order, each with its height before the next.
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, label(f"title.{kind}", lang), theme.title())
    sheet.write_string(1, 0, note or label(f"note.{kind}", lang), theme.note())
    _write_headers(sheet, theme, lang, columns, header_row)
    last = header_row
    for last, row in enumerate(rows, start=header_row + 1):
        write_row(sheet, theme, last, columns, row)
    if last > header_row:
        sheet.autofilter(header_row, 0, last, len(columns) - 1)
    page_setup(sheet, header_row=header_row)
    sheet.freeze_panes(header_row + 1, frozen)
    return Area(1, 1, last + 1, len(columns))


def forgetting(sheet: Worksheet, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows; meanwhile a sheet that keeps no rows in memory forgets the heights of those that are in its file."""
    for at, row in enumerate(rows):
        if at % _FORGOTTEN == 0:
            for kept in (sheet.row_info, sheet.row_sizes):
                for written in sorted(kept)[:-1]:  # the last one is written when the next begins
                    del kept[written]
        yield row


def _write_headers(sheet: Worksheet, theme: Theme, lang: str, columns: Sequence[Column], row: int) -> None:
    """Writes the headers; one whose longest word is wider than its column stands upright, for it would be broken."""
    height = 40.0 if lang == "ja" else 54.0
    for place, column in enumerate(columns):
        text = column.header or captions(column.key)[LANGUAGES.index(lang)]
        longest = 0 if lang == "ja" else max(map(display_width, text.split()))  # Japanese breaks anywhere
        upright = longest > HEADER_FILL * column.width
        height = max(height, _POINTS_A_LETTER * longest + 8 if upright else 0)
        sheet.set_column(place, place, column.width)
        sheet.write_string(row, place, text, theme.header(editable=column.editable, upright=upright))
    sheet.set_row(row, height)


def write_row(
    sheet: Worksheet,
    theme: Theme,
    row: int,
    columns: Sequence[Column],
    record: Row,
    *,
    places: Sequence[int] | None = None,
) -> None:
    """Writes one line, as high as its longest text: not every program fits rows to wrapped text.

    A record that is `strong` heads those below it. `outline`: of a record, if any, xlsxwriter's options of the row.

    `places`: the sheet's column (0-based) of each of `columns`, by default the first ones.
    """
    lines = 1
    for place, column in zip(places or range(len(columns)), columns, strict=True):
        value = column.value(record)
        _write_cell(sheet, theme, row, place, column, record, value)
        if column.look in _WRAPPED or record.get("strong"):
            shown = value.text if isinstance(value, Url) else str(value) if isinstance(value, Location) else value
            if isinstance(shown, str):
                lines = max(lines, _wrapped(shown, column.width))
    sheet.set_row(row, min(_LINE_HEIGHT * lines + 5, MOST_HEIGHT), None, record.get("outline"))


def _wrapped(text: str, width: float) -> int:
    """The number of lines of a text in a column of this width."""
    room = max(int(_FILL * width), 1)
    if 2 * len(text) <= room and "\n" not in text:  # no character takes more than the width of two
        return 1
    return sum(-(-display_width(part) // room) or 1 for part in text.split("\n"))


def escape_rich(text: str) -> str:
    """A text that xlsxwriter writes: it drops longer ones than Excel takes, and "<r>…</r>" it takes for XML."""
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - 1] + "…"
    return text + " " if text.startswith("<r>") and text.endswith("</r>") else text


def _write_cell(sheet: Worksheet, theme: Theme, row: int, place: int, column: Column, record: Row, value: Any) -> None:
    """Writes one cell; a text stays a text even where it begins with "=" or "http"."""
    look = _format(theme, "file" if isinstance(value, Url) else column.look, record)
    if value is None or value == "":
        sheet.write_blank(row, place, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, place, escape_rich(value), look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value, look)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, place, value, look)
    elif isinstance(value, (date, time)):
        sheet.write_datetime(row, place, value, _date_format(theme, column))
    elif isinstance(value, (Location, Url)):
        target, shown = (value, value.text) if isinstance(value, Url) else (link_to(value), str(value))
        if row <= MOST_LINKS:
            sheet.write_url(row, place, target, look, shown)
        else:
            sheet.write_string(row, place, escape_rich(shown), look)
    else:
        sheet.write_number(row, place, float(value), look)


_LOOKS: dict[str, dict[str, Any]] = {
    "text": {},
    "wrap": {"text_wrap": True},
    "centre": {"align": "center"},
    "percent": {"align": "center", "num_format": "0%"},
    "input": {"text_wrap": True, "bg_color": f"#{INPUT}"},
    "amount": {"bg_color": f"#{INPUT}", "num_format": "#,##0"},
    "clip": {"align": "fill"},
    "file": {"font_color": f"#{LINK}", "underline": 1, "text_wrap": True},
    "link": {"font_color": f"#{LINK}", "underline": 1, "shrink": True},
}


def _format(theme: Theme, plain_look: str, record: Row) -> Format:
    level = record["level"] if plain_look == "level" else ""
    look = f"strong-{plain_look}" if record.get("strong") and not level else plain_look
    known = theme.looks.get((look, level))
    if known is None:
        strong = {"bold": True, "text_wrap": True, "shrink": False} if look != plain_look else {}
        known = theme.level(level) if level else theme.cell(**_LOOKS[plain_look] | strong)
        theme.looks[look, level] = known
    return known


def _date_format(theme: Theme, column: Column) -> Format:
    extra = {"bg_color": f"#{INPUT}"} if column.editable else {}
    return theme.cell(align="center", num_format="yyyy/m/d", **extra)


def plain(key: str) -> Callable[[Row], Any]:
    """Gives the value of a field as it is."""
    return lambda row: row[key]


def figure(key: str) -> Callable[[Row], Any]:
    """Gives a whole number, None for NA."""
    return lambda row: number(row[key])


def identity_columns(method: Method, lang: str) -> list[Column]:
    """The columns that identify the asset of a line, the same in every list of assets."""
    return [
        Column("number", 4, "centre", plain("rank")),
        Column("name", 20, "wrap", plain("name")),
        Column("place", 14, "link", plain("place")),
        Column("asset_id", 8, "text", plain("asset_id")),
        Column("business", 9, "wrap", plain("business")),
        Column("medium", 12, "wrap", lambda row: medium_word(method, row["medium"] or row["medium_text"], lang)),
        Column("department", 10, "wrap", plain("department")),
    ]
