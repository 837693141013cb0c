"""Folders of clients, and processes that are ended with the test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.batches import Begin
from tests.support.commands import process_command
from tests.support.places import CLINIC, HARBOUR, ROOT


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """Two clients in folders of their own, and a few things that are no client's workbook."""
    folder = tmp_path / "clients"
    for place, source in (("clinic/2026", CLINIC), ("harbour", HARBOUR)):
        (folder / place).mkdir(parents=True)
        shutil.copy(source, folder / place / source.name)
    (folder / "harbour" / "~$harbour-design.xlsx").write_bytes(b"owner")
    (folder / "harbour" / "notes.txt").write_text("no workbook")
    (folder / ".hidden").mkdir()
    shutil.copy(CLINIC, folder / ".hidden" / "copy.xlsx")
    return folder


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Starts riskbook in a process group of its own; what still runs at the end of the test is killed."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> subprocess.Popen[str]:
        pipe, words = subprocess.PIPE, process_command(*arguments)
        running.append(subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, start_new_session=True))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()
