"""`riskbook add`: puts a blank questionnaire into a workbook that people already use."""

from __future__ import annotations

import click

from riskbook.cli.language import wrong_usage
from riskbook.cli.options import DROP_SIGNATURE, FORCE, LANG, METHOD, PASSWORD, Given, refuse_empty
from riskbook.cli.report import assess_again, next_step
from riskbook.cli.terminal import error_message, label, say

_KINDS = ("self-check", "cloud", "response")


@click.command()
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("workbook")
@LANG
@METHOD
@PASSWORD
@click.option("-o", "--output", metavar="OUT")
@click.option("--service", default="", metavar="NAME")
@DROP_SIGNATURE
@FORCE
def add(
    kind: str,
    workbook: str,
    lang: str | None,
    method: str | None,
    password: str | None,
    output: str | None,
    service: str,
    drop_signature: bool,
    force: bool,
) -> None:
    """Add a blank sheet to WORKBOOK: the self-check, the check of a cloud service, or the incident sheet.

    Example: riskbook add self-check samples/kitahama-seiki.xlsx -o demo/added.xlsx
    """
    refuse_empty(workbook, output)
    if service and kind != "cloud":
        raise wrong_usage("service-cloud")
    from pathlib import Path

    from riskbook import additions
    from riskbook.errors import RiskbookError
    from riskbook.opc import storage

    given = Given(method, lang, None, (), False, password)
    settings = given.settings([workbook], drop_signature=drop_signature)
    named, chosen = kind.replace("-", "_"), settings
    try:
        if not storage.is_url(workbook):
            chosen = settings.beside(Path(workbook))
        added = additions.add_sheet(workbook, named, chosen, output=output, service=service.strip(), force=force)
    except RiskbookError as error:
        message = error_message(error.key, given.screen, error.params)
        say(label("screen.failed", given.screen, input=storage.shown(workbook), message=message), err=True)
        raise SystemExit(3) from error
    say(label("screen.added", added.lang, tab=added.tab, path=added.path))
    if added.backup:
        say(label("screen.backup", added.lang, backup=added.backup))
    next_step("add", added.lang, *assess_again([str(added.path)]))
