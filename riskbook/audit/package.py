"""The content of a monthly package, and its files: the same histories give the same bytes."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import riskbook
from riskbook import sheets
from riskbook.audit.manifest import NAME, SCHEMA, digest_of, folder_of, sealed, words_in
from riskbook.audit.redact import Redaction
from riskbook.audit.spelling import spelling
from riskbook.audit.tables import COUNTS, TABLES, client_rows, counted, method_rows, run_facts, values
from riskbook.errors import OutputError
from riskbook.method import load_method
from riskbook.model import LEVELS, bands, run_from
from riskbook.records.entries import Run
from riskbook.records.history import History
from riskbook.records.moments import Month, by_client
from riskbook.tables import CsvTable, ParquetTable

_MONTHS = 13  # of the trend: a year and the same month of the year before
_OF_INPUTS = frozenset(
    {"file", "day", "run", "input_sha256", "output_sha256", "state_sha256", "method_sha256", "chain_sha256"}
)
# Prefix of the clients' names; the history, None for one without runs; how many entries count, None for all.
Source = tuple[str, History | None, int | None]


class Collected:
    """The content of a package: rows by table, and the runs, histories and methods that the manifest lists."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.inputs: list[dict[str, Any]] = []
        self.histories: list[dict[str, Any]] = []
        self.methods: dict[str, tuple[dict[str, Any], int]] = {}  # tables and number of clients, by digest
        self.recorded = ""


def collect(sources: Iterable[Source], month: Month, redaction: Redaction) -> Collected:
    """The content of the package of a month, from histories that are sound. Raises `OutputError` where it is empty."""
    collected, trend, names = Collected(), _Trend(month), set[str]()
    for number, (prefix, history, entries) in enumerate(sources):
        last = history.last_run(month.last) if history is not None else 0
        last = last if entries is None else min(last, entries)
        name = redaction.client(prefix) if prefix else ""
        link = "" if history is None else history.link(last)
        collected.histories.append({"name": name, "entries": last, "chain": link})
        clients = by_client(history.runs(until=month.last, entries=last)) if history is not None else {}
        for client, runs in clients.items():
            assert history is not None
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
    collected: Collected,
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


def made_with(*, parquet: bool) -> dict[str, str]:
    """The programs that determine the bytes of a package, each with its version."""
    found = {"riskbook": riskbook.__version__, "xlsxwriter": version("xlsxwriter"), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return found | ({"pyarrow": version("pyarrow")} if parquet else {})


def described(
    collected: Collected,
    month: Month,
    previous: Mapping[str, str] | None,
    redaction: Redaction,
    lang: str,
    csv: str | None,
) -> dict[str, Any]:
    """The content of a manifest as far as it does not depend on the files and the programs that wrote them.

    `previous`: month and sha256 of the manifest before, None for the first. `csv`: one of `CSV_FORMS`; None for a
    package as earlier versions made it.
    """
    about = {
        "schema": SCHEMA,
        "month": str(month),
        "previous": previous,
        "scope": {table: len(collected.rows[table]) for table in ("clients", "register", "runs")},
        "recorded_at": collected.recorded,
        "lang": lang,
        "methods": [
            {"name": tables["name"], "edition": tables["edition"], "sha256": digest, "clients": count}
            for digest, (tables, count) in sorted(collected.methods.items())
        ],
        "redaction": redaction.said,
        "histories": collected.histories,
        "inputs": collected.inputs,
    }
    return about if csv is None else {**about, "csv": csv}


def write(collected: Collected, about: Mapping[str, Any], folder: Path, *, parquet: bool) -> None:
    """Writes all files of a package; `about`: as `described` gives it."""
    counts = _write_tables(folder, collected.rows, words_in(about), with_parquet=parquet)
    write_book(about, collected.rows, folder / f"{folder_of(about['month'])}.xlsx", parquet=parquet)
    files = {
        path.name: {"sha256": digest_of(path), "bytes": path.stat().st_size, "rows": counts.get(path.name)}
        for path in sorted(folder.iterdir())
    }
    made = {"riskbook": riskbook.__version__, "made_with": made_with(parquet=parquet)}
    (folder / NAME).write_bytes(sealed({**about, **made, "files": files}))


def write_book(
    about: Mapping[str, Any], tables: Mapping[str, Sequence[Sequence[Any]]], path: Path, *, parquet: bool
) -> None:
    """Writes the workbook of a package from its tables; `about`: its manifest, or as `described` gives it."""
    previous = about["previous"] and (about["previous"]["month"], about["previous"]["sha256"])
    columns = {table: [name for name, _ in named] for table, named in TABLES.items()}
    audit = sheets.AuditBook(
        about["month"],
        previous,
        about["recorded_at"],
        about["redaction"],
        columns,
        tables,
        parquet,
        about.get("csv"),
    )
    sheets.write_audit(audit, path, load_method(), about["lang"])


def _write_tables(
    folder: Path, rows: Mapping[str, list[tuple[Any, ...]]], words: str | None, with_parquet: bool
) -> dict[str, int]:
    """Writes every table; returns the number of rows by file name. `words`: the language of those in the CSV files."""
    counts: dict[str, int] = {}
    for table, columns in TABLES.items():
        files = [write_csv(folder / f"{table}.csv", rows[table], words)]
        if with_parquet:
            files.append(folder / f"{table}.parquet")
            with ParquetTable(files[-1], columns) as writer:
                writer.write(rows[table])
        counts |= dict.fromkeys((path.name for path in files), len(rows[table]))
    return counts


def write_csv(path: Path, rows: Sequence[tuple[Any, ...]], words: str | None) -> Path:
    """Writes the CSV file of a table, with the words of a language or, where that is None, with names and codes."""
    spelled = spelling(path.stem, words)
    with CsvTable(path, spelled.columns) as writer:
        writer.write([spelled.written(row) for row in rows])
    return path


class _Trend:
    """Totals at the end of each month, from the runs of one client after the other."""

    def __init__(self, month: Month) -> None:
        self._months = list(dict.fromkeys(month.back(number) for number in reversed(range(_MONTHS))))
        self._sums: dict[Month, Counter[str]] = {month: Counter() for month in self._months}
        self._shares: dict[Month, list[float]] = {month: [] for month in self._months}
        self._rules: dict[Month, set[str]] = {month: set() for month in self._months}

    def add(self, runs: Sequence[Run]) -> None:
        """Adds a client; `runs`: all of its runs, by day."""
        for month in self._months:
            last = next((run for run in reversed(runs) if run.facts["day"] <= month.last.isoformat()), None)
            if last is None:
                continue
            figures = last.facts["run"]
            assessed = int(last.facts["day"] >= month.first.isoformat())
            levels = bands(figures["levels"])
            self._sums[month].update({**levels, "risk": figures["risk"], "clients": 1, "assessed": assessed})
            self._rules[month].add(run_from(figures).rules.split(":")[1])
            if figures["share"] is not None:
                self._shares[month].append(figures["share"])

    def lines(self) -> list[dict[str, Any]]:
        """A line for each month that has clients, oldest first; `share` is their mean, 0…1.

        Levels and risks of clients whose methods differ have no sum: they stay blank.
        """
        lines = []
        for month, sums in self._sums.items():
            if sums["clients"]:
                shares = self._shares[month]
                share = round(sum(shares) / len(shares), 4) if shares else None
                levels = {level: sums[level] for level in LEVELS}
                assets = sum(levels.values())
                alike = len(self._rules[month]) == 1
                lines.append(
                    {
                        "month": str(month),
                        "clients": sums["clients"],
                        "assessed": sums["assessed"],
                        "assets": assets,
                        **(counted(levels) if alike else dict.fromkeys(COUNTS)),
                        "risk": sums["risk"] if alike else None,
                        "share": share,
                    }
                )
        return lines
