"""The result for one workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from riskbook.model.change import Change, RunRecord
from riskbook.model.findings import Finding
from riskbook.model.history import Comparison
from riskbook.model.instruments import Instruments
from riskbook.model.ledger import Ledger
from riskbook.model.roadmap import LEVELS, Roadmap

if TYPE_CHECKING:
    import pandas as pd

TREATMENTS = ("reduce", "retain", "avoid", "transfer")


@dataclass(frozen=True, eq=False)
class Assessment:
    """The result for one workbook.

    `risks` has the columns of `Ledger.assets` that people know and, computed: medium (str or None, the
    canonical name that counts), importance, threat, vulnerability, likelihood (Int64, 1…3), risk (Int64,
    {1, 2, 3, 4, 6, 9}), level (str, one of LEVELS), treatment (str, one of TREATMENTS, or None), rule (str,
    the id of the rule that held), alternatives (tuple of (treatment, rule id)), floor (Int64, 0…9: what
    full implementation of the suggestion would reach), residual (Int64, 0…9: the same of the decision, where
    one was typed, else of the suggestion), share (Float64, 0…1, measures implemented for the medium), threat_source and
    vulnerability_source ("row" | "sheet" | "cached" | "unknown"), planned (Int64: the risk when all measures planned
    or done are in place), and the PLAN_FIELDS (as typed, or None).
    Order: as in the workbook. NA or None is what is not known.
    `orphans`: lines of the earlier plan and measures (by kind of sheet) whose asset or question is gone.
    `settled`: answers to findings that no longer stand. `run`: this run in figures. `change`: since the last run whose
    input differed, where the workbook knows one. `comparison`: the same in full and `trend`: earlier runs in figures,
    oldest first and this one last, where a history knows them.
    `measures`: a row a kind of measure: number, name, share, open (count of answers 2 and 3), questions.
    `instruments`: the guideline's other instruments.
    """

    risks: pd.DataFrame
    measures: pd.DataFrame
    roadmap: Roadmap
    orphans: Mapping[str, tuple[Mapping[str, Any], ...]]
    settled: tuple[Mapping[str, str], ...]
    findings: tuple[Finding, ...]
    ledger: Ledger
    today: date
    run: RunRecord
    change: Change | None
    instruments: Instruments
    comparison: Comparison | None = None
    trend: tuple[RunRecord, ...] = ()

    def counts(self) -> dict[str, int]:
        """Number of assets by level, every level present."""
        found = self.risks["level"].value_counts().to_dict()
        return {level: int(found.get(level, 0)) for level in LEVELS}
