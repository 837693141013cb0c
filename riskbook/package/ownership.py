"""What riskbook owns in a workbook: marked by hidden names and custom properties, found again, taken out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from riskbook.model import Area, OwnedParts
from riskbook.package import names
from riskbook.package.parts import Element, parse, serialised
from riskbook.package.workbook import Workbook
from riskbook.package.worksheet import Worksheet

PREFIX = "_riskbook."
_SHEET, _COLUMN = "_riskbook.sheet.", "_riskbook.column."
_PROPERTY_PREFIX = "riskbook."
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_REFERENCE = re.compile(r"(?:'((?:[^']|'')*)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")


def quoted(sheet_name: str) -> str:
    """A sheet name as it stands in a reference."""
    return "'" + sheet_name.replace("'", "''") + "'"


def find_owned(workbook: Workbook, titles: Mapping[str, tuple[str, str]]) -> OwnedParts:
    """What an earlier run wrote. `titles`: sheet name → (kind, title in its first cell), where marks are gone."""
    existing = [sheet.name for sheet in workbook.sheets]
    sheets: dict[str, str] = {}
    copies: set[str] = set()
    columns: dict[str, list[tuple[int, Area]]] = {}
    for element in workbook.names():
        name = element.get("name", "")
        match = _REFERENCE.fullmatch(element.text or "")
        if not name.startswith(PREFIX) or not match:
            continue
        sheet_name = match[1].replace("''", "'") if match[1] is not None else match[2]
        if sheet_name not in existing:
            continue
        if name.startswith(_SHEET):
            # Excel gives a copied sheet the name again, for that sheet alone: the copy is a person's.
            if element.get("localSheetId") is None:
                sheets[sheet_name] = name[len(_SHEET) :]
            else:
                copies.add(sheet_name)
        elif name.startswith(_COLUMN) and name[-1].isdigit():
            columns.setdefault(sheet_name, []).append((int(name[-1]), Area.parse(match[3])))
    _add_unmarked(workbook, titles, sheets, copies)
    return OwnedParts(
        sheets=sheets,
        copies=frozenset(copies - set(sheets)),
        columns={sheet: tuple(found) for sheet, found in columns.items()},
        properties=_properties(workbook),
    )


def _add_unmarked(
    workbook: Workbook, titles: Mapping[str, tuple[str, str]], sheets: dict[str, str], copies: set[str]
) -> None:
    """Sheets that no name marks: known by the title in their first cell, and owned if the tab's name fits too."""
    kinds = {title: kind for kind, title in titles.values()}
    strings = workbook.parts.related(workbook.part, "sharedStrings")
    shared = b"" if strings is None else workbook.parts.read(strings)
    spelled = [title.encode() for title in kinds]
    shared_has = any(title in shared for title in spelled)
    for sheet in workbook.sheets:
        if sheet.name in sheets or sheet.kind != "worksheet" or not sheet.part:
            continue
        if not shared_has and not any(title in workbook.parts.read(sheet.part) for title in spelled):
            continue
        title = text_at(workbook, sheet.name, 1, 1)
        if title in kinds:
            if titles.get(sheet.name) == (kinds[title], title) and kinds[title] not in sheets.values():
                sheets[sheet.name] = kinds[title]
            else:
                copies.add(sheet.name)


def text_at(workbook: Workbook, sheet_name: str, row: int, column: int) -> str | None:
    """The text of one cell, shared or inline; None for anything else."""
    for place, cell in Worksheet(workbook, sheet_name).cells(row):
        if place != column:
            continue
        holder: Element | None = cell.find(workbook.tag("is"))
        value = cell.find(workbook.tag("v"))
        if cell.get("t") == "s" and value is not None and (value.text or "").isdigit():
            part = workbook.parts.related(workbook.part, "sharedStrings")
            entries = [] if part is None else workbook.parts.tree(part).findall(workbook.tag("si"))
            holder = entries[int(value.text or "0")] if int(value.text or "0") < len(entries) else None
        if holder is not None:
            return "".join(text.text or "" for text in holder.iter(workbook.tag("t")))
    return None


def take_out(workbook: Workbook, owned: OwnedParts) -> None:
    """Removes riskbook's sheets, cells, conditional formats and names; what people made stays."""
    for name in owned.sheets:
        workbook.remove_sheet(name)
    for name, columns in owned.columns.items():
        sheet = Worksheet(workbook, name)
        for _, area in columns:
            sheet.clear(area)
        sheet.remove_rules()
    workbook.remove_names(PREFIX)


def mark_sheet(workbook: Workbook, kind: str, sheet_name: str, area: Area) -> None:
    """Marks a sheet as riskbook's."""
    workbook.add_name(_SHEET + kind, f"{quoted(sheet_name)}!{_absolute(area)}", hidden=True)


def mark_column(workbook: Workbook, table: int, slot: int, sheet_name: str, area: Area) -> None:
    """Marks one of riskbook's columns (slot 0…2) beside ledger table number `table`."""
    workbook.add_name(f"{_COLUMN}{table}.{slot}", f"{quoted(sheet_name)}!{_absolute(area)}", hidden=True)


def _absolute(area: Area) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", str(area))


# --- custom document properties ---


def _properties(workbook: Workbook) -> dict[str, str]:
    part = workbook.parts.related("", "custom-properties") or workbook.parts.related("", "customProperties")
    if part is None:
        return {}
    return {
        element.get("name", "")[len(_PROPERTY_PREFIX) :]: "".join(str(text) for text in element.itertext())
        for element in workbook.parts.tree(part)
        if isinstance(element.tag, str) and element.get("name", "").startswith(_PROPERTY_PREFIX)
    }


def set_properties(workbook: Workbook, values: Mapping[str, str]) -> None:
    """Writes riskbook's custom document properties; those of others keep their place and number."""
    properties = names.CUSTOM_PROPERTIES
    variants = names.VARIANT_TYPES
    if workbook.strict:
        properties, variants = names.STRICT_OF[properties], names.STRICT_OF[variants]
    part = workbook.parts.related("", "custom-properties") or workbook.parts.related("", "customProperties")
    if part is None:
        part = "docProps/custom.xml" if not workbook.parts.has("docProps/custom.xml") else ""
        part = part or workbook.parts.free_name("docProps/custom%d.xml")
        empty = f'<Properties xmlns="{properties}" xmlns:vt="{variants}"/>'.encode()
        workbook.parts.add(part, serialised(parse(empty, part)), _CUSTOM_TYPE)
        kind = "customProperties" if workbook.strict else "custom-properties"
        workbook.parts.relate("", part, f"{workbook.rel_ns}/{kind}")
    root = workbook.parts.edit(part)
    namespace = etree.QName(root).namespace
    existing = {element.get("name", ""): element for element in root if isinstance(element.tag, str)}
    for name, value in values.items():
        element = existing.get(_PROPERTY_PREFIX + name)
        if element is None:
            pids = [int(e.get("pid", "1")) for e in existing.values()]
            element = etree.SubElement(root, f"{{{namespace}}}property", fmtid=_FMTID)
            element.set("pid", str(max(pids, default=1) + 1))
            element.set("name", _PROPERTY_PREFIX + name)
            existing[_PROPERTY_PREFIX + name] = element
        for child in list(element):
            element.remove(child)
        etree.SubElement(element, f"{{{variants}}}lpwstr").text = value
