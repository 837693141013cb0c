"""Reads what journal and history know of a workbook before a run, and records the run in both after it."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from riskbook.errors import OutputError
from riskbook.method import Method, load_method
from riskbook.model import open_record, sha256
from riskbook.opc import storage
from riskbook.records.jobs import Job, Outcome, beside, resolved
from riskbook.records.journal import Journal
from riskbook.records.recorder import Recorder

_ENCRYPTED = b"\xd0\xcf\x11\xe0"  # first bytes of the container format that encrypted workbooks use
AT_URL, IN_ENCRYPTED = "no-history-url", "no-history-encrypted"


class Memory:
    """Journal and history of a batch as one.

    `today`: the day of the assessments. `recorder`: None where no history is wanted. `failed`: whether a run that
    should be in a history could not be recorded. `notices`: why runs are in no history (AT_URL, IN_ENCRYPTED,
    or the key of an error, each with its parameters) → number of runs.
    """

    def __init__(self, journal: Journal, recorder: Recorder | None, today: Callable[[], date], method: Method) -> None:
        self.failed = False
        self.notices: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self._journal, self._recorder = journal, recorder
        self._today, self._method = today, method

    def knowing(self, job: Job) -> Job:
        """The job with its earlier result; `refused` is set where its history cannot be used."""
        return self._asking(self._journal.knowing(job), self._knowing)

    def remembering(self, job: Job) -> Job:
        """A job from `knowing` with its earlier runs, which only an assessment compares with."""
        return self._asking(job, self._remembering)

    def _asking(self, job: Job, asked: Callable[[Job, str, Recorder], Job]) -> Job:
        recorder, source = self._recorder, _place(job)
        if recorder is None or job.refused is not None or self._unwanted(job):
            return job
        try:
            with recorder.asked_about(source):
                return asked(job, source, recorder)
        except OutputError as error:
            return replace(job, refused=error)

    def _knowing(self, job: Job, source: str, recorder: Recorder) -> Job:
        known = job.known
        if known is None:
            return job
        recorded = recorder.knows(source, known.output_digest, known.input_digest)
        if not recorded and recorder.can_record(source):
            job = replace(job, known=replace(known, input_digest=""))  # assessed again, so that it is recorded
        return self._remembering(job, source, recorder) if recorder.is_newly_continued(source) else job

    def _remembering(self, job: Job, source: str, recorder: Recorder) -> Job:
        earlier = recorder.earlier(source, self._today())
        vanished = () if earlier is not None else recorder.vanished(source, self._today())
        inherits = ""
        if earlier is not None and (job.known is None or recorder.is_newly_continued(source)):
            inherits = self._inherits(job, recorder)
        return replace(job, earlier=earlier, vanished=vanished, inherits=inherits)

    def was_saved_since(self, job: Job, path: Path) -> bool:
        """Whether a file of a job, its workbook or the result, was saved after its last run.

        Of a workbook without runs: whether it is new since the last run of any in its history.
        """
        if self._recorder is None or self._unwanted(job):
            return False
        with contextlib.suppress(OSError, OutputError):  # reported when the workbook is assessed
            runs, newest = self._recorder.runs(job.source), self._recorder.newest(job.source)
            if runs:
                last = runs[-1].facts
                return sha256(path.read_bytes()) not in (last["input"], last["output"])
            return newest is not None and path.stat().st_mtime >= newest
        return False

    def _inherits(self, job: Job, recorder: Recorder) -> str:
        """The result that the client had under another name, or in another place of the output folder; "" for none."""
        if job.in_place or storage.is_url(job.target):
            return ""
        runs = recorder.runs(_place(job))
        known = self._journal.place_of(runs[-1].facts["output"]) if runs else None
        if known and known != resolved(job.target):
            return known
        name = Path(job.source).name
        old = next((run.facts["file"] for run in reversed(runs) if run.facts["file"] != name), None)
        if old is None or Path(job.source).with_name(old).exists():
            return ""
        place = str(Path(job.target).with_name(old))
        return beside(place) if job.beside else place

    def note(self, job: Job, outcome: Outcome) -> None:
        """Records the outcome of a job: first in the history, so that a call killed in between does the job again."""
        refused = outcome.error is not None and outcome.error[0].startswith("history-")  # the history is the reason
        if self._recorder is not None and outcome.status != "own" and not refused:
            unwanted = self._unwanted(job)
            if unwanted and outcome.status != "failed":
                self.notices[unwanted, ()] += 1
            elif not unwanted:
                self._record(self._recorder, job, outcome)
        self._journal.note(job, outcome)

    def _record(self, recorder: Recorder, job: Job, outcome: Outcome) -> None:
        source = _place(job)
        about = {"day": self._today(), "input_": outcome.input_digest, "output": outcome.output_digest}
        try:
            if outcome.error is not None:
                recorder.fail(source, day=self._today(), error=outcome.error)
                earlier = recorder.earlier(source, self._today())
                outcome.last = None if earlier is None else (open_record(earlier.latest), earlier.days[0])
            elif outcome.record is None:
                recorder.repeat(source, **about)  # type: ignore[arg-type]
            else:
                method = load_method(outcome.method) if outcome.method else self._method
                recorder.add(
                    source,
                    record=outcome.record,
                    packed_record=outcome.packed,
                    method=method,
                    **about,  # type: ignore[arg-type]
                )
        except OutputError as error:
            self.failed = self.failed or error.key != "history-unwritable" or recorder.shared
            params = tuple((name, str(value)) for name, value in error.params.items())
            self.notices[error.key, params] += 1

    def _unwanted(self, job: Job) -> str:
        """Why a workbook gets no history beside it: AT_URL, IN_ENCRYPTED, or "" where it does get one.

        A history is not encrypted, so it would disclose what is in an encrypted workbook.
        """
        if self._recorder is None or self._recorder.shared:
            return ""
        if storage.is_url(job.source):
            return AT_URL
        with contextlib.suppress(OSError), open(job.source, "rb") as stream:
            return IN_ENCRYPTED if stream.read(4) == _ENCRYPTED else ""
        return ""


def _place(job: Job) -> str:
    """Where a workbook is, without passwords."""
    return storage.shown(job.source) if storage.is_url(job.source) else job.source
