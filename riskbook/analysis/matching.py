"""Lines of an earlier run paired with what they were about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any


def pair(
    lines: Sequence[Any], entries: Sequence[Any], matched: dict[int, int], key_of: Callable[[Any], Any], *,
    unique: bool = False,
) -> None:  # fmt: skip
    """Adds to `matched` (place of a line → place of an entry) those with equal keys, in the order they stand.

    What is matched already stays, and a key of None matches nothing; with `unique` only keys that one line and one
    entry at most have.
    """
    taken = set(matched.values())
    waiting: dict[Any, list[int]] = {}
    for place, entry in enumerate(entries):
        if place not in taken and (key := key_of(entry)) is not None:
            waiting.setdefault(key, []).append(place)
    claims = Counter(key_of(line) for line in lines) if unique else Counter()
    everywhere = Counter(key_of(entry) for entry in entries) if unique else Counter()
    for place, line in enumerate(lines):
        key = key_of(line)
        if place in matched or key is None or not waiting.get(key):
            continue
        if claims[key] <= 1 and everywhere[key] <= 1:
            matched[place] = waiting[key].pop(0)
