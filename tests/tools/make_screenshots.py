"""Makes the pictures of the local page in docs/images/ with Chromium: `python -m tests.tools.make_screenshots`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from riskbook.text import LANGUAGES
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.places import KITAHAMA, ROOT, SAMPLES
from tests.support.scales import write
from tests.support.web import DONE, browser, served

IMAGES = ROOT / "docs" / "images"
_NAMES = {"ja": "取引先一覧.xlsx", "en": "customers.xlsx"}


@contextmanager
def _clients(lang: str) -> Iterator[Path]:
    """A folder of three clients, one on another scale, with a month behind them."""
    folder = Path(tempfile.gettempdir(), "clients")  # its path is on the pictures
    folder.mkdir()
    try:
        for path in (KITAHAMA, SAMPLES / "midori-clinic.xlsx"):
            invoke("assess", shutil.copy(path, folder), "--today", TODAY - timedelta(days=30))
        write(folder / _NAMES[lang])
        yield folder
    finally:
        shutil.rmtree(folder)


def _taken(page: Any, name: str, height: int | None = None) -> None:
    """Takes a picture of the page, from its top down to `height`, by default of all."""
    page.wait_for_load_state("networkidle")
    more = {} if height is None else {"clip": {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}}
    page.screenshot(path=str(IMAGES / f"{name}.png"), full_page=True, **more)
    print(f"docs/images/{name}.png")


def main() -> None:
    """Takes every picture anew."""
    with browser() as chromium:
        for lang in LANGUAGES:
            with _clients(lang) as folder, served(folder) as web:
                page = chromium.new_page(viewport={"width": 1120, "height": 900})
                page.goto(f"{web.address}{lang}/")
                with page.expect_navigation():
                    page.click("button[value=all]")
                page.wait_for_selector(DONE, state="attached", timeout=60_000)
                _taken(page, f"serve-folder-{lang}")
                page.click("text=kitahama-seiki.xlsx >> nth=0")
                _taken(page, f"serve-book-{lang}", 955)
                page.goto(f"{web.address}{lang}/")
                page.click("a.asks")
                _taken(page, f"serve-question-{lang}", 590)
                page.set_viewport_size({"width": 390, "height": 844})
                page.goto(f"{web.address}{lang}/")
                page.click("text=kitahama-seiki.xlsx >> nth=0")
                _taken(page, f"serve-phone-{lang}", 1420)


if __name__ == "__main__":
    main()
