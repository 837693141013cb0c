"""History of runs, comparison between them, the monthly package, and its verification."""

from riskbook.analysis import compare
from riskbook.audit.history import History, Run
from riskbook.audit.moments import Histories, Month, day_of
from riskbook.audit.recorder import Recorder, client_of, find_histories, history_beside, operator
from riskbook.sheets import event_words, run_words

__all__ = [
    "Histories",
    "History",
    "Month",
    "Recorder",
    "Run",
    "client_of",
    "compare",
    "day_of",
    "event_words",
    "find_histories",
    "history_beside",
    "operator",
    "run_words",
]
