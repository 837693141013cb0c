"""What is recorded of workbooks: the history of runs with its chain of hashes, and the journal of a batch."""

from riskbook.records.clients import Client, client_names, client_of_workbook, last_clients
from riskbook.records.entries import Run
from riskbook.records.history import History
from riskbook.records.jobs import Job, Known, Outcome, is_workbook, resolved
from riskbook.records.journal import Journal, names_of, outcomes
from riskbook.records.memory import AT_URL, IN_ENCRYPTED, Memory
from riskbook.records.moments import Histories, Month, day_of, is_run
from riskbook.records.origin import settings_for
from riskbook.records.recorder import (
    Recorder,
    find_histories,
    history_beside,
    history_of_results,
    name_of,
    operator,
    store_path,
)
from riskbook.records.schema import is_history
from riskbook.records.single import assess_with_history

__all__ = [
    "AT_URL",
    "IN_ENCRYPTED",
    "Client",
    "Histories",
    "History",
    "Job",
    "Journal",
    "Known",
    "Memory",
    "Month",
    "Outcome",
    "Recorder",
    "Run",
    "assess_with_history",
    "client_names",
    "client_of_workbook",
    "day_of",
    "find_histories",
    "history_beside",
    "history_of_results",
    "is_history",
    "is_run",
    "is_workbook",
    "last_clients",
    "name_of",
    "names_of",
    "operator",
    "outcomes",
    "resolved",
    "settings_for",
    "store_path",
]
