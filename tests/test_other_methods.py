"""Other methods through everything: the result, its history and comparison, the portfolio, the monthly package."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import riskbook
from riskbook.text import label
from tests.support.commands import invoke
from tests.support.days import ON_TODAY, TODAY
from tests.support.forms import CLOUD, PAPER, PC, QUESTIONS, SERVER, THREATS, USB, Asset, Form, write_form
from tests.support.methods import SHIPPED, own_method, write_ledger
from tests.support.packages import table
from tests.support.places import KITAHAMA
from tests.support.workbooks import edit

HEADS = ("資産名", "媒体", "重要度", "被害発生可能性", "管理部署")
ROWS = [
    ("設計図", SERVER, 5, 4, "設計部"),
    ("見積書", PC, 5, 3, "営業部"),
    ("顧客台帳", CLOUD, 4, 3, "営業部"),
    ("議事録", PAPER, 2, 3, "総務部"),
    ("案内", PAPER, 1, 2, "総務部"),
    ("控え", USB, None, 2, "総務部"),
]


def _texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.fixture
def matrix(tmp_path: Path) -> Path:
    """A ledger assessed by the matrix of 5 × 5, with four levels."""
    path = write_ledger(tmp_path / "client.xlsx", list(ROWS), HEADS)
    result = riskbook.assess(path, today=TODAY, method="matrix-5x5", lang="ja")
    assert result.summary == {"extreme": 2, "large": 1, "medium": 1, "small": 1, "unassessed": 1}
    return result.save(tmp_path / "result.xlsx")


def test_every_sheet_uses_the_words_of_the_method(matrix: Path) -> None:
    book = openpyxl.load_workbook(matrix)
    summary = _texts(book["サマリー"])
    for word in ("リスク極大", "リスク大", "リスク中", "リスク小", "未評価"):
        assert word in summary, word
    assert any("リスク極大は2件（33%）、大は1件です" in text for text in summary)
    assert any(text.startswith("リスク極大が最も多いのは") for text in summary)
    cells = [text for text in summary if re.fullmatch(r"\d+件・(極大|大|中|小)", text)]
    assert len(cells) == 25
    # Impact 1…5 × likelihood 1…5: six products from 15 on, six from 10 on (of these 10 and 12), and so on.
    products = [i * chance for i in range(1, 6) for chance in range(1, 6)]
    for word, least, most in (("極大", 15, 25), ("大", 10, 14), ("中", 5, 9), ("小", 1, 4)):
        assert sum(text.endswith(f"・{word}") for text in cells) == sum(least <= p <= most for p in products)
    counted = sum(int(text.partition("件")[0]) for text in cells)
    assert counted == 5
    register = book["リスク一覧"]
    heads = [cell.value for cell in register[4]]
    column = heads.index(label("col.level", "ja"))
    assert [row[column].value for row in register.iter_rows(5, 10)] == ["極大", "極大", "大", "中", "小", "未評価"]
    plan = _texts(book["対応計画"])
    assert [name for name, *_ in ROWS if name in plan] == ["設計図", "見積書", "顧客台帳", "議事録"]
    ledger = book["台帳"]
    assert [ledger.cell(row, 7).value for row in range(2, 8)] == ["極大", "極大", "大", "中", "小", "未評価"]


@pytest.mark.slow
def test_running_again_takes_the_results_own_columns_as_such(matrix: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.xlsx"  # by another program: what riskbook saved last is not searched
    openpyxl.load_workbook(matrix).save(saved)
    for method in ("matrix-5x5", "isms-sum", "ipa-3.1"):
        result = riskbook.assess(saved, today=TODAY, method=method)
        assert not [f for f in result.findings if f.code in ("own-cell-overwritten", "column-ignored")], method


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_every_method_gives_a_workbook_that_keeps_its_levels(name: str, tmp_path: Path) -> None:
    result = riskbook.assess(KITAHAMA, today=TODAY, method=name)
    again = riskbook.assess(result.save(tmp_path / "result.xlsx"), today=TODAY, method=name)
    assert again.summary == result.summary
    assert tuple(result.summary) == result.method.level_keys
    assert again.assessment.run == result.assessment.run


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reversed", "wide", "typed"])
def test_two_and_six_levels_fit_on_every_sheet(name: str, tmp_path: Path) -> None:
    form = Form(
        {"台帳": [Asset("x", f"資産{n}", m, (n % 3 + 1, 1, 2)) for n, m in enumerate((PC, PAPER, USB))]},
        THREATS,
        QUESTIONS,
    )
    path = write_form(form, tmp_path / "form.xlsx")
    for lang in ("ja", "en"):
        result = riskbook.assess(path, today=TODAY, method=own_method(name, tmp_path), lang=lang)
        book = openpyxl.load_workbook(result.save(tmp_path / f"{lang}.xlsx"))
        shown = _texts(book.worksheets[0])
        for level in result.method.levels:
            assert any(level.word[lang] in text for text in shown)


@pytest.mark.slow
def test_history_and_diff_keep_the_methods_levels(tmp_path: Path) -> None:
    book, store = write_ledger(tmp_path / "client.xlsx", list(ROWS), HEADS), tmp_path / "h.db"
    options = ("--store", store, "--method", "matrix-5x5")
    invoke("assess", book, *options, "--today", "2026-10-01", code=1)
    edit(book, lambda opened: opened["台帳"].__setitem__("D4", 4))
    invoke("assess", book, *options, "--today", "2026-11-01", "--force", code=1)
    listed = invoke("history", book, "--store", store, "--lang", "ja", code=0).stdout
    assert "極大2・大1・中1・小1・未評価1" in listed
    assert "極大3・大0・中1・小1・未評価1" in listed
    runs = json.loads(invoke("history", book, "--store", store, "--format", "json", code=0).stdout)["runs"]
    assert runs[-1]["levels"] == {"extreme": 3, "large": 0, "medium": 1, "small": 1, "unassessed": 1}
    document = json.loads(invoke("diff", "#1", "#2", "--store", store, "--format", "json", code=0).stdout)
    (event,) = document["comparisons"][0]["events"]
    assert (event["event"], event["before"], event["after"]) == ("risk-higher", 12, 16)
    assert [factor["field"] for factor in event["factors"]] == ["likelihood"]
    result = openpyxl.load_workbook(tmp_path / "client-assessed.xlsx")
    assert any("極大" in text for text in _texts(result["前回からの変化"]))
    # Another method is named as what changed; figures are not compared.
    invoke("assess", book, "--store", store, "--method", "isms-sum", "--today", "2026-11-02", "--force", code=1)
    document = json.loads(invoke("diff", "#2", "#3", "--store", store, "--format", "json", code=0).stdout)
    assert document["comparisons"][0]["events"][0]["event"] == "method-changed"


def _client(folder: Path, name: str) -> Path:
    (folder / name).mkdir(parents=True)
    return write_ledger(folder / name / f"{name}.xlsx", list(ROWS), HEADS)


@pytest.mark.slow
def test_the_portfolio_does_not_add_up_levels_of_two_methods(tmp_path: Path) -> None:
    clients, out, place = tmp_path / "clients", tmp_path / "out", tmp_path / "all"
    first, _ = _client(clients, "A"), _client(clients, "B")
    run = ("assess", clients, "-o", out, "--portfolio", place, "--lang", "ja", *ON_TODAY)
    invoke(*run, "--method", "matrix-5x5", code=1)
    book = openpyxl.load_workbook(place / "portfolio.xlsx")
    page, lines = _texts(book["全体"]), book["顧客一覧"]
    assert "リスク極大" in page
    assert not any("評価方法が異なる" in text for text in page)
    heads = [str(cell.value) for cell in lines[4]]
    assert "リスク極大・大" in heads
    assert [row[heads.index("リスク極大・大")].value for row in lines.iter_rows(5, 6)] == [3, 3]
    first.write_bytes(b"no workbook")
    invoke(*run, "--method", "isms-sum", code=3)
    book = openpyxl.load_workbook(place / "portfolio.xlsx")
    page = _texts(book["全体"])
    assert any("1件のワークブックは評価方法が異なるため（matrix-5x5）" in text for text in page)
    # Of one client, not of both: the tile of all assets is two rows below its name.
    (name,) = [cell for row in book["全体"].iter_rows() for cell in row if cell.value == "情報資産"]
    assert name.offset(1).value == len(ROWS)
    with (place / "portfolio.csv").open(encoding="utf-8-sig") as stream:
        assert {row["level"] for row in csv.DictReader(stream)} >= {"extreme", "unassessed"}


@pytest.mark.slow
def test_the_monthly_package_of_clients_with_two_methods(tmp_path: Path) -> None:
    clients, out = tmp_path / "clients", tmp_path / "audit"
    a, b = _client(clients, "A"), _client(clients, "B")
    for book, method in ((a, "matrix-5x5"), (b, "matrix-5x5")):
        invoke("assess", book, "--in-place", "--method", method, "--today", "2026-10-10", code=1)
    invoke("audit", clients, "--month", "2026-10", "-o", out, "--lang", "ja", code=0)
    invoke("assess", b, "--in-place", "--method", "isms-sum", "--today", "2026-11-10", "--force", code=1)
    invoke("audit", clients, "--month", "2026-11", "-o", out, "--lang", "ja", code=0)

    package = out / "audit-2026-11"
    october, november = table(package, "trend")
    assert (october["assets_large"], october["assets_medium"], october["assets_small"]) == (6, 2, 2)
    assert (november["assets_large"], november["risk"], november["assets"]) == (None, None, 12)
    clients_ = {row["client"]: row for row in table(package, "clients")}
    assert {row["method"] for row in clients_.values()} == {"matrix-5x5", "isms-sum"}
    assert next(row for row in clients_.values() if row["method"] == "matrix-5x5")["assets_large"] == 3
    assert {row["method"] for row in table(package, "methods")} == {"matrix-5x5", "isms-sum"}
    (book,) = package.glob("*.xlsx")
    shown = [text for sheet in openpyxl.load_workbook(book).worksheets for text in _texts(sheet)]
    assert any("評価方法が異なるため" in text for text in shown)
    invoke("verify", out, "--store", clients, code=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["matrix-5x5", "isms-36", "isms-sum"])
def test_libreoffice_opens_the_results(name: str, tmp_path: Path, recalculated: Callable[[Path], Path]) -> None:
    result = riskbook.assess(KITAHAMA, today=TODAY, method=name)
    path = recalculated(result.save(tmp_path / "result.xlsx"))
    assert openpyxl.load_workbook(path).sheetnames[0] == "サマリー"
