"""What the machine, other programs and Excel's limits do to a run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import openpyxl
import pytest

import riskbook
from riskbook.errors import OutputError, PackageError
from riskbook.opc import Styles, Workbook, refuse_locked
from riskbook.records.jobs import beside
from tests.support.commands import invoke
from tests.support.days import ON_TODAY, TODAY
from tests.support.places import HARBOUR, SEEN


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "by"),
    [
        ("~$client.xlsx", b"\x06Yamada" + b" " * 48, "Yamada"),
        (".~lock.client.xlsx#", "山田,yamada,pc-1,25.11.2026 20:00,file:///x;".encode(), "山田"),
        ("~$client.xlsx", b"", "?"),
    ],
)
def test_a_lock_says_whose_it_is_and_since_when(name: str, content: bytes, by: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(HARBOUR, tmp_path / "client.xlsx"))
    lock = path.with_name(name)
    lock.write_bytes(content)
    os.utime(lock, (0, 1_700_000_000))
    shown = invoke("assess", path, "--in-place", *ON_TODAY, code=3).output
    assert by in shown
    assert "2023-11-1" in shown
    assert name in shown


@pytest.mark.parametrize(
    ("document", "lock"),
    [
        ("report.docx", "~$report.docx"),
        ("reports.docx", "~$eports.docx"),
        ("k-report.docx", "~$report.docx"),
        ("報告書2026年11月.docx", "~$書2026年11月.docx"),
    ],
)
def test_word_names_its_lock_by_the_end_of_a_long_name(document: str, lock: str, tmp_path: Path) -> None:
    (tmp_path / lock).write_bytes(b"\x04Sato")
    with pytest.raises(OutputError, match="held"):
        refuse_locked(tmp_path / document)


@pytest.mark.slow
def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = Path(shutil.copy(HARBOUR, tmp_path / ("台" * 83 + ".xlsx")))  # 254 bytes
    result = Path(beside(str(path)))
    for _ in range(2):
        invoke("assess", path, *ON_TODAY, code=0)
    assert result.is_file()
    assert len(os.fsencode(result.name)) <= 255
    shown = invoke("check", tmp_path, *ON_TODAY, code=0).output  # in a folder the two are one
    assert shown.count("assets (") == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a\x01b.xlsx", "ＡＢＣ　台帳.xlsx", "タブ\tと改行\n.xlsx"])
def test_names_of_any_kind(name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(HARBOUR, tmp_path / name))
    assert invoke("assess", path, "--no-history", *ON_TODAY).exit_code == 0
    assert invoke("assess", path, "--no-history", *ON_TODAY).exit_code == 0


def test_a_workbook_shared_in_the_old_way_is_refused_in_one_line(tmp_path: Path) -> None:
    path = Path(shutil.copy(SEEN / "shared-workbook.xlsx", tmp_path))
    assert "shared" in invoke("assess", path, "--lang", "en", *ON_TODAY, code=3).output


def test_a_workbook_full_of_formats_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    from riskbook.opc import styles

    workbook = Workbook(HARBOUR.read_bytes())
    count = len(Styles(workbook)._items("cellXfs"))
    monkeypatch.setitem(styles._MOST, "cellXfs", count)  # as if the workbook had 65,490
    with pytest.raises(PackageError, match="too-many-formats"):
        Styles(workbook).derived(0, horizontal="right")


@pytest.mark.slow
def test_a_very_long_text_is_cut_to_what_excel_takes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(HARBOUR)
    book["Ledger"]["F5"] = "x" * 32_767  # quoted in a finding, which is longer
    book.save(path)
    result = openpyxl.load_workbook(riskbook.assess(path, today=TODAY).save(tmp_path / "b.xlsx"))
    lengths = [len(str(cell.value or "")) for sheet in result for row in sheet.iter_rows() for cell in row]
    assert max(lengths) == 32_767
