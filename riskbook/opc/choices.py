"""Drop-down lists of cells: what Excel offers there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from riskbook.model import Area
from riskbook.opc.parts import Element
from riskbook.opc.texts import cell_text
from riskbook.opc.workbook import Workbook

_MOST = 50  # entries of a list, and lists of a sheet
_MOST_GRADES = 10
_RANGE = re.compile(r"(?:(?:'((?:[^']|'')+)'|([^'!\s]+))!)?\$?([A-Za-z]{1,3})\$?(\d+)(?::\$?([A-Za-z]{1,3})\$?(\d+))?")


def choices(workbook: Workbook, root: Element, sheet_name: str) -> Iterator[tuple[Area, tuple[str, ...]]]:
    """The areas of a worksheet (`root`) with a drop-down list, and the entries of the list, as far as they are known.

    A rule that admits whole numbers from one to another is such a list. A list that a formula computes has none.
    """
    # Excel 2010 wrote lists from another sheet as an extension, in a namespace of its own.
    for number, element in enumerate(root.iterfind(".//{*}dataValidation")):
        formula = _formula(element, 1)
        if number >= _MOST or not formula:
            continue
        if element.get("type") == "list":
            entries = tuple(_entries(workbook, formula, sheet_name, follow=True))
        else:
            entries = tuple(_admitted(element))
        for area in _areas(element) if entries else ():
            yield area, entries


def messages(root: Element) -> Iterator[tuple[Area, str]]:
    """The areas of a worksheet for which a rule shows a message to people who type there, and the message."""
    for number, element in enumerate(root.iterfind(".//{*}dataValidation")):
        text = " ".join(filter(None, (element.get("promptTitle"), element.get("prompt"), element.get("error"))))
        for area in _areas(element) if text and number < _MOST else ():
            yield area, text


def _areas(element: Element) -> Iterator[Area]:
    refs = element.get("sqref") or element.findtext("{*}sqref") or ""
    for ref in refs.split()[:_MOST]:
        with contextlib.suppress(ValueError):
            yield Area.parse(ref)


def _formula(element: Element, number: int) -> str:
    holder = element.find(f"{{*}}formula{number}")
    return "".join(map(str, holder.itertext())).strip() if holder is not None else ""


def _admitted(element: Element) -> Iterator[str]:
    """The whole numbers that a rule admits, where these are few: the grades from one to another."""
    first, second = (_formula(element, number) for number in (1, 2))
    rule = element.get("operator") or "between"
    ends = {"between": (first, second), "lessThanOrEqual": ("1", first)}.get(rule, ("", ""))
    if element.get("type") in ("whole", "decimal") and all(end.isdecimal() for end in ends):
        low, high = map(int, ends)
        if low in (0, 1) and low + 1 < high <= _MOST_GRADES:
            yield from map(str, range(low, high + 1))


def _entries(workbook: Workbook, formula: str, sheet_name: str, *, follow: bool) -> Iterator[str]:
    """The entries of a list: written into it, in a range, or in a range that a name refers to."""
    formula = formula.removeprefix("=")
    if formula.startswith('"'):
        yield from (entry.strip() for entry in formula.strip('"').split(",") if entry.strip())
        return
    match = _RANGE.fullmatch(formula)
    if match is None:
        named = (n.text or "" for n in workbook.names() if (n.get("name") or "").casefold() == formula.casefold())
        target = next(named, "") if follow else ""
        if target:
            yield from _entries(workbook, target, sheet_name, follow=False)
        return
    name = (match[1] or "").replace("''", "'") or match[2] or sheet_name
    area = Area.parse(f"{match[3]}{match[4]}:{match[5] or match[3]}{match[6] or match[4]}")
    part = next((sheet.part for sheet in workbook.sheets if sheet.name == name and sheet.kind == "worksheet"), None)
    if part is None or area.last_row - area.first_row > _MOST or area.last_column - area.first_column > _MOST:
        return
    tag = workbook.tag
    for row in workbook.parts.tree(part).iterfind(f"{tag('sheetData')}/{tag('row')}"):
        if (row.get("r") or "").isdigit() and area.first_row <= int(row.get("r", "0")) <= area.last_row:
            for cell in row.iterfind(tag("c")):
                text = _shown(workbook, cell) if _within(cell.get("r", ""), area) else ""
                if text:
                    yield text


def _within(ref: str, area: Area) -> bool:
    try:
        cell = Area.parse(ref)
    except ValueError:
        return False
    return area.holds(cell.first_row, cell.first_column)


def _shown(workbook: Workbook, cell: Element) -> str:
    text = cell_text(workbook, cell)
    value = cell.findtext(workbook.tag("v")) or ""
    return (value.removesuffix(".0") if text is None else text).strip()
