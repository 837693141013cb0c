"""The options that several commands share, each declared once, and the objects made of them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.language import bad_value, screen_language, wrong_usage
from riskbook.cli.terminal import error_message, say_error
from riskbook.errors import RiskbookError
from riskbook.text import LANGUAGES

if TYPE_CHECKING:
    from riskbook.model import Pages
    from riskbook.records import Recorder
    from riskbook.settings import Settings

Command = Callable[..., Any]

WORKBOOKS = click.argument("workbooks", nargs=-1, required=True, metavar="WORKBOOK...")
METHOD = click.option(
    "--method",
    metavar="PATH|NAME",
)
TODAY = click.option(
    "--today",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
)
FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
TRACEBACK = click.option("--traceback", is_flag=True)
STORE = click.option("--store", metavar="PATH")
ONE_CLIENT = click.option("--client", metavar="ID")
MAP = click.option("--map", "maps", multiple=True, metavar="HEADER=FIELD")
_STRICT = click.option("--strict", is_flag=True)
_PROFILE = click.option(
    "--profile",
    metavar="FILE",
)
PASSWORD = click.option(
    "--password",
    envvar="RISKBOOK_PASSWORD",
    metavar="PASSWORD",
)
_CLIENT = click.option("--client", metavar="ID")
_NO_HISTORY = click.option("--no-history", is_flag=True)
LANG = click.option("--lang", type=click.Choice(LANGUAGES))
FORCE = click.option("--force", is_flag=True)
DROP_SIGNATURE = click.option("--drop-signature", is_flag=True)


def decorated(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    """The command with options, which `--help` lists in this order."""
    # click lists the option first that was applied last.
    for option in reversed(options):
        command = option(command)
    return command


_SPAN = re.compile(r"(\d{1,4})([dwmy])", re.IGNORECASE)


def span(_context: click.Context, _option: click.Parameter, value: str) -> tuple[int, str]:
    """Number and unit of a span: 30d, 4w, 3m, 1y."""
    match = _SPAN.fullmatch(value.strip())
    if match is None:
        raise bad_value("span", value=value)
    return int(match[1]), match[2].lower()


def day_or_span(context: click.Context, option: click.Parameter, value: str | None) -> date | tuple[int, str] | None:
    """A day (2026-12-24), or number and unit of a span until then."""
    try:
        return None if value is None else date.fromisoformat(value.strip())
    except ValueError:
        if re.fullmatch(r"[\d-]{8,}", value or ""):
            raise bad_value("no-day", value=value) from None
        return span(context, option, value or "")


@dataclass(frozen=True)
class Given:
    """The options of an assessment, as given."""

    method: str | None
    lang: str | None
    today: date | None
    maps: tuple[str, ...]
    strict: bool
    password: str | None
    profile: str | None = None
    budget: tuple[float | None, float | None] = (None, None)

    @property
    def screen(self) -> str:
        """The language of messages that are not about one workbook."""
        return screen_language(self.lang)

    def settings(
        self, workbooks: Sequence[str] = (), *, drop_signature: bool = False, pages: Pages | None = None
    ) -> Settings:
        """The settings, with the project file of the working folder; `pages`: which sheets are written.

        A usage error where an option or a project file is wrong, also one beside one of `workbooks`.
        """
        from riskbook.method import load_method
        from riskbook.model import Pages
        from riskbook.settings import Project, Settings, read_project, read_project_file

        columns = columns_of_maps(self.maps)
        with usage_errors(self.screen):
            project = read_project(Path())
            profile = Project() if self.profile is None else read_project_file(Path(self.profile))
            chosen = self.method or profile.method or project.method
            settings = Settings(
                method=load_method(*([chosen] if chosen else [])),
                today=self.today,
                lang=self.lang,
                strict=self.strict,
                password=self.password,
                drop_signature=drop_signature,
                columns=columns,
                project=project,
                profile=profile,
                method_given=self.method is not None,
                budget=self.budget,
                pages=pages or Pages(),
            )
            for one in (settings, *(settings.beside(Path(name)) for name in workbooks)):
                one.check()
        return settings


def given_settings(*, today: bool = True) -> Callable[[Command], Command]:
    """Adds the options of an assessment; the command receives them as one parameter `given`."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_given(
            *args: Any,
            method: str | None,
            lang: str | None,
            maps: tuple[str, ...],
            strict: bool,
            password: str | None,
            profile: str | None,
            today: datetime | None = None,
            **rest: Any,
        ) -> Any:
            day = None if today is None else today.date()
            return command(*args, given=Given(method, lang, day, maps, strict, password, profile), **rest)

        dates = [TODAY] if today else []
        return decorated(with_given, [METHOD, LANG, *dates, _PROFILE, MAP, _STRICT, PASSWORD])

    return decorate


def given_pages(command: Command) -> Command:
    """Adds the options for the sheets that are written; the command receives them as one parameter `pages`."""

    @wraps(command)
    def with_pages(*args: Any, with_: tuple[str, ...], sheets: str, **rest: Any) -> Any:
        from riskbook.model import ASKED_KINDS, SHEET_KINDS, Pages

        more = _kinds("--with", ",".join(with_), ASKED_KINDS)
        return command(*args, pages=Pages(more, _kinds("--sheets", sheets, SHEET_KINDS)), **rest)

    options = [
        click.option(
            "--with",
            "with_",
            multiple=True,
            metavar="NAME,...",
        ),
        click.option("--sheets", metavar="NAME,...", default=""),
    ]
    return decorated(with_pages, options)


def _kinds(option: str, typed: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of sheets in a list separated by commas; a usage error for one that is not known."""
    from riskbook.model import ALL_PAGES, page_kinds

    names = [name for name in typed.split(",") if name.strip()]
    kinds = page_kinds(names, known)
    if kinds is None:
        raise wrong_usage("kinds", option=option, typed=typed, known=(*known, ALL_PAGES))
    return kinds


@dataclass(frozen=True)
class HistoryOptions:
    """The options for recording runs in a history, as given."""

    store: str | None
    client: str | None
    no_history: bool

    def recorder(self, workbooks: Sequence[str], output: str | None) -> Recorder | None:
        """The recorder of runs of workbooks into `output`, where a folder ends in a slash; None with --no-history.

        A usage error where options contradict each other.
        """
        from riskbook.records import Recorder, history_of_results, store_path

        if self.no_history and (self.store or self.client):
            raise wrong_usage("no-history")
        refuse_empty(self.store, self.client)
        if self.client and len(workbooks) > 1:
            raise wrong_usage("one-client")
        if self.no_history:
            return None
        if self.store:
            return Recorder(store_path(self.store), self.client)
        return Recorder(client=self.client, results=history_of_results(workbooks, output))


def history_options(*, client: bool) -> Callable[[Command], Command]:
    """Adds the options for recording runs; the command receives them as one parameter `history`."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def with_history(
            *args: Any, store: str | None, no_history: bool, client: str | None = None, **rest: Any
        ) -> Any:
            return command(*args, history=HistoryOptions(store, client, no_history), **rest)

        return decorated(with_history, [STORE, _NO_HISTORY, *([_CLIENT] if client else [])])

    return decorate


def columns_of_maps(maps: tuple[str, ...]) -> dict[str, str]:
    """Header → field from the `--map` options; a usage error for one without header or field."""
    pairs = [entry.rpartition("=") for entry in maps]
    for entry, (header, _, field) in zip(maps, pairs, strict=True):
        if not header.strip() or not field.strip():
            raise wrong_usage("map", entry=entry)
    return {header.strip(): field.strip() for header, _, field in pairs}


def refuse_empty(*names: str | None) -> None:
    """Raises a usage error where one of the names is empty."""
    if "" in names:
        raise wrong_usage("empty")


@contextlib.contextmanager
def usage_errors(screen: str) -> Iterator[None]:
    """Turns errors of riskbook raised within the block into usage errors (exit code 2)."""
    try:
        yield
    except RiskbookError as error:
        raise click.UsageError(error_message(error.key, screen, error.params)) from error


@contextlib.contextmanager
def reported_errors(screen: str) -> Iterator[None]:
    """Prints errors of riskbook raised within the block in one line, and exits with code 3."""
    try:
        yield
    except RiskbookError as error:
        say_error(error_message(error.key, screen, error.params))
        raise SystemExit(3) from error
