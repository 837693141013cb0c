"""Gives an editable sheet of an earlier version of riskbook the columns that this version has beside it."""

from __future__ import annotations

import copy
from dataclasses import replace
from itertools import count

from lxml import etree

from riskbook.model import Area, ListLayout, split_ref
from riskbook.opc.order import index_for
from riskbook.opc.parts import Element
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import MAX_COLUMN


def widened(workbook: Workbook, root: Element, built: Element, old: ListLayout, new: ListLayout) -> ListLayout:
    """The layout `old` with places for the fields that only `new` has, right of everything on the sheet.

    `root`: the old sheet, which gets the widths of these columns and a filter that reaches over them; `built`: the new.
    """
    missing = [field for field in sorted(new.columns, key=lambda f: new.columns[f]) if field not in old.columns]
    if not missing:
        return old
    cells = root.iterfind(f"{workbook.tag('sheetData')}/{workbook.tag('row')}/{workbook.tag('c')}")
    used = [split_ref(cell.get("r", "A1"))[1] for cell in cells if len(cell)]
    last, hidden = max([*used, *old.columns.values()]), _hidden(workbook, root)
    free = (column for column in count(last + 1) if column not in hidden)
    places = dict(zip(missing, free, strict=False))
    _copy_widths(workbook, root, built, {new.columns[field]: place for field, place in places.items()})
    found = root.find(workbook.tag("autoFilter"))
    if found is not None:
        area = Area.parse(found.get("ref", "A1"))
        right = max(area.last_column, *places.values())
        found.set("ref", str(Area(area.first_row, area.first_column, area.last_row, right)))
    return replace(old, columns={**old.columns, **places})


def _hidden(workbook: Workbook, root: Element) -> set[int]:
    """The hidden columns, of which one held the digests of the lines: nobody would see what is written there.

    Not those of a person who hid the whole sheet right of the list.
    """
    hidden: set[int] = set()
    for col in root.iterfind(f"{workbook.tag('cols')}/{workbook.tag('col')}"):
        first, last = int(col.get("min", "1")), int(col.get("max", "1"))
        if col.get("hidden") in ("1", "true") and last < MAX_COLUMN:
            hidden.update(range(first, last + 1))
    return hidden


def _copy_widths(workbook: Workbook, root: Element, built: Element, to: dict[int, int]) -> None:
    """Gives columns the widths of those of the new sheet (`to`: its column → theirs)."""
    holder, widths = root.find(workbook.tag("cols")), built.find(workbook.tag("cols"))
    if widths is None:
        return
    if holder is None:
        holder = etree.Element(workbook.tag("cols"))
        root.insert(index_for(root, "cols"), holder)
    taken = {number for col in holder for number in range(int(col.get("min", "1")), int(col.get("max", "1")) + 1)}
    for col in widths:
        for number in range(int(col.get("min", "1")), int(col.get("max", "1")) + 1):
            if number in to and to[number] not in taken:
                single = copy.deepcopy(col)
                single.set("min", str(to[number]))
                single.set("max", str(to[number]))
                holder.append(single)
    holder[:] = sorted(holder, key=lambda col: int(col.get("min", "1")))
