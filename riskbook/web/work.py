"""What a process does for the page: it assesses a workbook as the command line does, and tells what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from riskbook.batch import OUT_OF_MEMORY, Options, assess_job
from riskbook.model import Alike, alike
from riskbook.proposals import Proposal, from_misses, proposals
from riskbook.records import Job, Outcome
from riskbook.text import LANGUAGES

if TYPE_CHECKING:
    from riskbook.sheets import Overview


@dataclass(frozen=True)
class Shown:
    """What the page shows of a workbook in a language.

    `overview`: None without a ledger. `findings`: the open ones, by kind.
    """

    overview: Overview | None = None
    findings: tuple[Alike, ...] = ()
    questions: tuple[Proposal, ...] = ()


@dataclass
class PageOutcome(Outcome):
    """An outcome with what the page shows of it, by language."""

    shown: Mapping[str, Shown] = field(default_factory=dict)


def assess_for_page(job: Job, options: Options) -> Outcome:
    """Assesses one workbook and writes the result."""
    outcome = assess_job(job, options)
    if outcome.error and outcome.error[0] == OUT_OF_MEMORY:
        raise MemoryError  # counts as a death of the process, as in a batch
    shown = {lang: _shown(outcome, lang) for lang in LANGUAGES}
    return PageOutcome(**vars(replace(outcome, result=None)), shown=shown)


def _shown(outcome: Outcome, lang: str) -> Shown:
    name, result = Path(outcome.input).name, outcome.result
    if result is None:
        misses = (outcome.error or ("", {}))[1].get("nearest", ())
        return Shown(questions=tuple(from_misses(name, misses, lang)))
    return Shown(
        result.overview(lang) if result.assessment.ledger.tables else None,
        tuple(alike([result.plain_finding(finding, lang) for finding in result.findings if finding.open])),
        tuple(proposals((name, finding, result.words(finding, lang)[0]) for finding in result.findings)),
    )
