"""The site that `make docs` builds: whole without a network, in both languages, with a search that needs no server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from riskbook.text import LANGUAGES
from tests.support.pages import page_names
from tests.support.places import ROOT

pytest.importorskip("material", reason="mkdocs-material is in the extras docs and dev")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def _pages(site: Path, lang: str) -> list[Path]:
    folder = site if lang == "ja" else site / lang
    return [folder / name.replace(".md", ".html") for name in page_names(lang)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_there_in_its_language_and_leads_to_the_other(lang: str, site: Path) -> None:
    other = "en" if lang == "ja" else "ja"
    for page, counterpart in zip(_pages(site, lang), _pages(site, other), strict=True):
        text = page.read_text(encoding="utf-8")
        assert f'<html lang="{lang}"' in text
        (link,) = set(re.findall(rf'href="([^"]+)" hreflang="{other}"', text))
        assert (page.parent / link).resolve() == counterpart


def test_nothing_is_loaded_from_the_net(site: Path) -> None:
    for path in (path for path in site.rglob("*") if path.suffix in (".html", ".css")):
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r"""<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=["']?([^"'\s>]+)""", text)
        loaded += re.findall(r"""(?:url\(|@import\s+)["']?([^"')\s]+)""", text)
        for place in loaded:
            assert place.startswith("data:") or "//" not in place, f"{path}: {place}"
            if path.suffix == ".html" and not place.startswith(("data:", "#")) and path.name != "404.html":
                assert (path.parent / place).exists(), f"{path}: {place}"


def test_both_languages_are_found_without_a_server(site: Path) -> None:
    content = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    index = json.loads(content.removeprefix("var __index = "))
    assert index["config"]["lang"] == ["ja"]
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    assert {str(page.relative_to(site)) for lang in LANGUAGES for page in _pages(site, lang)} <= found


def test_no_line_ends_between_japanese_characters(site: Path) -> None:
    for page in _pages(site, "ja"):
        article = re.search(r"<article.*</article>", page.read_text(encoding="utf-8"), re.DOTALL)
        assert article
        shown = re.sub(r"<pre.*?</pre>", "", article[0], flags=re.DOTALL)
        assert not re.search("[\u3041-\u30ff\u4e00-\u9fff、。]\n *[\u3041-\u30ff\u4e00-\u9fff]", shown), page
