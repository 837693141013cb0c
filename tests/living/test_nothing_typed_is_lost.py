"""Whatever people do to input and result, in whatever way riskbook is run again: nothing that they typed is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.support.commands import process_command
from tests.support.examples import examples
from tests.support.living import GENERATED, Client

WAYS = ("beside", "file", "folder", "batch", "in place")
_places, _tabs = st.integers(0, 9), st.sampled_from(GENERATED)


class Months(RuleBasedStateMachine):
    """People edit input and result in any order, and run riskbook again and again."""

    def __init__(self) -> None:
        super().__init__()
        self._holder = tempfile.TemporaryDirectory()
        self.saved_with_office = False

    @initialize(way=st.sampled_from(WAYS))
    def begin(self, way: str) -> None:
        self.client = Client(Path(self._holder.name), way)
        self.client.run()

    @rule(place=_places)
    def edit_the_input(self, place: int) -> None:
        self.client.type_into_ledger(self.client.input, place)

    @rule(place=_places)
    def edit_client_cells_in_the_result(self, place: int) -> None:
        self.client.type_into_ledger(self.client.result, place)

    @rule(place=_places, header=st.sampled_from(["対策内容", "担当", "備考", "自分の列"]))
    def fill_in_the_treatment_plan(self, place: int, header: str) -> None:
        self.client.type_into_plan("対応計画", header, place)

    @rule(place=_places, header=st.sampled_from(["担当", "備考", "追加した列"]))
    def fill_in_the_measure_plan(self, place: int, header: str) -> None:
        self.client.type_into_plan("対策計画", header, place)

    @rule(place=_places)
    def answer_a_finding(self, place: int) -> None:
        self.client.answer(place)

    @rule(tab=_tabs, row=st.integers(1, 60), column=st.integers(1, 40), comment=st.booleans())
    def write_a_note(self, tab: str, row: int, column: int, comment: bool) -> None:
        self.client.note(tab, row, column, comment=comment)

    @rule(inside=st.booleans())
    def rename_a_tab(self, inside: bool) -> None:
        def change(book: openpyxl.Workbook) -> None:
            sheet = book[self.client.ledger_of(book)]
            sheet.title = "台帳" if sheet.title != "台帳" else "台帳2"

        self.client.edit(self.client.result if inside else self.client.input, change)

    @rule()
    def move_a_tab(self) -> None:
        self.client.edit(self.client.result, lambda book: book.move_sheet(book.sheetnames[0], 2))

    @rule()
    def add_a_tab(self) -> None:
        text = self.client.new_text("自分のシート")

        def change(book: openpyxl.Workbook) -> None:
            book.create_sheet(f"メモ{len(book.sheetnames)}")["B2"] = text

        self.client.edit(self.client.result, change)

    @rule(inside=st.booleans())
    def sort_the_ledger(self, inside: bool) -> None:
        self.client.sort_the_ledger(self.client.result if inside else self.client.input)

    @rule(tab=st.sampled_from(["対応計画", "対策計画"]))
    def sort_a_plan(self, tab: str) -> None:
        self.client.sort_a_plan(tab)

    @rule(both=st.booleans())
    def rename_the_workbook(self, both: bool) -> None:
        self.client.rename(both=both)
        self.client.check()

    @precondition(lambda self: not self.saved_with_office)
    @rule()
    def save_with_office(self) -> None:
        self.saved_with_office = True  # once, since it takes seconds
        self.client.save_with_office()

    @rule(options=st.sampled_from([(), ("--force",), ("--take", "result"), ("--lang", "en"), ("--no-history",)]))
    def run(self, options: tuple[str, ...]) -> None:
        self.client.run(*options)
        self.client.check()
        if "en" in options:  # the rules above look for the Japanese tabs
            self.client.run()
            self.client.check()

    def teardown(self) -> None:
        self.client.run()
        self.client.check()
        self._holder.cleanup()


TestMonths = pytest.mark.slow(Months.TestCase)
TestMonths.settings = settings(
    max_examples=examples(5),
    stateful_step_count=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a failure would take an hour
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("way", ["beside", "in place"])
def test_killed_in_the_middle_nothing_is_lost_and_nothing_is_left_over(way: str, tmp_path: Path) -> None:
    client = Client(tmp_path, way)
    client.run()
    words = process_command("assess", client.input, *(["--in-place"] if way == "in place" else []), "--no-history")
    for number in range(6):
        client.type_into_plan("対応計画", "備考", number)
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(0.5 + 0.12 * number)
            process.send_signal(signal.SIGKILL)
        openpyxl.load_workbook(client.result)
    client.backups |= set(client.result.parent.rglob("*.bak"))
    client.backups |= set(client.result.parent.glob(".riskbook/backups/*/*.xlsx"))
    client.run()
    client.check()
