"""`riskbook add`: a blank questionnaire in the workbook that people already use; nothing else in it changes."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

import riskbook
from riskbook import opc
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.living import client_form
from tests.support.places import HARBOUR, KITAHAMA, PACKAGES
from tests.support.workbooks import columns_of, edit, values_of

DAY = ("--today", "2026-11-21", "--no-history")
MAY_CHANGE = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return client_form(tmp_path / "a.xlsx")


def _answer_all(book: openpyxl.Workbook, tab: str = "自社診断") -> None:
    for row in range(6, 31):
        book[tab].cell(row, 4).value = "実施している"


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "tab"), [("self-check", "自社診断"), ("cloud", "クラウド（1）"), ("response", "緊急時対応")]
)
def test_only_a_tab_is_added_and_the_backup_is_named(kind: str, tab: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(KITAHAMA, tmp_path / "a.xlsx"))
    before = path.read_bytes()
    output = invoke("add", kind, path, code=0).output
    assert f"シート「{tab}」を {path} に追加しました" in output
    assert f"{path}.bak" in output
    assert path.with_name("a.xlsx.bak").read_bytes() == before
    old, new = _members(KITAHAMA), _members(path)
    assert {name for name in old if old[name] != new.get(name)} <= MAY_CHANGE
    names = openpyxl.load_workbook(path).sheetnames
    assert names == [*openpyxl.load_workbook(KITAHAMA).sheetnames, tab]
    texts = [str(value) for row in values_of(path, tab) for value in row if value is not None]
    assert any(word in texts for word in ("診断内容", "確認内容", "担当者", "回答")), texts[:20]
    assert "すでにあります" in invoke("add", kind, path, code=3 if kind != "cloud" else 0).output or kind == "cloud"


@pytest.mark.slow
def test_the_next_assessment_reads_it_as_the_clients_and_no_later_one_loses_an_answer(book: Path) -> None:
    invoke("add", "self-check", book, code=0)
    edit(book, _answer_all)
    result = book.with_name("a-assessed.xlsx")
    for _ in range(2):
        assert "自社診断：100点／100点" in invoke("assess", book, *DAY, code=0).output
        assert {"自社診断", "自社診断結果"} <= set(openpyxl.load_workbook(result).sheetnames)
        assert values_of(result, "自社診断")[5][3] == "実施している"
    assert "自社診断：100点／100点" in invoke("assess", result, "--in-place", *DAY, code=0).output
    assert values_of(result, "自社診断")[29][3] == "実施している"


@pytest.mark.slow
def test_a_sheet_added_to_the_result_counts_like_one_in_the_input(book: Path) -> None:
    invoke("assess", book, *DAY, code=0)
    result = book.with_name("a-assessed.xlsx")
    assert "riskbook add self-check" in str(values_of(result, "SECURITY ACTION"))
    invoke("add", "self-check", result, code=0)
    edit(result, _answer_all)
    edit(book, lambda b: setattr(b["情報資産管理台帳"]["C8"], "value", "新しい資産"))
    assert "自社診断：100点／100点" in invoke("assess", book, *DAY).output
    assert "riskbook add self-check" not in str(values_of(result, "SECURITY ACTION"))


@pytest.mark.slow
def test_an_incident_sheet_in_the_input_is_no_result_and_takes_no_plan_away(book: Path) -> None:
    invoke("assess", book, *DAY, code=0)
    result = book.with_name("a-assessed.xlsx")

    def decide(b: openpyxl.Workbook) -> None:
        b["対応計画"].cell(5, columns_of(b["対応計画"])["担当"]).value = "佐藤"

    edit(result, decide)
    invoke("add", "response", book, code=0)
    edit(book, lambda b: setattr(b["緊急時対応"]["E6"], "value", "鈴木"))
    before = book.read_bytes()
    for _ in range(2):
        invoke("assess", book, *DAY, code=0)
        assert book.read_bytes() == before
        shown = openpyxl.load_workbook(result)
        assert shown["緊急時対応"]["E6"].value == "鈴木"
        assert shown["対応計画"].cell(5, columns_of(shown["対応計画"])["担当"]).value == "佐藤"


@pytest.mark.slow
def test_each_cloud_service_has_a_sheet_of_its_own(book: Path) -> None:
    for words in ((), (), ("--service", "kintone")):
        invoke("add", "cloud", book, *words, code=0)
    tabs = ["クラウド（1）", "クラウド（2）", "クラウド（kintone）"]
    assert openpyxl.load_workbook(book).sheetnames[-3:] == tabs
    assert "クラウド（kintone）" in invoke("add", "cloud", book, "--service", "Ｋintone", code=3).output
    assert [one.service for one in riskbook.assess(book, today=TODAY).assessment.ledger.clouds][-1] == "kintone"
    invoke("add", "self-check", book, "--service", "kintone", code=2)


def test_an_english_workbook_gets_an_english_sheet_unless_told_otherwise(tmp_path: Path) -> None:
    path = Path(shutil.copy(HARBOUR, tmp_path / "a.xlsx"))
    assert "The sheet “Self-check” was added" in invoke("add", "self-check", path, code=0).output
    invoke("add", "cloud", path, "--lang", "ja", code=0)
    assert openpyxl.load_workbook(path).sheetnames[-2:] == ["Self-check", "クラウド（1）"]


@pytest.mark.slow
def test_another_file_may_be_written(book: Path) -> None:
    before, out = book.read_bytes(), book.with_name("b.xlsx")
    assert "に残しています" not in invoke("add", "self-check", book, "-o", out, code=0).output
    assert book.read_bytes() == before
    invoke("add", "cloud", book, "-o", out, code=3)
    invoke("add", "cloud", book, "-o", out, "--force", code=0)
    assert openpyxl.load_workbook(out).sheetnames[-1] == "クラウド（1）"
    assert out.with_name("b.xlsx.bak").exists()
    assert ".xlsx" in invoke("add", "cloud", book, "-o", out.with_suffix(".xlsm"), code=3).output


@pytest.mark.slow
def test_encrypted_workbooks_and_macros_stay_what_they_are(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.write_bytes(opc.encrypted(book.read_bytes(), "geheim"))
    invoke("add", "self-check", book, code=3)
    invoke("add", "self-check", book, "--password", "geheim", code=0)
    data, _ = opc.unlocked(book.read_bytes(), "geheim")
    assert opc.Workbook(data).sheets[-1].name == "自社診断"
    monkeypatch.setenv("RISKBOOK_PASSWORD", "geheim")
    invoke("add", "cloud", book, code=0)
    macros = Path(shutil.copy(PACKAGES / "macros.xlsm", tmp_path / "m.xlsm"))
    invoke("add", "self-check", macros, code=0)
    assert _members(macros)["xl/vbaProject.bin"] == _members(PACKAGES / "macros.xlsm")["xl/vbaProject.bin"]


@pytest.mark.parametrize("path", sorted(PACKAGES.glob("*.xls?")), ids=lambda path: path.stem)
def test_every_kind_of_package_takes_a_sheet(path: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(path, tmp_path / path.name))
    if invoke("add", "self-check", copy).exit_code == 0:
        assert opc.Workbook(copy.read_bytes()).sheets[-1].name in ("自社診断", "Self-check")
    else:
        assert copy.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["missing.xlsx", "list.csv", "empty.xlsx"])
def test_what_is_no_workbook_is_named_in_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("資産名\n台帳\n", encoding="utf-8")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    result = invoke("add", "self-check", tmp_path / name, code=3)
    assert len(result.output.strip().splitlines()) == 1
    assert name in result.output


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only_is_named_and_nothing_changes(book: Path) -> None:
    before = book.read_bytes()
    book.parent.chmod(0o555)
    try:
        result = invoke("add", "self-check", book, code=3)
    finally:
        book.parent.chmod(0o755)
    assert len(result.output.strip().splitlines()) == 1
    assert book.read_bytes() == before


def test_a_workbook_that_is_open_in_excel_is_not_written(book: Path) -> None:
    before = book.read_bytes()
    book.with_name("~$a.xlsx").write_bytes(b"\x05Suzuki")
    invoke("add", "self-check", book, code=3)
    assert book.read_bytes() == before
    assert not book.with_name("a.xlsx.bak").exists()
