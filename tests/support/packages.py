"""Monthly packages: their tables, and changes to the workbooks behind them."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import openpyxl
from pyarrow import parquet

from riskbook.audit.differences import rows_in
from riskbook.audit.manifest import opened, sealed, words_in
from riskbook.audit.package import write_book, write_csv
from riskbook.audit.tables import TABLES
from riskbook.tables import FLAG, NUMBER, TEXT, ParquetTable
from tests.support.commands import invoke
from tests.support.workbooks import columns_of, edit

MONTHS = ("2026-09", "2026-10", "2026-11")
SECRET = "秘密の田中"


def decide(path: Path, row: int, **cells: Any) -> None:
    """Types into a line of the treatment plan: header → value."""

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["対応計画"]
        heads = columns_of(sheet)
        for name, value in cells.items():
            sheet.cell(row, heads[name]).value = value

    edit(path, change)


def set_cell(path: Path, cell: str, value: Any) -> None:
    """Types a value into a cell of the ledger."""
    edit(path, lambda book: book["台帳"].__setitem__(cell, value))


def table(package: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a package's table, from its Parquet file."""
    return list(parquet.read_table(package / f"{name}.parquet").to_pylist())


def lines_of(package: Path, name: str) -> list[list[str]]:
    """The lines of a package's CSV file, its header first."""
    with (package / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def tree(folder: Path) -> dict[str, bytes]:
    """The content of every file below a folder, by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def replaced(path: Path, old: str, new: str) -> None:
    """Replaces the first place of a text in a CSV file, which must hold it."""
    text = path.read_bytes().decode("utf-8-sig")
    assert old in text
    path.write_bytes(b"\xef\xbb\xbf" + text.replace(old, new, 1).encode())


def reseal(package: Path, **about: Any) -> None:
    """Writes a manifest that fits the files as they are now, with other entries, as a forger would."""
    path = package / "manifest.json"
    content = {**opened(path.read_bytes()), **about}
    for name in content["files"]:
        data = (package / name).read_bytes()
        content["files"][name] |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    path.write_bytes(sealed(content))


def forge(package: Path, table: str, *columns: str) -> bool:
    """Another value of each column, in the first row that has one, in all copies; False for an empty table."""
    manifest = opened((package / "manifest.json").read_bytes())
    words = words_in(manifest)
    rows = {name: list(rows_in(package / f"{name}.csv", words) or ()) for name in TABLES}
    if not rows[table]:
        return False
    names = [name for name, _ in TABLES[table]]
    for place in map(names.index, columns):
        kind = TABLES[table][place][1]
        at = next((number for number, row in enumerate(rows[table]) if row[place] is not None), 0)
        value = rows[table][at][place]
        others: dict[str, Any] = {TEXT: f"{value}x", FLAG: not value, NUMBER: 0.123}
        changed = list(rows[table][at])
        changed[place] = others[kind] if kind in others else (value or 0) + 1
        rows[table][at] = tuple(changed)
    write_csv(package / f"{table}.csv", rows[table], words)
    with ParquetTable(package / f"{table}.parquet", TABLES[table]) as stream:
        stream.write(rows[table])
    with contextlib.suppress(KeyError, AssertionError, TypeError, ValueError):  # not a word that riskbook knows
        write_book(manifest, rows, package / f"{package.name}.xlsx", parquet=True)
    reseal(package)
    return True


def verified(out: Path, *options: str | Path, code: int = 1) -> list[tuple[str, str]]:
    """The problems, as code and message, that `riskbook verify` names; exit code 1 is expected, 0 for sound ones."""
    document = json.loads(invoke("verify", out, *options, "--format", "json", code=code).stdout)
    assert document["sound"] is (code == 0)
    return [(problem["code"], problem["message"]) for problem in document["problems"]]
