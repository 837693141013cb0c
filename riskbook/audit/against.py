"""Makes monthly packages anew from the histories, and compares them with the packages that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from riskbook.audit.manifest import NAME, has_tables_as, words_in
from riskbook.audit.package import Collected, Source, collect, described, made_with, write
from riskbook.audit.redact import Redaction, redaction_of
from riskbook.audit.tables import TABLES
from riskbook.errors import OutputError
from riskbook.opc import temporary_folder
from riskbook.records.history import History
from riskbook.records.moments import Histories, Month

_OF_PROGRAMS = frozenset({"riskbook", "made_with", "files"})  # of a manifest: what depends on programs and files


@dataclass(frozen=True)
class Present:
    """A package that is there: its folder, its manifest, and the files that are as the manifest says."""

    folder: Path
    manifest: Mapping[str, Any]
    sound: frozenset[str]

    @property
    def month(self) -> Month:
        """The month of the package."""
        month = Month.of(self.manifest["month"])
        assert month is not None  # `opened` has checked it
        return month

    @property
    def parquet(self) -> bool:
        """Whether it has Parquet tables."""
        return has_tables_as("parquet", self.manifest)

    @property
    def words(self) -> str | None:
        """The language of the words in its CSV files, None for names and codes."""
        return words_in(self.manifest)


def compare_with(histories: Histories, packages: Mapping[str, Present], key: Path | None) -> Found:
    """Yields the differences between packages, by month, and histories. `key`: that of redacted packages.

    Each history is first checked in itself. A package's history is recognised by its chain, so it may be renamed.
    """
    claimed: dict[str, dict[int, tuple[str, Path]]] = {month: {} for month in packages}
    forgotten: dict[Path, frozenset[int]] = {}
    unproven: set[str] = set()  # months whose history is another one
    newest = max(packages, default="")
    for prefix, history in histories.each():
        name = prefix or history.path.name
        broken = [(f"history-{kind}", {"history": name, **about}) for kind, about in history.problems()]
        yield from broken
        runs = [] if broken else history.runs()
        if not broken:
            forgotten[history.path] = history.forgotten()
        for month, package in packages.items():
            number = _own(history, prefix, package.manifest, claimed[month])
            until = package.month.last.isoformat()
            known = [run for run in runs if run.facts["day"] <= until]
            where = {"history": name, "month": month}
            if number is None:
                if known and package.manifest["redaction"] is None:
                    yield "history-unlisted", where
                continue
            claimed[month][number] = prefix, history.path
            if broken:  # proves nothing about the package
                continue
            listed = package.manifest["histories"][number]
            if history.link(listed["entries"]) != listed["chain"]:
                yield "history-differs", {**where, "seq": listed["entries"]}
                unproven.add(month)
            elif since := [run for run in known if run.seq > listed["entries"]]:
                yield "later-runs", {**where, "count": len(since)}
        last_day = packages[newest].month.last.isoformat() if newest else ""
        if newest and (later := [run for run in runs if run.facts["day"] > last_day]):
            yield "later-months", {"history": name, "month": newest, "count": len(later)}
    for path, error in histories.sick.items():
        yield "history-sick", {"history": str(path), "reason": error.key}
    for month, package in packages.items():
        absent = [
            entry for number, entry in enumerate(package.manifest["histories"])
            if number not in claimed[month] and entry["entries"]
        ]  # fmt: skip
        for entry in absent:
            yield "history-absent", {"history": entry["name"] or "history.db", "month": month}
        whole = all(path in forgotten for _, path in claimed[month].values())
        if whole and not absent and month not in unproven:
            yield from _against(package, claimed[month], forgotten, key)


def _own(
    history: History, prefix: str, manifest: Mapping[str, Any], claimed: Mapping[int, tuple[str, Path]]
) -> int | None:
    """The index of this history in a package's list: by chain and name, else by chain, else by name; None without."""
    listed = [(number, entry) for number, entry in enumerate(manifest["histories"]) if number not in claimed]
    named = [(number, entry) for number, entry in listed if entry["name"] == prefix]
    for number, entry in (*named, *listed):
        if entry["entries"] and history.link(entry["entries"]) == entry["chain"]:
            return number
    return named[0][0] if named else None


def _sources(manifest: Mapping[str, Any], claimed: Mapping[int, tuple[str, Path]]) -> Iterator[Source]:
    """The histories of a package as they were then, in the order of its list, under the names that they had."""
    redacted = manifest["redaction"] is not None
    for number, entry in enumerate(manifest["histories"]):
        if number not in claimed:
            yield entry["name"], None, 0
            continue
        prefix, path = claimed[number]
        with History(path, read_only=True) as history, history.snapshot():
            yield prefix if redacted else entry["name"], history, entry["entries"]


def _against(
    package: Present,
    claimed: Mapping[int, tuple[str, Path]],
    forgotten: Mapping[Path, frozenset[int]],
    key: Path | None,
) -> Found:
    manifest, month = package.manifest, str(package.month)
    said = manifest["redaction"]
    hidden = said is not None and "key" in said and key is None
    if hidden:
        yield "key-needed", {"month": month}
    try:
        redaction = redaction_of(said, key)
    except OutputError as error:
        yield "redaction-unknown", {"month": month, "reason": error.key}
        return
    if not hidden and redaction.said != said:
        yield "key-other", {"month": month}
        return
    lost = [
        entry
        for entry in manifest["inputs"]
        if entry["history"] in claimed and entry["run"] in forgotten[claimed[entry["history"]][1]]
    ]
    gone = {entry["client"] for entry in lost}
    if lost:
        yield "forgotten", {"month": month, "count": len(lost)}
    if gone and hidden:  # the rows of others cannot be told from those that are gone
        return
    try:
        made = collect(_sources(manifest, claimed), package.month, redaction)
    except OutputError:  # everything in it was forgotten
        if not gone:
            yield "not-from-history", {"file": package.folder.name, **first_of([("unknown", {})])}
        return
    about = described(made, package.month, manifest["previous"], redaction, manifest["lang"], manifest.get("csv"))
    same = manifest.get("made_with") == made_with(parquet=package.parquet)
    if same and not gone and not hidden:
        yield from _bytes_differ(package, made, about)
        return
    if not same:
        versions = manifest.get("made_with") or {"riskbook": manifest["riskbook"]}
        yield "compared-by-value", {"month": month, "made": ", ".join(f"{n} {v}" for n, v in versions.items())}
    yield from _values_differ(package, made, redaction, gone, hidden=hidden)
    if not hidden and not gone and (found := list(_manifests_differ(manifest, about))):
        yield "not-from-history", {"file": f"{package.folder.name}/{NAME}", **first_of(found)}


def _bytes_differ(package: Present, made: Collected, about: Mapping[str, Any]) -> Found:
    """Makes the package anew and compares every file; `about`: what its manifest should say."""
    manifest, folder = package.manifest, package.folder
    with temporary_folder() as scratch:
        write(made, about, Path(scratch), parquet=package.parquet)
        for path in sorted(Path(scratch).iterdir(), key=lambda path: (path.name == NAME, path.name)):
            now = folder / path.name
            if path.name not in package.sound and path.name != NAME:
                continue  # is missing or was changed: reported already
            if now.read_bytes() == path.read_bytes():
                continue
            if path.suffix == ".xlsx":
                found = list(between_books(now, path))
            elif path.name == NAME:
                found = list(_manifests_differ(manifest, about))
            else:
                found = _tables_differ(now, path, package.words)
            yield "not-from-history", {"file": f"{folder.name}/{path.name}", **first_of(found or [("other-bytes", {})])}


def _tables_differ(now: Path, was: Path, words: str | None) -> list[tuple[str, dict[str, Any]]]:
    rows = rows_in(now, words)
    in_csv = now.suffix == ".csv"
    found = list(between_tables(now.stem, rows, rows_in(was, words), words if in_csv else None))
    return found or (list(in_spelling(now, rows, words)) if in_csv and rows is not None else [])


def _values_differ(package: Present, made: Collected, redaction: Redaction, gone: set[str], *, hidden: bool) -> Found:
    """Compares every copy of the tables with the rows made anew; without the clients in `gone`, and what sums them up.

    `hidden`: pseudonyms cannot be made, so only figures and riskbook's own words are compared.
    """
    for table, columns in TABLES.items():
        if gone and table in ("trend", "methods"):
            continue
        places = [place for place, (name, kind) in enumerate(columns) if not hidden or redaction.is_open(name, kind)]
        right = _kept(made.rows[table], table, gone, places)
        for name in (f"{table}.csv", f"{table}.parquet"):
            now = rows_in(package.folder / name, package.words) if name in package.sound else None
            if now is None:
                continue
            words = package.words if name.endswith(".csv") else None
            found = list(between_tables(table, _kept(now, table, gone, places), right, words))
            if found:
                yield "not-from-history", {"file": f"{package.folder.name}/{name}", **first_of(found)}


def _kept(rows: Rows, table: str, gone: set[str], places: list[int]) -> Rows:
    """Rows without the clients in `gone`; columns that are not compared are None."""
    with_client = gone and column_names(table)[0] == "client"
    chosen = set(places)
    return [
        tuple(value if place in chosen else None for place, value in enumerate(row))
        for row in rows
        if not (with_client and row[0] in gone)
    ]


def _manifests_differ(now: Mapping[str, Any], was: Mapping[str, Any]) -> Found:
    for name in (now.keys() | was.keys()) - _OF_PROGRAMS:
        if now.get(name) != was.get(name):
            yield "entry", {"name": name}
