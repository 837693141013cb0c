"""The sheet 入力チェック: every finding, linked to its cell, with room for an answer; and the question sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import ERROR, INFO, WARNING, Area, Finding, OwnList
from riskbook.sheets.listing import HEADER_ROW, Column, headers_of, plain, write_list
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.sheets.theme import Theme
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import Row, finding_words
from riskbook.text import label

# Severity → the level in whose colours it is shown: red, yellow, blue; answered findings are grey.
LEVEL_OF = {ERROR: "large", WARNING: "medium", INFO: "small"}
_LONGEST_ANSWER = 60  # of an answer that does not hold any more, as quoted
_RESPONSES = ("checked", "mended", "not-needed")

COLUMNS = (
    Column("number", 5, "centre", plain("rank")),
    Column("severity", 9, "level", plain("severity")),
    Column("cell", 18, "link", plain("place")),
    Column("subject", 15, "wrap", plain("subject")),
    Column("message", 50, "wrap", plain("message")),
    Column("mend", 34, "wrap", plain("mend")),
    Column("response", 11, "input", plain("response"), editable=True),
    Column("reason", 24, "input", plain("reason"), editable=True),
    Column("code", 17, "wrap", plain("code")),
    Column("fingerprint", 13, "centre", plain("fingerprint")),
)
_QUESTIONS = (
    Column("number", 5, "centre", plain("rank")),
    Column("workbook", 18, "wrap", plain("workbook")),
    Column("sheet", 18, "wrap", plain("sheet")),
    Column("question-cell", 8, "centre", plain("ref")),
    Column("subject", 20, "wrap", plain("subject")),
    Column("message", 52, "wrap", plain("message")),
    Column("mend", 36, "wrap", plain("mend")),
    Column("answer", 40, "input", plain("answer"), editable=True),
)


def own_list() -> OwnList:
    """How answers are read back; they are matched with the findings of the next run, which writes the sheet anew."""
    fields = ("code", "fingerprint", "cell", "subject", "message", "mend", "response", "reason")
    headers = headers_of((*fields[:-1], "finding-reason"), {"finding-reason": "reason"})
    needed = frozenset({"code", "response", "reason"})
    return OwnList(headers, fields, ("response", "reason"), needed, "code", editable=False)


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the findings, errors first; below them the answers to findings that no longer occur."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    rows: list[Row] = [_row(finding, rank, method, lang) for rank, finding in enumerate(assessment.findings, start=1)]
    for answer in assessment.settled:
        severity = label("severity.settled", lang)
        extra = {"rank": len(rows) + 1, "severity": severity, "level": "unassessed", "place": answer["cell"]}
        rows.append({**answer, **extra})
    area = write_list(sheet, theme, lang, "findings", _with_captions(COLUMNS), rows)
    if not rows:
        sheet.write_string(HEADER_ROW + 1, 0, label("note.no-findings", lang), theme.note())
        return Written(Area(1, 1, HEADER_ROW + 2, len(COLUMNS)))
    choices = [label(f"response.{name}", lang) for name in _RESPONSES]
    place = [column.key for column in COLUMNS].index("response")
    # Only a warning: people may answer in other words.
    options = {"validate": "list", "source": choices, "error_type": "warning"}
    sheet.data_validation(HEADER_ROW + 1, place, HEADER_ROW + len(rows), place, options)
    return Written(area)


def _with_captions(columns: Sequence[Column]) -> list[Column]:
    """The columns, with another caption for the reason: the plan's column of that key is the reason of a treatment."""
    return [Column("finding-reason", c.width, c.look, c.value, c.editable) if c.key == "reason" else c for c in columns]


def _row(finding: Finding, rank: int, method: Method, lang: str) -> dict[str, Any]:
    message, fix = finding_words(finding, method, lang)
    if finding.earlier:
        message = f"{message} {label('finding.earlier', lang, answer=shortened(finding.earlier, _LONGEST_ANSWER))}"
    return {
        "rank": rank,
        "severity": label(f"severity.{finding.severity}", lang),
        "level": LEVEL_OF[finding.severity] if finding.open else "unassessed",
        "place": finding.location,
        "subject": finding.subject,
        "message": message,
        "mend": fix,
        "response": finding.response,
        "reason": finding.reason,
        "code": finding.code,
        "fingerprint": finding.fingerprint,
    }


SHEET = Sheet(
    "findings",
    write,
    proofs=("col.severity", "col.message", "col.mend", "col.code"),
    keys=(4, 9),  # subject and code
    inputs=(7, 8),
    late=True,
    reads=own_list,
)


def questions(
    findings: Sequence[tuple[str, Finding]], method: Method, lang: str, unread: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The bytes of a workbook with the open errors and warnings, as questions to send to the client.

    `findings`: (name of the workbook, finding). `unread`: (name, why) of workbooks that could not be assessed.
    """
    rows: list[Row] = [
        {
            **dict.fromkeys(("sheet", "ref", "subject", "mend", "answer")),
            **{"rank": rank, "workbook": name, "message": why},
        }
        for rank, (name, why) in enumerate(unread, start=1)
    ]
    for workbook, finding in findings:
        if finding.open and finding.severity != INFO:
            row = _row(finding, len(rows) + 1, method, lang)
            place = finding.location
            rows.append({**row, "workbook": workbook, "sheet": place.sheet_name, "ref": place.cell_ref, "answer": None})
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_custom_property("riskbook.format", "questions", "text")
    theme = Theme(book, lang, method)
    sheet = book.add_worksheet(label("sheet.questions", lang))
    write_list(sheet, theme, lang, "questions", _QUESTIONS, rows)
    if not rows:
        sheet.write_string(HEADER_ROW + 1, 0, label("note.no-findings", lang), theme.note())
    book.close()
    return buffer.getvalue()
