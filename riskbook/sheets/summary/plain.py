"""What the summary says, as plain values: for pages that are no sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from riskbook.method import Method
from riskbook.model import UNASSESSED, Assessment
from riskbook.sheets import words
from riskbook.sheets.summary.answers import answers
from riskbook.sheets.summary.heat_map import across_word
from riskbook.sheets.theme import level_colours, level_word
from riskbook.sheets.words import Row
from riskbook.text import label

TOP = 10  # assets


@dataclass(frozen=True)
class Field:
    """A cell of the heat map: how many assets, the risk value, the level as key and in words."""

    count: int
    risk: int
    level: str
    word: str


@dataclass(frozen=True)
class Overview:
    """The summary of one assessment in one language.

    `title`: the client. `method`: its title. `day`: of the assessment. `counts`: key, words and number of each level.
    `answers`: question and sentence. `across`: name and values of the axis to the right. `heat`: importance and fields
    of each row, the highest first. `top`: the highest risks, as texts. `colours`: level → fill and ink (RRGGBB).
    """

    title: str
    method: str
    day: str
    counts: tuple[tuple[str, str, int], ...]
    answers: tuple[tuple[str, str], ...]
    across: tuple[str, tuple[int, ...]]
    heat: tuple[tuple[int, tuple[Field, ...]], ...]
    top: tuple[dict[str, str], ...]
    colours: dict[str, tuple[str, str]]


@dataclass
class _Speaker:
    method: Method
    lang: str
    assessment: Assessment

    def word(self, key: str, **params: object) -> str:
        return label(key, self.lang, **params)


def overview(assessment: Assessment, rows: Sequence[Row], method: Method, lang: str, title: str) -> Overview:
    """The summary; `rows`: the assets, highest risk first, as the sheets get them."""
    likelihoods = method.scale_of("likelihood").ascending
    counted = Counter((row["importance"], row["likelihood"]) for row in rows if not words.unassessed(row))
    return Overview(
        title=title,
        method=method.title[lang],
        day=assessment.today.isoformat(),
        counts=tuple((key, level_word(method, key, lang), count) for key, count in assessment.counts().items()),
        answers=tuple(
            (label(f"summary.ask-{key}", lang), said) for key, said in answers(_Speaker(method, lang, assessment), rows)
        ),
        across=(label(across_word(method), lang), tuple(likelihoods)),
        heat=tuple(
            (one, tuple(_field(method, lang, counted[one, two], one, two) for two in likelihoods))
            for one in reversed(method.scale_of("importance").ascending)
        ),
        top=tuple(_asset(row, method, lang) for row in rows if not words.unassessed(row))[:TOP],
        colours={key: level_colours(method, key)[:2] for key in (*method.level_keys, UNASSESSED)},
    )


def _field(method: Method, lang: str, count: int, importance: int, likelihood: int) -> Field:
    risk = method.risk(importance, likelihood)
    level = method.level_of(risk)
    assert level is not None
    return Field(count, risk, level.key, level.word[lang])


def _asset(row: Row, method: Method, lang: str) -> dict[str, str]:
    return {
        "level_key": row["level"],
        "risk": str(words.number(row["risk"])),
        "level": level_word(method, row["level"], lang),
        "name": row["name"] or "",
        "business": row["business"] or "",
        "medium": words.medium_word(method, row["medium"], lang) or "",
        "department": row["department"] or "",
        "treatment": words.treatment_word(method, row["treatment"], lang) or "",
        "place": str(row["place"]),
    }
