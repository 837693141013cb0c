"""What comes of an input and its existing result: which counts, what travels, what is said."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.table import Table

from riskbook.records import History
from tests.support.commands import invoke
from tests.support.living import Client, backups_named, client_form, texts_of
from tests.support.places import HARBOUR, KITAHAMA
from tests.support.workbooks import edit

PLAN = "対応計画"
WAYS = ("beside", "file", "batch", "in place")
pytestmark = pytest.mark.slow


@pytest.fixture(params=WAYS)
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    made = Client(tmp_path, request.param)
    made.run()
    return made


@pytest.fixture
def beside(tmp_path: Path) -> Client:
    made = Client(tmp_path, "beside")
    made.run()
    return made


def test_what_was_typed_into_the_plan_is_there_next_month(client: Client) -> None:
    text = client.type_into_plan(PLAN, "対策内容", 0)
    shown = client.run(today="2026-12-21", code=0)
    assert text in texts_of(client.result)
    assert len(backups_named(shown)) == 1
    assert "その1番" in str(texts_of(client.result))
    before = client.result.read_bytes()
    assert not backups_named(client.run(today="2026-12-21"))
    assert client.result.read_bytes() == before  # nothing new: nothing is replaced, no backup


def test_an_edited_input_and_a_filled_in_plan_come_together(client: Client) -> None:
    if client.way == "in place":
        pytest.skip("one file")
    new, typed = client.type_into_ledger(client.input, 2), client.type_into_plan(PLAN, "担当", 1)
    shown = client.run(code=0)
    assert {new, typed} <= texts_of(client.result)
    assert "入力のブック" not in shown


def test_client_cells_edited_in_the_result_count_where_the_input_is_unchanged(client: Client) -> None:
    if client.way == "in place":
        pytest.skip("one file")
    text = client.type_into_ledger(client.result, 2)
    for _ in range(2):  # it stays behind until somebody edits it
        shown = client.run("--redo", code=0)
        assert "古いままです" in shown
        assert text in texts_of(client.result)
    assert text not in texts_of(client.input)


@pytest.mark.parametrize("take", ["input", "result"])
def test_both_edited_nothing_is_merged_by_guess(client: Client, take: str) -> None:
    if client.way == "in place":
        pytest.skip("one file")
    ours, theirs = client.type_into_ledger(client.input, 2), client.type_into_ledger(client.result, 2)
    typed = client.type_into_plan(PLAN, "備考", 0)
    shown = client.run("--take", take, code=1)
    book = openpyxl.load_workbook(client.result)
    assert book["情報資産管理台帳"]["C7"].value == (ours if take == "input" else theirs)
    message = next(cell.value for cell in book["入力チェック"]["E"] if cell.value and ours in str(cell.value))
    assert theirs in message
    assert typed in texts_of(client.result)
    kept = backups_named(shown)
    assert any(theirs in texts_of(_opened(path)) for path in kept)
    if take == "result":
        assert any(ours in texts_of(_opened(path)) for path in kept)
    assert "edited-both" not in client.run("--redo", code=0)  # said once: the result is of this input now


def test_rows_that_moved_are_compared_by_asset(beside: Client) -> None:
    def rows_in(book: openpyxl.Workbook) -> None:
        book["情報資産管理台帳"].insert_rows(5)
        for column, value in enumerate(("共通", "新しい資産", None, None, None, "書類", None, None, None, 1, 1, 1), 1):
            book["情報資産管理台帳"].cell(5, column).value = value

    beside.edit(beside.input, rows_in)
    beside.edit(beside.result, lambda book: book["情報資産管理台帳"].__setitem__("C7", "結果で直した"))
    beside.run(code=1)
    sheet = openpyxl.load_workbook(beside.result)["入力チェック"]
    found = [[cell.value for cell in row] for row in sheet.iter_rows(5) if row[8].value == "edited-both"]
    ours = [row for row in found if row[3] == "資産2"]
    assert [(row[2], "備考2" in row[4], "結果で直した" in row[4]) for row in ours] == [
        ("情報資産管理台帳!C8", True, True)
    ]
    assert any("新しい資産" in row[4] for row in found)


def _opened(path: Path) -> Path:
    """A backup under a name that openpyxl takes, away from the clients' folders."""
    return path if path.suffix == ".xlsx" else Path(shutil.copy(path, Path(tempfile.mkdtemp()) / "opened.xlsx"))


def _with_a_table(book: openpyxl.Workbook) -> None:
    sheet = book[PLAN]
    sheet.auto_filter.ref = None
    sheet.add_table(Table(displayName="計画表", ref=f"A4:Y{sheet.max_row}"))


def _with_a_formula(book: openpyxl.Workbook) -> None:
    book[PLAN]["AA5"] = "=サマリー!A1&情報資産管理台帳!B5"
    book[PLAN]["AB5"] = "=[1]Sheet1!A1"


def _with_a_tab_of_its_own(book: openpyxl.Workbook) -> None:
    sheet = book.create_sheet("打合せメモ")
    sheet["A1"], sheet["B1"] = "議事", "=対応計画!B5"
    sheet["A1"].fill = PatternFill("solid", fgColor="FF123456")


@pytest.mark.parametrize("change", [_with_a_table, _with_a_formula, _with_a_tab_of_its_own])
def test_what_people_add_travels_and_the_file_stays_sound(
    beside: Client,
    change: Callable[[openpyxl.Workbook], None],
    new_microsoft_errors: Callable[..., set[str]],
    recalculated: Callable[[Path], Path],
) -> None:
    edit(beside.result, change)
    beside.type_into_ledger(beside.input, 1)  # so that riskbook's sheets are copied into the new input
    # With the errors that openpyxl makes.
    before = [Path(shutil.copy(path, beside.folder / path.name)) for path in (beside.result, beside.input)]
    beside.run(code=0)
    book = openpyxl.load_workbook(beside.result)
    if change is _with_a_table:
        assert "計画表" in book[PLAN].tables
    if change is _with_a_tab_of_its_own:
        assert book["打合せメモ"]["A1"].fill.fgColor.rgb == "FF123456"
        assert book["打合せメモ"]["B1"].value == "=対応計画!B5"
    assert not new_microsoft_errors(beside.result, *before)
    recalculated(beside.result)


def test_another_clients_file_is_not_merged(tmp_path: Path) -> None:
    first, second = (Path(shutil.copy(path, tmp_path / path.name)) for path in (HARBOUR, KITAHAMA))
    result = tmp_path / "r.xlsx"
    invoke("assess", first, "-o", result, code=0)
    before = result.read_bytes()
    refused = invoke("assess", second, "-o", result, code=3)
    assert "このブックの結果ではない" in refused.output
    assert result.read_bytes() == before
    forced = invoke("assess", second, "-o", result, "--force", code=0)
    assert [path.read_bytes() for path in backups_named(forced.output)] == [before]


def test_running_on_the_result_writes_into_it(beside: Client) -> None:
    text = beside.type_into_plan(PLAN, "備考", 0)
    shown = invoke("assess", beside.result, "--today", "2026-12-01", code=0).output
    assert text in texts_of(beside.result)
    assert len(backups_named(shown)) == 1
    beside.input.unlink()  # the client sent nothing but the result
    text = beside.type_into_plan(PLAN, "備考", 1)
    invoke("assess", beside.result, "--today", "2026-12-02", code=0)
    assert text in texts_of(beside.result)
    assert {path.name for path in beside.result.parent.glob("*.xlsx")} == {beside.result.name}


def test_in_a_folder_a_workbook_and_its_result_are_one(beside: Client, tmp_path: Path) -> None:
    text = beside.type_into_plan(PLAN, "備考", 0)
    shown = invoke("assess", beside.input.parent, "--in-place", "--today", "2026-12-01", code=0).output
    assert "1件：" in shown
    assert text in texts_of(beside.result)
    for command in ("check", "plan"):
        listed = invoke(command, beside.input.parent, "--today", "2026-12-01", code=0).output
        assert listed.count("台帳.xlsx：") == 1


def test_a_result_that_lost_its_marks_is_recognised_by_its_sheets(beside: Client) -> None:
    text = beside.type_into_plan(PLAN, "備考", 0)

    def forget(book: openpyxl.Workbook) -> None:
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]
        book.defined_names.clear()

    beside.edit(beside.result, forget)
    beside.run(code=0)
    assert text in texts_of(beside.result)


def test_a_renamed_workbook_goes_on_as_the_same_client(beside: Client) -> None:
    text = beside.type_into_plan(PLAN, "備考", 0)
    renamed = beside.input.rename(beside.input.with_name("台帳12月.xlsx"))
    shown = invoke("assess", renamed, "--today", "2026-12-01", code=0).output
    assert "history --continue" in shown
    assert text in texts_of(renamed.with_name("台帳12月-assessed.xlsx"))
    elsewhere = invoke("history", renamed.parent, "--continue", "台帳", renamed.name, code=3)  # its path is missing
    assert "台帳12月.xlsx というファイルもフォルダーもなく" in elsewhere.output
    invoke("history", renamed.parent, "--continue", "台帳", "台帳12月", code=0)
    lines = invoke("history", renamed.parent, code=0).output.splitlines()
    assert [("台帳：" in line) for line in lines[:2]] == [True, True]
    assert "history --continue" not in invoke("assess", renamed, "--today", "2026-12-02", code=0).output
    again = invoke("history", renamed.parent, "--continue", "台帳", "台帳12月", code=3)
    assert "続きにできません" in again.output
    invoke("history", renamed.parent, "--continue", "台帳12月", "台帳1月", code=0)  # any name that it ever had


def test_questions_about_a_workbook_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"no zip")
    invoke("check", tmp_path / "broken.xlsx", "--questions", tmp_path / "q.xlsx", code=3)
    found = texts_of(tmp_path / "q.xlsx")
    assert any("broken.xlsx" in text for text in found)
    assert not any("ありません" in text and "指摘" in text for text in found)


def test_the_client_is_called_what_the_project_file_says(tmp_path: Path) -> None:
    path = client_form(tmp_path / "a" / "x.xlsx")
    (tmp_path / "a" / "riskbook.toml").write_text('[client]\nid = "mihon"\nname = "見本さま"\n[backups]\nkeep = 2\n')
    invoke("assess", path, "--today", "2026-11-01", code=0)
    assert "見本さま" in texts_of(path.with_name("x-assessed.xlsx"))
    assert " mihon：" in invoke("history", path, "--client", "mihon").output
    (tmp_path / "a" / "riskbook.toml").write_text("[backups]\nkeep = 0\n")
    refused = invoke("assess", path, "--today", "2026-11-01", code=2)
    assert "backups.keep" in refused.output


def test_a_formula_that_changed_is_an_edit(beside: Client) -> None:
    for number in (1, 3):
        beside.edit(beside.input, lambda book, n=number: book["情報資産管理台帳"].__setitem__("T5", f"={n}+0"))  # type: ignore[misc]
        beside.run(code=0)
        assert openpyxl.load_workbook(beside.result)["情報資産管理台帳"]["T5"].value == f"={number}+0"


def test_a_comment_on_the_clients_sheet_is_named_when_the_input_takes_over(beside: Client) -> None:
    def comment(book: openpyxl.Workbook) -> None:
        book["情報資産管理台帳"]["B6"].comment = Comment("結果に付けた注", "山田")

    beside.edit(beside.result, comment)
    assert "古いままです" in beside.run(code=0)
    beside.type_into_ledger(beside.input, 3)  # months later: riskbook itself has saved the result since
    shown = beside.run(code=1)
    assert "結果に付けた注" in shown
    assert [text for path in backups_named(shown) for text in texts_of(_opened(path)) if "結果に付けた注" in text]


def test_a_name_that_a_person_defined_is_named_when_the_input_takes_over(beside: Client) -> None:
    name = openpyxl.workbook.defined_name.DefinedName("自分の範囲", attr_text="情報資産管理台帳!$B$5:$B$9")
    beside.edit(beside.result, lambda book: book.defined_names.add(name))
    beside.run(code=0)
    beside.type_into_ledger(beside.input, 3)
    shown = beside.run(code=1)
    assert "自分の範囲" in shown
    assert backups_named(shown)


def test_the_result_counts_where_it_is_taken_and_only_a_comment_differs(beside: Client) -> None:
    def comment(book: openpyxl.Workbook) -> None:
        book["情報資産管理台帳"]["B6"].comment = Comment("結果に付けた注", "山田")

    beside.edit(beside.result, comment)
    ours = beside.type_into_ledger(beside.input, 3)
    shown = beside.run("--take", "result", code=1)
    assert any("結果に付けた注" in text for text in texts_of(beside.result))
    assert ours not in texts_of(beside.result)
    assert [text for path in backups_named(shown) for text in texts_of(_opened(path)) if text == ours]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_plan_that_became_an_excel_table_is_assessed_in_any_language(beside: Client, lang: str) -> None:
    edit(beside.result, _with_a_table)
    for _ in range(2):
        beside.run("--lang", lang, code=0)
    sheet = openpyxl.load_workbook(beside.result)[PLAN if lang == "ja" else "Treatment plan"]
    (table,) = sheet.tables.values()
    shown = [" ".join(str(cell.value).split()) for cell in sheet[4][: len(table.tableColumns)]]
    assert [" ".join(c.name.replace("_x000a_", "\n").split()) for c in table.tableColumns] == shown


def test_the_input_that_was_not_taken_is_a_backup_of_the_input(beside: Client) -> None:
    ours = beside.type_into_ledger(beside.input, 2)
    theirs = beside.type_into_ledger(beside.result, 2)
    beside.run("--take", "result", code=1)
    assert ours in texts_of(_opened(beside.input.with_name(f"{beside.input.name}.bak")))
    invoke("restore", beside.result, code=0)
    assert theirs in texts_of(beside.result)
    beside.run(code=1)


@pytest.mark.parametrize("edited", [False, True])
def test_after_continue_what_was_entered_under_the_old_name_is_taken_over(beside: Client, edited: bool) -> None:
    text = beside.type_into_plan(PLAN, "備考", 0)
    renamed = beside.input.rename(beside.input.with_name("新しい名前.xlsx"))
    if edited:
        edit(renamed, lambda book: book["情報資産管理台帳"].__setitem__("C9", "直した"))
        invoke("assess", renamed, "--today", "2026-12-01", code=0)
    invoke("history", renamed.parent, "--continue", "台帳", "新しい名前", code=0)
    shown = invoke("assess", renamed, "--today", "2026-12-02", code=0).output
    assert "引き継ぎました" in shown
    assert text in texts_of(renamed.with_name("新しい名前-assessed.xlsx"))
    assert "引き継ぎました" not in invoke("assess", renamed, "--today", "2026-12-03", code=0).output


def begin_history_beside(path: Path) -> None:
    """Gives a workbook a history beside it, which goes on and moves with it, wherever results are."""
    invoke("assess", path, "--today", "2026-11-01", code=0)
    path.with_name(f"{path.stem}-assessed.xlsx").unlink()


def test_a_client_whose_workbook_was_renamed_goes_on_where_the_history_is_that_of_the_results(tmp_path: Path) -> None:
    client = Client(tmp_path, "batch")
    client.run(code=0)
    text = client.type_into_plan(PLAN, "備考", 0)
    client.type_into_ledger(client.input, 0)
    client.input = client.input.rename(client.input.with_name("新しい名前.xlsx"))
    assert "引き継ぎました" in client.run(code=0)
    assert text in texts_of(client.result)


def test_a_client_whose_folder_moved_goes_on_after_continue_where_the_history_is_that_of_the_results(
    tmp_path: Path,
) -> None:
    path = client_form(tmp_path / "clients" / "a" / "台帳.xlsx")
    words = ("assess", tmp_path / "clients", "-o", tmp_path / "out", "--today", "2026-12-01")
    invoke(*words, code=0)
    edit(tmp_path / "out" / "a" / "台帳.xlsx", lambda book: book[PLAN].__setitem__("R5", "鍵を付ける"))
    invoke(*words, code=0)
    (tmp_path / "clients" / "2026").mkdir()
    moved = path.parent.rename(tmp_path / "clients" / "2026" / "a") / path.name
    invoke("history", tmp_path / "out", "--continue", "../clients/a", "../clients/2026/a", code=0)
    assert "引き継ぎました" in invoke(*words, code=0).output
    assert moved.exists()
    assert "鍵を付ける" in texts_of(tmp_path / "out" / "2026" / "a" / "台帳.xlsx")


def test_after_continue_the_old_entries_are_taken_over_in_a_folder_of_results_too(tmp_path: Path) -> None:
    client = Client(tmp_path, "batch")
    begin_history_beside(client.input)
    client.run(code=0)
    text = client.type_into_plan(PLAN, "備考", 0)
    client.type_into_ledger(client.input, 0)
    client.input = client.input.rename(client.input.with_name("新しい名前.xlsx"))
    assert "history --continue" in client.run(code=0)
    assert text not in texts_of(client.result)
    invoke("history", client.input.parent, "--continue", "台帳", client.input, code=0)
    assert "引き継ぎました" in client.run(code=0)
    assert text in texts_of(client.result)
    assert "変わっていません" in client.run(code=0)


def test_in_a_common_history_a_client_is_the_folder_that_holds_no_other_workbook(tmp_path: Path) -> None:
    def clients() -> list[str]:
        invoke("assess", tmp_path / "all", "-o", tmp_path / "out", "--store", store, "--today", "2026-12-01", code=0)
        with History(store, read_only=True) as history:
            return history.clients()

    store = tmp_path / "all" / "history.db"
    first = client_form(tmp_path / "all" / "甲商店" / "分析 2026.xlsx", company="甲商店")
    client_form(tmp_path / "all" / "乙商店" / "分析 2026.xlsx", company="乙商店")
    for name in ("一.xlsx", "二.xlsx"):
        client_form(tmp_path / "all" / "丙商店" / name, company=f"丙商店{name}")
    known = ["丙商店/一", "丙商店/二", "乙商店", "甲商店"]
    assert clients() == known
    text = "鍵を付ける"
    edit(tmp_path / "out" / "甲商店" / first.name, lambda book: book[PLAN].__setitem__("R5", text))
    renamed = first.rename(first.with_name("分析 2027.xlsx"))
    assert clients() == known  # in its folder, a new name is the same client
    assert text in texts_of(tmp_path / "out" / "甲商店" / renamed.name)
    client_form(first.with_name("別の台帳.xlsx"), company="甲商店 支店")
    assert clients() == [*known, "甲商店/別の台帳"]
    (first.parent / "別の台帳.xlsx").unlink()
    (tmp_path / "all" / "丙商店" / "二.xlsx").unlink()
    assert clients() == [*known, "甲商店/別の台帳"]
    assert " 甲商店：" in invoke("history", renamed, "--store", store, code=0).output


def test_two_workbooks_that_differ_in_their_suffix_are_two_clients(tmp_path: Path) -> None:
    store = tmp_path / "history.db"
    first = client_form(tmp_path / "甲商店" / "台帳.xlsx")
    invoke("assess", first, "--store", store, "--today", "2026-12-01", code=0)
    second = first.with_suffix(".xltx")
    shutil.copy(first, second)
    invoke("assess", second, "--store", store, "--today", "2026-12-01")
    invoke("assess", first, "--store", store, "--today", "2026-12-02", code=0)
    with History(store, read_only=True) as history:
        runs = [(run.facts["client"], run.facts["file"]) for run in history.runs()]
    assert runs.count(("甲商店", first.name)) == 2
    assert ("甲商店", second.name) not in runs


def test_the_result_of_a_client_whose_folder_moved_is_taken_over(tmp_path: Path) -> None:
    path = client_form(tmp_path / "clients" / "a" / "台帳.xlsx")
    begin_history_beside(path)
    words = ("assess", tmp_path / "clients", "-o", tmp_path / "out", "--today", "2026-12-01")
    invoke(*words, code=0)
    edit(tmp_path / "out" / "a" / "台帳.xlsx", lambda book: book[PLAN].__setitem__("R5", "鍵を付ける"))
    invoke(*words, code=0)
    (tmp_path / "clients" / "2026").mkdir()
    path.parent.rename(tmp_path / "clients" / "2026" / "a")
    assert "引き継ぎました" in invoke(*words, code=0).output
    assert "鍵を付ける" in texts_of(tmp_path / "out" / "2026" / "a" / "台帳.xlsx")


def test_what_was_entered_beside_the_input_goes_into_a_result_elsewhere(beside: Client, tmp_path: Path) -> None:
    text = beside.type_into_plan(PLAN, "備考", 0)
    shown = invoke("assess", beside.input.parent, "-o", tmp_path / "out", "--today", "2026-12-01", code=0).output
    assert "引き継ぎました" in shown
    assert text in texts_of(tmp_path / "out" / beside.input.name)


def test_copies_with_the_same_content_are_told(tmp_path: Path) -> None:
    path = client_form(tmp_path / "clients" / "台帳.xlsx")
    shutil.copy(path, path.with_name("台帳 - コピー.xlsx"))
    client_form(tmp_path / "clients" / "別の会社.xlsx", size=3)
    shown = invoke("assess", tmp_path / "clients", "-o", tmp_path / "out", "--today", "2026-12-01", code=0).output
    told = [line for line in shown.splitlines() if "まったく同じ" in line]
    assert len(told) == 1
    assert "台帳 - コピー.xlsx, 台帳.xlsx" in told[0]
