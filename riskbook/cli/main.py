"""The group of all commands, and what is said where one of them ends with an error."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
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
from riskbook.cli.document import report
from riskbook.cli.due import due
from riskbook.cli.export import export
from riskbook.cli.guide import guide
from riskbook.cli.history import forget, history
from riskbook.cli.language import WORDS, click_speaks, language_of
from riskbook.cli.many import INTERRUPTED
from riskbook.cli.methods import methods
from riskbook.cli.new import new
from riskbook.cli.plan import plan
from riskbook.cli.profile import profile
from riskbook.cli.restore import restore
from riskbook.cli.serve import serve
from riskbook.cli.setup import setup
from riskbook.cli.terminal import error_message, say, say_error, visible
from riskbook.cli.watch import watch
from riskbook.cli.wording import HELP_NAMES, Context, put_into_words
from riskbook.text import LANGUAGES


class _Commands(click.Group):
    """Ends every command in one line and a documented exit code; with `--format json` also in one object.

    All of it, with help and usage errors, is in one language.
    """

    context_class = Context

    def main(self, args: Sequence[str] | None = None, *rest: Any, **more: Any) -> Any:
        lang = language_of(sys.argv[1:] if args is None else args)
        put_into_words(self, lang)
        with click_speaks(lang):
            return super().main(args, *rest, **more)

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **more: Any) -> click.Context:
        try:
            context = super().make_context(info_name, list(args), *rest, **more)
        except click.ClickException as error:
            _make_visible(error)
            raise
        context.meta[WORDS] = args
        return context

    def invoke(self, ctx: click.Context) -> Any:
        words = ctx.meta[WORDS]
        try:
            return super().invoke(ctx)
        except click.exceptions.Exit:  # how --help ends
            raise
        except click.ClickException as error:
            _make_visible(error)
            say_error(visible(error.format_message()), words, quiet=True)
            raise
        except (KeyboardInterrupt, click.Abort) as error:
            say_error(error_message("interrupted", language_of(words), {}), words)
            raise SystemExit(INTERRUPTED) from error
        except Exception as error:
            if "--traceback" in words:
                say(traceback.format_exc(), err=True)
            if isinstance(error, OSError) and error.filename:  # no bug: a name that is too long, a drive that is gone
                about = {"path": str(error.filename), "detail": error.strerror or str(error)}
                say_error(error_message("os-error", language_of(words), about), words)
                raise SystemExit(3) from error
            detail = f"{type(error).__name__}: {error}"
            say_error(error_message("bug", language_of(words), {"detail": detail}), words)
            raise SystemExit(4) from error


def _make_visible(error: click.ClickException) -> None:
    vars(error)["message"] = visible(error.message)


@click.group(cls=_Commands, context_settings={"help_option_names": HELP_NAMES})
@click.version_option(riskbook.__version__, prog_name="riskbook")
@click.option("--lang", type=click.Choice(LANGUAGES))
def main(lang: str | None) -> None:
    """All commands; `lang` is read before anything else: see `language_of`.

    Example: riskbook assess client.xlsx
    """


for _command in (
    add,
    assess,
    audit,
    check,
    answers,  # of its question sheet
    diff,
    due,
    export,
    forget,
    guide,
    history,
    methods,
    new,
    plan,
    profile,
    report,
    restore,
    serve,
    setup,
    verify,
    watch,
):
    assert _command.callback is not None
    _command.callback = clearing(_command.callback)
    _command.context_class = Context
    if not any(option.name == "traceback" for option in _command.params):
        _command.params.append(click.Option(["--traceback"], is_flag=True, expose_value=False))  # `invoke` looks for it
    main.add_command(_command)
