"""CSV that Excel opens correctly; the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from riskbook.tables.kinds import FLAG, TEXT, WHOLE, Columns

# A spreadsheet takes a text with such a beginning for a formula; an apostrophe before it prevents that. The apostrophe
# itself is listed so that reading gives back what was written.
_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "'")
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f"  # programs drop these from the beginning of a text
_SUSPECT = frozenset((*_DANGEROUS, *_UNSEEN))


class CsvTable:
    """Writes a CSV file; a context manager. No text in it passes for a formula; the BOM tells Excel that it is UTF-8.

    `exact`: for an importer that guesses the delimiter: texts just as they are, all of them quoted, and no BOM.
    """

    def __init__(self, path: Path, columns: Columns, *, exact: bool = False) -> None:
        self._stream = path.open("w", encoding="utf-8" if exact else "utf-8-sig", newline="")
        self._writer = csv.writer(self._stream, quoting=csv.QUOTE_ALL if exact else csv.QUOTE_MINIMAL)
        self._shown: Callable[[Any], Any] = _plain if exact else _guarded
        self.write([[name for name, _ in columns]])

    def __enter__(self) -> CsvTable:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Appends rows; their values in the order of the columns."""
        self._writer.writerows(list(map(self._shown, row)) for row in rows)

    def append(self, lines: str) -> None:
        """Appends rows that `csv_lines` made, to a table that is not `exact`."""
        self._stream.write(lines)


def csv_lines(rows: Sequence[Sequence[Any]]) -> str:
    """The lines that `CsvTable.write` would write for the rows, where it is not `exact`."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(list(map(_guarded, row)) for row in rows)
    return stream.getvalue()


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _guarded(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if _is_dangerous(value) else value
    return _plain(value)


def _is_dangerous(text: str) -> bool:
    return text[:1] in _SUSPECT and text.lstrip(_UNSEEN).startswith(_DANGEROUS)


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
