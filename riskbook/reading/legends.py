"""Finds what is said about a scale outside of a table's own cells: titles, notes, legends, sheets of criteria."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from riskbook.method import Scale
from riskbook.model import CIA_FIELDS, cell_ref, narrow, squeezed
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock
from riskbook.reading.stated import LONGEST, MOST, Stated, is_ranked, is_turned, stated, topic
from riskbook.reading.values import is_blank

_ENTRY = re.compile(r"\s*(\d{1,2})\s*([:=.、()\s])\s*(\D{1,40})")  # a cell of a legend
_LEVEL = re.compile(r"(?:(?:レベル|level|lv\.?|ランク)\s*)?(\d{1,2})(?:\.0+)?(?:\s*[:=.、(\s]\s*(\D*))?", re.IGNORECASE)
_CRITERIA_ROWS = 60
_LEVELS = frozenset(
    ("レベル", "評価値", "評価", "値", "段階", "ランク", "区分", "点数", "尺度", "重要度", "level", "rating", "score")
)
_CRITERIA = re.compile("機密性|完全性|可用性|confidentiality|integrity|availability")
_STRONG = re.compile(f"{_CRITERIA.pattern}|資産価値|評価値|asset value")
_ABOUT_CRITERIA = re.compile("基準|方法|凡例|尺度|定義|criteria|scale|legend")
_LEAST = 3  # entries of a legend without a caption
_ENOUGH = 2

Found = tuple[Stated, str]  # what is stated, and the cell


@dataclass(frozen=True)
class _Entry:
    """One entry of a legend: "4：極秘" in a cell, or in two cells beside each other."""

    row: int
    number: int
    sign: str
    word: str


class Around:
    """What stands around a table: above, beside and below it, and in its rows that are no assets."""

    def __init__(self, grid: Grid, block: HeaderBlock, rows: Sequence[int]) -> None:
        self._grid, self._block = grid, block
        rated = [block.columns[f] for f in (*CIA_FIELDS, "importance") if f in block.columns]
        self._assets = {row for row in rows if any(not is_blank(grid.merged_value(row, at)) for at in rated)}
        self._right = max(block.columns.values())
        while not is_blank(grid.merged_value(block.last_row, self._right + 1)):
            self._right += 1  # further columns of the table

    def stated(self, scale: Scale, about: str) -> Found | None:
        """What is stated about a factor, or ("") about the evaluations, that differs from the method's scale."""
        for row in sorted(self._grid.rows):
            columns = self._columns(row)
            texts = [(value, at) for at in columns if isinstance(value := self._grid.value(row, at), str)]
            if len(texts) > 1:
                texts.append(("　".join(text[:LONGEST] for text, _ in texts), texts[0][1]))
            for text, at in texts:
                if said := next(stated(text, scale, about=about), None):
                    return said, cell_ref(row, at)
        for area, text in self._grid.facts.told:
            if area.last_row == 0 and (said := next(stated(text, scale, about=about), None)):
                return said, ""
        return next(self._legends(scale, about), None)

    def _columns(self, row: int) -> range:
        """The columns of a row that are not part of the table."""
        inside = self._block.first_row <= row <= self._block.last_row or row in self._assets
        return range(self._right + 1 if inside else 1, len(self._grid.rows[row]) + 1)

    def _legends(self, scale: Scale, about: str) -> Iterator[Found]:
        runs: dict[int, list[_Entry]] = {}
        done: list[tuple[int, list[_Entry]]] = []
        for row in sorted(self._grid.rows):
            for column in self._columns(row):
                entry = self._entry(row, column)
                if entry is None:
                    continue
                run = runs.get(column)
                if run is None or run[-1].row != row - 1:
                    run = runs[column] = []
                    done.append((column, run))
                run.append(entry)
        for column, run in done:
            if said := self._of_run(column, run, scale, about):
                yield said, cell_ref(run[0].row, column)

    def _entry(self, row: int, column: int) -> _Entry | None:
        value = self._grid.value(row, column)
        if isinstance(value, str) and (match := _ENTRY.fullmatch(narrow(value[:LONGEST]))):
            return _Entry(row, int(match[1]), match[2], match[3].strip(" )"))
        number = _level(value)
        if number is None:
            return None
        for beside, sign in ((column + 1, "|"), (column - 1, "<")):
            word = self._grid.value(row, beside) if beside in self._columns(row) else None
            if isinstance(word, str) and word.strip() and _level(word) is None:
                return _Entry(row, number, sign, narrow(word[:LONGEST]).strip())
        return None

    def _caption(self, row: int, column: int, about: str) -> bool | None:
        """Whether what stands above a legend says that it explains the ratings; None where nothing does."""
        for above in (row - 1, row - 2):
            for at in (column, column - 1, column + 1):
                value = self._grid.merged_value(above, at) if at > 0 else None
                if isinstance(value, str) and (said := topic(narrow(value[:LONGEST]).casefold(), about)) is not None:
                    return said
        return None

    def _of_run(self, column: int, run: Sequence[_Entry], scale: Scale, about: str) -> Stated | None:
        """What a legend shows whose entries stand below each other: by its caption, or by words that are known."""
        words = {entry.number: entry.word for entry in run if entry.number <= MOST}
        if len(words) != len(run) or len(words) < _ENOUGH:
            return None
        caption = self._caption(run[0].row, column, about)
        ranked = is_ranked(words.values(), scale)
        complete = len(words) >= _LEAST and max(words) - min(words) + 1 == len(words) and min(words) < _ENOUGH
        counted = list(words) == list(range(1, len(words) + 1)) and run[0].sign not in ":=|"  # a numbered list
        sure = ranked or (caption and complete and run[0].sign != "<" and not counted)
        if caption is False or not sure or (caption is None and (about or not complete)):
            return None
        seen = " ".join(f"{number}:{word[:10]}" for number, word in words.items())
        numbers = tuple(range(min(words), max(words) + 1))
        said = Stated(seen, numbers, is_turned(words, scale), words)
        return said if said.differs(scale) else None


def of_criteria(grid: Grid, scale: Scale) -> Found | None:
    """What a sheet of criteria states about the evaluations, where it differs from the method's scale.

    A table of grades below the header of a level, or in a row above what is rated; or a sentence.
    """
    grid.read_to(_CRITERIA_ROWS)
    said = _in_sentences(grid, scale)
    if said is not None:
        return said
    named = [(row, at) for row, at, value in _texts(grid) if _is_criterion(value)]
    if len({squeezed(str(grid.value(*place))) for place in named}) < _ENOUGH:
        return None
    for row, column, value in _texts(grid):
        if squeezed(value) in _LEVELS:
            below = [n for n in sorted(grid.rows) if n > row]
            found = _of_levels(grid, [(n, grid.value(n, column)) for n in below], column, scale)
            if found is not None:
                return found
    for row in sorted(grid.rows):
        levels = [(at, value) for at, value in enumerate(grid.rows[row], start=1) if _level(value) is not None]
        beside = sum(row < below <= row + 4 and at < levels[0][0] for below, at in named) if levels else 0
        if len(levels) >= _LEAST and beside >= _ENOUGH:
            return _of_levels(grid, [(row, value) for _, value in levels], levels[0][0], scale)
    return None


def _texts(grid: Grid) -> Iterator[tuple[int, int, str]]:
    for row in sorted(grid.rows):
        for column, value in enumerate(grid.rows[row], start=1):
            if isinstance(value, str) and value.strip():
                yield row, column, value


def _is_criterion(text: str) -> bool:
    return len(text) < 20 and bool(_CRITERIA.search(narrow(text).casefold()))


def _in_sentences(grid: Grid, scale: Scale) -> Found | None:
    """What sentences on another sheet state about the evaluations, or about the importance on one about criteria."""
    named = bool(_ABOUT_CRITERIA.search(narrow(grid.sheet_name).casefold()))
    for row, column, text in _texts(grid):
        if not (named or _STRONG.search(narrow(text[:LONGEST]).casefold())):
            continue
        if said := next(stated(text, scale, about=""), None):
            return said, f"{grid.sheet_name}!{cell_ref(row, column)}"
    return None


def _of_levels(grid: Grid, cells: Sequence[tuple[int, object]], column: int, scale: Scale) -> Found | None:
    """What the grades in a table of criteria show, whatever stands between them."""
    words: dict[int, str] = {}
    for _, value in cells:
        number = _level(value)
        if number is not None:
            match = _LEVEL.fullmatch(narrow(value[:LONGEST]).strip()) if isinstance(value, str) else None
            words.setdefault(number, (match[2] or "").strip(" )") if match else "")
    if len(words) < _ENOUGH:
        return None
    turned = all(words.values()) and is_turned(words, scale)
    said = Stated("・".join(map(str, words)), tuple(words), turned, {n: w for n, w in words.items() if w})
    row = next(row for row, value in cells if _level(value) is not None)
    return (said, f"{grid.sheet_name}!{cell_ref(row, column)}") if said.differs(scale) else None


def _level(value: object) -> int | None:
    """The number of a grade that a cell gives: 5, "5", "レベル5", "5：極秘"; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if value == int(value) and 0 <= value <= MOST else None
    match = _LEVEL.fullmatch(narrow(value[:LONGEST]).strip()) if isinstance(value, str) else None
    return int(match[1]) if match and int(match[1]) <= MOST else None
