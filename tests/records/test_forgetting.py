"""A client can be forgotten, and what is encrypted stays so."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from riskbook.records import History, history_beside
from riskbook.records.schema import backup_of
from tests.support.commands import history_of, invoke
from tests.support.histories import form


@pytest.mark.slow
def test_a_forgotten_client_is_gone_from_the_file_and_the_chain_still_holds(tmp_path: Path) -> None:
    store = tmp_path / "all.db"
    for name in ("秘密商事", "北浜"):
        form(tmp_path / f"{name}.xlsx", f"{name}の台帳", company=f"{name}株式会社")
        for month in ("10", "11"):
            invoke("assess", tmp_path / f"{name}.xlsx", "--store", store, "--force", "--today", f"2026-{month}-01")
    backup_of(store, 1).write_bytes(b"holds the client, too")
    invoke("forget", "ない", "--store", store, "--yes", code=3)
    assert invoke("forget", "秘密商事", "--store", store, stdin="n\n").exit_code == 1
    assert len(history_of("--store", store)) == 4
    result = invoke("forget", "秘密商事", "--store", store, "--yes", code=0)
    assert "2件" in result.stdout
    assert [one["client"] for one in history_of("--store", store)] == ["北浜", "北浜"]
    for path in tmp_path.glob("all.db*"):
        assert "秘密".encode() not in path.read_bytes(), path
    assert not backup_of(store, 1).exists()
    with History(store, read_only=True) as history:
        assert not list(history.problems())
        assert history.link(1)
    invoke("forget", "秘密商事", "--store", store, "--yes", code=3)
    invoke("assess", tmp_path / "北浜.xlsx", "--store", store, "--force")
    with History(store, read_only=True) as history:
        assert not list(history.problems())
        assert [one.seq for one in history.runs()] == [3, 4, 6]  # 5 says that something was forgotten


@pytest.mark.slow
def test_what_could_not_be_forgotten_at_once_is_forgotten_by_the_next_call(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("riskbook.records.schema._WAIT", 0.2)
    invoke("assess", workbook)
    store = history_beside(workbook)
    reader = sqlite3.connect(store, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM entries").fetchall()
    assert "別の riskbook" in invoke("forget", "台帳", "--store", store, "--yes", code=3).stderr
    reader.close()
    invoke("forget", "台帳", "--store", store, "--yes", code=3)  # unknown by now, but what was left goes
    assert "顧客台帳".encode() not in store.read_bytes()
    assert "台帳.xlsx".encode() not in store.read_bytes()


@pytest.mark.slow
def test_a_client_of_a_folder_is_forgotten_by_the_name_that_is_shown(tmp_path: Path) -> None:
    for name in ("A", "B"):
        (tmp_path / name).mkdir()
        invoke("assess", form(tmp_path / name / "台帳.xlsx"))
    invoke("forget", "A/台帳", "--store", tmp_path, "--yes", code=0)
    assert [one["client"] for one in history_of(tmp_path)] == ["B/台帳"]


@pytest.mark.slow
def test_what_is_encrypted_is_not_kept_in_clear_beside_it(workbook: Path, tmp_path: Path) -> None:
    from riskbook import opc

    locked = tmp_path / "locked" / "台帳.xlsx"
    locked.parent.mkdir()
    locked.write_bytes(opc.encrypted(workbook.read_bytes(), "secret"))
    result = invoke("assess", locked, "--password", "secret", code=0)
    assert "暗号化" in result.stderr
    assert not history_beside(locked).exists()
    out = tmp_path / "out"
    invoke("assess", locked.parent, "-o", out, "--password", "secret", "--force")
    invoke("assess", locked, "--force", "--password", "secret", "--store", tmp_path / "h.db", code=0)
    assert len(history_of("--store", tmp_path / "h.db")) == 1


def test_who_may_not_read_the_workbook_may_not_read_its_history(workbook: Path) -> None:
    workbook.chmod(0o600)
    invoke("assess", workbook)
    assert history_beside(workbook).stat().st_mode & 0o777 == 0o600
