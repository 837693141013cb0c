"""Verifies that monthly packages are as they were made: their files, their chain of months, and the history."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskbook import sheets
from riskbook.audit.against import Shown, compare_with, shown_in
from riskbook.audit.manifest import NAME, digest_of, is_litter, opened, packages_in
from riskbook.audit.tables import TABLES
from riskbook.method import load_method
from riskbook.reading import cell_values
from riskbook.records.moments import Histories
from riskbook.tables import has_parquet, read_csv, read_parquet

_SHOWN = 5  # differences reported for a file
_LONGEST = 80  # characters of a row or detail in a report
_HARMLESS = frozenset({"forgotten", "later-runs", "later-months"})
_EXPECTED_DIGITS = 16  # the least of a manifest's digest that a person must give

Found = Iterator[tuple[str, dict[str, Any]]]
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class Verdict:
    """The result of a verification.

    `problems`: (message key, parameters) of everything that is not as it was made, naming file, month or entry.
    `notes`: the same for facts that are no defect. `months`: each package with the SHA-256 of its manifest, by month.
    """

    problems: tuple[tuple[str, dict[str, Any]], ...]
    notes: tuple[tuple[str, dict[str, Any]], ...]
    months: tuple[tuple[str, str], ...]


def verify(place: Path, *, expect: str | None = None, histories: Histories | None = None) -> Verdict:
    """Verifies one package with all before it, or all packages in a folder.

    `expect`: the SHA-256 of a manifest as a person wrote it down (at least its first 16 digits; spaces are ignored).
    `histories`: those that the packages were made from; without them only the packages themselves are checked.
    Raises `OutputError` where a history cannot be used.
    """
    packages = _packages(place)
    if not packages:
        return Verdict((("no-package", {"path": str(place)}),), (), ())
    found: list[tuple[str, dict[str, Any]]] = []
    digests: dict[str, str] = {}
    manifests: dict[str, dict[str, Any]] = {}
    shown: dict[str, Shown | None] = {}
    for month, path in packages.items():
        if not (path / NAME).is_file():
            found.append(("manifest-missing", {"month": month}))
            continue
        data = (path / NAME).read_bytes()
        digests[month] = digest_of(path / NAME)
        try:
            manifests[month] = manifest = opened(data)
        except ValueError as error:
            found.append(("manifest-edited", {"month": month, "detail": str(error)[:_LONGEST]}))
            continue
        if manifest["month"] != month:
            found.append(("month-renamed", {"month": month, "found": manifest["month"]}))
        package = _Package(path, manifest)
        found += package.problems(thorough=month == max(packages))
        if histories is not None:
            shown[month] = shown_in(package.records("clients"), package.records("register"))
        found += _previous(month, manifest["previous"], digests, packages)
    said = [str(manifest["redaction"]) for manifest in manifests.values()]
    notes: list[tuple[str, dict[str, Any]]] = [("redaction-differs", {})] if len(set(said)) > 1 else []
    if histories is None:
        notes.append(("no-history", {}))
    else:
        compared = list(compare_with(histories, manifests, shown))
        found += [entry for entry in compared if entry[0] not in _HARMLESS]
        notes += [entry for entry in compared if entry[0] in _HARMLESS]
    if expect is not None:
        kind, about = _expected(expect, digests)
        (notes if kind == "expect-older" else found).extend([(kind, about)] if kind else [])
    return Verdict(tuple(found), tuple(notes), tuple(digests.items()))


def _packages(place: Path) -> dict[str, Path]:
    """The packages in a folder; where the folder is itself a package, this one and all before it."""
    packages = packages_in(place)
    if packages:
        return packages
    resolved = place.resolve()
    beside = packages_in(resolved.parent)
    month = next((name for name, path in beside.items() if path == resolved), None)
    return {name: path for name, path in beside.items() if month is not None and name <= month}


def _expected(expect: str, digests: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    given = "".join(expect.split()).lower()
    newest = max(digests, default="")
    found = next(
        (month for month, digest in digests.items() if len(given) >= _EXPECTED_DIGITS and digest.startswith(given)),
        None,
    )
    if found is None:
        return "expect-none", {"expect": given, "month": newest, "found": digests.get(newest, "-")}
    return ("", {}) if found == newest else ("expect-older", {"month": found, "newest": newest})


def _previous(
    month: str, previous: Mapping[str, str] | None, digests: Mapping[str, str], packages: Mapping[str, Path]
) -> Found:
    earlier = [name for name in packages if name < month]
    if previous is None:
        if earlier:
            yield "chain-none", {"month": month, "before": earlier[-1]}
        return
    if previous["month"] not in packages:
        yield "month-missing", {"month": previous["month"], "after": month}
    elif digests.get(previous["month"]) != previous["sha256"]:
        yield "chain-broken", {"month": previous["month"], "after": month}
    for name in earlier:
        if name > previous["month"]:
            yield "month-inserted", {"month": name, "before": previous["month"], "after": month}


class _Package:
    """Compares the files of one month with its manifest, and the copies of its tables with each other."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self._folder, self._manifest = folder, manifest
        self._listed: Mapping[str, Any] = manifest["files"]
        self._present = dict(_files(folder))
        self._sound = {
            name
            for name, about in self._listed.items()
            if self._present.get(name) and digest_of(folder / name) == about["sha256"]
        }
        self._read: dict[str, Rows | None] = {}

    def problems(self, *, thorough: bool) -> Found:
        """Yields everything that is not as it was made; `thorough`: also compares the workbook with the tables."""
        folder = self._folder.name
        for name, regular in self._present.items():
            if name not in self._listed and name != NAME:
                yield "file-added", {"file": f"{folder}/{name}"}
            elif not regular:
                yield "file-replaced", {"file": f"{folder}/{name}"}
        book = f"{folder}.xlsx"
        for name in (book, *(f"{table}.csv" for table in TABLES)):
            if name not in self._listed:
                yield "file-unlisted", {"file": f"{folder}/{name}"}
        for name in self._listed:
            if name not in self._present:
                yield "file-missing", {"file": f"{folder}/{name}"}
            elif self._present[name] and name not in self._sound:
                yield self._changed(name, book)
        yield from self._counts()
        for table in TABLES:  # who edits a file and corrects its hash must also edit every copy
            pair = f"{table}.csv", f"{table}.parquet"
            if set(pair) <= self._sound and has_parquet() and self._rows(pair[0]) != self._rows(pair[1]):
                differences = list(self._tables_differ(*pair))
                yield "copies-differ", {"file": f"{folder}/{pair[0]}", "other": pair[1], **_first(differences)}
        if thorough and book in self._sound and (cells := list(self._cells(book))):
            yield "copies-differ", {"file": f"{folder}/{book}", "other": "*.csv", **_first(cells)}

    def records(self, table: str) -> list[dict[str, Any]] | None:
        """The rows of an unchanged copy of a table, by column; None where there is none."""
        rows = next((rows for name in self._copies(table) if (rows := self._rows(name)) is not None), None)
        return None if rows is None else [dict(zip(_names(table), row, strict=True)) for row in rows]

    def _counts(self) -> Found:
        for name, about in self._listed.items():
            table, _, suffix = name.rpartition(".")
            if name not in self._sound or table not in TABLES or suffix not in ("csv", "parquet"):
                continue
            rows = len(self._rows(name) or ())
            listed = {about.get("rows"), self._manifest["scope"].get(table, rows)}
            if listed != {rows} and self._rows(name) is not None:
                params = {"rows": rows, "listed": about.get("rows"), "month": self._manifest["month"]}
                yield "count", {"file": f"{self._folder.name}/{name}", **params}
        runs = self.records("runs")
        if runs is not None:
            chains = {entry["chain_sha256"] for entry in self._manifest["inputs"]}
            missing = [row for row in (*runs, *(self.records("clients") or ())) if row["chain_sha256"] not in chains]
            if missing or len(chains) != len(self._manifest["inputs"]):
                yield "inputs", {"month": self._manifest["month"], "count": len(missing)}

    def _copies(self, table: str) -> list[str]:
        return [name for name in (f"{table}.csv", f"{table}.parquet") if name in self._sound]

    def _changed(self, name: str, book: str) -> tuple[str, dict[str, Any]]:
        table, _, suffix = name.rpartition(".")
        differences: list[tuple[str, dict[str, Any]]] = []
        if name == book:
            differences = list(self._cells(name))
        elif table in TABLES:
            other = f"{table}.{'parquet' if suffix == 'csv' else 'csv'}"
            differences = list(self._tables_differ(name, other)) if other in self._sound else []
        return "file-changed", {"file": f"{self._folder.name}/{name}", **_first(differences or [("unknown", {})])}

    def _tables_differ(self, name: str, other: str) -> Found:
        """Yields the differences of a table from another copy, which counts as right; none if that is unreadable."""
        now, was = self._rows(name), self._rows(other)
        if was is None:
            return
        if now is None:
            yield "unreadable", {}
        elif len(now) == len(was):
            columns = _names(Path(name).stem)
            for place, (new, old) in enumerate(zip(now, was, strict=True), start=2):
                for column, value, before in zip(columns, new, old, strict=True):
                    if value != before:
                        yield "cell", {"row": place, "column": column, "before": before, "after": value}
        else:
            for kind, rows, others in (("row-added", now, was), ("row-removed", was, now)):
                left = Counter(rows) - Counter(others)
                for place, row in enumerate(rows, start=2):
                    if left[row]:
                        left[row] -= 1
                        text = ", ".join(str(value) for value in row if value is not None)
                        yield kind, {"row": place, "text": text[:_LONGEST]}

    def _rows(self, name: str) -> Rows | None:
        """The rows of a table, None where it cannot be read."""
        if name not in self._read:
            self._read[name] = _rows(self._folder / name)
        return self._read[name]

    def _cells(self, name: str) -> Found:
        """Yields the cells of the workbook that do not agree with the tables: builds it again and compares both."""
        rows = {table: next((self._rows(copy) for copy in self._copies(table)), None) for table in TABLES}
        whole = {table: found for table, found in rows.items() if found is not None}
        if len(whole) < len(TABLES):
            return
        manifest, previous = self._manifest, self._manifest["previous"]
        audit = sheets.AuditBook(
            manifest["month"],
            previous and (previous["month"], previous["sha256"]),
            manifest["recorded_at"],
            manifest["redaction"],
            {table: _names(table) for table in TABLES},
            whole,
        )
        with tempfile.TemporaryDirectory() as scratch:
            made = Path(scratch) / name
            sheets.write_audit(audit, made, load_method(), manifest["lang"])
            if digest_of(made) == digest_of(self._folder / name):
                return
            was = cell_values(made)
        try:
            now = cell_values(self._folder / name)
        except Exception:  # an edited file may raise anything
            yield "unreadable", {}
            return
        for sheet in dict.fromkeys((*was, *now)):
            old, new = was.get(sheet, {}), now.get(sheet, {})
            for cell in sorted(old.keys() | new.keys(), key=lambda ref: (len(ref), ref)):
                if old.get(cell) != new.get(cell):
                    yield "sheet-cell", {"cell": f"{sheet}!{cell}", "before": old.get(cell), "after": new.get(cell)}


def _first(differences: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {"differences": differences[:_SHOWN], "more": max(len(differences) - _SHOWN, 0)}


def _names(table: str) -> list[str]:
    return [column for column, _ in TABLES[table]]


def _files(folder: Path) -> Iterator[tuple[str, bool]]:
    """Every entry of a folder but litter, with whether it is a regular file; links are not followed."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not is_litter(Path(entry.name)):
                yield entry.name, entry.is_file(follow_symlinks=False)


def _rows(path: Path) -> list[tuple[Any, ...]] | None:
    columns = TABLES[path.stem]
    try:
        return read_csv(path, columns) if path.suffix == ".csv" else read_parquet(path, columns)
    except Exception:  # an edited file may raise anything
        return None
