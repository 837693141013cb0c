"""The incident sheet (緊急時対応): stages, roles, contacts; people's entries are carried over to the next run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import RESPONSE_FIELDS, Area, Assessment, ListLayout, OwnList
from riskbook.sheets.listing import HEADER_ROW, Column, headers_of, plain, write_list, write_orphans
from riskbook.sheets.sheet import Context, Sheet, Written
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
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    known = {line.id for section in method.instruments.response.sections for line in section.lines}
    typed: dict[str, Any] = {}
    orphans: list[dict[str, Any]] = []  # people's own lines, and second lines with the same number
    for line in assessment.ledger.lines("response"):
        # The first line with a number of the method's is that line; people may have copied it.
        if line["number"] in known and typed.setdefault(line["number"], line) is line:
            continue
        orphans += [dict(line)] if _is_typed(line) else []
    rows = _rows(typed, method, lang)
    area = write_list(sheet, theme, lang, "response", COLUMNS, rows, frozen=3)
    last = area.last_row - 1
    lines = {HEADER_ROW + 2 + place: row["line_row"] for place, row in enumerate(rows)}
    if orphans:
        lines |= {last + 4 + place: line["line_row"] for place, line in enumerate(orphans)}
        for line in orphans:
            line |= dict.fromkeys(("section", "what", "source"))
        fields = ("number", "name", *RESPONSE_FIELDS)
        last = write_orphans(sheet, theme, last + 2, orphans, _ORPHANS, fields, label("note.response-orphans", lang))
    places = {_FIELD_OF.get(column.key, column.key): place for place, column in enumerate(COLUMNS, start=1)}
    layout = ListLayout(sheet.get_name(), HEADER_ROW + 1, places, lines)
    return Written(Area(1, 1, last + 1, len(COLUMNS)), layout)


_ORPHANS = tuple(Column(_FIELD_OF.get(c.key, c.key), c.width, c.look, c.value, c.editable) for c in COLUMNS)


def _is_typed(line: Mapping[str, Any]) -> bool:
    return any(line[field] is not None for field in RESPONSE_FIELDS)


def _rows(typed: dict[str, Any], method: Method, lang: str) -> list[dict[str, Any]]:
    spec = method.instruments.response
    nothing = dict.fromkeys((*RESPONSE_FIELDS, "line_row"))
    rows = []
    for section in spec.sections:
        for line in section.lines:
            known = typed.get(line.id, nothing)
            source = spec.sources[line.source or section.source]
            rows.append(
                {
                    "number": line.id,
                    "section": section.title[lang],
                    "name": line.name[lang],
                    "what": "\n".join([line.what[lang], *([line.url] if line.url else [])]),
                    "source": f"{source.short[lang]} {source.date}",
                    **{field: known[field] for field in nothing},
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
