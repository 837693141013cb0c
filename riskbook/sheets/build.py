"""The workbook of riskbook's own sheets, made with xlsxwriter, before it is grafted into the client's."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from xlsxwriter.workbook import Workbook

from riskbook.method import Method
from riskbook.model import Area, Assessment, ListLayout, Location, cell_ref, records
from riskbook.sheets.registry import SHEETS
from riskbook.sheets.sheet import Context, Written
from riskbook.sheets.theme import Theme


@dataclass(frozen=True)
class Built:
    """A workbook of sheets: its bytes, the area of each sheet by kind, and where the lines of editable ones stand."""

    content: bytes
    areas: Mapping[str, Area]
    layouts: Mapping[str, ListLayout]


def build(
    assessment: Assessment,
    ranked: pd.DataFrame,
    method: Method,
    lang: str,
    *,
    names: Mapping[str, str],
    title: str,
    date_1904: bool,
) -> Built:
    """Writes every sheet that the workbook is to have, in tab order.

    `ranked`: the risks, highest first. `names`: kind → tab name. `title`: the company or the file.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "date_1904": date_1904}
    book = Workbook(buffer, {**options, "default_date_format": "yyyy/m/d", "max_url_length": 2079})
    present = [sheet for sheet in SHEETS if sheet.present(assessment)]
    worksheets = {sheet.kind: book.add_worksheet(names[sheet.kind]) for sheet in present}
    sentences = [
        (sheet.kind, names[sheet.kind], sheet.sentence(assessment, method, lang))
        for sheet in present
        if sheet.sentence is not None
    ]
    theme, rows = Theme(book, lang, method), _rows(assessment, ranked)
    context = Context(book, theme, method, lang, assessment, rows, title, sentences)
    early = {s.kind: s.write(worksheets[s.kind], context) for s in present if not s.late}
    layouts = {kind: one.layout for kind, one in early.items() if one.layout is not None}
    context = replace(context, assessment=_relocated(assessment, layouts))
    written: dict[str, Written] = early | {s.kind: s.write(worksheets[s.kind], context) for s in present if s.late}
    book.close()
    return Built(buffer.getvalue(), {sheet.kind: written[sheet.kind].area for sheet in present}, layouts)


def _relocated(assessment: Assessment, layouts: Mapping[str, ListLayout]) -> Assessment:
    """Findings about editable sheets, at the places where their lines will stand."""
    moved: dict[str, str] = {}
    for kind, old in assessment.ledger.layouts.items():
        new = layouts[kind]
        moved[old.sheet_name] = new.sheet_name
        for row, source in new.lines.items():
            for column in old.columns.values() if source is not None else ():
                place = Location(new.sheet_name, cell_ref(row + old.header_row - new.header_row, column))
                moved[str(Location(old.sheet_name, cell_ref(source or 0, column)))] = str(place)
    shown = []
    for finding in assessment.findings:
        sheet, _, cell = moved.get(str(finding.location), "").rpartition("!")
        if cell:
            finding = replace(finding, location=Location(sheet or cell, cell if sheet else ""))
        shown.append(finding)
    return replace(assessment, findings=tuple(shown))


def _rows(assessment: Assessment, ranked: pd.DataFrame) -> list[dict[str, Any]]:
    """The risks as plain records: NA as None, with rank and place in the ledger."""
    return [
        {**record, "rank": rank, "place": assessment.ledger.locate(record, "name")}
        for rank, record in enumerate(records(ranked), start=1)
    ]
