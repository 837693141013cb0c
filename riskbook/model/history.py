"""What is kept of a run, and what two of them differ in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskbook.model.change import RunRecord

RECORD_FORMAT = 1  # of what is kept of a run; a record of an earlier one is brought up to date when it is read

ASSET_EVENTS = ("asset-added", "asset-removed", "asset-renamed", "asset-moved")
RISK_EVENTS = ("risk-higher", "risk-lower", "risk-level", "risk-unknown", "risk-known")
DECISION_EVENTS = (
    "decision-made",
    "decision-changed",
    "decision-withdrawn",
    "decision-by",
    "decision-due",
    "decision-state",
    "decision-overdue",
    "decision-review",
)
MEASURE_EVENTS = (
    "measure-answer",
    "measure-reworded",
    "measure-added",
    "measure-removed",
    "measure-state",
    "measure-overdue",
)
EVENTS = ("method-changed", *ASSET_EVENTS, *RISK_EVENTS, *DECISION_EVENTS, *MEASURE_EVENTS)


@dataclass(frozen=True)
class Comparison:
    """What two records differ in.

    `since`, `until`: the runs in figures, `on` the days that are compared. `events`: what happened, each a mapping
    with `event` (one of EVENTS), `subject` (the asset's name, or the question), `asset_id`, `kind` (of a measure,
    1…11), `sheet`, `row`, `department`, `medium`, `matched` (how the asset was known again: "id" | "key" | "similar",
    else None), `before` and `after` (what changed: the risk, the name, the decision, the answer), `factors` (for a
    risk: (factor, before, after) of importance, threat, vulnerability, method), `causes` ((field, before, after) of
    what lies behind those, or of what moved), `by` (who decided) and `due` (ISO date).
    """

    since: RunRecord
    until: RunRecord
    events: tuple[Mapping[str, Any], ...]

    @property
    def counts(self) -> Counter[str]:
        """How often each event happened."""
        return Counter(event["event"] for event in self.events)
