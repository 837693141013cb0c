"""Workbooks with questionnaires, and what riskbook makes of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from tests.support.days import TODAY
from tests.support.forms import QUESTIONS, THREATS, Asset, Form, write_form
from tests.support.questionnaires import ITEMS

MINATO = "44220" + "220n?24204242" + "20?4000"  # worked by hand: 12 + 27 + 5 = 44
AOBA = "44422" + "4224244224442" + "4204222"  # 16 + 40 + 16 = 72


def assessed(path: Path, **options: Any) -> riskbook.AssessedWorkbook:
    """A workbook as assessed on TODAY; once as long as it stays as it is."""
    return riskbook.assess(path, today=TODAY, **options) if options else _assessed(path, path.read_bytes())


@lru_cache(2)
def _assessed(path: Path, _content: bytes) -> riskbook.AssessedWorkbook:
    return riskbook.assess(path, today=TODAY)


def check_of(path: Path) -> Any:
    """The self-check that riskbook found in a workbook."""
    found = assessed(path).assessment.instruments.self_check
    assert found is not None
    return found


def codes(path: Path) -> list[str]:
    """The codes of a workbook's findings, in order; a missing ledger aside."""
    return [finding.code for finding in assessed(path).findings if finding.code != "ledger-missing"]


def changed(path: Path, change: Callable[[Worksheet], None], sheet: str = "自社診断") -> Path:
    """Changes a sheet in place."""
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)
    return path


ALL = dict(enumerate(MINATO, start=1))
WORDS = {"4": "実施している", "2": "一部実施している", "0": "実施していない", "?": "わからない", "n": "利用していない"}


def single(path: Path, header: str, cell: Callable[[str], Any], column: int = 4, row: int = 3) -> Path:
    """A sheet with one column of answers, right (or left) of the items."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Sheet3"
    sheet.cell(row, 2).value, sheet.cell(row, 3).value = "No.", "診断内容"
    sheet.cell(row, column).value = header
    for number, item in enumerate(ITEMS, start=1):
        sheet.cell(row + number, 2).value, sheet.cell(row + number, 3).value = number, item
        sheet.cell(row + number, column).value = cell(ALL[number])
    book.save(path)
    return path


POINTS = {"4": 4, "2": 2, "0": 0, "?": -1, "n": "該当なし"}


def cloud_clients(path: Path, clouds: dict[str, Any], *assets: Asset) -> Path:
    """A firm with cloud services, service → answers, and these assets."""
    return write_form(Form({"情報資産管理台帳": assets}, THREATS, QUESTIONS, clouds=clouds), path)


def state_of(path: Path, **options: Any) -> tuple[list[str], dict[str, str], tuple[bool, ...]]:
    """SECURITY ACTION: the state of each basic rule, of each need, and the stars that are reached."""
    ready = assessed(path, **options).assessment.instruments.readiness
    return [rule.state for rule in ready.rules], {need.key: need.state for need in ready.needs}, ready.stars
