"""Packages that were forged with new hashes, or whose history was changed, are named."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from riskbook.audit.manifest import opened, sealed
from riskbook.records import history_beside
from tests.support.commands import invoke
from tests.support.forms import PC, QUESTIONS, THREATS, Asset, Form, write_form
from tests.support.packages import replaced, table, verified

pytestmark = pytest.mark.slow


def reseal(package: Path, change: Callable[[dict[str, Any]], None] | None = None) -> None:
    """Writes a manifest that fits the files as they are now, as a forger would."""
    path = package / "manifest.json"
    content = opened(path.read_bytes())
    for name, about in content["files"].items():
        if (package / name).exists():
            data = (package / name).read_bytes()
            about |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            if name.endswith(".csv"):
                about["rows"] = data.count(b"\r\n") - 1
    if change is not None:
        change(content)
    path.write_bytes(sealed(content))


def drop_row(package: Path, name: str, row: int) -> None:
    path = package / f"{name}.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:row] + lines[row + 1 :]))
    rows = parquet.read_table(package / f"{name}.parquet")
    kept = pyarrow.concat_tables([rows.slice(0, row - 1), rows.slice(row)])
    parquet.write_table(kept, package / f"{name}.parquet")


def test_one_copy_forged_with_its_hash_does_not_fit_the_others(out: Path) -> None:
    replaced(out / "audit-2026-11" / "register.csv", "給与データ", "休暇データ")
    reseal(out / "audit-2026-11")
    found = dict(verified(out))
    assert "給与データ" in found["copies-differ"]


def test_tables_forged_in_every_copy_do_not_fit_the_workbook_nor_the_history(clients: Path, out: Path) -> None:
    package = out / "audit-2026-11"
    drop_row(package, "register", 1)
    reseal(package, lambda content: content["scope"].update(register=5))
    assert {kind for kind, _ in verified(out)} >= {"count", "copies-differ"}
    found = [message for kind, message in verified(out, "--store", clients) if kind == "not-from-history"]
    assert any("顧客台帳" in message and "register.csv" in message for message in found)


def test_a_client_taken_out_of_everything_is_missed_by_the_history(clients: Path, out: Path) -> None:
    package = out / "audit-2026-11"
    for name in ("clients", "runs", "register"):
        rows = table(package, name)
        for place in reversed([at for at, row in enumerate(rows, start=1) if row["client"] == "B/ledger"]):
            drop_row(package, name, place)

    def change(content: dict[str, Any]) -> None:
        content["inputs"] = [entry for entry in content["inputs"] if entry["client"] != "B/ledger"]
        content["scope"] = {"clients": 1, "register": 3, "runs": 0}

    reseal(package, change)
    found = [message for kind, message in verified(out, "--store", clients) if kind == "not-from-history"]
    assert [name for name in ("clients", "runs", "register", "manifest") if any(name in text for text in found)] == [
        "clients",
        "runs",
        "register",
        "manifest",
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.pop("month"),
        lambda c: c.pop("previous"),
        lambda c: c.pop("files"),
        lambda c: c.pop("inputs"),
        lambda c: c.pop("lang"),
        lambda c: c.pop("scope"),
        lambda c: c.update(files=[]),
        lambda c: c.update(month=5),
        lambda c: c.update(month="2026-99"),
        lambda c: c.update(previous="x"),
        lambda c: c.update(lang="xx"),
        lambda c: c["histories"].append("x"),
        lambda c: c["files"].update({"runs.csv": {}}),
        lambda c: c["inputs"].append({"client": 1}),
        lambda c: c.update(redaction=[]),
        lambda c: c.update(recorded_at=""),
    ],
)
def test_a_sealed_manifest_of_another_shape_is_named_and_no_traceback(
    clients: Path, out: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    path = out / "audit-2026-11" / "manifest.json"
    content = opened(path.read_bytes())
    change(content)
    path.write_bytes(sealed(content))
    assert "manifest-edited" in {kind for kind, _ in verified(out, "--store", clients)}


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"schema": "riskbook.audit/1"}'])
def test_a_manifest_that_is_none_is_named_and_never_chained_to(clients: Path, out: Path, data: bytes) -> None:
    (out / "audit-2026-10" / "manifest.json").write_bytes(data)
    assert "manifest-edited" in {kind for kind, _ in verified(out)}
    shutil.rmtree(out / "audit-2026-11")
    assert "2026-10" in invoke("audit", clients, "--month", "2026-11", "-o", out, code=3).stderr


def test_what_is_no_plain_file_is_named_and_what_systems_leave_is_not(clients: Path, out: Path) -> None:
    package = out / "audit-2026-11"
    for name, content in {
        ".DS_Store": b"\0\0\0\1Bud1",
        "Thumbs.db": b"\xd0\xcf\x11\xe0",
        "~$a.xlsx": b"\5owner",
    }.items():
        (package / name).write_bytes(content)
    (package / "@eaDir" / "runs.csv").mkdir(parents=True)
    (package / "@eaDir" / "runs.csv" / "SYNO@.fileindexdb").write_bytes(b"x")
    assert verified(out, code=0) == []
    invoke("audit", clients, "--month", "2026-11", "-o", out, code=0)
    elsewhere = out / "elsewhere.csv"
    (package / "runs.csv").rename(elsewhere)
    (package / "runs.csv").symlink_to(elsewhere)
    (package / "folder").mkdir()
    assert [kind for kind, _ in verified(out)] == ["file-added", "file-replaced"]


def test_a_history_is_known_by_its_chain_where_clients_are_redacted(clients: Path, tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(b"k" * 16)
    options = ("--redact", "client,title,file,operator", "--redact-key", tmp_path / "k")
    invoke("audit", clients, "--month", "2026-11", "-o", tmp_path / "o", *options, code=0)
    assert verified(tmp_path / "o", "--store", clients, code=0) == []
    (tmp_path / "other").mkdir()
    path = write_form(
        Form({"台帳": [Asset("a", "b", PC, (1, 1, 1))]}, THREATS, QUESTIONS), tmp_path / "other" / "x.xlsx"
    )
    invoke("assess", path, "--today", "2026-11-01", code=0)
    assert "history-absent" in {kind for kind, _ in verified(tmp_path / "o", "--store", tmp_path / "other")}


def test_a_run_deleted_from_the_history_is_no_forgetting(clients: Path, out: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    store = history_beside(copy / "A" / "台帳.xlsx")
    db = sqlite3.connect(store)
    db.execute("DROP TRIGGER entries_stay")
    db.execute("DELETE FROM entries WHERE seq = 2")
    db.commit()
    db.close()
    result = invoke("verify", out, "--store", copy, code=1)
    assert "forget" not in result.stdout
    assert "history-guard" in {kind for kind, _ in verified(out, "--store", copy)}
    assert "履歴" in invoke("audit", copy, "--month", "2026-10", "-o", tmp_path / "new", code=3).stderr
    assert not list((tmp_path / "new").iterdir())
