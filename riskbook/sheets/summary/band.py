"""A band of charts on a page: each under its heading, over the same rows."""

from __future__ import annotations

from collections.abc import Sequence

from riskbook.sheets.charts import Series, chart
from riskbook.sheets.summary.figures import Placed
from riskbook.sheets.summary.page import COLUMN_PIXELS, Page

_ROWS, _ROW_HEIGHT = 10, 20.0  # points


def prepare(page: Page, first: int) -> None:
    """Sets the heights of a band's rows; its heading stands in the first."""
    page.space(first - 1, 8)
    for row in range(first + 1, first + 1 + _ROWS):
        page.sheet.set_row(row, _ROW_HEIGHT)


def palette(page: Page) -> tuple[list[str], str]:
    """The colours of the levels for charts, gravest first, and the one for what is no level."""
    levels = page.method.levels
    return [level.strong for level in levels] + [page.method.unassessed.ink], levels[-1].strong


def stack(table: Placed, colours: Sequence[str]) -> list[Series]:
    """The columns of a table as the parts of stacked bars."""
    return [Series(table.name(n), table.values(n), colours[n], unlabelled=table.slivers(n)) for n in table.occurring()]


def insert(
    page: Page,
    row: int,
    first: int,
    last: int,
    heading: str,
    kind: str,
    table: Placed,
    series: Sequence[Series],
    **options: object,
) -> None:
    """One chart under its heading, over the rows of its band; it moves and grows with the cells."""
    page.heading(row, first, last, heading)
    if not table.figures.rows:
        return
    made = chart(
        page.book,
        page.sheet.get_name(),
        page.lang,
        kind,
        table.categories,
        series,
        **options,  # type: ignore[arg-type]
    )
    width = (last - first + 1) * COLUMN_PIXELS - 6
    made.set_size({"width": width, "height": int(_ROWS * _ROW_HEIGHT / 0.75) - 2})
    page.sheet.insert_chart(row + 1, first, made, {"object_position": 1, "x_offset": 2, "y_offset": 2})


def insert_columns(
    page: Page, row: int, first: int, last: int, heading: str, table: Placed, colours: Sequence[str], **options: object
) -> None:
    """Columns beside each other, one colour a column of the table, with room for the highest number."""
    series = [Series(table.name(n), table.values(n), colour) for n, colour in enumerate(colours)]
    most = max((n or 0 for _, numbers in table.figures.rows for n in numbers), default=0)
    insert(page, row, first, last, heading, "column", table, series, ceiling=1.15 * max(most, 1), **options)
