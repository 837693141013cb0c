"""The form's sheets 脅威の状況 and 対策状況チェック: questions with drop-downs, and the value of each answer."""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from riskbook.sheets.form import diagnosis, scales
from riskbook.sheets.form.parts import (
    CHECK_FIELDS,
    CHECK_HEADER,
    THREAT_FIELDS,
    THREAT_HEADER,
    Form,
    QuestionRow,
    first_digit,
    write_text,
)

_THREAT_WIDTHS = (16, 56, 52, 6)
_CHECK_WIDTHS = (24, 5, 52, 22, 5)
_MARK_WIDTHS = {"ja": 7, "en": 9}
_EVIDENCE = (("evidence", 32), ("checked_by", 11), ("checked_on", 11))
_MARK = "●"


def write_threats(sheet: Worksheet, form: Form) -> None:
    """Writes the threats to each medium, with empty rows for the firm's own."""
    form.head(sheet, "threats", form.word("title.threats"))
    scale = form.method.scale_of("threat")
    for place, (field, width) in enumerate(zip(THREAT_FIELDS, _THREAT_WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(THREAT_HEADER, place, form.word(f"col.{field}"), form.look("head"))
    sheet.set_row(THREAT_HEADER, 24)
    chosen = dict(zip(scales.typed_grades(scale), scales.choices(form, "threat"), strict=True))
    for row, line in enumerate(form.threats, start=THREAT_HEADER + 1):
        sheet.set_row(row, 18)
        sheet.write_string(row, 0, line.medium, form.look("fixed"))
        write_text(sheet, row, 1, line.threat, form.look("input" if line.own else "fixed"))
        sheet.write(row, 2, None if line.grade is None else chosen[scale.turned(line.grade)], form.look("input"))
        answer = xl_rowcol_to_cell(row, 2)
        number = scales.turned(scale, scales.leading_number(scale, answer))
        formula = f'=IF({answer}="",0,IFERROR({number},0))'
        sheet.write_formula(row, 3, formula, form.look("computed", num_format="0;;"), 0)
    last = THREAT_HEADER + len(form.threats)
    area = (THREAT_HEADER + 1, 2, last, 2)
    asked = form.word("help.frequency", unknown=scale.turned(scale.unknown))
    form.choose(sheet, area, scales.choices(form, "threat"), form.word("col.threat"), asked)
    sheet.freeze_panes(THREAT_HEADER + 1, 0)
    form.finish(sheet, THREAT_HEADER)


def write_checks(sheet: Worksheet, form: Form) -> None:
    """Writes the questions by kind of measure, with the media they apply to and columns for evidence."""
    form.head(sheet, "checks", form.word("title.checks"))
    first_mark = len(CHECK_FIELDS)
    first_evidence = first_mark + len(form.media)
    for place, (field, width) in enumerate(zip(CHECK_FIELDS, _CHECK_WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(CHECK_HEADER, place, form.word(f"col.{field}"), form.look("head"))
    for place, medium in enumerate(form.media, start=first_mark):
        sheet.set_column(place, place, _MARK_WIDTHS[form.lang])
        sheet.write_string(CHECK_HEADER, place, medium, form.look("head", font_size=8))
    for place, (field, width) in enumerate(_EVIDENCE, start=first_evidence):
        sheet.set_column(place, place, width)
        sheet.write_string(CHECK_HEADER, place, form.word(f"col.{field}"), form.look("head"))
    sheet.set_row(CHECK_HEADER, 40)
    rows = [*form.questions, *form.own_questions]
    for number, line in enumerate(rows, start=1):
        _write_question(sheet, form, CHECK_HEADER + number, number, line)
    _check_inputs(sheet, form, CHECK_HEADER + 1, CHECK_HEADER + len(rows), CHECK_HEADER + len(form.questions) + 1)
    sheet.freeze_panes(CHECK_HEADER + 1, 3)
    form.finish(sheet, CHECK_HEADER)


def answer_text(form: Form, number: int | None) -> str | None:
    """An answer as the drop-down offers it; None for no answer."""
    return None if number is None else form.word(f"answer.{form.method.answer_names[number]}", number=number)


def _write_question(sheet: Worksheet, form: Form, row: int, number: int, line: QuestionRow) -> None:
    """Writes one question, or an empty row for one of the firm's own."""
    sheet.set_row(row, 28)
    text, mark = form.look("input" if line.own else "fixed"), {"align": "center", "valign": "vcenter"}
    write_text(sheet, row, 0, form.kind(line.kind) if line.kind else None, text)
    sheet.write_number(row, 1, number, form.look("fixed", **mark))
    write_text(sheet, row, 2, line.question or None, text)
    write_text(sheet, row, 3, answer_text(form, line.answer), form.look("input"))
    asked, answer = xl_rowcol_to_cell(row, 2), xl_rowcol_to_cell(row, 3)
    unanswered = form.method.answers.not_implemented
    value = f'=IF({asked}="",0,IF({answer}="",{unanswered},IFERROR({first_digit(answer)},{unanswered})))'
    counted = (line.answer or unanswered) if line.question else 0
    sheet.write_formula(row, 4, value, form.look("computed", num_format="0;;"), counted)
    first_mark = len(CHECK_FIELDS)
    for place, medium in enumerate(form.method.medium_names, start=first_mark):
        shown = _MARK if medium in line.media else None
        sheet.write(row, place, shown, form.look("input" if line.own else "fixed", **mark))
    for place, (field, _) in enumerate(_EVIDENCE, start=first_mark + len(form.media)):
        date = {"num_format": "yyyy/m/d", "align": "center"} if field == "checked_on" else {}
        sheet.write_blank(row, place, None, form.look("input", **date))


def _check_inputs(sheet: Worksheet, form: Form, first: int, last: int, first_own: int) -> None:
    """Adds drop-downs and explanations; `first_own`: the first row for the firm's own questions."""
    answers = [answer_text(form, number) for number in form.method.answer_names]
    form.choose(sheet, (first, 3, last, 3), answers, form.word("col.answer"), form.word("help.answer"))
    marks = len(CHECK_FIELDS)
    evidence = marks + len(form.media)
    form.explain(sheet, (first, evidence, last, evidence), form.word("col.evidence")[:32], form.word("help.evidence"))
    on = evidence + 2
    form.ask_date(sheet, (first, on, last, on), form.word("col.checked_on"), form.word("help.checked_on"))
    kinds = "=" + diagnosis.kind_names(form)
    form.choose(sheet, (first_own, 0, last, 0), kinds, form.word("col.kind"), form.word("refuse.list"))
    form.choose(
        sheet, (first_own, marks, last, evidence - 1), [_MARK], form.word("col.medium"), form.word("help.applies")
    )
