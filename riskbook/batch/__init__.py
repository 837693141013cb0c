"""Assesses many workbooks: finds them, runs them in parallel, and sums the results up in a portfolio."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from riskbook.batch.engine import HerePool, run_jobs
from riskbook.batch.find import Found, find
from riskbook.batch.job import OUT_OF_MEMORY, Options, assess_job, finished, guarded

if TYPE_CHECKING:
    from riskbook.batch.cluster import ClusterPool
    from riskbook.batch.local import LocalPool
    from riskbook.batch.portfolio import is_portfolio, portfolio_paths, refuse_place, write_portfolio
    from riskbook.batch.watch import watch

# What a call with one workbook does without, loaded on first use.
_LATER = {
    "ClusterPool": "riskbook.batch.cluster",
    "LocalPool": "riskbook.batch.local",
    "is_portfolio": "riskbook.batch.portfolio",
    "portfolio_paths": "riskbook.batch.portfolio",
    "refuse_place": "riskbook.batch.portfolio",
    "watch": "riskbook.batch.watch",
    "write_portfolio": "riskbook.batch.portfolio",
}

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


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'riskbook.batch' has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
