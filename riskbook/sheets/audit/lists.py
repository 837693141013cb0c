"""The sheets of an audit workbook with tables: the columns of the CSV files, their values in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import LEVELS
from riskbook.sheets import words
from riskbook.sheets.audit.codes import YES, code_words, header, pairs_swapped
from riskbook.sheets.audit.meaning import meaning
from riskbook.sheets.changes import COLOURS, value_word
from riskbook.sheets.findings import LEVEL_OF
from riskbook.sheets.listing import HEADER_ROW, Column, write_list
from riskbook.sheets.theme import Theme
from riskbook.sheets.words import Row
from riskbook.text import label

if TYPE_CHECKING:
    from riskbook.sheets.audit.book import AuditBook

# In the order of the tabs.
SHEETS = ("clients", "register", "changes", "plan", "measures", "accepted", "findings", "runs", "methods")
_WIDTHS = {
    "client": 20,
    "title": 18,
    "file": 18,
    "name": 20,
    "subject": 26,
    "question": 36,
    "message": 46,
    "mend": 34,
    "note": 18,
    "plan_note": 18,
    "measure": 24,
    "decision_reason": 20,
    "reason": 20,
    "before": 16,
    "after": 16,
    "factors": 26,
    "causes": 26,
    "recorded_at": 27,
    "meaning": 60,
    "key": 34,
    "value": 40,
    "event": 14,
    "code": 16,
    "medium": 15,
    "sheet": 18,
    "input_sha256": 36,
    "output_sha256": 36,
    "state_sha256": 36,
    "method_sha256": 36,
    "profile": 40,
    "chain_sha256": 36,
    "kind": 6,
    "acceptance": 12,
    "matched": 12,
}
_ONE_PAGE = 260  # characters across; wider tables are printed on two pages
_WRAPPED = 12  # a column of at least this width wraps


def write(sheet: Worksheet, theme: Theme, table: str, audit: AuditBook, method: Method, lang: str) -> None:
    """Writes one table (one of SHEETS)."""
    columns = [_column(table, key, method, lang) for key in audit.columns[table]]
    if table == "methods" and audit.csv is not None:  # packages of earlier versions do not have it
        columns.insert(0, _meaning(method, lang))
    rows = [{"level": _level_of(row), **row} for row in audit.records(table)]
    note = label(f"note.audit-{table}", lang, month=audit.month)
    write_list(sheet, theme, lang, f"audit-{table}", columns, rows, frozen=2, note=note)
    if not rows:
        sheet.write_string(HEADER_ROW + 1, 0, label("audit.no-entries", lang), theme.note())
    if sum(column.width for column in columns) > _ONE_PAGE:
        sheet.fit_to_pages(2, 0)
        sheet.repeat_columns(0, 1)


def _level_of(row: Row) -> str:
    """The level in whose colours a row's event or severity is shown."""
    if "event" in row:
        return COLOURS.get(row["event"], LEVELS[-1])
    return LEVEL_OF.get(row.get("severity", ""), LEVELS[-1])


def _column(table: str, key: str, method: Method, lang: str) -> Column:
    width = _WIDTHS.get(key, 9)
    look = "wrap" if width >= _WRAPPED else "percent" if key == "share" else "centre"
    if key in ("event", "severity") or (key in ("risk", "level") and table not in ("clients", "runs", "trend")):
        look = "level"
    return Column(key, width, look, _value(key, method, lang), header=header(table, key, method, lang))


def _meaning(method: Method, lang: str) -> Column:
    def sentence(row: Row) -> str:
        return meaning(row["key"], row["value"], method, lang)

    return Column("meaning", _WIDTHS["meaning"], "wrap", sentence, header=header("methods", "meaning", method, lang))


def _value(key: str, method: Method, lang: str) -> Callable[[Row], Any]:
    known = code_words(key, method, lang)
    if known:
        return lambda row: known.get(row[key], row[key])
    if key == "recorded_at":
        return lambda row: words.local_time(row[key], lang)
    if key == "medium":
        return lambda row: words.medium_word(method, row[key], lang)
    if key in ("before", "after"):
        return lambda row: _end(row, key, method, lang)
    if key in ("factors", "causes"):
        return lambda row: _pairs(row[key], lang)
    return lambda row: (YES if row[key] else None) if isinstance(row[key], bool) else row[key]


def _pairs(text: str | None, lang: str) -> str | None:
    """A text of factors or causes ("share 0.5→0.75; …") with fields in words and shares in percent."""
    if not text:
        return None
    text = re.sub(r"\bshare ([\d.]+)→([\d.]+)", lambda m: f"share {float(m[1]):.0%}→{float(m[2]):.0%}", text)
    return pairs_swapped(text, lang)


def _end(row: Row, key: str, method: Method, lang: str) -> Any:
    """The value before or after an event; the column also holds names, so numbers are texts in it."""
    value = row[key]
    if isinstance(value, str) and value.isdecimal() and row["event"].startswith(("risk-", "asset-", "measure-")):
        value = int(value)
    return value_word(row["event"], value, method, lang)
