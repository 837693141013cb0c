"""Builds the workbook of riskbook's own sheets, which is then grafted into the client's workbook."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from xlsxwriter.packager import Packager
from xlsxwriter.workbook import Workbook

from riskbook.method import Method
from riskbook.model import (
    ASKED_KINDS,
    ERROR,
    Area,
    Assessment,
    ListLayout,
    Location,
    Pages,
    cell_ref,
    records,
)
from riskbook.sheets.listing import ByNumbers
from riskbook.sheets.registry import KINDS, SHEETS
from riskbook.sheets.sheet import Context, Written
from riskbook.sheets.theme import Theme


@dataclass(frozen=True)
class Built:
    """A workbook of riskbook's sheets.

    `package`: its parts by name, or its bytes. `areas`: kind of sheet → area that it covers. `layouts`: kind of
    editable sheet → its lines.
    """

    package: bytes | Mapping[str, bytes]
    areas: Mapping[str, Area]
    layouts: Mapping[str, ListLayout]


@dataclass(frozen=True)
class Kinds:
    """The kinds of sheets that a workbook gets, in tab order; `kept`: those of them that nobody asked for."""

    all: tuple[str, ...]
    kept: tuple[str, ...] = ()


def present_kinds(assessment: Assessment, pages: Pages, there: Collection[str], noted: Collection[str] = ()) -> Kinds:
    """The kinds of sheets that the workbook gets.

    `pages`: what is asked for. `there`: the kinds that the workbook has, `noted`: with notes of people's on them.
    A sheet with people's work on it stays in any case, and open errors are always shown.
    """
    told = bool(assessment.ledger.lines("findings"))
    told |= any(one.open and one.severity == ERROR for one in assessment.findings)
    filled = {*noted, *(["findings"] if told else [])}
    chosen = {*pages.only, *pages.more} if pages.only else {*(set(KINDS) - set(ASKED_KINDS)), *pages.more, *there}
    possible = [sheet.kind for sheet in SHEETS if sheet.present(assessment)]
    wanted = [kind for kind in possible if kind in chosen]
    kept = assessment.ledger.layouts.keys() | (filled & set(possible))
    kinds = tuple(kind for kind in KINDS if kind in wanted or kind in kept)
    return Kinds(kinds or KINDS[:1], tuple(kind for kind in kinds if pages.only and kind not in wanted))


def build(
    assessment: Assessment,
    ranked: pd.DataFrame,
    method: Method,
    lang: str,
    *,
    kinds: Collection[str],
    names: Mapping[str, str],
    title: str,
    date_1904: bool,
) -> Built:
    """Writes all sheets that the workbook gets, in tab order.

    `kinds`: those of them, as `present_kinds` gives them. `ranked`: the risks, highest first. `names`: kind → tab name.
    `title`: the company or the file. `date_1904`: whether the client's workbook counts days from 1904.
    """
    # Without these two options xlsxwriter would make links and formulas of what clients typed.
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "date_1904": date_1904}
    book = _Loose(io.BytesIO(), {**options, "default_date_format": "yyyy/m/d", "max_url_length": 2079})
    present = [sheet for sheet in SHEETS if sheet.kind in kinds]
    worksheets = {sheet.kind: book.add_worksheet(names[sheet.kind], ByNumbers) for sheet in present}
    sentences = list(_sentences(kinds, names, assessment, method, lang))
    theme, rows = Theme(book, lang, method), placed_rows(assessment, ranked)
    context = Context(book, theme, method, lang, assessment, rows, title, sentences)
    # Late sheets show findings about editable ones, so these must know their lines first.
    early = {s.kind: s.write(worksheets[s.kind], context) for s in present if not s.late}
    layouts = {kind: one.layout for kind, one in early.items() if one.layout is not None}
    context = replace(context, assessment=_relocated(assessment, layouts))
    written: dict[str, Written] = early | {s.kind: s.write(worksheets[s.kind], context) for s in present if s.late}
    book.close()
    for worksheet in worksheets.values():  # book and sheets know each other, so their cells would stay in memory
        worksheet.table.clear()
    return Built(book.package(), {sheet.kind: written[sheet.kind].area for sheet in present}, layouts)


class _Loose(Workbook):  # type: ignore[misc]
    """A workbook whose parts are not packed, since they are taken out at once."""

    loose: list[tuple[Any, str, bool]] | None = None  # each part as a stream, its name, and whether it is binary

    def _get_packager(self) -> Packager:
        return _KeepsParts()

    def package(self) -> bytes | dict[str, bytes]:
        """The closed workbook as parts by name; as a file where a version of xlsxwriter packs in another way."""
        if self.loose is None:
            return bytes(self.filename.getvalue())
        parts = {}
        while self.loose:
            stream, name, binary = self.loose.pop(0)
            parts[name] = stream.getvalue() if binary else stream.getvalue().encode()
        return parts


class _KeepsParts(Packager):  # type: ignore[misc]
    """Leaves the parts with the workbook, and none to be packed."""

    def _create_package(self) -> list[Any]:
        self.workbook.loose = super()._create_package()
        return []


def _sentences(
    kinds: Collection[str], names: Mapping[str, str], assessment: Assessment, method: Method, lang: str
) -> Iterator[tuple[str, str, str]]:
    """The summary's line about each sheet: kind, tab ("" where it is not written), sentence."""
    for sheet in SHEETS:
        if sheet.kind in kinds and sheet.sentence is not None:
            yield sheet.kind, names[sheet.kind], sheet.sentence(assessment, method, lang)
        elif sheet.kind not in kinds and sheet.offer is not None and (offer := sheet.offer(assessment, lang)):
            yield sheet.kind, "", offer


def _relocated(assessment: Assessment, layouts: Mapping[str, ListLayout]) -> Assessment:
    """The assessment, with findings about editable sheets at the new places of their lines."""
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


def placed_rows(assessment: Assessment, ranked: pd.DataFrame) -> list[dict[str, Any]]:
    """The risks as records (NA as None), each with its rank (1…) and its place in the ledger."""
    return [
        {**record, "rank": rank, "place": assessment.ledger.locate(record, "name")}
        for rank, record in enumerate(records(ranked), start=1)
    ]
