"""`riskbook export`: the assessment of a workbook as files that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook.cli.language import wrong_usage
from riskbook.cli.options import FORCE, TRACEBACK, Given, given_settings, refuse_empty, reported_errors
from riskbook.cli.report import exit_code, failed, next_step, print_exchange
from riskbook.cli.run import assessed, read_settings
from riskbook.cli.terminal import label, say
from riskbook.errors import OutputError

if TYPE_CHECKING:
    from riskbook.records import Outcome

FORMATS = ("ciso-assistant", "csv", "parquet", "json")


@click.command()
@click.argument("workbook", metavar="WORKBOOK")
@click.option("--to", "format_", type=click.Choice(FORMATS), required=True)
@click.option("-o", "--output", metavar="FOLDER")
@given_settings()
@FORCE
@TRACEBACK
def export(workbook: str, format_: str, output: str | None, given: Given, force: bool, traceback: bool) -> None:
    """Write register, measures and findings of a workbook into a folder, for other programs.

    Example: riskbook export samples/kitahama-seiki.xlsx --to csv -o demo/export

    Example: riskbook export samples/kitahama-seiki.xlsx --to ciso-assistant -o demo
    """
    from riskbook.opc import storage

    refuse_empty(workbook, output)
    if storage.is_folder(workbook) or storage.is_pattern(workbook):
        raise wrong_usage("one-export", name=workbook)
    if output is not None and storage.is_url(output):
        raise wrong_usage("export-url", name=output)
    if output is not None and Path(output).is_file():
        raise wrong_usage("export-file", name=output)
    settings = read_settings([workbook], given)
    [outcome] = assessed([workbook], given, settings, traceback=traceback, joined=True)
    if failed(outcome, given.screen):
        raise SystemExit(exit_code([outcome]))
    folder = Path(output) if output is not None else _beside(workbook, format_)
    with reported_errors(given.screen):
        _write(outcome, format_, folder, given.screen, force=force)
    print_exchange(outcome, given.screen)
    code = exit_code([outcome])
    next_step(f"export-{format_}", given.screen, "guide", "howto/export", code=code)
    raise SystemExit(code)


def _beside(workbook: str, format_: str) -> Path:
    """The folder where nobody named one: NAME-FORMAT beside the workbook, for one at a URL in the working folder."""
    from riskbook.model import ASSESSED
    from riskbook.opc import storage

    stem = Path(storage.name_of(workbook)).stem
    name = stem.removesuffix(ASSESSED) or stem
    return (Path() if storage.is_url(workbook) else Path(workbook).parent) / f"{name}-{format_}"


def _write(outcome: Outcome, format_: str, folder: Path, screen: str, *, force: bool) -> None:
    """Writes the files that are not there already; others are replaced only with `force`, and kept.

    Nothing is written where one of them is in the way.
    """
    from riskbook import exports, opc, pipeline
    from riskbook.opc import storage

    result = outcome.result
    assert result is not None
    try:
        files = exports.export_files(result, format_, outcome.lang or screen)
    except ImportError as error:
        raise OutputError("export-parquet") from error
    existing = {name: storage.read_if_present(str(folder / name)) for name in files}
    changed = [name for name, data in files.items() if existing[name] != data]
    taken = next((name for name in changed if existing[name] is not None), None)
    if taken is not None and not force:
        raise OutputError("exists", path=str(folder / taken))
    for name in changed:
        opc.refuse_locked(folder / name)
    for name in changed:
        backup = pipeline.keep_existing(folder / name, force=force, most=result.settings.backups())
        if backup:
            say(label("screen.backup", screen, backup=backup))
        opc.save(files[name], folder / name, overwrite=force)
    say(label("screen.exported", screen, output=str(folder), names=tuple(files)))
