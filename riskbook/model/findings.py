"""Findings: what a person should know about the input, and where; the catalogue of texts lists their codes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from riskbook.model.cells import cell_ranges
from riskbook.model.digest import sha256
from riskbook.text import MORE, finding_severity
from riskbook.text import SEVERITIES as SEVERITIES

ERROR, WARNING, INFO = SEVERITIES


def few(names: Sequence[str], most: int) -> tuple[str, ...]:
    """At most `most` of the names, as the parameter of a text; a last “…” says that there are more."""
    return (*names[:most], MORE) if len(names) > most else tuple(names)


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


# Parameters that say where, which changes when rows are sorted, or what to do.
_BESIDE_THE_FACT = frozenset({"cells", "first", "taken", "line", "methods"})


@dataclass(frozen=True)
class Finding:
    """Something about the input that a person should know.

    `code` is one of the catalogue (riskbook/text/data/findings.toml); `variant` picks among its messages; `params`
    fill them, lists as lists. `severity` is error | warning | info: by the code, unless the case is milder or more
    severe. `subject`: the name of the asset it is about, or "". `response` and `reason`: what a person answered; a
    finding with a reason no longer counts. `answer`: what the client answered, which settles nothing by itself.
    `earlier`: an answer to another fact of the same kind, which does not hold.
    """

    code: str
    location: Location
    params: Mapping[str, Any] = field(default_factory=dict)
    variant: str = ""
    severity: str = ""
    subject: str = ""
    response: str = ""
    reason: str = ""
    answer: str = ""
    earlier: str = ""

    def __post_init__(self) -> None:
        if not self.severity:
            # The class is frozen, so the default that depends on the code is set past its check.
            object.__setattr__(self, "severity", finding_severity(self.code))

    @property
    def open(self) -> bool:
        """Whether it still counts: nobody has given a reason why it may stay."""
        return not self.reason

    @property
    def fingerprint(self) -> str:
        """A mark (12 hex digits) of the fact that it states, whatever the language and the row."""
        column = self.location.cell_ref.rstrip("0123456789") if self.subject else str(self.location)
        facts = {name: self.params[name] for name in sorted(self.params) if name not in _BESIDE_THE_FACT}
        parts = (self.code, self.variant, self.subject, column, facts)
        return sha256(json.dumps(parts, ensure_ascii=False, default=str).encode())[:12]

    @property
    def message_key(self) -> str:
        """The key of the sentence in `riskbook.text`."""
        return f"{self.code}.{self.variant}" if self.variant else self.code


@dataclass(frozen=True)
class Alike:
    """Findings of one kind on one sheet, in plain values.

    `cells`: ranges. `first`: the first of them. `same`: whether all say the same.
    """

    severity: str
    sheet: str
    cells: tuple[str, ...]
    count: int
    first: Mapping[str, Any]
    same: bool

    def place(self, most: int) -> str:
        """The sheet and its cells, cut after `most` ranges."""
        return "!".join(part for part in (self.sheet, ", ".join(few(self.cells, most))) if part)


def alike(findings: Sequence[Mapping[str, Any]]) -> list[Alike]:
    """Findings in plain values by kind and sheet, in their order; one without a cell stands alone."""
    kinds: dict[tuple[str, str, str, str], list[Mapping[str, Any]]] = {}
    for finding in findings:
        alone = "" if finding["cell"] else finding["message"]
        kinds.setdefault((finding["severity"], finding["code"], finding["sheet"], alone), []).append(finding)
    return [
        Alike(
            severity,
            sheet,
            tuple(cell_ranges(one["cell"] for one in found if one["cell"])),
            len(found),
            found[0],
            len({one["message"] for one in found}) == 1,
        )
        for (severity, _, sheet, _), found in kinds.items()
    ]
