"""A loaded method: one edition of the guideline with its instruments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from riskbook.method.instruments import InstrumentSpecs
from riskbook.method.schema import MethodFile, Scale

_RULES = frozenset(
    {
        "scale",
        "scales",
        "media",
        "personal",
        "importance",
        "likelihood",
        "levels",
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
    {"labels", "spellings", "marks", "marks_yes", "marks_no", "en", "word", "short", "fill", "ink", "strong", "source"}
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
    `profiled`: the factors about whose grades a profile says something, `settled`:
    those of them whose whole scale it gives.
    """

    content: bytes
    instruments: InstrumentSpecs
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
        return self.scales.get(factor, self.scale)

    def likelihood(self, threat: int, vulnerability: int) -> int:
        """Likelihood (被害発生可能性) 1…3 by the guideline's table 17; threat and vulnerability 1…3."""
        return self.table_17[threat][vulnerability]

    @cached_property
    def canonical_media(self) -> Mapping[str, str]:
        """English names of the media → canonical names."""
        return {medium.en: medium.name for medium in self.media}

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
    def known_media(self) -> frozenset[str]:
        """The names of the media in the forms of every language."""
        return frozenset(name for medium in self.media for name in (medium.name, medium.en))

    @cached_property
    def medium_names(self) -> tuple[str, ...]:
        """Canonical (Japanese) names of the media, in the order of the method file."""
        return tuple(medium.name for medium in self.media)
