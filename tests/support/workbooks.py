"""Reads and changes workbooks as people and other programs do."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from tests.support.days import TODAY


@cache
def assessed_once(path: Path) -> riskbook.AssessedWorkbook:
    """A workbook of the repository as assessed on TODAY: worked out once for all tests, which only read it."""
    return riskbook.assess(path, today=TODAY)


def edit(path: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
    """Opens a workbook with openpyxl, changes it and saves it, as other programs do."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def values_of(path: Path, tab: str) -> list[tuple[Any, ...]]:
    """The values of a sheet, row by row, as the program left them that saved it last."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = list(book[tab].iter_rows(values_only=True))
    book.close()
    return rows


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def columns_of(sheet: Worksheet, row: int = 4) -> dict[Any, int]:
    """The column of each header in a row; plans have theirs in row 4."""
    return {cell.value: cell.column for cell in sheet[row] if cell.value}


def signed(workbook: Path, path: Path) -> Path:
    """A copy of a workbook with the parts that say that it is signed."""
    with zipfile.ZipFile(workbook) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    origin = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    relationship = f'<Relationship Id="rId77" Type="{origin}" Target="_xmlsignatures/origin.sigs"/></Relationships>'
    members["_rels/.rels"] = members["_rels/.rels"].replace(b"</Relationships>", relationship.encode())
    members["_xmlsignatures/origin.sigs"] = b""
    default = (
        b'<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.digital-signature-origin"/>'
    )
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(b"<Override", default + b"<Override", 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
