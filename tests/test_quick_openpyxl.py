"""The tests' quicker openpyxl gives the same workbooks as openpyxl does."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.support import quick_openpyxl
from tests.support.places import CLINIC, HARBOUR, ROOT


def _parts(path: Path, saved: Path) -> dict[str, bytes]:
    openpyxl.load_workbook(path).save(saved)
    with zipfile.ZipFile(saved) as package:
        # That part has the time.
        return {name: package.read(name) for name in package.namelist() if name != "docProps/core.xml"}


@pytest.mark.slow
@pytest.mark.parametrize("path", [HARBOUR, CLINIC, ROOT / "samples" / "aoba-foods.xlsx"])
def test_merged_cells_have_the_same_borders(path: Path, tmp_path: Path) -> None:
    assert any(sheet.merged_cells.ranges for sheet in openpyxl.load_workbook(path))
    quick = _parts(path, tmp_path / "quick.xlsx")
    with quick_openpyxl.slow():
        assert quick == _parts(path, tmp_path / "slow.xlsx")
