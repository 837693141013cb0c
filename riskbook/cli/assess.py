"""`riskbook assess`: assesses workbooks and writes the results into copies of them, many in parallel."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.language import wrong_usage
from riskbook.cli.many import Call, run_found
from riskbook.cli.options import (
    DROP_SIGNATURE,
    FORCE,
    FORMAT,
    TRACEBACK,
    WORKBOOKS,
    Command,
    Given,
    HistoryOptions,
    decorated,
    given_pages,
    given_settings,
    history_options,
    refuse_empty,
    reported_errors,
    usage_errors,
)
from riskbook.cli.report import assess_again
from riskbook.cli.run import day_of_run
from riskbook.errors import OutputError

if TYPE_CHECKING:
    from riskbook.batch import Found
    from riskbook.model import Pages
    from riskbook.records import Outcome


@dataclass(frozen=True)
class _Many:
    """The options for many workbooks, as given."""

    jobs: int | None
    portfolio: str | None
    portfolio_anywhere: bool
    scheduler: str | None


def _many(command: Command) -> Command:
    """Adds the options for many workbooks; the command receives them as one parameter `many`."""

    @wraps(command)
    def with_many(
        *args: Any,
        jobs: int | None,
        portfolio: str | None,
        portfolio_anywhere: bool,
        engine: str,
        scheduler: str | None,
        **rest: Any,
    ) -> Any:
        if (engine == "dask") != bool(scheduler):
            raise wrong_usage("dask")
        return command(*args, many=_Many(jobs, portfolio, portfolio_anywhere, scheduler), **rest)

    options = [
        click.option(
            "--jobs",
            metavar="N",
            type=click.IntRange(1),
        ),
        click.option("--portfolio", metavar="PATH"),
        click.option("--portfolio-anywhere", is_flag=True),
        click.option(
            "--engine",
            type=click.Choice(["local", "dask"]),
            default="local",
            show_default=True,
        ),
        click.option("--scheduler", metavar="ADDRESS"),
    ]
    return decorated(with_many, options)


@click.command()
@WORKBOOKS
@given_settings()
@given_pages
@FORMAT
@TRACEBACK
@click.option("-o", "--output", metavar="OUT")
@click.option("--in-place", is_flag=True)
@FORCE
@click.option(
    "--take",
    type=click.Choice(["input", "result"]),
    default="input",
    show_default=True,
)
@click.option("--redo", is_flag=True)
@DROP_SIGNATURE
@history_options(client=True)
@_many
def assess(
    workbooks: tuple[str, ...],
    given: Given,
    pages: Pages,
    history: HistoryOptions,
    format_: str,
    traceback: bool,
    output: str | None,
    in_place: bool,
    force: bool,
    take: str,
    redo: bool,
    drop_signature: bool,
    many: _Many,
) -> None:
    """Assess workbooks and write the results back into a copy of each.

    Example: riskbook assess samples/kitahama-seiki.xlsx -o demo/
    """
    refuse_empty(output, *workbooks)
    if output and in_place:
        raise wrong_usage("out-or-in-place")
    from riskbook.batch import Options

    named = [name for name in workbooks if os.path.isfile(name)]
    settings = given.settings(named, drop_signature=drop_signature, pages=pages)
    options = Options(settings, day_of_run(given), force=force, redo=redo, take=take)
    with usage_errors(given.screen):
        found, folder, lines = found_jobs(workbooks, output, in_place)
        recorder = history.recorder([job.source for job in found.jobs], output if folder is None else f"{folder}/")
        if many.portfolio is not None:
            from riskbook.batch import refuse_place

            refuse_place(many.portfolio, force=force)
            _refuse_clients_folder(found, workbooks, output, many.portfolio, many.portfolio_anywhere)
    call = Call(
        sources=workbooks,
        folder=folder,
        screen=given.screen,
        lines=lines,
        json=format_ == "json",
        traceback=traceback,
        jobs=many.jobs,
        scheduler=many.scheduler,
        portfolio=many.portfolio,
        following=partial(
            _following,
            found.jobs[0].target if len(found.jobs) == 1 else output,
            workbooks,
            assess_again(workbooks, output, in_place=in_place),
        ),
    )
    with reported_errors(given.screen):
        code = run_found(found, options, call, recorder)
    raise SystemExit(code)


def _following(
    target: str | None, workbooks: Sequence[str], again: Sequence[object], only: Outcome | None
) -> Sequence[object]:
    """What to do next: fill in an empty form, correct what is wrong, or decide.

    `target`: where results were to go. `again`: the words that assess once more. `only`: the outcome of one workbook.
    """
    if only is not None and only.record is not None:
        unfilled = any(finding["code"] == "form-empty" for finding in only.record["findings"])
        if unfilled or only.status == "findings":
            return ["new" if unfilled else "check", *again]
        if target is not None and not os.path.exists(target):  # a result that was given was written into itself
            target = only.output
    return ["assess", "due", *([target] if target else workbooks)]


def found_jobs(workbooks: Sequence[str], output: str | None, in_place: bool) -> tuple[Found, str | None, bool]:
    """The jobs, the folder of their journal, and whether they come from folders, patterns or URLs."""
    from riskbook.batch import Found, find
    from riskbook.opc import storage
    from riskbook.records import Job

    many = any(storage.is_url(name) or storage.is_folder(name) or storage.is_pattern(name) for name in workbooks)
    if output is not None and not storage.is_url(output) and Path(output).is_file() and (many or len(workbooks) > 1):
        raise wrong_usage("out-is-file", name=output)
    if many and output is None and not in_place:
        raise wrong_usage("out-missing")
    # One workbook may be given a file as OUT; a folder must exist or end in a slash.
    single = not many and len(set(workbooks)) == 1
    if single and output is not None and not Path(output).is_dir() and not output.endswith(("/", "\\")):
        job = Job(workbooks[0], workbooks[0], output, output)
        return Found((job,)), None, False
    found = find(workbooks, output, in_place=in_place)
    return found, None if single or in_place else output, many


def _refuse_clients_folder(
    found: Found, sources: Sequence[str], output: str | None, portfolio: str, allowed: bool
) -> None:
    """Raises `OutputError` where the figures of all clients would be written into the folder of one client.

    A client's own folder is, below OUT or the one folder that was named, each folder with a workbook somewhere in it;
    elsewhere each folder with just one of the workbooks.
    """
    from riskbook.batch import is_portfolio, portfolio_paths
    from riskbook.opc import storage

    shared = [Path(output).resolve()] if output and not storage.is_url(output) else []
    if len(sources) == 1 and not storage.is_url(sources[0]):
        base = storage.matching(sources[0])[0] if storage.is_pattern(sources[0]) else sources[0]
        shared += [Path(base).resolve()] if Path(base).is_dir() else []
    place = portfolio_paths(portfolio)[0].resolve().parent
    files = [
        Path(name).resolve() for job in found.jobs for name in {job.source, job.target} if not storage.is_url(name)
    ]
    for path in portfolio_paths(portfolio):
        if path.resolve() in files and not is_portfolio(path):
            raise OutputError("portfolio-clash", path=str(path))
    beside = Counter(path.parent for path in files)
    for path in files:
        root = next((root for root in shared if path.is_relative_to(root)), None)
        if root is not None:
            parts = path.relative_to(root).parts
            own = root / parts[0] if len(parts) > 1 else None
        else:
            own = path.parent if beside[path.parent] == 1 else None
        if own is not None and len(found.jobs) > 1 and not allowed and place.is_relative_to(own):
            raise OutputError("portfolio-among-clients", path=str(place))
