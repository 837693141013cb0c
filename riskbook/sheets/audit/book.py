"""The workbook of the monthly package: cover, summary, and a sheet for each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter.workbook import Workbook

from riskbook.method import Method
from riskbook.sheets.audit import cover, lists, summary
from riskbook.sheets.summary.page import COLUMNS, WIDTH, Page
from riskbook.sheets.theme import Theme, close, page_setup
from riskbook.text import label


@dataclass(frozen=True)
class AuditBook:
    """The content of the workbook.

    `month`: YYYY-MM. `previous`: month and SHA-256 of the manifest before, None for the first. `recorded_at`: time of
    the last run in it (ISO, UTC). `redaction`: as in the manifest, None without any. `columns`: table → its column
    names; `rows`: table → its rows. `parquet`: whether the tables are there as Parquet, too.
    `csv`: the form of the CSV files, "words" or "codes"; None in packages of versions that knew only codes.
    """

    month: str
    previous: tuple[str, str] | None
    recorded_at: str
    redaction: Mapping[str, Any] | None
    columns: Mapping[str, Sequence[str]]
    rows: Mapping[str, Sequence[Sequence[Any]]] = field(repr=False)
    parquet: bool = True
    csv: str | None = None

    def records(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as mappings by column."""
        return [dict(zip(self.columns[table], row, strict=True)) for row in self.rows[table]]


def write_audit(audit: AuditBook, path: Path, method: Method, lang: str) -> None:
    """Writes the workbook, with the same bytes for the same content. `method`: gives words and colours.

    Raises `OSError`.
    """
    book = Workbook(str(path), {"strings_to_urls": False, "strings_to_formulas": False})
    book.set_custom_property("riskbook.format", "audit", "text")
    # xlsxwriter would write the time of now, and no two runs would give the same bytes.
    book.set_properties({"created": datetime.fromisoformat(audit.recorded_at).replace(tzinfo=None)})
    theme = Theme(book, lang, method)
    clients, trend = audit.records("clients"), audit.records("trend")
    for name, write in (("cover", cover.write), ("summary", summary.write)):
        sheet = book.add_worksheet(label(f"sheet.audit-{name}", lang))
        sheet.set_column(0, COLUMNS - 1, WIDTH)
        last = write(Page(book, sheet, theme, method, lang), audit, clients, trend)
        page_setup(sheet, one_page=True)
        sheet.print_area(0, 0, last, COLUMNS - 1)
    for table in lists.SHEETS:
        sheet = book.add_worksheet(label(f"sheet.audit-{table}", lang))
        lists.write(sheet, theme, table, audit, method, lang)
    close(book)
