"""Tables in which an asset has several rows, or its evaluations one cell: read as one row an asset.

A row for each of confidentiality, integrity and availability; a row for each threat to an asset; or the three in one
cell ("3/2/1", "C3 I2 A1"). `arrange` gives a view of such a table, in which the first row of an asset has what stands
in its other rows. Where the rows cannot be grouped with certainty, they stay apart and `doubtful` names them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, narrow, squeezed
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.groups import Row, group_aspects, group_threats
from riskbook.reading.headers import SEARCH_COLUMNS, HeaderBlock, Masked, Vocabulary, header_at
from riskbook.reading.values import is_blank

_VIRTUAL = 20_000  # columns from here on stand for cells that are elsewhere; Excel has 16,384
_BETWEEN = r"[/・,、\s&+-]+"
_LONGEST_THREE = 60  # characters of a cell with three evaluations
_SHARE = 0.8  # of the cells of a column that have what it is taken for
_LEAST_ROWS = 3


class View(Grid):
    """A sheet with cells from other places: (row, column) → (row, column, value); `ends`: first → last row."""

    def __init__(self, base: Grid, moved: Mapping[tuple[int, int], tuple[int, int, Any]], ends: Mapping[int, int]):
        super().__init__(base.sheet_name, base.state, base.source, iter(()), dict(base.rows), base.last_read)
        self.__dict__["facts"] = base.facts  # a cached property: computed once for both
        self._moved, self._ends = moved, ends

    def value(self, row: int, column: int) -> Any:
        """As for `Grid`."""
        return self._moved[row, column][2] if (row, column) in self._moved else super().value(row, column)

    def merged_value(self, row: int, column: int) -> Any:
        """As for `Grid`."""
        return self._moved[row, column][2] if (row, column) in self._moved else super().merged_value(row, column)

    def counted_values(self, row: int, columns: Mapping[str, int]) -> dict[str, Any]:
        """As for `Grid`."""
        return {name: self.counted_value(row, column) for name, column in columns.items()}

    def is_formula(self, row: int, column: int) -> bool:
        """As for `Grid`."""
        return super().is_formula(*self._moved.get((row, column), (row, column))[:2])

    def is_struck(self, row: int, column: int) -> bool:
        """As for `Grid`."""
        return super().is_struck(*self._moved.get((row, column), (row, column))[:2])

    def end_of(self, row: int) -> int:
        """As for `Grid`."""
        return self._ends.get(row, row)


@dataclass(frozen=True)
class Arranged:
    """A table as one row an asset: the grid and header block to read it by, and the columns that it really has.

    `rows`: those that may be assets. `doubtful`: those that could not be grouped with certainty.
    """

    grid: Grid
    block: HeaderBlock
    columns: Mapping[str, int]
    rows: Sequence[int]
    doubtful: frozenset[int] = field(default_factory=frozenset)


def find_other_layout(
    grid: Grid, vocabulary: Vocabulary, masked: Masked, method: Method, rows: int
) -> HeaderBlock | None:
    """The header block of a ledger whose evaluations have no columns of their own, within the first rows; or None."""
    three = set(CIA_FIELDS)
    texts = {vocabulary.field(cell) for cells in grid.rows.values() for cell in cells if isinstance(cell, str)}
    first = [cells for row, cells in grid.rows.items() if row <= rows]
    combined = any(_order(cell, vocabulary) for cells in first for cell in cells if isinstance(cell, str))
    if not (three <= texts or combined):
        return None
    named = vocabulary.named()
    for row in sorted(number for number in grid.rows if number <= rows):
        block = header_at(grid, row, named, masked)
        if block is not None:
            below = sorted(number for number in grid.rows if number > block.last_row)
            aspects = _aspect_column(grid, block, below, vocabulary)
            if (aspects and _rating_column(grid, block, below, aspects, method)) or _combined_column(block, vocabulary):
                return replace(block, other_layout=True)
    return None


def arrange(
    grid: Grid, block: HeaderBlock, rows: Sequence[int], vocabulary: Vocabulary, method: Method, out: Collector
) -> Arranged:
    """A table with these rows as one row an asset; reports what was grouped."""
    block = _by_content(grid, block, rows, method)
    if not set(CIA_FIELDS) & set(block.columns):
        aspects = _aspect_column(grid, block, rows, vocabulary)
        if aspects:
            return _by_aspects(grid, block, rows, aspects, vocabulary, method, out)
        combined = _combined_column(block, vocabulary)
        if combined:
            return _split(grid, block, rows, combined, vocabulary, out)
    if {"threat", "vulnerability"} <= set(block.columns) and (named := _threat_column(block, method)):
        return _by_threats(grid, block, rows, named, method, out)
    return Arranged(grid, block, block.columns, rows)


# --- a row for each of the three evaluations ---


def _aspect_column(grid: Grid, block: HeaderBlock, rows: Sequence[int], vocabulary: Vocabulary) -> int:
    """The column that says of each row which of the three evaluations it has; 0 where there is none."""
    for column in range(1, SEARCH_COLUMNS + 1):
        found = [grid.value(row, column) for row in rows]
        filled = [value for value in found if not is_blank(value)]
        fields = [vocabulary.field(value) for value in filled]
        meant = [name for name in fields if name in CIA_FIELDS]
        if len(meant) >= max(_LEAST_ROWS, _SHARE * len(filled)) and len(set(meant)) == len(CIA_FIELDS):
            return column if column != block.columns["name"] else 0
    return 0


def _rating_column(grid: Grid, block: HeaderBlock, rows: Sequence[int], aspects: int, method: Method) -> int:
    """The column with the rating of each of these rows; 0 where it is not certain."""
    if "importance" in block.columns:
        return block.columns["importance"]
    words = {squeezed(word) for word in method.words.ratings}
    named = [column for column, title in block.titles.items() if re.sub(r"\(.*\)$", "", title) in words]
    return named[0] if len(named) == 1 and named[0] != aspects else 0


def _by_aspects(
    grid: Grid,
    block: HeaderBlock,
    rows: Sequence[int],
    aspects: int,
    vocabulary: Vocabulary,
    method: Method,
    out: Collector,
) -> Arranged:
    rating = _rating_column(grid, block, rows, aspects, method)
    columns = {name: c for name, c in block.columns.items() if c not in (aspects, rating)}
    same = [block.columns[name] for name in ("medium", "business") if block.columns.get(name, aspects) != aspects]
    seen = [
        Row(
            row,
            grid.merged_value(row, block.columns["name"]),
            vocabulary.field(grid.value(row, aspects)) or "",
            tuple(grid.merged_value(row, column) for column in same),
        )
        for row in rows
    ]
    found, unsure = group_aspects([row for row in seen if row.what in CIA_FIELDS])
    virtual = {name: _VIRTUAL + place for place, name in enumerate(CIA_FIELDS)}
    moved: dict[tuple[int, int], tuple[int, int, Any]] = {}
    groups, doubtful = [], list(unsure)
    for group in found:
        worst = _worst(grid, columns, [row.number for row in group], method)
        if not worst:
            doubtful += [row.number for row in group]
            continue
        groups.append(group)
        for row in group:
            value = grid.merged_value(row.number, rating) if rating else None
            moved[group[0].number, virtual[row.what]] = (row.number, rating or aspects, value)
        moved |= _from(grid, columns, group[0].number, worst)
    place = (grid.sheet_name, block.last_row, aspects)
    if groups:
        out.add("rows-grouped", *place, variant="aspects", count=len(groups))
    if doubtful or not rating:
        doubtful = doubtful if rating else list(rows)
        out.add("rows-unclear", *place, variant="aspects", rows=tuple(doubtful))
    shaped = _shaped(block, {**columns, **virtual}, {**dict.fromkeys(virtual.values(), rating)}, {aspects, rating})
    real = {**columns, **(dict.fromkeys(CIA_FIELDS, rating) if rating else {})}
    return _arranged(grid, shaped, real, rows, groups, doubtful, moved, out)


# --- a row for each threat ---


def _by_content(grid: Grid, block: HeaderBlock, rows: Sequence[int], method: Method) -> HeaderBlock:
    """The block with the ratings for threat and vulnerability, where another column under such a word has texts."""
    columns, competing = dict(block.columns), dict(block.competing)
    for name in ("threat", "vulnerability"):
        others = [column for column, field_name in competing.items() if field_name == name]
        if name in columns and others and not _has_ratings(grid, columns[name], rows, name, method):
            rated = [column for column in others if _has_ratings(grid, column, rows, name, method)]
            if len(rated) == 1:
                del competing[rated[0]]
                columns[name] = rated[0]
    return replace(block, columns=columns, competing=competing)


def _has_ratings(grid: Grid, column: int, rows: Sequence[int], name: str, method: Method) -> bool:
    """Whether most of what stands in a column are grades of a factor."""
    scale = method.scale_of(name)
    filled = [value for row in rows if not is_blank(value := grid.value(row, column))]
    read = [values.whole(value, scale.ascending, scale.labels, sentences=True) for value in filled]
    numbers = sum(parsed.value is not None or parsed.problem in ("zero", "out-of-range") for parsed in read)
    return bool(filled) and 2 * numbers >= len(filled)


def _threat_column(block: HeaderBlock, method: Method) -> int:
    """The column with the names of the threats, 0 where there is none."""
    threats = Vocabulary(method, "threats")
    used = set(block.columns.values())
    named = (c for c, title in sorted(block.titles.items()) if c not in used and threats.field(title) == "threat_name")
    return next(named, 0)


def _by_threats(
    grid: Grid, block: HeaderBlock, rows: Sequence[int], named: int, method: Method, out: Collector
) -> Arranged:
    same = [block.columns[name] for name in ("medium", "business") if name in block.columns]
    rated = [block.columns[name] for name in (*CIA_FIELDS, "importance") if name in block.columns]
    seen = [
        Row(
            row,
            grid.merged_value(row, block.columns["name"]),
            values.text(grid.value(row, named)) or "",
            tuple(grid.merged_value(row, column) for column in same),
            tuple(grid.merged_value(row, column) for column in rated),
        )
        for row in rows
    ]
    groups, doubtful = group_threats([row for row in seen if row.what])
    moved: dict[tuple[int, int], tuple[int, int, Any]] = {}
    unclear, grouped = list(doubtful), []
    for group in groups:
        numbers = [row.number for row in group]
        worst = _worst(grid, block.columns, numbers, method)
        if not worst:
            unclear += numbers
        elif len(group) > 1:
            grouped.append(group)
            moved |= _from(grid, block.columns, numbers[0], worst)
    place = (grid.sheet_name, block.last_row, named)
    if grouped:
        out.add("rows-grouped", *place, variant="threats", count=len(grouped), rows=sum(map(len, grouped)))
    if unclear:
        out.add("rows-unclear", *place, variant="threats", rows=tuple(unclear))
    titles = {column: title for column, title in block.titles.items() if column != named}
    shaped = replace(block, titles=titles, competing={c: f for c, f in block.competing.items() if c != named})
    return _arranged(grid, shaped, block.columns, rows, grouped, tuple(unclear), moved, out)


def _worst(grid: Grid, columns: Mapping[str, int], rows: Sequence[int], method: Method) -> int:
    """The row whose threat and vulnerability make the highest likelihood; 0 where that is not certain."""
    if len(rows) == 1 or not {"threat", "vulnerability"} <= set(columns):
        return rows[0]
    likelihoods: dict[int, int] = {}
    blank = 0
    for row in rows:
        pair = []
        for name in ("threat", "vulnerability"):
            scale, raw = method.scale_of(name), grid.merged_value(row, columns[name])
            blank += is_blank(raw)
            pair.append(values.whole(raw, scale.ascending, scale.labels, sentences=True).value)
        if None not in pair:
            likelihoods[row] = method.likelihood(*pair)
    if blank == 2 * len(rows):  # the threat and check sheets tell
        return rows[0]
    best = max(likelihoods, key=lambda row: (likelihoods[row], -row), default=0)
    highest = max(method.scale_of("likelihood").ascending)
    return best if best and (len(likelihoods) == len(rows) or likelihoods[best] == highest) else 0


def _from(
    grid: Grid, columns: Mapping[str, int], first: int, worst: int
) -> dict[tuple[int, int], tuple[int, int, Any]]:
    """What the first row of a group has from its worst one."""
    moving = (columns[name] for name in ("threat", "vulnerability", "likelihood", "risk") if name in columns)
    return {(first, c): (worst, c, grid.merged_value(worst, c)) for c in moving if worst != first}


# --- the three evaluations in one cell ---


def _order(title: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The order of the three evaluations that a header names together ("C/I/A"); () for another header."""
    if len(title) > SEARCH_COLUMNS:
        return ()
    shown = re.sub(r"(?:の?評価値?|レベル|\(.*\))$", "", narrow(title).strip())
    if squeezed(shown) == "cia":
        return CIA_FIELDS
    fields = tuple(vocabulary.field(part) or "" for part in re.split(_BETWEEN, shown) if part)
    return fields if len(fields) == len(CIA_FIELDS) and set(fields) == set(CIA_FIELDS) else ()


def _combined_column(block: HeaderBlock, vocabulary: Vocabulary) -> int:
    """The column whose header names the three evaluations together, 0 where there is none."""
    return next((column for column, title in sorted(block.titles.items()) if _order(title, vocabulary)), 0)


def _split(
    grid: Grid, block: HeaderBlock, rows: Sequence[int], combined: int, vocabulary: Vocabulary, out: Collector
) -> Arranged:
    order = _order(block.titles[combined], vocabulary)
    virtual = {name: _VIRTUAL + place for place, name in enumerate(CIA_FIELDS)}
    moved: dict[tuple[int, int], tuple[int, int, Any]] = {}
    unread = []
    for row in rows:
        raw = grid.merged_value(row, combined)
        parts = _parts(raw, order, vocabulary)
        moved |= {(row, virtual[name]): (row, combined, value) for name, value in parts.items()}
        if not parts and not is_blank(raw):
            unread.append(row)
            out.add("cia-out-of-range", grid.sheet_name, row, combined, variant="combined", found=values.text(raw))
    columns = {name: column for name, column in block.columns.items() if column != combined}
    shaped = _shaped(block, {**columns, **virtual}, dict.fromkeys(virtual.values(), combined), {combined})
    return _arranged(grid, shaped, {**columns, **dict.fromkeys(CIA_FIELDS, combined)}, rows, [], unread, moved, out)


def _parts(raw: Any, order: Sequence[str], vocabulary: Vocabulary) -> dict[str, Any]:
    """The three evaluations in a cell: each after its name or letter, or all in the order of the header.

    Nothing where the cell says anything else.
    """
    if is_blank(raw):
        return {}
    shown = narrow(raw).strip() if isinstance(raw, str) and len(raw) <= _LONGEST_THREE else ""
    named = re.findall(r"([^\W\d_]+)\s*[:=]?\s*(\d(?:\.0)?)(?![\d.])", shown)
    fields = [vocabulary.field(word) or "" for word, _ in named]
    rest = re.sub(r"([^\W\d_]+)\s*[:=]?\s*(\d(?:\.0)?)(?![\d.])", "", shown)
    if named and len(set(fields)) == len(fields) and set(fields) <= set(CIA_FIELDS) and not re.search(r"\w", rest):
        return {name: int(float(grade)) for name, (_, grade) in zip(fields, named, strict=True)}
    grades = re.split(_BETWEEN, shown)
    if len(grades) == len(order) and all(re.fullmatch(r"\d|[高中低大小]", grade) for grade in grades):
        return {name: int(g) if g.isdecimal() else g for name, g in zip(order, grades, strict=True)}
    return {}


# --- all of them ---


def _shaped(block: HeaderBlock, columns: Mapping[str, int], real: Mapping[int, int], used: set[int]) -> HeaderBlock:
    """The block with these columns; `real`: of virtual ones, whose headers they have. `used`: no columns any more."""
    titles = {column: title for column, title in block.titles.items() if column not in used}
    titles |= {column: block.titles[at] for column, at in real.items() if at in block.titles}
    competing = {column: name for column, name in block.competing.items() if column not in used}
    return replace(block, columns=dict(columns), titles=titles, competing=competing)


def _arranged(
    grid: Grid,
    block: HeaderBlock,
    columns: Mapping[str, int],
    rows: Sequence[int],
    groups: Sequence[Sequence[Row]],
    doubtful: Sequence[int],
    moved: Mapping[tuple[int, int], tuple[int, int, Any]],
    out: Collector,
) -> Arranged:
    """The arranged table; findings about moved cells name the cells where they really stand."""
    places = {cell: (at[0], at[1]) for cell, at in moved.items()}
    for name, column in block.columns.items():
        if column >= _VIRTUAL:
            places = {(row, column): (row, columns.get(name, 1)) for row in (block.last_row, *rows)} | places
    out.place(grid.sheet_name, places)
    left = {row.number for group in groups for row in group[1:]} - set(doubtful)
    ends = {group[0].number: group[-1].number for group in groups}
    view = View(grid, moved, ends)
    kept = [row for row in rows if row not in left]
    return Arranged(view, block, columns, kept, frozenset(doubtful))
