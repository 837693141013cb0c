"""Measures riskbook against programs it did not write, all in one run, and writes bench/RESULTS.md.

Figures are CPU seconds (user and system) of one workbook without start-up unless they say otherwise; every figure is
the median of RUNS runs, taken in turn (A B C A B C …), so that a ratio holds where the machine's speed drifts.

    python -m bench            everything (about ten minutes on two cores)
    python -m bench --short    without the forms of 5,000 and 10,000 assets, LibreOffice and the folder
"""

from __future__ import annotations

import gc
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import openpyxl
import python_calamine
from lxml import etree

import riskbook.pipeline
from bench.history import history_lines
from tests.support.forms import write_form
from tests.support.random_form import random_form

RUNS = 5
TODAY = date(2026, 11, 21)
SIZES = (5, 100, 5_000)
GROWTH = (100, 1_000, 10_000)
WORKBOOKS = 200
MANY = 1_000
RESULTS = Path(__file__).parent / "RESULTS.md"
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Runs it all and writes the results."""
    warnings.simplefilter("ignore")
    short = "--short" in sys.argv
    with tempfile.TemporaryDirectory(prefix="riskbook-bench-") as name:
        folder = Path(name)
        lines = [*_head(), *_one_workbook(folder, short), *_whole_process(folder, short)]
        lines += [
            *_growth(folder, short),
            *([] if short else [*_batch(folder), *_memory(folder), *history_lines(folder)]),
        ]
    text = "\n".join(lines) + "\n"
    print(text)
    if not short:
        RESULTS.write_text(text, encoding="utf-8")


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
        f"- {date.today().isoformat()}, riskbook {riskbook.__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {len(os.sched_getaffinity(0))} cores",
        f"- {', '.join(shown)}",
        f"- medians of {RUNS} runs, taken in turn",
        "",
    ]


# --- one workbook, start-up apart ---


def riskbook_whole(path: Path, folder: Path) -> None:
    """Reads, computes, writes back with all new sheets, and checks the result."""
    riskbook.pipeline.assess(path, today=TODAY).save(folder / "out.xlsx", force=True)


def openpyxl_bare(path: Path, folder: Path) -> None:
    """Loads and saves, and nothing else."""
    openpyxl.load_workbook(path).save(folder / "bare.xlsx")


def calamine_read(path: Path, folder: Path) -> None:
    """Reads the values of every sheet."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def floor(path: Path, folder: Path) -> None:
    """Unzips and parses every XML part."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith((".xml", ".rels")):
                etree.fromstring(content)


IN_PROCESS: tuple[tuple[str, Callable[[Path, Path], None]], ...] = (
    ("riskbook, whole assessment", riskbook_whole),
    ("openpyxl, bare load and save", openpyxl_bare),
    ("python-calamine, reading alone", calamine_read),
    ("unzip and parse the XML alone", floor),
)


def _one_workbook(folder: Path, short: bool) -> list[str]:
    lines = ["## One workbook, start-up apart (CPU ms)", ""]
    sizes = SIZES[:2] if short else SIZES
    forms = {size: write_form(random_form(size, "ja"), folder / f"form-{size}.xlsx") for size in sizes}
    office = None if short else shutil.which("soffice")
    lines += ["| | " + " | ".join(f"{size:,} assets" for size in sizes) + " |", "|---|" + "---:|" * len(sizes)]
    gc.collect()
    gc.freeze()  # as riskbook's own commands do: what was imported is not looked through for every workbook
    medians: dict[str, list[float]] = {}
    nothing = folder / "nothing.xlsx"  # what LibreOffice takes to start
    openpyxl.Workbook().save(nothing)
    for path in forms.values():
        for _, work in IN_PROCESS:
            work(path, folder)  # once for what is loaded late
        taken: dict[str, list[float]] = {name: [] for name, _ in IN_PROCESS}
        for _ in range(RUNS):
            for name, work in IN_PROCESS:
                taken[name].append(_cpu(lambda work=work, path=path: work(path, folder)))  # type: ignore[misc]
            if office:
                start = _child_cpu(_office(office, [nothing], folder))
                whole = _child_cpu(_office(office, [path], folder))
                taken.setdefault("LibreOffice, recalculating and saving", []).append(max(whole - start, 0))
        for name, runs in taken.items():
            medians.setdefault(name, []).append(statistics.median(runs))
    for name, figures in medians.items():
        lines.append(f"| {name} | " + " | ".join(f"{1000 * figure:,.0f}" for figure in figures) + " |")
    ours = medians[IN_PROCESS[0][0]]
    lines += ["", "riskbook's ratio to:", "", "| | " + " | ".join(f"{size:,} assets" for size in sizes) + " |"]
    lines += ["|---|" + "---:|" * len(sizes)]
    for name, figures in medians.items():
        if name != IN_PROCESS[0][0]:
            ratios = (f"{mine / other:.2f}" if other else "–" for mine, other in zip(ours, figures, strict=True))
            lines.append(f"| {name} | " + " | ".join(ratios) + " |")
    return [*lines, ""]


def _cpu(work: Callable[[], None]) -> float:
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


# --- whole processes ---


def _child_cpu(command: Sequence[str | Path]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(part) for part in command], capture_output=True, check=False, cwd=ROOT, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _peak(command: Sequence[str | Path]) -> float:
    """The largest memory (MB) of a command, asked of a process of its own."""
    program = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, command)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return int(done.stdout) / 1024


def _office(office: str, paths: Sequence[Path], folder: Path) -> list[str | Path]:
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    return [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", folder / "office", *paths]


def _riskbook(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "riskbook", *arguments]


def _whole_process(folder: Path, short: bool) -> list[str]:
    smallest = folder / f"form-{SIZES[0]}.xlsx"
    assess = ("assess", smallest, "-o", folder / "out.xlsx", "--force")
    lines = ["## Whole processes", "", "| | CPU ms | peak memory MB |", "|---|---:|---:|"]
    commands = {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "`riskbook --help`": _riskbook("--help"),
        f"`riskbook assess`, {SIZES[0]} assets": _riskbook(*assess),
    }
    for size in SIZES[1 : 2 if short else None]:
        arguments = ("assess", folder / f"form-{size}.xlsx", "-o", folder / "out.xlsx", "--force")
        commands[f"`riskbook assess`, {size:,} assets"] = _riskbook(*arguments)
    for name, command in commands.items():
        taken = statistics.median(_child_cpu(command) for _ in range(RUNS))
        lines.append(f"| {name} | {1000 * taken:,.0f} | {_peak(command):,.0f} |")
    return [*lines, ""]


# --- growth ---


def _growth(folder: Path, short: bool) -> list[str]:
    lines = ["## Growth", "", "| assets | CPU s | ten times the rows take |", "|---:|---:|---:|"]
    sizes = GROWTH[: 2 if short else None]
    forms = {size: write_form(random_form(size, "ja"), folder / f"growth-{size}.xlsx") for size in sizes}
    taken: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(RUNS):
        for size, path in forms.items():
            taken[size].append(_cpu(lambda path=path: riskbook_whole(path, folder)))  # type: ignore[misc]
    before = None
    for size, runs in taken.items():
        figure = statistics.median(runs)
        lines.append(f"| {size:,} | {figure:.2f} | {f'{figure / before:.1f} ×' if before else ''} |")
        before = figure
    return [*lines, ""]


# --- many workbooks ---


def _batch(folder: Path) -> list[str]:
    """Wall time: what a person waits for a folder."""
    source = folder / "clients"
    source.mkdir()
    paths = [write_form(random_form(100, "ja", seed), source / f"{seed:03}.xlsx") for seed in range(WORKBOOKS)]
    office = shutil.which("soffice")
    walls: dict[str, list[float]] = {}
    for run in range(RUNS):
        for jobs in (1, 2):
            command = _riskbook("assess", source, "-o", folder / f"batch-{run}-{jobs}", "--jobs", str(jobs))
            walls.setdefault(f"riskbook, --jobs {jobs}", []).append(_wall(command))
        if office:
            walls.setdefault("LibreOffice, one process", []).append(_wall(_office(office, paths, folder)))
    command = _riskbook("assess", source, "-o", folder / "batch-0-2", "--jobs", "2")
    walls["riskbook, --jobs 2, all unchanged"] = [_wall(command) for _ in range(RUNS)]
    lines = [f"## {WORKBOOKS} workbooks of 100 assets (wall time, start-up included)", ""]
    lines += ["| | seconds | workbooks a second |", "|---|---:|---:|"]
    medians = {name: statistics.median(runs) for name, runs in walls.items()}
    lines += [f"| {name} | {figure:.1f} | {WORKBOOKS / figure:.1f} |" for name, figure in medians.items()]
    two = medians["riskbook, --jobs 2"]
    lines += ["", f"- two cores against one: {medians['riskbook, --jobs 1'] / two:.2f} ×"]
    if office:
        lines.append(
            f"- throughput on two cores against LibreOffice: {medians['LibreOffice, one process'] / two:.1f} ×"
        )
    return [*lines, ""]


def _memory(folder: Path) -> list[str]:
    """Memory while many small workbooks are done, of the process that hands them out and of the largest worker."""
    source, out = folder / "many", folder / "many-out"
    source.mkdir()
    form = folder / f"form-{SIZES[0]}.xlsx"
    for number in range(MANY):
        os.link(form, source / f"{number:05}.xlsx")
    process = subprocess.Popen(
        [str(part) for part in _riskbook("assess", source, "-o", out, "--jobs", "2")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    lines = [f"## Memory over {MANY:,} workbooks (MB)", "", "| done | parent | largest worker |", "|---:|---:|---:|"]
    marks = [MANY * tenths // 10 for tenths in (1, 4, 7)]
    while process.poll() is None:
        done = len(list(out.glob("*.xlsx"))) if out.is_dir() else 0
        if marks and done >= marks[0]:
            marks.pop(0)
            workers = [
                _resident(int(entry.name)) for entry in Path("/proc").glob("[0-9]*") if _parent(entry) == process.pid
            ]
            lines.append(f"| {done:,} | {_resident(process.pid):,.0f} | {max(workers, default=0):,.0f} |")
        time.sleep(0.2)
    return [*lines, ""]


def _resident(number: int) -> float:
    return int(Path(f"/proc/{number}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _wall(command: Sequence[str | Path]) -> float:
    started = time.monotonic()
    subprocess.run([str(part) for part in command], capture_output=True, check=False, cwd=ROOT)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
