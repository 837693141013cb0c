"""Finds ledgers that are to be completed: names and media of assets, but nothing that rates them."""

from __future__ import annotations

from typing import Any

from riskbook.method import Method
from riskbook.model import CIA_FIELDS
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.headers import SEARCH_ROWS, HeaderBlock, Masked, Vocabulary, header_at
from riskbook.reading.nearmiss import is_named

_ROWS = 50  # rows in which a medium is looked for
_RATINGS = (*CIA_FIELDS, "importance")


def begun_ledger(grid: Grid, vocabulary: Vocabulary, masked: Masked, method: Method) -> HeaderBlock | None:
    """The headers of a ledger without ratings on a sheet; None where it is another list.

    It has a name and a medium. Its sheet, its title or the header of the name says that it lists assets, and some
    medium is one of the method's: a price list has names and places, too.
    """
    names = method.headers["ledger"].names
    begun = vocabulary.begun()
    for row in sorted(number for number in grid.rows if number <= SEARCH_ROWS):
        block = header_at(grid, row, begun, masked)
        if block is None:
            continue
        said = [grid.sheet_name, *grid.texts_above(block.first_row), block.titles.get(block.columns["name"], "")]
        below = (number for number in grid.rows if block.last_row < number <= block.last_row + _ROWS)
        media = (values.media(grid.merged_value(number, block.columns["medium"]), method).value for number in below)
        return block if is_named(said, names) and any(media) else None
    return None


def report_begun(grid: Grid, block: HeaderBlock, vocabulary: Vocabulary, out: Collector) -> None:
    """Reports what was understood of a ledger without ratings, and what it lacks."""
    known = {column: block.titles[column] for column in sorted(block.columns.values()) if column in block.titles}
    place = (grid.sheet_name, block.last_row, min(block.columns.values()))
    others = (title for column, title in sorted(block.titles.items()) if column not in known)
    pointing = [(title, close[0][1]) for title in others if (close := vocabulary.pointing(title, _RATINGS))]
    given: dict[str, Any] = {"option": pointing[0], "entry": pointing[0]} if pointing else {}
    found = tuple(known.values())
    out.add("evaluations-missing", *place, variant="pointing" if pointing else "", found=found, **given)
