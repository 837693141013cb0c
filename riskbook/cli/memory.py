"""What is known of a workbook before a run and kept after it: the journal of the output folder, and its history."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook.cli.options import Command, refuse_empty
from riskbook.errors import OutputError
from riskbook.text import error_message, label

if TYPE_CHECKING:
    from riskbook.method import Method
    from riskbook.records import Job, Journal, Outcome, Recorder

_STORE = (
    click.option("--store", metavar="PATH", help="History for all of them; default: .riskbook/history.db beside each."),
    click.option("--no-history", is_flag=True, help="Keep no history of this run."),
)
_CLIENT = click.option(
    "--client", metavar="ID", help="What the workbook is called in the history, whatever its file name."
)
_SHOWN = 3
_ENCRYPTED = b"\xd0\xcf\x11\xe0"  # how the file of an encrypted workbook begins


def kept(command: Command) -> Command:
    """Adds the options on the history, for a command on workbooks."""
    return kept_of_many(_CLIENT(command))


def kept_of_many(command: Command) -> Command:
    """Adds the options on the history, for a command on a folder."""
    for option in reversed(_STORE):
        command = option(command)
    return command


def recorder(store: str | None, client: str | None, no_history: bool, workbooks: int) -> Recorder | None:
    """The keeper of histories, None where none is wanted; a usage error where the options do not fit."""
    from riskbook.records import Recorder

    if no_history and (store or client):
        raise click.UsageError("--no-history excludes --store and --client.")
    refuse_empty(store, client)
    if client and workbooks > 1:
        raise click.UsageError("--client names one workbook's line; give it with one workbook.")
    return None if no_history else Recorder(store_path(store) if store else None, client)


def store_path(store: str) -> Path:
    """The file of a history: as named, or the one of a folder."""
    from riskbook.records import history_beside

    path = Path(store)
    folder = path.is_dir() or store.endswith(("/", os.sep))
    return history_beside(path / "any") if folder else path


class Memory:
    """Asks before a run, and notes after it; what goes wrong in a history is told at the end.

    `today`: the day of the assessments. `failed`: whether a run could not be kept that should have been.
    """

    def __init__(
        self, journal: Journal, recorder: Recorder | None, today: Callable[[], date], method: Method, screen: str
    ) -> None:
        self.failed = False
        self._journal, self._recorder = journal, recorder
        self._today, self._method, self._screen = today, method, screen
        self._told: dict[str, int] = {}

    def knowing(self, job: Job) -> Job:
        """The job with what is known of it; with the reason to refuse it, where its history cannot be used."""
        job = self._journal.knowing(job)
        keeper, known, source = self._recorder, job.known, _place(job)
        if keeper is None or self._unwanted(job):
            return job
        try:
            kept = known is None or keeper.knows(source, known.output_digest, known.input_digest)
            if known is not None and not kept and keeper.can_keep(source):
                job = replace(job, known=replace(known, input_digest=""))  # to be done again, and kept
            return replace(job, earlier=keeper.earlier(source, self._today()))
        except OutputError as error:
            return replace(job, refused=error)

    def note(self, job: Job, outcome: Outcome) -> None:
        """Remembers what became of a job: the history first, so that a call that dies does it again."""
        if self._recorder is not None and outcome.status in ("ok", "findings", "unchanged"):
            unwanted = self._unwanted(job)
            if unwanted:
                self._tell(label(unwanted, self._screen))
            else:
                self._keep(self._recorder, job, outcome)
        self._journal.note(job, outcome)

    def end(self) -> None:
        """Says what could not be kept."""
        for message, count in list(self._told.items())[:_SHOWN]:
            click.echo(message + (f" (× {count})" if count > 1 else ""), err=True)
        if len(self._told) > _SHOWN:
            click.echo(label("screen.history-more", self._screen, count=len(self._told) - _SHOWN), err=True)
        self._told = {}

    def _keep(self, keeper: Recorder, job: Job, outcome: Outcome) -> None:
        source = _place(job)
        about = {"day": self._today(), "input_": outcome.input_digest, "output": outcome.output_digest}
        try:
            if outcome.record is None:
                keeper.repeat(source, **about)  # type: ignore[arg-type]
            else:
                keeper.add(source, record=outcome.record, method=self._method, **about)  # type: ignore[arg-type]
        except OutputError as error:
            self.failed = self.failed or error.key != "history-unwritable" or keeper.shared
            self._tell(error_message(error.key, self._screen, error.params))

    def _unwanted(self, job: Job) -> str:
        """Why no history stands beside a workbook, as the key of a label: it is at a URL, or encrypted."""
        from riskbook.opc import storage

        if self._recorder is None or self._recorder.shared:
            return ""
        if storage.is_url(job.source):
            return "screen.no-history-url"
        with contextlib.suppress(OSError), open(job.source, "rb") as stream:
            return "screen.no-history-encrypted" if stream.read(4) == _ENCRYPTED else ""
        return ""

    def _tell(self, message: str) -> None:
        self._told[message] = self._told.get(message, 0) + 1


def _place(job: Job) -> str:
    """Where a workbook is, as a history may name it."""
    from riskbook.opc import storage

    return storage.shown(job.source) if storage.is_url(job.source) else job.source
