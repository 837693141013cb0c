"""Checks of a method's scales, formulas, levels and bounds against each other."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from riskbook.errors import MethodError
from riskbook.method import formulas
from riskbook.method.schema import Grid, MethodFile, Scale
from riskbook.method.treatment import (
    Condition,
    Fixed,
    ImportanceAtLeast,
    LevelIs,
    LikelihoodAtMost,
    ResidualLikelihood,
    RiskAtLeast,
    ThreatAtMost,
    Unchanged,
    VulnerabilityAtLeast,
    VulnerabilityAtMost,
    WithinAcceptance,
)
from riskbook.method.typed import refuse
from riskbook.model import LEVEL_KEYS, UNASSESSED

_FACTOR_OF: dict[type[Condition], str] = {
    ImportanceAtLeast: "importance",
    ThreatAtMost: "threat",
    LikelihoodAtMost: "likelihood",
    VulnerabilityAtLeast: "vulnerability",
}


def check_risk(file: MethodFile, method: str) -> None:
    """Raises `MethodError` for the first key about scales, formulas and levels with a value that is not allowed."""
    _check_scale(file.scale, "scale", method)
    for factor, scale in file.scales.items():
        if factor not in formulas.FACTORS:
            refuse(list(scale.values), f"scales.{factor}", method, " | ".join(formulas.FACTORS))
        _check_scale(scale, f"scales.{factor}", method)
    _check_rules(file, method)
    scales = formulas.scales_of(file)
    importances, likelihoods = scales["importance"], scales["likelihood"]
    if file.formulas.risk == "matrix":
        _check_grid(file.matrix, importances, likelihoods, "matrix", method)
    lowest, highest = (
        formulas.risk(file, *ends)
        for ends in ((importances.lowest, likelihoods.lowest), (importances.highest, likelihoods.highest))
    )
    _check_levels(file, highest, method)
    if file.acceptance is not None:
        _check_range(file.acceptance.at_most, lowest, highest, "acceptance.at_most", method)
    evaluated = scales["confidentiality"]
    _check_range(file.personal.confidentiality, evaluated.lowest, evaluated.highest, "personal.confidentiality", method)
    _check_treatment(file, scales, highest, method)
    _check_residual(file, scales, highest, method)


def _check_scale(scale: Scale, key: str, method: str) -> None:
    """Checks that labels, meanings and the unknown grade are grades of the scale."""
    grades = scale.ascending
    if len(set(grades)) < len(grades):
        refuse(list(scale.values), f"{key}.values", method, "1 ≠ 2 ≠ …")
    if scale.reversed and {scale.turned(grade) for grade in grades} != set(grades):
        refuse(list(scale.values), f"{key}.values", method, f"{list(range(grades[0], grades[-1] + 1))}")
    allowed = " | ".join(map(str, grades))
    for name, value in (
        *((f"labels.{label}", grade) for label, grade in scale.labels.items()),
        ("unknown", scale.unknown),
    ):
        if value not in grades:
            refuse(value, f"{key}.{name}", method, allowed)
    if scale.meanings and set(scale.meanings) != set(grades):
        refuse(sorted(scale.meanings), f"{key}.meanings", method, allowed.replace(" | ", ", "))


def _check_rules(file: MethodFile, method: str) -> None:
    """Checks that the rules go together, and that the table of likelihood is complete."""
    rule, risk = file.formulas.likelihood, file.formulas.risk
    if risk in ("product", "sum") and rule not in (None, risk):
        refuse(rule, "formulas.likelihood", method, risk)
    if "importance" in file.scales and file.importance.rule in ("sum", "product"):
        refuse(list(file.scales["importance"].values), "scales.importance", method, "importance.rule = max | typed")
    computed = formulas.likelihood_rule(file)
    if "likelihood" in file.scales and computed in ("product", "max", "sum"):
        refuse(
            list(file.scales["likelihood"].values), "scales.likelihood", method, "formulas.likelihood = table | none"
        )
    scales = {factor: file.scales.get(factor, file.scale) for factor in ("threat", "vulnerability", "likelihood")}
    if computed == "table":
        _check_grid(
            file.likelihoods, scales["threat"], scales["vulnerability"], "likelihood", method, scales["likelihood"]
        )
    if computed == "none" and not set(scales["threat"].values) <= set(scales["likelihood"].values):
        allowed = ", ".join(map(str, scales["likelihood"].ascending))
        refuse(list(scales["threat"].values), "scales.threat.values", method, allowed)


def _check_grid(grid: Grid, down: Scale, across: Scale, key: str, method: str, values: Scale | None = None) -> None:
    """Checks that a table has a value for each pair of grades, and that no value falls where a grade rises.

    `values`: the grades that its values may be.
    """
    for row in down.ascending:
        for column in across.ascending:
            value = grid.get(row, {}).get(column)
            if value is None:
                raise MethodError("method-key-missing", method=method, key=f"{key}.{row}.{column}")
            if values is not None and value not in values.values:
                refuse(value, f"{key}.{row}.{column}", method, f"{values.lowest} … {values.highest}")
    steps = [((row, c0), (row, c1)) for row in down.ascending for c0, c1 in pairwise(across.ascending)]
    steps += [((r0, column), (r1, column)) for column in across.ascending for r0, r1 in pairwise(down.ascending)]
    for (row, column), (below, beside) in steps:
        least, value = grid[row][column], grid[below][beside]
        if value < least:
            refuse(value, f"{key}.{below}.{beside}", method, f"≥ {least} ({key}.{row}.{column})")


def _check_levels(file: MethodFile, highest: int, method: str) -> None:
    """A risk belongs to the first level it reaches, so the thresholds fall, and every risk reaches the last."""
    thresholds = [level.at_least for level in file.levels]
    if thresholds != sorted(set(thresholds), reverse=True) or thresholds[-1] != 1 or thresholds[0] > highest:
        refuse(thresholds, "levels[*].at_least", method, f"{highest} ≥ … > 1, … = 1")
    keys = [level.key for level in file.levels]
    if keys != sorted(set(keys), key=LEVEL_KEYS.index):
        refuse(keys, "levels[*].key", method, " > ".join(LEVEL_KEYS))
    for lang in ("ja", "en"):
        words = [level.word[lang] for level in file.levels] + [file.unassessed.word[lang]]
        for place, word in enumerate(words):
            if word in words[:place]:
                refuse(word, f"levels[{place}].word.{lang}", method, "≠ " + ", ".join(words[:place]))


def _check_treatment(file: MethodFile, scales: dict[str, Scale], highest: int, method: str) -> None:
    """Checks the bounds and levels that the rules of treatment name."""
    for place, rule in enumerate(file.treatment):
        for at, predicate in enumerate(rule.when):
            key = f"treatment[{place}].when[{at}]"
            factor = _FACTOR_OF.get(type(predicate))
            if isinstance(predicate, RiskAtLeast) and isinstance(predicate.value, int):
                _check_range(predicate.value, 1, highest, f"{key}.value", method)
            elif factor is not None and isinstance(value := getattr(predicate, "value"), int):  # noqa: B009
                _check_range(value, scales[factor].lowest, scales[factor].highest, f"{key}.value", method)
            elif isinstance(predicate, LevelIs):
                known = [level.key for level in file.levels]
                for number, level in enumerate(predicate.levels):
                    if level not in (*known, UNASSESSED):
                        refuse(level, f"{key}.levels[{number}]", method, " | ".join((*known, UNASSESSED)))
            elif isinstance(predicate, WithinAcceptance) and file.acceptance is None:
                raise MethodError("method-key-missing", method=method, key="acceptance.at_most")


def _check_residual(file: MethodFile, scales: dict[str, Scale], highest: int, method: str) -> None:
    for name, rule in file.residual.items():
        key = f"residual.{name}"
        if isinstance(rule, VulnerabilityAtMost) and formulas.likelihood_rule(file) == "none":
            refuse("vulnerability_at_most", f"{key}.rule", method, "unchanged | fixed | likelihood_at_most")
        if isinstance(rule, Fixed):
            _check_range(rule.value, 0, highest, f"{key}.value", method)
        elif not isinstance(rule, Unchanged) and isinstance(rule.value, int):
            scale = scales["likelihood" if isinstance(rule, ResidualLikelihood) else "vulnerability"]
            _check_range(rule.value, scale.lowest, scale.highest, f"{key}.value", method)


def _check_range(value: Any, lowest: int, highest: int, key: str, method: str) -> None:
    if not lowest <= value <= highest:
        refuse(value, key, method, f"{lowest} … {highest}")
