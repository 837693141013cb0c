"""Pairs lines of an earlier run with the assets or questions of this run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from riskbook.method import Method

# Least likeness (0…1): of a reworded question or an asset with a decision; of an asset as a whole; of its name.
ALIKE = 0.8
_ASSET_ALIKE, _NAME_ALIKE = 0.65, 0.6
_NAME_WEIGHT, _PART_WEIGHT = 0.7, 0.1  # of the name, and of each of business, medium, department
_TOO_FEW = 3  # fewer ids do not show whether they are mere line numbers
_OTHER_FIELDS = ("note", "users", "confidentiality", "integrity", "availability", "risk")
_KEYS = (("business", "name", "medium", "department"), ("business", "name", "medium"), ("business", "name"))


def canonical(line: Mapping[str, Any], method: Method) -> dict[str, Any]:
    """A line of an earlier list with the canonical name of its medium, as the assets of this run have it."""
    return {**line, "medium": method.canonical_media.get(line["medium"], line["medium"])}


def pair(
    lines: Sequence[Any],
    entries: Sequence[Any],
    matched: dict[int, int],
    key_of: Callable[[Any], Any],
    *,
    unique: bool = False,
) -> None:
    """Adds the pairs with equal keys to `matched` (place of a line → place of an entry), in their order.

    Existing matches stay; the key None matches nothing. `unique`: only keys that occur at most once on each side.
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


def similar(lines: Sequence[str], entries: Sequence[str], at_least: float = ALIKE) -> Iterator[tuple[float, int, int]]:
    """Similar texts: (likeness `at_least`…1, place in `lines`, place in `entries`).

    The likeness is the share of the characters that both have in the same order. All pairs are compared.
    """
    # Imported here: in most runs every line is matched by its key.
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    # Line by line: the whole matrix of likenesses could fill the memory.
    for place, text in enumerate(lines if entries else ()):
        scores = process.cdist(
            [text], entries, scorer=Indel.normalized_similarity, score_cutoff=at_least, dtype=np.float64
        )[0]
        for other in np.flatnonzero(scores):
            yield float(scores[other]), place, int(other)


def take_best(scores: Iterable[tuple[float, int, int]], matched: dict[int, int]) -> list[tuple[int, int]]:
    """Adds the most similar pairs to `matched`, each line and entry once; returns the added pairs.

    `scores`: (likeness, place of a line, place of an entry).
    """
    taken, added = set(matched.values()), []
    for _, place, entry in sorted((-score, place, entry) for score, place, entry in scores):
        if place not in matched and entry not in taken:
            matched[place] = entry
            taken.add(entry)
            added.append((place, entry))
    return added


def match_assets(now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> dict[int, tuple[int, str]]:
    """Place of an asset → (place of the same asset earlier, "id" | "key" | "similar").

    By id (unless most ids now have other names: such ids are line numbers, which move when people sort or add rows),
    else by business, name, medium and department, else by a similar name. Both: mappings with asset_id, business,
    name, medium, department.
    """
    matched: dict[int, int] = {}
    how: dict[int, str] = {}

    def by(word: str, *parts: str, unique: bool = False, needed: str = "name") -> None:
        def key_of(asset: Mapping[str, Any]) -> Any:
            return tuple(asset.get(part) for part in parts) if asset[needed] else None

        pair(now, before, matched, key_of, unique=unique)
        for place in matched:
            how.setdefault(place, word)

    # Of several assets with the same key, first those that agree in all other fields.
    by("id", "asset_id", *_KEYS[0], *_OTHER_FIELDS, needed="asset_id")
    by("id", "asset_id", *_KEYS[0], needed="asset_id")
    if _are_stable_ids(now, before):
        by("id", "asset_id", unique=True, needed="asset_id")
    for parts in _KEYS:
        by("key", *parts, *_OTHER_FIELDS)
        by("key", *parts)
    _match_similar(now, before, matched)
    return {place: (earlier, how.get(place, "similar")) for place, earlier in matched.items()}


def _are_stable_ids(now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> bool:
    """Whether ids stay with their assets; mere line numbers get other names when rows are added or removed."""
    names = {asset["asset_id"]: asset["name"] for asset in before if asset["asset_id"]}
    unchanged = [asset["name"] == names[asset["asset_id"]] for asset in now if asset["asset_id"] in names]
    return len(unchanged) < _TOO_FEW or bool(2 * sum(unchanged) >= len(unchanged))


def _match_similar(
    now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]], matched: dict[int, int]
) -> None:
    taken = set(matched.values())
    left = [place for place in range(len(now)) if place not in matched and now[place]["name"]]
    free = [place for place in range(len(before)) if place not in taken and before[place]["name"]]
    names = [now[place]["name"] for place in left], [before[place]["name"] for place in free]
    scores = []
    for ratio, line, entry in similar(*names, at_least=_NAME_ALIKE):
        asset, other = now[left[line]], before[free[entry]]
        # Names with different numbers (設計図5, 設計図6) are two assets; a number may be added or dropped (a year).
        numbers = [set(re.findall(r"\d+", one["name"])) for one in (other, asset)]
        if not (numbers[0] <= numbers[1] or numbers[1] <= numbers[0]):
            continue
        same = sum(asset[part] == other[part] for part in ("business", "medium", "department"))
        score = _NAME_WEIGHT * ratio + _PART_WEIGHT * same
        if score >= _ASSET_ALIKE:
            scores.append((score, left[line], free[entry]))
    take_best(scores, matched)
