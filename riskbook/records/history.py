"""The history of workbooks: every run with its results, in a chain of hashes that shows any change made later."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from riskbook.errors import OutputError
from riskbook.method import Method
from riskbook.model import RECORD_FORMAT, EarlierRuns, RunRecord, canonical, open_record, run_from, sha256, unpacked
from riskbook.records.entries import (
    COLUMNS,
    CONTINUED,
    FAILED,
    FORGOTTEN,
    RUN,
    Run,
    inflated,
    linked,
    now,
    verified,
)
from riskbook.records.schema import backups_of, connect, connect_to_read, intended_parts, parts_of, translate_errors

_LONGEST_TREND = 500  # runs of a client
_SELECT = "SELECT seq, digest, hash, kind, facts, client, day, state, method, output FROM entries"


class History:
    """A history in SQLite; a context manager. `read_only`: nothing can be added. `mode`: of a file that is created.

    Raises `OutputError` as `schema.connect` does, in every method.
    """

    def __init__(self, path: Path, *, read_only: bool = False, mode: int = 0o600) -> None:
        self.path = path
        self._db = connect_to_read(path) if read_only else connect(path, mode)
        self._continued: list[Run] | None = None
        status = path.stat()
        self._file = status.st_dev, status.st_ino

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    @property
    def in_place(self) -> bool:
        """Whether the path still leads to the file that was opened."""
        try:
            now = self.path.stat()
        except OSError:
            return False
        return (now.st_dev, now.st_ino) == self._file

    # --- adding ---

    def append(self, facts: Mapping[str, Any], record: bytes, method: Method) -> int:
        """Adds a run with its record, packed; returns its number. Both and the method are added in one transaction."""
        digests = {"state": sha256(zlib.decompress(record)), "method_digest": method.sha256}
        with self._transaction():
            for digest in digests.values():
                # A trigger refuses an object that exists, whatever the conflict clause says.
                if not self._db.execute("SELECT 1 FROM objects WHERE digest = ?", (digest,)).fetchone():
                    content = record if digest == digests["state"] else zlib.compress(method.content, 6)
                    self._db.execute("INSERT INTO objects VALUES (?, ?)", (digest, content))
            return self._add(RUN, {**facts, **digests, "repeated": False, "format": RECORD_FORMAT})

    def repeat(self, client: str, output: str, input_: str, facts: Mapping[str, Any]) -> int | None:
        """Adds a run that repeats an earlier one with this output and input; None if there is no such run."""
        with self._transaction():
            run = self.find(client, output, input_)
            return None if run is None else self._add(RUN, {**run.facts, **facts, "repeated": True})

    def fail(self, facts: Mapping[str, Any]) -> int:
        """Adds a run that failed; `facts`: as `Run` lists them. Returns its number."""
        with self._transaction():
            return self._add(FAILED, facts)

    def continue_as(self, old: str, new: str, operator: str) -> None:
        """From now on the workbook `new` is the client `old`: its runs, earlier ones too, count as that client's.

        Raises `OutputError` where `old` has no runs, or the two are one client already.
        """
        with self._transaction():
            known = self._names()
            if known.get(old, old) == known.get(new, new) or old not in self._recorded():
                raise OutputError("history-not-continued", path=str(self.path), old=old, new=new)
            self._continued = None
            self._add(CONTINUED, {"client": new, "since": known.get(old, old), "at": now(), "operator": operator})

    def _recorded(self) -> list[str]:
        found = self._db.execute("SELECT DISTINCT client FROM entries WHERE kind = ? ORDER BY client", (RUN,))
        return [client for (client,) in found if client is not None]

    def _names(self, entries: int | None = None) -> dict[str, str]:
        """Name of a workbook → name of the client that it continues; as when the history had so many entries."""
        said = (entry for entry in self._continuations() if entries is None or entry.seq <= entries)
        return {entry.facts["client"]: entry.facts["since"] for entry in said}

    def _continuations(self) -> list[Run]:
        if self._continued is None:  # read once
            query = f"{_SELECT} WHERE kind = ? AND facts IS NOT NULL ORDER BY seq"
            rows = self._db.execute(query, (CONTINUED,)).fetchall()
            self._continued = [entry for entry in map(verified, rows) if entry is not None]
        return self._continued

    def is_newly_continued(self, client: str) -> bool:
        """Whether a person said since the last run that another workbook is this client."""
        with translate_errors(self.path):
            said = max((entry.seq for entry in self._continuations() if entry.facts["since"] == client), default=0)
        return said > 0 and all(run.seq < said for run in self.runs(client))

    def client_of(self, name: str) -> str:
        """The client that a workbook with this name is: `name`, or another where a person said that it continues it."""
        with translate_errors(self.path):
            return self._names().get(name, name)

    def last_file(self, client: str) -> str | None:
        """The name of the file of a client's last run; None for a client without runs."""
        return next((str(run.facts["file"]) for run in self._descending(client, None)), None)

    def has_below(self, folder: str) -> bool:
        """Whether there are runs of workbooks in this folder, of which the clients' names begin with it."""
        with translate_errors(self.path):
            query = "SELECT 1 FROM entries WHERE kind = ? AND client > ? AND client < ? LIMIT 1"
            return self._db.execute(query, (RUN, f"{folder}/", f"{folder}0")).fetchone() is not None  # "0" is after "/"

    def _same(self, client: str) -> tuple[str, ...]:
        """All names under which a client was recorded."""
        return (client, *(name for name, old in self._names().items() if old == client))

    def forget(self, client: str, operator: str) -> int:
        """Deletes all data of a client but keeps the hashes of the chain; returns the number of runs.

        An entry without the client's name records which runs were forgotten, when and by whom. Backups are deleted, for
        they hold the client, too. A second call finishes what an earlier one could not.
        Raises `OutputError` where others are reading, so that the log still holds pages of the client.
        """
        with self._transaction():
            names = self._same(client)
            one_of = f"client IN ({', '.join('?' * len(names))})"
            self._continued = None
            gone = [seq for (seq,) in self._db.execute(f"SELECT seq FROM entries WHERE {one_of}", names)]
            if gone:
                self._db.execute(
                    "UPDATE entries SET facts = NULL, client = NULL, day = NULL, state = NULL, method = NULL,"
                    f" output = NULL WHERE {one_of}",
                    names,
                )
                self._db.execute(
                    "DELETE FROM objects WHERE NOT EXISTS"
                    " (SELECT 1 FROM entries WHERE state = objects.digest OR method = objects.digest)"
                )
                self._add(FORGOTTEN, {"at": now(), "operator": operator, "runs": gone})
        with translate_errors(self.path):
            for backup in backups_of(self.path):
                backup.unlink(missing_ok=True)
            # Deleted rows stay in free pages of the file and in the log beside it until both are written anew.
            self._db.execute("VACUUM")
            (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise OutputError("history-busy", path=str(self.path), detail="wal_checkpoint")
        return len(gone)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commits at the end of the block, or rolls everything back. Other processes wait with their writing."""
        with translate_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")  # locks before the last entry is read, so that the chain cannot fork
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite may have rolled it back itself
                    self._db.execute("ROLLBACK")
                raise

    def _add(self, kind: str, facts: Mapping[str, Any]) -> int:
        last = self._db.execute("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
        seq: int = last[0] + 1
        text = canonical({**facts, "kind": kind, "seq": seq})
        digest = sha256(text)
        columns = [facts.get(name) for name in COLUMNS]
        self._db.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, digest, linked(last[1], digest), kind, text.decode(), *columns),
        )
        return seq

    # --- reading ---

    def runs(self, client: str | None = None, *, until: date | None = None, entries: int | None = None) -> list[Run]:
        """The runs that are not forgotten, of one client or of all, up to and including a day; by day and number.

        `entries`: as the history was when it had this many; under the names that the clients had then.
        """
        return list(reversed(list(self._descending(client, until, entries))))

    def last_run(self, until: date) -> int:
        """The number of the last run up to and including a day; 0 without any."""
        with translate_errors(self.path):
            where, values = self._where(RUN, None, until)
            (last,) = self._db.execute(f"SELECT max(seq) FROM entries WHERE {where}", values).fetchone()
        return last or 0

    def _descending(self, client: str | None, until: date | None, entries: int | None = None) -> Iterator[Run]:
        """The same runs, last first, one at a time: a long history need not be read to its beginning."""
        with translate_errors(self.path):
            where, values = self._where(RUN, client, until)
            if entries is not None:
                where, values = f"{where} AND seq <= ?", [*values, entries]
            names = self._names(entries)
            for row in self._db.execute(f"{_SELECT} WHERE {where} ORDER BY day DESC, seq DESC", values):
                yield self._run(row, names)

    def _where(self, kind: str, client: str | None, until: date | None) -> tuple[str, list[Any]]:
        where, values = "kind = ? AND facts IS NOT NULL", [kind]
        if client is not None:
            names = self._same(client)
            where, values = f"{where} AND client IN ({', '.join('?' * len(names))})", [*values, *names]
        if until is not None:
            where, values = f"{where} AND day <= ?", [*values, until.isoformat()]
        return where, values

    def newest(self) -> float | None:
        """When the last run was added (POSIX time); None without any."""
        with translate_errors(self.path):
            query = f"{_SELECT} WHERE kind = ? AND facts IS NOT NULL ORDER BY seq DESC LIMIT 1"
            row = self._db.execute(query, (RUN,)).fetchone()
        return datetime.fromisoformat(self._run(row, {}).facts["at"]).timestamp() if row else None

    def failures(self, client: str | None = None, *, until: date | None = None) -> list[Run]:
        """The failed runs that are not forgotten, of one client or of all, up to and including a day; by number."""
        with translate_errors(self.path):
            where, values = self._where(FAILED, client, until)
            names = self._names()
            rows = self._db.execute(f"{_SELECT} WHERE {where} ORDER BY seq", values).fetchall()
        return [self._run(row, names) for row in rows]

    def _run(self, row: tuple[Any, ...], names: Mapping[str, str]) -> Run:
        """The run of a row, under the name of its client now. Raises `OutputError` where the row was changed."""
        run = verified(row)
        if run is None:
            raise OutputError("history-tampered", path=str(self.path), detail=f"#{row[0]}")
        client = run.facts["client"]
        return run if client not in names else Run(run.seq, run.hash, {**run.facts, "client": names[client]})

    def clients(self) -> list[str]:
        """Every client with at least one run, in order."""
        with translate_errors(self.path):
            names = self._names()
            return sorted({names.get(client, client) for client in self._recorded()})

    def find(self, client: str, output: str, input_: str) -> Run | None:
        """The last run of a client with this output and input (SHA-256); None where there is none."""
        with translate_errors(self.path):
            where, values = self._where(RUN, client, None)
            names = self._names()
            rows = self._db.execute(f"{_SELECT} WHERE {where} AND output = ? ORDER BY seq DESC", [*values, output])
            # One at a time: where nothing changes for years, all runs of a client have this output.
            return next((run for run in (self._run(row, names) for row in rows) if run.facts["input"] == input_), None)

    def run(self, seq: int) -> Run | None:
        """The run with this number; None where there is none, or it was forgotten."""
        with translate_errors(self.path):
            row = self._db.execute(f"{_SELECT} WHERE seq = ? AND facts IS NOT NULL", (seq,)).fetchone()
            names = self._names()
        return self._run(row, names) if row and row[3] == RUN else None

    def earlier(self, client: str, day: date) -> EarlierRuns | None:
        """The runs of a client up to and including a day, as an assessment compares with them; None without any.

        Gives the last run, the last one before it whose input differed (else the first of all), and the trend.
        """
        latest: Run | None = None
        run = other = None
        trend: list[RunRecord] = []
        for run in self._descending(client, day):
            latest = latest or run
            if len(trend) < _LONGEST_TREND:
                trend.append(run_from(run.facts["run"]))
            if other is None and _input(run) != _input(latest):
                other = run
            if other is not None and len(trend) == _LONGEST_TREND:
                break
        if latest is None or run is None:
            return None
        other = other or run  # the first of all
        before = self.packed(other) if other.facts["state"] != latest.facts["state"] else None
        days = date.fromisoformat(latest.facts["day"]), date.fromisoformat(other.facts["day"])
        return EarlierRuns(self.packed(latest), days, before, tuple(reversed(trend)))

    def record(self, run: Run) -> dict[str, Any]:
        """What a run found, as `AssessedWorkbook.record`."""
        return open_record(self.packed(run))

    def method(self, run: Run) -> dict[str, Any]:
        """The tables of the method that the run used."""
        tables: dict[str, Any] = unpacked(self._stored(run.facts["method_digest"]))
        return tables

    def packed(self, run: Run) -> bytes:
        """What a run found, packed."""
        if run.facts["format"] > RECORD_FORMAT:
            raise OutputError("history-newer", path=str(self.path))
        return self._stored(run.facts["state"])

    def _stored(self, digest: str) -> bytes:
        """A packed record or method. Raises `OutputError` where it is missing or not what was written."""
        with translate_errors(self.path):
            row = self._db.execute("SELECT content FROM objects WHERE digest = ?", (digest,)).fetchone()
        content = inflated(row[0]) if row else None
        if content is None or sha256(content) != digest:
            raise OutputError("history-tampered", path=str(self.path), detail=digest[:12])
        return bytes(row[0])

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read within the block is of one moment, whatever other processes add or forget meanwhile."""
        with translate_errors(self.path):
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.execute("ROLLBACK")

    # --- proof ---

    def check(self) -> None:
        """Raises `OutputError` where the file is damaged, so that it cannot be read to its end."""
        with translate_errors(self.path):
            (found,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise OutputError("history-unusable", path=str(self.path), detail=str(found)[:200])

    def link(self, seq: int) -> str | None:
        """The chain hash of an entry, forgotten or not; "" for number 0, None after the last entry."""
        if seq == 0:
            return ""
        with translate_errors(self.path):
            row = self._db.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
        return str(row[0]) if row else None

    def forgotten(self) -> frozenset[int]:
        """The numbers of the runs that were forgotten."""
        with translate_errors(self.path):
            rows = self._db.execute(f"{_SELECT} WHERE kind = ? AND facts IS NOT NULL", (FORGOTTEN,)).fetchall()
        return frozenset(seq for row in rows if (tombstone := verified(row)) for seq in tombstone.facts["runs"])

    def problems(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Everything that is not as it was written, each as (kind, parameters that say where).

        Kinds: "guard" (triggers), "gap" (entries), "chain" (hash), "entry" (facts), "object" (record, method).
        """
        with translate_errors(self.path):
            parts, intended = parts_of(self._db), intended_parts()
            stored = {digest for (digest,) in self._db.execute("SELECT digest FROM objects")}
        if parts != intended:  # guards against changes among them
            yield "guard", {"names": sorted(n for n in parts.keys() | intended if parts.get(n) != intended.get(n))}
        forgotten = self.forgotten()
        before, expected = "", 1
        with translate_errors(self.path):
            for row in self._db.execute(f"{_SELECT} ORDER BY seq"):
                seq, digest, link, _, facts, *_ = row
                if seq != expected:
                    yield "gap", {"first": expected, "last": seq - 1}
                expected = seq + 1
                if linked(before, str(digest)) != link:
                    yield "chain", {"seq": seq}
                before = str(link)
                if facts is None:
                    if seq not in forgotten:
                        yield "entry", {"seq": seq}
                    continue
                entry = verified(row)
                if entry is None:
                    yield "entry", {"seq": seq}
                elif row[3] == RUN and not {entry.facts["state"], entry.facts["method_digest"]} <= stored:
                    yield "object", {"seq": seq, "digest": entry.facts["state"][:12]}
            for digest, content in self._db.execute("SELECT digest, content FROM objects"):
                data = inflated(content)
                if data is None or sha256(data) != digest:
                    yield "object", {"seq": "-", "digest": str(digest)[:12]}


def _input(run: Run) -> tuple[str, str]:
    recorded = run_from(run.facts["run"])
    return recorded.digest, recorded.rules
