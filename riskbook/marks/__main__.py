"""`python -m riskbook.marks graft IN OUT`: tries the write-back alone, on any workbook."""

from __future__ import annotations

import sys
from pathlib import Path

from riskbook.errors import WorkbookError
from riskbook.marks.graft import insert_worksheet
from riskbook.marks.ownership import mark_sheet
from riskbook.model import Area
from riskbook.opc.lint import lint
from riskbook.opc.names import to_dialect
from riskbook.opc.save import save
from riskbook.opc.styles import Styles
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import MAX_COLUMN, Worksheet

_SHEET = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
    '<sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>riskbook</t></is></c><c r="B1"><v>1</v></c></row></sheetData></worksheet>'
)


def grafted(data: bytes) -> bytes:
    """The bytes of the workbook with a small first sheet, and one cell filled right of the used range of its first one.

    Raises `PackageError` for a workbook that riskbook refuses to change.
    """
    workbook = Workbook(data)
    workbook.refuse_unwritable()
    first = next((s for s in workbook.sheets if s.kind == "worksheet" and s.part), None)
    if first is not None:
        _fill_one_cell(workbook, first.name)
    taken = {sheet.name.casefold() for sheet in workbook.sheets}
    name = next(f"riskbook{n or ''}" for n in range(len(taken) + 1) if f"riskbook{n or ''}" not in taken)
    insert_worksheet(workbook, name, to_dialect(_SHEET.encode(), workbook.strict), first=True)
    workbook.open_at(0)
    mark_sheet(workbook, "graft", name, Area(1, 1, 1, 2))
    return workbook.parts.written()


def _fill_one_cell(workbook: Workbook, sheet_name: str) -> None:
    sheet = Worksheet(workbook, sheet_name)
    used = [(row, column) for row in sheet.rows for column, cell in sheet.cells(row) if len(cell)]
    row = min((row for row, _ in used), default=1)
    column = max((column for _, column in used), default=0) + 1
    if column > MAX_COLUMN:
        return
    style = Styles(workbook).derived(sheet.style_near(row, column), horizontal="center")
    sheet.put(row, column, "riskbook", style)


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 when written, 3 with the reason in one line on stderr, 2 for wrong arguments."""
    if len(arguments) != 3 or arguments[0] != "graft":
        print("usage: python -m riskbook.marks graft IN OUT", file=sys.stderr)
        return 2
    source, target = Path(arguments[1]), Path(arguments[2])
    try:
        data = source.read_bytes()
        written = grafted(data)
        lint(written, data)
        save(written, target, overwrite=True)
    except WorkbookError as error:
        print(f"{source}: {error}", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"{source}: {error.strerror or error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
