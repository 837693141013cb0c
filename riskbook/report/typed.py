"""What Word's paragraphs and rows say before docxtpl takes them apart: mistakes that would go unnoticed afterwards.

docxtpl puts a steering word such as {%tr for … %} in the place of the whole row, whatever else stands there, and braces
that are not exactly its own stand in the report as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

LONGEST = 60  # characters of the text around a problem
_ALONE = {qn("w:tr"): "tr", qn("w:tc"): "tc", qn("w:p"): "p"}
_STEERS = {kind: re.compile(r"(?:\{%|\{\{|\{#)" + kind + r"\s[^}%#]*(?:%\}|\}\}|#\})") for kind in ("tr", "tc", "p")}
# Braces that are full-width or have blanks between them, around anything; a single pair around a name.
_BRACES = re.compile(
    r"(?P<wide>(?=[^\n]{0,4}[｛％])[{｛]\s*[{｛%％][^{}｛｝\n]*[}｝%％]?\s*[}｝]?)"
    r"|(?P<apart>\{\s+%[^{}\n]*%?\s*\}?)"
    r"|(?<!\{)(?P<open>[{｛](?:\s+[{｛])?)\s*(?P<name>[A-Za-z_]\w*)(?:\.\w+)?\s*(?:[}｝]\s*){1,2}"
)
_CLOSED_WIDE = re.compile(r"\{[{%][^{}%\n]*?(?:[%％]?\s*｝|％\s*\})[}｝]?")
_LOOP = re.compile(r"\{%\w*\s+for\s+(\w+)\s+in\b")


@dataclass(frozen=True)
class Mistake:
    """A mistake: its kind (of the texts "template.KIND"), whether it is in a table, the text, and what is named."""

    kind: str
    in_table: bool
    text: str
    about: Mapping[str, Any]


def shortened_text(said: str) -> str:
    """The text around a problem, cut."""
    said = " ".join(said.split())
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def mistakes(xml: str, fields: Collection[str]) -> Iterator[Mistake]:
    """What is typed wrongly into a part, in its order; `fields`: the names that braces may stand around."""
    tree = parse_xml(xml.encode())
    elements = [(one, _own_text(one)) for one in tree.iter(*_ALONE)]
    names = {*fields, *_LOOP.findall("\n".join(text for one, text in elements if one.tag == qn("w:p")))}
    for one, text in elements:
        kind = _ALONE[one.tag]
        in_table = kind != "p" or next(one.iterancestors(qn("w:tc")), None) is not None
        found = _STEERS[kind].search(text)
        if found and (text[: found.start()] + text[found.end() :]).strip():
            yield Mistake(f"alone-{kind}", in_table, shortened_text(text), {"steers": shortened_text(found[0])})
        if kind == "p":
            for typed in _wrong_braces(text, names):
                yield Mistake("braces", in_table, shortened_text(text), {"found": shortened_text(typed)})


def _own_text(element: Any) -> str:
    """The text of a paragraph, cell or row, without that of one of its own kind within it."""
    texts = element.iter(qn("w:t"))
    return "".join(one.text or "" for one in texts if next(one.iterancestors(element.tag)) is element)


def _wrong_braces(text: str, names: Collection[str]) -> Iterator[str]:
    closed = [found[0] for found in _CLOSED_WIDE.finditer(text)]
    yield from closed
    for found in _BRACES.finditer(text):
        if found["name"] is None or found["name"] in names:
            yield found[0].strip()
