"""Every sentence a person reads, in Japanese and English, by key. Imports nothing of riskbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from riskbook.text.errors import ERRORS
from riskbook.text.findings import FINDINGS
from riskbook.text.form import EXAMPLE, FORM
from riskbook.text.instruments import INSTRUMENTS
from riskbook.text.labels import LABELS
from riskbook.text.screen import SCREEN

__all__ = ["EXAMPLE", "LANGUAGES", "both", "error_message", "finding_texts", "has", "label"]

LANGUAGES = ("ja", "en")
_LABELS = LABELS | INSTRUMENTS | FORM | SCREEN


def label(key: str, lang: str, **params: Any) -> str:
    """The words of `key` in a language ("ja" | "en"), filled with `params`; `KeyError` for an unknown key."""
    return _LABELS[key][LANGUAGES.index(lang)].format(**params)


def both(key: str) -> tuple[str, str]:
    """The words of `key` in every language, unfilled."""
    return _LABELS[key]


def has(key: str) -> bool:
    """Whether `label` knows a key."""
    return key in _LABELS


def error_message(key: str, lang: str, params: Mapping[str, Any]) -> str:
    """The one line that says why a file cannot go on and what to do."""
    return ERRORS[key][LANGUAGES.index(lang)].format(**params)


def finding_texts(message_key: str, lang: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What a finding says, and what mends it."""
    entry = FINDINGS[message_key]
    place = LANGUAGES.index(lang)
    filled = {name: _worded(name, value, lang) for name, value in params.items()}
    return entry[place].format(**filled), entry[place + 2].format(**filled)


def _worded(name: str, value: Any, lang: str) -> Any:
    """Field names stand in `field` and `fields` by their key; what the method says in both languages, in its own."""
    if isinstance(value, Mapping):
        return value[lang]
    if name == "field":
        return label(f"field.{value}", lang)
    if name == "fields" and isinstance(value, Sequence):
        return ("・" if lang == "ja" else ", ").join(label(f"field.{field}", lang) for field in value)
    return value
