"""What each command says to do next: a command that works there, with the paths of this call."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

from riskbook.cli import main
from tests.support.commands import invoke
from tests.support.days import ON_TODAY
from tests.support.living import LEDGER, client_form
from tests.support.places import KITAHAMA
from tests.support.workbooks import edit

MONTH = ON_TODAY[1][:7]


def _next(said: str) -> list[str]:
    """The words of the command at the end of the last line."""
    line = said.rstrip("\n").splitlines()[-1]
    assert line.startswith(("次に：", "Next:")), said
    return shlex.split(line[line.index("riskbook ") :])[1:]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a blank in its name, an assessed client, its history and a package."""
    folder = tmp_path_factory.mktemp("月次 作業")
    book = Path(shutil.copy(KITAHAMA, folder / "北浜 精機.xlsx"))
    invoke("assess", book, *ON_TODAY, code=0)
    invoke("assess", book, *ON_TODAY, "--client", "x", "--take", "input", code=0)
    invoke("assess", shutil.copy(KITAHAMA, folder / "控え.xlsx"), "--in-place", "--no-history", *ON_TODAY, code=0)
    invoke("audit", folder, "--month", MONTH, "-o", folder / "監査 資料", code=0)
    return folder


CALLS = [
    ("assess {0}/北浜", "due"),
    ("check {0}/北浜", "assess"),
    ("check {0}/北浜 --questions {0}/確認.xlsx --force", "answers"),
    ("answers {0}/確認.xlsx --into {0}/北浜", "assess"),
    ("plan {0}/北浜", "due"),
    ("due {0}/北浜", "due"),
    ("diff {0}/北浜 {0}/北浜", "plan"),
    ("diff 2026-10 2026-11 --store {0}", "history"),
    ("history {0}", "audit"),
    ("history {0}/北浜", "audit"),
    ("audit {0} --month MONTH -o {0}/監査 --force", "verify"),
    ("report {0}/北浜 -o report.docx", "report"),
    ("report --give-template own.docx", "report"),
    ("report --fields", "guide"),
    ("profile {0}/北浜", "profile"),
    ("profile {0}/北浜 -o {0}/riskbook.toml", "check"),
    ("new {0}/様式.xlsx --force", "assess"),
    ("add cloud {0}/北浜 -o {0}/加えた.xlsx --force", "assess"),
    ("restore {0}/控え.xlsx", "check"),
    ("export {0}/北浜 --to csv -o {0}/書き出し --force", "guide"),
    ("guide", "guide"),
    ("guide --samples samples", "assess"),
    ("methods", "methods"),
    ("forget x --yes --store {0}/.riskbook/history.db", "history"),
]


def _words(call: str, place: Path) -> list[str]:
    names = {"{0}/北浜": f"{place}/北浜 精機.xlsx", "{0}/監査": f"{place}/監査 資料", "MONTH": MONTH}
    return [names.get(word, word.replace("{0}", str(place))) for word in call.split()]


@pytest.mark.slow
@pytest.mark.parametrize(("call", "command"), CALLS, ids=[call for call, _ in CALLS])
def test_the_next_step_is_a_command_that_works(
    call: str, command: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = _words(call, place)
    said = invoke(*words)
    assert said.exit_code in (0, 1), said.output
    following = _next(said.stderr)
    assert following[0] == command
    worked = invoke(*following)
    assert worked.exit_code in (0, 1), worked.output


@pytest.mark.slow
def test_an_empty_form_is_to_be_filled_in_and_what_is_wrong_corrected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    invoke("new", "様式.xlsx", code=0)
    assert "様式.xlsx はすでにあります" in invoke("new", "様式.xlsx", code=3).output
    said = invoke("assess", "様式.xlsx", "--in-place", *ON_TODAY, code=0).stderr
    assert "様式に記入して保存し" in said
    assert _next(said) == ["assess", "様式.xlsx", "--in-place"]
    edit(client_form(tmp_path / "a.xlsx"), lambda book: book[LEDGER].cell(5, 10, "7"))
    said = invoke("assess", "a.xlsx", *ON_TODAY, code=1).stderr
    assert "指摘を直して保存し" in said
    assert _next(said) == ["assess", "a.xlsx"]


@pytest.mark.slow
def test_what_falls_due_is_asked_of_the_file_that_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(KITAHAMA, "a.xlsx")
    assert _next(invoke("assess", "a.xlsx", *ON_TODAY, code=0).stderr) == ["due", "a-assessed.xlsx"]
    Path("a-assessed.xlsx").rename("copy.xlsx")
    assert _next(invoke("assess", "copy.xlsx", *ON_TODAY, code=0).stderr) == ["due", "copy.xlsx"]


def test_every_command_says_what_to_do_next() -> None:
    named = {call.split()[0] for call, _ in CALLS}
    assert set(main.commands) - named == {
        "serve",
        "setup",
        "verify",
        "watch",
    }  # a sentence alone, or it runs until Ctrl-C


@pytest.mark.slow
def test_programs_are_told_nothing(place: Path) -> None:
    for command in ("check", "plan", "due"):
        shown = invoke(command, place / "北浜 精機.xlsx", "--format", "json")
        assert not shown.stderr
        assert json.loads(shown.stdout)
    assert "次に" not in invoke("check", "--help").output
