"""What riskbook wrote is known again; what looks like it but is the client's stays."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font

import riskbook
from riskbook.model import Pages
from riskbook.sheets.build import present_kinds
from tests.support.days import TODAY
from tests.support.places import CLINIC
from tests.support.workbooks import assessed_once


@pytest.fixture
def assessed(tmp_path: Path) -> Path:
    return assessed_once(CLINIC).save(tmp_path / "client.xlsx")


def _ledger(path: Path, header: Sequence[Any], *rows: Sequence[Any]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "台帳"
    for cells in (header, *rows):
        book.active.append(list(cells))
    book.save(path)
    return path


def _again(path: Path) -> Any:
    result = riskbook.assess(path, today=TODAY)
    result.save(path, force=True)
    return result


@pytest.mark.slow
def test_a_clients_own_columns_of_the_same_names_stay(tmp_path: Path) -> None:
    header = ["情報資産名称", "媒体・保存先", "機密性", "リスク区分", "対応方針（案）"]
    path = _ledger(tmp_path / "a.xlsx", header, ["契約書", "書類", 3, "社内区分X", "社長案"])
    _again(path)
    result = _again(path)
    sheet = openpyxl.load_workbook(path)["台帳"]
    assert [sheet.cell(2, column).value for column in range(1, 9)] == [
        "契約書",
        "書類",
        3,
        "社内区分X",
        "社長案",
        9,
        "大",
        "低減",
    ]
    ignored = [f.params["text"] for f in result.findings if f.code == "column-ignored"]
    assert ignored == ["リスク区分", "対応方針(案)"]


def _sheets_of(path: Path) -> list[str]:
    """The kinds of riskbook's sheets that a workbook is to have."""
    return [*present_kinds(riskbook.assess(path).assessment, Pages(), ()).all]


@pytest.mark.slow
def test_a_clients_own_sheet_of_the_same_name_and_title_stays(tmp_path: Path) -> None:
    path = _ledger(tmp_path / "a.xlsx", ["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3])
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("対応計画")
    sheet["A1"], sheet["A2"] = "リスク対応計画", "シュレッダー購入 10万円"
    book.create_sheet("サマリー")["A1"] = "売上"
    book.save(path)
    counts = set()
    for _ in range(2):
        _again(path)
        book = openpyxl.load_workbook(path)
        assert book["対応計画"]["A2"].value == "シュレッダー購入 10万円"
        assert book["サマリー"]["A1"].value == "売上"
        assert book.sheetnames[0] == "サマリー (riskbook)"
        assert "対応計画 (riskbook)" in book.sheetnames
        counts.add(len(book.sheetnames))
    assert counts == {3 + len(_sheets_of(path))}  # the client's three, and riskbook's once each


def _without_marks(path: Path) -> None:
    """As Google Sheets leaves it: no hidden names, no custom properties."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    book = members["xl/workbook.xml"]
    members["xl/workbook.xml"] = re.sub(rb'<definedName name="_riskbook[^>]*>[^<]*</definedName>', b"", book)
    del members["docProps/custom.xml"]
    for part in ("[Content_Types].xml", "_rels/.rels"):
        members[part] = re.sub(rb"<(Override|Relationship) [^>]*custom[^>]*/>", b"", members[part])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.slow
def test_without_its_marks_riskbook_knows_its_work_by_what_it_looks_like(assessed: Path) -> None:
    names = openpyxl.load_workbook(assessed).sheetnames
    _without_marks(assessed)
    result = _again(assessed)
    assert len(result.risks) == 13
    assert openpyxl.load_workbook(assessed).sheetnames == names
    sheet = openpyxl.load_workbook(assessed)["台帳_受付"]
    assert [sheet.cell(4, column).value for column in (20, 23)] == ["リスク値（算定）", None]


@pytest.mark.slow
def test_a_stale_mark_never_costs_a_client_his_column(assessed: Path) -> None:
    book = openpyxl.load_workbook(assessed)
    book["台帳_受付"].insert_cols(3)  # openpyxl moves cells, not names: the marks now stand on other columns
    book["台帳_受付"]["C4"], book["台帳_受付"]["C5"] = "色", "赤"
    before = [[c.value for c in row] for row in book["台帳_受付"].iter_rows(min_row=5, max_row=8, max_col=20)]
    book.save(assessed)
    _again(assessed)
    sheet = openpyxl.load_workbook(assessed)["台帳_受付"]
    assert [[c.value for c in row] for row in sheet.iter_rows(min_row=5, max_row=8, max_col=20)] == before
    headers = [cell.value for cell in sheet[4]]
    assert headers.count("リスク値（算定）") == 1


@pytest.mark.slow
def test_notes_typed_where_riskbooks_columns_were_emptied_stay(assessed: Path) -> None:
    book = openpyxl.load_workbook(assessed)
    sheet = book["台帳_受付"]
    for row in range(3, 9):
        for column in (20, 21, 22):
            sheet.cell(row, column).value = None
    sheet["T4"], sheet["T5"] = "監査メモ", "要確認"
    book.save(assessed)
    _again(assessed)
    sheet = openpyxl.load_workbook(assessed)["台帳_受付"]
    assert (sheet["T4"].value, sheet["T5"].value) == ("監査メモ", "要確認")


@pytest.mark.slow
def test_a_copy_that_people_made_of_a_sheet_is_kept_and_never_read(assessed: Path) -> None:
    book = openpyxl.load_workbook(assessed)
    book.copy_worksheet(book["リスク一覧"]).title = "10月のリスク一覧"
    book.save(assessed)
    result = _again(assessed)
    assert len(result.risks) == 13
    assert "10月のリスク一覧" in openpyxl.load_workbook(assessed).sheetnames


@pytest.mark.slow
def test_a_save_in_libreoffice_loses_nothing(assessed: Path, recalculated: Callable[[Path], Path]) -> None:
    book = openpyxl.load_workbook(assessed)
    book["対応計画"]["Q5"] = "移転"
    book.save(assessed)
    path = recalculated(assessed)
    result = _again(path)
    assert len(result.risks) == 13
    assert result.risks["decision"].dropna().tolist() == ["移転"]
    names = openpyxl.load_workbook(path).sheetnames
    assert names == openpyxl.load_workbook(assessed).sheetnames


@pytest.mark.slow
@pytest.mark.parametrize("place", [1, 3, 4])
def test_a_typed_risk_column_survives_an_insert_that_moves_no_names(place: int, tmp_path: Path) -> None:
    path = _ledger(
        tmp_path / "a.xlsx",
        ["情報資産名称", "媒体・保存先", "機密性", "リスク値"],
        ["契約書", "書類", 3, 9],
        ["名刺", "書類", 1, 3],
    )
    _again(path)
    book = openpyxl.load_workbook(path)
    book["台帳"].insert_cols(place)
    book.save(path)
    _again(path)
    rows = [
        [c.value for c in row if c.value is not None][:4] for row in openpyxl.load_workbook(path)["台帳"].iter_rows()
    ]
    assert rows[0] == ["情報資産名称", "媒体・保存先", "機密性", "リスク値"]
    assert rows[1:] == [["契約書", "書類", 3, 9], ["名刺", "書類", 1, 3]]


@pytest.mark.slow
def test_three_columns_of_our_names_with_other_words_in_them_are_the_clients(tmp_path: Path) -> None:
    header = ["情報資産名称", "媒体・保存先", "機密性", "リスク値（算定）", "リスク区分", "対応方針（案）"]
    path = _ledger(tmp_path / "a.xlsx", header, ["契約書", "書類", 3, 7, "特", "社長案"])
    for _ in range(2):
        _again(path)
        values = [c.value for c in openpyxl.load_workbook(path)["台帳"][2]]
        assert values[:9] == ["契約書", "書類", 3, 7, "特", "社長案", 9, "大", "低減"]


@pytest.mark.slow
@pytest.mark.parametrize(("hidden", "expected"), [(["D"], 5), (["D", "E"], 6)])
def test_results_never_go_into_a_hidden_column(hidden: list[str], expected: int, tmp_path: Path) -> None:
    path = _ledger(tmp_path / "a.xlsx", ["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3])
    book = openpyxl.load_workbook(path)
    for letter in hidden:
        book["台帳"].column_dimensions[letter].hidden = True
    book.save(path)
    _again(path)
    sheet = openpyxl.load_workbook(path)["台帳"]
    assert sheet.cell(1, expected).value == "リスク値（算定）"


@pytest.mark.slow
@pytest.mark.parametrize("foreign", ["高い", "要相談"])
def test_a_clients_columns_under_our_three_headers_stay_where_other_words_are_in_them(
    tmp_path: Path, foreign: str
) -> None:
    """Somebody copied riskbook's headers into a form of his own: what he types under them is his."""
    headers = ["情報資産名称", "媒体・保存先", "機密性", "リスク値（算定）", "リスク区分", "対応方針（案）"]
    path = _ledger(tmp_path / "a.xlsx", headers, ["契約書", "書類", 3, 6, foreign, "保険に入る"])
    _again(path)
    sheet = openpyxl.load_workbook(path)[openpyxl.load_workbook(path).sheetnames[1]]
    row = next(row for row in sheet.iter_rows(values_only=True) if "契約書" in row)
    assert row[3:6] == (6, foreign, "保険に入る")
    assert "リスク値（算定）" in [
        cell.value for line in sheet.iter_rows(min_col=7) for cell in line
    ]  # ours, beside them


def test_every_custom_property_has_a_number_of_its_own(tmp_path: Path) -> None:
    """Excel repairs a file in which two properties share one; the first is number 2."""
    path = _ledger(tmp_path / "a.xlsx", ["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3])
    _again(path)
    with zipfile.ZipFile(path) as archive:
        numbers = [int(number) for number in re.findall(r'pid="(\d+)"', archive.read("docProps/custom.xml").decode())]
    assert numbers == list(range(2, 2 + len(numbers)))
    assert len(numbers) > 2


@pytest.mark.slow
def test_a_clients_own_rule_that_speaks_of_riskbook_stays(tmp_path: Path) -> None:
    path = _ledger(tmp_path / "a.xlsx", ["情報資産名称", "媒体・保存先", "機密性"], ["riskbook の契約書", "書類", 3])
    book = openpyxl.load_workbook(path)
    rule = FormulaRule(formula=['ISNUMBER(SEARCH("riskbook",A2))'], font=Font(bold=True))
    book[book.sheetnames[0]].conditional_formatting.add("A2:A9", rule)
    name = book.sheetnames[0]
    book.save(path)
    counts = set()
    for _ in range(2):
        _again(path)
        rules = [r for area in openpyxl.load_workbook(path)[name].conditional_formatting for r in area.rules]
        formulas = [formula for r in rules for formula in r.formula]
        assert formulas.count('ISNUMBER(SEARCH("riskbook",A2))') == 1
        counts.add(len(formulas))
    assert len(counts) == 1  # riskbook's own took the place of those of the run before
