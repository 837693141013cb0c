"""What people type into the plan is kept, and wins over the suggestion."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from tests.conftest import SAMPLES

TODAY = date(2026, 11, 21)
TYPED = {
    "決定": "保有", "対策内容": "施錠して保管", "担当": "佐藤", "期限": datetime(2027, 3, 31), "状況": "計画",
    "完了日": "未定", "決定者": "社長", "決定日": datetime(2026, 11, 20), "理由": "費用対効果",
    "見直し期限": datetime(2027, 11, 1),
    "備考": "=1+1 ではない",
}  # fmt: skip


def _columns(sheet: Worksheet) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[4] if cell.value}


@pytest.fixture
def assessed(tmp_path: Path) -> Path:
    return riskbook.assess(SAMPLES / "kitahama-seiki.xlsx", today=TODAY).save(tmp_path / "client.xlsx")


def _type(path: Path, row: int, values: dict[str, Any]) -> tuple[str, str]:
    book = openpyxl.load_workbook(path)
    sheet = book["対応計画"]
    columns = _columns(sheet)
    for header, value in values.items():
        sheet.cell(row, columns[header]).value = value
        if isinstance(value, str) and value.startswith("="):
            sheet.cell(row, columns[header]).data_type = "s"
    book.save(path)
    return sheet.cell(row, columns["情報資産名称"]).value, sheet.cell(row, columns["媒体・保存先"]).value


def _typed(path: Path, name: str, medium: str) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(path)["対応計画"]
    columns = _columns(sheet)
    for row in range(5, sheet.max_row + 1):
        if (sheet.cell(row, columns["情報資産名称"]).value, sheet.cell(row, columns["媒体・保存先"]).value) == (
            name,
            medium,
        ):
            return {header: sheet.cell(row, column).value for header, column in columns.items()}
    raise AssertionError(f"{name} is not in the plan")


def test_every_typed_column_is_kept_over_runs(assessed: Path, tmp_path: Path) -> None:
    asset = _type(assessed, 7, TYPED)
    for _ in range(2):
        result = riskbook.assess(assessed, today=TODAY)
        result.save(assessed, force=True)
    kept = _typed(assessed, *asset)
    assert {header: kept[header] for header in TYPED} == TYPED
    assert kept["決定時のリスク値"] == kept["リスク値"]
    row = result.risks[result.risks["decision"].notna()].iloc[0]
    assert (row["name"], row["decision"]) == (asset[0], "保有")
    assert row["residual"] == row["risk"]  # retained: unchanged


def test_a_decision_keeps_its_line_when_the_risk_falls(assessed: Path) -> None:
    asset = _type(assessed, 5, {"決定": "低減", "担当": "鈴木"})
    book = openpyxl.load_workbook(assessed)
    for row in book["情報資産管理台帳"].iter_rows(min_row=5, max_row=49):
        for column in (9, 10, 11):
            row[column].value = 1
    book.save(assessed)
    result = riskbook.assess(assessed, today=TODAY)
    result.save(assessed, force=True)
    assert result.summary["large"] == 0
    kept = _typed(assessed, *asset)
    assert (kept["決定"], kept["担当"], kept["リスク区分"]) == ("低減", "鈴木", "小")
    assert kept["決定時のリスク値"] == 9


def test_what_was_typed_for_a_deleted_asset_stays_below(assessed: Path) -> None:
    name, medium = _type(assessed, 5, {"決定": "回避", "備考": "廃棄済み"})
    book = openpyxl.load_workbook(assessed)
    sheet = book["情報資産管理台帳"]
    row = next(r for r in range(5, 50) if (sheet.cell(r, 2).value, sheet.cell(r, 6).value) == (name, medium))
    for column in range(1, 20):
        sheet.cell(row, column).value = None
    book.save(assessed)
    for _ in range(2):
        riskbook.assess(assessed, today=TODAY).save(assessed, force=True)
        kept = _typed(assessed, name, medium)
        assert (kept["決定"], kept["備考"]) == ("回避", "廃棄済み")
        assert kept["リスク値"] is None


def test_a_decision_that_names_no_treatment_is_told_and_kept(assessed: Path) -> None:
    asset = _type(assessed, 5, {"決定": "検討中"})
    result = riskbook.assess(assessed, today=TODAY)
    assert "decision-unreadable" in {finding.code for finding in result.findings}
    result.save(assessed, force=True)
    assert _typed(assessed, *asset)["決定"] == "検討中"
