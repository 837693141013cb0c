"""LibreOffice's Writer, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from riskbook.report import as_pdf, find_office


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], list[str]]:
    """The texts of the pages of a document, as LibreOffice lays it out."""
    office, words = find_office(), shutil.which("pdftotext")
    if office is None or words is None or shutil.which("lowriter") is None:
        pytest.skip("LibreOffice's Writer or pdftotext is not installed")

    def pages_of(content: bytes) -> list[str]:
        path: Path = tmp_path_factory.mktemp("pages") / "report.pdf"
        path.write_bytes(as_pdf(content, office))
        done = subprocess.run([words, "-layout", path, "-"], check=True, capture_output=True, encoding="utf-8")
        return done.stdout.split("\f")[:-1]

    return pages_of
