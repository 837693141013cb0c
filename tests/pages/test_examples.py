"""Every command and example of the guide runs, page by page and from top to bottom, and prints what the page shows."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from riskbook.cli import main
from riskbook.method import load_method
from riskbook.settings import Settings, read_project
from riskbook.text import LANGUAGES
from tests.support.pages import DOCS, commands, go_through, page_names, steps

PAGES = [(lang, name) for lang in LANGUAGES for name in page_names(lang)]
EACH_PAGE = pytest.mark.parametrize(("lang", "name"), PAGES, ids=["/".join(page) for page in PAGES])
# Pages whose examples take a second or more.
SLOW = {
    *(f"tutorials/{name}.md" for name in ("consultant", "staff", "auditor")),
    *(
        f"howto/{name}.md"
        for name in ("batch", "portfolio", "month-after-month", "diff", "programs", "audit", "verify")
    ),
    *(f"howto/{name}.md" for name in ("sheets", "other-scales")),
}
# What no test can type as it stands, by its first line; other tests show that it works.
NOT_RUN = {
    **dict.fromkeys(("riskbook serve", "riskbook serve clients"), "runs until Ctrl-C: tests/web"),
    "riskbook watch clients": "runs until Ctrl-C: tests/batch/test_watch.py",
    **dict.fromkeys(
        (
            "py -m pip install --user pipx",
            "riskbook --version",
            "cd ~/Downloads",
            "sudo apt install pipx                  # Debian, Ubuntu; on Fedora: sudo dnf install pipx",
            "sudo apt install pipx                  # Debian、Ubuntu。Fedora では sudo dnf install pipx",
            "uv tool install ./riskbook-0.1.0-py3-none-any.whl",
            'pipx install --force "riskbook-0.1.0-py3-none-any.whl[password,calendar]"',
            'pipx install --force "riskbook-0.1.0-py3-none-any.whl[web]"',
        ),
        "installs: tests/test_wheel.py",
    ),
    "riskbook setup": "writes into the home folder: tests/cli/test_setup.py",
    "pip install 'riskbook[remote]'": "needs a server: tests/batch/test_remote.py",
    "pip install 'riskbook[dask]'": "needs a cluster: tests/batch/test_cluster.py",
    "pip install 'riskbook[password]'": "needs an encrypted workbook: tests/opc/test_package.py",
    "riskbook assess client.xlsx --drop-signature": "needs a signed workbook: tests/opc/test_package.py",
    "cd ciso-assistant-community/cli": "CISO Assistant's own command",
    "riskbook profile clients/aoba -o clients/aoba/riskbook.toml": "on a client's folder: howto/other-scales.md runs it",
}
GENERATED = "reference/commands.md"  # its examples: test_example_in_each_docstring_runs
TYPED = "howto/report.md"  # what the reader types into Word, by an edit of the page, and an error: tests/report


def _runs(lang: str, name: str) -> bool:
    return any(step.kind in ("console", "python") for step in steps(DOCS / lang / name))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "name"),
    [
        pytest.param(lang, name, marks=pytest.mark.slow if name in SLOW else (), id=f"{lang}/{name}")
        for lang, name in PAGES
        if _runs(lang, name)
    ],
)
def test_the_commands_of_a_page_print_what_it_shows(
    lang: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = go_through(DOCS / lang / name, lang, tmp_path)
    assert not wrong, "\n".join(f"$ {command}\n{printed}" for command, printed in wrong)


@EACH_PAGE
def test_every_block_runs_or_is_listed(lang: str, name: str) -> None:
    for step in steps(DOCS / lang / name):
        assert step.kind in ("console", "python", "toml", "sh", "text", "day", "edit"), step
        if step.kind == "sh" and name != GENERATED:
            assert step.text.splitlines()[0] in NOT_RUN, step.text
        if step.kind == "text":
            assert name in (GENERATED, TYPED)
    text = (DOCS / lang / name).read_text(encoding="utf-8")
    outside = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"^ {4,}(\$ )?riskbook ", outside, re.MULTILINE), "a command outside a fenced block"


def test_what_is_not_run_is_on_a_page() -> None:
    found = {
        step.text.splitlines()[0] for lang, name in PAGES for step in steps(DOCS / lang / name) if step.kind == "sh"
    }
    assert set(NOT_RUN) <= found


def test_both_languages_have_the_same_pages_and_do_the_same() -> None:
    assert page_names("ja") == page_names("en")
    for name in page_names("ja"):
        kinds = [[step.kind for step in steps(DOCS / lang / name) if step.kind != "sh"] for lang in LANGUAGES]
        assert kinds[0] == kinds[1], name


@EACH_PAGE
def test_commands_in_sentences_exist_with_their_options(lang: str, name: str) -> None:
    text = (DOCS / lang / name).read_text(encoding="utf-8")
    lines: list[str] = re.findall(r"`(riskbook [^`]+)`", text)
    blocks = [step.text for step in steps(DOCS / lang / name) if step.kind == "sh"]
    lines += [line for block in blocks for line in block.splitlines() if line.startswith("riskbook ")]
    for line in lines:
        _, command, *words = shlex.split(line)
        if command.isupper() or command.startswith("-") or not command.isascii():
            continue
        options = {one for param in main.commands[command].params for one in (*param.opts, *param.secondary_opts)}
        given = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert given <= options | {"--help"}, line


@EACH_PAGE
def test_the_toml_of_a_page_is_read(lang: str, name: str, tmp_path: Path) -> None:
    for number, step in enumerate(step for step in steps(DOCS / lang / name) if step.kind == "toml"):
        if step.text.startswith("extends"):
            path = tmp_path / "mine.toml"
            path.write_text(step.text, encoding="utf-8")
            assert load_method(str(path)).name in step.text
        else:
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / "riskbook.toml").write_text(step.text, encoding="utf-8")
            settings = Settings(project=read_project(folder))
            settings.reading_method()
            settings.limits(), settings.backups(), settings.client(), settings.chosen_pages(), settings.field_of()


@pytest.mark.slow
def test_output_that_is_not_as_shown_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for shown, right in (
        ("様式を a.xlsx に書き出しました\n...", True),
        ("様式を ...\n...", True),
        ("様式を a.xlsx に書き出しました", False),
        ("様式を b.xlsx に書き出しました\n...", False),
    ):
        page.write_text(f"```console\n$ riskbook new a.xlsx --force\n{shown}\n```\n", encoding="utf-8")
        assert (go_through(page, "ja", folder) == []) == right, shown
        shutil.rmtree(folder / "samples")


def test_the_commands_of_a_block_are_told_apart() -> None:
    assert list(commands("$ a b\nx\ny\n$ c")) == [("a b", ["x", "y"]), ("c", [])]
