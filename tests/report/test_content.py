"""What a report says: the figures and sentences of riskbook's sheets, and what people typed into the plans."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import riskbook
from riskbook.report import written
from riskbook.report.collect import collect
from riskbook.report.content import Picture, Report
from riskbook.text import LANGUAGES
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.forms import CLOUD, MEDIA, PAPER, PC, SERVER, Asset, Form, write_form
from tests.support.places import HARBOUR, KITAHAMA, SAMPLES
from tests.support.plans import fill_measures, fill_plan
from tests.support.reports import all_text, paragraphs_of, tables_of
from tests.support.workbooks import edit

HIGH = (3, 3, 3)
JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
CHECKS = [(1, "方針がある", 3), (4, "アカウントを分けている", 3), (7, "バックアップがある", 2)]
PLAN: dict[str, dict[str, Any]] = {
    "顧客台帳": {"決定": "低減", "対策内容": "多要素認証 <必須>", "担当": "佐藤", "期限": date(2026, 11, 16), "状況": "実施中"},
    "会計データ": {
        "決定": "保有", "承認者": "社長", "承認日": date(2026, 10, 1), "見直し期限": date(2027, 4, 1), "理由": "入れ替え予定",
    },
    "契約書": {"決定": "保有"},
    "見積書": {"決定": "回避", "期限": "来月中", "状況": "完了"},
}  # fmt: skip
MEASURES: dict[str, dict[str, Any]] = {
    "アカウントを分けている": {"担当": "鈴木", "期限": date(2026, 12, 10), "状況": "計画"},
    "バックアップがある": {"期限": "年度内に"},
}


def _form() -> Form:
    assets = [
        Asset("営業", "顧客台帳", CLOUD, HIGH),
        Asset("経理", "会計データ", PC, HIGH),
        Asset("営業", "契約書", PAPER, HIGH),
        Asset("営業", "見積書", SERVER, HIGH),
        Asset("人事", "評価表", PC, ("x", 1, 1)),
    ]
    return Form({"台帳": assets}, [(medium, "脅威", 3) for medium in MEDIA], CHECKS, "北浜精機株式会社")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result in whose plans people have typed."""
    folder = tmp_path_factory.mktemp("report")
    book, result = write_form(_form(), folder / "book.xlsx"), folder / "book-assessed.xlsx"
    riskbook.assess(book, today=date(2026, 10, 1)).save(result)
    fill_plan(result, PLAN)
    fill_measures(result, MEASURES)
    return result


@pytest.fixture(scope="module")
def report(planned: Path) -> Report:
    return collect(riskbook.assess(planned, today=TODAY), "ja")


def test_the_front_page(report: Report) -> None:
    assert (report.client, report.day, report.source) == ("北浜精機株式会社", "2026年11月21日", "book-assessed.xlsx")
    assert (report.assets, report.unassessed, report.assumed) == (5, 1, 0)
    assert report.answers[0].question == "状況"
    assert report.answers[0].answer.startswith("資産5件のうち、リスク大は4件（80%）")
    assert [(one.word, one.count, one.share) for one in report.levels] == [
        ("リスク大", 4, "80%"), ("リスク中", 0, "0%"), ("リスク小", 0, "0%"), ("未評価", 1, "20%"),
    ]  # fmt: skip


def test_the_highest_risks_say_why_and_who_does_what(report: Report) -> None:
    by_name = {one.name: one for one in report.risks}
    assert list(by_name) == ["顧客台帳", "会計データ", "契約書", "見積書"]
    first = by_name["顧客台帳"]
    assert (first.rank, first.risk, first.level, first.fill, first.medium) == (1, 9, "大", "FFADAD", "社外サーバー")
    assert first.why.startswith("重要度3は")
    assert (first.treatment, first.decided) == ("低減", True)
    assert first.who.splitlines()[0] == "担当：佐藤、期限：2026/11/16、状況：実施中、期限超過"
    assert "問2 アカウントを分けている（担当：鈴木、期限：2026/12/10、状況：計画）" in first.who
    assert by_name["会計データ"].who == "承認者：社長、見直し期限：2027/04/01"
    assert by_name["契約書"].who == "承認者・見直し期限とも未記入です。"
    assert by_name["見積書"].who == "期限：来月中、状況：完了"


def test_what_was_not_understood_has_a_reason_and_no_number(report: Report) -> None:
    (unknown,) = report.unknown
    assert (unknown.name, unknown.place) == ("評価表", "台帳!B9")
    assert "「x」" in unknown.why
    assert "評価表" not in [one.name for one in report.risks]


def test_the_plan_has_its_dates_and_says_what_is_late(report: Report) -> None:
    assert [(one.name, one.treatment, one.assignee, one.due, one.state, one.overdue) for one in report.treatments] == [
        ("顧客台帳", "低減", "佐藤", "2026/11/16", "実施中", True),
        ("会計データ", "保有", "", "", "", False),
        ("契約書", "保有", "", "", "", False),
        ("見積書", "回避", "", "来月中", "完了", False),
    ]
    assert report.treatments[0].measure == "多要素認証 <必須>"
    assert [(one.question, one.assignee, one.due, one.state, one.overdue) for one in report.measures] == [
        ("問2 アカウントを分けている", "鈴木", "2026/12/10", "計画", False),
        ("問3 バックアップがある", "", "年度内に", "", False),
    ]
    assert report.undecided_note == (
        "評価できた資産では、受容基準を超えるリスク4件のすべてについて、対応が決定されています。ほか1件は未評価です。"
    )


def test_what_stays_without_approval_is_named_first(report: Report) -> None:
    assert [(one.name, one.approved, one.approval) for one in report.accepted] == [
        ("契約書", False, "承認が未完了（承認者・承認日・見直し期限が未記入）"),
        ("見積書", False, "承認が未完了（承認者・承認日・見直し期限が未記入）"),  # avoided, it says, and still there
        ("会計データ", True, "承認済み"),
    ]
    approved = report.accepted[2]
    assert (approved.decided_by, approved.decided_on, approved.review_by, approved.reason) == (
        "社長", "2026/10/01", "2027/04/01", "入れ替え予定",
    )  # fmt: skip


def test_the_roadmap_the_method_and_the_findings(report: Report) -> None:
    assert report.start == "大4・中0・小0・未評価1"
    assert report.steps[0].number == 1
    assert "アカウントを分けている" in report.steps[0].measures
    assert report.steps[-1].after != report.start
    assert report.formulas[-1] == "リスク値＝重要度×被害発生可能性（1〜9）"
    assert report.thresholds == "大 6〜9、中 4〜5、小 1〜3"
    assert "リスク値3以下" in report.acceptance
    kinds = {one.place: one for one in report.findings}
    assert kinds["台帳!J9"].severity == "エラー"
    assert kinds["台帳!J9"].todo


@pytest.mark.slow
def test_the_document_says_it_and_nothing_is_left_of_the_template(planned: Path) -> None:
    content = written(riskbook.assess(planned, today=TODAY), "ja")
    said = all_text(content)
    assert not re.search(r"\{[{%]|[%}]\}", said)
    headings = [line for line in paragraphs_of(content) if re.match(r"\d　", line)]
    assert headings == [
        "1　状況", "2　高いリスクと対応", "3　計画と期限", "4　対策の順序", "5　受け入れているリスク", "6　評価方法", "7　入力の指摘",
    ]  # fmt: skip
    plan = next(table for table in tables_of(content) if table[0][:2] == ["資産", "リスク"] and "対策内容" in table[0])
    assert plan[1] == [
        "顧客台帳\n社外サーバー",
        "9 大",
        "低減",
        "多要素認証 <必須>",
        "佐藤",
        "2026/11/16",
        "実施中\n期限超過",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["empty", "no-checks", "no-plan"])
def test_there_is_a_report_of_a_workbook_that_lacks_something(name: str, tmp_path: Path) -> None:
    form = _form()
    if name == "empty":
        form = Form({"台帳": []}, form.threats, CHECKS)
    book = write_form(form, tmp_path / "book.xlsx")
    if name == "no-checks":
        edit(book, lambda made: made.remove(made["対策状況チェック"]))
    result = riskbook.assess(book, today=TODAY)
    said = all_text(written(result, "ja"))
    assert {
        "empty": "評価できた資産がありません。",
        "no-checks": "対策状況チェックのシートがないため、対策の順序は求められません。",
        "no-plan": "対応計画への記入はまだありません。",
    }[name] in said
    assert "{{" not in said


@pytest.mark.parametrize("method", ["ipa-4.0", "isms-27", "isms-36", "isms-sum", "matrix-5x5"])
@pytest.mark.slow
def test_every_method_has_its_report(method: str) -> None:
    result = riskbook.assess(SAMPLES / "aoba-foods.xlsx", today=TODAY, method=method)
    assert result.method.title["en"] in all_text(written(result, "en"))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Picture):
        return [value.words]
    if isinstance(value, tuple):
        return [text for one in value for text in _texts(one)]
    if is_dataclass(value):
        return [text for one in fields(value) for text in _texts(getattr(value, one.name))]
    return []


def test_an_english_report_of_an_english_workbook_has_no_japanese() -> None:
    report = collect(riskbook.assess(HARBOUR, today=TODAY), "en")
    assert not [text for text in _texts(report) if JAPANESE.search(text)]
    assert report.day == "2026-11-21"


@pytest.mark.slow
def test_a_japanese_report_has_no_english_sentences() -> None:
    report = collect(riskbook.assess(KITAHAMA, today=TODAY), "ja")
    assert not [text for text in _texts(report) if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", text)]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_long_lists_are_cut_and_say_where_the_rest_is(lang: str, tmp_path: Path) -> None:
    assets = [Asset("営業", f"資産{number}", PC, HIGH) for number in range(30)]
    form = Form({"台帳": assets}, [(medium, "脅威", 3) for medium in MEDIA], CHECKS)
    result = riskbook.assess(write_form(form, tmp_path / "book.xlsx"), today=TODAY)
    report = collect(result, lang)
    assert len(report.risks) == 10
    assert (
        report.risks_more
        == {
            "ja": "ほか20件は、`riskbook assess` の結果のシート「対応計画」にあります。",
            "en": "20 more: see the sheet “対応計画” of the result that `riskbook assess` writes.",
        }[lang]
    )
    again = riskbook.assess(result.save(tmp_path / "book-assessed.xlsx"), today=TODAY)
    assert (
        collect(again, lang).risks_more
        == {
            "ja": "ほか20件は、ブックのシート「対応計画」にあります。",
            "en": "20 more: see the sheet “対応計画” of the workbook.",
        }[lang]
    )


@pytest.mark.slow
def test_the_pictures_are_the_same_each_time(report: Report, planned: Path) -> None:
    again = collect(riskbook.assess(planned, today=TODAY), "ja")
    assert (again.heat_map, again.bars) == (report.heat_map, report.bars)
    assert report.bars.words.startswith("現在: 大 4")
    assert "計画後: " in report.bars.words


@pytest.mark.slow
def test_the_command_joins_a_workbook_with_its_result(planned: Path, tmp_path: Path) -> None:
    target = tmp_path / "r.docx"
    invoke("report", planned.with_name("book.xlsx"), "-o", target, "--today", TODAY)
    assert "多要素認証 <必須>" in all_text(target.read_bytes())


@pytest.mark.slow
def test_what_is_typed_into_a_workbook_is_text_in_its_report(tmp_path: Path) -> None:
    typed = ["{{ client }} {% for x in y %}", "<w:p>&amp;</w:p> {_{", "${x} _x0041_ $a^2$"]
    form = Form(
        {"台帳": [Asset("営業", name, PC, HIGH) for name in typed]}, [(PC, "脅威", 3)], CHECKS, "A & <B> {{ day }}"
    )
    result = riskbook.assess(write_form(form, tmp_path / "book.xlsx"), today=TODAY)
    said = all_text(written(result, "ja"))
    assert all(f". {name}（" in said for name in typed if "_x0041_" not in name)
