"""The form's questionnaires (自社診断, cloud services): items with drop-downs, points and totals by formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from riskbook.method import QuestionnaireSpec, SelfCheckSpec
from riskbook.sheets.form.parts import Form, quoted
from riskbook.sheets.theme import MUTED

_HEADER = 4  # 0-based row
_CHECK_WIDTHS = (22, 5, 74, 20, 6, 36)
_CLOUD_WIDTHS = (18, 5, 30, 66, 14, 36, 11, 12)
_HEIGHT = 30  # of a row, in points


def write_self_check(sheet: Worksheet, form: Form) -> None:
    """Writes the 25 items; points, parts, total and band are computed from the answers."""
    spec = form.method.instruments.self_check
    form.head(sheet, "self_check", form.word("title.self_check"))
    _source(sheet, form, spec)
    _columns(sheet, form, _CHECK_WIDTHS, ("part", "number", "item", "answer", "points", "evidence"))
    first, last = _HEADER + 1, _HEADER + len(spec.items)
    _write_parts(sheet, form, spec, 0)
    points = {a.word[form.lang]: a.score for a in spec.answers}
    used = spec.not_used
    other = next(a.score for a in spec.answers if a.key == used.answer)
    for item in spec.items:
        row = _HEADER + item.number
        answer = xl_rowcol_to_cell(row, 3)
        scores = points | ({used.word[form.lang]: other} if item.number in used.items else {})
        _write_item(sheet, form, row, 1, (item.number, item[form.lang]))
        sheet.write_blank(row, 3, None, form.look("input"))
        form.choose(sheet, (row, 3, row, 3), list(scores), form.word("col.answer"), form.word("help.item"))
        sheet.write_formula(row, 4, f"={_scored(answer, scores)}", form.look("computed"), "")
        sheet.write_blank(row, 5, None, form.look("input"))
    row = _write_totals(sheet, form, spec, last + 1)
    sheet.write_string(row + 1, 0, form.word("self_check.statements"), form.theme.format(bold=True, font_size=11))
    _write_statements(sheet, form, spec, row + 2)
    form.explain(sheet, (first, 5, last, 5), form.word("col.evidence")[:32], form.word("help.evidence"))
    sheet.freeze_panes(_HEADER + 1, 3)
    form.finish(sheet, _HEADER)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)


def _write_totals(sheet: Worksheet, form: Form, spec: SelfCheckSpec, row: int) -> int:
    """Writes the points of each part, the total and its band; returns the last row."""
    most = max(a.score for a in spec.answers)
    bold = form.look("computed", bold=True)
    for part in spec.parts:
        area = xl_range_abs(_HEADER + part.first, 4, _HEADER + part.last, 4)
        of = most * (part.last - part.first + 1)
        text = form.word("self_check.part", name=f"{part.number} {part.name[form.lang]}", most=of)
        sheet.merge_range(row, 0, row, 3, text, form.look("fixed"))
        sheet.write_formula(row, 4, f"=SUM({area})", form.look("computed"), 0)
        row += 1
    area = xl_range_abs(_HEADER + 1, 4, _HEADER + len(spec.items), 4)
    text = form.word("self_check.total", most=most * len(spec.items))
    sheet.merge_range(row, 0, row, 3, text, form.look("fixed", bold=True))
    sheet.write_formula(row, 4, f"=SUM({area})", bold, 0)
    total = xl_rowcol_to_cell(row, 4)
    lowest = spec.bands[-1].advice[form.lang]
    formula = quoted(lowest)
    for band in reversed(spec.bands[:-1]):
        formula = f"IF({total}>={band.at_least},{quoted(band.advice[form.lang])},{formula})"
    answered = f"COUNT({area})"
    waiting = form.word("self_check.waiting", count=len(spec.items))
    formula = f"=IF({answered}<{len(spec.items)},{quoted(waiting)},{formula})"
    sheet.merge_range(row + 1, 0, row + 1, 5, "", form.look("fixed", bold=True))
    sheet.write_formula(row + 1, 0, formula, form.look("fixed", bold=True), waiting)
    sheet.set_row(row + 1, _HEIGHT)
    return row + 1


def _write_statements(sheet: Worksheet, form: Form, spec: SelfCheckSpec, row: int) -> None:
    """Writes the questions of SECURITY ACTION beside the items, in the order of its steps."""
    yes, no = spec.answers[0].word[form.lang], spec.answers[2].word[form.lang]
    for statement in reversed(spec.statements):
        sheet.merge_range(row, 0, row, 2, statement[form.lang], form.look("fixed"))
        sheet.set_row(row, 20)
        sheet.write_blank(row, 3, None, form.look("input"))
        form.choose(sheet, (row, 3, row, 3), [yes, no], form.word("col.answer"), form.word("refuse.list"))
        sheet.write_blank(row, 4, None, form.look("fixed"))
        sheet.write_blank(row, 5, None, form.look("input"))
        row += 1


def write_cloud(sheet: Worksheet, form: Form, service: str) -> None:
    """Writes the 15 items for one cloud service ("" for one to be named), and the number of confirmed items."""
    spec = form.method.instruments.cloud
    form.head(sheet, "cloud", form.word("title.cloud"))
    # Reading looks for the name above the items.
    sheet.write_string(3, 0, form.word("col.service"), form.theme.format(bold=True))
    sheet.merge_range(3, 1, 3, 3, "", form.look("input", bold=True))
    sheet.write(3, 1, service or None, form.look("input", bold=True))
    fields = ("part", "number", "subject", "item", "answer", "evidence", "checked_by", "checked_on")
    _columns(sheet, form, _CLOUD_WIDTHS, fields)
    first, last = _HEADER + 1, _HEADER + len(spec.items)
    _write_parts(sheet, form, spec, 0)
    for item in spec.items:
        row = _HEADER + item.number
        _write_item(sheet, form, row, 1, (item.number, item.name[form.lang], item[form.lang]))
        for column in range(4, 8):
            date = {"num_format": "yyyy/m/d", "align": "center"} if column == 7 else {}
            sheet.write_blank(row, column, None, form.look("input", **date))
    words = [answer.word[form.lang] for answer in spec.answers]
    not_used = spec.not_used.word[form.lang]
    area = (first, 4, last, 4)
    form.choose(sheet, area, [*words, not_used], form.word("col.answer"), form.word("help.cloud"))
    form.explain(sheet, (first, 5, last, 5), form.word("col.evidence")[:32], form.word("help.evidence"))
    form.ask_date(sheet, (first, 7, last, 7), form.word("col.checked_on"), form.word("help.checked_on"))
    answers = xl_range_abs(*area)
    done, left_out = f"COUNTIF({answers},{quoted(words[0])})", f"COUNTIF({answers},{quoted(not_used)})"
    asked = len(spec.items)
    sheet.write_string(3, 4, form.word("cloud.done"), form.look("fixed", bold=True))
    sheet.write_formula(3, 5, f'={done}&" / "&({asked}-{left_out})', form.look("computed", bold=True), f"0 / {asked}")
    _source(sheet, form, spec, last + 1)
    sheet.freeze_panes(_HEADER + 1, 3)
    form.finish(sheet, _HEADER, one_page=True)


def _columns(sheet: Worksheet, form: Form, widths: Sequence[float], fields: Sequence[str]) -> None:
    for place, (field, width) in enumerate(zip(fields, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(_HEADER, place, form.word(f"col.{field}"), form.look("head"))
    sheet.set_row(_HEADER, 24)


def _write_parts(sheet: Worksheet, form: Form, spec: QuestionnaireSpec, column: int) -> None:
    for part in spec.parts:
        text = f"{part.number} {part.name[form.lang]}"
        sheet.merge_range(
            _HEADER + part.first, column, _HEADER + part.last, column, text, form.look("fixed", bold=True)
        )


def _write_item(sheet: Worksheet, form: Form, row: int, column: int, values: Sequence[int | str]) -> None:
    sheet.set_row(row, _HEIGHT)
    for place, value in enumerate(values, start=column):
        look = form.look("fixed", **({"align": "center"} if isinstance(value, int) else {}))
        sheet.write(row, place, value, look)


def _scored(cell: str, scores: Mapping[str, int]) -> str:
    """The part of a formula that gives the points of the word in a cell, "" for anything else."""
    formula = '""'
    for word, score in reversed(list(scores.items())):
        formula = f"IF({cell}={quoted(word)},{score},{formula})"
    return formula


def _source(sheet: Worksheet, form: Form, spec: QuestionnaireSpec, row: int = 3) -> None:
    """Writes the source of the wording of the items."""
    source = form.word("source", source=spec.source[form.lang], date=spec.source.date)
    sheet.write_string(row, 0, source, form.theme.format(font_size=8, font_color=f"#{MUTED}"))
