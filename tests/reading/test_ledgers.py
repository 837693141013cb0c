"""Ledgers in other shapes than the published one."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

import riskbook
from tests.support.books import CHECKS, THREATS, codes, write_book
from tests.support.days import TODAY


def test_one_header_row_any_order_extra_columns(tmp_path: Path) -> None:
    ledger = [
        ["株式会社ことり　台帳"],
        [],
        ["可用性", "C", "I", "色", "保存先", "名称", "No."],
        [1, 3, 2, "赤", "紙", "契約書", 1],
        [1, 1, "２", None, "パソコン", "案内状", 2],
    ]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 帳=ledger, 脅=THREATS, 対=CHECKS), today=TODAY)
    assert result.risks[["asset_id", "name", "medium", "importance", "threat", "risk"]].values.tolist() == [
        ["1", "契約書", "書類", 3, 3, 9],
        ["2", "案内状", "事務所PC", 2, 2, 4],
    ]
    assert result.assessment.ledger.company == "株式会社ことり"


def test_rows_that_are_no_assets_are_named(tmp_path: Path) -> None:
    ledger = [
        ["業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"],
        ["営業部門"],
        ["営業", "契約書", "書類", 3, 2, 1],
        ["小計", "1件"],
        [],
        ["業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"],
        ["営業", None, "書類", 3, 2, 1],
        ["※", "紙は書類とする"],
        [None, None, None, None, None, None, "欄外のメモ"],
    ]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=ledger, 脅=THREATS, 対=CHECKS), today=TODAY)
    assert result.risks["row"].tolist() == [3, 7]
    assert {
        ("row-ignored", "heading", "A2"),
        ("row-ignored", "total", "A4"),
        ("row-ignored", "header", "A6"),
        ("name-missing", "", "B7"),
        ("row-ignored", "note", "A8"),
        ("row-ignored", "stray", "G9"),
    } <= codes(result)


@pytest.mark.slow
def test_two_tables_on_one_sheet(tmp_path: Path) -> None:
    ledger = [
        ["業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"],
        ["営業", "契約書", "書類", 3, 2, 1],
        [],
        ["情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性", "備考"],
        ["給与", "事務所PC", 3, 2, 1, "人事"],
    ]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=ledger, 脅=THREATS, 対=CHECKS), today=TODAY)
    assert result.risks[["row", "name", "note"]].values.tolist() == [[2, "契約書", None], [5, "給与", "人事"]]
    output = result.save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(output)["台帳"]
    assert [sheet.cell(r, c).value for r, c in ((1, 7), (2, 7), (4, 7), (5, 7))] == [
        "リスク値（算定）",
        9,
        "リスク値（算定）",
        6,
    ]
    again = riskbook.assess(output, today=TODAY)
    assert again.risks["row"].tolist() == [2, 5]
    assert again.save(tmp_path / "again.xlsx").read_bytes() == output.read_bytes()


def test_merged_business_counts_for_all_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台帳")
    sheet.write_row(0, 0, ["業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"])
    sheet.merge_range(1, 0, 3, 0, "人事")
    for row in (1, 2, 3):
        sheet.write_row(row, 1, [f"資産{row}", "書類", 1, 1, 1])
    book.close()
    assert riskbook.read(path).assets["business"].tolist() == ["人事"] * 3


def test_sheets_alone_or_missing_are_told(tmp_path: Path) -> None:
    ledger = [
        ["情報資産名称", "媒体・保存先", "機密性", "脅威", "脆弱性"],
        ["契約書", "書類", 3, 2, 1],
        ["請求書", "書類", 2, None, None],
    ]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=ledger), today=TODAY)
    assert result.risks[["threat", "vulnerability", "risk"]].values.tolist() == [[2, 1, 3], [3, 3, 6]]
    found = {code for code, _, _ in codes(result)}
    assert {"threat-sheet-missing", "check-sheet-missing", "threat-unknown", "vulnerability-unknown"} <= found


def test_an_example_is_never_assessed(tmp_path: Path) -> None:
    rows = [["情報資産名称", "媒体・保存先", "機密性"], ["見本", "書類", 3]]
    titled = [["情報資産管理台帳（記入例）"], *rows]
    real = [["記入例シートも参照"], [], ["情報資産名称", "媒体・保存先", "機密性"], ["本物", "書類", 3]]
    path = write_book(tmp_path / "a.xlsx", 台帳記入例=rows, 台帳1=titled, 台帳2=[["台帳"], *real])
    assert riskbook.read(path).assets["name"].tolist() == ["本物"]


def test_answers_in_the_wild_count_as_not_implemented(tmp_path: Path) -> None:
    checks = [
        ["種類", "設問", "回答"],
        *(["1 組織的対策", f"設問{a}", a] for a in ("1", 0, "わからない", None, "４：自社には該当しない")),
    ]
    ledger = [["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3]]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=ledger, 脅=THREATS, 対=checks), today=TODAY)
    assert result.risks["share"].tolist() == [0.25]
    assert {c for code, _, c in codes(result) if code == "check-unanswered"} == {"C3", "C4", "C5"}


def test_questions_under_a_heading_line(tmp_path: Path) -> None:
    checks = [
        ["No", "設問", "回答", "対策の種類"],
        [None, "物理的対策"],
        [1, "施錠している", 1],
        [None, "委託管理"],
        [2, "契約している", 3],
    ]
    ledger = [["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3], ["メール", "クラウド", 3]]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=ledger, 脅=THREATS, 対=checks), today=TODAY)
    assert result.risks["share"].tolist() == [0.5, 0.0]  # 物理的対策 does not apply to an external server


def test_hidden_ledger_rows_and_error_cells(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "a.xlsx",
        台帳=[["情報資産名称", "媒体・保存先", "機密性", "完全性"], ["契約書", "書類", 3, 2], ["請求書", "書類", 1, 1]],
        脅=THREATS,
        対=CHECKS,
    )
    book = openpyxl.load_workbook(path)
    book["台帳"].row_dimensions[3].hidden = True
    book["台帳"]["C2"] = "#REF!"
    book.save(path)
    result = riskbook.assess(path, today=TODAY)
    assert result.risks["importance"].fillna(0).tolist() == [0, 1]  # behind the error there may be a 3
    assert {("row-hidden", "", "A3"), ("error-cell", "", "C2")} <= codes(result)


@pytest.mark.slow
def test_repeated_headers_are_left_out_alike_on_every_run(tmp_path: Path) -> None:
    header = ["業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"]
    ledger = [
        header,
        ["営業", "契約書", "書類", 3, 2, 1],
        [],
        ["総務部 台帳"],
        header,
        ["総務", "名簿", "書類", 3, 2, 1],
    ]
    path = write_book(tmp_path / "a.xlsx", 台帳=ledger, 脅=THREATS, 対=CHECKS)
    first = riskbook.assess(path, today=TODAY).save(tmp_path / "1.xlsx")
    second = riskbook.assess(first, today=TODAY).save(tmp_path / "2.xlsx")
    assert first.read_bytes() == second.read_bytes()
    assert riskbook.read(second).assets["name"].tolist() == ["契約書", "名簿"]


def test_a_sheet_much_like_a_ledger_is_named(tmp_path: Path) -> None:
    ledger = [["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3]]
    other = [["対象物", "保管場処", "機密性", "完全性", "可用性"], ["勤怠", "クラウド", 3, 2, 1]]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=ledger, 総務台帳=other), today=TODAY)
    assert [f.location.sheet_name for f in result.findings if f.code == "sheet-ignored"] == ["総務台帳"]


def test_totals_and_headings_are_no_assets_and_no_questions(tmp_path: Path) -> None:
    ledger = [
        ["業務分類", "情報資産名称", "媒体・保存先", "機密性", "可用性"],
        [None, "＜営業部＞"],
        ["営業", "契約書", "書類", 3, 1],
        ["営業小計", None, None, None, 2],
    ]
    checks = [*CHECKS, ["合計", "11問", 33]]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=ledger, 脅=THREATS, 対=checks), today=TODAY)
    assert result.risks["name"].tolist() == ["契約書"]
    assert {("row-ignored", "heading", "B2"), ("row-ignored", "total", "A4"), ("row-ignored", "total", "B3")} <= codes(
        result
    )
    assert result.risks["share"].tolist() == [0.0]


def test_competing_columns_that_differ_are_a_warning(tmp_path: Path) -> None:
    ledger = [["情報資産名称", "媒体", "保存先", "機密性"], ["契約書", "書類", "クラウド", 3]]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=ledger), today=TODAY)
    assert [f.severity for f in result.findings if f.message_key == "column-ignored.competing"] == ["warning"]


def test_a_map_that_fits_nothing_is_told(tmp_path: Path) -> None:
    ledger = [["資産の名前", "媒体", "機密性"], ["契約書", "書類", 3]]
    path = write_book(tmp_path / "a.xlsx", 台帳=ledger)
    result = riskbook.assess(path, today=TODAY, columns={"資産の名前": "name", "存在しない": "note"})
    assert [f.params["text"] for f in result.findings if f.code == "map-unused"] == ["存在しない"]
