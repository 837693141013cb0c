"""What was known at a moment: the last run of each client up to a day, or one run that is named."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from riskbook.audit.history import History, Run
from riskbook.errors import OutputError

_RUN = re.compile(r"#?(\d{1,9})|#?([0-9a-f]{6,64})")


@dataclass(frozen=True)
class Month:
    """A month of the calendar; `str` gives YYYY-MM."""

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
        """The month so many before it."""
        at = self.year * 12 + self.number - 1 - months
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
    """Several histories as one; a context manager. `places`: by the prefix that tells their clients apart."""

    def __init__(self, places: Mapping[str, Path]) -> None:
        self._stack = ExitStack()
        self.by_prefix: dict[str, History] = {}
        try:
            for prefix, path in places.items():
                self.by_prefix[prefix] = self._stack.enter_context(History(path, read_only=True))
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Histories:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def runs(self, until: date, client: str | None = None) -> Iterator[tuple[str, History, list[Run]]]:
        """Of each client its name, its history, and its runs up to a day, by day and number."""
        for prefix, history in self.by_prefix.items():
            found: dict[str, list[Run]] = {}
            for run in history.runs(client, until=until):
                found.setdefault(run.facts["client"], []).append(run)
            for name in sorted(found):
                yield prefix + name, history, found[name]

    def run(self, text: str) -> tuple[str, History, Run] | None:
        """The run that a number (12 or #12) or the beginning of a hash names. Raises `OutputError` if there are two."""
        match = _RUN.fullmatch(text)
        if match is None:
            return None
        number, link = match[1], match[2]
        found = [
            (prefix + run.facts["client"], history, run)
            for prefix, history in self.by_prefix.items()
            for run in history.runs()
            if (number and run.seq == int(number)) or (link and run.hash.startswith(link))
        ]
        if len(found) > 1:
            raise OutputError("history-two-runs", run=text, clients=", ".join(client for client, _, _ in found[:5]))
        return found[0] if found else None
