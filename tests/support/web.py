"""The local page, served in this process, and a browser in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from riskbook.records import Recorder
from riskbook.settings import Settings
from riskbook.web import Bounds, Desk, Place, serve
from tests.support.commands import wait_for
from tests.support.days import TODAY

CHROMIUM = shutil.which("chromium")
DONE = "#progress[data-running=no]"


@dataclass
class Web:
    """A server and a client that asks as its own page would; `client.base_url` ends with the token."""

    client: httpx.Client
    desk: Desk
    address: str
    port: int

    def get(self, path: str = "ja/", **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.client.post(path, **more)

    def upload(self, *files: tuple[str, bytes], **more: Any) -> httpx.Response:
        return self.post("ja/upload", files=[("books", file) for file in files], **more)

    def ready(self) -> None:
        """Waits until every workbook is done."""

        def done() -> bool:
            finished, total = self.desk.progress()
            return finished == total

        wait_for(done, 60)

    def only(self) -> str:
        """The id of the only workbook."""
        [item] = self.desk.items()
        return item.id


@contextmanager
def served(folder: Path | None = None, bounds: Bounds | None = None) -> Iterator[Web]:
    """Serves in this process, on the day of the tests."""
    place = folder and Place(folder, _recorder, folder)
    desk = Desk(Settings(), place, bounds or Bounds(), TODAY)
    with serve(desk, 0, "ja") as running:
        origin = {"origin": f"http://127.0.0.1:{running.port}"}
        with httpx.Client(base_url=running.address, headers=origin, trust_env=False, timeout=60) as client:
            yield Web(client, desk, running.address, running.port)


def _recorder(_: Sequence[str]) -> Recorder:
    return Recorder()


@contextmanager
def browser() -> Iterator[Any]:
    """Debian's Chromium, led by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()
