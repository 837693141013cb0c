"""CSV that Excel opens correctly; the same rows give the same bytes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from riskbook.tables.kinds import FLAG, TEXT, WHOLE, Columns

# A spreadsheet takes a text with such a beginning for a formula; an apostrophe before it prevents that. The apostrophe
# itself is listed so that reading gives back what was written.
_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "'")
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f"  # programs drop these from the beginning of a text


class CsvTable:
    """Writes a CSV file in which no text passes for a formula; a context manager.

    `bom`: Excel needs it to see UTF-8; other importers may not know it. `delimiter`: the sign between values.
    """

    def __init__(self, path: Path, columns: Columns, *, bom: bool = True, delimiter: str = ",") -> None:
        self._stream = path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="")
        self._writer = csv.writer(self._stream, delimiter=delimiter)
        self._writer.writerow([_guarded(name) for name, _ in columns])

    def __enter__(self) -> CsvTable:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Appends rows; their values in the order of the columns."""
        self._writer.writerows([_guarded(value) for value in row] for row in rows)


def _guarded(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and _is_dangerous(value) else value


def _is_dangerous(text: str) -> bool:
    return text.lstrip(_UNSEEN).startswith(_DANGEROUS)


def read_csv(path: Path, columns: Columns) -> list[tuple[Any, ...]]:
    """The rows of a file by `CsvTable`; empty cells are None. Raises `ValueError` or `KeyError` for other files."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        if next(reader, None) != [_guarded(name) for name, _ in columns]:
            raise ValueError(path.name)
        return [tuple(_value(text, kind) for text, (_, kind) in zip(row, columns, strict=True)) for row in reader]


def _value(text: str, kind: str) -> Any:
    if not text:
        return None
    if kind == TEXT:
        return text[1:] if text.startswith("'") and _is_dangerous(text[1:]) else text
    return {"true": True, "false": False}[text] if kind == FLAG else int(text) if kind == WHOLE else float(text)
