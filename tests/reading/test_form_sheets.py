"""Rows of the check sheet: what is a question, what is a note."""

from __future__ import annotations

from pathlib import Path

import openpyxl

import riskbook
from tests.support.days import TODAY

_LEDGER = (
    ("業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"),
    ("営業", "名簿", "書類", 3, 2, 1),
)


def _checks(path: Path, *lines: tuple[object, ...]) -> riskbook.AssessedWorkbook:
    book = openpyxl.Workbook()
    ledger = book.active
    ledger.title = "情報資産管理台帳"
    for line in _LEDGER:
        ledger.append(line)
    sheet = book.create_sheet("対策状況チェック")
    for line in (("対策の種類", "設問", "回答"), *lines):
        sheet.append(line)
    book.save(path)
    return riskbook.assess(path, today=TODAY)


def test_a_note_among_the_questions_is_no_question(tmp_path: Path) -> None:
    result = _checks(
        tmp_path / "a.xlsx",
        ("1 組織的対策", "方針を定めている", "1:実施している"),
        ("", "※下の設問は任意です", ""),
        ("1 組織的対策", "担当者を決めている", "3:実施していない"),
    )
    checks = result.assessment.ledger.checks
    assert checks is not None
    assert checks["question"].tolist() == ["方針を定めている", "担当者を決めている"]
    notes = [f for f in result.findings if (f.code, f.variant) == ("row-ignored", "note")]
    assert [(str(note.location), note.severity) for note in notes] == [("対策状況チェック!B3", "info")]


def test_a_question_that_begins_like_a_note_counts_where_it_is_answered(tmp_path: Path) -> None:
    result = _checks(
        tmp_path / "a.xlsx",
        ("1 組織的対策", "※方針を定めている", "2:一部実施している"),
        ("1 組織的対策", "担当者を決めている", "1:実施している"),
    )
    checks = result.assessment.ledger.checks
    assert checks is not None
    assert checks[["question", "answer"]].to_numpy().tolist() == [["※方針を定めている", 2], ["担当者を決めている", 1]]


def test_an_answer_without_a_question_is_reported_at_its_cell(tmp_path: Path) -> None:
    result = _checks(
        tmp_path / "a.xlsx", ("1 組織的対策", "方針を定めている", "1:実施している"), ("", "", "3:実施していない")
    )
    stray = [f for f in result.findings if (f.code, f.variant) == ("row-ignored", "stray")]
    assert [str(finding.location) for finding in stray] == ["対策状況チェック!C3"]
