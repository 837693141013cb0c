"""Assesses workbooks one after the other for the commands that only read, and prints the outcomes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from riskbook.cli.options import Given
from riskbook.cli.report import exit_code, print_json

if TYPE_CHECKING:
    from riskbook.method import Method
    from riskbook.records import Outcome


def run(
    workbooks: Sequence[str],
    given: Given,
    *,
    format_: str,
    traceback: bool,
    show: Callable[[Outcome, str], None],
    document: Callable[[list[Outcome], str, str], None] = print_json,
    conclude: Callable[[list[Outcome], Method], None] | None = None,
) -> NoReturn:
    """Assesses each workbook, prints the outcomes, and exits with `exit_code`.

    `show`: prints one outcome as text. `document`: prints all as JSON; its second parameter is the name of the method.
    The last parameter of both is the language of messages that are not about one workbook. `conclude`: called at the
    end with all outcomes.
    """
    from riskbook import opc, pipeline
    from riskbook.batch import finished, guarded
    from riskbook.opc import storage
    from riskbook.records import Outcome

    settings = given.settings(workbooks)
    outcomes: list[Outcome] = []

    def work(name: str, outcome: Outcome) -> None:
        path = Path(name)
        finished(outcome, pipeline.assess_bytes(opc.read_file(path), path, settings.beside(path)))

    for name in dict.fromkeys(workbooks):
        outcome = Outcome(storage.shown(name), given.lang)
        # Defaults bind the variables of this turn of the loop.
        guarded(outcome, lambda name=name, outcome=outcome: work(name, outcome))  # type: ignore[misc]
        print_traceback(outcome, traceback)
        outcomes.append(outcome)
        if format_ == "text":
            show(outcome, given.screen)
    if conclude is not None:
        conclude(outcomes, settings.method)
    if format_ == "json":
        document(outcomes, settings.method.name, given.screen)
    sys.exit(exit_code(outcomes))


def day_of_run(given: Given) -> date:
    """The day of the assessments: as given, else today."""
    return given.today or date.today()


def print_traceback(outcome: Outcome, wanted: bool) -> None:
    """Prints the traceback of a bug, if wanted."""
    if wanted and outcome.bug:
        click.echo(outcome.bug, err=True)
