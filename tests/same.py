"""Records everything riskbook makes of the workbooks at hand, and compares two such recordings byte for byte.

    python -m tests.same record DIR [--quick] [--only=NAME]     with the riskbook that is installed or on PYTHONPATH
    python -m tests.same compare OLD NEW          exit 1 where anything differs; --structure passes over wording

A change that must not alter behaviour is shown to be harmless by recording before and after it. Covered: forms,
samples, cases and test assets (assess, check, plan in both languages, a second run in the other language, a second
month with the editable sheets filled in), the write-back over the corpus, blank forms, a batch with portfolio,
history, diff, monthly packages (plain, redacted) and their verification. `--quick` leaves out the corpus and most assets.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import importlib
import os
import re
import shutil
import sys
import tempfile
import traceback
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import openpyxl
import time_machine
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RISKBOOK_SHARED", ROOT.parent / "shared"))
_CLOCK = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_SHOWN = 40  # differences that are printed
# What a person types into the columns of the editable sheets, by a word in their header.
_TYPED = {
    "決定": "低減",
    "対策内容": "施錠する",
    "担当": "佐藤",
    "期限": "2026/12/24",
    "状況": "実施中",
    "備考": "確認済み",
    "Decision": "reduce",
    "Assignee": "Sato",
    "Due": "2026-12-24",
    "State": "in progress",
    "Remark": "checked",
    "対応": "確認した",
    "理由": "様式どおり",
    "氏名": "田中",
    "連絡先": "03-0000-0000",
    "Reason": "as agreed",
}


def _run(folder: Path, *arguments: str) -> str:
    """The exit code and everything printed by one call of the command line, made in `folder`."""
    from riskbook.cli import main

    with contextlib.chdir(folder):
        done = CliRunner().invoke(main, list(arguments), env={"LANG": "ja_JP.UTF-8", "COLUMNS": "100"})
    crash = ""
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        crash = "".join(traceback.format_exception(done.exception))
    return f"$ riskbook {' '.join(arguments)}\nexit {done.exit_code}\n{done.stdout}--- stderr\n{done.stderr}{crash}"


def _fill_in(path: Path) -> None:
    """Types something into every editable sheet of a result, as a person would in the second month."""
    book = openpyxl.load_workbook(path)
    for name in ("対応計画", "対策計画", "入力チェック", "緊急時対応", "Plan", "Measures", "Findings", "Response"):
        if name not in book.sheetnames:
            continue
        sheet = book[name]
        for row in sheet.iter_rows(min_row=1, max_row=12):
            for cell in row:
                word = next((w for w in _TYPED if isinstance(cell.value, str) and cell.value.startswith(w)), None)
                if word is None:
                    continue
                for below in range(cell.row + 1, cell.row + 5):
                    target = sheet.cell(below, cell.column)
                    if target.value is None and type(target).__name__ == "Cell":
                        target.value = _TYPED[word]
    book.save(path)


def _workbook(source: Path, inputs: Path, out: Path, number: int) -> None:
    """Everything made of one workbook that may have a ledger."""
    out.mkdir(parents=True)
    name = f"client{source.suffix}"
    today = ("--today", "2026-11-01", "--no-history")
    with tempfile.TemporaryDirectory() as work_name:
        work = Path(work_name)
        shutil.copy(source, work / name)
        log = [_run(work, "assess", name, "-o", f"one{source.suffix}", "--format", "json", *today)]
        one = work / f"one{source.suffix}"
        log += [_run(work, "check", name, "--explain", "--lang", lang, *today[:2]) for lang in ("ja", "en")]
        log += [_run(work, "plan", name, "--lang", lang, *today[:2]) for lang in ("ja", "en")]
        log += [_run(work, "check", name, "--format", "json", "--strict", *today[:2])]
        log += [_run(work, "check", name, "--questions", "q.xlsx", *today[:2])]
        if one.exists():
            shutil.copy(one, out / one.name)
            month_two = inputs / f"{number:04}{source.suffix}"
            if not month_two.exists() and source.suffix == ".xlsx":
                shutil.copy(one, month_two)
                try:
                    _fill_in(month_two)
                except Exception:  # openpyxl does not open every workbook: then there is no second month of it
                    month_two.unlink()
            for lang in ("ja", "en"):
                again = work / f"again-{lang}{source.suffix}"
                shutil.copy(one, again)
                log.append(_run(work, "assess", again.name, "--in-place", "--lang", lang, *today))
                shutil.copy(again, out / again.name)
                if month_two.exists():
                    month = work / f"month-{lang}{source.suffix}"
                    shutil.copy(month_two, month)
                    log.append(
                        _run(
                            work,
                            "assess",
                            month.name,
                            "--in-place",
                            "--lang",
                            lang,
                            "--format",
                            "json",
                            "--today",
                            "2026-12-25",
                            "--no-history",
                        )
                    )
                    log.append(_run(work, "plan", month.name, "--format", "json", "--today", "2026-12-25"))
                    log.append(_run(work, "diff", "--lang", lang, one.name, month.name, "--today", "2026-12-25"))
                    shutil.copy(month, out / month.name)
        if (work / "q.xlsx").exists():
            shutil.copy(work / "q.xlsx", out / "questions.xlsx")
        (out / "log.txt").write_text("\n".join(log), encoding="utf-8")


def _grafted(source: Path, out: Path) -> None:
    """The write-back alone, over a workbook of the corpus: its digest, or why it was refused."""
    for home in ("riskbook.marks.__main__", "riskbook.marks.__main__"):
        try:
            graft = importlib.import_module(home).grafted
            break
        except ModuleNotFoundError:
            continue
    try:
        text = hashlib.sha256(graft(source.read_bytes())).hexdigest()
    except Exception as error:  # what is recorded
        text = repr(error)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text + "\n", encoding="utf-8")


def _many(out: Path) -> None:
    """Blank forms, a batch with its portfolio and history, diffs, packages and what verification says of them."""
    out.mkdir(parents=True)
    log = []
    with tempfile.TemporaryDirectory() as work_name:
        work = Path(work_name)
        clients = work / "clients"
        for source in [*sorted((ROOT / "samples").glob("*.xlsx")), *sorted((SHARED / "forms").glob("*.xlsx"))]:
            (clients / source.stem).mkdir(parents=True)
            shutil.copy(source, clients / source.stem / source.name)
        for lang in ("ja", "en"):
            log.append(
                _run(
                    work,
                    "new",
                    f"form-{lang}.xlsx",
                    "--lang",
                    lang,
                    "--company",
                    "株式会社みほん",
                    "--departments",
                    "営業部,総務部",
                    "--with",
                    "self-check",
                    "--services",
                    "kintone",
                )
            )
            log.append(_run(work, "new", f"bare-{lang}.xlsx", "--lang", lang))
            log.append(_run(work, "new", f"only-{lang}.xlsx", "--lang", lang, "--with", "cloud", "--only"))
        assess = ("assess", "clients", "-o", "results", "--jobs", "1", "--portfolio", "overview", "--store", "h.db")
        log.append(_untimed(_run(work, *assess, "--today", "2026-10-05")))
        log.append(_untimed(_run(work, *assess, "--force", "--lang", "en", "--today", "2026-10-06")))
        for lang in ("ja", "en"):
            month = "2026-10"
            log.append(_run(work, "audit", "--month", month, "h.db", "-o", f"audit-{lang}", "--lang", lang))
            log.append(
                _run(
                    work,
                    "audit",
                    "--month",
                    month,
                    "h.db",
                    "-o",
                    f"blank-{lang}",
                    "--lang",
                    lang,
                    "--redact",
                    "users,department,note,name",
                )
            )
            log.append(_run(work, "verify", f"audit-{lang}", "--store", "h.db", "--lang", lang))
            log.append(_run(work, "verify", f"blank-{lang}", "--store", "h.db", "--lang", lang, "--format", "json"))
            log.append(_run(work, "history", "--store", "h.db", "--lang", lang))
            log.append(_run(work, "diff", "#1", "#2", "--store", "h.db", "--lang", lang))
        for path in sorted(work.rglob("*")):
            relative = path.relative_to(work)
            kept = path.suffix in (*_WORKBOOKS, ".csv", ".json", ".parquet", ".txt", ".md")
            if path.is_file() and kept and relative.parts[0] != "clients":
                target = out / relative
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
    (out / "log.txt").write_text("\n".join(log), encoding="utf-8")


def _untimed(text: str) -> str:
    """What a batch printed, without how long it took."""
    return "\n".join(re.sub(r"[\d.]+ ?(秒|件/秒|s\b|/s)", "#", text).splitlines())


def _sources(quick: bool) -> Iterator[Path]:
    yield from sorted((ROOT / "samples").glob("*.xlsx"))
    yield from sorted((SHARED / "forms").glob("*.xlsx"))
    yield from sorted((SHARED / "cases").glob("*.xlsx"))[:: 4 if quick else 1]
    yield from sorted(p for p in (ROOT / "tests" / "assets").rglob("*") if p.suffix in _WORKBOOKS)[:: 8 if quick else 1]
    yield from sorted((ROOT / "workbooks").glob("*.xlsx"))


def _one(job: tuple[str, Path, Path, Path, int]) -> None:
    kind, source, inputs, out, number = job
    sys.path.insert(0, str(ROOT))
    with time_machine.travel(_CLOCK, tick=False):
        if kind == "workbook":
            _workbook(source, inputs, out, number)
        elif kind == "graft":
            _grafted(source, out)
        else:
            _many(out)


def record(out: Path, *, quick: bool, only: str = "") -> None:
    """Records into `out`, in two processes; workbooks of the second month lie beside it and serve later recordings.

    `only`: part of the name of the cases to record; the others in `out` stay.
    """
    inputs = out.parent / "same-inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    jobs = [("many", out, inputs, out / "many", 0)]
    for number, source in enumerate(_sources(False)):
        if source in set(_sources(quick)):
            jobs.append(("workbook", source, inputs, out / f"{source.parent.name}-{source.stem}", number))
    if not quick:
        corpus = sorted(p for p in (SHARED / "corpus").rglob("*") if p.suffix.lower() in _WORKBOOKS)
        jobs += [("graft", p, inputs, out / "corpus" / f"{p.name}.txt", 0) for p in corpus]
    jobs = [job for job in jobs if only in job[3].name]
    for job in jobs:
        shutil.rmtree(job[3], ignore_errors=True)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(_one, jobs):
            pass
    print(f"{out}: {sum(path.is_file() for path in out.rglob('*'))} files")


def _parts(path: Path, structure: bool) -> dict[str, bytes]:
    """A recorded file as pieces that can be compared: the members of a workbook, else itself."""
    data = path.read_bytes()
    if path.suffix not in _WORKBOOKS:
        return {} if structure else {"": data}
    try:
        with zipfile.ZipFile(path) as package:
            parts = {info.filename: package.read(info) for info in package.infolist()}
    except zipfile.BadZipFile:
        return {"": data}
    if structure:
        return {n: re.sub(rb"<(a:)?t( [^>]*)?>[^<]*</(a:)?t>", b"<t/>", d) for n, d in parts.items()}
    return {**parts, "": data}


def compare(old: Path, new: Path, *, structure: bool) -> int:
    """Prints what differs between two recordings; 1 where anything does."""
    cases = {path.name for path in new.iterdir()}  # a quick recording lacks some
    names = sorted({p.relative_to(d) for d in (old, new) for p in d.rglob("*") if p.is_file()})
    names = [name for name in names if name.parts[0] in cases]
    differing = 0
    for name in names:
        if not (old / name).exists() or not (new / name).exists():
            print(f"{name}: only in {'old' if (old / name).exists() else 'new'}")
            differing += 1
            continue
        if (old / name).read_bytes() == (new / name).read_bytes():
            continue
        before, after = _parts(old / name, structure), _parts(new / name, structure)
        changed = [part for part in {**before, **after} if before.get(part) != after.get(part)]
        differing += bool(changed)
        for part in [part for part in changed if part or len(changed) == 1]:
            if differing <= _SHOWN:
                print(f"{name} {part}")
                _print_difference(before.get(part, b""), after.get(part, b""))
    print(f"{len(names)} files compared, {differing} differ")
    return 1 if differing else 0


def _print_difference(before: bytes, after: bytes) -> None:
    texts = [re.sub(r"><", ">\n<", data.decode("utf-8", "replace")).splitlines() for data in (before, after)]
    if sum(map(len, texts)) > 20_000:
        at = next((i for i, pair in enumerate(zip(*texts, strict=False)) if pair[0] != pair[1]), min(map(len, texts)))
        texts = [text[at : at + 3] for text in texts]
    for line in [line for line in difflib.unified_diff(*texts, n=0, lineterm="") if line[:2] not in ("--", "++", "@@")][
        :6
    ]:
        print("   ", line[:300])


def main(arguments: Sequence[str]) -> int:
    """Runs one of the two commands."""
    paths = [Path(argument).resolve() for argument in arguments[1:] if not argument.startswith("--")]
    if arguments[:1] == ["record"] and len(paths) == 1:
        only = next((argument[7:] for argument in arguments if argument.startswith("--only=")), "")
        record(paths[0], quick="--quick" in arguments, only=only)
        return 0
    if arguments[:1] == ["compare"] and len(paths) == 2:
        return compare(*paths, structure="--structure" in arguments)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
