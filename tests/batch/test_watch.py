"""A folder being watched: people save, riskbook follows, and never chases its own tail."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.support.places import HARBOUR, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="ended by SIGINT")]


class Watcher:
    """`riskbook watch` in a process of its own, and what it has printed."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-u", "-m", "riskbook", "watch", *map(str, arguments), "--lang", "en"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", cwd=ROOT
        )
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        self.wait_for(lambda: any("Watching" in line for line in self.lines))
        time.sleep(0.5)  # until the system has begun to tell of changes

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def wait_for(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.lines
            time.sleep(0.02)

    def told(self, text: str) -> int:
        return sum(text in line for line in self.lines)

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(20) == 0
        assert not self.told("Traceback"), self.lines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "clients" / "harbour"
    made.mkdir(parents=True)
    shutil.copy(HARBOUR, made / "client.xlsx")
    return tmp_path / "clients"


@pytest.fixture
def watcher(folder: Path) -> Iterator[Watcher]:
    made = Watcher(folder)
    yield made
    if made.process.poll() is None:
        made.process.kill()


def edit(path: Path, value: int) -> None:
    """Saves as Excel does: a new file beside, then renamed over the old."""
    book = openpyxl.load_workbook(path)
    book["Ledger"]["J5"] = value
    beside = path.with_name("A1B2C3D4")
    book.save(beside)
    beside.replace(path)


def decide(path: Path, word: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Treatment plan"]
    heads = [cell.value for cell in sheet[4]]
    sheet.cell(5, heads.index("Decision") + 1).value = word
    book.save(path)


def test_a_save_is_followed_within_moments_and_decisions_are_kept(folder: Path, watcher: Watcher) -> None:
    path = folder / "harbour" / "client.xlsx"
    original = path.read_bytes()
    time.sleep(0.5)
    assert path.read_bytes() == original  # nobody has saved anything
    edit(path, 1)
    started = time.monotonic()
    watcher.wait_for(lambda: watcher.told("client.xlsx: 8 assets") == 1)
    assert time.monotonic() - started < 10
    assert "Treatment plan" in openpyxl.load_workbook(path).sheetnames
    decide(path, "Retain")
    watcher.wait_for(lambda: watcher.told("client.xlsx: 8 assets") == 2)
    edit(path, 3)
    watcher.wait_for(lambda: watcher.told("client.xlsx: 8 assets") == 3)
    sheet = openpyxl.load_workbook(path)["Treatment plan"]
    assert "Retain" in {cell.value for row in sheet.iter_rows(5) for cell in row}
    settled = path.read_bytes()
    time.sleep(1.5)
    assert path.read_bytes() == settled
    assert watcher.told("client.xlsx: 8 assets") == 3  # never because of its own writing
    assert {entry.name for entry in path.parent.iterdir()} == {"client.xlsx", "client.xlsx.bak", ".riskbook"}
    assert re.match(r"\d\d:\d\d:\d\d harbour/client.xlsx: 8 assets", watcher.lines[1].replace("\\", "/"))
    watcher.end()


def test_it_waits_while_excel_holds_the_file(folder: Path, watcher: Watcher) -> None:
    path = folder / "harbour" / "client.xlsx"
    lock = path.with_name("~$client.xlsx")
    lock.write_bytes(b"owner")
    edit(path, 1)
    saved = path.read_bytes()
    watcher.wait_for(lambda: watcher.told("open in Excel") == 1)
    time.sleep(1.0)
    assert path.read_bytes() == saved
    assert watcher.told("open in Excel") == 1
    lock.unlink()
    watcher.wait_for(lambda: watcher.told("8 assets") == 1)
    assert path.read_bytes() != saved
    watcher.end()


def test_half_a_save_is_waited_for_and_damage_is_told(folder: Path, watcher: Watcher) -> None:
    path = folder / "harbour" / "client.xlsx"
    whole = path.read_bytes()
    with path.open("wb") as stream:  # a slow disk, or a synchronising one
        stream.write(whole[: len(whole) // 2])
        stream.flush()
        time.sleep(1.5)
        assert not watcher.told("client.xlsx:")
        stream.write(whole[len(whole) // 2 :])
    watcher.wait_for(lambda: watcher.told("8 assets") == 1)
    path.write_bytes(whole[:1000])
    watcher.wait_for(lambda: watcher.told("damaged") + watcher.told("not an Excel") == 1, 30)
    edit_later = folder / "harbour" / "second.xlsx"
    shutil.copy(HARBOUR, edit_later)
    watcher.wait_for(lambda: watcher.told("second.xlsx: 8 assets") == 1)
    watcher.end()


def test_results_elsewhere_leave_the_workbooks_alone(folder: Path, tmp_path: Path) -> None:
    watcher = Watcher(folder, "-o", tmp_path / "out")
    path = folder / "harbour" / "client.xlsx"
    edit(path, 1)
    saved = path.read_bytes()
    result = tmp_path / "out" / "harbour" / "client.xlsx"
    watcher.wait_for(lambda: watcher.told("8 assets") == 1)
    first = result.read_bytes()
    edit(path, 3)
    watcher.wait_for(lambda: watcher.told("8 assets") == 2)
    assert result.read_bytes() != first
    assert path.read_bytes() != saved
    assert "Treatment plan" not in openpyxl.load_workbook(path).sheetnames
    watcher.end()
    watcher = Watcher(folder, "-o", tmp_path / "out")  # it knows what it wrote before
    edit(path, 1)
    watcher.wait_for(lambda: watcher.told("8 assets") == 1)
    shutil.copy(HARBOUR, result)
    edit(path, 2)
    watcher.wait_for(lambda: watcher.told("is not the result") == 1)
    assert result.read_bytes() == HARBOUR.read_bytes()
    (tmp_path / "moved").mkdir()
    shutil.copy(HARBOUR, tmp_path / "moved" / "in.xlsx")
    (tmp_path / "moved").rename(folder / "moved")
    watcher.wait_for(lambda: watcher.told("in.xlsx: 8 assets") == 1)
    watcher.end()


def test_what_was_saved_while_it_was_off_is_assessed_when_it_starts(folder: Path) -> None:
    path = folder / "harbour" / "client.xlsx"
    shutil.copy(HARBOUR, folder / "never saved.xlsx")
    watcher = Watcher(folder)
    edit(path, 1)
    watcher.wait_for(lambda: watcher.told("8 assets") == 1)
    watcher.end()
    edit(path, 3)
    shutil.copyfile(HARBOUR, folder / "harbour" / "new.xlsx")
    watcher = Watcher(folder)
    watcher.wait_for(lambda: watcher.told("client.xlsx: 8 assets") == 1 and watcher.told("new.xlsx: 8 assets") == 1)
    watcher.end()
    assert not watcher.told("never saved")
    assert (folder / "never saved.xlsx").read_bytes() == HARBOUR.read_bytes()
    watcher = Watcher(folder)
    time.sleep(1.5)
    watcher.end()
    assert not watcher.told("8 assets")
