"""The rules of treatment in a method file: named predicates with parameters, and the residual risk of each treatment.

The guideline defines the four treatments; which to suggest when, and what risk each leaves, are riskbook's own rules.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from riskbook.method.basics import Grade, LevelKey, RiskValue, Table, Text, Texts, TreatmentKey, Words


class TreatmentWords(Table):
    """The word for a treatment, and its meaning; `also`: what people write for it as a decision."""

    word: Words
    meaning: Words
    also: tuple[Text, ...] = ()


class Condition(Table, tag_field="predicate"):
    """A named predicate with its parameters; `riskbook.analysis.treatment` evaluates it."""

    @property
    def name(self) -> str:
        """Its name in the file."""
        return str(self.__struct_config__.tag)


class LevelIs(Condition, tag="level_is"):
    """The risk is of one of these levels."""

    levels: Annotated[tuple[Literal[LevelKey, "unassessed"], ...], Meta(min_length=1)]


class WithinAcceptance(Condition, tag="within_acceptance"):
    """The risk is not above the method's criterion of acceptance."""


class CostExceedsLoss(Condition, tag="cost_exceeds_loss"):
    """Cost and loss are both given, and the cost is higher."""


class HoldsNoPersonalInformation(Condition, tag="holds_no_personal_information"):
    """The asset is not marked as personal information of any kind."""


class RetentionDatePassed(Condition, tag="retention_date_passed"):
    """An explicit retention date has passed."""


class MediumIs(Condition, tag="medium_is"):
    """The medium that counts is one of these."""

    media: Texts


class AlsoOnFixedMedium(Condition, tag="also_on_fixed_medium"):
    """The same asset (business and name) is also on a medium that is not portable, anywhere in the workbook."""


class MentionsNoneOf(Condition, tag="mentions_none_of"):
    """Name and note contain none of these words."""

    words: Texts


class Threshold(Condition):
    """A figure compared with a bound: a number, or a place on the figure's scale."""

    value: int | str


class RiskAtLeast(Threshold, tag="risk_at_least"):
    """The risk is `value` or more."""

    value: RiskValue | Literal["highest"]


class ImportanceAtLeast(Threshold, tag="importance_at_least"):
    """The importance is `value` or more."""

    value: Grade


class ThreatAtMost(Threshold, tag="threat_at_most"):
    """The threat is `value` or less."""

    value: Grade


class LikelihoodAtMost(Threshold, tag="likelihood_at_most"):
    """The likelihood is `value` or less."""

    value: Grade


class VulnerabilityAtLeast(Threshold, tag="vulnerability_at_least"):
    """The vulnerability is `value` or more."""

    value: Grade


Predicate = (
    LevelIs
    | WithinAcceptance
    | CostExceedsLoss
    | HoldsNoPersonalInformation
    | RetentionDatePassed
    | MediumIs
    | AlsoOnFixedMedium
    | MentionsNoneOf
    | RiskAtLeast
    | ImportanceAtLeast
    | ThreatAtMost
    | LikelihoodAtMost
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

    value: Annotated[int, Meta(ge=0, le=1000)]


class VulnerabilityAtMost(Table, tag_field="rule", tag="vulnerability_at_most"):
    """The residual risk is that of a vulnerability of `value` at most."""

    value: Grade


class ResidualLikelihood(Table, tag_field="rule", tag="likelihood_at_most"):
    """The residual risk is that of a likelihood of `value` at most."""

    value: Grade


ResidualRule = Unchanged | Fixed | VulnerabilityAtMost | ResidualLikelihood
