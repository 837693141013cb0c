"""Very long texts, wherever they stand, do not hold up a run."""

from __future__ import annotations

import contextlib
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

import riskbook
from tests.support.days import TODAY
from tests.support.places import SAMPLES

HEADERS = ("管理番号", "情報資産名称", "媒体・保存先", "個人情報", "機密性", "完全性", "可用性", "保存期限", "対策費用")
ASSETS = (("A1", "資産", "書類", "", 2, 2, 2), ("A2", "ほかの資産", "事務所PC", "", 1, 1, 1))


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["あ", "(", "9", "（あ", "社、", "a "])
@pytest.mark.parametrize("cells", [("A1", "B3", "C4", "D5", "E6", "H7", "I8"), ("B2",)], ids=["cells", "header"])
def test_no_text_can_hold_up_a_run(piece: str, cells: tuple[str, ...], tmp_path: Path) -> None:
    """A pattern or a search that takes quadratic time would keep this from ending."""
    book = xlsxwriter.Workbook(str(tmp_path / "台帳.xlsx"))
    sheet = book.add_worksheet("情報資産管理台帳")
    for row, values in enumerate((HEADERS, *ASSETS * 3), start=1):
        sheet.write_row(row, 0, values)
    for cell in cells:
        sheet.write_string(cell, (piece * 32_767)[:32_767])
    book.close()
    try:
        riskbook.assess(tmp_path / "台帳.xlsx", today=TODAY).save(tmp_path / "結果.xlsx")
    except riskbook.WorkbookError:
        assert cells == ("B2",)  # a header that is no header


@pytest.mark.slow
@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("sample", ["kitahama-seiki.xlsx", "five-minute-check.xlsx"])
def test_no_text_can_hold_up_a_run_whatever_sheet_it_is_on(sample: str, place: int, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(SAMPLES / sample)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=8, max_col=13):
            for cell in row:
                piece = ("(", "社、", "保存")[(cell.row + cell.column + place) % 3]
                if (cell.row * 7 + cell.column) % 3 == place and type(cell).__name__ != "MergedCell":
                    cell.value = (piece * 32_767)[:32_767]
    book.save(tmp_path / "長い.xlsx")
    with contextlib.suppress(riskbook.WorkbookError):  # no header may be left
        riskbook.assess(tmp_path / "長い.xlsx", today=TODAY).save(tmp_path / "結果.xlsx")
