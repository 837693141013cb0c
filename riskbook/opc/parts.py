"""A package as parts: XML trees, content types and relationships, edited in memory and written in one go."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Collection, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree  # the standard library renames namespace prefixes, which mc:Ignorable refers to by name

from riskbook.errors import PackageError
from riskbook.opc import names
from riskbook.opc.container import Container, Limits
from riskbook.opc.tails import split_tail, with_tail

Element = etree._Element
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES_PART = "[Content_Types].xml"
# A document type comes before the root; in UTF-16 every second byte is zero.
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E")
_PROLOGUE = 65_536  # bytes of a part that are searched for a document type
_SAFELY: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
_LARGE = 4 << 20  # a part of more bytes is parsed without its empty last rows


@dataclass(frozen=True)
class Relationship:
    """One relationship: its id, type, target as written, and the part it names ("" if external)."""

    id: str
    type: str
    target: str
    part: str

    @property
    def kind(self) -> str:
        """The last word of the type, alike in both dialects: "worksheet", "styles", …"""
        return self.type.rsplit("/", 1)[-1]


def parse(content: bytes, part: str) -> Element:
    """The root of an XML part; no entity is resolved, nothing is fetched.

    Raises `PackageError` for XML that is not well-formed or has a DTD.
    """
    parser = etree.XMLParser(**_SAFELY)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise PackageError("xml-broken", part=part, detail=str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise PackageError("xml-dtd", part=part)
    return root


def _has_alternatives(content: bytes) -> bool:
    return 0 <= content.find(b":AlternateContent") < content.rfind(b"sheetData>")


def _choose_alternatives(root: Element) -> None:
    """Puts the branch that Excel takes in the place of each alternative around rows or cells.

    Of the markup compatibility of ISO/IEC 29500-3: the first choice whose namespaces are known, else the fallback.
    """
    ns = etree.QName(root).namespace
    for holder in list(root.iterfind(f"{{{ns}}}sheetData//{{{names.COMPATIBILITY}}}AlternateContent")):
        choices = list(holder.iterfind(f"{{{names.COMPATIBILITY}}}Choice"))
        known = (c for c in choices if all(_is_known(c.nsmap.get(p)) for p in c.get("Requires", "").split()))
        taken = next(known, holder.find(f"{{{names.COMPATIBILITY}}}Fallback"))
        parent = holder.getparent()
        if parent is not None:
            position = parent.index(holder)
            parent[position : position + 1] = [] if taken is None else list(taken)


def _is_known(namespace: str | None) -> bool:
    return (namespace or "").startswith(names.MICROSOFT_OFFICE)


def index_after(root: Element, earlier: Collection[str]) -> int:
    """The index at which to insert a child that the schema puts after all children named in `earlier`."""
    index = 0
    for position, child in enumerate(root):
        if isinstance(child.tag, str) and etree.QName(child).localname in earlier:
            index = position + 1
    return index


def serialised(root: Element) -> bytes:
    """The bytes of an XML part, declaration and top-level comments included."""
    return _DECLARATION + etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)


class Parts:
    """The parts of one package and the changes made to them; `written()` gives the bytes of the new file."""

    def __init__(self, data: bytes | Mapping[str, bytes], limits: Limits | None = None) -> None:
        self._container = Container(data, limits) if isinstance(data, bytes) else Container.of(data)
        self._contained = frozenset(self._container.names)
        self._by_lower = {name.lower(): name for name in self._container.names}
        self._trees: dict[str, Element] = {}
        self._tails: dict[str, bytes] = {}
        self._edited: set[str] = set()
        self._replaced: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._added: list[str] = []
        # What relationships and content types say, until their part is changed.
        self._led: dict[str, dict[str, list[Relationship]]] = {}
        self._declared: tuple[dict[str, str], dict[str, str]] | None = None
        if not self.has(_TYPES_PART):
            raise PackageError("not-a-workbook")
        for name in self._container.names:
            if name.lower().endswith((".xml", ".rels")) and _DOCTYPE.search(self._container.head(name, _PROLOGUE)):
                raise PackageError("xml-dtd", part=name)

    # --- parts ---

    @property
    def names(self) -> list[str]:
        """Names of the parts that the written file will hold."""
        remaining = [name for name in self._container.names if name not in self._removed]
        return remaining + [name for name in self._added if name not in self._removed]

    def has(self, part: str) -> bool:
        """Whether the part exists (names are compared without case, as OPC says)."""
        return self._actual(part) is not None

    def _actual(self, part: str) -> str | None:
        name = self._by_lower.get(part.lower())
        return None if name is None or name in self._removed else name

    def read(self, part: str) -> bytes:
        """The current bytes of a part, edits included. Raises `PackageError` where it is missing."""
        name = self._actual(part)
        if name is None:
            raise PackageError("part-missing", part=part)
        if name in self._edited:
            return with_tail(serialised(self._trees[name]), self._tails.get(name, b""))
        if name in self._replaced:
            return self._replaced[name]
        return self._container.read(name)

    def tree(self, part: str) -> Element:
        """The root of a part, for reading; changes made to it are lost. Raises `PackageError` where it is missing."""
        name = self._actual(part)
        if name is None:
            raise PackageError("part-missing", part=part)
        if name not in self._trees:
            content = self.read(name)
            if len(content) > _LARGE:
                content, self._tails[name] = split_tail(content)
            self._trees[name] = root = parse(content, name)
            if _has_alternatives(content):
                _choose_alternatives(root)
        return self._trees[name]

    def filled(self, part: str) -> bytes:
        """The current bytes of a worksheet; of a large one without its empty last rows."""
        content = self.read(part)
        return split_tail(content)[0] if len(content) > _LARGE else content

    def walk(self, part: str, holder_tag: str, tag: str) -> Generator[Element, None, Element]:
        """Yields each `tag` child of the root's `holder_tag`, frees it, and returns the root without them.

        The tree of a large sheet takes ten times the memory of its bytes. Raises `PackageError` like `parse`.
        """
        walker = etree.iterparse(io.BytesIO(self.filled(part)), events=("end",), tag=tag, **_SAFELY)
        try:
            for _, element in walker:
                holder = element.getparent()
                above = None if holder is None else holder.getparent()
                if holder is None or holder.tag != holder_tag or above is None or above.getparent() is not None:
                    continue
                yield element
                element.clear()
                del holder[: holder.index(element)]
        except etree.XMLSyntaxError as error:
            raise PackageError("xml-broken", part=part, detail=str(error)) from error
        root: Element = walker.root
        if root.getroottree().docinfo.internalDTD is not None:
            raise PackageError("xml-dtd", part=part)
        return root

    def trimmed(self) -> dict[str, bytes]:
        """Worksheets as readers take them, where they differ from what is stored: part name → bytes.

        Large ones are without their empty last rows; of alternatives around rows or cells only the one is left that
        Excel takes.
        """
        changed = {}
        for name in self.names:
            if "worksheets/" not in name or not name.endswith(".xml"):
                continue
            content = self.read(name)
            if _has_alternatives(content):
                changed[name] = serialised(self.tree(name))
            elif len(content) > _LARGE and split_tail(content)[1]:
                changed[name] = split_tail(content)[0]
        return changed

    def fingerprint(self, name: str) -> tuple[int, int] | None:
        """CRC and size of a part as it was when the file was opened; None for an added part."""
        return self._container.fingerprint(name) if name in self._contained else None

    def checksum(self, part: str) -> str:
        """CRC and size of a part as it will be written."""
        name = self._actual(part) or part
        if name in self._edited:  # serialised once, here, and not again when the file is written
            self._replaced[name] = self.read(name)
            self._edited.discard(name)
            self._trees.pop(name)
            self._tails.pop(name, None)
        if name in self._replaced:
            content = self._replaced[name]
            return f"{zlib.crc32(content):08x} {len(content)}"
        crc, size = self._container.fingerprint(name)
        return f"{crc:08x} {size}"

    def edit(self, part: str) -> Element:
        """The root of a part, for changing; the part is serialised again when the file is written."""
        root = self.tree(part)
        name = self._actual(part) or part
        self._edited.add(name)
        self._forget(name)
        return root

    def _forget(self, name: str) -> None:
        """Forgets what was read from a part that is about to change."""
        self._led.pop(name, None)
        if name.lower() == _TYPES_PART.lower():
            self._declared = None

    def put(self, part: str, content: bytes) -> None:
        """Adds a part without a content type, or replaces the bytes of an existing one."""
        name = self._by_lower.get(part.lower(), part)
        self._trees.pop(name, None)
        self._tails.pop(name, None)
        self._forget(name)
        self._edited.discard(name)
        self._replaced[name] = content
        self._removed.discard(name)
        if self._by_lower.setdefault(name.lower(), name) == name and name not in self._contained | set(self._added):
            self._added.append(name)

    def add(self, part: str, content: bytes, content_type: str) -> None:
        """Adds a part with its content type."""
        self.put(part, content)
        root = self.edit(_TYPES_PART)
        for override in root.findall(_ct("Override")):  # some programs leave that of a part they removed
            if override.get("PartName", "").lower() == "/" + part.lower():
                root.remove(override)
        etree.SubElement(root, _ct("Override"), PartName="/" + part, ContentType=content_type)

    def remove(self, part: str) -> None:
        """Removes a part, its relationships and its content type."""
        gone = {part.lower(), names.rels_name(part).lower()}
        for name in gone:
            actual = self._actual(name)
            if actual is not None:
                self._removed.add(actual)
        for override in list(self.tree(_TYPES_PART).findall(_ct("Override"))):
            if override.get("PartName", "").lstrip("/").lower() in gone:
                self.edit(_TYPES_PART).remove(override)

    def free_name(self, pattern: str) -> str:
        """The first `pattern % n`, n from 1, that neither a part nor a left-over content type uses."""
        taken = {name.lower() for name in self.names}
        taken |= {o.get("PartName", "").lstrip("/").lower() for o in self.tree(_TYPES_PART).findall(_ct("Override"))}
        number = 1
        while (pattern % number).lower() in taken:
            number += 1
        return pattern % number

    # --- content types ---

    def content_type(self, part: str) -> str:
        """The content type of a part, "" where none is declared."""
        if self._declared is None:
            overrides: dict[str, str] = {}
            defaults: dict[str, str] = {}
            for override in self.tree(_TYPES_PART).findall(_ct("Override")):
                overrides.setdefault(override.get("PartName", "").lower(), override.get("ContentType", ""))
            for default in self.tree(_TYPES_PART).findall(_ct("Default")):
                defaults.setdefault(default.get("Extension", "").lower(), default.get("ContentType", ""))
            self._declared = overrides, defaults
        overrides, defaults = self._declared
        extension = part.rpartition("/")[2].rpartition(".")[2].lower()  # "_rels/.rels" has one too
        return overrides.get("/" + part.lower(), defaults.get(extension, ""))

    def set_default(self, extension: str, content_type: str) -> None:
        """Declares a content type by extension where none is declared."""
        if not any(d.get("Extension", "").lower() == extension for d in self.tree(_TYPES_PART).findall(_ct("Default"))):
            new = etree.Element(_ct("Default"), Extension=extension, ContentType=content_type)
            self.edit(_TYPES_PART).insert(0, new)

    # --- relationships ---

    def relationships(self, source: str) -> list[Relationship]:
        """The relationships of a part ("" for the package's own)."""
        rels = self._actual(names.rels_name(source))
        if rels is None:
            return []
        known = self._led.setdefault(rels, {})
        if source not in known:
            known[source] = self._relationships_in(rels, source)
        return list(known[source])

    def _relationships_in(self, rels: str, source: str) -> list[Relationship]:
        relationships = []
        for element in self.tree(rels):
            if not isinstance(element.tag, str) or element.get("Target") is None:
                continue
            target = element.get("Target", "")
            external = element.get("TargetMode") == "External"
            part = "" if external else names.resolved(source, target)
            relationships.append(Relationship(element.get("Id", ""), element.get("Type", ""), target, part))
        return relationships

    def related(self, source: str, kind: str) -> str | None:
        """The first existing part that `source` names by a relationship of `kind`."""
        return next(self.all_related(source, kind), None)

    def all_related(self, source: str, kind: str) -> Iterator[str]:
        """Every existing part that `source` names by a relationship of `kind`."""
        for relationship in self.relationships(source):
            actual = self._actual(relationship.part) if relationship.kind == kind and relationship.part else None
            if actual is not None:
                yield actual

    def declared(self, source: str, kind: str) -> str | None:
        """The part that `source` names by a relationship of `kind`, although it is missing."""
        missing = (r.part for r in self.relationships(source) if r.kind == kind and r.part and not self.has(r.part))
        return next(missing, None)

    def relate(self, source: str, part: str, type_: str) -> str:
        """Adds a relationship and returns its id."""
        rels = names.rels_name(source)
        if not self.has(rels):
            empty = f'<Relationships xmlns="{names.PACKAGE_RELS}"/>'.encode()
            self.put(rels, serialised(parse(empty, rels)))
            self.set_default("rels", names.RELATIONSHIPS_TYPE)
        root = self.edit(rels)
        taken = {element.get("Id") for element in root}
        number = 1
        while f"rId{number}" in taken:
            number += 1
        tag = f"{{{etree.QName(root).namespace}}}Relationship"
        target = names.relative(source, part)
        etree.SubElement(root, tag, Id=f"rId{number}", Type=type_, Target=target)
        return f"rId{number}"

    def unrelate(self, source: str, id_: str) -> None:
        """Removes one relationship."""
        root = self.edit(names.rels_name(source))
        for element in list(root):
            if element.get("Id") == id_:
                root.remove(element)

    def remove_with_dependents(self, part: str) -> None:
        """Removes a part and every part that only it leads to."""
        below = [r.part for r in self.relationships(part) if r.part and self.has(r.part)]
        self.remove(part)
        still_used = {r.part.lower() for source in self._sources() for r in self.relationships(source)}
        for child in below:
            if child.lower() not in still_used and self.has(child):
                self.remove_with_dependents(child)

    def _sources(self) -> Iterator[str]:
        for name in self.names:
            match = re.fullmatch(r"(.*?)_rels/([^/]*)\.rels", name)
            if match:
                yield match[1] + match[2]

    # --- the new file ---

    def written(self) -> bytes:
        """The bytes of the package with all changes; unchanged members keep their compressed bytes."""
        changed: dict[str, bytes | None] = {}
        for name in self._container.names:
            if name in self._removed:
                changed[name] = None
            elif name in self._edited or name in self._replaced:
                content = self.read(name)
                if content != self._container.read(name):
                    changed[name] = content
        added = {name: self.read(name) for name in self._added if name not in self._removed}
        # Trees that were only read are large, and can be parsed again.
        self._trees = {name: tree for name, tree in self._trees.items() if name in self._edited}
        return self._container.written(changed, added)


def _ct(tag: str) -> str:
    return f"{{{names.CONTENT_TYPES}}}{tag}"
