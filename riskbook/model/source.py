"""A workbook as reading gets it: its bytes, the facts of its sheets, and what riskbook owns in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from riskbook.model.cells import Area


@dataclass(frozen=True)
class SheetFacts:
    """What openpyxl's read-only mode does not report of a sheet.

    `formulas`, `struck`: (row, column) of cells that a formula computes, and of cells struck through. `computed`: areas
    that one formula fills (array formulas, data tables). `hidden_rows`, `hidden_columns`: 1-based. `shown`: (row,
    column) → what a person sees where that is another text than the value (a unit in the number format, runs that are
    struck through), None for a picture. `check_boxes`: number of check boxes that float over the cells.
    `protected`: other than lightly, as riskbook's own form is (no password, and formatting and filters
    are allowed). `total_rows`: those of Excel tables. `lists`: areas with a drop-down list, and its entries; a
    rule that only admits whole numbers from one to another is such a list. `told`: areas with what a message of such a
    rule, or a comment, tells people there; a text box tells it of the whole sheet.
    """

    formulas: frozenset[tuple[int, int]]
    merges: tuple[Area, ...]
    hidden_rows: frozenset[int]
    protected: bool
    struck: frozenset[tuple[int, int]] = frozenset()
    computed: tuple[Area, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    shown: Mapping[tuple[int, int], str | None] = field(default_factory=dict)
    check_boxes: int = 0
    total_rows: frozenset[int] = frozenset()
    lists: tuple[tuple[Area, tuple[str, ...]], ...] = ()
    told: tuple[tuple[Area, str], ...] = ()


@dataclass(frozen=True)
class OwnSignature:
    """How riskbook's work is recognised where its marks are gone, or may be outdated.

    `tabs`: tab name → (kind, title in the first cell, texts that must all stand among the first rows). `headers`:
    header text of a ledger column → slot 0…2. `words`: slot → the words or numbers allowed in it (a slot
    without words holds whole numbers 1…9).
    """

    tabs: Mapping[str, tuple[str, str, tuple[str, ...]]]
    headers: Mapping[str, int]
    words: Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class OwnList:
    """How one of riskbook's lists is read back.

    `headers`: captions in every language → field. `keys`: the fields that identify a line, read as text. `typed`: the
    fields that people fill in, read without conversion. `needed`: the fields whose headers a sheet must have to be
    this list. `named`: the key that every line of riskbook's has; other rows count only where a typed field is filled
    in. `above`: captions, in every language, of cells for people above the header → name; the cell is right of its
    caption. `editable`: people's work on it (cells, columns, notes, colours) is carried over to the next version.
    `later`: nobody types on it, so that it is read only when something asks for its lines.
    """

    headers: Mapping[str, str]
    keys: tuple[str, ...]
    typed: tuple[str, ...]
    needed: frozenset[str]
    named: str
    editable: bool = True
    later: bool = False
    above: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnHeaders:
    """The headers of riskbook's own columns and lists, in every language.

    `ledger`: header of a ledger column → slot 0…2. `lists`: the lists that are read back, by kind of sheet. `states`:
    words for the states of a measure → key (one of STATES). `words`: the words allowed in a ledger column, by slot
    (none for a slot of numbers).
    """

    ledger: Mapping[str, int]
    lists: Mapping[str, OwnList]
    states: Mapping[str, str]
    words: Mapping[int, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnedParts:
    """What riskbook wrote on an earlier run.

    `sheets`: tab name → kind. `copies`: tabs that a person copied from them; they stay and are never read. `columns`:
    name of a client's sheet → riskbook's columns on it as (slot 0…2, area). `properties`: its custom document
    properties, by name.
    """

    sheets: Mapping[str, str] = field(default_factory=dict)
    copies: frozenset[str] = frozenset()
    columns: Mapping[str, tuple[tuple[int, Area], ...]] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A workbook as reading gets it.

    `data`: the bytes for openpyxl. `sheet_states`: tab name → state ("visible", …). `facts`: gives the facts of a tab.
    `notices`: codes of findings about the workbook as a whole. `first_day`: the day of serial number 0.
    """

    data: bytes
    sheet_states: Mapping[str, str]
    facts: Callable[[str], SheetFacts]
    owned: OwnedParts
    notices: tuple[str, ...] = ()
    first_day: date = date(1899, 12, 30)  # Excel counts days from here, or from 1904-01-01 where the workbook says so
