"""Finds the check sheet by its answers, whatever its headers say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from riskbook.method import Method
from riskbook.model import Area, squeezed, tidied
from riskbook.reading.form_sheets import kind_of
from riskbook.reading.grid import Grid
from riskbook.reading.headers import SEARCH_COLUMNS, HeaderBlock, Vocabulary, fields_in, title_of
from riskbook.reading.values import is_blank

_LEAST_WORDED, _LEAST_NUMBERED = 3, 5  # questions, by how their answers are written
_KINDS = 2  # kinds of measure that a sheet must name
_SHARE = 0.6  # of a column's cells that are answers
_LONGEST_ANSWER = 100  # characters
_SHORTEST_QUESTION = 6  # characters
_LONGEST_QUESTION = 1000
_MOST_CHOICES = 500  # rows of a drop-down list that are looked at
_OTHER_NUMBERS = re.compile(r"no|番号|優先|重要|重み|配点|点数|順|weight|priority|score")


@dataclass(frozen=True)
class _Column:
    """A column that may hold the answers: row → "labelled" (1:実施している), "worded", "number", or "offered"."""

    column: int
    rows: Mapping[int, str]

    def count(self, *how: str) -> int:
        return sum(kind in how for kind in self.rows.values())


def find_checks(grid: Grid, vocabulary: Vocabulary, method: Method) -> HeaderBlock | None:
    """The check sheet on a sheet, by its content; None where it is none, or two columns may be its answers.

    The answers are known by their words (1:実施している), in the cells or in the drop-down list of the cells, beside
    questions of at least two kinds of measure; without any kind, where each has number and word. Mere numbers 1 to 4
    count right of five or more questions. A self-check has other answers, or none of these kinds.
    """
    named = any(word.casefold() in squeezed(grid.sheet_name) for word in method.instruments.self_check.names)
    if named:
        return None
    found = []
    for candidate in _candidates(grid, method):
        question = _question_column(grid, candidate, method)
        if question and (kind := _kind_column(grid, candidate, question, method)) is not None:
            found.append((candidate, question, kind))
    best = [entry for entry in found if entry[0].count("labelled", "worded")] or found
    return _block(grid, *best[0], vocabulary, method) if len(best) == 1 else None


def _candidates(grid: Grid, method: Method) -> Iterator[_Column]:
    """The columns whose cells are answers, mostly."""
    labels = {squeezed(label): number for label, number in method.answers.labels.items()}
    offered = _offered(grid, labels)
    width = min(SEARCH_COLUMNS, max((len(cells) for cells in grid.rows.values()), default=0))
    for column in range(1, width + 1):
        how = {row: _how(grid.value(row, column), labels) for row in grid.rows}
        answered = {row: kind for row, kind in how.items() if kind not in ("", "other")}
        worded = {row: kind for row, kind in answered.items() if kind != "number"}
        rows = dict(worded if worded else {})
        if worded:
            rows |= {row: kind for row, kind in answered.items() if min(worded) <= row <= max(worded)}
        elif not any(area.first_column <= column <= area.last_column for area in offered):
            rows = answered
        for area in offered:
            if area.first_column <= column <= area.last_column:
                rows |= {row: "offered" for row in grid.rows if area.holds(row, column) and row not in rows}
        others = sum(kind == "other" for row, kind in how.items() if rows and min(rows) <= row <= max(rows))
        if len(rows) >= _LEAST_WORDED and len(rows) >= _SHARE * (len(rows) + others):
            yield _Column(column, rows)


def _how(value: Any, labels: Mapping[str, int]) -> str:
    """How a cell answers a question: as in `_Column.rows`, "other" where it does not, "" where it is blank."""
    if is_blank(value):
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return "other"
    if not isinstance(value, str):
        return "number" if value in (1, 2, 3, 4) else "other"
    if len(value) > _LONGEST_ANSWER:
        return "other"
    match = re.fullmatch(r"\(?([1-4]?)(?![\d.])[\s.:、)]*(.*)", tidied(value), re.DOTALL)
    if match is None:
        return "other"
    word = re.sub(r"\([^()]*\)$", "", squeezed(match[2]))
    if not word:
        return "number"
    if labels.get(word) is None or (match[1] and labels[word] != int(match[1])):
        return "other"
    return "labelled" if match[1] else "worded"


def _offered(grid: Grid, labels: Mapping[str, int]) -> list[Area]:
    """The areas whose drop-down lists offer the answers of a check sheet."""
    return [
        area
        for area, entries in grid.facts.lists
        if sum(_how(entry, labels) in ("labelled", "worded") for entry in entries) >= _LEAST_WORDED
    ]


def _question_column(grid: Grid, answers: _Column, method: Method) -> int:
    """The column of the questions beside these answers; 0 where there is none."""
    least = _LEAST_WORDED if answers.count("labelled", "worded", "offered") else _LEAST_NUMBERED
    texts: dict[int, list[str]] = {}
    for row in answers.rows:
        for column, value in enumerate(grid.rows[row][:SEARCH_COLUMNS], start=1):
            if column != answers.column and isinstance(value, str) and _is_question(value, method):
                texts.setdefault(column, []).append(value)
    enough = {
        column: found
        for column, found in texts.items()
        if len(set(found)) >= max(least, _SHARE * len(answers.rows))
        and (answers.count("labelled", "worded", "offered") or column < answers.column)
    }
    return max(enough, key=lambda c: (len(set(enough[c])), sum(map(len, enough[c]))), default=0)


def _is_question(text: str, method: Method) -> bool:
    return _SHORTEST_QUESTION <= len(text) <= _LONGEST_QUESTION and kind_of(text, method, whole=True) is None


def _kind_column(grid: Grid, answers: _Column, question: int, method: Method) -> int | None:
    """The column of the kinds of measure, 0 where they stand in headings or are not needed; None without kinds."""
    rows = range(max(min(answers.rows) - 1, 1), max(answers.rows) + 1)
    named: dict[int, set[int]] = {}
    for row in rows:
        for column, value in enumerate(grid.rows.get(row, ())[:SEARCH_COLUMNS], start=1):
            heading = column == question
            if isinstance(value, str) and len(value) <= _LONGEST_ANSWER and re.search(r"[^\d\s.:、()]", value):
                kind = kind_of(value, method, whole=heading)
                if kind is not None and column != answers.column:
                    named.setdefault(column, set()).add(kind)
    best = max(named, key=lambda c: len(named[c]), default=0)
    if best and len(named[best]) >= _KINDS:
        if not answers.count("labelled", "worded", "offered") and not _is_answer_header(grid, answers):
            return None
        return 0 if best == question else best
    labelled = answers.count("labelled")
    return 0 if labelled >= _LEAST_NUMBERED and labelled + answers.count("offered") == len(answers.rows) else None


def _is_answer_header(grid: Grid, answers: _Column) -> bool:
    """Whether what stands above mere numbers speaks of nothing else than answers."""
    header = _header_row(grid, answers.column, min(answers.rows))
    return not _OTHER_NUMBERS.search(squeezed(str(grid.merged_value(header, answers.column) or "")))


def _header_row(grid: Grid, column: int, first: int) -> int:
    """The row of the header above the first answer: the nearest with a text in its column, else the row above."""
    above = (row for row in sorted(grid.rows, reverse=True) if row < first)
    return next((row for row in above if isinstance(grid.merged_value(row, column), str)), first - 1)


def _block(
    grid: Grid, answers: _Column, question: int, kind: int, vocabulary: Vocabulary, method: Method
) -> HeaderBlock:
    """The header block of the check sheet: what its headers say, but for the columns that its content tells."""
    row = _header_row(grid, answers.column, min(answers.rows))
    told = {answers.column, question, kind}
    fields = {
        column: field
        for column, field in fields_in(grid, row, vocabulary, frozenset()).items()
        if column not in told and field not in ("question", "answer", "kind")
    }
    columns = {field: column for column, field in sorted(fields.items(), reverse=True)}
    columns |= {"question": question, "answer": answers.column} | ({"kind": kind} if kind else {})
    titles = {c: title for c in range(1, SEARCH_COLUMNS + 1) if (title := title_of(grid, row, row, c))}
    title = titles.get(answers.column, "")
    told_by_header = vocabulary.field(title) == "answer"
    assumed = {} if told_by_header else {answers.column: method.headers["checks"].fields["answer"][0]}
    titles.setdefault(answers.column, "-")
    return HeaderBlock(row, row, columns, (), titles, assumed, {})
