"""A file whose name says another kind of workbook than its content: Excel refuses it, riskbook reads it and says so."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import riskbook
from tests.support.days import TODAY
from tests.support.places import CLINIC

_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_KINDS = {
    ".xlsx": _PLAIN,
    ".xlsm": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ".xltx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
}


def _workbook(path: Path, kind: str) -> Path:
    with zipfile.ZipFile(CLINIC) as package, zipfile.ZipFile(path, "w") as made:
        for name in package.namelist():
            made.writestr(name, package.read(name).replace(_PLAIN, _KINDS[kind]))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("named", _KINDS)
@pytest.mark.parametrize("kind", _KINDS)
def test_a_name_with_which_excel_refuses_the_file_is_told(named: str, kind: str, tmp_path: Path) -> None:
    result = riskbook.assess(_workbook(tmp_path / f"client{named}", kind), today=TODAY)
    told = [finding.params for finding in result.findings if finding.code == "extension-other"]
    assert told == ([] if named == kind else [{"named": named, "suffix": kind}])
    assert len(result.risks) == len(riskbook.assess(CLINIC, today=TODAY).risks)
