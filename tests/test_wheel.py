"""The wheel that `make dist` makes, installed as a member of staff installs it: outside this folder, with an empty home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import riskbook
from tests.support.places import KITAHAMA, ROOT

pytestmark = pytest.mark.slow
_BIN = "Scripts" if os.name == "nt" else "bin"


def _environment() -> dict[str, str]:
    """The environment without what leads Python to this folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_"))}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a bare environment with the wheel; skipped where no package index is reached."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"  # so that no earlier build is taken, and none is left here
    for name in ("riskbook", "docs", "samples"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "images"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE", "constraints.txt"):
        shutil.copy(ROOT / name, source)
    programs = place / "venv" / _BIN
    steps = [
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place / "dist", source],
        [sys.executable, "-m", "venv", place / "venv"],
        [programs / "python", "-m", "pip", "install", "--quiet", "--constraint", source / "constraints.txt"],
    ]
    for step in steps:
        wheels = sorted((place / "dist").glob("*.whl")) if "install" in step else []
        done = subprocess.run(
            [*map(str, step), *map(str, wheels)], capture_output=True, text=True, env=_environment(), cwd=place
        )
        if "No matching distribution" in done.stderr or "Failed to establish" in done.stderr:
            pytest.skip("no package index")
        assert done.returncode == 0, done.stderr
    return programs


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder of somebody who has riskbook, with a workbook."""
    shutil.copy(KITAHAMA, tmp_path / "北浜 精機.xlsx")
    return tmp_path


def _run(installed: Path, desk: Path, *words: str, code: int = 0) -> str:
    home = desk / "home"
    home.mkdir(exist_ok=True)
    env = {**_environment(), "HOME": str(home), "LANG": "ja_JP.UTF-8", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [str(installed / "riskbook"), *words], cwd=desk, env=env, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_it_says_its_version_and_its_help_in_japanese(installed: Path, desk: Path) -> None:
    assert _run(installed, desk, "--version").strip() == f"riskbook, version {riskbook.__version__}"
    shown = _run(installed, desk, "assess", "--help")
    assert shown.startswith("使い方: riskbook assess [オプション] WORKBOOK...")
    assert "指定が足りません" in _run(installed, desk, "assess", code=2)


def test_it_has_the_guide_and_the_samples(installed: Path, desk: Path) -> None:
    assert "howto/budget" in _run(installed, desk, "guide")
    assert _run(installed, desk, "guide", "budget").startswith("予算の中で対策を選ぶ\n")
    assert _run(installed, desk, "guide", "retained-unapproved", "--lang", "en").startswith("retained-unapproved\n")
    _run(installed, desk, "guide", "--samples", "見本")
    assert len(list((desk / "見本").glob("*.xlsx"))) == 5


def test_it_issues_a_form_and_assesses_a_workbook(installed: Path, desk: Path) -> None:
    _run(installed, desk, "new", "様式.xlsx", "--with", "self-check")
    assert len(openpyxl.load_workbook(desk / "様式.xlsx").sheetnames) == 7
    shown = _run(installed, desk, "assess", "北浜 精機.xlsx", "--today", "2026-11-21")
    assert "資産45件" in shown
    assert openpyxl.load_workbook(desk / "北浜 精機-assessed.xlsx").sheetnames[0] == "サマリー"
    for name in ("isms-36", "matrix-5x5", "ipa-4.0"):
        assert name in _run(installed, desk, "methods", name)


@pytest.mark.skipif(os.name != "posix" or not shutil.which("bash"), reason="needs bash")
def test_bash_completes_commands_and_options(installed: Path, desk: Path) -> None:
    script = f"""
        export PATH={installed}:$PATH
        eval "$(_RISKBOOK_COMPLETE=bash_source riskbook)"
        complete -p riskbook
        for words in "riskbook as" "riskbook assess --port"; do
            COMP_WORDS=($words); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMPREPLY=()
            _riskbook_completion riskbook; echo "${{COMPREPLY[@]}}"
        done
    """
    done = subprocess.run(
        ["bash", "-c", script], cwd=desk, capture_output=True, text=True, check=True, env=_environment()
    )
    lines = done.stdout.splitlines()
    assert "riskbook" in lines[0]
    assert lines[1:] == ["assess", "--portfolio --portfolio-anywhere"]
