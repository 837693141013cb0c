"""Says of a sheet that was not read how near it comes to a table, and what would make it one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, folded, tidied
from riskbook.reading.grid import Grid
from riskbook.reading.headers import (
    SEARCH_COLUMNS,
    SEARCH_ROWS,
    Masked,
    Vocabulary,
    fields_in,
    header_at,
    header_rows,
    title_of,
)
from riskbook.reading.values import is_blank

EVALUATIONS = "evaluations"  # stands for confidentiality, integrity and availability, or importance
_RATINGS = frozenset((*CIA_FIELDS, "importance"))
_LONGEST_HEADER = 40  # characters of a cell that may be a header
_FEWEST_HEADERS = 3  # texts in a row without a known header, below a telling name
_MOST_UNKNOWN = 8  # headers that are shown
_TITLE_ROWS = 4
_CARD_LABELS = 3  # fields whose names stand below each other


@dataclass(frozen=True)
class NearMiss:
    """A sheet that is no table of its kind ("ledger", "threats", "checks") but comes near.

    `row`, `column`: of its first header. `understood`: header → field. `unknown`: other headers. `missing`: the fields
    that it lacks, `EVALUATIONS` for those of a ledger. `mapping`: header → field for the headers that seem to be them;
    `settles`: whether the sheet could be read with it. `cards`: its labels stand below each other, one asset a block.
    `named`: its name or title says what it is.
    """

    kind: str
    sheet: str
    row: int
    column: int
    understood: Mapping[str, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    mapping: Mapping[str, str]
    settles: bool = False
    cards: bool = False
    named: bool = False

    @property
    def nearness(self) -> float:
        """How near it comes; more is nearer."""
        parts = (len(self.understood), len(self.mapping) / 2, 2 * self.named, 3 * self.settles, 3 * self.cards)
        return float(sum(parts))

    def as_params(self) -> dict[str, Any]:
        """It as parameter of a message, in plain values."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "cards": self.cards,
            "understood": dict(self.understood),
            "unknown": list(self.unknown),
            "missing": list(self.missing),
            "map": dict(self.mapping),
            "settles": self.settles,
        }


def near_miss(grid: Grid, kind: str, vocabulary: Vocabulary, masked: Masked, method: Method) -> NearMiss | None:
    """How near a sheet comes to a kind of table; None where nothing speaks for it."""
    words = method.headers[kind].names
    named = is_named([grid.sheet_name, *_titles(grid)], words)
    if kind == "ledger" and (card := _card(grid, vocabulary, masked)):
        row, column, labels = card
        return NearMiss(kind, grid.sheet_name, row, column, labels, (), (), {}, cards=True, named=named)
    row = _header_row(grid, vocabulary, masked, named)
    if not row:
        return None
    fields, last = header_rows(grid, row, fields_in(grid, row, vocabulary, masked(row)), vocabulary, masked)
    fields = {column: field for column, field in fields.items() if not field.startswith("own:")}
    shown = {c: text for c in range(1, SEARCH_COLUMNS + 1) if (text := _shown(grid, row, last, c))}
    weak = {c for c in fields if vocabulary.is_weak(title_of(grid, row, last, c))}
    unknown = {column: text for column, text in shown.items() if column not in fields and column not in masked(last)}
    missing = _missing(kind, {field for column, field in fields.items()}, method)
    wanted = [field for name in missing for field in (sorted(_RATINGS) if name == EVALUATIONS else [name])]
    mapping = _mapping(vocabulary, unknown.values(), wanted)
    needed = vocabulary.required | vocabulary.any_of
    if len({fields[c] for c in fields} & needed) + len(mapping) > 1:
        mapping |= {shown[c]: fields[c] for c in sorted(weak) if fields[c] in needed and c in shown}
    settles = bool(mapping) and header_at(grid, row, vocabulary.with_map(mapping), masked) is not None
    understood = {shown[c]: field for c, field in sorted(fields.items()) if c in shown}
    core = len(set(fields.values()) & needed)
    telling = core and len(understood) > 1 and any(len(header) > 1 for header in understood)
    if kind != "ledger":  # it has more than half of the headers, of which weak words count half
        strong = len({fields[c] for c in fields if c not in weak} & needed)
        telling = strong + core > len(vocabulary.required) + 1
    if not (named or settles or telling):
        return None
    first = min(shown, default=1)
    others = tuple(unknown.values())[:_MOST_UNKNOWN]
    return NearMiss(kind, grid.sheet_name, row, first, understood, others, missing, mapping, settles, named=named)


def _titles(grid: Grid) -> list[str]:
    """The texts of the first rows that hold little else."""
    rows = [_texts(grid, row) for row in sorted(grid.rows) if row <= _TITLE_ROWS]
    return [text for texts in rows if len(texts) < _FEWEST_HEADERS for text in texts]


def is_named(texts: Iterable[str], words: Iterable[str]) -> bool:
    """Whether a sheet's name or a short text in it holds one of some words."""
    shown = [folded(text) for text in texts if len(text) <= _LONGEST_HEADER]
    return any(folded(word) in text for word in words for text in shown)


def _header_row(grid: Grid, vocabulary: Vocabulary, masked: Masked, named: bool) -> int:
    """The row with most known headers; without any the first with several texts, where the sheet's name tells; or 0."""
    rows = [row for row in sorted(grid.rows) if row <= SEARCH_ROWS and len(_texts(grid, row)) > 1]
    found = {row: fields_in(grid, row, vocabulary, masked(row)) for row in rows}
    # A single letter among other texts may be a value: A is a grade, and the header of the availability.
    known = {
        row: len(set(fields.values()))
        if len(fields) > 1 or any(len(str(grid.value(row, c))) > 1 for c in fields)
        else 0
        for row, fields in found.items()
    }
    best = max(rows, key=lambda row: (known[row], -row), default=0)
    if not best or known[best] > 0 or not named:
        return best if best and known[best] else 0
    return next((row for row in rows if len(_texts(grid, row)) >= _FEWEST_HEADERS and row + 1 in grid.rows), 0)


def _texts(grid: Grid, row: int) -> list[str]:
    cells = grid.rows[row][:SEARCH_COLUMNS]
    return [cell for cell in cells if isinstance(cell, str) and cell.strip() and len(cell) <= _LONGEST_HEADER]


def _shown(grid: Grid, first: int, last: int, column: int) -> str:
    """A header as it stands there, its first line without notes; "" for none."""
    for row in range(last, first - 1, -1):
        value = grid.value(row, column)
        if isinstance(value, str) and value.strip() and len(value) <= 2 * _LONGEST_HEADER:
            return tidied(re.split(r"※|\n", value.strip())[0])
    return ""


def _missing(kind: str, fields: set[str], method: Method) -> tuple[str, ...]:
    """The fields that a table of this kind lacks, the ratings of a ledger as one."""
    spec = method.headers[kind]
    kinds = {field.split(":")[0] for field in fields}
    missing = [field for field in spec.required if field not in kinds]
    if kind == "ledger":
        missing += [] if "medium" in kinds else ["medium"]
        return tuple(missing if kinds & _RATINGS else [*missing, EVALUATIONS])
    return tuple(missing if kinds & set(spec.any_of) else [*missing, spec.any_of[0]])


def _mapping(vocabulary: Vocabulary, headers: Collection[str], wanted: list[str]) -> dict[str, str]:
    """Header → missing field, each once: the most similar pairs."""
    pairs = [(*found, header) for header in headers for found in vocabulary.pointing(header, wanted)]
    mapping: dict[str, str] = {}
    for _, field, header in sorted(pairs, key=lambda pair: -pair[0]):
        # Where a column says how important an asset is, its three evaluations are not needed, and the reverse.
        other = {"importance"} if field in CIA_FIELDS else set(CIA_FIELDS) if field == "importance" else set()
        if header not in mapping and not ({field} | other) & set(mapping.values()):
            mapping[header] = field
    return {header: mapping[header] for header in headers if header in mapping}


def _card(grid: Grid, vocabulary: Vocabulary, masked: Masked) -> tuple[int, int, dict[str, str]] | None:
    """Row, column and label → field of a sheet with labels below each other and their values beside them."""
    found: dict[int, dict[int, str]] = {}
    for row in sorted(grid.rows):
        if row > SEARCH_ROWS:
            break
        fields = fields_in(grid, row, vocabulary, masked(row))
        for column, field in fields.items():
            beside = next((c for c in range(column + 1, column + 4) if not is_blank(grid.value(row, c))), 0)
            if beside and beside not in fields:
                found.setdefault(column, {})[row] = field
    for column, fields in sorted(found.items()):
        distinct = set(fields.values())
        if len(distinct) >= _CARD_LABELS and "name" in distinct and distinct & {"medium", *_RATINGS}:
            rows = sorted(fields)
            return rows[0], column, {str(grid.value(row, column)).strip(): fields[row] for row in reversed(rows)}
    return None
