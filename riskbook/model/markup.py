"""What riskbook writes into a client's ledger sheet: columns beside the table, and conditional formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riskbook.model.ledger import LedgerTable

VISIBLE_COLUMNS = 3  # of riskbook's beside a ledger; a hidden one may follow
# Beside a form whose own columns show risk and level: the treatment, and a hidden one.
BRIEF_SLOTS = (2, 3)


def slots_of(columns: int) -> tuple[int, ...]:
    """The slots of so many of riskbook's columns side by side."""
    return BRIEF_SLOTS if columns == len(BRIEF_SLOTS) else tuple(range(columns))


@dataclass(frozen=True)
class OwnColumn:
    """One column of riskbook's beside a ledger: slot, header, width in characters, values by row number (1-based).

    `shown_by`: headers of the form's column that shows the same by formula, in every language. `joined`: instead of
    values, the fields whose cells are joined as `joined_formula` says; such a column is hidden.
    """

    slot: int
    header: str
    width: float
    values: Mapping[int, int | str | None]
    joined: tuple[str, ...] = ()
    shown_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnRule:
    """A conditional format. `columns` and the names in `formula` are "own0", "own1", …, or fields of the ledger.

    `fill`, `ink`: RRGGBB. `rows`: "all", or only those of `LedgerMarkup` that are "followed" or "compared".
    """

    columns: tuple[str, ...]
    formula: str
    fill: str | None = None
    ink: str | None = None
    bold: bool = False
    italic: bool = False
    number_format: str | None = None
    rows: str = "all"


@dataclass(frozen=True)
class LedgerMarkup:
    """The columns and conditional formats for one ledger table.

    `followed`: the rows whose form computes a risk by formula, so that later edits show where riskbook's is outdated.
    `compared`: the other assessed rows, where the same is seen by comparing their cells with the joined column.
    `brief`: the markup where the form's own columns show what riskbook's would.
    """

    table: LedgerTable
    group_header: str
    columns: tuple[OwnColumn, ...]
    rules: tuple[OwnRule, ...]
    followed: frozenset[int]
    compared: frozenset[int] = frozenset()
    brief: LedgerMarkup | None = None


def joined_formula(names: Sequence[str]) -> str:
    """The formula that joins the cells of these names to one text; each stands in braces."""
    return '&"|"&'.join(f"{{{name}}}" for name in names)


def joined(cells: Sequence[str]) -> str:
    """What `joined_formula` gives for cells with these texts."""
    return "|".join(cells)
