"""Verifies that monthly packages are as they were made: their files, their chain of months, and the history."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskbook.audit import signature
from riskbook.audit.against import Present, compare_with
from riskbook.audit.differences import (
    Found,
    Rows,
    between_books,
    between_tables,
    column_names,
    first_of,
    in_spelling,
    rows_in,
)
from riskbook.audit.manifest import NAME, digest_of, has_tables_as, is_litter, opened, packages_in, words_in
from riskbook.audit.package import made_with, write_book
from riskbook.audit.strangers import strangers
from riskbook.audit.tables import TABLES
from riskbook.errors import OutputError
from riskbook.opc import temporary_folder
from riskbook.records.moments import Histories
from riskbook.tables import has_parquet

_LONGEST = 80  # characters of a detail in a report
_HARMLESS = frozenset(
    {
        "beside",
        "forgotten",
        "later-runs",
        "later-months",
        "compared-by-value",
        "key-needed",
        "parquet-unread",
        "table-other",
        "signed",
        "signature-unchecked",
    }
)
_EXPECTED_DIGITS = 16  # the least of a manifest's digest that a person must give


@dataclass(frozen=True)
class Verdict:
    """The result of a verification.

    `problems`: (message key, parameters) of everything that is not as it was made, naming file, month or entry.
    `notes`: the same for facts that are no defect. `months`: each package with the SHA-256 of its manifest, by month.
    """

    problems: tuple[tuple[str, dict[str, Any]], ...]
    notes: tuple[tuple[str, dict[str, Any]], ...]
    months: tuple[tuple[str, str], ...]


def verify(
    place: Path,
    *,
    expect: str | None = None,
    histories: Histories | None = None,
    key: Path | None = None,
    signers: Path | None = None,
) -> Verdict:
    """Verifies one package with all before it, or all packages in a folder.

    `expect`: the SHA-256 of a manifest as a person wrote it down (at least its first 16 digits; spaces are ignored), of
    the newest package, or "YYYY-MM=SHA-256" of another one. `histories`: those that the packages were made from: with
    them every package is made anew and compared; without, only the packages themselves are checked. `key`: the secret
    file of packages with pseudonyms. `signers`: who may sign, as a file for `ssh-keygen`; then every package must be
    signed.
    Raises `OutputError` where a history cannot be used, and where there is no package and nothing is expected.
    """
    packages = _packages(place)
    if not packages and expect is None:
        raise OutputError("no-package", path=str(place))
    found: list[tuple[str, dict[str, Any]]] = []
    notes: list[tuple[str, dict[str, Any]]] = []
    for entry in strangers(place):
        (notes if entry[0] in _HARMLESS else found).append(entry)
    digests: dict[str, str] = {}
    present: dict[str, Present] = {}
    for month, path in packages.items():
        if not (path / NAME).is_file():
            found.append(("manifest-missing", {"month": month}))
            continue
        data = (path / NAME).read_bytes()
        digests[month] = digest_of(path / NAME)
        try:
            manifest = opened(data)
        except ValueError as error:
            found.append(("manifest-edited", {"month": month, "detail": str(error)[:_LONGEST]}))
            continue
        for entry in _signature(month, path, data, signers):
            (notes if entry[0] in _HARMLESS else found).append(entry)
        if manifest["month"] != month:
            found.append(("month-renamed", {"month": month, "found": manifest["month"]}))
        package = _Package(path, manifest)
        for entry in package.problems(thorough=month == max(packages)):
            (notes if entry[0] in _HARMLESS else found).append(entry)
        present[month] = Present(path, manifest, package.sound)
        found += _previous(month, manifest["previous"], digests, packages)
    if len({str(one.manifest["redaction"]) for one in present.values()}) > 1:
        notes.append(("redaction-differs", {}))
    if histories is None:
        notes.append(("no-history", {}))
    else:
        for entry in compare_with(histories, present, key):
            (notes if entry[0] in _HARMLESS else found).append(entry)
    found += [] if expect is None else _expected(expect, digests)
    return Verdict(tuple(found), tuple(notes), tuple(digests.items()))


def _signature(month: str, path: Path, manifest: bytes, signers: Path | None) -> Found:
    file = path / signature.NAME
    if signers is None:
        if file.exists():
            yield "signature-unchecked", {"month": month}
    elif not file.is_file():
        yield "signature-missing", {"month": month}
    elif name := signature.signer(manifest, file.read_bytes(), signers):
        yield "signed", {"month": month, "name": name}
    else:
        yield "signature-wrong", {"month": month}


def _packages(place: Path) -> dict[str, Path]:
    """The packages in a folder; where the folder is itself a package, this one and all before it."""
    packages = packages_in(place)
    if packages:
        return packages
    resolved = place.resolve()
    beside = packages_in(resolved.parent)
    month = next((name for name, path in beside.items() if path == resolved), None)
    return {name: path for name, path in beside.items() if month is not None and name <= month}


def _expected(expect: str, digests: Mapping[str, str]) -> Found:
    named, _, value = expect.rpartition("=")
    given = "".join(value.split()).lower()
    month = named.strip() or max(digests, default="")
    if len(given) >= _EXPECTED_DIGITS and digests.get(month, "").startswith(given):
        return
    fits = (name for name, digest in digests.items() if len(given) >= _EXPECTED_DIGITS and digest.startswith(given))
    other = next(fits, None)
    if other is not None and not named:
        yield "expect-older", {"month": other, "newest": month}
    else:
        yield "expect-none", {"expect": given, "month": month or "-", "found": digests.get(month, "-")}


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
        self.sound = frozenset(
            name
            for name, about in self._listed.items()
            if self._present.get(name) and digest_of(folder / name) == about["sha256"]
        )
        self._read: dict[str, Rows | None] = {}
        self._words = words_in(manifest)
        # Other versions may spell values otherwise, and have other columns.
        self._made_here = manifest.get("made_with") == made_with(parquet=has_tables_as("parquet", manifest))

    def problems(self, *, thorough: bool) -> Found:
        """Yields everything that is not as it was made; `thorough`: also compares the workbook with the tables."""
        folder = self._folder.name
        for name, regular in self._present.items():
            if name not in self._listed and name not in (NAME, signature.NAME):
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
            elif self._present[name] and name not in self.sound:
                yield self._changed(name, book)
        yield from self._counts()
        if not has_parquet() and has_tables_as("parquet", self._manifest):
            yield "parquet-unread", {"file": f"{folder}/*.parquet"}
        yield from self._spelled()
        for table in TABLES:  # who edits a file and corrects its hash must also edit every copy
            pair = f"{table}.csv", f"{table}.parquet"
            if set(pair) <= self.sound and has_parquet() and self._rows(pair[0]) != self._rows(pair[1]):
                differences = list(self._tables_differ(*pair))
                yield "copies-differ", {"file": f"{folder}/{pair[0]}", "other": pair[1], **first_of(differences)}
        if thorough and book in self.sound and (cells := list(self._cells(book))):
            yield "copies-differ", {"file": f"{folder}/{book}", "other": "*.csv", **first_of(cells)}

    def _spelled(self) -> Found:
        """Yields the CSV files that cannot be read, or that riskbook spells otherwise."""
        folder = self._folder.name
        for name in (f"{table}.csv" for table in TABLES):
            rows = self._rows(name) if name in self.sound else None
            if name in self.sound and rows is None:
                yield "table-unread" if self._made_here else "table-other", {"file": f"{folder}/{name}"}
            elif (
                rows is not None
                and self._made_here
                and (spelled := list(in_spelling(self._folder / name, rows, self._words)))
            ):
                yield "copies-differ", {"file": f"{folder}/{name}", "other": "*", **first_of(spelled)}

    def records(self, table: str) -> list[dict[str, Any]] | None:
        """The rows of an unchanged copy of a table, by column; None where there is none."""
        rows = next((rows for name in self._copies(table) if (rows := self._rows(name)) is not None), None)
        return None if rows is None else [dict(zip(column_names(table), row, strict=True)) for row in rows]

    def _counts(self) -> Found:
        for name, about in self._listed.items():
            table, _, suffix = name.rpartition(".")
            if name not in self.sound or table not in TABLES or suffix not in ("csv", "parquet"):
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
        return [name for name in (f"{table}.csv", f"{table}.parquet") if name in self.sound]

    def _changed(self, name: str, book: str) -> tuple[str, dict[str, Any]]:
        table, _, suffix = name.rpartition(".")
        differences: list[tuple[str, dict[str, Any]]] = []
        if name == book:
            differences = list(self._cells(name))
        elif table in TABLES:
            other = f"{table}.{'parquet' if suffix == 'csv' else 'csv'}"
            differences = list(self._tables_differ(name, other)) if other in self.sound else []
            if not differences and book in self.sound and self._rows(name) is not None:
                rows = {one: self._rows(f"{one}.csv") for one in TABLES} | {table: self._rows(name)}
                swapped = self._book_differs(book, rows)  # the workbook is right here, and the table is not
                differences = [
                    (kind, {**about, "before": about.get("after"), "after": about.get("before")})
                    for kind, about in swapped
                ]
        return "file-changed", {"file": f"{self._folder.name}/{name}", **first_of(differences or [("unknown", {})])}

    def _tables_differ(self, name: str, other: str) -> Found:
        """Yields the differences of a table from another copy, which counts as right; none if that is unreadable."""
        words = self._words if name.endswith(".csv") else None
        return between_tables(Path(name).stem, self._rows(name), self._rows(other), words)

    def _rows(self, name: str) -> Rows | None:
        """The rows of a table, None where it cannot be read."""
        if name not in self._read:
            self._read[name] = rows_in(self._folder / name, self._words)
        return self._read[name]

    def _cells(self, name: str) -> Found:
        """Yields where the workbook does not agree with the tables: it is made anew from them and compared."""
        rows = {table: next((self._rows(copy) for copy in self._copies(table)), None) for table in TABLES}
        yield from self._book_differs(name, rows)

    def _book_differs(self, name: str, rows: Mapping[str, Rows | None]) -> Found:
        whole = {table: found for table, found in rows.items() if found is not None}
        if len(whole) < len(TABLES):
            return
        with temporary_folder() as scratch:
            made = Path(scratch) / name
            try:
                write_book(self._manifest, whole, made, parquet=has_tables_as("parquet", self._manifest))
            except Exception:  # forged tables may hold anything
                yield "unreadable", {}
                return
            found = list(between_books(self._folder / name, made))
        yield from (entry for entry in found if entry[0] != "other-bytes" or self._made_here)


def _files(folder: Path) -> Iterator[tuple[str, bool]]:
    """Every entry of a folder but litter, with whether it is a regular file; links are not followed."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not is_litter(Path(entry.path)):
                yield entry.name, entry.is_file(follow_symlinks=False)
