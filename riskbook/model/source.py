"""What the rooms that open a workbook tell the reading room: the file, its facts, and what riskbook owns in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from riskbook.model.cells import Area


@dataclass(frozen=True)
class SheetFacts:
    """What openpyxl's fast reader does not say of a sheet: formula cells, merges, what is hidden or struck through."""

    formulas: frozenset[tuple[int, int]]
    merges: tuple[Area, ...]
    hidden_rows: frozenset[int]
    protected: bool
    struck: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class OwnSignature:
    """How riskbook's work is known where its marks are gone or may have gone stale.

    `tabs`: tab name → (kind, title in the first cell, texts that all stand among the first rows).
    `headers`: header text of a ledger column → slot; `words`: slot → the words that may stand in it (a slot
    without words holds whole numbers 1 … 9).
    """

    tabs: Mapping[str, tuple[str, str, tuple[str, ...]]]
    headers: Mapping[str, int]
    words: Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class OwnList:
    """How one of riskbook's lists is read back.

    `headers`: its captions, in every language → field. `keys`: the fields that identify a line, read as text. `typed`:
    the fields that people fill in, read as they stand. `needed`: fields without whose headers it is no such list any
    more. `named`: the key that a line of riskbook's has; other rows count only where something is typed in them.
    `editable`: people's work on it (cells, columns, notes, colours) is carried over to the next version of the sheet.
    """

    headers: Mapping[str, str]
    keys: tuple[str, ...]
    typed: tuple[str, ...]
    needed: frozenset[str]
    named: str
    editable: bool = True


@dataclass(frozen=True)
class OwnHeaders:
    """The headers of riskbook's own work, in every language: `ledger`: of its ledger columns → slot.

    `lists`: its lists that are read back, by kind of sheet. `states`: the words for the states of a measure → key (one
    of STATES). `words`: what may stand in a ledger column, by slot (none for a slot of numbers).
    """

    ledger: Mapping[str, int]
    lists: Mapping[str, OwnList]
    states: Mapping[str, str]
    words: Mapping[int, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnedParts:
    """What riskbook wrote on an earlier run.

    `sheets`: its sheets, name → kind. `copies`: sheets a person copied from them, kept but never read.
    `columns`: in a client's sheet, by sheet name, the areas of its columns as (slot 0…2, area).
    `properties`: its custom document properties.
    """

    sheets: Mapping[str, str] = field(default_factory=dict)
    copies: frozenset[str] = frozenset()
    columns: Mapping[str, tuple[tuple[int, Area], ...]] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A workbook as reading gets it: bytes for openpyxl, tabs (name → state), and a way to ask for facts.

    `notices`: codes of findings about the workbook as a whole. `first_day`: the day that the serial number 0 means.
    """

    data: bytes
    sheet_states: Mapping[str, str]
    facts: Callable[[str], SheetFacts]
    owned: OwnedParts
    notices: tuple[str, ...] = ()
    first_day: date = date(1899, 12, 30)
