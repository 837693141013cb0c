"""Spellings that are much like another."""

from __future__ import annotations

from collections.abc import Iterable


def similar_to(text: str, spellings: Iterable[str], at_least: float) -> list[str]:
    """The spellings that are like a text, the most similar first.

    Likeness (0…1) is the share of the characters that both have in the same order; `at_least` of them must be so.
    """
    # Loaded where needed: in most workbooks every spelling is known.
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    found = process.extract(
        text, list(spellings), scorer=Indel.normalized_similarity, score_cutoff=at_least, limit=None
    )
    return [spelling for spelling, _, _ in found]
