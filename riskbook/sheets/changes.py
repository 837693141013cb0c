"""The sheet 前回からの変化: the changes since an earlier run, event by event, with the factor behind each risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.workbook import Worksheet

from riskbook.method import Method
from riskbook.model import MARK_FIELDS, UNASSESSED, Location, RunRecord
from riskbook.sheets import words
from riskbook.sheets.listing import Column, plain, write_list
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.sheets.theme import level_word
from riskbook.text import LANGUAGES, has, joined, label

Event = Mapping[str, Any]

# Event → the level in whose colours it is shown: red for worse, yellow for attention, blue for better.
COLOURS = {
    "risk-higher": "large",
    "risk-unknown": "large",
    "decision-overdue": "large",
    "measure-overdue": "large",
    "decision-review": "medium",
    "decision-withdrawn": "medium",
    "asset-added": "medium",
    "decision-by": "medium",
    "decision-due": "medium",
    "method-changed": "medium",
    "risk-lower": "small",
    "decision-made": "small",
    "risk-known": "small",
}


COLUMNS = (
    Column("number", 5, "centre", plain("rank")),
    Column("event", 14, "level", plain("event")),
    Column("event-subject", 34, "wrap", plain("subject")),
    Column("place", 16, "link", plain("place")),
    Column("asset_id", 9, "text", plain("asset_id")),
    Column("event-before", 17, "wrap", plain("before")),
    Column("event-after", 17, "wrap", plain("after")),
    Column("event-factors", 46, "wrap", plain("factors")),
    Column("matched", 10, "centre", plain("matched")),
    Column("event-by", 13, "wrap", plain("by")),
    Column("event-due", 11, "centre", plain("due")),
)


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the events, in the order of EVENTS."""
    comparison, method, lang = context.assessment.comparison, context.method, context.lang
    assert comparison is not None
    rows = [
        event_words(event, method, lang) | {"rank": rank, "place": _place(event, lang)}
        for rank, event in enumerate(comparison.events, start=1)
    ]
    note = " → ".join(run_words(run, method, lang) for run in (comparison.since, comparison.until))
    return Written(write_list(sheet, context.theme, lang, "changes", COLUMNS, rows, frozen=3, note=note))


def _place(event: Event, lang: str) -> Location | str | None:
    if event["sheet"] is None:
        return None
    place = Location(event["sheet"], f"A{event['row']}")
    if event["event"] == "asset-removed":  # its row may hold another asset now, so no link
        return label("changes.formerly", lang, place=place)
    return place


def run_words(run: RunRecord, method: Method, lang: str) -> str:
    """A run in one line: its day, its totals, its method."""
    shown = [level for level, count in run.levels.items() if count or level != UNASSESSED]
    levels = [f"{level_word(method, level, lang)}{'' if lang == 'ja' else ' '}{run.levels[level]}" for level in shown]
    params = {"date": run.on.isoformat(), "levels": levels}
    return label("changes.run", lang, **params, risk=run.risk, method=run.rules.split(":")[0])


def event_words(event: Event, method: Method, lang: str) -> dict[str, Any]:
    """An event (as in `Comparison.events`) in words, and the level in whose colours it is shown."""
    kind = event["event"]
    return {
        "event": label(f"event.{kind}", lang),
        "level": COLOURS.get(kind, UNASSESSED),
        "subject": _subject(event, method, lang),
        "asset_id": event["asset_id"],
        "before": value_word(kind, event["before"], method, lang),
        "after": value_word(kind, event["after"], method, lang),
        "factors": factor_words(event, method, lang),
        "matched": event["matched"] and label(f"matched.{event['matched']}", lang),
        "by": event["by"],
        "due": event["due"],
    }


def _subject(event: Event, method: Method, lang: str) -> str:
    """The question with its kind, or the asset with its medium, since one asset is often on several media."""
    subject = event["subject"] or ""
    if event["kind"] is not None:
        kind = next(
            (measure.short[lang] for measure in method.measures if measure.number == event["kind"]), event["kind"]
        )
        return label("changes.question", lang, question=subject, kind=kind)
    medium = words.medium_word(method, event["medium"], lang)
    return label("changes.subject", lang, name=subject, medium=medium) if medium else subject


def factor_words(event: Event, method: Method, lang: str) -> str | None:
    """The factors that changed a risk, and the inputs behind them; None where there are none."""
    behind = _pairs(event["causes"], method, lang)
    if not event["factors"]:
        return behind or (label("changes.no-factor", lang) if event["event"] in ("risk-higher", "risk-lower") else None)
    moved = _pairs(event["factors"], method, lang)
    return label("changes.because", lang, factors=moved, causes=behind) if behind else moved


def _pairs(changes: Sequence[tuple[str, Any, Any]], method: Method, lang: str) -> str:
    parts = [
        label(
            "changes.pair",
            lang,
            field=field_word(name, lang),
            before=_shown(name, before, method, lang),
            after=_shown(name, after, method, lang),
        )
        for name, before, after in changes
    ]
    return joined(parts, lang, parts=True)


def field_word(name: str, lang: str) -> str:
    """The word for a factor or an input."""
    key = f"changes.{name}"
    return (label(key, lang) if has(key) else words.captions(name)[LANGUAGES.index(lang)]).replace("\n", "")


def _shown(name: str, value: Any, method: Method, lang: str) -> Any:
    if name == "method":
        return method_word(value)
    if value is None or value == "":
        return label("changes.none", lang)
    if name == "share":
        return f"{round(100 * value)}%"
    if name.endswith("_source"):
        return label(f"source.{value}", lang)
    if name in MARK_FIELDS:
        return "○" if value else label("changes.none", lang)
    return words.medium_word(method, value, lang) if name == "medium" else value


def method_word(rules: str) -> str:
    """The rules of a run ("NAME:DIGEST[:strict]") in words: the method, the beginning of its digest, strict."""
    name, digest, *strict = rules.split(":")
    return " ".join([name, f"({digest[:6]})", *strict])


def value_word(kind: str, value: Any, method: Method, lang: str) -> Any:
    """The value before or after an event in words, by the kind of event."""
    if kind == "risk-level":
        return level_word(method, value, lang)
    if kind.startswith("risk-") and value is None:
        return label("changes.unknown", lang)
    if value is None:
        return None
    if isinstance(value, int) and (kind.startswith("risk-") or kind in ("asset-added", "asset-removed")):
        level = method.level_of(value)
        return label("changes.risk", lang, risk=value, level=level.word[lang]) if level else value
    if kind in ("measure-answer", "measure-added", "measure-removed"):
        name = method.answer_names.get(value)
        return label(f"answer.{name}", lang, number=value) if name else value
    if kind == "method-changed":
        return method_word(value)
    if kind in ("measure-state", "measure-overdue"):
        return label(f"state.{value}", lang)
    return value


SHEET = Sheet(
    "changes",
    write,
    proofs=("col.event", "col.event-before", "col.event-after", "col.event-factors"),
    present=lambda assessment: assessment.comparison is not None,
    late=True,
)
