"""A method in words: its scales, formulas, levels, criterion of acceptance, and what a ledger must contain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from riskbook.method import Method
from riskbook.method.schema import Scale
from riskbook.model import CIA_FIELDS
from riskbook.sheets.words import captions, grades_text
from riskbook.text import LANGUAGES, joined, label


def factors(method: Method) -> tuple[str, ...]:
    """The factors that people grade by this method."""
    last = ("vulnerability",) if method.has_vulnerability else ("likelihood",)
    judged = ("importance",) if method.importance.rule == "typed" else CIA_FIELDS
    return (*judged, "threat", *last)


def field_word(field: str, lang: str) -> str:
    """The header of a field in one line."""
    return captions(field)[LANGUAGES.index(lang)].replace("\n", "")


def about(method: Method, lang: str) -> str:
    """Where a method comes from."""
    return label("methods.guideline", lang) if method.explained is None else method.explained[lang]


def scale_lines(method: Method, lang: str, *, meanings: bool = True) -> Iterator[str]:
    """A line for each scale, and a line for each of its grades with its meaning."""
    for line, grades in scales(method, lang, meanings=meanings):
        yield line
        yield from (f"  {grade}  {meaning}" for grade, meaning in grades)


def scales(method: Method, lang: str, *, meanings: bool = True) -> Iterator[tuple[str, tuple[tuple[int, str], ...]]]:
    """Each scale: a line with the factors that use it and its grades; and the grades with their meanings."""
    shared: dict[tuple[str, tuple[tuple[int, str], ...]], list[str]] = {}
    for factor in factors(method):
        scale = method.scale_of(factor)
        lines = tuple(_meanings(scale, lang)) if meanings else ()
        shared.setdefault((grades_text(scale, lang), lines), []).append(field_word(factor, lang))
    for (grades, lines), names in shared.items():
        yield label("methods.scale", lang, factors=names, grades=grades), lines


def _meanings(scale: Scale, lang: str) -> Iterator[tuple[int, str]]:
    """Each grade as people type it, with its meaning, or else the words that they may type instead of it."""
    for grade in reversed(scale.ascending):
        typed = scale.turned(grade)
        words = [word for word, value in scale.labels.items() if value == typed and word.isascii() == (lang == "en")]
        meaning = scale.meanings[typed][lang] if scale.meanings else joined(words, lang, parts=True)
        if meaning:
            yield typed, meaning


def formulas(method: Method, lang: str) -> Iterator[str]:
    """The formulas of importance, likelihood and risk, a sentence each."""
    yield label(f"methods.importance-{method.importance.rule}", lang)
    if method.formulas.risk in ("importance_times_likelihood", "matrix"):
        yield label(f"methods.likelihood-{method.likelihood_rule}", lang)
    lowest = method.risk(method.scale_of("importance").lowest, method.scale_of("likelihood").lowest)
    yield label(f"methods.risk-{method.formulas.risk}", lang, lowest=lowest, highest=method.highest_risk)


def levels(method: Method) -> list[dict[str, Any]]:
    """Each level with its key, its words, and its lowest and highest risk, the most severe first."""
    ends = [method.highest_risk, *(level.at_least - 1 for level in method.levels)]
    return [
        {"key": level.key, "word": level.word.by_language(), "from": level.at_least, "to": end}
        for level, end in zip(method.levels, ends, strict=False)
    ]


def level_words(method: Method, lang: str) -> str:
    """The levels with their risks in one line."""
    parts = [
        label("methods.level", lang, word=one["word"][lang], low=one["from"], high=one["to"]) for one in levels(method)
    ]
    return joined(parts, lang, parts=True)


def summary(method: Method, lang: str) -> list[str]:
    """A method in three lines: its scales, its risk, its levels."""
    accepted = "" if method.acceptance is None else label("methods.accepted", lang, at_most=method.acceptance.at_most)
    *_, risk = formulas(method, lang)
    scales = list(scale_lines(method, lang, meanings=False))
    return [joined(scales, lang, parts=True), risk, level_words(method, lang) + accepted]


def needs(method: Method, lang: str) -> str:
    """What a ledger must contain, in a sentence."""
    names = [field_word(field, lang) for field in factors(method) if field not in ("threat", "vulnerability")]
    key = "methods.needs" if method.has_vulnerability else "methods.needs-likelihood"
    return label(key, lang, columns=names)
