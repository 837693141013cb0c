"""Tells rows that are assets from totals, notes, headings and other rows of a ledger."""

from __future__ import annotations

import re
from typing import Any

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, FORM_FIELDS, folded, narrow, squeezed
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock, Masked
from riskbook.reading.values import is_blank

_SUBSTANCE = ("medium", *CIA_FIELDS)  # a row with one of these is an asset, whatever its name looks like
_LEGEND_ROWS, _LONGEST_LEGEND = 2, 300  # rows below the header; characters of a cell
_GRADES = re.compile(r"\d.*[~〜\-–,、/・: ].*\d|\d\s*段階", re.DOTALL)  # "1～3", "3:高 2:中 1:低", "5段階"
_COLUMN_NUMBER = re.compile(r"[(（]?\s*(\d{1,2}|[①-⑳])\s*[)）]?")
_LEAST_NUMBERS = 4
_SENTENCE = re.compile(r".{40}|。\s*$", re.DOTALL)  # too long for a name, or a sentence
_PAGE = re.compile(r"(?:page|p\.)\s*\d+(?:\s*(?:of|/|-)\s*\d+)?|\d+\s*/\s*\d+\s*(?:ページ|頁)?", re.IGNORECASE)
_EXPLAINS = re.compile(r"【[^】]+】.")
_HEADING_MARKS = ("＜", "<", "【", "[", "■", "◆", "●", "▼", "〈", "《")


class Rows:
    """Decides of each row of a ledger whether it is an asset, and reports those that are none."""

    def __init__(self, method: Method, collector: Collector) -> None:
        self._out = collector
        words = method.words
        self._totals = {squeezed(word) for word in words.totals}
        self._statistics = {squeezed(word) for word in words.statistics}
        self._note_marks = tuple(words.note_marks)
        self._left_out = {squeezed(text) for text in words.left_out}
        noted = "|".join(sorted(map(re.escape, map(folded, words.note_words)), key=len, reverse=True))
        self._note_words = re.compile(rf"[^\w]*(?:{noted})(?:\s*[:)\]】〕>＞]|\s*\d{{1,2}}\s*[:.)]|\s*$)")

    def is_no_asset(self, grid: Grid, block: HeaderBlock, row: int, content: dict[str, Any], rated: bool) -> bool:
        """Whether a row is no asset, which is reported.

        `content`: what was typed into it, by field. `rated`: an importance, threat or vulnerability was, too.
        """
        texts = {squeezed(values.text(value) or "") for value in (grid.rows[row] if self._left_out else ())}
        reason = "settled" if texts & self._left_out else self._why_no_asset(content, rated)
        if row in grid.facts.total_rows:
            reason = "total"
        elif row <= block.last_row + _LEGEND_ROWS and (self._is_legend(content) or _numbers_columns(grid, row)):
            reason = "legend"
        if not reason:
            return False
        column = min(block.columns[field] for field in content)
        if reason == "total":  # shown by the cell that says so
            shows = {block.columns[f]: values.text(v) or "" for f, v in content.items()}
            column = next((c for c, text in sorted(shows.items()) if self._is_total(text)), column)
        shown = values.text(grid.value(row, column))
        self._out.add("row-ignored", grid.sheet_name, row, column, variant=reason, severity="info", text=shown)
        return True

    def report_leftover(self, grid: Grid, block: HeaderBlock, row: int, typed: dict[str, Any], masked: Masked) -> None:
        """Reports the content of a row without an asset; a row with formulas only is not reported."""
        known = set(block.columns.values()) | set(block.own_columns) | masked(row)
        strays = [
            column
            for column, value in enumerate(grid.rows[row], start=1)
            if column not in known and not is_blank(value) and not grid.is_formula(row, column)
        ]
        if strays:
            self._report_note_or_stray(grid, row, strays[0])
        elif set(typed) & set(FORM_FIELDS):
            column = min(block.columns[field] for field in typed if field in FORM_FIELDS)
            self._out.add(
                "row-ignored", grid.sheet_name, row, column, variant="stray", text=values.text(grid.value(row, column))
            )
        elif "asset_id" in typed:  # numbers filled down in advance are reported together
            shown = values.text(typed["asset_id"]) or ""
            column = block.columns["asset_id"]
            if any(character.isdigit() for character in shown) and not self._explains(shown):
                self._out.add_alike("row-ignored", grid.sheet_name, row, column, variant="numbered")
            else:
                self._report_note_or_stray(grid, row, column)

    def _report_note_or_stray(self, grid: Grid, row: int, column: int) -> None:
        shown = values.text(grid.value(row, column))
        if squeezed(shown or "") in self._left_out:
            return
        variant, severity = ("note", "info") if self._explains(shown or "") else ("stray", "warning")
        self._out.add("row-ignored", grid.sheet_name, row, column, variant=variant, severity=severity, text=shown)

    def _why_no_asset(self, content: dict[str, Any], rated: bool) -> str:
        """Why a row is no asset: "total", "note", "heading", "stray", or "" where it is one."""
        leading = [values.text(content[field]) or "" for field in ("business", "name", "note") if field in content]
        if "medium" not in content and any(self._is_total(text) for text in leading):
            return "total"
        if any(field in content for field in _SUBSTANCE) or (rated and "name" in content):
            return ""
        first = next(iter(leading), "")
        if self._is_note(first) or (len(content) == 1 and (_SENTENCE.search(first) or _PAGE.fullmatch(narrow(first)))):
            return "note"
        if set(content) <= {"business", "name"} and first.startswith(_HEADING_MARKS):
            return "heading"
        if "name" not in content:
            return "heading" if set(content) <= {"business", "department"} else "stray"
        return ""

    def _explains(self, text: str) -> bool:
        """Whether a text beside an empty row is a note, or explains a word that stands in brackets before it."""
        return self._is_note(text) or bool(_EXPLAINS.match(text))

    def _is_note(self, text: str) -> bool:
        """Whether a text begins like a note: with a sign, or with a word such as 判定基準 before a colon or alone."""
        return text.startswith(self._note_marks) or bool(self._note_words.match(folded(text[:_LONGEST_LEGEND])))

    def _is_legend(self, content: dict[str, Any]) -> bool:
        """Whether a row right under the header explains the columns: its ratings name several grades each."""
        ratings = [values.text(content[field]) or "" for field in (*CIA_FIELDS, "importance") if field in content]
        name = narrow(values.text(content.get("name")) or "")
        nameless = not name or bool(re.fullmatch(r"\(.*\)|※.*|例.*", name))
        return nameless and bool(ratings) and all(_GRADES.search(narrow(text[:_LONGEST_LEGEND])) for text in ratings)

    def _is_total(self, text: str) -> bool:
        shown = re.sub(r"\([^()]*\)$", "", squeezed(text))
        long = tuple(word for word in self._totals if len(word) > 1)
        return shown in self._totals | self._statistics or shown.endswith(long)


def _numbers_columns(grid: Grid, row: int) -> bool:
    """Whether a row numbers the columns below the header: "(1)", "(2)", "(3)", or "①", "②", "③"."""
    shown = [values.text(value) for value in grid.rows[row] if not is_blank(value)]
    numbers = [_COLUMN_NUMBER.fullmatch(text or "") for text in shown]
    found = [int(narrow(match[1])) for match in numbers if match]
    return len(found) == len(shown) >= _LEAST_NUMBERS and found == list(range(found[0], found[0] + len(found)))
