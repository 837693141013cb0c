"""What the editable sheets have in common: lines matched to those of an earlier run, and nothing typed left behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.model import Area, ListLayout
from riskbook.sheets.listing import HEADER_ROW, Column, plain, write_list, write_row
from riskbook.sheets.sheet import Look, Written
from riskbook.sheets.words import Row
from riskbook.text import label

SPARE_ROWS = 50  # below the last line that still get drop-downs, for lines that people add


def match_lines(
    rows: Iterable[Row], lines: Iterable[Row], keys: Sequence[str], typed: Sequence[str]
) -> tuple[list[dict[str, Any]], list[Row]]:
    """The rows with what an earlier run's lines hold for them, and the lines with entries that no row took.

    A row takes the line with equal `keys`; of several alike each takes one, in the order they stand. Every row gets the
    `typed` fields, and line_row (of its earlier line, None where it is new). The lines left over are for the block
    below the list.
    """
    waiting: dict[tuple[Any, ...], list[Row]] = {}
    for line in lines:
        waiting.setdefault(tuple(line[key] for key in keys), []).append(line)
    matched = []
    for row in rows:
        alike = waiting.get(tuple(row[key] for key in keys))
        earlier: Mapping[str, Any] = alike.pop(0) if alike else {}
        matched.append({**row, **{field: earlier.get(field) for field in (*typed, "line_row")}})
    left = (line for alike in waiting.values() for line in alike if any(line[field] is not None for field in typed))
    return matched, sorted(left, key=lambda line: int(line["line_row"]))


def write_editable(
    sheet: Worksheet,
    look: Look,
    kind: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    orphans: Sequence[Row],
    fields: Collection[str],
    *,
    heading: str,
    frozen: int,
    empty: str = "",
    choices: Mapping[str, Sequence[str]] | None = None,
    field_of: Mapping[str, str] | None = None,
) -> Written:
    """Writes an editable list; below it, under a heading, earlier lines with entries that no row took.

    `rows`, `orphans`: with their line_row. `fields`: those of an orphan that are written, as they were typed.
    `heading`, `empty`: keys of labels, for the block of orphans and for a list without rows. `choices`: drop-downs, by
    field. `field_of`: fields of columns whose key is another.
    """
    theme, lang = look.theme, look.lang
    last = write_list(sheet, theme, lang, kind, columns, rows, frozen=frozen).last_row - 1
    if not rows and empty:
        sheet.write_string(HEADER_ROW + 1, 0, label(empty, lang), theme.note())
        last += 1
    lines = {HEADER_ROW + 2 + place: row["line_row"] for place, row in enumerate(rows)}
    keys = [(field_of or {}).get(column.key, column.key) for column in columns]
    if orphans:
        first = last + 2
        sheet.write_string(first, 0, label(heading, lang), theme.format(bold=True))
        as_typed = [_as_typed(column, key, fields) for column, key in zip(columns, keys, strict=True)]
        for last, orphan in enumerate(orphans, start=first + 1):
            write_row(sheet, theme, last, as_typed, orphan)
            lines[last + 1] = orphan["line_row"]
    for field, words in (choices or {}).items():
        place = keys.index(field)
        # Only a warning: people may write other words, of which reading knows many.
        options = {"validate": "list", "source": list(words), "error_type": "warning"}
        sheet.data_validation(HEADER_ROW + 1, place, last + SPARE_ROWS, place, options)
    layout = ListLayout(
        sheet.get_name(), HEADER_ROW + 1, {key: place for place, key in enumerate(keys, start=1)}, lines
    )
    return Written(Area(1, 1, last + 1, len(columns)), layout)


def _as_typed(column: Column, key: str, fields: Collection[str]) -> Column:
    """A column of the block of orphans: what was typed, and nothing where riskbook would compute something."""
    value = plain(key) if key in fields else _nothing
    return Column(key, column.width, "input" if column.editable else "wrap", value, column.editable)


def _nothing(row: Row) -> None:
    return None
