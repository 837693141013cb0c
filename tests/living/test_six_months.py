"""Six months over six clients in each way of running: nothing typed is lost, and every report tells the truth."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.commands import invoke
from tests.support.living import client_form
from tests.support.workbooks import columns_of, edit

MONTHS = [f"2026-{month:02}" for month in range(6, 12)]
CLIENTS, FAILING = 6, 3  # the file of client 3 is broken in September, and so is that of client 4 in November


class _Firm:
    """Six clients in folders of their own, all with a workbook of the same name."""

    def __init__(self, folder: Path, way: str) -> None:
        self.clients, self.out, self.way = folder / "clients", folder / "out", way
        self.typed: dict[int, set[str]] = {number: set() for number in range(CLIENTS)}
        for number in range(CLIENTS):
            client_form(self.input(number), company="" if number % 2 else f"見本{number}社", size=3)

    def input(self, number: int) -> Path:
        return self.clients / f"顧客{number}" / "リスク分析 2026.xlsx"

    def result(self, number: int) -> Path:
        path = self.input(number)
        return {
            "batch": self.out / path.relative_to(self.clients),
            "in place": path,
            "beside": path.with_name(f"{path.stem}-assessed.xlsx"),
        }[self.way]

    def run(self, month: str, failing: set[int]) -> str:
        """A month's call; whole files come back after it."""
        whole = {number: self.input(number).read_bytes() for number in failing}
        for number in failing:
            self.input(number).write_bytes(b"broken")
        day = ("--today", f"{month}-15", "--jobs", "1")  # on two cores two tests run at once
        portfolio = ("--portfolio", self.out)
        store = ("--store", self.out.parent / "history.db")
        if self.way == "beside":
            named = [self.input(number) for number in range(CLIENTS)]
            result = invoke("assess", *named, *day, *portfolio, *store)
        else:
            where = ("-o", self.out) if self.way == "batch" else ("--in-place",)
            result = invoke("assess", self.clients, *where, *day, *portfolio, *store)
        for number, content in whole.items():
            self.input(number).write_bytes(content)
        assert result.exit_code == (3 if failing else 0), result.output
        return result.output

    def work(self, month: int) -> None:
        """What people do between two calls: two fill in their plans, and one client lowers the ratings of an asset."""
        for number in {(month + place) % CLIENTS for place in (0, 3)}:
            text = f"{month}月に顧客{number}が記入"
            self.typed[number].add(text)
            edit(self.result(number), lambda book, text=text: self._fill_in(book, month, text))  # type: ignore[misc]
        edit(self.input(month % CLIENTS), lambda book: self._lower(book))

    @staticmethod
    def _fill_in(book: openpyxl.Workbook, month: int, text: str) -> None:
        sheet = book["対応計画"]
        header = ("対策内容", "担当", "承認者", "理由", "備考")[month - 1]  # nobody types over what was typed
        sheet.cell(5 + month % 3, columns_of(sheet)[header]).value = text

    @staticmethod
    def _lower(book: openpyxl.Workbook) -> None:
        for column in "JKL":
            book["情報資産管理台帳"][f"{column}5"] = 1


def _content(path: Path) -> str:
    """All XML of a workbook: quicker to search than its cells."""
    with zipfile.ZipFile(path) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))


def _portfolio(out: Path) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(out / "portfolio.xlsx")["顧客一覧"]
    heads = [cell.value for cell in sheet[4]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(5, values_only=True) if row[0]]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["batch", "beside", "in place"])
def test_six_months_over_six_clients(way: str, tmp_path: Path) -> None:
    firm = _Firm(tmp_path, way)
    for place, month in enumerate(MONTHS):
        if place:
            firm.work(place)
        failing = {FAILING} if month == "2026-09" else {FAILING + 1} if month == "2026-11" else set()
        firm.run(month, failing)
        lines = _portfolio(firm.out)
        assert len(lines) == CLIENTS  # whoever fails stands there with the last known state
        assert len({line["顧客"] for line in lines}) == CLIENTS
        assert sum(line["資産"] for line in lines) == 3 * CLIENTS
        old = [line for line in lines if line["古い結果\nの評価日"]]
        assert len(old) == len(failing)
        for number in set(range(CLIENTS)) - failing:
            content = _content(firm.result(number))
            assert not [text for text in firm.typed[number] if text not in content]
    store = tmp_path / "history.db"
    compared = json.loads(invoke("diff", MONTHS[0], MONTHS[-1], "--store", store, "--format", "json").stdout)
    changed = {c["client"]: [e["subject"] for e in c["events"] if e["factors"]] for c in compared["comparisons"]}
    lowered = set(range(1, len(MONTHS)))
    assert {
        n for n in range(CLIENTS) if any(client.endswith(f"顧客{n}") and changed[client] for client in changed)
    } == lowered
    assert not compared["added"]
    assert not compared["removed"]
    failures = json.loads(invoke("history", "--store", store, "--format", "json").stdout)["failures"]
    assert [(one["day"], one["client"].endswith(f"顧客{FAILING + place}")) for place, one in enumerate(failures)] == [
        ("2026-09-15", True),
        ("2026-11-15", True),
    ]
    assert f"顧客{FAILING + 1}：" in invoke("diff", MONTHS[0], MONTHS[-1], "--store", store).output
    for month in MONTHS[-2:]:
        invoke("audit", store, "--month", month, "-o", tmp_path / "audit", code=0)
    invoke("verify", tmp_path / "audit", "--store", store, code=0)
    rows = (tmp_path / "audit" / "audit-2026-11" / "clients.csv").read_text("utf-8-sig").splitlines()
    assert len(list(csv.DictReader(rows))) == CLIENTS
