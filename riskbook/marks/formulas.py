"""Formulas that people type beside riskbook's lines, when the lines move."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from riskbook.model import column_letter, split_ref

# Texts and quoted sheet names are passed over; a reference stands alone or on either side of a colon.
_PIECE = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!?)|(?<![A-Za-z0-9_.$])(\$?[A-Za-z]{1,3})(\$?)(\d+)(?![A-Za-z0-9_.(!])"""
)


def _each(formula: str, changed: Callable[[str, str, int], str], *, own_sheet: bool) -> str:
    """A formula with each reference (column, "$" or "", row) changed; with `own_sheet` only those without a sheet."""

    def piece(match: re.Match[str]) -> str:
        if match[1] is not None or (own_sheet and formula[: match.start()].endswith("!")):
            return match[0]
        return changed(match[2], match[3], int(match[4]))

    return _PIECE.sub(piece, formula)


def followed(formula: str, moved: Mapping[int, int]) -> str:
    """A formula whose references go where their lines went (`moved`: old row → new row)."""
    return _each(formula, lambda column, fixed, row: f"{column}{fixed}{moved.get(row, row)}", own_sheet=True)


def filled(formula: str, rows: int, columns: int) -> str:
    """A formula as it stands so many rows and columns further on: relative references move, fixed ones stay."""

    def shifted(column: str, fixed: str, row: int) -> str:
        if not column.startswith("$"):
            column = column_letter(max(split_ref(f"{column}1")[1] + columns, 1))
        return f"{column}{fixed}{row if fixed else max(row + rows, 1)}"

    return _each(formula, shifted, own_sheet=False)
