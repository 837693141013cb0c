"""Defects that make Excel repair or refuse a file and that schema validation misses; checked before a file is saved."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator

from lxml import etree

from riskbook.errors import OutputError, PackageError, WorkbookError
from riskbook.model import Area, split_ref
from riskbook.opc import names, quick_look
from riskbook.opc.container import Limits, fingerprints
from riskbook.opc.excel_tables import tables_of
from riskbook.opc.parts import Element, parse
from riskbook.opc.texts import text_at
from riskbook.opc.workbook import Sheet, Workbook

_ENTRY = re.compile(rb"<(?:\w+:)?si[\s/>]")
_SELECTED = re.compile(rb"<(?:\w+:)?sheetView\s[^>]*?tabSelected\s*=\s*[\"'](?:1|true)[\"']")


def lint(written: bytes, original: bytes | None = None, limits: Limits | None = None) -> None:
    """Raises `OutputError` where `written` has a defect that `original` did not have.

    Raises `PackageError` where the original itself has a part that cannot be read.
    """
    try:
        after = Workbook(written, limits)
        same = frozenset() if original is None else _alike(after, original)
        found = Counter(defects(after, same))
    except WorkbookError as error:
        if original is not None:
            Counter(defects(Workbook(original, limits)))  # raises where the input is what is broken
        raise OutputError("check-failed", detail=str(error)) from error
    if found and original is not None:  # most results have none: then the input need not be read
        found -= Counter(defects(Workbook(original, limits), same))
    if found:
        raise OutputError("check-failed", detail="; ".join(list(found)[:3]))


def _alike(workbook: Workbook, original: bytes) -> frozenset[str]:
    """The names of parts with the same bytes in both; their defects would cancel out."""
    before = fingerprints(original)
    return frozenset(name for name in workbook.parts.names if before.get(name) == workbook.parts.fingerprint(name))


def defects(workbook: Workbook, skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """The defects of a workbook as texts that can be compared with those of another; parts in `skip` are not read."""
    yield from _package_defects(workbook)
    yield from _name_defects(workbook)
    formats = _style_counts(workbook)
    strings = _string_count(workbook)
    formulas: dict[str, set[str]] = {}
    for sheet in workbook.sheets:
        if sheet.kind == "worksheet" and sheet.part and sheet.part not in skip:
            yield from _sheet_defects(workbook, sheet, formats, strings, formulas)
    yield from _chain_defects(workbook, formulas)


def _package_defects(workbook: Workbook) -> Iterator[str]:
    parts = workbook.parts
    for name in parts.names:
        if not name.endswith(".rels"):
            continue
        folder, base = posixpath.split(name)
        source = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
        ids: set[str] = set()
        try:
            relationships = parts.relationships(source)
        except PackageError as error:
            yield f"{name}: {error.key}"
            continue
        for relationship in relationships:
            if relationship.part and not parts.has(relationship.part):
                yield f"{name}: {relationship.id} leads to {relationship.part}, which is missing"
            if relationship.id in ids:
                yield f"{name}: {relationship.id} stands twice"
            ids.add(relationship.id)
    seen: set[str] = set()
    for override in parts.tree("[Content_Types].xml").iterfind(f"{{{names.CONTENT_TYPES}}}Override"):
        part = override.get("PartName", "").lstrip("/")
        if part.lower() in seen:
            yield f"content types: {part} stands twice"
        seen.add(part.lower())
        if not parts.has(part):
            yield f"content types: {part} is missing"
    for name in parts.names:
        if name != "[Content_Types].xml" and not name.endswith("/") and not parts.content_type(name):
            yield f"content types: none for {name}"


def _name_defects(workbook: Workbook) -> Iterator[str]:
    sheets = workbook.sheets
    for label, count in Counter(sheet.name.casefold() for sheet in sheets).items():
        if count > 1:
            yield f"sheet name {label} stands twice"
    ids = Counter(element.get("sheetId") for element in workbook.root.iter(workbook.tag("sheet")))
    yield from (f"sheetId {number} stands twice" for number, count in ids.items() if count > 1)
    scoped: Counter[tuple[str, str | None]] = Counter()
    for element in workbook.names():
        position = element.get("localSheetId")
        if position is not None and not (position.isdigit() and int(position) < len(sheets)):
            yield f"name {element.get('name')}: localSheetId out of range"
            continue
        scope = None if position is None else sheets[int(position)].name
        scoped[element.get("name", "").casefold(), scope] += 1
    yield from (f"name {name} stands twice" for (name, _), count in scoped.items() if count > 1)
    for view in workbook.root.iter(workbook.tag("workbookView")):
        for attribute in ("activeTab", "firstSheet"):
            value = view.get(attribute)
            if value is not None and not (value.isdigit() and int(value) < len(sheets)):
                yield f"{attribute} out of range"
    selected = [
        mark
        for sheet in sheets
        if sheet.part and sheet.kind in ("worksheet", "chartsheet")
        for mark in _SELECTED.findall(workbook.parts.read(sheet.part).partition(b"sheetData")[0])
    ]
    views = len(list(workbook.root.iter(workbook.tag("workbookView"))))
    if len(selected) > max(views, 1):
        yield "several sheets are selected together"


def _style_counts(workbook: Workbook) -> dict[str, int]:
    part = workbook.parts.related(workbook.part, "styles")
    counts = {"cellXfs": 1, "dxfs": 0}
    if part is not None:
        for name in counts:
            table = workbook.parts.tree(part).find(workbook.tag(name))
            counts[name] = 0 if table is None else len(table)
    return counts


def _string_count(workbook: Workbook) -> int:
    part = workbook.parts.related(workbook.part, "sharedStrings")
    return 0 if part is None else len(_ENTRY.findall(workbook.parts.read(part)))


def _sheet_defects(
    workbook: Workbook, sheet: Sheet, formats: dict[str, int], strings: int, formulas: dict[str, set[str]]
) -> Iterator[str]:
    content, tag = workbook.parts.filled(sheet.part), workbook.tag
    found = quick_look.formula_cells(content, formats["cellXfs"], strings)
    if found is not None:
        root = parse(quick_look.without_rows(content), sheet.part)
    else:
        checker = _CellChecker(sheet.name, tag, formats["cellXfs"], strings)
        root = yield from checker.defects(workbook.parts.walk(sheet.part, tag("sheetData"), tag("row")))
        found = checker.with_formula
    formulas[sheet.part] = found
    yield from _area_defects(root, workbook, sheet.name, formats)
    yield from _table_defects(workbook, sheet, root)


class _CellChecker:
    """Checks the cells of one sheet against the numbers of formats and strings; remembers formats already checked."""

    def __init__(self, where: str, tag: Callable[[str], str], formats: int, strings: int) -> None:
        self.with_formula: set[str] = set()
        self._where, self._cell_tag, self._value_tag, self._formula_tag = where, tag("c"), tag("v"), tag("f")
        self._formats, self._strings = formats, strings
        self._fitting: set[str | None] = {None, ""}
        self._columns: dict[str, int] = {}

    def defects(self, rows: Generator[Element, None, Element]) -> Generator[str, None, Element]:
        """Yields the defects of all rows; returns the root of the sheet without its rows."""
        last = 0
        while True:
            try:
                row = next(rows)
            except StopIteration as done:
                root: Element = done.value
                return root
            number = row.get("r")
            current = int(number) if number and number.isdigit() else last + 1
            if current <= last:
                yield f"{self._where}: row {current} out of order"
            last = current
            yield from self._row_defects(row, current)
            for formula in row.iter(self._formula_tag):
                cell = formula.getparent()
                if cell is not None and (ref := cell.get("r")) is not None:
                    self.with_formula.add(ref)

    def _row_defects(self, row: Element, number: int) -> Iterator[str]:
        last, where, fitting, columns = 0, self._where, self._fitting, self._columns
        digits = str(number)
        for cell in row.iterfind(self._cell_tag):
            ref = cell.get("r")
            column = last + 1
            if ref is not None:
                letters = ref.removesuffix(digits)
                if letters in columns:
                    column = columns[letters]
                else:
                    try:
                        at, column = split_ref(ref)
                    except ValueError:
                        yield f"{where}: {ref} is no cell"
                        continue
                    if at != number:
                        yield f"{where}: {ref} stands in row {number}"
                    elif letters.isalpha():
                        columns[letters] = column
            if column <= last:
                yield f"{where}: {ref} out of order"
            last = column
            style = cell.get("s")
            if style not in fitting:
                if style and style.isdigit() and int(style) < self._formats:
                    fitting.add(style)
                else:
                    yield f"{where}: {ref} has format {style}, which is not there"
            if cell.get("t") == "s":
                index = cell.findtext(self._value_tag, "")
                if not (index.isdigit() and int(index) < self._strings):
                    yield f"{where}: {ref} has string {index}, which is not there"


def _area_defects(root: Element, workbook: Workbook, where: str, formats: dict[str, int]) -> Iterator[str]:
    tag = workbook.tag
    yield from _merge_defects(root, workbook, where)
    for path in (tag("conditionalFormatting"), f"{tag('dataValidations')}/{tag('dataValidation')}"):
        for element in root.iterfind(path):
            for ref in (element.get("sqref") or "").split():
                if not _is_area(ref):
                    yield f"{where}: {etree.QName(element).localname} {ref} is no area"
    for rule in root.iterfind(f"{tag('conditionalFormatting')}/{tag('cfRule')}"):
        index = rule.get("dxfId")
        if index is not None and not (index.isdigit() and int(index) < formats["dxfs"]):
            yield f"{where}: conditional format {index} is not there"
    last = 0
    for column in root.iterfind(f"{tag('cols')}/{tag('col')}"):
        first = int(column.get("min", "0"))
        if first <= last:
            yield f"{where}: column definitions overlap at {first}"
        last = int(column.get("max", "0"))


def _is_area(ref: str) -> bool:
    """Whether a reference is an area of cells, or of whole rows or columns ("A:A", "3:5")."""
    try:
        Area.parse(ref)
    except ValueError:
        return all(piece.isalnum() for piece in ref.replace("$", "").split(":"))
    return True


def _merge_defects(root: Element, workbook: Workbook, where: str) -> Iterator[str]:
    tag = workbook.tag
    merged: set[tuple[int, int]] = set()
    for element in root.iterfind(f"{tag('mergeCells')}/{tag('mergeCell')}"):
        try:
            area = Area.parse(element.get("ref", ""))
        except ValueError:
            yield f"{where}: merge {element.get('ref')} is no area"
            continue
        if (area.last_row - area.first_row + 1) * (
            area.last_column - area.first_column + 1
        ) > 100_000:  # too many cells to hold each in a set
            continue
        rows = range(area.first_row, area.last_row + 1)
        cells = {(row, column) for row in rows for column in range(area.first_column, area.last_column + 1)}
        if cells & merged:
            yield f"{where}: merge {area} overlaps another"
        merged |= cells


def _table_defects(workbook: Workbook, sheet: Sheet, root: Element) -> Iterator[str]:
    for part, area in tables_of(workbook, sheet.part):
        table = workbook.parts.tree(part)
        entries = table.findall(f"{workbook.tag('tableColumns')}/{workbook.tag('tableColumn')}")
        width = area.last_column - area.first_column + 1
        if len(entries) != width:
            yield f"{sheet.name}: table {table.get('name')} has {len(entries)} columns over {width}"
        titles = [entry.get("name", "").casefold() for entry in entries]
        if len(set(titles)) != len(titles):
            yield f"{sheet.name}: table {table.get('name')} has a column name twice"
        if table.get("headerRowCount") == "0":
            continue
        for column, entry in enumerate(entries, start=area.first_column):
            shown = text_at(workbook, sheet.name, area.first_row, column)
            # A table's part writes a line break of its header as _x000a_.
            wanted = entry.get("name", "").replace("_x000a_", "\n").replace("_x000A_", "\n")
            if shown is not None and " ".join(shown.split()) != " ".join(wanted.split()):
                yield f"{sheet.name}: table column {wanted} has the header {shown}"


def _chain_defects(workbook: Workbook, formulas: dict[str, set[str]]) -> Iterator[str]:
    part = workbook.parts.related(workbook.part, "calcChain")
    if part is None:
        return
    by_id = {
        element.get("sheetId"): sheet.part
        for element, sheet in zip(workbook.root.iter(workbook.tag("sheet")), workbook.sheets, strict=True)
    }
    sheet_id: str | None = None
    for entry in workbook.parts.tree(part).iterfind(workbook.tag("c")):
        sheet_id = entry.get("i") or sheet_id  # an entry without a sheet belongs to that of the entry before
        sheet_part = by_id.get(sheet_id)
        if sheet_part in formulas and entry.get("r") not in formulas[sheet_part]:
            yield f"calculation chain: {entry.get('r')} of sheet {sheet_id} holds no formula"
