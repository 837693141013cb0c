"""`riskbook answers`: puts what clients answered on a question sheet beside the findings of their workbook."""

from __future__ import annotations

from pathlib import Path

import click

from riskbook.cli.assess import found_jobs
from riskbook.cli.many import Call, run_found
from riskbook.cli.options import (
    FORMAT,
    TRACEBACK,
    Given,
    HistoryOptions,
    force,
    given_settings,
    history_options,
    refuse_empty,
    reported_errors,
    usage_errors,
)
from riskbook.cli.run import day_of_run
from riskbook.cli.terminal import error_message, label, say_error
from riskbook.errors import RiskbookError


@click.command()
@click.argument("sheet", metavar="QUESTIONS.xlsx")
@click.option("--into", "workbook", required=True, metavar="WORKBOOK", help="The client's workbook, or its result.")
@click.option("-o", "--output", metavar="OUT", help="The result; default: as for `riskbook assess`.")
@given_settings()
@FORMAT
@TRACEBACK
@force("Overwrite an output that is not this client's result; a backup of it is kept.")
@history_options(client=True)
def answers(
    sheet: str,
    workbook: str,
    output: str | None,
    given: Given,
    history: HistoryOptions,
    format_: str,
    traceback: bool,
    force: bool,
) -> None:
    """Assess a workbook with the client's answers to a question sheet of `riskbook check --questions`.

    The answers stand beside the findings, which stay open until somebody enters a response; no cell of the client's is
    changed. Answers that stand there already stay.

    Example: riskbook answers demo/questions.xlsx --into samples/kitahama-seiki.xlsx -o demo/kitahama-seiki.xlsx
    """
    refuse_empty(sheet, workbook, output)
    from riskbook import questions
    from riskbook.batch import Options
    from riskbook.opc import storage

    if storage.is_folder(workbook) or storage.is_pattern(workbook):
        raise click.UsageError(f"--into {workbook}: name one workbook.")
    settings = given.settings([workbook] if Path(workbook).is_file() else [])
    with usage_errors(given.screen):
        found, folder, _ = found_jobs((workbook,), output, in_place=False)
        recorder = history.recorder(len(found.jobs))
    call = Call(
        sources=(workbook,),
        folder=folder,
        screen=given.screen,
        lines=False,
        json=format_ == "json",
        traceback=traceback,
        jobs=None,
        scheduler=None,
        portfolio=None,
        command="answers",
    )
    try:
        read = questions.read(Path(sheet), settings)
    except RiskbookError as error:
        message = error_message(error.key, given.screen, error.params)
        say_error(label("screen.failed", given.screen, input=sheet, message=message))
        raise SystemExit(3) from error
    with reported_errors(given.screen):
        options = Options(settings, day_of_run(given), force=force, redo=True, answers=read)
        code = run_found(found, options, call, recorder)
    raise SystemExit(code)
