"""`riskbook diff`, the sheet of changes and the trend, over runs in a history."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import riskbook
from tests.support.commands import history_of, invoke
from tests.support.comparisons import ASSETS, changed_book, row_of
from tests.support.forms import CLOUD, QUESTIONS, THREATS, USB, Form, write_form
from tests.support.workbooks import columns_of, edit


@pytest.mark.slow
def test_another_method_is_named_as_the_factor(book: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "ipa-3.1"\nname = "mine"\n[likelihood]\n3 = { 3 = 3, 2 = 3, 1 = 2 }\n', "utf-8")
    store = tmp_path / "h.db"
    invoke("assess", book, "--store", store, "--today", "2026-10-01", code=0)
    invoke("assess", book, "--store", store, "--force", "--today", "2026-11-01", "--method", mine, code=0)
    document = json.loads(invoke("diff", "#1", "#2", "--store", store, "--format", "json", code=0).stdout)
    found = document["comparisons"][0]["events"]
    assert found[0]["event"] == "method-changed"
    assert len(found) > 1
    for event in found[1:]:
        assert [factor["field"] for factor in event["factors"]] == ["method"]
        assert event["factors"][0]["after"].startswith("mine:")
    assert "前回からの変化" in openpyxl.load_workbook(book.with_name("a-assessed.xlsx")).sheetnames


@pytest.mark.slow
def test_decisions_made_changed_overdue_and_withdrawn(book: Path, tmp_path: Path) -> None:
    store = ("--store", tmp_path / "h.db")

    def decide(**cells: Any) -> Callable[[openpyxl.Workbook], None]:
        def change(opened: openpyxl.Workbook) -> None:
            sheet = opened["対応計画"]
            heads = columns_of(sheet)
            for name, value in cells.items():
                sheet.cell(5, heads[name]).value = value

        return change

    invoke("assess", book, "--in-place", "--today", "2026-08-01", *store, code=0)
    edit(book, decide(決定="保有", 承認者="社長", 見直し期限=date(2026, 10, 31), 期限="2026/9/30", 担当="佐藤"))
    invoke("assess", book, "--in-place", "--today", "2026-09-01", *store, code=0)
    edit(book, decide(決定="低減"))
    invoke("assess", book, "--in-place", "--today", "2026-10-15", *store, code=0)
    edit(book, decide(決定=None, 状況="完了"))
    invoke("assess", book, "--in-place", "--today", "2026-11-15", *store, code=0)

    def between(a: str, b: str) -> list[tuple[Any, ...]]:
        document = json.loads(invoke("diff", a, b, *store, "--format", "json", code=0).stdout)
        found = document["comparisons"][0]["events"]
        return [(e["event"], e["before"], e["after"], e["by"], e["due"]) for e in found]

    assert between("2026-08", "2026-09-02") == [("decision-made", None, "保有", "社長", "2026-09-30")]
    assert between("2026-09", "2026-10") == [
        ("decision-changed", "保有", "低減", "社長", "2026-09-30"),
        ("decision-overdue", None, "低減", "佐藤", "2026-09-30"),
    ]
    assert between("2026-10", "2026-11") == [
        ("decision-withdrawn", "低減", None, "社長", "2026-09-30"),
        ("decision-state", None, "完了", None, "2026-09-30"),
    ]


@pytest.mark.slow
def test_the_sheet_holds_what_diff_says_and_the_summary_the_trend(book: Path, tmp_path: Path) -> None:
    store = ("--store", tmp_path / "h.db")
    out = tmp_path / "out.xlsx"
    for month, value in (("08", 2), ("09", 3), ("10", 1)):
        edit(book, lambda opened, value=value: opened["台帳"].__setitem__(f"J{row_of(opened, '会計データ')}", value))  # type: ignore[misc]
        invoke("assess", book, "-o", out, "--force", "--today", f"2026-{month}-01", *store, code=0)
    text = invoke("diff", "2026-09", "2026-10", *store, code=0).stdout.splitlines()
    opened = openpyxl.load_workbook(out)
    sheet = opened["前回からの変化"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(5, sheet.max_row)]
    assert len(rows) == len(text) - 1 == 1
    for value in rows[0][1:3] + rows[0][5:8]:
        assert str(value) in text[1]
    totals = [riskbook.assess(book).risks["risk"].sum()]
    summary = opened.worksheets[0]
    (chart,) = [c for c in summary._charts if type(c).__name__ == "LineChart"]  # type: ignore[attr-defined]
    ref = chart.ser[0].val.numRef.f.rpartition("!")[2].replace("$", "")
    points = [cell.value for row in summary[ref] for cell in row]
    assert len(points) == 3
    assert points[-1] == totals[0]


@pytest.mark.slow
def test_without_earlier_runs_there_is_neither_sheet_nor_trend(book: Path, tmp_path: Path) -> None:
    invoke("assess", book, "-o", tmp_path / "out.xlsx", code=0)
    opened = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert "前回からの変化" not in opened.sheetnames
    assert not [c for c in opened.worksheets[0]._charts if type(c).__name__ == "LineChart"]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_what_is_neither_workbook_nor_run_nor_month_is_said(book: Path) -> None:
    assert "no-such.xlsx" in invoke("diff", book, "no-such.xlsx", code=3).stderr
    invoke("assess", book, code=0)
    for name in ("#99", "2026-13", "abcdef012345", ""):
        assert invoke("diff", book, name, code=3).stderr


@pytest.mark.slow
def test_months_of_several_clients_with_those_that_came_and_went(tmp_path: Path) -> None:
    for name, day in (("A", "2026-09-01"), ("B", "2026-10-01"), ("A", "2026-10-02")):
        (tmp_path / name).mkdir(exist_ok=True)
        path = tmp_path / name / "台帳.xlsx"
        write_form(Form({"台帳": list(ASSETS)[: 2 if day < "2026-10" else 4]}, THREATS, QUESTIONS), path)
        invoke("assess", path, "--force", "--today", day, code=0)
    result = json.loads(invoke("diff", "2026-09", "2026-10", "--store", tmp_path, "--format", "json", code=0).stdout)
    assert result["added"] == ["B/台帳"]
    (comparison,) = result["comparisons"]
    first = next(entry for entry in history_of(tmp_path) if entry["client"] == "A/台帳")
    alone = ("diff", first["hash"][:12], "2026-10", "--store", tmp_path, "--format", "json")
    of_one = json.loads(invoke(*alone, code=0).stdout)
    assert (of_one["added"], of_one["comparisons"][0]["events"]) == ([], comparison["events"])
    assert comparison["client"] == "A/台帳"
    assert comparison["counts"] == {"asset-added": 2}


@pytest.mark.slow
def test_a_decision_goes_with_its_asset_to_another_medium(book: Path, tmp_path: Path) -> None:
    twin = changed_book(
        book, ("顧客台帳", "F", USB), ("会計データ", "B", "顧客台帳"), ("会計データ", "A", "営業")
    )  # also on a PC
    store = ("--store", tmp_path / "h.db")
    invoke("assess", twin, "--in-place", "--today", "2026-10-01", *store, code=0)

    def decide(opened: openpyxl.Workbook) -> None:
        plan = opened["対応計画"]
        heads = columns_of(plan)
        row = next(r for r in range(5, plan.max_row + 1) if plan.cell(r, heads["情報資産名称"]).value == "顧客台帳")
        assert plan.cell(row, heads["媒体・保存先"]).value == USB
        plan.cell(row, heads["決定"]).value = "保有"

    edit(twin, decide)
    invoke("assess", twin, "--in-place", "--today", "2026-10-02", *store, code=0)
    edit(twin, lambda opened: opened["台帳"].__setitem__(f"F{row_of(opened, '顧客台帳')}", CLOUD))
    invoke("assess", twin, "--in-place", "--today", "2026-11-01", *store)
    found = json.loads(invoke("diff", "2026-10", "2026-11", *store, "--format", "json", code=0).stdout)["comparisons"][
        0
    ]
    kinds = {event["event"] for event in found["events"]}
    assert "asset-moved" in kinds
    assert not {"decision-made", "decision-withdrawn"} & kinds
    risks = riskbook.assess(twin).risks
    assert risks.loc[risks["decision"].notna(), "medium"].tolist() == [CLOUD]


@pytest.mark.slow
def test_a_due_date_that_is_none_is_a_finding(book: Path) -> None:
    invoke("assess", book, "--in-place", code=0)

    def plan(opened: openpyxl.Workbook) -> None:
        sheet = opened["対応計画"]
        heads = columns_of(sheet)
        sheet.cell(5, heads["期限"]).value = "来月末"

    edit(book, plan)
    findings = [f for f in riskbook.assess(book).findings if f.code == "due-unreadable"]
    assert [(f.location.sheet_name, f.params["found"]) for f in findings] == [("対応計画", "来月末")]
