"""`riskbook guide`: the pages of the guide on the terminal, and the sample workbooks that they use."""

from __future__ import annotations

import shutil
from itertools import groupby
from typing import TYPE_CHECKING

import click

from riskbook.cli.language import screen_language, wrong_usage
from riskbook.cli.options import FORMAT, LANG, refuse_empty, reported_errors
from riskbook.cli.report import next_step
from riskbook.cli.terminal import label, say, say_document

if TYPE_CHECKING:
    from riskbook.handbook import Page

SCHEMA = "riskbook.guide/1"
_NARROW, _WIDE = 40, 100  # columns of a page


@click.command()
@click.argument("topic", nargs=-1, metavar="[TOPIC]")
@click.option("--samples", metavar="FOLDER")
@FORMAT
@LANG
def guide(topic: tuple[str, ...], samples: str | None, format_: str, lang: str | None) -> None:
    """List the pages of the guide, show one, or write the sample workbooks into a folder.

    Example: riskbook guide

    Example: riskbook guide budget

    Example: riskbook guide retained-unapproved
    """
    from riskbook import handbook

    screen = screen_language(lang)
    asked = " ".join(topic)
    if samples is not None:
        refuse_empty(samples)
        if asked:
            raise wrong_usage("guide-samples")
        with reported_errors(screen):
            _write_samples(samples, format_, screen)
        return
    found = handbook.look_up(asked, screen) if asked else list(handbook.pages(screen))
    if not found:
        near = _near(asked, screen)
        raise wrong_usage("guide-unknown" if near else "guide-nothing", topic=asked, near=near)
    if format_ == "json":
        say_document({"schema": SCHEMA, "topic": asked or None, "pages": [_plain(page, bool(asked)) for page in found]})
    elif asked:
        _show(found, screen)
    else:
        _list(found)
        next_step("guide", screen, "guide", "month-after-month")


def _near(asked: str, screen: str) -> list[str]:
    from difflib import get_close_matches

    from riskbook import handbook

    return get_close_matches(asked.casefold(), dict.fromkeys(handbook.topics(screen)), n=3)


def _list(pages: list[Page]) -> None:
    width = max(len(page.name) for page in pages)
    for group, members in groupby(pages, key=lambda page: page.group):
        say(group)
        for page in members:
            say(f"  {page.name:{width}}  {page.title}")


def _show(found: list[Page], screen: str) -> None:
    """Prints the pages with a text; the others are named below it."""
    from riskbook.cli.markdown import as_lines

    width = min(max(shutil.get_terminal_size().columns, _NARROW), _WIDE)
    for page in found:
        for line in as_lines(page.markdown, width):
            say(line)
    if others := [page for page in found if not page.markdown]:
        say(label("screen.guide-also", screen))
        width = max(len(page.name) for page in others)
        for page in others:
            say(f"  {page.name:{width}}  {page.title}")


def _plain(page: Page, full: bool) -> dict[str, str]:
    head = {"name": page.name, "title": page.title, "group": page.group}
    return {**head, "markdown": page.markdown} if full and page.markdown else head


def _write_samples(folder: str, format_: str, screen: str) -> None:
    """Copies the samples into a folder; files that stand there stay as they are."""
    from riskbook import handbook
    from riskbook.opc import storage

    written, kept = [], []
    for sample in handbook.samples():
        target = storage.join(folder, sample.name)
        if storage.read_if_present(target) is None:
            storage.write(sample.read_bytes(), target, overwrite=False)
            written.append(target)
        else:
            kept.append(target)
    if format_ == "json":
        say_document({"schema": SCHEMA, "written": written, "kept": kept})
        return
    for key, places in (("written", written), ("kept", kept)):
        if places:
            say(label(f"screen.guide-samples-{key}", screen, places=places))
    if written:
        next_step("guide-samples", screen, "assess", written[-1])
