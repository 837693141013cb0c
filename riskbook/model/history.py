"""The format of the record of a run, and the comparison of two records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskbook.model.change import RunRecord
from riskbook.model.digest import unpacked
from riskbook.model.fields import PLAN_FIELDS, STATE_FIELDS

RECORD_FORMAT = 1  # of the record of a run

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


def open_record(data: bytes) -> dict[str, Any]:
    """The record of a run as `packed` made it, brought up to date.

    Fields that the table of fields got later are None in its assets: nothing was read for them then. Raises like
    `unpacked`.
    """
    record: dict[str, Any] = unpacked(data)
    later = dict.fromkeys((*STATE_FIELDS, *PLAN_FIELDS))
    return record | {"assets": [later | asset for asset in record["assets"]]}


@dataclass(frozen=True)
class Comparison:
    """The differences of two records.

    `since`, `until`: the two runs in figures, their `on` the days that are compared. `events`: each a mapping
    with `event` (one of EVENTS), `subject` (the asset's name, or the question), `asset_id`, `kind` (of a measure,
    1…11), `sheet`, `row`, `department`, `medium`, `matched` (how the asset was recognised: "id" | "key" | "similar",
    else None), `before` and `after` (of the risk, the name, the decision or the answer), `factors` (for a risk:
    (factor, before, after) of importance, threat, vulnerability, method), `causes` ((field, before, after) of the
    inputs behind those factors, or of what moved), `by` (who decided) and `due` (ISO date).
    """

    since: RunRecord
    until: RunRecord
    events: tuple[Mapping[str, Any], ...]

    @property
    def counts(self) -> Counter[str]:
        """How often each event happened."""
        return Counter(event["event"] for event in self.events)
