"""Grafts every workbook of a corpus and reports: `python -m tests.tools.corpus [--office] [--validator] [FOLDER]`.

Each file is opened, a sheet is put first, a cell is filled, and the result is compared with the input: opened or
refused with a reason, members identical, and whether openpyxl, LibreOffice and Microsoft's validator take it as
they took the input. Exit 1 where a file crashed riskbook, lost a member, or reads worse than before.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl

from riskbook.errors import WorkbookError
from riskbook.marks.__main__ import grafted
from riskbook.opc.lint import lint
from tests.support.places import CORPUS
from tests.tools.install_tools import VALIDATOR

_LARGE = 2_000_000  # bytes; openpyxl takes minutes over such workbooks
MAY_CHANGE = ("[Content_Types].xml", "_rels/.rels", "workbook.xml", "workbook.xml.rels", "styles.xml")


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".xlsx", ".xlsm", ".xltx", ".xltm"))


def graft_one(path: Path, target: Path) -> tuple[str, str]:
    """What became of one file: ("ok", ""), ("refused", reason), ("lost", member) or ("crashed", error)."""
    data = path.read_bytes()
    try:
        written = grafted(data)
        lint(written, data)
    except WorkbookError as error:
        return "refused", str(error)
    except Exception as error:  # the report is what this script is for
        return "crashed", repr(error)
    target.write_bytes(written)
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target) as after:
        if after.testzip() is not None:
            return "lost", "bad CRC"
        changed = 0
        for info in before.infolist():
            try:
                copy = after.getinfo(info.filename)
            except KeyError:
                return "lost", info.filename
            same = (copy.CRC, copy.date_time, copy.compress_size, copy.flag_bits, copy.extra) == (
                info.CRC,
                info.date_time,
                info.compress_size,
                info.flag_bits,
                info.extra,
            )
            if same or info.filename.endswith(MAY_CHANGE):
                continue
            # A sheet that was selected is so no longer; that alone may change in it.
            unselected = before.read(info).replace(b' tabSelected="1"', b"").replace(b' tabSelected="true"', b"")
            changed += after.read(copy) != unselected
        if changed > 1:  # the first worksheet
            return "lost", f"{changed} foreign members changed"
    return "ok", ""


def openpyxl_opens(path: Path) -> bool:
    """Whether openpyxl loads a workbook."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            openpyxl.load_workbook(path)
    except Exception:  # whatever stops it, stops it
        return False
    return True


def office_opens(paths: Sequence[Path], folder: Path) -> set[str]:
    """Names of the workbooks that LibreOffice opens."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is not installed"
    out = folder / "office"
    for start in range(0, len(paths), 40):
        batch = [str(path) for path in paths[start : start + 40]]
        command = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "csv"]
        subprocess.run([*command, "--outdir", str(out), *batch], capture_output=True, timeout=600, check=False)
    return {path.name for path in paths if (out / f"{path.stem}.csv").exists()}


def validator_errors(path: Path) -> Counter[str]:
    """What Microsoft's validator says, by sentence."""
    script = VALIDATOR.parent.parent / ".bin" / "ooxml-validator"
    done = subprocess.run([script, path], capture_output=True, text=True, check=False)
    return Counter(str(error["description"]).split(". Line ")[0] for error in json.loads(done.stdout)["errors"])


def report(folder: Path, *, office: bool, validator: bool) -> Iterator[str]:
    """Lines about what went wrong, then a summary; lines that begin with "FAIL" are failures."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        results: Counter[str] = Counter()
        written: list[tuple[Path, Path]] = []
        for number, path in enumerate(_files(folder)):
            target = work / f"{number:05}{path.suffix}"
            outcome, detail = graft_one(path, target)
            results[outcome] += 1
            if outcome == "ok":
                written.append((path, target))
            else:
                yield f"{'refused' if outcome == 'refused' else 'FAIL ' + outcome}  {path.name}: {detail}"
        for path, target in written:
            if target.stat().st_size < _LARGE and openpyxl_opens(path) and not openpyxl_opens(target):
                yield f"FAIL openpyxl no longer opens {path.name}"
            else:
                results["openpyxl as before"] += 1
        if office:
            originals = [Path(shutil.copy(path, work / f"o{target.name}")) for path, target in written]
            before = {name[1:] for name in office_opens(originals, work)}
            after = office_opens([target for _, target in written], work)
            yield from (f"FAIL LibreOffice no longer opens {p.name}" for p, t in written if t.name in before - after)
            results["LibreOffice as before"] = len(written) - len(before - after)
        if validator:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                both = pool.map(lambda pair: validator_errors(pair[1]) - validator_errors(pair[0]), written)
                for (path, _), new in zip(written, both, strict=True):
                    if new:
                        yield f"FAIL new validator errors in {path.name}: {list(new)[:2]}"
                    else:
                        results["validator as before"] += 1
        yield f"{folder}: " + ", ".join(f"{count} {name}" for name, count in results.items())


def main(arguments: Sequence[str]) -> int:
    """Prints the report; 1 where anything failed."""
    folders = [Path(a) for a in arguments if not a.startswith("--")] or [CORPUS]
    failed = False
    for folder in folders:
        if not folder.is_dir():
            print(f"there is no corpus at {folder}; set RISKBOOK_CORPUS")
            return 2
        for line in report(folder, office="--office" in arguments, validator="--validator" in arguments):
            print(line, flush=True)
            failed |= line.startswith("FAIL")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
