"""`riskbook watch`: assesses workbooks whenever people save them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook.cli.language import wrong_usage
from riskbook.cli.many import Stop
from riskbook.cli.options import (
    DROP_SIGNATURE,
    FORCE,
    Given,
    HistoryOptions,
    given_pages,
    given_settings,
    history_options,
    reported_errors,
)
from riskbook.cli.report import assess_again, counts_line, error_text, next_step, print_notices
from riskbook.cli.terminal import label, say

if TYPE_CHECKING:
    from riskbook.batch import Options
    from riskbook.model import Pages
    from riskbook.records import Outcome


@click.command()
@click.argument("folder", metavar="FOLDER", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option("--poll", is_flag=True)
@given_settings(today=False)
@given_pages
@FORCE
@DROP_SIGNATURE
@history_options(client=False)
def watch(
    folder: Path,
    output: Path | None,
    poll: bool,
    given: Given,
    pages: Pages,
    force: bool,
    drop_signature: bool,
    history: HistoryOptions,
) -> None:
    """Watch FOLDER and assess each workbook in it whenever it is saved; people's decisions are preserved.

    Example: riskbook watch samples
    """
    from riskbook import batch
    from riskbook.records import Journal, Memory

    settings, screen = given.settings(drop_signature=drop_signature, pages=pages), given.screen
    root, target = folder.resolve(), output and output.resolve()
    if root == target:
        raise wrong_usage("watch-output", path=output)

    with_history = [str(place.parents[1] / "any") for place in folder.rglob(".riskbook/history.db")]
    recorder = history.recorder(with_history, None if output is None else f"{output}/")

    def options(today: date) -> Options:
        return batch.Options(settings, today, force=force)

    def report_held(path: Path) -> None:
        say(label("screen.held", screen, time=_now(), input=path.relative_to(root)))

    with reported_errors(screen), Journal(None if output is None else str(output)) as journal, Stop("") as stop:
        say(label("screen.watching", screen, folder=folder))
        memory = Memory(journal, recorder, date.today, settings.method)
        for outcome in batch.watch(root, target, options, memory, lambda: stop.asked, report_held, poll=poll):
            say(label("screen.watched", screen, time=_now(), line=_line(outcome, root, screen)))
            print_notices(memory, screen)
    say(label("screen.watch-ended", screen))
    next_step("watch", screen, *assess_again([str(folder)], output, in_place=output is None))


def _now() -> str:
    return datetime.now().strftime("%H:%M:%S")


def _line(outcome: Outcome, root: Path, screen: str) -> str:
    outcome.input = str(Path(outcome.input).relative_to(root))
    if outcome.status in ("failed", "own"):
        return label("screen.failed", screen, input=outcome.input, message=error_text(outcome, screen))
    return counts_line(outcome, screen)
