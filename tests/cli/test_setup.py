"""`riskbook setup`: what it writes into the menus of three systems, and that it takes out just that."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from riskbook import desktop
from tests.support.commands import invoke
from tests.support.places import KITAHAMA, ROOT

ODD = '/home/山田 太郎/100% & "x" `y` $HOME/bin/python'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of somebody on Linux."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    return tmp_path


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


APPLICATION = ".local/share/applications/riskbook-assess.desktop"
SCRIPT = ".local/share/nautilus/scripts/riskbook で評価"


def test_it_shows_what_it_writes_asks_and_takes_out_just_that(home: Path) -> None:
    asked = invoke("setup", stdin="n\n", code=1)
    assert str(home / APPLICATION) in asked.output
    assert asked.output.endswith("何も変更していません。\n")
    assert _files(home) == []
    invoke("setup", stdin="y\n", code=0)
    assert _files(home) == [APPLICATION, SCRIPT]
    assert os.access(home / SCRIPT, os.X_OK)
    other = home / ".local/share/applications/other.desktop"
    other.write_text("[Desktop Entry]")
    invoke("setup", "--remove", stdin="n\n", code=1)
    assert len(_files(home)) == 3
    invoke("setup", "--remove", stdin="y\n", code=0)
    assert _files(home) == [other.relative_to(home).as_posix()]
    assert "ありません" in invoke("setup", "--remove", code=0).output


def test_again_in_the_other_language_leaves_one_entry(home: Path) -> None:
    invoke("setup", "--yes", code=0)
    invoke("setup", "--yes", "--lang", "en", code=0)
    assert _files(home) == [APPLICATION, ".local/share/nautilus/scripts/Assess with riskbook"]
    assert " en %F" in (home / APPLICATION).read_text()


def test_a_file_of_somebody_else_is_not_replaced_unasked(home: Path) -> None:
    (home / APPLICATION).parent.mkdir(parents=True)
    (home / APPLICATION).write_text("mine")
    assert "riskbook setup が書いたファイルではない" in invoke("setup", "--yes", code=3).output
    assert invoke("setup", stdin="y\nn\n", code=3).output.count("置き換えますか") == 1
    invoke("setup", "--remove", "--yes", code=0)
    assert (home / APPLICATION).read_text() == "mine"
    invoke("setup", stdin="y\ny\n", code=0)
    assert desktop.MARK in (home / APPLICATION).read_text()


def test_the_folder_of_xdg_counts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    invoke("setup", "--yes", code=0)
    assert _files(home)[0] == "data/applications/riskbook-assess.desktop"


# --- Linux ---


def _exec(python: str) -> str:
    (entry, _) = desktop.entries("linux", {}, Path("/home/x"), python, "ja")
    return next(line for line in entry.content.decode().splitlines() if line.startswith("Exec=")).removeprefix("Exec=")


def test_the_application_names_python_whatever_its_path() -> None:
    # The value is unescaped as a string first, then split as the shell would split it; %% is %.
    line = _exec(ODD).replace("\\\\", "\\")
    assert shlex.split(line.replace("\\`", "`").replace("\\$", "$"))[0].replace("%%", "%") == ODD
    assert shlex.split(line)[1:] == ["-m", "riskbook.cli.opened", "ja", "%F"]


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="needs desktop-file-validate")
def test_the_application_is_valid(home: Path) -> None:
    invoke("setup", "--yes", code=0)
    done = subprocess.run(["desktop-file-validate", str(home / APPLICATION)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
def test_what_the_menu_runs_assesses_and_waits(tmp_path: Path) -> None:
    book = Path(shutil.copy(KITAHAMA, tmp_path / "A&B 100% 商事.xlsx"))
    line = _exec(sys.executable).replace("%F", shlex.quote(str(book)))
    done = subprocess.run(["sh", "-c", line], input="\n", capture_output=True, encoding="utf-8", cwd=ROOT, timeout=60)
    assert "Enter キーを押して閉じてください" in done.stdout, done.stderr
    assert book.with_name("A&B 100% 商事-assessed.xlsx").exists()


# --- Windows ---


def test_the_entry_of_send_to_is_a_command_file_in_utf_8() -> None:
    python = "C:\\Users\\山田 太郎\\100%\\python.exe"
    roaming = "C:\\Users\\山田 太郎\\AppData\\Roaming"
    (entry,) = desktop.entries("win32", {"APPDATA": roaming}, Path("x"), python, "ja")
    assert entry.path == Path(roaming) / "Microsoft" / "Windows" / "SendTo" / "riskbook で評価.cmd"
    lines = entry.content.decode().split("\r\n")
    assert not entry.content.startswith(b"\xef\xbb\xbf")
    assert lines[2] == "chcp 65001 >nul"  # before the first line with other letters
    assert entry.content.split(b"\r\n")[:3] == [line.encode("ascii") for line in lines[:3]]
    assert '"C:\\Users\\山田 太郎\\100%%\\python.exe" -m riskbook.cli.opened ja || pause' in lines
    assert lines[-2:] == ["exit", ""]


@pytest.mark.parametrize(
    ("given", "files"),
    [
        (' "C:\\a b\\台帳.xlsx"', ["C:\\a b\\台帳.xlsx"]),
        (" C:\\A&B.xlsx", ["C:\\A&B.xlsx"]),
        (
            ' C:\\A&calc.xlsx "C:\\x & y%TEMP%!.xlsx" C:\\z^.xlsx',
            ["C:\\A&calc.xlsx", "C:\\x & y%TEMP%!.xlsx", "C:\\z^.xlsx"],
        ),
        (' "C:\\a.cmd\\b.xlsx"', ["C:\\a.cmd\\b.xlsx"]),
        ("", []),
    ],
)
def test_files_are_taken_from_the_command_line_of_windows(given: str, files: list[str]) -> None:
    front = 'C:\\WINDOWS\\system32\\cmd.exe /c ""C:\\Users\\山田\\SendTo\\riskbook で評価.cmd"'
    assert desktop.files_of(f'{front}{given}"') == files


# --- macOS ---


def test_the_quick_action_is_a_bundle_of_property_lists() -> None:
    info, workflow = desktop.entries("darwin", {}, Path("/Users/山田"), ODD, "ja")
    assert info.path == Path("/Users/山田/Library/Services/riskbook で評価.workflow/Contents/Info.plist")
    (service,) = plistlib.loads(info.content)["NSServices"]
    assert service["NSMenuItem"] == {"default": "riskbook で評価"}
    script = plistlib.loads(workflow.content)["actions"][0]["action"]["ActionParameters"]["COMMAND_STRING"]
    assert '100% & \\"x\\" `y` $HOME/bin/python' in script  # as AppleScript quotes it, within a here-document as it is
    assert desktop.MARK.encode() in info.content
    assert desktop.MARK.encode() in workflow.content


@pytest.mark.skipif(not shutil.which("sh"), reason="needs sh")
def test_the_script_of_the_quick_action_is_one_of_sh() -> None:
    _, workflow = desktop.entries("darwin", {}, Path("/Users/x"), ODD, "ja")
    script = plistlib.loads(workflow.content)["actions"][0]["action"]["ActionParameters"]["COMMAND_STRING"]
    assert subprocess.run(["sh", "-n", "-c", script]).returncode == 0


def test_a_bundle_is_removed_with_its_folders(tmp_path: Path) -> None:
    for entry in desktop.entries("darwin", {}, tmp_path, "python", "ja"):
        entry.path.parent.mkdir(parents=True, exist_ok=True)
        entry.path.write_bytes(entry.content)
    for entry in desktop.known("darwin", {}, tmp_path):
        if entry.path.exists():
            desktop.remove(entry)
    assert [path.name for path in (tmp_path / "Library" / "Services").iterdir()] == []
