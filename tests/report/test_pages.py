"""The document as other programs see it: the pages of LibreOffice, Microsoft's validator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from riskbook.report import open_template, written
from riskbook.text import LANGUAGES
from tests.support.places import CLINIC, HARBOUR, KITAHAMA, ROOT, SAMPLES
from tests.support.reports import template_lines, typed_template
from tests.support.workbooks import assessed_once

pytestmark = pytest.mark.slow
_HEADINGS = {"ja": ("1　状況", "2　高いリスクと対応"), "en": ("1 The situation", "2 The highest risks")}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("book", [KITAHAMA, CLINIC, HARBOUR, SAMPLES / "aoba-foods.xlsx"], ids=lambda path: path.stem)
def test_the_situation_is_one_page_and_no_page_is_empty(
    lang: str, book: Path, pages: Callable[[bytes], list[str]]
) -> None:
    found = [" ".join(page.split()) for page in pages(written(assessed_once(book), lang))]
    assert "{{" not in "".join(found)
    assert "{%" not in "".join(found)
    situation, risks = ("".join(heading.split()) for heading in _HEADINGS[lang])
    squeezed = ["".join(page.split()) for page in found]
    at = next(number for number, page in enumerate(squeezed) if situation in page)
    assert (at, risks in squeezed[at + 1]) == (1, True)
    assert all(len(page) > 60 for page in found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_microsoft_finds_nothing_wrong(
    lang: str, tmp_path: Path, microsoft_errors: Callable[[Path], list[str]]
) -> None:
    page = (ROOT / "docs" / lang / "howto" / "report.md").read_text(encoding="utf-8")
    own = open_template(typed_template(template_lines(page), "{{ client }}"), "own.docx")
    for name, template in (("usual", None), ("own", own)):
        path = tmp_path / f"{name}.docx"
        path.write_bytes(written(assessed_once(KITAHAMA), lang, template))
        assert not microsoft_errors(path)
