"""The question sheet: open errors and warnings of several workbooks, as a letter to the client that is read back."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import INFO, Finding, OwnList, by_kind, few
from riskbook.sheets.findings import finding_row, kind_message, ranges_of
from riskbook.sheets.listing import Column, headers_of, plain, write_list
from riskbook.sheets.theme import Theme
from riskbook.sheets.words import Row
from riskbook.text import joined, label

_HEAD = ("client", "sender", "date", "deadline")
_HEAD_ROW, _HEADER_ROW = 2, 7  # 0-based: first line of the letter's head, header of the list
_MOST_NAMES = 5  # assets named in a question
_MOST_MARKS = 2000  # findings of a question, whose marks must go into a cell

_COLUMNS = (
    Column("number", 5, "centre", plain("rank")),
    Column("workbook", 16, "wrap", plain("workbook")),
    Column("sheet", 16, "wrap", plain("sheet")),
    Column("question-cell", 15, "wrap", plain("cells")),
    Column("subject", 18, "wrap", plain("subject")),
    Column("message", 50, "wrap", plain("message")),
    Column("mend", 36, "wrap", plain("mend")),
    Column("answer", 40, "input", plain("answer"), editable=True),
    Column("code", 17, "clip", plain("code")),
    Column("client", 17, "clip", plain("client")),
    Column("fingerprint", 13, "clip", plain("fingerprint")),
)
_HIDDEN = 3  # the last columns, by which answers are read back


@dataclass(frozen=True)
class Letter:
    """The head of a question sheet; `sender` "" is left to fill in by hand."""

    sender: str
    day: date
    deadline: date


@dataclass(frozen=True)
class Asked:
    """A workbook that is asked about: the name of its file, the client's name or "", its findings."""

    workbook: str
    client: str
    findings: Sequence[Finding]


def question_list() -> OwnList:
    """How a question sheet is read back."""
    keys = ("workbook", "client", "code", "sheet", "question-cell", "subject", "message", "fingerprint")
    needed = frozenset({"code", "fingerprint", "workbook"})
    return OwnList(headers_of((*keys, "number", "answer")), keys, ("answer",), needed, "code", editable=False)


def question_sheet(
    asked: Sequence[Asked], method: Method, lang: str, letter: Letter, unread: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The bytes of a workbook with the open errors and warnings, one question a kind, to send to the client.

    `unread`: (name, why) of workbooks that could not be assessed.
    """
    rows: list[Row] = [_unread(name, why) for name, why in unread]
    rows += [row for one in asked for row in _rows(one, method, lang)]
    rows = [{**row, "rank": rank} for rank, row in enumerate(rows, start=1)]
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    book = Workbook(buffer, {**options, "default_date_format": "yyyy/m/d"})
    book.set_custom_property("riskbook.format", "questions", "text")
    theme = Theme(book, lang, method)
    sheet = book.add_worksheet(label("sheet.questions", lang))
    write_list(sheet, theme, lang, "questions", _COLUMNS, rows, header_row=_HEADER_ROW)
    for place in range(len(_COLUMNS) - _HIDDEN, len(_COLUMNS)):
        sheet.set_column(place, place, _COLUMNS[place].width, None, {"hidden": True})
    clients = list(dict.fromkeys(one.client for one in asked if one.client))
    _write_head(sheet, theme, lang, clients, letter)
    if not rows:
        sheet.write_string(_HEADER_ROW + 1, 0, label("note.no-findings", lang), theme.note())
    book.close()
    return buffer.getvalue()


def _write_head(sheet: Worksheet, theme: Theme, lang: str, clients: Sequence[str], letter: Letter) -> None:
    addressed = label("questions.to", lang, names=joined(clients, lang)) if clients else ""
    values = (addressed, letter.sender, letter.day, letter.deadline)
    for row, (key, value) in enumerate(zip(_HEAD, values, strict=True), start=_HEAD_ROW):
        sheet.write_string(row, 0, label(f"questions.{key}", lang), theme.format(bold=True))
        if isinstance(value, date):
            sheet.write_datetime(row, 2, value, theme.format(num_format="yyyy/m/d", align="left"))
        else:
            sheet.write_string(row, 2, value, theme.format())


def _unread(name: str, why: str) -> Row:
    blank = dict.fromkeys(("sheet", "cells", "subject", "mend", "answer", "code", "client", "fingerprint"))
    return {**blank, "workbook": name, "message": why}


def _rows(asked: Asked, method: Method, lang: str) -> Iterator[Row]:
    """A row for each kind of open errors and warnings of a workbook."""
    wanted = [finding for finding in asked.findings if finding.open and finding.severity != INFO]
    for kind in by_kind(wanted):
        for start in range(0, len(kind), _MOST_MARKS):
            findings = kind[start : start + _MOST_MARKS]
            members = [finding_row(finding, method, lang) for finding in findings]
            names = list(dict.fromkeys(finding.subject for finding in findings if finding.subject))
            yield {
                **members[0],
                "workbook": asked.workbook,
                "client": asked.client,
                "sheet": findings[0].location.sheet_name,
                "cells": ", ".join(cell for cell in ranges_of(members) if cell),
                "subject": joined(few(names, _MOST_NAMES), lang),
                "message": kind_message(members, lang),
                "answer": None,
                "fingerprint": " ".join(finding.fingerprint for finding in findings),
            }
