"""The files of an export, as bytes; the same assessment gives the same bytes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from riskbook.exports import ciso_assistant as ciso
from riskbook.exports.tables import SCHEMA, TABLES, about, data_package, json_schema, tables
from riskbook.pipeline import AssessedWorkbook
from riskbook.tables import TEXT, Columns, CsvTable, ParquetTable

_Rows = Iterable[Mapping[str, Any]]


def export_files(result: AssessedWorkbook, format_: str, lang: str) -> dict[str, bytes]:
    """Name → bytes of each file of an export in one of FORMATS; sentences in it are in `lang`.

    Raises `ImportError` where Parquet is asked for without its extra.
    """
    return FORMATS[format_](result, lang)


def _csv(result: AssessedWorkbook, lang: str) -> dict[str, bytes]:
    return _described(result, lang, "csv", CsvTable)


def _parquet(result: AssessedWorkbook, lang: str) -> dict[str, bytes]:
    return _described(result, lang, "parquet", ParquetTable)


def _described(
    result: AssessedWorkbook, lang: str, suffix: str, table: type[CsvTable] | type[ParquetTable]
) -> dict[str, bytes]:
    """The tables, a file each, with the description of their columns."""
    written = {f"{name}.{suffix}": _written(table, TABLES[name], rows) for name, rows in tables(result, lang).items()}
    return written | {"datapackage.json": _json(data_package(about(result, lang), suffix, lang))}


def _one_json(result: AssessedWorkbook, lang: str) -> dict[str, bytes]:
    exported = {"schema": SCHEMA, **about(result, lang), **tables(result, lang)}
    return {"riskbook.json": _json(exported), "riskbook.schema.json": _json(json_schema(lang))}


def _ciso_assistant(result: AssessedWorkbook, lang: str) -> dict[str, bytes]:
    export, exact = ciso.Export(result, lang), partial(CsvTable, exact=True)
    return {
        "assets.csv": _written(exact, _texts(ciso.ASSETS), export.assets()),
        "applied-controls.csv": _written(exact, _texts(ciso.CONTROLS), export.controls()),
        "risk-assessment.csv": _written(exact, _texts(ciso.SCENARIOS), export.scenarios()),
        # JSON is YAML; the comment keeps it from being taken for a file of JSON, which the upload there refuses.
        "risk-matrix.yaml": b"# A risk matrix of riskbook, as a library of CISO Assistant\n" + _json(export.matrix()),
    }


def _texts(names: Iterable[str]) -> Columns:
    return [(name, TEXT) for name in names]


def _written(table: Callable[[Path, Columns], CsvTable | ParquetTable], columns: Columns, rows: _Rows) -> bytes:
    with tempfile.TemporaryDirectory(prefix="riskbook-") as folder:
        path = Path(folder) / "table"
        with table(path, columns) as opened:
            opened.write([tuple(row[name] for name, _ in columns) for row in rows])
        return path.read_bytes()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


# What `--to` takes → what makes its files.
FORMATS: dict[str, Callable[[AssessedWorkbook, str], dict[str, bytes]]] = {
    "ciso-assistant": _ciso_assistant,
    "csv": _csv,
    "parquet": _parquet,
    "json": _one_json,
}
