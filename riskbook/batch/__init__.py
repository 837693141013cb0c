"""Many workbooks: found, assessed side by side, remembered, and summed up."""

from riskbook.batch.engine import ClusterPool, HerePool, LocalPool, run_jobs
from riskbook.batch.find import Found, find
from riskbook.batch.job import Job, Options, Outcome, finished, guarded
from riskbook.batch.journal import Journal, outcomes
from riskbook.batch.portfolio import is_portfolio, portfolio_paths, refuse_place, write_portfolio
from riskbook.batch.watch import watch

__all__ = [
    "ClusterPool",
    "Found",
    "HerePool",
    "Job",
    "Journal",
    "LocalPool",
    "Options",
    "Outcome",
    "find",
    "finished",
    "guarded",
    "is_portfolio",
    "outcomes",
    "portfolio_paths",
    "refuse_place",
    "run_jobs",
    "watch",
    "write_portfolio",
]
