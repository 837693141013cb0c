"""Questionnaires of the guideline (self-check, cloud services), wherever they stand: known by their items' words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from riskbook.method import Method, mentions
from riskbook.model import ItemAnswer, ItemSheet, Recognised, column_letter
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.item_answers import Questionnaire, read_answer
from riskbook.reading.item_notes import check_total, name_service, read_statements
from riskbook.reading.item_words import known, parsed, plain, words
from riskbook.reading.values import is_blank, squeezed

SEARCH_ROWS = 120
_SHORTEST, _LONGEST = 6, 300  # of an item's text
_CLOSE, _LEAST_TO_GUESS = 0.72, 12
_LONGEST_TITLE = 60
_HEADER_ROWS = 6  # above the first item


def find_items(grid: Grid, spec: Mapping[str, Any]) -> dict[int, tuple[int, int]] | None:
    """Where the items of a questionnaire stand on a sheet: number → (row, last column of its text); None: not there."""
    grid.read_to(SEARCH_ROWS)
    spelled = known(spec)
    hits: dict[int, list[tuple[int, int]]] = {}
    others: list[tuple[int, int, str]] = []
    for row in sorted(number for number in grid.rows if number <= SEARCH_ROWS):
        for column, value in enumerate(grid.rows[row], start=1):
            if type(value) is not str or not _SHORTEST <= len(value) <= _LONGEST:
                continue
            key = plain(value)
            if key in spelled:
                hits.setdefault(spelled[key], []).append((row, column))
            elif len(key) >= _LEAST_TO_GUESS:
                others.append((row, column, key))
    enough = spec["enough"] * len(spec["items"])
    if len(hits) < enough and not (_is_named(grid, spec) or len(hits) >= 3):
        return None
    if len(hits) < len(spec["items"]):
        for row, column, key in others:
            close = difflib.get_close_matches(key, spelled, n=1, cutoff=_CLOSE)
            if close and spelled[close[0]] not in hits:
                hits[spelled[close[0]]] = [(row, column)]
    if len(hits) < enough:
        return None
    found = {}
    for number, places in sorted(hits.items()):
        row = places[0][0]
        found[number] = (row, max(column for at, column in places if at == row))
    return found


def find_numbered(grid: Grid, spec: Mapping[str, Any]) -> dict[int, tuple[int, int]] | None:
    """The same for a sheet that is named like the questionnaire and counts its items, in other words."""
    if not _is_named(grid, spec):
        return None
    count = len(spec["items"])
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
        asked = [
            next((c for c in range(column + 1, column + 5) if isinstance(grid.value(row, c), str)), 0)
            for row in rows.values()
        ]
        if all(asked):
            return {number: (row, place) for (number, row), place in zip(rows.items(), asked, strict=True)}
    return None


def read_items(
    grid: Grid, kind: str, places: Mapping[int, tuple[int, int]], by_number: bool, method: Method, out: Collector
) -> tuple[tuple[ItemSheet, ...], Recognised]:
    """The answers of a questionnaire of a `kind` (one for each service of a sheet), and what was made of the sheet."""
    spec = method.instruments[kind]
    grid.read_to(None)
    table = Questionnaire(grid, spec, dict(places), by_number)
    title = spec["title"]
    if by_number:
        out.add("items-by-number", grid.sheet_name, table.first_row, 1, title=title)
    columns = {number: _columns(table, number) for number in table.rows}
    services = _service_columns(table, columns) if "service" in spec else {}
    sheets = []
    for column, service in services.items() or ((0, ""),):
        chosen = {n: {column: "answer"} for n in table.rows} if column else columns
        sheets.append(_read(table, chosen, service, method, out))
    for column, header in table.assumed.items():
        row = table.first_row
        out.add("header-assumed", grid.sheet_name, row, column, variant="items", text=header or "-", title=title)
    return tuple(sheets), _described(table, kind, columns, services)


def _described(
    table: Questionnaire, kind: str, columns: Mapping[int, Mapping[int, str]], services: Mapping[int, str]
) -> Recognised:
    """What was made of a sheet: the columns of its answers, its rows."""
    uses = {column: use for found in columns.values() for column, use in found.items()}
    uses |= dict.fromkeys(services, "answer")
    shown = []
    for column, use in sorted(uses.items()):
        how = "assumed" if column in table.assumed else ""
        shown.append((column_letter(column), _heading(table, column, table.first_row), use, how))
    rows = tuple(sorted({row for row, _ in table.rows.values()}))
    return Recognised(kind, table.grid.sheet_name, max(rows[0] - 1, 1), max(rows[0] - 1, 1), tuple(shown), rows)


def _read(
    table: Questionnaire, columns: Mapping[int, Mapping[int, str]], service: str, method: Method, out: Collector
) -> ItemSheet:
    grid, spec = table.grid, table.spec
    scratch, answers = Collector(), []
    for item in spec["items"]:
        number = item["number"]
        if number not in table.rows:
            answers.append(ItemAnswer(number))
            continue
        row, column = table.rows[number]
        answer = read_answer(table, row, number, columns[number], scratch)
        answers.append(replace(answer, question=values.text(grid.value(row, column)) or ""))
    sheet = ItemSheet(grid.sheet_name, tuple(answers), service or "", read_statements(table, columns))
    if "service" in spec and not service:
        sheet = replace(sheet, service=name_service(table, out))
    title = (
        spec["title"] if not sheet.service else {lang: f"{t} ({sheet.service})" for lang, t in spec["title"].items()}
    )
    missing = [str(item["number"]) for item in spec["items"] if item["number"] not in table.rows]
    if missing:
        out.add("items-missing", grid.sheet_name, table.last_row, 1, numbers=", ".join(missing), title=title)
    if not any(columns.values()):
        out.add("items-no-answers", grid.sheet_name, table.first_row, 1, title=title)
    elif not sheet.answered and {finding.code for finding in scratch.findings()} <= {"item-unanswered"}:
        out.add("items-blank", grid.sheet_name, title=title)
    else:
        for finding in scratch.findings():
            out.adopt(finding, title=title)
        check_total(table, sheet, method, out)
    return sheet


# --- which column is for what ---


def _columns(table: Questionnaire, number: int) -> dict[int, str]:
    """The columns of an item's answer: column → "answer", "score", or "answer:KEY" for one that is marked."""
    row, last = table.rows[number]
    beside = [c for n, (r, c) in table.rows.items() if r == row and c > last and n != number]
    # Where items stand beside each other, the next one's number goes before its words.
    end = min(beside) - 1 if beside else last + 30
    first = min(r for n, (r, c) in table.rows.items() if c == last)
    found = {c: use for c in range(last + 1, end) if (use := _use(table, c, first)) in _ANSWERS or ":" in use}
    if not found and not beside:
        found = {c: use for c in range(1, last) if (use := _use(table, c, first)) in _ANSWERS or ":" in use}
    if not found:
        readable = [c for c in range(last + 1, end) if _use(table, c, first) == "" and _is_readable(table, c)]
        # Of several the last: lists of years grow to the right.
        for column in readable[-1:]:
            found[column] = "answer"
            if "service" not in table.spec:
                table.assumed[column] = _heading(table, column, first)
    return found


_ANSWERS = ("answer", "score")


def _use(table: Questionnaire, column: int, first: int) -> str:
    """What the nearest header above a column says it is for; "" where none says anything known."""
    headers = {squeezed(s): use for use, spelled in table.spec["headers"].items() for s in spelled}
    meant: dict[str, str] = headers | {
        key: f"answer:{use}" for key, use in words(table.spec).items() if key not in headers
    }
    for row in range(first - 1, max(first - 1 - _HEADER_ROWS, 0), -1):
        value = table.grid.merged_value(row, column)
        if not isinstance(value, str):
            continue
        whole = squeezed(value.split("※")[0])
        bare = re.sub(r"[(\[].*?[)\]]|[-−]?\d+点?|点$", "", whole).strip(":：") or whole
        for key in (whole, bare):
            if key in meant and (len(key) > 1 or key in headers):
                return meant[key]
    return ""


def _heading(table: Questionnaire, column: int, first: int) -> str:
    rows = range(first - 1, max(first - 1 - _HEADER_ROWS, 0), -1)
    return next((t for row in rows if (t := values.text(table.grid.merged_value(row, column)))), "")


def _is_readable(table: Questionnaire, column: int) -> bool:
    """Whether most items have an answer in a column that no header explains."""
    cells = [table.grid.merged_value(row, column) for row, _ in table.rows.values()]
    read = sum(parsed(table.spec, cell, scored=True)[0] is not None for cell in cells if not is_blank(cell))
    return read >= 0.6 * max(len([cell for cell in cells if not is_blank(cell)]), 1) and read > 0


def _service_columns(table: Questionnaire, columns: Mapping[int, Mapping[int, str]]) -> dict[int, str]:
    """Columns that are each about a service, which their header names; none where one column is for all."""
    last = max(column for _, column in table.rows.values())
    if any(use != "answer" or column <= last for found in columns.values() for column, use in found.items()):
        return {}
    first = table.first_row
    named = {
        column: heading
        for column in range(last + 1, last + 31)
        if _use(table, column, first) == ""
        and _is_readable(table, column)
        and (heading := _heading(table, column, first))
    }
    return {column: heading for column, heading in named.items() if len(heading) <= 60}


def _is_named(grid: Grid, spec: Mapping[str, Any]) -> bool:
    """Whether the tab, or a text in its first rows, calls the sheet by the questionnaire's name."""
    texts = [grid.sheet_name]
    texts += [cell for row in sorted(grid.rows)[:4] for cell in grid.rows[row] if isinstance(cell, str)]
    return any(mentions(text, [spec["names"]]) for text in texts if len(text) <= _LONGEST_TITLE)
