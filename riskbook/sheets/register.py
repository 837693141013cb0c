"""リスク一覧: every asset with all factors, highest risk first, linked to its row."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import MARK_FIELDS, PLAN_KEYS, Area
from riskbook.sheets import words
from riskbook.sheets.listing import Column, figure, headers_of, identity_columns, plain, write_list
from riskbook.sheets.theme import Theme, level_word
from riskbook.sheets.words import Row


def headers() -> dict[str, str]:
    """The headers of the register that reading must know again, in every language → field."""
    return headers_of((*PLAN_KEYS, "place", "likelihood", "risk"))


def columns(method: Method, lang: str) -> list[Column]:
    """The columns of the register."""
    return [
        *identity_columns(method, lang),
        Column("personal", 5, "centre", lambda row: "○" if any(row[field] for field in MARK_FIELDS) else None),
        Column("confidentiality", 4, "centre", figure("confidentiality")),
        Column("integrity", 4, "centre", figure("integrity")),
        Column("availability", 4, "centre", figure("availability")),
        Column("importance", 5, "centre", figure("importance")),
        Column("threat", 5, "centre", figure("threat")),
        Column("vulnerability", 5, "centre", figure("vulnerability")),
        Column("share", 6, "percent", lambda row: None if row["share"] is None else float(row["share"])),
        Column("likelihood", 6, "centre", figure("likelihood")),
        Column("risk", 6, "level", figure("risk")),
        Column("level", 7, "level", lambda row: level_word(method, row["level"], lang)),
        Column("treatment", 8, "centre", lambda row: words.treatment_word(method, row["treatment"], lang)),
        Column("decision", 8, "centre", plain("decision")),
        Column("planned", 6, "centre", figure("planned")),
        Column("residual", 6, "centre", figure("residual")),
        Column("reason", 46, "wrap", lambda row: words.reason(row, method, lang)),
        Column("alternatives", 10, "wrap", lambda row: words.alternatives(row, method, lang)),
        Column("sources", 10, "wrap", lambda row: words.sources(row, lang)),
    ]


def write(sheet: Worksheet, theme: Theme, rows: Sequence[Row], method: Method, lang: str) -> Area:
    """Writes the register; `rows` come highest risk first."""
    return write_list(sheet, theme, lang, "register", columns(method, lang), rows, frozen=2)
