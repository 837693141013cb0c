"""`riskbook methods`: lists the methods that come with riskbook, and explains one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.language import screen_language
from riskbook.cli.options import FORMAT, LANG
from riskbook.cli.report import next_step
from riskbook.cli.terminal import error_message, label, say, say_document

if TYPE_CHECKING:
    from riskbook.method import Method

SCHEMA = "riskbook.methods/1"


@click.command()
@click.argument("name", required=False, metavar="[NAME|PATH]")
@FORMAT
@LANG
def methods(name: str | None, format_: str, lang: str | None) -> None:
    """List the methods: their scales, formula and levels; with NAME, explain one, also one in a file of your own.

    Example: riskbook methods

    Example: riskbook methods isms-36 --lang ja
    """
    from riskbook.errors import MethodError
    from riskbook.method import available_methods, load_method

    screen = screen_language(lang)
    try:
        loaded = [load_method(one) for one in ((name,) if name else available_methods())]
    except MethodError as error:
        raise click.UsageError(error_message(error.key, screen, error.params)) from error
    if format_ == "json":
        say_document({"schema": SCHEMA, "methods": [_plain(method) for method in loaded]})
    elif name:
        _explain(loaded[0], name, screen)
    else:
        for method in loaded:
            _list(method, screen)
        next_step("methods", screen, "methods", loaded[-1].name)


def _list(method: Method, screen: str) -> None:
    from riskbook.sheets import explain

    say(f"{method.name}  {method.title[screen]}")
    for line in explain.summary(method, screen):
        say(f"  {line}")


def _explain(method: Method, name: str, screen: str) -> None:
    """Prints a method in sentences, with a table of its levels."""
    from riskbook.sheets import explain

    say(f"{method.name}  {method.title[screen]}")
    say(explain.about(method, screen))
    _section("scales", explain.scale_lines(method, screen), screen)
    _section("formulas", explain.formulas(method, screen), screen)
    table = [
        label("methods.row", screen, low=one["from"], high=one["to"], word=one["word"][screen])
        for one in explain.levels(method)
    ]
    _section("levels", table, screen)
    if method.acceptance is not None:
        _section("acceptance", [label("methods.accepted-up-to", screen, at_most=method.acceptance.at_most)], screen)
    _section("ledger", [explain.needs(method, screen)], screen)
    _section(
        "choose",
        [
            f"riskbook assess client.xlsx --method {name}",
            f"riskbook new form.xlsx --method {name}",
            f'riskbook.toml: method = "{name}"',
        ],
        screen,
    )


def _section(key: str, lines: Any, screen: str) -> None:
    say(f"\n{label(f'methods.{key}', screen)}")
    for line in lines:
        say(f"  {line}")


def _plain(method: Method) -> dict[str, Any]:
    """A method as an object of schema riskbook.methods/1."""
    from riskbook.sheets import explain

    def scale(factor: str) -> dict[str, Any]:
        found = method.scale_of(factor)
        labels = dict(found.labels)
        return {"grades": list(found.ascending), "reversed": found.reversed, "unknown": found.unknown, "labels": labels}

    return {
        "name": method.name,
        "edition": method.edition,
        "title": method.title.by_language(),
        "explained": method.explained and method.explained.by_language(),
        "scales": {factor: scale(factor) for factor in explain.factors(method)},
        "importance": method.importance.rule,
        "likelihood": method.likelihood_rule,
        "risk": method.formulas.risk,
        "highest_risk": method.highest_risk,
        "levels": explain.levels(method),
        "accepted": method.acceptance and method.acceptance.at_most,
    }
