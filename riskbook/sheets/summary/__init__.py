"""サマリー: one page for a manager: is it bad, where, what first, is it better than last time."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import LEVELS, Area, Assessment
from riskbook.sheets.charts import Series, chart
from riskbook.sheets.summary import figures, panels
from riskbook.sheets.summary.figures import Placed
from riskbook.sheets.summary.page import COLUMN_PIXELS, COLUMNS, WIDTH, Page
from riskbook.sheets.theme import HEAD, Theme, page_setup
from riskbook.sheets.words import Row

_DATA_COLUMN = COLUMNS + 2
_DATA_WIDTH = 16
# First row of each band; heights in points.
_HEAD, _TILES, _UPPER, _LOWER, _TOP = 0, 3, 8, 20, 32
_CHART_ROWS, _ROW = 10, 20.0
_GONE = "D1D5DB"


def write(
    book: Workbook, sheet: Worksheet, theme: Theme, assessment: Assessment, rows: Sequence[Row], method: Method,
    lang: str, title: str,
) -> Area:  # fmt: skip
    """Writes the summary; `rows` come highest risk first, `title` is the company or the file."""
    page = Page(book, sheet, theme, assessment, method, lang, title)
    sheet.set_column(0, COLUMNS - 1, WIDTH)
    sheet.set_column(_DATA_COLUMN, _DATA_COLUMN + len(LEVELS) + 1, _DATA_WIDTH)
    for first in (_UPPER, _LOWER):
        page.space(first - 1, 8)
        for row in range(first + 1, first + 1 + _CHART_ROWS):
            sheet.set_row(row, _ROW)
    tables = figures.place(
        sheet, theme, lang, _DATA_COLUMN,
        [
            figures.by_level(assessment, method, lang),
            figures.by_medium(rows, method, lang),
            figures.by_department(rows, method, lang),
            figures.by_kind(assessment, method, lang),
            figures.by_stage(assessment, method, lang),
            figures.by_treatment(rows, method, lang),
        ],
    )  # fmt: skip
    levels, media, departments, kinds, stages, treatments = tables
    panels.write_head(page, _HEAD)
    panels.write_tiles(page, _TILES)
    panels.write_answers(page, _TILES, rows)
    panels.write_heat_map(page, _UPPER, rows)
    _charts(page, levels, media, departments, kinds, stages, treatments)
    panels.write_change(page, _LOWER, 29)
    page.space(_TOP - 1, 8)
    last = panels.write_top(page, _TOP, rows)
    last = panels.write_findings(page, last + 1)
    page_setup(sheet, one_page=True)
    sheet.print_area(0, 0, last, COLUMNS - 1)
    lowest = max(last, *(table.row + len(table.figures.rows) for table in tables))
    return Area(1, 1, lowest + 1, _DATA_COLUMN + len(LEVELS) + 2)


def _charts(
    page: Page, levels: Placed, media: Placed, departments: Placed, kinds: Placed, stages: Placed, treatments: Placed
) -> None:
    """The six charts, each under its heading."""
    strong = [level.strong for level in page.method.levels] + [page.method.tables["unassessed"]["ink"]]
    accent = page.method.levels[-1].strong
    doughnut = [Series(levels.name(0), levels.values(0), strong[0], strong[: len(levels.figures.rows)])]
    _insert(page, _UPPER, 11, 17, "summary.by-level", "doughnut", levels, doughnut, legend="right")
    stacked = {"subtype": "stacked", "reverse": True}
    for table, first, last, key in (
        (media, 18, 26, "summary.by-medium"), (departments, 27, 35, "summary.by-department")
    ):  # fmt: skip
        series = _stack(table, strong)
        _insert(page, _UPPER, first, last, key, "bar", table, series, **stacked)
    share = [Series(kinds.name(0), kinds.values(0), accent)]
    _insert(
        page, _LOWER, 0, 11, "summary.by-kind", "bar", kinds, share, reverse=True, highest=1.0, number_format="0%",
        legend="", size=7,
    )  # fmt: skip
    stack = _stack(stages, [*strong, _GONE])
    _insert(page, _LOWER, 12, 20, "summary.by-stage", "column", stages, stack, subtype="stacked", legend="right")
    mix = [Series(treatments.name(n), treatments.values(n), colour) for n, colour in enumerate((accent, HEAD))]
    most = max((n or 0 for _, numbers in treatments.figures.rows for n in numbers), default=0)
    _insert(page, _LOWER, 21, 28, "summary.by-treatment", "column", treatments, mix, ceiling=1.15 * max(most, 1))


def _stack(table: Placed, colours: Sequence[str]) -> list[Series]:
    """The columns of a table as the parts of stacked bars."""
    return [Series(table.name(n), table.values(n), colours[n], unlabelled=table.slivers(n)) for n in table.occurring()]


def _insert(
    page: Page, row: int, first: int, last: int, heading: str, kind: str, table: Placed, series: Sequence[Series],
    **options: object,
) -> None:  # fmt: skip
    """One chart under its heading, over the rows of its band; it moves and grows with the cells."""
    page.heading(row, first, last, heading)
    if not table.figures.rows:
        return
    made = chart(
        page.book, page.sheet.get_name(), page.lang, kind, table.categories, series, **options  # type: ignore[arg-type]
    )  # fmt: skip
    width = (last - first + 1) * COLUMN_PIXELS - 6
    made.set_size({"width": width, "height": int(_CHART_ROWS * _ROW / 0.75) - 2})
    page.sheet.insert_chart(row + 1, first, made, {"object_position": 1, "x_offset": 2, "y_offset": 2})
