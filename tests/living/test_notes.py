"""Notes, comments and colours on generated sheets, and cells of riskbook's that somebody overwrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.support.living import Client

REGISTER = "リスク一覧"
pytestmark = pytest.mark.slow


@pytest.fixture
def client(tmp_path: Path) -> Client:
    made = Client(tmp_path, "beside")
    made.run()
    return made


def _row(path: Path, asset: str) -> int:
    sheet = openpyxl.load_workbook(path)[REGISTER]
    return next(cell.row for cell in sheet["B"] if cell.value == asset)


def _annotate(client: Client, asset: str) -> int:
    """A remark beside an asset of the register, a comment and a colour on its name; returns the last column."""
    row = _row(client.result, asset)

    def change(book: openpyxl.Workbook) -> None:
        sheet = book[REGISTER]
        sheet.cell(row, 40).value = "横のメモ"
        sheet.cell(row, 2).comment = Comment("コメントです", "山田")
        sheet.cell(row, 2).fill = PatternFill("solid", fgColor="FF00FFAA")

    client.edit(client.result, change)
    return row


@pytest.mark.parametrize("office", [False, True])
def test_what_stands_beside_an_asset_goes_where_it_goes(
    client: Client, office: bool, request: pytest.FixtureRequest
) -> None:
    before = _annotate(client, "資産0")
    if office:
        converted: Callable[[Path], Path] = request.getfixturevalue("recalculated")
        client.result.write_bytes(converted(client.result).read_bytes())

    def lower(book: openpyxl.Workbook) -> None:
        for column in "JKL":
            book["情報資産管理台帳"][f"{column}5"] = 1

    client.edit(client.input, lower)
    for _ in range(2):
        client.run()
        row = _row(client.result, "資産0")
        assert row != before
        sheet = openpyxl.load_workbook(client.result)[REGISTER]
        assert sheet.cell(row, 40).value == "横のメモ"
        assert "コメントです" in sheet.cell(row, 2).comment.text
        assert sheet.cell(row, 2).fill.fgColor.rgb == "FF00FFAA"
        assert sheet.cell(before, 40).value is None
        assert sheet.cell(before, 2).comment is None


def test_notes_of_an_asset_that_is_gone_stand_below_with_their_place(client: Client) -> None:
    row = _annotate(client, "資産0")
    client.edit(client.input, lambda book: book["情報資産管理台帳"].delete_rows(5))
    for _ in range(2):  # in the month after, too
        client.run()
        sheet = openpyxl.load_workbook(client.result)[REGISTER]
        block = {cell.value: sheet.cell(cell.row, 2) for cell in sheet["A"] if isinstance(cell.value, str)}
        assert block[f"AN{row}"].value == "横のメモ"
        comments = [cell.comment.text for line in sheet.iter_rows() for cell in line if cell.comment]
        assert comments == ["コメントです"]


def test_a_note_whose_place_is_taken_moves_below(client: Client) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book[REGISTER]["A13"] = "一覧のすぐ下"

    client.edit(client.result, change)

    def more(book: openpyxl.Workbook) -> None:
        for row in range(12, 18):
            for column, value in ((1, "共通"), (2, f"追加{row}"), (6, "書類"), (10, 3), (11, 3), (12, 3)):
                book["情報資産管理台帳"].cell(row, column).value = value

    client.edit(client.input, more)
    client.run()
    sheet = openpyxl.load_workbook(client.result)[REGISTER]
    where = next(cell.row for cell in sheet["B"] if cell.value == "一覧のすぐ下")
    assert sheet.cell(where, 1).value == "A13"
    assert isinstance(sheet["A13"].value, int | float)


@pytest.mark.parametrize(
    ("tab", "cell"), [("サマリー", "A1"), (REGISTER, "B6"), ("関連規程", "A1"), ("対策の順序", "A5")]
)
def test_an_overwritten_cell_is_a_finding_with_the_text(client: Client, tab: str, cell: str) -> None:
    client.edit(client.result, lambda book: book[tab].__setitem__(cell, "上に書いた"))
    assert "上に書いた" in client.run()
    book = openpyxl.load_workbook(client.result)
    assert book[tab][cell].value != "上に書いた"
    found = [
        [c.value for c in row] for row in book["入力チェック"].iter_rows(5) if row[8].value == "own-cell-overwritten"
    ]
    assert [line[2] for line in found] == [f"{tab}!{cell}"]


def test_an_overwritten_result_beside_the_ledger_is_a_finding(client: Client) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["情報資産管理台帳"]
        column = next(cell.column for cell in sheet[4] if cell.value == "リスク区分")
        sheet.cell(6, column).value = "社長に確認"

    client.edit(client.result, change)
    assert "社長に確認" in client.run()


def test_a_result_that_nobody_edited_has_no_notes(client: Client) -> None:
    assert "控え（" not in str(client.run())
    before = client.result.read_bytes()
    client.edit(client.result, lambda book: None)  # saved, without a change
    client.run()
    assert openpyxl.load_workbook(client.result)[REGISTER].max_row == 11
    client.edit(client.result, lambda book: book["サマリー"].__setitem__("B70", "メモ"))
    client.run()
    assert openpyxl.load_workbook(client.result)["サマリー"]["B70"].value == "メモ"
    assert len(before) > 0


@pytest.mark.parametrize(
    ("tab", "header"), [("対応計画", "提案理由"), ("対応計画", "管理番号"), ("対策計画", "関連規程")]
)
def test_an_overwritten_cell_of_a_plan_is_a_finding(client: Client, tab: str, header: str) -> None:
    for _ in range(2):  # in a fresh sheet, and in one that was carried over

        def change(book: openpyxl.Workbook) -> None:
            sheet = book[tab]
            place = next(cell.column for cell in sheet[4] if str(cell.value).startswith(header))
            sheet.cell(6, place).value = "上に書いた"

        client.edit(client.result, change)
        assert "上に書いた" in client.run()
        client.type_into_plan(tab, "備考", 0)
        assert "上に書いた" not in client.run()


def test_a_comment_on_a_sheet_that_is_no_more_moves_to_the_first_one(client: Client) -> None:
    client.type_into_ledger(client.input, 1)
    client.edit(client.input, lambda book: book["情報資産管理台帳"].__setitem__("J6", 1))
    client.run(today="2026-12-21")

    def change(book: openpyxl.Workbook) -> None:
        book["前回からの変化"]["B5"].comment = Comment("変化への注", "山田")

    client.edit(client.result, change)
    client.run("--no-history", today="2026-12-22")
    book = openpyxl.load_workbook(client.result)
    if "前回からの変化" not in book.sheetnames:
        assert any("変化への注" in str(cell.value) for cell in book["サマリー"]["B"])
