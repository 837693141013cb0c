"""Histories from Python, without the command line."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from riskbook import OutputError, Settings
from riskbook.opc import backups_of
from riskbook.records import History, assess_with_history, history_beside
from riskbook.sheets import sheet_name
from tests.support.places import HARBOUR as SAMPLE
from tests.support.places import KITAHAMA


@pytest.mark.slow
def test_python_records_runs_and_compares_with_them(tmp_path: Path) -> None:
    client = Path(shutil.copy(SAMPLE, tmp_path / "client.xlsx"))
    first = assess_with_history(client, tmp_path / "october.xlsx", Settings(today=date(2026, 10, 5)))
    assert first.assessment.comparison is None
    book = openpyxl.load_workbook(client)
    table = first.assessment.ledger.tables[0]
    row = int(first.risks["row"].iloc[0])
    book[table.sheet_name].cell(row, table.columns["confidentiality"]).value = 1
    book[table.sheet_name].cell(row, table.columns["integrity"]).value = 1
    book[table.sheet_name].cell(row, table.columns["availability"]).value = 1
    book.save(client)
    second = assess_with_history(client, tmp_path / "november.xlsx", Settings(today=date(2026, 11, 5)))
    assert second.assessment.comparison is not None
    assert {event["subject"] for event in second.assessment.comparison.events} == {first.risks["name"].iloc[0]}
    with History(history_beside(client), read_only=True) as history:
        runs = history.runs()
        assert [run.facts["day"] for run in runs] == ["2026-10-05", "2026-11-05"]
        assert history.record(runs[1]) == second.record
    again = openpyxl.load_workbook(tmp_path / "november.xlsx")
    again[sheet_name("plan", "en")]["R5"] = "lock it"
    again.save(tmp_path / "november.xlsx")
    assess_with_history(client, tmp_path / "november.xlsx")
    assert openpyxl.load_workbook(tmp_path / "november.xlsx")[sheet_name("plan", "en")]["R5"].value == "lock it"
    assert len(backups_of(str(tmp_path / "november.xlsx"))) == 1
    shutil.copy(KITAHAMA, tmp_path / "other.xlsx")
    with pytest.raises(OutputError):
        assess_with_history(client, tmp_path / "other.xlsx")


@pytest.mark.slow
def test_python_writes_into_the_workbook_itself_only_where_it_is_told(tmp_path: Path) -> None:
    client = Path(shutil.copy(SAMPLE, tmp_path / "client.xlsx"))
    before = client.read_bytes()
    with pytest.raises(OutputError, match="same-file"):
        assess_with_history(client, client)
    assert client.read_bytes() == before
    assess_with_history(client, client, force=True)
    assert client.with_name("client.xlsx.bak").read_bytes() == before
    assess_with_history(client, client)  # it is its own result now
