"""Compares monthly packages with the histories they were made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from riskbook.audit.tables import counted
from riskbook.records.entries import Run
from riskbook.records.history import History
from riskbook.records.moments import Histories, Month, by_client

_FIGURES = ("importance", "threat", "vulnerability", "risk", "level", "decided")

Found = Iterator[tuple[str, dict[str, Any]]]  # message key and parameters of each difference


@dataclass(frozen=True)
class Shown:
    """Figures of a package. `clients`: row by chain hash of the run; `assets`: rows of `_FIGURES` by client name."""

    clients: Mapping[str, Mapping[str, Any]]
    assets: Mapping[str, Sequence[Sequence[Any]]]


def shown_in(clients: Sequence[Mapping[str, Any]] | None, register: Sequence[Mapping[str, Any]] | None) -> Shown | None:
    """The figures in the tables clients and register; None where one of them is None, that is, was changed."""
    if clients is None or register is None:
        return None
    assets: dict[str, list[list[Any]]] = {}
    for row in register:
        assets.setdefault(row["client"], []).append([row[name] for name in _FIGURES])
    return Shown({row["chain_sha256"]: row for row in clients}, assets)


def compare_with(
    histories: Histories, manifests: Mapping[str, Mapping[str, Any]], shown: Mapping[str, Shown | None]
) -> Found:
    """Yields the differences between packages and histories. `manifests`, `shown` (figures of the tables): by month.

    Each history is first checked in itself. A package's history is recognised by its chain, so it may be renamed.
    """
    claimed: dict[str, set[int]] = {month: set() for month in manifests}
    newest = max(manifests, default="")
    for prefix, history in histories.each():
        name = prefix or history.path.name
        broken = [(f"history-{key}", {"history": name, **about}) for key, about in history.problems()]
        yield from broken
        runs, forgotten = ([], frozenset[int]()) if broken else (history.runs(), history.forgotten())
        for month, manifest in manifests.items():
            number = _own(history, prefix, manifest, claimed[month])
            if number is not None:
                claimed[month].add(number)
            if broken:  # a broken history proves nothing about the package
                continue
            end = _month(month).last.isoformat()
            known = [run for run in runs if run.facts["day"] <= end]
            if number is not None:
                where = {"history": name, "month": month}
                yield from _against(history, where, manifest, number, known, forgotten, shown[month])
            elif known and manifest["redaction"] is None:
                yield "history-unlisted", {"history": name, "month": month}
        if broken:
            continue
        later = [run for run in runs if newest and run.facts["day"] > _month(newest).last.isoformat()]
        if later:
            yield "later-months", {"history": name, "month": newest, "count": len(later)}
    for month, manifest in manifests.items():
        for number, listed in enumerate(manifest["histories"]):
            if number not in claimed[month] and listed["entries"]:
                yield "history-absent", {"history": listed["name"] or "history.db", "month": month}


def _month(text: str) -> Month:
    month = Month.of(text)
    assert month is not None  # `opened` has checked it
    return month


def _own(history: History, prefix: str, manifest: Mapping[str, Any], claimed: set[int]) -> int | None:
    """The index of this history in a package's list: by chain and name, else by chain, else by name; None without."""
    listed = [(number, entry) for number, entry in enumerate(manifest["histories"]) if number not in claimed]
    named = [(number, entry) for number, entry in listed if entry["name"] == prefix]
    for number, entry in (*named, *listed):
        if entry["entries"] and history.link(entry["entries"]) == entry["chain"]:
            return number
    return named[0][0] if named else None


def _against(
    history: History,
    where: Mapping[str, str],
    manifest: Mapping[str, Any],
    number: int,
    runs_so_far: Sequence[Run],
    forgotten: frozenset[int],
    shown: Shown | None,
) -> Found:
    listed, month = manifest["histories"][number], _month(manifest["month"])
    if history.link(listed["entries"]) != listed["chain"]:
        yield "history-differs", {**where, "seq": listed["entries"]}
        return
    recorded = {run.seq: run for run in runs_so_far}
    listed_runs = [entry for entry in manifest["inputs"] if entry["history"] == number]
    for entry in listed_runs:
        run = recorded.get(entry["run"])
        if run is None and entry["run"] not in forgotten:
            yield "run-missing", {**where, "client": entry["client"], "seq": entry["run"]}
        elif run and (run.hash, run.facts["state"]) != (entry["chain_sha256"], entry["state_sha256"]):
            yield "run-differs", {**where, "client": entry["client"], "seq": entry["run"]}
    if gone := [entry for entry in listed_runs if entry["run"] in forgotten]:
        yield "forgotten", {**where, "count": len(gone)}
    known = by_client(run for run in runs_so_far if run.seq <= listed["entries"])
    inputs = {entry["run"] for entry in listed_runs}
    for client, runs in known.items():
        expected = [run for run in runs if run.facts["day"] >= month.first.isoformat()] or runs[-1:]
        for run in expected:
            if run.seq not in inputs:
                yield "run-unlisted", {**where, "client": client, "seq": run.seq}
    if shown is not None:
        yield from _figures(history, where, known, shown)
    if since := [run for run in recorded.values() if run.seq > listed["entries"]]:
        yield "later-runs", {**where, "count": len(since)}


def _figures(history: History, where: Mapping[str, str], known: Mapping[str, Sequence[Run]], shown: Shown) -> Found:
    """Compares clients and register with the records; redacted clients are recognised by the hash of their run."""
    for client, runs in known.items():
        last = runs[-1]
        line = shown.clients.get(last.hash)
        if line is None:
            yield "client-missing", {**where, "client": client}
            continue
        figures = last.facts["run"]
        if {name: line[name] for name in line if name.startswith("assets_")} | {"risk": line["risk"]} != {
            **counted(figures["levels"]),
            "risk": figures["risk"],
        }:
            yield "client-differs", {**where, "client": client}
        assets = [[asset[name] for name in _FIGURES] for asset in history.record(last)["assets"]]
        rows = shown.assets.get(line["client"], [])
        if len(assets) != len(rows):
            yield "register-count", {**where, "client": client, "rows": len(rows), "kept": len(assets)}
        elif rows != assets:
            yield "register-differs", {**where, "client": client}
