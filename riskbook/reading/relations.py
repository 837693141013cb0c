"""Recognises how a house computes importance and risk, by the relation of the values in its own columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from riskbook.method import Method, available_methods, load_method
from riskbook.model import CIA_FIELDS
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock
from riskbook.reading.scales import leading_number

_ENOUGH = 2  # rows; in a single one a relation may hold by chance
_RULES: Mapping[str, Callable[[int, int, int], int]] = {
    "max": max,
    "sum": lambda a, b, c: a + b + c,
    "product": lambda a, b, c: a * b * c,
}

# (field, rule) → the variant of the finding.
_VARIANTS = {
    ("importance", "product"): "importance-product",
    ("importance", "sum"): "importance-sum",
    ("risk", "product"): "risk-product",
    ("risk", "sum"): "risk-sum",
}

Row = tuple[int, tuple[int, int, int]]  # what stands in the row, and what it is computed from


def other_formulas(
    grid: Grid, block: HeaderBlock, rows: Sequence[int], method: Method
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(field, variant of the finding, methods) of importance and risk, where all rows follow another rule.

    That is the sum or the product of the three values behind it. `methods`: those of riskbook that have the rule, and
    the grades that are typed in this table.
    """
    inputs = {"importance": CIA_FIELDS, "risk": ("importance", "threat", "vulnerability")}
    own: dict[str, Callable[[int, int, int], int | None]] = {
        "importance": _RULES.get(method.importance.rule, lambda *_: None),
        "risk": lambda i, t, v: _risk(method, i, t, v),
    }
    for field, factors in inputs.items():
        found = list(_rows(grid, block, rows, field, factors))
        if len(found) < _ENOUGH or all(own[field](*values) == shown for shown, values in found):
            continue
        for rule in ("product", "sum"):
            if all(_RULES[rule](*values) == shown for shown, values in found):
                yield (
                    field,
                    _VARIANTS[field, rule],
                    _methods(field, rule, {value for _, values in found for value in values}),
                )
                break


def methods_with(numbers: Collection[int], method: Method) -> tuple[str, ...]:
    """The names of riskbook's methods whose evaluations are graded by these numbers, but for the one in use."""
    others = (load_method(name) for name in available_methods() if name != method.name)
    return tuple(one.name for one in others if set(one.scale_of("confidentiality").numbers) == set(numbers))


def _methods(field: str, rule: str, typed: Collection[int]) -> tuple[str, ...]:
    """The methods that compute a field by a rule, and on whose scales the typed values are."""
    fitting: dict[str, int] = {}  # name → number of grades
    for name in available_methods():
        one = load_method(name)
        scales = [one.scale_of(factor) for factor in ("confidentiality", "threat", "vulnerability")]
        known = {number for scale in scales for number in scale.numbers}
        if (one.importance.rule if field == "importance" else one.formulas.risk) == rule and set(typed) <= known:
            fitting[name] = len(known)
    return tuple(name for name, count in fitting.items() if count == min(fitting.values()))


def _risk(method: Method, importance: int, threat: int, vulnerability: int) -> int | None:
    """The risk by the method; None where a value is not on its scale."""
    typed = {"importance": importance, "threat": threat, "vulnerability": vulnerability}
    grades = {factor: method.scale_of(factor).numbers.get(number) for factor, number in typed.items()}
    if None in grades.values() or not method.has_vulnerability:
        return None
    i, t, v = (grade or 0 for grade in grades.values())
    return method.risk(i, method.likelihood(t, v))


def _rows(grid: Grid, block: HeaderBlock, rows: Sequence[int], field: str, factors: Sequence[str]) -> Iterator[Row]:
    """The rows in which a field and all the values behind it are numbers; no importance is the largest evaluation."""
    for row in rows:
        shown = _number(grid, block, row, field)
        values = [_number(grid, block, row, factor) for factor in factors]
        if values[0] is None and factors[0] == "importance":
            given = [_number(grid, block, row, one) for one in CIA_FIELDS]
            values[0] = None if None in given else max(value or 0 for value in given)
        if shown is not None and None not in values:
            a, b, c = (value or 0 for value in values)
            yield shown, (a, b, c)


def _number(grid: Grid, block: HeaderBlock, row: int, field: str) -> int | None:
    return leading_number(grid.counted_value(row, block.columns[field])) if field in block.columns else None
