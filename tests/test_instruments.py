"""The guideline's other instruments: read wherever they stand, scored by hand-worked examples, shown on their sheets."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from riskbook.cli import main
from riskbook.errors import LedgerError, MethodError
from riskbook.method import load_method, mentions
from tests.conftest import SAMPLES
from tests.forms import Asset, Form, write_form
from tests.make_samples import QUESTIONS, THREATS
from tests.questionnaires import ANSWERS, CLOUD_ITEMS, ITEMS, cloud_book, self_check_book

TODAY = date(2026, 11, 21)
METHOD = load_method()
MINATO = "44220" + "220n?24204242" + "20?4000"  # worked by hand: 12 + 27 + 5 = 44
AOBA = "44422" + "4224244224442" + "4204222"  # 16 + 40 + 16 = 72


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.output


def assessed(path: Path, **options: Any) -> riskbook.AssessedWorkbook:
    return riskbook.assess(path, today=TODAY, **options)


def check_of(path: Path) -> Any:
    found = assessed(path).assessment.instruments.self_check
    assert found is not None
    return found


def codes(path: Path) -> list[str]:
    return [finding.code for finding in assessed(path).findings if finding.code != "ledger-missing"]


def changed(path: Path, change: Callable[[Worksheet], None], sheet: str = "自社診断") -> Path:
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)
    return path


# --- self-check: scores worked by hand ---


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


ALL = dict(enumerate(MINATO, start=1))
WORDS = {"4": "実施している", "2": "一部実施している", "0": "実施していない", "?": "わからない", "n": "利用していない"}


def _single(path: Path, header: str, cell: Callable[[str], Any], column: int = 4, row: int = 3) -> Path:
    """A sheet with one column of answers, right (or left) of the items."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Sheet3"
    sheet.cell(row, 2).value, sheet.cell(row, 3).value = "No.", "診断内容"
    sheet.cell(row, column).value = header
    for number, item in enumerate(ITEMS, start=1):
        sheet.cell(row + number, 2).value, sheet.cell(row + number, 3).value = number, item
        sheet.cell(row + number, column).value = cell(ALL[number])
    book.save(path)
    return path


POINTS = {"4": 4, "2": 2, "0": 0, "?": -1, "n": "該当なし"}


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
    path = _single(tmp_path / "a.xlsx", header, cell, column)
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
    path = _single(tmp_path / "a.xlsx", "回答", WORDS.get)

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
    path = _single(tmp_path / "a.xlsx", heads[1], POINTS.get, 5)

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
    path = _single(tmp_path / "a.xlsx", "回答", WORDS.get, row=9)

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


@settings(deadline=None, max_examples=25)
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

    assert _state(changed(path, plan))[1]["policy-published"] == "unknown"


def test_an_own_cloud_form_without_a_name_says_so(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    run("new", path, "--lang", "ja", "--with", "cloud", "--only")
    changed(path, lambda sheet: setattr(sheet["E6"], "value", "確認済み"), "クラウド点検")
    assert "cloud-unnamed" in codes(path)


# --- last time ---


def test_the_last_self_check_is_remembered_and_only_another_one_takes_its_place(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO)
    first = riskbook.assess(path, today=date(2026, 4, 1))
    assert first.assessment.instruments.self_check.since is None  # type: ignore[union-attr]
    first.save(path, force=True)
    again = riskbook.assess(path, today=date(2026, 5, 1))
    assert again.assessment.instruments.self_check.since is None  # type: ignore[union-attr]
    again.save(path, force=True)

    def better(sheet: Worksheet) -> None:
        sheet["D9"], sheet["F9"] = "○", 0  # item 5: 0 → 4

    found = check_of(changed(path, better))
    assert (found.record.total, found.since.total, found.since.on) == (48, 44, date(2026, 4, 1))
    assessed(path).save(path, force=True)
    sheet = openpyxl.load_workbook(path)["自社診断結果"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "前回（2026-04-01）44点 → 今回48点（+4）" in texts
    assert check_of(path).since.total == 44  # run again on its own result: the same last time


def test_a_history_knows_the_last_self_check_too(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO)
    run("assess", path, "-o", tmp_path / "out.xlsx", "--today", "2026-04-01")

    def better(sheet: Worksheet) -> None:
        sheet["D9"], sheet["F9"] = "○", 0

    changed(path, better)  # the input, which remembers nothing
    run("assess", path, "-o", tmp_path / "out.xlsx", "--today", "2026-05-01", "--force")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["自社診断結果"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "前回（2026-04-01）44点 → 今回48点（+4）" in texts


def test_a_run_without_the_sheet_forgets_nothing(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO)
    riskbook.assess(path, today=date(2026, 1, 10)).save(path, force=True)

    def wipe(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_row=5, max_row=29, min_col=4, max_col=7):
            for cell in row:
                cell.value = None

    riskbook.assess(changed(path, wipe), today=date(2026, 4, 10)).save(path, force=True)

    def fill(sheet: Worksheet) -> None:
        for row in range(5, 30):
            sheet.cell(row, 4).value = "○"

    found = check_of(changed(path, fill))
    assert (found.record.total, found.since.total, found.since.on) == (100, 44, date(2026, 1, 10))


# --- cloud services ---


def _clients(path: Path, clouds: dict[str, Any], *assets: Asset) -> Path:
    return write_form(Form({"情報資産管理台帳": assets}, THREATS, QUESTIONS, clouds=clouds), path)


def test_each_service_is_counted_and_its_assets_are_found(tmp_path: Path) -> None:
    marks = ["○", "○", "○", "○", "○", "○", "×", "○", "△", "○", None, "○", "該当なし", "未確認", "確認済み"]
    path = _clients(
        tmp_path / "a.xlsx",
        {"かんたん給与": marks, "受発注クラウド": ["✓"] * 15},
        Asset("人事", "給与データ", "社外サーバー", (3, 3, 2), note="かんたん給与で計算"),
        Asset("営業", "受注データ", "クラウド（受発注クラウド）", (2, 3, 3)),
        Asset("共通", "電子メール", "社外サーバー", (3, 2, 3)),
        Asset("営業", "見積書", "事務所PC", (2, 2, 1), note="かんたん給与"),
    )
    found = assessed(path).assessment.instruments
    # Of 15 one does not apply; 7 × , 9 △, 11 blank and 14 are open.
    assert [(c.sheet.service, c.confirmed, c.applicable, c.open, c.assets) for c in found.clouds] == [
        ("かんたん給与", 10, 14, (7, 9, 11, 14), (0,)),
        ("受発注クラウド", 15, 15, (), (1,)),
    ]
    assert found.unchecked == (2,)
    told = [(f.code, f.location.cell_ref) for f in assessed(path).findings if "cloud" in f.code or "item" in f.code]
    assert told == [("cloud-unchecked", "F7"), ("item-unanswered", "D14")]


def test_services_as_columns_by_tab_and_unnamed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "クラウド一覧"
    for column, text in enumerate(("No", "項目", "kintone", "freee"), start=1):
        sheet.cell(1, column).value = text
    for number, (subject, _) in enumerate(CLOUD_ITEMS, start=1):
        values = (number, subject, "○", "○" if number % 2 else "×")
        for column, value in enumerate(values, start=1):
            sheet.cell(number + 1, column).value = value
    book.save(tmp_path / "columns.xlsx")
    clouds = assessed(tmp_path / "columns.xlsx").assessment.instruments.clouds
    assert [(one.sheet.service, one.confirmed) for one in clouds] == [("kintone", 15), ("freee", 8)]
    path = cloud_book(tmp_path / "tab.xlsx", {"Salesforce": ["○"] * 15})
    changed(path, lambda sheet: setattr(sheet["A2"], "value", None), "クラウド（Salesforce）")
    changed(path, lambda sheet: setattr(sheet["B2"], "value", None), "クラウド（Salesforce）")
    assert assessed(path).assessment.instruments.clouds[0].sheet.service == "Salesforce"
    changed(path, lambda sheet: setattr(sheet, "title", "クラウド点検シート"), "クラウド（Salesforce）")
    assert codes(path) == ["cloud-unnamed"]


@pytest.mark.parametrize(
    ("service", "note", "kept"),
    [
        ("freee（会計）", "弥生会計オンライン", False),
        ("freee（会計）", "freeeで記帳", True),
        ("Box", "Dropboxに保存", False),
        ("Box", "BOX で共有", True),
        ("AWS", "laws.pdf", False),
        ("クラウド（kintone）", "kintone", True),
        ("Google Workspace", "GoogleWorkspace", True),
        ("マネーフォワード クラウド会計", "マネーフォワード クラウド会計", True),
        ("メール", "さくらのメールボックス", False),
    ],
)
def test_an_asset_is_kept_with_the_service_its_row_names(service: str, note: str, kept: bool, tmp_path: Path) -> None:
    asset = Asset("経理", "会計データ", "社外サーバー", (3, 2, 3), note=note)
    path = _clients(tmp_path / "a.xlsx", {}, asset)
    book = openpyxl.load_workbook(path)
    book.create_sheet("点検")
    for row, (subject, _) in enumerate(CLOUD_ITEMS, start=5):
        book["点検"].cell(row, 2).value, book["点検"].cell(row, 3).value = subject, "○"
    book["点検"]["C4"], book["点検"]["A1"] = "チェック", f"サービス名：{service}"
    book.save(path)
    (found,) = assessed(path).assessment.instruments.clouds
    assert (found.assets, found.confirmed) == ((0,) if kept else (), 15)


@pytest.mark.parametrize(
    ("tab", "cells", "service"),
    [
        ("クラウド（iCloud）", {}, "iCloud"),
        ("クラウドサイン", {}, "クラウドサイン"),
        ("kintone点検", {}, "kintone"),
        ("マネーフォワード クラウド会計", {}, "マネーフォワード クラウド会計"),
        ("Sheet1", {"A1": "サービス名", "A2": "Box"}, "Box"),
        ("Sheet1", {"A1": "サービス名", "A2": None, "B1": "記入日", "C1": "2026/4/1"}, None),
        ("点検", {"A1": "クラウドサービス安全利用チェックシート（kintone）", "A2": None, "B2": None}, "kintone"),
    ],
)
def test_the_name_of_a_service(tab: str, cells: dict[str, Any], service: str | None, tmp_path: Path) -> None:
    path = cloud_book(tmp_path / "a.xlsx", {"X社": ["○"] * 15})
    book = openpyxl.load_workbook(path)
    sheet = book["クラウド（X社）"]
    sheet.title = tab
    for cell, value in ({"A2": None, "B2": None} | cells).items():
        sheet[cell] = value
    book.save(path)
    assert assessed(path).assessment.instruments.clouds[0].sheet.service == (service or tab)
    assert ("cloud-unnamed" in codes(path)) == (service is None)


def test_services_under_a_group_header_and_marked_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["C1"], sheet["A2"], sheet["B2"], sheet["C2"], sheet["D2"] = "確認結果", "No", "項目", "kintone", "freee"
    sheet.merge_cells("C1:D1")
    for number, (subject, _) in enumerate(CLOUD_ITEMS, start=1):
        for column, value in enumerate((number, subject, "○", "○" if number % 2 else "×"), start=1):
            sheet.cell(number + 2, column).value = value
    book.save(tmp_path / "a.xlsx")
    clouds = assessed(tmp_path / "a.xlsx").assessment.instruments.clouds
    assert [(one.sheet.service, one.confirmed) for one in clouds] == [("kintone", 15), ("freee", 8)]
    sheet["C2"], sheet["D2"], sheet["E2"] = "はい", "いいえ", "該当なし"
    for number in range(1, 16):
        for column in (3, 4, 5):
            sheet.cell(number + 2, column).value = "レ" if column == (3, 4, 5)[number % 3] else None
    book.save(tmp_path / "b.xlsx")
    (found,) = assessed(tmp_path / "b.xlsx").assessment.instruments.clouds
    assert (found.confirmed, found.applicable) == (5, 10)


def test_without_any_cloud_sheet_nothing_is_a_finding_but_the_sheet_lists_the_assets(tmp_path: Path) -> None:
    path = _clients(tmp_path / "a.xlsx", {}, Asset("共通", "電子メール", "社外サーバー", (3, 2, 3)))
    result = assessed(path)
    assert result.assessment.instruments.unchecked == (0,)
    assert result.findings == ()
    result.save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["クラウド点検"]
    assert "電子メール" in [cell.value for row in sheet.iter_rows() for cell in row]


# --- SECURITY ACTION ---


def _state(path: Path, **options: Any) -> tuple[list[str], dict[str, str], tuple[bool, ...]]:
    ready = assessed(path, **options).assessment.instruments.readiness
    return [rule.state for rule in ready.rules], {need.key: need.state for need in ready.needs}, ready.stars


def test_rules_and_stars_follow_the_answers(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO)
    rules, needs, stars = _state(path)
    assert rules == ["met", "met", "met", "met", "missing"]  # item 5 is not implemented
    assert needs == {
        "rules": "missing",
        "self-check": "met",
        "policy-set": "unknown",
        "policy-published": "unknown",
    }
    assert stars == (False, False)
    ready = assessed(path).assessment.instruments.readiness
    assert str(ready.rules[4].evidence[0].place) == "自社診断!F9"

    def state(sheet: Worksheet) -> None:
        sheet["C33"], sheet["D33"] = "情報セキュリティ基本方針を定めている", "はい"
        sheet["C34"], sheet["D34"] = "基本方針をウェブサイトに公開している", date(2026, 4, 1)
        sheet["E9"], sheet["F9"] = "○", 0

    rules, needs, stars = _state(changed(path, state))
    assert (set(rules), set(needs.values()), stars) == ({"met"}, {"met"}, (True, True))


def test_edition_4_has_a_sixth_rule_and_an_edition_of_ones_own_needs_no_python(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", "4" * 10 + "0" + "4" * 14)  # no backups
    assert _state(path)[0] == ["met"] * 5
    assert _state(path, method="ipa-4.0")[0] == ["met"] * 5 + ["missing"]
    shipped = Path(riskbook.__file__).parent / "method" / "data" / "instruments" / "ten-threats.toml"
    text = shipped.read_text(encoding="utf-8").replace(
        "[[threats]]", '[[years]]\nyear = 2026\nnames = ["新しい脅威"]\n\n[[threats]]', 1
    )
    text += '\n[[threats]]\nname = { ja = "新しい脅威", en = "A new one" }\nranks = { 2026 = [1] }\nentries = []\nmeasures = []\n'
    (tmp_path / "threats.toml").write_text(text, encoding="utf-8")
    own = f'extends = "ipa-4.0"\n[instruments]\nthreats = "{tmp_path / "threats.toml"}"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    result = assessed(path, method=tmp_path / "own.toml")
    result.save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["いまの脅威"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["新しい脅威", "圏外", "圏外", "1", "圏外から"] in [row[:5] for row in rows]
    # Newer facts make no other risk: the digest that histories compare by stays.
    assert result.method.sha256 == load_method("ipa-4.0").sha256


def test_the_check_sheet_says_so_where_there_is_no_self_check(tmp_path: Path) -> None:
    path = _clients(tmp_path / "a.xlsx", {}, Asset("営業", "顧客台帳", "事務所PC", (3, 2, 1)))
    rules, needs, stars = _state(path)
    # None of its questions is about sharing: that a right is granted sparingly does not show it.
    assert rules == ["met", "met", "met", "unknown", "met"]
    assert (needs["self-check"], needs["policy-set"], stars) == ("missing", "met", (False, False))


def test_where_the_two_sheets_differ_the_verdict_says_so(tmp_path: Path) -> None:
    asset = Asset("営業", "顧客台帳", "事務所PC", (3, 2, 1))
    questions = [(6, "OSとソフトウェアを自動更新にしている", 3), (4, "推測されにくい長いパスワードを使っている", 1)]
    form = Form({"台帳": [asset]}, THREATS, questions, self_check="4" * 25)
    ready = assessed(write_form(form, tmp_path / "a.xlsx")).assessment.instruments.readiness
    assert [(rule.state, rule.doubtful) for rule in ready.rules] == [("met", True)] + [("met", False)] * 4


# --- regulations, threats, transfer ---


def test_regulations_name_state_answers_and_assets(tmp_path: Path) -> None:
    answers = [(1, "方針を定めている", 1), (2, "教育している", 2), (2, "守秘義務がある", 1), (4, "多要素認証を使う", 3)]
    assets = [Asset("営業", "顧客台帳", "事務所PC", (3, 2, 1)), Asset("経理", "帳簿", "書類", (3, 2, 1))]
    path = write_form(Form({"台帳": assets}, THREATS, answers), tmp_path / "a.xlsx")
    found = assessed(path).assessment.instruments.regulations
    assert found is not None
    assert len(found) == 11
    told = {r.number: (r.state, [one.place.cell_ref for one in r.open], r.assets) for r in found if r.state != "none"}
    checks = assessed(path).assessment.ledger.checks
    assert checks is not None
    at = dict(zip(checks["question"], checks["cell"], strict=True))
    assert told == {
        1: ("kept", [], (0, 1)),
        2: ("strengthen", [at["教育している"]], (0, 1)),
        4: ("draft", [at["多要素認証を使う"]], (0,)),  # access control does not concern paper
    }


def test_published_ranks_and_movement() -> None:
    """As the tables of the source stand: rank by year of each of the ten threats of 2025."""
    spec = METHOD.instruments.threats
    names = {entry.year: entry.names for entry in spec.years}
    assert {year: len(found) for year, found in names.items()} == {2023: 10, 2024: 10, 2025: 10}
    ranked = {rank: threat for threat in spec.threats for rank in threat.ranks["2025"]}
    last = {rank: list(threat.ranks["2024"]) for rank, threat in ranked.items()}
    # The column 昨年順位 of 情報セキュリティ10大脅威 2025.
    assert last == {1: [1], 2: [2], 3: [5, 7], 4: [3], 5: [4], 6: [9], 7: [], 8: [], 9: [8], 10: [6]}
    for year, found in names.items():
        placed = sorted(rank for threat in spec.threats for rank in threat.ranks.get(str(year), ()))
        assert placed == list(range(1, len(found) + 1))


def test_gaps_are_the_open_answers_that_a_way_in_has_to_do_with(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", "4" * 2 + "0" + "4" * 22)  # passwords only
    gaps = assessed(path).assessment.instruments.gaps
    assert [str(one.place) for one in gaps["entry:password"]] == ["自社診断!F7"]
    assert gaps["entry:malware"] == ()
    assert gaps["measure:telework"] == ()
    assert gaps["measure:backup"] == ()


def test_what_nobody_was_asked_is_no_gap_and_no_strength(tmp_path: Path) -> None:
    form = Form({"台帳": [Asset("営業", "顧客台帳", "事務所PC", (3, 2, 1))]}, THREATS, [(4, "パスワードは長い", None)])
    path = write_form(form, tmp_path / "a.xlsx")
    gaps = assessed(path).assessment.instruments.gaps
    assert gaps["entry:malware"] is None
    assert [one.answer for one in gaps["entry:password"] or ()] == [None]  # asked, and not answered
    sheet = openpyxl.load_workbook(assessed(path).save(tmp_path / "out.xlsx"))["いまの脅威"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "対応する設問がありません（不明）" in texts
    assert any(text.endswith("パスワードは長い（未回答）") for text in texts)


def test_disposal_is_no_backup_and_a_malware_update_no_software_update() -> None:
    spec = METHOD.instruments.threats
    backup = next(entry for entry in spec.measures if entry.key == "backup")
    assert not mentions("廃棄するときは復元できない方法で消去している", [backup.words])
    entry = next(entry for entry in spec.entries if entry.key == "vulnerability")
    words, without = [entry.words], entry.without
    assert mentions("OSとソフトウェアを自動更新にしている", words, without)
    assert not mentions("ウイルス対策ソフトの定義を自動で更新している", words, without)


def test_transfer_lists_its_assets_and_the_published_bounds(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES / "aoba-foods.xlsx", path)
    result = assessed(path)
    names = result.risks.loc[list(result.assessment.instruments.transfers), "name"].tolist()
    assert names == ["会計データ"]
    result.save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["移転の手段"]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    for fact in (
        "会計データ",
        "月額1万円以下（税抜き）",
        "月額2,000円以下（税抜き）",
        "最低50端末以上",
        "5万円～150万円",
        "中小企業：1/2以内　小規模事業者：2/3以内",
        "最大2年分",
        "適切な監督",
        "2025-11-27",
    ):
        assert fact in text, fact


# --- when it happens ---


def test_what_people_fill_in_for_an_emergency_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES / "aoba-foods.xlsx", path)
    assert assessed(path).assessment.instruments.roles == (2, 9)
    for lang, tab, head in (("en", "Incident response", "Person"), ("ja", "緊急時対応", "担当者")):
        riskbook.assess(path, today=TODAY, lang=lang).save(path, force=True)
        sheet = openpyxl.load_workbook(path)[tab]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        at = rows[3].index(head)
        assert {row[0]: row[at] for row in rows[4:] if row[at]} == {
            "R81": "青葉 一郎（社長）",
            "R83": "鈴木 花子",
            "X1": "保守会社の受付",
        }


def test_lines_that_people_add_for_an_emergency_stay_every_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES / "aoba-foods.xlsx", path)

    def add(sheet: Worksheet) -> None:
        last = sheet.max_row
        for number, name in enumerate(("山田", "佐藤", "鈴木"), start=1):
            sheet.cell(last + number, 3).value, sheet.cell(last + number, 5).value = "社長に電話", name
        sheet.cell(last + 4, 1).value, sheet.cell(last + 4, 5).value = "R81", "二人目"

    changed(path, add, "緊急時対応")
    for _ in range(2):
        assessed(path).save(path, force=True)
        people = [row[4].value for row in openpyxl.load_workbook(path)["緊急時対応"].iter_rows(min_row=5)]
        assert {"山田", "佐藤", "鈴木", "二人目", "青葉 一郎（社長）"} <= set(people)


def test_riskbooks_own_words_on_the_emergency_sheet_are_always_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES / "aoba-foods.xlsx", path)
    changed(path, lambda sheet: setattr(sheet["D25"], "value", "旧窓口 03-0000-0000"), "緊急時対応")
    assessed(path).save(path, force=True)
    sheet = openpyxl.load_workbook(path)["緊急時対応"]
    assert "旧窓口" not in "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    riskbook.assess(path, today=TODAY, lang="en").save(path, force=True)
    sheet = openpyxl.load_workbook(path)["Incident response"]
    shown = [cell.value for row in sheet.iter_rows(max_col=4) for cell in row if cell.value]
    assert all(str(text).isascii() or "’" in str(text) or "×" in str(text) for text in shown), shown


def test_what_was_typed_for_a_line_that_is_gone_stands_below(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES / "aoba-foods.xlsx", path)
    changed(path, lambda sheet: setattr(sheet["A16"], "value", "R99"), "緊急時対応")
    before = openpyxl.load_workbook(path)["緊急時対応"]
    typed = before["F16"].value
    assessed(path).save(path, force=True)
    sheet = openpyxl.load_workbook(path)["緊急時対応"]
    kept = {row[0].value: row[5].value for row in sheet.iter_rows(min_row=5)}
    assert typed
    assert kept["R99"] == typed


# --- the sheets and the summary ---


def test_every_instrument_has_its_sheet_and_its_line_in_the_summary(tmp_path: Path) -> None:
    output = assessed(SAMPLES / "aoba-foods.xlsx").save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    kinds = (
        "自社診断結果",
        "クラウド点検",
        "SECURITY ACTION",
        "関連規程",
        "いまの脅威",
        "移転の手段",
        "緊急時対応",
        "制度の参考",
    )
    assert [name for name in book.sheetnames if name in kinds] == list(kinds)
    links = {cell.value: cell.hyperlink for row in book["サマリー"].iter_rows() for cell in row if cell.hyperlink}
    for kind in kinds:
        assert links[kind].location == f"'{kind}'!A1"
    summary = "\n".join(str(c.value) for row in book["サマリー"].iter_rows() for c in row if c.value is not None)
    assert "72点／100点" in summary
    assert "2件のサービスを点検し、全項目を確認済みは0件です。チェックシートのない資産は2件です。" in summary
    assert "役割9のうち2に担当者を記入済みです。" in summary


def test_the_radar_reads_the_scores_of_the_items(tmp_path: Path) -> None:
    output = assessed(SAMPLES / "five-minute-check.xlsx").save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(output)["自社診断結果"]
    (made,) = sheet._charts  # type: ignore[attr-defined]
    assert made.tagname == "radarChart"
    area = made.series[0].val.numRef.f.rpartition("!")[2].replace("$", "")
    worth = {"4": 4, "2": 2, "0": 0, "?": -1, "n": 4}
    assert [row[0].value for row in sheet[area]] == [worth[answer] for answer in MINATO]


def test_sources_and_days_stand_with_every_table() -> None:
    for key, spec in structs.asdict(METHOD.instruments).items():
        found = getattr(spec, "sources", None) or {"": spec.source}
        sources = (found if isinstance(found, dict) else structs.asdict(found)).values()
        assert all(source.ja and source.en and source.date for source in sources), key


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("self_check", 'number = 2\nja = "パ', 'number = 3\nja = "パ'),
        ("self_check", "score = 4\n", 'score = "4"\n'),
        ("self_check", "at_least = -25", "at_least = -24"),
        ("self_check", 'key = "partly"', 'key = "implemented"'),
        ("self_check", 'key = "policy-set"', 'key = "another"'),
        ("threats", 'entries = ["vulnerability", "malware"', 'entries = ["nothing"'),
        ("response", 'id = "A2"', 'id = "A1"'),
        ("transfer", 'source = "duty"', 'source = "nobody"'),
    ],
)
def test_a_bad_file_of_an_instrument_is_refused_with_its_key(key: str, old: str, new: str, tmp_path: Path) -> None:
    shipped = {
        "self_check": "self-check",
        "threats": "ten-threats",
        "response": "incident-response",
        "transfer": "otasuketai",
    }
    folder = Path(riskbook.__file__).parent / "method" / "data" / "instruments"
    text = (folder / f"{shipped[key]}.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "bad.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    own = f'extends = "ipa-3.1"\n[instruments]\n{key} = "{tmp_path / "bad.toml"}"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    with pytest.raises(MethodError):
        load_method(tmp_path / "own.toml")


def test_a_workbook_with_only_a_self_check_has_a_summary_of_it_and_no_empty_lists(tmp_path: Path) -> None:
    output = assessed(SAMPLES / "five-minute-check.xlsx").save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    own = ["入力チェック", "自社診断結果", "SECURITY ACTION", "いまの脅威", "緊急時対応", "制度の参考"]
    assert book.sheetnames == ["サマリー", "自社診断", *own]
    texts = [cell.value for row in book["サマリー"].iter_rows() for cell in row if cell.value is not None]
    assert {"有限会社みなと工務店", "44 / 100 点", "12 / 20 点", "27 / 52 点", "5 / 28 点"} <= set(texts)
    again = riskbook.assess(output, today=TODAY)
    assert again.save(tmp_path / "again.xlsx").read_bytes() == output.read_bytes()


def test_a_folder_with_a_client_without_a_ledger_has_a_portfolio(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    for name in ("five-minute-check.xlsx", "harbour-design.xlsx"):
        shutil.copy(SAMPLES / name, tmp_path / "clients" / name)
    out = tmp_path / "out"
    run("assess", tmp_path / "clients", "-o", out, "--portfolio", out, "--today", "2026-11-21")
    book = openpyxl.load_workbook(out / "portfolio.xlsx")
    rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    at = next(row for row in rows if "自社\n診断" in row or "Self-\ncheck" in row)
    column = at.index("自社\n診断" if "自社\n診断" in at else "Self-\ncheck")
    shown = {row[1]: row[column] for row in rows if row[1] in ("有限会社みなと工務店", "Harbour Design Ltd.")}
    assert shown == {"有限会社みなと工務店": 44, "Harbour Design Ltd.": None}


def test_a_ledger_that_leaves_takes_no_plan_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES / "aoba-foods.xlsx", path)
    book = openpyxl.load_workbook(path)
    for name in ("情報資産管理台帳", "脅威の状況", "対策状況チェック"):
        del book[name]
    book.save(path)
    assessed(path).save(path, force=True)
    plan = openpyxl.load_workbook(path)["対応計画"]
    assert "会計をクラウドに移し、見守りサービスを契約する" in [c.value for row in plan.iter_rows() for c in row]


def test_cloud_services_are_compared_with_last_time(tmp_path: Path) -> None:
    path = cloud_book(tmp_path / "a.xlsx", {"kintone": ["○"] * 10 + ["×"] * 5})
    riskbook.assess(path, today=date(2026, 4, 1)).save(path, force=True)
    changed(path, lambda sheet: setattr(sheet["D18"], "value", "○"), "クラウド（kintone）")
    (found,) = assessed(path).assessment.instruments.clouds
    assert (found.confirmed, found.since and (found.since.total, found.since.on)) == (11, (10, date(2026, 4, 1)))


# --- the blank sheets ---


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_issued_questionnaires_are_read_back_as_filled_in(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    run("new", path, "--lang", lang, "--with", "self-check", "--services", "kintone,Green/Mail", "--only")
    book = openpyxl.load_workbook(path)
    check, *clouds = (book[name] for name in book.sheetnames)
    spec = METHOD.instruments.self_check
    words = {code: answer.word[lang] for code, answer in zip("420?", spec.answers, strict=True)}
    words["n"] = spec.not_used.word[lang]
    for number, answer in ALL.items():
        check.cell(5 + number, 4).value = words[answer]
    for row, yes in ((37, 0), (38, 2)):
        check.cell(row, 4).value = spec.answers[yes].word[lang]
    for row in range(6, 21):
        clouds[1].cell(row, 5).value = METHOD.instruments.cloud.answers[row % 2].word[lang]
    book.save(path)
    result = assessed(path)
    found = result.assessment.instruments
    assert found.self_check is not None
    assert found.self_check.record.total == 44
    assert {need.key: need.state for need in found.readiness.needs}["policy-set"] == "met"
    assert {need.key: need.state for need in found.readiness.needs}["policy-published"] == "missing"
    assert [(one.sheet.service, one.confirmed) for one in found.clouds] == [("kintone", 0), ("Green/Mail", 8)]
    assert {f.code for f in result.findings} == {"ledger-missing", "items-blank"}


@pytest.mark.slow
def test_the_issued_sheet_computes_what_riskbook_computes(tmp_path: Path, recalculated: Callable[[Path], Path]) -> None:
    path = tmp_path / "form.xlsx"
    run("new", path, "--lang", "ja", "--with", "self-check", "--with", "cloud", "--only")
    for number, (answers, total, band) in enumerate(((MINATO, 44, 3), (AOBA, 72, 1), ("4" * 25, 100, 0)), start=1):
        book = openpyxl.load_workbook(path)
        sheet = book["自社診断"]
        for place, answer in enumerate(answers, start=1):
            sheet.cell(5 + place, 4).value = WORDS[answer]
        filled = tmp_path / f"{number}.xlsx"
        book.save(filled)
        sheet = openpyxl.load_workbook(recalculated(filled), data_only=True)["自社診断"]
        assert sheet["E34"].value == total == check_of(filled).record.total
        assert sheet["A35"].value == METHOD.instruments.self_check.bands[band].advice.ja


def test_new_says_what_only_needs(tmp_path: Path) -> None:
    assert "--with" in run("new", tmp_path / "a.xlsx", "--only", "--lang", "ja", code=2)
    assert ANSWERS[0] == METHOD.instruments.self_check.answers[0].word.ja
