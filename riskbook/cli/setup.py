"""`riskbook setup`: puts riskbook into the menu of the file manager, and takes it out again."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook.cli.language import screen_language
from riskbook.cli.options import LANG, reported_errors
from riskbook.cli.report import next_step
from riskbook.cli.terminal import label, say, visible
from riskbook.errors import OutputError

if TYPE_CHECKING:
    from riskbook.desktop import Entry


@click.command()
@click.option("--remove", is_flag=True)
@click.option("--yes", is_flag=True)
@LANG
def setup(remove: bool, yes: bool, lang: str | None) -> None:
    """Put “Assess with riskbook” into the menu of the file manager.

    Example: riskbook setup --yes
    """
    from riskbook import desktop

    screen = screen_language(lang)
    written = [entry for entry in desktop.known(sys.platform, os.environ, Path.home()) if entry.path.is_file()]
    with reported_errors(screen):
        own = [entry for entry in written if _is_own(entry)]
        if remove:
            _take_out(own, screen, yes=yes)
            return
        wanted = desktop.entries(sys.platform, os.environ, Path.home(), sys.executable, screen)
        foreign = [str(entry.path) for entry in written if entry not in own]
        _ask("setup.writes", wanted, screen, yes=yes)
        for entry in wanted:
            if str(entry.path) in foreign and (
                yes or not click.confirm(_asked("setup.foreign", screen, path=entry.path))
            ):
                raise OutputError("setup-foreign", path=str(entry.path))
        _put_in(wanted, own, screen)
    next_step(f"setup-{_family()}", screen)


def _put_in(wanted: Sequence[Entry], own: Sequence[Entry], screen: str) -> None:
    """Writes the entries; what an earlier call wrote under other names, in the other language, goes."""
    from riskbook import desktop, opc

    for entry in own:
        if entry.path not in {one.path for one in wanted}:
            desktop.remove(entry)
    for entry in wanted:
        opc.save(entry.content, entry.path, overwrite=True)
        if entry.executable:
            entry.path.chmod(0o755)
        say(label("setup.written", screen, path=entry.path), marks=[("→", "good")])


def _take_out(own: Sequence[Entry], screen: str, *, yes: bool) -> None:
    from riskbook import desktop

    if not own:
        say(label("setup.nothing", screen))
        return
    _ask("setup.removes", own, screen, yes=yes)
    for entry in own:
        desktop.remove(entry)
    say(label("setup.removed", screen, count=len(own)))


def _ask(key: str, entries: Sequence[Entry], screen: str, *, yes: bool) -> None:
    """Says what will be written or removed, and where; ends with exit code 1 where a person does not want it."""
    say(label(key, screen, name=label("setup.name", screen)))
    for entry in entries:
        say(f"  {entry.path}")
    if not yes and not click.confirm(_asked("setup.ask", screen)):
        say(label("setup.declined", screen))
        raise SystemExit(1)


def _asked(key: str, screen: str, **about: object) -> str:
    return visible(label(key, screen, **about))


def _is_own(entry: Entry) -> bool:
    from riskbook import desktop

    try:
        return desktop.is_own(entry.path)
    except OSError:
        return False


def _family() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
