"""Suggests treatments by the method's rules, and computes the residual risk; both are riskbook's own rules (R)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from riskbook.analysis.factors import likelihood_table, risk_table
from riskbook.method import Method
from riskbook.method.treatment import (
    AlsoOnFixedMedium,
    Condition,
    CostExceedsLoss,
    Fixed,
    HoldsNoPersonalInformation,
    ImportanceAtLeast,
    LevelIs,
    LikelihoodAtMost,
    MediumIs,
    MentionsNoneOf,
    ResidualLikelihood,
    RetentionDatePassed,
    RiskAtLeast,
    ThreatAtMost,
    Threshold,
    Unchanged,
    VulnerabilityAtLeast,
    WithinAcceptance,
)
from riskbook.model import MARK_FIELDS

# Columns of the assets: of numbers as floats (NaN where unknown: no comparison holds), of all others as lists.
Columns = Mapping[str, Any]
Holds = Callable[[Columns, Any, Method, date], Any]
_NUMBERS = ("risk", "importance", "threat", "likelihood", "vulnerability", "cost", "loss")
_OTHERS = ("level", "medium", "media", "business", "name", "note", "retention_date", *MARK_FIELDS)


def _level_is(columns: Columns, predicate: LevelIs, method: Method, today: date) -> Any:
    return [level in predicate.levels for level in columns["level"]]


def _within_acceptance(columns: Columns, predicate: WithinAcceptance, method: Method, today: date) -> Any:
    assert method.acceptance is not None
    return columns["risk"] <= method.acceptance.at_most


def _cost_exceeds_loss(columns: Columns, predicate: CostExceedsLoss, method: Method, today: date) -> Any:
    return columns["cost"] > columns["loss"]


def _holds_no_personal_information(
    columns: Columns, predicate: HoldsNoPersonalInformation, method: Method, today: date
) -> Any:
    return [not any(marks) for marks in zip(*(columns[name] for name in MARK_FIELDS), strict=True)]


def _retention_date_passed(columns: Columns, predicate: RetentionDatePassed, method: Method, today: date) -> Any:
    return [day is not None and day < today for day in columns["retention_date"]]


def _medium_is(columns: Columns, predicate: MediumIs, method: Method, today: date) -> Any:
    return [medium in predicate.media for medium in columns["medium"]]


def _also_on_fixed_medium(columns: Columns, predicate: AlsoOnFixedMedium, method: Method, today: date) -> Any:
    """Whether the same asset (business and name) is anywhere in the workbook on a medium that is not portable."""
    fixed = {medium.name for medium in method.media if not medium.portable}
    keys = [(business or "", name) for business, name in zip(columns["business"], columns["name"], strict=True)]
    fixed_assets = {key for key, media in zip(keys, columns["media"], strict=True) if fixed & set(media)}
    return [key[1] is not None and key in fixed_assets for key in keys]


def _mentions_none_of(columns: Columns, predicate: MentionsNoneOf, method: Method, today: date) -> Any:
    pairs = zip(columns["name"], columns["note"], strict=True)
    texts = [f"{name or ''}\n{note or ''}".casefold() for name, note in pairs]
    words = [word.casefold() for word in predicate.words]
    return [not any(word in text for word in words) for text in texts]


def _at_least(column: str) -> Callable[[Columns, Threshold, Method, date], Any]:
    return lambda columns, predicate, method, today: columns[column] >= _bound(predicate, column, method)


def _at_most(column: str) -> Callable[[Columns, Threshold, Method, date], Any]:
    return lambda columns, predicate, method, today: columns[column] <= _bound(predicate, column, method)


def _bound(predicate: Threshold, column: str, method: Method) -> int:
    """The bound as a number; a method may name its place on the scale instead."""
    if column == "risk":
        return method.highest_risk if isinstance(predicate.value, str) else predicate.value
    return method.scale_of(column).place(predicate.value)


CONDITIONS: Mapping[type[Condition], Holds] = {
    LevelIs: _level_is,
    WithinAcceptance: _within_acceptance,
    CostExceedsLoss: _cost_exceeds_loss,
    HoldsNoPersonalInformation: _holds_no_personal_information,
    RetentionDatePassed: _retention_date_passed,
    MediumIs: _medium_is,
    AlsoOnFixedMedium: _also_on_fixed_medium,
    MentionsNoneOf: _mentions_none_of,
    RiskAtLeast: _at_least("risk"),
    ImportanceAtLeast: _at_least("importance"),
    ThreatAtMost: _at_most("threat"),
    LikelihoodAtMost: _at_most("likelihood"),
    VulnerabilityAtLeast: _at_least("vulnerability"),
}


def suggest(frame: pd.DataFrame, method: Method, today: date) -> pd.DataFrame:
    """The suggested treatment of every asset, index like `frame` (assets with factors, risk and level).

    Columns: treatment and rule (dtype object: of the first rule that applies; None where the asset is unassessed),
    alternatives (tuple of (treatment, rule id): the other treatments whose rules apply, in the method's order).
    """
    assessed = frame["risk"].notna().to_numpy()
    columns: dict[str, Any] = {name: frame[name].tolist() for name in _OTHERS}
    columns |= {name: frame[name].to_numpy(dtype=float, na_value=np.nan) for name in _NUMBERS}
    holds = np.empty((len(frame), len(method.treatment)), dtype=bool)
    for place, rule in enumerate(method.treatment):
        column = assessed.copy()
        for predicate in rule.when:
            condition = CONDITIONS[type(predicate)](columns, predicate, method, today)
            column &= np.asarray(condition, dtype=bool)
        holds[:, place] = column
    rules, treatments, alternatives = [], [], []
    for row in holds:
        applied = [method.treatment[place] for place in np.flatnonzero(row)]
        rules.append(applied[0].id if applied else None)
        treatments.append(applied[0].treatment if applied else None)
        others = {rule.treatment: rule.id for rule in reversed(applied[1:]) if rule.treatment != applied[0].treatment}
        alternatives.append(
            tuple((rule.treatment, rule.id) for rule in applied if others.get(rule.treatment) == rule.id)
        )
    found = {"treatment": treatments, "rule": rules, "alternatives": alternatives}
    return pd.DataFrame({n: pd.Series(v, index=frame.index, dtype="object") for n, v in found.items()})


def residual(frame: pd.DataFrame, treatment: pd.Series, method: Method) -> pd.Series:
    """The residual risk (理論下限) after full implementation of `treatment`, Int64 or NA.

    `treatment`: one of TREATMENTS or None for each asset. A theoretical floor: all measures of the treatment in place.
    """
    columns = (frame[name] for name in ("risk", "importance", "threat", "vulnerability", "likelihood"))
    # Unknown factors are 0 here; the result is masked.
    risk, importance, threat, vulnerability, likelihood = (c.fillna(0).to_numpy(dtype=int) for c in columns)
    chosen, result = treatment.to_numpy(dtype=object), np.zeros(len(frame), dtype=int)
    likelihoods, risks = likelihood_table(method), risk_table(method)
    for name, rule in method.residual.items():
        if isinstance(rule, Unchanged):
            reached = risk
        elif isinstance(rule, Fixed):
            reached = np.full(len(frame), rule.value)
        elif isinstance(rule, ResidualLikelihood):
            reached = risks[importance, np.minimum(likelihood, method.scale_of("likelihood").place(rule.value))]
        else:
            lowered = np.minimum(vulnerability, method.scale_of("vulnerability").place(rule.value))
            reached = risks[importance, likelihoods[threat, lowered]]
        result = np.where(chosen == name, reached, result)
    known = np.isin(chosen, list(method.residual)) & (risk > 0)
    return pd.Series(pd.arrays.IntegerArray(result.astype("int64"), ~known), index=frame.index)
