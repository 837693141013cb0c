"""Parquet tables, written in groups of rows; needs the extra `riskbook[parquet]`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from riskbook.tables.kinds import FLAG, NUMBER, TEXT, WHOLE, Columns

_ROWS_A_GROUP = 50_000


def read_parquet(path: Path, columns: Columns) -> list[tuple[Any, ...]]:
    """The rows of a file by `ParquetTable`. Raises `ImportError` without the extra, and any error of pyarrow."""
    from pyarrow import parquet

    table = parquet.read_table(path)
    return list(zip(*(table.column(name).to_pylist() for name, _ in columns), strict=True)) if len(table) else []


def column_names(path: Path) -> list[str] | None:
    """The column names of a Parquet file; None if it is not one, or the extra is not installed."""
    if not has_parquet():
        return None
    from pyarrow import ArrowException, parquet

    try:
        return list(parquet.read_schema(path).names)
    except ArrowException:
        return None


def has_parquet() -> bool:
    """Whether the extra for Parquet is installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


class ParquetTable:
    """Writes a Parquet file of typed columns in groups of `rows` rows, which memory holds; a context manager."""

    def __init__(self, path: Path, columns: Columns, *, rows: int = _ROWS_A_GROUP) -> None:
        import pyarrow
        from pyarrow import parquet

        self._arrow = pyarrow
        types = {TEXT: pyarrow.string(), WHOLE: pyarrow.int64(), NUMBER: pyarrow.float64(), FLAG: pyarrow.bool_()}
        self._schema = pyarrow.schema([(name, types[kind]) for name, kind in columns])
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[Sequence[Any]] = []
        self._rows_a_group = rows

    def __enter__(self) -> ParquetTable:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None and self._rows:
                self._flush()
        finally:
            self._writer.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Appends rows; their values in the order of the columns."""
        self._rows += rows
        if len(self._rows) >= self._rows_a_group:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self._rows, strict=True)
        arrays = [
            self._arrow.array(column, type=field.type) for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows = []
