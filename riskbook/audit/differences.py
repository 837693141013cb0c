"""Where two copies of a table, or of a package's workbook, differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from riskbook.audit.manifest import digest_of
from riskbook.audit.package import write_csv
from riskbook.audit.spelling import spelling
from riskbook.audit.tables import TABLES
from riskbook.opc import temporary_folder
from riskbook.reading import cell_values
from riskbook.tables import read_csv, read_parquet

_SHOWN = 5  # differences reported for a file
_LONGEST = 80  # characters of a row in a report

Found = Iterator[tuple[str, dict[str, Any]]]
Rows = Sequence[tuple[Any, ...]]


def column_names(table: str) -> list[str]:
    """The columns of a table of the package."""
    return [column for column, _ in TABLES[table]]


def rows_in(path: Path, words: str | None = None) -> Rows | None:
    """The rows of a file with a table of the package; None where it cannot be read.

    `words`: the language of those in the package's CSV files, None for names and codes.
    """
    try:
        if path.suffix == ".csv":
            spelled = spelling(path.stem, words)
            return [spelled.read(row) for row in read_csv(path, spelled.columns)]
        return read_parquet(path, TABLES[path.stem])
    except Exception:  # an edited file may raise anything
        return None


def between_tables(table: str, now: Rows | None, was: Rows | None, words: str | None = None) -> Found:
    """Yields the differences of a table from another copy, which counts as right; none if that is unreadable.

    `words`: the language in which columns and values are named, None for names and codes.
    """
    spelled = spelling(table, words)
    if was is None:
        return
    if now is None:
        yield "unreadable", {}
    elif len(now) == len(was):
        for place, (new, old) in enumerate(zip(now, was, strict=True), start=2):
            if new != old:
                cells = zip(spelled.headers, new, old, spelled.shown(new), spelled.shown(old), strict=True)
                for column, value, right, after, before in cells:
                    if value != right:
                        yield "cell", {"row": place, "column": column, "before": before, "after": after}
    else:
        for kind, rows, others in (("row-added", now, was), ("row-removed", was, now)):
            left = Counter(rows) - Counter(others)
            for place, row in enumerate(rows, start=2):
                if left[row]:
                    left[row] -= 1
                    text = ", ".join(str(value) for value in spelled.shown(row) if value is not None)
                    yield kind, {"row": place, "text": text[:_LONGEST]}


def in_spelling(path: Path, rows: Rows, words: str | None) -> Found:
    """Yields the first line of a CSV file that riskbook writes otherwise for the same values ("+1" or "01" for 1)."""
    with temporary_folder() as scratch:
        made = write_csv(Path(scratch) / path.name, rows, words)
        now, was = path.read_bytes(), made.read_bytes()
    if now == was:
        return
    lines, others = (content.decode("utf-8-sig", "replace").split("\r\n") for content in (now, was))
    for place, (new, old) in enumerate(zip(lines, others, strict=False), start=1):
        if new != old:
            yield "spelling", {"row": place, "text": new[:_LONGEST]}
            return
    yield "spelling", {"row": min(len(lines), len(others)), "text": ""}


def between_books(now: Path, was: Path) -> Found:
    """Yields the cells of a workbook that differ from another one, which counts as right; nothing for equal bytes.

    Of workbooks with equal values but other bytes "other-bytes".
    """
    if digest_of(now) == digest_of(was):
        return
    right = cell_values(was)
    try:
        found = cell_values(now)
    except Exception:  # an edited file may raise anything
        yield "unreadable", {}
        return
    same = True
    for sheet in dict.fromkeys((*right, *found)):
        old, new = right.get(sheet, {}), found.get(sheet, {})
        for cell in sorted(old.keys() | new.keys(), key=lambda ref: (len(ref), ref)):
            if old.get(cell) != new.get(cell):
                same = False
                yield "sheet-cell", {"cell": f"{sheet}!{cell}", "before": old.get(cell), "after": new.get(cell)}
    if same:
        yield "other-bytes", {}


def first_of(differences: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The parameters of a message that lists the first differences, and says how many more there are."""
    return {"differences": differences[:_SHOWN], "more": max(len(differences) - _SHOWN, 0)}
