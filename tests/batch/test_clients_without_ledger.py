"""A folder with a client that has only a questionnaire."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.support.commands import invoke
from tests.support.places import SAMPLES


@pytest.mark.slow
def test_a_folder_with_a_client_without_a_ledger_has_a_portfolio(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    for name in ("five-minute-check.xlsx", "harbour-design.xlsx"):
        shutil.copy(SAMPLES / name, tmp_path / "clients" / name)
    out = tmp_path / "out"
    invoke("assess", tmp_path / "clients", "-o", out, "--portfolio", out, "--today", "2026-11-21")
    book = openpyxl.load_workbook(out / "portfolio.xlsx")
    rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    at = next(row for row in rows if "自社\n診断" in row or "Self-\ncheck" in row)
    column = at.index("自社\n診断" if "自社\n診断" in at else "Self-\ncheck")
    shown = {row[1]: row[column] for row in rows if row[1] in ("有限会社みなと工務店", "Harbour Design Ltd.")}
    assert shown == {"有限会社みなと工務店": 44, "Harbour Design Ltd.": None}
