"""The group of all commands, and what is said where one of them ends with an error."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import click

import riskbook
from riskbook.cli.add import add
from riskbook.cli.answers import answers
from riskbook.cli.assess import assess
from riskbook.cli.audit import audit, verify
from riskbook.cli.check import check
from riskbook.cli.clearing import clearing
from riskbook.cli.diff import diff
from riskbook.cli.due import due
from riskbook.cli.history import forget, history
from riskbook.cli.many import INTERRUPTED
from riskbook.cli.methods import methods
from riskbook.cli.new import new
from riskbook.cli.options import screen_language
from riskbook.cli.plan import plan
from riskbook.cli.profile import profile
from riskbook.cli.restore import restore
from riskbook.cli.terminal import error_message, say, say_error, visible
from riskbook.cli.watch import watch

_WORDS = "riskbook.words"


class _Commands(click.Group):
    """Ends every command in one line and a documented exit code; with `--format json` also in one object."""

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **more: Any) -> click.Context:
        try:
            context = super().make_context(info_name, list(args), *rest, **more)
        except click.ClickException as error:
            _make_visible(error)
            raise
        context.meta[_WORDS] = args
        return context

    def invoke(self, ctx: click.Context) -> Any:
        words = ctx.meta[_WORDS]
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:  # how --help ends
            raise
        except click.ClickException as error:
            _make_visible(error)
            say_error(visible(error.format_message()), words, quiet=True)
            raise
        except (KeyboardInterrupt, click.Abort) as error:
            say_error(error_message("interrupted", _language(words), {}), words)
            raise SystemExit(INTERRUPTED) from error
        except Exception as error:
            if "--traceback" in words:
                say(traceback.format_exc(), err=True)
            detail = f"{type(error).__name__}: {error}"
            say_error(error_message("bug", _language(words), {"detail": detail}), words)
            raise SystemExit(4) from error


def _make_visible(error: click.ClickException) -> None:
    vars(error)["message"] = visible(error.message)


def _language(words: Sequence[str]) -> str:
    given = next((after for word, after in pairwise(words) if word == "--lang"), None)
    return screen_language(given if given in ("ja", "en") else None)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(riskbook.__version__, prog_name="riskbook")
def main() -> None:
    """Risk assessment inside the client's own Appendix-7 workbook.

    Exit codes: 0 success, 1 findings of severity error (or packages that changed, or deadlines that passed), 2 wrong
    usage, 3 some file could not be processed, 4 a bug in riskbook, 130 interrupted.
    """


for _command in (
    add,
    assess,
    audit,
    check,
    answers,  # of its question sheet
    diff,
    due,
    forget,
    history,
    methods,
    new,
    plan,
    profile,
    restore,
    verify,
    watch,
):
    assert _command.callback is not None
    _command.callback = clearing(_command.callback)
    main.add_command(_command)
