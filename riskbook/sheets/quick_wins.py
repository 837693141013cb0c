"""The part of the roadmap that weighs effect against effort: the questions that bring most for it, and their chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Assessment, Location, records
from riskbook.sheets.charts import scatter
from riskbook.sheets.listing import Column, plain, write_row
from riskbook.sheets.sheet import Context
from riskbook.sheets.theme import HEAD, LINK
from riskbook.sheets.words import Row, captions, effort_words, link_to, question_words
from riskbook.text import LANGUAGES, label

_MOST_QUESTIONS, _NAMED, _NUMBERS, _WIDEST = 60, 10, 4, 44
_CHART = {"width": 620, "height": 360}
# The columns of the roadmap that the list uses: it stands below the steps, in their columns.
_COLUMNS = (
    Column("step", 0, "centre", plain("step")),
    Column("question", 0, "text", plain("words")),
    Column("question-number", 0, "centre", plain("item")),
    Column("effort-class", 0, "centre", plain("class_word")),
    Column("effort", 28, "wrap", plain("effort_words")),
    Column("effort-days-all", 0, "centre", plain("days_all")),
    Column("effect", 0, "centre", plain("effect")),
)


def write(sheet: Worksheet, context: Context, row: int, chart_row: int, chart_column: int) -> int:
    """Writes the list from `row` on and the chart at its place (0-based); returns the last row, 1-based."""
    theme, method, lang = context.theme, context.method, context.lang
    rows = quick_wins(context.assessment, method, lang)[:_MOST_QUESTIONS]
    if not rows:
        return row
    sheet.write_string(row, 0, label("roadmap.quick", lang), theme.format(bold=True))
    sheet.set_row(row + 1, 28)
    for place, column in enumerate(_COLUMNS):
        sheet.write_string(row + 1, place, captions(column.key)[LANGUAGES.index(lang)], theme.header())
    for at, line in enumerate(rows, start=row + 2):
        write_row(sheet, theme, at, _COLUMNS, line)
        sheet.write_url(at, 1, link_to(line["place"]), theme.cell(font_color=f"#{LINK}", underline=1), line["words"])
    first, last = row + 2, row + 1 + len(rows)
    made = scatter(
        context.book,
        sheet.get_name(),
        lang,
        (first, _place("effort-days-all"), last, _place("effort-days-all")),
        (first, _place("effect"), last, _place("effect")),
        _names(rows),
        colour=HEAD,
        title=label("roadmap.quick-chart", lang),
        axes=(
            label("roadmap.axis-effort", lang, yen=f"{method.effort.yen_a_day:,.0f}"),
            label("roadmap.axis-effect", lang),
        ),
    )
    made.set_size(_CHART)
    sheet.insert_chart(chart_row, chart_column, made, {"object_position": 1})
    return last + 1


def quick_wins(assessment: Assessment, method: Method, lang: str) -> list[dict[str, Any]]:
    """The open questions that lower a risk, those with most effect for their effort first."""
    measures = assessment.roadmap.measures
    rows = []
    for row in records(measures[measures["open"]]):
        days = row["days"] + row["yen"] / method.effort.yen_a_day
        if row["effect"]:
            extra = {
                "words": question_words(row, lang, _WIDEST),
                "place": Location(row["sheet"], row["cell"]),
                "class_word": method.effort.of(row["effort_class"]).word[lang],
                "effort_words": effort_words(row, method, lang),
                "days_all": round(days, 2),
                "effect": round(row["effect"], 1),
                "rate": row["effect"] / max(days, 0.01),
            }
            rows.append({**row, **extra})
    return sorted(rows, key=lambda row: -row["rate"])


def _names(rows: Sequence[Row]) -> list[str]:
    """The label of each point: the numbers of all questions at its place, for the first of the best; else ""."""
    at_place: dict[tuple[float, float], list[str]] = {}
    for row in rows:
        at_place.setdefault((row["days_all"], row["effect"]), []).append(row["item"])
    labels, left = [], list(at_place)[:_NAMED]
    for row in rows:
        place = (row["days_all"], row["effect"])
        found = at_place[place] if place in left else []
        labels.append(", ".join(found[:_NUMBERS]) + ("…" if len(found) > _NUMBERS else ""))
        left = [one for one in left if one != place]
    return labels


def _place(key: str) -> int:
    return [column.key for column in _COLUMNS].index(key)
