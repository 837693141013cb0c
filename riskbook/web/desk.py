"""The workbooks that lie before the page: uploaded ones in a private folder, those of a folder where they are.

One thread takes them from a bounded queue and leads them through the batch, as `riskbook assess` does.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from riskbook.batch import LocalPool, Options, find, run_jobs
from riskbook.errors import RiskbookError
from riskbook.opc import LONGEST_NAME, save, temporary_folder
from riskbook.proposals import Proposal, as_value, heading, settled
from riskbook.records import Job, Journal, Memory, Outcome, Recorder, settings_for
from riskbook.settings import Settings, own_profile, parse_project
from riskbook.web.work import PageOutcome, assess_for_page

WAITING, WORKING, DONE, NEW = "waiting", "working", "done", "new"
_PROCESSES = 2
_KEPT = ("summary", "self_check", "clouds")  # of a record
_FORBIDDEN = '<>:"|?*' if os.name == "nt" else ""  # in names of files


@dataclass(frozen=True)
class Bounds:
    """What the desk takes: bytes of an upload, workbooks that wait, and how many, how large and how long it keeps."""

    upload: int = 200 << 20
    waiting: int = 100
    kept: int = 200
    kept_bytes: int = 1 << 30
    seconds: float = 8 * 3600


@dataclass(frozen=True)
class Place:
    """The folder that was opened, and what is recorded of it; `recorder`: for workbooks, None without a history.

    `histories`: the folder or file in which the histories are.
    """

    folder: Path
    recorder: Callable[[Sequence[str]], Recorder | None]
    histories: Path


@dataclass(eq=False)
class Item:
    """A workbook on the desk. `notices`: why its run is in no history. `before`: its counts before the last answer."""

    id: str
    name: str
    job: Job
    uploaded: bool
    bytes: int = 0
    at: float = field(default_factory=time.monotonic)
    state: str = NEW
    outcome: PageOutcome | None = None
    notices: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    before: dict[str, int] | None = None

    @property
    def result(self) -> Path | None:
        """The assessed workbook."""
        return Path(self.outcome.output) if self.outcome is not None and self.outcome.output else None

    @property
    def profile(self) -> Path:
        """Where the answers about it are kept."""
        return own_profile(Path(self.job.source))


class Desk:
    """All workbooks of one server; its methods may be called from any thread. `close` empties the private folder."""

    def __init__(self, settings: Settings, place: Place | None, bounds: Bounds, today: date | None = None) -> None:
        self.settings, self.place, self.bounds = settings, place, bounds
        self._today = today
        self._private = temporary_folder()
        self._items: dict[str, Item] = {}
        self._queue: list[Item] = []
        self._changed = threading.Condition()
        self._closing = False
        self._pool = LocalPool(_PROCESSES, assess_for_page)
        self._thread = threading.Thread(target=self._work, name="riskbook-desk", daemon=True)
        self._thread.start()

    @property
    def today(self) -> date:
        """The day of the assessments."""
        return self._today or date.today()

    def close(self) -> None:
        """Finishes the workbooks that are being assessed, drops those that wait, and empties the private folder."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        self._pool.close()
        self._private.cleanup()

    # --- what lies there ---

    def items(self) -> list[Item]:
        """The workbooks: those of the folder, as they are there now, and uploaded ones, the latest first."""
        found = find([str(self.place.folder)], None).jobs if self.place is not None else ()
        with self._changed:
            self._drop_old()
            known = {item.job.source: item for item in self._items.values() if not item.uploaded}
            here = [known.get(job.source) or self._lay(job, job.name, uploaded=False) for job in found]
            for item in known.values():
                if item not in here and item.state in (NEW, DONE):
                    del self._items[item.id]
            return [*here, *(item for item in reversed(self._items.values()) if item.uploaded)]

    def item(self, item_id: str) -> Item | None:
        """A workbook by its id."""
        with self._changed:
            return self._items.get(item_id)

    def progress(self) -> tuple[int, int]:
        """How many workbooks are done, of all that were to be assessed."""
        with self._changed:
            asked = [item for item in self._items.values() if item.state != NEW]
            return sum(item.state == DONE for item in asked), len(asked)

    def _lay(self, job: Job, name: str, *, uploaded: bool, size: int = 0) -> Item:
        item = Item(secrets.token_urlsafe(12), name, job, uploaded, size)
        self._items[item.id] = item
        return item

    def _drop_old(self, coming: int = 0) -> None:
        """Drops uploaded workbooks that are too old, and the oldest where more are kept than bounds say."""
        done = [item for item in self._items.values() if item.uploaded and item.state == DONE]
        count = sum(item.uploaded for item in self._items.values()) + bool(coming)
        size = sum(item.bytes for item in self._items.values()) + coming
        for item in done:
            old = time.monotonic() - item.at > self.bounds.seconds
            if old or count > self.bounds.kept or size > self.bounds.kept_bytes:
                del self._items[item.id]
                shutil.rmtree(Path(item.job.source).parent, ignore_errors=True)
                count, size = count - 1, size - item.bytes

    # --- what is asked for ---

    def add(self, name: str, content: BinaryIO, size: int) -> Item | None:
        """Takes an uploaded workbook and queues it; None where too many wait. `name`: as the browser gives it.

        Raises `OSError` where it cannot be kept.
        """
        with self._changed:
            self._drop_old(size)
            kept = [item for item in self._items.values() if item.uploaded]
            full = len(kept) >= self.bounds.kept or sum(one.bytes for one in kept) + size > self.bounds.kept_bytes
            if full or len(self._queue) >= self.bounds.waiting:
                return None
            source = Path(self._private.name, secrets.token_hex(8), plain_name(name))
            [job] = find([str(source)], None).jobs
            item = self._lay(job, source.name, uploaded=True, size=size)
            item.state = WAITING  # so that it is not dropped before it is written
        try:
            source.parent.mkdir(mode=0o700)
            with open(source, "xb") as target:
                shutil.copyfileobj(content, target)
        except OSError:
            with self._changed:
                del self._items[item.id]
            shutil.rmtree(source.parent, ignore_errors=True)
            raise
        self.ask(item)
        return item

    def ask(self, item: Item) -> bool:
        """Queues a workbook, unless it is in the queue already; False where too many wait."""
        with self._changed:
            if item in self._queue or item.state == WORKING:
                return True
            if len(self._queue) >= self.bounds.waiting and not item.uploaded:
                return False
            item.state, item.at, item.before = WAITING, time.monotonic(), None
            self._queue.append(item)
            self._changed.notify_all()
            return True

    def answer(self, item: Item, question: Proposal, answer: str | dict[str, str], lang: str) -> None:
        """Writes an answer into the workbook's own profile, and queues the workbook.

        `answer`: as `riskbook profile --ask` takes it; of a scale, the grade of each entry. Raises `ValueError` where
        it is not of the kind of the guess, and `RiskbookError` where it may not stand there or cannot be written.
        """
        if isinstance(answer, dict):
            value = {typed: int(grade) for typed, grade in answer.items() if grade.strip()}
        else:
            value = as_value(answer, question.value)
        profile = item.profile
        text = profile.read_text(encoding="utf-8-sig") if os.path.isfile(profile) else heading(lang)
        content = settled(text, question, value)
        replace(self.settings, project=parse_project(content, profile)).check()
        save(content.encode(), profile, overwrite=True)
        counts = item.outcome.record["summary"] if item.outcome and item.outcome.record else None
        self.ask(item)
        item.before = counts

    # --- the thread ---

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or bool(self._queue))
                if self._closing:
                    return
                uploaded = self._queue[0].uploaded
                batch = [item for item in self._queue if item.uploaded == uploaded]
                self._queue = [item for item in self._queue if item not in batch]
            try:
                self._assess(batch, None if uploaded or self.place is None else self.place.recorder)
            except RiskbookError as error:
                self._failed(batch, error.key, error.params)
            except Exception as error:  # a bug: the page says so, and goes on
                self._failed(batch, "bug", {"detail": f"{type(error).__name__}: {error}"})

    def _assess(self, batch: Sequence[Item], recorder_of: Callable[[Sequence[str]], Recorder | None] | None) -> None:
        by_key = {item.job.key: item for item in batch if self._usable(item)}
        options = Options(self.settings, self.today)
        recorder = recorder_of([item.job.source for item in by_key.values()]) if recorder_of is not None else None
        try:
            with Journal(None) as journal:
                memory = Memory(journal, recorder, lambda: options.today, self.settings.method)

                def known(job: Job) -> Job:
                    by_key[job.key].state = WORKING
                    return memory.knowing(job)

                jobs = [item.job for item in by_key.values()]
                asked = {"known": known, "earlier": memory.remembering}
                for job, outcome in run_jobs(jobs, options, self._pool, **asked, stop=lambda: self._closing):
                    memory.note(job, outcome)
                    item = by_key[job.key]
                    item.notices = [(key, dict(params)) for key, params in memory.notices]
                    memory.notices.clear()
                    self._finish(item, outcome)
        finally:
            if recorder is not None:
                recorder.close()

    def _usable(self, item: Item) -> bool:
        """Whether the profiles beside a workbook can be used; a wrong one fails this workbook alone."""
        try:
            settings_for(item.job.source, self.settings).check()
        except RiskbookError as error:
            self._failed([item], error.key, error.params)
            return False
        return True

    def _finish(self, item: Item, outcome: Outcome) -> None:
        with self._changed:
            shown = outcome if isinstance(outcome, PageOutcome) else PageOutcome(**vars(outcome))
            if shown.record is not None:  # without the assets, which no page shows
                shown.record = {name: shown.record[name] for name in _KEPT if name in shown.record}
            item.outcome, item.at, item.state = shown, time.monotonic(), DONE

    def _failed(self, batch: Sequence[Item], key: str, params: dict[str, object]) -> None:
        for item in batch:
            if item.state != DONE:
                self._finish(item, Outcome(item.name, self.settings.lang, error=(key, params)))


def plain_name(name: str) -> str:
    """A file name without folders and control characters, short enough for a file and its result."""
    last = name.replace("\\", "/").rpartition("/")[2]
    last = "".join("_" if ord(c) < 32 or ord(c) == 127 or c in _FORBIDDEN else c for c in last)
    if not last.strip(". "):
        return "workbook.xlsx"
    stem, dot, suffix = last.rpartition(".")
    stem, suffix = (stem, f".{suffix[:16]}") if dot else (last, "")
    while stem and len((stem + suffix).encode("utf-8", "surrogatepass")) > LONGEST_NAME:
        stem = stem[:-1]
    return stem + suffix
