"""All clients together: the portfolio and its tables."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import openpyxl
import pytest

from riskbook import assess, sheets
from riskbook.batch import LocalPool, write_portfolio
from riskbook.batch import portfolio as batch_portfolio
from riskbook.method import load_method
from riskbook.records import Journal
from riskbook.records.jobs import Job, Outcome
from tests.support.batches import files, results
from tests.support.commands import invoke
from tests.support.days import ON_TODAY, TODAY
from tests.support.places import CLINIC, HARBOUR, KITAHAMA

T = TypeVar("T")


@pytest.fixture
def portfolio(clients: Path, tmp_path: Path) -> Path:
    shutil.copy(KITAHAMA, clients / "kitahama-seiki.xlsx")
    (clients / "bad.xlsx").write_bytes(b"no zip")
    assert invoke("assess", clients, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *ON_TODAY).exit_code == 3
    return tmp_path / "all"


@pytest.mark.slow
def test_the_portfolio_has_a_line_a_client_with_a_link(portfolio: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(portfolio / "portfolio.xlsx")
    assert book.sheetnames == ["全体", "顧客一覧"]
    assert len(book["全体"]._charts) == 5
    sheet = book["顧客一覧"]
    heads = [cell.value for cell in sheet[4]]
    lines = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(5, values_only=True)]
    assert [line["ブック"] for line in lines][-1] == "bad.xlsx"
    assert ".xlsx" in lines[-1]["失敗の理由"]
    singles = json.loads(invoke("check", KITAHAMA, "--format", "json", *ON_TODAY).stdout)["workbooks"][0]
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


@pytest.mark.slow
def test_the_tables_have_every_asset_of_every_client(portfolio: Path, tmp_path: Path) -> None:
    raw = (portfolio / "portfolio.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assessed = invoke("check", KITAHAMA, HARBOUR, CLINIC, "--format", "json", *ON_TODAY)
    expected = [asset for book in json.loads(assessed.stdout)["workbooks"] for asset in book["assets"]]
    assert len(rows) == len(expected)
    assert sum(int(row["risk"] or 0) for row in rows) == sum(asset["risk"] or 0 for asset in expected)
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(portfolio / "portfolio.parquet").to_pylist()
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in table] == rows


@pytest.mark.slow
def test_text_that_a_spreadsheet_would_run_is_defused_in_csv(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(HARBOUR)
    book["Ledger"]["B5"].value = "+HYPERLINK(1)"
    book.save(tmp_path / "evil.xlsx")
    invoke("assess", tmp_path / "*.xlsx", "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *ON_TODAY)
    text = (tmp_path / "all/portfolio.csv").read_text("utf-8-sig")
    assert ",'+HYPERLINK(1)," in text


@pytest.mark.slow
def test_the_portfolio_says_what_changed_since_the_last_input(clients: Path, tmp_path: Path) -> None:
    arguments = ("assess", clients, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *ON_TODAY)
    invoke(*arguments)
    source = clients / "harbour/harbour-design.xlsx"
    book = openpyxl.load_workbook(source)
    sheet = book["Ledger"]
    for row in range(5, 13):
        for column in "JKL":
            sheet[f"{column}{row}"] = 1
    book.save(source)
    for _ in range(2):  # also when nothing changed in between
        invoke(*arguments)
        sheet = openpyxl.load_workbook(tmp_path / "all/portfolio.xlsx")["顧客一覧"]
        heads = [cell.value for cell in sheet[4]]
        lines = {row[heads.index("ブック")]: row for row in sheet.iter_rows(5, values_only=True)}
        assert lines["harbour/harbour-design.xlsx"][heads.index("大の増減")] == -4
        assert lines["clinic/2026/midori-clinic.xlsx"][heads.index("大の増減")] is None


@pytest.mark.slow
def test_the_portfolio_stays_out_of_a_clients_own_folder(clients: Path, tmp_path: Path) -> None:
    arguments = ("assess", clients, "-o", tmp_path / "out", *ON_TODAY)
    named = (clients / "clinic/2026/midori-clinic.xlsx", clients / "harbour/harbour-design.xlsx")
    for sources in ((clients / "clinic", clients / "harbour"), (clients / "*/*.xlsx", clients / "clinic"), named):
        others = invoke("assess", *sources, "-o", tmp_path / "out", "--portfolio", clients / "harbour", *ON_TODAY)
        assert others.exit_code == 2, sources
    for place in (clients / "harbour", clients / "clinic", tmp_path / "out/harbour/deep"):
        refused = invoke(*arguments, "--portfolio", place)
        assert refused.exit_code == 2
        assert "--portfolio-anywhere" in refused.output
    assert not (tmp_path / "out").exists()
    assert invoke(*arguments, "--portfolio", clients / "harbour", "--portfolio-anywhere").exit_code == 0
    assert (clients / "harbour/portfolio.xlsx").exists()
    assert invoke(*arguments, "--portfolio", tmp_path / "out/name.xlsx").exit_code == 0
    assert {"name.xlsx", "name.csv"} <= results(tmp_path / "out")


@pytest.mark.slow
def test_a_workbook_that_is_no_portfolio_is_not_overwritten(clients: Path, tmp_path: Path) -> None:
    shutil.copy(CLINIC, tmp_path / "portfolio.xlsx")
    arguments = ("assess", clients, "-o", tmp_path / "out", "--portfolio", tmp_path, *ON_TODAY)
    assert invoke(*arguments).exit_code == 2
    assert not (tmp_path / "out").exists()  # told before the work, not after
    assert (tmp_path / "portfolio.xlsx").read_bytes() == CLINIC.read_bytes()
    assert invoke(*arguments, "--force").exit_code == 0
    assert invoke(*arguments).exit_code == 0
    (tmp_path / "portfolio.xlsx").unlink()  # its tables are known to be riskbook's all the same
    assert invoke(*arguments).exit_code == 0
    source = clients / "clinic/2026/midori-clinic.xlsx"
    clash = invoke("assess", clients, "-o", tmp_path / "new", "--portfolio", source, "--force", "--portfolio-anywhere")
    assert clash.exit_code == 2
    assert source.read_bytes() == CLINIC.read_bytes()
    for place in ("sftp://host/all", source / "below"):
        assert invoke("assess", clients, "-o", tmp_path / "new", "--portfolio", place).exit_code == 2


@pytest.mark.slow
def test_a_failure_stands_with_the_last_state_and_changes_are_against_the_last_good_input(tmp_path: Path) -> None:
    folder = tmp_path / "clients"
    folder.mkdir()
    for source, expected in ((HARBOUR, None), (None, None), (KITAHAMA, 10), (None, 10), (KITAHAMA, 10)):
        path = folder / "client.xlsx"
        shutil.copy(source, path) if source else path.write_bytes(b"broken")
        invoke("assess", folder, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *ON_TODAY)
        sheet = openpyxl.load_workbook(tmp_path / "all/portfolio.xlsx")["顧客一覧"]
        heads = [cell.value for cell in sheet[4]]
        assert sheet.cell(5, heads.index("大の増減") + 1).value == expected


@pytest.mark.slow
def test_links_lead_to_names_of_every_kind(tmp_path: Path) -> None:
    folder = tmp_path / "clients"
    (folder / "a & b, #3").mkdir(parents=True)
    for name in ("it's #1 100%.xlsx", "100%25 done.xlsx", "得意先 一覧.xlsx"):
        shutil.copy(HARBOUR, folder / "a & b, #3" / name)
    invoke("assess", folder, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *ON_TODAY)
    sheet = openpyxl.load_workbook(tmp_path / "all/portfolio.xlsx")["顧客一覧"]
    links = [cell.hyperlink.target for row in sheet.iter_rows(5) for cell in row if cell.hyperlink]
    assert len(links) == 3
    assert all((tmp_path / "all" / unquote(link)).resolve().is_file() for link in links), links


@pytest.mark.slow
def test_two_calls_give_the_same_portfolio(clients: Path, tmp_path: Path) -> None:
    arguments = ("assess", clients, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *ON_TODAY)
    invoke(*arguments)
    once = {name: (tmp_path / "all" / name).read_bytes() for name in files(tmp_path / "all")}
    invoke(*arguments)
    assert {name: (tmp_path / "all" / name).read_bytes() for name in files(tmp_path / "all")} == once


class Far(LocalPool):
    """Processes that are asked for every part, as those of a cluster are."""

    near = False

    def __init__(self) -> None:
        super().__init__(2)
        self.asked: list[Future[Any]] = []

    def call(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        future = super().call(work, *arguments)
        self.asked.append(future)
        return future


class Deadly(Far):
    """Processes that die over each part."""

    def call(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        return super().call(os._exit, 1)  # type: ignore[arg-type]


class Silent(Far):
    """A cluster without workers: nothing ever ends."""

    def call(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        self.asked.append(Future())
        return self.asked[-1]


@pytest.mark.slow
def test_workers_make_the_parts_and_what_they_cannot_is_made_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_portfolio, "_PATIENCE", 20.0)
    record = assess(CLINIC, today=TODAY).record
    jobs = [Job(name, f"/clients/{name}", f"/out/{name}", name) for name in (f"{n:03}.xlsx" for n in range(300))]
    made: dict[str, dict[str, bytes]] = {}
    pools = {"here": LocalPool(2), "far": Far(), "deadly": Deadly(), "silent": Silent()}
    with Journal(str(tmp_path)) as journal:
        for number, job in enumerate(jobs):
            outcome = Outcome(job.source, "ja", output=job.target, error=("bug", {"detail": "x"}), day=TODAY)
            if number % 50:
                own = {**record, "run": {**record["run"], "risk": number % 7}}
                outcome = Outcome(job.source, "ja", "ok", job.target, record=own, day=TODAY)
            journal.note(job, outcome)
        for name, pool in pools.items():
            if name == "silent":
                monkeypatch.setattr(batch_portfolio, "_PATIENCE", 0.1)
            place = tmp_path / name
            write_portfolio(journal, jobs, str(place), load_method(), "ja", TODAY, pool=pool, force=False)
            made[name] = {path.name: path.read_bytes() for path in place.iterdir()}
            pool.close()
    far, deadly, silent = (pools[name].asked for name in ("far", "deadly", "silent"))
    assert len(far) > 2  # several parts
    assert all(isinstance(future.result(), batch_portfolio.Part) for future in far)
    assert all(isinstance(future.exception(), BrokenProcessPool) for future in deadly)
    assert len(silent) < len(far)  # after the first it is asked no more
    assert len(made["here"]) == 3
    assert made["far"] == made["deadly"] == made["silent"] == made["here"]
    rows = list(csv.DictReader(made["here"]["portfolio.csv"].decode("utf-8-sig").splitlines()))
    assert len(rows) == 294 * len(record["assets"])


def test_a_long_list_goes_on_on_further_sheets(tmp_path: Path) -> None:
    portfolio, lines = sheets.Portfolio(), []
    for number in range(120):
        line = {
            "client": f"client {number:03}", "file": f"{number:03}.xlsx", "old": None, "status": "ok", "error": None,
            "output": str(tmp_path / f"{number:03}.xlsx"), "levels": {"large": number % 50, "medium": 1, "small": 2, "unassessed": 0},
            "risk": 10 * number, "share": number / 120, "highest": [("PC", 9)], "treatments": Counter(reduce=1),
            "errors": 1, "warnings": 2, "since": None, "self_check": None,
        }  # fmt: skip
        portfolio.add(line)
        lines.append(line)
    lines.sort(key=sheets.by_risk)
    path = tmp_path / "portfolio.xlsx"
    day = date(2026, 11, 21)
    sheets.write_portfolio(portfolio, lines, path, path, load_method(), "en", day, scratch=tmp_path, rows=54)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Overview", "Clients", "Clients (2)", "Clients (3)"]
    listed = [row for name in book.sheetnames[1:] for row in book[name].iter_rows(5, values_only=True)]
    assert [row[:2] for row in listed] == [(rank, line["client"]) for rank, line in enumerate(lines, start=1)]
    cells = [cell for name in book.sheetnames[1:] for row in book[name].iter_rows(5) for cell in row]
    assert len({cell.hyperlink.target for cell in cells if cell.hyperlink}) == 120
    assert all(book[name].row_dimensions[1].height > 25 for name in book.sheetnames[1:])
    shown = [row[0].value for row in book["Overview"].iter_rows(35, 134)]
    assert shown == list(range(1, 101))  # the first hundred, and no line more
    assert "240" in "".join(
        str(cell.value) for row in book["Overview"].iter_rows(1, 12) for cell in row
    )  # warnings of all
