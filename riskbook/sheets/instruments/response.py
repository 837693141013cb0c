"""The incident sheet (緊急時対応): stages, roles, contacts; people's entries are carried over to the next run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import RESPONSE_FIELDS, Assessment, OwnList
from riskbook.sheets.editable import match_lines, write_editable
from riskbook.sheets.listing import Column, headers_of, plain
from riskbook.sheets.sheet import Context, Look, Sheet, Written
from riskbook.sheets.words import Row
from riskbook.text import label

COLUMNS = (
    Column("line-id", 7, "centre", plain("number")),
    Column("section", 19, "wrap", plain("section")),
    Column("line", 34, "wrap", plain("name")),
    Column("line-what", 52, "wrap", plain("what")),
    Column("person", 20, "input", plain("person"), editable=True),
    Column("reach", 22, "input", plain("reach"), editable=True),
    Column("response_note", 22, "input", plain("response_note"), editable=True),
    Column("line-source", 14, "wrap", plain("source")),
)
_FIELD_OF = {"line-id": "number", "line": "name"}


def own_list() -> OwnList:
    """How the incident sheet is read back."""
    headers = headers_of((column.key for column in COLUMNS), _FIELD_OF)
    return OwnList(headers, ("number", "name"), RESPONSE_FIELDS, frozenset({"number"}), "number")


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the sheet; below it lines with entries that the method does not have."""
    return write_lines(sheet, context, context.method, context.assessment.ledger.lines("response"))


def write_lines(sheet: Worksheet, look: Look, method: Method, earlier: Sequence[Row]) -> Written:
    """Writes the sheet with the entries of its earlier lines."""
    # Of lines with the same number, the first is riskbook's; people copy lines and add their own.
    rows, orphans = match_lines(_rows(method, look.lang), earlier, ("number",), RESPONSE_FIELDS)
    return write_editable(
        sheet,
        look,
        "response",
        COLUMNS,
        rows,
        orphans,
        ("number", "name", *RESPONSE_FIELDS),
        heading="note.response-orphans",
        frozen=3,
        field_of=_FIELD_OF,
    )


def _rows(method: Method, lang: str) -> list[dict[str, Any]]:
    spec = method.instruments.response
    rows = []
    for section in spec.sections:
        for line in section.lines:
            source = spec.sources[line.source or section.source]
            rows.append(
                {
                    "number": line.id,
                    "section": section.title[lang],
                    "name": line.name[lang],
                    "what": "\n".join([line.what[lang], *([line.url] if line.url else [])]),
                    "source": f"{source.short[lang]} {source.date}",
                }
            )
    return rows


def _sentence(assessment: Assessment, method: Method, lang: str) -> str:
    named, roles = assessment.instruments.roles
    return label("summary.response", lang, named=named, all=roles)


SHEET = Sheet(
    "response",
    write,
    proofs=("note.response",),
    reads=own_list,
    words=("title.response", "note.response", "note.response-orphans"),
    sentence=_sentence,
)
