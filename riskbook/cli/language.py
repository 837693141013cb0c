"""In which language riskbook speaks on the screen: its own sentences, its help, and the words of click."""

from __future__ import annotations

import contextlib
import gettext
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import click

from riskbook.cli.terminal import label
from riskbook.text import LANGUAGES
from riskbook.text.catalogue import DOMAIN, LOCALE

WORDS = "riskbook.words"  # of the command line, in the meta of the context


def screen_language(lang: str | None) -> str:
    """The language of what is not about one workbook: `lang`, else as asked for, else by the locale, else Japanese.

    Asked for: anywhere on the command line with --lang, or in RISKBOOK_LANG.
    """
    if lang:
        return lang
    context = click.get_current_context(silent=True)
    words = () if context is None else context.find_root().meta.get(WORDS, ())
    return language_of(words)


def language_of(words: Sequence[str]) -> str:
    """The language that a command line, with its environment, asks for."""
    return _asked(words) or _of_environment()


def wrong_usage(key: str, **params: Any) -> click.UsageError:
    """The error of a command line that cannot be carried out, as `usage.KEY` says it."""
    return click.UsageError(label(f"usage.{key}", screen_language(None), **params))


def bad_value(key: str, option: str | None = None, **params: Any) -> click.BadParameter:
    """The same for the value of an option; `option`: where click does not know which one is read."""
    return click.BadParameter(label(f"usage.{key}", screen_language(None), **params), param_hint=option)


@contextlib.contextmanager
def click_speaks(lang: str) -> Iterator[None]:
    """Within the block, click's own words are in this language.

    click asks gettext for them, in its default domain; gettext looks for the language in the environment only.
    """
    domain, before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = lang
    try:
        yield
    finally:
        gettext.textdomain(domain)
        os.environ.pop("LANGUAGE")
        if before is not None:
            os.environ["LANGUAGE"] = before


def _asked(words: Sequence[str]) -> str | None:
    """The language given with --lang, before or behind the command; it counts before anything else is read."""
    found = None
    for word, after in pairwise([*words, ""]):
        if word == "--":
            break
        given = after if word == "--lang" else word.removeprefix("--lang=")
        if given in LANGUAGES and given != word:
            found = given
    return found


def _of_environment() -> str:
    asked = os.environ.get("RISKBOOK_LANG", "")
    if asked in LANGUAGES:
        return asked
    # The order in which programs look for the locale; C and POSIX name no language.
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if locale and not locale.startswith(("ja", "C", "POSIX")) else "ja"
