"""The SQLite layout of a history, opening one, and upgrading one of an earlier layout."""

from __future__ import annotations

import contextlib
import glob
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from riskbook import opc
from riskbook.errors import OutputError

APPLICATION_ID = 0x72736B62  # "rskb": tells a history from the database of another program
_MAGIC = b"SQLite format 3\0"  # with which every file of SQLite begins
_WAIT = 30.0  # seconds for another run to finish its entry

# Each step upgrades the layout by one version; the first creates it. A released step never changes.
STEPS = (
    """
    CREATE TABLE objects (         -- records of runs, and methods: zlib of JSON, by SHA-256 of the JSON
        digest TEXT PRIMARY KEY, content BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE entries (
        seq INTEGER PRIMARY KEY,   -- 1, 2, 3, … without a gap
        digest TEXT NOT NULL,      -- SHA-256 of the facts
        hash TEXT NOT NULL,        -- SHA-256 of the hash before and the digest: the chain
        kind TEXT NOT NULL,        -- run, forgotten
        facts TEXT,                -- canonical JSON, seq and kind in it; NULL for a forgotten run, as is all below
        client TEXT, day TEXT, state TEXT, method TEXT, output TEXT
    );
    CREATE TRIGGER entries_stay BEFORE DELETE ON entries
        BEGIN SELECT RAISE(ABORT, 'a history is only added to'); END;
    CREATE TRIGGER entries_hold BEFORE UPDATE ON entries
        WHEN OLD.kind <> 'run' OR NEW.facts IS NOT NULL OR NEW.client IS NOT NULL OR NEW.day IS NOT NULL
            OR NEW.state IS NOT NULL OR NEW.method IS NOT NULL OR NEW.output IS NOT NULL OR NEW.kind <> 'run'
            OR NEW.seq <> OLD.seq OR NEW.digest <> OLD.digest OR NEW.hash <> OLD.hash
        BEGIN SELECT RAISE(ABORT, 'a history is only added to'); END;
    CREATE TRIGGER entries_follow BEFORE INSERT ON entries  -- REPLACE would delete without asking
        WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)
        BEGIN SELECT RAISE(ABORT, 'a history is only added to'); END;
    CREATE TRIGGER objects_follow BEFORE INSERT ON objects
        WHEN EXISTS (SELECT 1 FROM objects WHERE digest = NEW.digest)
        BEGIN SELECT RAISE(ABORT, 'a history is only added to'); END;
    CREATE TRIGGER objects_hold BEFORE UPDATE ON objects
        BEGIN SELECT RAISE(ABORT, 'a history is only added to'); END;
    CREATE TRIGGER objects_stay BEFORE DELETE ON objects
        WHEN EXISTS (SELECT 1 FROM entries WHERE state = OLD.digest OR method = OLD.digest)
        BEGIN SELECT RAISE(ABORT, 'a history is only added to'); END;
    """,
    """
    CREATE INDEX entries_by_client ON entries (client, day, seq);
    """,
    """
    DROP TRIGGER entries_hold;     -- kinds that came later, failed and continued, can be forgotten like runs
    CREATE TRIGGER entries_hold BEFORE UPDATE ON entries
        WHEN OLD.kind = 'forgotten' OR NEW.facts IS NOT NULL OR NEW.client IS NOT NULL OR NEW.day IS NOT NULL
            OR NEW.state IS NOT NULL OR NEW.method IS NOT NULL OR NEW.output IS NOT NULL OR NEW.kind <> OLD.kind
            OR NEW.seq <> OLD.seq OR NEW.digest <> OLD.digest OR NEW.hash <> OLD.hash
        BEGIN SELECT RAISE(ABORT, 'a history is only added to'); END;
    """,
)
VERSION = len(STEPS)


@contextlib.contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Raises `OutputError` for any error of SQLite or the system in the block (a full disk, a share that is gone)."""
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(_reason(str(error)), path=str(path), detail=str(error)) from error
    except OSError as error:
        key = "history-full" if opc.reason(error) == "no-space" else "history-unwritable"
        raise OutputError(key, path=str(path), detail=error.strerror or str(error)) from error


def _reason(message: str) -> str:
    if "disk is full" in message:
        return "history-full"
    if "locked" in message:
        return "history-busy"
    if "not a database" in message:
        return "history-none"
    return "history-unwritable" if "readonly" in message or "unable to open" in message else "history-unusable"


def connect(path: Path, mode: int = 0o600) -> sqlite3.Connection:
    """Opens a history for writing; creates it with this file mode, or upgrades it after a backup, where needed.

    Raises `OutputError` for a file that is no history, is of a newer riskbook, damaged, busy or cannot be written.
    """
    with translate_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path, mode)
        # No isolation level: the sqlite3 module must not begin or commit transactions by itself.
        db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    try:
        with translate_errors(path):
            version = _version(db, path)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten with zeros
            if version < VERSION:
                _upgrade(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _create(path: Path, mode: int) -> None:
    """Makes an empty history in one step: whoever is killed meanwhile leaves none, not half of one."""
    made = _temporary(path.parent)
    try:
        with contextlib.closing(sqlite3.connect(made, isolation_level=None)) as db:
            _upgrade(db, made)
        made.chmod(mode)
        try:
            os.link(made, path)
        except FileExistsError:  # another call was faster
            return
        except OSError:  # a file system without links
            if not path.exists():
                made.rename(path)
    finally:
        made.unlink(missing_ok=True)


def _temporary(folder: Path) -> Path:
    """A new, private file, after removing those that killed runs have left; SQLite itself would let others read it."""
    opc.clear_litter(folder)
    handle, name = tempfile.mkstemp(prefix=opc.temporary_prefix(), suffix=".tmp", dir=folder)
    os.close(handle)
    return Path(name)


def is_history(path: Path) -> bool:
    """Whether a file is a database, as every history is, and no workbook."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Opens a history for reading; only one of an earlier layout is written to. Raises like `connect`."""
    if not path.is_file():
        raise OutputError("history-missing", path=str(path))
    log = path.with_name(path.name + "-wal")
    unwritten = not log.exists() or not log.stat().st_size
    # A connection that may write removes the log when it closes. The last mode is for a read-only medium, where SQLite
    # cannot create the files it locks with; it ignores the log, so it is used only where the log is empty.
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    modes = ["mode=rw" if writable else "mode=ro", *(["immutable=1"] if unwritten else [])]
    for mode in modes:
        db = None
        try:
            db = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=_WAIT, isolation_level=None)
            db.execute("PRAGMA query_only = ON")
            version = _version(db, path)
        except sqlite3.Error as error:
            if db is not None:
                db.close()
            if _reason(str(error)) == "history-unwritable" and mode != modes[-1]:
                continue
            key = _reason(str(error)).replace("unwritable", "unusable")
            raise OutputError(key, path=str(path), detail=str(error)) from error
        except OutputError:
            if db is not None:
                db.close()
            raise
        if version == VERSION:
            return db
        db.close()
        if not version:
            raise OutputError("history-missing", path=str(path))
        break
    return connect(path)


def parts_of(db: sqlite3.Connection) -> dict[str, str]:
    """Every table, index and trigger of a history → the statement that makes it."""
    rows = db.execute("SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return dict(rows.fetchall())


@cache
def intended_parts() -> dict[str, str]:
    """What `parts_of` gives for a history as riskbook makes it."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for step in STEPS:
            for statement in _statements(step):
                db.execute(statement)
        return parts_of(db)


def _version(db: sqlite3.Connection, path: Path) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    filled = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or version or filled):
        raise OutputError("history-none", path=str(path))
    if version > VERSION:
        raise OutputError("history-newer", path=str(path))
    return version


def _upgrade(db: sqlite3.Connection, path: Path) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db, path)  # another call may have upgraded it meanwhile
        if 0 < version < VERSION:
            _back_up(path, backup_of(path, version))
        for step in STEPS[version:]:
            for statement in _statements(step):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def backup_of(path: Path, version: int) -> Path:
    """The file for the backup of a history before it is upgraded from `version`."""
    return path.with_name(f"{path.name}.v{version}.bak")


def _back_up(path: Path, target: Path) -> None:
    scratch = _temporary(target.parent)
    scratch.chmod(path.stat().st_mode & 0o777)
    source, copy = sqlite3.connect(path), sqlite3.connect(scratch)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    scratch.replace(target)


def backups_of(path: Path) -> list[Path]:
    """All backups beside a history, finished or not."""
    return sorted(path.parent.glob(f"{glob.escape(path.name)}.v*.bak*"))


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, to be run one by one: `executescript` would commit the open transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
