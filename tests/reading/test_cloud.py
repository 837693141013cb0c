"""Cloud services and their checks, in the shapes people give them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.commands import invoke
from tests.support.forms import Asset
from tests.support.instruments import assessed, changed, cloud_clients, codes
from tests.support.questionnaires import CLOUD_ITEMS, cloud_book


def test_an_own_cloud_form_without_a_name_says_so(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    invoke("new", path, "--lang", "ja", "--with", "cloud", "--only")
    changed(path, lambda sheet: setattr(sheet["E6"], "value", "確認済み"), "クラウド点検")
    assert "cloud-unnamed" in codes(path)


def test_each_service_is_counted_and_its_assets_are_found(tmp_path: Path) -> None:
    marks = ["○", "○", "○", "○", "○", "○", "×", "○", "△", "○", None, "○", "該当なし", "未確認", "確認済み"]
    path = cloud_clients(
        tmp_path / "a.xlsx",
        {"かんたん給与": marks, "受発注クラウド": ["✓"] * 15},
        Asset("人事", "給与データ", "社外サーバー", (3, 3, 2), note="かんたん給与で計算"),
        Asset("営業", "受注データ", "クラウド（受発注クラウド）", (2, 3, 3)),
        Asset("共通", "電子メール", "社外サーバー", (3, 2, 3)),
        Asset("営業", "見積書", "事務所PC", (2, 2, 1), note="かんたん給与"),
    )
    found = assessed(path).assessment.instruments
    # Of 15 one does not apply; 7 × , 9 △, 11 blank and 14 are open.
    assert [(c.sheet.service, c.confirmed, c.applicable, c.open, c.assets) for c in found.clouds] == [
        ("かんたん給与", 10, 14, (7, 9, 11, 14), (0,)),
        ("受発注クラウド", 15, 15, (), (1,)),
    ]
    assert found.unchecked == (2,)
    told = [(f.code, f.location.cell_ref) for f in assessed(path).findings if "cloud" in f.code or "item" in f.code]
    assert told == [("cloud-unchecked", "F7"), ("item-unanswered", "D14")]


@pytest.mark.slow
def test_services_as_columns_by_tab_and_unnamed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "クラウド一覧"
    for column, text in enumerate(("No", "項目", "kintone", "freee"), start=1):
        sheet.cell(1, column).value = text
    for number, (subject, _) in enumerate(CLOUD_ITEMS, start=1):
        values = (number, subject, "○", "○" if number % 2 else "×")
        for column, value in enumerate(values, start=1):
            sheet.cell(number + 1, column).value = value
    book.save(tmp_path / "columns.xlsx")
    clouds = assessed(tmp_path / "columns.xlsx").assessment.instruments.clouds
    assert [(one.sheet.service, one.confirmed) for one in clouds] == [("kintone", 15), ("freee", 8)]
    path = cloud_book(tmp_path / "tab.xlsx", {"Salesforce": ["○"] * 15})
    changed(path, lambda sheet: setattr(sheet["A2"], "value", None), "クラウド（Salesforce）")
    changed(path, lambda sheet: setattr(sheet["B2"], "value", None), "クラウド（Salesforce）")
    assert assessed(path).assessment.instruments.clouds[0].sheet.service == "Salesforce"
    changed(path, lambda sheet: setattr(sheet, "title", "クラウド点検シート"), "クラウド（Salesforce）")
    assert codes(path) == ["cloud-unnamed"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "note", "kept"),
    [
        ("freee（会計）", "弥生会計オンライン", False),
        ("freee（会計）", "freeeで記帳", True),
        ("Box", "Dropboxに保存", False),
        ("Box", "BOX で共有", True),
        ("AWS", "laws.pdf", False),
        ("クラウド（kintone）", "kintone", True),
        ("Google Workspace", "GoogleWorkspace", True),
        ("マネーフォワード クラウド会計", "マネーフォワード クラウド会計", True),
        ("メール", "さくらのメールボックス", False),
    ],
)
def test_an_asset_is_kept_with_the_service_its_row_names(service: str, note: str, kept: bool, tmp_path: Path) -> None:
    asset = Asset("経理", "会計データ", "社外サーバー", (3, 2, 3), note=note)
    path = cloud_clients(tmp_path / "a.xlsx", {}, asset)
    book = openpyxl.load_workbook(path)
    book.create_sheet("点検")
    for row, (subject, _) in enumerate(CLOUD_ITEMS, start=5):
        book["点検"].cell(row, 2).value, book["点検"].cell(row, 3).value = subject, "○"
    book["点検"]["C4"], book["点検"]["A1"] = "チェック", f"サービス名：{service}"
    book.save(path)
    (found,) = assessed(path).assessment.instruments.clouds
    assert (found.assets, found.confirmed) == ((0,) if kept else (), 15)


@pytest.mark.parametrize(
    ("tab", "cells", "service"),
    [
        ("クラウド（iCloud）", {}, "iCloud"),
        ("クラウドサイン", {}, "クラウドサイン"),
        ("kintone点検", {}, "kintone"),
        ("マネーフォワード クラウド会計", {}, "マネーフォワード クラウド会計"),
        ("Sheet1", {"A1": "サービス名", "A2": "Box"}, "Box"),
        ("Sheet1", {"A1": "サービス名", "A2": None, "B1": "記入日", "C1": "2026/4/1"}, None),
        ("点検", {"A1": "クラウドサービス安全利用チェックシート（kintone）", "A2": None, "B2": None}, "kintone"),
    ],
)
def test_the_name_of_a_service(tab: str, cells: dict[str, Any], service: str | None, tmp_path: Path) -> None:
    path = cloud_book(tmp_path / "a.xlsx", {"X社": ["○"] * 15})
    book = openpyxl.load_workbook(path)
    sheet = book["クラウド（X社）"]
    sheet.title = tab
    for cell, value in ({"A2": None, "B2": None} | cells).items():
        sheet[cell] = value
    book.save(path)
    assert assessed(path).assessment.instruments.clouds[0].sheet.service == (service or tab)
    assert ("cloud-unnamed" in codes(path)) == (service is None)


def test_services_under_a_group_header_and_marked_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["C1"], sheet["A2"], sheet["B2"], sheet["C2"], sheet["D2"] = "確認結果", "No", "項目", "kintone", "freee"
    sheet.merge_cells("C1:D1")
    for number, (subject, _) in enumerate(CLOUD_ITEMS, start=1):
        for column, value in enumerate((number, subject, "○", "○" if number % 2 else "×"), start=1):
            sheet.cell(number + 2, column).value = value
    book.save(tmp_path / "a.xlsx")
    clouds = assessed(tmp_path / "a.xlsx").assessment.instruments.clouds
    assert [(one.sheet.service, one.confirmed) for one in clouds] == [("kintone", 15), ("freee", 8)]
    sheet["C2"], sheet["D2"], sheet["E2"] = "はい", "いいえ", "該当なし"
    for number in range(1, 16):
        for column in (3, 4, 5):
            sheet.cell(number + 2, column).value = "レ" if column == (3, 4, 5)[number % 3] else None
    book.save(tmp_path / "b.xlsx")
    (found,) = assessed(tmp_path / "b.xlsx").assessment.instruments.clouds
    assert (found.confirmed, found.applicable) == (5, 10)


@pytest.mark.slow
def test_without_any_cloud_sheet_nothing_is_a_finding_but_the_sheet_lists_the_assets(tmp_path: Path) -> None:
    path = cloud_clients(tmp_path / "a.xlsx", {}, Asset("共通", "電子メール", "社外サーバー", (3, 2, 3)))
    result = assessed(path)
    assert result.assessment.instruments.unchecked == (0,)
    assert result.findings == ()
    result.save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["クラウド点検"]
    assert "電子メール" in [cell.value for row in sheet.iter_rows() for cell in row]
