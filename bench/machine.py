"""Measures processes of this machine: CPU seconds, wall seconds, memory."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Compiled modules are kept, as on a user's machine, in a place of the bench's own.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "riskbook-bench-pycache")
}
Command = Sequence[str | Path]


def riskbook(*arguments: str | Path) -> list[str | Path]:
    """The command line of a riskbook command."""
    return [sys.executable, "-m", "riskbook", *arguments]


def cpu(work: Callable[[], None]) -> float:
    """CPU seconds (user and system) of a call."""
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


def _run(command: Command) -> None:
    words = [str(part) for part in command]
    subprocess.run(words, capture_output=True, check=False, cwd=ROOT, env=ENVIRONMENT, timeout=900)


def child_cpu(command: Command) -> float:
    """CPU seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def wall(command: Command) -> float:
    """Wall seconds of a command."""
    started = time.monotonic()
    _run(command)
    return time.monotonic() - started


def peak(command: Command) -> float:
    """The largest memory (MB) of a command, asked of a process of its own."""
    program = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    words = [sys.executable, "-c", program, *map(str, command)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT, env=ENVIRONMENT)
    return int(done.stdout) / 1024


def resident(number: int) -> float:
    """The memory (MB) that a process holds now."""
    return int(Path(f"/proc/{number}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def children_of(number: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == number:
            found.append(int(entry.name))
    return found
