"""What a questionnaire says beside its items: statements, the service it is about, a total."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from riskbook.method import Method, mentions
from riskbook.model import ItemAnswer, ItemSheet, cell_ref
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.item_answers import Questionnaire, read_marked
from riskbook.reading.item_words import parsed
from riskbook.reading.values import is_blank, squeezed

_SHORTEST = 6  # of a statement
_NO_NAME = re.compile(r"[\s()\[\]_:・\-]+|点検|確認|チェック|シート|\bcheck\b|\bsheet\b|^\d+$", re.IGNORECASE)


def read_statements(table: Questionnaire, columns: Mapping[int, Mapping[int, str]]) -> dict[str, ItemAnswer]:
    """What the sheet says beside its items: the first answer, date or address to the right of each statement."""
    found: dict[str, ItemAnswer] = {}
    taken = set(table.rows.values())
    for row in sorted(table.grid.rows):
        for column, value in enumerate(table.grid.rows[row], start=1):
            if type(value) is not str or len(value) < _SHORTEST or (row, column) in taken:
                continue
            for statement in table.spec.get("statements", ()):
                if mentions(value, statement["all"]):
                    earlier = found.get(statement["key"])
                    if earlier is None or earlier.answer is None:  # a note may hold the same words
                        answer = _beside(table, row, column, columns)
                        found[statement["key"]] = replace(answer, question=values.text(value) or "")
                    break
    return found


def _beside(table: Questionnaire, row: int, column: int, columns: Mapping[int, Mapping[int, str]]) -> ItemAnswer:
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
        key, _ = parsed(table.spec, value, scored=False)
        if key is None and (isinstance(value, date) or "://" in str(value) or values.day(value).value):
            key = table.spec["answers"][0]["key"]  # a day or an address says that it was done
        return ItemAnswer(0, key, cell=cell_ref(row, place))
    return ItemAnswer(0, cell=cell_ref(row, column + 1))


def name_service(table: Questionnaire, out: Collector) -> str:
    """The service a sheet is about: as a cell above the items names it, else as the tab does."""
    grid, spec = table.grid, table.spec["service"]
    labels = sorted((squeezed(label) for label in spec["labels"]), key=len, reverse=True)
    for row in sorted(number for number in grid.rows if number < table.first_row):
        cells = grid.rows[row]
        for column, value in enumerate(cells, start=1):
            if not isinstance(value, str):
                continue
            head, sign, rest = unicodedata.normalize("NFKC", value).partition(":")
            if squeezed(head) in labels:
                if sign and rest.strip():
                    return rest.strip()
                beside = (values.text(one) for one in cells[column:])
                if name := next((text for text in beside if text), ""):
                    return name
    name = unicodedata.normalize("NFKC", grid.sheet_name)
    for word in sorted((*spec["ignored"], *spec["labels"]), key=len, reverse=True):
        name = re.sub(re.escape(unicodedata.normalize("NFKC", word)), " ", name, flags=re.IGNORECASE)
    name = re.sub(
        r"[\s()\[\]_:・\-]+|点検|確認|チェック|シート|\bcheck\b|\bsheet\b|^\d+$", " ", name, flags=re.IGNORECASE
    ).strip()
    if not name:
        out.add("cloud-unnamed", grid.sheet_name, max(table.first_row - 1, 1), 1)
    return name or grid.sheet_name


def check_total(table: Questionnaire, sheet: ItemSheet, method: Method, out: Collector) -> None:
    """A total that somebody wrote under the items, and that is another."""
    if not table.spec["headers"]["score"]:
        return
    scores = {answer["key"]: answer["score"] for answer in table.spec["answers"]}
    total = sum(scores[one.answer] for one in sheet.answers if one.answer is not None)
    totals = {squeezed(word) for word in method.tables["words"]["totals"]}
    for row in sorted(number for number in table.grid.rows if number > table.last_row):
        cells = table.grid.rows[row]
        if not any(isinstance(cell, str) and re.sub(r"[(点:].*$", "", squeezed(cell)) in totals for cell in cells):
            continue
        typed = [
            (column, value)
            for column, value in enumerate(cells, start=1)
            if isinstance(value, int | float) and not isinstance(value, bool)
            and not table.grid.is_formula(row, column)
        ]  # fmt: skip
        if typed and all(value != total for _, value in typed):
            column, value = typed[-1]
            out.add("items-total", table.grid.sheet_name, row, column, found=values.text(value), total=total,
                    title=table.spec["title"])  # fmt: skip
        return
