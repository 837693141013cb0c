"""A small workbook for each way in which Excel shows another thing than the XML says, and what is right for it.

Limits that Excel sets by number (formats, links, fonts, characters of a cell) have no file here, since such files are
big: their tests build them, or lower the limit.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import riskbook
from riskbook.opc import decrypted
from tests.support.places import SEEN
from tests.support.workbooks import assessed_once
from tests.tools.make_seen import BOOKS, BUILT_IN_PASSWORD, CHECKS, DATES, LEDGER, WORDS_NO, WORDS_YES

Look = Callable[[Path], Any]
FIRST = "リスク値（算定）"  # the first result column


@cache
def _read(path: Path) -> pd.DataFrame:
    return riskbook.read(path).assets


@cache
def _saved(path: Path) -> bytes:
    """The result workbook, decrypted where Excel encrypts it by itself."""
    content = assessed_once(path).checked()
    return content if content.startswith(b"PK") else decrypted(content, BUILT_IN_PASSWORD)


# --- where to look: in what was read, in the findings, in the result workbook ---


def of(name: str, field: str) -> Look:
    """A field of an asset."""
    return lambda path: _read(path).set_index("name", drop=False)[field].to_dict()[name]


def every(field: str) -> Look:
    """A field of all assets."""
    return lambda path: _read(path)[field].tolist()


def found(code: str, variant: str | None = None) -> Look:
    """The cells, or the sheet, of the findings with a code, and with a variant where one is told."""
    return lambda path: [
        finding.location.cell_ref or finding.location.sheet_name
        for finding in assessed_once(path).findings
        if finding.code == code and variant in (None, finding.variant)
    ]


def level(name: str) -> Look:
    """The level of an asset's risk."""
    return lambda path: dict(assessed_once(path).risks[["name", "level"]].values)[name]


def result(look: Callable[[Any], Any]) -> Look:
    """Something of the ledger's sheet in the result, as openpyxl reads it."""
    return lambda path: look(openpyxl.load_workbook(io.BytesIO(_saved(path)))[LEDGER])


def package(pattern: str, part: str = "") -> Look:
    """What a pattern finds in a part of the result, or among the names of its parts."""

    def look(path: Path) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(_saved(path))) as members:
            return re.findall(pattern, members.read(part).decode() if part else "\n".join(members.namelist()))

    return look


def refused(work: Callable[[Path], Any]) -> Look:
    """The key of the error with which work is refused."""

    def look(path: Path) -> str:
        with pytest.raises(riskbook.PackageError) as caught:
            work(path)
        return caught.value.key

    return look


def _results_at(sheet: Any) -> str:
    return next(str(cell.column_letter) for cell in sheet[1] if cell.value == FIRST)


def _columns(sheet: Any) -> list[tuple[Any, ...]]:
    """First, last, hidden, outline level, collapsed, and fill of each definition of columns beside the table."""
    return [
        (d.min, d.max, d.hidden, d.outlineLevel, d.collapsed, d.fill.fgColor.rgb[2:] if d.has_style else "")
        for d in sorted(sheet.column_dimensions.values(), key=lambda d: d.min)
        if d.min > 12
    ]


def _priorities(path: Path) -> bool:
    """Whether the rules of the extensions go before riskbook's."""
    part = "xl/worksheets/sheet1.xml"
    (later,) = package(r'<x14:cfRule type="expression" priority="(\d+)"', part)(path)
    own = package(r'<cfRule type="expression" dxfId="\d+" priority="(\d+)"', part)(path)
    return int(later) < min(map(int, own))


TABLE: list[tuple[str, Look, Any]] = [
    # --- what a cell shows ---
    ("array-formula", every("vulnerability_formula"), [True] * 4),
    ("array-formula", every("vulnerability"), [1] * 4),
    ("spilled", every("vulnerability_formula"), [True] * 4),
    ("data-table", every("vulnerability_formula"), [True] * 4),
    ("merged-leftover", every("media"), [("書類",), ("書類",)]),
    ("merged-leftover-under-empty", every("medium_text"), [None, None]),
    ("merged-leftover-under-empty", found("medium-missing"), ["C2", "C3"]),
    ("struck-runs", of("資産", "medium_text"), "書類"),
    ("struck-runs", of("資産", "confidentiality"), 1),
    ("struck-runs", of("資産", "note"), "倉庫の1階"),
    ("struck-runs-inline", of("資産", "medium_text"), "書類"),
    ("struck-then-typed", of("資産", "medium_text"), "書類"),
    ("struck-then-typed", of("資産", "confidentiality"), 1),
    ("struck-then-typed", found("row-deleted"), []),
    ("struck-cells", of("資産", "medium_text"), None),
    ("struck-cells", of("資産", "personal"), False),
    ("struck-cells", found("cia-missing"), ["E2"]),
    ("struck-cells", found("check-unanswered"), ["C2"]),
    ("struck-and-invisible", of("資産", "media"), ("書類",)),
    ("struck-name", every("name"), ["資産"]),
    ("struck-name", found("row-deleted"), ["B3"]),
    ("hidden-column", every("confidentiality"), [3, 3]),
    ("hidden-column", found("column-ignored", "hidden"), ["E1"]),
    ("fifteen-digits", of("資産", "confidentiality"), 3),
    ("fifteen-digits", of("資産", "integrity"), 1),
    ("fifteen-digits", level("資産"), "large"),
    ("units-in-formats", of("6か月", "retention_years"), 0.5),
    ("units-in-formats", of("90日", "retention_years"), 90 / 365),
    ("units-in-formats", of("5年", "retention_years"), 5.0),
    ("units-in-formats", of("10年", "retention_years"), 10.0),
    ("units-in-formats", of("7年", "retention_years"), 7.0),
    ("units-in-formats", of("50万円", "cost"), 500_000.0),
    ("units-in-formats", of("500千円", "cost"), 500_000.0),
    ("units-in-formats", of("120人", "personal"), True),
    ("units-in-formats", of("0件", "personal"), False),
    ("zeros-in-formats", every("asset_id"), ["0007", "A-007", "00-07", "3-2026", "A-12-34"]),
    ("words-in-formats", of("高", "confidentiality"), 3),
    ("words-in-formats", of("低", "confidentiality"), 1),
    ("words-in-formats", of("有", "personal"), True),
    ("words-in-formats", of("無", "personal"), False),
    ("words-in-formats", of("18か月", "retention_years"), 1.5),
    ("words-in-formats", of("3年", "retention_years"), 3.0),
    ("percent-formats", every("note"), ["50%", "12.50%", "12.5%"]),
    ("format-of-a-rule", of("資産", "registered"), date(2025, 1, 1)),
    ("invisible-characters", of("zero width space", "medium_text"), "書類"),
    ("invisible-characters", of("byte order mark, variation selector", "personal"), False),
    ("invisible-characters", of("direction marks", "asset_id"), "2026"),
    ("invisible-characters", of("carriage return", "note"), "棚\n3段"),
    ("invisible-characters", of("escaped", "note"), "_x0041_"),
    ("invisible-characters", of("two halves", "note"), "\U0001f600"),
    ("invisible-characters", of("one half", "note"), "半分\ufffd"),
    ("picture-in-cell", of("資産", "note"), None),
    ("picture-in-cell", found("error-cell"), ["L3"]),  # the error beside it
    ("check-boxes", found("form-controls"), [CHECKS]),
    ("check-boxes", found("check-unanswered"), ["C2", "C3"]),
    ("check-boxes-in-cells", every("personal"), [True, False]),
    # --- what is typed, and which rows are assets ---
    *(
        ("dates", of(typed, "registered"), right)
        for typed, right in zip(
            DATES,
            (
                date(2024, 4, 1),
                date(2025, 3, 31),
                date(2024, 4, 1),
                date(2024, 4, 1),
                date(2026, 4, 1),
                date(1998, 4, 1),
                None,  # 6/4/1: of an era, or of 2006?
                date(2026, 4, 1),
                date(2024, 4, 1),
                date(2026, 12, 21),
                date(2026, 4, 30),
                date(2026, 4, 1),
                date(2026, 4, 1),
                date(2026, 4, 1),
                None,  # 2026/2/30
                None,  # 4/1
            ),
            strict=True,
        )
    ),
    ("dates", found("date-unreadable"), ["J8", "J16", "J17"]),
    ("retentions", every("retention_date"), [date(2025, 3, 31), date(2026, 4, 30), date(2027, 3, 31)]),
    *(("marks", of(word, "personal"), False) for word in WORDS_NO),
    *(("marks", of(word, "personal"), True) for word in WORDS_YES),
    ("marks", found("mark-unreadable"), []),
    ("statistics", every("name"), ["資産", "他の資産"]),
    ("totals-row", every("name"), ["資産", "他の資産"]),
    ("legend", every("name"), ["資産"]),
    ("doubtful-ratings", every("name"), ["顧客名簿", "資産"]),
    ("doubtful-ratings", level("顧客名簿"), "unassessed"),
    ("several-tables", of("資産", "confidentiality"), 3),
    ("several-tables", of("販売管理", "confidentiality"), 1),
    ("several-tables", of("販売管理", "media"), ("社内サーバー",)),
    ("header-far-below", every("row"), [102]),
    # --- what stands beside the table: the results and the hidden column take four columns ---
    ("filter", result(lambda sheet: sheet.auto_filter.ref), "A1:P3"),
    ("filter-elsewhere", result(lambda sheet: sheet.auto_filter.ref), "A11:C13"),
    ("print-area", result(lambda sheet: sheet.print_area), f"'{LEDGER}'!$A$1:$P$3"),
    ("print-area", result(lambda sheet: (sheet.print_title_rows, sheet.print_title_cols)), ("$1:$1", "$A:$B")),
    ("print-area", result(lambda sheet: sheet.sheet_properties.pageSetUpPr.fitToPage), True),
    ("text-box-beside", result(_results_at), "P"),
    ("text-box-beside", found("results-apart"), ["P1"]),
    ("button-beside", result(_results_at), "P"),
    ("chart-beside", result(_results_at), "U"),
    ("picture-beside", result(_results_at), "P"),
    # --- definitions of several columns, of which riskbook takes some ---
    (
        "columns-in-outline",
        result(_columns),
        [
            *((column, column, False, 1, True, "FFF2CC") for column in (13, 14, 15)),
            (16, 16, True, 1, True, "FFF2CC"),
            (17, 20, False, 1, True, "FFF2CC"),
        ],
    ),
    (
        "columns-hidden",
        result(_columns),
        [
            *((column, column, False, 0, False, "") for column in (13, 14, 15)),
            (16, 16, True, 1, False, "FFF2CC"),
            (17, 20, True, 1, False, "FFF2CC"),
        ],
    ),
    (
        "columns-hidden-to-the-edge",
        result(_columns),
        [
            *((column, column, False, 0, False, "FFF2CC") for column in (13, 14, 15)),
            (16, 16, True, 0, False, "FFF2CC"),
            (17, 16_384, True, 0, False, "FFF2CC"),
        ],
    ),
    # --- packages at the limits of what is read ---
    ("styles-missing", every("name"), ["資産", "他の資産"]),
    ("styles-missing", package("/relationships/styles", "xl/_rels/workbook.xml.rels"), ["/relationships/styles"]),
    ("styles-missing", package("xl/styles.*"), ["xl/styles.xml"]),
    ("backslashes", refused(riskbook.read), "backslash-member"),
    ("encrypted-by-excel", every("name"), ["資産", "他の資産"]),
    ("encrypted-by-excel", lambda path: assessed_once(path).checked()[:4], b"\xd0\xcf\x11\xe0"),
    ("encrypted-by-excel", result(_results_at), "M"),
    ("shared-workbook", found("shared-workbook"), [LEDGER]),
    ("shared-workbook", refused(_saved), "shared-workbook"),
    ("alternatives", of("他の資産", "confidentiality"), 3),
    ("later-rules", _priorities, True),
    ("marked-final", found("marked-final"), [LEDGER]),
    ("marked-final", package(r'"_MarkAsFinal"[^/]*<vt:bool>(\w+)<', "docProps/custom.xml"), ["true"]),
]


@pytest.mark.parametrize(("name", "look", "right"), TABLE, ids=[name for name, _, _ in TABLE])
def test_what_is_seen_is_read(name: str, look: Look, right: Any) -> None:
    assert look(SEEN / f"{name}.xlsx") == right


def test_every_file_is_made_and_looked_at() -> None:
    assert {path.name for path in SEEN.iterdir()} == {f"{name}.xlsx" for name in BOOKS}
    assert {name for name, _, _ in TABLE} == set(BOOKS)
