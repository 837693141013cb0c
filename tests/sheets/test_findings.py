"""The sheet 入力チェック: one line a kind, an answer there holds for the findings under it, and nothing typed is lost."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskbook
from riskbook.analysis.answers import answered
from riskbook.model import Finding, Location, group_mark
from tests.support.days import TODAY
from tests.support.examples import examples
from tests.support.living import LEDGER, client_form
from tests.support.places import EARLIER
from tests.support.workbooks import columns_of, edit

SHEET, AVAILABILITY, MEDIUM = "入力チェック", 12, 6
WIDTH = 11


def _set(column: int, values: dict[int, Any]) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        for row, value in values.items():
            book[LEDGER].cell(row, column).value = value

    return change


def _blank(rows: Iterable[int]) -> Callable[[openpyxl.Workbook], None]:
    return _set(AVAILABILITY, dict.fromkeys(rows))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook, assessed in place, with six blank evaluations and two unknown media."""
    made = client_form(tmp_path / "台帳.xlsx", size=9)
    edit(made, _blank(range(5, 11)))
    edit(made, _set(MEDIUM, {12: "金庫", 13: "棚"}))
    return _again(made)


def _again(path: Path, **options: Any) -> Path:
    return riskbook.assess(path, today=TODAY, **options).save(path, force=True)


def _lines(path: Path, tab: str = SHEET) -> list[dict[str, Any]]:
    """The lines of the sheet, by the headers in Japanese, each with its row in the sheet."""
    sheet = openpyxl.load_workbook(path)[tab]
    headers = [cell.value for cell in sheet[4][:WIDTH]]
    rows = [row for row in sheet.iter_rows(5, max_col=WIDTH) if isinstance(row[0].value, int | float)]
    look = sheet.row_dimensions
    return [
        dict(zip(headers, (cell.value for cell in row), strict=True))
        | {"level": look[row[0].row].outlineLevel, "hidden": bool(look[row[0].row].hidden), "row": row[0].row}
        for row in rows
    ]


def _kind(lines: list[dict[str, Any]], code: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The line of a kind, and those under it."""
    first, *rest = [line for line in lines if line["コード"] == code and line["重大度"] != "解消"]
    return first, rest


def _type(path: Path, row: int, **values: str) -> None:
    def change(book: openpyxl.Workbook) -> None:
        columns = columns_of(book[SHEET])
        for header, value in values.items():
            book[SHEET].cell(row, columns[header]).value = value

    edit(path, change)


def _reasons(path: Path, code: str) -> dict[str, str]:
    """The reason of each finding of a code, by cell."""
    found = riskbook.assess(path, today=TODAY).findings
    return {finding.location.cell_ref: finding.reason for finding in found if finding.code == code}


@pytest.mark.slow
def test_a_kind_is_one_line_with_its_cells_and_its_findings_fold_up_under_it(path: Path) -> None:
    lines = _lines(path)
    many, six = _kind(lines, "cia-missing")
    assert (many["重大度"], many["セル"]) == ("注意", f"{LEDGER}!L5:L10")
    assert many["内容"].startswith("6件：")
    assert [line["セル"] for line in six] == [f"{LEDGER}!L{row}" for row in range(5, 11)]
    assert {(line["level"], line["hidden"]) for line in six} == {(1, True)}
    few, two = _kind(lines, "medium-unknown")
    assert few["セル"] == f"{LEDGER}!F12:F13"
    assert few["内容"].startswith("2件：F12では、")
    assert {(line["level"], line["hidden"]) for line in two} == {(1, False)}
    assert [line["No"] for line in lines] == list(range(1, len(lines) + 1))
    assert not openpyxl.load_workbook(path)[SHEET].sheet_properties.outlinePr.summaryBelow  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_finding_alone_of_its_kind_has_no_line_of_a_kind(path: Path) -> None:
    edit(path, _set(MEDIUM, {13: "書類"}))
    (line,) = [line for line in _lines(_again(path)) if line["コード"] == "medium-unknown"]
    assert (line["セル"], line["level"]) == (f"{LEDGER}!F12", 0)


@pytest.mark.slow
def test_an_answer_for_a_kind_holds_for_what_occurs_now_and_for_nothing_later(path: Path) -> None:
    kind, _ = _kind(_lines(path), "cia-missing")
    _type(path, kind["row"], 対応="確認済み", 対応の理由="来期に評価")
    for _ in range(2):
        _again(path)
        kind, members = _kind(_lines(path), "cia-missing")
        assert [line["対応の理由"] for line in members] == ["来期に評価"] * 6
        assert (kind["対応"], kind["対応の理由"]) == ("確認済み", "来期に評価")
        assert "うち6件" in kind["内容"]
    edit(path, _blank([11]))
    for _ in range(2):  # also once the new finding has a line under that of the kind
        _again(path)
        assert _reasons(path, "cia-missing") == {**{f"L{row}": "来期に評価" for row in range(5, 11)}, "L11": ""}
    kind, _ = _kind(_lines(path), "cia-missing")
    assert kind["対応の理由"] is None
    _type(path, kind["row"], 対応の理由="新しい行も来期に")
    assert _reasons(path, "cia-missing")["L11"] == "新しい行も来期に"
    assert _reasons(path, "cia-missing")["L5"] == "来期に評価"


@pytest.mark.slow
def test_a_changed_value_is_a_new_finding_that_shows_the_answer_of_its_kind(path: Path) -> None:
    _type(path, _kind(_lines(path), "medium-unknown")[0]["row"], 対応の理由="耐火のもの")
    edit(path, _set(MEDIUM, {12: "大金庫室"}))
    _again(path)
    assert _reasons(path, "medium-unknown") == {"F12": "", "F13": "耐火のもの"}
    assert any("耐火のもの" in line["内容"] for line in _lines(path) if line["セル"] == f"{LEDGER}!F12")
    assert any(line["重大度"] == "解消" and line["対応の理由"] == "耐火のもの" for line in _lines(path))


@pytest.mark.slow
def test_a_findings_own_answer_wins_and_the_kinds_stays_visible(path: Path) -> None:
    kind, members = _kind(_lines(path), "medium-unknown")
    for line, text in zip(members, ("自分の理由1", "自分の理由2"), strict=True):
        _type(path, line["row"], 対応の理由=text)
    _type(path, kind["row"], 対応="対応不要", 対応の理由="まとめの理由")
    for _ in range(2):
        _again(path)
        kind, members = _kind(_lines(path), "medium-unknown")
        assert [line["対応の理由"] for line in members] == ["自分の理由1", "自分の理由2"]
        assert (kind["対応"], kind["対応の理由"]) == ("対応不要", "まとめの理由")
    edit(path, _set(MEDIUM, {11: "木箱"}))  # the answer was not given for this one
    for _ in range(2):
        _again(path)
        assert _reasons(path, "medium-unknown")["F11"] == ""
    edit(path, _set(MEDIUM, dict.fromkeys((11, 12, 13), "書類")))
    for _ in range(2):
        _again(path)
        settled = {line["対応の理由"] for line in _lines(path) if line["重大度"] == "解消"}
        assert {"自分の理由1", "自分の理由2", "まとめの理由"} <= settled


@pytest.mark.slow
def test_an_answer_of_a_kind_that_is_written_over_changes_with_it(path: Path) -> None:
    for text in ("はじめの理由", "次の理由"):
        _type(path, _kind(_lines(path), "medium-unknown")[0]["row"], 対応の理由=text)
        _again(path)
        assert set(_reasons(path, "medium-unknown").values()) == {text}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_sorted_lines_are_found_by_what_stands_in_them(path: Path, lang: str) -> None:
    _again(path, lang=lang)
    tab = {"ja": SHEET, "en": "Input check"}[lang]

    def change(book: openpyxl.Workbook) -> None:
        sheet = book[tab if tab in book.sheetnames else SHEET]
        rows = [row for row in range(5, sheet.max_row + 1) if isinstance(sheet.cell(row, 1).value, int | float)]
        values = [[sheet.cell(row, column).value for column in range(1, WIDTH + 1)] for row in rows]
        for line in values:
            if str(line[10]).startswith("group") and line[8] == "cia-missing":
                line[7] = "まとめて"
        random.Random(7).shuffle(values)
        for row, line in zip(rows, values, strict=True):
            for column, value in enumerate(line, start=1):
                sheet.cell(row, column).value = value

    edit(path, change)
    assert set(_reasons(path, "cia-missing").values()) == {"まとめて"}
    assert set(_reasons(path, "medium-unknown").values()) == {""}


@pytest.mark.slow
def test_the_sheet_of_earlier_versions_is_read_back(tmp_path: Path) -> None:
    """An earlier version wrote the file: no lines of kinds, the mark in column J; a note in K, another in M."""
    path = tmp_path / "台帳.xlsx"
    path.write_bytes((EARLIER / "findings.xlsx").read_bytes())
    for _ in range(2):
        _again(path)
        reasons = _reasons(path, "cia-missing")
        assert reasons == {**{f"L{row}": "" for row in range(5, 11)}, "L7": "前の版での理由"}
        assert not any(line["先方の回答"] for line in _lines(path))
        (line,) = [line for line in _lines(path) if line["セル"] == f"{LEDGER}!L7"]
        sheet = openpyxl.load_workbook(path)[SHEET]
        assert sheet.cell(line["row"], 13).value == "離れたメモ"
        assert ["K9", "横のメモ"] in [[cell.value for cell in row[:2]] for row in sheet.iter_rows(5)]


@pytest.mark.slow
def test_the_clients_answer_is_kept_and_settles_nothing(path: Path) -> None:
    kind, _ = _kind(_lines(path), "medium-unknown")
    _type(path, kind["row"], 先方の回答="来月、棚を替えます")
    for _ in range(2):
        _again(path)
        kind, members = _kind(_lines(path), "medium-unknown")
        assert [line["先方の回答"] for line in (kind, *members)] == ["来月、棚を替えます"] * 3
    found = riskbook.assess(path, today=TODAY).findings
    assert {finding.open for finding in found if finding.code == "medium-unknown"} == {True}


def _line(finding: Finding, response: str = "", reason: str = "") -> dict[str, str]:
    return {
        "code": finding.code, "fingerprint": finding.fingerprint, "cell": str(finding.location), "subject": "",
        "message": "", "mend": "", "severity": "注意", "response": response, "reason": reason, "answer": "",
    }  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(
    own=st.lists(st.sampled_from(["", "自分の理由"]), min_size=2, max_size=6),
    shown=st.sampled_from(["", "前の理由"]),
    typed=st.sampled_from(["", "前の理由", "まとめの理由"]),
    gone=st.integers(0, 5),
)
def test_what_is_typed_for_a_kind_stands_somewhere_after_the_next_run(
    own: list[str], shown: str, typed: str, gone: int
) -> None:
    findings = [Finding("cia-missing", Location("台帳", f"L{row}"), {"value": 3}) for row in range(5, 5 + len(own))]
    lines = [_line(finding, reason=reason) for finding, reason in zip(findings, own, strict=True)]
    kind = {**_line(findings[0]), "cell": "台帳!L5:L9", "reason": typed}
    kind["fingerprint"] = group_mark({**kind, "reason": shown})
    new = Finding("cia-missing", Location("台帳", "L40"), {"value": 3})
    found, settled = answered([*findings[:gone], *findings[gone + 1 :], new], [kind, *lines])
    reasons = [finding.reason for finding in found] + [answer["reason"] for answer in settled]
    assert {reason for reason in (*own, typed) if reason} == {reason for reason in reasons if reason}
    assert found[-1].open
    by_cell = {str(finding.location): finding.reason for finding in found}
    for finding, reason in zip(findings, own, strict=True):
        if reason and str(finding.location) in by_cell:
            assert by_cell[str(finding.location)] == reason
