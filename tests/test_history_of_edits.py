"""Whatever people and riskbook do to a workbook in turn, nothing that people typed is lost."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import riskbook
from tests.support.days import TODAY
from tests.support.examples import examples
from tests.support.forms import MEDIA, Asset, Form, write_form
from tests.support.workbooks import columns_of

LEDGER = "情報資産管理台帳"
THREATS = [(medium, "脅威", 3) for medium in MEDIA]
ANSWERS = [(kind, f"設問{kind}", 3) for kind in range(1, 12)]
_steps = st.lists(
    st.one_of(
        st.just(("run",)),
        st.tuples(st.just("decide"), st.integers(0, 9), st.sampled_from(["低減", "保有", "回避", "移転"])),
        st.tuples(st.just("remark"), st.integers(0, 9), st.text("かきくけこ=+-@ ", min_size=1, max_size=8)),
        st.tuples(st.just("edit"), st.integers(0, 9), st.sampled_from([1, 2, 3])),
        st.tuples(st.just("add"), st.sampled_from(MEDIA)),
        st.just(("sort",)),
        st.just(("rename",)),
        st.just(("move",)),
    ),
    min_size=2,
    max_size=9,
)


class _People:
    """Edits a workbook through openpyxl, and remembers what was typed for which asset."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = LEDGER
        self.added = 0
        self.typed: dict[str, dict[str, str]] = {}
        self.renames = 0

    def run(self) -> None:
        riskbook.assess(self.path, today=TODAY).save(self.path, force=True)

    def _rows(self, sheet: Any) -> list[int]:
        return [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 2).value]

    def _type(self, place: int, header: str, value: str) -> None:
        book = openpyxl.load_workbook(self.path)
        sheet = book["対応計画"]
        columns = columns_of(sheet)
        rows = [r for r in range(5, sheet.max_row + 1) if sheet.cell(r, columns["情報資産名称"]).value]
        if rows:
            row = rows[place % len(rows)]
            cell = sheet.cell(row, columns[header])
            cell.value = value
            cell.data_type = "s"
            self.typed.setdefault(sheet.cell(row, columns["情報資産名称"]).value, {})[header] = value
            book.save(self.path)

    def decide(self, place: int, word: str) -> None:
        self._type(place, "決定", word)

    def remark(self, place: int, text: str) -> None:
        if text.strip():
            self._type(place, "備考", text)

    def edit(self, place: int, value: int) -> None:
        book = openpyxl.load_workbook(self.path)
        rows = self._rows(book[self.ledger])
        for column in (10, 11, 12):
            book[self.ledger].cell(rows[place % len(rows)], column).value = value
        book.save(self.path)

    def add(self, medium: str) -> None:
        book = openpyxl.load_workbook(self.path)
        sheet = book[self.ledger]
        self.added += 1
        row = self._rows(sheet)[-1] + 1
        for column, value in ((1, "共通"), (2, f"追加{self.added}"), (6, medium), (10, 3), (11, 1), (12, 1)):
            sheet.cell(row, column).value = value
        book.save(self.path)

    def sort(self) -> None:
        book = openpyxl.load_workbook(self.path)
        sheet = book[self.ledger]
        rows = self._rows(sheet)
        values = sorted(([sheet.cell(r, c).value for c in range(1, 16)] for r in rows), key=lambda v: str(v[1]))
        for row, cells in zip(rows, reversed(values), strict=True):
            for column, value in enumerate(cells, start=1):
                if column != 13:  # importance is a formula of its row
                    sheet.cell(row, column).value = value
        book.save(self.path)

    def rename(self) -> None:
        book = openpyxl.load_workbook(self.path)
        self.renames += 1
        book[self.ledger].title = f"台帳{self.renames}"
        self.ledger = f"台帳{self.renames}"
        book.save(self.path)

    def move(self) -> None:
        book = openpyxl.load_workbook(self.path)
        book.move_sheet(book.sheetnames[0], 2)
        book.save(self.path)


@pytest.mark.slow
@settings(max_examples=examples(3), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=_steps)
def test_nothing_that_people_typed_is_lost(steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assets = [
            Asset(
                "営業", f"資産{n}", MEDIA[n % 6], (3 - n % 3, 2, 1), "営業部", f"備考{n}", registered=date(2025, 1, 1)
            )
            for n in range(7)
        ]
        people = _People(write_form(Form({LEDGER: assets}, THREATS, ANSWERS), Path(folder) / "a.xlsx"))
        people.run()
        for name, *arguments in steps:
            getattr(people, name)(*arguments)
        people.run()
        book = openpyxl.load_workbook(people.path)
        names = {book[people.ledger].cell(row, 2).value for row in range(5, book[people.ledger].max_row + 1)} - {None}
        assert names == {*(f"資産{n}" for n in range(7)), *(f"追加{n}" for n in range(1, people.added + 1))}
        plan = book["対応計画"]
        columns = columns_of(plan)
        found: dict[str, dict[str, Any]] = {}
        for row in range(5, plan.max_row + 1):
            name = plan.cell(row, columns["情報資産名称"]).value
            if name:
                assert name not in found, "a line twice"
                found[name] = {header: plan.cell(row, columns[header]).value for header in ("決定", "備考")}
        for name, typed in people.typed.items():
            assert {header: found[name][header] for header in typed} == typed
        before = people.path.read_bytes()
        people.run()
        assert people.path.read_bytes() == before
