"""The workbook part: sheets in tab order, defined names, views; inserts and removes sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from riskbook.errors import PackageError
from riskbook.opc import names, number_formats
from riskbook.opc.container import Limits
from riskbook.opc.parts import Element, Parts, Relationship, index_after

# The children of <workbook> that the schema puts before <definedNames>.
_BEFORE_NAMES = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "absPath",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
)
_MAIN_TYPE = re.compile(r"(sheet|template|addin)\.(macroEnabled\.)?main\+xml$", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """A tab: its name, its part ("" where none), its state (visible, hidden, veryHidden), its kind (worksheet, …)."""

    name: str
    part: str
    state: str
    kind: str


class Workbook:
    """A package whose main part is a workbook. Raises `PackageError` for any other file, and for lost sheets.

    `data`: a file, or parts that were never packed, by name; such a workbook can only be read.
    """

    def __init__(self, data: bytes | Mapping[str, bytes], limits: Limits | None = None) -> None:
        self.parts = Parts(data, limits)
        main = self.parts.related("", "officeDocument")
        if main is None:
            raise PackageError("not-a-workbook")
        self.part = main
        if "binary" in self.parts.content_type(main) or main.lower().endswith(".bin"):
            raise PackageError("xlsb")
        root = self.parts.tree(main)
        self.ns = etree.QName(root).namespace or ""
        if self.ns not in (names.MAIN, names.MAIN_STRICT) or etree.QName(root).localname != "workbook":
            raise PackageError("not-a-workbook")
        if not _MAIN_TYPE.search(self.parts.content_type(main)):
            raise PackageError("content-type", part=main, found=self.parts.content_type(main))
        self.limits = limits
        self.strict = self.ns == names.MAIN_STRICT
        self.rel_ns = names.REL_STRICT if self.strict else names.REL
        properties = root.find(self.tag("workbookPr"))
        self._refuse_lost_sheets()
        self.date_1904 = properties is not None and properties.get("date1904") in ("1", "true")

    def _refuse_lost_sheets(self) -> None:
        """Raises `PackageError` where a tab's part is missing, shared or no sheet: Excel's repair drops such sheets."""
        targets = self._targets()
        seen: set[str] = set()
        for element in self._sheet_elements():
            relationship = targets.get(element.get(f"{{{self.rel_ns}}}id", ""))
            if relationship is None:
                continue
            if not relationship.part or not self.parts.has(relationship.part):
                raise PackageError("part-missing", part=relationship.part or relationship.target)
            if relationship.part.lower() in seen | {self.part.lower()}:
                raise PackageError("part-shared", part=relationship.part)
            if "sheet" not in self.parts.content_type(relationship.part).lower():
                found = self.parts.content_type(relationship.part)
                raise PackageError("content-type", part=relationship.part, found=found)
            seen.add(relationship.part.lower())

    @cached_property
    def shared_strings(self) -> list[Element]:
        """The entries of the shared strings part; riskbook never changes them."""
        part = self.parts.related(self.part, "sharedStrings")
        return [] if part is None else self.parts.tree(part).findall(self.tag("si"))

    @cached_property
    def shared_texts(self) -> dict[str, str | None]:
        """The texts of shared strings that were asked for, by their number as a cell names it; see `texts`."""
        return {}

    @cached_property
    def _of_cells(self) -> tuple[str, str, str]:
        return self.tag("f"), self.tag("v"), self.tag("is")

    def content(self, cell: Element) -> tuple[Element | None, str, Element | None]:
        """What stands in a cell: its formula, its value as written ("" without one), the element of its own text."""
        formula = inline = None
        value: str | None = None
        formula_tag, value_tag, inline_tag = self._of_cells
        for child in cell:
            tag = child.tag
            if tag == value_tag and value is None:
                value = child.text or ""
            elif tag == formula_tag and formula is None:
                formula = child
            elif tag == inline_tag and inline is None:
                inline = child
        return formula, value or "", inline

    def text_element(self, cell: Element) -> Element | None:
        """What holds the text of a cell, or its runs: an entry of the shared strings, or an element of the cell."""
        _, value, inline = self.content(cell)
        return self.shared_string(value) if cell.get("t") == "s" and value.isdecimal() else inline

    def shared_string(self, number: str) -> Element | None:
        """The entry of the shared strings with a number as a cell names it; None where there is none."""
        return self.shared_strings[int(number)] if int(number) < len(self.shared_strings) else None

    @cached_property
    def striking_formats(self) -> frozenset[str]:
        """The indexes, as the text of the attribute `s`, of the cell formats whose font is struck through."""
        part = self.parts.related(self.part, "styles")
        if part is None:
            return frozenset()
        root = self.parts.tree(part)
        struck = set()
        for index, font in enumerate(root.iterfind(f"{self.tag('fonts')}/{self.tag('font')}")):
            strike = font.find(self.tag("strike"))
            if strike is not None and strike.get("val", "1") not in ("0", "false"):
                struck.add(str(index))
        formats = root.iterfind(f"{self.tag('cellXfs')}/{self.tag('xf')}")
        return frozenset(str(index) for index, xf in enumerate(formats) if xf.get("fontId") in struck)

    @cached_property
    def adding_formats(self) -> Mapping[str, str]:
        """The cell formats (as the attribute `s`) whose number format adds something to the number → that format."""
        part = self.parts.related(self.part, "styles")
        if part is None:
            return {}
        root = self.parts.tree(part)
        # Those of conditional formats have numbers of their own.
        listed = f"{self.tag('numFmts')}/{self.tag('numFmt')}"
        codes = {e.get("numFmtId"): e.get("formatCode", "") for e in root.iterfind(listed)} | {
            "9": "0%",
            "10": "0.00%",
        }
        chosen = {number for number, code in codes.items() if number_formats.adds(code)}
        formats = root.iterfind(f"{self.tag('cellXfs')}/{self.tag('xf')}")
        return {str(n): codes[xf.get("numFmtId")] for n, xf in enumerate(formats) if xf.get("numFmtId") in chosen}

    @cached_property
    def struck_strings(self) -> Mapping[str, str]:
        """The shared strings (as their number in a cell) of which runs are struck through → the text that is left.

        And those with an underscore that is written as an escape: openpyxl loses it.
        """
        part = self.parts.related(self.part, "sharedStrings")
        content = b"" if part is None else self.parts.read(part)
        if b"strike" not in content and b"x005F_" not in content:
            return {}
        left = {str(number): self.unstruck(entry) for number, entry in enumerate(self.shared_strings)}
        return {number: text for number, text in left.items() if text is not None}

    def unstruck(self, entry: Element, *, whole: bool = False) -> str | None:
        """What is left of a text without the runs that are struck through; None where none is, and no escape either.

        `whole`: whether the font of the cell is struck through, which holds for runs without a font of their own.
        """
        found, left = False, ""
        for child in entry:
            if child.tag == self.tag("t"):
                found = found or whole or "_x005F_" in (child.text or "")
                left += "" if whole else child.text or ""
            elif child.tag == self.tag("r"):
                own, struck = child.find(self.tag("rPr")), whole
                if own is not None:
                    strike = own.find(self.tag("strike"))
                    struck = strike is not None and strike.get("val", "1") not in ("0", "false")
                found = found or struck or "_x005F_" in child.findtext(self.tag("t"), "")
                left += "" if struck else child.findtext(self.tag("t"), "")
        return left if found else None

    @property
    def suffix(self) -> str:
        """The ending of a file name with which Excel opens this workbook, by what it declares to be."""
        declared = _MAIN_TYPE.search(self.parts.content_type(self.part))
        kind, macros = declared.groups() if declared is not None else ("sheet", None)
        return {"addin": ".xla", "template": ".xlt", "sheet": ".xls"}[kind.lower()] + ("m" if macros else "x")

    def tag(self, local: str) -> str:
        """`local` in the main namespace of this workbook."""
        return f"{{{self.ns}}}{local}"

    @property
    def root(self) -> Element:
        """The root of the workbook part, for reading."""
        return self.parts.tree(self.part)

    @property
    def signed(self) -> bool:
        """Whether the package has a digital signature, which any change makes invalid."""
        return any(r.type == names.SIGNATURE_ORIGIN for r in self.parts.relationships(""))

    @property
    def shared(self) -> bool:
        """Whether it is shared in the old way: Excel keeps a list of its sheets beside a record of every change."""
        return any(r.kind == "revisionHeaders" for r in self.parts.relationships(self.part))

    def refuse_unwritable(self) -> None:
        """Raises `PackageError` for a signed workbook, whose signature any change would break, and for a shared one."""
        if self.signed:
            raise PackageError("signed")
        if self.shared:
            raise PackageError("shared-workbook")

    def drop_signature(self) -> None:
        """Removes the digital signature from the package."""
        for relationship in self.parts.relationships(""):
            if relationship.type == names.SIGNATURE_ORIGIN:
                self.parts.unrelate("", relationship.id)
                if relationship.part and self.parts.has(relationship.part):
                    self.parts.remove_with_dependents(relationship.part)

    @property
    def structure_locked(self) -> bool:
        """Whether the workbook's structure is protected."""
        protection = self.root.find(self.tag("workbookProtection"))
        return protection is not None and protection.get("lockStructure") in ("1", "true")

    @property
    def read_only_recommended(self) -> bool:
        """Whether the file asks Excel to suggest opening it read-only."""
        sharing = self.root.find(self.tag("fileSharing"))
        return sharing is not None and sharing.get("readOnlyRecommended") in ("1", "true")

    def _sheet_elements(self) -> list[Element]:
        holder = self.root.find(self.tag("sheets"))
        return [] if holder is None else list(holder.findall(self.tag("sheet")))

    @property
    def sheets(self) -> list[Sheet]:
        """All tabs, in order."""
        targets = self._targets()
        return [self._sheet(element, targets) for element in self._sheet_elements()]

    def sheet(self, name: str) -> Sheet:
        """The tab named `name`. Raises `KeyError` where there is none."""
        for element in self._sheet_elements():
            if element.get("name", "") == name:
                return self._sheet(element, self._targets())
        raise KeyError(name)

    def _targets(self) -> dict[str, Relationship]:
        return {r.id: r for r in self.parts.relationships(self.part)}

    def _sheet(self, element: Element, targets: Mapping[str, Relationship]) -> Sheet:
        relationship = targets.get(element.get(f"{{{self.rel_ns}}}id", ""))
        part, kind = "", ""
        if relationship is not None and relationship.part and self.parts.has(relationship.part):
            part, kind = relationship.part, relationship.kind
        return Sheet(element.get("name", ""), part, element.get("state", "visible"), kind)

    # --- sheets in and out ---

    def insert_sheet(self, index: int, name: str, part: str) -> None:
        """Inserts a tab for `part` (already added) at `index`; names and views that count tabs are adjusted.

        Raises `PackageError` where the workbook part has no list of sheets.
        """
        relationship = self.parts.relate(self.part, part, f"{self.rel_ns}/worksheet")
        root = self.parts.edit(self.part)
        holder = root.find(self.tag("sheets"))
        if holder is None:
            raise PackageError("no-sheets")
        ids = [int(e.get("sheetId", "0")) for e in holder.findall(self.tag("sheet"))]
        new = etree.Element(self.tag("sheet"))
        new.set("name", name)
        new.set("sheetId", str(max(ids, default=0) + 1))
        new.set(f"{{{self.rel_ns}}}id", relationship)
        holder.insert(index, new)
        self._shift_positions(lambda position: position + 1 if position >= index else position)

    def remove_sheet(self, name: str, *, with_dependents: bool = True) -> None:
        """Removes a tab, its part, the parts that only this one leads to, and the names that are local to the tab."""
        index = next(i for i, sheet in enumerate(self.sheets) if sheet.name == name)
        element = self._sheet_elements()[index]
        part = self.sheets[index].part
        self.parts.edit(self.part)
        self.parts.unrelate(self.part, element.get(f"{{{self.rel_ns}}}id", ""))
        element.getparent().remove(element)  # type: ignore[union-attr]
        if part and with_dependents:
            self.parts.remove_with_dependents(part)
        elif part:
            self.parts.remove(part)
        self._shift_positions(lambda p: None if p == index else p - 1 if p > index else p)

    def _shift_positions(self, moved: Callable[[int], int | None]) -> None:
        # localSheetId, activeTab and firstSheet count tabs by position; `moved` gives the new one, None if removed.
        for element in list(self.names()):
            position = element.get("localSheetId")
            if position is not None:
                new = moved(int(position))
                if new is None:
                    _drop(element)
                else:
                    element.set("localSheetId", str(new))
        for view in self.root.iter(self.tag("workbookView")):
            for attribute in ("activeTab", "firstSheet"):
                value = view.get(attribute)
                if value is not None and value.isdigit():
                    _set_position(view, attribute, moved(int(value)) or 0)

    def open_at(self, index: int) -> None:
        """Makes one tab the one that Excel opens, and the only selected one."""
        # With several tabs selected Excel edits all of them at once: what a person types would go into each.
        self.parts.edit(self.part)
        for view in self.root.iter(self.tag("workbookView")):
            _set_position(view, "activeTab", index)
            _set_position(view, "firstSheet", 0)
        for position, sheet in enumerate(self.sheets):
            if sheet.part and position != index:
                content = self.parts.read(sheet.part)
                cleaned = _unselected(content)
                if cleaned != content:
                    self.parts.put(sheet.part, cleaned)

    # --- defined names ---

    def names(self) -> Iterator[Element]:
        """The <definedName> elements."""
        holder = self.root.find(self.tag("definedNames"))
        return iter(()) if holder is None else holder.iterfind(self.tag("definedName"))

    def add_name(self, name: str, refers_to: str, *, sheet_index: int | None = None, hidden: bool = False) -> None:
        """Defines a name, for the workbook or, by `sheet_index`, for one tab."""
        root = self.parts.edit(self.part)
        holder = root.find(self.tag("definedNames"))
        if holder is None:
            holder = etree.Element(self.tag("definedNames"))
            root.insert(index_after(root, _BEFORE_NAMES), holder)
        new = etree.SubElement(holder, self.tag("definedName"), name=name)
        if sheet_index is not None:
            new.set("localSheetId", str(sheet_index))
        if hidden:
            new.set("hidden", "1")
        new.text = refers_to

    def remove_names(self, prefix: str) -> None:
        """Removes all names, workbook-wide or of one tab, that begin with `prefix`."""
        for element in list(self.names()):
            if element.get("name", "").startswith(prefix):
                self.parts.edit(self.part)
                _drop(element)


def _drop(element: Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
    if len(parent) == 0 and parent.getparent() is not None:
        parent.getparent().remove(parent)  # type: ignore[union-attr]


def _set_position(view: Element, attribute: str, position: int) -> None:
    if position:
        view.set(attribute, str(position))
    else:
        view.attrib.pop(attribute, "")


def _unselected(content: bytes) -> bytes:
    """A sheet's bytes without its `tabSelected`; every other byte stays."""
    head_end = content.find(b"sheetData")
    head = content if head_end < 0 else content[:head_end]
    cleaned = re.sub(
        rb"""(<[\w:.-]*sheetView\b[^>]*?)\s+tabSelected\s*=\s*(?:"(?:1|true)"|'(?:1|true)')""", rb"\1", head
    )
    return cleaned + content[len(head) :]
