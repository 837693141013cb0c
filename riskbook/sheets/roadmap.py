"""The roadmap (対策の順序): the steps, the effect of each, the reason for its place, and the curve of the risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Area, Assessment, Roadmap, Step, Totals, records
from riskbook.sheets import quick_wins, words
from riskbook.sheets.charts import Series, chart
from riskbook.sheets.listing import HEADER_ROW, Column, plain, write_list
from riskbook.sheets.sheet import Context, Sheet, Written, has_assets
from riskbook.sheets.theme import Theme, level_word
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import lower, medium_word
from riskbook.text import joined, label

_SHOWN_ASSETS, _SHOWN_QUESTIONS = 6, 4
_WIDEST_QUESTION = 40
WIDEST_NAME = 28  # of an asset in a list; full-width characters count twice
_CHART_ROWS, _CHART_WIDTH = 18, 720


def columns(method: Method, lang: str) -> list[Column]:
    """The columns of the roadmap; those of the levels are headed by the method's words."""
    return [
        Column("step", 18, "wrap", plain("step")),
        Column("roadmap-measures", 46, "wrap", plain("measures")),
        Column("count", 9, "centre", plain("count")),
        Column("running", 6, "centre", plain("running")),
        Column("moves", 28, "wrap", plain("moves")),
        *(
            Column(f"level-{k}", 8, "centre", plain(k), header=level_word(method, k, lang))
            for k in method.level_keys[:-1]
        ),
        Column("total", 8, "centre", plain("risk")),
        Column("fallen", 38, "wrap", plain("fallen")),
        Column("why", 46, "wrap", plain("why")),
    ]


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the steps, and below them the chart of the levels and the needs of the media."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    rows = _rows(assessment, method, lang)
    shown = columns(method, lang)
    area = write_list(sheet, theme, lang, "roadmap", shown, rows)
    if len(rows) == 1:
        missing = "note.no-checks" if assessment.ledger.checks is None else "note.no-steps"
        sheet.write_string(HEADER_ROW + 2, 0, label(missing, lang), theme.note())
        return Written(Area(1, 1, area.last_row + 1, len(shown)))
    first, last = HEADER_ROW + 1, HEADER_ROW + len(rows)
    places = [column.key for column in shown]
    series = [
        Series((HEADER_ROW, at), (first, at, last, at), level.strong)
        for level in method.levels
        for at in [places.index(f"level-{level.key}")]
    ]
    made = chart(
        context.book,
        sheet.get_name(),
        lang,
        "line",
        (first, 0, last, 0),
        series,
        title=label("roadmap.chart", lang),
        size=9,
    )
    made.set_size({"width": _CHART_WIDTH, "height": _CHART_ROWS * 20})
    # 1: the chart moves and grows with the cells.
    sheet.insert_chart(last + 2, 0, made, {"object_position": 1})
    needs = last + 3 + _CHART_ROWS
    _write_needs(sheet, theme, needs, len(shown) - 2, assessment, method, lang)
    end = quick_wins.write(sheet, context, needs, last + 2, len(shown) - 2)
    return Written(Area(1, 1, max(end, needs + len(assessment.roadmap.needs) + 2), len(shown)))


def _write_needs(
    sheet: Worksheet, theme: Theme, row: int, column: int, assessment: Assessment, method: Method, lang: str
) -> None:
    """Writes the fewest questions that lower each medium, as sentences in the widest columns."""
    sheet.write_string(row, column, label("roadmap.needs", lang), theme.format(bold=True))
    for at, need in enumerate(assessment.roadmap.needs, start=row + 1):
        name = medium_word(method, need.medium, lang)
        parts = [label("roadmap.need-to", lang, value=value, count=count) for value, count in need.fewest]
        head = label("roadmap.need", lang, medium=name, now=need.vulnerability, assets=need.assets)
        sheet.write_string(at, column, head, theme.cell())
        shown = joined(parts, lang, parts=True) or label("roadmap.need-none", lang)
        sheet.write_string(at, column + 1, shown, theme.cell())


def _rows(assessment: Assessment, method: Method, lang: str) -> list[dict[str, Any]]:
    """The present state and each step as records."""
    roadmap = assessment.roadmap
    names = assessment.risks["name"].to_dict()
    questions = questions_of(roadmap, lang)
    rows: list[dict[str, Any]] = [
        {
            **_totals(roadmap.start),
            "step": label("roadmap.now", lang),
            "measures": None,
            "count": None,
            "running": 0,
            "moves": None,
            "fallen": None,
            "why": None,
        }
    ]
    running = 0
    for place, step in enumerate(roadmap.steps, start=1):
        running += len(step.measures)
        rows.append(
            {
                **_totals(step.after),
                "step": label("roadmap.step", lang, number=place, running=running),
                "measures": named([questions[measure] for measure in step.measures], lang),
                "count": len(step.measures),
                "running": running,
                "moves": moves(step, method, lang),
                "fallen": fallen(step, names, lang),
                "why": why(step, roadmap, method, lang),
            }
        )
    return rows


def questions_of(roadmap: Roadmap, lang: str) -> dict[int, str]:
    """Label of a measure → its question by number and text, cut to a width."""
    rows = records(roadmap.measures[["item", "question"]])
    texts = (words.question_words(row, lang, _WIDEST_QUESTION) for row in rows)
    return dict(zip(roadmap.measures.index.tolist(), texts, strict=True))


def fallen(step: Step, names: Mapping[Any, str | None], lang: str) -> str:
    """The assets whose risk a step lowers: their number, and the first of them; `names`: of all assets."""
    first = [
        label("roadmap.fallen", lang, name=shortened(names[asset] or "", WIDEST_NAME), before=old, after=new)
        for asset, old, new in step.assets[:_SHOWN_ASSETS]
    ]
    return listed(first, len(step.assets), lang)


def named(questions: Sequence[str], lang: str) -> str:
    """The first questions of a step, a line each, and how many more there are."""
    names = "\n".join(questions[:_SHOWN_QUESTIONS])
    more = len(questions) - _SHOWN_QUESTIONS
    return label("roadmap.measures", lang, names=names, count=more) if more > 0 else names


def _totals(totals: Totals) -> dict[str, Any]:
    return {**totals.levels, "risk": totals.risk}


def moves(step: Step, method: Method, lang: str) -> str:
    """The vulnerabilities that a step lowers, in words."""
    parts = [
        label("roadmap.move", lang, medium=medium_word(method, medium, lang), before=before, after=after)
        for medium, before, after in step.media
    ]
    return joined(parts, lang, parts=True)


def why(step: Step, roadmap: Roadmap, method: Method, lang: str) -> str:
    """The reason for a step's place in the order, with its own figures."""
    bundle, worst = step.bundle, method.levels[0]
    large = step.before.levels[worst.key] - step.after.levels[worst.key]
    labels = roadmap.measures.index.tolist()
    efforts = (dict(zip(labels, roadmap.measures[name].tolist(), strict=True)) for name in ("days", "yen"))
    days, yen = (float(sum(effort[question] for question in step.measures)) for effort in efforts)
    params = {
        "count": len(step.measures),
        "takes": words.days_and_yen(days, yen, lang),
        "moves": moves(step, method, lang),
        "large": large,
        "level": lower(worst.word[lang]),
        "risk": step.before.risk - step.after.risk,
        "first": bundle.first,
        "last": bundle.last,
        "all": bundle.count,
    }
    parts = [label("roadmap.step-large" if large else "roadmap.step-risk", lang, **params)]
    parts.append(label("roadmap.set" if bundle.first == bundle.last else "roadmap.sets", lang, **params))
    return ("" if lang == "ja" else " ").join(parts)


def listed(names: Sequence[str], count: int, lang: str) -> str:
    """The number of things (`count`), and the names of the first of them."""
    if not count:
        return label("summary.count", lang, count=0)
    text = joined(names, lang, parts=True)
    if count > len(names):
        text = label("roadmap.more", lang, names=text, count=count - len(names))
    return label("roadmap.dependents", lang, count=count, names=text)


SHEET = Sheet(
    "roadmap",
    write,
    proofs=("col.roadmap-measures", "col.moves", "col.fallen", "col.why"),
    present=has_assets,
    late=True,
)
