"""Recognises ratings on another scale than the method's, by all that the file says about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from riskbook.method import Method, Scale, word_orders
from riskbook.model import CIA_FIELDS, cell_ref, narrow, squeezed
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock

RATED = (*CIA_FIELDS, "importance", "threat", "vulnerability", "likelihood")
EVALUATIONS = (*CIA_FIELDS, "importance")
_LONGEST = 300  # characters of a header or a title that are looked at
_ABOUT_RATINGS = re.compile(
    "機密|完全|可用|評価|尺度|段階|ランク|重要度|資産価値|等級|confidential|integrity|availab|scale|rating"
)
_ABOUT_FACTOR = {
    "threat": re.compile("脅威|発生頻度|threat"),
    "vulnerability": re.compile("脆弱|ぜい弱|vulnerab"),
    "likelihood": re.compile("発生可能性|可能性|likelihood"),
}
_ENDS = r"(?<![\d/.])(\d{1,2})\s*(?:[-–—~〜]|から|to)\s*(\d{1,2})(?![\d/.年月日])"
_RANGE = re.compile(_ENDS)  # "(1-5)", in the header of a rating
_RANGE_OF = re.compile(
    rf"(?:性|評価値?|尺度|重要度|資産価値|ランク|レベル|脅威|頻度|scale|rating)[はをの::\s(]{{0,3}}{_ENDS}"
)  # in a title
_GRADE = re.compile(r"(?<![\d/.])(\d)\s*[:=(]\s*([^\d:=()~〜,、/;]*)")  # "4:極秘", "1(最も重要)"
_ENTRY = re.compile(r"\s*(\d{1,2})\s*[:=.、(]\s*(\D{1,40})")  # a cell of a legend, an entry of a list
_TYPED = re.compile(r"\s*(\d{1,2})(?:\.0+)?\s*(?:[:=.、(\s]\s*(\D*))?")  # "4", "4：極秘"
_STEPS = re.compile(r"(?<!\d)(\d{1,2})\s*(?:段階|-?point|levels)")  # "5段階"
_CRITERIA_ROWS = 60
_LEVELS = frozenset(
    ("レベル", "評価値", "評価", "値", "段階", "ランク", "区分", "点数", "尺度", "重要度", "level", "rating", "score")
)
_CRITERIA = frozenset(("機密性", "完全性", "可用性", "confidentiality", "integrity", "availability"))
LAST_COLUMN = 16_384  # of Excel
_MOST = 10  # a higher number is no grade
_ENOUGH = 2  # rows with grades of another scale; one may be a slip
OLD = {"2": 3, "1": 2, "0": 1}  # (R) the guideline's edition 2.1 rated from 0 to 2
_HIGHEST = ("最も重要", "最重要", "最高", "極めて重要", "most important")


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
    found = {f: e for f, at in columns.items() if (e := _of_column(grid, block, rows, at, method.scale_of(f)))}
    for name, about in _ABOUT_FACTOR.items():
        if name in columns and name not in found:
            said = _stated_around(grid, block, rows, method.scale_of(name), about)
            said = said or _by_numbers(grid, rows, [columns[name]], method.scale_of(name))
            found |= {name: said} if said else {}
    rated = {f: columns[f] for f in EVALUATIONS if f in columns}
    typed = [at for f, at in rated.items() if f in CIA_FIELDS] or list(rated.values())
    scale = method.scale_of("confidentiality")
    shared = next((found[f] for f in rated if f in found and not _is_words(found[f])), None)
    if shared is not None:
        rated = {f: at for f, at in rated.items() if not _agrees(block.titles.get(at, ""), scale)}
    shared = shared or _stated_around(grid, block, rows, scale, _ABOUT_RATINGS) or _by_numbers(grid, rows, typed, scale)
    if shared is not None:
        found |= {f: found.get(f, shared) for f in rated}
    return found


def criteria(grid: Grid, scale: Scale) -> Evidence | None:
    """What a sheet of criteria states, where it explains grades that are not the method's; None for any other sheet.

    That is a column of grades below the header of a level, beside columns headed by what is rated.
    """
    grid.read_to(_CRITERIA_ROWS)
    for row in sorted(grid.rows):
        heads = [squeezed(value) if isinstance(value, str) else "" for value in grid.rows[row]]
        level = next((place for place, head in enumerate(heads, start=1) if head in _LEVELS), None)
        if level is None or sum(head in _CRITERIA for head in heads) < _ENOUGH:
            continue
        numbers = []
        for below in range(row + 1, row + 2 + _MOST):
            number = _number(grid.value(below, level))
            if number is None:
                break
            numbers.append(number)
        if set(numbers) - set(scale.numbers) and len(numbers) >= _ENOUGH:
            seen = "・".join(map(str, numbers))
            return Evidence(seen, f"{grid.sheet_name}!{cell_ref(row, level)}", _proposed(numbers, scale))
    return None


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


def _of_column(grid: Grid, block: HeaderBlock, rows: Sequence[int], column: int, scale: Scale) -> Evidence | None:
    """What header, drop-down list, and labels or words in the cells of one column show."""
    header = block.titles.get(column, "")
    # A column that stands for others (see `riskbook.reading.layouts`) has no cell of its own.
    where = cell_ref(block.last_row, column) if column <= LAST_COLUMN else ""
    if said := next(_said(header, scale, _RANGE, where), None):
        return said
    values = [grid.counted_value(row, column) for row in rows if not grid.is_formula(row, column)]
    for area, entries in grid.facts.lists:
        if any(area.holds(row, column) for row in rows) and (said := _of_list(entries, str(area), scale)):
            return said
    return _by_labels(values, scale) or _by_words([str(v) for v in values if isinstance(v, str)], "", scale)


def _of_list(entries: Sequence[str], where: str, scale: Scale) -> Evidence | None:
    pairs = {n: word for n, word in map(_pair, entries) if n is not None and n <= _MOST}
    if len(pairs) == len(entries) and len(pairs) > 1:
        if set(pairs) - set(scale.numbers) or _is_reversed(pairs, scale):
            return Evidence("・".join(entries), where, _proposed(pairs, scale, _is_reversed(pairs, scale)))
        return None
    return _by_words(entries, where, scale)


def _stated_around(
    grid: Grid, block: HeaderBlock, rows: Sequence[int], scale: Scale, about: re.Pattern[str]
) -> Evidence | None:
    """What titles above a table, and legends above, beside and below it, state."""
    last, right = max(rows, default=block.last_row), max(block.columns.values())
    runs: dict[int, list[tuple[int, int, str]]] = {}  # column → (row, number, word) of adjacent rows
    for row in sorted(grid.rows):
        for column, value in enumerate(grid.rows[row], start=1):
            inside = block.first_row <= row <= last and column <= right
            if inside or not isinstance(value, str) or not value.strip():
                continue
            shown = narrow(value[:_LONGEST])
            if about.search(shown.casefold()) and (
                said := next(_said(value, scale, _RANGE_OF, cell_ref(row, column)), None)
            ):
                return said
            if entry := _ENTRY.fullmatch(shown):
                run = runs.setdefault(column, [])
                if run and run[-1][0] != row - 1:
                    run.clear()
                run.append((row, int(entry[1]), entry[2].strip(" )")))
    return next((said for at, run in runs.items() if (said := _of_run(grid, at, run, scale, about))), None)


def _of_run(
    grid: Grid, column: int, run: Sequence[tuple[int, int, str]], scale: Scale, about: re.Pattern[str]
) -> Evidence | None:
    """What a legend shows whose entries stand below each other: under a caption about ratings, or with known words."""
    pairs = {number: word for _, number, word in run if number <= _MOST}
    caption = narrow(str(grid.value(run[0][0] - 1, column) or "")[:_LONGEST]).casefold()
    ranked = any({squeezed(word) for word in pairs.values()} <= set(map(squeezed, order)) for order in word_orders())
    if len(pairs) != len(run) or len(pairs) < _ENOUGH or not (about.search(caption) or ranked):
        return None
    turned = _is_reversed(pairs, scale)
    if not (set(pairs) - set(scale.numbers) or turned):
        return None
    seen = " ".join(f"{number}:{word}" for number, word in pairs.items())
    return Evidence(seen, cell_ref(run[0][0], column), _proposed(pairs, scale, turned))


def _said(text: str, scale: Scale, ranges: re.Pattern[str], where: str) -> Iterator[Evidence]:
    """The parts of a header or title that state another scale than the method's."""
    shown = narrow(text[:_LONGEST])
    known = set(scale.numbers)
    for match in ranges.finditer(shown):
        low, high = sorted((int(match[1]), int(match[2])))
        if [low, high] != [min(known), max(known)] and low in (0, 1) and 1 < high <= _MOST:
            yield Evidence(match[0], where, _proposed(range(low, high + 1), scale))
    for match in _STEPS.finditer(shown):
        if int(match[1]) != len(known) and 1 < int(match[1]) <= _MOST:
            yield Evidence(match[0], where, _proposed(range(1, int(match[1]) + 1), scale))
    pairs = {int(match[1]): match[2].strip() for match in _GRADE.finditer(shown)}
    if len(pairs) > 1 and (set(pairs) - known or _is_reversed(pairs, scale)):
        seen = " ".join(match[0].strip() for match in _GRADE.finditer(shown))
        numbers = range(min(pairs), max(pairs) + 1)
        yield Evidence(seen, where, _proposed(numbers, scale, _is_reversed(pairs, scale)))


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
    """Labels in the cells that contradict the scale: "1：高", "3：低"."""
    pairs = [(number, word) for number, word in map(_pair, values) if number in scale.numbers and word]
    labels = {squeezed(label): grade for label, grade in scale.words.items()}
    meant = [(n, word, labels[squeezed(word)]) for n, word in pairs if squeezed(word) in labels]
    other = {(n, word) for n, word, grade in meant if grade != scale.numbers[n]}
    turned = _proposed(scale.numbers, scale, True)
    if len([pair for pair in pairs if pair in other]) < _ENOUGH or any(
        turned[str(n)] != grade for n, _, grade in meant
    ):
        return None
    return Evidence(" ".join(f"{n}:{word}" for n, word in sorted(other)), "", turned)


def _by_words(texts: Sequence[str], where: str, scale: Scale) -> Evidence | None:
    """Words of another scale that is known, in several cells."""
    labels = {squeezed(label) for label in scale.words}
    words = {squeezed(text): text.strip() for text in texts if len(text) < _LONGEST and text.strip()}
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
    ends = {(int(match[1]), int(match[2])) for match in _RANGE.finditer(narrow(header[:_LONGEST]))}
    return bool({(min(scale.numbers), max(scale.numbers)), (max(scale.numbers), min(scale.numbers))} & ends)


def _is_words(evidence: Evidence) -> bool:
    return any(not typed.isdigit() for typed in evidence.grades)


def _pair(value: Any) -> tuple[int | None, str]:
    """The number and the word of a cell such as "4：極秘"."""
    match = _TYPED.fullmatch(narrow(value[:_LONGEST])) if isinstance(value, str) else None
    return (_number(value), "") if match is None else (int(match[1]), (match[2] or "").strip(" )"))


def leading_number(value: Any) -> int | None:
    """The whole number that a cell gives, with or without a word after it; None for anything else."""
    if isinstance(value, str):
        match = _TYPED.fullmatch(narrow(value[:_LONGEST]))
        return int(match[1]) if match else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
        return None
    return int(value) if value == int(value) and value >= 0 else None


def _number(value: Any) -> int | None:
    """The number of a grade that a cell gives; None for anything else."""
    number = leading_number(value)
    return number if number is not None and number <= _MOST else None


def _is_reversed(pairs: Mapping[int, str], scale: Scale) -> bool:
    """Whether the words say that the lowest number is the most important."""
    labels = {squeezed(label): grade for label, grade in scale.words.items()}
    low, high = squeezed(pairs[min(pairs)]), squeezed(pairs[max(pairs)])
    if low in labels and high in labels:
        return labels[low] > labels[high]
    for order in word_orders():
        places = {squeezed(word): place for place, word in enumerate(order)}
        if low in places and high in places and low != high:
            return places[low] < places[high]
    return any(squeezed(word) in low for word in _HIGHEST)


def _proposed(numbers: Any, scale: Scale, turned: bool = False) -> dict[str, int]:
    """Number → grade, the most important first; `turned`: the lowest number is the most important."""
    ascending = sorted(set(numbers), reverse=turned)
    grades = dict(zip(map(str, ascending), _spread(len(ascending), scale), strict=True))
    return dict(reversed(grades.items()))


def _spread(count: int, scale: Scale) -> list[int]:
    """The grades of `count` steps, the lowest first; rounded up, so that nothing is taken as less than it may be."""
    known = scale.ascending
    return [known[-(-(step * len(known)) // count) - 1] for step in range(1, count + 1)]
