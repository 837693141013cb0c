"""Reading takes what a person sees in Excel, not what the cells hold."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.table import Table

import riskbook
from riskbook.method import load_method
from riskbook.opc import Container
from riskbook.reading import values
from tests.support.days import TODAY
from tests.support.places import SAMPLES

HEADERS = ("管理番号", "情報資産名称", "媒体・保存先", "個人情報", "機密性", "完全性", "可用性", "保存期限", "対策費用")
ROW = ("A1", "資産", "書類", "", 2, 2, 2, "", "")
ID, NAME, MEDIUM, MARK, C, _, _, KEPT, COST = range(9)
Change = Callable[[Any, Any], None]  # of book and sheet; the asset is in row 3


def _read(tmp_path: Path, change: Change) -> tuple[dict[str, Any], riskbook.AssessedWorkbook]:
    path = tmp_path / "台帳.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("情報資産管理台帳")
    sheet.write_row(1, 0, HEADERS)
    sheet.write_row(2, 0, ROW)
    sheet.write_row(3, 0, ("A2", "ほかの資産", "事務所PC", "", 1, 1, 1))
    change(book, sheet)
    book.close()
    result = riskbook.assess(path, today=TODAY)
    ledger = riskbook.read(path)
    rows = ledger.assets.set_index("name", drop=False)
    return (rows.loc["資産"].to_dict() if "資産" in rows.index else {}), result


def _format(column: int, value: float, code: str) -> Change:
    return lambda book, sheet: sheet.write_number(2, column, value, book.add_format({"num_format": code}))


def _struck(book: Any, sheet: Any) -> None:
    sheet.write_rich_string(2, MEDIUM, book.add_format({"font_strikeout": True}), "社内サーバー", "書類")


def _struck_rating(book: Any, sheet: Any) -> None:
    sheet.write_rich_string(2, C, book.add_format({"font_strikeout": True}), "3", "1")


def _left_under_a_merge(book: Any, sheet: Any) -> None:
    sheet.merge_range(2, MEDIUM, 3, MEDIUM, "書類")
    sheet.write_string(3, MEDIUM, "社外サーバー")


@pytest.mark.parametrize(
    ("change", "field", "right"),
    [
        (_format(KEPT, 6, '0"か月"'), "retention_years", 0.5),
        (_format(KEPT, 90, '0"日"'), "retention_years", 90 / 365),
        (_format(KEPT, 5, 'G/標準"年"'), "retention_years", 5.0),
        (_format(COST, 50, '#,##0"万円"'), "cost", 500_000.0),
        (_format(COST, 500_000, '#,##0,"千円"'), "cost", 500_000.0),
        (_format(ID, 7, "0000"), "asset_id", "0007"),
        (_format(ID, 7, '"A-"000'), "asset_id", "A-007"),
        (_format(C, 3.0000000000000004, "General"), "confidentiality", 3),
        (lambda book, sheet: sheet.write_string(2, MEDIUM, "書類\u200b"), "medium_text", "書類"),
        (lambda book, sheet: sheet.write_string(2, MARK, "\ufeff無\ufe0f"), "personal", False),
        (lambda book, sheet: sheet.write_string(2, ID, "\u200e2026\u200e"), "asset_id", "2026"),
        (_struck, "medium_text", "書類"),
        (_struck_rating, "confidentiality", 1),
        (_left_under_a_merge, "medium_text", "書類"),
    ],
)
def test_the_shown_value_counts(change: Change, field: str, right: Any, tmp_path: Path) -> None:
    asset, _ = _read(tmp_path, change)
    assert asset[field] == right


@pytest.mark.parametrize(
    ("held", "seen"),
    [
        ("_xD83D__xDE00_", "\U0001f600"),
        ("半分_xD83D_", "半分\ufffd"),
        ("_x005F_x000D_", "_x000D_"),
        ("a_x000D_\nb", "a\nb"),
    ],
)
def test_escapes_are_read_and_never_leave_half_a_character(held: str, seen: str) -> None:
    assert values.as_seen(held) == seen


def test_what_is_left_under_a_merged_area_does_not_count(tmp_path: Path) -> None:
    _, result = _read(tmp_path, _left_under_a_merge)
    assert list(result.risks["medium"]) == ["書類", "書類"]


def test_a_name_struck_through_in_all_its_runs_is_a_deleted_row(tmp_path: Path) -> None:
    def strike(book: Any, sheet: Any) -> None:
        struck = book.add_format({"font_strikeout": True})
        sheet.write_rich_string(2, NAME, struck, "資", book.add_format({"font_strikeout": True, "bold": True}), "産")

    asset, result = _read(tmp_path, strike)
    assert not asset
    assert "row-deleted" in {finding.code for finding in result.findings}


def test_the_number_format_of_a_conditional_format_is_no_cells(tmp_path: Path) -> None:
    """Its number may be that of another format of the cells."""

    def colour(book: Any, sheet: Any) -> None:
        sheet.write_number(2, KEPT, 45658, book.add_format({"num_format": "yyyy/m/d"}))

    _read(tmp_path, colour)
    path = tmp_path / "台帳.xlsx"
    container = Container(path.read_bytes())
    inside = b'<dxfs count="1"><dxf><numFmt numFmtId="164" formatCode="0&quot; (old)&quot;"/></dxf></dxfs>'
    styles = container.read("xl/styles.xml").replace(b'<dxfs count="0"/>', inside)
    path.write_bytes(container.written({"xl/styles.xml": styles}, {}))
    asset = riskbook.read(path).assets.iloc[0]
    assert asset["retention_date"] == date(2025, 1, 1)


def test_of_two_columns_the_visible_one_counts_and_it_is_said(tmp_path: Path) -> None:
    def twice(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 9, ("機密性",))
        sheet.write_row(2, 9, (3,))
        sheet.write_row(3, 9, (3,))
        sheet.set_column(C, C, None, None, {"hidden": True})

    asset, result = _read(tmp_path, twice)
    assert asset["confidentiality"] == 3
    assert [f.variant for f in result.findings if f.code == "column-ignored"] == ["hidden"]


def test_one_array_formula_computes_all_its_cells(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(1, 9, ("重要度",))
        sheet.write_array_formula(2, 9, 3, 9, "{=E3:E4}", None, 1)
        sheet.write_number(3, 9, 1)

    path = tmp_path / "台帳.xlsx"
    _read(tmp_path, fill)
    assert list(riskbook.read(path).assets["importance_formula"]) == [True, True]


def test_rows_of_statistics_and_totals_are_no_assets(tmp_path: Path) -> None:
    def more(book: Any, sheet: Any) -> None:
        for row, word in enumerate(("平均", "集計", "計（2件）"), start=4):
            sheet.write_row(row, 1, (word, "", "", 2, 2, 2))

    _, result = _read(tmp_path, more)
    assert len(result.risks) == 2


def test_the_totals_row_of_a_table_is_no_asset(tmp_path: Path) -> None:
    _read(tmp_path, lambda book, sheet: sheet.write_row(4, 0, ("", "2", "", "", 2, 2, 2)))
    book = openpyxl.load_workbook(tmp_path / "台帳.xlsx")
    table = Table(displayName="T", ref="A2:I5", totalsRowCount=1)
    book.active.add_table(table)
    book.save(tmp_path / "台帳.xlsx")
    assert len(riskbook.read(tmp_path / "台帳.xlsx").assets) == 2


def test_an_explanation_under_the_headers_is_no_asset_but_a_doubtful_rating_is(tmp_path: Path) -> None:
    path = tmp_path / "台帳.xlsx"
    for name, count in (("（正式名称）", 1), ("顧客名簿", 2)):
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet("台帳")
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, ("", name, "（下記参照）", "", "1～3", "1～3", "1～3"))
        sheet.write_row(2, 0, ROW)
        book.close()
        assert len(riskbook.read(path).assets) == count


def test_the_header_may_stand_far_below(tmp_path: Path) -> None:
    path = tmp_path / "台帳.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台帳")
    for row in range(90):
        sheet.write_string(row, 0, f"規程の文章 {row}")
    sheet.write_row(100, 0, HEADERS)
    sheet.write_row(101, 0, ROW)
    book.close()
    assert list(riskbook.read(path).assets["row"]) == [102]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("令和6年度", date(2024, 4, 1)),
        ("令和6年度末", date(2025, 3, 31)),
        ("令和 6 年 4 月 1 日", date(2024, 4, 1)),
        ("令6.4.1", date(2024, 4, 1)),
        ("26/4/1", date(2026, 4, 1)),
        ("98/4/1", date(1998, 4, 1)),
        ("6/4/1", None),  # of an era, or of 2006?
        ("2026-04-01T09:00:00", date(2026, 4, 1)),
        ("令和六年四月一日", date(2024, 4, 1)),
        ("二〇二六年十二月二十一日", date(2026, 12, 21)),
        ("2026年4月末", date(2026, 4, 30)),
        ("2026年４月１日 現在", date(2026, 4, 1)),
        ("Apr 1, 2026", date(2026, 4, 1)),
        ("1-Apr-26", date(2026, 4, 1)),
        ("2026/2/30", None),
        ("4/1", None),
    ],
)
def test_dates_as_people_write_them(typed: str, right: date | None) -> None:
    assert values.day(typed).value == right


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        *(
            (word, False)
            for word in ("非該当", "含まない", "対象外", "無（匿名化）", "なし（匿名化済み）", "特になし", "無し。")
        ),
        *((word, False) for word in ("☐", "□", "❌", "0件")),
        *((word, True) for word in ("アリ", "該当", "120件", "有（氏名のみ）", "☑")),
    ],
)
def test_marks_as_people_write_them(typed: str, right: bool) -> None:
    personal = load_method().personal
    parsed = values.mark(values.as_seen(typed), personal.marks_yes, personal.marks_no)
    assert (parsed.value, parsed.problem) == (right, "")


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["あ", "(", "9", "（あ", "社、", "a "])
@pytest.mark.parametrize("cell", ["A1", "B3", "C3", "D3", "E3", "H3", "I3", "B2"])
def test_no_text_can_hold_up_a_run(piece: str, cell: str, tmp_path: Path) -> None:
    """A pattern or a search that takes quadratic time would keep this from ending."""
    text = (piece * 32_767)[:32_767]

    def write(book: Any, sheet: Any) -> None:
        sheet.write_string(cell, text)

    try:
        _, result = _read(tmp_path, write)
        result.save(tmp_path / "結果.xlsx")
    except riskbook.WorkbookError:
        assert cell == "B2"  # a header that is no header


@pytest.mark.slow
@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("sample", ["kitahama-seiki.xlsx", "five-minute-check.xlsx"])
def test_no_text_can_hold_up_a_run_whatever_sheet_it_is_on(sample: str, place: int, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(SAMPLES / sample)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=8, max_col=13):
            for cell in row:
                piece = ("(", "社、", "保存")[(cell.row + cell.column + place) % 3]
                if (cell.row * 7 + cell.column) % 3 == place and type(cell).__name__ != "MergedCell":
                    cell.value = (piece * 32_767)[:32_767]
    book.save(tmp_path / "長い.xlsx")
    with contextlib.suppress(riskbook.WorkbookError):  # no header may be left
        riskbook.assess(tmp_path / "長い.xlsx", today=TODAY).save(tmp_path / "結果.xlsx")
