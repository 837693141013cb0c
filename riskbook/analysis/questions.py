"""The open questions of the check sheet: what each adds to the media it applies to, and the cheapest sets of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from riskbook.analysis.cover import Kind, Nodes, cheapest, cover
from riskbook.analysis.factors import TOLERANCE
from riskbook.method import Method

_MOST_NODES = 100_000  # of all searches for cheapest sets in one run, so that its time is bounded


class Questions:
    """The applicable questions of the check sheet, open ones with their effect and costs.

    `media`: open question → places of its media. `gains`: open question → weight that implementing it adds. `costs`:
    open question → its effort, days and yen as whole numbers. `have`, `asked`: by place of a medium, the weight
    implemented and the number of applicable questions.
    """

    def __init__(self, checks: pd.DataFrame, costs: Mapping[int, tuple[int, ...]], method: Method) -> None:
        """`checks` as in `Ledger`; `costs`: of each of its open questions, as `effort.costs` gives them."""
        place = {name: number for number, name in enumerate(method.medium_names)}
        self._steps = {grade: (share, at) for grade, share, at in method.vulnerability_steps}
        self._highest = method.scale_of("vulnerability").highest
        self.nodes = Nodes(_MOST_NODES)
        self.costs = costs
        self.have = [0.0] * len(place)
        self.asked = [0] * len(place)
        self.media: dict[int, frozenset[int]] = {}
        self.gains: dict[int, float] = {}
        for label, answer, names in zip(checks.index, checks["answer"], checks["media"], strict=True):
            weight = method.answer_weights.get(answer)
            if weight is None:
                continue
            for name in names:
                self.asked[place[name]] += 1
                self.have[place[name]] += weight
            if method.answer_names[answer] != "implemented":
                self.media[label] = frozenset(place[name] for name in names)
                self.gains[label] = 1.0 - weight

    def implement(self, labels: Sequence[int]) -> None:
        """Counts these questions as implemented."""
        for label in labels:
            for medium in self.media.pop(label):
                self.have[medium] += self.gains[label]

    def value(self, medium: int) -> int:
        """A medium's vulnerability now."""
        return next((value for value in self._steps if self.need(medium, value) <= 0), self._highest)

    def need(self, medium: int, value: int) -> float:
        """The weight still needed for a vulnerability of `value` or below; 0 or less where that is reached."""
        # At the low share vulnerability is still the highest: for the next grade the share must be above it.
        share, at = self._steps[value]
        share, above = (share - TOLERANCE, 0.0) if at else (share + TOLERANCE, TOLERANCE)
        return float(share * self.asked[medium] - self.have[medium] + above)

    def fewest(self, medium: int, value: int) -> int:
        """The least number of questions that lowers one medium to `value`."""
        need, count = self.need(medium, value), 0
        for gain in sorted((self.gains[q] for q, media in self.media.items() if medium in media), reverse=True):
            if need <= 0:
                break
            need, count = need - gain, count + 1
        return count

    def least(self, medium: int, value: int, cost: int = 0) -> int:
        """The least cost (number `cost`) that lowers one medium to `value`."""
        members = self._kinds({medium}, self.media)
        return cheapest(self.need(medium, value), {kind: len(labels) for kind, labels in members.items()}, cost)

    def can_reach(self, medium: int, value: int, labels: Collection[int]) -> bool:
        """Whether these questions together lower a medium to `value`."""
        return self.need(medium, value) <= sum(self.gains[q] for q in labels if medium in self.media[q])

    def cost(self, labels: Collection[int], cost: int = 0) -> int:
        """What these questions cost together (number `cost`)."""
        return sum(self.costs[label][cost] for label in labels)

    def cheapest_set(
        self,
        targets: Mapping[int, int],
        among: Collection[int] | None = None,
        limits: Sequence[int] = (),
        nodes: Nodes | None = None,
    ) -> tuple[int, ...] | None:
        """The open questions (of those in `among`) with least effort that lower each medium of `targets` to its value.

        `limits`: of their days and yen; None where no set keeps them. After 100,000 nodes in all searches (or `nodes`)
        the cheapest set found so far, or that of the greedy rule, is returned.
        """
        needs = {medium: self.need(medium, value) for medium, value in targets.items()}
        members = self._kinds(targets.keys(), self.media if among is None else among, 1 + len(limits))
        sizes = {kind: len(labels) for kind, labels in members.items()}
        counts = cover(needs, sizes, nodes or self.nodes, limits)
        if counts is None:
            return None
        return tuple(sorted(label for kind, count in counts.items() for label in members[kind][:count]))

    def _kinds(self, targets: Collection[int], among: Collection[int], costs: int = 3) -> dict[Kind, list[int]]:
        """The questions that serve these media by kind, those that serve most media first; `costs`: how many count."""
        members: dict[Kind, list[int]] = {}
        for label in sorted(among, key=lambda q: (-len(self.media[q]), q)):
            if self.gains[label] and (serves := self.media[label].intersection(targets)):
                members.setdefault(Kind(serves, self.gains[label], self.costs[label][:costs]), []).append(label)
        return members
