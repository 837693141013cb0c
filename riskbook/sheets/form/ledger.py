"""The ledger of the form: an Excel table of empty rows with drop-downs, formulas, and colours by their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, FORM_FIELDS, MARK_FIELDS, UNASSESSED
from riskbook.model import FIELDS as MODEL_FIELDS
from riskbook.sheets.form import diagnosis, scales, tables
from riskbook.sheets.form.parts import Form, letter, quoted, table_name, write_text
from riskbook.sheets.theme import A3, A4, level_word
from riskbook.text import example_rows

ROWS, SPARE_ROWS = 300, 50  # prepared for assets, and those that stay empty where more are filled in
GROUP_ROW, HEADER_ROW = 3, 4  # 0-based
PRINTED_SPARE = 10  # rows below those in use that are printed
_GROWTH = 2_000  # rows by which people may extend the table
_ADDED_WIDTH = 22  # characters: the suggested treatment
_WIDEST_ON_A4 = 232  # characters across a page at 60 %
_PLACED = sorted((field.form, field.name) for field in MODEL_FIELDS if field.form is not None)
_WIDTHS = {name: widths for (_, *widths), name in _PLACED} | {"size": [9, 9]}  # in Japanese, in English
_FIELDS = tuple(_WIDTHS)
_RATED = ("confidentiality", "integrity", "availability")
_GROUPS = (("personal", "personal", "my_number"), ("evaluation", "confidentiality", "availability"))


def _fields(form: Form) -> tuple[str, ...]:
    """The columns: without vulnerability where the method does without it."""
    return tuple(field for field in _FIELDS if field != "vulnerability" or form.method.has_vulnerability)


def _typed(form: Form) -> tuple[str, ...]:
    """The fields that the guideline's form computes and people type by the form's method."""
    return _typed_by(form.method)


def _typed_by(method: Method) -> tuple[str, ...]:
    typed = {"importance": method.importance.rule == "typed", "likelihood": not method.has_vulnerability}
    return tuple(field for field, is_typed in typed.items() if is_typed)


def _computed(form: Form) -> tuple[str, ...]:
    return tuple(field for field in (*FORM_FIELDS, "size") if field not in _typed(form))


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
            field: f'=IF({empty},"",IFERROR({self._on_medium(field, media)},{self._unknown(field)}))'
            for field in ("threat", "vulnerability")
        }
        importance, risk = self.ref("importance"), self.ref("risk")
        threat = self.ref("threat")
        factors = [self._turned(field, self.ref(field)) for field in ("threat", "vulnerability")]
        formulas = {"importance": ""}
        if form.method.importance.rule != "typed":
            cells = (self.ref(_RATED[0]), self.ref(_RATED[1]), self.ref(_RATED[2]))
            formulas = {"importance": scales.importance(form, cells, rated)}
        likelihood = self.ref("likelihood")
        likely = tables.likelihood(form, *factors) if form.method.has_vulnerability else threat
        weighed = self._turned("importance", importance), self._turned("likelihood", likelihood)
        unassessed = quoted(level_word(form.method, UNASSESSED, form.lang))
        formulas |= {
            **by_medium,
            "likelihood": f'=IF({threat}="","",{self._turned("likelihood", likely)})',
            "risk": f'=IF(OR({importance}="",{likelihood}=""),"",{tables.risk(form, *weighed)})',
            "size": f'=IF({risk}="",IF({empty},"",{unassessed}),{self._size(risk)})',
        }
        return {field: formula for field, formula in formulas.items() if formula and field in _fields(form)}

    def _on_medium(self, field: str, media: str) -> str:
        """The part of a formula that looks up a factor of the row's medium, as people type it."""
        column = diagnosis.media_column(self.form, field)
        return self._turned(field, f"INDEX({column},MATCH({self.ref('medium')},{media},0))")

    def _turned(self, field: str, cell: str) -> str:
        return scales.turned(self.form.method.scale_of(field), cell)

    def _unknown(self, field: str) -> str:
        scale = self.form.method.scale_of(field)
        return str(scale.turned(scale.unknown))

    def _size(self, risk: str) -> str:
        """The part of a formula that gives the word of a risk's level."""
        *higher, lowest = self.form.method.levels
        words = quoted(lowest.word[self.form.lang])
        for level in reversed(higher):
            words = f"IF({risk}>={level.at_least},{quoted(level.word[self.form.lang])},{words})"
        return words


def placed_fields(method: Method) -> frozenset[str]:
    """The fields that people type into the form's ledger, with that for a medium as typed."""
    return frozenset(field for field in _FIELDS if field not in (*FORM_FIELDS, "size") or field in _typed_by(method))


def write(sheet: Worksheet, form: Form, number: int, department: str, assets: Sequence[Mapping[str, Any]] = ()) -> None:
    """Writes ledger `number` (1…) with ROWS rows, or more, for `assets` (see `Carried`) and empty ones.

    `department`: filled in by default, or "".
    """
    # xlsxwriter searches each formula for thirty functions; those of a column are the same in all rows.
    sheet._prepare_formula = cache(sheet._prepare_formula)
    title = form.word("title.ledger-of", department=department) if department else form.word("title.ledger")
    form.head(sheet, "ledger", title)
    table = _Table(form, table_name(number))
    last = HEADER_ROW + max(ROWS, len(assets) + SPARE_ROWS)
    formulas = table.formulas()
    fields, typed = _fields(form), _typed(form)
    looks = {field: _look(form, field) for field in fields}
    columns: list[dict[str, Any]] = []
    for field in fields:
        column = {"header": form.word(f"col.{field}"), "header_format": form.look("head"), "format": looks[field]}
        of_column = field in formulas and field not in typed
        columns.append(column | ({"formula": formulas[field]} if of_column else {}))
    sheet.add_table(
        HEADER_ROW,
        0,
        last,
        len(fields) - 1,
        {"name": table.name, "columns": columns, "style": None, "autofilter": True},
    )
    if department:
        # Not the formula of the column, but a default in each cell, over which people may type.
        place = fields.index("department")
        sheet.write_string(1, place, department, form.theme.format(font_size=11, locked=False))
        formulas["department"] = f'=IF({table.ref("name")}="","",{xl_rowcol_to_cell(1, place, True, True)})'
    for row in range(HEADER_ROW + 1, last + 1):
        for place, field in enumerate(fields):
            if field in formulas:
                # The cached value of an empty row; xlsxwriter would write 0.
                sheet.write_formula(row, place, formulas[field], looks[field], "")
            else:
                sheet.write_blank(row, place, None, looks[field])
    for row, asset in enumerate(assets, start=HEADER_ROW + 1):
        _fill(sheet, form, row, asset)
    _frame(sheet, form)
    _inputs(sheet, form, last)
    _colours(sheet, form, last)
    # Excel would put a green triangle on cells that differ from the column's formula.
    sheet.ignore_errors({"calculated_column": xl_range(HEADER_ROW + 1, 0, last, len(fields) - 1)})
    form.finish(sheet, HEADER_ROW)
    _print(sheet, form, last)


def _print(sheet: Worksheet, form: Form, last: int) -> None:
    """Prints the rows in use and some below them, with the names of the assets on every page.

    Excel computes the area whenever it prints. LibreOffice takes no formula for it and prints all rows: none that is
    in use is ever left out.
    """
    tab, end = f"'{sheet.get_name()}'", letter(len(_fields(form)) - 1)
    rows = last + _GROWTH
    typed = f"{tab}!$A${HEADER_ROW + 2}:${letter(_fields(form).index('medium'))}${rows}"
    used = f'SUMPRODUCT(MAX(({typed}<>"")*ROW({typed})))'
    # With 0 as the column, INDEX gives a whole row. riskbook's columns widen the area in which it looks.
    row = f"INDEX({tab}!$A$1:${end}${rows},MAX({HEADER_ROW + 1},{used})+{PRINTED_SPARE},0)"
    form.book.define_name(f"{tab}!_xlnm.Print_Area", f"={tab}!$A$1:{row}")
    sheet.repeat_columns(0, _fields(form).index("name"))
    sheet.set_paper(A3 if paper(form) == "A3" else A4)


def paper(form: Form) -> str:
    """The paper of a ledger with the column that riskbook adds: A4, or A3 where that would be too small to read."""
    width = sum(_WIDTHS[field][form.lang != "ja"] for field in _fields(form)) + _ADDED_WIDTH
    return "A4" if width <= _WIDEST_ON_A4 else "A3"


def _fill(sheet: Worksheet, form: Form, row: int, asset: Mapping[str, Any]) -> None:
    """Writes the values of one asset into a row."""
    media = dict(zip(form.method.medium_names, form.media, strict=True))
    for place, field in enumerate(_fields(form)):
        look, value = _look(form, field), asset.get(field)
        if field == "medium":
            write_text(sheet, row, place, media.get(str(value), asset["medium_text"]), look)
        elif field in MARK_FIELDS:
            write_text(sheet, row, place, "○" if value else None, look)
        elif field in (*CIA_FIELDS, *_typed(form)) and value is not None:
            sheet.write_number(row, place, form.method.scale_of(field).turned(value), look)
        elif field == "registered" and value is not None:
            sheet.write_datetime(row, place, value, look)
        elif isinstance(value, str) and field in placed_fields(form.method):
            write_text(sheet, row, place, value, look)


def _look(form: Form, field: str) -> Any:
    if field in _computed(form):
        return form.look("computed")
    centred = (
        {"align": "center"} if field in (*MARK_FIELDS, *CIA_FIELDS, *_typed(form), "retention", "registered") else {}
    )
    return form.look("input", **centred, **({"num_format": "yyyy/m/d"} if field == "registered" else {}))


def _frame(sheet: Worksheet, form: Form) -> None:
    """Sets widths, grouped headers and panes."""
    fields = _fields(form)
    for place, field in enumerate(fields):
        sheet.set_column(place, place, _WIDTHS[field][form.lang != "ja"])
    for key, first, last in (*_GROUPS, ("risk", "threat", "size")):
        text = form.word(f"group.{key}")
        sheet.merge_range(GROUP_ROW, fields.index(first), GROUP_ROW, fields.index(last), text, form.look("head"))
    sheet.set_row(HEADER_ROW, 40)
    sheet.freeze_panes(HEADER_ROW + 1, 2)


def _inputs(sheet: Worksheet, form: Form, last: int) -> None:
    """Adds drop-downs and explanations."""

    fields = _fields(form)

    def area(field: str, to: str = "") -> tuple[int, int, int, int]:
        return HEADER_ROW + 1, fields.index(field), last, fields.index(to or field)

    form.choose(
        sheet,
        area("medium"),
        "=" + diagnosis.media_column(form, "medium"),
        form.word("col.medium"),
        form.word("help.medium"),
    )
    needed = form.method.scale_of("confidentiality").turned(form.method.personal.confidentiality)
    form.choose(
        sheet, area("personal", "my_number"), ["○"], form.word("group.personal"), form.word("help.marks", needed=needed)
    )
    for field in CIA_FIELDS:
        values = scales.typed_grades(form.method.scale_of(field))
        form.choose(sheet, area(field), values, form.word(f"col.{field}"), scales.message(form, field))
    for field in _typed(form):
        values = scales.typed_grades(form.method.scale_of(field))
        form.choose(sheet, area(field), values, form.word(f"col.{field}"), scales.message(form, field))
    form.ask_date(sheet, area("registered"), form.word("col.registered"), form.word("help.registered"))
    for field in ("business", "name", "users", "department", "retention"):
        form.explain(sheet, area(field), form.word(f"col.{field}"), form.word(f"help.{field}"))


def _colours(sheet: Worksheet, form: Form, last: int) -> None:
    """Adds the colours of the levels, and a mark on personal information rated too low."""
    first, fields = HEADER_ROW + 2, _fields(form)
    size, low = letter(fields.index("size")), letter(fields.index("confidentiality"))
    shown = (HEADER_ROW + 1, fields.index("risk"), last, fields.index("size"))
    for key in form.method.level_keys:
        fill, ink = form.theme.level_colours(key)
        look = form.book.add_format({"bg_color": f"#{fill}", "font_color": f"#{ink}", "bold": True})
        word = level_word(form.method, key, form.lang)
        options = {"type": "formula", "criteria": f"=${size}{first}={quoted(word)}", "format": look}
        sheet.conditional_format(*shown, options)
    marks = f"${letter(fields.index(MARK_FIELDS[0]))}{first}:${letter(fields.index(MARK_FIELDS[-1]))}{first}"
    needed = form.method.personal.confidentiality
    fill, ink = form.theme.level_colours("medium")
    look = form.book.add_format({"bg_color": f"#{fill}", "font_color": f"#{ink}"})
    rated = scales.turned(form.method.scale_of("confidentiality"), f"${low}{first}")
    too_low = f"=AND(COUNTA({marks})>0,ISNUMBER(${low}{first}),{rated}<{needed})"
    sheet.conditional_format(f"{low}{first}:{low}{last + 1}", {"type": "formula", "criteria": too_low, "format": look})


def write_example(sheet: Worksheet, form: Form) -> None:
    """Writes a few rows as examples, without formulas."""
    form.head(sheet, "example", form.word("title.example"))
    _frame(sheet, form)
    fields = _fields(form)
    shown_as_example = ("importance",) if form.method.importance.rule == "max" else ()
    typed = [field for field in fields if field in shown_as_example or field not in (*FORM_FIELDS, "size")]
    for place, field in enumerate(fields):
        sheet.write_string(HEADER_ROW, place, form.word(f"col.{field}"), form.look("head"))
    for row, shown in enumerate(example_rows(), start=HEADER_ROW + 1):
        sheet.set_row(row, 26)
        values = {**shown[form.lang], "medium": form.media[shown["medium"]], "registered": "2026/4/1"}
        values |= dict(zip(CIA_FIELDS, shown["evaluations"], strict=True))
        values |= dict.fromkeys(shown_as_example, max(shown["evaluations"]))
        values |= {field: "○" if mark else "" for field, mark in zip(MARK_FIELDS, shown["marks"], strict=True)}
        for place, field in enumerate(fields):
            look = form.look("fixed", **({"align": "center"} if field not in fields[:6] else {}))
            sheet.write(row, place, values.get(field, "…" if field not in typed else ""), look)
    form.finish(sheet, HEADER_ROW)
