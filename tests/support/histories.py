"""Workbooks with a history, and the history's database as it stands."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.forms import QUESTIONS, THREATS, Asset, Form, write_form
from tests.support.places import ROOT


def form(path: Path, *names: str, company: str = "北浜精機株式会社") -> Path:
    """A firm with the named assets."""
    assets = [Asset("営業", name, "可搬電子媒体", (3, 2, 2), "営業部") for name in names or ("顧客台帳", "見積書")]
    return write_form(Form({"台帳": assets}, THREATS, QUESTIONS, company=company), path)


def entries_of(store: Path) -> list[Any]:
    """Every entry of a history's database."""
    db = sqlite3.connect(store)
    try:
        return db.execute("SELECT * FROM entries").fetchall()
    finally:
        db.close()


def version_of(store: Path) -> int:
    """The number of a history's layout."""
    db = sqlite3.connect(store)
    try:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    finally:
        db.close()


_APPEND = """
import sys
from pathlib import Path
from datetime import date
from riskbook.records import Recorder
from riskbook.method import load_method
from riskbook.pipeline import assess
store, client, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
method = load_method()
record = assess(sys.argv[4], today=date(2026, 11, 21)).record
keeper = Recorder(store, client)
print("ready", flush=True)
for number in range(count):
    record["run"]["risk"] = number
    keeper.add(sys.argv[4], day=date(2026, 11, 21), input_=str(number), output=str(number), record=record, method=method)
    print(number, flush=True)
"""


def append_runs(store: Path, client: str, count: int, workbook: Path) -> subprocess.Popen[str]:
    """Starts a process that adds `count` runs of a client; it prints "ready", then the number of each run added."""
    command = [sys.executable, "-c", _APPEND, str(store), client, str(count), str(workbook)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
