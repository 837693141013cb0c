"""What people type into the plan is kept, and wins over the suggestion."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

import riskbook
from tests.support.days import TODAY
from tests.support.places import KITAHAMA
from tests.support.workbooks import assessed_once, columns_of, edit

TYPED = {
    "決定": "保有",
    "対策内容": "施錠して保管",
    "担当": "佐藤",
    "期限": datetime(2027, 3, 31),
    "状況": "計画",
    "完了日": "未定",
    "承認者": "社長",
    "承認日": datetime(2026, 11, 20),
    "理由": "費用対効果",
    "見直し期限": datetime(2027, 11, 1),
    "備考": "=1+1 ではない",
}


@pytest.fixture
def assessed(tmp_path: Path) -> Path:
    return assessed_once(KITAHAMA).save(tmp_path / "client.xlsx")


def _type(path: Path, row: int, values: dict[str, Any]) -> tuple[str, str]:
    book = openpyxl.load_workbook(path)
    sheet = book["対応計画"]
    columns = columns_of(sheet)
    for header, value in values.items():
        sheet.cell(row, columns[header]).value = value
        if isinstance(value, str) and value.startswith("="):
            sheet.cell(row, columns[header]).data_type = "s"
    book.save(path)
    return sheet.cell(row, columns["情報資産名称"]).value, sheet.cell(row, columns["媒体・保存先"]).value


def _typed(path: Path, name: str, medium: str) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(path)["対応計画"]
    columns = columns_of(sheet)
    for row in range(5, sheet.max_row + 1):
        if (sheet.cell(row, columns["情報資産名称"]).value, sheet.cell(row, columns["媒体・保存先"]).value) == (
            name,
            medium,
        ):
            return {header: sheet.cell(row, column).value for header, column in columns.items()}
    raise AssertionError(f"{name} is not in the plan")


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_decision_that_names_no_treatment_is_told_and_kept(assessed: Path) -> None:
    asset = _type(assessed, 5, {"決定": "検討中"})
    result = riskbook.assess(assessed, today=TODAY)
    (found,) = [finding for finding in result.findings if finding.code == "decision-unreadable"]
    assert (found.location.sheet_name, found.subject) == ("対応計画", asset[0])
    assert openpyxl.load_workbook(assessed)["対応計画"][found.location.cell_ref or ""].value == "検討中"
    result.save(assessed, force=True)
    assert _typed(assessed, *asset)["決定"] == "検討中"


# --- what people make of the plan beyond its columns ---


@pytest.mark.slow
def test_columns_colours_notes_and_widths_that_people_added_stay(assessed: Path) -> None:
    book = openpyxl.load_workbook(assessed)
    sheet = book["対応計画"]
    columns = columns_of(sheet)
    last = max(columns.values())
    sheet.cell(4, last + 1).value = "予算（千円）"
    sheet.cell(8, last + 1).value = 250
    sheet.cell(8, columns["担当"]).fill = PatternFill("solid", fgColor="FF00FF00")
    sheet.cell(8, columns["対策内容"]).comment = Comment("見積もり待ち", "佐藤")
    sheet.cell(8, columns["期限"]).value = "=DATE(2027,3,31)"
    sheet.column_dimensions["Q"].width = 41
    name, medium = sheet.cell(8, columns["情報資産名称"]).value, sheet.cell(8, columns["媒体・保存先"]).value
    sheet.cell(60, 2).value = "下の余白に書いたメモ"
    # A new asset of the highest risk comes before it, so that its line moves down.
    ledger = book["情報資産管理台帳"]
    for column, value in (
        (1, "営業"),
        (2, "あたらしい名簿"),
        (6, "可搬電子媒体"),
        (10, 3),
        (11, 3),
        (12, 3),
        (16, 3),
        (17, 3),
    ):
        ledger.cell(50, column).value = value
    book.save(assessed)
    for _ in range(2):
        riskbook.assess(assessed, today=TODAY).save(assessed, force=True)
        sheet = openpyxl.load_workbook(assessed)["対応計画"]
        columns = columns_of(sheet)
        names = [sheet.cell(row, columns["情報資産名称"]).value for row in range(5, 24)]
        row = 5 + next(
            i for i in range(19) if (names[i], sheet.cell(5 + i, columns["媒体・保存先"]).value) == (name, medium)
        )
        assert row == 9
        assert "あたらしい名簿" in names
        assert sheet.cell(row, last + 1).value == 250
        assert sheet.cell(row, columns["担当"]).fill.fgColor.rgb == "FF00FF00"
        assert sheet.cell(row, columns["対策内容"]).comment.text.endswith("見積もり待ち")
        assert sheet.cell(row, columns["期限"]).value == "=DATE(2027,3,31)"
        assert sheet.column_dimensions["Q"].width == 41
        assert [c.value for r in sheet.iter_rows(min_col=2, max_col=2) for c in r].count("下の余白に書いたメモ") == 1


@pytest.mark.slow
def test_lines_stay_with_their_asset_whatever_people_do_to_the_ledger(assessed: Path) -> None:
    asset = _type(assessed, 6, {"決定": "移転", "担当": "高橋"})
    book = openpyxl.load_workbook(assessed)
    sheet = book["情報資産管理台帳"]
    rows = [[sheet.cell(r, c).value for c in range(1, 20)] for r in range(5, 50)]
    for r, cells in enumerate(reversed(rows), start=5):  # sorted the other way round
        for c, value in enumerate(cells, start=1):
            sheet.cell(r, c).value = value if not str(value).startswith("=") else None
    sheet.title = "台帳2026"
    book["サマリー"].title = "まとめ"
    book["対応計画"].title = "計画（社内）"
    book.move_sheet("まとめ", 3)
    book.save(assessed)
    result = riskbook.assess(assessed, today=TODAY)
    result.save(assessed, force=True)
    assert len(result.risks) == 45
    assert _typed(assessed, *asset)["担当"] == "高橋"
    names = openpyxl.load_workbook(assessed).sheetnames
    assert names[0] == "サマリー"
    assert "まとめ" not in names
    assert "計画（社内）" not in names


def _retained(book: openpyxl.Workbook) -> tuple[str, int]:
    """Decides to retain the first asset with risk 4; its name and its row in the plan."""
    plan = book["対応計画"]
    columns = columns_of(plan)
    row = next(r for r in range(5, 30) if plan.cell(r, columns["リスク値"]).value == 4)
    plan.cell(row, columns["決定"]).value = "保有"
    return plan.cell(row, columns["情報資産名称"]).value, row


@pytest.mark.slow
def test_a_decision_is_flagged_when_the_risk_has_risen_and_when_its_review_is_due(assessed: Path) -> None:
    book = openpyxl.load_workbook(assessed)
    name, row = _retained(book)
    plan = book["対応計画"]
    plan.cell(row, columns_of(plan)["見直し期限"]).value = "令和8年11月20日"
    sheet = book["情報資産管理台帳"]
    for r in range(5, 50):
        if sheet.cell(r, 2).value == name:
            sheet.cell(r, 10).value = 3
    book.save(assessed)
    result = riskbook.assess(assessed, today=TODAY)
    found = {f.code: f for f in result.findings if f.code.startswith("decision-")}
    assert found["decision-outdated"].params == {"decision": "保有", "decided": 4, "risk": 6}
    assert found["decision-expired"].params["until"] == "2026-11-20"
    assert result.risks["decision"].dropna().tolist() == ["保有"]


@pytest.mark.slow
def test_an_answer_does_not_hold_when_the_risk_has_risen_again(assessed: Path) -> None:
    def raise_to(book: openpyxl.Workbook, **values: int) -> None:
        sheet = book["情報資産管理台帳"]
        row = next(r for r in range(5, 50) if sheet.cell(r, 2).value == name)
        heads = {"evaluation": 10, "threat": 16, "vulnerability": 17}
        for field, value in values.items():
            sheet.cell(row, heads[field]).value = value

    def outdated() -> Any:
        result = riskbook.assess(assessed, today=TODAY)
        result.save(assessed, force=True)
        (finding,) = (one for one in result.findings if one.code == "decision-outdated")
        return finding

    book = openpyxl.load_workbook(assessed)
    name, _ = _retained(book)
    raise_to(book, evaluation=3)
    book.save(assessed)
    assert outdated().params["risk"] == 6

    def answer(book: openpyxl.Workbook) -> None:
        sheet = book["入力チェック"]
        heads = columns_of(sheet)
        line = next(r for r in range(5, 60) if sheet.cell(r, heads["コード"]).value == "decision-outdated")
        sheet.cell(line, heads["対応の理由"]).value = "社長が了承"

    edit(assessed, answer)
    assert not outdated().open
    edit(assessed, lambda book: raise_to(book, threat=3, vulnerability=3))
    again = outdated()
    assert (again.params["risk"], again.open, again.earlier) == (9, True, "社長が了承")
    shown = [str(cell.value) for line in openpyxl.load_workbook(assessed)["入力チェック"] for cell in line]
    assert any("以前の別の内容への回答：社長が了承" in text for text in shown)


@pytest.mark.slow
def test_numbers_that_repeat_on_another_sheet_do_not_move_decisions(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for place, (title, names) in enumerate((("営業", ["営業A", "営業B"]), ("総務", ["総務A", "総務B"]))):
        sheet = book.create_sheet(f"台帳_{title}", place)
        sheet.append(["No", "情報資産名称", "媒体・保存先", "機密性"])
        for number, name in enumerate(names, start=1):
            sheet.append([number, name, "書類", 3])
    book.save(path)
    riskbook.assess(path, today=TODAY).save(path, force=True)
    book = openpyxl.load_workbook(path)
    plan = book["対応計画"]
    columns = columns_of(plan)
    row = next(r for r in range(5, 9) if plan.cell(r, columns["情報資産名称"]).value == "総務A")
    plan.cell(row, columns["決定"]).value = "回避"
    book.save(path)
    risks = riskbook.assess(path, today=TODAY).risks
    assert risks.loc[risks["decision"].notna(), "name"].tolist() == ["総務A"]


@pytest.mark.slow
def test_of_two_alike_rows_the_decision_stays_with_the_one_it_was_typed_for(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["情報資産名称", "媒体・保存先", "機密性"])
    sheet.append(["契約書", "金庫", 2])
    sheet.append(["契約書", "金庫", 3])
    book.save(path)
    riskbook.assess(path, today=TODAY).save(path, force=True)
    _type(path, 5, {"決定": "回避"})  # the first line is the higher risk, the second row
    for _ in range(2):
        result = riskbook.assess(path, today=TODAY)
        result.save(path, force=True)
        assert result.risks["decision"].fillna("").tolist() == ["", "回避"]


@pytest.mark.slow
def test_a_renamed_asset_keeps_what_was_typed_and_says_so(assessed: Path) -> None:
    name, medium = _type(assessed, 5, {"決定": "低減"})
    book = openpyxl.load_workbook(assessed)
    sheet = book["情報資産管理台帳"]
    row = next(r for r in range(5, 50) if (sheet.cell(r, 2).value, sheet.cell(r, 6).value) == (name, medium))
    sheet.cell(row, 2).value = name + "（新）"
    book.save(assessed)
    result = riskbook.assess(assessed, today=TODAY)
    assert [f.location.cell_ref for f in result.findings if f.code == "decision-moved"] == [f"B{row}"]
    assert result.risks.loc[result.risks["decision"].notna(), "row"].tolist() == [row]
