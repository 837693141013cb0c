"""What a plain script would do for the same deliverable: openpyxl adds cells, formats and charts, given ready-made.

It computes nothing, and what openpyxl does not carry over of the client's workbook is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, DoughnutChart, LineChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

_CHARTS = {"BarChart": BarChart, "DoughnutChart": DoughnutChart}
_EDGE = Side(style="hair", color="BFBFBF")
_LOOK = {
    "font": Font(name="Yu Gothic UI", size=9),
    "border": Border(_EDGE, _EDGE, _EDGE, _EDGE),
    "alignment": Alignment(wrap_text=True, vertical="center"),
}
_RULE = FormulaRule(formula=["$A1=0"], fill=PatternFill("solid", bgColor="F4CCCC"))


@dataclass
class Sheet:
    """What a sheet gets: cells (row, column, value), widths, merged areas, charts by kind; whether it is a new one."""

    name: str
    new: bool
    cells: list[tuple[int, int, Any]]
    widths: dict[str, float] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    rules: bool = False


def deliverable(client: Path, result: Path) -> list[Sheet]:
    """What riskbook added to a client's workbook."""
    before, after = openpyxl.load_workbook(client), openpyxl.load_workbook(result)
    sheets = []
    for there in after.worksheets:
        old = before[there.title] if there.title in before.sheetnames else None
        last = (0, 0) if old is None else (old.max_row, old.max_column)
        cells = [
            (cell.row, cell.column, cell.value)
            for row in there.iter_rows()
            for cell in row
            if (cell.value is not None or (old is None and cell.has_style))
            and (cell.row > last[0] or cell.column > last[1])
        ]
        sheet = Sheet(there.title, old is None, cells)
        if old is None:
            sheet.widths = {letter: one.width for letter, one in there.column_dimensions.items() if one.width}
            sheet.merged = [str(area) for area in there.merged_cells.ranges]
            sheet.charts = [type(chart).__name__ for chart in there._charts]
            sheet.rules = bool(there.conditional_formatting)
        if sheet.new or cells:
            sheets.append(sheet)
    return sheets


def write(sheets: list[Sheet], client: Path, out: Path) -> None:
    """Adds the sheets to a client's workbook."""
    book = openpyxl.load_workbook(client)
    for sheet in sheets:
        there = book.create_sheet(sheet.name) if sheet.new else book[sheet.name]
        for row, column, value in sheet.cells:
            cell = there.cell(row, column, value)
            for name, look in _LOOK.items():
                setattr(cell, name, look)
        for letter, width in sheet.widths.items():
            there.column_dimensions[letter].width = width
        for area in sheet.merged:
            there.merge_cells(area)
        for kind in sheet.charts:
            chart = _CHARTS.get(kind, LineChart)()
            chart.add_data(Reference(there, min_col=2, min_row=2, max_row=8))
            there.add_chart(chart, "H4")
        if sheet.rules:
            there.conditional_formatting.add("A1:Z200", _RULE)
    book.save(out)
