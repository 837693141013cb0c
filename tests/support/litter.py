"""Temporary files as killed runs of riskbook leave them behind."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

from riskbook.opc import temporary_prefix


@cache
def ended_process() -> int:
    """The number of a process that has ended."""
    shown = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    return int(shown.stdout)


def left_by(process: int, word: str = "abcd1234") -> str:
    """The name of a temporary file of a process on this machine."""
    return temporary_prefix().replace(f"-{os.getpid()}-", f"-{process}-") + f"{word}.tmp"
