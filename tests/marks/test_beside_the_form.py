"""Beside riskbook's own form only what it does not show yet is added: its columns of risk and level stay the only ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import riskbook
from tests.support.days import TODAY
from tests.support.workbooks import edit

pytestmark = pytest.mark.slow
TAB = {"ja": "情報資産管理台帳", "en": "Asset ledger"}
FULL, BRIEF = ["リスク値（算定）", "リスク区分", "対応方針（案）"], ["対応方針（案）"]
HIDDEN = "評価のもと（riskbook 用）"
ASSETS = (("顧客台帳", "社外サーバー", (3, 2, 1)), ("見積", "書類", (1, 1, 1)), ("不明", "書類", (None, None, None)))


@pytest.fixture
def filled(tmp_path: Path, recalculated: Callable[[Path], Path]) -> Path:
    """The form filled in, and computed by LibreOffice."""
    path = riskbook.new_form(tmp_path / "form.xlsx", lang="ja")

    def fill(book: openpyxl.Workbook) -> None:
        for row, (name, medium, evaluations) in enumerate(ASSETS, start=6):
            book[TAB["ja"]].cell(row, 2).value, book[TAB["ja"]].cell(row, 6).value = name, medium
            for column, value in enumerate(evaluations, start=10):
                book[TAB["ja"]].cell(row, column).value = value

    edit(path, fill)
    return recalculated(path)


def _assessed(path: Path, **options: Any) -> Path:
    riskbook.assess(path, today=TODAY, **options).save(path, force=True)
    return path


def _beside(path: Path) -> dict[str, list[Any]]:
    """What stands right of the form's last column: header → the values of the rows in use."""
    sheet = openpyxl.load_workbook(path)[TAB["ja"]]
    columns = range(21, sheet.max_column + 1)
    found = {sheet.cell(5, c).value: [sheet.cell(row, c).value for row in range(6, 9)] for c in columns}
    assert [cell.name for cell in sheet.tables["Ledger1"].tableColumns][20:] == [name for name in found if name]
    for place, header in enumerate(found, start=21):
        letter = openpyxl.utils.get_column_letter(place)
        assert sheet.column_dimensions[letter].hidden == (header == HIDDEN), header
    return {header: values for header, values in found.items() if header}


def test_only_the_treatment_is_added_where_the_form_shows_the_rest(filled: Path) -> None:
    for _ in range(2):
        beside = _beside(_assessed(filled))
        assert list(beside) == [*BRIEF, HIDDEN]
        assert beside["対応方針（案）"] == ["低減", "保有", None]
    # Edited since: the treatment is marked, and the next run follows.
    sheet = openpyxl.load_workbook(filled)[TAB["ja"]]
    marked = [
        rule.formula[0]
        for area in sheet.conditional_formatting
        for rule in area.rules
        if "riskbook" in str(rule.formula)
    ]
    assert any('$V6<>"",$V6<>$B6&"|"&$F6' in formula for formula in marked)


def test_the_columns_come_and_go_with_what_the_form_shows(filled: Path, recalculated: Callable[[Path], Path]) -> None:
    # As openpyxl saves it, the form's formulas have no values: riskbook's numbers are needed.
    _assessed(filled)
    edit(filled, lambda book: None)
    assert list(_beside(_assessed(filled)))[:3] == FULL
    # Computed again, they show the same.
    computed = recalculated(filled)
    assert list(_beside(_assessed(computed))) == [*BRIEF, HIDDEN]
    # A value typed over a formula is nobody's result: the full columns again.
    edit(computed, lambda book: setattr(book[TAB["ja"]]["S6"], "value", 2))
    assert list(_beside(_assessed(computed)))[:3] == FULL


def test_without_their_marks_the_columns_are_known_again(filled: Path) -> None:
    _assessed(filled)

    def unmark(book: openpyxl.Workbook) -> None:
        for name in [name for name in book.defined_names if name.startswith("_riskbook")]:
            del book.defined_names[name]

    edit(filled, unmark)
    result = riskbook.assess(filled, today=TODAY)
    assert not [finding for finding in result.findings if finding.code == "column-ignored"]
    result.save(filled, force=True)
    assert list(_beside(filled))[:3] == FULL


def test_another_language_or_another_ledger_gets_all_columns(filled: Path) -> None:
    riskbook.assess(filled, today=TODAY, lang="en").save(filled, force=True)
    sheet = openpyxl.load_workbook(filled)[TAB["ja"]]
    shown = [sheet.cell(5, column).value for column in range(21, 24)]
    assert shown == ["Risk value (assessed)", "Risk level", "Treatment (suggested)"]
