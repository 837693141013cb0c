"""Many workbooks: how long a folder takes, and what memory a long run and a large portfolio take."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.machine import ENVIRONMENT, ROOT, children_of, peak, resident, riskbook, wall
from bench.one import RUNS, TODAY, Section
from riskbook.batch import write_portfolio
from riskbook.method import load_method
from riskbook.pipeline import assess
from riskbook.records import Job, Journal, Outcome
from tests.support.forms import write_form
from tests.support.random_form import random_form

ONCE = 2  # runs of a whole folder
WORKBOOKS = 200
MANY = 500
RESULTS = 100_000


def folder_of_workbooks(folder: Path, office: Sequence[str | Path] | None) -> Section:
    """Wall time: what a person waits for a folder. `office`: the command that LibreOffice converts files with."""
    source = folder / "clients"
    source.mkdir()
    paths = [write_form(random_form(100, "ja", seed), source / f"{seed:03}.xlsx") for seed in range(WORKBOOKS)]
    walls: dict[str, list[float]] = {}
    for run in range(ONCE):
        for jobs in (1, 2) if run == 0 else (2,):
            command = riskbook("assess", source, "-o", folder / f"batch-{run}-{jobs}", "--jobs", str(jobs))
            walls.setdefault(f"riskbook, --jobs {jobs}", []).append(wall(command))
        if office:
            walls.setdefault("LibreOffice, one process", []).append(wall([*office, *paths]))
    command = riskbook("assess", source, "-o", folder / "batch-0-2", "--jobs", "2")
    walls["riskbook, --jobs 2, all unchanged"] = [wall(command) for _ in range(RUNS)]
    lines = [
        f"## {WORKBOOKS} workbooks of 100 assets (wall time with start-up; means of {ONCE} runs, one process: one)",
        "",
    ]
    lines += ["| | seconds | workbooks a second |", "|---|---:|---:|"]
    medians = {name: statistics.median(runs) for name, runs in walls.items()}
    lines += [f"| {name} | {figure:.2f} | {WORKBOOKS / figure:.1f} |" for name, figure in medians.items()]
    two = medians["riskbook, --jobs 2"]
    figures = {
        "two cores against one": medians["riskbook, --jobs 1"] / two,
        "unchanged workbooks a second": WORKBOOKS / medians["riskbook, --jobs 2, all unchanged"],
    }
    lines += ["", f"- two cores against one: {figures['two cores against one']:.2f} ×"]
    if office:
        figures["batch × LibreOffice"] = medians["LibreOffice, one process"] / two
        lines.append(f"- throughput on two cores against LibreOffice: {figures['batch × LibreOffice']:.1f} ×")
    return [*lines, ""], figures


def long_run(folder: Path, form: Path) -> Section:
    """Memory while many small workbooks are done, of the process that hands them out and of the largest worker."""
    source, out = folder / "many", folder / "many-out"
    source.mkdir()
    for number in range(MANY):
        os.link(form, source / f"{number:05}.xlsx")
    words = [str(part) for part in riskbook("assess", source, "-o", out, "--jobs", "2")]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, stdout=quiet, stderr=quiet, cwd=ROOT, env=ENVIRONMENT)
    lines = [f"## Memory over {MANY:,} workbooks (MB)", "", "| done | parent | largest worker |", "|---:|---:|---:|"]
    marks = [MANY * tenths // 10 for tenths in (1, 4, 7)]
    figures = {}
    while process.poll() is None:
        done = len(list(out.glob("*.xlsx"))) if out.is_dir() else 0
        if marks and done >= marks[0]:
            marks.pop(0)
            parent, worker = resident(process.pid), max(map(resident, children_of(process.pid)), default=0)
            lines.append(f"| {done:,} | {parent:,.0f} | {worker:,.0f} |")
            figures = {"batch: MB of the parent": parent, "batch: MB of a worker": worker}
        time.sleep(0.2)
    return [*lines, ""], figures


def large_portfolio(folder: Path, results: int) -> Section:
    """The memory of the overview over very many results, made up of one, measured in a process of its own."""
    make_journal(folder, results)
    megabytes = peak([sys.executable, "-m", "bench.many", folder, str(results)])
    sizes = ", ".join(f"{path.suffix[1:]} {path.stat().st_size / 1e6:.0f} MB" for path in (folder / "all").iterdir())
    lines = ["## Portfolio", "", f"{results:,} results: {megabytes:,.0f} MB of memory ({sizes}).", ""]
    return lines, {f"portfolio of {results:,}: MB": megabytes}


def jobs_of(results: int) -> list[Job]:
    """The jobs of a journal by `make_journal`."""
    keys = (f"{number:06}/台帳.xlsx" for number in range(results))
    return [Job(key, f"/clients/{key}", f"/out/{key}", key) for key in keys]


def make_journal(folder: Path, results: int) -> None:
    """A journal of results that differ in name, risk and share of measures."""
    form = write_form(random_form(20, "ja"), folder / "form.xlsx")
    record = assess(form, today=TODAY).record
    with Journal(str(folder)) as journal:
        for number, job in enumerate(jobs_of(results)):
            run = {**record["run"], "risk": number % 997, "share": (number % 101) / 100}
            outcome = Outcome(job.source, "ja", "ok", job.target, record={**record, "run": run}, day=TODAY)
            journal.note(job, outcome)


def main() -> None:
    """Writes a large portfolio from a journal: python -m bench.many FOLDER RESULTS"""
    folder, results = Path(sys.argv[1]), int(sys.argv[2])
    jobs = jobs_of(results)
    with Journal(str(folder)) as journal:
        for job in jobs:
            journal.note(job, Outcome(job.source, "ja", "unchanged"))
        write_portfolio(journal, jobs, str(folder / "all"), load_method(), "ja", TODAY, force=True)


if __name__ == "__main__":
    main()
