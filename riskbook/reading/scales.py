"""Recognises ratings on another scale than the method's, by all that the file says about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from riskbook.method import Method, Scale, word_orders
from riskbook.model import CIA_FIELDS, Area, cell_ref, narrow, squeezed
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock
from riskbook.reading.legends import Around, of_criteria
from riskbook.reading.stated import LONGEST, MOST, Stated, is_ranked, is_turned, stated

RATED = (*CIA_FIELDS, "importance", "threat", "vulnerability", "likelihood")
EVALUATIONS = (*CIA_FIELDS, "importance")
_FACTORS = ("threat", "vulnerability", "likelihood")
_OWN_RANGE = re.compile(r"(?<![\d/.])(\d{1,2})\s*(?:[-–—~〜]|から|to)\s*(\d{1,2})(?![\d/.年月日])")  # "(1-3)"
_TYPED = re.compile(r"\s*(\d{1,2})(?:\.0+)?\s*(?:[:=.、(\s]\s*(\D*))?")  # "4", "4：極秘"
_COMPUTED = re.compile(
    r"合計|総和|の和|の積|[×*].*[×*]|[++].*[++]|\bsum\b|\bproduct\b"
)  # in the header of an importance
_MOST_JUDGED = 5  # grades of an importance; one of more is computed from the evaluations
LAST_COLUMN = 16_384  # of Excel
_ENOUGH = 2  # rows with grades of another scale; one may be a slip
OLD = {"2": 3, "1": 2, "0": 1}  # (R) the guideline's edition 2.1 rated from 0 to 2


@dataclass(frozen=True)
class Evidence:
    """What shows that ratings are on another scale than the method's.

    `seen`: the text, or the values. `where`: its cell, "" for the ratings themselves. `grades`: what people type →
    the method's grade, as a proposal: no rating becomes less important by it than its place on its own scale.
    """

    seen: str
    where: str = ""
    grades: Mapping[str, int] = field(default_factory=dict)


def foreign(
    grid: Grid, block: HeaderBlock, rows: Sequence[int], method: Method, fields: Sequence[str] = RATED
) -> dict[str, Evidence]:
    """The fields of a table whose ratings are on another scale, each with what shows it.

    `rows`: those of the assets. `fields`: those to look at; a scale that a profile gives is no longer looked for.
    """
    columns = {f: block.columns[f] for f in fields if f in block.columns and f not in method.settled}
    found = {f: e for f, at in columns.items() if (e := _of_column(grid, block, rows, f, at, method))}
    around = Around(grid, block, rows)
    for name in _FACTORS:
        if name in columns and name not in found:
            scale = method.scale_of(name)
            said = _evidence(around.stated(scale, name), scale)
            said = said or _by_numbers(grid, rows, [columns[name]], scale)
            found |= {name: said} if said else {}
    rated = {f: columns[f] for f in EVALUATIONS if f in columns}
    typed = [at for f, at in rated.items() if f in CIA_FIELDS] or list(rated.values())
    scale = method.scale_of("confidentiality")
    shared = next((found[f] for f in rated if f in found and _is_shared(f, found[f], rated)), None)
    if shared is not None:
        rated = {f: at for f, at in rated.items() if not _agrees(block.titles.get(at, ""), scale)}
    said = _evidence(around.stated(scale, ""), scale)
    if said is not None:  # what a title states is the whole scale; labels in cells show only the grades in use
        found = {f: e for f, e in found.items() if e.where or not all(map(str.isdecimal, e.grades)) or f not in rated}
        shared = shared if shared is not None and shared.where else said
    shared = shared or _by_numbers(grid, rows, typed, scale)
    if shared is not None:
        found |= {f: found.get(f, shared) for f in rated}
    return found


def _evidence(found: tuple[Stated, str] | None, scale: Scale) -> Evidence | None:
    """What a text at a place states, as evidence with a proposal."""
    if found is None:
        return None
    return Evidence(found[0].seen, found[1], _proposed(found[0].numbers, scale, found[0].turned))


def _is_shared(name: str, evidence: Evidence, rated: Mapping[str, int]) -> bool:
    """Whether the scale of one evaluation is that of the others, too: no words, no sum of the others."""
    computed = name == "importance" and len(rated) > 1 and len(evidence.grades) > _MOST_JUDGED
    return not computed and not any(not typed.isdigit() for typed in evidence.grades)


def criteria(grid: Grid, scale: Scale) -> Evidence | None:
    """What a sheet of criteria states, where it explains grades that are not the method's; None for any other sheet."""
    return _evidence(of_criteria(grid, scale), scale)


def findings(found: Mapping[str, Evidence], block: HeaderBlock) -> Iterator[tuple[tuple[str, ...], str, Evidence]]:
    """One finding for each scale: the keys of the profile's table, the field that it is shown at, and the evidence.

    All evaluations of a table on one scale are one finding, settled by `scale.evaluation`.
    """
    rated = [f for f in EVALUATIONS if f in block.columns]
    together = (
        bool(rated) and all(f in found for f in rated) and all(found[f].grades == found[rated[0]].grades for f in rated)
    )
    if together:
        yield ("evaluation",), min(rated, key=lambda f: block.columns[f]), found[rated[0]]
    for name, seen in found.items():
        if not (together and name in rated):
            yield (name,), name, seen


def grade_of(shown: str, scale: Scale) -> int:
    """A proposal for what was not understood: by its place in the known orders, else the most important grade."""
    grades = [
        dict(zip(map(squeezed, reversed(order)), _spread(len(order), scale), strict=True)).get(squeezed(shown))
        for order in word_orders()
    ]
    return max((grade for grade in grades if grade is not None), default=max(scale.values))


def explains(evidence: Evidence, shown: str) -> bool:
    """Whether what stands in a cell is a grade of the scale that was recognised."""
    number = _number(shown)
    return squeezed(shown) in map(squeezed, evidence.grades) or (number is not None and str(number) in evidence.grades)


# --- where it is stated ---


def _of_column(
    grid: Grid, block: HeaderBlock, rows: Sequence[int], name: str, column: int, method: Method
) -> Evidence | None:
    """What header, criteria right below it, drop-down list, and labels or words in the cells of one column show."""
    scale = method.scale_of(name)
    # A column that stands for others (see `riskbook.reading.layouts`) has no cell of its own.
    where = cell_ref(block.last_row, column) if column <= LAST_COLUMN else ""
    headers = _headers(grid, block, column)
    header = headers[-1] if headers else block.titles.get(column, "")
    for text in headers[:-1]:  # of a group of columns
        if seen := next(stated(text, scale, about=name if name in _FACTORS else ""), None):
            return _evidence((seen, where), scale)
    below = [(row, grid.value(row, column)) for row in range(block.last_row + 1, min(rows, default=0))]
    texts = [(header, where), *((text, cell_ref(row, column)) for row, text in below if isinstance(text, str))]
    texts += [(text, str(area)) for area, text in grid.facts.told if _is_told(area, column, block, rows)]
    for text, place in texts:
        if seen := next(stated(text, scale), None):
            return _evidence((seen, place), scale)
    if name == "importance" and (said := _computed(narrow(header), where, method)):
        return said
    values = [grid.counted_value(row, column) for row in rows if not grid.is_formula(row, column)]
    for area, entries in grid.facts.lists:
        if any(area.holds(row, column) for row in rows) and (said := _of_list(entries, str(area), scale)):
            return said
    return _by_labels(values, scale) or _by_words([str(v) for v in values if isinstance(v, str)], "", scale)


def _headers(grid: Grid, block: HeaderBlock, column: int) -> list[str]:
    """The headers of a column as they are written, that of its group first."""
    texts = [grid.merged_value(row, column) for row in range(block.first_row, block.last_row + 1)]
    return list(dict.fromkeys(text for text in texts if isinstance(text, str) and text.strip()))


def _is_told(area: Area, column: int, block: HeaderBlock, rows: Sequence[int]) -> bool:
    """Whether a message or comment is about a column: at its header, or in more than one of its rows."""
    if any(area.holds(row, column) for row in range(block.first_row, block.last_row + 1)):
        return True
    return area.first_row != area.last_row and any(area.holds(row, column) for row in rows)


def _computed(header: str, where: str, method: Method) -> Evidence | None:
    """An importance that its header says to be the sum or product of the evaluations: no grade of its own."""
    shown = re.sub(r"[\s・]", "", header)
    if method.importance.rule != "max" or not _COMPUTED.search(shown) or "最大" in shown:
        return None
    scale = method.scale_of("importance")
    low, high = min(scale.numbers), max(scale.numbers)
    numbers = list(range(3 * low, 3 * high + 1))
    if not re.search(r"合計|和|[++]|sum", shown):
        numbers = sorted({a * b * c for a in scale.numbers for b in scale.numbers for c in scale.numbers})
    return Evidence(header, where, _proposed(numbers, scale))


def _of_list(entries: Sequence[str], where: str, scale: Scale) -> Evidence | None:
    pairs = {n: word for n, word in map(_pair, entries) if n is not None and n <= MOST}
    if len(pairs) == len(entries) and len(pairs) > 1:
        said = Stated("・".join(entries), tuple(pairs), is_turned(pairs, scale), {n: w for n, w in pairs.items() if w})
        return _evidence((said, where), scale) if said.differs(scale) else None
    return _by_words(entries, where, scale)


# --- what the ratings show ---


def _by_numbers(grid: Grid, rows: Sequence[int], columns: Sequence[int], scale: Scale) -> Evidence | None:
    """Numbers that are not on the scale, in several rows."""
    known = set(scale.numbers)
    typed = [[_number(grid.counted_value(row, column)) for column in columns] for row in rows]
    found = [{number for number in row if number is not None} for row in typed]
    off = [numbers - known for numbers in found if numbers - known]
    if len(off) < _ENOUGH:
        return None
    seen = set().union(*off)
    low, high = (0 if 0 in seen else 1), max(set().union(*found))
    if low == 0 and high < max(known):
        high = max(high, len(known) - 1)  # 0 to 2, of which nothing was rated highest
    return Evidence("・".join(map(str, sorted(seen))), "", _proposed(range(low, high + 1), scale))


def _by_labels(values: Sequence[Any], scale: Scale) -> Evidence | None:
    """Labels in the cells that contradict the scale: "1：高", "3：低"; "1：最重要", "3：一般"."""
    pairs = [(number, word) for number, word in map(_pair, values) if number in scale.numbers and word]
    words = dict(pairs)
    if len(set(pairs)) != len(words) or len(words) < _ENOUGH or not is_turned(words, scale):
        return None
    labels = {squeezed(label): grade for label, grade in scale.words.items()}
    turned = _proposed(scale.numbers, scale, True)
    # One label that says otherwise: slips, which the cells themselves report.
    against = any(labels.get(squeezed(word), turned[str(n)]) != turned[str(n)] for n, word in words.items())
    if against or not is_ranked(words.values(), scale):
        return None
    return Evidence(" ".join(f"{n}:{word}" for n, word in sorted(words.items())), "", turned)


def _by_words(texts: Sequence[str], where: str, scale: Scale) -> Evidence | None:
    """Words of another scale that is known, in several cells."""
    labels = {squeezed(label) for label in scale.words}
    words = {squeezed(text): text.strip() for text in texts if len(text) < LONGEST and text.strip()}
    other = [word for word in map(squeezed, texts) if word in words and word not in labels and not word.isdigit()]
    if len(other) < _ENOUGH:
        return None
    fitting = [order for order in word_orders() if set(other) <= set(map(squeezed, order))]
    if not fitting:
        return None
    order = min(fitting, key=lambda one: (-len(set(words) & set(map(squeezed, one))), len(one)))
    seen = "・".join(dict.fromkeys(words[word] for word in other))
    grades = dict(zip(reversed(order), _spread(len(order), scale), strict=True))
    return Evidence(seen, where, dict(reversed(grades.items())))


def _agrees(header: str, scale: Scale) -> bool:
    """Whether a header states the method's own scale: "(1-3)"."""
    ends = {(int(match[1]), int(match[2])) for match in _OWN_RANGE.finditer(narrow(header[:LONGEST]))}
    return bool({(min(scale.numbers), max(scale.numbers)), (max(scale.numbers), min(scale.numbers))} & ends)


def _pair(value: Any) -> tuple[int | None, str]:
    """The number and the word of a cell such as "4：極秘"."""
    match = _TYPED.fullmatch(narrow(value[:LONGEST])) if isinstance(value, str) else None
    return (_number(value), "") if match is None else (int(match[1]), (match[2] or "").strip(" )"))


def leading_number(value: Any) -> int | None:
    """The whole number that a cell gives, with or without a word after it; None for anything else."""
    if isinstance(value, str):
        match = _TYPED.fullmatch(narrow(value[:LONGEST]))
        return int(match[1]) if match else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e6:
        return None
    return int(value) if value == int(value) and value >= 0 else None


def _number(value: Any) -> int | None:
    """The number of a grade that a cell gives; None for anything else."""
    number = leading_number(value)
    return number if number is not None and number <= MOST else None


def _proposed(numbers: Any, scale: Scale, turned: bool = False) -> dict[str, int]:
    """Number → grade, the most important first; `turned`: the lowest number is the most important."""
    ascending = sorted(set(numbers), reverse=turned)
    grades = dict(zip(map(str, ascending), _spread(len(ascending), scale), strict=True))
    return dict(reversed(grades.items()))


def _spread(count: int, scale: Scale) -> list[int]:
    """The grades of `count` steps, the lowest first; rounded up, so that nothing is taken as less than it may be."""
    known = scale.ascending
    return [known[-(-(step * len(known)) // count) - 1] for step in range(1, count + 1)]
