"""The widths of texts on a sheet: full-width characters take twice the room of others."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=16_384)
def display_width(text: str) -> int:
    """The width of a text in half-width characters; full-width ones count twice."""
    return (
        len(text)
        if text.isascii()
        else sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
    )


def shortened(text: str, width: int) -> str:
    """A text cut to a display width, with an ellipsis where it was cut."""
    if len(text) <= width and display_width(text) <= width:
        return text
    kept, left = 0, width - 1
    for character in text[:width]:
        left -= display_width(character)
        if left < 0:
            break
        kept += 1
    return text[:kept] + "…"
