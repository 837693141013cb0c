"""What is written beside a ledger table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from riskbook.model.ledger import LedgerTable


@dataclass(frozen=True)
class OwnColumn:
    """One column of riskbook's own: header, width in characters, values by row number."""

    header: str
    width: float
    values: Mapping[int, int | str | None]


@dataclass(frozen=True)
class OwnRule:
    """A conditional format. `columns` and the names in `formula` are "own0", "own1", … or "risk" (the form's).

    `followed_only`: for the rows that `LedgerMarkup.followed` names.
    """

    columns: tuple[str, ...]
    formula: str
    fill: str | None = None
    ink: str | None = None
    bold: bool = False
    italic: bool = False
    number_format: str | None = None
    followed_only: bool = False


@dataclass(frozen=True)
class LedgerMarkup:
    """What one ledger table gets to its right."""

    table: LedgerTable
    group_header: str
    columns: tuple[OwnColumn, ...]
    rules: tuple[OwnRule, ...]
    followed: frozenset[int]
