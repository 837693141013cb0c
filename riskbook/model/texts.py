"""Texts in a form in which they can be compared: width, case and white space make no difference."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def narrow(text: str) -> str:
    """A text with full-width letters, digits and signs as half-width ones (NFKC): Japanese input writes both."""
    return unicodedata.normalize("NFKC", text)


def folded(text: str) -> str:
    """A text in lower case and half width, for comparing; Excel compares the names of sheets like this."""
    return narrow(text).casefold()


def tidied(text: str) -> str:
    """A half-width text, its white space collapsed and trimmed."""
    return " ".join(narrow(text).split())


@lru_cache(maxsize=16_384)  # called for every cell of a workbook
def squeezed(text: str) -> str:
    """A folded text without any white space, for comparing spellings."""
    return "".join(narrow(text).split()).casefold()


def as_text(name: str) -> str:
    """A file name as text that can be written: bytes that could not be decoded are written as escapes."""
    return name.encode("utf-8", "backslashreplace").decode()
