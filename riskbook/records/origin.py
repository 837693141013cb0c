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
        with contextlib.suppress(sqlite3.Error, OSError):
            if not journal.is_file():
                continue
            # Without locks, so that neither a call at work nor a read-only folder stands in the way.
            with contextlib.closing(sqlite3.connect(f"{journal.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
                query = "SELECT source FROM workbooks WHERE name = ?"
                row = database.execute(query, (path.relative_to(folder).as_posix(),)).fetchone()
            if row is not None and Path(row[0]).is_file() and Path(row[0]) != path:
                return Path(row[0])
    return None
