"""`riskbook answers`: puts what clients answered on a question sheet beside the findings of their workbook."""

from __future__ import annotations

from pathlib import Path

import click

from riskbook.cli.assess import found_jobs
from riskbook.cli.language import wrong_usage
from riskbook.cli.many import Call, run_found
from riskbook.cli.options import (
    DROP_SIGNATURE,
    FORCE,
    FORMAT,
    TRACEBACK,
    Given,
    HistoryOptions,
    given_settings,
    history_options,
    refuse_empty,
    reported_errors,
    usage_errors,
)
from riskbook.cli.report import assess_again
from riskbook.cli.run import day_of_run
from riskbook.cli.terminal import error_message, label, say_error
from riskbook.errors import RiskbookError


@click.command()
@click.argument("sheet", metavar="QUESTIONS.xlsx")
@click.option("--into", "workbook", required=True, metavar="WORKBOOK")
@click.option("-o", "--output", metavar="OUT")
@given_settings()
@FORMAT
@TRACEBACK
@FORCE
@DROP_SIGNATURE
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
    drop_signature: bool,
) -> None:
    """Assess a workbook with the client's answers to a question sheet of `riskbook check --questions`.

    Example: riskbook answers demo/q.xlsx --into samples/kitahama-seiki.xlsx -o demo/
    """
    refuse_empty(sheet, workbook, output)
    from riskbook import questions
    from riskbook.batch import Options
    from riskbook.opc import storage

    if storage.is_folder(workbook) or storage.is_pattern(workbook):
        raise wrong_usage("one-workbook", name=workbook)
    settings = given.settings([workbook] if Path(workbook).is_file() else [], drop_signature=drop_signature)
    with usage_errors(given.screen):
        found, folder, _ = found_jobs((workbook,), output, in_place=False)
        recorder = history.recorder([job.source for job in found.jobs], output if folder is None else f"{folder}/")
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
        following=lambda _: ["answers", *assess_again([workbook], output)],
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
