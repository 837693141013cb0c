"""`riskbook assess`: read, compute, and write back into a copy of the same workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.options import day, shared
from riskbook.cli.report import Outcome, print_text
from riskbook.cli.run import run

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook


@click.command()
@shared
@click.option("-o", "--output", metavar="OUT", help="A file for one workbook, a folder for several.")
@click.option("--in-place", is_flag=True, help="Write into the workbook itself; the first original is kept as .bak.")
@click.option("--force", is_flag=True, help="Overwrite an existing output.")
@click.option("--drop-signature", is_flag=True, help="Drop a digital signature, which any change makes invalid.")
def assess(
    workbooks: tuple[str, ...], method: str | None, lang: str | None, today: datetime | None, format_: str,
    maps: tuple[str, ...], strict: bool, password: str | None, traceback: bool, output: str | None,
    in_place: bool, force: bool,
    drop_signature: bool,
) -> None:  # fmt: skip
    """Assess workbooks and write the results back into a copy of each.

    The copy is NAME-assessed.xlsx beside the input unless -o or --in-place says otherwise.

    Example: riskbook assess samples/kitahama-seiki.xlsx -o demo/kitahama-seiki.xlsx --force
    """
    if output and in_place:
        raise click.UsageError("-o and --in-place exclude each other.")
    targets = _targets(workbooks, output, in_place)

    def write(result: AssessedWorkbook, outcome: Outcome) -> None:
        target = targets[outcome.input]
        _refuse_input(Path(outcome.input), target, in_place)
        result.save(target, force=force or in_place, backup=in_place)
        outcome.output = str(target)
        backup = target.with_name(target.name + ".bak")
        outcome.backup = str(backup) if in_place and backup.exists() else None

    run(
        workbooks, method=method, lang=lang, today=day(today), strict=strict, format_=format_, traceback=traceback,
        maps=maps, password=password, drop_signature=drop_signature, show=partial(print_text, all_findings=False),
        finish=write,
    )  # fmt: skip


def _targets(workbooks: Sequence[str], output: str | None, in_place: bool) -> dict[str, Path]:
    """Where each result goes; a usage error where two would go to the same place."""
    targets: dict[str, Path] = {}
    for name in dict.fromkeys(workbooks):
        path = Path(name)
        if in_place:
            targets[name] = path
        elif output is None:
            targets[name] = path.with_name(f"{path.stem}-assessed{path.suffix}")
        elif len(workbooks) > 1 or Path(output).is_dir() or output.endswith(("/", "\\")):
            targets[name] = Path(output) / path.name
        else:
            targets[name] = Path(output)
    if len(workbooks) > 1 and output is not None and Path(output).is_file():
        raise click.UsageError(f"{output} is a file; several workbooks need a folder.")
    clashes: list[Any] = [target for target, count in Counter(targets.values()).items() if count > 1]
    if clashes:
        raise click.UsageError(f"Several inputs would be written to {clashes[0]}; name them in separate calls.")
    return targets


def _refuse_input(source: Path, target: Path, in_place: bool) -> None:
    from riskbook.errors import OutputError

    if not in_place and target.exists() and target.samefile(source):
        raise OutputError("same-file", path=str(target))
    if target.suffix.lower() != source.suffix.lower():
        raise OutputError("wrong-extension", path=str(target), suffix=source.suffix)
