"""Histories of earlier and newer layouts, and files that are no history."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from riskbook.records import history_beside
from riskbook.records.schema import STEPS, backup_of
from tests.support.commands import history_of, invoke
from tests.support.days import TODAY
from tests.support.histories import append_runs, entries_of, version_of

# --- what is refused ---


@pytest.mark.slow
def test_a_history_of_a_newer_riskbook_is_refused_and_nothing_is_written(workbook: Path) -> None:
    invoke("assess", workbook)
    store = history_beside(workbook)
    with sqlite3.connect(store) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before, there = store.read_bytes(), sorted(workbook.parent.iterdir())
    result = invoke("assess", workbook, "-o", workbook.with_name("new.xlsx"), code=3)
    assert "新しいバージョン" in result.stderr
    assert store.read_bytes() == before
    assert sorted(workbook.parent.iterdir()) == there
    for command in (
        ("history", workbook),
        ("audit", store, "--month", "2026-11", "-o", workbook.parent),
        ("diff", workbook, "2026-10"),
        ("forget", "台帳", "--store", store, "--yes"),
    ):
        assert "新しいバージョン" in invoke(*command, code=3).stderr
    invoke("assess", workbook, "-o", workbook.with_name("new.xlsx"), "--no-history", code=0)


def test_another_programs_database_and_a_damaged_one_are_refused_unchanged(workbook: Path, tmp_path: Path) -> None:
    other, damaged = tmp_path / "other.db", tmp_path / "damaged.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE customers (name)")
    db.close()
    damaged.write_bytes(b"no database at all" * 100)
    for store in (other, damaged):
        before = store.read_bytes()
        assert invoke("assess", workbook, "--store", store, code=3).stderr
        assert invoke("history", "--store", store, code=3).stderr
        assert store.read_bytes() == before
    assert not workbook.with_name("台帳-assessed.xlsx").exists()


@pytest.mark.slow
def test_where_no_history_can_stand_the_result_is_written_and_that_is_said(workbook: Path) -> None:
    workbook.with_name(".riskbook").write_text("a file where the folder should be")
    result = invoke("assess", workbook, code=0)
    assert "記録していません" in result.stderr
    assert workbook.with_name("台帳-assessed.xlsx").exists()
    result = invoke("assess", workbook, "--force", "--store", workbook.parent / ".riskbook" / "x.db", code=3)
    assert "記録していません" in result.stderr


# --- layouts ---


@pytest.mark.slow
def test_an_earlier_layout_is_brought_up_to_date_with_a_backup_first(workbook: Path) -> None:
    invoke("assess", workbook, "--today", "2026-10-01")
    store = history_beside(workbook)
    with sqlite3.connect(store) as db:  # what only the second step made is taken back
        db.execute("DROP INDEX entries_by_client")
        db.execute("PRAGMA user_version = 1")
    db.close()
    entries = entries_of(store)
    invoke("assess", workbook, "--force", "--today", TODAY)
    backup = backup_of(store, 1)
    assert entries_of(backup) == entries
    assert version_of(backup) == 1
    assert version_of(store) == len(STEPS)
    assert entries_of(store)[:1] == entries
    assert [one["day"] for one in history_of(workbook)] == ["2026-10-01", str(TODAY)]


def test_reading_an_earlier_layout_brings_it_up_to_date_too(workbook: Path) -> None:
    invoke("assess", workbook)
    store = history_beside(workbook)
    db = sqlite3.connect(store)
    db.execute("DROP INDEX entries_by_client")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    assert len(history_of(workbook)) == 1
    assert version_of(store) == len(STEPS)


@pytest.mark.slow
def test_many_first_runs_at_once_make_no_backup(workbook: Path, tmp_path: Path) -> None:
    processes = [append_runs(tmp_path / "h.db", str(number), 2, workbook) for number in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    for process in processes:
        assert process.stdout is not None
        process.stdout.close()
    assert not list(tmp_path.glob("*.bak*"))
