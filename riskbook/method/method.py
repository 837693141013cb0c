"""A loaded method: one edition of the guideline with its instruments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from riskbook.method import formulas
from riskbook.method.instruments import InstrumentSpecs
from riskbook.method.schema import Level, MethodFile, Scale
from riskbook.model import UNASSESSED, squeezed

_RULES = frozenset(
    {
        "scale",
        "scales",
        "media",
        "personal",
        "importance",
        "likelihood",
        "formulas",
        "matrix",
        "levels",
        "acceptance",
        "threats",
        "answers",
        "vulnerability",
        "measures",
        "treatment",
        "residual",
    }
)
# Keys that change no figure, in whatever table they stand.
_WORDS = frozenset(
    {
        "labels",
        "meanings",
        "spellings",
        "marks",
        "marks_yes",
        "marks_no",
        "also",
        "en",
        "word",
        "short",
        "fill",
        "ink",
        "strong",
        "source",
    }
)


def _figures(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _figures(below) for key, below in value.items() if key not in _WORDS and not _is_words(below)}
    return [_figures(below) for below in value] if isinstance(value, list) else value


def _is_words(value: Any) -> bool:
    """Whether a value is a text in several languages."""
    return isinstance(value, Mapping) and "ja" in value


# dict=True: msgspec's classes have no `__dict__`, in which cached properties are stored.
class Method(MethodFile, dict=True, kw_only=True):
    """One edition of the guideline.

    `content`: its tables as JSON, keys sorted, without the instruments. `instruments`: the guideline's other
    instruments; they change no risk, so they are no part of `sha256`.
    `form_efforts`: question of the blank form → its class of effort.
    `profiled`: the factors about whose grades a profile says something, `settled`:
    those of them whose whole scale it gives.
    """

    content: bytes
    instruments: InstrumentSpecs
    form_efforts: Mapping[str, str] = {}
    settled: frozenset[str] = frozenset()
    profiled: frozenset[str] = frozenset()

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of `content`, in hex: which file it is."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def rules_sha256(self) -> str:
        """The SHA-256 of what determines figures, in hex: words, spellings and colours are no part of it."""
        figures = _figures({name: table for name, table in json.loads(self.content).items() if name in _RULES})
        return hashlib.sha256(json.dumps(figures, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def scale_of(self, factor: str) -> Scale:
        """The scale of a factor (confidentiality … likelihood); importance and evaluations mostly share one."""
        return self._scales[factor]

    @cached_property
    def _scales(self) -> Mapping[str, Scale]:
        return formulas.scales_of(self)

    @cached_property
    def likelihood_rule(self) -> str:
        """How likelihood follows from threat and vulnerability: "table" … or "none", where it is typed in the row."""
        return formulas.likelihood_rule(self)

    @property
    def has_vulnerability(self) -> bool:
        """Whether the risk depends on vulnerability."""
        return self.likelihood_rule != "none"

    def likelihood(self, threat: int, vulnerability: int) -> int:
        """Likelihood (被害発生可能性) by threat and vulnerability."""
        return formulas.likelihood(self, threat, vulnerability)

    def risk(self, importance: int, likelihood: int) -> int:
        """Risk by importance and likelihood."""
        return formulas.risk(self, importance, likelihood)

    @cached_property
    def highest_risk(self) -> int:
        """The highest risk that there can be."""
        return self.risk(self.scale_of("importance").highest, self.scale_of("likelihood").highest)

    @cached_property
    def vulnerability_steps(self) -> tuple[tuple[int, float, bool], ...]:
        """From which share of measures implemented on one has which vulnerability; see `formulas`."""
        return formulas.vulnerability_steps(self, self.scale_of("vulnerability").ascending)

    @cached_property
    def level_keys(self) -> tuple[str, ...]:
        """The keys of its levels, the most severe first, and that of the unassessed."""
        return (*(level.key for level in self.levels), UNASSESSED)

    @property
    def accepted(self) -> int:
        """The highest risk that needs no approval: the criterion of acceptance or, without one, the lowest level's."""
        return self.levels[-2].at_least - 1 if self.acceptance is None else self.acceptance.at_most

    def needs_decision(self, risk: int) -> bool:
        """Whether a risk is above what is accepted without a decision."""
        return risk > self.accepted

    def level_of(self, risk: int) -> Level | None:
        """The level of a risk; None for 0, where no risk is left."""
        return next((level for level in self.levels if risk >= level.at_least), None)

    @cached_property
    def canonical_media(self) -> Mapping[str, str]:
        """English names of the media → canonical names."""
        return {medium.en: medium.name for medium in self.media}

    @cached_property
    def question_efforts(self) -> Mapping[str, str]:
        """Question (squeezed) → its own class of effort."""
        return {squeezed(text): key for text, key in {**self.form_efforts, **self.effort.questions}.items()}

    @cached_property
    def answer_weights(self) -> Mapping[int, float]:
        """Answer number → its weight in the share of measures implemented, 0…1; "not applicable" has none."""
        answers = self.answers
        return {
            answers.implemented: 1.0,
            answers.partly: self.vulnerability.partly_weight,
            answers.not_implemented: 0.0,
        }

    @cached_property
    def answer_names(self) -> Mapping[int, str]:
        """Answer number of the check sheet → "implemented", "partly", …, in the order of the numbers."""
        return dict(sorted((number, name) for name, number in self.answers.numbers().items()))

    @cached_property
    def media_by_spelling(self) -> Mapping[str, str]:
        """Spelling of a medium (squeezed) → its canonical name."""
        return {squeezed(s): m.name for m in self.media for s in (m.name, m.en, *m.spellings)}

    @cached_property
    def known_media(self) -> frozenset[str]:
        """The names of the media in the forms of every language."""
        return frozenset(name for medium in self.media for name in (medium.name, medium.en))

    @cached_property
    def medium_names(self) -> tuple[str, ...]:
        """Canonical (Japanese) names of the media, in the order of the method file."""
        return tuple(medium.name for medium in self.media)
