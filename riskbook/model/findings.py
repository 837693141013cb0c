"""Findings: what a person should know about the input, by place; the codes they may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)

# error: the row's result cannot be trusted; warning: a person should look; info: what was normalised.
FINDING_SEVERITY: dict[str, str] = {
    "name-missing": ERROR,
    "cia-missing": ERROR,
    "cia-out-of-range": ERROR,
    "cia-scale-old": ERROR,
    "medium-missing": ERROR,
    "medium-unknown": ERROR,
    "error-cell": ERROR,
    "value-assumed": ERROR,
    "importance-mismatch": WARNING,
    "personal-info-confidentiality": WARNING,
    "medium-multiple": WARNING,
    "mark-unreadable": WARNING,
    "date-unreadable": WARNING,
    "amount-unreadable": WARNING,
    "factor-unreadable": WARNING,
    "threat-sheet-missing": WARNING,
    "check-sheet-missing": WARNING,
    "threat-unanswered": WARNING,
    "threat-unknown": WARNING,
    "vulnerability-unknown": WARNING,
    "check-unanswered": WARNING,
    "check-none-applicable": WARNING,
    "check-kind-unknown": WARNING,
    "check-unmarked": WARNING,
    "stale-value": WARNING,
    "formula-overwritten": WARNING,
    "duplicate-asset": WARNING,
    "retention-expired": WARNING,
    "sheet-hidden": WARNING,
    "sheet-ignored": WARNING,
    "sheet-protected": INFO,
    "row-ignored": INFO,
    "row-hidden": INFO,
    "medium-normalised": INFO,
    "value-normalised": INFO,
    "column-ignored": INFO,
    "header-assumed": WARNING,
    "map-unused": INFO,
    "row-deleted": WARNING,
    "decision-unreadable": WARNING,
    "decision-outdated": WARNING,
    "decision-expired": WARNING,
    "decision-moved": WARNING,
    "due-unreadable": WARNING,
    "decision-orphaned": WARNING,
    "plan-unreadable": WARNING,
    "measure-moved": WARNING,
    "measure-orphaned": WARNING,
    "measure-state-unreadable": WARNING,
    "measure-unconfirmed": WARNING,
    "ledger-missing": WARNING,
    "items-by-number": WARNING,
    "items-missing": WARNING,
    "items-no-answers": WARNING,
    "items-blank": INFO,
    "items-several": WARNING,
    "items-total": WARNING,
    "item-unanswered": WARNING,
    "item-unreadable": WARNING,
    "item-ambiguous": WARNING,
    "item-not-used": WARNING,
    "cloud-unnamed": WARNING,
    "cloud-unchecked": WARNING,
    "cloud-unlisted": INFO,
    "workbook-locked": INFO,
    "read-only-recommended": INFO,
    "signature-present": WARNING,
}


@dataclass(frozen=True)
class Location:
    """A place in a workbook: `sheet_name`, and `cell_ref` ("F12") or "" for the sheet as a whole."""

    sheet_name: str
    cell_ref: str = ""

    def __str__(self) -> str:
        """As people write it: sheet!cell."""
        return f"{self.sheet_name}!{self.cell_ref}" if self.cell_ref else self.sheet_name

    @property
    def row_number(self) -> int | None:
        """The 1-based row, where the location is a cell."""
        match = re.search(r"\d+", self.cell_ref)
        return int(match[0]) if match else None


@dataclass(frozen=True)
class Finding:
    """Something about the input that a person should know.

    `code` is one of `FINDING_SEVERITY`; `variant` picks among its sentences; `params` fill them.
    `severity` is error | warning | info: by the code, unless the case is milder or graver. `subject`: the asset it
    is about. `response` and `reason`: what a person answered; one with a reason is no longer counted.
    """

    code: str
    location: Location
    params: Mapping[str, Any] = field(default_factory=dict)
    variant: str = ""
    severity: str = ""
    subject: str = ""
    response: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.severity:
            object.__setattr__(self, "severity", FINDING_SEVERITY[self.code])

    @property
    def open(self) -> bool:
        """Whether it still counts: nobody has given a reason why it may stay."""
        return not self.reason

    @property
    def message_key(self) -> str:
        """The key of the sentence in `riskbook.text`."""
        return f"{self.code}.{self.variant}" if self.variant else self.code
