"""The history of workbooks: every run, what it found, and a chain of hashes that holds them together."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from riskbook.audit.schema import STEPS, backup_of, connect, connect_to_read, told
from riskbook.errors import OutputError
from riskbook.method import Method
from riskbook.model import Earlier, canonical, run_from

RUN, FORGOTTEN = "run", "forgotten"
_LOOK_BACK = 500  # runs of a client


@dataclass(frozen=True)
class Run:
    """One entry of a history: its number, its hash in the chain, and its facts.

    `facts` of a run: client, title, file, at (UTC), day (of the assessment), operator, version, method, edition, input,
    output, state and method_digest (SHA-256), run (as `run_fields`), repeated (nothing had changed; the record is of
    an earlier run).
    """

    seq: int
    hash: str
    facts: Mapping[str, Any]


class History:
    """A history in SQLite; a context manager. `read_only`: nothing is added.

    Raises `OutputError` as `schema.connect` does, in every method.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._db = (connect_to_read if read_only else connect)(path)

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()

    # --- adding ---

    def append(self, facts: Mapping[str, Any], record: Mapping[str, Any], method: Method) -> int:
        """Adds a run with its record; returns its number. The chain is extended in the same transaction."""
        state, rules = canonical(record), method.content
        digests = {"state": _sha256(state), "method_digest": method.sha256}
        with self._transaction():
            for digest, content in ((digests["state"], state), (method.sha256, rules)):
                if not self._db.execute("SELECT 1 FROM objects WHERE digest = ?", (digest,)).fetchone():
                    self._db.execute("INSERT INTO objects VALUES (?, ?)", (digest, zlib.compress(content, 6)))
            return self._add(RUN, {**facts, **digests, "repeated": False})

    def repeat(self, run: Run, facts: Mapping[str, Any]) -> int:
        """Adds a run that found everything as an earlier one did."""
        with self._transaction():
            return self._add(RUN, {**run.facts, **facts, "repeated": True})

    def forget(self, client: str, operator: str) -> int:
        """Takes all that is known of a client out of the file, and leaves the hashes; returns the number of runs.

        What was forgotten when and by whom becomes an entry of its own, without the client's name. Backups of earlier
        layouts are deleted, for they hold the client, too.
        """
        with self._transaction():
            gone = [seq for (seq,) in self._db.execute("SELECT seq FROM entries WHERE client = ?", (client,))]
            if gone:
                self._db.execute(
                    "UPDATE entries SET facts = NULL, client = NULL, day = NULL, state = NULL, method = NULL,"
                    " output = NULL WHERE client = ?", (client,),
                )  # fmt: skip
                self._db.execute(
                    "DELETE FROM objects WHERE NOT EXISTS"
                    " (SELECT 1 FROM entries WHERE state = objects.digest OR method = objects.digest)"
                )
                self._add(FORGOTTEN, {"at": now(), "operator": operator, "runs": gone})
        if gone:
            with told(self.path):
                self._db.execute("VACUUM")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                for version in range(1, len(STEPS)):
                    backup_of(self.path, version).unlink(missing_ok=True)
        return len(gone)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing; another process waits."""
        with told(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite may have rolled it back itself
                    self._db.execute("ROLLBACK")
                raise

    def _add(self, kind: str, facts: Mapping[str, Any]) -> int:
        last = self._db.execute("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
        text = canonical(facts)
        digest = _sha256(text)
        columns = [facts.get(name) for name in ("client", "day", "state", "method_digest", "output")]
        seq: int = last[0] + 1
        self._db.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, digest, linked(last[1], digest), kind, text.decode(), *columns),
        )
        return seq

    # --- looking ---

    def runs(self, client: str | None = None, *, until: date | None = None, last: int | None = None) -> list[Run]:
        """The runs that are not forgotten, by day and number, of one client or of all, up to a day; the `last` few."""
        where, values = "kind = ? AND facts IS NOT NULL", [RUN]
        if client is not None:
            where, values = f"{where} AND client = ?", [*values, client]
        if until is not None:
            where, values = f"{where} AND day <= ?", [*values, until.isoformat()]
        query = f"SELECT seq, hash, facts FROM entries WHERE {where} ORDER BY day DESC, seq DESC LIMIT ?"
        with told(self.path):
            found = self._db.execute(query, (*values, -1 if last is None else last)).fetchall()
        return [Run(seq, link, json.loads(facts)) for seq, link, facts in reversed(found)]

    def clients(self) -> list[str]:
        """Every client there is a run of."""
        with told(self.path):
            found = self._db.execute("SELECT DISTINCT client FROM entries WHERE client IS NOT NULL ORDER BY client")
            return [client for (client,) in found]

    def find(self, client: str, output: str, input_: str) -> Run | None:
        """The last run of a client with this output and input (SHA-256)."""
        query = "SELECT seq, hash, facts FROM entries WHERE client = ? AND output = ? ORDER BY seq DESC"
        with told(self.path):
            found = [Run(s, h, json.loads(f)) for s, h, f in self._db.execute(query, (client, output))]
        return next((run for run in found if run.facts["input"] == input_), None)

    def earlier(self, client: str, day: date) -> Earlier | None:
        """What is known of a client up to a day; None: nothing."""
        runs = self.runs(client, until=day, last=_LOOK_BACK)
        if not runs:
            return None
        latest = runs[-1]
        other = [run for run in runs if _input(run) != _input(latest)] or runs[:1]
        before = self._packed(other[-1]) if other[-1].facts["state"] != latest.facts["state"] else None
        trend = tuple(run_from(run.facts["run"]) for run in runs)
        return Earlier(self._packed(latest), before, trend)

    def record(self, run: Run) -> dict[str, Any]:
        """What a run found, as `AssessedWorkbook.record`."""
        record: dict[str, Any] = json.loads(self._content(run.facts["state"]))
        return record

    def method(self, run: Run) -> dict[str, Any]:
        """The tables of the method that was in force."""
        tables: dict[str, Any] = json.loads(self._content(run.facts["method_digest"]))
        return tables

    def _packed(self, run: Run) -> bytes:
        return zlib.compress(self._content(run.facts["state"]), 6)

    def _content(self, digest: str) -> bytes:
        with told(self.path):
            row = self._db.execute("SELECT content FROM objects WHERE digest = ?", (digest,)).fetchone()
        try:
            content = zlib.decompress(row[0]) if row else b""
        except zlib.error:
            content = b""
        if _sha256(content) != digest:
            raise OutputError("history-tampered", path=str(self.path), detail=digest[:12])
        return content

    # --- proof ---

    def link(self, seq: int) -> str | None:
        """The hash of the chain at an entry, whether forgotten or not; "" before the first, None beyond the last."""
        if seq == 0:
            return ""
        with told(self.path):
            row = self._db.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
        return str(row[0]) if row else None

    def problems(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Whatever does not fit: (key, parameters) of "gap", "entry", "chain", "object", one for each place."""
        with told(self.path):
            entries = self._db.execute(
                "SELECT seq, digest, hash, kind, facts, client, day, state, method, output FROM entries ORDER BY seq"
            ).fetchall()
            objects = self._db.execute("SELECT digest, content FROM objects").fetchall()
        before, expected = "", 1
        there = {digest for digest, _ in objects}
        excused = {
            seq for *_, kind, facts, _, _, _, _, _ in entries if kind == FORGOTTEN and facts
            for seq in json.loads(facts)["runs"]
        }  # fmt: skip
        for seq, digest, link, kind, facts, *columns in entries:
            if seq != expected:
                yield "gap", {"first": expected, "last": seq - 1}
            expected = seq + 1
            if linked(before, digest) != link:
                yield "chain", {"seq": seq}
            before = link
            if facts is None:
                if seq not in excused:
                    yield "entry", {"seq": seq}
                continue
            known = json.loads(facts) if _sha256(facts.encode()) == digest else None
            fields = ("client", "day", "state", "method_digest", "output")
            if known is None or (kind == RUN and [known[name] for name in fields] != columns):
                yield "entry", {"seq": seq}
            elif kind == RUN and not {known["state"], known["method_digest"]} <= there:
                yield "object", {"seq": seq, "digest": known["state"][:12]}
        for digest, content in objects:
            try:
                sound = _sha256(zlib.decompress(content)) == digest
            except (zlib.error, TypeError):
                sound = False
            if not sound:
                yield "object", {"seq": None, "digest": digest[:12]}


def linked(before: str, digest: str) -> str:
    """The next hash of a chain."""
    return _sha256((before + digest).encode())


def now() -> str:
    """The moment, as it stands in a history."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _input(run: Run) -> tuple[str, str]:
    return run.facts["run"]["digest"], run.facts["run"]["rules"]
