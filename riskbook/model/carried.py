"""What a new form takes over from another workbook or list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class OwnQuestion:
    """A question that the form does not ask: number of its kind (None where unknown), answer, canonical media."""

    kind: int | None
    question: str
    answer: int | None
    media: tuple[str, ...]


@dataclass(frozen=True)
class Carried:
    """The content of another workbook, for a new form.

    `ledgers`: for each ledger its name, and its assets as field → value (grades as riskbook computes with them, texts
    as typed). `threats`: (canonical medium, threat of the form) → grade; `own_threats`: medium → (threat, grade) of
    those that the form does not name. `answers`: question of the form → answer; `own_questions` likewise. `left`:
    (place, why) of what the form has no place for.
    """

    ledgers: Sequence[tuple[str, Sequence[Mapping[str, Any]]]] = ()
    threats: Mapping[tuple[str, str], int] = field(default_factory=dict)
    own_threats: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)
    own_questions: Sequence[OwnQuestion] = ()
    left: Sequence[tuple[str, str]] = ()

    def counts(self) -> dict[str, int]:
        """The number of assets, threats and answers that are carried over, and of what is left."""
        return {
            "assets": sum(len(rows) for _, rows in self.ledgers),
            "threats": len(self.threats) + sum(map(len, self.own_threats.values())),
            "answers": len(self.answers) + len(self.own_questions),
            "left": len(self.left),
        }
