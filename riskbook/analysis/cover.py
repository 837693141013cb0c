"""The cheapest set of questions that lowers several media at once, by branch and bound.

Each medium needs some weight; a question adds its gain to each medium that it serves. Questions with the same gain, the
same costs and the same media are interchangeable, so only their number is searched.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from riskbook.analysis.factors import TOLERANCE

Needs = Mapping[int, float]  # place of a medium → weight that it needs; 0 or less where it has enough


class Kind(NamedTuple):
    """Questions that are interchangeable: the media they serve, the weight that each adds, and what each costs.

    `costs`: whole numbers; the first is what a set is to have least of, the others may be limited.
    """

    serves: frozenset[int]
    gain: float
    costs: tuple[int, ...]


class Nodes:
    """How many nodes all searches of one run may still visit, so that its time is bounded."""

    def __init__(self, most: int) -> None:
        self.left = most

    @property
    def exhausted(self) -> bool:
        """Whether some search ended early, so that its set may not be the cheapest."""
        return self.left < 0


def cover(needs: Needs, sizes: Mapping[Kind, int], nodes: Nodes, limits: Sequence[int] = ()) -> dict[Kind, int] | None:
    """Number of questions of each kind that meet the needs at the least first cost; None where no set does.

    `sizes`: number of questions of each kind. `limits`: of the costs after the first. Where `nodes` are exhausted, the
    cheapest set that was found by then.
    """
    counts = _indispensable(needs, sizes)
    left = {kind: size - counts[kind] for kind, size in sizes.items()}
    rest, spent = _subtract(needs, counts), _costs(counts)
    allowed = [limit - used for limit, used in zip(limits, spent[1:], strict=False)]
    fill = _greedy(rest, left)
    if fill is None or any(limit < 0 for limit in allowed):
        return None
    search = _Search(rest, left, nodes, allowed)
    found = search.best(fill) if search.media else fill
    return None if found is None else {kind: counts[kind] + found.get(kind, 0) for kind in sizes}


def cheapest(need: float, sizes: Mapping[Kind, int], at: int) -> int:
    """The least cost number `at` that meets a single need with these questions, which together meet it."""
    by_gain: dict[float, list[int]] = {}
    for kind, size in sizes.items():
        by_gain.setdefault(kind.gain, []).extend([kind.costs[at]] * size)
    best = {need: 0}  # what is still needed → the least cost so far
    for gain, costs in by_gain.items():
        after: dict[float, int] = {}
        for open_, spent in best.items():
            for count, total in enumerate(_running(sorted(costs))):
                still = max(open_ - gain * count, 0.0)
                still = 0.0 if still <= TOLERANCE / 2 else still
                after[still] = min(after.get(still, total + spent), total + spent)
                if not still:
                    break
        best = after
    return best.get(0.0, 0)


def _running(costs: Sequence[int]) -> list[int]:
    totals = [0]
    for cost in costs:
        totals.append(totals[-1] + cost)
    return totals


def _costs(counts: Mapping[Kind, int]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*([cost * n for cost in kind.costs] for kind, n in counts.items()), strict=True)))


def _subtract(needs: Needs, counts: Mapping[Kind, int]) -> dict[int, float]:
    """The needs that remain after these questions."""
    left = dict(needs)
    for kind, count in counts.items():
        for medium in kind.serves if count else ():
            left[medium] -= kind.gain * count
    return {medium: 0.0 if need <= TOLERANCE / 2 else need for medium, need in left.items()}


def _round_up(count: float) -> int:
    return math.ceil(count - TOLERANCE)


def _indispensable(needs: Needs, sizes: Mapping[Kind, int]) -> dict[Kind, int]:
    """Number of questions of each kind without which some medium could not meet its need."""
    most = {medium: sum(k.gain * size for k, size in sizes.items() if medium in k.serves) for medium in needs}
    counts = {}
    for kind, size in sizes.items():
        short = (needs[medium] - most[medium] for medium in kind.serves if needs[medium] > 0)
        counts[kind] = min(size, max((_round_up(one / kind.gain) + size for one in short), default=0))
        counts[kind] = max(counts[kind], 0)
    return counts


def _greedy(needs: Needs, sizes: Mapping[Kind, int]) -> dict[Kind, int] | None:
    """A filling that adds the question which serves the needs most for its cost, one by one; None where none does."""
    left, counts = dict(needs), dict.fromkeys(sizes, 0)

    def use(kind: Kind) -> float:
        return sum(min(kind.gain, left[m]) for m in kind.serves if left[m] > 0) / kind.costs[0]

    while any(need > 0 for need in left.values()):
        free = [kind for kind, size in sizes.items() if counts[kind] < size]
        best = max(free, key=use, default=None)
        if best is None or not use(best):
            return None
        counts[best] += 1
        left = _subtract(left, {best: 1})
    return counts


class _Line:
    """The least cost of meeting a need in part by fractions of questions: a lower bound of what whole ones cost."""

    def __init__(self, offers: list[tuple[float, float, int]]) -> None:
        """`offers`: (weight, cost) of all questions of a kind together, and the cost of one of them."""
        self.weights, self.costs = [0.0], [0.0]
        for weight, cost, _ in sorted(offers, key=lambda offer: offer[1] / offer[0]):
            self.weights.append(self.weights[-1] + weight)
            self.costs.append(self.costs[-1] + cost)
        self.least = min((one for _, _, one in offers), default=0)

    def at(self, need: float) -> int:
        """The bound, a whole number; more than any limit where the need cannot be met."""
        if need <= 0:
            return 0
        at = bisect_left(self.weights, need - TOLERANCE)
        if at == len(self.weights):
            return 1 << 62
        low, high = self.weights[at - 1], self.weights[at]
        part = (need - low) / (high - low)
        return max(self.least, _round_up(self.costs[at - 1] + part * (self.costs[at] - self.costs[at - 1])))


class _Search:
    """One search: the kinds in order of their use for their cost, and bounds for those from each place on."""

    def __init__(self, needs: Needs, sizes: Mapping[Kind, int], nodes: Nodes, limits: Sequence[int]) -> None:
        self.needs, self.sizes, self.nodes, self.limits = needs, sizes, nodes, limits
        self.media = [medium for medium, need in needs.items() if need > 0]
        useful = [kind for kind, size in sizes.items() if size and not kind.serves.isdisjoint(self.media)]
        self.order = sorted(
            useful, key=lambda k: (-k.gain * len(k.serves.intersection(self.media)) / k.costs[0], sorted(k.serves), k)
        )

    def best(self, fill: dict[Kind, int]) -> dict[Kind, int] | None:
        """The cheapest filling within the limits; `fill`: one to improve on."""
        costs = _costs(fill)
        self.found = fill if all(c <= limit for c, limit in zip(costs[1:], self.limits, strict=False)) else None
        self.cost = costs[0] if self.found is not None else 1 << 61
        self.dimensions = range(1 + len(self.limits))
        self._prepare()
        if self.found is None or self._bound(0, 0, self.needs) < self.cost:
            self._visit(0, (0,) * len(self.dimensions), self.needs, {})
        return self.found

    def _prepare(self) -> None:
        """The bounds of the kinds from each place on: for each cost a line a medium, and one for all together."""
        self.lines: list[list[dict[int, _Line]]] = []
        for at in range(len(self.order) + 1):
            rest = self.order[at:]
            by_cost = []
            for d in self.dimensions:
                lines = {m: _Line([self._offer(k, d, 1) for k in rest if m in k.serves]) for m in self.media}
                shared = [self._offer(k, d, len(k.serves.intersection(self.media))) for k in rest]
                by_cost.append(lines | {-1: _Line(shared)})
            self.lines.append(by_cost)
        # A kind that costs no less than an earlier one which does the same is used only when that is used up.
        self.before = [
            next(
                (
                    one
                    for one in reversed(self.order[:at])
                    if one[:2] == kind[:2] and all(a <= b for a, b in zip(one.costs, kind.costs, strict=True))
                ),
                None,
            )
            for at, kind in enumerate(self.order)
        ]

    def _offer(self, kind: Kind, cost: int, times: int) -> tuple[float, float, int]:
        size = self.sizes[kind]
        return kind.gain * times * size, kind.costs[cost] * size, kind.costs[cost]

    def _bound(self, at: int, cost: int, open_: Needs) -> int:
        lines = self.lines[at][cost]
        alone = max(lines[medium].at(open_[medium]) for medium in self.media)
        return max(alone, lines[-1].at(sum(open_[medium] for medium in self.media)))

    def _visit(self, at: int, used: tuple[int, ...], open_: Needs, counts: dict[Kind, int]) -> None:
        self.nodes.left -= 1
        if all(open_[medium] <= 0 for medium in self.media):
            if used[0] < self.cost:
                self.found, self.cost = counts, used[0]
            return
        if self.nodes.left < 0 or at == len(self.order) or used[0] + self._bound(at, 0, open_) >= self.cost:
            return
        if any(used[d] + self._bound(at, d, open_) > self.limits[d - 1] for d in self.dimensions[1:]):
            return
        kind, before = self.order[at], self.before[at]
        most = max((_round_up(open_[m] / kind.gain) for m in kind.serves if open_.get(m, 0) > 0), default=0)
        most = min(most, self.sizes[kind])
        if before is not None and counts.get(before, 0) < self.sizes[before]:
            most = 0
        for count in range(most, -1, -1):
            spent = tuple(used[d] + kind.costs[d] * count for d in self.dimensions)
            taken = {kind: count}
            self._visit(at + 1, spent, _subtract(open_, taken), {**counts, **taken})
