"""Finds questionnaires by the wording of their items, on any sheet and in any place, and reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from riskbook.method import CloudSpec, Method, QuestionnaireSpec, mentions
from riskbook.model import ItemAnswer, ItemSheet, Recognised, column_letter
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.questionnaires.answers import Questionnaire, is_crossed, read_answer
from riskbook.reading.questionnaires.columns import Block, answer_columns, blocks, heading, service_columns
from riskbook.reading.questionnaires.notes import check_total, name_service, read_statements
from riskbook.reading.questionnaires.words import normalise, wordings
from riskbook.reading.similar import similar_to

SEARCH_ROWS = 120
_SHORTEST, _LONGEST = 6, 300  # characters of an item's text
_CLOSE = 0.72  # likeness (0…1) from which a text counts as an item in other words
_LEAST_TO_GUESS = 12  # characters of such a text
_LONGEST_TITLE = 60  # characters


def find_items(grid: Grid, spec: QuestionnaireSpec) -> dict[int, tuple[int, int]] | None:
    """The items of a questionnaire on a sheet: number → (row, last column of its text); None without enough items."""
    grid.read_to(SEARCH_ROWS)
    spelled = wordings(spec)
    hits: dict[int, list[tuple[int, int]]] = {}
    unknown: list[tuple[int, int, str]] = []
    for row in sorted(number for number in grid.rows if number <= SEARCH_ROWS):
        for column, value in enumerate(grid.rows[row], start=1):
            if type(value) is not str or not _SHORTEST <= len(value) <= _LONGEST:
                continue
            key = normalise(value)
            if "※" in value and key not in spelled:
                key = normalise(re.split(r"\n\s*※", value)[0])
            if key in spelled:
                hits.setdefault(spelled[key], []).append((row, column))
            elif len(key) >= _LEAST_TO_GUESS:
                unknown.append((row, column, key))
    enough = spec.enough * len(spec.items)
    if len(hits) < enough and not (_is_named(grid, spec) or len(hits) >= 3):
        return None
    if len(hits) < len(spec.items):
        for row, column, key in unknown:
            close = similar_to(key, spelled, _CLOSE)
            if close and spelled[close[0]] not in hits:
                hits[spelled[close[0]]] = [(row, column)]
    if len(hits) < enough:
        return None
    found = {}
    # Of an item that occurs twice, the one nearest to the others: items are also quoted above or below the list.
    middle = _middle(hits)
    for number, places in sorted(hits.items()):
        row = min((at for at, _ in places), key=lambda at: (abs(at - middle), at))
        found[number] = (row, max(column for at, column in places if at == row))
    return found | _numbered_beside(grid, spec, found)


def _middle(hits: Mapping[int, Sequence[tuple[int, int]]]) -> int:
    """The middle row of the items that occur once, 0 where all occur twice, so that the first ones count."""
    once = sorted(places[0][0] for places in hits.values() if len(places) == 1)
    return once[len(once) // 2] if once else 0


def _numbered_beside(
    grid: Grid, spec: QuestionnaireSpec, found: Mapping[int, tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    """Items with unknown wording, by the column of numbers left of the others; number → (row, column)."""
    columns = Counter(column for _, column in found.values())
    column = max(columns, key=lambda c: columns[c])
    numbered = Counter(
        c for n, (row, at) in found.items() if at == column for c in range(1, at) if grid.value(row, c) == n
    )
    if not numbered or max(numbered.values()) < 3:
        return {}
    before = max(numbered, key=lambda c: numbered[c])
    rows = range(min(r for r, _ in found.values()) - 3, max(r for r, _ in found.values()) + 4)
    taken = {row for row, at in found.values() if at == column}
    missing = {item.number for item in spec.items} - set(found)
    numbers = {row: grid.value(row, before) for row in rows if row not in taken}
    return {
        number: (row, column)
        for row, number in numbers.items()
        if number in missing and isinstance(grid.value(row, column), str)
    }


def find_numbered(grid: Grid, spec: QuestionnaireSpec) -> dict[int, tuple[int, int]] | None:
    """Like `find_items`, for a sheet named like the questionnaire with numbered items, whatever their wording."""
    if not _is_named(grid, spec):
        return None
    count = len(spec.items)
    by_column: dict[int, dict[int, int]] = {}
    for row in sorted(grid.rows):
        for column, value in enumerate(grid.rows[row], start=1):
            number = values.whole(value, range(1, 2 * count), {}).value
            if number is not None:
                by_column.setdefault(column, {}).setdefault(number, row)
    for column, rows in sorted(by_column.items()):
        in_order = list(rows) == sorted(rows) and len(set(rows.values())) == len(rows)
        if max(rows) != count or len(rows) < count or not in_order:
            continue
        text_columns = [
            next((c for c in range(column + 1, column + 5) if isinstance(grid.value(row, c), str)), 0)
            for row in rows.values()
        ]
        texts = [str(grid.value(row, place)) for row, place in zip(rows.values(), text_columns, strict=True) if place]
        if all(text_columns) and sum(map(len, texts)) >= _LEAST_TO_GUESS * len(texts):
            return {number: (row, place) for (number, row), place in zip(rows.items(), text_columns, strict=True)}
    return None


def read_items(
    grid: Grid, kind: str, places: Mapping[int, tuple[int, int]], by_number: bool, method: Method, out: Collector
) -> tuple[tuple[ItemSheet, ...], Recognised]:
    """The answers of a questionnaire (one result for each service of a sheet), and how the sheet was recognised.

    `kind`: "self_check" | "cloud". `places`: as `find_items` gives them. `by_number`: `find_numbered` gave them.
    """
    spec = method.instruments.questionnaire(kind)
    grid.read_to(None)
    table = Questionnaire(grid, spec, dict(places))
    title = spec.title.by_language()
    if by_number:
        out.add("items-by-number", grid.sheet_name, table.first_row, 1, title=title)
    if _occur_twice(table):
        out.add(
            "items-several", grid.sheet_name, table.first_row, 1, variant="sheet", first=table.first_row, title=title
        )
    item_blocks = blocks(table)
    uses = [answer_columns(table, block) for block in item_blocks]
    columns = {number: use for block, use in zip(item_blocks, uses, strict=True) for number in block.rows}
    services = service_columns(table, item_blocks[0], uses[0]) if isinstance(spec, CloudSpec) else {}
    table.crossed = is_crossed(table, columns)
    sheets = []
    for column, service in services.items() or ((0, ""),):
        chosen = {n: {column: "answer"} for n in table.rows} if column else columns
        sheets.append(_read(table, chosen, service, method, out))
    for column, headers in table.assumed.items():
        row = table.first_row
        out.add("header-assumed", grid.sheet_name, row, column, variant="items", text=headers, title=title)
    return tuple(sheets), _describe(table, kind, item_blocks[0], columns, services)


def _occur_twice(table: Questionnaire) -> bool:
    """Whether enough items for a questionnaire occur more than once in the column of the items."""
    spelled, column = wordings(table.spec), next(iter(table.rows.values()))[1]
    texts = (table.grid.value(row, column) for row in table.grid.rows)
    counted = Counter(spelled.get(normalise(text)) for text in texts if isinstance(text, str) and len(text) <= _LONGEST)
    twice = [number for number, count in counted.items() if number is not None and count > 1]
    return bool(len(twice) >= table.spec.enough * len(table.spec.items))


def _describe(
    table: Questionnaire, kind: str, block: Block, columns: Mapping[int, Mapping[int, str]], services: Mapping[int, str]
) -> Recognised:
    """How a sheet was recognised: the columns of its answers, and its rows."""
    uses = {column: use for found in columns.values() for column, use in found.items()}
    uses |= dict.fromkeys(services, "answer")
    shown = []
    for column, use in sorted(uses.items()):
        how = "assumed" if column in table.assumed else ""
        shown.append((column_letter(column), heading(table, block, column), use, how))
    rows = tuple(sorted({row for row, _ in table.rows.values()}))
    return Recognised(kind, table.grid.sheet_name, max(rows[0] - 1, 1), max(rows[0] - 1, 1), tuple(shown), rows)


def _read(
    table: Questionnaire, columns: Mapping[int, Mapping[int, str]], service: str, method: Method, out: Collector
) -> ItemSheet:
    grid, spec = table.grid, table.spec
    # Findings about single items are dropped where the whole questionnaire is blank.
    scratch, answers = Collector(), []
    for item in spec.items:
        number = item.number
        if number not in table.rows:
            answers.append(ItemAnswer(number))
            continue
        row, column = table.rows[number]
        answer = read_answer(table, row, number, columns[number], scratch)
        answers.append(replace(answer, question=values.text(grid.value(row, column)) or ""))
    sheet = ItemSheet(grid.sheet_name, tuple(answers), service or "", read_statements(table, columns))
    if isinstance(spec, CloudSpec) and not service:
        sheet = replace(sheet, service=name_service(table, spec.service, out))
    title = spec.title.by_language()
    if sheet.service:
        title = {lang: f"{text} ({sheet.service})" for lang, text in title.items()}
    missing = tuple(item.number for item in spec.items if item.number not in table.rows)
    if missing:
        out.add("items-missing", grid.sheet_name, table.last_row, 1, numbers=missing, title=title)
    if not any(columns.values()):
        out.add("items-no-answers", grid.sheet_name, table.first_row, 1, title=title)
    elif not sheet.answered and {finding.code for finding in scratch.findings()} <= {"item-unanswered"}:
        out.add("items-blank", grid.sheet_name, title=title)
    else:
        for finding in scratch.findings():
            out.adopt(finding, title=title)
        check_total(table, sheet, method, out)
    return sheet


def _is_named(grid: Grid, spec: QuestionnaireSpec) -> bool:
    """Whether the tab, or a short text in the first four rows, has a name of the questionnaire."""
    texts = [grid.sheet_name]
    texts += [cell for row in sorted(grid.rows)[:4] for cell in grid.rows[row] if isinstance(cell, str)]
    return any(mentions(text, [spec.names]) for text in texts if len(text) <= _LONGEST_TITLE)
