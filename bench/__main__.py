"""Measures riskbook against programs it did not write, all in one run.

Figures are CPU seconds (user and system) of one workbook without start-up unless they say otherwise; every figure is
the median of several runs, taken in turn (A B C A B C …), every ratio the median of the ratios of each round, so that
it holds where the machine's speed drifts. The result is bench/RESULTS.md; its ratios are added to bench/history.jsonl,
and what became slower since is said.

    python -m bench            everything (meant to stay under twenty minutes on two cores)
    python -m bench --short    only what takes two minutes; nothing is written
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import date
from importlib.metadata import version
from pathlib import Path

import riskbook
from bench import many, one, record
from bench.history import history_lines

RESULTS = Path(__file__).parent / "RESULTS.md"


def main() -> None:
    """Runs it all and writes the results."""
    warnings.simplefilter("ignore")
    started, short = time.monotonic(), "--short" in sys.argv
    with tempfile.TemporaryDirectory(prefix="riskbook-bench-") as name:
        folder = Path(name)
        soffice = None if short else shutil.which("soffice")
        profile = f"-env:UserInstallation=file://{folder / 'profile'}"
        convert = (profile, "--headless", "--convert-to", "xlsx", "--outdir", folder / "office")
        office = [soffice, *convert] if soffice else None
        sizes, growth = (one.SIZES[:2], one.GROWTH[:2]) if short else (one.SIZES, one.GROWTH)
        sections = [
            one.in_process(folder, sizes, office),
            one.whole_processes(folder, sizes),
            one.growth(folder, growth),
        ]
        if not short:
            sections += [
                many.folder_of_workbooks(folder, office),
                many.long_run(folder, folder / f"form-{sizes[0]}.xlsx"),
                many.large_portfolio(folder, many.RESULTS),
                (history_lines(folder), {}),
            ]
    lines = [line for section, _ in sections for line in section]
    figures = {name: value for _, found in sections for name, value in found.items()}
    lines += record.compared(figures, record.last())
    lines.append(f"The bench took {(time.monotonic() - started) / 60:.0f} minutes.")
    text = "\n".join([*_head(), *lines]) + "\n"
    print(text)
    if not short:
        RESULTS.write_text(text, encoding="utf-8")
        record.keep(figures)


def _head() -> list[str]:
    names = ("openpyxl", "pandas", "numpy", "xlsxwriter", "lxml", "python-calamine")
    office = shutil.which("soffice")
    shown = [f"{name} {version(name)}" for name in names]
    if office:
        answer = subprocess.run([office, "--version"], capture_output=True, text=True, check=False).stdout.split()
        shown.append(" ".join(answer[:2]))
    return [
        "# Results",
        "",
        "Made by `make bench`; what it means stands in [docs/performance.md](../docs/performance.md).",
        "",
        f"- {date.today().isoformat()}, riskbook {riskbook.__version__}, {record.machine()}",
        f"- {', '.join(shown)}",
        f"- medians of {one.RUNS} runs, taken in turn",
        "",
    ]


if __name__ == "__main__":
    main()
