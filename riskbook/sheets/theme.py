"""The look of all riskbook's sheets: fonts, colours, formats, page set-up."""

from __future__ import annotations

from typing import Any

from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.method.schema import Level
from riskbook.model import BAND_OF, LEVELS, UNASSESSED
from riskbook.text import joined, label

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
A4, A3 = 9, 8
# Fill, ink and strong colour of a band of which a method has no level.
_BANDS = {
    "large": ("FFADAD", "8B0000", "C0392B"),
    "medium": ("FFE999", "6B5000", "E2A100"),
    "small": ("CFE2F7", "1F4E78", "2E75B6"),
}


class Theme:
    """The cell formats of a workbook; each is made only once."""

    def __init__(self, book: Workbook, lang: str, method: Method) -> None:
        self._book = book
        self._font = FONTS[lang]
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}  # by what was asked for
        self.looks: dict[tuple[str, str], Format] = {}  # formats of list cells by look and level
        self._method = method

    def format(self, **properties: Any) -> Format:
        """A format with riskbook's font and ink; `properties` (as xlsxwriter names them) replace or add some."""
        asked = tuple(properties.items())
        if asked not in self._formats:
            base = {"font_name": self._font, "font_size": 10, "font_color": f"#{INK}", "valign": "vcenter"}
            self._formats[asked] = self._book.add_format(base | properties)
        return self._formats[asked]

    def cell(self, **properties: Any) -> Format:
        """A bordered cell of a list."""
        return self.format(**({"border": 1, "border_color": f"#{LINE}", "valign": "top", "font_size": 9} | properties))

    def header(self, *, editable: bool = False, upright: bool = False) -> Format:
        """A column header, in another colour above cells that people fill in; `upright`: read from below."""
        colour = INPUT_HEAD if editable else HEAD
        look = {"bold": True, "font_color": "#FFFFFF", "bg_color": f"#{colour}", "align": "center"}
        return self.cell(**look, valign="vcenter", text_wrap=True, **({"rotation": 90} if upright else {}))

    def title(self) -> Format:
        """The title in the first cell of a sheet."""
        return self.format(font_size=16, bold=True)

    def note(self) -> Format:
        """The line under a title."""
        return self.format(font_size=9, font_color=f"#{MUTED}")

    def level_colours(self, key: str) -> tuple[str, str]:
        """Fill and ink (RRGGBB) of a level or a band."""
        return level_colours(self._method, key)[:2]

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
    # A level of another method, in an earlier run, is named by its band.
    return method.unassessed.word[lang] if key == UNASSESSED else band_word(method, BAND_OF[key], lang)


def level_colours(method: Method, key: str) -> tuple[str, str, str]:
    """Fill, ink and strong colour (RRGGBB) of a level or a band; a band has those of its most severe level."""
    if key == UNASSESSED:
        return method.unassessed.fill, method.unassessed.ink, method.unassessed.ink
    own = [level for level in method.levels if level.key == key] or _levels_of(method, BAND_OF[key])
    return (own[0].fill, own[0].ink, own[0].strong) if own else _BANDS[BAND_OF[key]]


def _levels_of(method: Method, band: str) -> list[Level]:
    return [level for level in method.levels if BAND_OF[level.key] == band]


def band_word(method: Method, band: str, lang: str) -> str:
    """The words for the levels of a method that are counted as one band (one of LEVELS) over many clients."""
    if band == UNASSESSED:
        return method.unassessed.word[lang]
    words = [level.word[lang] for level in _levels_of(method, band)]
    return joined(words, lang) or label(f"band.{band}", lang)


def has_usual_levels(method: Method) -> bool:
    """Whether a method's levels are just the bands."""
    return method.level_keys == LEVELS


def close(book: Workbook) -> None:
    """Closes a workbook that xlsxwriter writes to a file. Raises `OSError`."""
    try:
        book.close()
    except FileCreateError as error:  # not an OSError, but made from one
        raise OSError(*getattr(error.args[0], "args", (str(error),))) from error


def page_setup(sheet: Worksheet, *, header_row: int | None = None, one_page: bool = False) -> None:
    """A4 landscape, one page wide, title and header rows repeated, page numbers at the foot."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 1 if one_page else 0)
    sheet.set_footer("&L&8riskbook&C&8&A&R&8&P / &N")
    sheet.hide_gridlines(2)
    if one_page:
        sheet.center_horizontally()
    if header_row is not None:
        sheet.repeat_rows(0, header_row)
