"""`riskbook guide`, and what holds for all pages: titles, links, and pages that follow from the program."""

from __future__ import annotations

import json
import re
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

import riskbook
from riskbook import handbook
from riskbook.cli import main
from riskbook.cli.markdown import as_lines
from riskbook.cli.wording import columns_of
from riskbook.text import LANGUAGES, catalogue
from riskbook.text.compile import parsed
from tests.support.commands import invoke
from tests.support.pages import DOCS, LOCALES, page_names
from tests.support.places import ROOT, SAMPLES
from tests.tools.make_pages import generated

CODES = sorted(parsed(catalogue.DATA)["severities"])


def _guide(*words: object, lang: str = "ja", code: int = 0) -> str:
    return invoke("guide", *words, code=code, locale=LOCALES[lang]).output


# --- the command ---


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_lists_every_page_by_its_title(lang: str) -> None:
    shown = _guide(lang=lang)
    for name in page_names(lang):
        if name != "index.md":
            title = (DOCS / lang / name).read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
            assert re.search(rf"^  {name.removesuffix('.md')} +{re.escape(title)}$", shown, re.MULTILINE), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_fits_on_a_terminal(lang: str) -> None:
    for page in handbook.pages(lang):
        for line in as_lines(page.markdown, 80):
            assert columns_of(line) <= 80 or line.startswith("    ") or " " not in line.strip(), line
            assert not re.search(r"\]\(|^#|<!--|\*\*[^/]", line), line


def test_a_page_is_found_by_name_and_title() -> None:
    title = "予算の中で対策を選ぶ\n===================="
    for words in (["howto/budget"], ["howto/budget.md"], ["budget"], ["予算の中で対策を選ぶ"], ["予算"], ["BUDGET"]):
        assert _guide(*words).startswith(title), words
    assert _guide("choose", "measures", lang="en").startswith("Choose measures within a budget\n")
    assert _guide("budget", "--lang", "en").startswith("Choose measures within a budget\n")


def test_a_part_of_several_titles_names_them() -> None:
    shown = _guide("評価方法")  # the title of a page, so not the others
    assert shown.startswith("評価方法\n")
    shown = _guide("様式")
    assert "howto/new-form" in shown
    assert "howto/existing-list" in shown


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_is_found_with_its_options_and_the_pages_that_name_it(lang: str) -> None:
    for name, command in main.commands.items():
        for asked in ([name], ["riskbook", name]):
            shown = _guide(*asked, lang=lang)
            assert shown.startswith(f"riskbook {name}\n"), name
            for option in command.params:
                assert option.param_type_name == "argument" or option.opts[-1] in shown
    assert "\n  howto/due  " in _guide("due", lang=lang)
    assert "\n  howto/verify  " not in _guide("due", lang=lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_of_a_finding_is_found(lang: str) -> None:
    for code in CODES:
        found = handbook.look_up(code, lang)
        assert [page.title for page in found] == [code]
    shown = _guide("retained-unapproved", lang=lang)
    assert shown.startswith("retained-unapproved\n")
    assert "→" in shown


def test_something_near_is_suggested_for_what_is_not_there() -> None:
    assert "assess" in _guide("asess", code=2)
    assert "retained-unapproved" in _guide("retained-unaproved", lang="en", code=2)
    assert "「zzzzzz」についてのページはありません。一覧は" in _guide("zzzzzz", code=2)
    assert json.loads(invoke("guide", "zzzzzz", "--format", "json", code=2).stdout)["schema"] == "riskbook.error/1"


def test_json_is_one_object() -> None:
    listed = json.loads(_guide("--format", "json"))
    assert listed["schema"] == "riskbook.guide/1"
    assert [page["name"] for page in listed["pages"]] == [page.name for page in handbook.pages("ja")]
    assert set(listed["pages"][0]) == {"name", "title", "group"}
    shown = json.loads(_guide("budget", "--format", "json", lang="en"))
    assert shown["topic"] == "budget"
    assert shown["pages"][0]["markdown"] == (DOCS / "en/howto/budget.md").read_text(encoding="utf-8")


def test_samples_are_written_and_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "samples"
    shown = _guide("--samples", folder)
    names = sorted(path.name for path in SAMPLES.glob("*.xlsx"))
    assert sorted(path.name for path in folder.iterdir()) == names
    assert all((folder / name).read_bytes() == (SAMPLES / name).read_bytes() for name in names)
    assert names[0] in shown
    (folder / names[0]).write_bytes(b"mine")
    (folder / names[1]).unlink()
    document = json.loads(_guide("--samples", folder, "--format", "json"))
    assert [Path(one).name for one in document["written"]] == [names[1]]
    assert (folder / names[0]).read_bytes() == b"mine"
    _guide("budget", "--samples", folder, code=2)
    _guide("--samples", "", code=2)


# --- the pages ---


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_of_contents_has_every_page_under_its_title(lang: str) -> None:
    listed = {f"{page.name}.md": page.title for page in handbook.pages(lang)}
    titles = {
        name: (DOCS / lang / name).read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        for name in page_names(lang)
        if name != "index.md"
    }
    assert listed == titles
    names = re.findall(r"^ +- (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert names == ["index.md", *listed]


@pytest.mark.slow
def test_the_pages_that_are_made_are_up_to_date() -> None:
    for path, text in generated():
        assert path.read_text(encoding="utf-8") == text, f"{path}: run make docs"


def _anchors(text: str) -> set[str]:
    """The anchors of the headings of a page, as GitHub and the site make them."""
    heads = re.findall(
        r"^#+ (.+)$", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_link_between_pages_leads_somewhere() -> None:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        page = ROOT / name
        text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if "://" in target:
                continue
            path, _, anchor = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            assert found.exists(), f"{name}: {target}"
            if anchor:
                assert anchor in _anchors(found.read_text(encoding="utf-8")), f"{name}: {target}"


# --- the wheel ---


def test_the_wheel_has_every_package_every_page_and_every_sample() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    packed = set(setup["options"]["packages"].split())
    package = Path(riskbook.__file__).parent
    rooms = {".".join(path.parent.relative_to(package.parent).parts) for path in package.rglob("__init__.py")}
    assert packed == rooms | {"riskbook.pages", "riskbook.samples"}
    patterns = [pattern.strip() for pattern in setup["options.package_data"]["riskbook.pages"].split(",")]
    assert {path for pattern in patterns for path in DOCS.glob(pattern)} == {
        DOCS / lang / name for lang in LANGUAGES for name in page_names(lang)
    }
