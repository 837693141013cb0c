"""`riskbook check`: reads workbooks and reports findings; writes nothing but a question sheet, if asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook.cli.language import screen_language, wrong_usage
from riskbook.cli.options import (
    FORCE,
    FORMAT,
    TRACEBACK,
    WORKBOOKS,
    Given,
    day_or_span,
    given_settings,
    refuse_empty,
)
from riskbook.cli.report import assess_again, error_text, failed, print_text
from riskbook.cli.run import day_of_run, run
from riskbook.cli.terminal import label, say

if TYPE_CHECKING:
    from riskbook.method import Method
    from riskbook.records import Outcome

_UNTIL = (14, "d")  # for the client's answers


@dataclass(frozen=True)
class _Sheet:
    """The question sheet as ordered. `until`: the day, or the span, by which the client is to answer."""

    target: Path
    sender: str
    until: date | tuple[int, str]
    force: bool


@click.command()
@WORKBOOKS
@given_settings()
@FORMAT
@TRACEBACK
@click.option("--explain", is_flag=True)
@click.option("--questions", metavar="OUT.xlsx")
@click.option("--sender", metavar="TEXT")
@click.option(
    "--deadline",
    callback=day_or_span,
    metavar="DATE|SPAN",
)
@FORCE
def check(
    workbooks: tuple[str, ...],
    given: Given,
    format_: str,
    traceback: bool,
    explain: bool,
    questions: str | None,
    sender: str | None,
    deadline: date | tuple[int, str] | None,
    force: bool,
) -> None:
    """Read workbooks and report what to fix in them, without changing them.

    Example: riskbook check samples/kitahama-seiki.xlsx --questions demo/q.xlsx

    Example: riskbook check samples/kitahama-seiki.xlsx --explain
    """
    refuse_empty(questions)
    if questions is None and (sender is not None or deadline is not None):
        raise wrong_usage("sender-what")
    if questions is not None and Path(questions).suffix.lower() != ".xlsx":
        raise wrong_usage("questions-suffix", name=questions)
    ordered = None if questions is None else _Sheet(Path(questions), sender or "", deadline or _UNTIL, force)

    def write_questions(outcomes: list[Outcome], method: Method) -> None:
        if ordered is not None:
            _write_questions(outcomes, method, ordered, given, quiet=format_ == "json")

    def following(outcomes: Sequence[Outcome]) -> Sequence[object]:
        if ordered is None:
            return ["check", *assess_again(workbooks)]
        return ["check-questions", "answers", ordered.target, "--into", outcomes[0].input]

    run(
        workbooks,
        given,
        following=following,
        format_=format_,
        traceback=traceback,
        conclude=write_questions,
        show=partial(print_text, explain=explain),
    )


def _write_questions(outcomes: list[Outcome], method: Method, ordered: _Sheet, given: Given, *, quiet: bool) -> None:
    """Writes the question sheet; where that fails, adds a failed outcome for it."""
    from riskbook import questions
    from riskbook.analysis import span_end
    from riskbook.errors import OutputError
    from riskbook.records import Outcome

    results = [(Path(outcome.input).name, outcome.result) for outcome in outcomes if outcome.result is not None]
    chosen = given.lang or next((result.lang for _, result in results), screen_language(given.lang))
    failures = [outcome for outcome in outcomes if outcome.result is None and outcome.input]
    unread = [(Path(outcome.input).name, error_text(outcome, chosen) or "") for outcome in failures]
    today = day_of_run(given)
    deadline = ordered.until if isinstance(ordered.until, date) else span_end(today, *ordered.until)
    letter = questions.Letter(ordered.sender, today, deadline)
    target = ordered.target
    try:
        questions.write(results, method, target, chosen, letter, force=ordered.force, unread=unread)
    except OutputError as error:
        outcomes.append(Outcome(str(target), chosen, error=(error.key, error.params)))
        failed(outcomes[-1], chosen)
        return
    if not quiet:
        say(label("screen.questions", chosen, output=str(target)))
