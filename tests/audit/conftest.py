"""Clients over three months, and their monthly packages."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.support.commands import invoke
from tests.support.forms import CLOUD, PAPER, PC, QUESTIONS, THREATS, USB, Asset, Form, write_form
from tests.support.packages import MONTHS, SECRET, decide, set_cell


@pytest.fixture(scope="session")
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
    invoke("assess", a, b, "--in-place", "--today", "2026-09-10", code=1)
    decide(a, 5, 決定="保有", 承認者=SECRET, 見直し期限=date(2026, 10, 20), 理由="費用")
    decide(a, 6, 決定="低減", 担当="佐藤", 期限=date(2026, 10, 5), 状況="実施中")
    set_cell(a, "J6", 1)
    invoke("assess", a, "--in-place", "--today", "2026-10-10", code=0)
    set_cell(b, "F7", PAPER)
    invoke("assess", b, "--in-place", "--today", "2026-11-10", code=0)
    invoke("assess", b, "--in-place", "--today", "2026-11-12", code=0)
    return folder


@pytest.fixture(scope="session")
def made(clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the three months."""
    out = tmp_path_factory.mktemp("packages")
    for month in MONTHS:
        invoke("audit", clients, "--month", month, "-o", out, code=0)
    return out


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))
