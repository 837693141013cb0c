"""Calendar files (iCalendar) of days on which something is due; needs the extra `riskbook[calendar]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

_PRODUCT = "-//riskbook//due//EN"
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)  # numbers of versions are seconds since then
_HEAD = 2_000  # bytes of a file in which its maker is named
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True)
class Event:
    """A day on which something is due. `key`: equal for the same thing in every file, also where the day moved."""

    key: str
    day: date
    summary: str
    description: str


def has_calendar() -> bool:
    """Whether the extra for calendar files is installed."""
    try:
        import icalendar  # noqa: F401
    except ImportError:
        return False
    return True


def is_own_calendar(path: Path) -> bool:
    """Whether a file is a calendar that `written_calendar` made."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return head.startswith(b"BEGIN:VCALENDAR") and f"PRODID:{_PRODUCT}".encode() in head


def written_calendar(events: Iterable[Event], name: str, now: datetime) -> bytes:
    """A calendar with an event of a whole day for each; one that is written later replaces what programs took from it.

    `now`: the moment, with its time zone; each event's SEQUENCE grows with it. Of events with the same key the first
    counts. Raises `ImportError` without the extra.
    """
    import icalendar

    moment = now.astimezone(UTC).replace(microsecond=0)
    calendar = icalendar.Calendar()
    for field, text in {"prodid": _PRODUCT, "version": "2.0", "x-wr-calname": _printable(name)}.items():
        calendar.add(field, text)
    written = set()
    for event in events:
        if event.key in written:
            continue
        written.add(event.key)
        entry = icalendar.Event()
        fields: dict[str, Any] = {
            "uid": f"{event.key}@riskbook",
            "dtstamp": moment,
            "last-modified": moment,
            "sequence": max(int((moment - _FIRST).total_seconds()), 0),
            "dtstart": event.day,
            "summary": _printable(event.summary).replace("\n", " "),
            "description": _printable(event.description),
            "transp": "TRANSPARENT",  # a deadline does not make the day busy
        }
        for key, content in fields.items():
            entry.add(key, content)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _printable(text: str) -> str:
    """A text without control characters but line ends, which no calendar may hold."""
    return _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
