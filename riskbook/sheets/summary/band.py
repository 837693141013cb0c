"""A band of charts on a page: side by side over the same rows, each under its heading."""

from __future__ import annotations

from collections.abc import Sequence

from riskbook.model import LEVELS
from riskbook.sheets.charts import Series, chart
from riskbook.sheets.summary.figures import Placed
from riskbook.sheets.summary.page import COLUMN_PIXELS, Page
from riskbook.sheets.theme import level_colours

_ROWS, _ROW_HEIGHT = 10, 20.0  # points


def prepare(page: Page, first: int) -> None:
    """Sets the heights of the rows of a band, whose headings are in row `first` (0-based)."""
    page.space(first - 1, 8)
    for row in range(first + 1, first + 1 + _ROWS):
        page.sheet.set_row(row, _ROW_HEIGHT)


def palette(page: Page) -> tuple[list[str], str]:
    """The colours of the levels for charts, most severe first, and the colour of other series."""
    colours = [level_colours(page.method, key)[2] for key in page.method.level_keys]
    return colours, page.method.levels[-1].strong


def band_palette(page: Page) -> list[str]:
    """The colours of the bands for charts."""
    return [level_colours(page.method, band)[2] for band in LEVELS]


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
    """Inserts a chart under its heading, over the columns `first` to `last`; it moves and grows with the cells."""
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
    width = (last - first + 1) * COLUMN_PIXELS - 6  # pixels, of which a point is 1 / 0.75
    made.set_size({"width": width, "height": int(_ROWS * _ROW_HEIGHT / 0.75) - 2})
    page.sheet.insert_chart(row + 1, first, made, {"object_position": 1, "x_offset": 2, "y_offset": 2})


def insert_columns(
    page: Page, row: int, first: int, last: int, heading: str, table: Placed, colours: Sequence[str], **options: object
) -> None:
    """Inserts a column chart with a colour for each column of the table, and room above the highest number."""
    series = [Series(table.name(n), table.values(n), colour) for n, colour in enumerate(colours)]
    most = max((n or 0 for _, numbers in table.figures.rows for n in numbers), default=0)
    insert(page, row, first, last, heading, "column", table, series, ceiling=1.15 * max(most, 1), **options)
