"""Watches a folder and assesses each workbook that people save."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from riskbook import opc
from riskbook.batch.find import job_for
from riskbook.batch.job import Options, assess_job
from riskbook.errors import PackageError
from riskbook.model import sha256
from riskbook.opc import storage
from riskbook.records.jobs import Job, Outcome, is_workbook, original_of
from riskbook.records.journal import JOURNAL

if TYPE_CHECKING:
    from watchfiles import Change

_REMOTE = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "davfs")  # file systems without events from elsewhere
QUIET = 0.4  # seconds in which a file must not change before it is read
_INTERVAL = 0.2  # seconds between two checks
_GIVE_UP = 10.0  # seconds after which an unreadable file is reported as damaged
# Errors that a file may cause while another program is writing it.
_HALF_WRITTEN = {"empty-file", "damaged", "not-a-workbook", "not-readable", "not-found", "changed-meanwhile"}


class Remembers(Protocol):
    """What knows earlier runs and records new ones, as `Memory` does."""

    def knowing(self, job: Job) -> Job:
        """The job with its earlier result."""

    def remembering(self, job: Job) -> Job:
        """A job from `knowing` with its earlier runs."""

    def note(self, job: Job, outcome: Outcome) -> None:
        """Records the outcome of a job."""

    def was_saved_since(self, job: Job, path: Path) -> bool:
        """Whether a file of the job, its workbook or the result, was saved after the last run."""


@dataclass
class _Waiting:
    """State of a saved workbook: size and mtime (ns), times (monotonic), and whether `held` was called."""

    stamp: tuple[int, int] | None = None
    still_since: float = 0.0
    unreadable_since: float | None = None
    reported: bool = False


def watch(
    folder: Path,
    output: Path | None,
    options: Callable[[date], Options],
    memory: Remembers,
    stop: Callable[[], bool],
    held: Callable[[Path], None],
    *,
    poll: bool = False,
) -> Iterator[Outcome]:
    """Yields the outcome of each workbook that is saved below `folder`, until `stop()` is true.

    `output`: the folder for results; None writes into the workbooks themselves. A workbook is read once its file has
    not changed for `QUIET` seconds; those that were saved since the last run come first. While Excel has the target
    open, it waits, and `held` is called once. A result of riskbook is recognised by its digest and not taken for a
    save; `memory` knows those of earlier calls. `poll`: look at the files again and again, as is done by itself on
    network drives, which report no changes.
    Raises `PackageError` where the folder cannot be watched.
    """
    written: dict[Path, str] = {}
    folder = folder.resolve()
    relevant = partial(_is_relevant, folder, output)

    def job_of(path: Path) -> Job:
        name = path.relative_to(folder).as_posix()
        return job_for(str(path), name, None if output is None else str(output), in_place=output is None)

    found = [folder / name for name in storage.below(str(folder)) if is_workbook(Path(name).name)]
    there = [path for path in found if relevant(None, str(path)) and (output is None or not _is_result(path))]
    waiting = {path: _Waiting() for path in there if memory.was_saved_since(job_of(path), path)}
    for changes in _changes(folder, relevant, stop, poll or _is_remote(folder)):
        for change, name in changes:
            _note_change(change, Path(name), waiting, results_elsewhere=output is not None)
        for path, state in list(waiting.items()):
            if not _is_still(path, state):
                continue
            outcome = _attempt(job_of(path), path, state, options(date.today()), written, held, memory)
            if outcome is not None:
                del waiting[path]
                if outcome.status != "unchanged":
                    yield outcome
        if stop():
            return


def _is_relevant(folder: Path, output: Path | None, change: Change | None, name: str) -> bool:
    """Whether a change below `folder` may be a person's workbook, or a folder that was moved here."""
    from watchfiles import Change

    path = Path(name)
    if any(part.startswith(".") for part in path.relative_to(folder).parts):
        return False
    if output is not None and path.is_relative_to(output):
        return False
    if any((parent / JOURNAL).exists() for parent in path.parents if folder in parent.parents):
        return False  # results of a batch
    return is_workbook(path.name) or (change is Change.added and path.is_dir())


def _note_change(change: Change, path: Path, waiting: dict[Path, _Waiting], *, results_elsewhere: bool) -> None:
    """Adds saved workbooks to `waiting`, and removes deleted ones."""
    from watchfiles import Change

    if change is Change.deleted and not path.exists():
        waiting.pop(path, None)
    elif path.is_dir():  # moved or copied here: no change is reported for the files in it
        below = (path / found for found in storage.below(str(path)) if is_workbook(Path(found).name))
        waiting.update({found: _Waiting() for found in below if found not in waiting})
    elif not results_elsewhere or not _is_result(path):
        waiting.setdefault(path, _Waiting())


def _changes(
    folder: Path, relevant: Callable[[Any, str], bool], stop: Callable[[], bool], poll: bool
) -> Iterator[set[tuple[Any, str]]]:
    """Yields the changes below a folder a few times a second, often an empty set, so that `stop` is looked at."""
    from watchfiles import watch as watched

    while not stop():
        try:
            yield from watched(
                folder,
                watch_filter=relevant,
                debounce=200,
                step=50,
                rust_timeout=int(_INTERVAL * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
                force_polling=poll or None,
            )
        except OSError as error:
            raise PackageError(
                "not-readable", detail=f"{error.filename or folder}: {error.strerror or error}"
            ) from error
        except RuntimeError:  # raised for a file name that cannot be decoded; watching must start again
            time.sleep(_INTERVAL)


def _is_remote(folder: Path) -> bool:
    """Whether a folder is on a network drive, as far as the system says (Linux)."""
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    mounts = {fields[1].replace("\\040", " "): fields[2] for line in lines if len(fields := line.split()) > 2}
    place = next((str(p) for p in (folder, *folder.parents) if str(p) in mounts), "/")
    return mounts.get(place, "").startswith(_REMOTE)


def _is_result(path: Path) -> bool:
    """Whether a workbook is the copy that riskbook wrote beside another."""
    original = original_of(path.name)
    return original is not None and path.with_name(original).exists()


def _is_still(path: Path, state: _Waiting) -> bool:
    """Whether the file has not changed for `QUIET` seconds, or has been missing for too long; updates `state`."""
    try:
        status = path.stat()
    except OSError:
        stamp = None
    else:
        stamp = status.st_size, status.st_mtime_ns
    now = time.monotonic()
    if stamp is None or stamp != state.stamp:
        state.stamp, state.still_since = stamp, now
        return stamp is None and state.unreadable_since is not None and now - state.unreadable_since > _GIVE_UP
    return now - state.still_since >= QUIET


def _attempt(
    job: Job,
    path: Path,
    state: _Waiting,
    options: Options,
    written: dict[Path, str],
    held: Callable[[Path], None],
    memory: Remembers,
) -> Outcome | None:
    """Tries once to assess the workbook; None where it must be tried again later."""
    content = None
    with contextlib.suppress(PackageError):  # may pass; if it lasts, it is reported below
        content = storage.read_if_present(str(path))
    if content is not None and written.get(path) == sha256(content):
        return Outcome(job.source, options.settings.lang, "unchanged")
    target = Path(job.target)
    outcome = None
    if not opc.is_held(target):
        outcome = assess_job(memory.remembering(memory.knowing(job)), options)
    if outcome is None or (
        outcome.error and outcome.error[0] in ("locked", "held")
    ):  # someone opened it since `is_held`
        if not state.reported:
            held(path)
            state.reported = True
        return None
    if outcome.error and outcome.error[0] in _HALF_WRITTEN:
        now = time.monotonic()
        state.unreadable_since = state.unreadable_since or now
        if now - state.unreadable_since < _GIVE_UP:
            return None
    memory.note(job, outcome)
    if outcome.output_digest:
        written[target] = outcome.output_digest
    return outcome
