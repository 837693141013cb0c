"""A loaded method: the tables of one edition of the guideline, as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Words = Mapping[str, str]  # {"ja": …, "en": …}


@dataclass(frozen=True)
class Medium:
    """A medium an asset stands on: canonical name, English name, whether it is carried about, spellings."""

    name: str
    en: str
    portable: bool
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """A level of risk: reached from `at_least` on; its word and its colours (RRGGBB)."""

    key: str
    at_least: int
    word: Words
    fill: str
    ink: str
    strong: str


@dataclass(frozen=True)
class Measure:
    """A kind of measure (付録5), and the media its questions apply to where the check sheet does not say.

    `short`: its name for charts.
    """

    number: int
    name: Words
    short: Words
    media: tuple[str, ...]


@dataclass(frozen=True)
class Predicate:
    """A named condition with its parameters."""

    name: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class TreatmentRule:
    """A treatment and the predicates that must all hold for it to be suggested."""

    id: str
    treatment: str
    when: tuple[Predicate, ...]


@dataclass(frozen=True)
class Method:
    """One edition, as the method file says it; `tables` is the checked content of the file.

    `instruments`: the content of the files of the guideline's other instruments, by key, checked; no part of `sha256`.
    """

    name: str
    edition: str
    title: Words
    sha256: str
    media: tuple[Medium, ...]
    levels: tuple[Level, ...]
    measures: tuple[Measure, ...]
    treatment: tuple[TreatmentRule, ...]
    tables: Mapping[str, Any]
    instruments: Mapping[str, Any]

    @cached_property
    def content(self) -> bytes:
        """The tables as JSON, keys sorted: what `sha256` is the digest of."""
        return json.dumps(self.tables, sort_keys=True, ensure_ascii=False).encode()

    @property
    def scale(self) -> tuple[int, ...]:
        """The values an evaluation may have, ascending."""
        return tuple(sorted(self.tables["scale"]["values"]))

    @property
    def unknown(self) -> int:
        """What counts for a threat or vulnerability that nobody knows."""
        return int(self.tables["scale"]["unknown"])

    def likelihood(self, threat: int, vulnerability: int) -> int:
        """Likelihood (被害発生可能性) of a threat meeting a vulnerability, by the guideline's table 17."""
        return int(self.tables["likelihood"][str(threat)][str(vulnerability)])

    @cached_property
    def canonical_media(self) -> Mapping[str, str]:
        """English names of the media → canonical names."""
        return {medium.en: medium.name for medium in self.media}

    @cached_property
    def answer_weights(self) -> Mapping[int, float]:
        """What each answer weighs in the share of measures implemented, 0…1; one that does not apply has no weight."""
        answers = self.tables["answers"]
        partly = self.tables["vulnerability"]["partly_weight"]
        return {answers["implemented"]: 1.0, answers["partly"]: partly, answers["not_implemented"]: 0.0}

    @cached_property
    def answer_names(self) -> Mapping[int, str]:
        """What each answer of the check sheet means: number → "implemented", "partly", …, in the order of numbers."""
        names = ("implemented", "partly", "not_implemented", "not_applicable")
        return dict(sorted((int(self.tables["answers"][name]), name) for name in names))

    @cached_property
    def known_media(self) -> frozenset[str]:
        """The names of the media as a form has them, in every language."""
        return frozenset(name for medium in self.media for name in (medium.name, medium.en))

    @cached_property
    def medium_names(self) -> tuple[str, ...]:
        """Canonical names of the media."""
        return tuple(medium.name for medium in self.media)
