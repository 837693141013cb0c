"""Comments of a sheet whose lines move: the comments part, and the drawing with their boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from riskbook.model import cell_ref, split_ref
from riskbook.opc.parts import Relationship, parse, serialised
from riskbook.opc.workbook import Workbook

_KINDS = ("comments", "threadedComment", "vmlDrawing")


def comment_parts(workbook: Workbook, sheet_part: str) -> list[Relationship]:
    """The relationships of a sheet to the parts that hold its comments and the drawing with their boxes."""
    found = workbook.parts.relationships(sheet_part)
    return [one for one in found if one.kind in _KINDS and one.part and workbook.parts.has(one.part)]


def noted_rows(content: bytes) -> set[int]:
    """The rows of the cells that have a note."""
    noted = set()
    for element in parse(content, "comments").iter():
        ref = element.get("ref") if isinstance(element.tag, str) else None
        match = re.search(r"\d+$", ref or "")
        noted |= {int(match[0])} if match else set()
    return noted


def move_notes(content: bytes, moved: Mapping[int, int], *, vml: bool) -> bytes:
    """The bytes of a comments part, or (`vml`) of the drawing with their boxes, with notes moved to their new rows."""
    if all(source == target for source, target in moved.items()):
        return content
    if not vml:
        root = parse(content, "comments")
        for element in root.iter():
            ref = element.get("ref") if isinstance(element.tag, str) else None
            if ref:
                try:
                    row, column = split_ref(ref)
                except ValueError:
                    continue
                element.set("ref", cell_ref(moved.get(row, row), column))
        return serialised(root)
    # VML is often not well-formed XML: the numbers that place a note (rows from 0) are changed in the text.
    return re.sub(rb"<(\w+:shape)\b.*?</\1>", lambda match: _move_shape(match[0], moved), content, flags=re.DOTALL)


def _move_shape(shape: bytes, moved: Mapping[int, int]) -> bytes:
    match = re.search(rb"(<x:Row>)(\d+)(</x:Row>)", shape)
    if not match:
        return shape
    row = int(match[2]) + 1
    delta = moved.get(row, row) - row
    shape = shape.replace(match[0], b"%s%d%s" % (match[1], row - 1 + delta, match[3]), 1)
    anchor = re.search(rb"<x:Anchor>([^<]*)</x:Anchor>", shape)
    numbers = anchor[1].split(b",") if anchor else []
    if anchor and len(numbers) == 8:
        for place in (2, 6):  # an anchor is column, offset, row, offset of two corners
            numbers[place] = b" %d" % max(int(numbers[place]) + delta, 0)
        shape = shape.replace(anchor[0], b"<x:Anchor>" + b",".join(numbers) + b"</x:Anchor>", 1)
    return shape
