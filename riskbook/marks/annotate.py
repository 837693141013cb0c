"""Writes riskbook's result columns to the right of a ledger table, in the format of the nearest cell to the left."""

from __future__ import annotations

from collections.abc import Sequence

from riskbook.marks.ownership import IN_RULES, RULE_MARK, mark_column
from riskbook.model import (
    LONGEST_CELL,
    VISIBLE_COLUMNS,
    Area,
    LedgerMarkup,
    LedgerTable,
    OwnColumn,
    OwnedParts,
    column_letter,
    joined,
    runs,
    slots_of,
)
from riskbook.opc.beside import drawn_columns, widen_filter, widen_print_area
from riskbook.opc.excel_tables import leave_columns, take_in_columns
from riskbook.opc.styles import Styles
from riskbook.opc.texts import cell_text, shown_text
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet

_FIRST_ROW = "\0"  # placeholder in a rule's formula for the first row it applies to


def annotate(workbook: Workbook, styles: Styles, markups: Sequence[LedgerMarkup], owned: OwnedParts) -> None:
    """Writes the result columns and conditional formats of every ledger table, and marks the columns.

    Columns of an earlier run must have been removed (`owned` says where they were); their place is used again. No cell
    of the client is changed. Raises `PackageError` where a sheet is full to its last column.
    """
    for name in {markup.table.sheet_name: None for markup in markups}:
        Worksheet(workbook, name).remove_rules(IN_RULES)
    for number, markup in enumerate(markups, start=1):
        _annotate_table(workbook, styles, markup, number, owned)


def _annotate_table(workbook: Workbook, styles: Styles, markup: LedgerMarkup, number: int, owned: OwnedParts) -> None:
    table = markup.table
    sheet = Worksheet(workbook, table.sheet_name)
    sheet.clear([Area(table.first_header_row, column, table.last_row, column) for column in table.own_columns])
    if markup.brief is not None and _is_shown(workbook, sheet, markup):
        markup = markup.brief
    columns = _places(workbook, sheet, markup, owned)
    _write_headers(sheet, styles, markup, columns)
    for row in markup.columns[0].values:
        style = styles.derived(sheet.style_near(row, table.last_column), horizontal="center")
        values = [
            own.values[row] if not own.joined else _joined(workbook, sheet, row, own, table) for own in markup.columns
        ]
        sheet.put_row(row, {column: (value, style) for column, value in zip(columns, values, strict=True)})
    for own, column in zip(markup.columns, columns, strict=True):
        if own.joined:
            sheet.hide_column(column)
        else:
            sheet.set_width(column, own.width)
    _add_rules(sheet, styles, markup, columns)
    headers = [own.header for own in markup.columns]
    take_in_columns(workbook, sheet.part, table.last_header_row, columns, headers)
    widen_filter(workbook, table.sheet_name, table.last_header_row, columns)
    rows = range(table.first_header_row, table.last_row + 1)
    widen_print_area(workbook, table.sheet_name, rows, table.last_column, columns)
    for own, column in zip(markup.columns, columns, strict=True):
        area = Area(table.first_header_row, column, table.last_row, column)
        mark_column(workbook, number, own.slot, table.sheet_name, area)


def _joined(workbook: Workbook, sheet: Worksheet, row: int, own: OwnColumn, table: LedgerTable) -> str | None:
    """The cells on which a row's result rests, as Excel joins them; None where it cannot."""
    texts = []
    for field in own.joined:
        text = shown_text(workbook, sheet.cell(row, table.columns[field]))
        if text is None:
            return None
        texts.append(text)
    found = joined(texts)
    return found if len(found) <= LONGEST_CELL else None


def _is_shown(workbook: Workbook, sheet: Worksheet, markup: LedgerMarkup) -> bool:
    """Whether the form's own columns show, by formula and in every row, what riskbook's would."""
    titles = {cell_text(workbook, cell): column for column, cell in sheet.cells(markup.table.last_header_row)}
    for own in (own for own in markup.columns if own.shown_by):
        place = next((titles[header] for header in own.shown_by if header in titles), 0)
        for row, value in own.values.items():
            cell = sheet.cell(row, place)
            if cell is None or cell.find(workbook.tag("f")) is None:
                return False
            if shown_text(workbook, cell) != ("" if value is None else str(value)):
                return False
    return True


def _places(workbook: Workbook, sheet: Worksheet, markup: LedgerMarkup, owned: OwnedParts) -> list[int]:
    """The columns to write to: those of the earlier run where it wrote the same ones, else the first free ones."""
    table, slots = markup.table, [own.slot for own in markup.columns]
    earlier = {
        slot: area.first_column
        for slot, area in owned.columns.get(table.sheet_name, ())
        if area.first_row <= table.last_row and area.last_row >= table.first_header_row
    }
    earlier = earlier or dict(zip(slots_of(len(table.own_columns)), table.own_columns, strict=True))
    if sorted(earlier) == slots and len(set(earlier.values())) == len(slots):
        return [earlier[slot] for slot in slots]
    for column in earlier.values():
        sheet.show_column(column)
    rows = range(table.first_header_row, table.last_row + 1)
    visible = sum(not own.joined for own in markup.columns)
    first = sheet.free_block(rows, table.last_column, visible, hidden=len(slots) - visible)
    columns = list(range(first, first + len(slots)))
    leave_columns(workbook, sheet.part, table.last_header_row, set(earlier.values()) - set(columns))
    return columns


def set_apart(workbook: Workbook, table: LedgerTable, owned: OwnedParts) -> int | None:
    """The first result column where pictures or text boxes keep it away from the table, else None."""
    if owned.columns.get(table.sheet_name) or table.own_columns:
        return None
    sheet = Worksheet(workbook, table.sheet_name)
    rows = range(table.first_header_row, table.last_row + 1)
    if not drawn_columns(workbook, sheet.part, rows):
        return None
    places = [
        sheet.free_block(rows, table.last_column, VISIBLE_COLUMNS, drawings=drawings) for drawings in (True, False)
    ]
    return places[0] if places[0] != places[1] else None


def _write_headers(sheet: Worksheet, styles: Styles, markup: LedgerMarkup, columns: list[int]) -> None:
    table = markup.table
    for row in range(table.first_header_row, table.last_header_row + 1):
        last = row == table.last_header_row
        # The group heading above the headers is centred across the columns, which needs no merged cell.
        across = "center" if last or columns[-1] - columns[0] != len(columns) - 1 else "centerContinuous"
        style = styles.derived(sheet.style_near(row, table.last_column), horizontal=across, wrap=last)
        for index, column in enumerate(columns):
            title = markup.group_header if row == table.first_header_row and index == 0 else None
            sheet.put(row, column, markup.columns[index].header if last else title, style)


def _add_rules(sheet: Worksheet, styles: Styles, markup: LedgerMarkup, columns: list[int]) -> None:
    table: LedgerTable = markup.table
    first_row = table.last_header_row + 1
    if first_row > table.last_row:
        return
    own = {f"own{one.slot}": column for one, column in zip(markup.columns, columns, strict=True)}
    places = {**table.columns, **own}
    of_kind = {
        "all": [(first_row, table.last_row)],
        "followed": runs(markup.followed),
        "compared": runs(markup.compared),
    }
    for rule in markup.rules:
        cells = {name: f"${column_letter(column)}{_FIRST_ROW}" for name, column in places.items()}
        try:
            formula = rule.formula.format(**cells)
        except KeyError:  # the rule refers to a column which this ledger lacks, or does not need
            continue
        dxf = styles.differential(
            fill=rule.fill, ink=rule.ink, bold=rule.bold, italic=rule.italic, number_format=rule.number_format
        )
        rows = of_kind[rule.rows]
        for name in rule.columns:
            if name in places and rows:
                areas = [Area(first, places[name], last, places[name]) for first, last in rows]
                # Excel reads a relative reference as seen from the first cell of the first area.
                at_first = formula.replace(_FIRST_ROW, str(rows[0][0]))
                sheet.add_rule(areas, f"AND({RULE_MARK},{at_first})", dxf)
