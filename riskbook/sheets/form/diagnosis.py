"""The form's sheet 診断結果: threat and vulnerability by medium, measures by kind, counts, all by formula.

The last argument of `write_formula` is the cached value: programs that do not recalculate show it, and xlsxwriter would
write 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Measure
from riskbook.sheets.charts import Series, chart
from riskbook.sheets.form import tables
from riskbook.sheets.form.parts import (
    CHECK_FIELDS,
    CHECK_HEADER,
    THREAT_FIELDS,
    THREAT_HEADER,
    Form,
    quoted,
    table_name,
)
from riskbook.sheets.theme import MUTED, level_word

# Rows and columns are 0-based. The tables are below each other from column A on, table 17 beside the first.
_MEDIA_FIELDS = ("medium", "threat", "applicable", "share", "vulnerability", "likelihood")


def media_column(form: Form, field: str) -> str:
    """An absolute reference to a column of the table of media."""
    return form.column("diagnosis", tables.FIRST_ROW, len(form.media), _MEDIA_FIELDS.index(field))


def _names_column(form: Form) -> int:
    """The column of the names that the chart shows, beside the printed page."""
    return max(15, tables.end(form) + 1)


def kind_names(form: Form) -> str:
    """An absolute reference to the names of the kinds of measure."""
    return form.column("diagnosis", _kinds_row(form), len(form.method.measures), 0)


def _kinds_row(form: Form) -> int:
    return tables.FIRST_ROW + max(len(form.media) + 4, tables.height(form) + 2)


def write(sheet: Worksheet, form: Form, ledgers: Sequence[str]) -> None:
    """Writes the diagnosis; `ledgers`: tabs of the ledgers, in the order of their tables."""
    form.head(sheet, "diagnosis", form.word("title.diagnosis"))
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 6, 11)
    sheet.set_column(7, 7, 3)
    _write_media(sheet, form)
    tables.write(sheet, form)
    _write_kinds(sheet, form)
    first = _kinds_row(form) + len(form.method.measures) + 3
    _write_counts(sheet, form, ledgers, first)
    sheet.print_area(0, 0, first + len(ledgers), _names_column(form) - 1)
    form.finish(sheet, None, one_page=True)


def _heading(sheet: Worksheet, form: Form, row: int, column: int, key: str) -> None:
    sheet.write_string(row, column, form.word(f"diagnosis.{key}"), form.theme.format(bold=True, font_size=11))


def _write_media(sheet: Worksheet, form: Form) -> None:
    """Writes threat, share, vulnerability and likelihood of each medium, computed as in `analysis.factors`."""
    _heading(sheet, form, tables.FIRST_ROW - 2, 0, "media")
    heads = {
        "medium": "diagnosis.medium",
        "threat": "diagnosis.threat",
        "applicable": "diagnosis.applicable",
        "share": "diagnosis.share",
        "vulnerability": "col.vulnerability",
        "likelihood": "col.likelihood",
    }
    for place, field in enumerate(_MEDIA_FIELDS):
        sheet.write_string(tables.FIRST_ROW - 1, place, form.word(heads[field]), form.look("head"))
    sheet.set_row(tables.FIRST_ROW - 1, 28)
    threats, questions = len(form.threats), len(form.questions) + len(form.own_questions)
    media = form.column("threats", THREAT_HEADER + 1, threats, THREAT_FIELDS.index("medium"))
    values = form.column("threats", THREAT_HEADER + 1, threats, THREAT_FIELDS.index("value"))
    answered = form.column("checks", CHECK_HEADER + 1, questions, CHECK_FIELDS.index("value"))
    answers, rule = form.method.answers, form.method.vulnerability
    threat, vulnerability = (form.method.scale_of(factor) for factor in ("threat", "vulnerability"))
    for place, medium in enumerate(form.media):
        row = tables.FIRST_ROW + place
        cells = {field: xl_rowcol_to_cell(row, column) for column, field in enumerate(_MEDIA_FIELDS)}
        marks = form.column("checks", CHECK_HEADER + 1, questions, len(CHECK_FIELDS) + place)
        count = {name: f'COUNTIFS({marks},"<>",{answered},{number})' for name, number in answers.applicable().items()}
        # SUMPRODUCT makes MAX go through the product cell by cell, without an array formula.
        largest = f"SUMPRODUCT(MAX(({media}={cells['medium']})*{values}))"
        share, asked = cells["share"], cells["applicable"]
        formulas = {
            "threat": (f"=IF({largest}=0,{threat.unknown},{largest})", threat.unknown),
            "applicable": ("=" + "+".join(count.values()), _asked(form, place)),
            "share": (
                f'=IF({asked}=0,"",({count["implemented"]}+{rule.partly_weight}*{count["partly"]})/{asked})',
                0,
            ),
            "vulnerability": (
                f"=IF({asked}=0,{vulnerability.unknown},{_by_share(form, share)})",
                vulnerability.highest,
            ),
            "likelihood": (
                f"={tables.likelihood(form, cells['threat'], cells['vulnerability'])}",
                form.method.likelihood(threat.unknown, vulnerability.highest),
            ),
        }
        sheet.write_string(row, 0, medium, form.look("fixed"))
        for field, (formula, value) in formulas.items():
            look = form.look("computed", **({"num_format": "0%"} if field == "share" else {}))
            sheet.write_formula(row, _MEDIA_FIELDS.index(field), formula, look, value)


def _by_share(form: Form, share: str) -> str:
    """The part of a formula that gives vulnerability by a share of measures implemented."""
    # The tolerance of `analysis.factors`: shares are ratios of small whole numbers.
    *steps, (lowest_but_one, least, at) = form.method.vulnerability_steps
    highest = form.method.scale_of("vulnerability").highest
    rest = f"IF({share}<={least}+0.000000001,{highest},{lowest_but_one})"
    if at:  # two grades
        rest = f"IF({share}>={least}-0.000000001,{lowest_but_one},{highest})"
    for grade, least, _ in reversed(steps):
        rest = f"IF({share}>={least}-0.000000001,{grade},{rest})"
    return rest


def _asked(form: Form, place: int) -> int:
    """The number of questions that apply to a medium while nothing is answered."""
    return sum(form.method.medium_names[place] in row.media for row in form.questions)


def _write_kinds(sheet: Worksheet, form: Form) -> None:
    """Writes for each kind of measure the number of each answer, the share implemented, the state of its regulation."""
    first = _kinds_row(form)
    _heading(sheet, form, first - 2, 0, "kinds")
    heads = [
        form.word("col.kind"),
        *(form.word("diagnosis.answer", answer=answer) for answer in form.method.answer_names),
    ]
    heads += [form.word("diagnosis.share"), form.word("diagnosis.regulation")]
    for place, text in enumerate(heads):
        sheet.write_string(first - 1, place, text, form.look("head"))
    sheet.set_row(first - 1, 28)
    for row, measure in enumerate(form.method.measures, start=first):
        _write_kind(sheet, form, row, measure)
    _draw_kinds(sheet, form, first)


def _write_kind(sheet: Worksheet, form: Form, row: int, measure: Measure) -> None:
    """Writes the line of one kind of measure, as formulas over the check sheet."""
    questions = len(form.questions) + len(form.own_questions)
    kinds = form.column("checks", CHECK_HEADER + 1, questions, CHECK_FIELDS.index("kind"))
    answered = form.column("checks", CHECK_HEADER + 1, questions, CHECK_FIELDS.index("value"))
    answers, rule = form.method.answers, form.method.vulnerability
    draft = form.method.regulation.draft_share
    words = {key: quoted(form.word(f"diagnosis.{key}")) for key in ("none", "kept", "draft", "strengthen")}
    name, share = xl_rowcol_to_cell(row, 0), xl_rowcol_to_cell(row, 5)
    at = {answer: xl_rowcol_to_cell(row, answer) for answer in form.method.answer_names}
    sheet.write_string(row, 0, form.kind(measure.number), form.look("fixed"))
    asked = sum(row.kind == measure.number for row in form.questions)
    for answer in at:
        formula = f"=COUNTIFS({kinds},{name},{answered},{answer})"
        sheet.write_formula(
            row, answer, formula, form.look("computed"), asked if answer == answers.not_implemented else 0
        )
    counted = "+".join(at[number] for number in answers.applicable().values())
    weighed = f"({at[answers.implemented]}+{rule.partly_weight}*{at[answers.partly]})"
    formula = f'=IF({counted}=0,"",{weighed}/({counted}))'
    sheet.write_formula(row, 5, formula, form.look("computed", num_format="0%"), 0)
    formula = (
        f'=IF({share}="",{words["none"]},IF({share}<={draft},{words["draft"]},'
        f"IF({share}>=1,{words['kept']},{words['strengthen']})))"
    )
    sheet.write_formula(row, 6, formula, form.look("computed"), form.word("diagnosis.draft"))


def _draw_kinds(sheet: Worksheet, form: Form, first: int) -> None:
    """Inserts the chart of the shares beside their table; `first`: row of the first kind."""
    last = first + len(form.method.measures) - 1
    colour = form.method.levels[-1].strong
    # The chart needs shorter names than the table.
    look = form.theme.format(font_size=8, font_color=f"#{MUTED}")
    for place, measure in enumerate(form.method.measures):
        sheet.write_string(first + place, _names_column(form), f"{measure.number} {measure.short[form.lang]}", look)
    made = chart(
        form.book,
        sheet.get_name(),
        form.lang,
        "bar",
        (first, _names_column(form), last, _names_column(form)),
        [Series((first - 1, 5), (first, 5, last, 5), colour)],
        legend="",
        reverse=True,
        highest=1.0,
        number_format="0%",
        size=7,
    )
    made.set_size({"width": 470, "height": 24 * (last - first + 3)})
    # 2: the chart moves with the cells and keeps its size.
    sheet.insert_chart(first - 2, tables.FIRST_COLUMN, made, {"object_position": 2})


def _write_counts(sheet: Worksheet, form: Form, ledgers: Sequence[str], first: int) -> None:
    """Writes the number of assets by level, for each ledger and for all."""
    _heading(sheet, form, first - 2, 0, "levels")
    sheet.write_string(first - 1, 0, form.word("diagnosis.ledger"), form.look("head"))
    words = [level_word(form.method, key, form.lang) for key in form.method.level_keys]
    for place, word in enumerate(words, start=1):
        sheet.write_string(first - 1, place, word, form.look("head"))
    size = form.word("col.size")
    for number, tab in enumerate(ledgers, start=1):
        row = first + number - 1
        sheet.write_string(row, 0, tab, form.look("fixed"))
        for place, word in enumerate(words, start=1):
            formula = f"=COUNTIF({table_name(number)}[{size}],{quoted(word)})"
            sheet.write_formula(row, place, formula, form.look("computed"), 0)
    if len(ledgers) > 1:
        row = first + len(ledgers)
        sheet.write_string(row, 0, form.word("diagnosis.all"), form.look("fixed", bold=True))
        for place in range(1, len(words) + 1):
            area = f"{xl_rowcol_to_cell(first, place)}:{xl_rowcol_to_cell(row - 1, place)}"
            sheet.write_formula(row, place, f"=SUM({area})", form.look("computed", bold=True), 0)
