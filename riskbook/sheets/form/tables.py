"""The tables on the form's diagnosis: likelihood by threat and vulnerability, the matrix of risks; and their use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from riskbook.method.schema import Scale
from riskbook.sheets.form.parts import Form
from riskbook.sheets.theme import MUTED
from riskbook.text import joined

FIRST_ROW, FIRST_COLUMN = 5, 8  # 0-based: of the first value's row, and of the grades down
_RULE_ROWS, _RULE_COLUMNS = 2, 3  # of the sentence below the tables


@dataclass(frozen=True)
class _Table:
    """A table: the key of its heading and axes, the scales down and across, its values, the column of its grades."""

    key: str
    down: Scale
    across: Scale
    value: Callable[[int, int], int]
    column: int

    def look_up(self, form: Form, down: str, across: str) -> str:
        """The part of a formula that looks up the value of two grades (cells or expressions)."""
        row, column = FIRST_ROW + len(self.down.values) - 1, self.column + len(self.across.values)
        sheet = f"'{form.tab('diagnosis')}'!"
        table = sheet + xl_range_abs(FIRST_ROW, self.column + 1, row, column)
        rows, columns = self.down.ascending, self.across.ascending
        if rows != tuple(range(1, len(rows) + 1)):
            down = f"MATCH({down},{sheet}{xl_range_abs(FIRST_ROW, self.column, row, self.column)},0)"
        if columns != tuple(range(1, len(columns) + 1)):
            heads = xl_range_abs(FIRST_ROW - 1, self.column + 1, FIRST_ROW - 1, column)
            across = f"MATCH({across},{sheet}{heads},0)"
        return f"INDEX({table},{down},{across})"


def _tables(form: Form) -> Iterator[_Table]:
    method, column = form.method, FIRST_COLUMN
    threat, vulnerability = (method.scale_of(factor) for factor in ("threat", "vulnerability"))
    if method.has_vulnerability:
        yield _Table("likelihood", threat, vulnerability, method.likelihood, column)
        column += len(vulnerability.values) + 2
    if method.formulas.risk == "matrix":
        importance, likelihood_ = (method.scale_of(factor) for factor in ("importance", "likelihood"))
        yield _Table("matrix", importance, likelihood_, method.risk, column)


def height(form: Form) -> int:
    """The number of rows from the first value to the end of the sentence below the tables."""
    return max((len(table.down.values) for table in _tables(form)), default=0) + 1 + _RULE_ROWS


def end(form: Form) -> int:
    """The last column of the tables."""
    columns = (table.column + len(table.across.values) for table in _tables(form))
    return max((FIRST_COLUMN + _RULE_COLUMNS, *columns))


def likelihood(form: Form, threat: str, vulnerability: str) -> str:
    """The part of a formula that gives likelihood; `threat`, `vulnerability`: cells or expressions."""
    match form.method.likelihood_rule:
        case "product":
            return f"{threat}*{vulnerability}"
        case "sum":
            return f"({threat}+{vulnerability})"
        case "max":
            return f"MAX({threat},{vulnerability})"
        case "none":
            return threat
    return next(table for table in _tables(form) if table.key == "likelihood").look_up(form, threat, vulnerability)


def risk(form: Form, importance: str, likelihood: str) -> str:
    """The part of a formula that gives the risk; `importance`, `likelihood`: cells or expressions."""
    if form.method.formulas.risk == "matrix":
        return next(table for table in _tables(form) if table.key == "matrix").look_up(form, importance, likelihood)
    return f"{importance}{'+' if form.method.formulas.risk == 'sum' else '*'}{likelihood}"


def write(sheet: Worksheet, form: Form) -> None:
    """Writes the tables, ascending for INDEX, and below them the rule and the levels in a sentence."""
    sheet.set_column(FIRST_COLUMN, FIRST_COLUMN, 18)
    sheet.set_column(FIRST_COLUMN + 1, end(form), 8)
    for table in _tables(form):
        _write(sheet, form, table)
    parts = [
        form.word("diagnosis.level", at_least=level.at_least, level=level.word[form.lang])
        for level in form.method.levels
    ]
    rule = form.method.formulas.risk
    key = "diagnosis.rule" if rule == "importance_times_likelihood" else f"diagnosis.rule-{rule}"
    text = form.word(key, levels=joined(parts, form.lang, parts=True))
    if form.method.acceptance is not None:
        text += form.word("diagnosis.acceptance", at_most=form.method.acceptance.at_most)
    look = form.theme.format(font_size=9, font_color=f"#{MUTED}", text_wrap=True, valign="top")
    last = FIRST_ROW + height(form) - 1
    sheet.merge_range(last - _RULE_ROWS + 1, FIRST_COLUMN, last, end(form), text, look)


def _write(sheet: Worksheet, form: Form, table: _Table) -> None:
    heading = form.theme.format(bold=True, font_size=11)
    sheet.write_string(FIRST_ROW - 2, table.column, form.word(f"diagnosis.{table.key}"), heading)
    axis = "diagnosis.axis" if table.key == "likelihood" else f"diagnosis.axis-{table.key}"
    sheet.write_string(FIRST_ROW - 1, table.column, form.word(axis), form.look("head"))
    for place, across in enumerate(table.across.ascending, start=1):
        sheet.write_number(FIRST_ROW - 1, table.column + place, across, form.look("head"))
    for row, down in enumerate(table.down.ascending, start=FIRST_ROW):
        sheet.write_number(row, table.column, down, form.look("head"))
        for place, across in enumerate(table.across.ascending, start=1):
            sheet.write_number(row, table.column + place, table.value(down, across), form.look("computed"))
