"""The monthly package: what it holds, and that it is always the same."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import riskbook
from riskbook.audit.manifest import opened
from riskbook.audit.tables import TABLES
from riskbook.records import History, history_beside
from tests.support.commands import invoke
from tests.support.forms import PAPER
from tests.support.packages import MONTHS, SECRET, lines_of, table, tree, verified

pytestmark = pytest.mark.slow

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


def test_csv_parquet_and_workbook_hold_the_same_tables(clients: Path, made: Path, tmp_path: Path) -> None:
    invoke("audit", clients, "--month", "2026-10", "-o", tmp_path, "--csv", "codes", code=0)
    package = tmp_path / "audit-2026-10"
    book = openpyxl.load_workbook(package / "audit-2026-10.xlsx")
    titles = dict(zip([t for t in TABLES if t != "trend"], book.sheetnames[2:], strict=False))
    for name, columns in TABLES.items():
        raw = (package / f"{name}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        head, *lines = lines_of(package, name)
        assert head == [column for column, _ in columns]
        rows = table(package, name)
        assert rows == table(made / "audit-2026-10", name)
        assert len(lines) == len(rows)
        for line, row in zip(lines, rows, strict=True):
            shown = ["" if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in row.values()]
            assert [text.removeprefix("'") for text in line] == shown
            assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in line)
        if name in titles:
            sheet = book[titles[name]]
            assert sheet.max_row == 4 + max(len(rows), 1)  # an empty table says so
            assert sheet.max_column == len(columns) + (name == "methods")
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


def test_cover_and_summary_print_on_one_page_each_and_microsoft_finds_nothing_wrong(
    made: Path, microsoft_errors: Callable[[Path], list[str]], printed: Callable[[Path], str]
) -> None:
    book = made / "audit-2026-11" / "audit-2026-11.xlsx"
    assert microsoft_errors(book) == []
    text = printed(book)
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
    result = invoke("audit", clients, "--month", "2026-11", "-o", out, code=0)
    assert "同じ" in result.stdout
    assert tree(out) == before
    monkeypatch.chdir(clients)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        for month in MONTHS:
            invoke("audit", "--month", month, "-o", tmp_path / "again", code=0)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert tree(tmp_path / "again") == before


def test_what_would_differ_is_not_touched_without_force(clients: Path, out: Path) -> None:
    (out / "audit-2026-11" / "register.csv").write_text("edited")
    before = tree(out)
    assert "register.csv" in invoke("audit", clients, "--month", "2026-11", "-o", out, code=3).stderr
    assert tree(out) == before
    invoke("audit", clients, "--month", "2026-11", "-o", out, "--force", code=0)
    assert (out / "audit-2026-11.replaced-1" / "register.csv").read_text() == "edited"
    invoke("verify", out, code=0)


def test_months_with_nothing_on_record_and_places_without_history(clients: Path, tmp_path: Path) -> None:
    assert "2026-08" in invoke("audit", clients, "--month", "2026-08", "-o", tmp_path / "o", code=3).stderr
    assert not list((tmp_path / "o").iterdir())
    (tmp_path / "empty").mkdir()
    assert invoke("audit", tmp_path / "empty", "--month", "2026-11", "-o", tmp_path, code=3).stderr
    for month in ("2026-13", "2026/11", "november", ""):
        invoke("audit", clients, "--month", month, "-o", tmp_path, code=2)
    assert "9999-12" in invoke("audit", clients, "--month", "9999-12", "-o", tmp_path, code=3).stderr  # has not begun


def test_months_after_the_newest_package_are_a_note(clients: Path, out: Path) -> None:
    shutil.rmtree(out / "audit-2026-11")
    assert "2026-10" in invoke("verify", out, "--store", clients, code=0).stdout.splitlines()[-2]


def test_the_package_does_not_speak_the_language_of_the_machine(clients: Path, out: Path) -> None:
    before = tree(out)
    for month in MONTHS:
        invoke("audit", clients, "--month", month, "-o", out, code=0, locale="en_US.UTF-8")
    assert tree(out) == before


def test_an_earlier_month_after_a_later_one_would_break_the_chain(clients: Path, out: Path) -> None:
    shutil.rmtree(out / "audit-2026-10")
    before = tree(out)
    assert "2026-11" in invoke("audit", clients, "--month", "2026-10", "-o", out, code=3).stderr
    assert tree(out) == before
    for month in ("2026-10", "2026-11"):
        invoke("audit", clients, "--month", month, "-o", out, "--force", code=0)
    assert verified(out, "--store", clients, code=0) == []
