"""Finds tables by their headers: one to three header rows, grouped, with notes, the columns in any order."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from riskbook.method import Method
from riskbook.model import BRIEF_SLOTS, CIA_FIELDS, FORM_FIELDS, VISIBLE_COLUMNS, OwnHeaders, narrow, slots_of, squeezed
from riskbook.reading.grid import Grid
from riskbook.reading.similar import pointing_likeness, similar_to

# Only in these fields may a header differ in one character: 登録者 is no slip of 登録日 but another word.
_CORE = frozenset(("name", "medium", *CIA_FIELDS, *FORM_FIELDS, "frequency", "question", "answer"))
_ALIKE = 0.82  # likeness (0…1) from which a header counts as misspelt
_ENOUGH_TO_GUESS = 3  # recognised headers in a row before others are guessed
_SHORTEST_GUESSED = 3  # characters
_POINTS = {False: 0.6, True: 0.75}  # likeness (0…1) from which a header points to a field, by whether it is English
_GENERIC_END = re.compile(
    r"(?<=..)(?:の?(?:ランク|レベル|分類|区分|評価|スコア|点数|値)|\s*(?:rank|level|class|rating|score))$"
)
_BESIDE = ("medium", "threat", "vulnerability")
_ENOUGH_POINTS = 4
SEARCH_ROWS = 60
MOST_SEARCH_ROWS = 1000  # where no table begins before
SEARCH_COLUMNS = 60
_LONGEST_HEADER, _LONGEST_CELL = 80, 1000


class Vocabulary:
    """The headers of one kind of table: the field of each spelling, and the fields that such a table must have."""

    def __init__(
        self,
        method: Method,
        kind: str,
        own: OwnHeaders | None = None,
        mapped: Mapping[str, str] | None = None,
    ) -> None:
        """`mapped`: header text → field as given by the user; these take precedence."""
        spec = method.headers[kind]
        self.required = set(spec.required)
        self.any_of = set(spec.any_of)
        self.at_least = int(spec.at_least)
        self._fields = {squeezed(s): field for field, spellings in spec.fields.items() for s in spellings}
        self._weak = {squeezed(s): field for field, spellings in spec.weak.items() for s in spellings}
        if "applies" in self.any_of:
            for medium in method.media:
                for spelling in (medium.name, medium.en, *medium.spellings):
                    self._fields.setdefault(squeezed(spelling), f"applies:{medium.name}")
        self._own = {squeezed(text): f"own:{slot}" for text, slot in (own.ledger if own else {}).items()}
        self._own_words = own.words if own else {}
        self._mapped = {squeezed(text): field for text, field in (mapped or {}).items() if field in spec.fields}
        self._known: dict[str, str | None] = {}
        self._enough = _ENOUGH_POINTS

    def field(self, value: Any) -> str | None:
        """The field that a header cell names: "medium", "applies:書類", "own:0" (riskbook's slot 0), or None."""
        if not isinstance(value, str) or len(value) > _LONGEST_CELL:
            return None
        if value not in self._known:
            spellings = [reading for reading in _readings(value) if len(reading) <= _LONGEST_HEADER]
            own = self._own.get(spellings[0]) if spellings else None
            mapped = next((self._mapped[s] for s in spellings if s in self._mapped), None)
            self._known[value] = mapped or own or self.clients_field(value)
        return self._known[value]

    def clients_field(self, title: str) -> str | None:
        """The field that a header names where it is not one of riskbook's own."""
        spellings = [s for s in _readings(title) if len(s) <= _LONGEST_HEADER]
        return next((known[s] for known in (self._fields, self._weak) for s in spellings if s in known), None)

    def is_weak(self, title: str) -> bool:
        """Whether a header names its field only by a word that also stands for other things."""
        spellings = list(_readings(title))
        strong = any(s in known for s in spellings for known in (self._mapped, self._fields))
        return not strong and any(s in self._weak for s in spellings)

    def own_values_fit(self, grid: Grid, header_row: int, columns: tuple[int, ...]) -> bool:
        """Whether the cells under riskbook's headers hold only its words, as far as the sheet was read."""
        for slot, column in zip(slots_of(len(columns)), columns, strict=True):
            allowed = self._own_words.get(slot)
            for row in grid.rows:
                value = grid.value(row, column) if row > header_row and allowed else None
                if isinstance(value, str) and value not in (allowed or ()) and f"own:{slot}" != self.field(value):
                    return False
        return True

    def is_mapped(self, title: str) -> bool:
        """Whether the user has given the field of this header."""
        return title in self._mapped

    def guess(self, title: str, missing: Collection[str]) -> tuple[str, str] | None:
        """The missing field whose header is so similar to `title` that it seems misspelt, and that header, or None."""
        wanted = {s: field for s, field in self._fields.items() if field in missing and len(s) >= _SHORTEST_GUESSED}
        close = similar_to(title, wanted, _ALIKE)
        if close:
            return wanted[close[0]], close[0]
        one_off = (s for s, field in wanted.items() if field in _CORE and _differ_in_one(title, s))
        return next(((wanted[spelling], spelling) for spelling in one_off), None)

    def with_map(self, mapped: Mapping[str, str]) -> Vocabulary:
        """This vocabulary with more headers whose fields are given."""
        other = copy.copy(self)
        other._mapped = {**self._mapped, **{squeezed(text): field for text, field in mapped.items()}}
        other._known = {}
        return other

    def begun(self) -> Vocabulary:
        """This vocabulary for a ledger whose assets are named and placed but not rated."""
        other = copy.copy(self)
        other.required, other.any_of, other.at_least, other._enough = {"name", "medium"}, {"medium"}, 2, 2
        return other

    def named(self) -> Vocabulary:
        """This vocabulary for a table of which only the names of assets are sure."""
        other = copy.copy(self)
        other.required, other.any_of, other.at_least, other._enough = {"name"}, {"name"}, 1, 2
        return other

    def pointing(self, title: str, wanted: Collection[str]) -> list[tuple[float, str]]:
        """The wanted fields to which the words of a header point, with how closely (0.6…1), the closest first.

        A word of a field within the header counts most, without words such as ランク at its end: 重要ランク points to
        the importance. Where it holds a field's own word, those that also stand for other things do not count.
        """
        shown = [_GENERIC_END.sub("", text) for text in list(_readings(title))[-1:] if len(text) <= _LONGEST_HEADER]
        close: list[tuple[float, str]] = []
        for known in (self._fields, self._weak):
            for reading in shown if not close else ():
                close = [
                    (likeness, field)
                    for spelling, field in known.items()
                    if (likeness := pointing_likeness(reading, spelling)) >= _POINTS[reading.isascii()]
                ]
        best = {field: max(likeness for likeness, other in close if other == field) for _, field in close}
        return sorted(((likeness, field) for field, likeness in best.items() if field in wanted), reverse=True)

    @property
    def names(self) -> set[str]:
        """The fields of this kind of table."""
        return set(self._fields.values())

    def fits(self, fields: Mapping[str, bool]) -> bool:
        """Whether these fields make a table of this kind; of each, whether a weak word names it.

        A field that such a table must have, or must have one of, counts 2, or 1 where a word names it that also stands
        for other things; medium, threat and vulnerability beside them count 1. Such a table has 4. So システム名 (1) is
        the name beside 機密性, 完全性 and 可用性 (2 each), but システム名 and 重要度 (3) make a list of something else.
        """
        kinds = {field.split(":")[0]: weak for field, weak in fields.items() if not field.startswith("own:")}
        count = sum(not field.startswith("own:") for field in fields)
        if not (self.required <= set(kinds) and self.any_of & set(kinds) and count >= self.at_least):
            return False
        counted = self.required | self.any_of
        points = sum((1 if weak else 2) if kind in counted else kind in _BESIDE for kind, weak in kinds.items())
        return points >= self._enough


def _differ_in_one(title: str, spelling: str) -> bool:
    """Whether two texts differ in one character."""
    return len(title) == len(spelling) and sum(a != b for a, b in zip(title, spelling, strict=True)) == 1


def _readings(header: str) -> Iterator[str]:
    """Readings of a header, folded: whole, its first line only, each with and without the text in brackets.

    Notes are dropped: headers of the form go on with "※「脅威の状況」シートに入力すると表示".
    """
    if len(header) > _LONGEST_CELL:
        return
    whole = re.split(r"※|\*注", narrow(header))[0]
    lines = [line for line in whole.splitlines() if line.strip()]
    for candidate in (whole, lines[0] if lines else ""):
        for reading in (candidate, re.sub(r"[(\[【].*?[)\]】]", "", candidate)):
            key = squeezed(reading).strip(":*■●・")
            if key:
                yield key


Masked = Callable[[int], frozenset[int]]  # row → its columns that riskbook wrote, which are no columns of the client's


@dataclass(frozen=True)
class HeaderBlock:
    """Header rows of one table and the column of each field (1-based).

    `own_columns`: riskbook's. `titles`: column → its header. `assumed`: column recognised by a similar header → that
    header. `competing`: column that was not used → its field, for which another column was used; none whose header is
    weaker than that of the other column, for it is about something else (システム名 beside 情報資産名称).
    `other_layout`: it has no headers for the evaluations, which stand in rows or in one cell.
    """

    first_row: int
    last_row: int
    columns: Mapping[str, int]
    own_columns: tuple[int, ...]
    titles: Mapping[int, str]
    assumed: Mapping[int, str]
    competing: Mapping[int, str]
    other_layout: bool = False

    @property
    def field_of(self) -> dict[int, str]:
        """Column → its field."""
        return {column: field for field, column in self.columns.items()}


def header_at(grid: Grid, row: int, vocabulary: Vocabulary, masked: Masked) -> HeaderBlock | None:
    """The header block whose first row is `row`, if a table of this kind begins there."""
    hits = fields_in(grid, row, vocabulary, masked(row))
    if len(hits) < 2:  # a single header is a word in some text
        return None
    fields, last = header_rows(grid, row, hits, vocabulary, masked)
    for column, title in _joined(grid, row, last).items():
        if column not in fields and column not in masked(last) and (field := vocabulary.field(title)):
            fields[column] = field
    titles = {
        c: t for c in range(1, SEARCH_COLUMNS + 1) if c not in masked(last) and (t := title_of(grid, row, last, c))
    }
    if not _are_own(field for field in fields.values() if field.startswith("own:")):
        # One of riskbook's headers alone is the client's own word (Risk level).
        lone = {c: vocabulary.clients_field(titles.get(c, "")) for c, f in fields.items() if f.startswith("own:")}
        fields = {c: known for c, f in fields.items() if (known := lone.get(c, f))}
    assumed = _guess(fields, titles, vocabulary)
    columns: dict[str, int] = {}
    competing: dict[int, str] = {}
    # Of several columns for a field: the one that the user has given, else the one with the strongest header, else the
    # first that a person sees.
    several = len(set(fields.values())) < len(fields)
    hidden: frozenset[int] = grid.facts.hidden_columns if several else frozenset()
    named = {c: titles.get(c, "") for c in fields}
    weak = {c for c, title in named.items() if vocabulary.field(title) == fields[c] and vocabulary.is_weak(title)}
    for column in sorted(fields, key=lambda c: (not vocabulary.is_mapped(named[c]), c in weak, c in hidden, c)):
        used = columns.setdefault(fields[column], column)
        if used != column and not fields[column].startswith("own:") and (column in weak) == (used in weak):
            competing[column] = fields[column]
    if not vocabulary.fits({field: column in weak for field, column in columns.items()}):
        return None
    names = [name for name in sorted(columns) if name.startswith("own:")]
    own = tuple(columns.pop(name) for name in names)
    # One such header may be the client's own word; only those side by side are riskbook's columns.
    beside = _are_own(names) and [own[0] + place for place in range(len(own))] == list(own)
    own = own if beside and vocabulary.own_values_fit(grid, last, own) else ()
    titles = {column: title for column, title in titles.items() if column not in own}
    return HeaderBlock(row, last, columns, own, titles, assumed, competing)


def _are_own(names: Iterable[str]) -> bool:
    """Whether headers of riskbook's ("own:SLOT") are as many as it writes beside a ledger."""
    slots = tuple(sorted({int(name.partition(":")[2]) for name in names}))
    return len(slots) >= VISIBLE_COLUMNS or slots == BRIEF_SLOTS


def header_rows(
    grid: Grid, row: int, hits: Mapping[int, str], vocabulary: Vocabulary, masked: Masked
) -> tuple[dict[int, str], int]:
    """Column → field over up to three header rows, and the last of them; `hits`: those of the first row."""
    last = grid.merged_down_to(row)
    fields = dict(hits)
    for below in range(row + 1, row + 3):
        more = fields_in(grid, below, vocabulary, masked(below))
        if _are_grades(grid, below, more):
            more = {}
        filled = sum(value is not None for value in grid.rows.get(below, ()))
        new = set(more.values()) - set(fields.values())
        if below > last and not (new and 2 * len(more) >= filled):
            break
        fields |= more
        last = max(last, below) if more or below <= last else last
    return fields, last


def _are_grades(grid: Grid, row: int, found: Mapping[int, str]) -> bool:
    """Whether what looks like headers below a header are grades: A and C are also the letters of two evaluations."""
    letters = all(len(str(grid.value(row, column)).strip()) == 1 for column in found)
    return letters and not set(CIA_FIELDS) <= set(found.values())


def _guess(fields: dict[int, str], titles: Mapping[int, str], vocabulary: Vocabulary) -> dict[int, str]:
    """Adds to `fields` the columns whose header is similar to that of a missing field; column → that header."""
    assumed: dict[int, str] = {}
    for column, title in titles.items() if len(fields) >= _ENOUGH_TO_GUESS else ():
        if column not in fields and (guessed := vocabulary.guess(title, vocabulary.names - set(fields.values()))):
            fields[column], assumed[column] = guessed
    return assumed


def fields_in(grid: Grid, row: int, vocabulary: Vocabulary, masked: frozenset[int]) -> dict[int, str]:
    """Column → field of the cells of one row that are headers."""
    cells = grid.rows.get(row, ())[:SEARCH_COLUMNS]
    return {
        column: field
        for column, value in enumerate(cells, start=1)
        if type(value) is str and (field := vocabulary.field(value)) and column not in masked
    }


def header_hits(grid: Grid, row: int, vocabulary: Vocabulary, masked: Masked) -> set[str]:
    """The fields that the cells of a row name."""
    return set(fields_in(grid, row, vocabulary, masked(row)).values())


def _joined(grid: Grid, first: int, last: int) -> dict[int, str]:
    """Column → group header and sub-header as one text, for headers that only together name a field."""
    if first == last:
        return {}
    joined = {}
    for column in range(1, SEARCH_COLUMNS + 1):
        parts = [grid.merged_value(row, column) for row in range(first, last + 1)]
        texts = list(dict.fromkeys(part for part in parts if isinstance(part, str)))
        if len(texts) > 1:
            joined[column] = "".join(texts)
    return joined


def title_of(grid: Grid, first: int, last: int, column: int) -> str:
    """The lowest text of a column in the header rows, folded."""
    for row in range(last, first - 1, -1):
        value = grid.value(row, column)
        if isinstance(value, str) and value.strip():
            return squeezed(value)
    return ""


def find_header(grid: Grid, vocabulary: Vocabulary, masked: Masked, rows: int) -> HeaderBlock | None:
    """The first header block of this kind that begins within the first `rows` rows of a sheet, or None."""
    grid.read_to(rows + 3)  # a header block that begins in the last of them goes on below
    for row in sorted(number for number in grid.rows if number <= rows):
        if block := header_at(grid, row, vocabulary, masked):
            return block
    return None
