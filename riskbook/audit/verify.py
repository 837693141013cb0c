"""Whether monthly packages are as they were made: file by file, month by month, and against the history."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskbook import sheets
from riskbook.audit.manifest import NAME, digest_of, opened, packages_in
from riskbook.audit.moments import Histories, Month
from riskbook.audit.tables import TABLES
from riskbook.method import load_method
from riskbook.reading import cell_values

_SHOWN = 5  # differences of a file
_HARMLESS = ("forgotten", "later-runs")
Found = Iterator[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Verdict:
    """What a verification found.

    `problems`: (key, parameters), each naming the file, month or entry, of what is not as it was. `notes`: the same of
    what a person should know. `months`: each package with the SHA-256 of its manifest, oldest first.
    """

    problems: tuple[tuple[str, dict[str, Any]], ...]
    notes: tuple[tuple[str, dict[str, Any]], ...]
    months: tuple[tuple[str, str], ...]


def verify(place: Path, *, expect: str | None = None, histories: Histories | None = None) -> Verdict:
    """Checks one package with all before it, or all packages in a folder.

    `expect`: the kept SHA-256 of a manifest (at least its first 16 digits; blanks between them do not count).
    `histories`: those that the packages were made from; without them the packages stand for themselves.
    """
    packages = packages_in(place)
    if not packages:
        resolved = place.resolve()
        beside = packages_in(resolved.parent)
        month = next((name for name, path in beside.items() if path == resolved), None)
        packages = {name: path for name, path in beside.items() if month is not None and name <= month}
    if not packages:
        return Verdict((("no-package", {"path": str(place)}),), (), ())
    problems: list[tuple[str, dict[str, Any]]] = []
    notes: list[tuple[str, dict[str, Any]]] = []
    digests: dict[str, str] = {}
    for month, path in packages.items():
        manifest_path = path / NAME
        if not manifest_path.is_file():
            problems.append(("manifest-missing", {"month": month}))
            continue
        digests[month] = digest_of(manifest_path)
        try:
            manifest = opened(manifest_path.read_bytes())
        except (ValueError, OSError) as error:
            problems.append(("manifest-edited", {"month": month, "detail": str(error)}))
            continue
        if manifest["month"] != month:
            problems.append(("month-renamed", {"month": month, "found": manifest["month"]}))
        problems += _files(path, manifest)
        problems += _previous(month, manifest["previous"], digests, packages)
        if histories is not None:
            found = list(_against(histories, manifest))
            problems += [entry for entry in found if entry[0] not in _HARMLESS]
            notes += [entry for entry in found if entry[0] in _HARMLESS]
    if histories is not None:
        for prefix, history in histories.by_prefix.items():
            problems += [(f"history-{key}", {"history": prefix or ".", **about}) for key, about in history.problems()]
    else:
        notes.append(("no-history", {}))
    if expect is not None:
        kind, about = _expected(expect, digests)
        (notes if kind.startswith("expect-older") else problems).extend([(kind, about)] if kind else [])
    return Verdict(tuple(problems), tuple(notes), tuple(digests.items()))


def _expected(expect: str, digests: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    kept = "".join(expect.split()).lower()
    newest = max(digests, default="")
    found = next((month for month, digest in digests.items() if len(kept) >= 16 and digest.startswith(kept)), None)
    if found is None:
        return "expect-none", {"expect": kept, "month": newest, "found": digests.get(newest, "-")}
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


# --- files ---


def _files(folder: Path, manifest: Mapping[str, Any]) -> Found:
    listed, month = manifest["files"], manifest["month"]
    there = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for name in sorted(there.keys() - listed.keys() - {NAME}):
        yield "file-added", {"file": f"{folder.name}/{name}"}
    sound = {name for name, about in listed.items() if name in there and digest_of(there[name]) == about["sha256"]}
    for name, about in listed.items():
        if name not in there:
            yield "file-missing", {"file": f"{folder.name}/{name}"}
        elif name not in sound:
            differences = list(_differences(folder, name, manifest, sound)) or [("", {})]
            shown = [text for text in differences[:_SHOWN] if text[0]]
            more = len(differences) - len(shown) if shown else 0
            yield "file-changed", {"file": f"{folder.name}/{name}", "differences": shown, "more": more}
        elif name.endswith(".csv") and (rows := len(_rows(there[name]) or ())) != about["rows"]:
            yield "count", {"file": f"{folder.name}/{name}", "rows": rows, "listed": about["rows"], "month": month}


def _differences(folder: Path, name: str, manifest: Mapping[str, Any], sound: set[str]) -> Found:
    """Where a file that was changed differs, as far as another copy of its table tells."""
    table, _, suffix = name.rpartition(".")
    if suffix == "xlsx":
        yield from _cells(folder, name, manifest, sound)
        return
    other = f"{table}.{'parquet' if suffix == 'csv' else 'csv'}"
    if other not in sound:
        return
    now, was = _rows(folder / name), _rows(folder / other)
    if was is None:
        return
    if now is None:
        yield "unreadable", {}
        return
    columns = [column for column, _ in TABLES[table]]
    if len(now) == len(was):
        for place, (new, old) in enumerate(zip(now, was, strict=True), start=2):
            for column, value, before in zip(columns, new, old, strict=True):
                if value != before:
                    yield "cell", {"row": place, "column": column, "before": before, "after": value}
        return
    for kind, rows, others in (("row-added", now, was), ("row-removed", was, now)):
        left = Counter(rows) - Counter(others)
        for place, row in enumerate(rows, start=2):
            if left[row]:
                left[row] -= 1
                yield kind, {"row": place, "text": ", ".join(str(value) for value in row if value is not None)[:80]}


def _rows(path: Path) -> list[tuple[Any, ...]] | None:
    """The rows of a table, None where it cannot be read."""
    columns = TABLES[path.stem]
    try:
        if path.suffix == ".csv":
            return sheets.read_csv(path, columns)
        from pyarrow import parquet

        found = parquet.read_table(path)
        return list(zip(*(found.column(name).to_pylist() for name, _ in columns), strict=True)) if len(found) else []
    except Exception:  # whatever was done to the file
        return None


def _cells(folder: Path, name: str, manifest: Mapping[str, Any], sound: set[str]) -> Found:
    """The cells of the workbook that are not what its tables make: it is made anew, and both are read."""
    rows: dict[str, Sequence[Sequence[Any]]] = {}
    for table in TABLES:
        copies = [_rows(folder / f"{table}.{suffix}") for suffix in ("csv", "parquet") if f"{table}.{suffix}" in sound]
        if not copies or copies[0] is None:
            return
        rows[table] = copies[0]
    previous = manifest["previous"]
    names = {table: [column for column, _ in columns] for table, columns in TABLES.items()}
    audit = sheets.AuditBook(
        manifest["month"], previous and (previous["month"], previous["sha256"]), manifest["recorded_at"],
        manifest["redaction"], names, rows,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / name
        sheets.write_audit(audit, made, load_method(), manifest["lang"])
        if digest_of(made) != manifest["files"][name]["sha256"]:
            return  # another version of the program made it
        was = cell_values(made)
    try:
        now = cell_values(folder / name)
    except Exception:  # whatever was done to the file
        yield "unreadable", {}
        return
    for sheet in was.keys() | now.keys():
        old, new = was.get(sheet, {}), now.get(sheet, {})
        for cell in sorted(old.keys() | new.keys(), key=lambda ref: (len(ref), ref)):
            if old.get(cell) != new.get(cell):
                yield "sheet-cell", {"cell": f"{sheet}!{cell}", "before": old.get(cell), "after": new.get(cell)}


# --- the history ---


def _against(histories: Histories, manifest: Mapping[str, Any]) -> Found:
    """What a package says of the history, and what the history says."""
    month = Month.of(manifest["month"])
    assert month is not None  # it was sealed so
    named = histories.by_prefix
    redacted = manifest["redaction"] is not None and "client" in manifest["redaction"]["columns"]
    for listed in manifest["histories"]:
        history = named.get(listed["name"])
        if history is None:
            if not redacted:
                yield "history-absent", {"history": listed["name"] or ".", "month": str(month)}
            continue
        if history.link(listed["entries"]) != listed["chain"]:
            yield "history-differs", {"history": listed["name"] or ".", "month": str(month), "seq": listed["entries"]}
        runs = {run.seq: run for run in history.runs(until=month.last)}
        prefix = listed["name"]
        mine = [entry for entry in manifest["inputs"] if redacted or _owner(entry["client"], named) == prefix]
        gone = [entry["run"] for entry in mine if entry["run"] not in runs and not redacted]
        if gone:
            yield "forgotten", {"history": prefix or ".", "month": str(month), "count": len(gone)}
        for entry in mine if not redacted else ():
            run = runs.get(entry["run"])
            if run is not None and (run.hash, run.facts["state"]) != (entry["chain_sha256"], entry["state_sha256"]):
                yield "run-differs", {"client": entry["client"], "seq": entry["run"], "month": str(month)}
        since = [run for run in runs.values() if run.seq > listed["entries"]]
        if since:
            yield "later-runs", {"history": prefix or ".", "month": str(month), "count": len(since)}
    if not redacted:
        listed_names = {entry["name"] for entry in manifest["histories"]}
        for prefix, history in named.items():
            if prefix not in listed_names and any(history.runs(until=month.last)):
                yield "history-unlisted", {"history": prefix or ".", "month": str(month)}


def _owner(client: str, named: Mapping[str, Any]) -> str:
    """The prefix of the history that a client is of: the longest that fits."""
    return max((prefix for prefix in named if client.startswith(prefix)), key=len, default="")
