"""The history: every run is kept, nothing is changed afterwards, a client can be forgotten, and no fault hurts it."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

import riskbook
from riskbook.audit import history as history_module
from riskbook.cli import main
from riskbook.errors import OutputError
from riskbook.method import load_method
from riskbook.records import History, history_beside
from riskbook.records.schema import STEPS, backup_of
from tests.conftest import ROOT, SAMPLES
from tests.forms import Asset, Form, write_form
from tests.make_samples import QUESTIONS, THREATS

TODAY = "2026-11-21"


def run(*arguments: str | Path, code: int | None = None) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False, env={"LANG": "ja_JP.UTF-8"})
    assert code is None or result.exit_code == code, result.output
    return result


def form(path: Path, *names: str, company: str = "北浜精機株式会社") -> Path:
    assets = [Asset("営業", name, "可搬電子媒体", (3, 2, 2), "営業部") for name in names or ("顧客台帳", "見積書")]
    return write_form(Form({"台帳": assets}, THREATS, QUESTIONS, company=company), path)


def edit(path: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def kept(*arguments: str | Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("history", *arguments, "--format", "json", code=0).stdout)["runs"]
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    (tmp_path / "kitahama").mkdir()
    return form(tmp_path / "kitahama" / "台帳.xlsx")


def test_every_run_is_kept_with_hashes_figures_and_method(workbook: Path) -> None:
    before = digest(workbook)
    run("assess", workbook, "--today", TODAY)
    (found,) = kept(workbook)
    method = load_method()
    assert (found["client"], found["title"], found["file"]) == ("台帳", "北浜精機株式会社", "台帳.xlsx")
    assert (found["run"], found["day"], found["version"]) == (1, TODAY, riskbook.__version__)
    assert found["input"] == before == digest(workbook)
    assert found["output"] == digest(workbook.with_name("台帳-assessed.xlsx"))
    assert (found["method"], found["method_digest"]) == ("ipa-3.1", method.sha256)
    assert found["operator"]
    with History(history_beside(workbook), read_only=True) as history:
        (one,) = history.runs()
        record = history.record(one)
        assert history.method(one) == json.loads(method.content)
        assert not list(history.problems())
    result = riskbook.assess(workbook, today=date.fromisoformat(TODAY))
    assert [asset["risk"] for asset in record["assets"]] == result.risks["risk"].tolist()
    assert [f["message"] for f in record["findings"]] == [result.words(finding)[0] for finding in result.findings]
    assert record["summary"] == result.summary == found["levels"]


def test_no_history_is_kept_where_none_is_wanted_and_none_where_nothing_was_assessed(workbook: Path) -> None:
    run("assess", workbook, "--no-history")
    run("assess", workbook.with_name("missing.xlsx"), code=3)
    run("check", workbook)
    run("plan", workbook)
    assert not history_beside(workbook).parent.exists()
    assert run("history", workbook, code=3).stderr
    run("assess", workbook, "--no-history", "--client", "x", code=2)
    run("assess", workbook, SAMPLES / "midori-clinic.xlsx", "--client", "x", code=2)


def test_client_keeps_the_line_of_a_renamed_file_and_store_one_file_for_all(workbook: Path, tmp_path: Path) -> None:
    store = tmp_path / "all.db"
    run("assess", workbook, "--store", store, "--client", "K-001", "--today", "2026-10-01")
    renamed = workbook.rename(workbook.with_name("新しい台帳.xlsx"))
    edit(renamed, lambda book: book["台帳"].__setitem__("B6", "顧客名簿"))
    run("assess", renamed, "--store", store, "--client", "K-001", "--today", TODAY, "-o", tmp_path / "out.xlsx")
    run("assess", SAMPLES / "midori-clinic.xlsx", "--store", store, "-o", tmp_path / "midori.xlsx")
    assert [(one["client"], one["file"]) for one in kept("--store", store)][:2] == [
        ("K-001", "台帳.xlsx"),
        ("K-001", "新しい台帳.xlsx"),
    ]
    assert "前回からの変化" in openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames
    assert not history_beside(renamed).exists()
    assert {one["client"] for one in kept("--store", store, "--client", "K-001")} == {"K-001"}


def test_the_result_beside_a_workbook_is_the_same_client(workbook: Path) -> None:
    run("assess", workbook, "--today", "2026-10-01")
    result = workbook.with_name("台帳-assessed.xlsx")
    run("assess", result, "--in-place", "--today", TODAY)
    assert {one["client"] for one in kept(workbook)} == {"台帳"}
    assert len(kept(result)) == 2


def test_a_folder_of_clients_keeps_a_history_each_and_unchanged_runs_too(tmp_path: Path) -> None:
    clients = tmp_path / "clients"
    for name in ("A", "B"):
        (clients / name).mkdir(parents=True)
        form(clients / name / "台帳.xlsx", company=name)
    out = tmp_path / "out"
    run("assess", clients, "-o", out, "--jobs", "2", "--today", TODAY)
    run("assess", clients, "-o", out, "--jobs", "2", "--today", TODAY)
    found = kept(clients)
    assert [(one["client"], one["repeated"]) for one in found] == [
        ("A/台帳", False),
        ("A/台帳", True),
        ("B/台帳", False),
        ("B/台帳", True),
    ]
    assert len({one["state"] for one in found if one["client"] == "A/台帳"}) == 1
    assert (clients / "A" / ".riskbook" / "history.db").exists()


def test_what_was_done_without_a_history_is_done_again_to_be_kept(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    form(tmp_path / "clients" / "a.xlsx")
    run("assess", tmp_path / "clients", "-o", tmp_path / "out", "--no-history", "--today", TODAY)
    done = run("assess", tmp_path / "clients", "-o", tmp_path / "out", "--today", TODAY)
    assert "変更なし" not in done.stdout.splitlines()[0]
    assert [one["repeated"] for one in kept(tmp_path / "clients")] == [False]


def test_an_unchanged_workbook_gives_the_same_bytes_however_often_it_is_run(workbook: Path) -> None:
    for day in ("2026-09-01", "2026-10-01"):
        run("assess", workbook, "--in-place", "--today", day)
        edit(workbook, lambda book, day=day: book["台帳"].__setitem__("J6", 1))  # type: ignore[misc]
    run("assess", workbook, "--in-place", "--today", TODAY)
    first = workbook.read_bytes()
    for _ in range(2):
        run("assess", workbook, "--in-place", "--today", TODAY)
        assert workbook.read_bytes() == first


# --- what is refused ---


def test_a_history_of_a_newer_riskbook_is_refused_and_nothing_is_written(workbook: Path) -> None:
    run("assess", workbook)
    store = history_beside(workbook)
    with sqlite3.connect(store) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before, there = store.read_bytes(), sorted(workbook.parent.iterdir())
    result = run("assess", workbook, "-o", workbook.with_name("new.xlsx"), code=3)
    assert "新しいバージョン" in result.stderr
    assert store.read_bytes() == before
    assert sorted(workbook.parent.iterdir()) == there
    for command in (
        ("history", workbook),
        ("audit", store, "--month", "2026-11", "-o", workbook.parent),
        ("diff", workbook, "2026-10"),
        ("forget", "台帳", "--store", store, "--yes"),
    ):
        assert "新しいバージョン" in run(*command, code=3).stderr
    run("assess", workbook, "-o", workbook.with_name("new.xlsx"), "--no-history", code=0)


def test_another_programs_database_and_a_damaged_one_are_refused_unchanged(workbook: Path, tmp_path: Path) -> None:
    other, damaged = tmp_path / "other.db", tmp_path / "damaged.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE customers (name)")
    db.close()
    damaged.write_bytes(b"no database at all" * 100)
    for store in (other, damaged):
        before = store.read_bytes()
        assert run("assess", workbook, "--store", store, code=3).stderr
        assert run("history", "--store", store, code=3).stderr
        assert store.read_bytes() == before
    assert not workbook.with_name("台帳-assessed.xlsx").exists()


def test_where_no_history_can_stand_the_result_is_written_and_that_is_said(workbook: Path) -> None:
    workbook.with_name(".riskbook").write_text("a file where the folder should be")
    result = run("assess", workbook, code=0)
    assert "記録されません" in result.stderr
    assert workbook.with_name("台帳-assessed.xlsx").exists()
    result = run("assess", workbook, "--force", "--store", workbook.parent / ".riskbook" / "x.db", code=3)
    assert "記録されません" in result.stderr


# --- layouts ---


def test_an_earlier_layout_is_brought_up_to_date_with_a_backup_first(workbook: Path) -> None:
    run("assess", workbook, "--today", "2026-10-01")
    store = history_beside(workbook)
    with sqlite3.connect(store) as db:  # what only the second step made is taken back
        db.execute("DROP INDEX entries_by_client")
        db.execute("PRAGMA user_version = 1")
    db.close()
    entries = _entries(store)
    run("assess", workbook, "--force", "--today", TODAY)
    backup = backup_of(store, 1)
    assert _entries(backup) == entries
    assert _version(backup) == 1
    assert _version(store) == len(STEPS)
    assert _entries(store)[:1] == entries
    assert [one["day"] for one in kept(workbook)] == ["2026-10-01", TODAY]


def _entries(store: Path) -> list[Any]:
    db = sqlite3.connect(store)
    try:
        return db.execute("SELECT * FROM entries").fetchall()
    finally:
        db.close()


def _version(store: Path) -> int:
    db = sqlite3.connect(store)
    try:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    finally:
        db.close()


def test_reading_an_earlier_layout_brings_it_up_to_date_too(workbook: Path) -> None:
    run("assess", workbook)
    store = history_beside(workbook)
    db = sqlite3.connect(store)
    db.execute("DROP INDEX entries_by_client")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    assert len(kept(workbook)) == 1
    assert _version(store) == len(STEPS)


# --- only added to ---


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
def test_what_stands_in_a_history_cannot_be_changed(workbook: Path, statement: str) -> None:
    run("assess", workbook)
    db = sqlite3.connect(history_beside(workbook))
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
def test_whatever_is_changed_all_the_same_is_named(workbook: Path, statement: str, problem: str) -> None:
    for month in (9, 10, 11):
        run("assess", workbook, "--force", "--today", f"2026-{month:02}-01")
        edit(workbook, lambda book, month=month: book["台帳"].__setitem__("B6", f"資産{month}"))  # type: ignore[misc]
    store = history_beside(workbook)
    db = sqlite3.connect(store)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute(statement)
    db.commit()
    db.close()
    with History(store, read_only=True) as history:
        assert problem in {key for key, _ in history.problems()}


# --- forgetting ---


def test_a_forgotten_client_is_gone_from_the_file_and_the_chain_still_holds(tmp_path: Path) -> None:
    store = tmp_path / "all.db"
    for name in ("秘密商事", "北浜"):
        form(tmp_path / f"{name}.xlsx", f"{name}の台帳", company=f"{name}株式会社")
        for month in ("10", "11"):
            run("assess", tmp_path / f"{name}.xlsx", "--store", store, "--force", "--today", f"2026-{month}-01")
    backup_of(store, 1).write_bytes(b"holds the client, too")
    run("forget", "ない", "--store", store, "--yes", code=3)
    assert CliRunner().invoke(main, ["forget", "秘密商事", "--store", str(store)], input="n\n").exit_code == 1
    assert len(kept("--store", store)) == 4
    result = run("forget", "秘密商事", "--store", store, "--yes", code=0)
    assert "2件" in result.stdout
    assert [one["client"] for one in kept("--store", store)] == ["北浜", "北浜"]
    for path in tmp_path.glob("all.db*"):
        assert "秘密".encode() not in path.read_bytes(), path
    assert not backup_of(store, 1).exists()
    with History(store, read_only=True) as history:
        assert not list(history.problems())
        assert history.link(1)
    run("forget", "秘密商事", "--store", store, "--yes", code=3)
    run("assess", tmp_path / "北浜.xlsx", "--store", store, "--force")
    with History(store, read_only=True) as history:
        assert not list(history.problems())
        assert [one.seq for one in history.runs()] == [3, 4, 6]  # 5 says that something was forgotten


# --- faults ---

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


def _appending(store: Path, client: str, count: int, workbook: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _APPEND, str(store), client, str(count), str(workbook)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_killed_at_any_moment_the_history_is_whole(workbook: Path, tmp_path: Path) -> None:
    store, chance, said = tmp_path / "h.db", random.Random(1), 0
    for _ in range(4):
        process = _appending(store, "a", 100_000, workbook)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.05 + 0.3 * chance.random())
        process.send_signal(signal.SIGKILL)
        said += len([line for line in process.stdout.read().splitlines() if line])
        process.wait()
    with History(store, read_only=True) as history:
        assert not list(history.problems())
        assert len(history.runs()) >= said > 0  # whatever was said to be kept is there


def test_two_runs_at_once_are_both_kept(workbook: Path, tmp_path: Path) -> None:
    processes = [_appending(tmp_path / "h.db", client, 40, workbook) for client in ("a", "b")]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with History(tmp_path / "h.db", read_only=True) as history:
        assert not list(history.problems())
        assert {client: len(history.runs(client)) for client in history.clients()} == {"a": 40, "b": 40}


def test_a_full_disk_is_said_and_the_history_stays_whole(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("assess", workbook, "--today", "2026-10-01")
    edit(workbook, lambda book: book["台帳"].__setitem__("B6", "ほかの資産"))
    real = history_module.connect

    def full(path: Path, mode: int) -> sqlite3.Connection:
        db = real(path, mode)
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        return db

    monkeypatch.setattr(history_module, "connect", full)
    result = run("assess", workbook, "--force", "--today", TODAY, code=3)
    assert "full" in result.stderr
    assert openpyxl.load_workbook(workbook.with_name("台帳-assessed.xlsx"))
    monkeypatch.undo()
    assert [one["day"] for one in kept(workbook)] == ["2026-10-01"]
    with History(history_beside(workbook), read_only=True) as history:
        assert not list(history.problems())
    run("assess", workbook, "--force", "--today", TODAY, code=0)
    assert len(kept(workbook)) == 2


def test_a_busy_history_is_waited_for_and_then_said(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("assess", workbook)
    monkeypatch.setattr("riskbook.records.schema._WAIT", 0.1)
    other = sqlite3.connect(history_beside(workbook), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = run("assess", workbook, "--force", code=3)
    assert "別の riskbook" in result.stderr
    other.execute("ROLLBACK")
    other.close()
    run("assess", workbook, "--force", code=0)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_history_that_may_only_be_read_can_be_looked_at(workbook: Path) -> None:
    run("assess", workbook)
    folder = history_beside(workbook).parent
    folder.chmod(0o555)
    try:
        assert len(kept(workbook)) == 1
        assert "記録されません" in run("assess", workbook, "--force", code=0).stderr
    finally:
        folder.chmod(0o755)


def test_a_content_that_was_edited_is_never_taken_for_the_truth(workbook: Path) -> None:
    run("assess", workbook, "--today", "2026-10-01")
    store = history_beside(workbook)
    db = sqlite3.connect(store)
    db.execute("DROP TRIGGER objects_hold")
    db.execute("UPDATE objects SET content = x'789c'")
    db.commit()
    db.close()
    result = run("assess", workbook, "-o", workbook.with_name("n.xlsx"), "--today", TODAY, code=3)
    assert "変わっています" in result.stderr
    with History(store, read_only=True) as history, pytest.raises(OutputError):
        history.record(history.runs()[0])


def test_an_entry_of_another_kind_and_a_replaced_one_are_not_overlooked(workbook: Path) -> None:
    run("assess", workbook, "--today", "2026-10-01")
    run("assess", workbook, "--force", "--today", TODAY)
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


@pytest.mark.parametrize("facts", ["'garbage'", "'{}'", "'[]'", "x'00'", "NULL"])
def test_a_spoiled_entry_is_said_without_a_traceback(workbook: Path, facts: str) -> None:
    run("assess", workbook, "--today", "2026-10-01")
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
    run("assess", workbook, other, "-o", workbook.parent / "out", "--today", TODAY, code=code)
    assert (workbook.parent / "out" / "other.xlsx").exists()  # one bad history does not stop the others
    assert run("history", workbook).exit_code == code


def test_what_could_not_be_forgotten_at_once_is_forgotten_by_the_next_call(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("riskbook.records.schema._WAIT", 0.2)
    run("assess", workbook)
    store = history_beside(workbook)
    reader = sqlite3.connect(store, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM entries").fetchall()
    assert "別の riskbook" in run("forget", "台帳", "--store", store, "--yes", code=3).stderr
    reader.close()
    run("forget", "台帳", "--store", store, "--yes", code=3)  # unknown by now, but what was left goes
    assert "顧客台帳".encode() not in store.read_bytes()
    assert "台帳.xlsx".encode() not in store.read_bytes()


def test_a_client_of_a_folder_is_forgotten_by_the_name_that_is_shown(tmp_path: Path) -> None:
    for name in ("A", "B"):
        (tmp_path / name).mkdir()
        run("assess", form(tmp_path / name / "台帳.xlsx"))
    run("forget", "A/台帳", "--store", tmp_path, "--yes", code=0)
    assert [one["client"] for one in kept(tmp_path)] == ["B/台帳"]


def test_many_first_runs_at_once_make_no_backup(workbook: Path, tmp_path: Path) -> None:
    processes = [_appending(tmp_path / "h.db", str(number), 2, workbook) for number in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    for process in processes:
        assert process.stdout is not None
        process.stdout.close()
    assert not list(tmp_path.glob("*.bak*"))


def test_what_is_encrypted_is_not_kept_in_clear_beside_it(workbook: Path, tmp_path: Path) -> None:
    from riskbook import opc

    locked = tmp_path / "locked" / "台帳.xlsx"
    locked.parent.mkdir()
    locked.write_bytes(opc.encrypted(workbook.read_bytes(), "secret"))
    result = run("assess", locked, "--password", "secret", code=0)
    assert "暗号化" in result.stderr
    assert not history_beside(locked).exists()
    out = tmp_path / "out"
    run("assess", locked.parent, "-o", out, "--password", "secret", "--force")
    run("assess", locked, "--force", "--password", "secret", "--store", tmp_path / "h.db", code=0)
    assert len(kept("--store", tmp_path / "h.db")) == 1


def test_who_may_not_read_the_workbook_may_not_read_its_history(workbook: Path) -> None:
    workbook.chmod(0o600)
    run("assess", workbook)
    assert history_beside(workbook).stat().st_mode & 0o777 == 0o600


def test_a_first_decision_is_shown_and_stays_shown(workbook: Path) -> None:
    run("assess", workbook, "--in-place", "--today", TODAY)

    def decide(book: openpyxl.Workbook) -> None:
        plan = book["対応計画"]
        heads = {cell.value: cell.column for cell in plan[4]}
        plan.cell(5, heads["決定"]).value = "保有"

    edit(workbook, decide)
    run("assess", workbook, "--in-place", "--today", TODAY)
    first = workbook.read_bytes()
    sheet = openpyxl.load_workbook(workbook)["前回からの変化"]
    assert [cell.value for cell in sheet["B"][4:]] == ["対応の決定"]
    for _ in range(2):
        run("assess", workbook, "--in-place", "--today", TODAY)
        assert workbook.read_bytes() == first


def test_another_method_gives_the_same_bytes_every_time_and_says_so(workbook: Path) -> None:
    run("assess", workbook, "--in-place", "--today", "2026-09-01")
    for method in ("ipa-4.0", "ipa-3.1"):
        results = set()
        for _ in range(3):
            run("assess", workbook, "--in-place", "--today", TODAY, "--method", method)
            results.add(workbook.read_bytes())
        assert len(results) == 1
        sheet = openpyxl.load_workbook(workbook)["前回からの変化"]
        assert sheet["B5"].value == "評価方法の変更"


def test_a_new_folder_may_be_named_for_the_store(workbook: Path, tmp_path: Path) -> None:
    run("assess", workbook, "--store", f"{tmp_path}/new/", code=0)
    assert len(kept("--store", tmp_path / "new")) == 1


def test_looking_leaves_nothing_beside_the_history(workbook: Path) -> None:
    run("assess", workbook)
    store = history_beside(workbook)
    before = store.read_bytes()
    kept(workbook)
    run("diff", workbook, TODAY[:7])
    run("verify", workbook.parent, "--store", store)
    assert [path.name for path in store.parent.iterdir()] == ["history.db"]
    assert store.read_bytes() == before


def test_names_that_are_no_text_are_kept_all_the_same(workbook: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "riskbook", "assess", workbook, "--client", b"\xff\xfe"], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert len(kept("--store", history_beside(workbook))) == 1
