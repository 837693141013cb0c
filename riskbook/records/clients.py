"""Clients with what is known of them last, whether their workbook was assessed or a history recorded it."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from riskbook.errors import OutputError
from riskbook.model import ASSESSED
from riskbook.records.entries import Run
from riskbook.records.jobs import Outcome, resolved
from riskbook.records.moments import Histories, by_client
from riskbook.records.recorder import PLACE


@dataclass(frozen=True)
class Client:
    """A client and the last record of it.

    `source`: the workbook, or the ID in a history. `named`: the name that it has given itself, "" without one. `path`:
    its folder, or where `is_file` its workbook, without suffix. `day`: of the assessment. `failed`: a later run that
    failed.
    """

    source: str
    named: str
    path: PurePath
    is_file: bool
    record: Mapping[str, Any]
    day: date
    failed: Run | None = None


def client_of_workbook(outcome: Outcome) -> Client:
    """The client of a workbook that was assessed."""
    assert outcome.record is not None
    path = PurePosixPath(Path(resolved(outcome.input)).as_posix())
    path = path.with_name(path.stem.removesuffix(ASSESSED) or path.stem)
    day = date.fromisoformat(outcome.record["run"]["on"])
    return Client(outcome.input, outcome.named, path, True, outcome.record, day)


def last_clients(histories: Histories, until: date) -> Iterator[Client]:
    """The clients of histories, each with the record of its last run up to and including a day.

    A history that turns out to be damaged is added to `histories.sick`. Raises `OutputError` where none can be used.
    """
    for prefix, history in histories.each():
        try:
            for name, runs in by_client(history.runs(until=until)).items():
                failures = [run for run in history.failures(name, until=until) if run.seq > runs[-1].seq]
                yield _recorded(prefix, history.path, runs[-1], history.record(runs[-1]), failures)
        except OutputError as error:
            histories.sick[history.path] = error


def _recorded(prefix: str, store: Path, run: Run, record: Mapping[str, Any], failures: Sequence[Run]) -> Client:
    client = str(run.facts["client"])
    stem = Path(run.facts["file"]).stem.removesuffix(ASSESSED)
    home = store.resolve().parent
    home = home.parent if home.name == PLACE.parent.name else home
    path = PurePosixPath(Path(os.path.normpath(home / client)).as_posix())
    named = "" if _same(record["client"], stem) else str(record["client"])
    day, failed = date.fromisoformat(run.facts["day"]), failures[-1] if failures else None
    return Client(prefix + client, named, path, _same(path.name, stem), record, day, failed)


def _same(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def client_names(clients: Sequence[Client]) -> list[str]:
    """The name that is shown for each client; clients with equal names have their path in brackets.

    It is the name that the client has given itself, else the folder, where it holds no other workbook, else the file.
    """
    folders = Counter(client.path.parent for client in clients if client.is_file)
    names = [
        client.named
        or (client.path.parent.name if client.is_file and folders[client.path.parent] == 1 else "")
        or client.path.name
        for client in clients
    ]
    counts = Counter(names)
    try:
        root = os.path.commonpath([client.path.parent for client in clients])
    except ValueError:  # none, or on several drives and servers
        root = "/"
    paths = [one.path.relative_to(root) if one.path.is_relative_to(root) else one.path for one in clients]
    return [name if counts[name] == 1 else f"{name} ({path})" for name, path in zip(names, paths, strict=True)]
