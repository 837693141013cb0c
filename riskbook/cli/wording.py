"""The help of all commands, from the texts, in lines that a terminal shows well: Japanese is two columns wide."""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator

import click

from riskbook import text

_EXAMPLE = re.compile(r"Example: (riskbook .*)")
_OPENING, _INNER, _CLOSING = "（［｛「『【〔〈《“‘(\\[", "）］｝」』】〕〉》”’)\\]", "、。，．・：；？！…％.,:;"
# What no line is broken in: a word of narrow letters, katakana or kanji, with the endings in hiragana and the signs
# that belong to it.
_PIECE = re.compile(
    rf"\s+|\[[^\[\]]*\]|[{_OPENING}]*(?:[\x21-\x7e\xa0-\u02ff]+|[ァ-ヺー]+|[一-鿿々]{{1,6}}|[^\s])"
    rf"[ぁ-ん]{{,8}}[{_INNER}]*[ぁ-ん]{{,4}}[{_CLOSING}]*"
)
_COL_MAX, _GAP = 30, 2
HELP_NAMES = ["-h", "--help"]


def put_into_words(group: click.Group, lang: str) -> None:
    """Gives every command and option of the group its help text in a language."""
    group.subcommand_metavar = text.label("help.any.command", lang)
    for name, command in {"main": group, **group.commands}.items():
        own = text.label(f"help.{name}", lang)
        command.short_help, _, _ = own.partition("\n")
        command.help = "\n\n".join((own, _examples(command, lang)))
        if (asks_help := command.get_help_option(click.Context(command, help_option_names=HELP_NAMES))) is not None:
            asks_help.help = text.label("help.any.help", lang)
        codes = f"help.{name}.codes" if text.has(f"help.{name}.codes") else "help.any.codes"
        command.epilog = text.label(codes, lang)
        command.options_metavar = text.label("help.any.options", lang)
        for option in command.params:
            if isinstance(option, click.Option):
                key = f"help.{name}.{option.name}"
                option.help = text.label(key if text.has(key) else f"help.any.{option.name}", lang)


def _examples(command: click.Command, lang: str) -> str:
    lines = _EXAMPLE.findall(inspect.getdoc(command.callback) or "")
    return "\n".join(("\b", text.label("help.any.example", lang), *(f"  {line}" for line in lines)))


class Context(click.Context):
    """The context of a command whose help takes the width of Japanese into account."""

    class formatter_class(click.HelpFormatter):  # noqa: N801, the name that click looks for
        """Writes help; only what depends on the width of characters is other than click's."""

        def write_text(self, text: str) -> None:
            """Writes paragraphs; one that begins with a line of \\b keeps its lines."""
            indent = " " * self.current_indent
            for number, paragraph in enumerate(text.split("\n\n")):
                raw, kept, _ = paragraph.partition("\b\n")[::-1]
                lines = raw.split("\n") if kept else list(wrapped(paragraph, self.width - self.current_indent))
                self.write("\n" * (number > 0) + "".join(f"{indent}{line}\n" for line in lines))

        def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _COL_MAX, col_spacing: int = _GAP) -> None:
            """Writes a list of terms, with what is said of them in a second column."""
            listed = list(rows)
            first = min(max(columns_of(term) for term, _ in listed), col_max) + col_spacing
            indent = " " * (self.current_indent + first)
            for term, said in listed:
                head = " " * self.current_indent + term
                fits = columns_of(term) <= first - col_spacing
                head += " " * (first - columns_of(term)) if fits else f"\n{indent}"
                self.write(head + f"\n{indent}".join(wrapped(said, max(self.width - len(indent), 10))) + "\n")


def columns_of(line: str) -> int:
    """How many columns of a terminal a text takes; signs that some terminals show wide count as wide."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in line)


def wrapped(paragraph: str, width: int) -> Iterator[str]:
    """The lines of a paragraph, none wider than `width` columns unless one word is.

    Japanese is broken between words as far as their script shows them; no line begins with 。 or ends with 「.
    """
    line, used = "", 0
    for piece in _PIECE.findall(paragraph):
        taken = columns_of(piece)
        if used and used + taken > width and not piece.isspace():
            yield line.rstrip()
            line, used = "", 0
        if used or not piece.isspace():
            line += " " if piece.isspace() else piece
            used += 1 if piece.isspace() else taken
    if line:
        yield line.rstrip()
