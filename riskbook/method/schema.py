"""What a method file and its form file may hold, as types; msgspec checks a file against them and fills them.

msgspec, because it is light (one C extension, no dependencies), typed (mypy finds a misspelled key wherever riskbook
uses one) and fast. What no type can say (a medium is known, thresholds fall) is checked in `riskbook.method.check`.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta, field

from riskbook.method.basics import (
    Answer,
    Colour,
    LevelKey,
    Meets,
    Number,
    Rating,
    RiskValue,
    Share,
    Source,
    Table,
    Text,
    Texts,
    Words,
)
from riskbook.method.treatment import ResidualRule, TreatmentRule, TreatmentWords

T = TypeVar("T")

# --- what stands in a ledger ---


class Scale(Table):
    """The values of an evaluation; `unknown`: what counts for a threat or vulnerability that nobody knows."""

    values: tuple[Rating, ...]
    labels: dict[str, Rating]
    unknown: Rating

    @property
    def ascending(self) -> tuple[int, ...]:
        """The values an evaluation may have, ascending."""
        return tuple(sorted(self.values))


class Medium(Table):
    """A medium an asset stands on: canonical name, English name, whether it is carried about, spellings."""

    name: Text
    en: Text
    portable: bool
    spellings: tuple[Text, ...]


class Personal(Table):
    """Personal information: the confidentiality it needs, and how its columns are marked."""

    confidentiality: Rating
    marks_yes: Texts
    marks_no: Texts


class Retention(Table):
    """Words for a retention without end, and for none."""

    permanent: Texts
    none: Texts


class Headers(Table):
    """How a kind of table is recognised: the spellings of each field, and the fields that such a table must have."""

    required: tuple[str, ...]
    any_of: tuple[str, ...]
    at_least: Annotated[int, Meta(ge=1, le=30)]
    input: tuple[str, ...]
    fields: dict[str, Texts]


class Marking(Table):
    """Words that mark an example, a row of totals, a note."""

    example: Texts
    totals: Texts
    note_marks: Texts


# --- importance, likelihood, risk ---


class ByRating(Table, Generic[T], rename={"one": "1", "two": "2", "three": "3"}):
    """Something for each value of an evaluation; `by_rating[1]`."""

    one: T
    two: T
    three: T

    def __getitem__(self, rating: int) -> T:
        return {1: self.one, 2: self.two, 3: self.three}[rating]


class Largest(Table):
    """A figure that is the largest of others."""

    rule: Literal["max"]


class Level(Table):
    """A level of risk: reached from `at_least` on; its word and its colours (RRGGBB)."""

    key: LevelKey
    at_least: RiskValue
    word: Words
    fill: Colour
    ink: Colour
    strong: Colour


class Unassessed(Table):
    """The word and the colours of an asset that is not assessed."""

    word: Words
    fill: Colour
    ink: Colour


class Answers(Table):
    """The answers of the check sheet, their spellings, and the marks that say which media a question applies to."""

    implemented: Answer
    partly: Answer
    not_implemented: Answer
    not_applicable: Answer
    labels: dict[str, Answer]
    marks: Texts

    def applicable(self) -> dict[str, int]:
        """The numbers of the answers about a measure that applies, by what they mean."""
        return {"implemented": self.implemented, "partly": self.partly, "not_implemented": self.not_implemented}

    def numbers(self) -> dict[str, int]:
        """The numbers of all answers, by what they mean."""
        return {**self.applicable(), "not_applicable": self.not_applicable}


class Vulnerability(Table):
    """Vulnerability by the share of measures implemented: 1 from `full_share` on, 3 up to `low_share`, else 2."""

    partly_weight: Share
    full_share: Share
    low_share: Share


class Measure(Table):
    """A kind of measure (付録5), and the media its questions apply to where the check sheet does not say.

    `short`: its name for charts.
    """

    number: Number
    name: Words
    short: Words
    media: Texts


class Regulation(Table):
    """A regulation is drafted up to this share of measures implemented, strengthened above it."""

    draft_share: Share
    source: Source


# --- the method file ---


class BasicRule(Meets):
    """One of the guideline's basic rules."""

    number: Number
    name: Words


class MethodFile(Table):
    """One edition of the guideline, as its file says it; the keys of `headers`, … are checked by `check`."""

    name: Text
    edition: Text
    form: Text
    title: Words
    scale: Scale
    media: Annotated[tuple[Medium, ...], Meta(min_length=1, max_length=10)]  # the roadmap tries their combinations
    personal: Personal
    retention: Retention
    headers: dict[str, Headers]
    words: Marking
    importance: Largest
    table_17: ByRating[ByRating[Rating]] = field(name="likelihood")
    levels: Annotated[tuple[Level, ...], Meta(min_length=3)]
    unassessed: Unassessed
    threats: Largest
    answers: Answers
    vulnerability: Vulnerability
    measures: Annotated[tuple[Measure, ...], Meta(min_length=1)]
    regulation: Regulation
    states: dict[str, tuple[Text, ...]]
    treatments: dict[str, TreatmentWords]
    treatment: Annotated[tuple[TreatmentRule, ...], Meta(min_length=1)]
    residual: dict[str, ResidualRule]
    rules: Annotated[tuple[BasicRule, ...], Meta(min_length=1)]
    rules_source: Source


# --- the form file ---


class FormThreats(Table):
    """The threats to a medium."""

    medium: Text
    items: Annotated[tuple[Words, ...], Meta(min_length=1)]


class FormQuestion(Words):
    """A question; `media`: those it applies to, where it is not all of its kind."""

    media: Texts | None = None


class FormQuestions(Table):
    """The questions about a kind of measure."""

    kind: Number
    items: Annotated[tuple[FormQuestion, ...], Meta(min_length=1)]


class FormFile(Table):
    """What stands in the blank form of a method: threats by medium, questions by kind of measure."""

    threats: Annotated[tuple[FormThreats, ...], Meta(min_length=1)]
    questions: Annotated[tuple[FormQuestions, ...], Meta(min_length=1)]
