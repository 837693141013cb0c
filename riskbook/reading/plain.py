"""All values of a workbook, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from riskbook.model import cell_ref


def cell_values(path: Path) -> dict[str, dict[str, Any]]:
    """Tab name → cell ("B5") → value, of all cells that are not empty.

    Raises whatever openpyxl raises for a damaged workbook.
    """
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return {
            sheet.title: {
                cell_ref(row, column): value
                for row, line in enumerate(sheet.iter_rows(values_only=True), start=1)
                for column, value in enumerate(line, start=1)
                if value is not None and value != ""  # other programs drop empty texts when they save
            }
            for sheet in book.worksheets
        }
    finally:
        book.close()
