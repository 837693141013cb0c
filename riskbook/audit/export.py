"""Writes the monthly package: tables of all clients at the end of a month, as workbook, CSV and Parquet."""

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
from riskbook import opc, sheets
from riskbook.audit.manifest import (
    NAME,
    SCHEMA,
    digest_of,
    folder_of,
    is_litter,
    opened,
    packages_in,
    previous_package,
    sealed,
)
from riskbook.audit.redact import Redaction
from riskbook.audit.tables import TABLES, client_rows, counted, method_rows, run_facts, values
from riskbook.errors import OutputError
from riskbook.method import load_method
from riskbook.model import LEVELS
from riskbook.records.entries import Run
from riskbook.records.history import History
from riskbook.records.moments import Histories, Month, by_client
from riskbook.tables import CsvTable, ParquetTable, has_parquet
from riskbook.text import LANGUAGES

_MONTHS = 13  # of the trend: a year and the same month of the year before
_OF_INPUTS = frozenset(
    {"file", "day", "run", "input_sha256", "output_sha256", "state_sha256", "method_sha256", "chain_sha256"}
)
_SCRATCH, _ABANDONED = ".riskbook-audit-", 3600.0  # seconds after which the folder of a killed call is deleted


@dataclass(frozen=True)
class Exported:
    """A package: its folder, the SHA-256 of its manifest, whether it existed already, later months beside it.

    `parquet`: whether it contains the Parquet tables.
    """

    path: Path
    manifest: str
    unchanged: bool
    later: tuple[str, ...]
    parquet: bool


def export_month(
    histories: Histories, month: Month, place: Path, *, lang: str | None, redaction: Redaction, force: bool = False
) -> Exported:
    """Writes the package of a month to `place`/audit-YYYY-MM, whole or not at all.

    The same history, options and package of the month before give the same bytes. An existing package with other bytes
    is replaced only with `force`, and renamed. `lang`: None takes that of the existing package, or of the month before.
    Raises `OutputError`.
    """
    target = place / folder_of(str(month))
    try:
        place.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(place)
        scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=place))
        try:
            parquet = _write(histories, month, place, scratch, lang, redaction)
            manifest = digest_of(scratch / NAME)
            _settle(scratch)
            later = tuple(name for name in packages_in(place) if name > str(month))
            if later and not target.exists() and not force:
                raise OutputError("audit-order", month=str(month), later=later[0])
            unchanged = _put(scratch, target, force=force)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise OutputError(opc.reason(error), path=str(target), detail=error.strerror or str(error)) from error
    return Exported(target, manifest, unchanged, later, parquet)


def _put(scratch: Path, target: Path, *, force: bool) -> bool:
    """Moves a package to its place; returns whether the same one existed. With `force` another one is renamed."""
    while True:
        with contextlib.suppress(FileExistsError):  # another call was faster
            if not target.exists():
                _rename(scratch, target)
                return False
        present, made = _digests(target), _digests(scratch)
        if present == made:
            return True
        differing = sorted(name for name in present.keys() | made.keys() if present.get(name) != made.get(name))
        if not force:
            raise OutputError("audit-differs", path=str(target), detail=tuple(differing[:5]))
        number = 1
        while (old := target.with_name(f"{target.name}.replaced-{number}")).exists():
            number += 1
        _rename(target, old)


def _rename(source: Path, target: Path) -> None:
    """Renames a folder. Raises `FileExistsError` where the name is taken, whatever the system calls that."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FileExistsError(*error.args) from error
        raise
    opc.sync_folder(target.parent)


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): digest_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not is_litter(path)
    }


def _clear_abandoned(place: Path) -> None:
    for path in place.glob(f"{_SCRATCH}*"):
        if time.time() - path.stat().st_mtime > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)


def _settle(scratch: Path) -> None:
    """Writes the files to the disk, and gives the folder its usual mode: a temporary one is private."""
    for path in scratch.iterdir():
        with path.open("r+b") as stream:
            os.fsync(stream.fileno())
    opc.sync_folder(scratch)
    opc.usual_mode(scratch, 0o777)


# --- content ---


class _Collected:
    """The content of a package: rows by table, and the runs, histories and methods that the manifest lists."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.inputs: list[dict[str, Any]] = []
        self.histories: list[dict[str, Any]] = []
        self.methods: dict[str, tuple[dict[str, Any], int]] = {}  # tables and number of clients, by digest
        self.recorded = ""


def _collect(histories: Histories, month: Month, redaction: Redaction) -> _Collected:
    collected, trend, names = _Collected(), _Trend(month), set[str]()
    for number, (prefix, history) in enumerate(histories.each()):
        for key, about in history.problems():
            raise OutputError("history-broken", path=str(history.path), detail=f"{key} {about.get('seq', '')}".strip())
        clients = by_client(history.runs(until=month.last))
        last = max((run.seq for runs in clients.values() for run in runs), default=0)
        name = redaction.client(prefix) if prefix else ""
        collected.histories.append({"name": name, "entries": last, "chain": history.link(last)})
        for client, runs in clients.items():
            called = prefix + client
            while called in names:  # clients of two histories may have the same name
                called += "*"
            names.add(called)
            trend.add(runs)
            _collect_client(collected, called, number, history, runs, month, redaction)
    if not collected.recorded:
        raise OutputError("audit-empty", month=str(month))
    collected.rows["trend"] = [values("trend", line) for line in trend.lines()]
    for digest, (tables, count) in sorted(collected.methods.items()):
        collected.rows["methods"] += [values("methods", row) for row in method_rows(tables, digest, count)]
    return collected


def _collect_client(
    collected: _Collected,
    client: str,
    number: int,
    history: History,
    runs: Sequence[Run],
    month: Month,
    redaction: Redaction,
) -> None:
    begin, last = month.first.isoformat(), runs[-1]
    in_month = [run for run in runs if run.facts["day"] >= begin]
    earlier = [run for run in runs if run.facts["day"] < begin]
    now, then = history.record(last), history.record(earlier[-1]) if earlier else None
    first = history.record(in_month[0]) if then is None and len(in_month) > 1 else None
    tables = client_rows(client, month, last, now, then, first, in_month)
    listed = in_month if last in in_month else [last, *in_month]
    inputs = [
        {"client": client, "history": number}
        | {name: value for name, value in run_facts(run).items() if name in _OF_INPUTS}
        for run in listed
    ]
    # Later texts may quote values of any earlier run, so all records are searched for values to redact.
    states = {run.facts["state"]: run for run in runs} if redaction else {}
    redaction.rows(client, {**tables, "inputs": inputs}, [history.record(run) for run in states.values()])
    for table, entries in tables.items():
        collected.rows[table] += [values(table, entry) for entry in entries]
    collected.inputs += inputs
    collected.recorded = max(collected.recorded, last.facts["at"])
    digest = last.facts["method_digest"]
    known, count = collected.methods.get(digest) or (history.method(last), 0)
    collected.methods[digest] = known, count + 1


def _write(
    histories: Histories, month: Month, place: Path, folder: Path, lang: str | None, redaction: Redaction
) -> bool:
    with_parquet = has_parquet()
    previous = previous_package(place, str(month))
    collected = _collect(histories, month, redaction)
    counts = _write_tables(folder, collected.rows, with_parquet)
    names = {table: [name for name, _ in columns] for table, columns in TABLES.items()}
    audit = sheets.AuditBook(str(month), previous, collected.recorded, redaction.said, names, collected.rows)
    language = lang or _language(place, month, previous)
    sheets.write_audit(audit, folder / f"{folder_of(str(month))}.xlsx", load_method(), language)
    files = {
        path.name: {"sha256": digest_of(path), "bytes": path.stat().st_size, "rows": counts.get(path.name)}
        for path in sorted(folder.iterdir())
    }
    content = {
        "schema": SCHEMA,
        "month": str(month),
        "previous": previous and {"month": previous[0], "sha256": previous[1]},
        "scope": {table: len(collected.rows[table]) for table in ("clients", "register", "runs")},
        "recorded_at": collected.recorded,
        "riskbook": riskbook.__version__,
        "lang": language,
        "methods": [
            {"name": tables["name"], "edition": tables["edition"], "sha256": digest, "clients": count}
            for digest, (tables, count) in sorted(collected.methods.items())
        ],
        "redaction": redaction.said,
        "histories": collected.histories,
        "inputs": collected.inputs,
        "files": files,
    }
    (folder / NAME).write_bytes(sealed(content))
    return with_parquet


def _language(place: Path, month: Month, previous: tuple[str, str] | None) -> str:
    """The language of the existing package, else of the one before, else Japanese.

    Never that of the machine: the package must be the same on every machine.
    """
    for name in (str(month), previous[0] if previous else ""):
        with contextlib.suppress(OSError, ValueError):
            return str(opened((place / folder_of(name) / NAME).read_bytes())["lang"])
    return LANGUAGES[0]


def _write_tables(folder: Path, rows: dict[str, list[tuple[Any, ...]]], with_parquet: bool) -> dict[str, int]:
    """Writes every table; returns the number of rows by file name."""
    counts = {}
    kinds: list[tuple[str, Any]] = [("csv", CsvTable)]
    kinds += [("parquet", ParquetTable)] if with_parquet else []
    for table, columns in TABLES.items():
        for suffix, kind in kinds:
            path = folder / f"{table}.{suffix}"
            with kind(path, columns) as writer:
                writer.write(rows[table])
            counts[path.name] = len(rows[table])
    return counts


class _Trend:
    """Totals at the end of each month, from the runs of one client after the other."""

    def __init__(self, month: Month) -> None:
        self._months = list(dict.fromkeys(month.back(number) for number in reversed(range(_MONTHS))))
        self._sums: dict[Month, Counter[str]] = {month: Counter() for month in self._months}
        self._shares: dict[Month, list[float]] = {month: [] for month in self._months}

    def add(self, runs: Sequence[Run]) -> None:
        """Adds a client; `runs`: all of its runs, by day."""
        for month in self._months:
            last = next((run for run in reversed(runs) if run.facts["day"] <= month.last.isoformat()), None)
            if last is None:
                continue
            figures = last.facts["run"]
            assessed = int(last.facts["day"] >= month.first.isoformat())
            self._sums[month].update({**figures["levels"], "risk": figures["risk"], "clients": 1, "assessed": assessed})
            if figures["share"] is not None:
                self._shares[month].append(figures["share"])

    def lines(self) -> list[dict[str, Any]]:
        """A line for each month that has clients, oldest first; `share` is their mean, 0…1."""
        lines = []
        for month, sums in self._sums.items():
            if sums["clients"]:
                shares = self._shares[month]
                share = round(sum(shares) / len(shares), 4) if shares else None
                levels = {level: sums[level] for level in LEVELS}
                assets = sum(levels.values())
                lines.append(
                    {
                        "month": str(month),
                        "clients": sums["clients"],
                        "assessed": sums["assessed"],
                        "assets": assets,
                        **counted(levels),
                        "risk": sums["risk"],
                        "share": share,
                    }
                )
        return lines
