"""The measure plan (対策計画): every open question as a measure, in the order of the roadmap, with who and when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import (
    MEASURE_FIELDS,
    MEASURE_KEYS,
    STATES,
    Assessment,
    Location,
    OwnList,
    records,
)
from riskbook.sheets import roadmap, words
from riskbook.sheets.editable import write_editable
from riskbook.sheets.listing import HEADER_ROW, Column, figure, headers_of, plain
from riskbook.sheets.sheet import Context, Sheet, Written, has_assets
from riskbook.sheets.theme import INPUT
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import effort_words, medium_words, number
from riskbook.text import both, label

_PRINT_SCALE = 57

COLUMNS = (
    Column("number", 4, "centre", plain("rank")),
    Column("step", 5, "centre", figure("step")),
    Column("question-number", 6, "centre", plain("item")),
    Column("kind", 17, "wrap", plain("kind")),
    Column("question", 36, "wrap", plain("question")),
    Column("check-cell", 15, "link", plain("place")),
    Column("current", 10, "wrap", plain("current")),
    Column("media", 17, "wrap", plain("media_words")),
    Column("dependents", 26, "wrap", plain("dependent_words")),
    Column("regulation", 11, "centre", plain("regulation_word")),
    Column("effort", 17, "wrap", plain("effort_words")),
    Column("effect", 8, "centre", plain("effect")),
    Column("within", 7, "centre", plain("within")),
    Column("why", 46, "wrap", plain("why")),
    Column("effort_days", 8, "input", plain("effort_days"), editable=True),
    Column("effort_yen", 10, "amount", plain("effort_yen"), editable=True),
    Column("assignee", 11, "input", plain("assignee"), editable=True),
    Column("due", 11, "input", plain("due"), editable=True),
    Column("state", 9, "input", plain("state"), editable=True),
    Column("plan_note", 24, "input", plain("plan_note"), editable=True),
)


# The cells above the header: column → (the caption and the name of the cell right of it that people fill in).
_ABOVE = {3: "budget_yen", 5: "budget_days"}
_RESULT = 7  # the column from which on what the budget reaches is told
_FIELD_OF = {"check-cell": "place"}  # in every list the field "place" is the column of riskbook's links


def own_list() -> OwnList:
    """How the measure plan is read back."""
    headers = headers_of((column.key for column in COLUMNS), _FIELD_OF)
    captions = {text: name for name in _ABOVE.values() for text in both(f"measure.{name}")}
    return OwnList(headers, MEASURE_KEYS, MEASURE_FIELDS, frozenset({"question"}), "question", above=captions)


def states(method: Method) -> dict[str, str]:
    """Words for the states, in every language and as people write them → key (one of STATES)."""
    return {word: key for key in STATES for word in (*both(f"state.{key}"), *method.states[key])}


def choices(method: Method, lang: str) -> dict[str, list[str]]:
    """Field → the choices of its drop-down list."""
    return {"state": [label(f"state.{state}", lang) for state in STATES]}


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the measure plan; below it the lines with entries whose question is gone."""
    assessment, method, lang = context.assessment, context.method, context.lang
    written = write_editable(
        sheet,
        context,
        "measures",
        COLUMNS,
        _rows(assessment, method, lang),
        assessment.orphans["measures"],
        (*MEASURE_KEYS, *MEASURE_FIELDS),
        heading="note.measure-orphans",
        frozen=2,
        empty="note.no-checks" if assessment.ledger.checks is None else "note.no-measures",
        choices=choices(method, lang),
        field_of=_FIELD_OF,
    )
    # Printed on two pages across, which fitting to the width (`page_setup`) would prevent; a scale replaces it.
    sheet.set_print_scale(_PRINT_SCALE)
    sheet.repeat_columns(0, 3)
    sheet.set_v_pagebreaks([[column.key for column in COLUMNS].index("why")])
    return _write_budget(sheet, context, written)


def _write_budget(sheet: Worksheet, context: Context, written: Written) -> Written:
    """Writes the cells for a budget above the header, and what the best set of measures within it reaches."""
    theme, lang, budget = context.theme, context.lang, context.assessment.roadmap.budget
    row = HEADER_ROW - 1
    above: dict[int, bool] = {}
    sheet.set_row(row, 20)
    given = {"budget_yen": budget and budget.yen, "budget_days": budget and budget.days}
    for column, name in _ABOVE.items():
        sheet.write_string(row, column, label(f"measure.{name}", lang), theme.format(bold=True, align="right"))
        look = theme.cell(bg_color=f"#{INPUT}", num_format="#,##0" if name == "budget_yen" else "0.##", align="center")
        sheet.write(row, column + 1, given[name], look)
        above |= {column + 1: False, column + 2: True}
    reached = label("measure.budget-none", lang)
    if budget is not None:
        reached = words.budget_words(context.assessment.roadmap, context.method, lang)
    sheet.write_string(row, _RESULT, reached, theme.format(font_size=9))
    assert written.layout is not None
    return replace(written, layout=replace(written.layout, above={**above, _RESULT + 1: False}))


def _rows(assessment: Assessment, method: Method, lang: str) -> list[dict[str, Any]]:
    """The measures as records of the values that are shown."""
    steps = assessment.roadmap.steps
    names = assessment.risks["name"]
    kinds = {measure.number: f"{measure.number} {measure.name[lang]}" for measure in method.measures}
    rows: list[dict[str, Any]] = []
    budget, measures = assessment.roadmap.budget, assessment.roadmap.measures
    chosen = frozenset(() if budget is None else budget.measures)
    for rank, row in enumerate(records(measures.assign(label=measures.index)), start=1):
        step = number(row["step"])
        meaning = method.answer_names[row["answer"]] if row["answered"] else "unanswered"
        why = label("roadmap.why-none" if row["media"] else "roadmap.why-unmarked", lang)
        if not row["open"]:
            why = label("roadmap.why-not-applicable" if meaning == "not_applicable" else "roadmap.why-done", lang)
        elif step is not None:
            # The reason is written once for each step; further lines refer to it.
            first = step not in (line["step"] for line in rows)
            why = roadmap.why(steps[step - 1], assessment.roadmap, method, lang) if first else ""
            why = why or label("roadmap.why-same", lang, step=step)
        examples = [shortened(names.get(i) or "", roadmap.WIDEST_NAME) for i in row["examples"]]
        row |= {
            "rank": rank,
            "kind": kinds.get(row["number"]),
            "place": Location(row["sheet"], row["cell"]),
            "current": label(f"answer.{meaning}", lang, number=row["answer"]),
            "media_words": medium_words(method, row["media"], lang),
            "dependent_words": roadmap.listed(examples, row["dependents"], lang),
            "regulation_word": label(f"regulation.{row['regulation']}", lang) if row["regulation"] else None,
            "why": why,
            "effort_words": effort_words(row, method, lang),
            "effect": None if row["effect"] is None else round(row["effect"], 1),
            "within": "●" if row["label"] in chosen else None,
            "effort_days": row["days"] if row["effort_days"] is None else row["effort_days"],
            "effort_yen": row["yen"] if row["effort_yen"] is None else row["effort_yen"],
        }
        rows.append(row)
    return rows


SHEET = Sheet(
    "measures",
    write,
    proofs=("col.step", "col.question", "col.regulation", "col.state"),
    present=has_assets,
    reads=own_list,
    words=(
        "title.measures",
        "note.measures",
        "note.no-measures",
        "note.no-checks",
        "note.measure-orphans",
        *(f"measure.{name}" for name in _ABOVE.values()),
    ),
    choices=choices,
)
