"""`riskbook restore`: brings back a backup of a workbook that riskbook replaced."""

from __future__ import annotations

from datetime import datetime, time

import click

from riskbook.cli.language import screen_language
from riskbook.cli.options import LANG, refuse_empty, reported_errors
from riskbook.cli.report import next_step
from riskbook.cli.terminal import label, say


@click.command()
@click.argument("workbook")
@click.option("--list", "listed", is_flag=True)
@click.option(
    "--from",
    "moment",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]),
)
@LANG
def restore(workbook: str, listed: bool, moment: datetime | None, lang: str | None) -> None:
    """Bring back a backup of WORKBOOK; what stands there now is kept as a backup first.

    Example: riskbook restore demo/kitahama-seiki.xlsx --list
    """
    from riskbook import opc
    from riskbook.errors import OutputError
    from riskbook.opc import storage

    screen = screen_language(lang)
    refuse_empty(workbook)
    with reported_errors(screen):
        backups = opc.backups_of(workbook)
        if listed:
            for backup in backups:
                first = label("screen.backup-first", screen) if backup.first else ""
                say(
                    label(
                        "screen.backup-line",
                        screen,
                        at=backup.at.replace(microsecond=0),
                        place=backup.place,
                        first=first,
                    )
                )
            if not backups:
                say(label("screen.backup-none", screen, path=workbook))
            return
        if moment is not None and moment.time() == time():
            moment = datetime.combine(moment, time.max)
        fitting = [backup for backup in backups if moment is None or backup.at <= moment]
        if not fitting:
            raise OutputError("no-backup", path=workbook)
        chosen = fitting[-1]
        content, now = storage.read(chosen.place), storage.read_if_present(workbook)
        if content == now:
            say(label("screen.restored-same", screen, path=workbook, place=chosen.place))
            return
        if now is not None:
            kept = opc.keep(workbook, now, most=len(backups) + 1)
            say(label("screen.backup", screen, backup=kept))
        storage.write(content, workbook, overwrite=True)
        at = chosen.at.replace(microsecond=0)
        say(label("screen.restored", screen, path=workbook, at=at, place=chosen.place))
    next_step("restore", screen, "check", workbook)
