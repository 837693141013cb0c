"""Small workbooks made of rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

THREATS = [["媒体", "想定される脅威", "発生頻度"], ["書類", "盗難", 3], ["事務所PC", "感染", "2：特定の状況で"]]
CHECKS = [["種類", "設問", "回答"], ["1 組織的対策", "方針がある", "実施していない"]]


def write_book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Writes a workbook with a sheet for each name, its rows from the first cell on; None leaves a cell empty."""
    written = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = written.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is not None:
                    sheet.write(row, column, value)
    written.close()
    return path


def codes(result: Any) -> set[tuple[str, str, str]]:
    """Code, variant and cell of each finding."""
    return {(f.code, f.variant, f.location.cell_ref) for f in result.findings}
