"""The monthly package: what stands in it, that it is always the same, that whatever is changed in it is named."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow
import pytest
from click.testing import Result
from pyarrow import parquet

import riskbook
from riskbook.audit.manifest import opened, sealed
from riskbook.audit.tables import TABLES
from riskbook.records import History, history_beside
from tests.conftest import ROOT
from tests.forms import MEDIA, Asset, Form, write_form
from tests.make_samples import QUESTIONS, THREATS
from tests.test_history import edit, run

PAPER, USB, PC, MOBILE, SERVER, CLOUD = MEDIA
MONTHS = ("2026-09", "2026-10", "2026-11")
SECRET = "秘密の田中"


def _decide(path: Path, row: int, **cells: Any) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["対応計画"]
        heads = {cell.value: cell.column for cell in sheet[4]}
        for name, value in cells.items():
            sheet.cell(row, heads[name]).value = value

    edit(path, change)


def _set(path: Path, cell: str, value: Any) -> None:
    edit(path, lambda book: book["台帳"].__setitem__(cell, value))


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clients over three months: A grows, decides and is late; B has an input error that is mended."""
    folder = tmp_path_factory.mktemp("clients")
    a, b = folder / "A" / "台帳.xlsx", folder / "B" / "ledger.xlsx"
    for path in (a, b):
        path.parent.mkdir()
    assets = [
        Asset("営業", "顧客台帳", USB, (3, 2, 2), "営業部", note=SECRET),
        Asset("経理", "+SUM(1)会計データ", PC, (2, 2, 2), "経理部"),
        Asset("人事", "給与データ", CLOUD, (3, 3, 1), "総務部"),
    ]
    write_form(Form({"台帳": assets}, THREATS, QUESTIONS, company="北浜精機株式会社"), a)
    write_form(Form({"台帳": [*assets[:2], Asset("営業", "名刺", "わからない", (1, 1, 1), "")]}, THREATS, QUESTIONS), b)
    run("assess", a, b, "--in-place", "--today", "2026-09-10", code=1)
    _decide(a, 5, 決定="保有", 決定者=SECRET, 見直し期限=date(2026, 10, 20), 理由="費用")
    _decide(a, 6, 決定="低減", 担当="佐藤", 期限=date(2026, 10, 5), 状況="実施中")
    _set(a, "J6", 1)
    run("assess", a, "--in-place", "--today", "2026-10-10", code=0)
    _set(b, "F7", PAPER)
    run("assess", b, "--in-place", "--today", "2026-11-10", code=0)
    run("assess", b, "--in-place", "--today", "2026-11-12", code=0)
    return folder


@pytest.fixture(scope="module")
def made(clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the three months."""
    out = tmp_path_factory.mktemp("packages")
    for month in MONTHS:
        run("audit", clients, "--month", month, "-o", out, code=0)
    return out


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def table(package: Path, name: str) -> list[dict[str, Any]]:
    return list(parquet.read_table(package / f"{name}.parquet").to_pylist())


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- what stands in it ---


def test_the_register_is_what_was_known_at_the_end_of_the_month(clients: Path, made: Path) -> None:
    rows = table(made / "audit-2026-10", "register")
    with History(history_beside(clients / "A" / "台帳.xlsx"), read_only=True) as history:
        record = history.record(history.runs(until=date(2026, 10, 31))[-1])
    mine = [row for row in rows if row["client"] == "A/台帳"]
    for name in ("name", "importance", "threat", "vulnerability", "risk", "level", "treatment", "decided"):
        assert [row[name] for row in mine] == [asset[name] for asset in record["assets"]]
    assert len(rows) == 6
    (named,) = [row for row in rows if row["client"] == "B/ledger" and row["name"] == "名刺"]
    assert named["medium"] is None  # it was mended only in November


def test_changes_plans_accepted_risks_and_findings_of_the_month(made: Path) -> None:
    october, november = made / "audit-2026-10", made / "audit-2026-11"
    events = {(row["event"], row["subject"]) for row in table(october, "changes")}
    assert {event for event, _ in events} >= {"decision-made", "decision-overdue", "decision-review"}
    assert all(row["client"] == "A/台帳" for row in table(october, "changes"))
    late = [(row["client"], row["assignee"], row["due_date"]) for row in table(october, "plan") if row["overdue"]]
    assert late == [("A/台帳", "佐藤", "2026-10-05")]
    (accepted,) = table(october, "accepted")
    assert (accepted["decided_by"], accepted["review_date"], accepted["acceptance"]) == (
        SECRET,
        "2026-10-20",
        "expired",
    )
    status = {(row["code"], row["finding"]) for row in table(november, "findings") if row["client"] == "B/ledger"}
    assert ("medium-unknown", "closed") in status
    assert ("medium-unknown", "open") in {(row["code"], row["finding"]) for row in table(october, "findings")}
    assert ("medium-unknown", "new") in {
        (row["code"], row["finding"]) for row in table(made / "audit-2026-09", "findings")
    }
    (moved,) = [row for row in table(november, "changes") if row["event"] == "asset-moved"]
    assert (moved["client"], moved["subject"], moved["causes"]) == ("B/ledger", "名刺", f"medium -→{PAPER}")


def test_trend_clients_runs_and_methods(made: Path) -> None:
    november = made / "audit-2026-11"
    trend = table(november, "trend")
    assert [row["month"] for row in trend] == list(MONTHS)
    assert [row["clients"] for row in trend] == [2, 2, 2]
    assert sum(row["risk"] or 0 for row in table(november, "register")) == trend[-1]["risk"]
    lines = {row["client"]: row for row in table(november, "clients")}
    assert not lines["A/台帳"]["seen_in_month"]
    assert (lines["B/ledger"]["runs_in_month"], lines["A/台帳"]["title"]) == (2, "北浜精機株式会社")
    assert [row["day"] for row in table(november, "runs")] == ["2026-11-10", "2026-11-12"]
    method = riskbook.load_method()
    rows = {row["key"]: row["value"] for row in table(november, "methods")}
    assert {row["method_sha256"] for row in table(november, "methods")} == {method.sha256}
    assert rows["levels.1.at_least"] == str(method.levels[0].at_least)


def test_the_manifest_lists_every_file_and_input_with_its_hash(clients: Path, made: Path) -> None:
    package = made / "audit-2026-11"
    manifest = opened((package / "manifest.json").read_bytes())
    assert set(manifest["files"]) == set(tree(package)) - {"manifest.json"}
    for name, about in manifest["files"].items():
        data = (package / name).read_bytes()
        assert (about["sha256"], about["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    before = (made / "audit-2026-10" / "manifest.json").read_bytes()
    assert manifest["previous"] == {"month": "2026-10", "sha256": hashlib.sha256(before).hexdigest()}
    assert opened((made / "audit-2026-09" / "manifest.json").read_bytes())["previous"] is None
    outputs = {entry["client"]: entry["output_sha256"] for entry in manifest["inputs"]}
    for client, path in (("A/台帳", "A/台帳.xlsx"), ("B/ledger", "B/ledger.xlsx")):
        assert outputs[client] == hashlib.sha256((clients / path).read_bytes()).hexdigest()
    assert manifest["methods"][0]["sha256"] == riskbook.load_method().sha256
    assert manifest["riskbook"] == riskbook.__version__


def test_csv_parquet_and_workbook_hold_the_same_tables(made: Path) -> None:
    package = made / "audit-2026-10"
    book = openpyxl.load_workbook(package / "audit-2026-10.xlsx")
    titles = dict(zip([t for t in TABLES if t != "trend"], book.sheetnames[2:], strict=False))
    for name, columns in TABLES.items():
        raw = (package / f"{name}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        head, *lines = csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True))
        assert head == [column for column, _ in columns]
        rows = table(package, name)
        assert len(lines) == len(rows)
        for line, row in zip(lines, rows, strict=True):
            shown = ["" if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in row.values()]
            assert [text.removeprefix("'") for text in line] == shown
            assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in line)
        if name in titles:
            sheet = book[titles[name]]
            assert sheet.max_row == 4 + len(rows)
            assert sheet.max_column == len(columns)
    assert any(cell.data_type == "s" and cell.value == "+SUM(1)会計データ" for cell in book["リスク一覧"]["B"])


def test_the_cover_shows_the_hash_before_and_an_empty_box(made: Path) -> None:
    book = openpyxl.load_workbook(made / "audit-2026-11" / "audit-2026-11.xlsx")
    texts = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    digest = hashlib.sha256((made / "audit-2026-10" / "manifest.json").read_bytes()).hexdigest()
    assert [text for text in texts if text in {digest[at : at + 8] for at in range(0, 64, 8)}] == [
        digest[at : at + 8] for at in range(0, 64, 8)
    ]
    assert {"作成", "確認", "承認", "2026-11"} <= set(texts)
    for sheet in book.worksheets[:2]:
        assert sheet.print_area
        assert sheet.sheet_properties.pageSetUpPr.fitToPage  # on one page, which is what nothing else says
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight or 1) == (1, 1)


@pytest.mark.slow
def test_cover_and_summary_print_on_one_page_each_and_microsoft_finds_nothing_wrong(
    made: Path, tmp_path: Path, microsoft_errors: Callable[[Path], list[str]]
) -> None:
    book = made / "audit-2026-11" / "audit-2026-11.xlsx"
    assert microsoft_errors(book) == []
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "audit-2026-11.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = text.split("\f")
    assert "月次監査資料" in pages[0]
    assert "月次サマリー" in pages[1]
    assert "顧客別の状況" in pages[2]
    assert "##" not in text


# --- always the same ---


def test_a_second_export_gives_the_same_bytes_from_anywhere(
    clients: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(out)
    result = run("audit", clients, "--month", "2026-11", "-o", out, code=0)
    assert "同じ" in result.stdout
    assert tree(out) == before
    monkeypatch.chdir(clients)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        for month in MONTHS:
            run("audit", "--month", month, "-o", tmp_path / "again", code=0)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert tree(tmp_path / "again") == before


def test_what_would_differ_is_not_touched_without_force(clients: Path, out: Path) -> None:
    (out / "audit-2026-11" / "register.csv").write_text("edited")
    before = tree(out)
    assert "register.csv" in run("audit", clients, "--month", "2026-11", "-o", out, code=3).stderr
    assert tree(out) == before
    run("audit", clients, "--month", "2026-11", "-o", out, "--force", code=0)
    assert (out / "audit-2026-11.replaced-1" / "register.csv").read_text() == "edited"
    run("verify", out, code=0)


def test_months_with_nothing_on_record_and_places_without_history(clients: Path, tmp_path: Path) -> None:
    assert "2026-08" in run("audit", clients, "--month", "2026-08", "-o", tmp_path / "o", code=3).stderr
    assert not list((tmp_path / "o").iterdir())
    (tmp_path / "empty").mkdir()
    assert run("audit", tmp_path / "empty", "--month", "2026-11", "-o", tmp_path, code=3).stderr
    for month in ("2026-13", "2026/11", "november", ""):
        run("audit", clients, "--month", month, "-o", tmp_path, code=2)
    assert "9999-12" in run("audit", clients, "--month", "9999-12", "-o", tmp_path, code=3).stderr  # has not begun


# --- verification ---


def verified(out: Path, *options: str | Path, code: int = 1) -> list[tuple[str, str]]:
    document = json.loads(run("verify", out, *options, "--format", "json", code=code).stdout)
    assert document["sound"] is (code == 0)
    return [(problem["code"], problem["message"]) for problem in document["problems"]]


def test_sound_packages_are_sound_with_and_without_the_history(clients: Path, out: Path) -> None:
    assert verified(out, code=0) == []
    assert verified(out, "--store", clients, code=0) == []
    assert verified(out / "audit-2026-10", code=0) == []
    digest = hashlib.sha256((out / "audit-2026-11" / "manifest.json").read_bytes()).hexdigest()
    shown = run("audit", clients, "--month", "2026-11", "-o", out, code=0).stdout.splitlines()[-1].strip()
    assert shown.replace(" ", "") == digest
    assert verified(out, "--expect", shown, code=0) == []
    ((kind, _),) = verified(out, "--expect", "0" * 64)
    assert kind == "expect-none"
    older = hashlib.sha256((out / "audit-2026-10" / "manifest.json").read_bytes()).hexdigest()
    assert "2026-10" in run("verify", out, "--expect", older, code=0).stdout


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    assert old in text
    path.write_bytes(b"\xef\xbb\xbf" + text.replace(old, new, 1).encode())


def test_a_changed_cell_is_named(out: Path) -> None:
    package = out / "audit-2026-10"
    _replace(package / "register.csv", "給与データ", "休暇データ")
    ((kind, message),) = verified(out)
    assert kind == "file-changed"
    assert all(part in message for part in ("audit-2026-10/register.csv", "name", "給与データ", "休暇データ", "4"))


def test_a_row_taken_out_or_added_is_named(out: Path) -> None:
    path = out / "audit-2026-11" / "plan.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[2:]))
    ((kind, message),) = verified(out)
    assert (kind, "削除された" in message, "plan.csv" in message) == ("file-changed", True, True)
    path.write_bytes(b"".join([*lines, lines[1]]))
    ((_, message),) = verified(out)
    assert "追加された" in message


def test_a_changed_cell_of_the_workbook_is_named(out: Path) -> None:
    path = out / "audit-2026-11" / "audit-2026-11.xlsx"
    edit(path, lambda book: book["リスク一覧"].__setitem__("B7", "ほかの名前"))
    ((kind, message),) = verified(out)
    assert kind == "file-changed"
    assert "リスク一覧!B7" in message
    assert "ほかの名前" in message
    assert message.count("→") == 1  # nothing else


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


def test_a_dropped_first_or_last_month_is_named(clients: Path, out: Path) -> None:
    kept = hashlib.sha256((out / "audit-2026-11" / "manifest.json").read_bytes()).hexdigest()
    shutil.rmtree(out / "audit-2026-11")
    assert [kind for kind, _ in verified(out, "--expect", kept)] == ["expect-none"]
    shutil.rmtree(out / "audit-2026-09")
    assert [kind for kind, _ in verified(out)] == ["month-missing"]


def test_a_month_slipped_in_is_named(clients: Path, out: Path, tmp_path: Path) -> None:
    shutil.rmtree(out / "audit-2026-10")
    other = tmp_path / "other"
    run("audit", clients, "--month", "2026-10", "-o", other, code=0)
    shutil.copytree(other / "audit-2026-10", out / "audit-2026-10")
    assert {kind for kind, _ in verified(out)} == {"chain-none", "chain-broken"}


def test_a_missing_manifest_and_a_folder_that_is_none(out: Path, tmp_path: Path) -> None:
    (out / "audit-2026-11" / "manifest.json").unlink()
    assert [kind for kind, _ in verified(out)] == ["manifest-missing"]
    (tmp_path / "nothing").mkdir()
    assert [kind for kind, _ in verified(tmp_path / "nothing")] == ["no-package"]


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


def test_a_history_made_anew_is_not_the_one_that_was_exported(out: Path, clients: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    history_beside(copy / "A" / "台帳.xlsx").unlink()
    assert "history-absent" in {kind for kind, _ in verified(out, "--store", copy)}
    run("assess", copy / "A" / "台帳.xlsx", "--in-place", "--today", "2026-09-10", code=0)
    assert "history-differs" in {kind for kind, _ in verified(out, "--store", copy)}


def test_what_was_forgotten_or_added_since_is_a_note(clients: Path, out: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    run("assess", copy / "B" / "ledger.xlsx", "--in-place", "--today", "2026-10-20", code=0)
    assert verified(out, "--store", copy, code=0) == []
    assert "加わって" in run("verify", out, "--store", copy, code=0).stdout
    run("forget", "ledger", "--store", history_beside(copy / "B" / "ledger.xlsx"), "--yes", code=0)
    assert verified(out, "--store", copy, code=0) == []
    assert "forget" in run("verify", out, "--store", copy, code=0).stdout


# --- personal data ---


def everything(folder: Path) -> str:
    """All text of a package, also what is packed in workbooks and Parquet."""
    texts = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        elif path.suffix == ".parquet":
            texts.append(str(parquet.read_table(path).to_pylist()))
        elif path.is_file():
            texts.append(path.read_text("utf-8-sig"))
    return "\n".join(texts)


def test_redacted_columns_are_blank_everywhere_and_that_is_said(clients: Path, made: Path, tmp_path: Path) -> None:
    assert SECRET in everything(made)
    columns = "users,department,note,decided_by"
    for month in MONTHS:
        run("audit", clients, "--month", month, "-o", tmp_path, "--redact", columns, code=0)
    text = everything(tmp_path)
    for secret in (SECRET, "営業部", "経理部", "総務部"):
        assert secret not in text
    for row in table(tmp_path / "audit-2026-10", "register"):
        assert (row["users"], row["department"], row["note"]) == (None, None, None)
    manifest = opened((tmp_path / "audit-2026-10" / "manifest.json").read_bytes())
    assert manifest["redaction"] == {"columns": sorted(columns.split(",")), "how": "blank"}
    cover = openpyxl.load_workbook(tmp_path / "audit-2026-10" / "audit-2026-10.xlsx").worksheets[0]
    assert any("decided_by" in str(cell.value) for row in cover.iter_rows() for cell in row)
    assert verified(tmp_path, "--store", clients, code=0) == []


def test_pseudonyms_are_the_same_every_month_and_differ_by_key(clients: Path, tmp_path: Path) -> None:
    keys = tmp_path / "one.key", tmp_path / "two.key"
    for number, key in enumerate(keys):
        key.write_bytes(bytes([65 + number]) * 32)
        for month in MONTHS[1:]:
            options = ("--redact", "department,users,client,name", "--redact-key", key)
            run("audit", clients, "--month", month, "-o", tmp_path / key.stem, *options, code=0)
    found = [
        {
            (row["client"], row["row"]): row["department"]
            for row in table(tmp_path / stem / f"audit-{month}", "register")
        }
        for stem in ("one", "two")
        for month in MONTHS[1:]
    ]
    assert found[0] == found[1] != found[2]
    assert all(value is None or value.startswith("R-") for value in found[0].values())
    text = everything(tmp_path / "one")
    for secret in ("営業部", "顧客台帳", "給与データ", "A/台帳", "B/ledger", "北浜精機", "A" * 32):
        assert secret not in text
    assert verified(tmp_path / "one", "--store", clients, code=0) == []


def test_what_cannot_be_redacted_is_said(clients: Path, tmp_path: Path) -> None:
    (tmp_path / "short.key").write_bytes(b"short")
    for options in (
        ("--redact", "risk"),
        ("--redact", "users", "--redact-key", tmp_path / "short.key"),
        ("--redact", "users", "--redact-key", tmp_path / "none.key"),
        ("--redact", "client"),
        ("--redact-key", tmp_path / "short.key"),
    ):
        run("audit", clients, "--month", "2026-11", "-o", tmp_path / "o", *options, code=2)
    assert not (tmp_path / "o").exists()


# --- faults ---


def _exporting(clients: Path, out: Path, month: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "riskbook", "audit", str(clients), "--month", month, "-o", str(out)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)


def test_killed_at_any_moment_there_is_a_whole_package_or_none(clients: Path, tmp_path: Path) -> None:
    chance, out = random.Random(3), tmp_path / "out"
    started = time.monotonic()
    _exporting(clients, tmp_path / "whole", "2026-11").wait()
    takes = time.monotonic() - started
    for _ in range(6):
        process = _exporting(clients, out, "2026-11")
        time.sleep(takes * (0.5 + 0.5 * chance.random()))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (out / "audit-2026-11").exists():
            assert verified(out, code=0) == []
    for abandoned in out.glob(".riskbook-audit-*"):
        os.utime(abandoned, (0, 0))
    assert _exporting(clients, out, "2026-11").wait() == 0
    assert tree(out) == tree(tmp_path / "whole")  # what was left half done is gone
    with History(history_beside(clients / "A" / "台帳.xlsx"), read_only=True) as history:
        assert not list(history.problems())


def test_two_exports_at_once(clients: Path, tmp_path: Path) -> None:
    processes = [_exporting(clients, tmp_path / "out", "2026-11") for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert verified(tmp_path / "out", code=0) == []
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["audit-2026-11"]


def test_a_disk_that_fails_leaves_nothing_behind(
    clients: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(out / "audit-2026-11")
    before, real = tree(out), os.fsync
    calls = 0

    def failing(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    result: Result = run("audit", clients, "--month", "2026-11", "-o", out, code=3)
    assert "空き" in result.stderr
    monkeypatch.undo()
    assert tree(out) == before
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    assert [path.name for path in sorted(out.iterdir())] == [f"audit-{month}" for month in MONTHS[:2]]


# --- forged with new hashes ---


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
    _replace(out / "audit-2026-11" / "register.csv", "給与データ", "休暇データ")
    reseal(out / "audit-2026-11")
    found = dict(verified(out))
    assert "給与データ" in found["copies-differ"]


def test_tables_forged_in_every_copy_do_not_fit_the_workbook_nor_the_history(clients: Path, out: Path) -> None:
    package = out / "audit-2026-11"
    drop_row(package, "register", 1)
    reseal(package, lambda content: content["scope"].update(register=5))
    assert {kind for kind, _ in verified(out)} >= {"count", "copies-differ"}
    assert "register-count" in {kind for kind, _ in verified(out, "--store", clients)}


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
    assert {"run-unlisted", "client-missing"} <= {kind for kind, _ in verified(out, "--store", clients)}


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
    assert "2026-10" in run("audit", clients, "--month", "2026-11", "-o", out, code=3).stderr


def test_what_is_no_plain_file_is_named_and_what_systems_leave_is_not(clients: Path, out: Path) -> None:
    package = out / "audit-2026-11"
    for name in (".DS_Store", "Thumbs.db", "~$audit-2026-11.xlsx"):
        (package / name).write_bytes(b"x")
    assert verified(out, code=0) == []
    run("audit", clients, "--month", "2026-11", "-o", out, code=0)
    elsewhere = out / "elsewhere.csv"
    (package / "runs.csv").rename(elsewhere)
    (package / "runs.csv").symlink_to(elsewhere)
    (package / "folder").mkdir()
    assert [kind for kind, _ in verified(out)] == ["file-added", "file-replaced"]


def test_a_history_is_known_by_its_chain_where_clients_are_redacted(clients: Path, tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(b"k" * 16)
    options = ("--redact", "client,title,file,operator", "--redact-key", tmp_path / "k")
    run("audit", clients, "--month", "2026-11", "-o", tmp_path / "o", *options, code=0)
    assert verified(tmp_path / "o", "--store", clients, code=0) == []
    (tmp_path / "other").mkdir()
    path = write_form(
        Form({"台帳": [Asset("a", "b", PC, (1, 1, 1))]}, THREATS, QUESTIONS), tmp_path / "other" / "x.xlsx"
    )
    run("assess", path, "--today", "2026-11-01", code=0)
    assert "history-absent" in {kind for kind, _ in verified(tmp_path / "o", "--store", tmp_path / "other")}


def test_a_run_deleted_from_the_history_is_no_forgetting(clients: Path, out: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    store = history_beside(copy / "A" / "台帳.xlsx")
    db = sqlite3.connect(store)
    db.execute("DROP TRIGGER entries_stay")
    db.execute("DELETE FROM entries WHERE seq = 2")
    db.commit()
    db.close()
    result = run("verify", out, "--store", copy, code=1)
    assert "forget" not in result.stdout
    assert "history-guard" in {kind for kind, _ in verified(out, "--store", copy)}
    assert "履歴" in run("audit", copy, "--month", "2026-10", "-o", tmp_path / "new", code=3).stderr
    assert not list((tmp_path / "new").iterdir())


def test_months_after_the_newest_package_are_a_note(clients: Path, out: Path) -> None:
    shutil.rmtree(out / "audit-2026-11")
    assert "2026-10" in run("verify", out, "--store", clients, code=0).stdout.splitlines()[-2]


def test_the_package_does_not_speak_the_language_of_the_machine(
    clients: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(out)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    from click.testing import CliRunner

    from riskbook.cli import main

    for month in MONTHS:
        result = CliRunner().invoke(main, ["audit", str(clients), "--month", month, "-o", str(out)])
        assert result.exit_code == 0, result.output
    assert tree(out) == before


def test_a_redacted_value_of_long_ago_is_hidden_too_however_it_is_spaced(tmp_path: Path) -> None:
    path = write_form(
        Form({"台帳": [Asset("営業", "名簿", USB, (3, 2, 2), "営業部")]}, THREATS, QUESTIONS), tmp_path / "a.xlsx"
    )
    run("assess", path, "--in-place", "--today", "2026-08-10")
    _decide(path, 5, 決定="保有", 決定者="鈴木一郎", 備考="鈴木 一郎に相談")
    run("assess", path, "--in-place", "--today", "2026-09-10")
    _decide(path, 5, 決定者="渡辺")
    for month in (10, 11):
        run("assess", path, "--in-place", "--today", f"2026-{month}-10")
    run("audit", tmp_path, "--month", "2026-11", "-o", tmp_path / "o", "--redact", "decided_by", code=0)
    text = everything(tmp_path / "o")
    assert "に相談" in text
    for secret in ("鈴木", "一郎", "渡辺"):
        assert secret not in text


def test_an_earlier_month_after_a_later_one_would_break_the_chain(clients: Path, out: Path) -> None:
    shutil.rmtree(out / "audit-2026-10")
    before = tree(out)
    assert "2026-11" in run("audit", clients, "--month", "2026-10", "-o", out, code=3).stderr
    assert tree(out) == before
    for month in ("2026-10", "2026-11"):
        run("audit", clients, "--month", month, "-o", out, "--force", code=0)
    assert verified(out, "--store", clients, code=0) == []


def test_redacted_values_are_nowhere_also_where_others_quote_them(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.xlsx"
    path.parent.mkdir()
    assets = [
        Asset("受付", "営業部名簿", PC, (3, 2, 2), "営業部", note="経理部の山田"),
        Asset("受付", "出納帳", PC, (2, 2, 2), "Z"),
        Asset("", "", "", ("", "", "")),
    ]
    write_form(Form({"台帳_経理部": assets}, THREATS, QUESTIONS, company="前の会社"), path)
    run("assess", path, "--in-place", "--today", "2026-10-10")

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["台帳_経理部"]
        sheet["E6"] = "Y"
        sheet["E5"] = "経理部"
        sheet["D5"] = "経理部"
        plan = book["対応計画"]
        heads = {cell.value: cell.column for cell in plan[4]}
        plan.cell(5, heads["担当"]).value = "経理部 田中"
        plan.cell(5, heads["決定"]).value = "営業部に任せる"

    edit(path, change)
    run("assess", path, "--in-place", "--today", "2026-11-10")
    run("audit", tmp_path / "a", "--month", "2026-11", "-o", tmp_path / "o", "--redact", "users,department", code=0)
    text = everything(tmp_path / "o")
    assert "営業部" not in text
    assert "経理部" not in text
    moved = [
        row["causes"] for row in table(tmp_path / "o" / "audit-2026-11", "changes") if row["event"] == "asset-moved"
    ]
    assert moved == ["department ■→■"] * 2
    assert "出納帳" in text
