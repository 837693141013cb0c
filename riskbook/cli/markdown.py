"""A page of the guide as lines for a terminal: no pictures, links as their words, tables as lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from riskbook.cli.wording import columns_of, wrapped

_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)\n?")
_PICTURES = re.compile(r" ?[（(](?:\[[^\]]*\]\([^)]*\.png\)[、, ]*)+[）)]")  # nothing but pictures in brackets
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ITEM = re.compile(r"(- |\d+\. )")
_CELLS = re.compile(r"(?<!\\)\|")
_WIDE = re.compile("[\u2e80-\uffef]")
_PAUSES = ("、", "。", "：", "（", "「")  # after which no space stands either


def as_lines(markdown: str, width: int) -> Iterator[str]:
    """The lines of a page, none wider than `width` columns but for commands and what they print."""
    text = _PICTURE.sub("", _COMMENT.sub("", markdown))
    blocks = re.split(r"^( *```.*?^ *```)$", text, flags=re.DOTALL | re.MULTILINE)
    for number, block in enumerate(blocks):
        if number % 2:
            yield from (f"    {line}" for line in dedent(block).splitlines()[1:-1])
            yield ""
        else:
            for paragraph in re.split(r"\n\s*\n", block.strip("\n")):
                if paragraph.strip():
                    yield from _paragraph(paragraph.splitlines(), width)
                    yield ""


def _paragraph(lines: list[str], width: int) -> Iterator[str]:
    if lines[0].startswith("#"):
        rank, _, title = lines[0].partition(" ")
        yield _plain(title)
        yield {"#": "=", "##": "-"}.get(rank, "·") * min(columns_of(_plain(title)), width)
        yield from _paragraph(lines[1:], width) if lines[1:] else ()
    elif len(lines) > 1 and re.fullmatch(r"[|:\- ]+", lines[1]):
        yield from _table(lines, width)
    else:
        yield from _text(lines, width)


def _text(lines: list[str], width: int) -> Iterator[str]:
    """Sentences, and items of a list each from a line of its own."""
    parts: list[str] = []
    for line in lines:
        if _ITEM.match(line) or not parts:
            parts.append(line)
        else:
            parts[-1] = _joined(parts[-1], line.strip())
    for part in parts:
        mark = match[0] if (match := _ITEM.match(part)) else ""
        inner = list(wrapped(_plain(part[len(mark) :]), width - len(mark)))
        yield from (f"{mark if not number else ' ' * len(mark)}{line}" for number, line in enumerate(inner))


def _joined(first: str, second: str) -> str:
    """Two lines of a paragraph as one: no space stands between Japanese characters."""
    between = "" if first.endswith(_PAUSES) or (_WIDE.match(first[-1:]) and _WIDE.match(second[:1])) else " "
    return f"{first}{between}{second}"


def _table(lines: list[str], width: int) -> Iterator[str]:
    """A row of a table as its first cell, with the others below it; with their headers where there are several."""
    heads, _, *rows = ([cell.strip() for cell in _CELLS.split(line.strip("|"))] for line in lines)
    for row in rows:
        first, *others = map(_plain, row)
        yield from wrapped(first, width) if first else ()
        for head, cell in zip(heads[1:], others, strict=False):
            said = f"{_plain(head)}: {cell}" if len(others) > 1 and head else cell
            yield from (f"    {line}" for line in wrapped(said, width - 4)) if cell else ()


def _plain(text: str) -> str:
    """A text without marks; what stands between backquotes stays as it is."""
    parts = _LINK.sub(r"\1", _PICTURES.sub("", text)).replace("<br>", " ").replace("\\|", "|").split("`")
    return "".join(part if number % 2 else part.replace("**", "") for number, part in enumerate(parts)).strip()
