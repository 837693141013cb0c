"""`riskbook new`: writes a blank form to fill in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.options import METHOD, force, lang, screen_language
from riskbook.cli.report import next_step
from riskbook.cli.terminal import error_message, label, say

if TYPE_CHECKING:
    from riskbook.settings import Settings

_EXTRAS = ("self-check", "cloud")  # questionnaires, in the order of their sheets


@click.command()
@click.argument("output", metavar="OUT.xlsx")
@lang("the form; default: by the locale")
@click.option("--company", default="", metavar="NAME", help="The company, shown on the sheets to fill in.")
@click.option(
    "--departments",
    default="",
    metavar="NAME,NAME,...",
    help="A ledger sheet for each department; default: one ledger.",
)
@click.option(
    "--with",
    "extras",
    multiple=True,
    type=click.Choice(_EXTRAS),
    help="Add the self-check of 25 items, or the check of a cloud service; may be given twice.",
)
@click.option(
    "--services",
    default="",
    metavar="NAME,NAME,...",
    help="A check sheet for each cloud service (implies --with cloud).",
)
@click.option("--only", is_flag=True, help="Write only the sheets of --with and --services, without the risk analysis.")
@click.option(
    "--from",
    "source",
    metavar="WORKBOOK|CSV",
    help="Fill in what stands in another workbook or list, read as for assess.",
)
@click.option("--profile", metavar="FILE", help="A riskbook.toml that says how to read the source of --from.")
@METHOD
@force("Overwrite an existing file.")
def new(
    output: str,
    lang: str | None,
    company: str,
    departments: str,
    extras: tuple[str, ...],
    services: str,
    only: bool,
    source: str | None,
    profile: str | None,
    method: str | None,
    force: bool,
) -> None:
    """Write a blank form: ledger, threats and check of measures, with drop-down lists and formulas.

    Example: riskbook new demo/form.xlsx --lang ja --company 北浜精機株式会社 --departments 営業部,総務部 --force

    Example: riskbook new demo/filled.xlsx --lang ja --from samples/kitahama-seiki.xlsx --force

    Example: riskbook new demo/check.xlsx --lang ja --with self-check --services kintone,freee --force
    """
    from riskbook import forms
    from riskbook.errors import MethodError, RiskbookError

    language = screen_language(lang)
    service_names = _names(services)
    kinds = [kind for kind in _EXTRAS if kind in extras or (kind == "cloud" and service_names)]
    if only and not kinds:
        raise click.UsageError(label("screen.only-what", language))
    if source is not None and (only or departments):
        raise click.UsageError("--from excludes --only and --departments: the ledgers are those of the source.")
    options: dict[str, Any] = {
        "lang": language,
        "company": company,
        "force": force,
        "extras": [kind.replace("-", "_") for kind in kinds],
        "services": service_names,
    }
    try:
        if source is None:
            names = _names(departments)
            issued = forms.Issued(forms.new_form(output, departments=names, method=method, only=only, **options))
        else:
            issued = forms.form_from(output, source, _settings(method, profile), **options)
    except MethodError as error:
        raise click.UsageError(error_message(error.key, language, error.params)) from error
    except RiskbookError as error:
        message = error_message(error.key, language, error.params)
        say(label("screen.failed", language, input=output, message=message), err=True)
        raise SystemExit(3) from error
    say(label("screen.issued", language, output=str(issued.path)))
    if source is not None:
        counts = issued.carried.counts()
        say(label("screen.carried", language, **counts))
        if counts["left"]:
            sheet = label("form.tab.left", language)
            say(label("screen.carried-left", language, left=counts["left"], sheet=sheet))
    next_step("new", language)


def _settings(method: str | None, profile: str | None) -> Settings:
    """How the source of a form is read."""
    from riskbook.method import load_method
    from riskbook.settings import Project, Settings, read_project_file

    given = Project() if profile is None else read_project_file(Path(profile))
    return Settings(load_method(*([] if method is None else [method])), profile=given)


def _names(typed: str) -> list[str]:
    """The names in a list separated by commas (also "，" and "、"), each once."""
    return list(dict.fromkeys(name.strip() for name in re.split("[,，、]", typed) if name.strip()))
