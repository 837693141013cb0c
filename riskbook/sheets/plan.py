"""The treatment plan (対応計画): the suggestion for every asset whose risk is not accepted, and people's decisions."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import PLAN_FIELDS, PLAN_KEYS, STATES, TREATMENTS, OwnList
from riskbook.sheets import words
from riskbook.sheets.editable import write_editable
from riskbook.sheets.listing import (
    Column,
    figure,
    headers_of,
    identity_columns,
    plain,
)
from riskbook.sheets.next_steps import NextSteps
from riskbook.sheets.sheet import Context, Sheet, Written, has_assets
from riskbook.sheets.theme import level_word
from riskbook.sheets.words import Row
from riskbook.text import both, label

_WIDTHS = {
    "decision": 9,
    "measure": 26,
    "assignee": 11,
    "due": 11,
    "state": 9,
    "completed": 11,
    "decided_by": 11,
    "decided_on": 11,
    "decision_reason": 18,
    "review_by": 11,
    "plan_note": 16,
}
_RENAMED = ("decided_by", "decided_on")  # fields whose caption was another in earlier versions
_PRINT_SCALE = 51


def own_list() -> OwnList:
    """How the treatment plan is read back."""
    fields = (
        *PLAN_KEYS,
        *PLAN_FIELDS,
        "number",
        "place",
        "risk",
        "level",
        "treatment",
        "reason",
        "proposal",
        "first-question",
        "alternatives",
        "residual",
        "decided_risk",
    )
    earlier = {text: field for field in _RENAMED for text in both(f"was.{field}")}
    return OwnList({**earlier, **headers_of(fields)}, PLAN_KEYS, PLAN_FIELDS, frozenset({"name"}), "name")


def columns(method: Method, lang: str) -> list[Column]:
    """The columns of the plan; the editable ones come last, in the order of PLAN_FIELDS."""
    computed = [
        *identity_columns(method, lang),
        Column("risk", 6, "level", figure("risk")),
        Column("level", 7, "level", lambda row: level_word(method, row["level"], lang)),
        Column("treatment", 8, "centre", lambda row: words.treatment_word(method, row["treatment"], lang)),
        Column("reason", 40, "wrap", plain("reason")),
        Column("proposal", 44, "wrap", plain("proposal")),
        Column("first-question", 12, "link", plain("first_question")),
        Column("alternatives", 10, "wrap", lambda row: words.alternatives(row, method, lang)),
        Column("residual", 6, "centre", figure("residual")),
        Column("decided_risk", 7, "centre", plain("decided_risk")),
    ]
    return computed + [Column(field, _WIDTHS[field], "input", plain(field), editable=True) for field in PLAN_FIELDS]


def choices(method: Method, lang: str) -> dict[str, list[str]]:
    """Field → the choices of its drop-down list."""
    treatments = [words.treatment_word(method, name, lang) or "" for name in TREATMENTS]
    return {"decision": treatments, "state": [label(f"state.{state}", lang) for state in STATES]}


def belongs(row: Row, method: Method) -> bool:
    """Whether an asset has a line in the plan: its risk asks for a decision, or it had one before."""
    return method.needs_decision(words.number(row["risk"]) or 0) or row["line_row"] is not None


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the plan; below it the lines with entries whose asset is gone."""
    method, lang = context.method, context.lang
    listed = (row for row in context.rows if belongs(row, method))
    steps = NextSteps(context.assessment, method, lang)
    rows = [
        {
            **row,
            "rank": rank,
            "reason": steps.reason(row),
            "proposal": steps.proposal(row),
            "first_question": steps.first_question(row),
        }
        for rank, row in enumerate(listed, start=1)
    ]
    shown = columns(method, lang)
    written = write_editable(
        sheet,
        context,
        "plan",
        shown,
        rows,
        context.assessment.orphans["plan"],
        (*PLAN_KEYS, *PLAN_FIELDS, "decided_risk"),
        heading="note.orphans",
        frozen=2,
        empty="note.no-plan",
        choices=choices(method, lang),
    )
    # Printed on two pages across: riskbook's columns, then people's, the names repeated. A scale replaces the fitting
    # to one page's width that `page_setup` asks for.
    sheet.set_print_scale(_PRINT_SCALE)
    sheet.repeat_columns(0, 1)
    sheet.set_v_pagebreaks([[column.key for column in shown].index("first-question")])
    return written


SHEET = Sheet(
    "plan",
    write,
    proofs=("col.name", "col.decision", "col.state", "col.review_by", "col.decided_risk"),
    present=has_assets,
    reads=own_list,
    words=("title.plan", "note.plan", "note.no-plan", "note.orphans"),
    choices=choices,
)
