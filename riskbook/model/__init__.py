"""What travels between the rooms: locations, findings, the ledger, the assessment, and the columns they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from riskbook.model.cells import LONGEST_TAB as LONGEST_TAB
from riskbook.model.cells import (
    Area as Area,
)
from riskbook.model.cells import (
    cell_ref as cell_ref,
)
from riskbook.model.cells import (
    column_letter as column_letter,
)
from riskbook.model.cells import folded as folded
from riskbook.model.cells import row_of as row_of
from riskbook.model.cells import runs as runs
from riskbook.model.cells import (
    split_ref as split_ref,
)
from riskbook.model.change import Change as Change
from riskbook.model.change import Checks as Checks
from riskbook.model.change import RunRecord as RunRecord
from riskbook.model.change import as_texts as as_texts
from riskbook.model.change import check_fields as check_fields
from riskbook.model.change import check_from as check_from
from riskbook.model.change import check_texts as check_texts
from riskbook.model.change import checks_from as checks_from
from riskbook.model.change import from_texts as from_texts
from riskbook.model.change import run_fields as run_fields
from riskbook.model.change import run_from as run_from
from riskbook.model.findings import (
    ERROR as ERROR,
)
from riskbook.model.findings import (
    INFO as INFO,
)
from riskbook.model.findings import (
    SEVERITIES as SEVERITIES,
)
from riskbook.model.findings import (
    WARNING as WARNING,
)
from riskbook.model.findings import (
    Finding as Finding,
)
from riskbook.model.findings import (
    Location as Location,
)
from riskbook.model.findings import (
    few as few,
)
from riskbook.model.frames import objects as objects
from riskbook.model.frames import records as records
from riskbook.model.history import EVENTS as EVENTS
from riskbook.model.history import RECORD_FORMAT as RECORD_FORMAT
from riskbook.model.history import STATE_FIELDS as STATE_FIELDS
from riskbook.model.history import Comparison as Comparison
from riskbook.model.history import Earlier as Earlier
from riskbook.model.history import canonical as canonical
from riskbook.model.history import packed as packed
from riskbook.model.history import unpacked as unpacked
from riskbook.model.instruments import RESPONSE_FIELDS as RESPONSE_FIELDS
from riskbook.model.instruments import CheckRecord as CheckRecord
from riskbook.model.instruments import CloudCheck as CloudCheck
from riskbook.model.instruments import Evidence as Evidence
from riskbook.model.instruments import Instruments as Instruments
from riskbook.model.instruments import ItemAnswer as ItemAnswer
from riskbook.model.instruments import ItemSheet as ItemSheet
from riskbook.model.instruments import PartScore as PartScore
from riskbook.model.instruments import Readiness as Readiness
from riskbook.model.instruments import Regulation as Regulation
from riskbook.model.instruments import Requirement as Requirement
from riskbook.model.instruments import SelfCheck as SelfCheck
from riskbook.model.roadmap import (
    LEVELS as LEVELS,
)
from riskbook.model.roadmap import (
    MEASURE_FIELDS as MEASURE_FIELDS,
)
from riskbook.model.roadmap import (
    MEASURE_KEYS as MEASURE_KEYS,
)
from riskbook.model.roadmap import (
    STATES as STATES,
)
from riskbook.model.roadmap import (
    Bundle as Bundle,
)
from riskbook.model.roadmap import (
    Need as Need,
)
from riskbook.model.roadmap import (
    Roadmap as Roadmap,
)
from riskbook.model.roadmap import (
    Step as Step,
)
from riskbook.model.roadmap import (
    Totals as Totals,
)

if TYPE_CHECKING:
    import pandas as pd

# --- what the package tells reading ---------------------------------------------------------------


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
class OwnHeaders:
    """The headers of riskbook's own work, in every language: ledger columns → slot, its lists → field.

    `states`: the words for the states of a measure → key (one of STATES).
    `words`: what may stand in a ledger column, by slot (none for a slot of numbers).
    """

    ledger: Mapping[str, int]
    plan: Mapping[str, str]
    register: Mapping[str, str]
    measures: Mapping[str, str]
    states: Mapping[str, str]
    findings: Mapping[str, str]
    response: Mapping[str, str]
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


# --- the ledger -----------------------------------------------------------------------------------

TEXT_FIELDS = ("asset_id", "business", "name", "note", "users", "department", "owner")
MARK_FIELDS = ("personal", "sensitive", "my_number")
CIA_FIELDS = ("confidentiality", "integrity", "availability")
FORM_FIELDS = ("importance", "threat", "vulnerability", "likelihood", "risk")
YEN_FIELDS = ("cost", "loss")

# What a person may type into the plan, in the order of its columns.
PLAN_FIELDS = (
    "decision",
    "measure",
    "assignee",
    "due",
    "state",
    "completed",
    "decided_by",
    "decided_on",
    "decision_reason",
    "review_by",
    "plan_note",
)
PLAN_KEYS = ("asset_id", "business", "name", "medium", "department")


@dataclass(frozen=True)
class LedgerTable:
    """Where one ledger table stands: header rows, data rows, and the column of each field (1-based)."""

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
    """Where the lines of a list of riskbook's stand: sheet, header row, column of each field (1-based).

    `lines`: row → the row it had in the workbook read (None: it is new), for each line of the list.
    """

    sheet_name: str
    header_row: int
    columns: Mapping[str, int]
    lines: Mapping[int, int | None]


@dataclass(frozen=True)
class Recognised:
    """What was made of one table: its kind, place, and each column as (letter, header, field or "", how).

    `how`: "" by its header, "assumed" by a header like it, "told" by the user, "competing" with another column.
    `rows`: the rows taken.
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

    `assets`: a row an asset row, index 0…n-1. sheet (str), row (Int64, 1-based), table (Int64, index into
    `tables`), the TEXT_FIELDS (str or None), media (tuple of canonical names), medium_text (str or None),
    the MARK_FIELDS (bool), the CIA_FIELDS and the FORM_FIELDS (Int64 1…9 or NA: as typed or cached),
    `<form field>_formula` (bool), `<CIA field>_blank` (bool: nothing stands
    there), retention_years (Float64), retention_date and registered (object: date or
    None), cost and loss (Float64, yen), hidden (bool).
    `threats`: medium, frequency (Int64), sheet, row. `checks`: number (kind of measure, Int64), question,
    answer (Int64 1…4; unreadable is 3), answered (bool: something stands there), media (tuple), sheet, row, cell (str,
    of the answer).
    `plan`: PLAN_KEYS and PLAN_FIELDS, as typed, decided_risk (int or None), review_date and due_date (date or None),
    state_key (one of STATES or None) and plan_row of each line of an earlier plan, whose place is `plan_layout`.
    `measure_lines`: MEASURE_KEYS and MEASURE_FIELDS, as typed, state_key, due_date and line_row of each line of an
    earlier measure plan, whose place is `measure_layout`. `register`: PLAN_KEYS and risk of each line of an earlier
    register.
    `answers`: what people answered to findings of an earlier run (code, place, subject, response, reason).
    `response_lines`: number (of the line) and RESPONSE_FIELDS, as typed, of an earlier incident sheet, and line_row;
    their place is `response_layout`. `self_check`, `clouds`: the guideline's questionnaires, where there are any.
    `threats` and `checks` are None where the workbook has no such sheet.
    """

    assets: pd.DataFrame
    threats: pd.DataFrame | None
    checks: pd.DataFrame | None
    plan: pd.DataFrame
    plan_layout: ListLayout | None
    measure_lines: pd.DataFrame
    measure_layout: ListLayout | None
    register: tuple[Mapping[str, Any], ...]
    answers: tuple[Mapping[str, str], ...]
    tables: tuple[LedgerTable, ...]
    findings: tuple[Finding, ...]
    lang: str
    company: str | None
    recognised: tuple[Recognised, ...] = ()
    response_lines: tuple[Mapping[str, Any], ...] = ()
    response_layout: ListLayout | None = None
    self_check: ItemSheet | None = None
    clouds: tuple[ItemSheet, ...] = ()

    @property
    def layouts(self) -> Mapping[str, ListLayout]:
        """Where the lines of the earlier lists that people keep stand, by kind of sheet."""
        found = {"plan": self.plan_layout, "measures": self.measure_layout, "response": self.response_layout}
        return {kind: layout for kind, layout in found.items() if layout is not None}

    def locate(self, row: Mapping[str, Any], field_name: str) -> Location:
        """The cell of a field of an asset row (a row of `assets`, as mapping)."""
        table = self.tables[int(row["table"])]
        return Location(table.sheet_name, table.ref(int(row["row"]), field_name))


# --- the assessment -------------------------------------------------------------------------------

TREATMENTS = ("reduce", "retain", "avoid", "transfer")


@dataclass(frozen=True, eq=False)
class Assessment:
    """The result for one workbook.

    `risks` has the columns of `Ledger.assets` that people know and, computed: medium (str or None, the
    canonical name that counts), importance, threat, vulnerability, likelihood (Int64, 1…3), risk (Int64,
    {1, 2, 3, 4, 6, 9}), level (str, one of LEVELS), treatment (str, one of TREATMENTS, or None), rule (str,
    the id of the rule that held), alternatives (tuple of (treatment, rule id)), floor (Int64, 0…9: what
    full implementation of the suggestion would reach), residual (Int64, 0…9: the same of the decision, where
    one was typed, else of the suggestion), share (Float64, 0…1, measures implemented for the medium), threat_source and
    vulnerability_source ("row" | "sheet" | "cached" | "unknown"), planned (Int64: the risk when all measures planned
    or done are in place), and the PLAN_FIELDS (as typed, or None).
    Order: as in the workbook. NA or None is what is not known.
    `settled`: answers to findings that no longer stand. `run`: this run in figures. `change`: since the last run whose
    input differed, where the workbook knows one. `comparison`: the same in full and `trend`: earlier runs in figures,
    oldest first and this one last, where a history knows them.
    `measures`: a row a kind of measure: number, name, share, open (count of answers 2 and 3), questions.
    `instruments`: the guideline's other instruments.
    """

    risks: pd.DataFrame
    measures: pd.DataFrame
    roadmap: Roadmap
    orphans: pd.DataFrame
    settled: tuple[Mapping[str, str], ...]
    findings: tuple[Finding, ...]
    ledger: Ledger
    today: date
    run: RunRecord
    change: Change | None
    instruments: Instruments
    comparison: Comparison | None = None
    trend: tuple[RunRecord, ...] = ()

    def counts(self) -> dict[str, int]:
        """Number of assets by level, every level present."""
        found = self.risks["level"].value_counts().to_dict()
        return {level: int(found.get(level, 0)) for level in LEVELS}


# --- what is written beside a ledger --------------------------------------------------------------


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
