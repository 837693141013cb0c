"""Which workbook a result was made from, so that a result is read by the client's project file wherever it stands."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from riskbook.records.journal import JOURNAL
from riskbook.settings import Settings


def settings_for(workbook: str | Path, settings: Settings) -> Settings:
    """The settings for one workbook: by the project files of its folder and, of a result, of its input's folder.

    Raises `MethodError`.
    """
    path = Path(workbook)
    return settings.beside(path, origin(path))


def origin(workbook: Path) -> Path | None:
    """The input of a result that a call wrote into another folder; None where no journal above knows it.

    A journal that cannot be read is no reason not to read a workbook: its own call says what is wrong with it.
    """
    path = workbook.resolve()
    for folder in path.parents:
        journal = folder / JOURNAL
        with contextlib.suppress(OSError):
            if not journal.is_file():
                continue
            source = _source(journal, path.relative_to(folder).as_posix())
            if source is not None and source.is_file() and source != path:
                return source
    return None


def _source(journal: Path, name: str) -> Path | None:
    """The input of a result according to a journal."""
    # Without locks, so that neither a call at work nor a read-only folder stands in the way. But what a killed call
    # noted last stands in the log beside the journal, which is not read like that.
    ways = ["&immutable=1"]
    if journal.with_name(f"{journal.name}-wal").exists():
        ways.insert(0, "")
    for way in ways:
        with contextlib.suppress(sqlite3.Error):
            address = f"{journal.as_uri()}?mode=ro{way}"
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=0.2)) as database:
                row = database.execute("SELECT source FROM workbooks WHERE name = ?", (name,)).fetchone()
            if row is not None:
                return Path(row[0])
    return None
