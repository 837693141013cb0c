"""Which of riskbook's sheets a workbook gets: what concerns the client, what is asked for, what was there already."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from riskbook.model import ASKED_KINDS, SHEET_KINDS
from riskbook.sheets.registry import KINDS
from tests.support.commands import invoke
from tests.support.forms import Asset
from tests.support.instruments import cloud_clients
from tests.support.living import client_form
from tests.support.workbooks import columns_of, edit

USUAL = ["サマリー", "リスク一覧", "対応計画", "対策計画", "対策の順序", "入力チェック", "クラウド点検"]
USUAL += ["SECURITY ACTION", "関連規程"]
PAGES = ["いまの脅威", "移転の手段", "緊急時対応", "制度の参考"]
DAY = ("--today", "2026-11-21", "--no-history")


def _own(path: Path) -> list[str]:
    return [name for name in openpyxl.load_workbook(path).sheetnames if name in {*USUAL, *PAGES}]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return client_form(tmp_path / "a.xlsx")


def _result(book: Path) -> Path:
    return book.with_name("a-assessed.xlsx")


def test_the_names_of_sheets_are_those_of_the_registry() -> None:
    assert SHEET_KINDS == KINDS
    assert set(ASKED_KINDS) < set(KINDS)


@pytest.mark.slow
def test_general_pages_come_only_when_asked_for_and_then_stay(book: Path) -> None:
    invoke("assess", book, *DAY, code=0)
    assert _own(_result(book)) == USUAL
    invoke("assess", book, "--with", "threats, reference", "--with", "response", *DAY, code=0)
    shown = [*USUAL, "いまの脅威", "緊急時対応", "制度の参考"]
    assert _own(_result(book)) == shown
    # The next month: only the input is given, changed, and the result stands beside it.
    edit(book, lambda b: setattr(b["情報資産管理台帳"]["C8"], "value", "新しい資産"))
    invoke("assess", book, *DAY)
    assert _own(_result(book)) == shown
    invoke("assess", _result(book), "--in-place", *DAY)
    assert _own(_result(book)) == shown


@pytest.mark.slow
def test_a_page_that_is_asked_for_is_written_even_where_it_has_no_assets(book: Path) -> None:
    invoke("assess", book, "--with", "all", *DAY, code=0)
    assert _own(_result(book)) == [*USUAL, *PAGES]
    texts = [cell.value for row in openpyxl.load_workbook(_result(book))["移転の手段"] for cell in row if cell.value]
    assert "対象となる資産はありません。" in texts


@pytest.mark.slow
def test_the_summary_points_to_no_sheet_that_is_missing_and_says_how_to_get_the_ways_to_transfer(
    tmp_path: Path,
) -> None:
    asset = Asset("経理", "会計データ", "社内サーバー", (3, 3, 2), typed={"threat": 2, "vulnerability": 3})
    book = cloud_clients(tmp_path / "a.xlsx", {}, asset)
    for options in ((), ("--sheets", "summary,register"), ("--with", "transfer")):
        invoke("assess", book, *options, *DAY)
        result = openpyxl.load_workbook(_result(book))
        sheet = result["サマリー"]
        for cell in (cell for row in sheet for cell in row if cell.hyperlink):
            assert cell.hyperlink.location.rpartition("!")[0].strip("'") in result.sheetnames
        offered = "riskbook assess --with transfer" in str([cell.value for row in sheet for cell in row])
        assert offered == ("移転の手段" not in result.sheetnames)


@pytest.mark.slow
def test_a_project_file_asks_for_pages_too(book: Path) -> None:
    book.with_name("riskbook.toml").write_text('[output]\nwith = ["threats"]\n', encoding="utf-8")
    invoke("assess", book, "--with", "response", *DAY, code=0)
    assert _own(_result(book)) == [*USUAL, "いまの脅威", "緊急時対応"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('with = ["plan"]', "all, threats, transfer, response, reference"),
        ('with = "threats"', "all, threats"),
        ('sheets = ["summary", "sumary"]', "all, summary, register"),
        ('tabs = ["summary"]', "with, sheets"),
    ],
)
def test_an_unknown_name_in_the_project_file_says_which_are_known(line: str, named: str, book: Path) -> None:
    book.with_name("riskbook.toml").write_text(f"[output]\n{line}\n", encoding="utf-8")
    assert named in invoke("assess", book, *DAY, code=2).output


@pytest.mark.parametrize("words", [("--with", "plan"), ("--with", "threats,x"), ("--sheets", "summary,x")])
def test_an_unknown_name_on_the_command_line_says_which_are_known(words: tuple[str, str], book: Path) -> None:
    assert f"{words[0]} {words[1]}：指定できるのは " in invoke("assess", book, *words, *DAY, code=2).output
    assert not _result(book).exists()


@pytest.mark.slow
def test_only_the_sheets_that_are_chosen_are_written(book: Path) -> None:
    invoke("assess", book, "--sheets", "plan,summary", *DAY, code=0)
    assert _own(_result(book)) == ["サマリー", "対応計画"]
    first = openpyxl.load_workbook(_result(book)).sheetnames[0]
    assert first == "サマリー"
    # Asked for together with a page; what the project file asks for has no say.
    book.with_name("riskbook.toml").write_text('[output]\nwith = ["reference"]\n', encoding="utf-8")
    invoke("assess", book, "--sheets", "summary,self-check", "--with", "threats", *DAY, code=0)
    assert _own(_result(book)) == ["サマリー", "対応計画", "いまの脅威"]
    # Nothing chosen concerns this workbook: it gets the summary.
    other = client_form(book.with_name("b.xlsx"))
    invoke("assess", other, "--sheets", "self-check", *DAY, code=0)
    assert _own(other.with_name("b-assessed.xlsx")) == ["サマリー"]


@pytest.mark.slow
def test_sheets_with_peoples_work_stay_and_the_screen_says_so(book: Path) -> None:
    invoke("assess", book, "--with", "response", *DAY, code=0)

    def work(result: openpyxl.Workbook) -> None:
        plan = result["対応計画"]
        plan.cell(5, columns_of(plan)["担当"]).value = "佐藤"
        result["関連規程"]["C3"].comment = Comment("来月まで", "佐藤")
        result["緊急時対応"].cell(6, 5).value = "鈴木"

    edit(_result(book), work)
    output = invoke("assess", book, "--sheets", "summary", *DAY, code=0).output
    kept = ["対応計画", "対策計画", "関連規程", "緊急時対応"]
    assert f"指定にないシートも残しました：{', '.join(kept)}" in output
    assert _own(_result(book)) == ["サマリー", *kept]
    result = openpyxl.load_workbook(_result(book))
    assert result["対応計画"].cell(5, columns_of(result["対応計画"])["担当"]).value == "佐藤"
    assert result["緊急時対応"].cell(6, 5).value == "鈴木"


@pytest.mark.slow
def test_open_errors_are_always_shown(book: Path) -> None:
    edit(book, lambda b: setattr(b["情報資産管理台帳"]["J5"], "value", "高い"))
    result = invoke("assess", book, "--sheets", "summary", *DAY)
    shown = _own(_result(book))
    assert (shown == ["サマリー", "入力チェック"]) == (result.exit_code == 1)
    assert result.exit_code == 1
