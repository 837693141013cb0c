"""What happened between two runs: every event with its values before and after, and the factor that moved a risk."""

from __future__ import annotations

import copy
from collections import Counter
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
from tests.support.commands import invoke
from tests.support.comparisons import ASSETS, changed_book, events, risk_of, row_of
from tests.support.examples import examples
from tests.support.forms import QUESTIONS, THREATS, Form, write_form
from tests.support.places import KITAHAMA


@pytest.mark.slow
def test_nothing_changed(book: Path) -> None:
    assert events(book, book) == []
    assert "変化はありません" in invoke("diff", book, book).stdout


@pytest.mark.slow
def test_an_asset_that_came_and_one_that_went(book: Path) -> None:
    other = changed_book(book, ("会計データ", "B", "まったく別の資産"))
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


@pytest.mark.slow
def test_a_renamed_asset_is_known_by_its_likeness_and_says_so(book: Path) -> None:
    (event,) = events(book, changed_book(book, ("見積書の控え", "B", "見積書控え")))
    assert (event["event"], event["before"], event["after"]) == ("asset-renamed", "見積書の控え", "見積書控え")
    assert event["matched"] == "similar"


@pytest.mark.slow
def test_an_asset_with_an_id_is_known_by_it_whatever_its_name(book: Path) -> None:
    def number(opened: openpyxl.Workbook) -> None:
        sheet = opened["台帳"]
        header = next(cell.row for cell in sheet["B"] if cell.value == "情報資産名称")
        sheet.cell(header, 22, "管理番号")
        for place, asset in enumerate(ASSETS):
            sheet.cell(row_of(opened, asset.name), 22, f"K-{place:03}")

    numbered = changed_book(book, do=number)
    other = changed_book(numbered, ("会計データ", "B", "元帳"), ("会計データ", "E", "監査室"))
    renamed, moved = events(numbered, other)
    assert (renamed["event"], renamed["after"], renamed["matched"]) == ("asset-renamed", "元帳", "id")
    assert (moved["event"], moved["matched"]) == ("asset-moved", "id")
    assert moved["causes"] == [{"field": "department", "before": "経理部", "after": "監査室"}]


def test_line_numbers_are_no_ids() -> None:
    def asset(number: int, name: str) -> dict[str, Any]:
        return blank | {"asset_id": str(number), "name": name, "row": number}

    record = riskbook.assess(KITAHAMA).record
    blank = record["assets"][0]
    names = ["顧客台帳", "見積書", "給与", "元帳"]
    before = record | {"assets": [asset(n, name) for n, name in enumerate(names, start=1)]}
    after = record | {"assets": [asset(n, name) for n, name in enumerate(["新しい写真", *names], start=1)]}
    found = compare(before, after, date(2026, 11, 21)).events
    assert [(event["event"], event["subject"]) for event in found] == [("asset-added", "新しい写真")]


@pytest.mark.slow
def test_a_moved_asset_says_from_where(book: Path) -> None:
    event, *rest = events(book, changed_book(book, ("給与データ", "E", "人事部")))
    assert (event["event"], event["matched"], rest) == ("asset-moved", "key", [])
    assert event["causes"] == [{"field": "department", "before": "総務部", "after": "人事部"}]


@pytest.mark.slow
def test_importance_moves_a_risk(book: Path) -> None:
    other = changed_book(book, ("会計データ", "J", 3))
    (event,) = events(book, other)
    assert event["event"] == "risk-higher"
    assert (event["before"], event["after"]) == (risk_of(book, "会計データ"), risk_of(other, "会計データ"))
    assert event["factors"] == [{"field": "importance", "before": 2, "after": 3}]
    assert event["causes"] == [{"field": "confidentiality", "before": 2, "after": 3}]
    (back,) = events(other, book)
    assert back["event"] == "risk-lower"


@pytest.mark.slow
def test_threat_moves_risks(book: Path) -> None:
    calm = [(medium, name, 1) for medium, name, _ in THREATS]
    other = write_form(Form({"台帳": list(ASSETS)}, calm, QUESTIONS, company="北浜"), book.with_name("calm.xlsx"))
    found = events(book, other)
    risks = riskbook.assess(book).risks, riskbook.assess(other).risks
    moved = int((risks[0]["risk"] != risks[1]["risk"]).sum())
    assert moved
    assert [event["event"] for event in found] == ["risk-lower"] * moved
    assert {factor["field"] for event in found for factor in event["factors"]} == {"threat"}


@pytest.mark.slow
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


@pytest.mark.slow
def test_an_asset_that_cannot_be_assessed_any_more(book: Path) -> None:
    other = changed_book(book, *(("給与データ", column, None) for column in "JKL"))
    (event,) = [e for e in events(book, other) if e["event"].startswith("risk-")]
    assert (event["event"], event["after"]) == ("risk-unknown", None)
    (back,) = [e for e in events(other, book) if e["event"].startswith("risk-")]
    assert back["event"] == "risk-known"


# --- what always holds ---


_RECORD = packed(riskbook.assess(KITAHAMA, today=date(2026, 11, 21)).record)
_DAY = date(2026, 11, 21)


@settings(max_examples=examples(40), deadline=None)
@given(st.data())
def test_rows_in_another_order_are_no_event(data: st.DataObject) -> None:
    record = unpacked(_RECORD)
    other = copy.deepcopy(record)
    other["assets"] = data.draw(st.permutations(other["assets"]))
    kinds = Counter(event["event"] for event in compare(record, other, _DAY).events)
    assert not {"asset-added", "asset-removed", "asset-renamed"} & kinds.keys()


@settings(max_examples=examples(60), deadline=None)
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


@pytest.mark.slow
def test_a_reworded_question_is_one_event_and_keeps_its_state(book: Path) -> None:
    kind, question, answer = QUESTIONS[0]
    reworded = [(kind, question.replace("る", "った", 1), answer), *QUESTIONS[1:]]
    other = write_form(Form({"台帳": list(ASSETS)}, THREATS, reworded, company="北浜"), book.with_name("r.xlsx"))
    (event,) = events(book, other)
    assert (event["event"], event["before"], event["after"]) == ("measure-reworded", question, reworded[0][1])


@pytest.mark.slow
def test_a_year_may_come_into_a_name_but_numbered_ones_stay_apart(book: Path) -> None:
    (event,) = events(book, changed_book(book, ("見積書の控え", "B", "見積書の控え 2026")))
    assert (event["event"], event["matched"]) == ("asset-renamed", "similar")
    numbered = changed_book(book, ("見積書の控え", "B", "見積書の控え 1"))
    kinds = [event["event"] for event in events(numbered, changed_book(book, ("見積書の控え", "B", "見積書の控え 2")))]
    assert kinds == ["asset-added", "asset-removed"]


@pytest.mark.slow
def test_a_value_typed_over_a_formula_is_told_as_the_cause(book: Path) -> None:
    other = changed_book(book, ("会計データ", "Q", 3))
    found = [event for event in events(book, other) if event["event"].startswith("risk-")]
    before, after = risk_of(book, "会計データ"), risk_of(other, "会計データ")
    assert [(event["before"], event["after"]) for event in found] == ([(before, after)] if before != after else [])
    for event in found:
        assert {"field": "vulnerability_source", "before": "sheet", "after": "row"} in event["causes"]
