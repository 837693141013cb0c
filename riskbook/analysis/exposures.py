"""The assets whose risk follows the vulnerabilities of the media, and their risks at any vulnerabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskbook.analysis.factors import level, likelihood_table, risk_table
from riskbook.method import Method
from riskbook.model import Totals

Values = tuple[int, ...]  # vulnerability of each medium, in the method's order


@dataclass(frozen=True, eq=False)
class Exposures:
    """Groups of assets whose risk depends on the same inputs.

    `groups`: label of an asset → number of its group. `sizes`: number of assets in each group. `known`: the groups that
    are assessed, each with one or more members, from `starts` on. Of each member: `weight` (importance), `threat`, and
    the place of the `medium` that decides its vulnerability, or -1 with the `fixed` one.
    """

    groups: pd.Series
    sizes: np.ndarray
    known: np.ndarray
    starts: np.ndarray
    weight: np.ndarray
    threat: np.ndarray
    medium: np.ndarray
    fixed: np.ndarray
    method: Method

    def risks(self, values: Sequence[Values]) -> np.ndarray:
        """Array of combinations of vulnerabilities × groups, 0 where unassessed."""
        by_medium = np.array(values, dtype=int).reshape(len(values), -1)
        risks = np.zeros((len(values), len(self.sizes)), dtype=int)
        if len(self.known):
            vulnerability = np.where(self.medium >= 0, by_medium[:, self.medium], self.fixed)
            likelihood = likelihood_table(self.method)[self.threat, vulnerability]
            single = risk_table(self.method)[self.weight, likelihood]
            risks[:, self.known] = np.maximum.reduceat(single, self.starts, axis=1)
        return risks

    def at(self, values: Values) -> pd.Series:
        """Every asset's risk (Int64, NA where unassessed) when the media have these vulnerabilities."""
        risk = self.risks([values])[0][self.groups.to_numpy()]
        return pd.Series(pd.arrays.IntegerArray(risk, risk == 0), index=self.groups.index)

    def totals(self, values: Values) -> Totals:
        """Assets by level and the sum of risks at these vulnerabilities."""
        risks = self.at(values)
        counts = Counter(level(risks, self.method).tolist())
        return Totals({name: counts[name] for name in self.method.level_keys}, int(risks.sum()))


def exposures(candidates: pd.DataFrame, importance: pd.Series, method: Method) -> Exposures:
    """The exposures of all assets.

    `candidates`: as `factors.candidates` gives them. `importance`: Int64 by label of the asset.
    """
    place = {name: number for number, name in enumerate(method.medium_names)}
    parts: dict[int, set[tuple[int, int, int]]] = {}
    unknown = set()
    columns = ["asset", "medium", "threat", "vulnerability", "vulnerability_source"]
    frame = candidates[columns]
    if not method.has_vulnerability:  # then the likelihood takes the place of the threat, at any vulnerability
        any_ = method.scale_of("vulnerability").lowest
        frame = candidates.assign(threat=candidates["likelihood"], vulnerability=any_)[columns]
    for asset, medium, threat, vulnerability, source in frame.itertuples(index=False, name=None):
        parts.setdefault(asset, set())
        if pd.isna(threat) or pd.isna(vulnerability):
            unknown.add(asset)
        else:
            moving = source == "sheet"
            parts[asset].add((int(threat), place[medium] if moving else -1, 0 if moving else int(vulnerability)))
    numbers: dict[tuple[int, frozenset[tuple[int, int, int]]], int] = {}
    groups = {}
    for asset, value in zip(importance.index.tolist(), importance, strict=True):
        known = asset not in unknown and not pd.isna(value)
        key = (int(value) if known else 0, frozenset(parts[asset]) if known else frozenset())
        groups[asset] = numbers.setdefault(key, len(numbers))
    members = [(number, weight, *part) for (weight, some), number in numbers.items() for part in sorted(some)]
    number, *arrays = np.array(members, dtype=int).reshape(-1, 5).T
    assessed, starts = np.unique(number, return_index=True)
    membership = pd.Series(groups, index=importance.index, dtype=int)
    sizes = np.bincount(membership.to_numpy(), minlength=len(numbers))
    weight, threat, medium_at, fixed = arrays
    return Exposures(membership, sizes, assessed, starts, weight, threat, medium_at, fixed, method)
