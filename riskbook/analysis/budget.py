"""The best set of measures within a budget of yen and person-days."""

from __future__ import annotations

import math

import pandas as pd

from riskbook.analysis.cover import Nodes
from riskbook.analysis.effort import DAY
from riskbook.analysis.exposures import Exposures, Values
from riskbook.analysis.questions import Questions
from riskbook.analysis.roadmap import Worth, in_order
from riskbook.method import Method
from riskbook.model import Budget

_MOST_NODES = 300_000  # of all searches, so that a run ends in seconds whatever the form


def best_within(
    questions: Questions,
    worth: Worth,
    exposed: Exposures,
    current: Values,
    estimated: pd.DataFrame,
    method: Method,
    limits: tuple[float | None, float | None],
) -> Budget:
    """The set that removes most risks of the most severe level, then most risk, then takes least effort.

    `limits`: yen and person-days, None where there is no limit. A set is within them by the estimates (`days` and `yen`
    of `effort.estimates`).
    """
    yen, days = limits
    spare = max(questions.cost(questions.media, 1), questions.cost(questions.media, 2)) + 1
    allowed = (spare if days is None else math.floor(DAY * days), spare if yen is None else math.floor(yen))
    nodes = Nodes(_MOST_NODES)
    best: tuple[int, ...] = ()
    rank = (0, 0, 0)
    ends = _ends(questions, worth, current, allowed)
    ends.sort(key=lambda end: end[0], reverse=True)
    for removed, targets in ends:
        if best and removed < rank[:2]:
            break
        labels = questions.cheapest_set(targets, limits=allowed, nodes=nodes)
        if labels and (*removed, -questions.cost(labels)) > rank:
            best, rank = labels, (*removed, -questions.cost(labels))
    smallest = () if best else _smallest(questions, worth, current, method)
    chosen = in_order(questions, best)
    totals = estimated.loc[list(chosen)]
    questions.implement(best)
    lowest = method.scale_of("vulnerability").lowest
    reached = tuple(now if now == lowest else questions.value(place) for place, now in enumerate(current))
    return Budget(
        yen,
        days,
        chosen,
        float(totals["yen"].sum()),
        float(totals["days"].sum()),
        float(totals["yen_most"].sum()),
        float(totals["days_most"].sum()),
        exposed.totals(reached),
        not nodes.exhausted,
        smallest,
    )


def _smallest(questions: Questions, worth: Worth, current: Values, method: Method) -> tuple[int, ...]:
    """The questions with least effort that lower the risks of one medium; none where no medium alone lowers any."""
    grades = method.scale_of("vulnerability").ascending
    found = []
    for medium, now in enumerate(current):
        for grade in grades:
            after = tuple(grade if place == medium else value for place, value in enumerate(current))
            if grade < now and worth.removed(current, after)[1] > 0:
                found.append(questions.cheapest_set({medium: grade}) or ())
    return min(filter(None, found), key=questions.cost, default=())


def _ends(
    questions: Questions, worth: Worth, current: Values, allowed: tuple[int, int]
) -> list[tuple[tuple[int, int], dict[int, int]]]:
    """What can be reached: (risks removed, medium → vulnerability), where no medium alone is beyond the limits."""
    within: dict[tuple[int, int], bool] = {}
    ends = []
    for values in worth.reachable(current):
        targets = {m: v for m, (v, now) in enumerate(zip(values, current, strict=True)) if v != now}
        removed = worth.removed(current, values)
        if removed[1] <= 0:
            continue
        for target in targets.items() - within.keys():
            within[target] = questions.can_reach(*target, questions.media) and all(
                questions.least(*target, cost) <= limit for cost, limit in enumerate(allowed, start=1)
            )
        if all(within[target] for target in targets.items()):
            ends.append((removed, targets))
    return ends
