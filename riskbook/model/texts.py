"""The one fold of texts: what width, case and white space make no difference to."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def narrow(text: str) -> str:
    """A text with full-width letters, digits and signs as half-width ones (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def folded(text: str) -> str:
    """A text without case and width, for comparing: names of sheets as Excel compares them."""
    return narrow(text).casefold()


def tidied(text: str) -> str:
    """A text without differences of width, its white space collapsed and trimmed."""
    return " ".join(narrow(text).split())


@lru_cache(maxsize=16_384)
def squeezed(text: str) -> str:
    """A folded text without any white space, for comparing spellings."""
    return "".join(narrow(text).split()).casefold()


def as_text(name: str) -> str:
    """A name that the system gave, which may be made of bytes that are no text."""
    return name.encode("utf-8", "backslashreplace").decode()
