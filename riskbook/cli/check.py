"""`riskbook check`: read and report findings, write nothing."""

from __future__ import annotations

from datetime import datetime

import click

from riskbook.cli.options import day, shared
from riskbook.cli.run import run


@click.command()
@shared
def check(
    workbooks: tuple[str, ...], method: str | None, lang: str | None, today: datetime | None, format_: str,
    strict: bool, password: str | None, traceback: bool,
) -> None:  # fmt: skip
    """Read workbooks and report what is wrong with them; writes nothing.

    Example: riskbook check samples/kitahama-seiki.xlsx
    """
    run(
        workbooks, method=method, lang=lang, today=day(today), strict=strict, format_=format_, traceback=traceback,
        password=password, all_findings=True,
    )  # fmt: skip
