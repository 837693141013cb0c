"""The monthly package: tables of all clients as of the end of a month, written as workbook, CSV and Parquet."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import riskbook
from riskbook import package, sheets
from riskbook.audit.history import History, Run
from riskbook.audit.manifest import NAME, SCHEMA, before, digest_of, folder_of, packages_in, sealed
from riskbook.audit.moments import Histories, Month
from riskbook.audit.redact import Redaction
from riskbook.audit.tables import TABLES, client_rows, counted, method_rows, run_facts, values
from riskbook.errors import OutputError
from riskbook.method import load_method
from riskbook.model import LEVELS

_MONTHS = 13  # of the trend: a year and the same month of the year before
_SCRATCH, _ABANDONED = ".riskbook-audit-", 3600.0  # seconds after which what a killed call left is taken away


@dataclass(frozen=True)
class Exported:
    """A package: where it is, the SHA-256 of its manifest, whether it was there already, the later months in its place.

    `parquet`: whether the Parquet tables are in it.
    """

    path: Path
    manifest: str
    unchanged: bool
    later: tuple[str, ...]
    parquet: bool


def export_month(
    histories: Histories, month: Month, place: Path, *, lang: str, redaction: Redaction, force: bool = False
) -> Exported:
    """Writes the package of a month to `place`/audit-YYYY-MM, whole or not at all.

    The same history, options and month before give the same bytes. A package that is there stays if it is the same;
    else it is replaced, with `force`, and kept under another name. Raises `OutputError`.
    """
    target = place / folder_of(str(month))
    try:
        place.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(place)
        scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=place))
        try:
            parquet = _write(histories, month, place, scratch, lang, redaction)
            manifest = digest_of(scratch / NAME)
            _open_to_others(scratch)
            unchanged = _put(scratch, target, force=force)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise OutputError(package.reason(error), path=str(target), detail=error.strerror or str(error)) from error
    later = tuple(name for name in packages_in(place) if name > str(month))
    return Exported(target, manifest, unchanged, later, parquet)


def _put(scratch: Path, target: Path, *, force: bool) -> bool:
    """Puts a package in its place; whether it was there already. With `force` another is moved out of the way."""
    while True:
        with contextlib.suppress(FileExistsError):  # by another call, just now
            if not target.exists():
                _rename(scratch, target)
                return False
        there, made = _digests(target), _digests(scratch)
        if there == made:
            return True
        differing = sorted(name for name in there.keys() | made.keys() if there.get(name) != made.get(name))
        if not force:
            raise OutputError("audit-differs", path=str(target), detail=", ".join(differing[:5]))
        number = 1
        while (old := target.with_name(f"{target.name}.replaced-{number}")).exists():
            number += 1
        _rename(target, old)


def _rename(source: Path, target: Path) -> None:
    """Renames a folder; `FileExistsError` where there is one of that name."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileExistsError(*error.args) from error
        raise
    package.sync_folder(target.parent)


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): digest_of(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _clear_abandoned(place: Path) -> None:
    for path in place.glob(f"{_SCRATCH}*"):
        if time.time() - path.stat().st_mtime > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)


def _open_to_others(scratch: Path) -> None:
    """As readable as any other new folder, which temporary ones are not; and all of it on the disk."""
    for path in scratch.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    package.usual_mode(scratch, 0o777)


# --- what is written ---


def _write(
    histories: Histories, month: Month, place: Path, folder: Path, lang: str, redaction: Redaction
) -> bool:  # fmt: skip
    with_parquet = sheets.has_parquet()
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
    inputs: list[dict[str, Any]] = []
    methods: Counter[tuple[int, str]] = Counter()
    known: dict[tuple[int, str], tuple[History, Run]] = {}
    months = _Trend(month)
    recorded = ""
    for client, history, runs in histories.runs(month.last):
        last = runs[-1]
        in_month = [run for run in runs if run.facts["day"] >= month.first.isoformat()]
        earlier = [run for run in runs if run.facts["day"] < month.first.isoformat()]
        now, then = history.record(last), history.record(earlier[-1]) if earlier else None
        found = client_rows(client, month, last, now, then, in_month)
        redaction.rows(client, found, [record for record in (then, now) if record is not None])
        for table, entries in found.items():
            rows[table] += [values(table, entry) for entry in entries]
        months.add(runs)
        key = id(history), last.facts["method_digest"]
        methods[key] += 1
        known[key] = history, last
        recorded = max(recorded, last.facts["at"])
        listed = in_month if last in in_month else [last, *in_month]
        inputs += [_input(client, run, redaction) for run in listed]
    if not recorded:
        raise OutputError("audit-empty", month=str(month))
    rows["trend"] = [values("trend", line) for line in months.lines()]
    in_force: dict[str, tuple[Any, int]] = {}
    for key, count in methods.items():
        history, run = known[key]
        tables, clients = in_force.get(key[1], (history.method(run), 0))
        in_force[key[1]] = tables, clients + count
    for digest, (tables, count) in sorted(in_force.items()):
        rows["methods"] += [values("methods", row) for row in method_rows(tables, digest, count)]
    counts = _write_tables(folder, rows, with_parquet)
    previous = before(place, str(month))
    names = {table: [name for name, _ in columns] for table, columns in TABLES.items()}
    audit = sheets.AuditBook(str(month), previous, recorded, redaction.said, names, rows)
    book = folder / f"{folder_of(str(month))}.xlsx"
    sheets.write_audit(audit, book, load_method(), lang)
    files = {
        path.name: {"sha256": digest_of(path), "bytes": path.stat().st_size, "rows": counts.get(path.name)}
        for path in sorted(folder.iterdir())
    }
    content = {
        "schema": SCHEMA,
        "month": str(month),
        "previous": previous and {"month": previous[0], "sha256": previous[1]},
        "scope": {table: len(rows[table]) for table in ("clients", "register", "runs")},
        "recorded_at": recorded,
        "riskbook": riskbook.__version__,
        "lang": lang,
        "methods": [
            {"name": tables["name"], "edition": tables["edition"], "sha256": digest, "clients": count}
            for digest, (tables, count) in sorted(in_force.items())
        ],
        "redaction": redaction.said,
        "histories": [_history(prefix, history, month, redaction) for prefix, history in histories.by_prefix.items()],
        "inputs": inputs,
        "files": files,
    }
    (folder / NAME).write_bytes(sealed(content))
    return with_parquet


def _write_tables(folder: Path, rows: dict[str, list[tuple[Any, ...]]], with_parquet: bool) -> dict[str, int]:
    """Writes every table; returns the number of rows by file name."""
    counts = {}
    kinds: list[tuple[str, Any]] = [("csv", sheets.CsvTable)]
    kinds += [("parquet", sheets.ParquetTable)] if with_parquet else []
    for table, columns in TABLES.items():
        for suffix, kind in kinds:
            path = folder / f"{table}.{suffix}"
            with kind(path, columns) as writer:
                writer.write(rows[table])
            counts[path.name] = len(rows[table])
    return counts


def _input(client: str, run: Run, redaction: Redaction) -> dict[str, Any]:
    facts = {"client": client} | {
        name: value for name, value in run_facts(run).items() if name in ("file", "day", "run") or "sha256" in name
    }
    redaction.rows(client, {"inputs": [facts]}, [])
    return facts


def _history(prefix: str, history: History, month: Month, redaction: Redaction) -> dict[str, Any]:
    last = max((run.seq for run in history.runs(until=month.last)), default=0)
    name = redaction.client(prefix) if prefix else ""
    return {"name": name, "entries": last, "chain": history.link(last)}


class _Trend:
    """Totals at the end of each month, from the runs of one client after the other."""

    def __init__(self, month: Month) -> None:
        self._months = [month.back(number) for number in reversed(range(_MONTHS))]
        self._sums: dict[Month, Counter[str]] = {month: Counter() for month in self._months}
        self._shares: dict[Month, list[float]] = {month: [] for month in self._months}

    def add(self, runs: Sequence[Run]) -> None:
        """Adds a client, its runs by day."""
        for month in self._months:
            last = next((run for run in reversed(runs) if run.facts["day"] <= month.last.isoformat()), None)
            if last is None:
                continue
            figures = last.facts["run"]
            self._sums[month].update({**figures["levels"], "risk": figures["risk"], "clients": 1})
            if figures["share"] is not None:
                self._shares[month].append(figures["share"])

    def lines(self) -> list[dict[str, Any]]:
        """A line a month, from the first with a client on."""
        found = []
        for month, sums in self._sums.items():
            if sums["clients"]:
                shares = self._shares[month]
                share = round(sum(shares) / len(shares), 4) if shares else None
                levels = {level: sums[level] for level in LEVELS}
                assets = sum(levels.values())
                found.append({"month": str(month), "clients": sums["clients"], "assets": assets, **counted(levels),
                              "risk": sums["risk"], "share": share})  # fmt: skip
        return found
