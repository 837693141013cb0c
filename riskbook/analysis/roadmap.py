"""The order of measures: sets of open questions, ordered by how much they lower the risks for the effort they take.

A medium's vulnerability falls only when enough of its questions are implemented, so single measures often change
nothing. The effect of a set depends only on the vulnerabilities that the media have afterwards; so for each reachable
combination of vulnerabilities the set with least effort is searched, and the best combination comes next. The whole
order is riskbook's own: the guideline has none.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations, product

from riskbook.analysis.effort import DAY
from riskbook.analysis.exposures import Exposures, Values
from riskbook.analysis.questions import Questions
from riskbook.method import Method
from riskbook.model import Bundle, Need, Step

_MOST_COMBINATIONS = 60_000  # of vulnerabilities that are all compared; of more, those of one or two media
_BATCH = 2048  # combinations whose risks are computed at once


def needs(questions: Questions, current: Values, assets: Mapping[str, int], method: Method) -> Iterator[Need]:
    """The fewest questions that each medium needs; `assets`: number that depend on it (media without are skipped)."""
    grades = method.scale_of("vulnerability").ascending
    for place, (name, now) in enumerate(zip(method.medium_names, current, strict=True)):
        if assets.get(name):
            lower = [grade for grade in grades if grade < now]
            fewest = ((grade, questions.fewest(place, grade)) for grade in dict.fromkeys((*lower[-1:], *lower[:1])))
            yield Need(name, now, assets[name], tuple(fewest))


def nearest(questions: Questions, current: Values, method: Method) -> dict[str, tuple[int, ...]]:
    """Medium → the questions that lower it to its next grade with least effort, the easiest first."""
    found = {}
    for place, (name, now) in enumerate(zip(method.medium_names, current, strict=True)):
        lower = _lower(method, now)
        if lower is not None and questions.can_reach(place, lower, questions.media):
            chosen = questions.cheapest_set({place: lower}) or ()
            # What is easiest comes first; of the same effort, what is about few media: it says most about this one.
            found[name] = tuple(sorted(chosen, key=lambda q: (questions.costs[q][0], len(questions.media[q]), q)))
    return found


def effects(questions: Questions, worth: Worth, current: Values, method: Method) -> dict[int, float]:
    """Open question → its share of the sum of risks that its media lose when all their questions are implemented.

    A medium's loss is shared by its open questions as they weigh; so the shares add up to the loss of all media where
    each asset has one medium.
    """
    lowest = method.scale_of("vulnerability").lowest
    weights: dict[int, float] = {}
    for label, media in questions.media.items():
        for medium in media:
            weights[medium] = weights.get(medium, 0.0) + questions.gains[label]
    losses = {}
    for medium in weights:
        after = tuple(lowest if place == medium else now for place, now in enumerate(current))
        losses[medium] = worth.removed(current, after)[1]
    return {
        label: sum(losses[m] * questions.gains[label] / weights[m] for m in media if weights[m])
        for label, media in questions.media.items()
    }


def in_order(questions: Questions, labels: Collection[int]) -> tuple[int, ...]:
    """Questions, those that bring most for their effort first: each counts for all media that it serves."""
    serves = {label: questions.gains[label] * len(questions.media[label]) for label in labels}
    return tuple(sorted(labels, key=lambda q: (questions.costs[q][0], -serves[q], q)))


def steps(questions: Questions, worth: Worth, exposed: Exposures, current: Values, method: Method) -> Iterator[Step]:
    """The steps from the current vulnerabilities to the lowest that change any risk; the questions are used up.

    Next comes the set of open questions that removes most risks of the most severe level for its effort; among equals
    the one that lowers the sum of risks most for it, then the one with less effort. It is carried out medium by medium
    and value by value, in the order of the same two figures.
    """
    lowest, number = method.scale_of("vulnerability").lowest, 0
    while labels := _best_set(questions, worth, current):
        effort, count, start, parts = questions.cost(labels), len(labels), current, []
        while labels:
            part = in_order(questions, _best_move(questions, worth, current, labels) or labels)
            before = current
            questions.implement(part)
            # Questions that apply to several media may lower others, too.
            current = tuple(now if now == lowest else questions.value(place) for place, now in enumerate(current))
            labels = tuple(label for label in labels if label not in part)
            parts.append((part, before, current))
        together = Bundle(number + 1, number + len(parts), count, effort / DAY, *worth.removed(start, current))
        number += len(parts)
        for part, before, after in parts:
            yield _step(part, before, after, exposed, method, together)


def _lower(method: Method, now: int) -> int | None:
    """The next grade of vulnerability below `now`."""
    return max((grade for grade in method.scale_of("vulnerability").ascending if grade < now), default=None)


def _step(
    labels: tuple[int, ...], before: Values, after: Values, exposed: Exposures, method: Method, bundle: Bundle
) -> Step:
    moves = zip(method.medium_names, before, after, strict=True)
    old, new = exposed.at(before), exposed.at(after)
    fallen = old.index[(new < old).fillna(False).to_numpy(dtype=bool)]
    return Step(
        measures=labels,
        media=tuple((name, was, is_) for name, was, is_ in moves if is_ < was),
        assets=tuple(sorted(((int(i), int(old[i]), int(new[i])) for i in fallen), key=lambda a: (-a[1], a[2], a[0]))),
        before=exposed.totals(before),
        after=exposed.totals(after),
        bundle=bundle,
    )


class Worth:
    """The risks of the most severe level and the sum of risks that a change of vulnerabilities removes."""

    def __init__(self, exposed: Exposures, method: Method) -> None:
        self._exposed, self._at_least, self._method = exposed, method.levels[0].at_least, method
        self._grades = method.scale_of("vulnerability").ascending
        self._figures: dict[Values, tuple[int, int]] = {}

    def lower(self, now: int) -> int | None:
        """The next grade of vulnerability below `now`."""
        return _lower(self._method, now)

    def reachable(self, current: Values) -> list[Values]:
        """The combinations that may come next: all from the current one down, or those of one or two media."""
        grades = [[grade for grade in reversed(self._grades) if grade <= now] for now in current]
        if math.prod(len(some) for some in grades) <= _MOST_COMBINATIONS:
            found = list(product(*grades))
        else:
            pairs = combinations(range(len(current)), 2)
            moved = {
                tuple(one if place == a else two if place == b else now for place, now in enumerate(current))
                for a, b in pairs
                for one, two in product(grades[a], grades[b])
            }
            found = sorted(moved, reverse=True)
        self._compute(found)
        return found

    def _compute(self, values: Sequence[Values]) -> None:
        missing = [one for one in values if one not in self._figures]
        for first in range(0, len(missing), _BATCH):
            batch = missing[first : first + _BATCH]
            risks, sizes = self._exposed.risks(batch), self._exposed.sizes
            large, total = ((risks >= self._at_least) @ sizes).tolist(), (risks @ sizes).tolist()
            self._figures.update(zip(batch, zip(large, total, strict=True), strict=True))

    def removed(self, before: Values, after: Values) -> tuple[int, int]:
        """Number of risks of the most severe level, and sum of risks, removed between two combinations."""
        self._compute((before, after))
        old, new = self._figures[before], self._figures[after]
        return old[0] - new[0], old[1] - new[1]


def _best_set(questions: Questions, worth: Worth, current: Values) -> tuple[int, ...]:
    """The next set; empty at the end."""
    least: dict[tuple[int, int], int] = {}
    # The bounds suppose that each set costs no more than its dearest single need, so most sets are never searched.
    bounds = []
    for values in worth.reachable(current):
        targets = {m: v for m, (v, now) in enumerate(zip(values, current, strict=True)) if v != now}
        large, risk = worth.removed(current, values)
        if risk > 0 and all(questions.can_reach(m, v, questions.media) for m, v in targets.items()):
            for target in targets.items() - least.keys():
                least[target] = questions.least(*target)
            cost = max(least[target] for target in targets.items())
            bounds.append((large / cost, risk / cost, targets, large, risk))
    # Quotients of whole numbers of this size are equal as floats just where they are equal.
    bounds.sort(key=lambda bound: bound[:2], reverse=True)
    best: tuple[int, ...] = ()
    rates = (-1.0, 0.0, 0)
    for *bound, targets, large, risk in bounds:
        if best and tuple(bound) < rates[:2]:
            break
        labels = questions.cheapest_set(targets) or ()
        cost = questions.cost(labels)
        if labels and (large / cost, risk / cost, -cost) > rates:
            best, rates = labels, (large / cost, risk / cost, -cost)
    return best


def _best_move(questions: Questions, worth: Worth, current: Values, labels: tuple[int, ...]) -> tuple[int, ...] | None:
    """The part of a set that lowers one medium by one and removes most for its effort; None where none removes any."""
    best: tuple[tuple[float, float, int], tuple[int, ...]] | None = None
    for medium, now in enumerate(current):
        lower = worth.lower(now)
        if lower is None or not questions.can_reach(medium, lower, labels):
            continue
        part = questions.cheapest_set({medium: lower}, labels) or ()
        after = tuple(lower if place == medium else value for place, value in enumerate(current))
        large, risk = worth.removed(current, after)
        cost = questions.cost(part)
        if risk > 0 and (best is None or (large / cost, risk / cost, -cost) > best[0]):
            best = ((large / cost, risk / cost, -cost), part)
    return None if best is None else best[1]
