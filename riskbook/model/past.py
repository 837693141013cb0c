"""Earlier runs of a workbook, in one form whether the workbook itself or a history recorded them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from riskbook.model.change import Change, Checks, RunRecord, checks_from, from_texts

ASSESSED = "-assessed"  # added to the name of a workbook for that of its assessed copy


@dataclass(frozen=True)
class EarlierRuns:
    """The earlier runs of a workbook in a history.

    `latest`: the record of the last run, packed; `before`: that of the last run with another input than the latest,
    or of the first run of all, None where the latest is the only one; `days`: the days of the two. `trend`: runs in
    figures, oldest first.
    """

    latest: bytes
    days: tuple[date, date]
    before: bytes | None = None
    trend: tuple[RunRecord, ...] = ()


@dataclass(frozen=True)
class Past:
    """What is known of earlier runs.

    `run`: the last one in figures, `change`: what had changed then, `checks`: its questionnaires, all three from the
    workbook's document properties. `runs`: from a history, which takes precedence.
    """

    run: RunRecord | None = None
    change: Change | None = None
    checks: Checks = field(default_factory=dict)
    runs: EarlierRuns | None = None

    @classmethod
    def of_workbook(cls, texts: Mapping[str, str], runs: EarlierRuns | None = None) -> Past:
        """The past from a workbook's document properties (by name) and, where there is one, a history."""
        return cls(*from_texts(texts), checks_from(texts), runs)


def first_assessed(run: RunRecord, last: RunRecord | None) -> date:
    """The day on which the input of a run was first assessed by the same rules; `last`: the run before it, if any."""
    if last is None or (last.digest, last.rules) != (run.digest, run.rules):
        return run.on
    return min(last.on, run.on)
