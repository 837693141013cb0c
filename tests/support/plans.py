"""Forms with open measures, and their measure plan."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

import riskbook
from tests.support.days import TODAY
from tests.support.forms import MEDIA, PAPER, PC, Asset, Form, write_form
from tests.support.workbooks import columns_of


def assessed_form(form: Form, folder: Path, **options: Any) -> riskbook.AssessedWorkbook:
    """A form, written into a folder and assessed on TODAY."""
    return riskbook.assess(write_form(form, folder / "form.xlsx"), today=TODAY, **options)


@cache
def _small_result() -> riskbook.AssessedWorkbook:
    with tempfile.TemporaryDirectory() as folder:
        return assessed_form(small_form(), Path(folder))


def small_plan(path: Path) -> Path:
    """The small form as assessed, with its measure plan still empty."""
    return _small_result().save(path)


def fill_measures(path: Path, values: dict[str, dict[str, Any]]) -> None:
    """Types into the measure plan: question → header → value."""
    book = openpyxl.load_workbook(path)
    sheet = book["対策計画"]
    columns = columns_of(sheet)
    left = dict(values)
    for row in range(5, sheet.max_row + 1):
        for header, value in left.pop(sheet.cell(row, columns["対策（設問）"]).value, {}).items():
            sheet.cell(row, columns[header]).value = value
    assert not left
    book.save(path)


def fill_plan(path: Path, values: dict[str, dict[str, Any]]) -> None:
    """Types into the treatment plan: asset → header → value."""
    book = openpyxl.load_workbook(path)
    sheet = book["対応計画"]
    columns, left = columns_of(sheet), dict(values)
    name = columns["情報資産名称"]
    for row in range(5, sheet.max_row + 1):
        for header, value in left.pop(sheet.cell(row, name).value, {}).items():
            sheet.cell(row, columns[header]).value = value
    assert not left
    book.save(path)


def measure_lines(path: Path) -> dict[str, dict[str, Any]]:
    """The lines of the measure plan by question, each as header → value."""
    sheet = openpyxl.load_workbook(path)["対策計画"]
    headers = [cell.value for cell in sheet[4]]
    rows = [dict(zip(headers, row, strict=False)) for row in sheet.iter_rows(min_row=5, values_only=True)]
    return {row["対策（設問）"]: row for row in rows if row["対策（設問）"]}


def small_form() -> Form:
    """Paper and an office PC: one shared question lifts both from 3 to 2, two more lift the PC to 1."""
    return Form(
        {
            "台帳": [
                Asset("営業", "契約書", PAPER, (3, 1, 1)),
                Asset("営業", "見積", PC, (3, 1, 1)),
                Asset("経理", "帳簿", PC, (2, 2, 2)),
            ]
        },
        [(medium, "脅威", 3) for medium in MEDIA],
        [(1, "方針がある", 3), (4, "アカウントを分けている", 3), (7, "バックアップがある", 2), (2, "教育している", 1)],
    )


def form_of(assets: list[Asset]) -> Form:
    """These assets with the threats and answers of the small form."""
    return replace(small_form(), ledgers={"台帳": assets})
