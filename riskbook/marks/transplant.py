"""Copies sheets of one client's workbook into another one, with formats, notes and pictures, as people left them."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping

from lxml import etree

from riskbook.marks.graft import bring_dependents, insert_worksheet
from riskbook.opc import names
from riskbook.opc.excel_tables import free_table_name, next_table_id
from riskbook.opc.parts import Element, Parts, Relationship, parse, serialised
from riskbook.opc.styles import Styles
from riskbook.opc.workbook import Workbook

# Parts that a sheet leads to and that mean the same in any workbook. Others (pivot tables, controls, …) also need
# entries of the workbook part and are left out.
_KINDS = frozenset(
    {
        "chart",
        "chartColorStyle",
        "chartStyle",
        "comments",
        "diagramColors",
        "diagramData",
        "diagramDrawing",
        "diagramLayout",
        "diagramQuickStyle",
        "drawing",
        "hyperlink",
        "image",
        "package",
        "printerSettings",
        "table",
        "threadedComment",
        "vmlDrawing",
    }
)
# What refers to parts, or to entries of the workbook, that are left out.
_LEFT_OUT = ("controls", "oleObjects", "customSheetViews", "smartTags", "webPublishItems", "AlternateContent")
_OTHER_BOOK = re.compile(r"\[\d+\]")  # in formulas: another workbook, by its number in this one
_PERSONS = "http://schemas.microsoft.com/office/2017/10/relationships/person"


def can_travel(workbook: Workbook, sheet_name: str) -> bool:
    """Whether a sheet can be copied whole: it leads to no part that means something in its own workbook only."""
    relationships = workbook.parts.relationships(workbook.sheet(sheet_name).part)
    return all(_travels(workbook.parts, relationship) for relationship in relationships)


def _travels(parts: Parts, relationship: Relationship) -> bool:
    """Whether a part can be copied with all that it leads to."""
    if relationship.kind not in _KINDS:
        return False
    if not relationship.part:
        return True
    below = parts.relationships(relationship.part) if parts.has(relationship.part) else []
    return parts.has(relationship.part) and all(_travels(parts, one) for one in below)


def transplant(source: Workbook, target: Workbook, styles: Styles, sheets: Mapping[str, str]) -> None:
    """Copies `sheets` (tab name in `source` → in `target`) behind the last tab; `styles`: those of `target`.

    Cell formats are looked up or appended, shared strings become inline ones. Formulas that read another workbook keep
    their value only. Raises `PackageError` for a part that is not well-formed.
    """
    roots = {name: _in_dialect(source, source.sheet(name).part, target) for name in sheets}
    used = {number for root in roots.values() for number in _used_formats(root)}
    part = source.parts.related(source.part, "styles")
    formats, differentials = ([], []) if part is None else styles.adopt(_in_dialect(source, part, target), used)
    strings = _shared_strings(source, target)
    for name, root in roots.items():
        old = source.sheet(name).part
        travelling = [r for r in source.parts.relationships(old) if _travels(source.parts, r)]
        _fit(root, target, formats, differentials, strings)
        _drop_references(root, target, {relationship.id for relationship in travelling})
        made = insert_worksheet(target, sheets[name], serialised(root), first=False)
        bring_dependents(target, source, travelling, made)
        _settle_tables(target, made, differentials)
    _bring_persons(source, target)
    _bring_local_names(source, target, sheets)


def _in_dialect(source: Workbook, part: str, target: Workbook) -> Element:
    return parse(names.to_dialect(source.parts.read(part), target.strict), part)


def _shared_strings(source: Workbook, target: Workbook) -> list[Element]:
    part = source.parts.related(source.part, "sharedStrings")
    return [] if part is None else _in_dialect(source, part, target).findall(target.tag("si"))


def _used_formats(root: Element) -> Collection[int]:
    texts = {element.get(name) for element in root.iter() for name in ("s", "style") if isinstance(element.tag, str)}
    return {int(text) for text in texts if text is not None and text.isdigit()}


def _fit(root: Element, target: Workbook, formats: list[int], differentials: list[int], strings: list[Element]) -> None:
    """Changes a sheet so that every index in it is one of `target`."""
    tag = target.tag

    def renumber(element: Element, attribute: str, numbers: list[int]) -> None:
        text = element.get(attribute)
        if text is not None and text.isdigit() and int(text) < len(numbers):
            element.set(attribute, str(numbers[int(text)]))
        else:
            element.attrib.pop(attribute, "")

    for name in ("c", "row"):
        for element in root.iter(tag(name)):
            renumber(element, "s", formats)
    for element in root.iter(tag("col")):
        renumber(element, "style", formats)
    for element in root.iter():
        if isinstance(element.tag, str) and element.get("dxfId") is not None:
            renumber(element, "dxfId", differentials)
    for cell in root.iter(tag("c")):
        cell.attrib.pop("cm", "")  # numbers of entries in a part about dynamic arrays and pictures
        cell.attrib.pop("vm", "")
        formula = cell.find(tag("f"))
        if formula is not None and _OTHER_BOOK.search(formula.text or ""):
            cell.remove(formula)
        _write_out(cell, tag("v"), tag("is"), strings)
    for view in root.iter(tag("sheetView")):
        view.attrib.pop("tabSelected", "")
    for child in list(root):
        local = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if local in _LEFT_OUT or (local == "extLst" and b"slicer" in etree.tostring(child)):
            root.remove(child)


def _drop_references(root: Element, target: Workbook, kept: Collection[str]) -> None:
    """Removes what refers to a part that was not copied."""
    attribute = f"{{{target.rel_ns}}}id"
    for element in [e for e in root.iter() if isinstance(e.tag, str) and e.get(attribute, "") not in ("", *kept)]:
        if element.tag == target.tag("pageSetup"):
            del element.attrib[attribute]
            continue
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
            if parent is not root and not len(parent) and parent.getparent() is root:
                root.remove(parent)


def _write_out(cell: Element, value_tag: str, inline_tag: str, strings: list[Element]) -> None:
    """Replaces the number of a shared string by the string itself."""
    if cell.get("t") != "s":
        return
    value = cell.find(value_tag)
    text = "" if value is None else value.text or ""
    if value is not None:
        cell.remove(value)
    if text.isdigit() and int(text) < len(strings):
        cell.set("t", "inlineStr")
        inline = etree.SubElement(cell, inline_tag)
        inline.extend(copy.deepcopy(child) for child in strings[int(text)])
    else:
        cell.attrib.pop("t")


def _settle_tables(target: Workbook, sheet_part: str, differentials: list[int]) -> None:
    """Gives the Excel tables of a copied sheet numbers and names that no other table of the workbook has."""
    for relationship in target.parts.relationships(sheet_part):
        if relationship.kind != "table":
            continue
        number = next_table_id(target)
        root = target.parts.edit(relationship.part)
        root.set("id", str(number))
        for attribute in ("name", "displayName"):
            root.set(attribute, free_table_name(target, root.get(attribute, "Table"), but=relationship.part))
        for element in root.iter():
            for attribute in [str(a) for a in element.attrib if str(a).endswith("DxfId") or str(a) == "dxfId"]:
                text = element.get(attribute, "")
                if text.isdigit() and int(text) < len(differentials):
                    element.set(attribute, str(differentials[int(text)]))
                else:
                    del element.attrib[attribute]


def _bring_persons(source: Workbook, target: Workbook) -> None:
    """Copies the people that threaded comments name by number."""
    found, known = _persons(source.parts, source.part), _persons(target.parts, target.part)
    if found is None:
        return
    if known is None:
        part = target.parts.free_name("xl/persons/person%d.xml")
        target.parts.add(part, source.parts.read(found), source.parts.content_type(found))
        target.parts.relate(target.part, part, _PERSONS)
        return
    ids = {person.get("id") for person in target.parts.tree(known)}
    for person in source.parts.tree(found):
        if person.get("id") not in ids:
            target.parts.edit(known).append(copy.deepcopy(person))


def _persons(parts: Parts, main: str) -> str | None:
    return parts.related(main, "person")


def _bring_local_names(source: Workbook, target: Workbook, sheets: Mapping[str, str]) -> None:
    """Defines the names that are local to a copied sheet (print titles, filters); riskbook's marks come later."""
    positions = {str(index): sheet.name for index, sheet in enumerate(source.sheets)}
    places = {sheet.name: index for index, sheet in enumerate(target.sheets)}
    for element in list(source.names()):
        name = positions.get(element.get("localSheetId", ""))
        text = element.text or ""
        if name is not None and sheets.get(name) == name and "#REF!" not in text and not _OTHER_BOOK.search(text):
            hidden = element.get("hidden") in ("1", "true")
            target.add_name(element.get("name", ""), text, sheet_index=places[name], hidden=hidden)
