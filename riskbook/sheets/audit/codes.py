"""The words of the package: headers of columns, and words for the codes in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, EVENTS, LEVELS, MARK_FIELDS, SEVERITIES, STATES, used_in
from riskbook.sheets import words
from riskbook.sheets.changes import field_word, value_word
from riskbook.sheets.theme import level_word
from riskbook.text import LANGUAGES, has, label

# Column → prefix of the labels for its codes, and the codes.
_WORDED: dict[str, tuple[str, tuple[str, ...]]] = {
    "event": ("event", EVENTS),
    "matched": ("matched", ("id", "key", "similar")),
    "severity": ("severity", SEVERITIES),
    "finding": ("finding", ("new", "open", "answered", "closed")),
    "acceptance": ("acceptance", ("in-force", "expired", "nameless", "endless")),
    "state_key": ("state", STATES),
    "timing": ("timing", ("late", "future")),
}
# The fields that factors and causes of a change may name.
CHANGED = tuple(
    dict.fromkeys(
        (
            *("importance", "threat", "vulnerability", "method", "share", "medium", "sheet"),
            *("threat_source", "vulnerability_source"),
            *CIA_FIELDS,
            *MARK_FIELDS,
            *used_in("moves"),
        )
    )
)
YES = "○"


def header(table: str, key: str, method: Method, lang: str) -> str:
    """The header of a column: the label of this table, of all audit tables, or of the other sheets."""
    level = key.removeprefix("assets_")
    if level != key:
        return level_word(method, level, lang)
    own = next((name for name in (f"audit.{table}.{key}", f"audit.{key}") if has(name)), None)
    return label(own, lang) if own else words.captions(key)[LANGUAGES.index(lang)]


def code_words(key: str, method: Method, lang: str) -> Mapping[Any, str]:
    """The words for the codes of a column, by code; empty for a column without codes."""
    if key in _WORDED:
        prefix, codes = _WORDED[key]
        return {code: label(f"{prefix}.{code}", lang) for code in codes}
    if key == "level":
        return {level: level_word(method, level, lang) for level in LEVELS}
    if key in ("treatment", "decided"):
        return {name: about.word[lang] for name, about in method.treatments.items()}
    if key == "answer":
        return {number: value_word("measure-answer", number, method, lang) for number in method.answer_names}
    return {}


def end_words(event: str, method: Method, lang: str) -> Mapping[str | None, str]:
    """The words for the codes that stand before and after an event of this kind, by code."""
    if event == "risk-level":
        return code_words("level", method, lang)
    if event in ("measure-state", "measure-overdue"):
        return code_words("state_key", method, lang)
    if event in ("measure-answer", "measure-added", "measure-removed"):
        return {str(number): word for number, word in code_words("answer", method, lang).items()}
    return {None: label("changes.unknown", lang)} if event.startswith("risk-") else {}


@cache
def _fields(lang: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """Names of fields → their words and words → names, and a pattern for both at the beginning of a pair."""
    named = {name: field_word(name, lang) for name in CHANGED}
    both = {**named, **{word: name for name, word in named.items()}}
    longest_first = sorted(both, key=lambda text: -len(text))
    return both, re.compile(rf"(^|; )({'|'.join(map(re.escape, longest_first))})(?= )")


def pairs_swapped(text: str, lang: str) -> str:
    """A text of factors or causes ("threat 1→2; …") with names of fields as words, and words as names.

    Because both are exchanged, a second call gives back any text as it was, whatever people typed into it.
    """
    both, pattern = _fields(lang)
    return pattern.sub(lambda match: match[1] + both[match[2]], text)
