"""Later edits of a ledger show in riskbook's columns beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

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
