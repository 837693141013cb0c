"""Merges an editable sheet of the last run, as people have edited it, with the newly built version of that sheet.

The new sheet gives the lines, their order and what riskbook computes; the old one gives what people typed, and the
columns, notes, colours and widths they added. Notes follow their line.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from riskbook.marks.comments import comment_parts, move_notes, noted_rows
from riskbook.marks.formulas import move_references, shift_references
from riskbook.marks.remember import take_digests
from riskbook.marks.widen import widened
from riskbook.model import MOST_LINKS, Area, ListLayout, cell_ref, column_number, split_ref
from riskbook.opc import names
from riskbook.opc.excel_tables import follow_headers
from riskbook.opc.order import index_for
from riskbook.opc.parts import Element, parse, serialised
from riskbook.opc.texts import cell_text
from riskbook.opc.workbook import Workbook

_LINKS = ("place", "first-question")  # fields in whose columns riskbook writes links


@dataclass(frozen=True)
class SheetCopy:
    """The bytes of a worksheet part and of its relationships part (None where it has none)."""

    content: bytes
    relationships: bytes | None


def keep_sheet(workbook: Workbook, name: str) -> SheetCopy:
    """Copies a sheet for `bring_back`; the parts that its relationships lead to must stay in the package."""
    part = workbook.sheet(name).part
    rels = names.rels_name(part)
    return SheetCopy(workbook.parts.read(part), workbook.parts.read(rels) if workbook.parts.has(rels) else None)


def bring_back(
    workbook: Workbook,
    part: str,
    copied: SheetCopy,
    old: ListLayout,
    new: ListLayout,
    editable: Collection[str],
    words: Mapping[str, str],
    *,
    complete: bool = True,
) -> tuple[int, ListLayout]:
    """Replaces `part`, the newly built sheet, by the `copied` one with lines, order and computed cells of the new one.

    `old`, `new`: where the columns and lines of the two sheets are; `new.lines` maps each new row to the old row it
    continues. `editable`: the fields whose cells belong to the person. `words`: maps riskbook's captions and drop-down
    lists in any language to their text in the language of this run. `complete`: the old sheet was written by a version
    that knew all columns, so that one which is missing was deleted by a person; else it is added on the right. Returns
    the hidden column that held the digests of the old lines, which are removed (0 where there was none), and the layout
    of the old sheet with the added columns.
    """
    built = workbook.parts.tree(part)
    root = parse(copied.content, part)
    place = take_digests(workbook, root)
    if not complete:
        old = widened(workbook, root, built, old, new)
    noted: list[tuple[str, bool]] = []
    if copied.relationships is not None:
        workbook.parts.put(names.rels_name(part), copied.relationships)
        noted = [(one.part, one.kind == "vmlDrawing") for one in comment_parts(workbook, part)]
    rows = {row for name, vml in noted if not vml for row in noted_rows(workbook.parts.read(name))}
    merge = _Merge(workbook, built, root, old, new, editable, words, rows)
    merge.select()
    merge.translate()
    merge.tidy_columns()
    merge.merge_above()
    moved = merge.merge_rows()
    merge.move_merged_cells(moved)
    merge.merge_links(moved)
    merge.extend_ranges()
    workbook.parts.put(part, serialised(root))
    follow_headers(workbook, new.sheet_name)
    for name, vml in noted:
        content = workbook.parts.read(name)
        changed = move_notes(content, moved, vml=vml)
        if changed != content:
            workbook.parts.put(name, changed)
    return place, old


class _Merge:
    """The work of one `bring_back`: `root` is the old sheet, which is changed in place; `built` is the new one."""

    def __init__(
        self,
        workbook: Workbook,
        built: Element,
        root: Element,
        old: ListLayout,
        new: ListLayout,
        editable: Collection[str],
        words: Mapping[str, str],
        noted: Collection[int],
    ) -> None:
        self._noted = noted
        self._workbook = workbook
        self._words = words
        self._tag, self._cell_tag = workbook.tag, workbook.tag("c")
        self._built, self._root = built, root
        self._old, self._new = old, new
        self._shift = old.header_row - new.header_row
        self._column_to = {new.columns[f]: old.columns[f] for f in new.columns if f in old.columns}
        self._editable = {old.columns[f] for f in editable if f in old.columns}

    def _sheet_rows(self, root: Element) -> dict[int, Element]:
        rows = root.iterfind(f"{self._tag('sheetData')}/{self._tag('row')}")
        return {int(row.get("r") or number): row for number, row in enumerate(rows, start=1)}

    def _cells(self, row: Element | None) -> dict[int, Element]:
        cells = () if row is None else row.iterchildren(self._cell_tag)
        return {column_number(cell.get("r", "A1").rstrip("0123456789")): cell for cell in cells}

    def select(self) -> None:
        """Selects the tab where riskbook opens the workbook at it, not where a person saved the workbook at it."""
        path = f"{self._tag('sheetViews')}/{self._tag('sheetView')}"
        fresh = self._built.find(path)
        opens = fresh is not None and fresh.get("tabSelected") in ("1", "true")
        for nth, view in enumerate(self._root.iterfind(path)):
            view.attrib.pop("tabSelected", "")
            if opens and not nth:
                view.set("tabSelected", "1")

    def translate(self) -> None:
        """Puts riskbook's title, note and drop-down lists into the language of this run."""
        for number, row in self._sheet_rows(self._root).items():
            for cell in row.iterfind(self._tag("c")) if number < self._old.header_row else ():
                text = cell_text(self._workbook, cell) or ""
                if text in self._words and self._words[text] != text:
                    for child in list(cell):
                        cell.remove(child)
                    cell.set("t", "inlineStr")
                    holder = etree.SubElement(etree.SubElement(cell, self._tag("is")), self._tag("t"))
                    holder.text = self._words[text]
        path = f"{self._tag('dataValidations')}/{self._tag('dataValidation')}/{self._tag('formula1')}"
        for formula in self._root.iterfind(path):
            formula.text = self._words.get(formula.text or "", formula.text or "")

    def merge_above(self) -> None:
        """Writes riskbook's cells above the header anew; what people typed beside their captions stays.

        Where a person wrote into their places, nothing is written.
        """
        built = self._sheet_rows(self._built).get(self._new.header_row - 1)
        fresh = self._cells(built)
        places = {self._column_to[c]: c for c in self._new.above if c in self._column_to and c in fresh}
        rows = {n: row for n, row in self._sheet_rows(self._root).items() if n < self._old.header_row}
        number = self._old.header_row - 1
        captions = {self._words.get(self._text(fresh[c]) or "", "") for c in places.values()} - {""}
        own = [n for n, row in rows.items() if any(self._text(cell) in captions for cell in self._cells(row).values())]
        blank = not any(len(cell) for at, cell in self._cells(rows.get(number)).items() if at in places)
        if built is None or not places or number < 1 or not (own or blank):
            return
        target = own[0] if own else number
        mine = {at for at, c in places.items() if self._new.above[c]}
        chosen = {c: fresh[c] for c in places.values()}
        merged = self._merge_row(built, chosen, target, rows.get(target), mine, {})
        for row in (rows[target],) if target in rows else ():
            row.getparent().remove(row)  # type: ignore[union-attr]
        holder = self._root.find(self._tag("sheetData"))
        assert holder is not None
        holder.append(merged)
        holder[:] = sorted(holder, key=lambda row: int(row.get("r", "0")))

    def tidy_columns(self) -> None:
        """Separates overlapping column definitions, which some programs write; the last one for a column counts."""
        holder = self._root.find(self._tag("cols"))
        columns = [] if holder is None else list(holder.iterfind(self._tag("col")))
        spans = [range(int(col.get("min", "1")), int(col.get("max", "1")) + 1) for col in columns]
        if holder is None or sum(map(len, spans)) == len({number for span in spans for number in span}):
            return
        last = {number: col for col, span in zip(columns, spans, strict=True) for number in span}
        for child in list(holder):
            holder.remove(child)
        for number in sorted(last):
            single = copy.deepcopy(last[number])
            single.set("min", str(number))
            single.set("max", str(number))
            holder.append(single)

    def merge_rows(self) -> dict[int, int]:
        """Merges the rows; returns old row → new row for every old row that stays."""
        built, old_rows = self._sheet_rows(self._built), self._sheet_rows(self._root)
        self._unshare(old_rows)
        moved = {number: number for number in old_rows if number <= self._old.header_row}
        rows: dict[int, Element] = {number: old_rows[number] for number in moved}
        styles = self._own_styles(built)
        header = old_rows.get(self._old.header_row)
        if header is not None and self._new.header_row in built:
            header_cells = self._cells(built[self._new.header_row])
            rows[self._old.header_row] = self._merge_row(
                header, header_cells, self._old.header_row, header, set(), styles
            )
        for number, row in built.items():
            if number <= self._new.header_row:
                continue
            target = number + self._shift
            source = self._new.lines.get(number)
            old_row = old_rows.get(source) if source is not None else None
            if source is not None and old_row is not None:
                moved[source] = target
            estimated = {column for at, column in self._old.estimated if at == source}
            mine = self._editable - estimated if old_row is not None else set()
            rows[target] = self._merge_row(row, self._cells(row), target, old_row, mine, styles)
        last = max(rows, default=self._old.header_row)
        for number in sorted(set(old_rows) - set(moved)):
            if not (
                self._is_added_to(number, old_rows[number])
                if number in self._old.lines
                else self._has_own_text(old_rows[number])
            ):
                continue
            last += 1
            moved[number] = last
            rows[last] = self._merge_row(old_rows[number], {}, last, old_rows[number], set(), styles)
        self._adjust_formulas(rows, moved)
        holder = self._root.find(self._tag("sheetData"))
        assert holder is not None
        for child in list(holder):
            holder.remove(child)
        for number in sorted(rows):
            holder.append(rows[number])
        return moved

    def _own_styles(self, built: Mapping[int, Element]) -> dict[int, set[str]]:
        """The formats of riskbook by old column; a cell with any other format was formatted by a person."""
        styles: dict[int, set[str]] = {}
        for row in built.values():
            for column, cell in self._cells(row).items():
                styles.setdefault(self._column_to.get(column, 0), set()).add(cell.get("s", "0"))
        return styles

    def _merge_row(
        self,
        like: Element,
        new_cells: Mapping[int, Element],
        target: int,
        old_row: Element | None,
        mine: set[int],
        styles: Mapping[int, set[str]],
    ) -> Element:
        """A row at `target`: cells of `old_row`, over them the new ones, except in `mine` (the person's columns)."""
        before = self._cells(old_row)
        # A colour in these columns means the level, so a person's colour there is not preserved.
        level_columns = {self._old.columns.get("risk"), self._old.columns.get("level")}
        cells: dict[int, Element] = {}
        for column, cell in new_cells.items():
            at = self._column_to.get(column)
            if at is None or (at in mine and at in before):
                continue
            cells[at] = copy.deepcopy(cell)
            chosen = before[at].get("s") if at in before else None
            if chosen is not None and chosen not in styles.get(at, set()) and at not in level_columns:
                cells[at].set("s", chosen)
        cells |= {column: copy.deepcopy(cell) for column, cell in before.items() if column not in cells}
        row = etree.Element(self._tag("row"), {str(k): str(v) for k, v in like.attrib.items()})
        row.set("r", str(target))
        if "spans" in like.attrib and cells:
            first, _, last = like.get("spans", "1:1").partition(":")
            row.set("spans", f"{min(int(first), *cells)}:{max(int(last), *cells)}")
        for column in sorted(cells):
            cells[column].set("r", cell_ref(target, column))
            cells[column].tail = None
            row.append(cells[column])
        return row

    def _has_own_text(self, row: Element) -> bool:
        """Whether a row below the list holds something that riskbook does not write, so that it is a person's."""
        return any(len(cell) and self._text(cell) not in self._words for cell in self._cells(row).values())

    def _text(self, cell: Element) -> str | None:
        return cell_text(self._workbook, cell)

    def _is_added_to(self, number: int, row: Element) -> bool:
        """Whether a line that is no longer listed has a note, or a filled cell in a column that a person added."""
        own = set(self._old.columns.values())
        return number in self._noted or any(len(cell) for column, cell in self._cells(row).items() if column not in own)

    def _unshare(self, rows: Mapping[int, Element]) -> None:
        """Writes shared formulas (stored once for several cells) out in each cell, since the cells may move apart."""
        first: dict[str, tuple[str, int, int]] = {}
        shared = any(formula.get("t") == "shared" for formula in self._root.iter(self._tag("f")))
        for number in sorted(rows) if shared else ():
            for column, cell in self._cells(rows[number]).items():
                formula = cell.find(self._tag("f"))
                if formula is None or formula.get("t") != "shared":
                    continue
                index = formula.get("si", "")
                if formula.text:
                    first[index] = (formula.text, number, column)
                elif index in first:
                    text, row, at = first[index]
                    formula.text = shift_references(text, number - row, column - at)
                for attribute in ("t", "si", "ref"):
                    formula.attrib.pop(attribute, "")

    def _adjust_formulas(self, rows: Mapping[int, Element], moved: Mapping[int, int]) -> None:
        """Adjusts people's formulas to the new rows of the lines they refer to."""
        if all(source == target for source, target in moved.items()):
            return
        for row in rows.values():
            for formula in row.iterfind(f"{self._tag('c')}/{self._tag('f')}"):
                if formula.text:
                    formula.text = move_references(formula.text, moved)

    def move_merged_cells(self, moved: Mapping[int, int]) -> None:
        """Moves merged cells with their lines; an area whose lines are no longer adjacent is unmerged."""
        holder = self._root.find(self._tag("mergeCells"))
        if holder is None:
            return
        for merged in list(holder):
            area = Area.parse(merged.get("ref", "A1"))
            rows = [moved.get(row, row) for row in range(area.first_row, area.last_row + 1)]
            if rows != list(range(rows[0], rows[0] + len(rows))):
                holder.remove(merged)
            elif rows[0] != area.first_row:
                merged.set("ref", str(Area(rows[0], area.first_column, rows[-1], area.last_column)))
        if len(holder):
            holder.set("count", str(len(holder)))
        else:
            self._root.remove(holder)

    def merge_links(self, moved: Mapping[int, int]) -> None:
        """Takes the links of riskbook's columns from the new sheet; people's links follow their line."""
        own = {self._old.columns.get(field) for field in _LINKS}
        holder = self._root.find(self._tag("hyperlinks"))
        mine = [] if holder is None else list(holder.iterfind(self._tag("hyperlink")))
        theirs: list[Element] = []
        for link in mine:
            area = Area.parse(link.get("ref", "A1"))
            if area.first_column not in own and area.first_row in moved:
                link.set("ref", cell_ref(moved[area.first_row], area.first_column))
                theirs.append(link)
        fresh: list[Element] = []
        for link in self._built.iterfind(f"{self._tag('hyperlinks')}/{self._tag('hyperlink')}"):
            row, column = split_ref(link.get("ref", "A1"))
            if column in self._column_to:
                clone = copy.deepcopy(link)
                clone.set("ref", cell_ref(row + self._shift, self._column_to[column]))
                fresh.append(clone)
        fresh = fresh[: max(MOST_LINKS - len(theirs), 0)] + theirs
        if holder is None:
            holder = self._built.find(self._tag("hyperlinks"))
            if holder is None:
                return
            holder = etree.Element(self._tag("hyperlinks"))
            self._root.insert(index_for(self._root, "hyperlinks"), holder)
        for child in list(holder):
            holder.remove(child)
        holder.extend(fresh)
        if not fresh:
            self._root.remove(holder)

    def extend_ranges(self) -> None:
        """Extends filter, drop-downs and used range to the new last line."""
        last = max(self._sheet_rows(self._root), default=1)
        dimension = self._root.find(self._tag("dimension"))
        widest = max((c for row in self._sheet_rows(self._root).values() for c in self._cells(row)), default=1)
        if dimension is not None:
            dimension.set("ref", str(Area(1, 1, last, widest)))
        old_filter, new_filter = self._root.find(self._tag("autoFilter")), self._built.find(self._tag("autoFilter"))
        if old_filter is not None and new_filter is not None:
            area, reach = Area.parse(old_filter.get("ref", "A1")), Area.parse(new_filter.get("ref", "A1"))
            area = Area(area.first_row, area.first_column, reach.last_row + self._shift, area.last_column)
            old_filter.set("ref", str(area))
        for old, new in self._own_validations():
            old.set("sqref", new)

    def _own_validations(self) -> Iterator[tuple[Element, str]]:
        path = f"{self._tag('dataValidations')}/{self._tag('dataValidation')}"
        for new in self._built.iterfind(path):
            area = Area.parse(new.get("sqref", "A1"))
            column = self._column_to.get(area.first_column)
            for old in self._root.iterfind(path):
                if old.findtext(self._tag("formula1")) == new.findtext(self._tag("formula1")) and column:
                    rows = (area.first_row + self._shift, area.last_row + self._shift)
                    yield old, str(Area(rows[0], column, rows[1], column))
