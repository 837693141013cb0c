"""The words of a questionnaire: how its items are spelled, and what a cell that answers one says."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from riskbook.method import Item, QuestionnaireSpec
from riskbook.model import folded, squeezed, tidied
from riskbook.reading import values
from riskbook.reading.values import is_blank

MARKS = frozenset("○〇◯◎●✓✔☑✅レﾚ√■⭕⓪①②③④⑤⓵⓶⓷⓸❶❷❸❹丸")
X_MARKS = frozenset(("x", "✕", "✗", "✘"))
NOT_USED = "~"  # the column in which what is not used is marked
_NO_MARKS = frozenset(("-", "‐", "−", "ー", "―", "×", "x", "✕", "✗", "✘", "□", "☐", "・", "false", "n", "*"))
LONGEST_MARK = 3
_MARK_WORDS = frozenset(("1", "v", "o", "済"))
_SYMBOLS = re.compile(r"[\s、。，．,.・「」『』()（）\[\]【】？?！!:：;；\"“”'’/／<>＜＞\-－‐~～〜]|※\d*|</?sup>")


@lru_cache(maxsize=2_048)
def plain(text: str) -> str:
    """A text without what people write differently: spaces, signs, notes, width, case."""
    return _SYMBOLS.sub("", folded(text))


def known(spec: QuestionnaireSpec) -> Mapping[str, int]:
    """Every wording of the items → their numbers."""
    pairs = [(words, item.number) for item in spec.items for words in _wordings(item)]
    return _known_of(tuple(pairs))


def _wordings(item: Item) -> Sequence[str]:
    return (item.ja, item.en, *(item.name.values() if item.name else ()))


@lru_cache(maxsize=8)
def _known_of(pairs: tuple[tuple[str, int], ...]) -> dict[str, int]:
    return {plain(words): number for words, number in pairs}


def words(spec: QuestionnaireSpec) -> Mapping[str, str]:
    """Every spelling of the answers → their keys."""
    return _words_of(tuple((s, a.key) for a in spec.answers for s in (*a.word.values(), *a.spellings)))


@lru_cache(maxsize=8)
def _words_of(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {squeezed(word): key for word, key in pairs}


@lru_cache(maxsize=8)
def _squeezed_all(spelled: tuple[str, ...]) -> frozenset[str]:
    return frozenset(squeezed(word) for word in spelled)


def not_used_words(spec: QuestionnaireSpec) -> frozenset[str]:
    """Every spelling of "not used"."""
    return _squeezed_all((*spec.not_used.spellings, *spec.not_used.word.values()))


def score_of(value: Any) -> int | None:
    """A score, however it is written: 4, "４点", "−1", "▲1"; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return int(value) if math.isfinite(value) and value == int(value) else None
    match = re.fullmatch(r"([-−‐–—ー▲△]?)(\d{1,2})点?", squeezed(str(value)))
    return None if match is None else int(match[2]) * (-1 if match[1] else 1)


def mark(spec: QuestionnaireSpec, value: Any, key: str, score: int, *, crossed: bool = False) -> str:
    """What stands in the column of an answer: "mark", "printed", "not-used", "" (nothing), or "?"."""
    if is_blank(value) or value is False:
        return ""
    raw = (values.text(value) or "").strip()
    shown = squeezed(raw)
    short = re.sub(r"[(\[（【][^)\]）】]*[)\]）】]$", "", shown) or shown
    if value is True or (len(short) <= LONGEST_MARK and set(raw) & MARKS) or (crossed and shown in X_MARKS):
        return "mark"
    if score_of(value) == score:
        return "printed"
    if shown in _NO_MARKS:
        return ""
    if re.sub(r"[(\[（【].*?[)\]）】]", "", shown) in not_used_words(spec):
        return "not-used"
    bracketed = re.fullmatch(r"[(\[【](.+)[)\]】]", shown)  # a circle in plain text
    if shown in _MARK_WORDS or words(spec).get(shown) == key or (bracketed and score_of(bracketed[1]) == score):
        return "mark"
    return "?"


def parsed(spec: QuestionnaireSpec, value: Any, *, scored: bool) -> tuple[str | None, bool]:
    """The key of the answer that a cell names by word, mark or score, and whether it says "not used"."""
    answers = spec.answers
    if isinstance(value, bool):
        return answers[0 if value else min(2, len(answers) - 1)].key, False
    has_scores = bool(spec.headers.score) and scored
    score = score_of(value)
    if score is not None and has_scores:
        return next((a.key for a in answers if a.score == score), None), False
    if score is not None:
        return {1: answers[0].key, 0: answers[-1].key}.get(score), False
    if isinstance(value, datetime):
        return (None if has_scores else answers[0].key), False  # checked on that day
    raw = values.text(value) or ""
    spelled, not_used = words(spec), not_used_words(spec)
    for shown in _said(raw):
        if shown in spelled:
            return spelled[shown], False
        if shown in not_used:
            return None, True
    if has_scores and (marked := score_of("".join(c for c in tidied(raw) if c not in MARKS))) is not None:
        return next((a.key for a in answers if a.score == marked), None), False  # "4○"
    return None, False


def _said(raw: str) -> Iterator[str]:
    """The ways a cell may be meant: whole, without number or letter before it, without brackets and remarks."""
    text = tidied(raw)
    yield squeezed(text)
    bare = re.sub(r"^(?:[-−]?\d+|[ア-オa-dA-D])[\s:：.．、)）]+|[(\[（【].*?[)\]）】]", "", text).strip()
    yield squeezed(bare)
    yield squeezed(re.split(r"[。．\n;；]", bare)[0])
    yield re.sub(r"(?:です|ます)$", "", squeezed(bare))
