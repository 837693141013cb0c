"""Adjusts formulas that people typed beside riskbook's lines when the lines move."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from riskbook.model import column_letter, split_ref

# Group 1, texts and quoted sheet names, is skipped; a reference is a cell or either end of a range.
_PIECE = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!?)|(?<![A-Za-z0-9_.$])(\$?[A-Za-z]{1,3})(\$?)(\d+)(?![A-Za-z0-9_.(!])"""
)


def _replace(formula: str, changed: Callable[[str, str, int], str], *, own_sheet: bool) -> str:
    """Replaces each reference by `changed(column, "$" or "", row)`; `own_sheet`: only those without a sheet."""

    def piece(match: re.Match[str]) -> str:
        if match[1] is not None or (own_sheet and formula[: match.start()].endswith("!")):
            return match[0]
        return changed(match[2], match[3], int(match[4]))

    return _PIECE.sub(piece, formula)


def move_references(formula: str, moved: Mapping[int, int]) -> str:
    """The formula with references to rows of its own sheet adjusted by `moved` (old row → new row)."""
    return _replace(formula, lambda column, fixed, row: f"{column}{fixed}{moved.get(row, row)}", own_sheet=True)


def shift_references(formula: str, rows: int, columns: int) -> str:
    """The formula as Excel copies it so many rows down and columns right: relative references shift, "$" ones stay."""

    def shifted(column: str, fixed: str, row: int) -> str:
        if not column.startswith("$"):
            column = column_letter(max(split_ref(f"{column}1")[1] + columns, 1))
        return f"{column}{fixed}{row if fixed else max(row + rows, 1)}"

    return _replace(formula, shifted, own_sheet=False)
