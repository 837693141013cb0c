"""Folders of clients, and what a batch left in a folder."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.support.places import HARBOUR

Begin = Callable[..., subprocess.Popen[str]]  # starts riskbook in a process of its own


def files(folder: Path) -> set[str]:
    """Names below a folder, without the histories."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.endswith("history.db")}


def results(folder: Path) -> set[str]:
    """Names of the files below a folder, without the histories and what is in a .riskbook folder at its top."""
    return {name for name in files(folder) if not name.startswith(".riskbook")}


def statuses(out: Path) -> dict[str, str]:
    """The status of each workbook in a batch's journal."""
    with contextlib.closing(sqlite3.connect(out / ".riskbook/journal.db")) as db:
        return dict(db.execute("SELECT name, status FROM workbooks"))


def many(folder: Path, count: int) -> Path:
    """A new folder with `count` copies of one small workbook."""
    folder.mkdir()
    for number in range(count):
        shutil.copy(HARBOUR, folder / f"client-{number:03}.xlsx")
    return folder
