"""A report states nothing with confidence that rests on a value that is unknown, not understood, past or outdated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import riskbook
from riskbook.report import written
from riskbook.report.collect import collect
from riskbook.report.content import Report
from tests.support.days import TODAY
from tests.support.forms import MEDIA, PC, Asset, Form, write_form
from tests.support.plans import fill_plan
from tests.support.reports import all_text
from tests.support.workbooks import edit

HIGH = (3, 3, 3)
CHECKS = [(1, "方針がある", 3), (4, "アカウントを分けている", 3), (7, "バックアップがある", 2)]
GOOD: dict[str, Any] = {
    "決定": "保有", "承認者": "社長", "承認日": date(2026, 10, 1), "見直し期限": date(2027, 4, 1), "理由": "入れ替え予定",
}  # fmt: skip


def _form(assets: Sequence[Asset], threats: Sequence[str] = MEDIA) -> Form:
    return Form({"台帳": list(assets)}, [(medium, "脅威", 3) for medium in threats], CHECKS)


def _planned(folder: Path, plan: dict[str, dict[str, Any]], before: Any = HIGH) -> Path:
    """A result with these lines of its plan, each of an asset on a PC; `before`: its evaluations at the decision."""
    book = write_form(_form([Asset("営業", name, PC, before) for name in plan]), folder / "book.xlsx")
    result = folder / "book-assessed.xlsx"
    riskbook.assess(book, today=date(2026, 10, 1)).save(result)
    fill_plan(result, plan)
    return result


def _report(path: Path, lang: str = "ja") -> Report:
    return collect(riskbook.assess(path, today=TODAY), lang)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"承認者": "-"}, "承認が未完了（承認者「-」は承認者の名前ではありません）"),
        ({"承認者": "未定"}, "承認が未完了（承認者「未定」は承認者の名前ではありません）"),
        ({"承認日": "未定"}, "承認が未完了（承認日「未定」を日付として読み取れません）"),
        ({"見直し期限": "来年度"}, "承認が未完了（見直し期限「来年度」を日付として読み取れません）"),
        ({"見直し期限": date(2026, 11, 20)}, "承認の見直しが必要（見直し期限を過ぎています）"),
        ({"承認者": None, "見直し期限": "2026/11/20"}, "承認が未完了（承認者が未記入、見直し期限を過ぎています）"),
    ],
)
def test_an_approval_that_does_not_hold_is_none(typed: dict[str, Any], said: str, tmp_path: Path) -> None:
    report = _report(_planned(tmp_path, {"会計データ": GOOD, "契約書": GOOD | typed}))
    assert [(one.name, one.approved, one.approval) for one in report.accepted] == [
        ("契約書", False, said),
        ("会計データ", True, "承認済み"),
    ]
    who = {one.name: one.who.splitlines() for one in report.risks}
    assert who["会計データ"] == ["承認者：社長、見直し期限：2027/04/01"]
    assert who["契約書"][-1] == said


@pytest.mark.slow
def test_a_review_that_is_due_today_is_not_past(tmp_path: Path) -> None:
    (only,) = _report(_planned(tmp_path, {"契約書": GOOD | {"見直し期限": TODAY}})).accepted
    assert (only.approved, only.approval) == (True, "承認済み")


@pytest.mark.slow
def test_an_approval_of_a_lower_risk_does_not_hold(tmp_path: Path) -> None:
    path = _planned(tmp_path, {"契約書": GOOD}, before=(2, 2, 2))
    name = "台帳"

    def raise_(book: Any) -> None:
        for row in book[name].iter_rows():
            if any(cell.value == "契約書" for cell in row):
                for cell in row:
                    cell.value = 3 if cell.value == 2 else cell.value

    edit(path, raise_)
    (only,) = _report(path).accepted
    assert (only.risk, only.approved, only.approval) == (
        "9", False, "承認の見直しが必要（承認後にリスク値が6から9に上がりました）",
    )  # fmt: skip


@pytest.mark.slow
def test_a_retained_risk_that_is_approved_asks_for_nothing_more(tmp_path: Path) -> None:
    report = _report(_planned(tmp_path, {"契約書": GOOD, "見積書": GOOD | {"承認者": "-"}}))
    todo = {one.name: one.todo for one in report.risks}
    assert todo["契約書"] == "承認のとおりリスク値9を受け入れ、今の対策を続けます。"
    assert "見直し期限を記入します" in todo["見積書"]


@pytest.mark.slow
def test_a_decision_that_is_not_understood_is_none(tmp_path: Path) -> None:
    report = _report(
        _planned(tmp_path, {"契約書": {"決定": "検討中"}, "見積書": {"決定": "要相談"}, "台帳": {"決定": "低減"}})
    )
    assert (report.undecided, report.undecided_note) == (
        2, "受容基準を超えるリスク3件のうち、2件は対応が決定されていません。",
    )  # fmt: skip
    shown = {one.name: one for one in report.risks}["契約書"]
    assert (shown.decided, shown.treatment) == (False, "検討中（判別できません。案：低減）")
    assert shown.todo == (
        "決定「検討中」を読み取れませんでした。対応計画に低減・保有・回避・移転のどれかを記入してください。"
    )
    assert {one.name: one.treatment for one in report.treatments}["見積書"] == "要相談（判別できません。案：低減）"


@pytest.mark.slow
def test_assets_without_assessment_are_not_said_to_be_without_risk(tmp_path: Path) -> None:
    book = write_form(_form([Asset("営業", f"資産{n}", PC, ("x", 1, 1)) for n in range(14)]), tmp_path / "book.xlsx")
    report = _report(book)
    assert report.undecided_note == ("評価できた資産では、受容基準を超えるリスクはありません。ほか14件は未評価です。")
    assert report.bars_note == (
        "評価できた資産では、計画された対策の記入がまだないため、現在だけを示します（リスク値の合計0）。ほか14件は未評価です。"
    )
    assert report.no_accepted == (
        "評価できた資産では、受容基準を超えたまま残すと決められたリスクはありません。ほか14件は未評価です。"
    )
    assert report.start == "大0・中0・小0・未評価14"
    assert report.no_accepted in all_text(written(riskbook.assess(book, today=TODAY), "ja"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "said"), [("ja", "脅威3・不明のため最大値"), ("en", "threat 3, unknown and so the highest")]
)
def test_a_risk_that_rests_on_an_assumed_threat_says_so(lang: str, said: str, tmp_path: Path) -> None:
    assets = [Asset("営業", "契約書", PC, HIGH), Asset("営業", "見積書", MEDIA[0], HIGH)]
    book = write_form(_form(assets, [MEDIA[0]]), tmp_path / "book.xlsx")
    by_name = {one.name: one for one in _report(book, lang).risks}
    assert (by_name["契約書"].assumed, by_name["見積書"].assumed) == (True, False)
    assert said in by_name["契約書"].why
    assert said not in by_name["見積書"].why
    warning = {"ja": "不明な値を最大として計算したリスク値です。", "en": "This risk rests on a value that nobody knows"}
    assert all_text(written(riskbook.assess(book, today=TODAY), lang)).count(warning[lang]) == 1


@pytest.mark.slow
def test_a_date_that_lost_its_format_is_shown_as_the_day_it_is(tmp_path: Path) -> None:
    plan = GOOD | {"期限": 46400, "承認日": 46296, "見直し期限": 46500}
    report = _report(_planned(tmp_path, {"契約書": plan}))
    assert report.treatments[0].due == "2027/01/13"
    assert (report.accepted[0].decided_on, report.accepted[0].review_by) == ("2026/10/01", "2027/04/23")
    assert report.risks[0].who == "承認者：社長、見直し期限：2027/04/23"


@pytest.mark.slow
def test_a_line_with_a_note_alone_is_nothing_planned(tmp_path: Path) -> None:
    report = _report(_planned(tmp_path, {"契約書": {"備考": "確認する"}, "見積書": {"担当": "佐藤"}}))
    assert [one.name for one in report.treatments] == ["見積書"]


@pytest.mark.slow
def test_entries_without_an_asset_are_counted_with_their_place(tmp_path: Path) -> None:
    path = _planned(tmp_path, {"契約書": {"担当": "佐藤"}, "給与明細": {}})

    def rename(book: Any) -> None:
        for cells in book["台帳"].iter_rows():
            for cell in cells:
                if cell.value == "契約書":
                    cell.value = None
                    for other in cells:
                        other.value = None

    edit(path, rename)
    report = _report(path)
    assert report.treatments == ()
    assert report.no_treatments == "シート「対応計画」には、台帳に資産がなくなった行の記入が1件あります（5行）。"
