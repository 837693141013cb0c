"""What a method file and its form file may hold, as types; msgspec checks a file against them and fills them.

msgspec, because it is light (one C extension, no dependencies), typed (mypy finds a misspelled key wherever riskbook
uses one) and fast. What no type can say (a medium is known, thresholds fall) is checked in `riskbook.method.check`.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar, dataclass_transform

from msgspec import Meta, Struct, field

T = TypeVar("T")
Text = Annotated[str, Meta(min_length=1)]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1)]
Colour = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{6}\Z", description="RRGGBB")]
Share = Annotated[float, Meta(ge=0, le=1)]
Rating = Annotated[int, Meta(ge=1, le=3)]
RiskValue = Annotated[int, Meta(ge=1, le=9)]
Answer = Annotated[int, Meta(ge=1, le=4)]
Number = Annotated[int, Meta(ge=1, le=99)]
Numbers = tuple[Number, ...]
LevelKey = Literal["large", "medium", "small"]
TreatmentKey = Literal["reduce", "retain", "avoid", "transfer"]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a file: exactly the keys of its class; those with a default may be left out."""


class Words(Table):
    """Something in both languages; `words[lang]` is its text in one."""

    ja: Text
    en: Text

    def __getitem__(self, lang: str) -> str:
        return self.by_language()[lang]

    def by_language(self) -> dict[str, str]:
        """Language → text."""
        return {"ja": self.ja, "en": self.en}

    def values(self) -> tuple[str, str]:
        """The text in every language."""
        return self.ja, self.en


class Source(Words, kw_only=True):
    """Where something is published, and of what day it is; `short`: its name in a list."""

    date: Text
    url: Text | None = None
    short: Words | None = None


class Meets(Table, kw_only=True):
    """Which answers something has to do with.

    `self_check`: items of the self-check. `kinds`: questions of these kinds of measure that hold one of `words` (all
    questions, without words) and none of `without`.
    """

    self_check: Numbers
    kinds: Numbers
    words: tuple[Text, ...]
    without: tuple[Text, ...] = ()


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


# --- treatment ---


class TreatmentWords(Table):
    """A treatment in words, and what it means."""

    word: Words
    meaning: Words


class Condition(Table, tag_field="predicate"):
    """A named predicate with its parameters; `riskbook.analysis.treatment` says when it holds."""

    @property
    def name(self) -> str:
        """What the file calls it."""
        return str(self.__struct_config__.tag)


class LevelIs(Condition, tag="level_is"):
    """The risk is of one of these levels."""

    levels: Annotated[tuple[Literal[LevelKey, "unassessed"], ...], Meta(min_length=1)]


class CostExceedsLoss(Condition, tag="cost_exceeds_loss"):
    """Measures cost more than the loss."""


class HoldsNoPersonalInformation(Condition, tag="holds_no_personal_information"):
    """The asset is not marked as personal information of any kind."""


class RetentionDatePassed(Condition, tag="retention_date_passed"):
    """An explicit retention date has passed."""


class MediumIs(Condition, tag="medium_is"):
    """The medium that counts is one of these."""

    media: Texts


class AlsoOnFixedMedium(Condition, tag="also_on_fixed_medium"):
    """The same asset (business and name) stands anywhere in the workbook on a medium that is not portable."""


class MentionsNoneOf(Condition, tag="mentions_none_of"):
    """Name and note hold none of these words."""

    words: Texts


class Threshold(Condition):
    """A figure against a bound."""

    value: int


class RiskAtLeast(Threshold, tag="risk_at_least"):
    """The risk is `value` or more."""

    value: RiskValue


class ImportanceAtLeast(Threshold, tag="importance_at_least"):
    """The importance is `value` or more."""

    value: Rating


class ThreatAtMost(Threshold, tag="threat_at_most"):
    """The threat is `value` or less."""

    value: Rating


class VulnerabilityAtLeast(Threshold, tag="vulnerability_at_least"):
    """The vulnerability is `value` or more."""

    value: Rating


Predicate = (
    LevelIs
    | CostExceedsLoss
    | HoldsNoPersonalInformation
    | RetentionDatePassed
    | MediumIs
    | AlsoOnFixedMedium
    | MentionsNoneOf
    | RiskAtLeast
    | ImportanceAtLeast
    | ThreatAtMost
    | VulnerabilityAtLeast
)


class TreatmentRule(Table):
    """A treatment and the predicates that must all hold for it to be suggested."""

    id: Text
    treatment: TreatmentKey
    when: tuple[Predicate, ...]


class Unchanged(Table, tag_field="rule", tag="unchanged"):
    """The residual risk is the risk."""


class Fixed(Table, tag_field="rule", tag="fixed"):
    """The residual risk is `value`, whatever the risk was."""

    value: Annotated[int, Meta(ge=0, le=9)]


class VulnerabilityAtMost(Table, tag_field="rule", tag="vulnerability_at_most"):
    """The residual risk is that of a vulnerability of `value` at most."""

    value: Rating


ResidualRule = Unchanged | Fixed | VulnerabilityAtMost


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
