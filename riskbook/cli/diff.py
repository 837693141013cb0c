"""`riskbook diff`: compares two workbooks, runs, or months."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.history import places_of, refuse_sick
from riskbook.cli.options import FORMAT, ONE_CLIENT, STORE, Given, given_settings
from riskbook.cli.report import next_step
from riskbook.cli.run import day_of_run
from riskbook.cli.terminal import error_message, label, say, say_document, say_error
from riskbook.errors import OutputError, RiskbookError
from riskbook.model import run_fields

if TYPE_CHECKING:
    from riskbook.method import Method
    from riskbook.model import Comparison
    from riskbook.records import Histories, Run

SCHEMA = "riskbook.diff/1"


@dataclass
class _Side:
    """One side of a comparison.

    `records`: client → record. `day`: of the records. `reached`: that day, or of a month that is not over how far it
    has come; what was due before it is overdue. `alone`: whether a single workbook or run was named.
    """

    records: dict[str, dict[str, Any]]
    day: date
    reached: date
    alone: bool


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@STORE
@ONE_CLIENT
@given_settings()
@FORMAT
def diff(before: str, after: str, store: str | None, client: str | None, given: Given, format_: str) -> None:
    """Show what changed from A to B: assets, risks with the factor behind each change, measures, decisions.

    Example: riskbook diff samples/kitahama-seiki.xlsx demo/kitahama-seiki.xlsx
    """
    from riskbook import pipeline
    from riskbook.opc import read_file
    from riskbook.records import Histories, day_of, is_run, settings_for

    screen = given.screen
    named = [name for name in (before, after) if os.path.isfile(name)]
    settings = given.settings(named)
    on = day_of_run(given)

    used: list[tuple[Histories, str | None]] = []

    def histories() -> tuple[Histories, str | None]:
        if not used:  # both sides read the same ones
            places, wanted = places_of(named[0] if named else None, store, client)
            used.append((Histories(places), wanted))
        return used[0]

    failed: dict[str, Run] = {}

    def side(name: str) -> _Side:
        if os.path.isfile(name):
            chosen = replace(settings_for(name, settings), today=on)
            result = pipeline.assess_bytes(read_file(Path(name)), Path(name), chosen)
            return _Side({result.title: result.record}, on, on, True)
        moment = day_of(name)
        if moment is None and not is_run(name):
            raise OutputError("diff-unknown", name=name)
        known, wanted = histories()
        if moment is not None:
            runs = known.runs(moment, wanted)
            records: dict[str, dict[str, Any]] = {}
            reached = on
            for found, history, past in runs:
                records[found] = history.record(past[-1])
                reached = max(reached, date.fromisoformat(past[-1].facts["day"]))
                for run in history.failures(past[-1].facts["client"], until=moment):
                    if run.seq > past[-1].seq:
                        failed[found] = run
            return _Side(records, moment, min(moment, reached), False)
        one = known.run(name, wanted)
        if one is None:
            raise OutputError("diff-unknown", name=name)
        day = date.fromisoformat(one[1].facts["day"])
        return _Side({one[0]: one[2]}, day, day, True)

    sides = []
    for name in (before, after):
        try:
            sides.append(side(name))
        except RiskbookError as error:
            message = error_message(error.key, screen, error.params)
            if name in named and not isinstance(error, OutputError):
                message = label("screen.failed", screen, input=name, message=message)
            say_error(message)
            raise SystemExit(3) from error
    first, second = sides
    _print(first, second, settings.method, screen, json=format_ == "json")
    _print_failures(failed, screen)
    for one, _ in used:
        refuse_sick(one, screen)
    more = ["plan", after] if os.path.isfile(after) else ["history", *([] if store is None else ["--store", store])]
    next_step("diff", screen, *more, json=format_ == "json")


def _print_failures(failed: Mapping[str, Run], screen: str) -> None:
    """Says which clients' last run failed, so that an earlier one was compared."""
    for client, run in failed.items():
        message = error_message(run.facts["error"][0], screen, run.facts["error"][1])
        say(label("screen.diff-failed", screen, client=client, day=run.facts["day"], error=message), err=True)


def _print(first: _Side, second: _Side, method: Method, screen: str, *, json: bool) -> None:
    from riskbook.analysis import compare

    # A workbook or run is compared with its own client of a month, not with all clients.
    for one, other in ((first, second), (second, first)):
        if one.alone and not other.alone and (same := one.records.keys() & other.records.keys()):
            other.records = {name: other.records[name] for name in same}
    if (first.alone and second.alone) or len(first.records) == len(second.records) == 1:
        pairs = {next(iter(second.records)): (next(iter(first.records.values())), next(iter(second.records.values())))}
        added, removed = [], []
    else:
        both = sorted(first.records.keys() & second.records.keys())
        pairs = {client: (first.records[client], second.records[client]) for client in both}
        added, removed = (
            sorted(one.keys() - other.keys())
            for one, other in ((second.records, first.records), (first.records, second.records))
        )
    found = {client: compare(old, new, second.reached, since=first.day) for client, (old, new) in pairs.items()}
    found = {client: replace(one, until=replace(one.until, on=second.day)) for client, one in found.items()}
    if json:
        comparisons = [_plain(client, comparison) for client, comparison in found.items()]
        say_document({"schema": SCHEMA, "comparisons": comparisons, "added": added, "removed": removed})
        return
    for client, comparison in found.items():
        _print_one(client, comparison, method, screen)
    for key, clients in (("screen.diff-added", added), ("screen.diff-removed", removed)):
        if clients:
            say(label(key, screen, clients=clients))
    if not found and not added and not removed:
        say(label("screen.history-none", screen), err=True)


def _print_one(client: str, comparison: Comparison, method: Method, screen: str) -> None:
    from riskbook.sheets import event_words, run_words

    runs = [run_words(run, method, screen) for run in (comparison.since, comparison.until)]
    say(f"{client}  {runs[0]} → {runs[1]}")
    if not comparison.events:
        say(label("screen.diff-none", screen))
    for event in comparison.events:
        words = event_words(event, method, screen)
        place = f"{event['sheet']}!{event['row']}" if event["sheet"] else ""
        ends = [str(words[name]) for name in ("before", "after") if words[name] is not None]
        parts = [" → ".join(ends), words["factors"], words["by"], words["due"], words["matched"], place]
        say(
            label("screen.diff-line", screen, event=words["event"], subject=words["subject"])
            + "  ".join(str(part) for part in parts if part)
        )


def _plain(client: str, comparison: Comparison) -> dict[str, Any]:
    runs = {"before": run_fields(comparison.since), "after": run_fields(comparison.until)}
    events: list[Mapping[str, Any]] = [
        {
            **event,
            **{
                name: [dict(zip(("field", "before", "after"), entry, strict=True)) for entry in event[name]]
                for name in ("factors", "causes")
            },
        }
        for event in comparison.events
    ]
    return {"client": client, **runs, "counts": dict(comparison.counts), "events": events}
