"""The sheet サマリー, one page for a manager: is it bad, where, what first, is it better than last time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from riskbook.model import Area
from riskbook.sheets import words
from riskbook.sheets.charts import Series
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.sheets.summary import figures, heat_map, panels, questionnaires
from riskbook.sheets.summary.band import insert, insert_columns, palette, prepare, stack
from riskbook.sheets.summary.figures import Placed
from riskbook.sheets.summary.page import COLUMNS, WIDTH, Page, SummaryPage
from riskbook.sheets.theme import HEAD, page_setup

_DATA_COLUMN = COLUMNS + 2
_DATA_WIDTH = 16
# First row of each block, 0-based.
_HEAD, _TILES, _UPPER, _LOWER, _TOP = 0, 3, 8, 20, 32
_GONE = "D1D5DB"  # colour of assets without any risk left


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the summary."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    rows, sentences = context.rows, context.sentences
    page = SummaryPage(context.book, sheet, theme, method, lang, assessment, context.title)
    sheet.set_column(0, COLUMNS - 1, WIDTH)
    sheet.set_column(_DATA_COLUMN, _DATA_COLUMN + len(method.level_keys) + 1, _DATA_WIDTH)
    if not assessment.ledger.tables:
        last, placed = questionnaires.write(page, _DATA_COLUMN, sentences)
        return _finish(page, last, [] if placed is None else [placed])
    for first in (_UPPER, _LOWER):
        prepare(page, first)
    media_levels: dict[str | None, Counter[str]] = {}
    for row in rows:
        media_levels.setdefault(row["medium"], Counter())[row["level"]] += 1
    treated = Counter(row["treatment"] for row in rows), Counter(row["decided"] for row in rows)
    tables = figures.place(
        sheet,
        theme,
        lang,
        _DATA_COLUMN,
        [
            figures.by_level(assessment, method, lang),
            figures.by_medium(media_levels, method, lang),
            figures.by_department(rows, method, lang),
            figures.by_kind(assessment, method, lang),
            figures.by_stage(assessment, method, lang),
            figures.by_treatment(*treated, method, lang),
            figures.by_run(assessment, lang),
        ],
    )
    levels, media, departments, kinds, stages, treatments, trend = tables
    fields = Counter((r["importance"], r["likelihood"]) for r in rows if not words.unassessed(r))
    panels.write_head(page, _HEAD)
    panels.write_tiles(page, _TILES, assessment.counts())
    panels.write_answers(page, _TILES, rows)
    heat_map.write(page, _UPPER, fields)
    _charts(page, levels, media, departments, kinds, stages, treatments, trend)
    panels.write_change(page, _LOWER, 29)
    page.space(_TOP - 1, 8)
    last = panels.write_top(page, _TOP, rows)
    last = panels.write_accepted(page, last + 1, rows)
    last = panels.write_instruments(page, last + 1, sentences)
    last = panels.write_findings(page, last + 1)
    return _finish(page, last, tables)


def _finish(page: Page, last: int, tables: Sequence[Placed]) -> Written:
    """Sets up the printed page, whose last row is `last`; returns the area with the figures beside it."""
    page_setup(page.sheet, one_page=True)
    page.sheet.print_area(0, 0, last, COLUMNS - 1)
    lowest = max([last, *(table.row + len(table.figures.rows) for table in tables)])
    return Written(Area(1, 1, lowest + 1, _DATA_COLUMN + len(page.method.level_keys) + 2))


def _charts(
    page: Page,
    levels: Placed,
    media: Placed,
    departments: Placed,
    kinds: Placed,
    stages: Placed,
    treatments: Placed,
    trend: Placed,
) -> None:
    """Inserts six charts, and the trend as a seventh where a history has earlier runs."""
    strong, accent = palette(page)
    doughnut = [Series(levels.name(0), levels.values(0), strong[0], strong[: len(levels.figures.rows)])]
    # A wide heat map leaves less room for the charts beside it.
    first = heat_map.last_column(page.method) + 1
    second = first + 7 - (first - 11) // 3
    third = second + (COLUMNS - second) // 2
    insert(page, _UPPER, first, second - 1, "summary.by-level", "doughnut", levels, doughnut, legend="right")
    stacked = {"subtype": "stacked", "reverse": True}
    for table, first, last, key in (
        (media, second, third - 1, "summary.by-medium"),
        (departments, third, COLUMNS - 1, "summary.by-department"),
    ):
        series = stack(table, strong)
        insert(page, _UPPER, first, last, key, "bar", table, series, **stacked)
    blank = {place for place, (_, values) in enumerate(kinds.figures.rows) if values[0] is None}
    share = [Series(kinds.name(0), kinds.values(0), accent, unlabelled=blank)]
    ends = (11, 20, 28, 28) if not trend.figures.rows else (9, 16, 22, 28)
    insert(
        page,
        _LOWER,
        0,
        ends[0],
        "summary.by-kind",
        "bar",
        kinds,
        share,
        reverse=True,
        highest=1.0,
        number_format="0%",
        legend="",
        size=7,
    )
    parts = stack(stages, [*strong, _GONE])
    right = {"subtype": "stacked", "legend": "right"}
    insert(page, _LOWER, ends[0] + 1, ends[1], "summary.by-stage", "column", stages, parts, **right)
    insert_columns(page, _LOWER, ends[1] + 1, ends[2], "summary.by-treatment", treatments, (accent, HEAD))
    if trend.figures.rows:
        line = [Series(trend.name(0), trend.values(0), accent)]
        top = 1.25 * max(numbers[0] or 1 for _, numbers in trend.figures.rows)
        insert(page, _LOWER, ends[2] + 1, ends[3], "summary.trend", "line", trend, line, legend="", size=7, ceiling=top)


SHEET = Sheet("summary", write, proofs=("summary.by-medium", "summary.by-department"), late=True)
