"""The order of measures: sets of open questions, ordered by how much they lower the risks of the ledger.

A medium's vulnerability falls only when enough of its questions are implemented, so single measures often change
nothing. The effect of a set depends only on the vulnerabilities that the media have afterwards; so for each reachable
combination of vulnerabilities the smallest set is searched, and the best combination comes next. The whole order is
riskbook's own: the guideline has none.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product

import pandas as pd

from riskbook.analysis.exposures import Exposures, Values
from riskbook.analysis.factors import TOLERANCE
from riskbook.method import Method
from riskbook.model import Bundle, Need, Step

_MOST_NODES = 100_000  # of all searches for smallest sets in one run, so that its time is bounded
_MOST_COMBINATIONS = 60_000  # of vulnerabilities that are all compared; of more, those of one or two media
_BATCH = 2048  # combinations whose risks are computed at once

_Kind = tuple[frozenset[int], float]  # media and gain of questions that are interchangeable


class Questions:
    """The applicable questions of the check sheet, open ones with their effect.

    `media`: open question → places of its media. `gains`: open question → weight that implementing it adds. `have`,
    `asked`: by place of a medium, the weight implemented and the number of applicable questions.
    """

    def __init__(self, checks: pd.DataFrame, method: Method) -> None:
        """`checks` as in `Ledger`."""
        place = {name: number for number, name in enumerate(method.medium_names)}
        self._steps = {grade: (share, at) for grade, share, at in method.vulnerability_steps}
        self._highest = method.scale_of("vulnerability").highest
        self._nodes_left = _MOST_NODES
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

    def can_reach(self, medium: int, value: int, labels: Collection[int]) -> bool:
        """Whether these questions together lower a medium to `value`."""
        return self.need(medium, value) <= sum(self.gains[q] for q in labels if medium in self.media[q])

    def smallest_set(self, targets: Mapping[int, int], among: Collection[int] | None = None) -> tuple[int, ...]:
        """A smallest set of open questions (of those in `among`) that lowers each medium of `targets` to its value.

        After 100,000 nodes in all, the best set so far, or that of the greedy rule, is returned instead.
        """
        kinds: dict[_Kind, list[int]] = {}
        for label in sorted(self.media if among is None else among, key=lambda q: (-len(self.media[q]), q)):
            if self.gains[label] and (serves := frozenset(self.media[label] & targets.keys())):
                kinds.setdefault((serves, self.gains[label]), []).append(label)
        sizes = {kind: len(labels) for kind, labels in kinds.items()}
        needs = {medium: self.need(medium, value) for medium, value in targets.items()}
        counts = self._cover(needs, sizes)
        return tuple(sorted(label for kind, count in counts.items() for label in kinds[kind][:count]))

    def _cover(self, needs: Mapping[int, float], sizes: Mapping[_Kind, int]) -> dict[_Kind, int]:
        """Number of questions of each kind that meet the needs with the fewest in all."""
        counts = _indispensable(needs, sizes)
        left = {kind: size - counts[kind] for kind, size in sizes.items()}
        rest = _subtract(needs, counts)
        # The greedy filling is the smallest where it has no more questions than the lower bound.
        fill = _greedy(rest, left)
        if sum(fill.values()) > _lower_bound(rest, left):
            fill = self._search(rest, left, fill)
        return {kind: counts[kind] + fill.get(kind, 0) for kind in sizes}

    def _search(
        self, needs: Mapping[int, float], sizes: Mapping[_Kind, int], best: dict[_Kind, int]
    ) -> dict[_Kind, int]:
        """The smallest filling by branch and bound over the kinds, the most useful first; `best`: one to improve on."""
        order = sorted((k for k, size in sizes.items() if size), key=lambda k: (-k[1] * len(k[0]), sorted(k[0])))
        media = [medium for medium, need in needs.items() if need > 0]
        # Of the kinds from each place on: the largest gain and the sum of gains for each medium.
        most = [dict.fromkeys(media, 0.0)]
        total = [dict.fromkeys(media, 0.0)]
        for serves, gain in reversed(order):
            size = sizes[serves, gain]
            most.append({m: max(most[-1][m], gain if m in serves else 0.0) for m in media})
            total.append({m: total[-1][m] + (gain * size if m in serves else 0.0) for m in media})
        most.reverse()
        total.reverse()
        fewest = sum(best.values())

        def search(at: int, used: int, open_: Mapping[int, float], counts: dict[_Kind, int]) -> None:
            nonlocal best, fewest
            self._nodes_left -= 1
            unmet = [medium for medium in media if open_[medium] > 0]
            if not unmet and used < fewest:
                best, fewest = counts, used
            if not unmet or self._nodes_left < 0 or at == len(order):
                return
            if any(total[at][medium] < open_[medium] - TOLERANCE for medium in unmet):
                return
            serves, gain = order[at]
            alone = max(_round_up(open_[medium] / most[at][medium]) for medium in unmet)
            widest = gain * min(len(serves), len(unmet))  # no later kind serves more
            if used + max(alone, _round_up(sum(open_[medium] for medium in unmet) / widest)) >= fewest:
                return
            useful = max((_round_up(open_[medium] / gain) for medium in serves if open_[medium] > 0), default=0)
            for count in range(min(useful, sizes[order[at]]), -1, -1):
                taken = {order[at]: count}
                search(at + 1, used + count, _subtract(open_, taken), {**counts, **taken})

        search(0, 0, needs, {})
        return best


def _round_up(count: float) -> int:
    """The next whole number of questions."""
    return math.ceil(count - TOLERANCE)


def _subtract(needs: Mapping[int, float], counts: Mapping[_Kind, int]) -> dict[int, float]:
    """The needs that remain after these questions."""
    left = dict(needs)
    for (serves, gain), count in counts.items():
        for medium in serves:
            left[medium] -= gain * count
    return {medium: 0.0 if need <= TOLERANCE / 2 else need for medium, need in left.items()}


def _indispensable(needs: Mapping[int, float], sizes: Mapping[_Kind, int]) -> dict[_Kind, int]:
    """Number of questions of each kind without which some medium could not meet its need."""
    most = {medium: sum(g * size for (serves, g), size in sizes.items() if medium in serves) for medium in needs}
    return {
        (serves, gain): max(
            0, *(_round_up((needs[medium] - most[medium]) / gain) + size for medium in serves if needs[medium] > 0), 0
        )
        for (serves, gain), size in sizes.items()
    }


def _lower_bound(needs: Mapping[int, float], sizes: Mapping[_Kind, int]) -> float:
    """A lower bound for the number of questions that meet the needs; infinite where all of them do not."""
    unmet = {medium: need for medium, need in needs.items() if need > 0}
    if not unmet:
        return 0
    most, total, widest = dict.fromkeys(unmet, 0.0), dict.fromkeys(unmet, 0.0), 0.0
    for (serves, gain), size in sizes.items():
        if not size:
            continue
        served = [medium for medium in serves if medium in unmet]
        widest = max(widest, gain * len(served))
        for medium in served:
            most[medium] = max(most[medium], gain)
            total[medium] += gain * size
    if any(total[medium] < need - TOLERANCE for medium, need in unmet.items()):
        return math.inf
    alone = max(_round_up(need / most[medium]) for medium, need in unmet.items())
    return max(alone, _round_up(sum(unmet.values()) / widest))


def _greedy(needs: Mapping[int, float], sizes: Mapping[_Kind, int]) -> dict[_Kind, int]:
    """A filling that adds the question which serves the needs most, one by one; not always the smallest."""
    left, counts = dict(needs), dict.fromkeys(sizes, 0)
    while any(need > 0 for need in left.values()):
        free = [kind for kind, size in sizes.items() if counts[kind] < size]
        best = max(free, key=lambda kind: sum(min(kind[1], left[m]) for m in kind[0] if left[m] > 0))
        counts[best] += 1
        left = _subtract(left, {best: 1})
    return counts


def needs(checks: pd.DataFrame, current: Values, assets: Mapping[str, int], method: Method) -> Iterator[Need]:
    """The fewest questions that each medium needs; `assets`: number that depend on it (media without are skipped)."""
    questions, grades = Questions(checks, method), method.scale_of("vulnerability").ascending
    for place, (name, now) in enumerate(zip(method.medium_names, current, strict=True)):
        if assets.get(name):
            lower = [grade for grade in grades if grade < now]
            fewest = ((grade, questions.fewest(place, grade)) for grade in dict.fromkeys((*lower[-1:], *lower[:1])))
            yield Need(name, now, assets[name], tuple(fewest))


def steps(checks: pd.DataFrame, exposed: Exposures, current: Values, method: Method) -> Iterator[Step]:
    """The steps from the current vulnerabilities to the lowest that change any risk.

    Next comes the set of open questions that removes most risks of the most severe level per question; among equals
    the one that lowers the sum of risks most per question, then the smaller set. It is carried out medium by medium and
    value by value, in the order of the same two figures.
    """
    questions = Questions(checks, method)
    worth = _Worth(exposed, method)
    lowest, number = method.scale_of("vulnerability").lowest, 0
    while bundle := _best_set(questions, worth, current):
        labels, large, risk = bundle
        parts = []
        while labels:
            part = _best_move(questions, worth, current, labels) or labels
            before = current
            questions.implement(part)
            # Questions that apply to several media may lower others, too.
            current = tuple(now if now == lowest else questions.value(place) for place, now in enumerate(current))
            labels = tuple(label for label in labels if label not in part)
            parts.append((part, before, current))
        count = sum(len(part) for part, _, _ in parts)
        together = Bundle(number + 1, number + len(parts), count, float(large), float(risk))
        number += len(parts)
        for part, before, after in parts:
            yield _step(part, before, after, exposed, method, together)


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


class _Worth:
    """The risks of the most severe level and the sum of risks that a change of vulnerabilities removes."""

    def __init__(self, exposed: Exposures, method: Method) -> None:
        self._exposed, self._at_least = exposed, method.levels[0].at_least
        self._grades = method.scale_of("vulnerability").ascending
        self._figures: dict[Values, tuple[int, int]] = {}

    def lower(self, now: int) -> int | None:
        """The next grade of vulnerability below `now`."""
        return max((grade for grade in self._grades if grade < now), default=None)

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


def _best_set(
    questions: Questions, worth: _Worth, current: Values
) -> tuple[tuple[int, ...], Fraction, Fraction] | None:
    """The next set, and the large risks and the sum of risks that it removes per question; None at the end."""
    fewest: dict[tuple[int, int], int] = {}
    # The bounds suppose that each set is as small as its largest single need allows, so most sets are never searched.
    bounds = []
    for values in worth.reachable(current):
        targets = {m: v for m, (v, now) in enumerate(zip(values, current, strict=True)) if v != now}
        large, risk = worth.removed(current, values)
        if risk > 0:
            for target in targets.items() - fewest.keys():
                fewest[target] = questions.fewest(*target)
            bounds.append((max(fewest[target] for target in targets.items()), targets, large, risk))
    # Rates are compared exactly, so that equal ones are equal: as whole numbers, since there may be many of them.
    common = math.lcm(*{least for least, *_ in bounds})
    bounds.sort(key=lambda bound: (bound[2] * (common // bound[0]), bound[3] * (common // bound[0])), reverse=True)
    best: tuple[tuple[int, ...], Fraction, Fraction] | None = None
    for least, targets, large, risk in bounds:
        if best is not None and (Fraction(large, least), Fraction(risk, least)) < best[1:]:
            break
        labels = questions.smallest_set(targets)
        rates = (Fraction(large, len(labels)), Fraction(risk, len(labels)))
        if best is None or (*rates, -len(labels)) > (*best[1:], -len(best[0])):
            best = (labels, *rates)
    return best


def _best_move(questions: Questions, worth: _Worth, current: Values, labels: tuple[int, ...]) -> tuple[int, ...] | None:
    """The part of a set that lowers one medium by one and removes most per question; None where no part removes any."""
    best: tuple[tuple[Fraction, Fraction, int], tuple[int, ...]] | None = None
    for medium, now in enumerate(current):
        lower = worth.lower(now)
        if lower is None or not questions.can_reach(medium, lower, labels):
            continue
        part = questions.smallest_set({medium: lower}, labels)
        after = tuple(lower if place == medium else value for place, value in enumerate(current))
        large, risk = worth.removed(current, after)
        key = (Fraction(large, len(part)), Fraction(risk, len(part)), -len(part))
        if risk > 0 and (best is None or key > best[0]):
            best = (key, part)
    return None if best is None else best[1]
