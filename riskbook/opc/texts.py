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
    _, value, inline = workbook.content(cell)
    return content_text(workbook, cell.get("t", "n"), value, inline)


def content_text(workbook: Workbook, kind: str, value: str, inline: Element | None) -> str | None:
    """The text of a cell of a kind (its attribute `t`) with the content that `Workbook.content` gives."""
    if kind == "s" and value.isdecimal():
        known = workbook.shared_texts
        if value not in known:
            entry = workbook.shared_string(value)
            known[value] = None if entry is None else _whole(workbook, entry)
        return known[value]
    if inline is not None:
        return _whole(workbook, inline)
    return value if kind == "str" else None


def _whole(workbook: Workbook, holder: Element) -> str:
    """A text, of one piece or of runs."""
    if len(holder) == 1 and holder[0].tag == workbook.tag("t"):
        return holder[0].text or ""
    # Excel stores the reading (furigana) of a Japanese text beside it in <rPh>; it is not part of the text.
    runs = [run for run in holder if isinstance(run.tag, str) and run.tag != workbook.tag("rPh")]
    return "".join(text.text or "" for run in runs for text in run.iter(workbook.tag("t")))


def shown_text(workbook: Workbook, cell: Element | None) -> str | None:
    """A cell as Excel's operator & takes it: "" for a blank one; None for an error, or a value that is not there."""
    if cell is None or len(cell) == 0:
        return ""
    kind = cell.get("t", "n")
    _, value, inline = workbook.content(cell)
    if kind in ("s", "str", "inlineStr"):
        return content_text(workbook, kind, value, inline)
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    try:
        return f"{float(value):.15g}" if kind == "n" else None
    except ValueError:  # a formula that nobody has computed
        return None
