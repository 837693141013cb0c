"""riskbook's own sheets, written with xlsxwriter; the room `marks` puts them into the client's workbook."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from riskbook.sheets.build import Kinds, build, placed_rows, present_kinds
from riskbook.sheets.changes import event_words, run_words
from riskbook.sheets.markup import ledger_markups
from riskbook.sheets.registry import (
    KINDS,
    editable_fields,
    note_heading,
    note_headings,
    note_places,
    own_captions,
    own_headers,
    own_words,
    sheet_name,
    signature,
)
from riskbook.sheets.roadmap import why as step_words
from riskbook.sheets.theme import level_word
from riskbook.sheets.words import (
    budget_words,
    deadline_day,
    deadline_words,
    finding_words,
    measure_words,
    medium_word,
    treatment_word,
)
from riskbook.sheets.words import reason as reason_words
from riskbook.sheets.words import sources as source_words

if TYPE_CHECKING:
    from riskbook.sheets.audit.book import AuditBook, write_audit
    from riskbook.sheets.audit.codes import YES, code_words, end_words, header, pairs_swapped
    from riskbook.sheets.audit.meaning import meaning
    from riskbook.sheets.form.carried_over import list_as_workbook, without_place
    from riskbook.sheets.form.issue import issue as issue_form
    from riskbook.sheets.form.issue import issue_sheet
    from riskbook.sheets.form.ledger import placed_fields
    from riskbook.sheets.portfolio import Line, Portfolio, by_risk, write_portfolio
    from riskbook.sheets.questions import Asked, Letter, question_list, question_sheet
    from riskbook.sheets.summary.plain import TOP, Overview, overview

# What one assessment does without: loaded on first use, for it would be a large part of a small assessment's time.
_LATER = {
    "AuditBook": ("riskbook.sheets.audit.book", "AuditBook"),
    "write_audit": ("riskbook.sheets.audit.book", "write_audit"),
    "YES": ("riskbook.sheets.audit.codes", "YES"),
    "code_words": ("riskbook.sheets.audit.codes", "code_words"),
    "end_words": ("riskbook.sheets.audit.codes", "end_words"),
    "header": ("riskbook.sheets.audit.codes", "header"),
    "pairs_swapped": ("riskbook.sheets.audit.codes", "pairs_swapped"),
    "meaning": ("riskbook.sheets.audit.meaning", "meaning"),
    "list_as_workbook": ("riskbook.sheets.form.carried_over", "list_as_workbook"),
    "without_place": ("riskbook.sheets.form.carried_over", "without_place"),
    "issue_sheet": ("riskbook.sheets.form.issue", "issue_sheet"),
    "placed_fields": ("riskbook.sheets.form.ledger", "placed_fields"),
    "TOP": ("riskbook.sheets.summary.plain", "TOP"),
    "Overview": ("riskbook.sheets.summary.plain", "Overview"),
    "overview": ("riskbook.sheets.summary.plain", "overview"),
    "Line": ("riskbook.sheets.portfolio", "Line"),
    "Portfolio": ("riskbook.sheets.portfolio", "Portfolio"),
    "by_risk": ("riskbook.sheets.portfolio", "by_risk"),
    "write_portfolio": ("riskbook.sheets.portfolio", "write_portfolio"),
    "Asked": ("riskbook.sheets.questions", "Asked"),
    "Letter": ("riskbook.sheets.questions", "Letter"),
    "question_list": ("riskbook.sheets.questions", "question_list"),
    "question_sheet": ("riskbook.sheets.questions", "question_sheet"),
    "issue_form": ("riskbook.sheets.form.issue", "issue"),
}

__all__ = [
    "KINDS",
    "TOP",
    "YES",
    "Asked",
    "AuditBook",
    "Kinds",
    "Letter",
    "Line",
    "Overview",
    "Portfolio",
    "budget_words",
    "build",
    "by_risk",
    "code_words",
    "deadline_day",
    "deadline_words",
    "editable_fields",
    "end_words",
    "event_words",
    "finding_words",
    "header",
    "issue_form",
    "issue_sheet",
    "ledger_markups",
    "level_word",
    "list_as_workbook",
    "meaning",
    "measure_words",
    "medium_word",
    "note_heading",
    "note_headings",
    "note_places",
    "overview",
    "own_captions",
    "own_headers",
    "own_words",
    "pairs_swapped",
    "placed_fields",
    "placed_rows",
    "present_kinds",
    "question_list",
    "question_sheet",
    "reason_words",
    "run_words",
    "sheet_name",
    "signature",
    "source_words",
    "step_words",
    "treatment_word",
    "without_place",
    "write_audit",
    "write_portfolio",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'riskbook.sheets' has no attribute {name!r}")
    module, attribute = _LATER[name]
    return getattr(import_module(module), attribute)
