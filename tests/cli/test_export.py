"""`riskbook export`: where the files come, what is not replaced, and how it ends."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.support.commands import invoke
from tests.support.living import LEDGER, client_form
from tests.support.places import KITAHAMA
from tests.support.workbooks import columns_of, digest, edit

FILES = {
    "csv": {"datapackage.json", "register.csv", "measures.csv", "findings.csv"},
    "parquet": {"datapackage.json", "register.parquet", "measures.parquet", "findings.parquet"},
    "json": {"riskbook.json", "riskbook.schema.json"},
    "ciso-assistant": {
        "assets.csv",
        "applied-controls.csv",
        "risk-assessment.csv",
        "risk-matrix.yaml",
    },
}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("format_", FILES)
def test_the_files_stand_in_a_folder_beside_the_workbook(format_: str, tmp_path: Path) -> None:
    path = shutil.copy(KITAHAMA, tmp_path / "client.xlsx")
    before = digest(path)
    result = invoke("export", path, "--to", format_, code=0)
    assert names(tmp_path) == {"client.xlsx", f"client-{format_}"}
    assert digest(path) == before
    assert names(tmp_path / f"client-{format_}") == FILES[format_]
    assert f"client-{format_} に書き出しました：" in result.stdout
    assert "riskbook guide howto/export" in result.stderr


@pytest.mark.slow
def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        invoke("export", KITAHAMA, "--to", "csv", "-o", tmp_path / "out", "--today", "2026-11-20", code=0)
    assert names(tmp_path / "out") == FILES["csv"]


@pytest.mark.slow
def test_a_file_that_differs_is_kept_or_left_alone(tmp_path: Path) -> None:
    call = ("export", KITAHAMA, "--to", "csv", "-o", tmp_path, "--today", "2026-11-20")
    invoke(*call, code=0)
    register, measures = tmp_path / "register.csv", tmp_path / "measures.csv"
    register.write_text("edited", encoding="utf-8")
    measures.unlink()
    refused = invoke(*call, code=3)
    assert str(register) in refused.stderr
    assert register.read_text(encoding="utf-8") == "edited"
    assert not measures.exists()
    forced = invoke(*call, "--force", code=0)
    assert "register.csv.bak" in forced.stdout
    assert measures.exists()
    assert (tmp_path / "register.csv.bak").read_text(encoding="utf-8") == "edited"
    assert register.read_bytes().startswith("\ufeffrank,".encode())


@pytest.mark.slow
def test_a_workbook_is_exported_with_what_people_entered_in_its_result(tmp_path: Path) -> None:
    path = shutil.copy(KITAHAMA, tmp_path / "client.xlsx")
    invoke("assess", path, "--no-history", code=0)

    def decide(book: openpyxl.Workbook) -> None:
        sheet = book["対応計画"]
        sheet.cell(5, columns_of(sheet)["担当"]).value = "佐藤"

    edit(tmp_path / "client-assessed.xlsx", decide)
    invoke("export", path, "--to", "json", "-o", tmp_path, code=0)
    document = json.loads((tmp_path / "riskbook.json").read_text(encoding="utf-8"))
    assert [row["assignee"] for row in document["register"] if row["assignee"]] == ["佐藤"]


@pytest.mark.slow
def test_findings_of_severity_error_are_told_by_the_exit_code(tmp_path: Path) -> None:
    path = client_form(tmp_path / "a.xlsx")
    edit(path, lambda book: book[LEDGER].cell(5, 10, "7"))
    invoke("export", path, "--to", "json", "-o", tmp_path, code=1)
    document = json.loads((tmp_path / "riskbook.json").read_text(encoding="utf-8"))
    assert "error" in {finding["severity"] for finding in document["findings"]}


@pytest.mark.slow
def test_as_many_backups_are_kept_as_the_profile_says(tmp_path: Path) -> None:
    path = shutil.copy(KITAHAMA, tmp_path / "client.xlsx")
    (tmp_path / "riskbook.toml").write_text("[backups]\nkeep = 1\n", encoding="utf-8")
    for number in range(4):
        invoke("export", path, "--to", "json", "-o", tmp_path / "out", "--force", code=0)
        (tmp_path / "out" / "riskbook.json").write_text(f"edited {number}", encoding="utf-8")
    kept = sorted((tmp_path / "out" / ".riskbook" / "backups" / "riskbook.json").iterdir())
    assert [path.read_text(encoding="utf-8") for path in kept] == ["edited 2"]
    assert (tmp_path / "out" / "riskbook.json.bak").read_text(encoding="utf-8") == "edited 0"


def test_a_file_that_is_open_stops_all_of_them(tmp_path: Path) -> None:
    call = ("export", KITAHAMA, "--to", "csv", "-o", tmp_path, "--force")
    for name in ("register.csv", "findings.csv"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    (tmp_path / ".~lock.findings.csv#").write_text("佐藤,sato,pc,2026/11/26;", encoding="utf-8")
    assert "findings.csv" in invoke(*call, code=3).stderr
    assert (tmp_path / "register.csv").read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
def test_what_cannot_be_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "1つ" in invoke("export", tmp_path, "--to", "csv", code=2).stderr
    assert "s3://" in invoke("export", KITAHAMA, "--to", "csv", "-o", "s3://there/x", code=2).stderr
    assert "missing.xlsx" in invoke("export", tmp_path / "missing.xlsx", "--to", "csv", code=3).stderr
    invoke("export", KITAHAMA, code=2)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert "ファイルです" in invoke("export", KITAHAMA, "--to", "csv", "-o", tmp_path / "file", code=2).stderr
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    refused = invoke("export", KITAHAMA, "--to", "parquet", "-o", tmp_path / "out", code=3)
    assert "riskbook[parquet]" in refused.stderr
    assert not (tmp_path / "out").exists()
