"""The styles part: formats are looked up or appended; the index of an existing one never changes."""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Collection, Iterable
from typing import Any

from lxml import etree

from riskbook.errors import PackageError
from riskbook.opc import names
from riskbook.opc.parts import Element, index_after, parse, serialised
from riskbook.opc.workbook import Workbook

_ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_STYLES_TYPE = f"{names.SPREADSHEET_TYPE}.styles+xml"
_MOST = {"cellXfs": 65_490, "fonts": 4_096}  # entries with which Excel opens a workbook
_FIRST_CUSTOM_FORMAT = 164  # lower ids mean the built-in formats of Excel
_MINIMAL = (
    '<styleSheet xmlns="{ns}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


class Styles:
    """The style tables of one workbook; creates a styles part where the workbook has none."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._tag = workbook.tag
        part = workbook.parts.related(workbook.part, "styles")
        if part is None:
            # Some readers look for this name whatever the relationships say.
            declared = workbook.parts.declared(workbook.part, "styles")  # the part itself is missing
            part = declared or posixpath.join(posixpath.dirname(workbook.part), "styles.xml")
            part = workbook.parts.free_name("xl/styles%d.xml") if workbook.parts.has(part) else part
            content = serialised(parse(_MINIMAL.format(ns=workbook.ns).encode(), part))
            workbook.parts.add(part, content, _STYLES_TYPE)
            if not declared:
                workbook.parts.relate(workbook.part, part, f"{workbook.rel_ns}/styles")
        self._part = part
        self._derived: dict[tuple[int, str, bool], int] = {}
        self._fills: list[str] | None = None
        self._known: dict[str, dict[tuple[Any, ...], int]] = {}
        self._counts: dict[str, int] = {}

    @property
    def _root(self) -> Element:
        return self._workbook.parts.tree(self._part)

    def _table(self, name: str) -> Element | None:
        return self._root.find(self._tag(name))

    def _items(self, name: str) -> list[Element]:
        table = self._table(name)
        return [] if table is None else [item for item in table if isinstance(item.tag, str)]

    def _ensure_table(self, name: str) -> Element:
        table = self._table(name)
        if table is None:
            root = self._workbook.parts.edit(self._part)
            table = etree.Element(self._tag(name))
            root.insert(index_after(root, _ORDER[: _ORDER.index(name)]), table)
        return table

    def find_or_append(self, name: str, item: Element) -> int:
        """The index in table `name` ("fonts", "cellXfs", …) of an entry equal to `item`, appended if missing."""
        if name not in self._known:
            entries = self._items(name)
            self._known[name], self._counts[name] = {}, len(entries)
            for index, entry in enumerate(entries):
                self._known[name].setdefault(_canonical(entry), index)
        key = _canonical(item)
        if key not in self._known[name]:
            self._workbook.parts.edit(self._part)
            table = self._ensure_table(name)
            count = self._counts[name]
            if count >= _MOST.get(name, count + 1):
                raise PackageError("too-many-formats", what=name, limit=_MOST[name])
            table.append(copy.deepcopy(item))
            table.set("count", str(count + 1))
            self._known[name][key] = count
            self._counts[name] = count + 1
        return self._known[name][key]

    def number_format(self, code: str) -> int:
        """The id of the custom number format `code`, appended where it is new."""
        used = [_FIRST_CUSTOM_FORMAT - 1]
        for entry in self._items("numFmts"):
            number = int(entry.get("numFmtId") or 0)
            if entry.get("formatCode") == code:
                return number
            used.append(number)
        number = max(used) + 1
        item = etree.Element(self._tag("numFmt"), numFmtId=str(number), formatCode=code)
        self.find_or_append("numFmts", item)
        return number

    def derived(self, index: int, *, horizontal: str, wrap: bool = True) -> int:
        """The index of a cell format with the font, fill, border and protection of `index`, aligned anew.

        Its number format is General; an unknown `index` gives the format of the workbook's first font and fill.
        """
        key = (index, horizontal, wrap)
        if key not in self._derived:
            self._derived[key] = self._derive(index, horizontal, wrap)
        return self._derived[key]

    def _derive(self, index: int, horizontal: str, wrap: bool) -> int:
        formats = self._items("cellXfs")
        source = formats[index] if 0 <= index < len(formats) else None
        xf = etree.Element(self._tag("xf"), numFmtId="0", fontId="0", fillId="0", borderId="0")
        for attribute, value in [] if source is None else source.attrib.items():
            xf.set(attribute, value)
        xf.set("numFmtId", "0")
        xf.attrib.pop("applyNumberFormat", "")
        xf.attrib.pop("quotePrefix", "")  # would show an apostrophe before riskbook's values
        base = xf.get("xfId")
        if base is not None and not (base.isdigit() and int(base) < len(self._items("cellStyleXfs"))):
            del xf.attrib["xfId"]
        alignment = etree.SubElement(xf, self._tag("alignment"), horizontal=horizontal, vertical="center")
        if wrap:
            alignment.set("wrapText", "1")
        xf.set("applyAlignment", "1")
        protection = None if source is None else source.find(self._tag("protection"))
        if protection is not None:
            xf.append(copy.deepcopy(protection))
        return self.find_or_append("cellXfs", xf)

    def fill(self, index: int) -> str:
        """The colour that fills a cell format, as RRGGBB or as the attributes that name it otherwise; "" for none."""
        if self._fills is None:
            colours = [self._colour(item) for item in self._items("fills")]
            numbers = [int(xf.get("fillId") or 0) for xf in self._items("cellXfs")]
            self._fills = [colours[number] if number < len(colours) else "" for number in numbers]
        return self._fills[index] if index < len(self._fills) else ""

    def fills(self) -> frozenset[str]:
        """The colours that fill any cell format, as `fill` gives them."""
        return frozenset(map(self._colour, self._items("fills"))) - {""}

    def _colour(self, item: Element) -> str:
        pattern = item.find(self._tag("patternFill"))
        if pattern is None or pattern.get("patternType", "none") in ("none", "gray125"):
            return ""
        colour = pattern.find(self._tag("fgColor"))
        attributes = {} if colour is None else {str(name): str(value) for name, value in colour.attrib.items()}
        rgb = attributes.get("rgb", "")
        return rgb[-6:].upper() if rgb else " ".join(f"{name}={attributes[name]}" for name in sorted(attributes))

    def with_fill_of(self, index: int, other: int) -> int:
        """The index of the cell format `index` with the fill of the format `other`."""
        formats = self._items("cellXfs")
        xf = copy.deepcopy(formats[index])
        xf.set("fillId", formats[other].get("fillId", "0"))
        xf.set("applyFill", "1")
        self._fills = None
        return self.find_or_append("cellXfs", xf)

    def differential(
        self,
        *,
        fill: str | None = None,
        ink: str | None = None,
        bold: bool = False,
        italic: bool = False,
        number_format: str | None = None,
    ) -> int:
        """The index of a differential format, for conditional formatting; colours as RRGGBB."""
        dxf = etree.Element(self._tag("dxf"))
        if ink or bold or italic:
            font = etree.SubElement(dxf, self._tag("font"))
            if bold:
                etree.SubElement(font, self._tag("b"))
            if italic:
                etree.SubElement(font, self._tag("i"))
            if ink:
                etree.SubElement(font, self._tag("color"), rgb=f"FF{ink}")
        if number_format:
            number = str(self.number_format(number_format))
            etree.SubElement(dxf, self._tag("numFmt"), numFmtId=number, formatCode=number_format)
        if fill:
            pattern = etree.SubElement(etree.SubElement(dxf, self._tag("fill")), self._tag("patternFill"))
            pattern.set("patternType", "solid")
            etree.SubElement(pattern, self._tag("fgColor"), rgb=f"FF{fill}")
            etree.SubElement(pattern, self._tag("bgColor"), rgb=f"FF{fill}")
        return self.find_or_append("dxfs", dxf)

    def adopt(self, other: Element, used: Collection[int] | None = None) -> tuple[list[int], list[int]]:
        """Adds the formats of another styles root; returns the new index of each of its cellXfs, and of its dxfs.

        `used`: the cellXfs that are needed, by default all; the others, and those that name a missing font, fill or
        border, get index 0.
        """
        formats = {e.get("numFmtId"): e.get("formatCode", "") for e in _children(other, self._tag("numFmts"))}
        items = list(_children(other, self._tag("cellXfs")))
        parts = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))
        entries = {table: list(_children(other, self._tag(table))) for _, table in parts}
        adopted: dict[tuple[str, int], int] = {}
        has_named_styles = bool(self._items("cellStyleXfs"))
        cell_formats = []
        for number, item in enumerate(items):
            chosen = {attribute: int(item.get(attribute) or 0) for attribute, _ in parts}
            whole = all(0 <= chosen[attribute] < len(entries[table]) for attribute, table in parts)
            if not whole or (used is not None and number not in used):
                cell_formats.append(0)
                continue
            xf = copy.deepcopy(item)
            for attribute, table in parts:
                place = (table, chosen[attribute])
                if place not in adopted:
                    adopted[place] = self.find_or_append(table, entries[table][chosen[attribute]])
                xf.set(attribute, str(adopted[place]))
            if xf.get("numFmtId") in formats:
                xf.set("numFmtId", str(self.number_format(formats[xf.get("numFmtId")])))
            if has_named_styles:
                xf.set("xfId", "0")
            else:
                xf.attrib.pop("xfId", "")
            cell_formats.append(self.find_or_append("cellXfs", xf))
        return cell_formats, [self.find_or_append("dxfs", item) for item in _children(other, self._tag("dxfs"))]


def _children(root: Element, tag: str) -> Iterable[Element]:
    table = root.find(tag)
    return [] if table is None else [item for item in table if isinstance(item.tag, str)]


def _canonical(item: Element) -> tuple[Any, ...]:
    """The content of an entry in a form that is equal for equal entries, whatever prefixes they are written with."""
    children = tuple(_canonical(child) for child in item if isinstance(child.tag, str))
    return (item.tag.rpartition("}")[2], tuple(sorted(item.attrib.items())), (item.text or "").strip(), children)
