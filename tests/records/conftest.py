"""A workbook in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.histories import form


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    (tmp_path / "kitahama").mkdir()
    return form(tmp_path / "kitahama" / "台帳.xlsx")
