"""What is remembered of a workbook before a run and after it: by the journal of the output folder, and its history."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from riskbook.errors import OutputError
from riskbook.method import Method
from riskbook.opc import storage
from riskbook.records.jobs import Job, Outcome
from riskbook.records.journal import Journal
from riskbook.records.recorder import Recorder

_ENCRYPTED = b"\xd0\xcf\x11\xe0"  # how the file of an encrypted workbook begins
AT_URL, IN_ENCRYPTED = "no-history-url", "no-history-encrypted"


class Memory:
    """Asks before a run, and notes after it.

    `today`: the day of the assessments. `recorder`: None where no history is wanted. `failed`: whether a run could not
    be recorded that should have been. `notices`: why runs are in no history (AT_URL, IN_ENCRYPTED, or the key of an
    error, each with its parameters), and how often that came up.
    """

    def __init__(self, journal: Journal, recorder: Recorder | None, today: Callable[[], date], method: Method) -> None:
        self.failed = False
        self.notices: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self._journal, self._recorder = journal, recorder
        self._today, self._method = today, method

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
                self.notices[unwanted, ()] += 1
            else:
                self._keep(self._recorder, job, outcome)
        self._journal.note(job, outcome)

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
            params = tuple((name, str(value)) for name, value in error.params.items())
            self.notices[error.key, params] += 1

    def _unwanted(self, job: Job) -> str:
        """Why no history stands beside a workbook: AT_URL, IN_ENCRYPTED, or "" where one does."""
        if self._recorder is None or self._recorder.shared:
            return ""
        if storage.is_url(job.source):
            return AT_URL
        with contextlib.suppress(OSError), open(job.source, "rb") as stream:
            return IN_ENCRYPTED if stream.read(4) == _ENCRYPTED else ""
        return ""


def _place(job: Job) -> str:
    """Where a workbook is, as a history may name it."""
    return storage.shown(job.source) if storage.is_url(job.source) else job.source
