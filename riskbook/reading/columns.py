"""Reports how the columns of a ledger were used."""

from __future__ import annotations

from typing import Any

from riskbook.model import FORM_FIELDS, LedgerTable, Recognised, column_letter, profile_line, squeezed
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock, Masked
from riskbook.reading.values import is_blank


def describe(kind: str, grid: Grid, block: HeaderBlock, rows: list[int]) -> Recognised:
    """How a table was recognised, for people to check; `rows`: those that were read."""
    fields = {column: field for field, column in block.columns.items()}
    columns = []
    for column, title in sorted(block.titles.items()):
        how = "assumed" if column in block.assumed else "competing" if column in block.competing else ""
        columns.append((column_letter(column), title, fields.get(column, block.competing.get(column, "")), how))
    return Recognised(kind, grid.sheet_name, block.first_row, block.last_row, tuple(columns), tuple(rows))


def report_columns(grid: Grid, block: HeaderBlock, table: LedgerTable, masked: Masked, out: Collector) -> None:
    """Reports columns with data that were not used, and headers that were guessed."""
    known = set(block.columns.values()) | set(block.own_columns) | masked(block.last_row)
    for column in sorted(set(block.titles) - known):
        rows = [r for r in grid.rows if block.last_row < r <= table.last_row and not is_blank(grid.value(r, column))]
        if rows and not all(grid.is_formula(row, column) for row in rows):
            details: dict[str, Any] = {"text": block.titles[column], "count": len(rows)}
            if column in block.competing:
                details["taken"] = block.titles.get(block.columns[block.competing[column]], "")
                taken = block.columns[block.competing[column]]
                differ = any(squeezed(str(grid.value(r, taken))) != squeezed(str(grid.value(r, column))) for r in rows)
                details["severity"] = "warning" if differ else "info"
            variant = "competing" if column in block.competing else ""
            if variant and column in grid.facts.hidden_columns:
                variant = "hidden"
                details["severity"] = "warning"
            out.add("column-ignored", grid.sheet_name, block.last_row, column, variant=variant, **details)
    for column, header in block.assumed.items():
        title = block.titles[column]
        line = profile_line(("columns", title), block.field_of[column])
        out.add("header-assumed", grid.sheet_name, block.last_row, column, text=title, assumed=header, line=line)


def report_overwritten(grid: Grid, table: LedgerTable, records: list[dict[str, Any]], out: Collector) -> None:
    """Reports numbers typed where at least half of the column has formulas."""
    for field in FORM_FIELDS:
        formulas = sum(record[f"{field}_formula"] for record in records)
        typed = [r for r in records if not r[f"{field}_formula"] and r[field] is not None]
        if field in table.columns and typed and formulas >= len(typed):
            for record in typed:
                out.add(
                    "formula-overwritten", grid.sheet_name, record["row"], table.columns[field], found=record[field]
                )
