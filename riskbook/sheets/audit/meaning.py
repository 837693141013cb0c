"""What a value of a method's tables means, in a sentence made from its key."""

from __future__ import annotations

from collections.abc import Callable

from riskbook.method import Method
from riskbook.sheets.audit.codes import code_words
from riskbook.sheets.words import medium_word
from riskbook.text import has, joined, label

_NUMBERED = ("first", "second", "third")  # how a sentence names the numbers in its key


def meaning(key: str, value: str | None, method: Method, lang: str) -> str:
    """The sentence for a key such as "likelihood.3.2" and its value; "KEY: VALUE" where there is none.

    The sentence is the label "meaning." with the words of the key. Its numbers are parameters, and so is the treatment
    that a key names.
    """
    treatments = code_words("treatment", method, lang)
    parts = key.split(".")
    name = "meaning." + ".".join(part for part in parts if not part.isdecimal() and part not in treatments)
    shown = _value(parts[-1], value or "", method, lang)
    numbers = (part for part in parts if part.isdecimal())
    params = dict(zip(_NUMBERED, numbers, strict=False))
    named = next((treatments[part] for part in parts if part in treatments), "")
    try:
        return label(name, lang, value=shown, percent=_percent(shown), treatment=named, **params)
    except KeyError:  # no such sentence, or it takes more than the key has
        return f"{key}: {shown}"


def _value(last: str, value: str, method: Method, lang: str) -> str:
    """The value of a key that ends in `last`, its codes in words."""
    words: dict[str, Callable[[str], str]] = {
        "key": lambda one: code_words("level", method, lang).get(one, one),
        "levels": lambda one: code_words("level", method, lang).get(one, one),
        "treatment": lambda one: code_words("treatment", method, lang).get(one, one),
        "media": lambda one: medium_word(method, one, lang) or one,
        "rule": lambda one: _word("rule", one, lang),
        "predicate": lambda one: _word("predicate", one, lang),
    }
    return joined(map(words[last], value.split(", ")), lang) if last in words else value


def _word(kind: str, code: str, lang: str) -> str:
    key = f"meaning.{kind}-{code}"
    return label(key, lang) if has(key) else code


def _percent(value: str) -> str:
    try:
        return f"{float(value):.0%}"
    except ValueError:
        return value
