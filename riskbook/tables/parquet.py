"""Parquet tables, written in groups of rows; needs the extra `riskbook[parquet]`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from riskbook.tables.kinds import FLAG, NUMBER, TEXT, WHOLE, Columns

if TYPE_CHECKING:
    import pyarrow

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


def arrow_table(rows: Sequence[Sequence[Any]], columns: Columns) -> pyarrow.Table:
    """The rows as a table of pyarrow, which other processes can be sent. Raises `ImportError` without the extra."""
    import pyarrow

    types = {TEXT: pyarrow.string(), WHOLE: pyarrow.int64(), NUMBER: pyarrow.float64(), FLAG: pyarrow.bool_()}
    schema = pyarrow.schema([(name, types[kind]) for name, kind in columns])
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [pyarrow.array(column, type=field.type) for column, field in zip(values, schema, strict=True)]
    return pyarrow.Table.from_arrays(arrays, schema=schema)


class ParquetTable:
    """Writes a Parquet file of typed columns in groups of rows, which memory holds; a context manager."""

    def __init__(self, path: Path, columns: Columns) -> None:
        from pyarrow import parquet

        self._columns = columns
        self._writer = parquet.ParquetWriter(path, arrow_table([], columns).schema, compression="zstd")
        self._rows: list[Sequence[Any]] = []

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
        if len(self._rows) >= _ROWS_A_GROUP:
            self._flush()

    def append(self, table: pyarrow.Table) -> None:
        """Appends a table by `arrow_table` of the same columns, as a group of its own."""
        if self._rows:
            self._flush()
        self._writer.write_table(table)

    def _flush(self) -> None:
        self._writer.write_table(arrow_table(self._rows, self._columns))
        self._rows = []
