"""Ledgers with names and media of assets, but nothing that rates them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import riskbook
from riskbook.errors import LedgerError
from tests.support.books import write_book
from tests.support.days import TODAY

REGISTER = [
    ["個人情報管理台帳"],
    ["No", "個人情報の種類", "利用目的", "保存場所", "管理責任者", "保存期間"],
    [1, "顧客情報", "連絡", "施錠キャビネット", "営業部長", "5年"],
    [2, "従業者情報", "人事", "クラウド", "総務部長", "3年"],
]
PLAIN = [["情報資産名称", "媒体・保存先", "保存期限"], ["契約書", "書類", "10年"]]
LEDGER = [["情報資産名称", "媒体・保存先", "機密性"], ["設計図", "書類", 3]]
PRICES = [["名称", "保管場所", "単価"], ["コピー用紙", "キャビネット", 500]]


def test_it_is_read_and_says_what_is_missing(tmp_path: Path) -> None:
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 一覧=REGISTER), today=TODAY)
    assert result.risks[["name", "medium", "owner", "level"]].values.tolist() == [
        ["顧客情報", "書類", "営業部長", "unassessed"],
        ["従業者情報", "社外サーバー", "総務部長", "unassessed"],
    ]
    (finding,) = [f for f in result.findings if f.severity == "error"]
    assert (finding.code, str(finding.location)) == ("evaluations-missing", "一覧!A2")
    assert finding.params["found"] == ("no", "個人情報の種類", "保存場所", "管理責任者", "保存期間")
    message, fix = result.words(finding)
    assert "機密性・完全性・可用性" in message
    assert "重要度" in message
    assert "--map '見出し=importance'" in fix
    assert "cia-missing" not in {f.code for f in result.findings}


@pytest.mark.slow
def test_the_result_can_be_written_and_completed(tmp_path: Path) -> None:
    output = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=PLAIN), today=TODAY).save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    sheet = book["台帳"]
    assert [sheet.cell(2, column).value for column in (4, 5)] == [None, "未評価"]
    for column, value in enumerate(("重要度", 3), start=1):
        sheet.cell(column, 8).value = value
    book.save(output)
    assert riskbook.assess(output, today=TODAY).risks["importance"].tolist() == [3]


def test_it_is_none_beside_a_full_ledger(tmp_path: Path) -> None:
    for other in (REGISTER, PLAIN, PRICES):
        ledger = riskbook.read(write_book(tmp_path / "a.xlsx", 一覧=other, 台帳=LEDGER))
        assert ledger.assets["name"].tolist() == ["設計図"]


@pytest.mark.parametrize(
    "rows",
    [
        PRICES,
        [["備品台帳"], ["名称", "保管場所", "数量"], ["机", "本社2階", 3], ["椅子", "倉庫", 9]],
        [["固定資産台帳"], ["資産名", "所在", "取得価額"], ["建物", "東京", 9]],
        [["資産名", "数量"], ["机", 3]],
        [["名称", "区分"], ["契約書", "書類"]],
    ],
)
def test_other_lists_are_none(rows: list[list[object]], tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no-ledger"):
        riskbook.read(write_book(tmp_path / "a.xlsx", 一覧=rows))
