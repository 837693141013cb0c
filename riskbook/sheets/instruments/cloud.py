"""The sheet クラウド点検: the check of each cloud service, open items, and assets whose service has no check sheet."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Assessment, CloudCheck, Location
from riskbook.sheets.instruments.blocks import Blocks, answer_words, by_risk
from riskbook.sheets.listing import Column, plain
from riskbook.sheets.roadmap import WIDEST_NAME
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import medium_word
from riskbook.text import joined, label

_WIDTHS = (24, 11, 11, 11, 44, 22, 40)
_SPANS = ((0, 0), (1, 1), (2, 3), (4, 4), (5, 5), (6, 6))  # of the tables with one column less
_NAMES = 5  # assets shown for a service
_SERVICES = (
    Column("service", 0, "wrap", plain("service")),
    Column("confirmed", 0, "level", plain("confirmed")),
    Column("last-time", 0, "centre", plain("before")),
    Column("applicable", 0, "centre", plain("applicable")),
    Column("open-items", 0, "wrap", plain("open")),
    Column("service-sheet", 0, "link", plain("place")),
    Column("service-assets", 0, "wrap", plain("assets")),
)
_OPEN = (
    Column("service", 0, "wrap", plain("service")),
    Column("number", 0, "centre", plain("number")),
    Column("item-answer", 0, "centre", plain("answer")),
    Column("subject-item", 0, "wrap", plain("text")),
    Column("answer-cell", 0, "link", plain("place")),
    Column("todo", 0, "wrap", plain("todo")),
)
_UNCHECKED = (
    Column("name", 0, "wrap", plain("name")),
    Column("risk", 0, "level", plain("risk")),
    Column("importance", 0, "centre", plain("importance")),
    Column("medium", 0, "wrap", plain("medium")),
    Column("place", 0, "link", plain("place")),
    Column("plan_note", 0, "wrap", plain("note")),
)


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the check of the cloud services."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    spec, found = method.instruments.cloud, assessment.instruments
    blocks = Blocks(sheet, theme, lang, _WIDTHS)
    blocks.start("cloud")
    blocks.source(spec.source)
    blocks.heading(label("cloud.services", lang))
    if found.clouds:
        blocks.table(_SERVICES, [_service(one, assessment, method, lang) for one in found.clouds])
    else:
        blocks.line(label("cloud.none", lang))
    open_ = [row for one in found.clouds for row in _open(one, method, lang)]
    if open_:
        blocks.heading(label("cloud.open", lang))
        blocks.table(_OPEN, open_, _SPANS)
    if found.unchecked:
        medium = medium_word(method, spec.service.medium, lang)
        blocks.heading(label("cloud.unchecked", lang, medium=medium))
        blocks.table(_UNCHECKED, _unchecked(assessment, method, lang), _SPANS)
        blocks.line(label("cloud.unchecked-hint", lang))
    return Written(blocks.area())


def _service(one: CloudCheck, assessment: Assessment, method: Method, lang: str) -> dict[str, Any]:
    items = method.instruments.cloud.items
    names = assessment.risks["name"]
    shown = [shortened(names.get(place) or "-", WIDEST_NAME) for place in one.assets[:_NAMES]]
    if len(one.assets) > _NAMES:
        shown.append(label("evidence.more", lang, count=len(one.assets) - _NAMES))
    open_ = [f"{number} {items[number - 1].short[lang]}" for number in one.open]
    share = one.confirmed / one.applicable if one.applicable else 1.0
    return {
        "service": one.sheet.service,
        "confirmed": one.confirmed,
        "level": "small" if share >= 1 else "medium" if share >= 0.5 else "large",
        "before": None if one.since is None else one.since.total,
        "applicable": one.applicable,
        "open": joined(open_, lang, parts=True) or label("items.none", lang),
        "place": Location(one.sheet.sheet_name),
        "assets": joined(shown, lang, parts=True) or label("cloud.no-assets", lang),
    }


def _open(one: CloudCheck, method: Method, lang: str) -> list[dict[str, Any]]:
    spec = method.instruments.cloud
    words = answer_words(spec, lang)
    rows = []
    for number in one.open:
        item, answer = spec.items[number - 1], one.sheet.answers[number - 1]
        rows.append(
            {
                "service": one.sheet.service,
                "number": number,
                "answer": words.get(answer.answer or "", label("items.unanswered", lang)),
                "text": item.name[lang],
                "place": Location(one.sheet.sheet_name, answer.cell) if answer.cell else None,
                "todo": item.todo[lang],
            }
        )
    return rows


def _unchecked(assessment: Assessment, method: Method, lang: str) -> list[dict[str, Any]]:
    rows = by_risk(assessment, assessment.instruments.unchecked, "medium")
    return [{**row, "medium": medium_word(method, row["medium"], lang) or row["medium_text"]} for row in rows]


def _sentence(assessment: Assessment, method: Method, lang: str) -> str:
    found = assessment.instruments
    begun = [one for one in found.clouds if one.sheet.answered]
    return label(
        "summary.cloud" if begun else "summary.cloud-none",
        lang,
        services=len(begun),
        complete=sum(one.confirmed == one.applicable for one in begun),
        unchecked=len(found.unchecked),
        medium=medium_word(method, method.instruments.cloud.service.medium, lang),
    )


SHEET = Sheet(
    "cloud",
    write,
    proofs=("note.cloud",),
    present=lambda assessment: bool(assessment.instruments.clouds or assessment.instruments.unchecked),
    sentence=_sentence,
)
