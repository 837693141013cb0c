"""riskbook's sheets leave xlsxwriter unpacked, for they go into the client's workbook at once."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from riskbook.opc import Workbook
from riskbook.sheets.build import _Loose


def _package(book: Any) -> Any:
    book.add_worksheet("一覧").write_string(0, 0, "顧客台帳")
    book.close()
    return book.package()


def test_parts_are_taken_as_they_are() -> None:
    parts = _package(_Loose(io.BytesIO(), {"in_memory": True}))
    assert "顧客台帳" in parts["xl/sharedStrings.xml"].decode()
    assert Workbook(parts).sheets[0].name == "一覧"


def test_a_version_of_xlsxwriter_without_that_hook_packs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Loose, "_get_packager", xlsxwriter.Workbook._get_packager)
    content = _package(_Loose(io.BytesIO(), {"in_memory": True}))
    assert openpyxl.load_workbook(io.BytesIO(content))["一覧"]["A1"].value == "顧客台帳"
