"""The check sheet, known by what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

import riskbook
from tests.support.books import THREATS, write_book
from tests.support.days import TODAY

LEDGER = [["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3]]
KINDS = ("組織的対策", "組織的対策", "人的対策", "情報資産管理", "物理的対策")
WORDED = ("1:実施している", "2:一部実施している", "3:実施していない", "実施している", "４：自社には該当しない")


def _questions(kinds: Sequence[str | None], answers: Sequence[Any], headers: Sequence[str | None]) -> list[list[Any]]:
    rows = [
        [kind, f"取組みの{n}番目を行っていますか", answer]
        for n, (kind, answer) in enumerate(zip(kinds, answers, strict=True))
    ]
    return [["わが社の点検"], [], list(headers), *rows]


def _read(tmp_path: Path, sheet: Sequence[Sequence[Any]], name: str = "点検") -> riskbook.Ledger:
    return riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=LEDGER, 脅=THREATS, **{name: sheet}))


@pytest.mark.parametrize(
    "headers", [("対策", "内容", "現状"), ("a", "b", "c"), ("Kind", "What", "Now"), (None, None, None)]
)
def test_answers_tell_the_check_sheet_whatever_its_headers(headers: tuple[str | None, ...], tmp_path: Path) -> None:
    ledger = _read(tmp_path, _questions(KINDS, WORDED, headers))
    assert ledger.checks is not None
    assert ledger.checks["answer"].tolist() == [1, 2, 3, 1, 4]
    assert ledger.checks["number"].tolist() == [1, 1, 2, 3, 5]
    assert ledger.checks["cell"].tolist() == ["C4", "C5", "C6", "C7", "C8"]
    assert "check-sheet-missing" not in {f.code for f in ledger.findings}


def test_how_the_answers_were_found_is_said(tmp_path: Path) -> None:
    ledger = _read(tmp_path, _questions(KINDS, WORDED, ("対策", "内容", "現状")))
    (finding,) = [f for f in ledger.findings if f.code == "header-assumed"]
    assert (str(finding.location), finding.params) == (
        "点検!C3",
        {"text": "現状", "assumed": "回答", "line": 'columns."現状" = "answer"'},
    )


def test_mere_numbers_count_under_kinds_of_measure(tmp_path: Path) -> None:
    ledger = _read(tmp_path, _questions(KINDS, (1, 2, 3, 1, "4"), ("対策", "内容", "現状")))
    assert ledger.checks is not None
    assert ledger.checks["answer"].tolist() == [1, 2, 3, 1, 4]


def test_kinds_in_headings_and_numbers_before_the_questions(tmp_path: Path) -> None:
    rows = [
        ["No", "内容", "現状"],
        [None, "組織的対策"],
        [1, "方針を定めていますか", "1:実施している"],
        [2, "方針を周知していますか", "2:一部実施している"],
        [None, "人的対策"],
        [3, "教育を行っていますか", "3:実施していない"],
    ]
    ledger = _read(tmp_path, rows)
    assert ledger.checks is not None
    assert ledger.checks[["number", "answer"]].values.tolist() == [[1, 1], [1, 2], [2, 3]]


@pytest.mark.parametrize(
    "listed", ['"1:実施している,2:一部実施している,3:実施していない,4:自社には該当しない"', "$F$1:$F$4"]
)
def test_a_sheet_not_filled_in_is_known_by_its_drop_downs(listed: str, tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", 台帳=LEDGER, 点検=_questions(KINDS, [None] * 5, ("対策", "内容", "現状")))
    book = openpyxl.load_workbook(path)
    for row, text in enumerate(
        ("1:実施している", "2:一部実施している", "3:実施していない", "4:自社には該当しない"), start=1
    ):
        book["点検"].cell(row, 6).value = text if listed.startswith("$") else None
    rule = DataValidation(type="list", formula1=listed)
    rule.add("C4:C60")
    book["点検"].add_data_validation(rule)
    book.save(path)
    ledger = riskbook.read(path)
    assert ledger.checks is not None
    assert len(ledger.checks) == 5
    assert {f.code for f in ledger.findings} >= {"check-unanswered"}


@pytest.mark.parametrize(
    "sheet",
    [
        _questions(KINDS, (1, 2, 3, 4, 5), ("対策", "内容", "現状")),  # no answers but numbers in order
        _questions(KINDS, (1, 2, 3, 1, 2), ("対策", "内容", "優先度")),
        _questions([None] * 5, (1, 2, 3, 1, 2), ("対策", "内容", "現状")),  # numbers beside any list
        _questions([None] * 5, ("実施している",) * 5, ("対策", "内容", "現状")),
        _questions([None] * 5, ("済",) * 5, ("対策", "内容", "現状")),
        _questions(KINDS, ("4:実施している",) * 5, ("対策", "内容", "現状")),  # the scores of a self-check
        [["区分", "資産", "重要度"], *[["組織的対策", f"資産の名前その{n}", 3] for n in range(6)]],
    ],
)
def test_other_lists_are_no_check_sheets(sheet: list[list[Any]], tmp_path: Path) -> None:
    assert _read(tmp_path, sheet).checks is None


def test_a_self_check_in_other_words_is_none(tmp_path: Path) -> None:
    rows = [["5分でできる自社診断"], ["No", "項目", "回答"]]
    rows += [[str(n), f"会社としての取組みの{n}番目をしていますか", "実施している"] for n in range(1, 26)]
    assert _read(tmp_path, rows, "自社診断").checks is None
    assert _read(tmp_path, rows, "診断").checks is None


def test_of_two_columns_of_answers_none_is_taken(tmp_path: Path) -> None:
    rows = [["対策", "内容", "昨年", "今年"]]
    rows += [
        [kind, f"取組みの{n}番目を行っていますか", "3:実施していない", "1:実施している"] for n, kind in enumerate(KINDS)
    ]
    assert _read(tmp_path, rows).checks is None


def test_answers_count_more_than_a_vague_header(tmp_path: Path) -> None:
    rows = [["種類", "設問", "状況", "実施"]]
    rows += [[kind, f"取組みの{n}番目を行っていますか", "総務が担当", "1:実施している"] for n, kind in enumerate(KINDS)]
    ledger = _read(tmp_path, rows)
    assert ledger.checks is not None
    assert ledger.checks["cell"].tolist() == [f"D{row}" for row in range(2, 7)]


def test_the_risk_follows_the_answers(tmp_path: Path) -> None:
    sheet = _questions(KINDS, ("1:実施している",) * 5, ("対策", "内容", "対策の現状"))
    path = write_book(tmp_path / "a.xlsx", 台帳=LEDGER, 脅=THREATS, 点検=sheet)
    result = riskbook.assess(path, today=TODAY)
    assert result.risks[["threat", "vulnerability", "risk"]].values.tolist() == [[3, 1, 3]]
