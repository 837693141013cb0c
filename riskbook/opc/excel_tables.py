"""Excel tables: columns that are written beside one become columns of it, so that it stays valid."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lxml import etree

from riskbook.model import Area
from riskbook.opc.parts import Element
from riskbook.opc.texts import text_at
from riskbook.opc.workbook import Workbook

_NAMES = ("name", "displayName")


def tables_of(workbook: Workbook, sheet_part: str) -> Iterator[tuple[str, Area]]:
    """The table parts of a sheet, each with the area it covers."""
    for part in workbook.parts.all_related(sheet_part, "table"):
        try:
            area = Area.parse(workbook.parts.tree(part).get("ref", ""))
        except ValueError:
            continue
        yield part, area


def take_in_columns(
    workbook: Workbook, sheet_part: str, header_row: int, columns: Sequence[int], headers: Sequence[str]
) -> None:
    """Extends the table with this header row, if there is one, by `columns` directly to its right.

    A column that already lies within the table gets its header as the name: Excel repairs a file where the two differ.
    """
    for part, area in tables_of(workbook, sheet_part):
        if area.first_row != header_row:
            continue
        for column, header in zip(columns, headers, strict=True):
            root = workbook.parts.tree(part)
            holder = root.find(workbook.tag("tableColumns"))
            if holder is None:
                continue
            entries = holder.findall(workbook.tag("tableColumn"))
            area = Area.parse(root.get("ref", ""))
            if area.first_column <= column <= area.last_column:
                workbook.parts.edit(part)
                entries[column - area.first_column].set("name", header)
            elif column == area.last_column + 1:
                _append(workbook, workbook.parts.edit(part), holder, area, header)


def _append(workbook: Workbook, root: Element, holder: Element, area: Area, header: str) -> None:
    entries = holder.findall(workbook.tag("tableColumn"))
    wider = Area(area.first_row, area.first_column, area.last_row, area.last_column + 1)
    new_id = max(int(entry.get("id", "0")) for entry in entries) + 1
    etree.SubElement(holder, workbook.tag("tableColumn"), id=str(new_id), name=header)
    holder.set("count", str(len(entries) + 1))
    auto_filter = root.find(workbook.tag("autoFilter"))
    if auto_filter is not None and auto_filter.get("ref"):
        filtered = Area.parse(auto_filter.get("ref", ""))
        filtered = Area(filtered.first_row, filtered.first_column, filtered.last_row, wider.last_column)
        auto_filter.set("ref", str(filtered))
    root.set("ref", str(wider))


def leave_columns(workbook: Workbook, sheet_part: str, header_row: int, columns: Collection[int]) -> None:
    """Takes `columns`, whose cells are empty now, out of the table with this header row, from its right edge on."""
    for part, area in tables_of(workbook, sheet_part):
        holder = workbook.parts.tree(part).find(workbook.tag("tableColumns"))
        while area.first_row == header_row and holder is not None and area.last_column in columns:
            root = workbook.parts.edit(part)
            holder.remove(holder.findall(workbook.tag("tableColumn"))[-1])
            holder.set("count", str(len(holder)))
            area = Area(area.first_row, area.first_column, area.last_row, area.last_column - 1)
            root.set("ref", str(area))
            auto_filter = root.find(workbook.tag("autoFilter"))
            if auto_filter is not None and auto_filter.get("ref"):
                filtered = Area.parse(auto_filter.get("ref", ""))
                last = min(filtered.last_column, area.last_column)
                auto_filter.set("ref", str(Area(filtered.first_row, filtered.first_column, filtered.last_row, last)))


def follow_headers(workbook: Workbook, sheet_name: str) -> None:
    """Gives the columns of a sheet's tables the names that their header cells show: Excel repairs a file otherwise."""
    for part, area in tables_of(workbook, workbook.sheet(sheet_name).part):
        holder = workbook.parts.tree(part).find(workbook.tag("tableColumns"))
        if holder is None or workbook.parts.tree(part).get("headerRowCount") == "0":
            continue
        entries = holder.findall(workbook.tag("tableColumn"))
        for column, entry in enumerate(entries, start=area.first_column):
            shown = text_at(workbook, sheet_name, area.first_row, column)
            if shown and " ".join(shown.split()) != " ".join(entry.get("name", "").replace("_x000a_", "\n").split()):
                workbook.parts.edit(part)
                entry.set("name", shown.replace("\n", "_x000a_"))


def next_table_id(workbook: Workbook) -> int:
    """A number that no Excel table of the workbook has."""
    return 1 + max((int(root.get("id") or 0) for _, root in _all_tables(workbook)), default=0)


def free_table_name(workbook: Workbook, wanted: str, *, but: str) -> str:
    """`wanted`, or it with a number where a table other than the part `but`, or a defined name, is called so."""
    taken = {root.get(a, "").casefold() for part, root in _all_tables(workbook) if part != but for a in _NAMES}
    taken |= {element.get("name", "").casefold() for element in workbook.names()}
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def _all_tables(workbook: Workbook) -> Iterator[tuple[str, Element]]:
    for sheet in workbook.sheets:
        for part in workbook.parts.all_related(sheet.part, "table") if sheet.part else ():
            yield part, workbook.parts.tree(part)
