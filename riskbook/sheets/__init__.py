"""riskbook's own sheets, made with xlsxwriter; the package room puts them into the client's workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from xlsxwriter.workbook import Workbook

from riskbook.method import Method
from riskbook.model import (
    MEASURE_FIELDS,
    PLAN_FIELDS,
    RESPONSE_FIELDS,
    Area,
    Assessment,
    ListLayout,
    Location,
    OwnHeaders,
    OwnSignature,
    cell_ref,
    records,
)
from riskbook.sheets import (
    changes,
    findings,
    instruments,
    markup,
    measures,
    plan,
    register,
    roadmap,
    words,
)
from riskbook.sheets.audit.book import AuditBook, write_audit
from riskbook.sheets.form.issue import issue
from riskbook.sheets.portfolio import Portfolio, write_portfolio
from riskbook.sheets.summary import sheet as summary
from riskbook.sheets.theme import Theme
from riskbook.text import LANGUAGES, both

__all__ = [
    "EDITABLE",
    "KINDS",
    "AuditBook",
    "Portfolio",
    "build",
    "event_words",
    "finding_words",
    "issue_form",
    "ledger_markups",
    "own_headers",
    "questions",
    "run_words",
    "sheet_name",
    "signature",
    "step_words",
    "write_audit",
    "write_portfolio",
]

KINDS = (
    "summary",
    "register",
    "plan",
    "measures",
    "roadmap",
    "changes",
    "findings",
    *instruments.KINDS,
)  # in tab order; the first is the tab that opens

event_words = changes.event_words
run_words = changes.run_words
ledger_markups = markup.ledger_markups
# The lists that keep what people type, by kind.
EDITABLE = {"plan": PLAN_FIELDS, "measures": MEASURE_FIELDS, "response": RESPONSE_FIELDS}
finding_words = words.finding_words
questions = findings.questions
step_words = roadmap.why
issue_form = issue


def own_headers(method: Method) -> OwnHeaders:
    """The headers by which reading knows riskbook's own columns and lists again."""
    lists = (
        plan.headers(),
        register.headers(),
        measures.headers(),
        measures.states(method),
        findings.headers(),
        instruments.response.headers(),
    )
    return OwnHeaders(markup.headers(), *lists, signature(method).words)


_KEPT_WORDS = (
    "title.plan",
    "note.plan",
    "note.no-plan",
    "note.orphans",
    "title.measures",
    "note.measures",
    "note.no-measures",
    "note.no-checks",
    "note.measure-orphans",
    "title.response",
    "note.response",
    "note.response-orphans",
)


def own_words(method: Method, lang: str) -> dict[str, str]:
    """What riskbook wrote on the lists that people keep, in any language, and its drop-downs → the same in `lang`."""
    words = {text: both(key)[LANGUAGES.index(lang)] for key in _KEPT_WORDS for text in both(key)}
    for choices in (measures.choices, plan.choices):
        now = choices(method, lang)
        words |= {
            _as_list(found): _as_list(now[field])
            for other in LANGUAGES
            for field, found in choices(method, other).items()
        }
    return words


def _as_list(choices: Sequence[str]) -> str:
    """A drop-down's choices as Excel writes them."""
    return '"' + ",".join(choices) + '"'


def sheet_name(kind: str, lang: str) -> str:
    """The tab name of one of riskbook's sheets."""
    return both(f"sheet.{kind}")[LANGUAGES.index(lang)]


_PROOFS = {
    "summary": ("summary.by-medium", "summary.by-department"),
    "register": ("col.place", "col.likelihood", "col.alternatives", "col.residual"),
    "plan": ("col.name", "col.decision", "col.state", "col.review_by", "col.decided_by"),
    "measures": ("col.step", "col.question", "col.regulation", "col.state"),
    "changes": ("col.event", "col.event-before", "col.event-after", "col.event-factors"),
    "roadmap": ("col.roadmap-measures", "col.moves", "col.fallen", "col.why"),
    "findings": ("col.severity", "col.message", "col.mend", "col.code"),
    **{kind: (f"note.{kind}",) for kind in instruments.KINDS},
}


def signature(method: Method) -> OwnSignature:
    """How riskbook's sheets and columns are known where no mark says so."""
    tabs = {
        both(f"sheet.{kind}")[place]: (
            kind,
            both(f"title.{kind}")[place],
            tuple(both(key)[place] for key in _PROOFS[kind]),
        )
        for kind in KINDS
        for place in range(len(LANGUAGES))
    }
    levels = {word for level in method.levels for word in level.word.values()}
    levels |= set(method.unassessed.word.values())
    treatments = {word for entry in method.treatments.values() for word in entry.word.values()}
    return OwnSignature(tabs, markup.headers(), {1: frozenset(levels), 2: frozenset(treatments)})


def build(
    assessment: Assessment,
    ranked: pd.DataFrame,
    method: Method,
    lang: str,
    *,
    names: Mapping[str, str],
    title: str,
    date_1904: bool,
) -> tuple[bytes, dict[str, Area], dict[str, ListLayout]]:
    """A workbook of riskbook's sheets, the area of each that is there, and where the lines of the EDITABLE ones stand.

    `ranked`: the risks, highest first. `names`: kind → tab name. `title`: the company or the file.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "date_1904": date_1904}
    book = Workbook(buffer, {**options, "default_date_format": "yyyy/m/d", "max_url_length": 2079})
    theme = Theme(book, lang, method)
    rows = _rows(assessment, ranked, method)
    planned = [row for row in rows if plan.belongs(row)]
    orphans: list[dict[str, Any]] = records(assessment.orphans)
    others = instruments.there(assessment)
    left_out = {"changes"} if assessment.comparison is None else set()
    left_out |= set(instruments.KINDS) - set(others)
    if not assessment.ledger.tables:  # only questionnaires: lists that people keep stay, where there are any
        left_out |= {"register", "roadmap", *{"plan", "measures"} - set(assessment.ledger.layouts)}
    there = [kind for kind in KINDS if kind not in left_out]
    sheets = {kind: book.add_worksheet(names[kind]) for kind in there}
    areas, layouts = {}, {}
    if "plan" in sheets:
        areas["plan"], layouts["plan"] = plan.write(sheets["plan"], theme, _numbered(planned), orphans, method, lang)
    if "measures" in sheets:
        areas["measures"], layouts["measures"] = measures.write(sheets["measures"], theme, assessment, method, lang)
    further, layouts["response"] = instruments.write(
        book, {kind: sheets[kind] for kind in others}, theme, assessment, method, lang
    )
    found = _relocated(assessment, layouts)
    shown = {kind: names[kind] for kind in others}
    areas |= further | {
        "summary": summary.write(book, sheets["summary"], theme, found, rows, method, lang, title, shown),
        "findings": findings.write(sheets["findings"], theme, found.findings, assessment.settled, method, lang),
    }
    if "register" in sheets:
        areas["register"] = register.write(sheets["register"], theme, rows, method, lang)
    if "roadmap" in sheets:
        areas["roadmap"] = roadmap.write(book, sheets["roadmap"], theme, assessment, method, lang)
    if assessment.comparison is not None:
        areas["changes"] = changes.write(sheets["changes"], theme, assessment.comparison, method, lang)
    book.close()
    return buffer.getvalue(), {kind: areas[kind] for kind in there}, layouts


def _relocated(assessment: Assessment, layouts: Mapping[str, ListLayout]) -> Assessment:
    """Findings about the lists that people keep, at the places where their lines will stand."""
    moved: dict[str, str] = {}
    for kind, old in assessment.ledger.layouts.items():
        new = layouts[kind]
        moved[old.sheet_name] = new.sheet_name
        for row, source in new.lines.items():
            for column in old.columns.values() if source is not None else ():
                place = Location(new.sheet_name, cell_ref(row + old.header_row - new.header_row, column))
                moved[str(Location(old.sheet_name, cell_ref(source or 0, column)))] = str(place)
    shown = []
    for finding in assessment.findings:
        sheet, _, cell = moved.get(str(finding.location), "").rpartition("!")
        if cell:
            finding = replace(finding, location=Location(sheet or cell, cell if sheet else ""))
        shown.append(finding)
    return replace(assessment, findings=tuple(shown))


def _rows(assessment: Assessment, ranked: pd.DataFrame, method: Method) -> list[dict[str, Any]]:
    """The risks as plain records: NA as None, with rank, place in the ledger, and the suggestion's floor."""
    rows = []
    for rank, record in enumerate(records(ranked), start=1):
        place: Location = assessment.ledger.locate(record, "name")
        rows.append({**record, "rank": rank, "place": place})
    return rows


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "rank": rank} for rank, row in enumerate(rows, start=1)]
