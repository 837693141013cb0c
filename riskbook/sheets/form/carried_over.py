"""The sheet of a form that lists what could not be carried over from another workbook; lists as workbooks."""

from __future__ import annotations

import io
from collections.abc import Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.model import LONGEST_TAB
from riskbook.sheets.form.parts import Form, as_tab, write_text
from riskbook.text import label

_HEADER = 3
_WIDTHS = (34, 100)


def write(sheet: Worksheet, form: Form) -> None:
    """Writes a line for each place of the source whose content is not in the form."""
    form.head(sheet, "left", form.word("title.left"))
    for place, (key, width) in enumerate(zip(("place", "why"), _WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(_HEADER, place, form.word(f"left.{key}"), form.look("head"))
    for row, (where, why) in enumerate(form.carried.left, start=_HEADER + 1):
        write_text(sheet, row, 0, where, form.look("fixed"))
        write_text(sheet, row, 1, why, form.look("fixed"))
    sheet.freeze_panes(_HEADER + 1, 0)
    form.finish(sheet, _HEADER)


def without_place(header: str, count: int, lang: str) -> str:
    """Why the values of a column are not in the form."""
    return label("form.left.column", lang, field=header, count=count)


def list_as_workbook(rows: Sequence[Sequence[str]], name: str) -> bytes:
    """A list as a workbook with one sheet, as `reading` takes it; every cell is a text."""
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_urls": False})
    sheet, look = book.add_worksheet(as_tab(name)[:LONGEST_TAB] or None), book.add_format()
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            write_text(sheet, row, column, text, look)
    book.close()
    return buffer.getvalue()
