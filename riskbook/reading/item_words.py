"""The words of a questionnaire: how its items are spelled, and what a cell that answers one says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from riskbook.reading import values
from riskbook.reading.values import folded, is_blank, squeezed

_MARKS = frozenset("○〇◯◎●✓✔☑✅レ■⭕")
_NO_MARKS = frozenset(("-", "‐", "−", "ー", "―", "×", "✕", "x", "□", "☐", "・", "false", "n"))
_CIRCLED = frozenset("⓪①②③④⑤⓵⓶⓷⓸❶❷❸❹")
_SYMBOLS = re.compile(r"[\s、。，．,.・「」『』()（）\[\]【】？?！!:：;；\"“”'’/／<>＜＞\-－‐~～〜]|※\d*|</?sup>")


@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """A text without what people write differently: spaces, signs, notes."""
    return _SYMBOLS.sub("", squeezed(text))


def known(spec: Mapping[str, Any]) -> Mapping[str, int]:
    """Every wording of the items → their numbers."""
    pairs = [(words, item["number"]) for item in spec["items"] for words in _wordings(item)]
    return _known_of(tuple(pairs))


def _wordings(item: Mapping[str, Any]) -> Sequence[str]:
    return (item["ja"], item["en"], *item.get("name", {}).values())


@lru_cache(maxsize=8)
def _known_of(pairs: tuple[tuple[str, int], ...]) -> dict[str, int]:
    return {plain(words): number for words, number in pairs}


def words(spec: Mapping[str, Any]) -> Mapping[str, str]:
    """Every spelling of the answers → their keys."""
    return _words_of(tuple((s, a["key"]) for a in spec["answers"] for s in (*a["word"].values(), *a["spellings"])))


@lru_cache(maxsize=8)
def _words_of(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {squeezed(word): key for word, key in pairs}


def mark(spec: Mapping[str, Any], value: Any, key: str, score: int) -> str:
    """What stands in the column of an answer: "mark", "printed", "not-used", "" (nothing), or "?"."""
    if is_blank(value) or value is False:
        return ""
    if value is True:
        return "mark"
    raw = (values.text(value) or "").strip()
    if any(character in _CIRCLED or character in _MARKS for character in raw):
        return "mark"
    shown = squeezed(raw).replace("−", "-")
    if shown == str(score) or shown == f"{score}点":
        return "printed"
    if shown in _NO_MARKS:
        return ""
    if shown in {squeezed(word) for word in (*spec["not_used"]["spellings"], *spec["not_used"]["word"].values())}:
        return "not-used"
    if shown == "1" or shown == "v" or words(spec).get(shown) == key:
        return "mark"
    return "?"


def parsed(spec: Mapping[str, Any], value: Any, *, scored: bool) -> tuple[str | None, bool]:
    """The key of the answer that a cell names by word, mark or score, and whether it says "not used"."""
    answers = spec["answers"]
    if isinstance(value, bool):
        return answers[0 if value else min(2, len(answers) - 1)]["key"], False
    has_scores = bool(spec["headers"]["score"])
    if isinstance(value, int | float):
        if has_scores and scored:
            return next((a["key"] for a in answers if a["score"] == value), None), False
        return {1: answers[0]["key"], 0: answers[-1]["key"]}.get(int(value) if value == int(value) else -9), False
    raw = values.text(value) or ""
    spelled = words(spec)
    not_used = {squeezed(word) for word in (*spec["not_used"]["spellings"], *spec["not_used"]["word"].values())}
    whole = squeezed(raw)
    # "1：実施している", "実施している（4点）", "4 実施している": the words decide.
    bare = re.sub(r"^[-−]?\d+[\s:：.．、)）]*|[(\[（【].*?[)\]）】]", "", folded(raw)).strip()
    for shown in (whole, squeezed(bare)):
        if shown in spelled:
            return spelled[shown], False
        if shown in not_used:
            return None, True
    match = re.fullmatch(r"([-−‐]?\d+)点?", whole)
    if match and has_scores and scored:
        score = int(match[1].replace("−", "-").replace("‐", "-"))
        return next((a["key"] for a in answers if a["score"] == score), None), False
    return None, False
