"""Formulas that people type beside riskbook's lines, when the lines move."""

from __future__ import annotations

import pytest

from riskbook.marks.formulas import move_references, shift_references


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("L26+30", "L24+30"),
        ("O25*50000+$O$25", "O25*50000+$O$25"),
        ("SUM(O26:O27)", "SUM(O24:O28)"),
        ("IF(A26=\"A26\",'A26'!A26,B26)", "IF(A24=\"A26\",'A26'!A26,B24)"),
        ("Other!A26+LOG10(A26)+A26B", "Other!A26+LOG10(A24)+A26B"),
    ],
)
def test_references_go_where_their_lines_went(formula: str, expected: str) -> None:
    assert move_references(formula, {26: 24, 27: 28}) == expected


def test_a_shared_formula_is_written_out() -> None:
    assert shift_references("O5*$O$4+$P5+O$1", 3, 1) == "P8*$O$4+$P8+P$1"
    assert shift_references('Other!A1&"A1"', 3, 1) == 'Other!B4&"A1"'
