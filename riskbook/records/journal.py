"""The journal of a batch: the outcome of each workbook, in SQLite in the output folder, so that it can be resumed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import posixpath
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from riskbook.errors import OutputError
from riskbook.model import open_record, packed
from riskbook.opc import storage, temporary_folder
from riskbook.records.jobs import Job, Known, Outcome, resolved

_VERSION = 2
JOURNAL = ".riskbook/journal.db"  # in a folder that a batch wrote into
_UPLOAD_EVERY = 60.0  # seconds, where the output folder is a URL
_SCHEMA = """
CREATE TABLE IF NOT EXISTS workbooks (
    name TEXT PRIMARY KEY,     -- the job's key: the target below the output folder
    run INTEGER NOT NULL,      -- the last call that named it
    status TEXT NOT NULL,      -- ok, findings, failed
    input_digest TEXT NOT NULL, rules TEXT NOT NULL, output_digest TEXT NOT NULL, good_until TEXT,
    finished TEXT NOT NULL,    -- UTC
    lang TEXT, source TEXT NOT NULL, output TEXT, backup TEXT, error TEXT,
    last_digest TEXT, last TEXT,  -- the last input that could be assessed, and its figures
    previous TEXT,             -- the figures of the one before, whose input differed
    record BLOB,               -- zlib of JSON, of the last run that did not fail
    done TEXT,                 -- the day of that run
    named TEXT                 -- the name that the client has given itself
) WITHOUT ROWID;
"""
_INDEX = "CREATE INDEX IF NOT EXISTS workbooks_by_output ON workbooks (output_digest, output)"
_NEW_COLUMNS = ("done", "named")  # since version 2


class Noted(NamedTuple):
    """What the journal knows of a job that this call has reached; other processes can be sent it."""

    status: str
    lang: str | None
    output: str | None
    backup: str | None
    error: str | None
    previous: str | None
    done: str | None
    named: str | None
    record: bytes | None

    def opened(self, job: Job) -> tuple[Outcome, dict[str, Any] | None]:
        """The outcome, and the figures of the last run whose input differed; None without one.

        The journal knows that run where results go elsewhere; else the result itself does.
        """
        record = None if self.record is None else open_record(self.record)
        day = self.done and date.fromisoformat(self.done)
        last = None
        if record is not None and day and self.status == "failed":
            last, record = (record, day), None
        error = json.loads(self.error) if self.error else None
        outcome = Outcome(
            storage.shown(job.source),
            self.lang,
            self.status,
            self.output,
            self.backup,
            error=error and (error[0], error[1]),
            record=record,
            day=day or None,
            named=self.named or "",
            last=last,
        )
        return outcome, json.loads(self.previous) if self.previous else None if record is None else record["since"]


class Journal:
    """The journal of one output folder; without a folder, a temporary one that is deleted at the end.

    A context manager. Raises `OutputError` where another call is writing into the folder, where the journal is from a
    newer riskbook, or where it is damaged.
    """

    def __init__(self, folder: str | None) -> None:
        self._remote = storage.join(folder, JOURNAL) if folder and storage.is_url(folder) else None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        if folder is None or self._remote:
            self._scratch = temporary_folder()
            self._path = Path(self._scratch.name) / Path(JOURNAL).name
        else:
            self._path = Path(folder) / JOURNAL
        self._uploaded = time.monotonic()
        self._shown = shown = storage.shown(self._remote or str(self._path))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not os.access(self._path.parent, os.W_OK):  # SQLite would speak of the disk
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), shown)
            earlier = storage.read_if_present(self._remote) if self._remote else None
            if earlier is not None:
                self._path.write_bytes(earlier)
            self._db = sqlite3.connect(self._path, timeout=1.0)
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")  # two calls would overwrite each other's results
            # A kill loses nothing then, a power failure at most the last workbooks, which are done again; without it
            # the disk would be waited for after each workbook.
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("BEGIN EXCLUSIVE")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise OutputError("journal-newer", path=shown)
            self._db.execute(_SCHEMA)
            if version == 1:
                for column in _NEW_COLUMNS:
                    self._db.execute(f"ALTER TABLE workbooks ADD COLUMN {column} TEXT")
                self._db.execute("UPDATE workbooks SET done = substr(finished, 1, 10)")
            self._db.execute(_INDEX)
            self._db.execute(f"PRAGMA user_version = {_VERSION}")
            self._db.commit()
            self._run = 1 + (self._db.execute("SELECT max(run) FROM workbooks").fetchone()[0] or 0)
        except sqlite3.OperationalError as error:
            key = "journal-busy" if "locked" in str(error) else "journal-unusable"
            raise OutputError(key, path=shown, detail=str(error)) from error
        except sqlite3.DatabaseError as error:
            raise OutputError("journal-unusable", path=shown, detail=str(error)) from error
        except OSError as error:
            raise OutputError("not-written", path=shown, detail=error.strerror or str(error)) from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        try:
            if self._remote:
                self._upload()
        finally:
            if self._scratch:
                self._scratch.cleanup()

    def knowing(self, job: Job) -> Job:
        """The job with its earlier result as `known`, where the journal has one."""
        row = self._one(
            "SELECT source, input_digest, rules, output_digest, good_until FROM workbooks WHERE name = ?", job
        )
        if row is None or not row[3]:
            return job
        source, digest, rules, result, until = row
        return replace(job, known=Known(source, digest, rules, result, until and date.fromisoformat(until)))

    def note(self, job: Job, outcome: Outcome) -> None:
        """Records the outcome of a job, in a transaction of its own, so that a killed call loses none."""
        if outcome.status == "own":
            return
        if outcome.status == "unchanged":
            self._change("UPDATE workbooks SET run = ? WHERE name = ?", (self._run, storage.shown(job.key)))
            return
        query = "SELECT output_digest, last_digest, last, previous, record, done, named FROM workbooks WHERE name = ?"
        before = self._one(query, job)
        earlier, last_digest, last, previous, record, done, named = before or ("", None, None, None, None, None, None)
        output_digest = outcome.output_digest or earlier  # a failure leaves the earlier result in place
        if outcome.record is not None:
            if last_digest not in (None, outcome.input_digest):
                previous = last
            last_digest, last = outcome.input_digest, json.dumps(outcome.record["run"])
            day = outcome.day or date.today()
            record, done, named = outcome.packed or packed(outcome.record), day.isoformat(), outcome.named
        elif record is None and outcome.last is not None:  # known from a history
            record, done = packed(outcome.last[0]), outcome.last[1].isoformat()
        error = outcome.error and json.dumps(outcome.error, default=str)
        digest = outcome.input_digest if outcome.status != "failed" else ""  # so that it is tried again
        self._change(
            f"INSERT OR REPLACE INTO workbooks VALUES ({', '.join('?' * 19)})",
            (
                storage.shown(job.key),
                self._run,
                outcome.status,
                digest,
                outcome.rules,
                output_digest,
                outcome.good_until and outcome.good_until.isoformat(),
                datetime.now(UTC).isoformat(timespec="seconds"),
                outcome.lang,
                resolved(job.source),
                outcome.output,
                outcome.backup,
                error,
                last_digest,
                last,
                previous,
                record,
                done,
                named,
            ),
        )
        if self._remote and time.monotonic() - self._uploaded > _UPLOAD_EVERY:
            with contextlib.suppress(OutputError):  # tried again later; the upload at the end must succeed
                self._upload()

    def _one(self, query: str, job: Job) -> Any:
        with self._translate_errors():
            return self._db.execute(query, (storage.shown(job.key),)).fetchone()

    def _change(self, statement: str, values: tuple[Any, ...]) -> None:
        with self._translate_errors(), self._db:
            self._db.execute(statement, values)

    @contextlib.contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Raises `OutputError` for any error of SQLite in the block (a full disk, a share that is gone)."""
        try:
            yield
        except sqlite3.Error as error:
            raise OutputError("journal-unusable", path=self._shown, detail=str(error)) from error

    def noted(self, job: Job, *, record: bool = True) -> Noted | None:
        """What the journal knows of a job, without `record` no record; None: this call has not reached the job."""
        fields = ", ".join(Noted._fields[:-1])
        row = self._one(f"SELECT run, {fields}, {'record' if record else 'NULL'} FROM workbooks WHERE name = ?", job)
        return None if row is None or row[0] != self._run else Noted(*row[1:])

    def outcome(self, job: Job, *, record: bool = True) -> tuple[Outcome, dict[str, Any] | None] | None:
        """As `Noted.opened` of a job that this call has reached; without `record` the outcome has none."""
        noted = self.noted(job, record=record)
        return noted and noted.opened(job)

    def place_of(self, output_digest: str) -> str | None:
        """Where the result with this SHA-256 was written; None where the journal does not know."""
        with self._translate_errors():
            query = "SELECT output FROM workbooks WHERE output_digest = ? AND output_digest <> ''"
            row = self._db.execute(query, (output_digest,)).fetchone()
        return None if row is None or row[0] is None else resolved(row[0])

    def named(self, job: Job) -> str:
        """The name that the client of a job has given itself; "" without one."""
        row = self._one("SELECT named FROM workbooks WHERE name = ?", job)
        return (row and row[0]) or ""

    def _upload(self) -> None:
        assert self._remote is not None
        with contextlib.suppress(sqlite3.Error):
            self._db.commit()
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        storage.write(self._path.read_bytes(), self._remote, overwrite=True)
        self._uploaded = time.monotonic()


def names_of(journal: Journal, jobs: Sequence[Job]) -> list[str]:
    """The name that is shown for each job's client; no two are equal.

    It is the name that the client has given itself, else the folder, where it holds no other workbook, else the file.
    """
    paths = [Path(resolved(job.source)).as_posix() for job in jobs]
    folders = Counter(map(posixpath.dirname, paths))
    names = []
    for job, path in zip(jobs, paths, strict=True):
        folder, file = posixpath.split(path)
        alone = posixpath.basename(folder) if folders[folder] == 1 else ""
        names.append(journal.named(job) or alone or PurePosixPath(file).stem)
    counts = Counter(names)
    if len(counts) == len(names):
        return names
    try:
        root = posixpath.commonpath(folders)
    except ValueError:  # on several drives and servers
        root = "/"
    for at, path in enumerate(paths):
        if counts[names[at]] > 1:
            whole = PurePosixPath(path).with_suffix("")
            names[at] = f"{names[at]} ({whole.relative_to(root) if whole.is_relative_to(root) else whole})"
    return names


def outcomes(
    journal: Journal, jobs: Sequence[Job], *, record: bool = True
) -> Iterator[tuple[Job, Outcome, dict[str, Any] | None]]:
    """The outcomes of the jobs that this call reached, in the order of `jobs`, one at a time to save memory."""
    for job in jobs:
        reached = journal.outcome(job, record=record)
        if reached is not None:
            yield job, *reached
