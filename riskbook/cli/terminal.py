"""The one place that writes to the terminal: nothing that a file contains can act on it, or look like riskbook's lines.

A file name or a cell may hold escape sequences that clear the screen, marks that turn a text round, or line ends.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from riskbook import text

ERROR_SCHEMA = "riskbook.error/1"
_PRINTED = "riskbook.printed"
# Control characters (C0 but the line end, DEL, C1), separators of lines, marks of direction, and half surrogates.
_ACTING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


_STYLES: Mapping[str, Mapping[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow"},
    "info": {"fg": "cyan"},
    "good": {"fg": "green"},
}
Marks = Sequence[tuple[str, str]]  # words of a line, each with the style in which a terminal shows it


def say(line: str = "", *, err: bool = False, nl: bool = True, marks: Marks = ()) -> None:
    """Prints a text, with characters that would act on the terminal made visible; `err`: on standard error.

    `marks`: words of the line that are coloured where a person looks on. Where nobody reads any more (`| head`), the
    rest goes nowhere: a run is not given up half done for that.
    """
    try:
        coloured = bool(marks) and _shows_colours(sys.stderr if err else sys.stdout)
        click.echo(_marked(visible(line), marks) if coloured else visible(line), err=err, nl=nl, color=coloured)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, (sys.stderr if err else sys.stdout).fileno())
        os.close(nowhere)


def _marked(shown: str, marks: Marks) -> str:
    """A visible text with its marked words, each where it stands first behind the one before, in their styles."""
    done = ""
    for words, style in marks:
        before, found, shown = shown.partition(visible(words))
        done += before + (click.style(found, **_STYLES[style]) if found else "")
    return done + shown


def _shows_colours(stream: Any) -> bool:
    """Whether colours are wanted: on a terminal, unless NO_COLOR is set; elsewhere only by FORCE_COLOR."""
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def say_document(document: Mapping[str, Any]) -> None:
    """Prints one JSON object."""
    say(as_json(document))
    claim_output()


def claim_output() -> None:
    """Notes that the object of this call is printed, so that an error that comes later prints no other one."""
    click.get_current_context().find_root().meta[_PRINTED] = True


def say_error(message: str, words: Sequence[str] | None = None, *, quiet: bool = False) -> None:
    """Prints why a command ended: on standard error unless `quiet`, and as the object that a program expects.

    `words`: the command line, where it could not be read or its command is left already.
    """
    if not quiet:
        say(message, err=True, marks=[(message, "error")])
    context = click.get_current_context()
    asked = context.params.get("format_") == "json" if words is None else _asks_for_json(words)
    if asked and not context.find_root().meta.get(_PRINTED):
        say_document({"schema": ERROR_SCHEMA, "error": message})


def _asks_for_json(words: Sequence[str]) -> bool:
    pairs = zip(words, [*words[1:], ""], strict=True)
    return any(word == "--format=json" or (word, after) == ("--format", "json") for word, after in pairs)


def as_json(document: Any) -> str:
    """A document as JSON text, escaped where the output is not UTF-8 (the console of Windows)."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") not in ("utf8", "utf8sig")
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(document, ensure_ascii=plain, indent=1))


def visible(line: str) -> str:
    """A text whose characters that act on a terminal, but for line ends, are shown as escapes: \\x1b, \\u202e."""
    return _ACTING.sub(lambda match: _escaped(match[0]), line)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def label(key: str, lang: str, **params: Any) -> str:
    """The words of `key`, as `text.label`; what stands in them takes one line each."""
    return text.label(key, lang, **{name: _one_line(value) for name, value in params.items()})


def error_message(key: str, lang: str, params: Mapping[str, Any]) -> str:
    """What an error says, as `text.error_message`; what stands in it takes one line each."""
    return text.error_message(key, lang, {name: _one_line(value) for name, value in params.items()})


def _one_line(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(_one_line, value))
    if isinstance(value, Mapping):
        return {_one_line(name): _one_line(below) for name, below in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return visible(str(value)).replace("\n", "\\n")
