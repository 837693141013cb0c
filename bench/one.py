"""One workbook: start-up apart, as a whole process, and how the time grows with the assets."""

from __future__ import annotations

import statistics
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import python_calamine
from lxml import etree

from bench import peer
from bench.machine import child_cpu, cpu, peak, riskbook
from riskbook.batch.engine import settle
from riskbook.batch.job import Options, assess_job
from riskbook.pipeline import assess
from riskbook.records import Job
from riskbook.settings import Settings
from tests.support.forms import write_form
from tests.support.random_form import random_form

RUNS = 5
TODAY = date(2026, 11, 21)
SIZES = (5, 100, 5_000)
GROWTH = (100, 1_000, 10_000)
OURS = "riskbook, whole assessment"
AGAIN = "riskbook, again over its result"
BARE, PEER = "openpyxl, bare load and save", "openpyxl, the same deliverable ready-made"

_AGAIN = Options(Settings(), TODAY, redo=True)
Section = tuple[list[str], dict[str, float]]
Work = Callable[[Path, Path], None]


def assessed(path: Path, folder: Path) -> None:
    """Reads, computes, writes back with all new sheets, and checks the result."""
    assess(path, today=TODAY).save(folder / "out.xlsx", force=True)


def assessed_again(path: Path, folder: Path) -> None:
    """The same over the result of the call before, as in every month but the first."""
    outcome = assess_job(Job(path.name, str(path), str(folder / f"again-{path.name}"), path.name), _AGAIN)
    assert outcome.status in ("ok", "findings"), outcome.error


def bare(path: Path, folder: Path) -> None:
    """Loads and saves, and nothing else."""
    openpyxl.load_workbook(path).save(folder / "bare.xlsx")


def read_by_calamine(path: Path, folder: Path) -> None:
    """Reads the values of every sheet."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def parsed(path: Path, folder: Path) -> None:
    """Unzips and parses every XML part."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith((".xml", ".rels")):
                etree.fromstring(content)


def in_process(folder: Path, sizes: Sequence[int], office: Sequence[str | Path] | None) -> Section:
    """CPU time of one workbook. `office`: the command that LibreOffice converts a file with."""
    forms = {size: write_form(random_form(size, "ja"), folder / f"form-{size}.xlsx") for size in sizes}
    settle()  # as riskbook's own commands do
    medians: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}  # of each round, since the machine's speed drifts from one to the next
    nothing = folder / "nothing.xlsx"  # what LibreOffice takes to start
    openpyxl.Workbook().save(nothing)
    for path in forms.values():
        assessed(path, folder)
        recipe = peer.deliverable(path, folder / "out.xlsx")
        works: dict[str, Work] = {
            OURS: assessed,
            AGAIN: assessed_again,
            PEER: lambda path, folder, recipe=recipe: peer.write(recipe, path, folder / "peer.xlsx"),  # type: ignore[misc]
            BARE: bare,
            "python-calamine, reading alone": read_by_calamine,
            "unzip and parse the XML alone": parsed,
        }
        taken: dict[str, list[float]] = {}
        for work in (*works.values(), assessed_again):
            work(path, folder)  # once for what is loaded late; again so that there is a result
        for _ in range(RUNS):
            for name, work in works.items():
                taken.setdefault(name, []).append(cpu(lambda work=work, path=path: work(path, folder)))  # type: ignore[misc]
            if office:
                start, whole = child_cpu([*office, nothing]), child_cpu([*office, path])
                taken.setdefault("LibreOffice, recalculating and saving", []).append(max(whole - start, 0))
        for name, runs in taken.items():
            medians.setdefault(name, []).append(statistics.median(runs))
            rounds = [mine / other for mine, other in zip(taken[OURS], runs, strict=True) if other]
            ratios.setdefault(name, []).append(statistics.median(rounds) if rounds else 0.0)
    heads = ["| | " + " | ".join(f"{size:,} assets" for size in sizes) + " |", "|---|" + "---:|" * len(sizes)]
    lines = ["## One workbook, start-up apart (CPU ms)", "", *heads]
    lines += [f"| {name} | " + " | ".join(f"{1000 * one:,.0f}" for one in row) + " |" for name, row in medians.items()]
    lines += ["", "riskbook's ratio to (the median of the ratios of each round):", "", *heads]
    figures = {}
    for name, row in ratios.items():
        of_sizes = dict(zip((f"{size:,} assets" for size in sizes), row, strict=True))
        if name == AGAIN:
            figures |= {f"{of}, again ÷ first": 1 / ratio for of, ratio in of_sizes.items()}
        if name != OURS:
            lines.append(f"| {name} | " + " | ".join(f"{ratio:.2f}" for ratio in row) + " |")
        if name in (BARE, PEER):
            figures |= {f"{of} ÷ {name}": ratio for of, ratio in of_sizes.items()}
    return [*lines, ""], figures


def whole_processes(folder: Path, sizes: Sequence[int]) -> Section:
    """CPU time and memory of whole commands. Of the largest size the memory alone, at the first run and at the next."""
    imports = "`import pandas, openpyxl`"
    commands: dict[str, list[str | Path]] = {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        imports: [sys.executable, "-c", "import pandas, openpyxl"],
        "`riskbook --help`": riskbook("--help"),
        **{f"`riskbook assess`, {size:,} assets": _command(folder, size) for size in sizes[:2]},
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        child_cpu(command)  # once, so that the modules are compiled
    for _ in range(RUNS):
        for name, command in commands.items():
            taken[name].append(child_cpu(command))
    lines = ["## Whole processes", "", "| | CPU ms | ÷ imports alone | peak memory MB |", "|---|---:|---:|---:|"]
    figures = {}
    medians = {name: statistics.median(runs) for name, runs in taken.items()}
    for name, command in commands.items():
        memory, ratio = peak(command), ""
        if "riskbook" in name:
            rounds = [mine / other for mine, other in zip(taken[name], taken[imports], strict=True)]
            figures[f"{name} ÷ imports alone"] = statistics.median(rounds)
            figures[f"{name}: MB"] = memory
            ratio = f"{statistics.median(rounds):.2f}"
        lines.append(f"| {name} | {1000 * medians[name]:,.0f} | {ratio} | {memory:,.0f} |")
    for size in sizes[2:]:
        for again in ("", ", over its result"):
            name = f"`riskbook assess`, {size:,} assets{again}"
            figures[f"{name}: MB"] = memory = peak(_command(folder, size))
            lines.append(f"| {name} | | | {memory:,.0f} |")
    return [*lines, ""], figures


def _command(folder: Path, size: int) -> list[str | Path]:
    out = folder / f"process-{size}.xlsx"
    return riskbook("assess", folder / f"form-{size}.xlsx", "-o", out, "--force", "--redo")


def growth(folder: Path, sizes: Sequence[int]) -> Section:
    """How the time grows from each number of assets to the next."""
    forms = {size: write_form(random_form(size, "ja"), folder / f"growth-{size}.xlsx") for size in sizes}
    taken: dict[int, list[float]] = {size: [] for size in sizes}
    for run in range(RUNS):
        for size, path in forms.items():
            if size < GROWTH[-1] or run < 2:  # the largest takes most of the time
                taken[size].append(cpu(lambda path=path: assessed(path, folder)))  # type: ignore[misc]
    lines = ["## Growth", "", "| assets | CPU s | ten times the rows take |", "|---:|---:|---:|"]
    figures, before = {}, 0.0
    for size, runs in taken.items():
        figure = statistics.median(runs)
        lines.append(f"| {size:,} | {figure:.2f} | {f'{figure / before:.1f} ×' if before else ''} |")
        if before:
            figures[f"growth to {size:,} assets"] = figure / before
        before = figure
    return [*lines, ""], figures
