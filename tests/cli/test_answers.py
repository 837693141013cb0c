"""`riskbook check --questions` and `riskbook answers`: questions out, the client's answers back beside the findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.commands import invoke
from tests.support.living import LEDGER, client_form
from tests.support.workbooks import columns_of, edit

TODAY = ("--today", "2026-11-21")
COMPANY = "見本商事株式会社"


def _client(path: Path, company: str = COMPANY) -> Path:
    """A form with three blank evaluations and one unknown medium."""
    made = client_form(path, company=company)

    def change(book: openpyxl.Workbook) -> None:
        for row in (5, 6, 7):
            book[LEDGER].cell(row, 12).value = None
        book[LEDGER].cell(9, 6).value = "金庫"

    edit(made, change)
    return made


@pytest.fixture
def client(tmp_path: Path) -> Path:
    return _client(tmp_path / "台帳.xlsx")


def _asked(*workbooks: Path, options: tuple[object, ...] = ()) -> Path:
    """A question sheet about workbooks, beside the first one."""
    sheet = workbooks[0].with_name("確認事項.xlsx")
    invoke("check", *workbooks, "--questions", sheet, *TODAY, *options, code=1)
    return sheet


def _reply(sheet: Path, answers: dict[str, str], change: Callable[[Any], None] | None = None) -> None:
    """The client's answers, by code, in the column for them."""

    def fill_in(book: openpyxl.Workbook) -> None:
        (page,) = book.worksheets
        columns = columns_of(page, 8)
        for row in range(9, page.max_row + 1):
            text = answers.get(page.cell(row, columns["コード"]).value)
            if text:
                page.cell(row, columns["ご回答"]).value = text
        if change is not None:
            change(page)

    edit(sheet, fill_in)


def _column(result: Path, header: str) -> dict[str, list[Any]]:
    """What stands in a column of the sheet 入力チェック, by code."""
    sheet = openpyxl.load_workbook(result)["入力チェック"]
    columns, found = columns_of(sheet), {}
    for row in range(5, sheet.max_row + 1):
        if code := sheet.cell(row, columns["コード"]).value:
            found.setdefault(code, []).append(sheet.cell(row, columns[header]).value)
    return found


def _result(client: Path) -> Path:
    return client.with_name(f"{client.stem}-assessed.xlsx")


def test_a_question_sheet_is_a_letter_with_one_question_a_kind(client: Path) -> None:
    before = client.read_bytes()
    sheet = _asked(client, options=("--sender", "山田　太郎", "--deadline", "2w"))
    assert client.read_bytes() == before
    rows = [list(row) for row in openpyxl.load_workbook(sheet)["確認事項"].iter_rows(values_only=True)]
    assert "ご回答" in rows[1][0]
    assert [(row[0], row[2]) for row in rows[2:6]] == [
        ("宛先", f"{COMPANY} 御中"),
        ("差出人", "山田　太郎"),
        ("日付", datetime(2026, 11, 21)),
        ("回答期限", datetime(2026, 12, 5)),
    ]
    assert rows[7][:9] == ["No", "ブック", "シート", "セル番地", "対象の資産", "内容", "直し方", "ご回答", "コード"]
    assert [(row[1], row[3], row[8]) for row in rows[8:]] == [
        ("台帳.xlsx", "F9", "medium-unknown"),
        ("台帳.xlsx", "L5:L7", "cia-missing"),
    ]
    assert rows[9][5].startswith("3件：")
    assert len(rows[9][10].split()) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--questions", "q.csv"), ".xlsx"),
        (("--sender", "山田"), "--questions"),
        (("--deadline", "14d"), "--questions"),
        (("--questions", "q.xlsx", "--deadline", "2026-02-31"), "2026-02-31"),
        (("--questions", "q.xlsx", "--deadline", "bald"), "30d"),
    ],
)
def test_what_cannot_be_written_is_wrong_usage(
    client: Path, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(client.parent)
    assert said in invoke("check", client, *words, code=2).output
    assert [path.name for path in client.parent.iterdir()] == ["台帳.xlsx"]


def test_check_says_what_to_do_with_the_sheet(client: Path) -> None:
    sheet = client.with_name("q.xlsx")
    shown = invoke("check", client, "--questions", sheet, code=1, locale="en_GB.UTF-8").output
    assert f"riskbook answers {sheet} --into {client}" in shown.replace("'", "")


@pytest.mark.slow
@pytest.mark.parametrize("office", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_answers_stand_beside_their_findings_which_stay_open(
    client: Path, office: bool, request: pytest.FixtureRequest
) -> None:
    sheet = _asked(client)
    _reply(sheet, {"cia-missing": "来週評価します"})
    if office:
        saved: Callable[[Path], Path] = request.getfixturevalue("recalculated")
        sheet.write_bytes(saved(sheet).read_bytes())
    ledger = list(openpyxl.load_workbook(client)[LEDGER].iter_rows(max_col=16, values_only=True))
    for _ in range(2):  # given twice, an answer stands there once
        shown = invoke("answers", sheet, "--into", client, *TODAY, "--no-history", code=1).output
        assert "先方の回答1件" in shown
        assert "未回答の確認事項が1件" in shown
        result = _result(client)
        assert _column(result, "先方の回答") == {"medium-unknown": [None], "cia-missing": ["来週評価します"] * 4}
        assert _column(result, "対応の理由")["cia-missing"] == [None] * 4
        assert list(openpyxl.load_workbook(result)[LEDGER].iter_rows(max_col=16, values_only=True)) == ledger
    assert "エラー1・注意3" in shown
    invoke("assess", client, "--today", "2026-12-21", "--no-history")
    assert _column(result, "先方の回答")["cia-missing"] == ["来週評価します"] * 4


@pytest.mark.slow
def test_into_may_be_the_result_and_rows_may_be_sorted_or_missing(client: Path) -> None:
    invoke("assess", client, *TODAY, "--no-history", code=1)
    sheet = _asked(client)

    def sort_and_add(page: Any) -> None:
        rows = [[cell.value for cell in row] for row in page.iter_rows(9)]
        for number, values in enumerate(reversed(rows)):
            for column, value in enumerate(values, start=1):
                page.cell(9 + number, column).value = value
        page.delete_rows(9)  # the question about evaluations

    _reply(sheet, {"medium-unknown": "耐火金庫の書類です"}, sort_and_add)
    invoke("answers", sheet, "--into", _result(client), *TODAY, "--no-history", code=1)
    assert _column(_result(client), "先方の回答") == {
        "medium-unknown": ["耐火金庫の書類です"],
        "cia-missing": [None] * 4,
    }


@pytest.mark.slow
def test_what_stands_there_already_stays(client: Path) -> None:
    invoke("assess", client, *TODAY, "--no-history", code=1)

    def type_in(book: openpyxl.Workbook) -> None:
        page = book["入力チェック"]
        row = next(row for row in range(5, 20) if page.cell(row, 9).value == "medium-unknown")
        page.cell(row, columns_of(page)["先方の回答"]).value = "電話：金庫は書類"
        page.cell(row, columns_of(page)["対応の理由"]).value = "電話で確認"

    edit(_result(client), type_in)
    sheet = _asked(client)
    _reply(sheet, {"cia-missing": "1です"})
    other = client.with_name("二度目.xlsx")
    other.write_bytes(sheet.read_bytes())
    invoke("answers", sheet, "--into", client, *TODAY, "--no-history", code=0)
    _reply(other, {"cia-missing": "やはり2です"})
    invoke("answers", other, "--into", client, *TODAY, "--no-history", code=0)
    answers = _column(_result(client), "先方の回答")
    assert answers["medium-unknown"] == ["電話：金庫は書類"]
    assert answers["cia-missing"] == ["1です\nやはり2です"] * 4
    assert _column(_result(client), "対応の理由")["medium-unknown"] == ["電話で確認"]


@pytest.mark.slow
def test_answers_to_what_is_settled_since_are_named_and_stay_listed(client: Path) -> None:
    sheet = _asked(client)
    _reply(sheet, {"medium-unknown": "書類に直してください"}, lambda page: page.cell(12, 8, "ほかにUSBもあります"))
    edit(client, lambda book: book[LEDGER].cell(9, 6, "書類"))
    for number in range(3):  # once more, and in a run of assess
        words = ("answers", sheet, "--into", client) if number < 2 else ("assess", client)
        shown = invoke(*words, "--today", f"2026-11-2{number}", "--no-history", code=0).output
        assert number == 2 or "書類に直してください" in shown
        answers = _column(_result(client), "先方の回答")
        assert answers["medium-unknown"] == ["書類に直してください"]
        assert answers["client-answer"] == ["ほかにUSBもあります"]


@pytest.mark.slow
def test_only_the_questions_of_this_client_are_taken(client: Path) -> None:
    other = _client(client.parent / "other" / "台帳.xlsx", "他社株式会社")
    third = _client(client.parent / "third" / "三.xlsx", "三番株式会社")
    sheet = _asked(client, other, third)

    def answer_each(page: Any) -> None:
        for row in range(9, page.max_row + 1):
            page.cell(row, 8).value = f"{page.cell(row, 10).value}の回答"

    _reply(sheet, {}, answer_each)
    invoke("answers", sheet, "--into", other, *TODAY, "--no-history", code=1)
    assert _column(_result(other), "先方の回答")["cia-missing"] == ["他社株式会社の回答"] * 4
    stranger = _client(client.parent / "四.xlsx", "四番株式会社")
    refused = invoke("answers", sheet, "--into", stranger, *TODAY, "--no-history", code=3).output
    assert "三.xlsx (三番株式会社)" in refused
    assert not _result(stranger).exists()


def test_a_file_that_is_no_question_sheet_is_one_line(client: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    for sheet in (client, tmp_path / "broken.xlsx", tmp_path / "none.xlsx"):
        shown = invoke("answers", sheet, "--into", client, "--no-history", code=3).output
        assert len(shown.splitlines()) == 1
        assert str(sheet) in shown
    assert not _result(client).exists()
    record = json.loads(invoke("answers", client, "--into", client, "--format", "json", code=3).stdout)
    assert record["schema"] == "riskbook.error/1"
    invoke("answers", client, "--into", tmp_path, code=2)


@pytest.mark.slow
def test_json_of_answers_is_that_of_a_run(client: Path) -> None:
    sheet = _asked(client)
    _reply(sheet, {"cia-missing": "来週"})
    out = client.with_name("r.xlsx")
    result = invoke("answers", sheet, "--into", client, "-o", out, *TODAY, "--format", "json", "--no-history", code=1)
    (workbook,) = json.loads(result.stdout)["workbooks"]
    assert workbook["output"] == str(out)
    assert any("先方の回答1件" in notice for notice in workbook["notices"])
    assert [finding["cell"] for finding in workbook["findings"]] == ["F9", "L5", "L6", "L7"]


@pytest.mark.slow
def test_answers_of_a_kind_are_one_entry_where_input_and_result_both_have_sheets(client: Path) -> None:
    invoke("assess", client, "--in-place", *TODAY, "--no-history", code=1)
    sheet = _asked(client)
    _reply(sheet, {"cia-missing": "来週"})
    out = client.with_name("r.xlsx")
    invoke("answers", sheet, "--into", client, "-o", out, *TODAY, "--no-history", code=1)
    edit(client, lambda book: setattr(book[LEDGER].cell(8, 12), "value", None))
    shown = invoke("assess", client, "-o", out, *TODAY, "--no-history", code=1).output
    assert "来週" not in shown
    assert sorted(map(str, _column(out, "先方の回答")["cia-missing"])) == ["None", "None", *["来週"] * 3]
