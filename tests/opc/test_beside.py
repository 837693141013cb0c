"""What stands around a ledger goes with riskbook's columns: filter, print area, drawings, and later edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

import riskbook
from tests.support.days import TODAY
from tests.support.workbooks import edit

HEADERS = ("情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性", "備考")
ASSETS = [
    ("顧客名簿", "書類", 3, 2, 1, "x"),
    ("見積書", "事務所PC", 2, 2, 1, ""),
    ("図面", "社外サーバー", 1, 1, 1, ""),
]
LEDGER = "情報資産管理台帳"
OWN = ["リスク値（算定）", "リスク区分", "対応方針（案）"]


def _assessed(tmp_path: Path, change: Callable[[Any, Any], None]) -> tuple[riskbook.AssessedWorkbook, Path]:
    path = tmp_path / "台帳.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(LEDGER)
    sheet.write_row(0, 0, HEADERS)
    for row, asset in enumerate(ASSETS, start=1):
        sheet.write_row(row, 0, asset)
    change(book, sheet)
    book.close()
    result = riskbook.assess(path, today=TODAY)
    return result, result.save(tmp_path / "結果.xlsx")


def test_a_filter_over_the_ledger_reaches_over_the_results(tmp_path: Path) -> None:
    _, path = _assessed(tmp_path, lambda book, sheet: sheet.autofilter(0, 0, 3, 5))
    assert openpyxl.load_workbook(path)[LEDGER].auto_filter.ref == "A1:J4"  # with the hidden column


def test_a_filter_over_something_else_stays(tmp_path: Path) -> None:
    _, path = _assessed(tmp_path, lambda book, sheet: sheet.autofilter(10, 0, 12, 2))
    assert openpyxl.load_workbook(path)[LEDGER].auto_filter.ref == "A11:C13"


def test_a_print_area_over_the_ledger_reaches_over_the_results(tmp_path: Path) -> None:
    _, path = _assessed(tmp_path, lambda book, sheet: sheet.print_area(0, 0, 3, 5))
    assert "$A$1:$J$4" in openpyxl.load_workbook(path)[LEDGER].print_area.replace("'", "")


@pytest.mark.parametrize(
    "draw",
    [
        lambda book, sheet: sheet.insert_textbox("G1", "決裁欄"),
        lambda book, sheet: sheet.insert_button("G1", {"caption": "集計", "width": 128, "height": 30}),
        lambda book, sheet: sheet.insert_chart("G1", _chart(book)),
    ],
)
def test_what_is_drawn_beside_the_ledger_is_not_covered(draw: Any, tmp_path: Path) -> None:
    result, path = _assessed(tmp_path, draw)
    heads = [cell.value for cell in openpyxl.load_workbook(path)[LEDGER][1]]
    first = heads.index(OWN[0])
    assert heads[first : first + 3] == OWN
    assert first > HEADERS.index("備考") + 1
    assert "results-apart" in {finding.code for finding in result.findings}


def _chart(book: Any) -> Any:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": [LEDGER, 1, 2, 3, 2]})
    return chart


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_result_is_marked_once_its_row_was_edited_or_sorted(
    lang: str, tmp_path: Path, printed: Callable[[Path], str]
) -> None:
    """Also where the client has no risk column of his own whose formula would show it."""
    path = tmp_path / "台帳.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = LEDGER
    for row in (HEADERS, *ASSETS, ("求人票", "書類", 1, None, 1, ""), ("社印", "書類", 1, 1, 1, "")):
        sheet.append(row)
    book.save(path)
    out = riskbook.assess(path, today=TODAY, lang=lang).save(tmp_path / "結果.xlsx")
    word = {"ja": "要再実行", "en": "re-run"}[lang]
    book = openpyxl.load_workbook(out)
    for name in book.sheetnames:
        book[name].sheet_state = "visible" if name == LEDGER else "hidden"
    book.active = book.sheetnames.index(LEDGER)
    book.save(tmp_path / "fresh.xlsx")
    assert word not in printed(tmp_path / "fresh.xlsx")

    def work(edited: openpyxl.Workbook) -> None:
        ledger = edited[LEDGER]
        ledger["C2"] = 1  # an evaluation
        for cells in ("A4", "A5"):  # two rows, sorted without the result columns
            ledger[cells].value = {"A4": "求人票", "A5": "図面"}[cells]

    edit(tmp_path / "fresh.xlsx", work)
    assert printed(tmp_path / "fresh.xlsx").count(word) == 3
