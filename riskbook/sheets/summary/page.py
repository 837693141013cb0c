"""A page as a grid of narrow columns, over which the blocks are laid out."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Assessment
from riskbook.sheets.listing import escape_rich
from riskbook.sheets.theme import HEAD, LINE, MUTED, Theme
from riskbook.sheets.widths import shortened
from riskbook.text import label

COLUMNS = 36
WIDTH = 4.3  # characters
COLUMN_PIXELS = 35  # of a column of that width


def fitted(text: str, first: int, last: int) -> str:
    """A text cut to the width of the columns `first` to `last`, at a font shrunk a little."""
    return shortened(text, int((last - first + 1) * WIDTH * 1.5))


@dataclass
class Page:
    """A page to write on: spans of grid columns with both ends included; rows and columns are 0-based."""

    book: Workbook
    sheet: Worksheet
    theme: Theme
    method: Method
    lang: str

    def span(self, row: int, first: int, last: int, value: object, look: Format, *, to_row: int | None = None) -> None:
        """Writes one value over several columns (and rows)."""
        bottom = row if to_row is None else to_row
        # Merged without the value, which is then written by its type: merge_range would guess the type of a text.
        if first != last or bottom != row:
            self.sheet.merge_range(row, first, bottom, last, "", look)
        if isinstance(value, str):
            self.sheet.write_string(row, first, escape_rich(value), look)
        elif value is not None:
            self.sheet.write_number(row, first, float(value), look)  # type: ignore[arg-type]

    def link(self, row: int, first: int, last: int, text: str, url: str | Url, look: Format) -> None:
        """Writes a link over several columns."""
        self.span(row, first, last, text, look)
        self.sheet.write_url(row, first, url, look, escape_rich(text))

    def heading(self, row: int, first: int, last: int, key: str, **params: object) -> None:
        """Writes the heading of a block."""
        self.sheet.set_row(row, 18)
        look = self.theme.format(bold=True, font_size=10.5, bottom=2, bottom_color=f"#{HEAD}", shrink=True)
        self.span(row, first, last, label(key, self.lang, **params), look)

    def space(self, row: int, points: float) -> None:
        """Makes a row an empty one of this height."""
        self.sheet.set_row(row, points)

    def word(self, key: str, **params: object) -> str:
        """A label in the language of the sheet."""
        return label(key, self.lang, **params)

    def small_head(self) -> Format:
        """The format of the header of a small table."""
        return self.theme.format(
            font_size=9, align="center", font_color=f"#{MUTED}", bottom=1, bottom_color=f"#{LINE}", shrink=True
        )

    def line(self, **properties: object) -> Format:
        """The format of a cell of a small table."""
        return self.theme.format(**{"bottom": 1, "bottom_color": f"#{LINE}", "shrink": True, **properties})


@dataclass
class SummaryPage(Page):
    """The page of one workbook; `title` is the company or the file."""

    assessment: Assessment
    title: str
