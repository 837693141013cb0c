"""The form's sheet 利用方法: the steps, the criteria, the colours, and notes."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from riskbook.model import few
from riskbook.sheets.form import scales
from riskbook.sheets.form.ledger import PRINTED_SPARE, ROWS, paper
from riskbook.sheets.form.parts import Form
from riskbook.sheets.listing import MOST_HEIGHT
from riskbook.sheets.theme import HEAD
from riskbook.sheets.widths import display_width
from riskbook.text import joined

_LAST_COLUMN = 4
_WIDTHS = (3, 14, 36, 36, 36)
_SHOWN_TABS = 4
_LINE = 15  # points
_CRITERIA = ("confidentiality", "integrity", "availability")


def write(sheet: Worksheet, form: Form, ledgers: Sequence[str], extras: Sequence[str] = ()) -> None:
    """Writes the page; `ledgers`: tabs of the ledgers, `extras`: kinds of questionnaires in the form."""
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, form.word("title.guide"), form.theme.title())
    sheet.write_string(1, 0, form.word("company", company=form.company), form.theme.format(font_size=11, locked=False))
    tabs = {kind: _quoted(form, form.tab(kind)) for kind in ("threats", "checks", "diagnosis")}
    shown = few([_quoted(form, name) for name in ledgers], _SHOWN_TABS)
    tabs["ledger"] = joined(shown, form.lang, parts=True)
    row = _heading(sheet, form, 3, "steps")
    for number in range(1, 6):
        row = _text(sheet, form, row, _step(form, number, tabs))
    for kind in extras:
        row = _text(sheet, form, row, form.word(f"guide.{kind}", tab=_quoted(form, form.tab(kind))))
    row = _criteria(sheet, form, _heading(sheet, form, row + 1, "criteria"))
    row = _heading(sheet, form, row + 1, "levels")
    for number, level in enumerate(form.method.levels):
        text = form.word("diagnosis.level", at_least=level.at_least, level=level.word[form.lang])
        look = form.theme.level(level.key, text_wrap=True)
        sheet.write_string(row + number // _LAST_COLUMN, 1 + number % _LAST_COLUMN, text, look)
    row += (len(form.method.levels) - 1) // _LAST_COLUMN
    row = _heading(sheet, form, row + 2, "notes")
    told = {"rows": ROWS, "spare": PRINTED_SPARE, "paper": paper(form)}
    for key in ("protection", "growth", "printing", "departments", "source"):
        row = _text(sheet, form, row, "・" + form.word(f"guide.{key}", **told))
    form.finish(sheet, None, one_page=True)


def _step(form: Form, number: int, tabs: dict[str, str]) -> str:
    """A step in a sentence; the first one names the grades and the rule of importance."""
    if number > 1:
        return form.word(f"guide.{number}", **tabs)
    rule = form.method.importance.rule
    grades = scales.shown(form, "confidentiality")
    return form.word("guide.1" if rule == "max" else f"guide.1-{rule}", grades=grades, **tabs)


def _quoted(form: Form, name: str) -> str:
    return f"「{name}」" if form.lang == "ja" else f"“{name}”"


def _heading(sheet: Worksheet, form: Form, row: int, key: str) -> int:
    look = form.theme.format(bold=True, font_size=12, bottom=2, bottom_color=f"#{HEAD}")
    sheet.merge_range(row, 1, row, _LAST_COLUMN, form.word(f"guide.{key}"), look)
    sheet.set_row(row, 22)
    return row + 1


def _text(sheet: Worksheet, form: Form, row: int, text: str) -> int:
    """Writes a sentence across the page, in a row high enough for it; returns the next row."""
    sheet.merge_range(row, 1, row, _LAST_COLUMN, text, form.theme.format(text_wrap=True, font_size=10.5))
    lines = -(-display_width(text) // (sum(_WIDTHS[1:]) - 4))
    sheet.set_row(row, min(_LINE * lines + 6, MOST_HEIGHT))
    return row + 1


def _criteria(sheet: Worksheet, form: Form, row: int) -> int:
    """Writes the meaning of each grade for each evaluation, the texts of the input messages; returns the next row."""
    most = 0
    sheet.write_string(row, 1, form.word("guide.value"), form.look("head"))
    for place, field in enumerate(_CRITERIA, start=2):
        asked, grades = scales.meanings(form, field)
        # The bare headers would make riskbook read this page as a ledger.
        head = form.word("guide.criterion", evaluation=form.word(f"col.{field}"), asked=asked)
        sheet.write_string(row, place, head, form.look("head"))
        for offset, (grade, meaning) in enumerate(grades, start=1):
            sheet.write_number(row + offset, 1, grade, form.look("fixed", align="center", bold=True))
            sheet.write_string(row + offset, place, meaning, form.look("fixed"))
            sheet.set_row(row + offset, 2 * _LINE + 2)
        most = max(most, len(grades))
    return row + 1 + most
