"""The ledger of the form: an Excel table of empty rows with drop-downs, formulas, and colours by their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from riskbook.model import CIA_FIELDS, FORM_FIELDS, LEVELS, MARK_FIELDS
from riskbook.model import FIELDS as MODEL_FIELDS
from riskbook.sheets.form import diagnosis
from riskbook.sheets.form.parts import Form, letter, quoted, table_name
from riskbook.sheets.theme import level_word
from riskbook.text import example_rows

ROWS = 300  # prepared for assets
GROUP_ROW, HEADER_ROW = 3, 4  # 0-based
_PLACED = sorted((field.form, field.name) for field in MODEL_FIELDS if field.form is not None)
_WIDTHS = {name: widths for (_, *widths), name in _PLACED} | {"size": [9, 9]}  # in Japanese, in English
FIELDS = tuple(_WIDTHS)
_COMPUTED = (*FORM_FIELDS, "size")
_GROUPS = (("personal", "personal", "my_number"), ("evaluation", "confidentiality", "availability"))


@dataclass(frozen=True)
class _Table:
    """One ledger table: its name in Excel, and its formulas, which refer to columns by their headers."""

    form: Form
    name: str

    def ref(self, field: str, to: str = "") -> str:
        """A structured reference to a cell of the same row, or to the cells from `field` to `to`."""
        header = self.form.word(f"col.{field}")
        if not to:
            return f"{self.name}[[#This Row],[{header}]]"
        return f"{self.name}[[#This Row],[{header}]:[{self.form.word(f'col.{to}')}]]"

    def formulas(self) -> dict[str, str]:
        """Field → its formula; a row without name, medium and evaluations stays blank."""
        form = self.form
        rated = self.ref("confidentiality", "availability")
        empty = f"COUNTA({self.ref('name')},{self.ref('medium')},{rated})=0"
        media = diagnosis.media_column(form, "medium")
        by_medium = {
            field: f'=IF({empty},"",IFERROR(INDEX({diagnosis.media_column(form, field)},'
            f"MATCH({self.ref('medium')},{media},0)),{form.method.scale.unknown}))"
            for field in ("threat", "vulnerability")
        }
        threat, vulnerability = self.ref("threat"), self.ref("vulnerability")
        importance, likelihood, risk = self.ref("importance"), self.ref("likelihood"), self.ref("risk")
        unassessed = quoted(level_word(form.method, LEVELS[-1], form.lang))
        return {
            "importance": f'=IF(COUNT({rated})=0,"",MAX({rated}))',
            **by_medium,
            "likelihood": f'=IF({threat}="","",{diagnosis.likelihood(form, threat, vulnerability)})',
            "risk": f'=IF(OR({importance}="",{likelihood}=""),"",{importance}*{likelihood})',
            "size": f'=IF({risk}="",IF({empty},"",{unassessed}),{self._size(risk)})',
        }

    def _size(self, risk: str) -> str:
        """The part of a formula that gives the word of a risk's level."""
        *higher, lowest = self.form.method.levels
        words = quoted(lowest.word[self.form.lang])
        for level in reversed(higher):
            words = f"IF({risk}>={level.at_least},{quoted(level.word[self.form.lang])},{words})"
        return words


def write(sheet: Worksheet, form: Form, number: int, department: str) -> None:
    """Writes ledger `number` (1…) with ROWS empty rows; `department`: filled in by default, or ""."""
    title = form.word("title.ledger-of", department=department) if department else form.word("title.ledger")
    form.head(sheet, "ledger", title)
    table = _Table(form, table_name(number))
    last = HEADER_ROW + ROWS
    formulas = table.formulas()
    columns: list[dict[str, Any]] = []
    for field in FIELDS:
        column = {"header": form.word(f"col.{field}"), "header_format": form.look("head"), "format": _look(form, field)}
        columns.append(column | ({"formula": formulas[field]} if field in formulas else {}))
    sheet.add_table(
        HEADER_ROW,
        0,
        last,
        len(FIELDS) - 1,
        {"name": table.name, "columns": columns, "style": None, "autofilter": True},
    )
    if department:
        # Not the formula of the column, but a default in each cell, over which people may type.
        place = FIELDS.index("department")
        sheet.write_string(1, place, department, form.theme.format(font_size=11, locked=False))
        formulas["department"] = f'=IF({table.ref("name")}="","",{xl_rowcol_to_cell(1, place, True, True)})'
    for row in range(HEADER_ROW + 1, last + 1):
        for place, field in enumerate(FIELDS):
            if field in formulas:
                # The cached value of an empty row; xlsxwriter would write 0.
                sheet.write_formula(row, place, formulas[field], _look(form, field), "")
            else:
                sheet.write_blank(row, place, None, _look(form, field))
    _frame(sheet, form)
    _inputs(sheet, form, last)
    _colours(sheet, form, last)
    # Excel would put a green triangle on cells that differ from the column's formula.
    sheet.ignore_errors({"calculated_column": xl_range(HEADER_ROW + 1, 0, last, len(FIELDS) - 1)})
    form.finish(sheet, HEADER_ROW)
    sheet.repeat_rows(GROUP_ROW, HEADER_ROW)


def _look(form: Form, field: str) -> Any:
    if field in _COMPUTED:
        return form.look("computed")
    centred = {"align": "center"} if field in (*MARK_FIELDS, *CIA_FIELDS, "retention", "registered") else {}
    return form.look("input", **centred, **({"num_format": "yyyy/m/d"} if field == "registered" else {}))


def _frame(sheet: Worksheet, form: Form) -> None:
    """Sets widths, grouped headers and panes."""
    for place, field in enumerate(FIELDS):
        sheet.set_column(place, place, _WIDTHS[field][form.lang != "ja"])
    for key, first, last in (*_GROUPS, ("risk", "threat", "size")):
        text = form.word(f"group.{key}")
        sheet.merge_range(GROUP_ROW, FIELDS.index(first), GROUP_ROW, FIELDS.index(last), text, form.look("head"))
    sheet.set_row(HEADER_ROW, 40)
    sheet.freeze_panes(HEADER_ROW + 1, 2)


def _inputs(sheet: Worksheet, form: Form, last: int) -> None:
    """Adds drop-downs and explanations."""

    def area(field: str, to: str = "") -> tuple[int, int, int, int]:
        return HEADER_ROW + 1, FIELDS.index(field), last, FIELDS.index(to or field)

    form.choose(
        sheet,
        area("medium"),
        "=" + diagnosis.media_column(form, "medium"),
        form.word("col.medium"),
        form.word("help.medium"),
    )
    needed = form.method.personal.confidentiality
    form.choose(
        sheet, area("personal", "my_number"), ["○"], form.word("group.personal"), form.word("help.marks", needed=needed)
    )
    for field in CIA_FIELDS:
        values = list(reversed(form.method.scale.ascending))
        form.choose(sheet, area(field), values, form.word(f"col.{field}"), form.word(f"help.{field}"))
    form.ask_date(sheet, area("registered"), form.word("col.registered"), form.word("help.registered"))
    for field in ("business", "name", "users", "department", "retention"):
        form.explain(sheet, area(field), form.word(f"col.{field}"), form.word(f"help.{field}"))


def _colours(sheet: Worksheet, form: Form, last: int) -> None:
    """Adds the colours of the levels, and a mark on personal information rated too low."""
    first = HEADER_ROW + 2
    size, low = letter(FIELDS.index("size")), letter(FIELDS.index("confidentiality"))
    shown = (HEADER_ROW + 1, FIELDS.index("risk"), last, FIELDS.index("size"))
    for key in LEVELS:
        fill, ink = form.theme.level_colours(key)
        look = form.book.add_format({"bg_color": f"#{fill}", "font_color": f"#{ink}", "bold": True})
        word = level_word(form.method, key, form.lang)
        options = {"type": "formula", "criteria": f"=${size}{first}={quoted(word)}", "format": look}
        sheet.conditional_format(*shown, options)
    marks = f"${letter(FIELDS.index(MARK_FIELDS[0]))}{first}:${letter(FIELDS.index(MARK_FIELDS[-1]))}{first}"
    needed = form.method.personal.confidentiality
    fill, ink = form.theme.level_colours("medium")
    look = form.book.add_format({"bg_color": f"#{fill}", "font_color": f"#{ink}"})
    too_low = f"=AND(COUNTA({marks})>0,ISNUMBER(${low}{first}),${low}{first}<{needed})"
    sheet.conditional_format(f"{low}{first}:{low}{last + 1}", {"type": "formula", "criteria": too_low, "format": look})


def write_example(sheet: Worksheet, form: Form) -> None:
    """Writes a few rows as examples, without formulas."""
    form.head(sheet, "example", form.word("title.example"))
    _frame(sheet, form)
    typed = [field for field in FIELDS if field not in _COMPUTED[1:]]
    for place, field in enumerate(FIELDS):
        sheet.write_string(HEADER_ROW, place, form.word(f"col.{field}"), form.look("head"))
    for row, shown in enumerate(example_rows(), start=HEADER_ROW + 1):
        sheet.set_row(row, 26)
        values = {**shown[form.lang], "medium": form.media[shown["medium"]], "registered": "2026/4/1"}
        values |= dict(zip(CIA_FIELDS, shown["evaluations"], strict=True)) | {"importance": max(shown["evaluations"])}
        values |= {field: "○" if mark else "" for field, mark in zip(MARK_FIELDS, shown["marks"], strict=True)}
        for place, field in enumerate(FIELDS):
            look = form.look("fixed", **({"align": "center"} if field not in FIELDS[:6] else {}))
            sheet.write(row, place, values.get(field, "…" if field not in typed else ""), look)
    form.finish(sheet, HEADER_ROW)
