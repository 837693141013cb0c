"""Sheets made elsewhere (by xlsxwriter) put into a client's workbook, with their formats and what they use."""

from __future__ import annotations

import copy
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from riskbook.package import names
from riskbook.package.charts import explicit
from riskbook.package.parts import Element, Relationship, parse, serialised
from riskbook.package.styles import Styles
from riskbook.package.workbook import Workbook

_WORKSHEET_TYPE = f"{names.SPREADSHEET_TYPE}.worksheet+xml"


@dataclass(frozen=True)
class Placement:
    """Which sheet of the built workbook goes in: by name, as first tab or after the last."""

    name: str
    first: bool = False


def graft(workbook: Workbook, styles: Styles, built: bytes, placements: Sequence[Placement]) -> None:
    """Puts sheets of `built` into `workbook`; the first tab among them is the one that opens.

    Their strings go in as inline strings and their formats are found or appended, so the client's own
    tables keep every index they had.
    """
    source = Workbook(built)
    styles_root = _in_dialect(source, source.parts.related(source.part, "styles") or "", workbook)
    formats, differentials = styles.adopt(styles_root)
    strings = _shared_strings(source)
    positions = {sheet.name: index for index, sheet in enumerate(source.sheets)}
    for placement in placements:
        root = _in_dialect(source, source.sheet(placement.name).part, workbook)
        _renumber(root, workbook, formats, differentials)
        _inline(root, workbook, strings)
        for view in root.iter(workbook.tag("sheetView")):
            view.attrib.pop("tabSelected", "")
            if placement.first:
                view.set("tabSelected", "1")
        part = insert_worksheet(workbook, placement.name, serialised(root), first=placement.first)
        _bring_dependents(workbook, source, source.sheet(placement.name).part, part)
    for placement in placements:
        index = next(i for i, sheet in enumerate(workbook.sheets) if sheet.name == placement.name)
        for element in source.names():
            if element.get("localSheetId") == str(positions[placement.name]):
                hidden = element.get("hidden") in ("1", "true")
                workbook.add_name(element.get("name", ""), element.text or "", sheet_index=index, hidden=hidden)
        if placement.first:
            workbook.open_at(index)


def insert_worksheet(workbook: Workbook, name: str, content: bytes, *, first: bool) -> str:
    """Adds a worksheet part as the first or last tab and returns its name; its formats must fit already."""
    folder = posixpath.join(posixpath.dirname(workbook.part), "worksheets")
    part = workbook.parts.free_name(posixpath.join(folder, "sheet%d.xml"))
    workbook.parts.add(part, content, _WORKSHEET_TYPE)
    workbook.insert_sheet(0 if first else len(workbook.sheets), name, part)
    return part


def _in_dialect(source: Workbook, part: str, target: Workbook) -> Element:
    return parse(names.to_dialect(source.parts.read(part), target.strict), part)


def _shared_strings(source: Workbook) -> list[Element]:
    part = source.parts.related(source.part, "sharedStrings")
    return [] if part is None else list(source.parts.tree(part).iterfind(source.tag("si")))


def _renumber(root: Element, workbook: Workbook, formats: list[int], differentials: list[int]) -> None:
    for local, attribute in (("c", "s"), ("row", "s"), ("col", "style")):
        for element in root.iter(workbook.tag(local)):
            index = element.get(attribute)
            if index is not None:
                element.set(attribute, str(formats[int(index)]))
    for rule in root.iter(workbook.tag("cfRule")):
        index = rule.get("dxfId")
        if index is not None:
            rule.set("dxfId", str(differentials[int(index)]))


def _inline(root: Element, workbook: Workbook, strings: list[Element]) -> None:
    for cell in root.iter(workbook.tag("c")):
        if cell.get("t") != "s":
            continue
        value = cell.find(workbook.tag("v"))
        if value is None:
            continue
        cell.set("t", "inlineStr")
        cell.remove(value)
        holder = etree.SubElement(cell, workbook.tag("is"))
        for child in strings[int(value.text or "0")]:
            clone = copy.deepcopy(child)
            for element in clone.iter():
                element.tag = workbook.tag(etree.QName(element).localname)
            holder.append(clone)


def _bring_dependents(workbook: Workbook, source: Workbook, source_part: str, part: str) -> None:
    """Copies the parts that a grafted part names (drawings, charts, …) under names that are free."""
    for relationship in source.parts.relationships(source_part):
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
        _bring_dependents(workbook, source, relationship.part, new)


def _relate_as(workbook: Workbook, part: str, new: str, relationship: Relationship) -> None:
    type_ = names.to_dialect(relationship.type.encode(), workbook.strict).decode()
    made = workbook.parts.relate(part, new, type_)
    for element in workbook.parts.edit(names.rels_name(part)):
        if element.get("Id") == made:
            element.set("Id", relationship.id)


def _copy_external(workbook: Workbook, part: str, relationship: Relationship) -> None:
    _relate_as(workbook, part, part, relationship)
    for element in workbook.parts.edit(names.rels_name(part)):
        if element.get("Id") == relationship.id:
            element.set("Target", relationship.target)
            element.set("TargetMode", "External")
