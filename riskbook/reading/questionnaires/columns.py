"""Finds the columns of a questionnaire's answers: by their headers, their marks, and the cells in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from riskbook.method import CloudSpec
from riskbook.model import squeezed
from riskbook.reading import values
from riskbook.reading.questionnaires.answers import Questionnaire
from riskbook.reading.questionnaires.words import (
    LONGEST_MARK,
    MARKS,
    NOT_USED,
    X_MARKS,
    answer_spellings,
    not_used_words,
    parse_answer,
    score_of,
)
from riskbook.reading.values import is_blank

_HEADER_ROWS, _RIGHTMOST = 6, 30  # searched: rows above the first item, columns to the right of its text
_ENOUGH = 0.6  # share of the cells of a column that must be answers where no header says so
# Headers of columns that do not hold this time's answers.
_STALE = re.compile(r"前回|昨年|前年|去年|旧|目標|予定|計画|配点|last|previous|target|plan|max", re.IGNORECASE)
_LONGEST_SERVICE = 60  # characters
_YEAR = re.compile(r"(?:20\d\d)|(?:令和|R)\s*\d+", re.IGNORECASE)

Uses = Mapping[int, str]  # column → "answer", "score", "answer:KEY", "number", "note"


@dataclass(frozen=True)
class Block:
    """Items below each other.

    `rows`: number → row. `column`: the last column of their texts. `left`, `right`: where their answers may be.
    """

    rows: Mapping[int, int]
    column: int
    left: range
    right: range

    @property
    def first(self) -> int:
        """The row of the first item."""
        return min(self.rows.values())


def blocks(table: Questionnaire) -> list[Block]:
    """The items grouped by the column of their texts, from left to right."""
    counted = Counter(column for _, column in table.rows.values())
    columns = sorted(c for c, count in counted.items() if count >= 3) or [max(counted, key=lambda c: counted[c])]
    near = {n: min(columns, key=lambda one: abs(one - c)) for n, (_, c) in table.rows.items()}
    rows = {column: {n: table.rows[n][0] for n, one in near.items() if one == column} for column in columns}
    found = []
    for column in columns:
        beside = [one for one in columns if one != column and _overlap(rows[one].values(), rows[column].values())]
        first = max((one + 1 for one in beside if one < column), default=1)
        end = min((one for one in beside if one > column), default=column + _RIGHTMOST)
        if end in rows:
            # The numbers of the next block stand left of its texts: that column belongs to it.
            numbered = sum(table.grid.value(row, end - 1) == n for n, row in rows[end].items())
            end -= 2 * numbered >= len(rows[end])
        left = range(first if first == 1 else column, column)  # columns between two blocks belong to the first
        found.append(Block(rows[column], column, left, range(column + 1, end)))
    return found


def _overlap(one: Collection[int], other: Collection[int]) -> bool:
    return min(one) <= max(other) and min(other) <= max(one)


def answer_columns(table: Questionnaire, block: Block) -> dict[int, str]:
    """Column of answers → "answer" or "score", or "answer:KEY" where the answer KEY is marked in it."""
    for columns in (block.right, block.left):
        uses = _by_header(table, block, columns)
        marked = _by_marks(table, block, columns, uses)
        if len({use for use in marked.values() if use != f"answer:{NOT_USED}"}) > 1:
            return marked | {column: use for column, use in uses.items() if use == "score"}
        single = {column: use for column, use in uses.items() if use in ("answer", "score")}
        if single:
            return _one_of_each(table, block, single)
    free = [column for column in block.right if column not in uses and holds_answers(table, block, column)]
    free = free or [column for column in block.left if holds_answers(table, block, column)]
    return _one_of_each(table, block, dict.fromkeys(free, "answer"), known=False)


def _by_header(table: Questionnaire, block: Block, columns: Sequence[int]) -> dict[int, str]:
    """Column → its use by its headers: the nearest to the items, or a group header over columns without their own."""
    headers = {squeezed(s): use for use, spelled in table.spec.headers.by_use().items() for s in spelled}
    uses: dict[int, str] = {}
    named: set[int] = set()  # columns with a name of their own
    for row in _above(block):
        keys = {c: key for c in columns if (key := _answer_named(table, row, c))}
        several = len(set(keys.values()) - {NOT_USED}) > 1
        for column in columns:
            value = table.grid.merged_value(row, column)
            if column in uses or is_blank(value):
                continue
            if several and column in keys:
                uses[column] = f"answer:{keys[column]}"
                continue
            use = next((headers[key] for key in _readings(value) if key in headers), None)
            if use and not (column in named and _spans_columns(table, row, column)):
                uses[column] = use
            elif isinstance(value, str):
                named.add(column)
    return uses


def _above(block: Block) -> range:
    return range(block.first - 1, max(block.first - 1 - _HEADER_ROWS, 0), -1)


def _readings(value: Any) -> list[str]:
    """A header, folded: whole, and without points and texts in brackets ("実施している（4点）")."""
    if not isinstance(value, str):
        return []
    whole = squeezed(value.split("※")[0])
    return [whole, re.sub(r"[(\[][^()\[\]]*[)\]]|[-−]?\d+点?|[=:：]|点$", "", whole) or whole]


def _answer_named(table: Questionnaire, row: int, column: int) -> str:
    """The key of the answer that a header cell names by word, sign or score; "" for none."""
    value = table.grid.merged_value(row, column)
    scores = {answer.score: answer.key for answer in table.spec.answers}
    if table.spec.headers.score and (score := score_of(value)) in scores:
        return str(scores[score])
    spelled = answer_spellings(table.spec)
    for key in _readings(value):
        if key in spelled:
            return spelled[key]
        if key in not_used_words(table.spec):
            return NOT_USED
    return ""


def _spans_columns(table: Questionnaire, row: int, column: int) -> bool:
    return any(
        area.first_row <= row <= area.last_row and area.first_column <= column <= area.last_column
        for area in table.grid.facts.merges
        if area.first_column < area.last_column
    )


def _by_marks(table: Questionnaire, block: Block, columns: Sequence[int], uses: Uses) -> dict[int, str]:
    """The columns of the answers by header, else as many neighbouring columns as answers, with one mark in each row."""
    found = {column: use for column, use in uses.items() if use.startswith("answer:")}
    keys = [answer.key for answer in table.spec.answers]
    if set(found.values()) >= {f"answer:{key}" for key in keys}:
        return found
    if len(set(found.values())) >= 2 and isinstance(table.spec, CloudSpec):
        return found  # people leave out answers that they do not use
    for start in columns:
        run = range(start, start + len(keys))
        if run[-1] not in columns or any(uses.get(c, "answer") not in ("answer", *found.values()) for c in run):
            continue
        if _is_marked(table, block, run):
            return _in_order(table, block, run, found, keys)
    return found


def _is_marked(table: Questionnaire, block: Block, run: range) -> bool:
    """Whether most rows have a mark in one of these columns and only printed scores in the others."""
    good, filled, used = 0, 0, set()
    for row in block.rows.values():
        cells = {column: table.grid.value(row, column) for column in run}
        marks = [column for column, value in cells.items() if _is_mark(value)]
        rest = [v for c, v in cells.items() if c not in marks and not is_blank(v) and score_of(v) is None]
        filled += bool(marks or rest)
        if len(marks) == 1 and not rest:
            good += 1
            used.add(marks[0])
    return good >= 3 and good >= _ENOUGH * filled and len(used) > 1


def _is_mark(value: Any) -> bool:
    if not isinstance(value, str):
        return value is True
    return squeezed(value) in X_MARKS or (len(value.strip()) <= LONGEST_MARK and bool(set(value) & MARKS))


def _in_order(table: Questionnaire, block: Block, run: range, found: Uses, keys: Sequence[str]) -> dict[int, str]:
    """Column → "answer:KEY" for a run of columns: by header, by printed scores, else in the published order."""
    scores = {answer.score: answer.key for answer in table.spec.answers}
    placed = {column: use.partition(":")[2] for column, use in found.items() if column in run}
    for column in run:
        printed = Counter(score_of(table.grid.value(row, column)) for row in block.rows.values())
        score = next((score for score, _ in printed.most_common() if score is not None), None)
        if column not in placed and score in scores:
            placed[column] = scores[score]
    forwards = dict(zip(run, keys, strict=True))
    backwards = dict(zip(run, reversed(keys), strict=True))
    fits = [sum(order[c] == key for c, key in placed.items()) for order in (forwards, backwards)]
    order = forwards if fits[0] >= fits[1] else backwards
    if len(placed) < len(run) - 1:
        table.assumed[run[0]] = tuple(heading(table, block, column) or "-" for column in run)
    return {column: f"answer:{placed.get(column, order[column])}" for column in run}


def _one_of_each(table: Questionnaire, block: Block, uses: dict[int, str], *, known: bool = True) -> dict[int, str]:
    """Of several columns of one use the one with this time's answers: not last year's, nor the target.

    `known`: the uses come from headers.
    """
    chosen_uses: dict[int, str] = {}
    for use in ("answer", "score"):
        columns = sorted(column for column, one in uses.items() if one == use)
        fresh = [column for column in columns if not _STALE.search(heading(table, block, column))] or columns
        if not fresh:
            continue
        # By year where they name one; else the first of those with a header, the last of those without.
        years = {column: year_of(heading(table, block, column)) for column in fresh}
        chosen = max(fresh, key=lambda c: (years[c], -c if known else c))
        chosen_uses[chosen] = use
        if not isinstance(table.spec, CloudSpec) and use == "answer" and (len(columns) > 1 or not known):
            table.assumed[chosen] = (heading(table, block, chosen) or "-",)
    return chosen_uses


def year_of(text: str) -> int:
    """The year that a text names ("2025年", "令和7年", "R7"), 0 for none."""
    match = _YEAR.search(text)
    if match is None:
        return 0
    number = int(re.sub(r"\D", "", match[0]))
    return number if number > 1000 else number + 2018


def heading(table: Questionnaire, block: Block, column: int) -> str:
    """The nearest text above a column, "" where there is none."""
    return next((t for row in _above(block) if (t := values.text(table.grid.merged_value(row, column)))), "")


def holds_answers(table: Questionnaire, block: Block, column: int) -> bool:
    """Whether most filled cells of a column are answers, and it is not the column of item numbers."""
    cells = [table.grid.merged_value(row, column) for row in block.rows.values()]
    filled = [cell for cell in cells if not is_blank(cell)]
    numbers = [n for n, row in block.rows.items() if table.grid.value(row, column) == n]
    read = sum(parse_answer(table.spec, cell, scored=True)[0] is not None for cell in filled)
    return read > 0 and read >= _ENOUGH * len(filled) and 2 * len(numbers) < len(block.rows)


def service_columns(table: Questionnaire, block: Block, uses: Uses) -> dict[int, str]:
    """Columns that each hold the answers for one service → its name, from the header; none where one is for all."""
    if any(use != "answer" or column < block.column for column, use in uses.items()):
        return {}
    headed = _by_header(table, block, block.right)
    if any(use.startswith("answer") for use in headed.values()):
        return {}
    free = [column for column in block.right if column not in headed and holds_answers(table, block, column)]
    named = {column: heading(table, block, column) for column in free}
    services = {column: text for column, text in named.items() if text and len(text) <= _LONGEST_SERVICE}
    return services if len(services) > 1 else {}
