"""The heat map: the number of assets by importance and likelihood, in the colours of the method's levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from riskbook.method import Method
from riskbook.sheets.summary.page import Page
from riskbook.sheets.theme import MUTED

_HEIGHT = 6  # grid rows of 20 points, shared by the rows of the map
_FIRST = 2  # grid column of the first cell; before it stand the name and the grades of the axis
_WIDTH = 9  # grid columns of the usual map, of which each cell has three
_MOST_ROWS, _MOST_COLUMNS = 6, 9  # of more values, neighbours share a row or column
_COUNT = "#,##0"
_ENOUGH = 3  # grid columns for the risk value beside the word


def last_column(method: Method) -> int:
    """The last grid column of the map, which charts stand beside."""
    columns = len(_shared(method.scale_of("likelihood").ascending, _MOST_COLUMNS))
    return _FIRST + max(columns * _cell_width(columns), _WIDTH) - 1


def _cell_width(columns: int) -> int:
    """The grid columns of a cell: of up to six columns each has two or more, so that a word fits in."""
    return max(_WIDTH // columns, 2 if columns <= _MOST_ROWS else 1)


def _shared(values: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """The values of an axis in at most `most` groups of neighbours."""
    groups = min(len(values), most)
    ends = [len(values) * place // groups for place in range(groups + 1)]
    return [tuple(values[first:last]) for first, last in pairwise(ends)]


def _name(values: Sequence[int]) -> str | int:
    return values[0] if len(values) == 1 else f"{values[0]}–{values[-1]}"


def write(page: Page, row: int, counted: Mapping[tuple[int, int], int]) -> None:
    """Writes the map, importance upwards, likelihood to the right; `counted`: assets by (importance, likelihood)."""
    method, last = page.method, last_column(page.method)
    page.heading(row, 0, last, "summary.heatmap")
    axis = page.theme.format(align="center", font_size=9, font_color=f"#{MUTED}", shrink=True)
    vertical = page.theme.format(align="center", font_size=9, font_color=f"#{MUTED}", rotation=90)
    down = _shared(method.scale_of("importance").ascending, _MOST_ROWS)
    across = _shared(method.scale_of("likelihood").ascending, _MOST_COLUMNS)
    width = _cell_width(len(across))
    page.span(row + 1, 0, 0, page.word("col.importance"), vertical, to_row=row + len(down) * _lines(len(down)))
    below = _set_heights(page, row, len(down))
    for place, importances in enumerate(reversed(down)):
        top, bottom = (row + 1 + place * _lines(len(down)) + line for line in (0, _lines(len(down)) - 1))
        page.span(top, 1, 1, _name(importances), axis, to_row=bottom)
        for position, likelihoods in enumerate(across):
            first = _FIRST + position * width
            number = sum(counted.get((one, two), 0) for one in importances for two in likelihoods)
            _cell(page, (top, bottom), (first, first + width - 1), number, (importances[-1], likelihoods[-1]))
    for position, likelihoods in enumerate(across):
        first = _FIRST + position * width
        page.span(below, first, first + width - 1, _name(likelihoods), axis)
    page.span(below + 1, _FIRST, last, page.word(across_word(method)), axis)


def _lines(rows: int) -> int:
    """The grid rows of a row of the map."""
    return max(_HEIGHT // rows, 1)


def _set_heights(page: Page, row: int, rows: int) -> int:
    """Makes the rows of the map as high as those of the charts beside it in all; returns the row below."""
    used = rows * _lines(rows)
    for line in range(used):
        height = (24.0, 16.0)[line % 2] if _lines(rows) == 2 else 20.0 * _HEIGHT / used
        page.sheet.set_row(row + 1 + line, height)
    return row + 1 + used


def _cell(page: Page, rows: tuple[int, int], columns: tuple[int, int], number: int, worst: tuple[int, int]) -> None:
    """Writes one cell: the number of assets, and the level in words; `worst`: its highest importance and likelihood."""
    risk = page.method.risk(*worst)
    level = page.method.level_of(risk)
    assert level is not None
    look = {"bg_color": f"#{level.fill}", "font_color": f"#{level.ink}", "align": "center", "shrink": True}
    edges = {"left": 1, "right": 1, "left_color": "#FFFFFF", "right_color": "#FFFFFF"}
    above, below = {"top": 1, "top_color": "#FFFFFF"}, {"bottom": 1, "bottom_color": "#FFFFFF"}
    wide = columns[1] - columns[0] + 1 >= _ENOUGH
    word = level.word[page.lang]
    text = page.word("summary.heatcell" if wide else "summary.heatword", risk=risk, level=word)
    if rows[0] < rows[1]:
        big = page.theme.format(**look, **edges, **above, num_format=_COUNT, bold=True, font_size=15)
        page.span(rows[0], *columns, number, big, to_row=rows[1] - 1)
        page.span(rows[1], *columns, text, page.theme.format(**look, **edges, **below, font_size=8))
        return
    narrow = columns[0] == columns[1]
    text = page.word("summary.heatlines" if narrow else "summary.heatboth", count=number, level=word)
    size = {"font_size": 7, "text_wrap": True, "shrink": False} if narrow else {"font_size": 9}
    page.span(rows[0], *columns, text, page.theme.format(**(look | edges | above | below | size), bold=bool(number)))


def across_word(method: Method) -> str:
    """The key of the name of the axis across: what the likelihood is made of."""
    rule = method.likelihood_rule
    return f"summary.axis-{rule}" if rule in ("product", "sum") else "col.likelihood"
