"""The self-check is read wherever it stands and scored by hand-worked examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from riskbook.errors import LedgerError
from tests.support.examples import examples
from tests.support.forms import QUESTIONS, THREATS, Asset, Form, write_form
from tests.support.instruments import (
    ALL,
    AOBA,
    MINATO,
    POINTS,
    WORDS,
    assessed,
    changed,
    check_of,
    codes,
    single,
    state_of,
)
from tests.support.questionnaires import ITEMS, self_check_book


@pytest.mark.parametrize(
    ("answers", "parts", "total", "band"),
    [
        (MINATO, [12, 27, 5], 44, 3),
        (AOBA, [16, 40, 16], 72, 1),
        ("4" * 25, [20, 52, 28], 100, 0),
        ("?" * 25, [-5, -13, -7], -25, 3),
        ("4444" + "2" + "4" * 20, [18, 52, 28], 98, 1),
        ("2" * 25, [10, 26, 14], 50, 2),
        ("2" * 24 + "0", [10, 26, 12], 48, 3),
        ("4" * 10 + "2" * 15, [20, 36, 14], 70, 1),
        ("4" * 8 + "n" + "4" * 13 + "n" + "44", [20, 52, 28], 100, 0),
    ],
)
def test_parts_total_and_band(answers: str, parts: list[int], total: int, band: int, tmp_path: Path) -> None:
    found = check_of(self_check_book(tmp_path / "a.xlsx", answers))
    assert [part.score for part in found.parts] == parts
    assert [part.most for part in found.parts] == [20, 52, 28]
    assert (found.record.total, found.most, found.band, found.unanswered) == (total, 100, band, 0)


def test_items_to_mend_first_are_the_basic_ones_then_those_that_lack_most(tmp_path: Path) -> None:
    found = check_of(self_check_book(tmp_path / "a.xlsx", MINATO))
    assert found.first[:3] == (5, 3, 4)  # basic measures: 0, then 2 and 2
    assert found.first[3:5] == (10, 21)  # "do not know" before "not implemented"
    assert found.first[5:10] == (8, 14, 20, 23, 24)
    assert not set(found.first) & {1, 2, 9, 12, 15, 17, 22}


@pytest.mark.parametrize(
    ("header", "cell", "column"),
    [
        ("回答", WORDS.get, 4),
        ("点数", POINTS.get, 4),
        ("得　点\n（4・2・0・-1）", lambda a: str(POINTS[a]).replace("-", "−"), 4),
        ("チェック", lambda a: {"n": "対象外"}.get(a, f"{'420?n'.index(a) + 1}：{WORDS[a]}"), 4),
        ("評価", lambda a: {"4": "○", "2": "△", "0": "×", "?": "？", "n": "－該当なし"}[a].strip("－"), 4),
        ("回答", WORDS.get, 1),
        ("2026年度", WORDS.get, 5),
    ],
)
def test_one_column_of_words_scores_or_marks(
    header: str, cell: Callable[[str], Any], column: int, tmp_path: Path
) -> None:
    path = single(tmp_path / "a.xlsx", header, cell, column)
    assert check_of(path).record.total == 44
    assert codes(path) == (["header-assumed"] if header == "2026年度" else [])


@pytest.mark.parametrize("mark", ["○", "〇", "◯", "●", "✓", "レ", "④", "4○", True, 1])
@pytest.mark.parametrize("printed", [True, False])
def test_marks_under_the_scores(mark: Any, printed: bool, tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO, printed=printed)

    def remark(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_row=5, max_row=29, min_col=4, max_col=7):
            for cell in row:
                cell.value = mark if cell.value == "○" else cell.value

    assert check_of(changed(path, remark)).record.total == 44
    assert codes(path) == []


def test_items_side_by_side_reworded_and_without_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "診断"
    for left in (1, 4):
        sheet.cell(4, left).value, sheet.cell(4, left + 1).value = "診断内容", "点数"
    for number, item in enumerate(ITEMS, start=1):
        left, row = (1, 4 + number) if number <= 13 else (4, 4 + number - 13)
        text = item.replace("ウイルス定義ファイル", "ウイルス定義ファイル※1").replace("行なって", "行って")
        sheet.cell(row, left).value = text.replace("、", "、\n", 1)
        sheet.cell(row, left + 1).value = POINTS[ALL[number]]
    book.save(tmp_path / "a.xlsx")
    assert check_of(tmp_path / "a.xlsx").record.total == 44


def test_items_in_other_words_are_read_by_number_where_the_sheet_is_named(tmp_path: Path) -> None:
    path = single(tmp_path / "a.xlsx", "回答", WORDS.get)

    def reword(sheet: Worksheet) -> None:
        sheet.title = "自社診断"
        for number in range(1, 26):
            sheet.cell(3 + number, 3).value = f"当社の設問その{number}について答えてください"

    assert check_of(changed(path, reword, "Sheet3")).record.total == 44
    assert codes(path) == ["items-by-number"]


def test_defects_are_told_at_their_cells(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO[:7] + "." + MINATO[8:], total=99)

    def spoil(sheet: Worksheet) -> None:
        sheet["D5"] = sheet["E5"] = "○"  # item 1 twice: the lower counts
        sheet["D6"] = "後日"  # item 2: no answer
        sheet["D7"] = "該当なし"  # item 3 is always in use
        sheet["E7"] = None

    found = check_of(changed(path, spoil))
    # item 1: 4 → 2, item 2: 4 → none, item 3: 2 → none, item 8: 0 → blank
    assert (found.record.total, found.unanswered) == (44 - 2 - 4 - 2, 3)
    placed = {(f.code, f.location.cell_ref) for f in assessed(path).findings}
    assert placed == {
        ("ledger-missing", ""),
        ("item-ambiguous", "D5"),
        ("item-unreadable", "D6"),
        ("item-not-used", "D7"),
        ("item-unanswered", "D12"),
        ("items-total", "D30"),
    }


def test_a_blank_sheet_is_no_self_check_and_two_are_told(tmp_path: Path) -> None:
    blank = self_check_book(tmp_path / "blank.xlsx", "." * 25)
    assert assessed(blank).assessment.instruments.self_check is None
    assert codes(blank) == ["items-blank"]
    book = openpyxl.load_workbook(self_check_book(tmp_path / "two.xlsx", MINATO, name="自社診断 2025"))
    again = book.copy_worksheet(book["自社診断 2025"])
    again.title = "自社診断 2026"
    again["D9"], again["F9"] = "○", 0  # item 5: 0 → 4
    book.save(tmp_path / "two.xlsx")
    assert check_of(tmp_path / "two.xlsx").record.total == 48
    assert codes(tmp_path / "two.xlsx") == ["items-several"]


def _four(path: Path, heads: list[Any], *, printed: bool = True) -> Path:
    """Four columns with other headers than the published ones."""
    path = self_check_book(path, MINATO, printed=printed)

    def rehead(sheet: Worksheet) -> None:
        for cell, head in zip(sheet["D4:G4"][0], heads, strict=True):
            cell.value = head

    return changed(path, rehead)


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize(
    "heads",
    [
        [4, 2, 0, -1],
        ["4点", "2点", "0点", "-1点"],
        ["○", "△", "×", "？"],
        ["実施しています", "一部", "していない", "分かりません"],
        ["できている", "ある程度できている", "できていない", "判らない"],
        ["Fully implemented", "In part", "Not at all", "Don’t know"],
        [None, None, None, None],
        ["Yes", "Partly", "No", "Don't know"],
    ],
)
def test_four_columns_are_known_by_header_scores_or_marks(heads: list[Any], printed: bool, tmp_path: Path) -> None:
    path = _four(tmp_path / "a.xlsx", heads, printed=printed)
    assert check_of(path).record.total == 44
    assert not set(codes(path)) - {"header-assumed"}


def test_x_is_a_mark_where_it_is_the_only_one(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO, printed=False)

    def cross(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_row=5, max_row=29, min_col=4, max_col=7):
            for cell in row:
                cell.value = "x" if cell.value == "○" else cell.value

    assert check_of(changed(path, cross)).record.total == 44


@pytest.mark.parametrize(
    "heads", [("回答（昨年）", "回答（今年）"), ("2025年度", "2026年度"), ("目標", "現状"), ("配点", "得点")]
)
def test_of_several_columns_the_one_that_counts_now(heads: tuple[str, str], tmp_path: Path) -> None:
    path = single(tmp_path / "a.xlsx", heads[1], POINTS.get, 5)

    def older(sheet: Worksheet) -> None:
        sheet["D3"] = heads[0]
        for row in range(4, 29):
            sheet.cell(row, 4).value = 4

    assert check_of(changed(path, older, "Sheet3")).record.total == 44


def test_side_by_side_without_numbers_and_without_a_second_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A3"], sheet["B3"] = "診断内容", "回答"
    for number, item in enumerate(ITEMS, start=1):
        left, row = (1, 3 + number) if number <= 13 else (3, 3 + number - 13)
        sheet.cell(row, left).value, sheet.cell(row, left + 1).value = item, WORDS[ALL[number]]
    sheet["C17"], sheet["D17"] = "合計", 60
    book.save(tmp_path / "a.xlsx")
    assert check_of(tmp_path / "a.xlsx").record.total == 44


def test_notes_and_quotations_around_the_items(tmp_path: Path) -> None:
    path = single(tmp_path / "a.xlsx", "回答", WORDS.get, row=9)

    def surround(sheet: Worksheet) -> None:
        sheet["C3"], sheet["C4"] = ITEMS[1], ITEMS[3]  # quoted as what matters most
        sheet[
            "C11"
        ].value += "\n※1 ウイルス定義ファイル：コンピュータウイルスを検出するためのデータベースファイルのこと"
        sheet["C40"], sheet["D40"] = "小計", 12
        sheet["C41"], sheet["D41"] = "合計", "44点"

    assert check_of(changed(path, surround, "Sheet3")).record.total == 44
    assert codes(path) == []
    changed(path, lambda sheet: setattr(sheet["D41"], "value", "45点"), "Sheet3")
    assert codes(path) == ["items-total"]


@pytest.mark.parametrize("place", ["below", "beside"])
def test_a_ledger_on_the_same_sheet_keeps_its_assets(place: str, tmp_path: Path) -> None:
    assets = [Asset("営業", f"資産{n}", "書類", (3, 2, 1)) for n in range(1, 8)]
    path = write_form(Form({"台帳": assets}, THREATS, QUESTIONS), tmp_path / "a.xlsx")

    def add(sheet: Worksheet) -> None:
        top, left = (30, 2) if place == "below" else (4, 26)
        for column, text in enumerate(("No", "診断内容", "回答")):
            sheet.cell(top, left + column).value = text
        for number, item in enumerate(ITEMS, start=1):
            for column, value in enumerate((number, item, WORDS[ALL[number]])):
                sheet.cell(top + number, left + column).value = value

    ledger = assessed(changed(path, add, "台帳")).assessment.ledger
    assert ledger.assets["name"].tolist() == [asset.name for asset in assets]
    assert check_of(path).record.total == 44


def test_of_several_self_checks_the_latest_year_counts_wherever_it_stands(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(self_check_book(tmp_path / "a.xlsx", MINATO, name="自社診断(R8)"))
    for name in ("自社診断(R7)", "自社診断_旧"):
        copy = book.copy_worksheet(book["自社診断(R8)"])
        copy.title = name
        copy["D9"], copy["F9"] = "○", 0
        copy["D12"] = "後日"  # told only of the one that counts
    book["自社診断(R8)"]["F12"] = 0  # item 8 is blank this year
    book.save(tmp_path / "a.xlsx")
    assert check_of(tmp_path / "a.xlsx").record.total == 44
    assert sorted(codes(tmp_path / "a.xlsx")) == ["item-unanswered", "items-several", "items-several"]


@pytest.mark.slow
def test_a_check_sheet_or_a_ledger_is_no_self_check(tmp_path: Path) -> None:
    form = Form({"台帳": [Asset("営業", "顧客台帳", "書類", (3, 2, 1))]}, THREATS, QUESTIONS)
    path = write_form(form, tmp_path / "a.xlsx")
    assert assessed(path).assessment.ledger.self_check is None
    # The self-check's words in a check sheet with kinds of measure: still the check sheet.
    questions = [(1 + n % 11, item, 1) for n, item in enumerate(ITEMS)]
    path = write_form(replace(form, answers=questions), tmp_path / "b.xlsx")
    ledger = assessed(path).assessment.ledger
    assert ledger.self_check is None
    assert ledger.checks is not None
    assert len(ledger.checks) == 25


def test_without_ledger_and_questionnaire_a_workbook_is_still_refused(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("自社診断").write(0, 0, "自社診断のメモ")
    book.close()
    with pytest.raises(LedgerError):
        assessed(tmp_path / "a.xlsx")


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(25))
@given(answers=st.text("420?n.", min_size=25, max_size=25), printed=st.booleans())
def test_any_answers_score_what_they_say(answers: str, printed: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = self_check_book(tmp_path_factory.mktemp("check") / "a.xlsx", answers, printed=printed)
    found = assessed(path).assessment.instruments.self_check
    worth = {"4": 4, "2": 2, "0": 0, "?": -1}
    may = dict.fromkeys((9, 23), "n")
    scores = [4 if a == "n" and n in may else worth.get(a) for n, a in enumerate(answers, start=1)]
    if all(score is None for score in scores):
        assert found is None
    else:
        assert found is not None
        assert list(found.record.scores) == scores
        assert found.record.total == sum(part.score for part in found.parts) == sum(s or 0 for s in scores)


def test_a_note_is_no_mark_and_a_blank_item_is_a_gap(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", "4" + "." * 24, printed=False)
    changed(path, lambda sheet: setattr(sheet["D9"], "value", "テレワーク端末は未対応"))
    assert check_of(path).record.total == 4
    assert "item-unreadable" in codes(path)
    gaps = assessed(path).assessment.instruments.gaps
    assert all(gaps[f"entry:{key}"] for key in ("malware", "password", "configuration", "deception"))


def test_what_is_only_planned_is_not_published(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", "4" * 25)

    def plan(sheet: Worksheet) -> None:
        sheet["C33"], sheet["D33"] = "基本方針をウェブサイトに公開する予定日", date(2027, 4, 1)
        sheet["H6"], sheet["I6"] = "基本方針は来年ホームページに掲載する", date(2026, 4, 1)

    assert state_of(changed(path, plan))[1]["policy-published"] == "unknown"
