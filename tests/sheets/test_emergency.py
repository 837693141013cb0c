"""The emergency sheet: what people fill in is preserved."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from tests.support.days import TODAY
from tests.support.instruments import assessed, changed
from tests.support.places import SAMPLES


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
