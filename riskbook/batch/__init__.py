"""Assesses many workbooks: finds them, runs them in parallel, and sums the results up in a portfolio."""

from riskbook.batch.engine import ClusterPool, HerePool, LocalPool, run_jobs
from riskbook.batch.find import Found, find
from riskbook.batch.job import OUT_OF_MEMORY, Options, assess_job, finished, guarded
from riskbook.batch.portfolio import is_portfolio, portfolio_paths, refuse_place, write_portfolio
from riskbook.batch.watch import watch

__all__ = [
    "OUT_OF_MEMORY",
    "ClusterPool",
    "Found",
    "HerePool",
    "LocalPool",
    "Options",
    "assess_job",
    "find",
    "finished",
    "guarded",
    "is_portfolio",
    "portfolio_paths",
    "refuse_place",
    "run_jobs",
    "watch",
    "write_portfolio",
]
