"""How the CSV files of a package spell its tables: names and codes, or the headers and words of its workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from riskbook import sheets
from riskbook.audit.tables import TABLES
from riskbook.method import Method, load_method
from riskbook.tables import FLAG, TEXT, WHOLE, Columns
from riskbook.text import label

Row = tuple[Any, ...]
Way = Callable[[Any], Any]


class Spelling:
    """The spelling of a table; `lang`: the language of its words, None for names and codes.

    `headers`: those of the table's own columns. `columns`: header and kind of each column in the file.
    """

    def __init__(self, table: str, lang: str | None) -> None:
        self._lang, self._method = lang, load_method()
        self._place = {name: place for place, (name, _) in enumerate(TABLES[table])}
        self._ways: dict[int, tuple[Way, Way]] = {}  # by place: to the file, and back
        self._first = 0  # place of the first own column: those before it are made anew
        self._ends: dict[str, Way] = {}
        self.headers = tuple(self._place)
        self.columns: Columns = TABLES[table]
        if lang is None:
            return
        self.headers = tuple(header_in(table, name, lang) for name in self._place)
        for place, (name, kind) in enumerate(TABLES[table]):
            if ways := _ways(name, kind, self._method, lang):
                self._ways[place] = ways
        kinds = [TEXT if place in self._ways else kind for place, (_, kind) in enumerate(TABLES[table])]
        self.columns = list(zip(self.headers, kinds, strict=True))
        if table == "methods":
            self._first = 1
            self.columns.insert(0, (header_in(table, "meaning", lang), TEXT))

    def written(self, row: Row) -> Row:
        """A row as it stands in the file."""
        shown = self.shown(row)
        if self._lang is None or not self._first:
            return shown
        key, value = row[self._place["key"]], row[self._place["value"]]
        return (sheets.meaning(key or "", value, self._method, self._lang), *shown)

    def shown(self, row: Row) -> Row:
        """The table's own columns of a row as they stand in the file."""
        cells = [self._ways[place][0](value) if place in self._ways else value for place, value in enumerate(row)]
        return self._with_ends(cells, row)

    def read(self, row: Row) -> Row:
        """The row that `written` spelled so. Raises `KeyError` or `ValueError` for what is no value of its column."""
        own = row[self._first :]
        cells = [self._ways[place][1](value) if place in self._ways else value for place, value in enumerate(own)]
        return self._with_ends(cells, cells)

    def _with_ends(self, cells: list[Any], row: Sequence[Any]) -> Row:
        """The cells with codes and words exchanged before and after the event of `row`."""
        if self._lang is not None and "event" in self._place:
            event = str(row[self._place["event"]])
            if event not in self._ends:
                self._ends[event] = _exchange(sheets.end_words(event, self._method, self._lang))
            for name in ("before", "after"):
                cells[self._place[name]] = self._ends[event](cells[self._place[name]])
        return tuple(cells)


@cache
def spelling(table: str, lang: str | None) -> Spelling:
    """The spelling of a table; `lang`: the language of its words, None for names and codes."""
    return Spelling(table, lang)


def header_in(table: str, name: str, lang: str) -> str:
    """The header of a column, in one line."""
    return sheets.header(table, name, load_method(), lang).replace("\n", "" if lang == "ja" else " ")


def _ways(name: str, kind: str, method: Method, lang: str) -> tuple[Way, Way] | None:
    """How the values of a column become words, and back; None for a column without codes.

    A flag that is not set is blank, as in the workbook, and one that is not known is said to be so.
    """
    if name in ("factors", "causes"):
        swap = partial(_swapped, lang=lang)
        return swap, swap
    known: Mapping[Any, str | None] = sheets.code_words(name, method, lang)
    if kind == FLAG:
        known = {True: sheets.YES, False: None, None: label("audit.unknown", lang)}
        return known.__getitem__, {word: flag for flag, word in known.items()}.__getitem__
    if kind == WHOLE and known:
        numbers = {None: None, **{word: number for number, word in known.items()}}
        return lambda value: known.get(value, value), lambda text: numbers[text] if text in numbers else int(text)
    return (_exchange(known), _exchange(known)) if known else None


def _exchange(known: Mapping[Any, Any]) -> Way:
    """Makes a code its word and a word its code, so that doing it twice gives back any text as it was.

    A word that is unknown stays, and differs from every code.
    """
    both = {**known, **{word: code for code, word in known.items()}}
    return lambda value: both.get(value, value)


def _swapped(text: str | None, lang: str) -> str | None:
    return text and sheets.pairs_swapped(text, lang)
