"""History of runs, comparison between them, the monthly package, and its verification."""

from riskbook.analysis import compare
from riskbook.audit.export import Exported, export_month
from riskbook.audit.history import History, Run
from riskbook.audit.moments import Histories, Month, day_of, is_run
from riskbook.audit.recorder import Recorder, client_of, find_histories, history_beside, operator
from riskbook.audit.redact import Redaction
from riskbook.audit.verify import Verdict, verify
from riskbook.sheets import event_words, run_words

__all__ = [
    "Exported",
    "Histories",
    "History",
    "Month",
    "Recorder",
    "Redaction",
    "Run",
    "Verdict",
    "client_of",
    "compare",
    "day_of",
    "event_words",
    "export_month",
    "find_histories",
    "history_beside",
    "is_run",
    "operator",
    "run_words",
    "verify",
]
