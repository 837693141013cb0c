"""What comes back is the client's own workbook: everything else in it untouched, checked by other programs."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

import riskbook
from tests.support.days import TODAY
from tests.support.places import SAMPLES, workbooks
from tests.support.workbooks import assessed_once

LATER = ("SECURITY ACTION", "関連規程", "いまの脅威", "緊急時対応", "制度の参考", "クラウド点検", "移転の手段")
LATER_EN = (
    "Security Action",
    "Regulations",
    "Threats now",
    "Incident response",
    "Reference",
    "Cloud services",
    "Ways to transfer",
)
OWN = ("サマリー", "リスク一覧", "対応計画", "対策計画", "対策の順序", "入力チェック")
OWN_EN = ("Summary", "Risk register", "Treatment plan", "Measure plan", "Roadmap", "Input check")
MAY_CHANGE = {"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
every_workbook = pytest.mark.parametrize(
    "path",
    [pytest.param(p, id=p.stem, marks=() if p.parent == SAMPLES else pytest.mark.slow) for p in workbooks()],
)


def _assessed(path: Path, folder: Path) -> tuple[Path, riskbook.AssessedWorkbook]:
    result = assessed_once(path)
    return result.save(folder / path.name), result


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _part_of(path: Path, sheet_name: str) -> str:
    book = openpyxl.load_workbook(path, read_only=True)
    return str(book[sheet_name]._worksheet_path).lstrip("/")  # type: ignore[attr-defined]


@every_workbook
def test_only_what_riskbook_may_touch_is_touched(path: Path, tmp_path: Path) -> None:
    output, result = _assessed(path, tmp_path)
    before, after = _members(path), _members(output)
    ledgers = {_part_of(path, table.sheet_name) for table in result.assessment.ledger.tables}
    changed = {name for name in before if before[name] != after.get(name)}
    foreign = changed - MAY_CHANGE - ledgers
    for name in foreign:  # the sheet that was open: only tabSelected may go
        assert before[name].replace(b' tabSelected="1"', b"") == after[name]
    assert len(foreign) <= 1


@pytest.mark.slow
@every_workbook
def test_client_cells_keep_value_formula_and_style(path: Path, tmp_path: Path) -> None:
    output, _ = _assessed(path, tmp_path)
    for data_only in (False, True):
        before, after = (openpyxl.load_workbook(p, data_only=data_only) for p in (path, output))
        own = [name for name in after.sheetnames if name not in before.sheetnames]
        first = [name for name in own if name not in (*LATER, *LATER_EN)]
        assert tuple(first) in (OWN, OWN_EN)
        assert own[: len(first)] == first
        assert after.sheetnames == [own[0], *before.sheetnames, *own[1:]]
        assert after.active.title == own[0]  # type: ignore[union-attr]
        for sheet in before:
            for row in sheet.iter_rows():
                for cell in row:
                    copy = after[sheet.title][cell.coordinate]
                    assert (copy.value, copy.data_type) == (cell.value, cell.data_type)


@every_workbook
def test_client_cells_are_the_same_xml(path: Path, tmp_path: Path) -> None:
    output, result = _assessed(path, tmp_path)
    before, after = _members(path), _members(output)
    for table in result.assessment.ledger.tables:
        part = _part_of(path, table.sheet_name)
        cells = [
            {c.get("r"): etree.tostring(c, method="c14n") for c in etree.fromstring(members[part]).iter("{*}c")}
            for members in (before, after)
        ]
        assert cells[0].items() <= cells[1].items()


@every_workbook
def test_calamine_reads_the_same_client_sheets(path: Path, tmp_path: Path) -> None:
    output, _ = _assessed(path, tmp_path)
    before, after = CalamineWorkbook.from_path(path), CalamineWorkbook.from_path(output)
    for name in before.sheet_names:
        rows = before.get_sheet_by_name(name).to_python(skip_empty_area=False)
        kept = after.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert [new[: len(old)] for old, new in zip(rows, kept, strict=True)] == rows


@pytest.mark.slow
@every_workbook
def test_libreoffice_recalculates_the_clients_formulas_to_what_they_were(
    path: Path, tmp_path: Path, converted: Callable[..., list[Path]]
) -> None:
    output, _ = _assessed(path, tmp_path)
    formulas = openpyxl.load_workbook(path)
    both = converted(path, output.rename(tmp_path / "output.xlsx"))
    was, now = (openpyxl.load_workbook(recalculated, data_only=True) for recalculated in both)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    compared += 1
                    assert now[sheet.title][cell.coordinate].value == was[sheet.title][cell.coordinate].value
    assert compared


@pytest.mark.slow
@every_workbook
def test_microsofts_validator_finds_no_new_error(
    path: Path, tmp_path: Path, new_microsoft_errors: Callable[..., set[str]]
) -> None:
    output, _ = _assessed(path, tmp_path)
    assert not new_microsoft_errors(output, path)


@pytest.mark.slow
@every_workbook
def test_a_second_run_gives_the_same_file(path: Path, tmp_path: Path) -> None:
    output, _ = _assessed(path, tmp_path)
    again = riskbook.assess(output, today=TODAY).save(tmp_path / "again.xlsx")
    assert again.read_bytes() == output.read_bytes()


@every_workbook
def test_no_cell_of_riskbook_is_a_formula(path: Path, tmp_path: Path) -> None:
    output, _ = _assessed(path, tmp_path)
    book = openpyxl.load_workbook(output)
    for name in OWN if OWN[0] in book.sheetnames else OWN_EN:
        assert not [c.coordinate for row in book[name].iter_rows() for c in row if c.data_type == "f"]


@pytest.mark.slow
def test_change_a_threat_and_the_results_follow(tmp_path: Path) -> None:
    path = workbooks()[1]  # kitahama-seiki
    assert path.stem == "kitahama-seiki"
    output, first = _assessed(path, tmp_path)
    book = openpyxl.load_workbook(output)
    for row in book["脅威の状況"].iter_rows(min_row=4, min_col=4, max_col=4):
        if row[0].value:
            row[0].value = "1:通常の状況で脅威が発生することはない"
    edited = tmp_path / "edited.xlsx"
    book.save(edited)
    second = riskbook.assess(edited, today=TODAY)
    assert len(second.risks) == len(first.risks)
    sheet = second.risks["threat_source"] == "sheet"
    assert set(second.risks.loc[sheet, "threat"]) == {1}
    assert second.summary["large"] == 0
    assert first.summary["large"] > 10


def test_ledger_columns_show_this_runs_results(tmp_path: Path) -> None:
    output, result = _assessed(workbooks()[1], tmp_path)
    sheet = openpyxl.load_workbook(output)["情報資産管理台帳"]
    assert [sheet.cell(4, column).value for column in (20, 21, 22)] == [
        "リスク値（算定）",
        "リスク区分",
        "対応方針（案）",
    ]
    words = {"large": "大", "medium": "中", "small": "小", "unassessed": "未評価"}
    for row in result.risks.to_dict("records"):
        assert sheet.cell(row["row"], 20).value == row["risk"]
        assert sheet.cell(row["row"], 21).value == words[row["level"]]
    assert sheet.cell(4, 20).border.left.style == sheet.cell(4, 19).border.left.style
    ranges = {str(area.sqref): [rule.formula[0] for rule in area.rules] for area in sheet.conditional_formatting}
    assert any('$S5&""<>$T5&""' in formula for formula in ranges["T5:T49"])
    assert any("$S5>=6" in formula for formula in ranges["S5:S49"])


@pytest.mark.slow
def test_originals_in_a_folder_with_odd_names(tmp_path: Path) -> None:
    path = tmp_path / "顧客 #1 (最終).xlsx"
    shutil.copy(workbooks()[0], path)
    result = riskbook.assess(path, today=TODAY)
    assert result.save(tmp_path / "出力" / path.name).exists()
