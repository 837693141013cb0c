"""Every command removes what killed runs left where it reads and writes: those files hold data of clients."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

from riskbook import batch
from riskbook.cli import main
from tests.support.commands import invoke
from tests.support.litter import ended_process, left_by
from tests.support.places import HARBOUR

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes of POSIX")

_TAKEN = socket.create_server(("127.0.0.1", 0))  # at this port, `serve` ends at once
# Command → the words after it; {place} is a folder with a workbook, its history, a package and litter.
_CALLS = {
    "answers": ("{place}/A/questions.xlsx", "--into", "{place}/A/book.xlsx", "--no-history"),
    "add": ("self-check", "{place}/A/book.xlsx"),
    "assess": ("{place}/A/book.xlsx", "--no-history"),
    "assess a folder": ("{place}", "-o", "{place}/out", "--no-history", "--jobs", "1"),
    "audit": ("{place}", "--month", "2026-10", "-o", "{place}/audit"),
    "check": ("{place}/A/book.xlsx",),
    "check a folder": ("{place}",),
    "check a pattern": ("{place}/**/*.xlsx",),
    "diff": ("{place}/A/book.xlsx", "{place}/A/book-assessed.xlsx"),
    "diff of months": ("2026-09", "2026-10", "--store", "{place}"),
    "due": ("{place}/A/book.xlsx",),
    "due of a folder": ("{place}",),
    "due from histories in a folder": ("--store", "{place}"),
    "due from histories of the working folder": (),
    "export": ("{place}/A/book.xlsx", "--to", "json"),
    "forget": ("nobody", "--store", "{place}", "--yes"),
    "guide": (),
    "history": ("{place}/A/book.xlsx",),
    "history of a folder": ("{place}",),
    "history of the working folder": (),
    "methods": (),
    "new": ("{place}/A/new.xlsx",),
    "plan": ("{place}/A/book.xlsx",),
    "plan of a folder": ("{place}",),
    "profile": ("{place}/A/book.xlsx",),
    "report": ("{place}/A/book.xlsx", "-o", "{place}/A/report.docx"),
    "restore": ("{place}/A/book.xlsx", "--list"),
    "serve": ("{place}", "--port", str(_TAKEN.getsockname()[1])),
    "setup": ("--remove",),
    "verify": ("{place}/audit",),
    "verify one package": ("{place}/audit/audit-2026-09", "--store", "{place}"),
    "watch": ("{place}",),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("clients")
    (place / "A").mkdir()
    shutil.copy(HARBOUR, place / "A" / "book.xlsx")
    invoke("assess", place / "A" / "book.xlsx", "--today", "2026-09-10")
    invoke("assess", place / "A" / "book.xlsx", "--today", "2026-10-10", "--redo")
    invoke("check", place / "A" / "book-assessed.xlsx", "--questions", place / "A" / "questions.xlsx")
    invoke("audit", place, "--month", "2026-09", "-o", place / "audit", code=0)
    return place


def test_every_command_is_among_the_calls() -> None:
    assert set(main.commands) == {name.split()[0] for name in _CALLS}


def _expected(name: str) -> list[str]:
    """The folders that a call reads, and so clears."""
    if name in ("guide", "methods", "setup"):  # read no file
        return []
    if name.startswith("verify"):
        return ["audit"]
    whole = any(word in name for word in ("folder", "pattern", "months", "audit", "forget", "serve", "watch"))
    return ["", "A", "A/.riskbook", "audit"] if whole else ["A", "A/.riskbook"]


@pytest.mark.slow
@pytest.mark.parametrize("name", _CALLS)
def test_a_command_removes_what_killed_runs_left(
    name: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(shutil.copytree(prepared, tmp_path / "clients"))
    monkeypatch.chdir(place)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))  # where `setup` looks
    monkeypatch.setattr(batch, "watch", lambda *_, **__: iter(()))
    folders = _expected(name)
    for folder in folders:
        (place / folder / left_by(ended_process())).write_bytes(b"PK of a client")
        (place / folder / left_by(os.getpid(), "mine")).write_bytes(b"of a run that goes on")
    result = invoke(name.split()[0], *(word.format(place=place) for word in _CALLS[name]))
    assert result.exit_code in (0, 1, 3), result.output
    for folder in folders:
        assert not (place / folder / left_by(ended_process())).exists(), folder
        assert (place / folder / left_by(os.getpid(), "mine")).exists()


def test_what_runs_left_in_the_folder_for_temporary_files_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / left_by(ended_process())
    left.mkdir()
    (left / "journal.db").write_bytes(b"assets")
    invoke("history", tmp_path / "nothing", code=3)
    assert not left.exists()


def test_a_folder_that_cannot_be_cleared_stops_nothing(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("no")

    place = Path(shutil.copytree(prepared, tmp_path / "clients"))
    left = place / "A" / left_by(ended_process())
    left.write_bytes(b"x")
    monkeypatch.setattr(Path, "unlink", refuse)
    invoke("check", place / "A" / "book.xlsx", code=0)
    assert left.exists()
