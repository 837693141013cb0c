"""Options that several commands share."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import click

from riskbook.errors import RiskbookError
from riskbook.text import error_message

Command = Callable[..., Any]

_SHARED = (
    click.argument("workbooks", nargs=-1, required=True, metavar="WORKBOOK..."),
    click.option("--method", metavar="PATH|NAME", help="Method: ipa-3.1 (default), ipa-4.0, or a TOML file."),
    click.option("--lang", type=click.Choice(["ja", "en"]), help="Language; default: that of the workbook."),
    click.option(
        "--today", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Date of the assessment (YYYY-MM-DD)."
    ),
    click.option(
        "--format",
        "format_",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="What is printed.",
    ),
    click.option(
        "--map", "maps", multiple=True, metavar="HEADER=FIELD", help="What a header means, where it is not recognised."
    ),
    click.option("--strict", is_flag=True, help="An unknown threat or vulnerability is an error, not the worst value."),
    click.option(
        "--password",
        envvar="RISKBOOK_PASSWORD",
        metavar="PASSWORD",
        help="Password of encrypted workbooks (or RISKBOOK_PASSWORD).",
    ),
    click.option("--traceback", is_flag=True, help="Show where a bug in riskbook arose."),
)


def shared(command: Command) -> Command:
    """Adds the options that the commands on workbooks have in common."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


def columns(maps: tuple[str, ...]) -> dict[str, str]:
    """The `--map` options as header → field; a usage error for one without both."""
    pairs = [entry.rpartition("=") for entry in maps]
    for entry, (header, _, field) in zip(maps, pairs, strict=True):
        if not header.strip() or not field.strip():
            raise click.UsageError(f"--map {entry}: HEADER=FIELD, for example --map 資産名称=name")
    return {header.strip(): field.strip() for header, _, field in pairs}


def day(value: datetime | None) -> Any:
    """The date of a `--today`, None where it was not given."""
    return None if value is None else value.date()


def refuse_empty(*names: str | None) -> None:
    """A usage error where a name was given that is empty."""
    if "" in names:
        raise click.UsageError("A name is empty; perhaps a variable of the shell is not set.")


@contextlib.contextmanager
def errors_told(screen: str) -> Iterator[None]:
    """What riskbook raises within, in one line, with exit code 3."""
    try:
        yield
    except RiskbookError as error:
        click.echo(error_message(error.key, screen, error.params), err=True)
        raise SystemExit(3) from error


def screen_language(lang: str | None) -> str:
    """The language for messages where no workbook tells it: as asked, else by the locale, else Japanese."""
    if lang:
        return lang
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if locale and not locale.startswith(("ja", "C", "POSIX")) else "ja"
