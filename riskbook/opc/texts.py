"""The text of a cell, whether it is stored in the cell or among the shared strings."""

from __future__ import annotations

from riskbook.opc.parts import Element
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet


def text_at(workbook: Workbook, sheet_name: str, row: int, column: int) -> str | None:
    """The text of one cell, shared or inline; None for anything else."""
    cells = Worksheet(workbook, sheet_name).cells(row)
    return next((cell_text(workbook, cell) for place, cell in cells if place == column), None)


def cell_text(workbook: Workbook, cell: Element) -> str | None:
    """The text of a cell, shared or inline; None for anything else."""
    holder = workbook.text_element(cell)
    if holder is None:
        return cell.findtext(workbook.tag("v"), "") if cell.get("t") == "str" else None
    if len(holder) == 1 and holder[0].tag == workbook.tag("t"):
        return holder[0].text or ""
    # Excel stores the reading (furigana) of a Japanese text beside it in <rPh>; it is not part of the text.
    runs = [run for run in holder if isinstance(run.tag, str) and run.tag != workbook.tag("rPh")]
    return "".join(text.text or "" for run in runs for text in run.iter(workbook.tag("t")))


def shown_text(workbook: Workbook, cell: Element | None) -> str | None:
    """A cell as Excel's operator & takes it: "" for a blank one; None for an error, or a value that is not there."""
    kind = "n" if cell is None else cell.get("t", "n")
    value = "" if cell is None else cell.findtext(workbook.tag("v"), "")
    if cell is None or len(cell) == 0:
        return ""
    if kind in ("s", "str", "inlineStr"):
        return cell_text(workbook, cell)
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    try:
        return f"{float(value):.15g}" if kind == "n" else None
    except ValueError:  # a formula that nobody has computed
        return None
