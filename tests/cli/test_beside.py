"""What lies beside a workbook that is named: its result is read with it, another client's file is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.support.commands import invoke
from tests.support.days import ON_TODAY
from tests.support.places import CLINIC, HARBOUR
from tests.support.workbooks import columns_of, edit

COMMANDS = {
    "plan": (),
    "due": ("--within", "1y"),
    "export": ("--to", "json", "-o", "{folder}/out", "--force"),
    "report": ("-o", "{folder}/r.docx", "--force"),
}
EACH = pytest.mark.parametrize("command", COMMANDS)


def call(command: str, path: Path, **rest: int) -> str:
    """What a command says about a workbook that is named."""
    words = [word.replace("{folder}", str(path.parent)) for word in COMMANDS[command]]
    return invoke(command, path, *words, *ON_TODAY, **rest).output


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A workbook and its result, in which somebody was made responsible."""
    book, result = tmp_path / "a.xlsx", tmp_path / "a-assessed.xlsx"
    shutil.copy(HARBOUR, book)
    invoke("assess", book, *ON_TODAY, "--no-history", code=0)

    def enter(opened: openpyxl.Workbook) -> None:
        sheet = opened["Treatment plan"]
        sheet.cell(5, columns_of(sheet)["Assignee"]).value = "Sato"

    edit(result, enter)
    return book, result


@EACH
@pytest.mark.parametrize("named", [0, 1])
def test_a_damaged_result_is_told_and_not_left_out(command: str, named: int, pair: tuple[Path, Path]) -> None:
    pair[1].write_bytes(pair[1].read_bytes()[:20_000])
    said = call(command, pair[named], code=3)
    assert f"riskbook restore {pair[1]} --list" in said
    assert not (pair[0].parent / "out").exists()
    assert not (pair[0].parent / "r.docx").exists()


@pytest.mark.slow
@EACH
@pytest.mark.parametrize("named", [0, 1])
def test_the_result_of_somebody_else_is_not_read(command: str, named: int, pair: tuple[Path, Path]) -> None:
    book, other = pair
    invoke("assess", shutil.copy(CLINIC, book.with_name("clinic.xlsx")), "-o", other, "--force", "--no-history", code=0)
    said = call(command, pair[named])
    other_name = str(pair[1 - named])
    assert (
        f"{other_name} は名前からは対になるブックですが" in said
        or f"{other_name} belongs to this workbook by its" in said
    )
    if command == "export":
        document = json.loads((book.parent / "out" / "riskbook.json").read_text(encoding="utf-8"))
        assert document["file"] == pair[named].name
        assert ("Client list" in {row["name"] for row in document["register"]}) == (named == 0)


@pytest.mark.slow
def test_the_result_of_the_month_before_is_read_after_the_ledger_has_changed(pair: tuple[Path, Path]) -> None:
    edit(pair[0], lambda book: book.worksheets[0].cell(5, 2, "Client list, renamed"))
    for path in pair:
        said = call("export", path)
        assert "by its name" not in said
        document = json.loads((path.parent / "out" / "riskbook.json").read_text(encoding="utf-8"))
        assert [row["assignee"] for row in document["register"] if row["assignee"]] == ["Sato"]
