"""Files that cannot go on: one line, exit 3, nothing written, nothing left behind."""

from __future__ import annotations

import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.support.commands import invoke
from tests.support.places import CLINIC


def _text(path: Path) -> None:
    path.write_text("業務分類,情報資産名称\n営業,顧客台帳\n", encoding="utf-8")


def _truncated(path: Path) -> None:
    path.write_bytes(CLINIC.read_bytes()[:9000])


def _flipped(path: Path) -> None:
    data = bytearray(CLINIC.read_bytes())
    data[3000] ^= 0xFF
    path.write_bytes(bytes(data))


def _old_xls(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"))


def _encrypted(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


def _no_ledger(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "会議メモ"  # type: ignore[index]
    book.save(path)


def _only_an_example(path: Path) -> None:
    book = openpyxl.load_workbook(CLINIC)
    for sheet in list(book):
        if sheet.title.startswith("台帳"):
            sheet.title = f"記入例 {sheet.title}"
    book.save(path)


def _two_threat_sheets(path: Path) -> None:
    book = openpyxl.load_workbook(CLINIC)
    book.copy_worksheet(book["脅威の状況"]).title = "脅威の状況（去年）"
    book.save(path)


def _zip_of_something_else(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "こんにちは")


def _member_twice(path: Path) -> None:
    shutil.copy(CLINIC, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/Workbook.xml", "<x/>")


def _traversal(path: Path) -> None:
    shutil.copy(CLINIC, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../outside.xml", "<x/>")


def _dtd(path: Path) -> None:
    _with_part(
        path, "xl/workbook.xml", lambda xml: xml.replace(b"<workbook", b'<!DOCTYPE w [<!ENTITY a "b">]><workbook', 1)
    )


def _broken_xml(path: Path) -> None:
    _with_part(path, "xl/workbook.xml", lambda xml: xml[:-20])


def _promises_too_much(path: Path) -> None:
    """A member that says it unpacks to four gigabytes."""
    data = bytearray(CLINIC.read_bytes())
    entry = data.rindex(b"PK\1\2")
    data[entry + 24 : entry + 28] = struct.pack("<L", 0xFFFFFFF0)
    path.write_bytes(bytes(data))


def _with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(CLINIC) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == part else content)


CASES = {
    "text": (_text, "Excelブック"),
    "empty": (lambda path: path.write_bytes(b""), "空のファイル"),
    "truncated": (_truncated, "破損して"),
    "flipped": (_flipped, "破損して"),
    "xls": (_old_xls, ".xls"),
    "encrypted": (_encrypted, "パスワード"),
    "no-ledger": (_no_ledger, "情報資産管理台帳が見つかりません"),
    "only-an-example": (_only_an_example, "情報資産管理台帳が見つかりません"),
    "two-threat-sheets": (_two_threat_sheets, "脅威の状況（去年）"),
    "other-zip": (_zip_of_something_else, "Excelブック"),
    "member-twice": (_member_twice, "2つ"),
    "traversal": (_traversal, "安全ではありません"),
    "dtd": (_dtd, "DTD"),
    "broken-xml": (_broken_xml, "xl/workbook.xml"),
    "bomb": (_promises_too_much, "上限"),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_in_one_line(case: str, tmp_path: Path) -> None:
    make, words = CASES[case]
    path = tmp_path / "client.xlsx"
    make(path)
    before = path.read_bytes()
    result = invoke("assess", path)
    assert result.exit_code == 3, result.output
    lines = [line for line in result.output.splitlines() if line.strip()]
    assert len(lines) == 1
    assert lines[0].startswith(str(path))
    assert words in lines[0]
    assert [entry.name for entry in tmp_path.iterdir()] == ["client.xlsx"]
    assert path.read_bytes() == before


def test_a_missing_input_and_a_folder(tmp_path: Path) -> None:
    assert invoke("assess", tmp_path / "no.xlsx").exit_code == 3
    assert invoke("check", tmp_path).exit_code == 3
    assert invoke("assess", tmp_path).exit_code == 2  # a folder needs -o or --in-place


@pytest.mark.slow
def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    _text(bad)
    good = Path(shutil.copy(CLINIC, tmp_path / "good.xlsx"))
    result = invoke("assess", bad, good, "-o", tmp_path / "out")
    assert result.exit_code == 3
    assert [entry.name for entry in (tmp_path / "out").glob("[!.]*")] == ["good.xlsx"]


@pytest.mark.slow
def test_a_workbook_open_in_excel_is_left_alone(tmp_path: Path) -> None:
    path = Path(shutil.copy(CLINIC, tmp_path / "client.xlsx"))
    (tmp_path / "~$client.xlsx").write_bytes(b"owner")
    before = path.read_bytes()
    result = invoke("assess", "--in-place", path)
    assert result.exit_code == 3
    assert "閉じて" in result.output
    assert path.read_bytes() == before
    assert {entry.name for entry in tmp_path.iterdir()} == {"client.xlsx", "~$client.xlsx"}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_read_only_target(tmp_path: Path) -> None:
    path = Path(shutil.copy(CLINIC, tmp_path / "client.xlsx"))
    folder = tmp_path / "locked"
    folder.mkdir()
    if os.geteuid() == 0:
        target = folder / "taken"
        target.mkdir()  # root may write anywhere: a folder in the way stands for what cannot be replaced
        result = invoke("assess", path, "-o", f"{target}/../taken")
        assert result.exit_code == 0
        result = invoke("assess", path, "-o", "/proc/riskbook/out.xlsx")
    else:
        folder.chmod(0o500)
        result = invoke("assess", path, "-o", folder / "out.xlsx")
    assert result.exit_code == 3
    assert "Traceback" not in result.output
