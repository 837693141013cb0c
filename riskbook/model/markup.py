"""What riskbook writes into a client's ledger sheet: columns beside the table, and conditional formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from riskbook.model.ledger import LedgerTable


@dataclass(frozen=True)
class OwnColumn:
    """One column of riskbook's beside a ledger: header, width in characters, values by row number (1-based)."""

    header: str
    width: float
    values: Mapping[int, int | str | None]


@dataclass(frozen=True)
class OwnRule:
    """A conditional format. `columns` and the names in `formula` are "own0", "own1", … or "risk" (the form's).

    `fill`, `ink`: RRGGBB. `followed_only`: only for the rows in `LedgerMarkup.followed`.
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
    """The columns and conditional formats for one ledger table.

    `followed`: the rows whose form computes a risk by formula, so that later edits show where riskbook's is outdated.
    """

    table: LedgerTable
    group_header: str
    columns: tuple[OwnColumn, ...]
    rules: tuple[OwnRule, ...]
    followed: frozenset[int]
