"""The schema of a method file and its form file, as types that msgspec checks and fills.

msgspec is one small C extension without dependencies, and mypy understands its classes. What types cannot express (a
medium is known, thresholds fall) is checked in `riskbook.method.check`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from msgspec import Meta, field

from riskbook.method.basics import (
    Answer,
    Colour,
    LevelKey,
    Meets,
    Number,
    Publication,
    Rating,
    RiskValue,
    Share,
    Table,
    Text,
    Texts,
    Words,
)
from riskbook.method.treatment import ResidualRule, TreatmentRule, TreatmentWords

# --- the content of a ledger ---


class Scale(Table, dict=True):
    """The grades of a factor; riskbook computes with grades of which the highest is the most severe.

    `labels`: what people type instead of a number. `unknown`: the grade that an unknown threat or vulnerability counts
    as. `reversed`: people type 1 for the most severe grade. `meanings`: grade as typed → its meaning in the blank form.
    """

    values: Annotated[tuple[Rating, ...], Meta(min_length=2, max_length=10)]
    labels: dict[str, Rating]
    unknown: Rating
    reversed: bool = False
    meanings: dict[int, Words] = field(default_factory=dict)
    typed: dict[int, Rating] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Number that people type → grade."""
        return dict(self.typed) or {self.turned(grade): grade for grade in self.values}

    @cached_property
    def words(self) -> dict[str, int]:
        """Word that people type → grade."""
        return {word: self.turned(number) for word, number in self.labels.items()}

    @property
    def ascending(self) -> tuple[int, ...]:
        """The grades, ascending."""
        return tuple(sorted(self.values))

    @property
    def lowest(self) -> int:
        """The least severe grade."""
        return min(self.values)

    @property
    def highest(self) -> int:
        """The most severe grade."""
        return max(self.values)

    def turned(self, grade: int) -> int:
        """The grade that riskbook computes with, of one that people type; or the other way round."""
        return self.lowest + self.highest - grade if self.reversed else grade

    def place(self, grade: int | str) -> int:
        """A grade that is given by itself or by its place on the scale."""
        if isinstance(grade, int):
            return grade
        ascending = self.ascending
        return {"lowest": ascending[0], "middle": ascending[(len(ascending) - 1) // 2], "highest": ascending[-1]}[grade]


class Medium(Table):
    """A medium that assets are stored on: canonical name, English name, whether it is carried about, spellings."""

    name: Text
    en: Text
    portable: bool
    spellings: tuple[Text, ...]


class Personal(Table):
    """Personal information: the least confidentiality it may have, and the marks for yes and no in its columns."""

    confidentiality: Rating
    marks_yes: Texts
    marks_no: Texts


class Retention(Table):
    """Words for a retention without end, and for no retention."""

    permanent: Texts
    none: Texts


class Headers(Table):
    """How a kind of table is recognised.

    `required`: fields it must all have. `any_of`: fields of which it must have one. `at_least`: number of its fields.
    `input`: the fields that people fill in. `fields`: the spellings of each field's header. `weak`: those that also
    stand for other things, so that they count less. `names`: words in the name or title of such a sheet.
    """

    required: tuple[str, ...]
    any_of: tuple[str, ...]
    at_least: Annotated[int, Meta(ge=1, le=30)]
    input: tuple[str, ...]
    fields: dict[str, Texts]
    weak: dict[str, Texts] = field(default_factory=dict)
    names: tuple[Text, ...] = ()


class Marking(Table):
    """Words that mark an example sheet, a row of totals or statistics, and signs and words that begin a note.

    `ratings`: headers of a column with ratings of which another column says what they rate. `left_out`: texts of rows
    that are no assets, by the house's own word.
    """

    example: Texts
    totals: Texts
    statistics: Texts
    note_marks: Texts
    note_words: Texts
    ratings: Texts
    left_out: tuple[Text, ...] = ()


# --- importance, likelihood, risk ---


Grid = dict[int, dict[int, int]]  # grade → grade → value


class Importance(Table):
    """How importance follows from confidentiality, integrity and availability; typed: it stands in the row.

    With max, too, an importance typed in the row counts where there is none of the three.
    """

    rule: Literal["max", "sum", "product", "typed"]


class Formulas(Table):
    """How likelihood follows from threat and vulnerability, and risk from importance and likelihood.

    `likelihood`: none means that it is typed in the row, or else is the threat. `risk`: product and sum are those of
    importance, threat and vulnerability, whose likelihood is the product or sum of the last two.
    """

    likelihood: Literal["table", "product", "max", "sum", "none"] | None = None
    risk: Literal["importance_times_likelihood", "product", "sum", "matrix"] = "importance_times_likelihood"


class Acceptance(Table):
    """The criterion of acceptance (リスク受容基準): a risk of up to `at_most` may be retained without approval."""

    at_most: RiskValue


class Largest(Table):
    """The rule that a figure is the largest of others."""

    rule: Literal["max"]


class Level(Table):
    """A level of risk: its lowest risk value, its word and its colours (RRGGBB)."""

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
    """The numbers of the check sheet's answers, their spellings, and the marks in the columns of the media."""

    implemented: Answer
    partly: Answer
    not_implemented: Answer
    not_applicable: Answer
    labels: dict[str, Answer]
    marks: Texts

    def applicable(self) -> dict[str, int]:
        """Meaning → number of the answers that count, all but "not applicable"."""
        return {"implemented": self.implemented, "partly": self.partly, "not_implemented": self.not_implemented}

    def numbers(self) -> dict[str, int]:
        """Meaning → number of all answers."""
        return {**self.applicable(), "not_applicable": self.not_applicable}


class Vulnerability(Table):
    """Vulnerability by the share of measures implemented: the lowest from `full_share` on.

    It is the highest up to `low_share`. The grades between have equal parts of the shares between. The guideline names
    three states and no bounds; the bounds are riskbook's own. `partly_weight`: of a partial answer.
    """

    partly_weight: Share
    full_share: Share
    low_share: Share


class Measure(Table):
    """A kind of measure (付録5), and the media its questions apply to where the check sheet has no marks.

    `short`: its name in charts.
    """

    number: Number
    name: Words
    short: Words
    media: Texts


class Regulation(Table):
    """Up to `draft_share` of measures implemented a regulation is to be drafted, above strengthened (our rule)."""

    draft_share: Share
    source: Publication


EffortKey = Literal["small", "medium", "large"]
Amount = Annotated[float, Meta(ge=0, le=1_000_000_000)]
Range = tuple[Amount, Amount]


class EffortClass(Table):
    """What a measure of a class takes: person-days of the firm's own, and yen paid to others, each from … to."""

    word: Words
    days: Range
    yen: Range


class Effort(Table):
    """What the measures take (our rule), so that the order of measures weighs what they bring against it.

    `yen_a_day`: what a person-day costs, to weigh days and yen together. `kinds`: kind of measure → class of its
    questions. `words`: class → words in a question, which count before its kind. `questions`: question → its class,
    which counts before both; beside it the questions of the blank form have their own.
    """

    yen_a_day: Annotated[float, Meta(ge=1, le=1_000_000_000)]
    small: EffortClass
    medium: EffortClass
    large: EffortClass
    kinds: dict[Annotated[int, Meta(ge=1)], EffortKey]
    words: dict[EffortKey, Texts]
    questions: dict[str, EffortKey] = field(default_factory=dict)

    def of(self, key: str) -> EffortClass:
        """The class of that key."""
        return {"small": self.small, "medium": self.medium, "large": self.large}[key]


# --- the method file ---


class BasicRule(Meets):
    """One of the guideline's basic rules (情報セキュリティ5か条, six in edition 4.0)."""

    number: Number
    name: Words


class MethodFile(Table, kw_only=True):
    """The file of one edition of the guideline; `riskbook.method.check` checks the keys of its dicts."""

    name: Text
    edition: Text
    form: Text
    title: Words
    explained: Words | None = None  # what it is and where its rules come from, for `riskbook methods`
    scale: Scale
    scales: dict[str, Scale] = field(default_factory=dict)  # factor → its scale, where it is not `scale`
    media: Annotated[tuple[Medium, ...], Meta(min_length=1, max_length=10)]
    personal: Personal
    retention: Retention
    headers: dict[str, Headers]
    words: Marking
    importance: Importance
    likelihoods: dict[int, dict[int, Rating]] = field(
        name="likelihood"
    )  # threat → vulnerability → likelihood, such as table 17
    formulas: Formulas = field(default_factory=Formulas)
    matrix: dict[int, dict[int, RiskValue]] = field(default_factory=dict)  # importance → likelihood → risk
    levels: Annotated[tuple[Level, ...], Meta(min_length=2, max_length=6)]
    acceptance: Acceptance | None = None
    unassessed: Unassessed
    threats: Largest
    answers: Answers
    vulnerability: Vulnerability
    measures: Annotated[tuple[Measure, ...], Meta(min_length=1)]
    regulation: Regulation
    effort: Effort
    states: dict[str, tuple[Text, ...]]
    treatments: dict[str, TreatmentWords]
    treatment: Annotated[tuple[TreatmentRule, ...], Meta(min_length=1)]
    residual: dict[str, ResidualRule]
    rules: Annotated[tuple[BasicRule, ...], Meta(min_length=1)]
    rules_source: Publication


# --- the form file ---


class FormThreats(Table):
    """The threats to a medium."""

    medium: Text
    items: Annotated[tuple[Words, ...], Meta(min_length=1)]


class FormQuestion(Words):
    """A question; `media`: those it applies to, where they differ from those of its kind. `effort`: its class."""

    media: Texts | None = None
    effort: EffortKey | None = None


class FormQuestions(Table):
    """The questions about a kind of measure."""

    kind: Number
    items: Annotated[tuple[FormQuestion, ...], Meta(min_length=1)]


class FormFile(Table):
    """The content of a method's blank form: threats by medium, questions by kind of measure."""

    threats: Annotated[tuple[FormThreats, ...], Meta(min_length=1)]
    questions: Annotated[tuple[FormQuestions, ...], Meta(min_length=1)]
