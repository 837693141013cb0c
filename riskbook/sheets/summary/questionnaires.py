"""The summary of a workbook without a ledger, which shows the self-check instead."""

from __future__ import annotations

from collections.abc import Sequence

from riskbook.model import SelfCheck
from riskbook.sheets.charts import Series
from riskbook.sheets.instruments.self_check import item_name, radar_of_items, since_words
from riskbook.sheets.summary import panels
from riskbook.sheets.summary.figures import Figures, Placed, place
from riskbook.sheets.summary.page import COLUMN_PIXELS, COLUMNS, SummaryPage
from riskbook.sheets.theme import BAND
from riskbook.sheets.widths import shortened

_CHART_ROWS, _ROW_HEIGHT = 17, 22.0  # points
_MOST_ITEMS = 15
_HALF = 16  # columns of the radar


def write(page: SummaryPage, data_column: int, sentences: Sequence[tuple[str, str, str]]) -> tuple[int, Placed | None]:
    """Writes the page; returns the last row written, and the figures that its chart reads.

    `data_column`: where those figures begin. `sentences`: (kind of sheet, its tab or "", sentence).
    """
    panels.write_head(page, 0)
    checked = page.assessment.instruments.self_check
    row, placed = 3, None
    if checked is not None:
        _tiles(page, row, checked)
        placed = _radar(page, 9, data_column, checked)
        _first(page, 9, checked)
        row = 9 + _CHART_ROWS + 1
    last = panels.write_instruments(page, row, sentences)
    return panels.write_findings(page, last + 1), placed


def _tiles(page: SummaryPage, row: int, checked: SelfCheck) -> None:
    """Writes the total with its advice, and the parts."""
    spec = page.method.instruments.self_check
    band = spec.bands[checked.band]
    fill, ink = page.theme.level_colours(band.level)
    look = {"bg_color": f"#{fill}", "font_color": f"#{ink}", "align": "center", "shrink": True}
    for line in range(4):
        page.sheet.set_row(row + line, 18)
    page.span(row, 0, 6, page.word("sheet.self_check"), page.theme.format(**look, bold=True))
    total = page.word("items.of", score=checked.record.total, most=checked.most)
    page.span(row + 1, 0, 6, total, page.theme.format(**look, bold=True, font_size=22), to_row=row + 2)
    blank = page.word("items.provisional", count=checked.unanswered) if checked.unanswered else ""
    page.span(row + 3, 0, 6, blank, page.theme.format(**look))
    names = {part.number: part.name[page.lang] for part in spec.parts}
    grey = {"bg_color": f"#{BAND}", "align": "center", "left": 2, "left_color": "#FFFFFF", "shrink": True}
    wide = max(15 // len(checked.parts), 1)
    for place_, part in enumerate(checked.parts[:15]):
        first = 7 + wide * place_
        page.span(
            row, first, first + wide - 1, f"{part.number} {names[part.number]}", page.theme.format(**grey, bold=True)
        )
        points = page.word("items.of", score=part.score, most=part.most)
        page.span(row + 1, first, first + wide - 1, points, page.theme.format(**grey, font_size=15), to_row=row + 2)
        percent = page.word("summary.percent", percent=round(100 * max(part.score, 0) / part.most))
        page.span(row + 3, first, first + wide - 1, percent, page.theme.format(**grey))
    text = page.theme.format(text_wrap=True, font_size=11, bold=True, indent=1)
    page.span(row, 22, COLUMNS - 1, band.advice[page.lang], text, to_row=row + 2)
    page.span(row + 3, 22, COLUMNS - 1, since_words(checked, page.lang), page.theme.format(font_size=9, indent=1))


def _radar(page: SummaryPage, row: int, data_column: int, checked: SelfCheck) -> Placed:
    """Inserts the radar of the items' points; returns the figures that it reads."""
    page.heading(row, 0, _HALF, "items.radar")
    spec = page.method.instruments.self_check
    scores = dict(enumerate(checked.record.scores, start=1))
    rows = tuple((item_name(item, page.lang), (scores[item.number],)) for item in spec.items)
    (placed,) = place(page.sheet, page.theme, page.lang, data_column, [Figures((page.word("items.now"),), rows)])
    line = Series(placed.name(0), placed.values(0), page.method.levels[-1].strong)
    made = radar_of_items(page.book, page.sheet, placed.categories, [line], page.method, page.lang)
    for at in range(row + 1, row + 1 + _CHART_ROWS):
        page.sheet.set_row(at, _ROW_HEIGHT)
    made.set_size({"width": (_HALF + 1) * COLUMN_PIXELS - 6, "height": int(_CHART_ROWS * _ROW_HEIGHT / 0.75) - 2})
    page.sheet.insert_chart(row + 1, 0, made, {"object_position": 1, "x_offset": 2, "y_offset": 2})
    return placed


def _first(page: SummaryPage, row: int, checked: SelfCheck) -> None:
    """Writes the items to fix first, and what to do."""
    first = _HALF + 2
    page.heading(row, first, COLUMNS - 1, "items.all")
    spans = (("number", first, first), ("item", first + 1, first + 4), ("todo", first + 5, COLUMNS - 1))
    for key, left, right in spans:
        page.span(row + 1, left, right, page.word(f"col.{key}"), page.small_head())
    items = page.method.instruments.self_check.items
    text = page.line(font_size=9)
    for at, number in enumerate(checked.first[:_MOST_ITEMS], start=row + 2):
        item = items[number - 1]
        page.span(at, first, first, number, page.line(font_size=9, align="center"))
        page.span(at, first + 1, first + 4, item.short[page.lang], text)
        page.span(at, first + 5, COLUMNS - 1, shortened(item.todo[page.lang], 90), text)
