"""One worksheet part: what it says beyond values, and edits of its cells, columns and rules."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Collection, Iterator, Mapping, Sequence

from lxml import etree

from riskbook.errors import PackageError
from riskbook.model import Area, SheetFacts, cell_ref, column_number, split_ref
from riskbook.opc.beside import drawn_columns
from riskbook.opc.order import index_for
from riskbook.opc.parts import Element
from riskbook.opc.shown import shown_otherwise
from riskbook.opc.workbook import Workbook

MAX_COLUMN = 16_384
MOST_HIDDEN = 500  # columns of one definition that are looked at
_STANDARD_WIDTH = 9.140625  # characters
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TRUE = ("1", "true")
_OPEN_IF_LIGHT = ("formatCells", "formatColumns", "formatRows", "autoFilter")  # locked unless the sheet says 0


class Worksheet:
    """The worksheet part of the tab `sheet_name`. Raises `KeyError` for an unknown name."""

    def __init__(self, workbook: Workbook, sheet_name: str) -> None:
        self._workbook = workbook
        self.sheet_name = sheet_name
        self.part = workbook.sheet(sheet_name).part
        self._tag = workbook.tag
        self._cell_tag = workbook.tag("c")
        self._rows: dict[int, Element] | None = None
        self._used: Area | None = None
        self._looked_at: tuple[int, dict[int, Element]] = (0, {})

    @property
    def root(self) -> Element:
        """The worksheet's root element, for reading only."""
        return self._workbook.parts.tree(self.part)

    def _edit(self) -> Element:
        return self._workbook.parts.edit(self.part)

    # --- looking ---

    @property
    def rows(self) -> dict[int, Element]:
        """The <row> elements by row number; a row without a number follows the one before it."""
        if self._rows is None:
            self._rows = {}
            number = 0
            for row in self.root.iterfind(f"{self._tag('sheetData')}/{self._tag('row')}"):
                written = row.get("r", "")
                number = int(written) if written.isdigit() else number + 1
                self._rows[number] = row
        return self._rows

    def cells(self, row_number: int) -> Iterator[tuple[int, Element]]:
        """The cells of a row, each with its column (1…); a cell without a reference follows the one before it."""
        row = self.rows.get(row_number)
        column, digits = 0, str(row_number)
        for cell in () if row is None else row.iterchildren(self._cell_tag):
            ref = cell.get("r", "")
            letters = ref.removesuffix(digits)
            try:
                column = column_number(letters) if letters != ref and letters.isalpha() else split_ref(ref)[1]
            except ValueError:
                column += 1
            yield column, cell

    def cell(self, row_number: int, column: int) -> Element | None:
        """One cell, None where the row has none there."""
        return self._row_cells(row_number).get(column)

    def facts(self) -> SheetFacts:
        """Formula cells, merged areas, hidden rows, protection, and filled cells in struck-through formats."""
        formulas: set[tuple[int, int]] = set()
        computed: list[Area] = []  # that one formula fills: array formulas, spilled ones and data tables
        hidden: set[int] = set()
        struck: set[tuple[int, int]] = set()
        striking = self._workbook.striking_formats
        formula = self._tag("f")
        for number, row in self.rows.items():
            if row.get("hidden") in ("1", "true"):
                hidden.add(number)
            if striking:
                struck.update((number, c) for c, cell in self.cells(number) if self._is_struck(cell))
        for element in self.root.iterfind(f"{self._tag('sheetData')}/{self._tag('row')}/{self._tag('c')}/{formula}"):
            cell = element.getparent()
            assert cell is not None
            if element.get("t") in ("array", "dataTable"):
                computed += self._filled(element)
            try:
                formulas.add(split_ref(cell.get("r", "")))
            except ValueError:  # a cell without a reference follows the one before it
                number = next(number for number, row in self.rows.items() if row is cell.getparent())
                formulas.update((number, column) for column, at in self.cells(number) if at is cell)
        shown = dict(shown_otherwise(self._workbook, self.part, self.rows, self.cells))
        return SheetFacts(
            formulas=frozenset(formulas),
            merges=tuple(self._areas(f"{self._tag('mergeCells')}/{self._tag('mergeCell')}")),
            hidden_rows=frozenset(hidden),
            protected=self._is_protected(),
            struck=frozenset(struck | {cell for cell, text in shown.items() if text == ""}),
            computed=tuple(computed),
            hidden_columns=frozenset(self._hidden_columns()),
            shown={cell: text for cell, text in shown.items() if text != ""},
            check_boxes=self._check_boxes(),
            total_rows=frozenset(self._total_rows()),
        )

    def _is_protected(self) -> bool:
        """Whether the sheet is protected, other than lightly: no password, and formatting and filters allowed."""
        protection = self.root.find(self._tag("sheetProtection"))
        if protection is None or protection.get("sheet") not in _TRUE:
            return False
        with_password = any(protection.get(name) for name in ("password", "hashValue"))
        return with_password or any(protection.get(name, "1") in _TRUE for name in _OPEN_IF_LIGHT)

    def _is_struck(self, cell: Element) -> bool:
        """Whether the format of a filled cell strikes it through; runs may have fonts of their own."""
        if cell.get("s") not in self._workbook.striking_formats or not len(cell):
            return False
        text = self._workbook.text_element(cell)
        return text is None or not self._workbook.unstruck(text, whole=True)

    @staticmethod
    def _filled(formula: Element) -> Iterator[Area]:
        """The area that a formula fills, where that is more than its cell."""
        with contextlib.suppress(ValueError):
            area = Area.parse(formula.get("ref", ""))
            if (area.first_row, area.first_column) != (area.last_row, area.last_column):
                yield area

    def _hidden_columns(self) -> Iterator[int]:
        for definition in self.root.iterfind(f"{self._tag('cols')}/{self._tag('col')}"):
            if definition.get("hidden") in ("1", "true"):
                first, last = (int(definition.get(name) or 0) for name in ("min", "max"))
                yield from range(first, min(last, first + MOST_HIDDEN) + 1)

    def _total_rows(self) -> Iterator[int]:
        for part in self._workbook.parts.all_related(self.part, "table"):
            root = self._workbook.parts.tree(part)
            if root.get("totalsRowCount", "0") not in ("0", ""):
                with contextlib.suppress(ValueError):
                    yield Area.parse(root.get("ref", "")).last_row

    def _check_boxes(self) -> int:
        parts = self._workbook.parts
        return sum(parts.tree(p).get("objectType") == "CheckBox" for p in parts.all_related(self.part, "ctrlProp"))

    def _areas(self, path: str) -> Iterator[Area]:
        for element in self.root.iterfind(path):
            try:
                yield Area.parse(element.get("ref", ""))
            except ValueError:
                continue

    def style_near(self, row_number: int, column: int) -> int:
        """The format index of the cell at `column`, or else of the nearest one to its left; 0 where there is none."""
        place = max((place for place in self._row_cells(row_number) if place <= column), default=0)
        style = (self._row_cells(row_number)[place].get("s") if place else None) or "0"
        return int(style) if style.isdigit() else 0

    def free_block(self, rows: range, after: int, width: int, *, drawings: bool = True, hidden: int = 0) -> int:
        """The first of `width` adjacent columns, right of `after`, that are visible and empty in `rows`.

        `drawings`: whether columns that a picture, a text box or a button covers count as taken. `hidden`: how many
        more columns after them must be empty, visible or not. Raises `PackageError` where the sheet has none.
        """
        unseen: set[int] = set()
        taken = drawn_columns(self._workbook, self.part, rows) if drawings else set()
        for number in rows:
            taken.update(column for column, cell in self.cells(number) if len(cell))
        for area in self._areas(f"{self._tag('mergeCells')}/{self._tag('mergeCell')}"):
            if area.first_row < rows.stop and area.last_row >= rows.start:
                taken.update(range(area.first_column, area.last_column + 1))
        for definition in self.root.iterfind(f"{self._tag('cols')}/{self._tag('col')}"):
            last = int(definition.get("max", "0"))
            # A hidden column would hide the result. People also hide all columns to the right edge: those are used, and
            # `set_width` makes riskbook's visible.
            if definition.get("hidden") in ("1", "true") and last < MAX_COLUMN:
                unseen.update(range(int(definition.get("min", "1")), last + 1))
        for first in range(after + 1, MAX_COLUMN - width - hidden + 2):
            visible = range(first, first + width)
            if unseen.isdisjoint(visible) and taken.isdisjoint(range(first, visible.stop + hidden)):
                return first
        raise PackageError("no-free-column", sheet=self.sheet_name)

    # --- changing ---

    def clear(self, areas: Sequence[Area]) -> None:
        """Removes all cells of some areas."""
        columns = {column for area in areas for column in range(area.first_column, area.last_column + 1)}
        for number in [row for row in self.rows if any(area.first_row <= row <= area.last_row for area in areas)]:
            for column, cell in list(self.cells(number)):
                if column in columns and any(area.holds(number, column) for area in areas):
                    self._edit()
                    self._looked_at = (0, {})
                    cell.getparent().remove(cell)  # type: ignore[union-attr]

    def put(self, row_number: int, column: int, value: int | str | None, style: int) -> None:
        """Writes one cell: a number, a text, or (None) a format alone; text is never taken for a formula."""
        self.put_row(row_number, {column: (value, style)})

    def put_row(self, row_number: int, values: Mapping[int, tuple[int | str | None, int]]) -> None:
        """Writes several cells of one row: column → (value, format)."""
        row = self._row(row_number)
        existing = self._row_cells(row_number)
        last = max(existing, default=0)
        for column, (value, style) in values.items():
            if column in existing:
                row.remove(existing.pop(column))
                last = max(existing, default=0)
            new = self._cell(row_number, column, value, style)
            before = last if last < column else max((place for place in existing if place < column), default=0)
            if before:
                existing[before].addnext(new)
            else:
                row.insert(0, new)
            existing[column] = new
            last = max(last, column)
        self._widen(row, row_number, values)

    def _row_cells(self, row_number: int) -> dict[int, Element]:
        """The cells of a row by column, kept for the next question about the same row."""
        if self._looked_at[0] != row_number:
            self._looked_at = (row_number, dict(self.cells(row_number)))
        return self._looked_at[1]

    def insert(self, row_number: int, column: int, cell: Element) -> None:
        """Puts a copy of a cell of this workbook, with its format, in place of whatever stands there."""
        self.put_row(row_number, {column: (None, 0)})
        made = next(found for place, found in self.cells(row_number) if place == column)
        cell.set("r", cell_ref(row_number, column))
        cell.tail = None
        made.getparent().replace(made, cell)  # type: ignore[union-attr]
        self._looked_at = (0, {})

    def restyle(self, cell: Element, style: int) -> None:
        """Gives a cell of this sheet another format."""
        self._edit()
        cell.set("s", str(style))

    def lead_to_comments(self, relationship: str) -> None:
        """Names the drawing with the boxes of the sheet's comments, by the id of its relationship."""
        root = self._edit()
        made = etree.Element(self._tag("legacyDrawing"))
        made.set(f"{{{self._workbook.rel_ns}}}id", relationship)
        root.insert(index_for(root, "legacyDrawing"), made)

    def _cell(self, row_number: int, column: int, value: int | str | None, style: int) -> Element:
        new = etree.Element(self._tag("c"), r=cell_ref(row_number, column), s=str(style))
        if isinstance(value, str):
            new.set("t", "inlineStr")  # the client's shared strings stay as they are
            text = etree.SubElement(etree.SubElement(new, self._tag("is")), self._tag("t"))
            text.text = value
            if value != value.strip() or "\n" in value:  # else programs drop white space at the ends
                text.set(_XML_SPACE, "preserve")
        elif value is not None:
            etree.SubElement(new, self._tag("v")).text = str(value)
        return new

    def _row(self, row_number: int) -> Element:
        self._edit()
        if row_number not in self.rows:
            holder = self.root.find(self._tag("sheetData"))
            assert holder is not None
            new = etree.Element(self._tag("row"), r=str(row_number))
            earlier = [number for number in self.rows if number < row_number]
            if earlier:
                self.rows[max(earlier)].addnext(new)
            else:
                holder.insert(0, new)
            self.rows[row_number] = new
        return self.rows[row_number]

    def _widen(self, row: Element, row_number: int, columns: Collection[int]) -> None:
        # Readers such as openpyxl in read-only mode see no cell outside of the recorded range.
        first, _, last = row.get("spans", "").partition(":")
        if first.isdigit() and last.isdigit():
            row.set("spans", f"{min(int(first), *columns)}:{max(int(last), *columns)}")
        area = self._used
        if area is None or not all(area.holds(row_number, column) for column in columns):
            self._used = self._widen_dimension(row_number, columns)

    def _widen_dimension(self, row_number: int, columns: Collection[int]) -> Area | None:
        """Takes cells into the recorded range; returns that, None where the sheet records none that can be read."""
        dimension = self.root.find(self._tag("dimension"))
        try:
            area = Area.parse("" if dimension is None else dimension.get("ref", ""))
        except ValueError:
            return None
        first = min(area.first_row, row_number), min(area.first_column, *columns)
        last = max(area.last_row, row_number), max(area.last_column, *columns)
        if dimension is not None and Area(*first, *last) != area:
            dimension.set("ref", str(Area(*first, *last)))
        return Area(*first, *last)

    def set_width(self, column: int, width: float) -> None:
        """Sets the width of a column, in characters, unless the column has a definition of its own already."""
        holder = self.root.find(self._tag("cols"))
        if holder is None:
            root = self._edit()
            holder = etree.Element(self._tag("cols"))
            root.insert(index_for(root, "cols"), holder)
        split: Element | None = None
        for definition in list(holder):
            first, last = int(definition.get("min", "0")), int(definition.get("max", "0"))
            if first == last == column:
                return
            if first <= column <= last:
                self._edit()
                self._split(definition, first, last, column)
                split = definition
                break
        self._edit()
        new = etree.Element(self._tag("col"), min=str(column), max=str(column), width=str(width), customWidth="1")
        for name in ("style", "outlineLevel", "collapsed"):  # not `hidden`: the results must be seen
            if split is not None and split.get(name) is not None:
                new.set(name, split.get(name, ""))
        before = [d for d in holder if int(d.get("max", "0")) < column]
        if before:
            before[-1].addnext(new)
        else:
            holder.insert(0, new)

    def hide_column(self, column: int) -> None:
        """Hides a column."""
        self.set_width(column, _STANDARD_WIDTH)
        for definition in self.root.iterfind(f"{self._tag('cols')}/{self._tag('col')}"):
            if int(definition.get("min", "0")) == int(definition.get("max", "0")) == column:
                self._edit()
                definition.set("hidden", "1")

    def show_column(self, column: int) -> None:
        """Shows a column that was hidden alone."""
        for definition in self.root.iterfind(f"{self._tag('cols')}/{self._tag('col')}"):
            if definition.get("min") == definition.get("max") == str(column) and definition.get("hidden"):
                self._edit()
                del definition.attrib["hidden"]

    def _split(self, definition: Element, first: int, last: int, column: int) -> None:
        for low, high in ((column + 1, last), (first, column - 1)):
            if low <= high:
                piece = copy.deepcopy(definition)
                piece.set("min", str(low))
                piece.set("max", str(high))
                definition.addnext(piece)
        definition.getparent().remove(definition)  # type: ignore[union-attr]

    def remove_rules(self, mark: str) -> None:
        """Removes the conditional formats in whose formulas a mark stands."""
        for holder in list(self.root.iterfind(self._tag("conditionalFormatting"))):
            for rule in list(holder.iterfind(self._tag("cfRule"))):
                if any(mark in (formula.text or "") for formula in rule.iterfind(self._tag("formula"))):
                    self._edit()
                    holder.remove(rule)
            if holder.find(self._tag("cfRule")) is None and holder.find(self._tag("extLst")) is None:
                self._edit().remove(holder)

    def add_rule(self, areas: Sequence[Area], formula: str, dxf: int) -> None:
        """Adds a conditional format with the lowest priority, so that the client's own win where they clash."""
        root = self._edit()
        # Those of later versions of Excel, which stand among the extensions, too; there is none among the cells.
        holders = (child for child in root if child.tag != self._tag("sheetData"))
        priorities = [int(rule.get("priority") or 0) for child in holders for rule in child.iter("{*}cfRule")]
        holder = etree.Element(self._tag("conditionalFormatting"), sqref=" ".join(map(str, areas)))
        rule = etree.SubElement(holder, self._tag("cfRule"), type="expression", dxfId=str(dxf))
        rule.set("priority", str(max(priorities, default=0) + 1))
        etree.SubElement(rule, self._tag("formula")).text = formula
        root.insert(index_for(root, "conditionalFormatting"), holder)
