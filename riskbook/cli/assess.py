"""`riskbook assess`: read, compute, and write back into a copy of the same workbook; one, or many side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook.cli.many import run_found
from riskbook.cli.options import day, screen_language, shared
from riskbook.cli.run import prepared
from riskbook.errors import OutputError, RiskbookError
from riskbook.text import error_message

if TYPE_CHECKING:
    from riskbook.batch import Found


@click.command()
@shared
@click.option("-o", "--output", metavar="OUT", help="A file for one workbook, a folder (or URL) for several.")
@click.option("--in-place", is_flag=True, help="Write into the workbook itself; the first original is kept as .bak.")
@click.option("--force", is_flag=True, help="Overwrite an existing output that riskbook did not write there.")
@click.option("--redo", is_flag=True, help="Do again what is unchanged since the last call with this OUT.")
@click.option("--drop-signature", is_flag=True, help="Drop a digital signature, which any change makes invalid.")
@click.option("--jobs", metavar="N", type=click.IntRange(1), help="Workbooks side by side; default: one a processor.")
@click.option("--portfolio", metavar="PATH", help="Folder (or NAME.xlsx) for an overview of all clients, with tables.")
@click.option("--portfolio-anywhere", is_flag=True, help="Allow the overview in a client's own folder.")
@click.option(
    "--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True, help="Where workbooks run."
)
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster, for example tcp://HOST:8786.")
def assess(
    workbooks: tuple[str, ...], method: str | None, lang: str | None, today: datetime | None, format_: str,
    maps: tuple[str, ...], strict: bool, password: str | None, traceback: bool, output: str | None,
    in_place: bool, force: bool, redo: bool, drop_signature: bool, jobs: int | None, portfolio: str | None,
    portfolio_anywhere: bool, engine: str, scheduler: str | None,
) -> None:  # fmt: skip
    """Assess workbooks and write the results back into a copy of each.

    WORKBOOK is a file, a folder (with all below it), a pattern such as 'clients/**/*.xlsx', or a URL. The copy is
    NAME-assessed.xlsx beside the input unless -o or --in-place says otherwise; a folder needs one of them. With a
    folder as OUT, what is unchanged since the last call is not done again, and an interrupted call goes on from there.

    Example: riskbook assess samples/kitahama-seiki.xlsx -o demo/kitahama-seiki.xlsx --force
    """
    if output and in_place:
        raise click.UsageError("-o and --in-place exclude each other.")
    if (engine == "dask") != bool(scheduler):
        raise click.UsageError("--engine dask and --scheduler ADDRESS go together.")
    from riskbook.batch import Options

    loaded, told, settings = prepared(method, maps, lang, [name for name in workbooks if os.path.isfile(name)])
    screen = screen_language(lang)
    options = Options(
        loaded, day(today) or datetime.now().date(), today is not None, lang, strict, password, drop_signature, told,
        settings, force, redo, in_place,
    )  # fmt: skip
    try:
        found, folder, many = _found(workbooks, output, in_place, portfolio)
        if portfolio is not None:
            _refuse_among_clients(found, workbooks, output, portfolio, portfolio_anywhere)
    except RiskbookError as error:
        raise click.UsageError(error_message(error.key, screen, error.params)) from error
    try:
        code = run_found(
            found, options, folder, screen=screen, lines=many, json=format_ == "json", traceback=traceback,
            jobs=jobs, scheduler=scheduler, portfolio=portfolio, sources=workbooks,
        )  # fmt: skip
    except RiskbookError as error:
        click.echo(error_message(error.key, screen, error.params), err=True)
        code = 3
    raise SystemExit(code)


def _found(
    workbooks: Sequence[str], output: str | None, in_place: bool, portfolio: str | None
) -> tuple[Found, str | None, bool]:
    """The jobs, the folder that keeps their journal, and whether they come from folders, patterns or URLs."""
    from riskbook.batch import Found, Job, find, portfolio_paths, storage

    many = any(storage.is_url(name) or storage.is_folder(name) or storage.is_pattern(name) for name in workbooks)
    many = many or portfolio is not None
    if output is not None and not storage.is_url(output) and Path(output).is_file() and (many or len(workbooks) > 1):
        raise click.UsageError(f"{output} is a file; several workbooks need a folder.")
    if many and output is None and not in_place:
        raise click.UsageError(
            "Name a folder for the results with -o OUT, or write into the workbooks with --in-place."
        )
    single = not many and len(set(workbooks)) == 1
    if single and output is not None and not Path(output).is_dir() and not output.endswith(("/", "\\")):
        job = Job(workbooks[0], workbooks[0], output)
        return Found((job,)), None, False
    exclude = [] if portfolio is None else [str(path) for path in portfolio_paths(portfolio)]
    found = find(workbooks, output, in_place=in_place, exclude=exclude)
    return found, None if single or in_place else output, many


def _refuse_among_clients(
    found: Found, sources: Sequence[str], output: str | None, portfolio: str, allowed: bool
) -> None:
    """Refuses to put the figures of all clients into the folder of one.

    A client's own folder is one directly below a source or OUT that holds a workbook or a result, and all below it.
    """
    from riskbook.batch import portfolio_paths, storage

    roots = [Path(place).resolve() for place in sources if Path(place).is_dir()]
    roots += [Path(output).resolve()] if output else []
    place = portfolio_paths(portfolio)[0].resolve().parent
    for name in (name for job in found.jobs for name in (job.source, job.target) if not storage.is_url(name)):
        for root in roots:
            parts = Path(name).resolve().relative_to(root).parts if Path(name).resolve().is_relative_to(root) else ()
            if len(parts) > 1 and place.is_relative_to(root / parts[0]) and not allowed:
                raise OutputError("portfolio-among-clients", path=str(place))
