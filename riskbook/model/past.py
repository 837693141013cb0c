"""The one view of earlier runs of a workbook, whoever remembers them: the workbook itself, or a history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from riskbook.model.change import Change, Checks, RunRecord, checks_from, from_texts


@dataclass(frozen=True)
class EarlierRuns:
    """What a history knows of a workbook before this run.

    `latest`: the record of the last run, packed; `before`: of the last one whose input differed from that, or of the
    first of all, if there is one beside the latest; `days`: theirs. `trend`: runs in figures, oldest first.
    """

    latest: bytes
    days: tuple[date, date]
    before: bytes | None = None
    trend: tuple[RunRecord, ...] = ()


@dataclass(frozen=True)
class Past:
    """What is known of earlier runs.

    `run`: the last one, in figures, and `change`: what had changed at it, as the workbook remembers them. `checks`: the
    questionnaires that the workbook remembers. `runs`: what a history knows, which goes before the workbook.
    """

    run: RunRecord | None = None
    change: Change | None = None
    checks: Checks = field(default_factory=dict)
    runs: EarlierRuns | None = None

    @classmethod
    def of_workbook(cls, texts: Mapping[str, str], runs: EarlierRuns | None = None) -> Past:
        """What a workbook's own document properties say, and a history beside them."""
        return cls(*from_texts(texts), checks_from(texts), runs)


def first_assessed(run: RunRecord, last: RunRecord | None) -> date:
    """The day on which the input of a run was first assessed by the same rules; `last`: the run before."""
    if last is None or (last.digest, last.rules) != (run.digest, run.rules):
        return run.on
    return min(last.on, run.on)
