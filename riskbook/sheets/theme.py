"""The look of all riskbook's sheets: fonts, colours, formats, page set-up."""

from __future__ import annotations

from typing import Any

from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import LEVELS

# Windows and macOS both come with this font, under its Japanese and its English name.
FONTS = {"ja": "游ゴシック", "en": "Yu Gothic"}
INK, MUTED, LINE, BAND, HEAD, INPUT, INPUT_HEAD, LINK = (
    "1F2937",
    "6B7280",
    "D1D5DB",
    "F3F4F6",
    "334155",
    "FFFBEB",
    "B45309",
    "1D4ED8",
)
_A4 = 9


class Theme:
    """The cell formats of a workbook; each is made only once."""

    def __init__(self, book: Workbook, lang: str, method: Method) -> None:
        self._book = book
        self._font = FONTS[lang]
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.looks: dict[tuple[str, str], Format] = {}  # formats of list cells by look and level
        self._levels = {level.key: level for level in method.levels}
        self._unassessed = method.unassessed

    def format(self, **properties: Any) -> Format:
        """A format with riskbook's font and ink; `properties` (as xlsxwriter names them) replace or add some."""
        base: dict[str, Any] = {"font_name": self._font, "font_size": 10, "font_color": f"#{INK}", "valign": "vcenter"}
        merged = base | properties
        key = tuple(sorted(merged.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(merged)
        return self._formats[key]

    def cell(self, **properties: Any) -> Format:
        """A bordered cell of a list."""
        return self.format(**({"border": 1, "border_color": f"#{LINE}", "valign": "top", "font_size": 9} | properties))

    def header(self, *, editable: bool = False) -> Format:
        """A column header, in another colour above cells that people fill in."""
        colour = INPUT_HEAD if editable else HEAD
        return self.cell(
            bold=True, font_color="#FFFFFF", bg_color=f"#{colour}", align="center", valign="vcenter", text_wrap=True
        )

    def title(self) -> Format:
        """The title in the first cell of a sheet."""
        return self.format(font_size=16, bold=True)

    def note(self) -> Format:
        """The line under a title."""
        return self.format(font_size=9, font_color=f"#{MUTED}")

    def level_colours(self, key: str) -> tuple[str, str]:
        """Fill and ink (RRGGBB) of a level."""
        if key in self._levels:
            return self._levels[key].fill, self._levels[key].ink
        return self._unassessed.fill, self._unassessed.ink

    def level(self, key: str, **properties: Any) -> Format:
        """A bordered cell in the colours of a level."""
        fill, ink = self.level_colours(key)
        return self.cell(
            **({"bg_color": f"#{fill}", "font_color": f"#{ink}", "align": "center", "bold": True} | properties)
        )


def level_word(method: Method, key: str, lang: str) -> str:
    """The word for a level; colour alone would be lost in grey print and to the colour-blind."""
    for level in method.levels:
        if level.key == key:
            return level.word[lang]
    assert key == LEVELS[-1]
    return method.unassessed.word[lang]


def close(book: Workbook) -> None:
    """Closes a workbook that xlsxwriter writes to a file. Raises `OSError`."""
    try:
        book.close()
    except FileCreateError as error:  # not an OSError, but made from one
        raise OSError(*getattr(error.args[0], "args", (str(error),))) from error


def page_setup(sheet: Worksheet, *, header_row: int | None = None, one_page: bool = False) -> None:
    """A4 landscape, one page wide, header rows repeated, page numbers at the foot."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 1 if one_page else 0)
    sheet.set_footer("&L&8riskbook&C&8&A&R&8&P / &N")
    sheet.hide_gridlines(2)
    if one_page:
        sheet.center_horizontally()
    if header_row is not None:
        sheet.repeat_rows(header_row)
