"""Everything that is read from one workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riskbook.model.cells import cell_ref
from riskbook.model.findings import Finding, Location
from riskbook.model.instruments import ItemSheet

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LedgerTable:
    """The place of one ledger table: header rows, data rows, and the column of each field (all 1-based).

    `own_columns`: the columns that riskbook wrote beside it on an earlier run.
    """

    sheet_name: str
    first_header_row: int
    last_header_row: int
    last_row: int
    last_column: int
    columns: Mapping[str, int]
    own_columns: tuple[int, ...] = ()

    def ref(self, row: int, field_name: str) -> str:
        """The cell of a field in a row; of the row's first column where the table lacks the field."""
        return cell_ref(row, self.columns.get(field_name) or min(self.columns.values()))


@dataclass(frozen=True)
class ListLayout:
    """The place of one of riskbook's lists: sheet, header row, column of each field (all 1-based).

    `lines`: the row of each line → the row that the line had in the workbook read, None for a new line. `estimated`:
    cells (row, column) for people that still hold what riskbook put there. `above`: columns of riskbook's cells in the
    row above the header → whether people fill the cell in.
    """

    sheet_name: str
    header_row: int
    columns: Mapping[str, int]
    lines: Mapping[int, int | None]
    estimated: frozenset[tuple[int, int]] = frozenset()
    above: Mapping[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class EarlierList:
    """One of riskbook's lists as an earlier run wrote it and people filled it in.

    `lines`: each with the keys and typed fields of its `OwnList` (None for a blank cell), its row as line_row, the
    text of the link to its source as place, and listed (bool: riskbook wrote the line). With a decision also
    decided_risk (int or None), with a review its review_date, with a due date its due_date (date or None), with a
    state its state_key (one of STATES or None). `layout`: the place of the lines, None where people's work on the
    sheet is not carried over. `above`: name → (value, cell) of what was typed above the header; an amount as float.
    """

    lines: tuple[Mapping[str, Any], ...] = ()
    layout: ListLayout | None = None
    above: Mapping[str, tuple[Any, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Recognised:
    """How one table was recognised: its kind, place, and each column as (letter, header, field or "", how).

    `how`: "" by its header, "assumed" by a similar header, "competing" where another column was used for the field.
    `rows`: the rows that were read.
    """

    kind: str
    sheet_name: str
    first_header_row: int
    last_header_row: int
    columns: tuple[tuple[str, str, str, str], ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Ledger:
    """Everything read from one workbook.

    `assets`: a row an asset row, index 0…n-1, with the fields that `fields.FIELDS` marks as "read", and their dtypes.
    Among them sheet, row (1-based) and table (index into `tables`); media (tuple of canonical names); the mark fields
    (bool); the rating and form fields (Int64 1…9 or NA: as typed or cached); retention_date and registered (date or
    None); cost and loss (yen). Also `<form field>_formula` (bool: the cell holds a formula), `<rating>_blank` (bool:
    the cell is blank), and `<rating or form field>_unread` (bool: a value was typed there that was not understood).
    `threats`: medium, threat (its name or None), frequency (Int64), sheet, row. `checks`: number (kind of measure,
    Int64), question, answer (Int64 1…4; unreadable counts as 3), answered (bool: the cell is not blank), media (tuple),
    sheet, row, cell (str, of the answer).
    `earlier`: riskbook's own lists of an earlier run, by kind of sheet: plan, measures, response, findings (only those
    answered). `later`: those that are read when their lines are asked for, before the result is written: register (in
    the order of the ledger). `self_check`, `clouds`: the guideline's questionnaires, where the workbook has any.
    `threats` and `checks` are None where the workbook has no such sheet.
    """

    assets: pd.DataFrame
    threats: pd.DataFrame | None
    checks: pd.DataFrame | None
    earlier: Mapping[str, EarlierList]
    tables: tuple[LedgerTable, ...]
    findings: tuple[Finding, ...]
    lang: str
    company: str | None
    recognised: tuple[Recognised, ...] = ()
    self_check: ItemSheet | None = None
    clouds: tuple[ItemSheet, ...] = ()
    later: Mapping[str, Callable[[], EarlierList | None]] = field(default_factory=dict)

    @property
    def layouts(self) -> Mapping[str, ListLayout]:
        """The places of the lines of the earlier editable sheets, by kind of sheet."""
        return {kind: one.layout for kind, one in self.earlier.items() if one.layout is not None}

    def lines(self, kind: str) -> tuple[Mapping[str, Any], ...]:
        """The lines of an earlier list, none where the workbook has no such sheet."""
        found = self.later[kind]() if kind in self.later else self.earlier.get(kind)
        return () if found is None else found.lines

    def locate(self, row: Mapping[str, Any], field_name: str) -> Location:
        """The cell of a field of an asset row (a row of `assets`, as mapping)."""
        table = self.tables[int(row["table"])]
        return Location(table.sheet_name, table.ref(int(row["row"]), field_name))
