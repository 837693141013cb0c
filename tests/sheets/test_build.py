"""riskbook's sheets leave xlsxwriter unpacked, for they go into the client's workbook at once."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from xlsxwriter.workbook import Workbook

from riskbook.sheets.build import _Loose


def _content(book: Any) -> bytes:
    book.add_worksheet("一覧").write_string(0, 0, "顧客台帳")
    book.close()
    return bytes(book.content())


def test_parts_are_taken_as_they_are() -> None:
    content = _content(_Loose(io.BytesIO(), {"in_memory": True}))
    assert openpyxl.load_workbook(io.BytesIO(content))["一覧"]["A1"].value == "顧客台帳"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {info.compress_type for info in package.infolist()} == {zipfile.ZIP_STORED}


def test_a_version_of_xlsxwriter_without_that_hook_packs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Loose, "_get_packager", Workbook._get_packager)
    content = _content(_Loose(io.BytesIO(), {"in_memory": True}))
    assert openpyxl.load_workbook(io.BytesIO(content))["一覧"]["A1"].value == "顧客台帳"
