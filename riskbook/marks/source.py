"""Prepares a workbook for reading."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date

from riskbook.marks.content import notes_on
from riskbook.marks.ownership import is_final
from riskbook.model import Area, OwnedParts, SheetFacts, Source
from riskbook.opc import Container, Workbook, Worksheet, names
from riskbook.opc.choices import choices, messages


def readable(workbook: Workbook, data: bytes, owned: OwnedParts) -> Source:
    """The input of `reading`: without empty last rows of large sheets, strict OOXML made transitional for openpyxl."""
    trimmed = workbook.parts.trimmed()
    if trimmed:
        data = Container(data, workbook.limits).written(dict(trimmed), {})
    if workbook.strict:
        container = Container(data, workbook.limits)
        changed: dict[str, bytes | None] = {
            name: names.to_dialect(container.read(name), strict=False)
            for name in container.names
            if name.endswith((".xml", ".rels"))
        }
        data = container.written(changed, {})
    return Source(
        data=data,
        sheet_states={sheet.name: sheet.state for sheet in workbook.sheets if sheet.kind == "worksheet"},
        facts=lambda name: _facts(workbook, name),
        owned=owned,
        first_day=date(1904, 1, 1) if workbook.date_1904 else date(1899, 12, 30),
        notices=tuple(code for code, applies in _notices(workbook) if applies),
    )


def _facts(workbook: Workbook, name: str) -> SheetFacts:
    sheet = Worksheet(workbook, name)
    told = [*messages(sheet.root)]
    for text, ref in notes_on(workbook, name).items():
        with contextlib.suppress(ValueError):
            told.append((Area.parse(ref) if ref else Area(0, 0, 0, 0), text))
    return replace(sheet.facts(), lists=tuple(choices(workbook, sheet.root, name)), told=tuple(told))


def _notices(workbook: Workbook) -> list[tuple[str, bool]]:
    """Codes of findings about the workbook as a whole, each with whether it applies."""
    return [
        ("workbook-locked", workbook.structure_locked),
        ("read-only-recommended", workbook.read_only_recommended),
        ("signature-present", workbook.signed),
        ("shared-workbook", workbook.shared),
        ("marked-final", is_final(workbook)),
    ]
