"""The result of assessing one workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from riskbook.model.change import Change, RunRecord
from riskbook.model.findings import Finding
from riskbook.model.history import Comparison
from riskbook.model.instruments import Instruments
from riskbook.model.ledger import Ledger
from riskbook.model.roadmap import Roadmap

if TYPE_CHECKING:
    import pandas as pd

# 低減, 保有, 回避, 移転: the four treatments of the guideline.
TREATMENTS = ("reduce", "retain", "avoid", "transfer")


@dataclass(frozen=True, eq=False)
class Assessment:
    """The result of assessing one workbook.

    `risks`: a row an asset, in the order of the workbook; NA or None where a value is unknown. It has the columns of
    `Ledger.assets` that `fields.FIELDS` marks as "carried" and, computed: medium (str or None, the canonical name that
    counts), importance, threat, vulnerability, likelihood (Int64, grades of the method's scales), risk (Int64), level
    (str, a key of the method's levels or "unassessed"), treatment (str, one of TREATMENTS, or None), rule (str, the id
    of the rule that applied), alternatives (tuple of (treatment, rule id)), floor (Int64: the risk after full
    implementation of the suggestion), residual (Int64: the same of the decision, where one was typed, else of the
    suggestion), share (Float64, 0…1, measures implemented for the medium), threat_source and vulnerability_source
    ("row" | "sheet" | "cached" | "unknown" | "unused": the method does without it), planned (Int64: the risk when all
    measures planned or done are in place), and the PLAN_FIELDS (as typed, or None).
    `measures`: a row a kind of measure: number, questions, open (count of answers 2 and 3), share.
    `orphans`: by kind of sheet ("plan", "measures"), the lines of the earlier list whose asset or question is gone.
    `settled`: people's answers to findings that no longer occur. `run`: this run in figures. `change`: since the last
    run whose input differed, None where no such run is known. `instruments`: the guideline's other instruments.
    With a history also `comparison`: the change in full, and `trend`: earlier runs in figures, oldest first, this one
    last.
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
        """Number of assets by level, every level of the method present."""
        counts = Counter(self.risks["level"].tolist())
        return {level: counts[level] for level in self.roadmap.start.levels}
