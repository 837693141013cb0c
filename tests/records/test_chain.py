"""The hash chain: nothing is changed afterwards without being named."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from riskbook.errors import OutputError
from riskbook.records import History, history_beside
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.histories import form
from tests.support.workbooks import edit


@pytest.fixture(scope="module")
def three_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history of three runs, each of another input."""
    workbook = form(tmp_path_factory.mktemp("three") / "台帳.xlsx")
    for month in (9, 10, 11):
        invoke("assess", workbook, "--force", "--today", f"2026-{month:02}-01")
        edit(workbook, lambda book, month=month: book["台帳"].__setitem__("B6", f"資産{month}"))  # type: ignore[misc]
    return history_beside(workbook)


@pytest.fixture
def store(three_months: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(three_months, tmp_path))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries",
        "UPDATE entries SET facts = replace(facts, 'root', 'other'), client = 'x'",
        "UPDATE entries SET hash = 'x'",
        "DELETE FROM objects",
        "UPDATE objects SET content = x'00'",
    ],
)
def test_what_stands_in_a_history_cannot_be_changed(store: Path, statement: str) -> None:
    db = sqlite3.connect(store)
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE entries SET facts = replace(facts, '北浜精機', '南浜精機') WHERE seq = 2", "entry"),
        ("UPDATE entries SET client = 'x' WHERE seq = 1", "entry"),
        ("UPDATE entries SET facts = NULL WHERE seq = 2", "entry"),
        ("DELETE FROM entries WHERE seq = 2", "gap"),
        ("UPDATE entries SET hash = digest WHERE seq = 3", "chain"),
        ("UPDATE objects SET content = (SELECT content FROM objects ORDER BY digest LIMIT 1)", "object"),
    ],
)
def test_whatever_is_changed_all_the_same_is_named(store: Path, statement: str, problem: str) -> None:
    db = sqlite3.connect(store)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute(statement)
    db.commit()
    db.close()
    with History(store, read_only=True) as history:
        assert problem in {key for key, _ in history.problems()}


def test_a_content_that_was_edited_is_never_taken_for_the_truth(workbook: Path) -> None:
    invoke("assess", workbook, "--today", "2026-10-01")
    store = history_beside(workbook)
    db = sqlite3.connect(store)
    db.execute("DROP TRIGGER objects_hold")
    db.execute("UPDATE objects SET content = x'789c'")
    db.commit()
    db.close()
    result = invoke("assess", workbook, "-o", workbook.with_name("n.xlsx"), "--today", TODAY, code=3)
    assert "変わっています" in result.stderr
    with History(store, read_only=True) as history, pytest.raises(OutputError):
        history.record(history.runs()[0])


@pytest.mark.slow
def test_an_entry_of_another_kind_and_a_replaced_one_are_not_overlooked(workbook: Path) -> None:
    invoke("assess", workbook, "--today", "2026-10-01")
    invoke("assess", workbook, "--force", "--today", TODAY)
    db = sqlite3.connect(history_beside(workbook))
    for statement in (
        "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE seq = 1",
        "INSERT OR REPLACE INTO objects SELECT * FROM objects",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            db.execute(statement)
    db.execute("DROP TRIGGER entries_hold")
    db.execute("UPDATE entries SET kind = 'x' WHERE seq = 2")
    db.commit()
    db.close()
    with History(history_beside(workbook), read_only=True) as history:
        assert {key for key, _ in history.problems()} == {"guard", "entry"}


@pytest.mark.slow
@pytest.mark.parametrize("facts", ["'garbage'", "'{}'", "'[]'", "x'00'", "NULL"])
def test_a_spoiled_entry_is_said_without_a_traceback(workbook: Path, facts: str) -> None:
    invoke("assess", workbook, "--today", "2026-10-01")
    store = history_beside(workbook)
    db = sqlite3.connect(store)
    db.execute("DROP TRIGGER entries_hold")
    db.execute(f"UPDATE entries SET facts = {facts}")
    db.commit()
    db.close()
    with History(store, read_only=True) as history:
        assert {key for key, _ in history.problems()} == {"guard", "entry"}
    other = form(workbook.with_name("other.xlsx"))
    code = 0 if facts == "NULL" else 3  # a line that knows of nothing earlier begins anew
    invoke("assess", workbook, other, "-o", workbook.parent / "out", "--today", TODAY, code=code)
    assert (workbook.parent / "out" / "other.xlsx").exists()  # one bad history does not stop the others
    assert invoke("history", workbook).exit_code == code
