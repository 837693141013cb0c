"""Reads what a questionnaire has beside its items: statements, the service it is about, a total."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from riskbook.method import Method, SelfCheckSpec, Service, mentions
from riskbook.model import ItemAnswer, ItemSheet, cell_ref, narrow, squeezed
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.questionnaires.answers import Questionnaire, read_marked
from riskbook.reading.questionnaires.words import parse_answer
from riskbook.reading.values import is_blank

_SHORTEST = 6  # characters of a statement
# A text like these is the label of another cell, not the name of a service.
_LABEL = re.compile(r"記入|確認|作成|点検|担当|日付|date|:|：|no\.?$", re.IGNORECASE)
_LONGEST_NAME = 40
_NOT_YET = re.compile(r"予定|未作成|未策定|未公開|ていない|not yet|planned", re.IGNORECASE)
_DONE = re.compile(r"://|^www\.|^済")


def read_statements(table: Questionnaire, columns: Mapping[int, Mapping[int, str]]) -> dict[str, ItemAnswer]:
    """Key of a statement → the first answer, date or address to the right of it."""
    statements: dict[str, ItemAnswer] = {}
    taken = {row for row, _ in table.rows.values()}
    for row in sorted(set(table.grid.rows) - taken):
        for column, value in enumerate(table.grid.rows[row], start=1):
            if type(value) is not str or len(value) < _SHORTEST or _NOT_YET.search(value):
                continue
            for statement in table.spec.statements if isinstance(table.spec, SelfCheckSpec) else ():
                if mentions(value, statement.all):
                    earlier = statements.get(statement.key)
                    if earlier is None or earlier.answer is None:  # a note may contain the same words
                        answer = _answer_beside(table, row, column, columns)
                        statements[statement.key] = replace(answer, question=values.text(value) or "")
                    break
    return statements


def _answer_beside(table: Questionnaire, row: int, column: int, columns: Mapping[int, Mapping[int, str]]) -> ItemAnswer:
    uses = next(iter(columns.values()), {})
    marked = {c: use.partition(":")[2] for c, use in uses.items() if use.startswith("answer:") and c > column}
    if marked:
        answer = read_marked(table, row, 0, marked, Collector())
        if answer.answer is not None:
            return answer
    cells = table.grid.rows[row]
    for place in range(column + 1, len(cells) + 1):
        value = cells[place - 1]
        if is_blank(value):
            continue
        answers = table.spec.answers
        key, without = parse_answer(table.spec, value, scored=False)
        if without:  # "なし"
            key = answers[min(2, len(answers) - 1)].key
        elif key is None and (isinstance(value, date) or _DONE.search(str(value)) or values.day(value).value):
            key = answers[0].key  # a date (set on) or an address (published at) means yes
        return ItemAnswer(0, key, cell=cell_ref(row, place))
    return ItemAnswer(0, cell=cell_ref(row, column + 1))


def name_service(table: Questionnaire, service: Service, out: Collector) -> str:
    """The service that a sheet is about: named by a cell above the items or their title, else by the tab."""
    grid, labels = table.grid, {squeezed(label) for label in service.labels}
    for row in sorted(number for number in grid.rows if number < table.first_row):
        for column, value in enumerate(grid.rows[row], start=1):
            if isinstance(value, str) and (name := _named_at(table, labels, row, column, value)):
                return name
    name = _of_tab(narrow(grid.sheet_name), service.ignored)
    if not name:
        out.add("cloud-unnamed", grid.sheet_name, max(table.first_row - 1, 1), 1)
    return name or grid.sheet_name


def _named_at(table: Questionnaire, labels: Collection[str], row: int, column: int, value: str) -> str:
    """The service in a label's own cell, beside it or below it, or in the brackets of a title; else ""."""
    grid = table.grid
    head, sign, rest = narrow(value).partition(":")
    if squeezed(head) in labels:
        if sign and rest.strip():
            return rest.strip()
        beside = next((c for c in range(column + 1, column + 4) if not is_blank(grid.value(row, c))), 0)
        text = values.text(grid.value(row, beside)) or ""
        if beside and not _LABEL.search(squeezed(text)):
            return text
        alone = sum(not is_blank(cell) for cell in grid.rows.get(row + 1, ())) == 1  # else it is a header
        below = (values.text(grid.value(row + 1, column)) or "") if alone else ""
        return below if row + 1 < table.first_row and len(below) <= _LONGEST_NAME and not _LABEL.search(below) else ""
    if match := re.search(r"チェックシート\s*[(](.+?)[)]\s*$", narrow(value)):
        return match[1].strip()
    return ""


def _of_tab(name: str, ignored: Sequence[str]) -> str:
    """The name of a tab without words for the kind of sheet ("点検", "チェックシート"); "" where nothing is left."""
    general = {squeezed(word) for word in ignored}
    pieces = [piece for piece in re.split(r"[()\[\]_:・|-]", name) if piece.strip()]
    names = [piece.strip() for piece in pieces if not _is_general(squeezed(piece), general)]
    text = " ".join(names)
    if len(pieces) == 1:  # "kintone点検", "クラウド kintone"
        words = [word for word in text.split() if not _is_general(squeezed(word), general)]
        text = re.sub(r"(?:の)?(?:点検|確認|チェック)(?:シート|表)?$", "", " ".join(words)).strip()
    return "" if _is_general(squeezed(text), general) or re.fullmatch(r"Sheet\d*|\d*", text, re.IGNORECASE) else text


def _is_general(piece: str, general: Collection[str]) -> bool:
    """Whether a folded part of a tab's name is no name of a service; `general`: such words, folded."""
    bare = re.sub(r"(?:の|用)?(?:安全利用|点検|確認|チェック|シート|一覧|表|check|sheet)+", "", piece)
    return not bare or bare in general or piece in general or bare.isdigit()


def check_total(table: Questionnaire, sheet: ItemSheet, method: Method, out: Collector) -> None:
    """Reports a total typed below the items that differs from the sum of the answers."""
    if not table.spec.headers.score:
        return
    scores = table.spec.points
    total = sum(scores[one.answer] for one in sheet.answers if one.answer is not None)
    # Subtotals of the parts are no total.
    totals = {squeezed(word) for word in method.words.totals} - {"小計", "subtotal"}
    for row in sorted((number for number in table.grid.rows if number > table.last_row), reverse=True):
        cells = table.grid.rows[row]
        if not any(
            isinstance(cell, str) and re.sub(r"[(:].*$|^(?:総|得点|点数)(?=合計)", "", squeezed(cell)) in totals
            for cell in cells
        ):
            continue
        typed = [
            (column, score)
            for column, value in enumerate(cells, start=1)
            if (score := _points(value)) is not None and not table.grid.is_formula(row, column)
        ]
        if len(typed) == 1 and typed[0][1] != total:  # several are the totals of columns
            column, found = typed[0]
            title = table.spec.title.by_language()
            out.add("items-total", table.grid.sheet_name, row, column, found=found, total=total, title=title)
        return


def _points(value: Any) -> int | None:
    """A number of points: 57, "57点", "５７"."""
    if isinstance(value, bool) or value is None:
        return None
    match = re.fullmatch(r"(-?\d{1,3})(?:\.0)?点?", squeezed(str(value)).replace("−", "-"))
    return None if match is None else int(match[1])
