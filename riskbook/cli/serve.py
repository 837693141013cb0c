"""`riskbook serve`: a local page in the browser, for people without a terminal."""

from __future__ import annotations

import time
import webbrowser
from dataclasses import replace
from pathlib import Path

import click

from riskbook.cli.many import Stop
from riskbook.cli.options import (
    DROP_SIGNATURE,
    Given,
    HistoryOptions,
    given_pages,
    given_settings,
    history_options,
    reported_errors,
)
from riskbook.cli.report import next_step
from riskbook.cli.terminal import label, say
from riskbook.errors import OutputError
from riskbook.model import Pages


@click.command()
@click.argument(
    "folder", required=False, metavar="[FOLDER]", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N")
@click.option("--no-browser", is_flag=True)
@given_settings()
@given_pages
@DROP_SIGNATURE
@history_options(client=False)
def serve(
    folder: Path | None,
    port: int,
    no_browser: bool,
    given: Given,
    pages: Pages,
    drop_signature: bool,
    history: HistoryOptions,
) -> None:
    """Open a page in the browser, on this computer only.

    Example: riskbook serve samples --no-browser
    """
    settings, screen = given.settings(drop_signature=drop_signature, pages=pages), given.screen
    history.recorder([], None)  # a usage error now, not at the first workbook
    with reported_errors(screen):
        try:
            from riskbook import web
        except ModuleNotFoundError as error:
            raise OutputError("web-extra") from error
        place = None
        if folder is not None:
            root = folder.resolve()
            place = web.Place(root, lambda sources: history.recorder(sources, None), Path(history.store or root))
        desk = web.Desk(replace(settings, today=given.today), place, web.Bounds(), given.today)
        with Stop("") as stop, web.serve(desk, port, screen) as served:
            say(label("web.address", screen, address=served.address))
            say(label("web.end-with", screen), err=True)
            if not no_browser:
                webbrowser.open(served.address)
            while served.runs and not stop.asked:
                time.sleep(0.1)
    say(label("web.ended", screen), err=True)
    next_step("serve", screen, "serve", *([] if folder is None else [folder]))
