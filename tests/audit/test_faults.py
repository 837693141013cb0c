"""Exports that are killed, run twice at once or meet a full disk."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import Result

from riskbook.records import History, history_beside
from tests.support.commands import invoke, process_command
from tests.support.packages import MONTHS, tree, verified
from tests.support.places import ROOT


def _exporting(clients: Path, out: Path, month: str) -> subprocess.Popen[bytes]:
    command = process_command("audit", clients, "--month", month, "-o", out)
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)


@pytest.mark.slow
def test_killed_at_any_moment_there_is_a_whole_package_or_none(clients: Path, tmp_path: Path) -> None:
    chance, out = random.Random(3), tmp_path / "out"
    started = time.monotonic()
    _exporting(clients, tmp_path / "whole", "2026-11").wait()
    takes = time.monotonic() - started
    for _ in range(6):
        process = _exporting(clients, out, "2026-11")
        time.sleep(takes * (0.5 + 0.5 * chance.random()))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (out / "audit-2026-11").exists():
            assert verified(out, code=0) == []
    assert _exporting(clients, out, "2026-11").wait() == 0
    assert tree(out) == tree(tmp_path / "whole")  # what was left half done is gone
    with History(history_beside(clients / "A" / "台帳.xlsx"), read_only=True) as history:
        assert not list(history.problems())


@pytest.mark.slow
def test_two_exports_at_once(clients: Path, tmp_path: Path) -> None:
    processes = [_exporting(clients, tmp_path / "out", "2026-11") for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert verified(tmp_path / "out", code=0) == []
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["audit-2026-11"]


def test_a_disk_that_fails_leaves_nothing_behind(
    clients: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(out / "audit-2026-11")
    before, real = tree(out), os.fsync
    calls = 0

    def failing(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    result: Result = invoke("audit", clients, "--month", "2026-11", "-o", out, code=3)
    assert "空き" in result.stderr
    monkeypatch.undo()
    assert tree(out) == before
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    assert [path.name for path in sorted(out.iterdir())] == [f"audit-{month}" for month in MONTHS[:2]]
