"""The guideline's other instruments as data: what a file of each may hold, checked at load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from riskbook.errors import MethodError
from riskbook.method.shapes import (
    MEETS,
    SOURCE,
    WORDS,
    Shape,
    flag,
    list_of,
    mapping,
    one_of,
    open_table,
    refuse,
    share,
    table,
    text,
    whole,
)
from riskbook.model import LEVELS, folded

_MOST_ITEMS = 99
_TEXTS = list_of(text)
_NUMBERS = list_of(whole(1, _MOST_ITEMS))
_ANSWER = table(key=text, score=whole(-9, 9), word=WORDS, spellings=_TEXTS)
_ITEM = open_table(
    {"name": WORDS},
    number=whole(1, _MOST_ITEMS),
    ja=text,
    en=text,
    short=WORDS,
    kind=whole(1, _MOST_ITEMS),
    todo=WORDS,
)


def _any(value: Any, key: str, method: str) -> None:
    """One of the keys of the answers, which `check_instrument` knows."""


_QUESTIONNAIRE: dict[str, Shape] = {
    "title": WORDS,
    "names": list_of(text, at_least=1),
    "enough": share,
    "source": SOURCE,
    "answers": list_of(_ANSWER, at_least=2),
    "not_used": table(items=_NUMBERS, answer=_any, word=WORDS, spellings=_TEXTS),
    "headers": table(number=_TEXTS, answer=_TEXTS, score=_TEXTS, note=_TEXTS),
    "parts": list_of(
        table(number=whole(1, 99), name=WORDS, first=whole(1, _MOST_ITEMS), last=whole(1, _MOST_ITEMS)), at_least=1
    ),
    "items": list_of(_ITEM, at_least=1),
}


_WITHOUT = {"without": _TEXTS}
_STATEMENT = table(key=text, ja=text, en=text, all=list_of(list_of(text, at_least=1), at_least=1))
_FACT_TABLES = list_of(
    table(
        title=WORDS,
        source=text,
        columns=list_of(table(ja=text, en=text, width=whole(3, 120)), at_least=1),
        rows=list_of(list_of(WORDS, at_least=1), at_least=1),
    ),
    at_least=1,
)


_RANKS = mapping(list_of(whole(1, 99)))  # by year
_LINE = open_table({"url": text, "source": text}, id=text, name=WORDS, what=WORDS)

# What a file of each instrument holds.
SHAPES: Mapping[str, Shape] = {
    "self_check": table(
        **_QUESTIONNAIRE,
        bands=list_of(table(at_least=whole(-999, 999), level=one_of(*LEVELS[:-1]), advice=WORDS), at_least=1),
        statements=list_of(_STATEMENT),
    ),
    "cloud": table(**_QUESTIONNAIRE, service=table(labels=_TEXTS, medium=text, ignored=_TEXTS)),
    "action": table(
        note=WORDS,
        working_score=whole(-9, 9),
        source=SOURCE,
        stars=list_of(table(name=WORDS, asks=WORDS, needs=_TEXTS), at_least=1),
    ),
    "threats": table(
        note=WORDS,
        sources=table(ranks=SOURCE, priority=SOURCE, entries=SOURCE, measures=SOURCE),
        years=list_of(table(year=whole(2000, 2999), names=_TEXTS), at_least=2),
        threats=list_of(
            open_table({"remark": WORDS}, name=WORDS, ranks=_RANKS, entries=_TEXTS, measures=_TEXTS), at_least=1
        ),
        entries=list_of(open_table(_WITHOUT, key=text, name=WORDS, measure=WORDS, aim=WORDS, **MEETS), at_least=1),
        measures=list_of(open_table(_WITHOUT, key=text, common=flag, name=WORDS, **MEETS), at_least=1),
    ),
    "transfer": table(note=WORDS, sources=mapping(SOURCE), tables=_FACT_TABLES),
    "reference": table(note=WORDS, sources=mapping(SOURCE), tables=_FACT_TABLES),
    "response": table(
        sources=mapping(SOURCE),
        sections=list_of(
            open_table(
                {"roles": flag},
                title=WORDS,
                source=text,
                lines=list_of(_LINE, at_least=1),
            ),
            at_least=1,
        ),
    ),
}


def check_instrument(key: str, tables: dict[str, Any], name: str) -> None:
    """Raises `MethodError` for the first key of an instrument's file that does not fit.

    Kinds of measure and media that a method does not have are no error: an instrument serves several methods.
    """
    SHAPES[key](tables, "", name)
    if "items" in tables:
        numbers = [item["number"] for item in tables["items"]]
        if numbers != list(range(1, len(numbers) + 1)):
            refuse(numbers, "items[*].number", name, f"1 … {len(numbers)}")
        covered = [n for part in tables["parts"] for n in range(part["first"], part["last"] + 1)]
        if covered != numbers:
            refuse(covered, "parts", name, f"1 … {len(numbers)}")
        _list_in(tables["not_used"]["items"], numbers, "not_used.items", name)
        keys = [answer["key"] for answer in tables["answers"]]
        one_of("", *keys)(tables["not_used"]["answer"], "not_used.answer", name)
        if len(set(keys)) != len(keys):
            refuse(keys, "answers[*].key", name, "≠")
    if key == "self_check":
        _check_scores(tables, keys, name)
    if key == "threats":
        known = {part: [entry["key"] for entry in tables[part]] for part in ("entries", "measures")}
        for place, threat in enumerate(tables["threats"]):
            for part, keys in known.items():
                _list_in(threat[part], keys, f"threats[{place}].{part}", name)
    for place, entry in enumerate(tables.get("tables", tables.get("sections", ()))):
        one_of(*tables["sources"])(entry["source"], f"[{place}].source", name)
        for number, line in enumerate(entry.get("rows", ())):
            if len(line) != len(entry["columns"]):
                refuse(len(line), f"tables[{place}].rows[{number}]", name, str(len(entry["columns"])))
        for number, line in enumerate(entry.get("lines", ())):
            one_of(*tables["sources"])(line.get("source", entry["source"]), f"sections[{place}].lines[{number}]", name)
    for label, entry in tables.get("sources", {}).items():
        if "sections" in tables and "short" not in entry:
            raise MethodError("method-key-missing", method=name, key=f"sources.{label}.short")
    ids = [line["id"] for section in tables.get("sections", ()) for line in section["lines"]]
    if len(set(ids)) != len(ids):
        refuse(ids, "sections[*].lines[*].id", name, "≠")


def _check_scores(tables: dict[str, Any], keys: Sequence[str], name: str) -> None:
    """Every total has its band; what is not used has a score; a statement can be denied."""
    lowest = min(answer["score"] for answer in tables["answers"]) * len(tables["items"])
    bounds = [band["at_least"] for band in tables["bands"]]
    if bounds != sorted(set(bounds), reverse=True) or bounds[-1] > lowest:
        refuse(bounds, "bands[*].at_least", name, f"… > … ≤ {lowest}")
    if tables["not_used"]["items"]:
        one_of(*keys)(tables["not_used"]["answer"], "not_used.answer", name)
    if len(keys) < 3:
        refuse(keys, "answers", name, "[…] (3+)")


def check_together(instruments: Mapping[str, Any], method: str) -> None:
    """Raises `MethodError` where a star asks for what neither rules nor self-check can show."""
    known = ("rules", "self-check", *(one["key"] for one in instruments["self_check"]["statements"]))
    for place, star in enumerate(instruments["action"]["stars"]):
        _list_in(star["needs"], known, f"action.stars[{place}].needs", method)


def _list_in(values: Sequence[Any], allowed: Sequence[Any], key: str, name: str) -> None:
    for place, value in enumerate(values):
        one_of(*allowed)(value, f"{key}[{place}]", name)


def check_names(names: Any, method: str) -> None:
    """Raises `MethodError` where a method does not name every instrument."""
    table(**dict.fromkeys(SHAPES, text))(names, "instruments", method)


def mentions(sentence: str, groups: Sequence[Sequence[str]], without: Sequence[str] = ()) -> bool:
    """Whether a sentence holds a word of each group and none of `without`, whatever its width and case."""
    shown = folded(sentence)
    if any(folded(word) in shown for word in without):
        return False
    return all(any(folded(word) in shown for word in group) for group in groups)


def points(questionnaire: Mapping[str, Any]) -> dict[str, int]:
    """What each answer of a questionnaire scores, by its key."""
    return {answer["key"]: answer["score"] for answer in questionnaire["answers"]}
