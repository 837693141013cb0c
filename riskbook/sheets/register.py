"""リスク一覧: every asset with all factors, highest risk first, linked to its row."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import MARK_FIELDS, Area
from riskbook.sheets import words
from riskbook.sheets.listing import HEADER_ROW, Column, figure, plain, write_list
from riskbook.sheets.theme import Theme, level_word
from riskbook.sheets.words import Row


def columns(method: Method, lang: str) -> list[Column]:
    """The columns of the register."""
    return [
        Column("number", 5, "centre", plain("rank")),
        Column("place", 20, "link", plain("place")),
        Column("asset_id", 9, "text", plain("asset_id")),
        Column("business", 10, "text", plain("business")),
        Column("name", 24, "wrap", plain("name")),
        Column("medium", 13, "text", lambda row: words.medium_word(method, row["medium"] or row["medium_text"], lang)),
        Column("department", 11, "text", plain("department")),
        Column("personal", 6, "centre", lambda row: "○" if any(row[field] for field in MARK_FIELDS) else None),
        Column("confidentiality", 5, "centre", figure("confidentiality")),
        Column("integrity", 5, "centre", figure("integrity")),
        Column("availability", 5, "centre", figure("availability")),
        Column("importance", 6, "centre", figure("importance")),
        Column("threat", 5, "centre", figure("threat")),
        Column("vulnerability", 6, "centre", figure("vulnerability")),
        Column("share", 8, "percent", lambda row: None if row["share"] is None else float(row["share"])),
        Column("likelihood", 8, "centre", figure("likelihood")),
        Column("risk", 7, "level", figure("risk")),
        Column("level", 8, "level", lambda row: level_word(method, row["level"], lang)),
        Column("treatment", 9, "centre", lambda row: words.treatment_word(method, row["treatment"], lang)),
        Column("decision", 8, "centre", plain("decision")),
        Column("residual", 8, "centre", figure("residual")),
        Column("reason", 52, "wrap", lambda row: words.reason(row, method, lang)),
        Column("alternatives", 10, "wrap", lambda row: words.alternatives(row, method, lang)),
        Column("sources", 16, "text", lambda row: words.sources(row, lang)),
    ]


def write(sheet: Worksheet, theme: Theme, rows: Sequence[Row], method: Method, lang: str) -> Area:
    """Writes the register; `rows` come highest risk first."""
    area = write_list(sheet, theme, lang, "register", columns(method, lang), rows)
    sheet.freeze_panes(HEADER_ROW + 1, 5)
    return area
