"""Marks riskbook's sheets and columns by hidden names and document properties; finds and removes what is marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from lxml import etree

from riskbook.model import LONGEST_TAB, Area, OwnedParts, OwnSignature, folded
from riskbook.opc import names
from riskbook.opc.parts import parse, serialised
from riskbook.opc.texts import cell_text, content_text, text_at
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet

# Defined names and custom document properties survive a save by openpyxl or LibreOffice; customXml parts vanish.
PREFIX = "_riskbook."
RISKS = frozenset(map(str, range(1, 10)))  # what a slot without words holds: risks of the guideline's method
# In every conditional format of riskbook: worth 0, but the text survives a save in any program.
RULE_MARK = 'N("riskbook")=0'
IN_RULES = 'N("riskbook")'
_SHEET, _COLUMN = "_riskbook.sheet.", "_riskbook.column."
_PROPERTY_PREFIX = "riskbook."
_PROOF_ROWS = 12  # rows of a sheet that are searched for riskbook's headers
# OOXML gives all custom document properties this one format id; their numbers (pid) begin at 2.
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_REFERENCE = re.compile(r"(?:'((?:[^']|'')*)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")


def quoted(sheet_name: str) -> str:
    """A sheet name in the form that references need."""
    return "'" + sheet_name.replace("'", "''") + "'"


def find_owned(workbook: Workbook, signature: OwnSignature) -> OwnedParts:
    """What an earlier run wrote: by its marks, where the cells confirm them; else by its signature.

    A mark alone proves nothing: programs that insert columns without moving names leave it on a client's column.
    """
    existing = {sheet.name for sheet in workbook.sheets}
    sheets: dict[str, str] = {}
    copies: set[str] = set()
    columns: dict[str, list[tuple[int, Area]]] = {}
    marked: dict[tuple[str, str, str | None], list[tuple[int, Area, str]]] = {}
    for element in workbook.names():
        name = element.get("name", "")
        match = _REFERENCE.fullmatch(element.text or "")
        if not name.startswith(PREFIX) or not match:
            continue
        sheet_name = match[1].replace("''", "'") if match[1] is not None else match[2]
        if sheet_name not in existing:
            continue
        if name.startswith(_SHEET):
            # When a person copies a sheet, Excel gives the copy the same name, local to it: the copy is the person's.
            if element.get("localSheetId") is None:
                sheets[sheet_name] = name[len(_SHEET) :]
            else:
                copies.add(sheet_name)
        elif name.startswith(_COLUMN) and name[-1].isdigit():
            slot, area = int(name[-1]), Area.parse(match[3])
            proof = _own_proof(workbook, sheet_name, slot, area, signature)
            marked.setdefault((sheet_name, name[:-1], element.get("localSheetId")), []).append((slot, area, proof))
    for (sheet_name, _, _), found in marked.items():
        # Slot 0 holds numbers, which a client's column may hold too: they count only where slots 1 and 2 are proved.
        proved = {slot for slot, _, proof in found if proof}
        for slot, area, proof in found:
            if proof == "header" or (proof == "values" and (slot or {1, 2} <= proved)):
                columns.setdefault(sheet_name, []).append((slot, area))
    _add_unmarked(workbook, signature, sheets, copies)
    return OwnedParts(
        sheets=sheets,
        copies=frozenset(copies - set(sheets)),
        columns={sheet: tuple(found) for sheet, found in columns.items()},
        properties=properties_of(workbook),
    )


def _own_proof(workbook: Workbook, sheet_name: str, slot: int, area: Area, signature: OwnSignature) -> str:
    """What proves a marked column: "header" (riskbook's), "values" (all cells could be riskbook's), or "" (nothing)."""
    sheet = Worksheet(workbook, sheet_name)
    texts = []
    for row in range(area.first_row, area.last_row + 1):
        for column, cell in sheet.cells(row):
            if column != area.first_column or not len(cell):
                continue
            formula, value, inline = workbook.content(cell)
            if formula is not None:
                return ""
            shown = content_text(workbook, cell.get("t", "n"), value, inline)
            if signature.headers.get((shown or "").strip()) == slot:
                return "header"
            texts.append(shown if shown is not None else value)
    allowed = signature.words.get(slot) or RISKS
    return "values" if len(texts) > 1 and all(text in allowed or not text for text in texts[1:]) else ""


def _add_unmarked(workbook: Workbook, signature: OwnSignature, sheets: dict[str, str], copies: set[str]) -> None:
    """Adds sheets without a mark that have riskbook's title and headers; a second one of a kind goes to `copies`."""
    titles = {title: (kind, proofs) for kind, title, proofs in signature.tabs.values()}
    strings = workbook.parts.related(workbook.part, "sharedStrings")
    shared = b"" if strings is None else workbook.parts.read(strings)
    spelled = [title.encode() for title in titles]
    plain, escaped = any(title in shared for title in spelled), b"&#" in shared
    known: list[tuple[bool, str, str]] = []
    for sheet in workbook.sheets:
        if sheet.name in sheets or sheet.kind != "worksheet" or not sheet.part:
            continue
        content = workbook.parts.read(sheet.part)
        # Most sheets need no parsing: no title is in their bytes (unless it is written as character references).
        if not (plain or escaped or b"&#" in content or any(title in content for title in spelled)):
            continue
        kind, proofs = titles.get(text_at(workbook, sheet.name, 1, 1) or "", ("", ()))
        if kind and set(proofs) <= _first_texts(workbook, sheet.name):
            own_name = signature.tabs.get(sheet.name, ("", "", ()))[0] == kind
            known.append((not own_name, sheet.name, kind))
    for _, name, kind in sorted(known):
        if kind in sheets.values():
            copies.add(name)
        else:
            sheets[name] = kind


def _first_texts(workbook: Workbook, sheet_name: str) -> set[str]:
    sheet = Worksheet(workbook, sheet_name)
    rows = [number for number in sheet.rows if number <= _PROOF_ROWS]
    return {(cell_text(workbook, cell) or "").strip() for row in rows for _, cell in sheet.cells(row)}


def take_out(workbook: Workbook, owned: OwnedParts, *, keep_dependents_of: Collection[str] = ()) -> None:
    """Removes riskbook's sheets, cells, conditional formats and names; what people added stays.

    `keep_dependents_of`: sheets whose notes and drawings stay in the package, because `bring_back` uses them.
    """
    for name in owned.sheets:
        workbook.remove_sheet(name, with_dependents=name not in keep_dependents_of)
    for name, columns in owned.columns.items():
        sheet = Worksheet(workbook, name)
        sheet.clear([area for _, area in columns])
        sheet.remove_rules(IN_RULES)
    workbook.remove_names(PREFIX)


def free_name(wanted: str, taken: set[str]) -> str:
    """A tab name like `wanted` that is not among `taken` (folded names), to which it is added."""
    name, number = wanted, 1
    while folded(name) in taken:
        suffix = " (riskbook)" if number == 1 else f" (riskbook {number})"
        name = wanted[: LONGEST_TAB - len(suffix)] + suffix
        number += 1
    taken.add(folded(name))
    return name


def mark_sheet(workbook: Workbook, kind: str, sheet_name: str, area: Area) -> None:
    """Marks a sheet as riskbook's."""
    workbook.add_name(_SHEET + kind, f"{quoted(sheet_name)}!{_absolute(area)}", hidden=True)


def mark_column(workbook: Workbook, table: int, slot: int, sheet_name: str, area: Area) -> None:
    """Marks one of riskbook's columns (slot 0…2) beside ledger table number `table` (1…)."""
    workbook.add_name(f"{_COLUMN}{table}.{slot}", f"{quoted(sheet_name)}!{_absolute(area)}", hidden=True)


def _absolute(area: Area) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", str(area))


# --- custom document properties ---


def properties_part(workbook: Workbook) -> str | None:
    """The part with the custom document properties; None where the workbook has none."""
    return workbook.parts.related("", "custom-properties") or workbook.parts.related("", "customProperties")


def properties_of(workbook: Workbook) -> dict[str, str]:
    """riskbook's custom document properties: name without the prefix "riskbook." → text."""
    part = properties_part(workbook)
    if part is None:
        return {}
    return {
        element.get("name", "")[len(_PROPERTY_PREFIX) :]: "".join(str(text) for text in element.itertext())
        for element in workbook.parts.tree(part)
        if isinstance(element.tag, str) and element.get("name", "").startswith(_PROPERTY_PREFIX)
    }


def is_final(workbook: Workbook) -> bool:
    """Whether somebody marked the workbook as final, so that Excel opens it read-only at first."""
    part = properties_part(workbook)
    for element in () if part is None else workbook.parts.tree(part):
        if isinstance(element.tag, str) and element.get("name") == "_MarkAsFinal":
            return "".join(str(text) for text in element.itertext()).strip() in ("1", "true")
    return False


def set_properties(workbook: Workbook, values: Mapping[str, str]) -> None:
    """Writes riskbook's custom document properties (names without prefix); others keep their place and number."""
    properties = names.CUSTOM_PROPERTIES
    variants = names.VARIANT_TYPES
    if workbook.strict:
        properties, variants = names.STRICT_OF[properties], names.STRICT_OF[variants]
    part = properties_part(workbook)
    if part is None:
        kinds = ("custom-properties", "customProperties")
        declared = next((d for kind in kinds if (d := workbook.parts.declared("", kind))), None)
        part = declared or "docProps/custom.xml" if not workbook.parts.has("docProps/custom.xml") else ""
        part = part or workbook.parts.free_name("docProps/custom%d.xml")
        empty = f'<Properties xmlns="{properties}" xmlns:vt="{variants}"/>'.encode()
        workbook.parts.add(part, serialised(parse(empty, part)), _CUSTOM_TYPE)
        if not declared:
            workbook.parts.relate("", part, f"{workbook.rel_ns}/{kinds[workbook.strict]}")
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
