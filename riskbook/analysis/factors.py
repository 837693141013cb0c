"""Importance, threat, vulnerability, likelihood and risk of every asset, by the rules that the method names.

In the docstrings (R) marks a rule that is riskbook's own, since the guideline publishes none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, UNASSESSED, nullable

TOLERANCE = 1e-9  # shares are ratios of small whole numbers: one that is closer than this to a bound is on it


@dataclass(frozen=True, eq=False)
class MediumFactors:
    """Threat and vulnerability of each medium by the threat and check sheets.

    `table`: index canonical names of all media; threat and vulnerability: Int64, NA where unknown. share: Float64
    0…1, of measures implemented among those that apply. applicable: Int64, number of questions that apply.
    """

    table: pd.DataFrame


def medium_factors(threats: pd.DataFrame | None, checks: pd.DataFrame | None, method: Method) -> MediumFactors:
    """Threat and vulnerability of every medium; `threats`, `checks`: as in `Ledger`.

    Source: guideline Appendix 7, sheets 脅威の状況 and 対策状況チェック. (R) The threat is the largest of the medium's
    threats, the vulnerability follows from the share of measures implemented.
    """
    worst: dict[str, int] = {}
    if threats is not None:
        for medium, frequency in zip(threats["medium"].tolist(), threats["frequency"].tolist(), strict=True):
            if not pd.isna(frequency):
                worst[medium] = max(frequency, worst.get(medium, frequency))
    answers = method.answers
    rule = method.vulnerability
    implemented, partly, applicable = (np.zeros(len(method.medium_names)) for _ in range(3))
    if checks is not None:
        places = {name: place for place, name in enumerate(method.medium_names)}
        for answer, media in zip(checks["answer"].tolist(), checks["media"].tolist(), strict=True):
            at = [places[name] for name in media]
            if answer != answers.not_applicable:
                applicable[at] += 1
            if answer == answers.implemented:
                implemented[at] += 1
            elif answer == answers.partly:
                partly[at] += 1
    asked = applicable > 0
    share = (implemented + rule.partly_weight * partly) / np.where(asked, applicable, 1)
    columns = {
        "threat": nullable([worst.get(name) for name in method.medium_names], "Int64"),
        "share": pd.arrays.FloatingArray(np.where(asked, share, 0.0), ~asked),
        "vulnerability": pd.arrays.IntegerArray(vulnerability_of(share, method).astype("int64"), ~asked),
        "applicable": pd.arrays.IntegerArray(applicable.astype("int64"), np.zeros(len(asked), dtype=bool)),
    }
    return MediumFactors(pd.DataFrame(columns, index=pd.Index(method.medium_names, name="medium")))


def vulnerability_of(share: np.ndarray, method: Method) -> np.ndarray:
    """Vulnerability by the share 0…1 of measures implemented (R)."""
    steps = method.vulnerability_steps
    reached = [share >= least - TOLERANCE if at else share > least + TOLERANCE for _, least, at in steps]
    return np.select(reached, [grade for grade, _, _ in steps], method.scale_of("vulnerability").highest)


def importance(assets: pd.DataFrame, method: Method) -> pd.Series:
    """Importance, Int64 or NA, by the method's rule; without any evaluation the importance typed in the row.

    The largest: of the evaluations given; NA where one stands there that was not understood, unless another one is at
    the top of the scale: whatever it means, the importance cannot be higher. Sum and product: NA unless all three are
    known. Source: guideline Appendix 7, 重要度 = the largest of 機密性, 完全性 and 可用性.
    """
    rule = method.importance.rule
    if rule == "typed":
        shown = assets["importance"]
        return shown.where(shown != 0).astype("Int64")
    top = max(method.scale_of(field).highest for field in CIA_FIELDS)
    rated, unread = ([assets[f"{field}{end}"].tolist() for field in CIA_FIELDS] for end in ("", "_unread"))
    typed, computed = assets["importance"].tolist(), assets["importance_formula"].tolist()
    found: list[int | None] = []
    for grades, wrong, own, formula in zip(
        zip(*rated, strict=True), zip(*unread, strict=True), typed, computed, strict=True
    ):
        known = [grade for grade in grades if grade is not pd.NA]
        value: int | None = None
        if rule == "max":
            value = max(known, default=None)
        elif len(known) == len(grades):
            value = sum(known) if rule == "sum" else math.prod(known)
        trusted = not any(wrong) or (rule == "max" and value == top)
        if not known and not formula and own is not pd.NA:
            value = own
        found.append(value if trusted else None)
    return pd.Series(nullable(found, "Int64"), index=assets.index)


def candidates(
    assets: pd.DataFrame, factors: MediumFactors, method: Method, *, has_threats: bool, has_checks: bool, strict: bool
) -> pd.DataFrame:
    """The factors of every asset on each medium that its cell names (one row without medium where it names none).

    Columns: asset (label in `assets`), medium, threat, vulnerability, likelihood (Int64 or NA), threat_source,
    vulnerability_source ("row" typed there, "sheet", "cached" formula value, "unknown", "unused"), share (Float64).
    An unknown factor is what its scale says (`unknown`); with `strict` NA; one that was typed into the row and not
    understood is NA. Likelihood follows from both by the method's rule, or is typed in the row.
    """
    pairs = [(row, name) for row, names in enumerate(assets["media"].tolist()) for name in (names or (None,))]
    rows, named = [row for row, _ in pairs], [name for _, name in pairs]
    columns: dict[str, Any] = {"asset": assets.index.to_numpy()[rows], "medium": pd.Series(named, dtype="object")}
    # (R) A number typed into the row counts before the sheets, these before a cached value of the row's formula.
    for name, has_sheet in (("threat", has_threats), ("vulnerability", has_checks)):
        own, formula, unread = (assets[f"{name}{end}"].tolist() for end in ("", "_formula", "_unread"))
        on_sheet = dict(zip(factors.table.index.tolist(), factors.table[name].tolist(), strict=True))
        unknown = None if strict else method.scale_of(name).unknown
        values, sources = [], []
        for row, medium in pairs:
            value, source = own[row], "row"
            if formula[row] or value is pd.NA:
                at_sheet = on_sheet.get(medium, pd.NA)
                # A cached 0 is shown by a formula without inputs: it says nothing.
                if at_sheet is not pd.NA:
                    value, source = at_sheet, "sheet"
                elif has_sheet or not formula[row] or value is pd.NA or value == 0:
                    value, source = unknown, "unknown"
                else:
                    source = "cached"
            values.append(None if unread[row] else value)
            sources.append("row" if unread[row] else source)
        columns[f"{name}_source"] = pd.Series(sources, dtype="object")
        columns[name] = nullable(values, "Int64")
    columns["share"] = factors.table["share"].reindex(named).array
    frame = pd.DataFrame(columns)
    if method.has_vulnerability:
        frame["likelihood"] = likelihood(frame["threat"], frame["vulnerability"], method)
    else:
        _take_likelihood(frame, assets.iloc[rows].reset_index(drop=True))
    return frame


def _take_likelihood(frame: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Sets the likelihood that is typed in the rows, or else the threat; changes the other factors to what counts."""
    typed = rows["likelihood"].mask(rows["likelihood_formula"])
    unread = rows["likelihood_unread"].to_numpy(dtype=bool)
    frame["likelihood"] = typed.fillna(frame["threat"]).mask(unread)
    given = typed.notna().to_numpy() | unread
    frame["threat"] = frame["threat"].mask(given & (frame["threat_source"] == "unknown").to_numpy())
    frame["threat_source"] = frame["threat_source"].mask(given, "row")
    frame["vulnerability"] = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    frame["vulnerability_source"] = pd.Series("unused", index=frame.index, dtype="object")


def resolve(candidates: pd.DataFrame) -> pd.DataFrame:
    """The factors that count for every asset (its label is the index): of several media in one cell, the worst.

    `candidates`: as the function of that name gives them, whose columns the result has.
    """
    rows = candidates
    if rows["asset"].duplicated().any():
        # Unknown factors (NA, with `strict`) come first: then the asset is unassessed.
        order = ["asset", "likelihood", "threat", "vulnerability"]
        rows = rows.sort_values(order, ascending=[True, False, False, False], na_position="first", kind="stable")
        rows = rows.drop_duplicates("asset")
    return rows.set_index("asset").rename_axis(None)


def likelihood(threat: pd.Series, vulnerability: pd.Series, method: Method) -> pd.Series:
    """Likelihood (被害発生可能性), Int64 or NA, by threat and vulnerability."""
    table = likelihood_table(method)
    rows, columns = (factor.fillna(0).to_numpy(dtype=int) for factor in (threat, vulnerability))
    return _known(table[rows, columns], threat.index)


def likelihood_table(method: Method) -> np.ndarray:
    """Likelihood as an array of whole numbers: row threat, column vulnerability; 0 where there is no such grade."""
    threats, vulnerabilities = (method.scale_of(name).ascending for name in ("threat", "vulnerability"))
    table = np.zeros((threats[-1] + 1, vulnerabilities[-1] + 1), dtype=int)
    for threat, vulnerability in product(threats, vulnerabilities):
        table[threat, vulnerability] = method.likelihood(threat, vulnerability)
    return table


def risk_table(method: Method) -> np.ndarray:
    """Risk as an array of whole numbers: row importance, column likelihood; 0 where there is no such grade."""
    importances, likelihoods = (method.scale_of(name).ascending for name in ("importance", "likelihood"))
    table = np.zeros((importances[-1] + 1, likelihoods[-1] + 1), dtype=int)
    for importance_, likelihood_ in product(importances, likelihoods):
        table[importance_, likelihood_] = method.risk(importance_, likelihood_)
    return table


def risk(importance: pd.Series, likelihood: pd.Series, method: Method) -> pd.Series:
    """Risk, Int64 or NA, by importance and likelihood."""
    rows, columns = (factor.fillna(0).to_numpy(dtype=int) for factor in (importance, likelihood))
    return _known(risk_table(method)[rows, columns], importance.index)


def _known(values: np.ndarray, index: pd.Index) -> pd.Series:
    """Values as Int64, NA for 0: where a factor is unknown."""
    return pd.Series(pd.arrays.IntegerArray(values.astype("int64"), values == 0), index=index)


def level(risk: pd.Series, method: Method) -> pd.Series:
    """The level (dtype object, one of the method's) of each risk (Int64 or NA)."""
    known = risk.fillna(0).to_numpy(dtype=int)
    conditions = [known >= entry.at_least for entry in method.levels]
    keys = [entry.key for entry in method.levels]
    return pd.Series(np.select(conditions, keys, UNASSESSED), index=risk.index, dtype="object")


def measures(checks: pd.DataFrame | None, method: Method) -> pd.DataFrame:
    """A row a kind of measure: number (Int64), questions, open (Int64: answers 2 and 3), share (Float64 or NA)."""
    rows = []
    by_kind: dict[int, list[int]] = {}
    if checks is not None:
        for number, answer in zip(checks["number"].tolist(), checks["answer"].tolist(), strict=True):
            if isinstance(number, int):
                by_kind.setdefault(number, []).append(answer)
    for measure in method.measures:
        given = by_kind.get(measure.number, [])
        open_ = sum(method.answer_names[answer] in ("partly", "not_implemented") for answer in given)
        rows.append((measure.number, len(given), open_, share_of(given, method)))
    dtypes = {"number": "Int64", "questions": "Int64", "open": "Int64", "share": "Float64"}
    columns = zip(*rows, strict=True) if rows else ([] for _ in dtypes)
    return pd.DataFrame({n: nullable(column, dtypes[n]) for n, column in zip(dtypes, columns, strict=True)})


def share_of(answers: Iterable[int], method: Method) -> float | None:
    """The share of measures implemented, 0…1, among the answers that apply; None where none does."""
    weights = [method.answer_weights[answer] for answer in answers if answer in method.answer_weights]
    return sum(weights) / len(weights) if weights else None
