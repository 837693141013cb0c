"""The wordings of a questionnaire's items, and the meaning of cells that answer them."""

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
NOT_USED = "~"  # key of the column in which "not used" is marked
_NO_MARKS = frozenset(("-", "‐", "−", "ー", "―", "×", "x", "✕", "✗", "✘", "□", "☐", "・", "false", "n", "*"))
LONGEST_MARK = 3
_BRACKETS = r"[(\[（【][^()\[\]（）【】]*[)\]）】]"  # with the text in them
_MARK_WORDS = frozenset(("1", "v", "o", "済"))
_SYMBOLS = re.compile(r"[\s、。，．,.・「」『』()（）\[\]【】？?！!:：;；\"“”'’/／<>＜＞\-－‐~～〜]|※\d*|</?sup>")


@lru_cache(maxsize=2_048)
def normalise(text: str) -> str:
    """A text without differences in spaces, signs, note marks, width and case."""
    return _SYMBOLS.sub("", folded(text))


def wordings(spec: QuestionnaireSpec) -> Mapping[str, int]:
    """Every wording of the items → number of the item."""
    pairs = [(words, item.number) for item in spec.items for words in _wordings(item)]
    return _wordings_by_text(tuple(pairs))


def _wordings(item: Item) -> Sequence[str]:
    return (item.ja, item.en, *(item.name.values() if item.name else ()))


@lru_cache(maxsize=8)
def _wordings_by_text(pairs: tuple[tuple[str, int], ...]) -> dict[str, int]:
    return {normalise(words): number for words, number in pairs}


def answer_spellings(spec: QuestionnaireSpec) -> Mapping[str, str]:
    """Every spelling of the answers, folded → key of the answer."""
    return _keys_by_spelling(tuple((s, a.key) for a in spec.answers for s in (*a.word.values(), *a.spellings)))


@lru_cache(maxsize=8)
def _keys_by_spelling(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {squeezed(word): key for word, key in pairs}


@lru_cache(maxsize=8)
def _fold_all(spelled: tuple[str, ...]) -> frozenset[str]:
    return frozenset(squeezed(word) for word in spelled)


def not_used_words(spec: QuestionnaireSpec) -> frozenset[str]:
    """Every spelling of "not used", folded."""
    return _fold_all((*spec.not_used.spellings, *spec.not_used.word.values()))


def score_of(value: Any) -> int | None:
    """A score in any notation: 4, "４点", "−1", "▲1" (▲ is minus in Japanese accounts); None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return int(value) if math.isfinite(value) and value == int(value) else None
    match = re.fullmatch(r"([-−‐–—ー▲△]?)(\d{1,2})点?", squeezed(str(value)))
    return None if match is None else int(match[2]) * (-1 if match[1] else 1)


def classify_mark(spec: QuestionnaireSpec, value: Any, key: str, score: int, *, crossed: bool = False) -> str:
    """The meaning of a cell in the column of answer `key`, whose score is `score`.

    "mark", "printed" (the score, which the form prints), "not-used", "" (no mark), or "?" (unreadable).
    """
    if is_blank(value) or value is False:
        return ""
    raw = (values.text(value) or "").strip()
    shown = squeezed(raw)
    short = re.sub(rf"{_BRACKETS}$", "", shown) or shown
    if value is True or (len(short) <= LONGEST_MARK and set(raw) & MARKS) or (crossed and shown in X_MARKS):
        return "mark"
    if score_of(value) == score:
        return "printed"
    if shown in _NO_MARKS:
        return ""
    if re.sub(_BRACKETS, "", shown) in not_used_words(spec):
        return "not-used"
    bracketed = re.fullmatch(r"[(\[【](.+)[)\]】]", shown)  # "(4)": a circled number in plain text
    if (
        shown in _MARK_WORDS
        or answer_spellings(spec).get(shown) == key
        or (bracketed and score_of(bracketed[1]) == score)
    ):
        return "mark"
    return "?"


def parse_answer(spec: QuestionnaireSpec, value: Any, *, scored: bool) -> tuple[str | None, bool]:
    """The key of the answer in a cell by word, mark or score (None: unreadable), and whether it says "not used".

    `scored`: numbers may be scores.
    """
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
        return (None if has_scores else answers[0].key), False  # the date of the check
    raw = values.text(value) or ""
    spelled, not_used = answer_spellings(spec), not_used_words(spec)
    for shown in _readings(raw):
        if shown in spelled:
            return spelled[shown], False
        if shown in not_used:
            return None, True
    if has_scores and (marked := score_of("".join(c for c in tidied(raw) if c not in MARKS))) is not None:
        return next((a.key for a in answers if a.score == marked), None), False  # "4○"
    return None, False


def _readings(raw: str) -> Iterator[str]:
    """Readings of a cell, folded: whole, without a leading number or letter and brackets, its first sentence."""
    text = tidied(raw)
    yield squeezed(text)
    bare = re.sub(rf"^(?:[-−]?\d+|[ア-オa-dA-D])[\s:：.．、)）]+|{_BRACKETS}", "", text).strip()
    yield squeezed(bare)
    yield squeezed(re.split(r"[。．\n;；]", bare)[0])
    yield re.sub(r"(?:です|ます)$", "", squeezed(bare))
