"""Runs workbooks one after the other for the commands, and reports what became of each."""

from __future__ import annotations

import sys
import traceback as traceback_
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NoReturn

import click

from riskbook.cli.options import columns, screen_language
from riskbook.cli.report import Outcome, exit_code, print_json
from riskbook.errors import MethodError, RiskbookError
from riskbook.text import error_message, label

if TYPE_CHECKING:
    from riskbook.method import Method
    from riskbook.pipeline import AssessedWorkbook


def run(
    workbooks: Sequence[str], *, method: str | None, lang: str | None, today: date | None, strict: bool, format_: str,
    maps: tuple[str, ...], password: str | None, traceback: bool, show: Callable[[Outcome], None],
    document: Callable[[list[Outcome], str], None] = print_json, drop_signature: bool = False,
    conclude: Callable[[list[Outcome], Method], None] | None = None,
    finish: Callable[[AssessedWorkbook, Outcome], None] | None = None,
) -> NoReturn:  # fmt: skip
    """Assesses each workbook, lets `finish` write it, prints, and exits with the code that fits.

    `show` prints one outcome as text, `document` all of them as JSON (with the name of the method).
    """
    from riskbook import pipeline
    from riskbook.method import load_method

    try:
        loaded = load_method(*([] if method is None else [method]))
    except MethodError as error:
        raise click.UsageError(error_message(error.key, screen_language(lang), error.params)) from error
    told = columns(maps)
    outcomes: list[Outcome] = []
    for path in dict.fromkeys(workbooks):
        outcome = Outcome(path, screen_language(lang))
        try:
            result = pipeline.assess(
                path, method=loaded, today=today, lang=lang, strict=strict, password=password,
                drop_signature=drop_signature, columns=told,
            )  # fmt: skip
            outcome.lang = result.lang
            if finish is not None:
                finish(result, outcome)
            outcome.result = result
        except MethodError as error:  # the project file or --map: wrong for every workbook
            raise click.UsageError(error_message(error.key, screen_language(lang), error.params)) from error
        except RiskbookError as error:
            outcome.error = error_message(error.key, outcome.lang, error.params)
        except Exception as error:  # whatever else comes up is a bug: said so, and the other files go on
            if traceback:
                traceback_.print_exc()
            outcome.error = label("screen.bug", outcome.lang, detail=f"{type(error).__name__}: {error}")
            outcome.bug = True
        outcomes.append(outcome)
        if format_ == "text":
            show(outcome)
    if conclude is not None:
        conclude(outcomes, loaded)
    if format_ == "json":
        document(outcomes, loaded.name)
    sys.exit(exit_code(outcomes))
