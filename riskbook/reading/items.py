"""Questionnaires of the guideline (self-check, cloud services), wherever they stand: known by their items' words."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from riskbook.method import Method, mentions
from riskbook.model import ItemAnswer, ItemSheet, cell_ref
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.item_words import known, mark, parsed, plain, words
from riskbook.reading.values import is_blank, squeezed

SEARCH_ROWS = 120
_SHORTEST, _LONGEST = 6, 300  # of an item's text
_CLOSE, _LEAST_TO_GUESS = 0.72, 12
_LONGEST_TITLE = 60
_HEADER_ROWS = 6  # above the first item


_NO_NAME = re.compile(r"[\s()\[\]_:・\-]+|点検|確認|チェック|シート|\bcheck\b|\bsheet\b|^\d+$", re.IGNORECASE)


@dataclass
class _Table:
    """A questionnaire while it is read: where the items stand, and what each column is for."""

    grid: Grid
    spec: Mapping[str, Any]
    rows: dict[int, tuple[int, int]]  # item → its row and the last column of its text
    by_number: bool = False
    assumed: dict[int, str] = field(default_factory=dict)  # columns taken without a header that says so

    @property
    def first_row(self) -> int:
        """The row of the first item."""
        return min(row for row, _ in self.rows.values())

    @property
    def last_row(self) -> int:
        """The row of the last item."""
        return max(row for row, _ in self.rows.values())


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
            number = values.whole(value, range(1, count + 1), {}).value
            if number is not None:
                by_column.setdefault(column, {}).setdefault(number, row)
    for column, rows in sorted(by_column.items()):
        in_order = list(rows) == sorted(rows) and len(set(rows.values())) == len(rows)
        if len(rows) < count or not in_order:
            continue
        asked = [
            next((c for c in range(column + 1, column + 5) if isinstance(grid.value(row, c), str)), 0)
            for row in rows.values()
        ]
        if all(asked):
            return {number: (row, place) for (number, row), place in zip(rows.items(), asked, strict=True)}
    return None


def read_items(
    grid: Grid, spec: Mapping[str, Any], places: Mapping[int, tuple[int, int]], by_number: bool, method: Method,
    out: Collector,
) -> tuple[ItemSheet, ...]:  # fmt: skip
    """The answers of a questionnaire; one for each service where a sheet holds several."""
    grid.read_to(None)
    table = _Table(grid, spec, dict(places), by_number)
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
    return tuple(sheets)


def _read(
    table: _Table, columns: Mapping[int, Mapping[int, str]], service: str, method: Method, out: Collector
) -> ItemSheet:
    grid, spec = table.grid, table.spec
    scratch, answers = Collector(), []
    for item in spec["items"]:
        number = item["number"]
        if number not in table.rows:
            answers.append(ItemAnswer(number))
            continue
        row, column = table.rows[number]
        answer = _answer(table, row, number, columns[number], scratch)
        answers.append(replace(answer, question=values.text(grid.value(row, column)) or ""))
    sheet = ItemSheet(grid.sheet_name, tuple(answers), service or "", _statements(table, columns))
    if "service" in spec and not service:
        sheet = replace(sheet, service=_service(table, out))
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
        _check_total(table, sheet, method, out)
    return sheet


# --- which column is for what ---


def _columns(table: _Table, number: int) -> dict[int, str]:
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


def _use(table: _Table, column: int, first: int) -> str:
    """What a column's header says it is for; "" where it says nothing known."""
    keys = words(table.spec)
    headers = {squeezed(s): use for use, spelled in table.spec["headers"].items() for s in spelled}
    found = ""
    for row in range(first - 1, max(first - 1 - _HEADER_ROWS, 0), -1):
        value = table.grid.merged_value(row, column)
        if not isinstance(value, str):
            continue
        whole = squeezed(value.split("※")[0])
        bare = re.sub(r"[(\[].*?[)\]]|[-−]?\d+点?|点$", "", whole).strip(":：") or whole
        for key in (whole, bare):
            if key in keys and len(key) > 1:
                return f"answer:{keys[key]}"
        for key in (whole, bare):
            if key in headers and not found:
                found = headers[key]
    return found


def _heading(table: _Table, column: int, first: int) -> str:
    rows = range(first - 1, max(first - 1 - _HEADER_ROWS, 0), -1)
    return next((t for row in rows if (t := values.text(table.grid.merged_value(row, column)))), "")


def _is_readable(table: _Table, column: int) -> bool:
    """Whether most items have an answer in a column that no header explains."""
    cells = [table.grid.merged_value(row, column) for row, _ in table.rows.values()]
    read = sum(parsed(table.spec, cell, scored=True)[0] is not None for cell in cells if not is_blank(cell))
    return read >= 0.6 * max(len([cell for cell in cells if not is_blank(cell)]), 1) and read > 0


def _service_columns(table: _Table, columns: Mapping[int, Mapping[int, str]]) -> dict[int, str]:
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


# --- one answer ---


def _answer(table: _Table, row: int, number: int, columns: Mapping[int, str], out: Collector) -> ItemAnswer:
    """The answer in a row, from its marks, its words or its score."""
    grid, spec, name = table.grid, table.spec, table.grid.sheet_name
    marked = {column: use.partition(":")[2] for column, use in columns.items() if use.startswith("answer:")}
    if marked:
        return _marked(table, row, number, marked, out)
    for use in ("answer", "score"):
        for column in (c for c, one in columns.items() if one == use):
            value = grid.merged_value(row, column)
            if is_blank(value) or (use == "score" and grid.is_formula(row, column) and "answer" in columns.values()):
                continue
            key, not_used = parsed(spec, value, scored=True)
            if key is None and not not_used:
                out.add("item-unreadable", name, row, column, number=number, found=values.text(value))
                return ItemAnswer(number, cell=cell_ref(row, column))
            return _given(table, row, column, number, key, not_used, out)
    if columns:
        column = min(columns)
        out.add_alike("item-unanswered", name, row, column)
        return ItemAnswer(number, cell=cell_ref(row, column))
    return ItemAnswer(number, cell=cell_ref(row, table.rows[number][1]))


def _marked(table: _Table, row: int, number: int, columns: Mapping[int, str], out: Collector) -> ItemAnswer:
    """The answer whose column is marked; the printed scores in the others are no marks."""
    grid, spec, name = table.grid, table.spec, table.grid.sheet_name
    scores = {answer["key"]: answer["score"] for answer in spec["answers"]}
    marks: list[int] = []
    printed: list[int] = []
    for column, key in columns.items():
        # A score that is merged over several columns is one cell.
        value = grid.value(row, column)
        kind = mark(spec, value, key, scores[key])
        if kind == "not-used":
            return _given(table, row, column, number, None, True, out)
        if kind == "mark":
            marks.append(column)
        elif kind == "printed":
            printed.append(column)
        elif kind:
            out.add("item-unreadable", name, row, column, number=number, found=values.text(value))
    if not marks and len(printed) == 1:
        marks = printed  # the score was typed under its header
    if not marks:
        column = min(columns)
        out.add_alike("item-unanswered", name, row, column)
        return ItemAnswer(number, cell=cell_ref(row, column))
    if len(marks) > 1:
        cells = ", ".join(cell_ref(row, column) for column in marks)
        out.add("item-ambiguous", name, row, marks[0], number=number, cells=cells)
    worst = min(marks, key=lambda column: scores[columns[column]])
    return _given(table, row, worst, number, columns[worst], False, out)


def _given(
    table: _Table, row: int, column: int, number: int, key: str | None, not_used: bool, out: Collector
) -> ItemAnswer:
    """An answer that was read; what may not be marked as not used is told, and counts as not answered."""
    rule = table.spec["not_used"]
    if not_used and number not in rule["items"]:
        allowed = ", ".join(map(str, rule["items"]))
        out.add("item-not-used", table.grid.sheet_name, row, column, number=number, allowed=allowed)
        return ItemAnswer(number, cell=cell_ref(row, column))
    return ItemAnswer(number, (rule["answer"] or None) if not_used else key, not_used, cell_ref(row, column))


# --- beside the items ---


def _statements(table: _Table, columns: Mapping[int, Mapping[int, str]]) -> dict[str, ItemAnswer]:
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


def _beside(table: _Table, row: int, column: int, columns: Mapping[int, Mapping[int, str]]) -> ItemAnswer:
    uses = next(iter(columns.values()), {})
    marked = {c: use.partition(":")[2] for c, use in uses.items() if use.startswith("answer:") and c > column}
    if marked:
        answer = _marked(table, row, 0, marked, Collector())
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


def _service(table: _Table, out: Collector) -> str:
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


def _check_total(table: _Table, sheet: ItemSheet, method: Method, out: Collector) -> None:
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


def _is_named(grid: Grid, spec: Mapping[str, Any]) -> bool:
    """Whether the tab, or a text in its first rows, calls the sheet by the questionnaire's name."""
    texts = [grid.sheet_name]
    texts += [cell for row in sorted(grid.rows)[:4] for cell in grid.rows[row] if isinstance(cell, str)]
    return any(mentions(text, [spec["names"]]) for text in texts if len(text) <= _LONGEST_TITLE)
