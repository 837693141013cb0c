"""The summary: what its cells and charts say is what the assessment says; it fits one page; it knows last time."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from tests.support.days import LATER, TODAY
from tests.support.forms import (
    CLOUD,
    KINDS,
    MEDIA,
    MEDIA_EN,
    PAPER,
    PC,
    QUESTIONS,
    SERVER,
    THREATS,
    USB,
    Asset,
    Form,
    write_form,
)
from tests.support.places import KITAHAMA

LEVELS = ("large", "medium", "small", "unassessed")


def _assessed(path: Path, output: Path, today: date = TODAY) -> tuple[riskbook.AssessedWorkbook, Worksheet]:
    result = riskbook.assess(path, today=today)
    book = openpyxl.load_workbook(result.save(output, force=True))
    return result, book.worksheets[0]


def _cells(sheet: Worksheet, ref: str) -> list[Any]:
    name, _, area = ref.rpartition("!")
    assert name.strip("'") == sheet.title
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    return [cell for row in sheet.iter_rows(top, bottom, left, right, values_only=True) for cell in row]


def _charts(sheet: Worksheet) -> list[dict[str, dict[str, Any]]]:
    """Each chart as series name → category → number, read from the cells it refers to."""
    charts = []
    for chart in sheet._charts:  # type: ignore[attr-defined]
        series = {}
        for entry in chart.ser:
            (name,) = _cells(sheet, entry.tx.strRef.f)
            series[name] = dict(zip(_cells(sheet, entry.cat.strRef.f), _cells(sheet, entry.val.numRef.f), strict=True))
        charts.append(series)
    return charts


def _texts(sheet: Worksheet) -> list[str]:
    return [cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]


@pytest.mark.slow
def test_every_chart_reads_cells_that_hold_this_run(tmp_path: Path) -> None:
    result, sheet = _assessed(KITAHAMA, tmp_path / "out.xlsx")
    levels, media, departments, kinds, stages, treatments = _charts(sheet)
    risks = result.risks
    words = {"large": "大", "medium": "中", "small": "小"}
    assert levels == {"情報資産": {word: result.summary[key] for key, word in words.items()}}
    for chart, column in ((media, "medium"), (departments, "department")):
        for key, word in words.items():
            counts = Counter(risks.loc[risks["level"] == key, column])
            assert {name: n for name, n in chart[word].items() if n} == dict(counts)
    shares = result.assessment.measures["share"].tolist()
    assert list(kinds["対策実施率"].values()) == pytest.approx(shares)
    assert [name.split()[0] for name in kinds["対策実施率"]] == [str(n) for n in range(1, len(KINDS) + 1)]
    floor = Counter(9 if r >= 6 else 4 if r >= 4 else min(r, 1) for r in risks["residual"])
    assert [chart["下限"] for chart in (stages["大"], stages["中"], stages["小"], stages["なし（回避）"])] == [
        floor[9],
        floor[4],
        floor[1],
        floor[0],
    ]
    assert [stages[word]["現在"] for word in words.values()] == [result.summary[key] for key in words]
    assert treatments["案"]["低減"] == (risks["treatment"] == "reduce").sum()


@pytest.mark.slow
def test_the_heat_map_counts_every_assessed_asset(tmp_path: Path) -> None:
    result, sheet = _assessed(KITAHAMA, tmp_path / "out.xlsx")
    counts = Counter(zip(result.risks["importance"], result.risks["likelihood"], strict=True))
    shown = [[sheet.cell(row, column).value for column in (3, 6, 9)] for row in (10, 12, 14)]
    assert shown == [[counts[i, k] for k in (1, 2, 3)] for i in (3, 2, 1)]


@pytest.mark.slow
def test_the_four_answers_are_sentences_with_the_figures(tmp_path: Path) -> None:
    _, sheet = _assessed(KITAHAMA, tmp_path / "out.xlsx")
    texts = _texts(sheet)
    for sentence in (
        "資産45件のうち、リスク大は14件（31%）、中は2件です。",
        "リスク大が最も多いのは、媒体では可搬電子媒体・社外サーバー（各6件）、部署では総務部（5件）です。",
        "まず「問6 退職者のアカウントをその日…」から。段階1の15問（約34人日）でリスク大が14件から10件に減ります。",
        "比べられる前回の評価はありません。",
    ):
        assert sentence in texts


# --- since last time ---


def _ledger() -> Form:
    return Form(
        {
            "台帳": [
                Asset("営業", "契約書", PAPER, (3, 1, 1)),
                Asset("営業", "見積", PC, (2, 1, 1)),
                Asset("経理", "帳簿", SERVER, (1, 1, 1)),
            ]
        },
        [(medium, "脅威", 3) for medium in MEDIA],
        [(kind, f"設問{kind}", 3) for kind in range(1, 12)],
    )


def _edit(path: Path, edit: Callable[[Any], None]) -> None:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)


def _change(book: Any) -> None:
    ledger = book["台帳"]
    ledger["J5"] = ledger["K5"] = ledger["L5"] = 1  # 契約書: 9 → 3
    ledger["J6"] = 3  # 見積: 6 → 9
    for column, value in enumerate(("経理", "請求書", "", "", "", PAPER, "", "", "", 2, 2, 2), start=1):
        ledger.cell(7, column).value = value  # 帳簿 is gone, 請求書 is new


@pytest.mark.slow
def test_a_changed_input_is_compared_with_the_run_before_and_a_mere_rerun_shows_the_same(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    first, _ = _assessed(write_form(_ledger(), tmp_path / "form.xlsx"), out)
    assert first.assessment.change is None
    _edit(out, _change)
    second, sheet = _assessed(out, out, LATER)
    change = second.assessment.change
    assert change is not None
    assert (change.since.on, change.since.risk, change.since.levels["large"]) == (TODAY, 18, 2)
    assert (change.added, change.removed, change.higher, change.lower) == (1, 1, 1, 1)
    assert change.moved == (("見積", 6, 9), ("契約書", 9, 3))
    texts = _texts(sheet)
    assert "資産：追加1・削除1　リスク：上昇1・低下1\n見積（6→9）、契約書（9→3）" in texts
    again = riskbook.assess(out, today=LATER)
    assert again.assessment.change == change
    assert again.save(tmp_path / "again.xlsx").read_bytes() == out.read_bytes()


@pytest.mark.slow
def test_alike_assets_and_renamed_ones_are_no_false_changes(tmp_path: Path) -> None:
    """Two rows alike are told apart by their order; a number that stands once knows a renamed asset again."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台帳"
    rows = [("管理番号", "業務分類", "情報資産名称", "備考", "媒体・保存先", "機密性", "完全性", "可用性")]
    rows += [("A-1", "総務", "写真", "", PAPER, "1", "1", "1"), ("A-2", "総務", "写真", "", PAPER, "3", "3", "3")]
    rows += [("A-3", "営業", "見積書", "", PAPER, "2", "2", "2")]
    for row in rows:
        sheet.append(row)
    for row in (2, 3):
        sheet.cell(row, 1).value = None
    book.save(tmp_path / "a.xlsx")
    out = tmp_path / "out.xlsx"
    _assessed(tmp_path / "a.xlsx", out)

    def edit(book: Any) -> None:
        book["台帳"]["C4"], book["台帳"]["D2"] = "見積書の控え", "直した備考"
        for column, value in enumerate((None, "技術", "見積書", None, USB, 1, 1, 1), start=1):
            book["台帳"].cell(5, column).value = value

    _edit(out, edit)
    change = riskbook.assess(out, today=LATER).assessment.change
    assert change is not None
    assert (change.added, change.removed, change.higher, change.lower, change.moved) == (1, 0, 0, 0, ())


@pytest.mark.slow
def test_sorting_rows_and_filling_in_the_plan_are_no_change(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    _assessed(write_form(_ledger(), tmp_path / "form.xlsx"), out)

    def sort(book: Any) -> None:
        ledger = book["台帳"]
        for column in range(1, 16):
            ledger.cell(5, column).value, ledger.cell(6, column).value = (
                ledger.cell(6, column).value,
                ledger.cell(5, column).value,
            )
        book["対策計画"]["S5"] = "計画"

    _edit(out, sort)
    assert riskbook.assess(out, today=LATER).assessment.change is None


@pytest.mark.slow
def test_without_the_earlier_register_the_figures_are_still_compared(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    _assessed(write_form(_ledger(), tmp_path / "form.xlsx"), out)

    def drop(book: Any) -> None:
        _change(book)
        del book["リスク一覧"]

    _edit(out, drop)
    result, sheet = _assessed(out, out, LATER)
    change = result.assessment.change
    assert change is not None
    assert (change.since.risk, change.added, change.moved) == (18, None, ())
    assert any(text.startswith("2026-11-21から") or text.startswith("2026-11-21より") for text in _texts(sheet))


@pytest.mark.slow
def test_other_rules_are_not_compared(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    _assessed(write_form(_ledger(), tmp_path / "form.xlsx"), out)
    for options in ({"strict": True}, {"method": "ipa-4.0"}):
        assert riskbook.assess(out, today=LATER, **options).assessment.change is None


@pytest.mark.slow
def test_an_unchanged_input_is_said_to_be_so(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    _assessed(write_form(_ledger(), tmp_path / "form.xlsx"), out)
    _, sheet = _assessed(out, out, LATER)
    assert "入力は2026-11-21から変わっていません。" in _texts(sheet)


@pytest.mark.slow
def test_charts_with_parts_too_small_for_a_number_are_valid(
    tmp_path: Path, microsoft_errors: Callable[[Path], list[str]]
) -> None:
    assets = [Asset("x", f"資産{n}", PAPER if n else CLOUD, (1 if n else 3, 1, 1), "部") for n in range(60)]
    form = Form({"台帳": assets}, [(medium, "脅威", 3) for medium in MEDIA], [(1, "設問", 3)])
    output = riskbook.assess(write_form(form, tmp_path / "form.xlsx"), today=TODAY).save(tmp_path / "out.xlsx")
    assert microsoft_errors(output) == []


def test_spoiled_memories_are_forgotten(tmp_path: Path) -> None:
    from riskbook.model import from_texts

    assert from_texts({"run": "{", "since": "[]", "change": "x"}) == (None, None)
    assert from_texts({"run": '{"digest": 1}'}) == (None, None)


# --- how it looks ---


def _form(count: int, lang: str, *, departments: bool = True) -> Form:
    english = lang == "en"
    media = MEDIA_EN if english else MEDIA
    word = (
        "Very long name of a customer register, sales division "
        if english
        else "国内営業部門の得意先別取引条件を含む台帳"
    )
    parts = [
        f"{'Department of ' if english else ''}{name}" for name in ("営業本部第二営業部東日本グループ", "B", "C", "D")
    ]
    assets = [
        Asset("x", f"{word}{n}", media[n % 6], (n % 3 + 1, 1, 1), parts[n % 4] if departments else "")
        for n in range(count)
    ]
    threats = [(media[MEDIA.index(medium)], name, value) for medium, name, value in THREATS]
    ledger = {"Ledger" if english else "台帳": assets}
    return Form(ledger, threats, QUESTIONS, company="北浜精機株式会社", lang=lang)


def _first_sheet_alone(path: Path, target: Path) -> Path:
    """A copy in which every sheet but the first is hidden, so that only the first is printed."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/workbook.xml":
                root = etree.fromstring(content)
                for sheet in list(root.iter("{*}sheet"))[1:]:
                    sheet.set("state", "hidden")
                content = etree.tostring(root)
            copy.writestr(name, content)
    return target


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "lang", "departments"), [(5, "ja", True), (50, "en", True), (50, "ja", False), (5000, "ja", True)]
)
def test_it_prints_on_one_page_without_clipped_numbers(
    count: int, lang: str, departments: bool, tmp_path: Path, printed: Callable[[Path], str]
) -> None:
    result = riskbook.assess(
        write_form(_form(count, lang, departments=departments), tmp_path / "form.xlsx"), today=TODAY
    )
    text = printed(_first_sheet_alone(result.save(tmp_path / "out.xlsx"), tmp_path / "only.xlsx"))
    assert text.count("\f") == 1
    assert "##" not in text
    assert re.search(rf"{count:,}", text)


@pytest.mark.slow
def test_an_empty_ledger_has_a_summary_too(tmp_path: Path) -> None:
    _, sheet = _assessed(riskbook.new_form(tmp_path / "form.xlsx", lang="ja"), tmp_path / "out.xlsx")
    assert "台帳に資産がありません。" in _texts(sheet)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_summary_in_plain_values_says_what_the_sheet_says(lang: str, tmp_path: Path) -> None:
    result = riskbook.assess(KITAHAMA, today=TODAY, lang=lang)
    sheet = openpyxl.load_workbook(result.save(tmp_path / "out.xlsx")).worksheets[0]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    shown = result.overview(lang)
    assert {key: count for key, _, count in shown.counts} == result.summary
    assert all(said in texts for answer in shown.answers for said in answer)
    counted = sum(field.count for _, fields in shown.heat for field in fields)
    assert counted == len(result.risks) - result.summary["unassessed"]
    assert {key for _, fields in shown.heat for key in (field.level for field in fields)} <= set(shown.colours)
    assert [row["risk"] for row in shown.top] == sorted((row["risk"] for row in shown.top), reverse=True)
    assert [row["name"] in texts for row in shown.top] == [True] * 10
    other = result.overview("en" if lang == "ja" else "ja")
    assert [row["place"] for row in other.top] == [row["place"] for row in shown.top]
