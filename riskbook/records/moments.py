"""Selects runs from histories: those of each client up to a day, or one by its number or hash."""

from __future__ import annotations

import calendar
import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riskbook.errors import OutputError
from riskbook.records.entries import Run
from riskbook.records.history import History

_RUN = re.compile(r"#?(\d{1,9})|#?([0-9a-f]{6,64})")


@dataclass(frozen=True)
class Month:
    """A calendar month; `str` gives YYYY-MM. `number`: 1…12."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @classmethod
    def of(cls, text: str) -> Month | None:
        """The month that a text of the form YYYY-MM names; None for any other text."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text)
        if not match or not 1 <= int(match[2]) <= 12 or not int(match[1]):
            return None
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def back(self, months: int) -> Month:
        """The month that is `months` earlier, at the earliest January of year 1."""
        at = max(self.year * 12 + self.number - 1 - months, 12)  # there is no year 0
        return Month(at // 12, at % 12 + 1)


def day_of(text: str) -> date | None:
    """The day that YYYY-MM-DD names, or the last of the month that YYYY-MM names; None for any other text."""
    month = Month.of(text)
    if month is not None:
        return month.last
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def is_run(text: str) -> bool:
    """Whether a text has the form of a run: a number (12 or #12), or the beginning of a hash."""
    return _RUN.fullmatch(text) is not None


class Histories:
    """Several histories as one, opened one after the other. `places`: prefix of its clients' names → file.

    `sick`: those that cannot be used, each with the error; they are passed over where there are others.
    """

    def __init__(self, places: Mapping[str, Path]) -> None:
        self.places = dict(places)
        self.sick: dict[Path, OutputError] = {}

    def each(self) -> Iterator[tuple[str, History]]:
        """Each history with its prefix, open and unchanging until the next one is asked for.

        Raises `OutputError` where none can be used.
        """
        for prefix, path in self.places.items():
            with contextlib.ExitStack() as stack:
                try:
                    history = stack.enter_context(History(path, read_only=True))
                    stack.enter_context(history.snapshot())
                    history.check()
                except OutputError as error:
                    self.sick[path] = error
                    if len(self.sick) == len(self.places):
                        raise
                    continue
                yield prefix, history

    def runs(self, until: date, client: str | None = None) -> Iterator[tuple[str, History, list[Run]]]:
        """Yields for each client its name, its history, and its runs up to and including a day, by day and number.

        `client`: only this one, named with or without the prefix.
        """
        for prefix, history in self.each():
            for name, runs in by_client(history.runs(until=until)).items():
                if client in (None, name, prefix + name):
                    yield prefix + name, history, runs

    def run(self, text: str, client: str | None = None) -> tuple[str, Run, dict[str, Any]] | None:
        """Client, run and record of the run with a number (12 or #12) or a hash that begins so; None without any.

        Raises `OutputError` where several runs fit.
        """
        match = _RUN.fullmatch(text)
        if match is None:
            return None
        number, link = match[1], match[2]
        found = [
            (prefix + run.facts["client"], run, history.record(run))
            for prefix, history in self.each()
            for run in ([history.run(int(number))] if number else history.runs())
            if run is not None and (number or run.hash.startswith(link))
            if client in (None, run.facts["client"], prefix + run.facts["client"])
        ]
        if len(found) > 1:
            raise OutputError("history-two-runs", run=text, clients=tuple(client for client, _, _ in found[:5]))
        return found[0] if found else None


def by_client(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Runs by client, clients sorted, the runs of each in the given order."""
    by_name: dict[str, list[Run]] = {}
    for run in runs:
        by_name.setdefault(run.facts["client"], []).append(run)
    return dict(sorted(by_name.items()))
