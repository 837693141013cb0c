"""Reports how the columns of a ledger were used."""

from __future__ import annotations

import re
from typing import Any

from riskbook.model import CIA_FIELDS, FORM_FIELDS, LedgerTable, Recognised, column_letter, profile_line, squeezed
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock, Masked, Vocabulary
from riskbook.reading.values import is_blank

# What stands in a cell that rates something: 3, b, 高, 社外秘, 3:高.
_GRADE = re.compile(
    r"\d{1,2}(?:\.0)?|\d[:.、].{1,12}|[a-es]|i{1,3}|iv|.?[高中低大小](?:い|さい)?|極秘|秘|社外秘|公開|high|medium|low|critical"
)


def describe(kind: str, grid: Grid, block: HeaderBlock, rows: list[int]) -> Recognised:
    """How a table was recognised, for people to check; `rows`: those that were read."""
    fields: dict[int, str] = {}
    for field, column in block.columns.items():
        fields[column] = f"{fields[column]}/{field}" if column in fields else field
    columns = []
    for column, title in sorted(block.titles.items()):
        how = "assumed" if column in block.assumed else "competing" if column in block.competing else ""
        columns.append((column_letter(column), title, fields.get(column, block.competing.get(column, "")), how))
    return Recognised(kind, grid.sheet_name, block.first_row, block.last_row, tuple(columns), tuple(rows))


def report_columns(
    grid: Grid, block: HeaderBlock, table: LedgerTable, masked: Masked, vocabulary: Vocabulary, out: Collector
) -> None:
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
            field = "" if variant else _points_to(grid, block, column, rows, vocabulary)
            if field:
                variant = "pointing"
                given = (block.titles[column], field)
                details |= {"severity": "warning", "option": given, "entry": given}
            if variant == "competing" and column in grid.facts.hidden_columns:
                variant = "hidden"
                details["severity"] = "warning"
            out.add("column-ignored", grid.sheet_name, block.last_row, column, variant=variant, **details)
    for column, header in block.assumed.items():
        title = block.titles[column]
        line = profile_line(("columns", title), block.field_of[column])
        out.add("header-assumed", grid.sheet_name, block.last_row, column, text=title, assumed=header, line=line)


def _points_to(grid: Grid, block: HeaderBlock, column: int, rows: list[int], vocabulary: Vocabulary) -> str:
    """The field that the table lacks and this column seems to be; "" where it seems to be something else."""
    fields = set(block.columns)
    wanted = {"medium", "threat", "vulnerability"} - fields
    if "importance" not in fields:
        wanted |= {"importance", *CIA_FIELDS} - fields
    close = vocabulary.pointing(block.titles[column], wanted)
    if not close or close[0][1] == "medium":
        return close[0][1] if close else ""
    texts = [squeezed(str(grid.value(row, column))) for row in rows]
    grades = sum(bool(_GRADE.fullmatch(text)) for text in texts)
    return close[0][1] if 2 * grades >= len(texts) else ""


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
