"""Reads one answer of a questionnaire from a mark, a word or a score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from riskbook.method import QuestionnaireSpec
from riskbook.model import ItemAnswer, cell_ref, squeezed
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.questionnaires.words import MARKS, NOT_USED, X_MARKS, classify_mark, parse_answer, score_of
from riskbook.reading.values import is_blank


@dataclass
class Questionnaire:
    """A questionnaire while it is read.

    `rows`: item → its row and the last column of its text. `assumed`: columns recognised without a header that says so
    → the texts above them. `crossed`: answers are marked with x, which in other questionnaires means no.
    """

    grid: Grid
    spec: QuestionnaireSpec
    rows: dict[int, tuple[int, int]]
    assumed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    crossed: bool = False

    @property
    def first_row(self) -> int:
        """The row of the first item."""
        return min(row for row, _ in self.rows.values())

    @property
    def last_row(self) -> int:
        """The row of the last item."""
        return max(row for row, _ in self.rows.values())


def is_crossed(table: Questionnaire, columns: Mapping[int, Mapping[int, str]]) -> bool:
    """Whether x is the mark: it is used under the answers, and no other mark is."""
    cells = [
        table.grid.value(table.rows[number][0], column)
        for number, uses in columns.items()
        for column, use in uses.items()
        if use.startswith("answer:")
    ]
    texts = [squeezed(cell) for cell in cells if isinstance(cell, str)]
    return any(text in X_MARKS for text in texts) and not any(set(text) & MARKS for text in texts)


def read_answer(table: Questionnaire, row: int, number: int, columns: Mapping[int, str], out: Collector) -> ItemAnswer:
    """The answer in a row, from a mark, a word or a score; `columns`: as `answer_columns` gives them."""
    grid, spec, name = table.grid, table.spec, table.grid.sheet_name
    marked = {column: use.partition(":")[2] for column, use in columns.items() if use.startswith("answer:")}
    if marked:
        scored = [c for c, use in columns.items() if use == "score" and not is_blank(grid.merged_value(row, c))]
        if not scored or any(not is_blank(grid.value(row, c)) and score_of(grid.value(row, c)) is None for c in marked):
            return read_marked(table, row, number, marked, out)
    for use in ("answer", "score"):
        for column in (c for c, one in columns.items() if one == use):
            value = grid.merged_value(row, column)
            if is_blank(value) or (use == "score" and grid.is_formula(row, column) and "answer" in columns.values()):
                continue
            key, not_used = parse_answer(spec, value, scored=True)
            if key is None and not not_used:
                out.add_alike("item-unreadable", name, row, column, found=values.text(value))
                return ItemAnswer(number, cell=cell_ref(row, column))
            return _item_answer(table, row, column, number, key, not_used, out)
    if columns:
        column = min(columns)
        out.add_alike("item-unanswered", name, row, column)
        return ItemAnswer(number, cell=cell_ref(row, column))
    return ItemAnswer(number, cell=cell_ref(row, table.rows[number][1]))


def read_marked(table: Questionnaire, row: int, number: int, columns: Mapping[int, str], out: Collector) -> ItemAnswer:
    """The answer whose column is marked, the lowest of several; scores printed in the others are no marks."""
    grid, spec, name = table.grid, table.spec, table.grid.sheet_name
    scores = spec.points | {NOT_USED: 99}
    marks: list[int] = []
    printed: list[int] = []
    unreadable = 0  # the first column with something that is no mark
    for column, key in columns.items():
        # Not the merged value: a score merged over several columns would count in each of them.
        value = grid.value(row, column)
        kind = classify_mark(spec, value, key, scores[key], crossed=table.crossed)
        if kind == "not-used":
            return _item_answer(table, row, column, number, None, True, out)
        if kind == "mark":
            marks.append(column)
        elif kind == "printed":
            printed.append(column)
        elif kind:
            unreadable = unreadable or column
    if not marks and len(printed) == 1:
        marks = printed  # the score was typed under its header
    if not marks and unreadable:
        out.add_alike("item-unreadable", name, row, unreadable, found=values.text(grid.value(row, unreadable)))
        return ItemAnswer(number, cell=cell_ref(row, unreadable))
    if not marks:
        column = min(columns)
        out.add_alike("item-unanswered", name, row, column)
        return ItemAnswer(number, cell=cell_ref(row, column))
    if len(marks) > 1:
        cells = ", ".join(cell_ref(row, column) for column in marks)
        out.add("item-ambiguous", name, row, marks[0], number=number, cells=cells)
    worst = min(marks, key=lambda column: scores[columns[column]])
    key = columns[worst]
    return _item_answer(table, row, worst, number, None if key == NOT_USED else key, key == NOT_USED, out)


def _item_answer(
    table: Questionnaire, row: int, column: int, number: int, key: str | None, not_used: bool, out: Collector
) -> ItemAnswer:
    """The result for an answer; "not used" where it is not allowed is reported, and counts as not answered."""
    rule = table.spec.not_used
    if not_used and number not in rule.items:
        out.add("item-not-used", table.grid.sheet_name, row, column, number=number, allowed=tuple(rule.items))
        return ItemAnswer(number, cell=cell_ref(row, column))
    return ItemAnswer(number, (rule.answer or None) if not_used else key, not_used, cell_ref(row, column))
