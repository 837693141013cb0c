"""The blank questionnaires: read back as filled in, and computed as riskbook computes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from riskbook.method import load_method
from tests.support.commands import invoke
from tests.support.instruments import ALL, AOBA, MINATO, WORDS, assessed, check_of
from tests.support.questionnaires import ANSWERS

METHOD = load_method()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_issued_questionnaires_are_read_back_as_filled_in(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    invoke("new", path, "--lang", lang, "--with", "self-check", "--services", "kintone,Green/Mail", "--only")
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
def test_the_issued_sheet_computes_what_riskbook_computes(tmp_path: Path, converted: Callable[..., list[Path]]) -> None:
    path = tmp_path / "form.xlsx"
    invoke("new", path, "--lang", "ja", "--with", "self-check", "--with", "cloud", "--only")
    cases = ((MINATO, 44, 3), (AOBA, 72, 1), ("4" * 25, 100, 0))
    filled = [tmp_path / f"{number}.xlsx" for number, _ in enumerate(cases)]
    for target, (answers, _, _) in zip(filled, cases, strict=True):
        book = openpyxl.load_workbook(path)
        sheet = book["自社診断"]
        for place, answer in enumerate(answers, start=1):
            sheet.cell(5 + place, 4).value = WORDS[answer]
        book.save(target)
    for target, computed, (_, total, band) in zip(filled, converted(*filled), cases, strict=True):
        sheet = openpyxl.load_workbook(computed, data_only=True)["自社診断"]
        assert sheet["E34"].value == total == check_of(target).record.total
        assert sheet["A35"].value == METHOD.instruments.self_check.bands[band].advice.ja


def test_new_says_what_only_needs(tmp_path: Path) -> None:
    assert "--with" in invoke("new", tmp_path / "a.xlsx", "--only", "--lang", "ja", code=2).output
    assert ANSWERS[0] == METHOD.instruments.self_check.answers[0].word.ja
