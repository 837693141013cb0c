"""Copies sheets built by xlsxwriter into a client's workbook, with their formats, strings, drawings and charts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riskbook.errors import PackageError
from riskbook.marks.fit import Fitting
from riskbook.marks.remember import Lines
from riskbook.opc import names
from riskbook.opc.charts import explicit
from riskbook.opc.parts import Element, Relationship, parse
from riskbook.opc.styles import Styles
from riskbook.opc.workbook import Workbook

_WORKSHEET_TYPE = f"{names.SPREADSHEET_TYPE}.worksheet+xml"


@dataclass(frozen=True)
class Placement:
    """A sheet of the built workbook to copy, by name; as the first tab or, by default, after the last.

    `remembered`: with the digests of its rows; of an editable sheet those that `lines` says.
    """

    name: str
    first: bool = False
    remembered: bool = True
    lines: Lines | None = None


_STRING = re.compile(rb"<si>(.*?)</si>", re.DOTALL)


def graft(
    workbook: Workbook, styles: Styles, built: bytes | Mapping[str, bytes], placements: Sequence[Placement]
) -> frozenset[str]:
    """Copies sheets by xlsxwriter into `workbook`; the one placed first is the tab that opens.

    `built`: as `Workbook` takes it. Returns the colours (RRGGBB) that fill their cells.

    Their strings become inline strings and their formats are looked up or appended, so every index in the client's
    tables of strings and formats stays valid.
    """
    source = Workbook(built)
    styles_root = _in_dialect(source, source.parts.related(source.part, "styles") or "", workbook)
    formats, differentials = styles.adopt(styles_root)
    fitting = Fitting(formats, differentials, _shared_strings(source))
    positions = {sheet.name: index for index, sheet in enumerate(source.sheets)}
    for placement in placements:
        content = source.parts.read(source.sheet(placement.name).part)
        content = fitting.fitted(content, placement.lines, remembered=placement.remembered)
        content = content.replace(b' tabSelected="1"', b"", 1)  # xlsxwriter selects its own first sheet
        if placement.first:
            content = content.replace(b"<sheetView ", b'<sheetView tabSelected="1" ', 1)
        content = names.to_dialect(content, workbook.strict)
        part = insert_worksheet(workbook, placement.name, content, first=placement.first)
        bring_dependents(workbook, source, source.parts.relationships(source.sheet(placement.name).part), part)
    for placement in placements:
        index = next(i for i, sheet in enumerate(workbook.sheets) if sheet.name == placement.name)
        for element in source.names():
            if element.get("localSheetId") == str(positions[placement.name]):
                hidden = element.get("hidden") in ("1", "true")
                workbook.add_name(element.get("name", ""), element.text or "", sheet_index=index, hidden=hidden)
        if placement.first:
            workbook.open_at(index)
    return Styles(source).fills()


def insert_worksheet(workbook: Workbook, name: str, content: bytes, *, first: bool) -> str:
    """Adds a worksheet part, with formats of `workbook`, as the first or last tab; returns the part's name."""
    folder = posixpath.join(posixpath.dirname(workbook.part), "worksheets")
    part = workbook.parts.free_name(posixpath.join(folder, "sheet%d.xml"))
    workbook.parts.add(part, content, _WORKSHEET_TYPE)
    workbook.insert_sheet(0 if first else len(workbook.sheets), name, part)
    return part


def _in_dialect(source: Workbook, part: str, target: Workbook) -> Element:
    return parse(names.to_dialect(source.parts.read(part), target.strict), part)


def _shared_strings(source: Workbook) -> list[bytes]:
    part = source.parts.related(source.part, "sharedStrings")
    if part is None:
        return []
    content = source.parts.read(part)
    found = _STRING.findall(content)
    if f'uniqueCount="{len(found)}"'.encode() not in content[:1000]:
        raise PackageError("unreadable", detail="shared strings")  # a bug: text that was taken for XML
    return found


def bring_dependents(workbook: Workbook, source: Workbook, relationships: Sequence[Relationship], part: str) -> None:
    """Copies the parts that a copied part leads to (drawings, charts, …), under unused names."""
    for relationship in relationships:
        if not relationship.part:
            _copy_external(workbook, part, relationship)
            continue
        pattern = re.sub(r"\d*(\.[^./]+)$", r"%d\1", relationship.part)
        new = workbook.parts.free_name(pattern)
        content = source.parts.read(relationship.part)
        if relationship.kind == "chart":
            content = explicit(content, relationship.part)
        content = names.to_dialect(content, workbook.strict)
        workbook.parts.add(new, content, source.parts.content_type(relationship.part))
        _relate_as(workbook, part, new, relationship)
        bring_dependents(workbook, source, source.parts.relationships(relationship.part), new)


def _relate_as(workbook: Workbook, part: str, new: str, relationship: Relationship) -> None:
    type_ = names.to_dialect(relationship.type.encode(), workbook.strict).decode()
    made = workbook.parts.relate(part, new, type_)
    # The grafted part refers to its relationships by id, so the id stays.
    for element in workbook.parts.edit(names.rels_name(part)):
        if element.get("Id") == made:
            element.set("Id", relationship.id)


def _copy_external(workbook: Workbook, part: str, relationship: Relationship) -> None:
    _relate_as(workbook, part, part, relationship)
    for element in workbook.parts.edit(names.rels_name(part)):
        if element.get("Id") == relationship.id:
            element.set("Target", relationship.target)
            element.set("TargetMode", "External")
