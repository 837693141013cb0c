"""`riskbook due`: lists what falls due over all clients, and writes it as a calendar; changes no workbook."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.language import wrong_usage
from riskbook.cli.options import FORMAT, STORE, TRACEBACK, Given, given_settings, refuse_empty, reported_errors, span
from riskbook.cli.report import error_text, exit_code, failed, next_step, notice_texts
from riskbook.cli.run import assessed, day_of_run, read_settings
from riskbook.cli.terminal import error_message, label, say, say_document
from riskbook.errors import OutputError
from riskbook.model import sha256

if TYPE_CHECKING:
    from riskbook.method import Method
    from riskbook.records import Client, Outcome
    from riskbook.tables import Event

_Wording = Callable[[Mapping[str, Any]], dict[str, str]]  # a deadline → its parts in words
SCHEMA = "riskbook.due/1"
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_SHOWN = ("kind", "subject", "business", "medium", "date", "days", "found", "assignee", "decided_by", "place")


@dataclass
class _Found:
    """What was found: a client, its deadlines (as `analysis.deadlines` lists them), and whether these are all."""

    client: Client
    deadlines: list[dict[str, Any]]
    whole: bool
    name: str = ""
    listed: list[dict[str, Any]] = field(default_factory=list)
    undated: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class _Search:
    """All clients that were found, the workbooks that failed, and the histories that cannot be read."""

    found: list[_Found] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    sick: dict[Path, OutputError] = field(default_factory=dict)

    @property
    def overdue(self) -> int:
        """How many deadlines have passed."""
        return sum(entry["days"] < 0 for one in self.found for entry in one.listed)

    @property
    def counts(self) -> dict[str, int]:
        """How many are overdue, due later, and without a date that can be read."""
        listed, undated = (sum(len(getattr(one, name)) for one in self.found) for name in ("listed", "undated"))
        return {"overdue": self.overdue, "due": listed - self.overdue, "undated": undated}

    @property
    def code(self) -> int:
        """The exit code: as for other commands, 1 where something is overdue."""
        return max(exit_code(self.outcomes), 3 if self.sick else 0, 1 if self.overdue else 0)

    def choose(self, today: date, until: date) -> None:
        """Names the clients and chooses what is listed; the client whose next deadline is soonest stands first."""
        from riskbook.analysis import due as due_of
        from riskbook.records import client_names

        for one, name in zip(self.found, client_names([one.client for one in self.found]), strict=True):
            one.name = name
            one.listed, one.undated = due_of(one.deadlines, today, until)
        self.found.sort(key=lambda one: (one.listed[0]["date"] if one.listed else "~", one.name))


@click.command()
@click.argument("sources", nargs=-1, metavar="[WORKBOOK|FOLDER|STORE]...")
@click.option(
    "--within",
    callback=span,
    default="30d",
    show_default=True,
    metavar="SPAN",
)
@click.option("--ics", metavar="FILE")
@STORE
@given_settings()
@FORMAT
@TRACEBACK
def due(
    sources: tuple[str, ...],
    within: tuple[int, str],
    ics: str | None,
    store: str | None,
    given: Given,
    format_: str,
    traceback: bool,
) -> None:
    """List what falls due, by client: treatments, measures, reviews of decisions, ends of retention.

    Example: riskbook due samples/kitahama-seiki.xlsx --within 3m
    """
    from riskbook.analysis import span_end
    from riskbook.sheets import deadline_words

    screen, today = given.screen, day_of_run(given)
    until = span_end(today, *within)
    if store is not None and sources:
        raise wrong_usage("store-or-workbooks")
    refuse_empty(store, ics)
    if ics is not None:
        with reported_errors(screen):
            _refuse_calendar(Path(ics))
    search, method = _searched(sources, store, today, given, traceback=traceback)
    search.choose(today, until)
    words = partial(deadline_words, method=method, lang=screen)
    written, problem = _write_calendar(search, ics, words, screen)
    if format_ == "json":
        say_document(_document(search, today, until, ics if written is not None else None, problem, screen))
    else:
        _print(search, until, words, screen)
        if written is not None:
            say(label("due.written", screen, count=written, output=ics))
    _print_failures(search, screen)
    if problem is not None:
        say(problem, err=True)
    code = max(search.code, 3 if problem else 0)
    further = [*sources, *([] if store is None else ["--store", store]), "--within", "1y"]
    next_step("due", screen, "due", *further, json=format_ == "json", code=code)
    sys.exit(code)


def _refuse_calendar(target: Path) -> None:
    """Raises `OutputError` where the extra is missing, or another file stands in the place of the calendar."""
    from riskbook.tables import has_calendar, is_own_calendar

    if not has_calendar():
        raise OutputError("calendar-extra")
    if target.is_dir():
        raise OutputError("is-folder", path=str(target))
    if target.exists() and not is_own_calendar(target):
        raise OutputError("calendar-exists", path=str(target))


# --- finding ---


def _searched(
    sources: Sequence[str], store: str | None, today: date, given: Given, *, traceback: bool
) -> tuple[_Search, Method]:
    """Everything in the workbooks, folders and histories, and the method whose words are shown."""
    from riskbook.analysis import recorded_deadlines
    from riskbook.records import client_of_workbook, is_history

    search = _Search()
    stores = [Path(name) for name in sources if is_history(Path(name))]
    workbooks = [name for name in sources if not is_history(Path(name))]
    settings = read_settings(workbooks, given)
    for outcome in assessed(workbooks, given, settings, traceback=traceback, joined=True) if workbooks else ():
        search.outcomes.append(outcome)
        if outcome.record is not None:
            outcome.status = "ok"  # its findings are not what this command is about
            search.found.append(_Found(client_of_workbook(outcome), *recorded_deadlines(outcome.record)))
            outcome.result = outcome.record = None  # a workbook is large, and there may be many
    if not sources:
        stores = [Path(store or ".")]
    with reported_errors(given.screen):
        for place in stores:
            for client in _recorded(place, today, search):
                search.found.append(_Found(client, *recorded_deadlines(client.record)))
    return search, settings.method


def _recorded(place: Path, today: date, search: _Search) -> Iterator[Client]:
    """The clients of the histories in a place; a history that cannot be read is noted where there are others."""
    from riskbook.records import Histories, find_histories, last_clients

    histories = Histories(find_histories(place))
    try:
        yield from last_clients(histories, today)
    except OutputError:
        if not histories.sick or not (search.found or search.outcomes):
            raise
    search.sick |= histories.sick


# --- printing ---


def _print(search: _Search, until: date, words: _Wording, screen: str) -> None:
    from riskbook.sheets import deadline_day

    for one in search.found:
        entries = [*one.listed, *one.undated]
        if entries:
            say(label("due.client", screen, client=one.name))
        for entry in entries:
            said = words(entry)
            rest = "".join(f"  {said[name]}" for name in ("who", "place") if said[name])
            parts = {
                "when": deadline_day(entry, screen),
                "kind": said["kind"],
                "subject": said["subject"],
                "rest": rest,
            }
            late = entry["date"] is not None and entry["days"] < 0
            say(label("due.line", screen, **parts), marks=[(parts["when"], "error")] if late else ())
    if search.found:
        say(label("due.counts", screen, **search.counts, until=until.isoformat(), clients=len(search.found)))


def _print_failures(search: _Search, screen: str) -> None:
    """Says, on standard error, what could not be read, and of which clients not everything is known."""
    for outcome in search.outcomes:
        if outcome.input:
            failed(outcome, screen)
            for text in notice_texts(outcome, screen):
                say(text, err=True)
    for error in search.sick.values():
        say(error_message(error.key, screen, error.params), err=True)
    for one in search.found:
        if (run := one.client.failed) is not None:
            why = error_message(run.facts["error"][0], screen, run.facts["error"][1])
            say(label("screen.diff-failed", screen, client=one.name, day=run.facts["day"], error=why), err=True)
    earlier = [one.name for one in search.found if not one.whole]
    if earlier:
        say(label("due.no-retentions", screen, clients=earlier), err=True)
    if not search.found and not search.outcomes:
        say(label("screen.history-none", screen), err=True)


def _document(
    search: _Search, today: date, until: date, ics: str | None, problem: str | None, screen: str
) -> dict[str, Any]:
    """The object of schema riskbook.due/1."""
    return {
        "schema": SCHEMA,
        "today": today.isoformat(),
        "until": until.isoformat(),
        "counts": search.counts,
        "due": [_plain(one, entry) for one in search.found for entry in one.listed],
        "undated": [_plain(one, entry) for one in search.found for entry in one.undated],
        "clients": [
            {
                "client": one.name,
                "source": one.client.source,
                "day": one.client.day.isoformat(),
                "failed": one.client.failed and one.client.failed.facts["day"],
                "retentions": one.whole,
            }
            for one in search.found
        ],
        "failed": [
            {"input": outcome.input, "error": error_text(outcome, screen)}
            for outcome in search.outcomes
            if outcome.input and outcome.error
        ],
        "unreadable": [{"path": str(path), "error": error.key} for path, error in search.sick.items()],
        "ics": ics,
        "error": problem,
    }


def _plain(one: _Found, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"client": one.name, **{name: entry.get(name) for name in _SHOWN}}


# --- the calendar ---


def _write_calendar(search: _Search, target: str | None, words: _Wording, screen: str) -> tuple[int | None, str | None]:
    """Writes what is listed as a calendar, if asked: the number of events, or why it could not be written."""
    from riskbook import opc
    from riskbook.tables import written_calendar

    if target is None:
        return None, None
    events = [_event(one.name, entry, words, screen) for one in search.found for entry in one.listed]
    try:
        opc.save(
            written_calendar(events, label("due.calendar", screen), datetime.now(UTC)), Path(target), overwrite=True
        )
    except OutputError as error:
        return None, error_message(error.key, screen, error.params)
    return len({event.key for event in events}), None


def _event(client: str, entry: Mapping[str, Any], words: _Wording, screen: str) -> Event:
    """One deadline as an event. Its key is made of what it is about, so that it stays when the day moves."""
    from riskbook.tables import Event

    about = [client, *(entry[name] for name in ("kind", "business", "subject", "medium", "nth"))]
    key = sha256(json.dumps(about, ensure_ascii=False).encode("utf-8", "surrogatepass"))[:32]
    plain = {name: _one_line(value) for name, value in entry.items()}
    said, client = words(plain), _one_line(client)
    subject = plain["subject"] or label("due.unnamed", screen)
    summary = label("due.summary", screen, client=client, kind=said["kind"], subject=subject)
    place = label("due.place", screen, place=said["place"]) if said["place"] else ""
    lines = (client, f"{said['kind']} {entry['date']}", said["subject"], said["who"], place)
    return Event(key, date.fromisoformat(entry["date"]), summary, "\n".join(line for line in lines if line))


def _one_line(value: Any) -> Any:
    """A text with a space in place of line breaks and control characters; any other value as it is."""
    return _BREAKS.sub(" ", value).strip() if isinstance(value, str) else value
