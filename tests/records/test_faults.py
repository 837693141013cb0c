"""No fault hurts a history: kills, two runs at once, a full disk, locks."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import openpyxl
import pytest

from riskbook.records import History, history_beside
from riskbook.records import history as history_module
from tests.support.commands import history_of, invoke
from tests.support.days import TODAY
from tests.support.histories import append_runs
from tests.support.workbooks import edit


@pytest.mark.slow
def test_killed_at_any_moment_the_history_is_whole(workbook: Path, tmp_path: Path) -> None:
    store, chance, said = tmp_path / "h.db", random.Random(1), 0
    for _ in range(4):
        process = append_runs(store, "a", 100_000, workbook)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.05 + 0.3 * chance.random())
        process.send_signal(signal.SIGKILL)
        said += len([line for line in process.stdout.read().splitlines() if line])
        process.wait()
    with History(store, read_only=True) as history:
        assert not list(history.problems())
        assert len(history.runs()) >= said > 0  # whatever was said to be kept is there


@pytest.mark.slow
def test_two_runs_at_once_are_both_kept(workbook: Path, tmp_path: Path) -> None:
    processes = [append_runs(tmp_path / "h.db", client, 40, workbook) for client in ("a", "b")]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with History(tmp_path / "h.db", read_only=True) as history:
        assert not list(history.problems())
        assert {client: len(history.runs(client)) for client in history.clients()} == {"a": 40, "b": 40}


@pytest.mark.slow
def test_a_full_disk_is_said_and_the_history_stays_whole(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    invoke("assess", workbook, "--today", "2026-10-01")
    edit(workbook, lambda book: book["台帳"].__setitem__("B6", "ほかの資産"))
    real = history_module.connect

    def full(path: Path, mode: int) -> sqlite3.Connection:
        db = real(path, mode)
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        return db

    monkeypatch.setattr(history_module, "connect", full)
    result = invoke("assess", workbook, "--force", "--today", TODAY, code=3)
    assert "full" in result.stderr
    assert openpyxl.load_workbook(workbook.with_name("台帳-assessed.xlsx"))
    monkeypatch.undo()
    assert [one["day"] for one in history_of(workbook)] == ["2026-10-01"]
    with History(history_beside(workbook), read_only=True) as history:
        assert not list(history.problems())
    invoke("assess", workbook, "--force", "--today", TODAY, code=0)
    assert len(history_of(workbook)) == 2


@pytest.mark.slow
def test_a_busy_history_is_waited_for_and_then_said(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    invoke("assess", workbook)
    monkeypatch.setattr("riskbook.records.schema._WAIT", 0.1)
    other = sqlite3.connect(history_beside(workbook), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = invoke("assess", workbook, "--force", code=3)
    assert "別の riskbook" in result.stderr
    other.execute("ROLLBACK")
    other.close()
    invoke("assess", workbook, "--force", code=0)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_history_that_may_only_be_read_can_be_looked_at(workbook: Path) -> None:
    invoke("assess", workbook)
    folder = history_beside(workbook).parent
    folder.chmod(0o555)
    try:
        assert len(history_of(workbook)) == 1
        assert "記録されません" in invoke("assess", workbook, "--force", code=0).stderr
    finally:
        folder.chmod(0o755)
