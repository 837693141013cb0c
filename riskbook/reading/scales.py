"""Recognises ratings on another scale than the method's, by what the file itself says about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from riskbook.method.schema import Scale
from riskbook.model import narrow, squeezed
from riskbook.reading.grid import Grid

_LONGEST = 300  # characters of a header or a title that are looked at
_ABOUT_RATINGS = re.compile(
    "機密|完全|可用|評価|尺度|段階|ランク|重要度|資産価値|等級|confidential|integrity|availab|scale|rating"
)
_ENDS = r"(?<![\d/.])(\d{1,2})\s*(?:[-–—~〜]|から|to)\s*(\d{1,2})(?![\d/.年月日])"
_RANGE = re.compile(_ENDS)  # "(1-5)", in the header of a rating
_RANGE_OF = re.compile(
    rf"(?:性|評価値?|尺度|重要度|資産価値|ランク|レベル|scale|rating)[はをの::\s(]{{0,3}}{_ENDS}"
)  # in a title
_GRADE = re.compile(r"(?<![\d/.])(\d)\s*[:=(]\s*([^\d:=()~〜,、/;]*)")  # "4:極秘", "1(最も重要)"
_STEPS = re.compile(r"(?<!\d)(\d{1,2})\s*(?:段階|-?point|levels)")  # "5段階"
_CRITERIA_ROWS = 60
_LEVELS = frozenset(
    ("レベル", "評価値", "評価", "値", "段階", "ランク", "区分", "点数", "尺度", "重要度", "level", "rating", "score")
)
_RATED = frozenset(("機密性", "完全性", "可用性", "confidentiality", "integrity", "availability"))
_MOST = 10  # a higher number is no grade
_ENOUGH = 2  # rows with grades of another scale; one may be a slip
_HIGHEST = ("最も重要", "最重要", "最高")


def foreign(headers: Sequence[str], above: Sequence[str], rows: Sequence[Sequence[Any]], scale: Scale) -> str:
    """What shows that ratings are on another scale; "" where nothing does.

    `headers`: of the columns with ratings. `above`: texts above the table. `rows`: the ratings of each row.
    """
    for header in headers:
        if said := next(_said(header, scale, _RANGE), ""):
            return said
    for title in above:
        if _ABOUT_RATINGS.search(narrow(title[:_LONGEST]).casefold()) and (
            said := next(_said(title, scale, _RANGE_OF), "")
        ):
            return said
    known = set(scale.values)
    numbers = [{int(v) for v in row if _is_grade(v)} - known for row in rows]
    off = [found for found in numbers if found]
    return "・".join(str(number) for number in sorted(set().union(*off))) if len(off) >= _ENOUGH else ""


def criteria(grid: Grid, scale: Scale) -> str:
    """What a sheet of criteria states, where it explains grades that are not the method's; "" for any other sheet.

    That is a column of grades below the header of a level, beside columns headed by what is rated.
    """
    grid.read_to(_CRITERIA_ROWS)
    for row in sorted(grid.rows):
        heads = [squeezed(value) if isinstance(value, str) else "" for value in grid.rows[row]]
        level = next((place for place, head in enumerate(heads, start=1) if head in _LEVELS), None)
        if level is None or sum(head in _RATED for head in heads) < _ENOUGH:
            continue
        grades = []
        for below in range(row + 1, row + 2 + _MOST):
            value = grid.value(below, level)
            if not _is_grade(value):
                break
            grades.append(int(value))
        if set(grades) - set(scale.values) and len(grades) >= _ENOUGH:
            return f"{grid.sheet_name}: {'・'.join(map(str, grades))}"
    return ""


def _is_grade(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == int(value) and 0 <= value <= _MOST if abs(value) < 1e6 else False


def _said(text: str, scale: Scale, ranges: re.Pattern[str]) -> Iterator[str]:
    """The parts of a header or title that state another scale than the method's."""
    shown = narrow(text[:_LONGEST])
    known = set(scale.values)
    for match in ranges.finditer(shown):
        ends = sorted((int(match[1]), int(match[2])))
        if ends != [min(known), max(known)] and ends[0] in (0, 1) and 1 < ends[1] <= _MOST:
            yield match[0]
    for match in _STEPS.finditer(shown):
        if int(match[1]) != len(known) and 1 < int(match[1]) <= _MOST:
            yield match[0]
    grades = {int(match[1]): match[2].strip() for match in _GRADE.finditer(shown)}
    if len(grades) > 1:
        labels = {squeezed(label): number for label, number in scale.labels.items()}
        reversed_ = any(labels.get(squeezed(word), grade) != grade for grade, word in grades.items())
        lowest = grades.get(min(known), "")
        if set(grades) - known or reversed_ or any(word in lowest for word in _HIGHEST):
            yield " ".join(match[0].strip() for match in _GRADE.finditer(shown))
