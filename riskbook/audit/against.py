"""What monthly packages say of the histories, and what the histories say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from riskbook.audit.history import History, Run
from riskbook.audit.moments import Histories, Month, by_client
from riskbook.audit.tables import counted

_FIGURES = ("importance", "threat", "vulnerability", "risk", "level", "decided")

Found = Iterator[tuple[str, dict[str, Any]]]
Tables = Callable[[str], list[dict[str, Any]] | None]


def compare_with(
    histories: Histories, manifests: Mapping[str, Mapping[str, Any]], tables: Mapping[str, Tables]
) -> Found:
    """Differences between packages and histories; `tables`: by month, the rows of a table, None where it is unsound.

    Each history is first checked in itself. A package finds its history by the chain, whatever it is called now.
    """
    claimed: dict[str, set[int]] = {month: set() for month in manifests}
    newest = max(manifests, default="")
    for prefix, history in histories.each():
        name = prefix or history.path.name
        broken = [(f"history-{key}", {"history": name, **about}) for key, about in history.problems()]
        yield from broken
        for month, manifest in manifests.items():
            number = _own(history, prefix, manifest, claimed[month])
            if number is not None:
                claimed[month].add(number)
            if broken:  # what it says now proves nothing
                continue
            if number is not None:
                yield from _against(history, name, manifest, number, tables[month])
            elif any(history.runs(until=_month(month).last)) and manifest["redaction"] is None:
                yield "history-unlisted", {"history": name, "month": month}
        if broken:
            continue
        later = [run for run in history.runs() if newest and run.facts["day"] > _month(newest).last.isoformat()]
        if later:
            yield "later-months", {"history": name, "month": newest, "count": len(later)}
    for month, manifest in manifests.items():
        for number, listed in enumerate(manifest["histories"]):
            if number not in claimed[month] and listed["entries"]:
                yield "history-absent", {"history": listed["name"] or "history.db", "month": month}


def _month(text: str) -> Month:
    month = Month.of(text)
    assert month is not None  # the manifest was found sound
    return month


def _own(history: History, prefix: str, manifest: Mapping[str, Any], claimed: set[int]) -> int | None:
    """Which of the histories of a package this one is: by chain and name, else by chain, else by name."""
    listed = [(number, entry) for number, entry in enumerate(manifest["histories"]) if number not in claimed]
    chained = [(n, e) for n, e in listed if e["entries"] and history.link(e["entries"]) == e["chain"]]
    named = [(number, entry) for number, entry in listed if entry["name"] == prefix]
    both = [entry for entry in chained if entry in named]
    return next((number for number, _ in (*both, *chained, *named)), None)


def _against(history: History, name: str, manifest: Mapping[str, Any], number: int, tables: Tables) -> Found:
    listed, month = manifest["histories"][number], _month(manifest["month"])
    where = {"history": name, "month": str(month)}
    if history.link(listed["entries"]) != listed["chain"]:
        yield "history-differs", {**where, "seq": listed["entries"]}
        return
    clients, forgotten = by_client(history, month.last), history.forgotten()
    kept = {run.seq: run for runs in clients.values() for run in runs}
    mine = [entry for entry in manifest["inputs"] if entry["history"] == number]
    for entry in mine:
        run = kept.get(entry["run"])
        if run is None and entry["run"] not in forgotten:
            yield "run-missing", {**where, "client": entry["client"], "seq": entry["run"]}
        elif run and (run.hash, run.facts["state"]) != (entry["chain_sha256"], entry["state_sha256"]):
            yield "run-differs", {**where, "client": entry["client"], "seq": entry["run"]}
    if gone := [entry for entry in mine if entry["run"] in forgotten]:
        yield "forgotten", {**where, "count": len(gone)}
    known = {client: [run for run in runs if run.seq <= listed["entries"]] for client, runs in clients.items()}
    inputs = {entry["run"] for entry in mine}
    for client, runs in known.items():
        expected = [run for run in runs if run.facts["day"] >= month.first.isoformat()] or runs[-1:]
        for run in expected:
            if run.seq not in inputs:
                yield "run-unlisted", {**where, "client": client, "seq": run.seq}
    yield from _figures(history, where, known, tables)
    if since := [run for run in kept.values() if run.seq > listed["entries"]]:
        yield "later-runs", {**where, "count": len(since)}


def _figures(
    history: History, where: Mapping[str, str], known: Mapping[str, Sequence[Run]], tables: Tables
) -> Found:  # fmt: skip
    """Clients and register against the records; a client is found by the place of its run in the chain."""
    clients, register = tables("clients"), tables("register")
    if clients is None or register is None:
        return
    by_chain = {row["chain_sha256"]: row for row in clients}
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in register:
        rows.setdefault(row["client"], []).append(row)
    for client, runs in known.items():
        if not runs:
            continue
        last = runs[-1]
        line = by_chain.get(last.hash)
        if line is None:
            yield "client-missing", {**where, "client": client}
            continue
        figures = last.facts["run"]
        if {name: line[name] for name in line if name.startswith("assets_")} | {"risk": line["risk"]} != {
            **counted(figures["levels"]), "risk": figures["risk"]
        }:  # fmt: skip
            yield "client-differs", {**where, "client": client}
        assets, shown = history.record(last)["assets"], rows.get(line["client"], [])
        if len(assets) != len(shown):
            yield "register-count", {**where, "client": client, "rows": len(shown), "kept": len(assets)}
        elif [[row[name] for name in _FIGURES] for row in shown] != [[a[name] for name in _FIGURES] for a in assets]:
            yield "register-differs", {**where, "client": client}
