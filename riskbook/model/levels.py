"""Levels of risk: the keys that a method may use, and the bands in which figures over many workbooks are counted."""

from __future__ import annotations

from collections.abc import Mapping

LEVEL_KEYS = ("extreme", "large", "elevated", "medium", "small", "slight")  # the most severe first
UNASSESSED = "unassessed"  # 未評価
# 大, 中, 小, 未評価: what is counted over clients whose methods may differ.
LEVELS = ("large", "medium", "small", UNASSESSED)
BAND_OF = {
    "extreme": "large",
    "large": "large",
    "elevated": "medium",
    "medium": "medium",
    "small": "small",
    "slight": "small",
    UNASSESSED: UNASSESSED,
}


def bands(levels: Mapping[str, int]) -> dict[str, int]:
    """Number of assets by band (as `LEVELS`), from their number by level of any method."""
    counts = dict.fromkeys(LEVELS, 0)
    for key, count in levels.items():
        counts[BAND_OF[key]] += count
    return counts


def in_order(levels: Mapping[str, int]) -> dict[str, int]:
    """Numbers by level, the most severe first. Raises `KeyError` where that of the unassessed is missing."""
    known = {key: int(levels[key]) for key in LEVEL_KEYS if key in levels}
    return {**known, UNASSESSED: int(levels[UNASSESSED])}
