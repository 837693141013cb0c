"""A workbook that is to be done, and what became of it: what travels between processes, journal and history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskbook.errors import RiskbookError
from riskbook.model import EarlierRuns
from riskbook.opc import storage

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook


@dataclass(frozen=True)
class Known:
    """What the journal knows of an earlier result: where it came from, digests of input, rules and output; how long it
    holds.
    """

    source: str
    input_digest: str
    rules: str
    output_digest: str
    good_until: date | None


@dataclass(frozen=True)
class Job:
    """A workbook: its name for people (with slashes), where it is, where the result goes, its key in the journal.

    `earlier`: what its history knows of it. `refused`: why it is not to be done.
    """

    name: str
    source: str
    target: str
    key: str
    known: Known | None = None
    earlier: EarlierRuns | None = None
    refused: RiskbookError | None = None


@dataclass
class Outcome:
    """What became of one workbook.

    `status`: "ok", "findings" (some are open errors), "failed", "unchanged" (done before), or "own" (no client's
    workbook but a report of riskbook's, found in a folder). `error`: message key and
    parameters of one that failed, `bug` the traceback where riskbook itself failed. `record`: the result in plain
    values, as `AssessedWorkbook.record` gives it. `result`: the assessment itself, where it was made in this process.
    """

    input: str
    lang: str | None
    status: str = "failed"
    output: str | None = None
    backup: str | None = None
    error: tuple[str, dict[str, Any]] | None = None
    bug: str | None = None
    record: dict[str, Any] | None = None
    result: AssessedWorkbook | None = None
    input_digest: str = ""
    rules: str = ""
    output_digest: str = ""
    good_until: date | None = None


def resolved(place: str) -> str:
    """A place whatever way it was written, as it may stand in the journal."""
    return storage.shown(place if storage.is_url(place) else str(Path(place).resolve()))
