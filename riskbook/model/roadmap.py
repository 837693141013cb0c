"""The roadmap: which measures to carry out first, and what each step does to the risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# What a person may type into the measure plan, in the order of its columns.
MEASURE_FIELDS = ("effort_days", "effort_yen", "assignee", "due", "state", "plan_note")
MEASURE_KEYS = ("kind", "question")
# 未着手, 計画, 実施中, 完了; from the second on a measure counts for the risk after the plan.
STATES = ("open", "planned", "doing", "done")


@dataclass(frozen=True)
class Totals:
    """The state of a ledger: number of assets by the method's levels, and the sum of all risk values."""

    levels: Mapping[str, int]
    risk: int


@dataclass(frozen=True)
class Bundle:
    """A set of open questions that, of all sets at that point, removes most risk for its effort.

    `large` and `risk`: risks of the most severe level, and sum of risks, that it removes. No other set removes more
    for its `effort` (`large` first, then `risk`), in person-days with the yen counted as days. `first`, `last`: the
    steps in which it is carried out (1…). `count`: number of its questions.
    """

    first: int
    last: int
    count: int
    effort: float
    large: int
    risk: int


@dataclass(frozen=True)
class Step:
    """Measures that only together lower the vulnerability of their medium.

    `measures`: labels in `Roadmap.measures`, the easiest first. `media`: (medium, vulnerability before, after) of
    those that change.
    `assets`: (label in `Assessment.risks`, risk before, after) of the assets whose risk falls. `before`, `after`: the
    ledger before and after the step. `bundle`: the set it is part of.
    """

    measures: tuple[int, ...]
    media: tuple[tuple[str, int, int], ...]
    assets: tuple[tuple[int, int, int], ...]
    before: Totals
    after: Totals
    bundle: Bundle


@dataclass(frozen=True)
class Need:
    """What one medium needs: its vulnerability now, and how many `assets` depend on it.

    `fewest`: (grade, fewest open questions that lower it so far) for the next lower grade and the lowest one.
    """

    medium: str
    vulnerability: int
    assets: int
    fewest: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Budget:
    """The best set of measures within a budget, None for a side that is not limited.

    `yen`, `days`: the budget. `measures`: labels in `Roadmap.measures`. `spent_yen`, `spent_days`: what they take by
    their estimates; `most_yen`, `most_days`: at the upper end of the estimates. `after`: the ledger when they are in
    place. `proven`: no other set within the budget removes more; else the search was ended early. `smallest`: where no
    set within the budget lowers a risk, the measures with least effort that lower one medium's risks.
    """

    yen: float | None
    days: float | None
    measures: tuple[int, ...]
    spent_yen: float
    spent_days: float
    most_yen: float
    most_days: float
    after: Totals
    proven: bool
    smallest: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Roadmap:
    """Candidate measures and the steps to carry them out in.

    `measures`: a row a question of the check sheet that is open, or that had a line in an earlier measure plan:
    number (kind of measure, Int64), question, item (str, the number of the question), answer (Int64 1…3), media
    (tuple), sheet, row, step (Int64, 1…, NA
    where it changes no risk), open (bool: answered 2 or 3), dependents (number of assets whose vulnerability comes
    from its media), examples (tuple of labels in `Assessment.risks` of the first of them, highest risk first),
    regulation ("draft" | "strengthen", of its kind, or None), effort_class ("small" | "medium" | "large"), days_low,
    days_high, yen_low, yen_high (float, what it takes by its class), days, yen (float: as typed, else the middle),
    effect (float, its share of the risk that its media lose when all their questions are implemented), the
    MEASURE_FIELDS as typed (or None), state_key (one
    of STATES or None) and line_row (of the earlier plan, or None). In the order of the steps.
    `start`: before the first step. `planned`: when all
    measures planned, in progress or done are in place. `needs`: one for each medium that assets depend on.
    """

    measures: pd.DataFrame
    steps: tuple[Step, ...]
    start: Totals
    planned: Totals
    needs: tuple[Need, ...]
    nearest: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    budget: Budget | None = None


def stays(decided: str | None, state: str | None) -> bool:
    """Whether a risk stays as it is: it is retained, or what was decided is done and the risk still there."""
    return decided == "retain" or (decided is not None and state == STATES[-1])
