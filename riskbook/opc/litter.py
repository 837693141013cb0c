"""Temporary files and folders, named so that what a killed run left behind is recognised and removed.

They hold what a run was about to write, so data of clients.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import tempfile
import time
from pathlib import Path

# After machine and process; its last endings are of files that SQLite puts beside a database. Earlier versions
# named the folders of packages in another way.
_MACHINE = hashlib.sha256(platform.node().encode()).hexdigest()[:6]
_TEMPORARY = re.compile(
    r"\.riskbook-(?:([0-9a-f]{6})-(\d+)-)?\w+\.tmp(?:-journal|-wal|-shm)?|\.riskbook-audit-[a-z0-9_]{8}"
)
_A_DAY = 86_400  # seconds
_cleared: set[Path] = set()  # folders, once a process


def temporary_prefix() -> str:
    """How the names of temporary files begin: after this machine and process, so that litter is recognised."""
    return f".riskbook-{_MACHINE}-{os.getpid()}-"


def temporary_folder(place: Path | None = None) -> tempfile.TemporaryDirectory[str]:
    """A context manager of a temporary folder in `place`, by default in that of the system."""
    return tempfile.TemporaryDirectory(prefix=temporary_prefix(), suffix=".tmp", dir=place, ignore_cleanup_errors=True)


def clear_litter(folder: Path) -> None:
    """Removes what killed runs left in a folder, once a process; nothing is raised."""
    if folder not in _cleared:
        _cleared.add(folder)
        _clear(folder)


def clear_below(folder: Path) -> None:
    """Removes what killed runs left in a folder and in all below it; links are not followed, nothing is raised."""
    for root, folders, _ in os.walk(folder):
        _clear(Path(root))
        inside = ".riskbook" in Path(root).parts
        folders[:] = [name for name in folders if inside or name == ".riskbook" or not name.startswith(".")]


def clear_beside(file: Path) -> None:
    """Removes what killed runs left beside a file, and in riskbook's own folder there; nothing is raised."""
    _clear(file.parent)
    clear_below(file.parent / ".riskbook")


def _clear(folder: Path) -> None:
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = os.listdir(folder)
    for name in names:
        match = _TEMPORARY.fullmatch(name)
        path = folder / name
        with contextlib.suppress(OSError):
            if match and _is_left(path, match[1], match[2]):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()


def _is_left(path: Path, machine: str | None, process: str | None) -> bool:
    """Whether nobody uses a temporary file any more: its process has ended, or it is older than a day.

    Another process may have the number by now; but a folder may be in use for days, while `watch` runs.
    """
    here = os.name == "posix" and machine == _MACHINE and process is not None
    if here and _has_ended(int(process or 0)):
        return True
    status = path.lstat()
    return time.time() - status.st_mtime > _A_DAY and not (here and path.is_dir())


def _has_ended(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False
