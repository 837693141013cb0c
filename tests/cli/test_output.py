"""What goes to standard output and to the terminal: one object for programs, harmless text for people."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import riskbook
from riskbook.cli import main
from riskbook.cli.terminal import visible
from riskbook.records import History
from tests.support.commands import invoke, process_command
from tests.support.days import ON_TODAY
from tests.support.living import client_form
from tests.support.places import ROOT
from tests.support.workbooks import edit

HOSTILE = "\x1b[2J\x07\u009b31m\u202eexe\r\n一行目\n偽の行"
JSON = ("--format", "json")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Clean and faulty workbooks, a history, an audit package."""
    clean = client_form(tmp_path / "clean" / "台帳.xlsx")
    invoke("assess", clean, *ON_TODAY, code=0)
    faulty = client_form(tmp_path / "findings.xlsx")
    edit(faulty, lambda book: book["情報資産管理台帳"].__setitem__("J5", "#N/A"))
    (tmp_path / "broken.xlsx").write_bytes(b"no zip")
    invoke("audit", tmp_path / "clean", "--month", ON_TODAY[1][:7], "-o", tmp_path / "audit", code=0)
    return tmp_path


def _calls(place: Path) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Exit code and command line of every command with JSON, in each of its outcomes."""
    clean, month = place / "clean" / "台帳.xlsx", ON_TODAY[1][:7]
    for command in ("assess", "check", "plan"):
        day = ON_TODAY
        yield 0, (command, clean, *day)
        yield 1, (command, place / "findings.xlsx", *day)
        yield 3, (command, place / "broken.xlsx", *day)
        yield 3, (command, place / "nothere.xlsx", *day)
        yield 2, (command, clean, *day, "--no-such-option")
        yield 2, (command,)
    yield 3, ("assess", place / "clean", place / "broken.xlsx", "-o", place / "out", *ON_TODAY)
    yield 1, ("assess", place / "findings.xlsx", place / "clean", "-o", place / "out2", *ON_TODAY)
    yield 2, ("assess", clean, "--in-place", "-o", place / "x")
    yield 0, ("diff", clean, place / "clean" / "台帳-assessed.xlsx")
    yield 3, ("diff", clean, place / "broken.xlsx")
    yield 2, ("diff", clean)
    yield 0, ("history", place / "clean")
    yield 3, ("history", place / "audit")
    yield 0, ("audit", place / "clean", "--month", month, "-o", place / "audit2")
    yield 3, ("audit", place / "clean", "--month", "2001-01", "-o", place / "audit")
    yield 2, ("audit", place / "clean", "--month", "2001-13", "-o", place / "audit")
    yield 0, ("verify", place / "audit")
    yield 1, ("verify", place / "audit", "--expect", "0" * 64)
    yield 2, ("verify", place / "nothere")


@pytest.mark.slow
def test_json_is_one_object_and_nothing_else_whatever_happens(place: Path) -> None:
    for code, call in _calls(place):
        result = invoke(*call, *JSON)
        assert result.exit_code == code, (call, result.output)
        assert result.stdout, call
        document = json.loads(result.stdout)
        assert document["schema"].startswith("riskbook."), call
        assert ("error" in document) == (document["schema"] == "riskbook.error/1")


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt, 130), (RuntimeError("a defect"), 4)])
def test_json_is_one_object_also_when_interrupted_and_for_a_bug(
    raised: Any, code: int, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect, or Ctrl-C, somewhere in the middle."""

    def fail(*_: Any, **__: Any) -> Any:
        raise raised

    calls = {call[0]: call for _, call in reversed(list(_calls(place)))}
    rooms = (
        (riskbook.pipeline, "read_opened"),
        (History, "__init__"),
        (sys.modules["riskbook.audit.verify"], "_packages"),
    )
    for room, name in rooms:
        monkeypatch.setattr(room, name, fail)
    for command, call in calls.items():
        result = invoke(*call, *JSON, *(["--redo", "--no-history"] if command == "assess" else []), code=code)
        assert json.loads(result.stdout)["schema"].startswith("riskbook."), command
        assert "Traceback" not in result.output


def test_help_is_no_error() -> None:
    for words in ([], *([name] for name in main.commands)):
        result = invoke(*words, "--help", code=0)
        assert result.stdout.startswith("使い方:")
        assert not result.stderr


@pytest.mark.slow
def test_history_and_diff_of_a_workbook_list_the_client_that_is_named(place: Path) -> None:
    path = place / "clean" / "台帳.xlsx"
    invoke("assess", path, "--client", "別の名前", "--redo", *ON_TODAY, code=0)
    shown = invoke("history", path, "--client", "別の名前", code=0).stdout.splitlines()
    assert [" 別の名前：" in line for line in shown] == [True]
    assert " 台帳：" in invoke("history", path, code=0).stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_reader_that_stops_reading_does_not_stop_the_run(place: Path) -> None:
    shutil.copy(place / "clean" / "台帳.xlsx", place / "clean" / "もう一つ.xlsx")
    words = process_command("assess", place / "clean", "-o", place / "piped", *ON_TODAY, "--jobs", "1")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert len(list((place / "piped").glob("*.xlsx"))) == 2


def test_characters_that_act_on_a_terminal_are_made_visible() -> None:
    assert visible("a\x1b[2J\u009b\u202eb\x07\x7f\u2028") == r"a\x1b[2J\x9b\u202eb\x07\x7f\u2028"
    assert visible("行\n行（全角）é😀") == "行\n行（全角）é😀"


def _hostile(folder: Path) -> Path:
    """A client whose folder, file, tabs and cells are hostile."""
    path = client_form(folder / "a\x1b[2J\u202e" / "b\x07\u009b\n偽.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.title = "台帳\u202e\u009b"
    for cell in ("B5", "C5", "F5", "J6", "N6", "O7", "A3"):
        sheet[cell] = HOSTILE.replace("\x1b", "_x001B_").replace("\x07", "_x0007_")
    book.save(path)
    return path


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a terminal of POSIX")
def test_nothing_in_a_file_acts_on_the_terminal(tmp_path: Path) -> None:
    import pty

    path = _hostile(tmp_path / "clients")
    package = tmp_path / "audit" / f"audit-{ON_TODAY[1][:7]}"
    store = tmp_path / "history.db"

    def on_a_terminal(*arguments: object) -> str:
        chunks: list[bytes] = []

        def read(descriptor: int) -> bytes:
            chunks.append(os.read(descriptor, 65_536))
            return chunks[-1]

        pty.spawn(process_command(*arguments), read, lambda _: b"")
        return b"".join(chunks).decode("utf-8", "replace")

    def spoil() -> None:
        register = package / "register.csv"
        register.write_bytes(register.read_bytes().replace("備考1".encode(), HOSTILE.encode()))
        (package / "x\x1b[2J\u202e").write_text("x")

    calls: list[tuple[Any, ...]] = [
        ("assess", path, "--store", store, *ON_TODAY),
        ("assess", path.parent, "-o", tmp_path / "out", "--store", store, "--jobs", "1", *ON_TODAY),
        ("check", path, "--explain"),
        ("check", path.parent / "\x1b[2Jnothere.xlsx"),
        ("plan", path),
        ("history", "--store", store),
        ("diff", path, path.with_name("nothere\x9b.xlsx")),
        ("new", path),
        ("restore", path, "--list"),
        ("audit", store, "--month", ON_TODAY[1][:7], "-o", tmp_path / "audit"),
        (spoil,),
        ("verify", tmp_path / "audit", "--store", store),
        ("verify", tmp_path / "audit", "--format", "json"),
        ("forget", "x\x1b[2J", "--store", store, "--yes"),
        ("assess", "--no\x1b[2J"),
    ]
    for call in calls:
        if callable(call[0]):
            call[0]()
            continue
        shown = on_a_terminal(*call)
        # click's progress bar moves the cursor with sequences of its own.
        own = shown.replace("\x1b[?25l", "").replace("\x1b[?25h", "").replace("\x1b[K", "").replace("\r", "")
        own = re.sub(r"\x1b\[(?:0|1|31|32|33|36)m", "", own)  # riskbook's colours: tests/cli/test_colours.py
        acting = [character for character in own if visible(character) != character]
        assert not acting, (call, own)
        assert not [line for line in own.split("\n") if line.startswith(("偽の行", "一行目"))], (call, own)
