"""Many workbooks at once: what is found, what is done again, and what survives when things die."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from click.testing import CliRunner, Result

from riskbook import pipeline
from riskbook.batch import LocalPool, Options, find, run_jobs
from riskbook.cli import main
from riskbook.errors import OutputError
from riskbook.method import load_method
from riskbook.records import Job, Journal, Outcome, outcomes
from tests.conftest import ROOT, SAMPLES, TODAY

CLINIC, HARBOUR, KITAHAMA = (SAMPLES / f"{n}.xlsx" for n in ("midori-clinic", "harbour-design", "kitahama-seiki"))
DAY = ("--today", TODAY)


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def command(*arguments: Any) -> list[str]:
    return [sys.executable, "-m", "riskbook", *(str(argument) for argument in arguments)]


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """Two clients in folders of their own, and a few things that are no client's workbook."""
    folder = tmp_path / "clients"
    for place, source in (("clinic/2026", CLINIC), ("harbour", HARBOUR)):
        (folder / place).mkdir(parents=True)
        shutil.copy(source, folder / place / source.name)
    (folder / "harbour" / "~$harbour-design.xlsx").write_bytes(b"owner")
    (folder / "harbour" / "notes.txt").write_text("no workbook")
    (folder / ".hidden").mkdir()
    shutil.copy(CLINIC, folder / ".hidden" / "copy.xlsx")
    return folder


def files(folder: Path) -> set[str]:
    """Without the histories, which tests/test_history.py looks at."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if not name.endswith("history.db")}


def results(folder: Path) -> set[str]:
    return {name for name in files(folder) if not name.startswith(".riskbook")}


# --- what is found ---


def test_a_folder_keeps_its_structure_and_only_workbooks_are_taken(clients: Path, tmp_path: Path) -> None:
    before = {name: (clients / name).read_bytes() for name in files(clients)}
    result = run("assess", clients, "-o", tmp_path / "out", *DAY)
    assert result.exit_code == 0, result.output
    assert results(tmp_path / "out") == {"clinic/2026/midori-clinic.xlsx", "harbour/harbour-design.xlsx"}
    assert {name: (clients / name).read_bytes() for name in files(clients)} == before
    assert "2件：問題なし2" in result.output


def test_results_in_a_batch_are_those_of_single_calls(clients: Path, tmp_path: Path) -> None:
    run("assess", clients, "-o", tmp_path / "out", "--jobs", "2", *DAY)
    run("assess", CLINIC, "-o", tmp_path / "one.xlsx", "--no-history", *DAY)
    assert (tmp_path / "out/clinic/2026/midori-clinic.xlsx").read_bytes() == (tmp_path / "one.xlsx").read_bytes()


def test_own_outputs_and_other_formats_are_passed_over(clients: Path) -> None:
    run("assess", clients / "harbour/harbour-design.xlsx", *DAY)  # harbour-design-assessed.xlsx beside it
    (clients / "old.xls").write_bytes(b"")
    for out in (clients / "out", clients / "second"):
        result = run("assess", clients, "-o", out, "--portfolio", clients, *DAY)
        assert result.exit_code == 0, result.output
        assert results(out) == {"clinic/2026/midori-clinic.xlsx", "harbour/harbour-design.xlsx"}
        assert "old.xls" in result.output
    assert "出力 4件は入力として扱っていません" in result.output  # the copy, the portfolio, two below out
    moved = clients / "elsewhere.xlsx"
    (clients / "portfolio.xlsx").rename(moved)
    assert run("assess", clients, "-o", clients / "out", *DAY).exit_code == 0
    assert "elsewhere.xlsx" not in results(clients / "out")


def test_patterns_folders_and_files_together(clients: Path, tmp_path: Path) -> None:
    found = find([str(clients / "**/*clinic*.xlsx"), str(KITAHAMA)], "out")
    assert [(job.name, job.target) for job in found.jobs] == [
        ("clinic/2026/midori-clinic.xlsx", str(Path("out/clinic/2026/midori-clinic.xlsx"))),
        ("kitahama-seiki.xlsx", str(Path("out/kitahama-seiki.xlsx"))),
    ]
    two = find([str(clients / "clinic"), str(clients / "harbour")], "out")
    assert [job.name for job in two.jobs] == ["clinic/2026/midori-clinic.xlsx", "harbour/harbour-design.xlsx"]
    assert len(find([str(clients), str(clients / "harbour" / "harbour-design.xlsx")], "out").jobs) == 2  # not twice


def test_a_name_with_brackets_is_a_file(tmp_path: Path) -> None:
    path = Path(shutil.copy(CLINIC, tmp_path / "a[1].xlsx"))
    assert run("assess", path, "-o", tmp_path / "out.xlsx", *DAY).exit_code == 0


def test_usage_that_cannot_be_meant(clients: Path, tmp_path: Path) -> None:
    assert "-o OUT" in run("assess", clients).output
    shutil.copy(CLINIC, clients / "Harbour.XLSX")
    shutil.copy(CLINIC, tmp_path / "harbour.xlsx")
    clash = run("assess", clients / "*.XLSX", tmp_path / "harbour.xlsx", "-o", tmp_path / "out")
    assert clash.exit_code == 2
    assert "出力先" in clash.output
    assert run("assess", clients, "-o", tmp_path / "out", "--engine", "dask").exit_code == 2
    nothing = run("assess", tmp_path / "none" / "*.xlsx", "-o", tmp_path / "out")
    assert nothing.exit_code == 3
    assert "見つかりません" in nothing.output


def test_in_place_over_a_folder(clients: Path) -> None:
    original = (clients / "harbour/harbour-design.xlsx").read_bytes()
    assert run("assess", clients, "--in-place", *DAY).exit_code == 3  # one is open in Excel
    (clients / "harbour" / "~$harbour-design.xlsx").unlink()
    assert run("assess", clients, "--in-place", *DAY).exit_code == 0
    once = {name: (clients / name).read_bytes() for name in files(clients)}
    assert once["harbour/harbour-design.xlsx.bak"] == original
    assert run("assess", clients, "--in-place", *DAY).exit_code == 0
    assert {name: (clients / name).read_bytes() for name in files(clients)} == once


# --- what is done again ---


def statuses(out: Path) -> dict[str, str]:
    with sqlite3.connect(out / ".riskbook/journal.db") as db:
        return dict(db.execute("SELECT name, status FROM workbooks"))


def test_unchanged_is_not_done_again_but_everything_that_matters_is_noticed(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    target, source = out / "harbour/harbour-design.xlsx", clients / "harbour/harbour-design.xlsx"

    def again(*options: Any) -> str:
        result = run("assess", clients, "-o", out, *options)
        assert result.exit_code == 0, result.output
        return result.output.splitlines()[-1]

    assert "問題なし2、エラーの指摘あり0、失敗0、変更なし0" in again()
    first = target.read_bytes()
    assert "変更なし2" in again()
    assert "問題なし2" in again("--redo")
    assert target.read_bytes() == first
    assert "問題なし2" in again("--lang", "en").replace("clean", "問題なし") or "2 clean" in again(
        "--lang", "en", "--redo"
    )
    assert "変更なし2" not in again()  # back to the workbook's own language: other options
    assert target.read_bytes() == first
    target.unlink()
    assert "問題なし1、エラーの指摘あり0、失敗0、変更なし1" in again()
    assert target.read_bytes() == first
    book = openpyxl.load_workbook(source)
    book["Ledger"]["B5"] = "Renamed asset"
    book.save(source)
    assert "問題なし1、エラーの指摘あり0、失敗0、変更なし1" in again()
    assert target.read_bytes() != first


def test_a_result_that_people_edited_is_kept(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    target, source = out / "harbour/harbour-design.xlsx", clients / "harbour/harbour-design.xlsx"
    run("assess", clients, "-o", out, *DAY)
    shutil.copy(KITAHAMA, target)
    assert run("assess", clients, "-o", out, *DAY).exit_code == 0  # nothing to do: the input is unchanged
    assert target.read_bytes() == KITAHAMA.read_bytes()
    shutil.copy(CLINIC, source)
    refused = run("assess", clients, "-o", out, *DAY)
    assert refused.exit_code == 3
    assert "編集されています" in refused.output
    assert target.read_bytes() == KITAHAMA.read_bytes()
    assert run("assess", clients, "-o", out, "--force", *DAY).exit_code == 0
    assert target.read_bytes() != KITAHAMA.read_bytes()
    assert target.with_name("harbour-design.xlsx.bak").read_bytes() == KITAHAMA.read_bytes()
    target.write_bytes(b"")
    assert run("assess", clients, "-o", out, *DAY).exit_code == 3  # a destroyed one is told


def test_a_save_in_the_middle_is_not_lost(clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clients / "clinic/2026/midori-clinic.xlsx"
    real = pipeline.AssessedWorkbook.checked

    def meanwhile(self: Any) -> bytes:
        shutil.copy(KITAHAMA, path)  # somebody saves
        return real(self)

    monkeypatch.setattr(pipeline.AssessedWorkbook, "checked", meanwhile)
    result = run("assess", path, "--in-place", *DAY)
    assert result.exit_code == 3
    assert "変更されました" in result.output
    assert path.read_bytes() == KITAHAMA.read_bytes()


def test_two_clients_never_share_a_result(tmp_path: Path) -> None:
    for name, source in (("a", CLINIC), ("b", HARBOUR)):
        (tmp_path / name).mkdir()
        shutil.copy(source, tmp_path / name / "ledger.xlsx")
    out = tmp_path / "out"
    assert run("assess", tmp_path / "a", "-o", out, *DAY).exit_code == 0
    first = (out / "ledger.xlsx").read_bytes()
    assert run("assess", tmp_path / "b", "-o", out, *DAY).exit_code == 3
    assert (out / "ledger.xlsx").read_bytes() == first
    both = run("assess", tmp_path / "a/ledger.xlsx", tmp_path / "b/ledger.xlsx", "--format", "json", *DAY)
    books = json.loads(both.stdout)["workbooks"]
    assert [len(book["assets"]) for book in books] == [13, 8]
    assert len({book["output"] for book in books}) == 2


def test_a_file_url_is_a_path(clients: Path) -> None:
    path = clients / "clinic/2026/midori-clinic.xlsx"
    before = path.read_bytes()
    assert run("assess", path.as_uri(), "-o", path.parent, "--force", *DAY).exit_code == 3
    assert path.read_bytes() == before
    assert run("assess", "sftp://user:p@ss@host/x.xlsx", "--in-place").exit_code == 2


def test_a_folder_is_never_its_own_output(clients: Path, tmp_path: Path) -> None:
    refused = run("assess", clients, "-o", clients, *DAY)
    assert refused.exit_code == 2
    assert not (clients / ".riskbook").exists()
    assert run("assess", "", "-o", tmp_path).exit_code == 2


@pytest.mark.skipif(os.name != "posix", reason="links and bytes of POSIX")
def test_links_and_names_that_are_no_text(tmp_path: Path) -> None:
    folder, real = tmp_path / "clients", tmp_path / "real"
    folder.mkdir()
    real.mkdir()
    shutil.copy(HARBOUR, real / "real.xlsx")
    (folder / "link.xlsx").symlink_to(real / "real.xlsx")
    (folder / "folder").symlink_to(real)
    (folder / "loop").symlink_to(folder)
    shutil.copy(HARBOUR, os.fsencode(folder) + b"/\x91\xe4\x92\xa0.xlsx")  # 台帳 in Shift-JIS, out of an old archive
    result = run("assess", folder, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *DAY)
    assert result.exit_code == 0, result.output
    assert "folder/, loop/" in result.output
    assert len(list((tmp_path / "out").glob("*.xlsx"))) == 2
    assert run("assess", folder, "--in-place", *DAY).exit_code == 0
    assert (folder / "link.xlsx").is_symlink()
    assert (real / "real.xlsx").read_bytes() != HARBOUR.read_bytes()
    assert (real / "real.xlsx.bak").read_bytes() == HARBOUR.read_bytes()


def test_a_full_disk_under_the_journal_is_one_line(clients: Path, tmp_path: Path) -> None:
    with Journal(str(tmp_path / "out")) as journal:
        journal._db.execute("PRAGMA max_page_count = 3")
        outcome = Outcome("x", "ja", "ok", record={"run": {"filler": os.urandom(30_000).hex()}})
        with pytest.raises(OutputError):
            journal.note(Job("x", "s", "t", "x"), outcome)


def test_a_day_that_matters_is_a_change(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = Options(load_method(), date(2026, 11, 21))
    jobs = find([str(clients)], str(out)).jobs

    def done(today: date) -> list[str]:
        from dataclasses import replace

        from riskbook.batch.engine import HerePool

        with Journal(str(out)) as journal:
            found = []
            for job, outcome in run_jobs(
                jobs, replace(options, today=today), HerePool(), known=journal.knowing, stop=lambda: False
            ):
                journal.note(job, outcome)
                found.append(outcome.status)
            return found

    assert done(date(2026, 11, 21)) == ["ok", "ok"]
    assert done(date(2026, 11, 22)) == ["unchanged", "unchanged"]
    assert done(date(2036, 1, 1)).count("unchanged") < 2  # retention dates have passed since


def test_failures_are_reported_tried_again_and_end_in_3(clients: Path, tmp_path: Path) -> None:
    bad = clients / "bad.xlsx"
    bad.write_bytes(b"no zip")
    for _ in range(2):
        result = run("assess", clients, "-o", tmp_path / "out", "--format", "json", *DAY)
        assert result.exit_code == 3
        books = json.loads(result.stdout)["workbooks"]
        assert [book["status"] for book in books] == ["failed", "ok", "ok"]
        assert books[0]["error"]
        assert len(books[2]["assets"]) == 8  # also of one that was not done again
    shutil.copy(CLINIC, bad)
    assert run("assess", clients, "-o", tmp_path / "out", *DAY).exit_code == 0


def test_the_journal_refuses_what_it_cannot_be_sure_of(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("assess", clients, "-o", out, *DAY)
    journal = out / ".riskbook/journal.db"
    with Journal(str(out)):
        busy = run("assess", clients, "-o", out, *DAY)
    assert (busy.exit_code, "別の riskbook" in busy.output) == (3, True)
    with sqlite3.connect(journal) as db:
        db.execute("PRAGMA user_version = 99")
    newer = run("assess", clients, "-o", out, *DAY)
    assert (newer.exit_code, "新しいバージョン" in newer.output) == (3, True)
    journal.write_bytes(b"no database at all" * 100)
    damaged = run("assess", clients, "-o", out, *DAY)
    assert (damaged.exit_code, "journal.db" in damaged.output) == (3, True)
    assert "Traceback" not in busy.output + newer.output + damaged.output


# --- what survives ---


def many(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        shutil.copy(HARBOUR, folder / f"client-{number:03}.xlsx")
    return folder


def wait_for(condition: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []
    yield running
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()


def begin(started: list[subprocess.Popen[str]], *arguments: Any) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    started.append(process)
    return process


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_finishes_what_is_in_hand_and_the_next_call_goes_on(
    tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    folder, out = many(tmp_path / "many", 60), tmp_path / "out"
    process = begin(started, "assess", folder, "-o", out, "--jobs", "2", "--lang", "en", *DAY)
    wait_for(lambda: len(list(out.glob("*.xlsx"))) >= 6)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "files are left" in errors
    assert "Traceback" not in errors
    done = statuses(out)
    assert set(done.values()) == {"ok"}
    assert set(done) == {path.name for path in out.glob("*.xlsx")}
    assert not list(out.rglob("*.tmp"))
    assert 6 <= len(done) < 60
    rest = run("assess", folder, "-o", out, "--lang", "en", *DAY)
    assert f"{60 - len(done)} clean, 0 with errors to look at, 0 failed, {len(done)} unchanged" in rest.output


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds workers in /proc")
def test_a_killed_worker_loses_nothing(tmp_path: Path, started: list[subprocess.Popen[str]]) -> None:
    folder, out = many(tmp_path / "many", 40), tmp_path / "out"
    process = begin(started, "assess", folder, "-o", out, "--jobs", "2", *DAY)
    wait_for(lambda: len(list(out.glob("*.xlsx"))) >= 6)
    children = [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if _parent(entry) == process.pid and b"spawn_main" in (entry / "cmdline").read_bytes()
    ]
    os.kill(children[0], signal.SIGKILL)
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert len(statuses(out)) == 40
    assert len(list(out.glob("*.xlsx"))) == 40


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@dataclass(frozen=True)
class Deadly(Options):
    """Dies as if out of memory over a workbook whose project file maps a header called "deadly"."""

    def rules(self, settings: Any) -> str:
        if "deadly" in settings["columns"]:
            with (Path(settings["columns"]["deadly"])).open("a") as log:
                log.write("x")
            os.kill(os.getpid(), signal.SIGKILL)
        return super().rules(settings)


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_workbook_that_kills_its_worker_is_tried_twice_then_failed(tmp_path: Path) -> None:
    folder = many(tmp_path / "many", 6)
    (folder / "deadly").mkdir()
    shutil.copy(HARBOUR, folder / "deadly" / "it.xlsx")
    log = tmp_path / "log"
    (folder / "deadly/riskbook.toml").write_text(f'[columns]\ndeadly = "{log.as_posix()}"\n')
    jobs = find([str(folder)], str(tmp_path / "out")).jobs
    pool = LocalPool(2)
    try:
        found = {
            job.name: outcome
            for job, outcome in run_jobs(
                jobs, Deadly(load_method(), date.fromisoformat(TODAY)), pool, known=lambda job: job, stop=lambda: False
            )
        }
    finally:
        pool.close()
    failed = found.pop("deadly/it.xlsx")
    assert failed.status == "failed"
    assert failed.error is not None
    assert (failed.error[0], failed.error[1]["tries"]) == ("worker-died", 2)
    assert log.read_text() == "xx"
    assert {outcome.status for outcome in found.values()} == {"ok"}
    assert len(found) == 6


# --- all clients together ---


@pytest.fixture
def portfolio(clients: Path, tmp_path: Path) -> Path:
    shutil.copy(KITAHAMA, clients / "kitahama-seiki.xlsx")
    (clients / "bad.xlsx").write_bytes(b"no zip")
    assert run("assess", clients, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *DAY).exit_code == 3
    return tmp_path / "all"


def test_the_portfolio_has_a_line_a_client_with_a_link(portfolio: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(portfolio / "portfolio.xlsx")
    assert book.sheetnames == ["全体", "顧客一覧"]
    assert len(book["全体"]._charts) == 5
    sheet = book["顧客一覧"]
    heads = [cell.value for cell in sheet[4]]
    lines = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(5, values_only=True)]
    assert [line["ブック"] for line in lines][-1] == "bad.xlsx"
    assert ".xlsx" in lines[-1]["失敗の理由"]
    singles = json.loads(run("check", KITAHAMA, "--format", "json", *DAY).stdout)["workbooks"][0]
    kitahama = next(line for line in lines if line["ブック"] == "kitahama-seiki.xlsx")
    shown = ("リスク大", "リスク中", "リスク小", "未評価")
    assert [kitahama[name] for name in shown] == list(singles["summary"].values())
    assert kitahama["リスク値\n合計"] == sum(asset["risk"] for asset in singles["assets"])
    assert kitahama["注意"] == sum(finding["severity"] == "warning" for finding in singles["findings"])
    mix = [sum(asset["treatment"] == name for asset in singles["assets"]) for name in ("reduce", "retain", "avoid")]
    assert [kitahama[name] for name in ("低減", "保有", "回避")] == mix
    links = {c.value: c.hyperlink.target for row in sheet.iter_rows(5) for c in row if c.hyperlink}
    assert len(links) == 3
    for target in links.values():
        assert (portfolio / unquote(target)).resolve().is_file()


def test_the_tables_have_every_asset_of_every_client(portfolio: Path, tmp_path: Path) -> None:
    raw = (portfolio / "portfolio.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assessed = run("check", KITAHAMA, HARBOUR, CLINIC, "--format", "json", *DAY)
    expected = [asset for book in json.loads(assessed.stdout)["workbooks"] for asset in book["assets"]]
    assert len(rows) == len(expected)
    assert sum(int(row["risk"] or 0) for row in rows) == sum(asset["risk"] or 0 for asset in expected)
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(portfolio / "portfolio.parquet").to_pylist()
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in table] == rows


def test_text_that_a_spreadsheet_would_run_is_defused_in_csv(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(HARBOUR)
    book["Ledger"]["B5"].value = "+HYPERLINK(1)"
    book.save(tmp_path / "evil.xlsx")
    run("assess", tmp_path / "*.xlsx", "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *DAY)
    text = (tmp_path / "all/portfolio.csv").read_text("utf-8-sig")
    assert ",'+HYPERLINK(1)," in text


def test_the_portfolio_says_what_changed_since_the_last_input(clients: Path, tmp_path: Path) -> None:
    arguments = ("assess", clients, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *DAY)
    run(*arguments)
    source = clients / "harbour/harbour-design.xlsx"
    book = openpyxl.load_workbook(source)
    sheet = book["Ledger"]
    for row in range(5, 13):
        for column in "JKL":
            sheet[f"{column}{row}"] = 1
    book.save(source)
    for _ in range(2):  # also when nothing changed in between
        run(*arguments)
        sheet = openpyxl.load_workbook(tmp_path / "all/portfolio.xlsx")["顧客一覧"]
        heads = [cell.value for cell in sheet[4]]
        lines = {row[heads.index("ブック")]: row for row in sheet.iter_rows(5, values_only=True)}
        assert lines["harbour/harbour-design.xlsx"][heads.index("大の増減")] == -4
        assert lines["clinic/2026/midori-clinic.xlsx"][heads.index("大の増減")] is None


def test_the_portfolio_stays_out_of_a_clients_own_folder(clients: Path, tmp_path: Path) -> None:
    arguments = ("assess", clients, "-o", tmp_path / "out", *DAY)
    named = (clients / "clinic/2026/midori-clinic.xlsx", clients / "harbour/harbour-design.xlsx")
    for sources in ((clients / "clinic", clients / "harbour"), (clients / "*/*.xlsx", clients / "clinic"), named):
        others = run("assess", *sources, "-o", tmp_path / "out", "--portfolio", clients / "harbour", *DAY)
        assert others.exit_code == 2, sources
    for place in (clients / "harbour", clients / "clinic", tmp_path / "out/harbour/deep"):
        refused = run(*arguments, "--portfolio", place)
        assert refused.exit_code == 2
        assert "--portfolio-anywhere" in refused.output
    assert not (tmp_path / "out").exists()
    assert run(*arguments, "--portfolio", clients / "harbour", "--portfolio-anywhere").exit_code == 0
    assert (clients / "harbour/portfolio.xlsx").exists()
    assert run(*arguments, "--portfolio", tmp_path / "out/name.xlsx").exit_code == 0
    assert {"name.xlsx", "name.csv"} <= results(tmp_path / "out")


def test_a_workbook_that_is_no_portfolio_is_not_overwritten(clients: Path, tmp_path: Path) -> None:
    shutil.copy(CLINIC, tmp_path / "portfolio.xlsx")
    arguments = ("assess", clients, "-o", tmp_path / "out", "--portfolio", tmp_path, *DAY)
    assert run(*arguments).exit_code == 2
    assert not (tmp_path / "out").exists()  # told before the work, not after
    assert (tmp_path / "portfolio.xlsx").read_bytes() == CLINIC.read_bytes()
    assert run(*arguments, "--force").exit_code == 0
    assert run(*arguments).exit_code == 0
    (tmp_path / "portfolio.xlsx").unlink()  # its tables are known to be riskbook's all the same
    assert run(*arguments).exit_code == 0
    source = clients / "clinic/2026/midori-clinic.xlsx"
    clash = run("assess", clients, "-o", tmp_path / "new", "--portfolio", source, "--force", "--portfolio-anywhere")
    assert clash.exit_code == 2
    assert source.read_bytes() == CLINIC.read_bytes()
    for place in ("sftp://host/all", source / "below"):
        assert run("assess", clients, "-o", tmp_path / "new", "--portfolio", place).exit_code == 2


def test_after_a_failure_the_change_is_still_against_the_last_good_input(tmp_path: Path) -> None:
    folder = tmp_path / "clients"
    folder.mkdir()
    for source, expected in ((HARBOUR, None), (None, None), (KITAHAMA, 10), (None, None), (KITAHAMA, 10)):
        path = folder / "client.xlsx"
        shutil.copy(source, path) if source else path.write_bytes(b"broken")
        run("assess", folder, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *DAY)
        sheet = openpyxl.load_workbook(tmp_path / "all/portfolio.xlsx")["顧客一覧"]
        heads = [cell.value for cell in sheet[4]]
        assert sheet.cell(5, heads.index("大の増減") + 1).value == expected


def test_links_lead_to_names_of_every_kind(tmp_path: Path) -> None:
    folder = tmp_path / "clients"
    (folder / "a & b, #3").mkdir(parents=True)
    for name in ("it's #1 100%.xlsx", "100%25 done.xlsx", "得意先 一覧.xlsx"):
        shutil.copy(HARBOUR, folder / "a & b, #3" / name)
    run("assess", folder, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *DAY)
    sheet = openpyxl.load_workbook(tmp_path / "all/portfolio.xlsx")["顧客一覧"]
    links = [cell.hyperlink.target for row in sheet.iter_rows(5) for cell in row if cell.hyperlink]
    assert len(links) == 3
    assert all((tmp_path / "all" / unquote(link)).resolve().is_file() for link in links), links


def test_two_calls_give_the_same_portfolio(clients: Path, tmp_path: Path) -> None:
    arguments = ("assess", clients, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *DAY)
    run(*arguments)
    once = {name: (tmp_path / "all" / name).read_bytes() for name in files(tmp_path / "all")}
    run(*arguments)
    assert {name: (tmp_path / "all" / name).read_bytes() for name in files(tmp_path / "all")} == once


def test_the_journal_gives_outcomes_in_order_one_at_a_time(tmp_path: Path) -> None:
    jobs = [Job(f"{n}.xlsx", "s", "t", f"{n}.xlsx") for n in range(3)]
    with Journal(None) as journal:
        assert list(outcomes(journal, jobs)) == []
