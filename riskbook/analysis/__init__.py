"""Computes an `Assessment` from a `Ledger`: pure functions on frames, no file, no clock, no text."""

from riskbook.analysis.answers import join_answers
from riskbook.analysis.assess import analyse, good_until, ranked
from riskbook.analysis.comparison import with_history
from riskbook.analysis.deadlines import DEADLINES, due, recorded_deadlines, span_end
from riskbook.analysis.difference import compare, is_done, is_overdue
from riskbook.analysis.plan import APPROVAL
from riskbook.analysis.state import state

__all__ = [
    "APPROVAL",
    "DEADLINES",
    "analyse",
    "compare",
    "due",
    "good_until",
    "is_done",
    "is_overdue",
    "join_answers",
    "ranked",
    "recorded_deadlines",
    "span_end",
    "state",
    "with_history",
]
