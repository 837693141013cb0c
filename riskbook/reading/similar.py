"""Finds similar spellings."""

from __future__ import annotations

from collections.abc import Iterable

from riskbook.model import squeezed

# A text that differs in one of these means something else: 社内サーバー and 社外サーバー.
TURNS_MEANING = frozenset("社外内非自他本無不未")
_SHORTEST_WORD = 2  # characters


def closest(text: str, spellings: Iterable[str], at_least: float) -> str | None:
    """The spelling that is the same text but for its writing, else the most similar one; None where none is alike.

    One that differs in a character which turns the meaning round (社内, 社外) is not alike.
    """
    known = list(spellings)
    by_fold = {squeezed(spelling): spelling for spelling in known}
    same = by_fold.get(squeezed(text))
    key = squeezed(text)
    close = (one for one in similar_to(key, by_fold, at_least) if not (set(key) ^ set(one)) & TURNS_MEANING)
    return same or next((by_fold[one] for one in close), None)


def similar_to(text: str, spellings: Iterable[str], at_least: float) -> list[str]:
    """The spellings whose likeness to a text is `at_least` (0…1) or more, the most similar first.

    The likeness is the share of the characters that both have in the same order.
    """
    # Imported here: in most workbooks every spelling is known.
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    close = process.extract(
        text, list(spellings), scorer=Indel.normalized_similarity, score_cutoff=at_least, limit=None
    )
    return [spelling for spelling, _, _ in close]


def pointing_likeness(text: str, spelling: str) -> float:
    """How closely (0…1) a text points to a spelling: one within the other counts more than characters alike."""
    from rapidfuzz.distance import Indel

    shorter, longer = sorted((text, spelling), key=len)
    # In English a part of a spelling (value of asset value) says little.
    within = shorter in longer and (shorter == spelling or not text.isascii())
    if len(shorter) >= _SHORTEST_WORD and within:
        return 0.6 + 0.4 * len(shorter) / len(longer)
    return float(Indel.normalized_similarity(text, spelling))
