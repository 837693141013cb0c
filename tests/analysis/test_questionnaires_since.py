"""What is remembered of the last self-check and of the cloud services."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from tests.support.commands import invoke
from tests.support.instruments import MINATO, assessed, changed, check_of
from tests.support.questionnaires import cloud_book, self_check_book


@pytest.mark.slow
def test_the_last_self_check_is_remembered_and_only_another_one_takes_its_place(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO)
    first = riskbook.assess(path, today=date(2026, 4, 1))
    assert first.assessment.instruments.self_check.since is None  # type: ignore[union-attr]
    first.save(path, force=True)
    again = riskbook.assess(path, today=date(2026, 5, 1))
    assert again.assessment.instruments.self_check.since is None  # type: ignore[union-attr]
    again.save(path, force=True)

    def better(sheet: Worksheet) -> None:
        sheet["D9"], sheet["F9"] = "○", 0  # item 5: 0 → 4

    found = check_of(changed(path, better))
    assert (found.record.total, found.since.total, found.since.on) == (48, 44, date(2026, 4, 1))
    assessed(path).save(path, force=True)
    sheet = openpyxl.load_workbook(path)["自社診断結果"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "前回（2026-04-01）44点 → 今回48点（+4）" in texts
    assert check_of(path).since.total == 44  # run again on its own result: the same last time


@pytest.mark.slow
def test_a_history_knows_the_last_self_check_too(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO)
    invoke("assess", path, "-o", tmp_path / "out.xlsx", "--today", "2026-04-01")

    def better(sheet: Worksheet) -> None:
        sheet["D9"], sheet["F9"] = "○", 0

    changed(path, better)  # the input, which remembers nothing
    invoke("assess", path, "-o", tmp_path / "out.xlsx", "--today", "2026-05-01", "--force")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["自社診断結果"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "前回（2026-04-01）44点 → 今回48点（+4）" in texts


@pytest.mark.slow
def test_a_run_without_the_sheet_forgets_nothing(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO)
    riskbook.assess(path, today=date(2026, 1, 10)).save(path, force=True)

    def wipe(sheet: Worksheet) -> None:
        for row in sheet.iter_rows(min_row=5, max_row=29, min_col=4, max_col=7):
            for cell in row:
                cell.value = None

    riskbook.assess(changed(path, wipe), today=date(2026, 4, 10)).save(path, force=True)

    def fill(sheet: Worksheet) -> None:
        for row in range(5, 30):
            sheet.cell(row, 4).value = "○"

    found = check_of(changed(path, fill))
    assert (found.record.total, found.since.total, found.since.on) == (100, 44, date(2026, 1, 10))


@pytest.mark.slow
def test_cloud_services_are_compared_with_last_time(tmp_path: Path) -> None:
    path = cloud_book(tmp_path / "a.xlsx", {"kintone": ["○"] * 10 + ["×"] * 5})
    riskbook.assess(path, today=date(2026, 4, 1)).save(path, force=True)
    changed(path, lambda sheet: setattr(sheet["D18"], "value", "○"), "クラウド（kintone）")
    (found,) = assessed(path).assessment.instruments.clouds
    assert (found.confirmed, found.since and (found.since.total, found.since.on)) == (11, (10, date(2026, 4, 1)))
