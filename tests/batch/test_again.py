"""What a batch does again, and what its journal refuses."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from riskbook import pipeline
from riskbook.batch import Options, find, run_jobs
from riskbook.errors import OutputError
from riskbook.records import Job, Journal, Outcome, outcomes
from riskbook.settings import Settings
from tests.support.commands import invoke
from tests.support.days import ON_TODAY, TODAY
from tests.support.places import CLINIC, HARBOUR, KITAHAMA


@pytest.mark.slow
def test_unchanged_is_not_done_again_but_everything_that_matters_is_noticed(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    target, source = out / "harbour/harbour-design.xlsx", clients / "harbour/harbour-design.xlsx"

    def again(*options: Any) -> str:
        result = invoke("assess", clients, "-o", out, *options)
        assert result.exit_code == 0, result.output
        return next(line for line in result.output.splitlines() if "エラーなし" in line or " without errors, " in line)

    assert "エラーなし2、エラーの指摘あり0、失敗0、変更なし0" in again()
    first = target.read_bytes()
    assert "変更なし2" in again()
    assert "エラーなし2" in again("--redo")
    assert target.read_bytes() == first
    assert "エラーなし2" in again("--lang", "en").replace(
        "without errors", "エラーなし"
    ) or "2 without errors" in again("--lang", "en", "--redo")
    assert "変更なし2" not in again()  # back to the workbook's own language: other options
    assert target.read_bytes() == first
    target.unlink()
    assert "エラーなし1、エラーの指摘あり0、失敗0、変更なし1" in again()
    assert target.read_bytes() == first
    book = openpyxl.load_workbook(source)
    book["Ledger"]["B5"] = "Renamed asset"
    book.save(source)
    assert "エラーなし1、エラーの指摘あり0、失敗0、変更なし1" in again()
    assert target.read_bytes() != first


@pytest.mark.slow
def test_a_file_that_is_not_the_clients_result_is_replaced_only_with_force(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    target = out / "harbour/harbour-design.xlsx"
    invoke("assess", clients, "-o", out, *ON_TODAY)
    shutil.copy(KITAHAMA, target)
    refused = invoke("assess", clients, "-o", out, *ON_TODAY, code=3)
    assert "is not the result of this workbook" in refused.output
    assert target.read_bytes() == KITAHAMA.read_bytes()
    assert invoke("assess", clients, "-o", out, "--force", *ON_TODAY).exit_code == 0
    assert target.read_bytes() != KITAHAMA.read_bytes()
    assert target.with_name("harbour-design.xlsx.bak").read_bytes() == KITAHAMA.read_bytes()


@pytest.mark.slow
def test_a_result_that_was_destroyed_is_made_anew_and_kept(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    target = out / "harbour/harbour-design.xlsx"
    invoke("assess", clients, "-o", out, *ON_TODAY)
    first = target.read_bytes()
    target.write_bytes(first[:1000])
    result = invoke("assess", clients, "-o", out, *ON_TODAY)
    assert "開けない" in result.output
    assert "harbour-design.xlsx.bak" in result.output
    assert target.with_name(f"{target.name}.bak").read_bytes() == first[:1000]
    assert target.read_bytes() == first


@pytest.mark.slow
def test_a_save_in_the_middle_is_not_lost(clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clients / "clinic/2026/midori-clinic.xlsx"
    real = pipeline.AssessedWorkbook.checked

    def meanwhile(self: Any) -> bytes:
        shutil.copy(KITAHAMA, path)  # somebody saves
        return real(self)

    monkeypatch.setattr(pipeline.AssessedWorkbook, "checked", meanwhile)
    result = invoke("assess", path, "--in-place", *ON_TODAY)
    assert result.exit_code == 3
    assert "変更されました" in result.output
    assert path.read_bytes() == KITAHAMA.read_bytes()


def _as_a_symbolic_link(source: Path, target: Path) -> Path:
    target.symlink_to(source)
    return target


def _as_a_hard_link(source: Path, target: Path) -> Path:
    target.hardlink_to(source)
    return target


def _spelled_otherwise(source: Path, target: Path) -> Path:
    return source.parent / ".." / source.parent.name / source.name


@pytest.mark.parametrize("same", [_as_a_symbolic_link, _as_a_hard_link, _spelled_otherwise])
def test_the_input_is_no_output_whatever_it_is_called(same: Callable[[Path, Path], Path], tmp_path: Path) -> None:
    source = Path(shutil.copy(HARBOUR, tmp_path / "client.xlsx"))
    target = same(source, tmp_path / "result.xlsx")
    result = invoke("assess", source, "-o", target, "--force", "--no-history", *ON_TODAY, code=3)
    assert "The output is the input file" in result.output
    assert source.read_bytes() == HARBOUR.read_bytes()


def test_a_full_disk_under_the_journal_is_one_line(clients: Path, tmp_path: Path) -> None:
    with Journal(str(tmp_path / "out")) as journal:
        journal._db.execute("PRAGMA max_page_count = 3")
        outcome = Outcome("x", "ja", "ok", record={"run": {"filler": os.urandom(30_000).hex()}})
        with pytest.raises(OutputError):
            journal.note(Job("x", "s", "t", "x"), outcome)


@pytest.mark.slow
def test_a_day_that_matters_is_a_change(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = Options(Settings(), TODAY)
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


@pytest.mark.slow
def test_failures_are_reported_tried_again_and_end_in_3(clients: Path, tmp_path: Path) -> None:
    bad = clients / "bad.xlsx"
    bad.write_bytes(b"no zip")
    for _ in range(2):
        result = invoke("assess", clients, "-o", tmp_path / "out", "--format", "json", *ON_TODAY)
        assert result.exit_code == 3
        books = json.loads(result.stdout)["workbooks"]
        assert [book["status"] for book in books] == ["failed", "ok", "ok"]
        assert books[0]["error"]
        assert len(books[2]["assets"]) == 8  # also of one that was not done again
    shutil.copy(CLINIC, bad)
    assert invoke("assess", clients, "-o", tmp_path / "out", *ON_TODAY).exit_code == 0


@pytest.mark.slow
def test_the_journal_refuses_what_it_cannot_be_sure_of(clients: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    invoke("assess", clients, "-o", out, *ON_TODAY)
    journal = out / ".riskbook/journal.db"
    with Journal(str(out)):
        busy = invoke("assess", clients, "-o", out, *ON_TODAY)
    assert (busy.exit_code, "別の riskbook" in busy.output) == (3, True)
    with contextlib.closing(sqlite3.connect(journal)) as db:
        db.execute("PRAGMA user_version = 99")
    newer = invoke("assess", clients, "-o", out, *ON_TODAY)
    assert (newer.exit_code, "新しいバージョン" in newer.output) == (3, True)
    journal.write_bytes(b"no database at all" * 100)
    damaged = invoke("assess", clients, "-o", out, *ON_TODAY)
    assert (damaged.exit_code, "journal.db" in damaged.output) == (3, True)
    assert "Traceback" not in busy.output + newer.output + damaged.output


def test_the_journal_gives_outcomes_in_order_one_at_a_time(tmp_path: Path) -> None:
    jobs = [Job(f"{n}.xlsx", "s", "t", f"{n}.xlsx") for n in range(3)]
    with Journal(None) as journal:
        assert list(outcomes(journal, jobs)) == []
