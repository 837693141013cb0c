"""入力チェック: every finding, linked to its cell."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from riskbook.model import ERROR, WARNING, Area, Finding
from riskbook.sheets.listing import HEADER_ROW, Column, plain, write_list
from riskbook.sheets.theme import Theme
from riskbook.text import finding_texts, label

# The severities borrow the colours of the levels: red, yellow, blue.
_LEVEL_OF = {ERROR: "large", WARNING: "medium"}

COLUMNS = (
    Column("number", 5, "centre", plain("rank")),
    Column("severity", 9, "level", plain("severity")),
    Column("cell", 24, "link", plain("place")),
    Column("message", 70, "wrap", plain("message")),
    Column("mend", 48, "wrap", plain("mend")),
    Column("code", 26, "text", plain("code")),
)


def write(sheet: Worksheet, theme: Theme, findings: Sequence[Finding], lang: str) -> Area:
    """Writes the findings, errors first."""
    rows = []
    for rank, finding in enumerate(findings, start=1):
        message, mend = finding_texts(finding.message_key, lang, finding.params)
        rows.append(
            {
                "rank": rank,
                "severity": label(f"severity.{finding.severity}", lang),
                "level": _LEVEL_OF.get(finding.severity, "small"),
                "place": finding.location,
                "message": message,
                "mend": mend,
                "code": finding.code,
            }
        )
    area = write_list(sheet, theme, lang, "findings", COLUMNS, rows)
    if not rows:
        sheet.write_string(HEADER_ROW + 1, 0, label("note.no-findings", lang), theme.note())
    return area if rows else Area(1, 1, HEADER_ROW + 2, len(COLUMNS))
