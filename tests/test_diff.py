"""What happened between two runs: every event with what was before and after, and the factor that moved a risk."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskbook
from riskbook.analysis import compare
from riskbook.model import EVENTS, packed, unpacked
from tests.conftest import SAMPLES
from tests.forms import MEDIA, Asset, Form, write_form
from tests.make_samples import QUESTIONS, THREATS
from tests.test_history import edit, kept, run

PAPER, USB, PC, MOBILE, SERVER, CLOUD = MEDIA
ASSETS = (
    Asset("営業", "顧客台帳", SERVER, (3, 2, 2), "営業部"),
    Asset("営業", "見積書の控え", PAPER, (2, 1, 1), "営業部"),
    Asset("経理", "会計データ", PC, (2, 2, 2), "経理部"),
    Asset("人事", "給与データ", CLOUD, (3, 3, 1), "総務部"),
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_form(Form({"台帳": list(ASSETS)}, THREATS, QUESTIONS, company="北浜"), tmp_path / "a.xlsx")


def row_of(book: openpyxl.Workbook, name: str) -> int:
    return next(cell.row for cell in book["台帳"]["B"] if cell.value == name)


def changed(book: Path, *changes: tuple[str, str, Any], do: Callable[[Any], None] | None = None) -> Path:
    """A copy with cells changed: (asset, column letter, value)."""
    copy_ = book.with_name(f"b{len(list(book.parent.iterdir()))}.xlsx")
    copy_.write_bytes(book.read_bytes())

    def change(opened: openpyxl.Workbook) -> None:
        for name, column, value in [(n, c, v) for n, c, v in changes if c != "B"] + [e for e in changes if e[1] == "B"]:
            opened["台帳"][f"{column}{row_of(opened, name)}"] = value
        if do is not None:
            do(opened)

    edit(copy_, change)
    return copy_


def events(a: Path, b: Path, *options: str) -> list[dict[str, Any]]:
    document = json.loads(run("diff", a, b, "--format", "json", *options, code=0).stdout)
    (comparison,) = document["comparisons"]
    assert comparison["counts"] == dict(Counter(event["event"] for event in comparison["events"]))
    return list(comparison["events"])


def risk_of(path: Path, name: str) -> Any:
    risks = riskbook.assess(path).risks
    return risks.loc[risks["name"] == name, "risk"].item()


def test_nothing_changed(book: Path) -> None:
    assert events(book, book) == []
    assert "変化はありません" in run("diff", book, book).stdout


def test_an_asset_that_came_and_one_that_went(book: Path) -> None:
    other = changed(book, ("会計データ", "B", "まったく別の資産"))
    removed, added = sorted(events(book, other), key=lambda event: event["event"], reverse=True)
    assert (removed["event"], removed["subject"], removed["before"]) == (
        "asset-removed",
        "会計データ",
        risk_of(book, "会計データ"),
    )
    assert (added["event"], added["subject"], added["after"]) == (
        "asset-added",
        "まったく別の資産",
        risk_of(other, "まったく別の資産"),
    )


def test_a_renamed_asset_is_known_by_its_likeness_and_says_so(book: Path) -> None:
    (event,) = events(book, changed(book, ("見積書の控え", "B", "見積書控え")))
    assert (event["event"], event["before"], event["after"]) == ("asset-renamed", "見積書の控え", "見積書控え")
    assert event["matched"] == "similar"


def test_an_asset_with_an_id_is_known_by_it_whatever_its_name(book: Path) -> None:
    def number(opened: openpyxl.Workbook) -> None:
        sheet = opened["台帳"]
        header = next(cell.row for cell in sheet["B"] if cell.value == "情報資産名称")
        sheet.cell(header, 22, "管理番号")
        for place, asset in enumerate(ASSETS):
            sheet.cell(row_of(opened, asset.name), 22, f"K-{place:03}")

    numbered = changed(book, do=number)
    other = changed(numbered, ("会計データ", "B", "元帳"), ("会計データ", "E", "監査室"))
    renamed, moved = events(numbered, other)
    assert (renamed["event"], renamed["after"], renamed["matched"]) == ("asset-renamed", "元帳", "id")
    assert (moved["event"], moved["matched"]) == ("asset-moved", "id")
    assert moved["causes"] == [{"field": "department", "before": "経理部", "after": "監査室"}]


def test_line_numbers_are_no_ids() -> None:
    def asset(number: int, name: str) -> dict[str, Any]:
        return blank | {"asset_id": str(number), "name": name, "row": number}

    record = riskbook.assess(SAMPLES / "kitahama-seiki.xlsx").record
    blank = record["assets"][0]
    names = ["顧客台帳", "見積書", "給与", "元帳"]
    before = record | {"assets": [asset(n, name) for n, name in enumerate(names, start=1)]}
    after = record | {"assets": [asset(n, name) for n, name in enumerate(["新しい写真", *names], start=1)]}
    found = compare(before, after, date(2026, 11, 21)).events
    assert [(event["event"], event["subject"]) for event in found] == [("asset-added", "新しい写真")]


def test_a_moved_asset_says_from_where(book: Path) -> None:
    event, *rest = events(book, changed(book, ("給与データ", "E", "人事部")))
    assert (event["event"], event["matched"], rest) == ("asset-moved", "key", [])
    assert event["causes"] == [{"field": "department", "before": "総務部", "after": "人事部"}]


def test_importance_moves_a_risk(book: Path) -> None:
    other = changed(book, ("会計データ", "J", 3))
    (event,) = events(book, other)
    assert event["event"] == "risk-higher"
    assert (event["before"], event["after"]) == (risk_of(book, "会計データ"), risk_of(other, "会計データ"))
    assert event["factors"] == [{"field": "importance", "before": 2, "after": 3}]
    assert event["causes"] == [{"field": "confidentiality", "before": 2, "after": 3}]
    (back,) = events(other, book)
    assert back["event"] == "risk-lower"


def test_threat_moves_risks(book: Path) -> None:
    calm = [(medium, name, 1) for medium, name, _ in THREATS]
    other = write_form(Form({"台帳": list(ASSETS)}, calm, QUESTIONS, company="北浜"), book.with_name("calm.xlsx"))
    found = events(book, other)
    risks = riskbook.assess(book).risks, riskbook.assess(other).risks
    moved = int((risks[0]["risk"] != risks[1]["risk"]).sum())
    assert moved
    assert [event["event"] for event in found] == ["risk-lower"] * moved
    assert {factor["field"] for event in found for factor in event["factors"]} == {"threat"}


def test_vulnerability_moves_risks_and_the_measures_behind_it_are_told(book: Path) -> None:
    done = [(kind, question, 1) for kind, question, _ in QUESTIONS]
    other = write_form(Form({"台帳": list(ASSETS)}, THREATS, done, company="北浜"), book.with_name("done.xlsx"))
    found = events(book, other)
    lower = [event for event in found if event["event"] == "risk-lower"]
    assert lower
    for event in lower:
        assert [factor["field"] for factor in event["factors"]] == ["vulnerability"]
        (share,) = event["causes"]
        assert (share["field"], share["after"]) == ("share", 1.0)
    answers = [event for event in found if event["event"] == "measure-answer"]
    open_ = [(kind, question, answer) for kind, question, answer in QUESTIONS if answer != 1]
    assert [(e["kind"], e["subject"], e["after"]) for e in answers] == [(kind, q, 1) for kind, q, _ in open_]


def test_another_method_is_named_as_the_factor(book: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "ipa-3.1"\nname = "mine"\n[likelihood]\n3 = { 3 = 3, 2 = 3, 1 = 2 }\n', "utf-8")
    store = tmp_path / "h.db"
    run("assess", book, "--store", store, "--today", "2026-10-01", code=0)
    run("assess", book, "--store", store, "--force", "--today", "2026-11-01", "--method", mine, code=0)
    document = json.loads(run("diff", "#1", "#2", "--store", store, "--format", "json", code=0).stdout)
    found = document["comparisons"][0]["events"]
    assert found[0]["event"] == "method-changed"
    assert len(found) > 1
    for event in found[1:]:
        assert [factor["field"] for factor in event["factors"]] == ["method"]
        assert event["factors"][0]["after"].startswith("mine:")
    assert "前回からの変化" in openpyxl.load_workbook(book.with_name("a-assessed.xlsx")).sheetnames


def test_an_asset_that_cannot_be_assessed_any_more(book: Path) -> None:
    other = changed(book, *(("給与データ", column, None) for column in "JKL"))
    (event,) = [e for e in events(book, other) if e["event"].startswith("risk-")]
    assert (event["event"], event["after"]) == ("risk-unknown", None)
    (back,) = [e for e in events(other, book) if e["event"].startswith("risk-")]
    assert back["event"] == "risk-known"


def test_decisions_made_changed_overdue_and_withdrawn(book: Path, tmp_path: Path) -> None:
    store = ("--store", tmp_path / "h.db")

    def decide(**cells: Any) -> Callable[[openpyxl.Workbook], None]:
        def change(opened: openpyxl.Workbook) -> None:
            sheet = opened["対応計画"]
            heads = {cell.value: cell.column for cell in sheet[4]}
            for name, value in cells.items():
                sheet.cell(5, heads[name]).value = value

        return change

    run("assess", book, "--in-place", "--today", "2026-08-01", *store, code=0)
    edit(book, decide(決定="保有", 決定者="社長", 見直し期限=date(2026, 10, 31), 期限="2026/9/30", 担当="佐藤"))
    run("assess", book, "--in-place", "--today", "2026-09-01", *store, code=0)
    edit(book, decide(決定="低減"))
    run("assess", book, "--in-place", "--today", "2026-10-15", *store, code=0)
    edit(book, decide(決定=None, 状況="完了"))
    run("assess", book, "--in-place", "--today", "2026-11-15", *store, code=0)

    def between(a: str, b: str) -> list[tuple[Any, ...]]:
        document = json.loads(run("diff", a, b, *store, "--format", "json", code=0).stdout)
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


def test_the_sheet_holds_what_diff_says_and_the_summary_the_trend(book: Path, tmp_path: Path) -> None:
    store = ("--store", tmp_path / "h.db")
    out = tmp_path / "out.xlsx"
    for month, value in (("08", 2), ("09", 3), ("10", 1)):
        edit(book, lambda opened, value=value: opened["台帳"].__setitem__(f"J{row_of(opened, '会計データ')}", value))  # type: ignore[misc]
        run("assess", book, "-o", out, "--force", "--today", f"2026-{month}-01", *store, code=0)
    text = run("diff", "2026-09", "2026-10", *store, code=0).stdout.splitlines()
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


def test_without_earlier_runs_there_is_neither_sheet_nor_trend(book: Path, tmp_path: Path) -> None:
    run("assess", book, "-o", tmp_path / "out.xlsx", code=0)
    opened = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert "前回からの変化" not in opened.sheetnames
    assert not [c for c in opened.worksheets[0]._charts if type(c).__name__ == "LineChart"]  # type: ignore[attr-defined]


def test_what_is_neither_workbook_nor_run_nor_month_is_said(book: Path) -> None:
    assert "no-such.xlsx" in run("diff", book, "no-such.xlsx", code=3).stderr
    run("assess", book, code=0)
    for name in ("#99", "2026-13", "abcdef012345", ""):
        assert run("diff", book, name, code=3).stderr


def test_months_of_several_clients_with_those_that_came_and_went(tmp_path: Path) -> None:
    for name, day in (("A", "2026-09-01"), ("B", "2026-10-01"), ("A", "2026-10-02")):
        (tmp_path / name).mkdir(exist_ok=True)
        path = tmp_path / name / "台帳.xlsx"
        write_form(Form({"台帳": list(ASSETS)[: 2 if day < "2026-10" else 4]}, THREATS, QUESTIONS), path)
        run("assess", path, "--force", "--today", day, code=0)
    result = json.loads(run("diff", "2026-09", "2026-10", "--store", tmp_path, "--format", "json", code=0).stdout)
    assert result["added"] == ["B/台帳"]
    (comparison,) = result["comparisons"]
    first = next(entry for entry in kept(tmp_path) if entry["client"] == "A/台帳")
    alone = ("diff", first["hash"][:12], "2026-10", "--store", tmp_path, "--format", "json")
    of_one = json.loads(run(*alone, code=0).stdout)
    assert (of_one["added"], of_one["comparisons"][0]["events"]) == ([], comparison["events"])
    assert comparison["client"] == "A/台帳"
    assert comparison["counts"] == {"asset-added": 2}


# --- what always holds ---

_RECORD = packed(riskbook.assess(SAMPLES / "kitahama-seiki.xlsx", today=date(2026, 11, 21)).record)
_DAY = date(2026, 11, 21)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_rows_in_another_order_are_no_event(data: st.DataObject) -> None:
    record = unpacked(_RECORD)
    other = copy.deepcopy(record)
    other["assets"] = data.draw(st.permutations(other["assets"]))
    kinds = Counter(event["event"] for event in compare(record, other, _DAY).events)
    assert not {"asset-added", "asset-removed", "asset-renamed"} & kinds.keys()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_came_and_went_makes_up_the_difference_and_every_moved_risk_has_its_factor(data: st.DataObject) -> None:
    before, after = unpacked(_RECORD), unpacked(_RECORD)
    assets = after["assets"]
    for place in data.draw(st.sets(st.integers(0, len(assets) - 1), max_size=8)):
        factor = data.draw(st.sampled_from(("importance", "threat", "vulnerability")))
        asset = assets[place]
        asset[factor] = data.draw(st.sampled_from((1, 2, 3)))
        asset["risk"] = asset["importance"] * max(1, asset["threat"] + asset["vulnerability"] - 3)
        if data.draw(st.booleans()):
            asset["name"] = data.draw(st.text("あいうえお台帳控え", min_size=1, max_size=6))
    for place in sorted(data.draw(st.sets(st.integers(0, len(assets) - 1), max_size=5)), reverse=True):
        assets.pop(place)
    found = compare(before, after, _DAY)
    counts = found.counts
    assert counts["asset-added"] - counts["asset-removed"] == len(assets) - len(before["assets"])
    for event in found.events:
        assert event["event"] in EVENTS
        if event["event"] in ("risk-higher", "risk-lower"):
            assert event["before"] != event["after"]
            assert event["factors"]
            assert all(old != new for _, old, new in event["factors"])


@pytest.mark.parametrize(
    "ids", [["No.{}"] * 8, ["{}"] * 8, ["{}", "", "{}", "{}", "{}", "{}", "{}", "{}"], ["A-0{}"] * 8]
)
def test_ids_that_only_count_the_rows_are_never_taken_for_names(ids: list[str]) -> None:
    record = unpacked(_RECORD)
    names = ["顧客台帳", "見積書", "給与", "元帳", "図面", "契約書", "名刺", "写真"]

    def numbered(names: list[str], ids: list[str]) -> list[dict[str, Any]]:
        return [
            record["assets"][0] | {"name": name, "asset_id": text.format(number) or None, "row": number}
            for number, (name, text) in enumerate(zip(names, ids, strict=True), start=1)
        ]

    before = record | {"assets": numbered(names, ids)}
    after = record | {"assets": numbered(["新しい資産", *names], [ids[0], *ids])}
    found = compare(before, after, _DAY).events
    assert [(event["event"], event["subject"]) for event in found] == [("asset-added", "新しい資産")]


def test_assets_called_alike_are_told_apart_by_all_else() -> None:
    record = unpacked(_RECORD)
    twins = [record["assets"][0] | {"name": "PC", "asset_id": None, "risk": risk, "row": risk} for risk in (9, 3, 1)]
    before = record | {"assets": twins}
    assert not compare(before, record | {"assets": twins[::-1]}, _DAY).events
    (gone,) = compare(before, record | {"assets": twins[1:]}, _DAY).events
    assert (gone["event"], gone["before"]) == ("asset-removed", 9)


def test_a_decision_goes_with_its_asset_to_another_medium(book: Path, tmp_path: Path) -> None:
    twin = changed(
        book, ("顧客台帳", "F", USB), ("会計データ", "B", "顧客台帳"), ("会計データ", "A", "営業")
    )  # also on a PC
    store = ("--store", tmp_path / "h.db")
    run("assess", twin, "--in-place", "--today", "2026-10-01", *store, code=0)

    def decide(opened: openpyxl.Workbook) -> None:
        plan = opened["対応計画"]
        heads = {cell.value: cell.column for cell in plan[4]}
        row = next(r for r in range(5, plan.max_row + 1) if plan.cell(r, heads["情報資産名称"]).value == "顧客台帳")
        assert plan.cell(row, heads["媒体・保存先"]).value == USB
        plan.cell(row, heads["決定"]).value = "保有"

    edit(twin, decide)
    run("assess", twin, "--in-place", "--today", "2026-10-02", *store, code=0)
    edit(twin, lambda opened: opened["台帳"].__setitem__(f"F{row_of(opened, '顧客台帳')}", CLOUD))
    run("assess", twin, "--in-place", "--today", "2026-11-01", *store)
    found = json.loads(run("diff", "2026-10", "2026-11", *store, "--format", "json", code=0).stdout)["comparisons"][0]
    kinds = {event["event"] for event in found["events"]}
    assert "asset-moved" in kinds
    assert not {"decision-made", "decision-withdrawn"} & kinds
    risks = riskbook.assess(twin).risks
    assert risks.loc[risks["decision"].notna(), "medium"].tolist() == [CLOUD]


def test_a_reworded_question_is_one_event_and_keeps_its_state(book: Path) -> None:
    kind, question, answer = QUESTIONS[0]
    reworded = [(kind, question.replace("る", "った", 1), answer), *QUESTIONS[1:]]
    other = write_form(Form({"台帳": list(ASSETS)}, THREATS, reworded, company="北浜"), book.with_name("r.xlsx"))
    (event,) = events(book, other)
    assert (event["event"], event["before"], event["after"]) == ("measure-reworded", question, reworded[0][1])


def test_a_year_may_come_into_a_name_but_numbered_ones_stay_apart(book: Path) -> None:
    (event,) = events(book, changed(book, ("見積書の控え", "B", "見積書の控え 2026")))
    assert (event["event"], event["matched"]) == ("asset-renamed", "similar")
    numbered = changed(book, ("見積書の控え", "B", "見積書の控え 1"))
    kinds = [event["event"] for event in events(numbered, changed(book, ("見積書の控え", "B", "見積書の控え 2")))]
    assert kinds == ["asset-added", "asset-removed"]


def test_a_value_typed_over_a_formula_is_told_as_the_cause(book: Path) -> None:
    other = changed(book, ("会計データ", "Q", 3))
    found = [event for event in events(book, other) if event["event"].startswith("risk-")]
    before, after = risk_of(book, "会計データ"), risk_of(other, "会計データ")
    assert [(event["before"], event["after"]) for event in found] == ([(before, after)] if before != after else [])
    for event in found:
        assert {"field": "vulnerability_source", "before": "sheet", "after": "row"} in event["causes"]


def test_a_due_date_that_is_none_is_a_finding(book: Path) -> None:
    run("assess", book, "--in-place", code=0)

    def plan(opened: openpyxl.Workbook) -> None:
        sheet = opened["対応計画"]
        heads = {cell.value: cell.column for cell in sheet[4]}
        sheet.cell(5, heads["期限"]).value = "来月末"

    edit(book, plan)
    findings = [f for f in riskbook.assess(book).findings if f.code == "due-unreadable"]
    assert [(f.location.sheet_name, f.params["found"]) for f in findings] == [("対応計画", "来月末")]
