"""What the named rules of a method compute: scales of computed factors, likelihood, risk, vulnerability by share."""

from __future__ import annotations

from itertools import product
from math import prod

from riskbook.method.schema import MethodFile, Scale
from riskbook.model import CIA_FIELDS

FACTORS = (*CIA_FIELDS, "importance", "threat", "vulnerability", "likelihood")


def scales_of(file: MethodFile) -> dict[str, Scale]:
    """Factor → its scale; those of computed factors have the values that can occur."""
    scales = {factor: file.scales.get(factor, file.scale) for factor in FACTORS}
    rated = [scales[factor].ascending for factor in CIA_FIELDS]
    rule = file.importance.rule
    if rule in ("sum", "product"):
        combine = sum if rule == "sum" else prod
        scales["importance"] = _scale({combine(grades) for grades in product(*rated)}, scales["importance"])
    elif rule == "max":  # one typed in the row counts where none of the three is given
        grades = set(scales["importance"].values).union(*rated)
        scales["importance"] = _scale(grades, scales["importance"])
    if likelihood_rule(file) in ("product", "max", "sum"):
        pairs = product(scales["threat"].ascending, scales["vulnerability"].ascending)
        scales["likelihood"] = _scale({likelihood(file, *pair) for pair in pairs}, scales["likelihood"])
    return scales


def _scale(grades: set[int], usual: Scale) -> Scale:
    """A scale of these grades; the usual one where it has just these."""
    if grades == set(usual.values):
        return usual
    return Scale(tuple(sorted(grades)), {}, max(grades))


def likelihood_rule(file: MethodFile) -> str:
    """The rule by which likelihood follows from threat and vulnerability: table, product, max, sum or none."""
    usual = {"product": "product", "sum": "sum"}.get(file.formulas.risk, "table")
    return file.formulas.likelihood or usual


def likelihood(file: MethodFile, threat: int, vulnerability: int) -> int:
    """Likelihood from threat and vulnerability; with the rule none it is the threat."""
    match likelihood_rule(file):
        case "table":
            return file.likelihoods[threat][vulnerability]
        case "product":
            return threat * vulnerability
        case "max":
            return max(threat, vulnerability)
        case "sum":
            return threat + vulnerability
    return threat


def risk(file: MethodFile, importance: int, likelihood: int) -> int:
    """Risk from importance and likelihood."""
    match file.formulas.risk:
        case "matrix":
            return file.matrix[importance][likelihood]
        case "sum":
            return importance + likelihood
    return importance * likelihood


def vulnerability_steps(file: MethodFile, grades: tuple[int, ...]) -> tuple[tuple[int, float, bool], ...]:
    """(grade, share, reached at) of all grades but the highest: from which share of measures on one has that grade.

    `reached at`: at the share itself, else above it. (R) Between the bounds of the lowest and the highest grade, the
    grades have equal parts.
    """
    rule, between = file.vulnerability, len(grades) - 2
    steps = [(grades[0], rule.full_share, True)]
    for place in range(1, between + 1):
        share = rule.low_share + (rule.full_share - rule.low_share) * (between - place) / max(between, 1)
        steps.append((grades[place], share, place < between))
    return tuple(steps)
