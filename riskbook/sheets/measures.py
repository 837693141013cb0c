"""The measure plan (対策計画): every open question as a measure, in the order of the roadmap, with who and when."""

from __future__ import annotations

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
from riskbook.sheets import roadmap
from riskbook.sheets.editable import write_editable
from riskbook.sheets.listing import (
    Column,
    figure,
    headers_of,
    plain,
    shortened,
)
from riskbook.sheets.sheet import Context, Sheet, Written, has_assets
from riskbook.sheets.words import medium_words, number
from riskbook.text import both, label

_PRINT_SCALE = 62

COLUMNS = (
    Column("number", 4, "centre", plain("rank")),
    Column("step", 5, "centre", figure("step")),
    Column("kind", 17, "wrap", plain("kind")),
    Column("question", 36, "wrap", plain("question")),
    Column("check-cell", 15, "link", plain("place")),
    Column("current", 10, "wrap", plain("current")),
    Column("media", 17, "wrap", plain("media_words")),
    Column("dependents", 26, "wrap", plain("dependent_words")),
    Column("regulation", 11, "centre", plain("regulation_word")),
    Column("why", 56, "wrap", plain("why")),
    Column("assignee", 11, "input", plain("assignee"), editable=True),
    Column("due", 11, "input", plain("due"), editable=True),
    Column("state", 9, "input", plain("state"), editable=True),
    Column("plan_note", 24, "input", plain("plan_note"), editable=True),
)


_FIELD_OF = {"check-cell": "place"}  # in every list the field "place" is the column of riskbook's links


def own_list() -> OwnList:
    """How the measure plan is read back."""
    headers = headers_of((column.key for column in COLUMNS), _FIELD_OF)
    return OwnList(headers, MEASURE_KEYS, MEASURE_FIELDS, frozenset({"question"}), "question")


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
    return written


def _rows(assessment: Assessment, method: Method, lang: str) -> list[dict[str, Any]]:
    """The measures as records of the values that are shown."""
    steps = assessment.roadmap.steps
    names = assessment.risks["name"]
    kinds = {measure.number: f"{measure.number} {measure.name[lang]}" for measure in method.measures}
    rows: list[dict[str, Any]] = []
    for rank, row in enumerate(records(assessment.roadmap.measures), start=1):
        step = number(row["step"])
        meaning = method.answer_names[row["answer"]] if row["answered"] else "unanswered"
        why = label("roadmap.why-none" if row["media"] else "roadmap.why-unmarked", lang)
        if not row["open"]:
            why = label("roadmap.why-not-applicable" if meaning == "not_applicable" else "roadmap.why-done", lang)
        elif step is not None:
            # The reason is written once for each step; further lines refer to it.
            first = step not in (line["step"] for line in rows)
            why = roadmap.why(steps[step - 1], method, lang) if first else ""
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
        }
        rows.append(row)
    return rows


SHEET = Sheet(
    "measures",
    write,
    proofs=("col.step", "col.question", "col.regulation", "col.state"),
    present=has_assets,
    reads=own_list,
    words=("title.measures", "note.measures", "note.no-measures", "note.no-checks", "note.measure-orphans"),
    choices=choices,
)
