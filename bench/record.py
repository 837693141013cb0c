"""The figures of every bench, a line of JSON each in history.jsonl, and which of them became worse since the last."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

HISTORY = Path(__file__).with_name("history.jsonl")
WORSE_BY = 0.1  # that much is more than chance
HIGHER_IS_BETTER = ("a second", "× LibreOffice", "cores")  # words in the names of such figures


def machine() -> str:
    """What the figures depend on: processor, cores, Python."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = (line.partition(":") for line in info.read_text().splitlines())
        model = next((value.strip() for name, _, value in lines if name.strip() == "model name"), model)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    names = (f"{platform.system()} {platform.machine()}", model or "unknown", f"{cores} cores")
    return ", ".join((*names, f"Python {platform.python_version()}"))


def last(path: Path = HISTORY) -> dict[str, Any] | None:
    """The last bench on this kind of machine; None without one."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((entry for entry in map(json.loads, reversed(lines)) if entry["machine"] == machine()), None)


def keep(figures: Mapping[str, float], path: Path = HISTORY) -> None:
    """Adds the figures of a bench."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False, cwd=path.parent
    ).stdout.strip()
    rounded = {name: round(value, 3) for name, value in figures.items()}
    entry = {"on": date.today().isoformat(), "commit": commit, "machine": machine(), "figures": rounded}
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry, ensure_ascii=False) + "\n")


def compared(figures: Mapping[str, float], before: Mapping[str, Any] | None) -> list[str]:
    """The section for RESULTS.md: what became worse by more than `WORSE_BY` since the bench `before`."""
    lines = ["## Against the last bench", ""]
    if before is None:
        return [*lines, "There is none on this kind of machine.", ""]
    old = before["figures"]
    worse = [
        f"- {name}: {old[name]:g} before, {value:.3g} now"
        for name, value in figures.items()
        if name in old and _is_worse(name, old[name], value)
    ]
    lines += [f"Of {before['on']}, commit {before['commit']}. Worse by more than {WORSE_BY:.0%}:", ""]
    return [*lines, *(worse or ["- nothing"]), ""]


def _is_worse(name: str, old: float, new: float) -> bool:
    if any(words in name for words in HIGHER_IS_BETTER):
        old, new = new, old
    return new > old * (1 + WORSE_BY)
