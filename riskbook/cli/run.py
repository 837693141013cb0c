"""Runs workbooks one after the other for the commands that only read, and reports what became of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NoReturn

import click

from riskbook.cli.options import columns, screen_language
from riskbook.cli.report import exit_code, print_json
from riskbook.errors import MethodError
from riskbook.text import error_message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from riskbook.method import Method
    from riskbook.records import Outcome


def run(
    workbooks: Sequence[str],
    *,
    method: str | None,
    lang: str | None,
    today: date | None,
    strict: bool,
    format_: str,
    maps: tuple[str, ...],
    password: str | None,
    traceback: bool,
    show: Callable[[Outcome, str], None],
    document: Callable[[list[Outcome], str, str], None] = print_json,
    conclude: Callable[[list[Outcome], Method], None] | None = None,
) -> NoReturn:
    """Assesses each workbook, prints, and exits with the code that fits.

    `show` prints one outcome as text, `document` all of them as JSON (with the name of the method); both are given
    the language for what no workbook tells.
    """
    from riskbook import pipeline
    from riskbook.batch import finished, guarded
    from riskbook.opc import storage
    from riskbook.records import Outcome

    loaded, told, _ = prepared(method, maps, lang, workbooks)
    screen = screen_language(lang)
    outcomes: list[Outcome] = []

    def work(path: str, outcome: Outcome) -> None:
        result = pipeline.assess(
            path, method=loaded, today=today, lang=lang, strict=strict, password=password, columns=told
        )
        finished(outcome, result)

    for path in dict.fromkeys(workbooks):
        outcome = Outcome(storage.shown(path), lang)
        guarded(outcome, lambda path=path, outcome=outcome: work(path, outcome))  # type: ignore[misc]
        print_traceback(outcome, traceback)
        outcomes.append(outcome)
        if format_ == "text":
            show(outcome, screen)
    if conclude is not None:
        conclude(outcomes, loaded)
    if format_ == "json":
        document(outcomes, loaded.name, screen)
    sys.exit(exit_code(outcomes))


def prepared(
    method: str | None, maps: tuple[str, ...], lang: str | None, workbooks: Sequence[str] = ()
) -> tuple[Method, dict[str, str], Mapping[str, Mapping[str, Any]]]:
    """The method, what headers were told to mean, and the working folder's project file; a usage error if wrong.

    So is a project file beside one of the `workbooks` that were named.
    """
    from pathlib import Path

    from riskbook import pipeline
    from riskbook.method import load_method

    told = columns(maps)
    try:
        loaded = load_method(*([] if method is None else [method]))
        settings = pipeline.project_settings(Path.cwd())
        for folder in {Path.cwd(), *(Path(name).resolve().parent for name in workbooks)}:
            pipeline.check_settings(pipeline.project_settings(folder), told, loaded)
    except MethodError as error:
        raise click.UsageError(error_message(error.key, screen_language(lang), error.params)) from error
    return loaded, told, settings


def print_traceback(outcome: Outcome, wanted: bool) -> None:
    """Shows where a bug arose, if asked."""
    if wanted and outcome.bug:
        click.echo(outcome.bug, err=True)
