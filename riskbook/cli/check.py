"""`riskbook check`: reads workbooks and reports findings; writes nothing but a question sheet, if asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook.cli.options import FORMAT, TRACEBACK, WORKBOOKS, Given, force, given_settings, screen_language
from riskbook.cli.report import error_text, failed, print_text
from riskbook.cli.run import run
from riskbook.cli.terminal import label, say

if TYPE_CHECKING:
    from riskbook.method import Method
    from riskbook.records import Outcome


@click.command()
@WORKBOOKS
@given_settings()
@FORMAT
@TRACEBACK
@click.option("--explain", is_flag=True, help="Show what was recognised: sheets, header rows, columns, rows.")
@click.option("--questions", metavar="OUT.xlsx", help="Write the open findings as a question sheet for the client.")
@force("Overwrite an existing question sheet.")
def check(
    workbooks: tuple[str, ...],
    given: Given,
    format_: str,
    traceback: bool,
    explain: bool,
    questions: str | None,
    force: bool,
) -> None:
    """Read workbooks and report what to fix in them, without changing them.

    Example: riskbook check samples/kitahama-seiki.xlsx --explain
    """

    def write_questions(outcomes: list[Outcome], method: Method) -> None:
        if questions:
            _write_questions(outcomes, method, Path(questions), given.lang, force=force, quiet=format_ == "json")

    show = partial(print_text, explain=explain)
    run(workbooks, given, command="check", format_=format_, traceback=traceback, conclude=write_questions, show=show)


def _write_questions(
    outcomes: list[Outcome], method: Method, target: Path, lang: str | None, *, force: bool, quiet: bool
) -> None:
    """Writes the question sheet; where that fails, adds a failed outcome for it."""
    from riskbook import pipeline
    from riskbook.errors import OutputError
    from riskbook.records import Outcome

    results = [(Path(outcome.input).name, outcome.result) for outcome in outcomes if outcome.result is not None]
    chosen = lang or next((result.lang for _, result in results), screen_language(lang))
    failures = [outcome for outcome in outcomes if outcome.result is None and outcome.input]
    unread = [(Path(outcome.input).name, error_text(outcome, chosen) or "") for outcome in failures]
    try:
        pipeline.write_questions(results, method, target, chosen, force=force, unread=unread)
    except OutputError as error:
        outcomes.append(Outcome(str(target), chosen, error=(error.key, error.params)))
        failed(outcomes[-1], chosen)
        return
    if not quiet:
        say(label("screen.questions", chosen, output=str(target)))
