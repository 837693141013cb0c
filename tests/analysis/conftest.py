"""A workbook with four assets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparisons import ASSETS
from tests.support.forms import QUESTIONS, THREATS, Form, write_form


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_form(Form({"台帳": list(ASSETS)}, THREATS, QUESTIONS, company="北浜"), tmp_path / "a.xlsx")
