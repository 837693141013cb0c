"""The sheet 自社診断結果: total and band, points by part, a radar of the items, and which to fix first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Item, Method
from riskbook.model import Assessment, Location, SelfCheck
from riskbook.sheets.charts import Cells, Series, radar
from riskbook.sheets.instruments.blocks import Blocks, answer_words
from riskbook.sheets.listing import Column, plain
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.sheets.theme import MUTED, Theme
from riskbook.sheets.words import signed
from riskbook.text import label

_WIDTHS = (6, 5, 17, 50, 16, 7, 7, 7, 18, 44, 24)
_RADAR_ROWS, _RADAR_SIZE = 25, (700, 500)
_DATA_COLUMN = 12  # of the figures that the radar reads, beside the printed page
_ITEMS = (
    Column("order", 0, "centre", plain("order")),
    Column("number", 0, "centre", plain("number")),
    Column("part", 0, "wrap", plain("part")),
    Column("item", 0, "wrap", plain("text")),
    Column("item-answer", 0, "level", plain("answer")),
    Column("points", 0, "centre", plain("score")),
    Column("last-time", 0, "centre", plain("before")),
    Column("moved", 0, "centre", plain("moved")),
    Column("answer-cell", 0, "link", plain("place")),
    Column("todo", 0, "wrap", plain("todo")),
    Column("item-regulation", 0, "wrap", plain("regulation")),
)


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the result of the self-check."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    checked = assessment.instruments.self_check
    assert checked is not None
    spec = method.instruments.self_check
    blocks = Blocks(sheet, theme, lang, _WIDTHS)
    blocks.start("self_check")
    blocks.source(spec.source)
    band = spec.bands[checked.band]
    total = label("items.of", lang, score=checked.record.total, most=checked.most)
    if checked.unanswered:
        total += "  " + label("items.provisional", lang, count=checked.unanswered)
    fill, ink = theme.level_colours(band.level)
    blocks.row += 1
    sheet.set_row(blocks.row, 30)
    look = {"bg_color": f"#{fill}", "font_color": f"#{ink}", "bold": True}
    sheet.merge_range(blocks.row, 0, blocks.row, 2, total, theme.format(**look, font_size=14, align="center"))
    sheet.merge_range(blocks.row, 3, blocks.row, 10, band.advice[lang], theme.format(**look, font_size=11, indent=1))
    blocks.row += 1
    blocks.line(since_words(checked, lang), font_size=10)
    blocks.heading(label("items.radar", lang))
    top = blocks.row
    _radar(context.book, sheet, theme, checked, method, lang, top)
    _parts(sheet, theme, checked, method, lang, top)
    blocks.row = top + _RADAR_ROWS
    blocks.heading(label("items.all", lang))
    header, last = blocks.table(_ITEMS, _rows(checked, method, lang))
    sheet.autofilter(header, 0, last, len(_ITEMS) - 1)
    sheet.repeat_rows(header)
    sheet.print_area(0, 0, last, len(_ITEMS) - 1)
    if checked.since is None:
        for key in ("last-time", "moved"):
            place = [column.key for column in _ITEMS].index(key)
            sheet.set_column(place, place, _WIDTHS[place], None, {"hidden": True})
    return Written(blocks.area(rows=top + len(checked.record.scores) + 2, columns=_DATA_COLUMN + 3))


def since_words(checked: SelfCheck, lang: str) -> str:
    """The total compared with the last self-check with other answers, in words."""
    if checked.since is None:
        return label("items.no-since", lang)
    now, before = checked.record.total, checked.since.total
    moved = signed(now - before)
    blank = checked.unanswered or None in checked.since.scores
    key = "items.since-blank" if blank else "items.since"
    return label(key, lang, date=checked.since.on.isoformat(), before=before, now=now, moved=moved)


def _parts(sheet: Worksheet, theme: Theme, checked: SelfCheck, method: Method, lang: str, top: int) -> None:
    """Writes the points of each part, to the right of the radar."""
    first = 4
    names = {part.number: part.name[lang] for part in method.instruments.self_check.parts}
    heads = ("col.part", "col.points", "col.rate")
    spans = ((first, first + 3), (first + 4, first + 4), (first + 5, first + 5))
    for (left, right), key in zip(spans, heads, strict=True):
        _span(sheet, top + 1, left, right, label(key, lang), theme.header())
    for row, part in enumerate(checked.parts, start=top + 2):
        points = label("items.of", lang, score=part.score, most=part.most)
        _span(sheet, row, *spans[0], f"{part.number} {names[part.number]}", theme.cell(valign="vcenter"))
        sheet.write_string(row, spans[1][0], points, theme.cell(align="center", valign="vcenter"))
        rate = max(part.score, 0) / part.most
        # A bar made of characters, which every program shows.
        bar = theme.cell(valign="vcenter", font_color=f"#{method.levels[-1].strong}")
        sheet.write_string(row, spans[2][0], "█" * round(20 * rate) + f"  {rate:.0%}", bar)


def _span(sheet: Worksheet, row: int, first: int, last: int, text: str, look: Any) -> None:
    if first == last:
        sheet.write_string(row, first, text, look)
    else:
        sheet.merge_range(row, first, row, last, text, look)


def _radar(
    book: Workbook, sheet: Worksheet, theme: Theme, checked: SelfCheck, method: Method, lang: str, top: int
) -> None:
    """Inserts the radar of the scores now and last time, and writes the figures that it reads."""
    look = theme.format(font_size=8, font_color=f"#{MUTED}")
    heads = ["", label("items.now", lang)]
    series = [checked.record.scores]
    if checked.since is not None and len(checked.since.scores) == len(checked.record.scores):
        heads.append(label("col.last-time", lang))
        series.append(checked.since.scores)
    for place, text in enumerate(heads):
        sheet.write_string(top, _DATA_COLUMN + place, text or label("summary.data", lang), look)
    items = method.instruments.self_check.items
    for row, item in enumerate(items, start=top + 1):
        sheet.write_string(row, _DATA_COLUMN, item_name(item, lang), look)
        for place, scores in enumerate(series, start=1):
            score = scores[item.number - 1]
            if score is not None:
                sheet.write_number(row, _DATA_COLUMN + place, score, look)
    last = top + len(items)
    categories = (top + 1, _DATA_COLUMN, last, _DATA_COLUMN)
    colours = (method.levels[-1].strong, MUTED)
    lines = [
        Series((top, _DATA_COLUMN + n), (top + 1, _DATA_COLUMN + n, last, _DATA_COLUMN + n), colours[n - 1])
        for n in range(1, len(series) + 1)
    ]
    made = radar_of_items(book, sheet, categories, lines, method, lang)
    made.set_size({"width": _RADAR_SIZE[0], "height": _RADAR_SIZE[1]})
    sheet.insert_chart(top, 0, made, {"object_position": 1})


def radar_of_items(
    book: Workbook, sheet: Worksheet, categories: Cells, series: Sequence[Series], method: Method, lang: str
) -> Chart:
    """A radar of the items, from the lowest score of an answer to the highest."""
    scores = method.instruments.self_check.points.values()
    return radar(book, sheet.get_name(), lang, categories, series, lowest=min(scores), highest=max(scores))


def item_name(item: Item, lang: str) -> str:
    """The name of an item in a chart."""
    return f"{item.number} {item.short[lang]}"


def _rows(checked: SelfCheck, method: Method, lang: str) -> list[dict[str, Any]]:
    """A record for each item: those to fix in their order, then the others."""
    spec = method.instruments.self_check
    words = answer_words(spec, lang)
    parts = {n: f"{p.number} {p.name[lang]}" for p in spec.parts for n in range(p.first, p.last + 1)}
    kinds = {measure.number: f"{measure.number} {measure.short[lang]}" for measure in method.measures}
    most = max(spec.points.values())
    before = None if checked.since is None else checked.since.scores
    order = {number: place for place, number in enumerate(checked.first, start=1)}
    rows = []
    for number in (*checked.first, *(n for n in range(1, len(spec.items) + 1) if n not in order)):
        item, answer = spec.items[number - 1], checked.sheet.answers[number - 1]
        score = checked.record.scores[number - 1]
        old = before[number - 1] if before is not None and len(before) >= number else None
        word = words.get(answer.answer or "", label("items.unanswered", lang))
        if answer.not_used:
            word = spec.not_used.word[lang]
        level = "unassessed" if score is None else "small" if score == most else "medium" if score > 0 else "large"
        rows.append(
            {
                "order": order.get(number),
                "number": number,
                "part": parts[number],
                "text": item[lang],
                "answer": word,
                "level": level,
                "score": score,
                "before": old,
                "moved": signed(score - old) if score is not None and old is not None else None,
                "place": Location(checked.sheet.sheet_name, answer.cell) if answer.cell else None,
                "todo": item.todo[lang] if number in order else None,
                "regulation": kinds.get(item.kind) if number in order else None,
            }
        )
    return rows


def _sentence(assessment: Assessment, method: Method, lang: str) -> str:
    checked = assessment.instruments.self_check
    assert checked is not None
    advice = method.instruments.self_check.bands[checked.band].advice[lang]
    params = {"total": checked.record.total, "most": checked.most, "advice": advice}
    if checked.since is None:
        return label("summary.self_check", lang, **params)
    moved = signed(checked.record.total - checked.since.total)
    return label("summary.self_check-moved", lang, **params, moved=moved, date=checked.since.on.isoformat())


SHEET = Sheet(
    "self_check",
    write,
    proofs=("note.self_check",),
    present=lambda assessment: assessment.instruments.self_check is not None,
    sentence=_sentence,
)
