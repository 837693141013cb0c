"""Excel tables: columns that are written beside one become columns of it, so that it stays valid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from riskbook.model import Area
from riskbook.opc.parts import Element
from riskbook.opc.workbook import Workbook


def tables_of(workbook: Workbook, sheet_part: str) -> Iterator[tuple[str, Area]]:
    """The table parts of a sheet, each with the area it covers."""
    for relationship in workbook.parts.relationships(sheet_part):
        if relationship.kind == "table" and relationship.part and workbook.parts.has(relationship.part):
            try:
                area = Area.parse(workbook.parts.tree(relationship.part).get("ref", ""))
            except ValueError:
                continue
            yield relationship.part, area


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
