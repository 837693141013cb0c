"""A small ledger whose evaluations are on another scale than the guideline's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

HEADERS = ("情報資産名称", "媒体・保存先", "個人情報", "機密性", "完全性", "可用性")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("図面", "社内サーバー", "", 4, 2, 1),
    ("名簿", "書類", "", 3, 1, 1),
    ("社内報", "書類", "", 2, 1, 1),
    ("カタログ", "書類", "", 1, 1, 1),
)


def write(path: Path, rows: tuple[tuple[Any, ...], ...] = ROWS, headers: tuple[str, ...] = HEADERS) -> Path:
    """Writes the ledger."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台帳")
    sheet.write_row(0, 0, headers)
    for row, cells in enumerate(rows, start=1):
        sheet.write_row(row, 0, cells)
    book.close()
    return path
