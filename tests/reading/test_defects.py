"""One file a defect: it is found, at its cell, and nothing else is said."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import riskbook
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.places import DEFECT_FILES
from tests.support.workbooks import columns_of
from tests.tools.make_defects import DEFECTS

# What a defect brings with it of necessity.
ALSO = {
    "cia-out-of-range": {"stale-value"},
    "cia-scale-old": {"stale-value"},
    "mark-unreadable": {"stale-value"},
    "importance-mismatch": {"stale-value", "formula-overwritten"},
    "medium-missing": {"stale-value"},
    "medium-unknown": {"stale-value"},
    "threat-unanswered": {"threat-unknown", "stale-value"},
    "factor-unreadable": set(),
    "error-cell": set(),
    "rows-unclear": {"rows-grouped", "duplicate-asset"},
}


def _found(path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for finding in riskbook.assess(path, today=TODAY).findings:
        place = finding.location
        shown = f"{place.sheet_name}!{place.cell_ref}" if place.cell_ref else place.sheet_name
        found.setdefault(finding.code, []).append(shown)
    return {code: tuple(cells) for code, cells in found.items()}


@pytest.mark.parametrize("name", DEFECTS)
def test_the_defect_is_found_at_its_cell(name: str) -> None:
    found = _found(DEFECT_FILES / f"{name}.xlsx")
    code = "column-ignored" if name == "column-competing" else name
    assert found.pop(code) == DEFECTS[name][1]
    assert set(found) <= ALSO.get(name, set())


def test_a_clean_file_has_no_findings() -> None:
    assert _found(DEFECT_FILES / "none.xlsx") == {}


@pytest.mark.slow
def test_results_follow_the_rules_beside_the_findings() -> None:
    def row(name: str) -> dict[str, object]:
        return riskbook.assess(DEFECT_FILES / f"{name}.xlsx", today=TODAY).risks.to_dict("records")[1]

    assert row("row-deleted")["name"] == "会計データ"
    assert row("medium-multiple")["medium"] == "書類"
    assert row("header-assumed")["confidentiality"] == 2
    assert row("cia-scale-old")["level"] == "unassessed"
    assert row("column-competing")["medium"] == "書類"


def test_map_settles_what_detection_cannot(tmp_path: Path) -> None:
    path = DEFECT_FILES / "column-competing.xlsx"
    told = riskbook.assess(path, today=TODAY, columns={"媒体": "medium"})
    assert told.risks["medium"].tolist() == [None, "モバイル機器", None]
    here = tmp_path / "client.xlsx"
    here.write_bytes(path.read_bytes())
    (tmp_path / "riskbook.toml").write_text('[columns]\n"社内メモ" = "note"\n"媒体" = "medium"\n', encoding="utf-8")
    assert riskbook.read(here).assets["media"].tolist()[1] == ("モバイル機器",)
    (tmp_path / "riskbook.toml").write_text('[columns]\n"媒体" = "colour"\n', encoding="utf-8")
    result = invoke("check", here)
    assert result.exit_code == 2
    assert "colour" in result.output
    assert invoke("check", path, "--map", "媒体").exit_code == 2
    assert invoke("check", path, "--map", "媒体=medium").exit_code in (0, 1)


def test_explain_shows_what_was_recognised() -> None:
    result = invoke("check", DEFECT_FILES / "header-assumed.xlsx", "--explain")
    assert "台帳：情報資産管理台帳、見出し 3～3行目、3行を使用" in result.output
    assert "H  機蜜性 → confidentiality（似た見出しとみなしました）" in result.output
    assert "使用した行：4-6" in result.output
    assert "脅威の状況：脅威の状況" in result.output


@pytest.mark.slow
def test_an_answered_finding_is_listed_but_no_longer_counted(tmp_path: Path) -> None:
    path = tmp_path / "client.xlsx"
    invoke("assess", DEFECT_FILES / "medium-unknown.xlsx", "-o", path, "--no-history", code=1)
    book = openpyxl.load_workbook(path)
    sheet = book["入力チェック"]
    columns = columns_of(sheet)
    row = next(r for r in range(5, 12) if sheet.cell(r, columns["コード"]).value == "medium-unknown")
    sheet.cell(row, columns["対応"]).value = "対応不要"
    sheet.cell(row, columns["対応の理由"]).value = "耐火金庫で確認済み"
    ledger = book["台帳"]  # a row above moves the asset: the answer follows it
    for column in range(1, 18):
        ledger.cell(7, column).value = ledger.cell(5, column).value
        ledger.cell(5, column).value = None
    book.save(path)
    for _ in range(2):
        result = invoke("assess", path, "-o", path.with_name("b.xlsx"), "--force")
        assert result.exit_code == 0, result.output
        path.write_bytes(path.with_name("b.xlsx").read_bytes())
        sheet = openpyxl.load_workbook(path)["入力チェック"]
        lines = {sheet.cell(r, columns["コード"]).value: r for r in range(5, sheet.max_row + 1)}
        assert sheet.cell(lines["medium-unknown"], columns["対応の理由"]).value == "耐火金庫で確認済み"


@pytest.mark.slow
def test_questions_for_the_client(tmp_path: Path) -> None:
    out = tmp_path / "questions.xlsx"
    files = [str(DEFECT_FILES / f"{name}.xlsx") for name in ("medium-unknown", "retention-expired", "value-normalised")]
    result = invoke("check", *files, "--questions", out, "--today", "2026-11-21")
    assert result.exit_code == 1
    sheet = openpyxl.load_workbook(out)["確認事項"]
    rows = [[cell.value for cell in row[:8]] for row in sheet.iter_rows(min_row=8)]
    assert rows[0] == ["No", "ブック", "シート", "セル番地", "対象の資産", "内容", "直し方", "ご回答"]
    assert ["medium-unknown.xlsx", "台帳", "F5", "見積書"] in [row[1:5] for row in rows]
    assert "value-normalised.xlsx" not in {row[1] for row in rows}
    assert all(row[7] is None for row in rows[1:])
    assert invoke("check", files[2], "--questions", out).exit_code == 3
    assert invoke("check", files[2], "--questions", out, "--force").exit_code == 0


@pytest.mark.slow
def test_an_answer_holds_for_its_value_and_is_never_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "client.xlsx"
    riskbook.assess(DEFECT_FILES / "medium-unknown.xlsx", today=TODAY).save(path)

    def edit(sheet_name: str, cell: str, value: object) -> None:
        book = openpyxl.load_workbook(path)
        book[sheet_name][cell] = value
        book.save(path)
        riskbook.assess(path, today=TODAY).save(path, force=True)

    sheet = openpyxl.load_workbook(path)["入力チェック"]
    columns = {cell.value: cell.column_letter for cell in sheet[4]}
    row = next(r for r in range(5, 12) if sheet[f"{columns['コード']}{r}"].value == "medium-unknown")
    edit("入力チェック", f"{columns['対応の理由']}{row}", "確認済み")

    def state() -> list[tuple[str, bool]]:
        return [
            (str(f.params["found"]), f.open)
            for f in riskbook.assess(path, today=TODAY).findings
            if f.code == "medium-unknown"
        ]

    assert state() == [("金庫", False)]
    edit("台帳", "F5", "大金庫室")  # another value: another finding
    assert state() == [("大金庫室", True)]
    edit("台帳", "F5", "書類")  # mended: the answer is kept below
    assert state() == []
    edit("台帳", "F5", "金庫")
    assert state() == [("金庫", False)]


def test_questions_never_overwrite_a_workbook_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "client.xlsx"
    path.write_bytes((DEFECT_FILES / "medium-unknown.xlsx").read_bytes())
    before = path.read_bytes()
    result = invoke("check", path, "--questions", path, "--force")
    assert result.exit_code == 3
    assert path.read_bytes() == before
