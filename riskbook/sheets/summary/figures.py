"""The figures that the charts of the summary read: small tables beside the printed page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import LEVELS, TREATMENTS, UNASSESSED, Assessment
from riskbook.sheets import words
from riskbook.sheets.charts import Cells
from riskbook.sheets.listing import escape_rich
from riskbook.sheets.theme import MUTED, Theme, band_word, level_word
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import Row
from riskbook.text import label

_MOST_DEPARTMENTS = 6
_SLIVER = 0.07  # share of the longest bar below which a part is too small to show its number
_WIDEST = 24  # of a department in a chart; full-width characters count twice


@dataclass(frozen=True)
class Figures:
    """A table: names of the columns, and rows of a name and its numbers (None for a blank cell).

    `always`: the number of first columns that a chart shows though they are 0: those of the levels of risk.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]
    always: int = 3


@dataclass(frozen=True)
class Placed:
    """A table on the sheet; `row`, `column`: its top left cell, 0-based."""

    row: int
    column: int
    figures: Figures

    @property
    def categories(self) -> Cells:
        """The cells of the row names."""
        return self.row + 1, self.column, self.row + len(self.figures.rows), self.column

    def name(self, number: int) -> tuple[int, int]:
        """The cell of the header of column `number` (0…)."""
        return self.row, self.column + 1 + number

    def occurring(self) -> list[int]:
        """The columns with any number above 0, and those of the levels of risk in any case."""
        columns = range(len(self.figures.columns))
        return [n for n in columns if n < self.figures.always or any(numbers[n] for _, numbers in self.figures.rows)]

    def slivers(self, number: int) -> set[int]:
        """The rows whose part of a stacked bar in column `number` is too small to show its number."""
        longest = max((sum(n or 0 for n in numbers) for _, numbers in self.figures.rows), default=0)
        return {place for place, (_, n) in enumerate(self.figures.rows) if 0 < (n[number] or 0) < _SLIVER * longest}

    def values(self, number: int) -> Cells:
        """The cells of the numbers of column `number` (0…)."""
        at = self.column + 1 + number
        return self.row + 1, at, self.row + len(self.figures.rows), at


def place(sheet: Worksheet, theme: Theme, lang: str, column: int, tables: Sequence[Figures]) -> list[Placed]:
    """Writes the tables below each other, from `column` on to the right, and returns their places."""
    # Charts of Excel read cells; these are outside the print area, small and grey.
    look = theme.format(font_size=8, font_color=f"#{MUTED}")
    sheet.write_string(0, column, label("summary.data", lang), look)
    row, placed = 1, []
    for table in tables:
        for number, text in enumerate(table.columns, start=1):
            sheet.write_string(row, column + number, text, look)
        for offset, (name, numbers) in enumerate(table.rows, start=1):
            sheet.write_string(row + offset, column, escape_rich(name), look)
            for number, value in enumerate(numbers, start=1):
                if value is not None:
                    sheet.write_number(row + offset, column + number, value, look)
        placed.append(Placed(row, column, table))
        row += len(table.rows) + 2
    return placed


def level_words(method: Method, lang: str) -> tuple[str, ...]:
    """The words for the levels, most severe first."""
    return tuple(level_word(method, level, lang) for level in method.level_keys)


def band_words(method: Method, lang: str) -> tuple[str, ...]:
    """The words for the bands in which assets of many clients are counted."""
    return tuple(band_word(method, band, lang) for band in LEVELS)


def by_level(assessment: Assessment, method: Method, lang: str) -> Figures:
    """Number of assets of each level that occurs."""
    counts = assessment.counts()
    shown = zip(method.level_keys, level_words(method, lang), strict=True)
    rows = tuple((word, (float(counts[level]),)) for level, word in shown if counts[level] or level != UNASSESSED)
    return Figures((label("summary.assets", lang),), rows)


def _counted(counts: dict[str, Counter[str]], method: Method, lang: str) -> Figures:
    keys = method.level_keys
    rows = tuple((name, tuple(float(numbers[level]) for level in keys)) for name, numbers in counts.items())
    return Figures(level_words(method, lang), rows, len(method.levels))


def by_medium(by_name: Mapping[str | None, Counter[str]], method: Method, lang: str) -> Figures:
    """Number of assets of each level on each medium that occurs; `by_name`: medium or None → counts by level."""
    counts: dict[str, Counter[str]] = {}
    for name in (*method.medium_names, None):
        if name in by_name:
            counts[words.medium_word(method, name, lang) or label("summary.none", lang)] = by_name[name]
    return _counted(counts, method, lang)


def by_department(rows: Sequence[Row], method: Method, lang: str) -> Figures:
    """Number of assets of each level in the departments with the most large risks, the others as one."""
    by_name: dict[str, Counter[str]] = {}
    for row in rows:
        by_name.setdefault(row["department"] or label("summary.none", lang), Counter())[row["level"]] += 1
    ordered = sorted(by_name, key=lambda n: ([-by_name[n][level] for level in method.level_keys], n))
    shown_alone = len(ordered) if len(ordered) <= _MOST_DEPARTMENTS else _MOST_DEPARTMENTS - 1
    counts: dict[str, Counter[str]] = {}
    for name in ordered[:shown_alone]:
        counts.setdefault(shortened(name, _WIDEST), Counter()).update(by_name[name])
    if len(ordered) > shown_alone:
        rest: Counter[str] = Counter()
        for name in ordered[shown_alone:]:
            rest.update(by_name[name])
        counts[label("summary.others", lang, count=len(ordered) - shown_alone)] = rest
    return _counted(counts, method, lang)


def by_kind(assessment: Assessment, method: Method, lang: str) -> Figures:
    """The share of measures implemented of each kind, blank where it is unknown or no question applies."""
    table = assessment.measures.set_index("number")
    rows = []
    for measure in method.measures:
        share = table["share"].get(measure.number)
        value = None if share is None or pd.isna(share) else float(share)
        name = f"{measure.number} {measure.short[lang]}"
        if value is None:  # an empty bar would look like 0 %
            asked = int(table["questions"].get(measure.number, 0))
            name += label("summary.kind-not-applicable" if asked else "summary.kind-unknown", lang)
        rows.append((name, (value,)))
    return Figures((label("summary.share", lang),), tuple(rows))


def by_stage(assessment: Assessment, method: Method, lang: str) -> Figures:
    """Number of assets of each level now, with all planned measures in place, and at the residual risk.

    The last column counts assets without any risk left.
    """
    gone = label("summary.gone", lang)
    planned = assessment.roadmap.planned.levels
    floor: Counter[str] = Counter()
    for value in assessment.risks["residual"]:
        number = words.number(value)
        reached = method.level_of(number or 0)
        floor[UNASSESSED if number is None else reached.key if reached else gone] += 1
    stages = {"now": assessment.counts(), "planned": planned, "floor": floor}
    rows = []
    for stage, counts in stages.items():
        numbers = [float(counts.get(level, 0)) for level in method.level_keys]
        rows.append((label(f"summary.stage-{stage}", lang), (*numbers, float(counts.get(gone, 0)))))
    return Figures((*level_words(method, lang), gone), tuple(rows), len(method.levels))


def by_run(assessment: Assessment, lang: str) -> Figures:
    """The sum of risks at each run of the trend; empty for a single run."""
    runs = assessment.trend if len(assessment.trend) > 1 else ()
    same_year = len({run.on.year for run in runs}) == 1
    shown = "%m/%d" if same_year else "%y/%m/%d"
    return Figures(
        (label("summary.risk-sum", lang),), tuple((run.on.strftime(shown), (float(run.risk),)) for run in runs)
    )


def by_treatment(suggested: Counter[str | None], decided: Counter[str | None], method: Method, lang: str) -> Figures:
    """Number of assets for which each treatment is suggested, and decided."""
    heads = (label("summary.suggested", lang), label("summary.decided", lang))
    return Figures(
        heads,
        tuple((words.treatment_word(method, t, lang) or "", (suggested[t], decided[t])) for t in TREATMENTS),
    )
