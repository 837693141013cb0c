"""The local page in a real browser, as people without a terminal use it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.commands import invoke
from tests.support.days import ON_TODAY
from tests.support.places import CLINIC, HARBOUR, KITAHAMA
from tests.support.scales import write
from tests.support.web import CHROMIUM, DONE, Web, browser, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true", reason="Chromium is not installed; `make test` installs it"
    ),
]
pytest.importorskip("playwright")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


@pytest.fixture
def web() -> Iterator[Web]:
    with served() as running:
        yield running


_TOLD: list[str] = []  # errors of scripts, of the console, of the policy for content; dialogs
_CONTEXTS: list[Any] = []


@pytest.fixture(autouse=True)
def no_page_errors(web: Web) -> Iterator[None]:
    """Closes the pages before their server, which they would miss, and checks what they told.

    An exception in Playwright's callbacks would close its connection, and all later tests would fail.
    """
    _TOLD.clear()
    yield
    _close()
    assert not _TOLD


def _close() -> None:
    while _CONTEXTS:
        _CONTEXTS.pop().close()


def _opened(chromium: Any, web: Web, width: int = 1280, **more: Any) -> Any:
    """The page, of which every error counts."""
    _CONTEXTS.append(chromium.new_context(viewport={"width": width, "height": 900}, **more))
    page = _CONTEXTS[-1].new_page()
    page.on("pageerror", lambda error: _TOLD.append(f"script: {error}"))
    page.on("console", lambda line: _TOLD.append(f"console: {line.text}") if line.type == "error" else None)
    page.on("dialog", lambda dialog: _TOLD.append(f"dialog: {dialog.message}") or dialog.dismiss())
    page.goto(web.address)
    return page


def _drop(page: Any, *paths: Path) -> None:
    """Drops files onto the page, as from a file manager."""
    files = [{"name": path.name, "bytes": list(path.read_bytes())} for path in paths]
    data = page.evaluate_handle(
        """files => {
            const data = new DataTransfer();
            for (const {name, bytes} of files) data.items.add(new File([new Uint8Array(bytes)], name));
            return data;
        }""",
        files,
    )
    with page.expect_navigation():
        page.dispatch_event("body", "drop", {"dataTransfer": data})
    page.wait_for_selector(DONE, state="attached", timeout=60_000)


def test_drop_findings_and_download(chromium: Any, web: Web, tmp_path: Path) -> None:
    """The download is, byte for byte, what the command line writes of the same input on the same day."""
    page = _opened(chromium, web)
    _drop(page, KITAHAMA, CLINIC)
    assert page.locator("table.books tbody tr").count() == 2
    assert page.inner_text("#progress") == "2件中2件の評価が終わりました"
    page.click("text=kitahama-seiki.xlsx")
    assert "情報資産管理台帳!J11" in page.inner_text("table.findings")
    assert page.locator("table.heat tbody td").count() == 9
    with page.expect_download() as download:
        page.click("text=評価済みのブックをダウンロード")
    copy = Path(shutil.copy(KITAHAMA, tmp_path))
    invoke("assess", copy, "--no-history", *ON_TODAY, code=0)
    assert download.value.suggested_filename == "kitahama-seiki-assessed.xlsx"
    assert Path(download.value.path()).read_bytes() == copy.with_stem("kitahama-seiki-assessed").read_bytes()
    page.click("text=English")
    assert page.inner_text("h1") == "kitahama-seiki.xlsx"
    assert "The ten highest risks" in page.inner_text("main")


def test_as_a_new_user_from_three_workbooks_to_three_results(chromium: Any, tmp_path: Path) -> None:
    """A folder, one workbook on another scale: only what the page itself says is followed."""
    for path in (HARBOUR, KITAHAMA):
        shutil.copy(path, tmp_path)
    write(tmp_path / "四段階.xlsx")
    with served(tmp_path) as web:
        page = _opened(chromium, web)
        with page.expect_navigation():
            page.get_by_role("button", name="すべて評価する").click()
        page.wait_for_selector(DONE, state="attached", timeout=60_000)
        asked = page.get_by_role("link", name="質問があります")
        assert asked.count() == 1
        asked.click()
        form = page.locator("form.question").first
        assert "「4」" in form.inner_text()
        with page.expect_navigation():
            form.get_by_role("button", name="この回答で評価し直す").click()
        page.wait_for_selector(DONE, state="attached", timeout=60_000)
        page.wait_for_selector("text=変化：")
        assert not page.locator("form.question").count()
        page.get_by_role("link", name="← ブックの一覧").click()
        states = page.locator("table.books .state").all_inner_texts()
        assert states == ["評価済み"] * 3
        _close()
    for name in ("harbour-design", "kitahama-seiki", "四段階"):
        sheets = openpyxl.load_workbook(tmp_path / f"{name}-assessed.xlsx").sheetnames
        assert sheets[0] in ("サマリー", "Summary")
        assert "未評価0" in invoke("check", tmp_path / f"{name}.xlsx", "--lang", "ja", *ON_TODAY).stdout


def test_markup_in_names_and_cells_is_text(chromium: Any, web: Web, tmp_path: Path) -> None:
    """Names of files and what cells say become no elements, and nothing of them runs."""
    attack = "<img src=x onerror=alert(1)>"
    script = "</td></table><script>alert(2)</script>"
    rows = (
        (script, attack, "", 3, 2, 1),
        (f'"{attack}', "書類", attack, 3, attack, 1),
        ("'+alert(3)+'", "書類", "", 2, 1, 1),
    )
    path = write(tmp_path / f"{attack}.xlsx", rows)
    page = _opened(chromium, web)
    _drop(page, path)
    for lang in ("ja", "en"):
        page.goto(f"{web.address}{lang}/")
        assert page.inner_text("table.books tbody th") == path.name
        page.click("table.books tbody th a")
        page.wait_for_load_state("networkidle")
        assert page.inner_text("h1") == path.name
        assert script in page.inner_text("main")
        assert not page.locator("img, main script, [onerror]").count()


def test_without_script_everything_but_dropping_works(chromium: Any, web: Web) -> None:
    page = _opened(chromium, web, java_script_enabled=False)
    page.set_input_files("#books", str(HARBOUR))
    with page.expect_navigation():
        page.click("#upload button")
    page.wait_for_selector("table.books .state-ok", timeout=60_000)  # the page loads itself again
    page.click("table.books tbody th a")
    assert page.locator("table.heat tbody td").count() == 9


def test_by_keyboard_alone(chromium: Any, web: Web) -> None:
    """From the top of the page by Tab: skip link, then the file, then the button; each one shows where the focus is."""
    page = _opened(chromium, web)
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("[document.activeElement.className, document.activeElement.id].join(' ').trim()"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached == ["skip", "name", "other", "books", ""]
    page.set_input_files("#books", str(HARBOUR))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector(DONE, state="attached", timeout=60_000)


def test_for_screen_readers(chromium: Any, web: Web) -> None:
    """Every control has a name, every table headers, progress is announced, and headings go down step by step."""
    page = _opened(chromium, web)
    _drop(page, CLINIC)
    for path in ("ja/", f"ja/book/{web.only()}"):
        page.goto(web.address + path)
        assert page.get_attribute("html", "lang") == "ja"
        assert page.get_attribute("#progress", "aria-live") == "polite"
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll('input:not([type=hidden]), button, a')].filter(
                one => !(one.labels?.length || one.textContent.trim() || one.ariaLabel)).map(one => one.outerHTML)"""
        )
        assert not unnamed
        assert page.evaluate("[...document.querySelectorAll('table')].every(table => table.querySelector('th[scope]'))")
        levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(one => Number(one.tagName[1]))")
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_texts_can_be_told_from_their_ground(chromium: Any, web: Web) -> None:
    """The contrast of every text is at least 4.5 to 1 (WCAG 2, level AA)."""
    page = _opened(chromium, web)
    _drop(page, KITAHAMA)
    for path in ("ja/", f"ja/book/{web.only()}"):
        page.goto(web.address + path)
        page.wait_for_load_state("networkidle")
        assert not page.evaluate(_CONTRAST)


_CONTRAST = """() => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (one) => {
        for (; one; one = one.parentElement) {
            const colour = parts(getComputedStyle(one).backgroundColor);
            if (colour.length < 4 || colour[3] > 0.5) return colour;
        }
        return [255, 255, 255];
    };
    return [...document.querySelectorAll('body *')]
        .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
        .filter((one) => one.getClientRects().length)
        .map((one) => {
            const [a, b] = [light(parts(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
            return [(a + 0.05) / (b + 0.05), one.outerHTML.slice(0, 100)];
        })
        .filter(([contrast]) => contrast < 4.5);
}"""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_phone_shows_everything_within_its_width(lang: str, chromium: Any, web: Web) -> None:
    page = _opened(chromium, web, 390)
    page.set_input_files("#books", [str(KITAHAMA), str(CLINIC)])
    with page.expect_navigation():
        page.click("#upload button")
    page.wait_for_selector(DONE, state="attached", timeout=60_000)
    for path in (f"{lang}/", *(f"{lang}/book/{item.id}" for item in web.desk.items())):
        page.goto(web.address + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path
