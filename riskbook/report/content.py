"""What a report says, as plain values: these classes are the table of the fields that a template may use.

`fields.py` reads names and types from them; the meaning of each is the text "report.field.NAME". Texts are in the
language of the report, and "" where there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """A PNG, its width on the page in millimetres, and what it shows in words."""

    png: bytes
    width: int
    words: str


@dataclass(frozen=True)
class Answer:
    """A question of a manager, and the answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Level:
    """A level of risk, and how many assets have it now and after the planned measures; `fill`: its colour (RRGGBB)."""

    word: str
    count: int
    share: str
    planned: int
    fill: str


@dataclass(frozen=True)
class Risk:
    """One of the highest risks: why it is high, and what to do."""

    rank: int
    risk: int
    level: str
    fill: str
    name: str
    business: str
    medium: str
    department: str
    place: str
    why: str
    treatment: str
    decided: bool
    assumed: bool
    todo: str
    who: str


@dataclass(frozen=True)
class Unassessed:
    """An asset that could not be assessed, and why."""

    name: str
    place: str
    why: str


@dataclass(frozen=True)
class Treatment:
    """A line of the treatment plan in which somebody has entered something."""

    name: str
    business: str
    medium: str
    risk: str
    level: str
    fill: str
    treatment: str
    measure: str
    assignee: str
    due: str
    state: str
    overdue: bool


@dataclass(frozen=True)
class Measure:
    """A line of the measure plan that has an assignee, a date or a state."""

    question: str
    kind: str
    takes: str
    assignee: str
    due: str
    state: str
    overdue: bool


@dataclass(frozen=True)
class Step:
    """A step of the roadmap; `after`: the assets by level when it is done, `risk`: the sum of their risks then."""

    number: int
    measures: str
    count: int
    takes: str
    after: str
    risk: int
    assets: str
    why: str


@dataclass(frozen=True)
class Accepted:
    """A risk above the criterion of acceptance that stays; `approval`: whether somebody approved it, in words."""

    name: str
    medium: str
    risk: str
    level: str
    fill: str
    approved: bool
    approval: str
    decided_by: str
    decided_on: str
    reason: str
    review_by: str


@dataclass(frozen=True)
class Scale:
    """The factors that share a scale with its grades, and what each grade means."""

    factors: str
    grades: tuple[str, ...]


@dataclass(frozen=True)
class Issue:
    """Open findings of one kind on a sheet."""

    severity: str
    fill: str
    place: str
    message: str
    todo: str


@dataclass(frozen=True)
class Report:
    """Everything that a report may show."""

    # The first page.
    client: str
    day: str
    source: str
    assets: int
    unassessed: int
    assumed: int
    # The situation.
    answers: tuple[Answer, ...]
    levels: tuple[Level, ...]
    risk_sum: int
    heat_map: Picture
    bars: Picture
    bars_note: str
    # The highest risks, and what could not be assessed.
    risks: tuple[Risk, ...]
    risks_more: str
    unknown: tuple[Unassessed, ...]
    unknown_more: str
    # The plan with dates.
    treatments: tuple[Treatment, ...]
    treatments_more: str
    no_treatments: str
    undecided: int
    undecided_note: str
    measures: tuple[Measure, ...]
    measures_more: str
    no_measures: str
    # The roadmap.
    start: str
    steps: tuple[Step, ...]
    steps_more: str
    no_steps: str
    # Accepted risks.
    accepted: tuple[Accepted, ...]
    accepted_more: str
    no_accepted: str
    # The method.
    method: str
    method_about: str
    scales: tuple[Scale, ...]
    formulas: tuple[str, ...]
    thresholds: str
    acceptance: str
    unassessed_means: str
    # Findings.
    findings: tuple[Issue, ...]
    findings_more: str


# What a template should show: a section and the fields of which it shows at least one.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "situation": ("answers", "levels", "heat_map", "bars"),
    "risks": ("risks",),
    "unknown": ("unknown", "unassessed"),
    "plan": ("treatments", "measures"),
    "roadmap": ("steps",),
    "accepted": ("accepted",),
    "method": ("method", "formulas", "thresholds"),
    "findings": ("findings",),
}
