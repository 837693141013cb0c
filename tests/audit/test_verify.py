"""Verification: whatever is changed in a monthly package is named."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from pyarrow import parquet

from riskbook.audit.manifest import opened, sealed
from riskbook.records import history_beside
from tests.support.commands import invoke
from tests.support.packages import MONTHS, replaced, verified
from tests.support.workbooks import edit


@pytest.mark.slow
def test_sound_packages_are_sound_with_and_without_the_history(clients: Path, out: Path) -> None:
    assert verified(out, code=0) == []
    assert verified(out, "--store", clients, code=0) == []
    assert verified(out / "audit-2026-10", code=0) == []
    digest = hashlib.sha256((out / "audit-2026-11" / "manifest.json").read_bytes()).hexdigest()
    shown = invoke("audit", clients, "--month", "2026-11", "-o", out, code=0).stdout.splitlines()[-1].strip()
    assert shown.replace(" ", "") == digest
    assert verified(out, "--expect", shown, code=0) == []
    ((kind, _),) = verified(out, "--expect", "0" * 64)
    assert kind == "expect-none"
    older = hashlib.sha256((out / "audit-2026-10" / "manifest.json").read_bytes()).hexdigest()
    ((kind, message),) = verified(out, "--expect", older)
    assert (kind, "2026-10" in message) == ("expect-older", True)
    assert verified(out, "--expect", f"2026-10={older}", code=0) == []
    assert verified(out / "audit-2026-10", "--expect", older, code=0) == []


@pytest.mark.slow
def test_a_changed_cell_is_named(out: Path) -> None:
    package = out / "audit-2026-10"
    replaced(package / "register.csv", "給与データ", "休暇データ")
    ((kind, message),) = verified(out)
    assert kind == "file-changed"
    assert all(
        part in message for part in ("audit-2026-10/register.csv", "情報資産名称", "給与データ", "休暇データ", "4")
    )


@pytest.mark.slow
def test_a_row_taken_out_or_added_is_named(out: Path) -> None:
    path = out / "audit-2026-11" / "plan.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[2:]))
    ((kind, message),) = verified(out)
    assert (kind, "削除された" in message, "plan.csv" in message) == ("file-changed", True, True)
    path.write_bytes(b"".join([*lines, lines[1]]))
    ((_, message),) = verified(out)
    assert "追加された" in message


@pytest.mark.slow
def test_a_changed_cell_of_the_workbook_is_named(out: Path) -> None:
    path = out / "audit-2026-11" / "audit-2026-11.xlsx"
    edit(path, lambda book: book["リスク一覧"].__setitem__("B7", "ほかの名前"))
    ((kind, message),) = verified(out)
    assert kind == "file-changed"
    assert "リスク一覧!B7" in message
    assert "ほかの名前" in message
    assert message.count("→") == 1  # nothing else


@pytest.mark.slow
def test_a_changed_parquet_is_named(out: Path) -> None:
    path = out / "audit-2026-11" / "register.parquet"
    found = parquet.read_table(path)
    place = found.column_names.index("risk")
    parquet.write_table(found.set_column(place, "risk", [[1] * len(found)]), path)
    ((_, message),) = verified(out)
    assert "register.parquet" in message
    assert "risk" in message
    path.write_bytes(b"PAR1 no table")
    ((_, message),) = verified(out)
    assert "読み取れません" in message


def test_files_added_and_missing_are_named(out: Path) -> None:
    (out / "audit-2026-09" / "extra.csv").write_text("x")
    (out / "audit-2026-11" / "runs.csv").unlink()
    assert [(kind, message.split()[0]) for kind, message in verified(out)] == [
        ("file-added", "audit-2026-09/extra.csv"),
        ("file-missing", "audit-2026-11/runs.csv"),
    ]


@pytest.mark.parametrize("month", MONTHS)
def test_an_edited_manifest_is_named(out: Path, month: str) -> None:
    path = out / f"audit-{month}" / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"rows": 6', b'"rows": 5', 1).replace(b"ipa-3.1", b"ipa-9.9", 1))
    assert ("manifest-edited", month) in {(kind, message.split()[0]) for kind, message in verified(out)}


@pytest.mark.slow
def test_a_manifest_that_was_sealed_anew_breaks_the_chain_or_the_kept_value(out: Path) -> None:
    kept = hashlib.sha256((out / "audit-2026-11" / "manifest.json").read_bytes()).hexdigest()
    for month, expected in (("2026-10", "chain-broken"), ("2026-11", "expect-none")):
        path = out / f"audit-{month}" / "manifest.json"
        path.write_bytes(sealed({**opened(path.read_bytes()), "recorded_at": "2026-01-01T00:00:00+00:00"}))
        assert expected in {kind for kind, _ in verified(out, "--expect", kept)}


def test_a_dropped_month_is_named(out: Path) -> None:
    shutil.rmtree(out / "audit-2026-10")
    ((kind, message),) = verified(out)
    assert kind == "month-missing"
    assert "2026-10" in message


@pytest.mark.slow
def test_a_dropped_first_or_last_month_is_named(clients: Path, out: Path) -> None:
    kept = hashlib.sha256((out / "audit-2026-11" / "manifest.json").read_bytes()).hexdigest()
    shutil.rmtree(out / "audit-2026-11")
    assert [kind for kind, _ in verified(out, "--expect", kept)] == ["expect-none"]
    shutil.rmtree(out / "audit-2026-09")
    assert [kind for kind, _ in verified(out)] == ["month-missing"]


@pytest.mark.slow
def test_a_month_slipped_in_is_named(clients: Path, out: Path, tmp_path: Path) -> None:
    shutil.rmtree(out / "audit-2026-10")
    other = tmp_path / "other"
    invoke("audit", clients, "--month", "2026-10", "-o", other, code=0)
    shutil.copytree(other / "audit-2026-10", out / "audit-2026-10")
    assert {kind for kind, _ in verified(out)} == {"chain-none", "chain-broken"}


def test_a_missing_manifest_and_a_folder_that_is_none(out: Path, tmp_path: Path) -> None:
    (out / "audit-2026-11" / "manifest.json").unlink()
    assert [kind for kind, _ in verified(out)] == ["manifest-missing"]
    (tmp_path / "nothing").mkdir()
    assert "監査資料のフォルダーではありません" in invoke("verify", tmp_path / "nothing", code=3).output


def test_a_history_that_was_edited_is_named(clients: Path, out: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    store = history_beside(copy / "A" / "台帳.xlsx")
    db = sqlite3.connect(store)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("UPDATE entries SET facts = replace(facts, '2026-10-10', '2026-10-11') WHERE seq = 2")
    db.commit()
    db.close()
    assert "history-entry" in {kind for kind, _ in verified(out, "--store", copy)}


@pytest.mark.slow
def test_a_history_made_anew_is_not_the_one_that_was_exported(out: Path, clients: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    history_beside(copy / "A" / "台帳.xlsx").unlink()
    assert "history-absent" in {kind for kind, _ in verified(out, "--store", copy)}
    invoke("assess", copy / "A" / "台帳.xlsx", "--in-place", "--today", "2026-09-10", code=0)
    assert "history-differs" in {kind for kind, _ in verified(out, "--store", copy)}


@pytest.mark.slow
def test_what_was_forgotten_or_added_since_is_a_note(clients: Path, out: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    invoke("assess", copy / "B" / "ledger.xlsx", "--in-place", "--today", "2026-10-20", code=0)
    assert verified(out, "--store", copy, code=0) == []
    assert "加わって" in invoke("verify", out, "--store", copy, code=0).stdout
    invoke("forget", "ledger", "--store", history_beside(copy / "B" / "ledger.xlsx"), "--yes", code=0)
    assert verified(out, "--store", copy, code=0) == []
    assert "forget" in invoke("verify", out, "--store", copy, code=0).stdout


@pytest.mark.slow
def test_peoples_own_files_beside_the_packages_are_no_alarm(out: Path, tmp_path: Path) -> None:
    (out / "audit-memo.docx").write_bytes(b"PK")
    (out / "audit-2026-10.xlsx").write_bytes(b"PK")  # a copy to work on
    (out / "audit-papers").mkdir()
    (out / "audit-papers" / "list.csv").write_text("x")
    (tmp_path / "elsewhere").mkdir()
    (out / "audit-elsewhere").symlink_to(tmp_path / "elsewhere")
    shutil.copytree(out / "audit-2026-11", out / "audit-2026-11.replaced-1")
    document = json.loads(invoke("verify", out, "--format", "json", code=0).stdout)
    (note,) = [note for note in document["notes"] if "月の資料ではない" in note]
    for name in ("audit-memo.docx", "audit-2026-10.xlsx", "audit-papers", "audit-elsewhere"):
        assert name in note
    assert "replaced" not in note
    assert "Not packages" in invoke("verify", out, "--lang", "en", code=0).stdout
    assert "月の資料ではない" not in invoke("verify", out / "audit-2026-10", code=0).stdout


@pytest.mark.parametrize("name", ["audit-2026-13", "audit-2026-1", "audit-202610", "audit-2026_10"])
def test_a_folder_with_nearly_the_name_of_a_month_is_named(name: str, out: Path) -> None:
    (out / name).mkdir()
    assert [kind for kind, _ in verified(out)] == ["no-month"]


@pytest.mark.slow
@pytest.mark.parametrize("file", ["manifest.json", "register.csv", "plan.parquet", "audit-2026-10.xlsx"])
def test_a_folder_that_holds_what_a_package_holds_is_named(file: str, out: Path, tmp_path: Path) -> None:
    (out / "audit-old").mkdir()
    shutil.copy(out / "audit-2026-10" / file, out / "audit-old" / file)
    assert [(kind, "audit-old" in message) for kind, message in verified(out)] == [("no-month", True)]
    (out / "audit-old").rename(tmp_path / "old")
    (out / "audit-link").symlink_to(tmp_path / "old")
    assert [(kind, "audit-link" in message) for kind, message in verified(out)] == [("package-link", True)]


@pytest.mark.slow
def test_a_link_in_place_of_a_month_is_named(out: Path, tmp_path: Path) -> None:
    (out / "audit-2026-11").rename(tmp_path / "elsewhere")
    (out / "audit-2026-11").symlink_to(tmp_path / "elsewhere")
    assert [kind for kind, _ in verified(out)] == ["package-link"]
    (out / "audit-2026-12").symlink_to(tmp_path / "nowhere")
    assert [kind for kind, _ in verified(out)] == ["package-link"] * 2
