"""Whatever goes wrong while writing, the original or the complete result is there, and no litter."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from riskbook.errors import OutputError
from riskbook.opc.save import save
from tests.support.places import HARBOUR

OLD, NEW = b"the original", b"the complete result" * 1000

# Assesses a workbook; for each number n that it reads, a fork saves the result in place and dies without a word at
# the n-th call that touches the disk.
_KILLED = """
import os, signal, sys
left = sys.maxsize
def dying(name):
    real = getattr(os, name)
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    setattr(os, name, call)
for name in ("fsync", "replace", "rename", "open", "chmod", "write", "unlink"):
    dying(name)
from datetime import date
import riskbook
result = riskbook.assess(sys.argv[1], today=date(2026, 11, 21))
result.content
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        left = int(line)
        result.save(sys.argv[1], force=True, backup=True)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def _kills(path: Path, source: Path) -> Iterator[int]:
    """Each kill starts from the untouched original in a clean folder; ends with the first save that is complete."""
    command = [sys.executable, "-c", _KILLED, str(path)]
    shutil.copy(source, path)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for moment in range(40):
            for left in path.parent.iterdir():
                left.unlink()
            shutil.copy(source, path)
            process.stdin.write(f"{moment}\n")
            code = int(process.stdout.readline())
            yield moment
            if code == 0:
                return
            assert code == -9
    raise AssertionError("it never came to an end")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_killed_at_any_moment_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "client.xlsx"
    source = HARBOUR
    whole: set[bytes] = set()
    for moment in _kills(path, source):
        whole.add(path.read_bytes())
        backup = path.with_name("client.xlsx.bak")
        assert not backup.exists() or backup.read_bytes() == source.read_bytes(), moment
    assert len(whole) == 2  # the original, and the result
    assert source.read_bytes() in whole


class _FailingDisk:
    """Stands before `os` in the module that saves: one call fails."""

    def __init__(self, name: str, number: int) -> None:
        self._name, self._number = name, number

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name != self._name:
            return real

        def fail(*arguments: Any, **options: Any) -> Any:
            raise OSError(self._number, os.strerror(self._number))

        return fail


@pytest.mark.parametrize(
    ("call", "number", "key"),
    [
        ("fsync", errno.ENOSPC, "no-space"),
        ("fsync", errno.EIO, "not-written"),
        ("close", errno.EDQUOT, "no-space"),
        ("fsync", errno.EROFS, "read-only"),
        ("fsync", errno.EBUSY, "locked"),
    ],
)
def test_a_failing_disk_leaves_the_original_and_no_litter(
    call: str, number: int, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "client.xlsx"
    target.write_bytes(OLD)
    monkeypatch.setattr(sys.modules[save.__module__], "os", _FailingDisk(call, number))
    with pytest.raises(OutputError) as caught:
        save(NEW, target, overwrite=True)
    assert caught.value.key == key
    assert target.read_bytes() == OLD
    assert {path.name for path in tmp_path.iterdir()} == {"client.xlsx"}


def test_a_target_that_cannot_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "client.xlsx"
    target.write_bytes(OLD)

    def refuse(self: Path, other: Path) -> Path:
        raise PermissionError(errno.EACCES, "sharing violation")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="read-only"):
        save(NEW, target, overwrite=True)
    assert target.read_bytes() == OLD
    assert {path.name for path in tmp_path.iterdir()} == {"client.xlsx"}


def test_a_target_that_vanishes_is_written_anew(tmp_path: Path) -> None:
    target = tmp_path / "gone" / "client.xlsx"
    save(NEW, target, overwrite=True)
    assert target.read_bytes() == NEW


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_mode_and_owner_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "client.xlsx"
    target.write_bytes(OLD)
    target.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(target, 1234, 1234)
    save(NEW, target, overwrite=True)
    status = target.stat()
    assert stat.S_IMODE(status.st_mode) == 0o640
    if os.geteuid() == 0:
        assert (status.st_uid, status.st_gid) == (1234, 1234)
