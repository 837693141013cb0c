"""Groups the rows of one asset: which follow each other, and where that is not certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from riskbook.model import squeezed
from riskbook.reading.values import is_blank

_WHOLE = 3  # rows of an asset with all evaluations


@dataclass(frozen=True)
class Row:
    """A row as far as grouping looks at it.

    `name`: of the asset, blank where it stands above. `what`: the evaluation or the threat that the row is about.
    `same`: cells that tell assets apart (medium, business), `rated`: those with the ratings of the asset.
    """

    number: int
    name: Any
    what: str
    same: tuple[Any, ...] = ()
    rated: tuple[Any, ...] = ()


def group_aspects(rows: Sequence[Row]) -> tuple[list[list[Row]], tuple[int, ...]]:
    """The rows of each asset, one for each evaluation; and the rows that belong together in no certain way.

    A row whose name is blank or that of the row above belongs to it, until an evaluation comes again.
    """
    groups: list[list[Row]] = []
    for row in rows:
        goes_on = bool(groups) and _goes_on(groups[-1], row) and _agree(groups[-1][0].same, row.same)
        if goes_on and row.what not in {other.what for other in groups[-1]}:
            groups[-1].append(row)
        else:
            groups.append([row])
    unsure = set()
    for before, group in zip([[], *groups], groups, strict=False):
        # An evaluation came again, but the asset has not all three.
        again = bool(before) and (is_blank(group[0].name) or _named_alike(before[0], group[0]))
        if is_blank(group[0].name) or (again and min(len(before), len(group)) < _WHOLE):
            unsure |= {row.number for row in (*before, *group)}
    return [group for group in groups if group[0].number not in unsure], tuple(sorted(unsure))


def group_threats(rows: Sequence[Row]) -> tuple[list[list[Row]], tuple[int, ...]]:
    """The rows of each asset, one for each threat; and the rows whose ratings contradict those of their asset.

    A row belongs to the asset above where its name is blank, merged with it or the same, and nothing else tells them
    apart: the same name on another medium is another asset.
    """
    groups: list[list[Row]] = []
    for row in rows:
        if groups and _goes_on(groups[-1], row) and _agree(groups[-1][0].same, row.same):
            groups[-1].append(row)
        elif not is_blank(row.name):
            groups.append([row])
    doubtful = [
        row.number for group in groups for row in group if not all(_agree(group[0].rated, r.rated) for r in group)
    ]
    unsure = set(doubtful)
    return [group for group in groups if group[0].number not in unsure], tuple(doubtful)


def _goes_on(group: Sequence[Row], row: Row) -> bool:
    return row.number == group[-1].number + 1 and (is_blank(row.name) or _named_alike(group[0], row))


def _named_alike(first: Row, row: Row) -> bool:
    return squeezed(str(first.name)) == squeezed(str(row.name))


def _agree(first: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether cells say the same; a blank cell says what stands above."""
    return all(is_blank(b) or squeezed(str(a)) == squeezed(str(b)) for a, b in zip(first, other, strict=True))
