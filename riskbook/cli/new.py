"""`riskbook new`: writes a blank form to fill in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.language import screen_language, wrong_usage
from riskbook.cli.options import FORCE, LANG, MAP, METHOD, PASSWORD, columns_of_maps
from riskbook.cli.report import assess_again, next_step
from riskbook.cli.terminal import error_message, label, say

if TYPE_CHECKING:
    from riskbook.settings import Settings

_EXTRAS = ("self-check", "cloud")  # questionnaires, in the order of their sheets


@click.command()
@click.argument("output", metavar="OUT.xlsx")
@LANG
@click.option("--company", default="", metavar="NAME")
@click.option(
    "--departments",
    default="",
    metavar="NAME,NAME,...",
)
@click.option(
    "--with",
    "extras",
    multiple=True,
    type=click.Choice(_EXTRAS),
)
@click.option(
    "--services",
    default="",
    metavar="NAME,NAME,...",
)
@click.option("--only", is_flag=True)
@click.option(
    "--from",
    "source",
    metavar="WORKBOOK|CSV",
)
@click.option("--profile", metavar="FILE")
@METHOD
@MAP
@PASSWORD
@FORCE
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
    maps: tuple[str, ...],
    password: str | None,
    force: bool,
) -> None:
    """Write a blank form: ledger, threats and check of measures, with drop-down lists and formulas.

    Example: riskbook new demo/form.xlsx --company 北浜精機 --departments 営業部,総務部

    Example: riskbook new demo/filled.xlsx --from samples/kitahama-seiki.xlsx

    Example: riskbook new demo/check.xlsx --with self-check --services kintone
    """
    from riskbook import forms
    from riskbook.errors import MethodError, RiskbookError

    language = screen_language(lang)
    service_names = _names(services)
    kinds = [kind for kind in _EXTRAS if kind in extras or (kind == "cloud" and service_names)]
    if only and not kinds:
        raise wrong_usage("only-what")
    if source is not None and (only or departments):
        raise wrong_usage("from-ledgers")
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
            issued = forms.form_from(output, source, _settings(method, profile, maps, password), **options)
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
    next_step("new", language, *assess_again([str(issued.path)]))


def _settings(method: str | None, profile: str | None, maps: tuple[str, ...], password: str | None) -> Settings:
    """How the source of a form is read."""
    from riskbook.method import load_method
    from riskbook.settings import Project, Settings, read_project_file

    given = Project() if profile is None else read_project_file(Path(profile))
    chosen = load_method(*([] if method is None else [method]))
    return Settings(chosen, profile=given, columns=columns_of_maps(maps), password=password)


def _names(typed: str) -> list[str]:
    """The names in a list separated by commas (also "，" and "、"), each once."""
    return list(dict.fromkeys(name.strip() for name in re.split("[,，、]", typed) if name.strip()))
