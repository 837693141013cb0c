"""What a method file may hold: a shape for every key, checked at load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from riskbook.method.shapes import (
    MEETS,
    SOURCE,
    TEXTS,
    WORDS,
    Shape,
    colour,
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
from riskbook.model import CIA_FIELDS, FORM_FIELDS, LEVELS, MARK_FIELDS, STATES, TEXT_FIELDS, TREATMENTS, YEN_FIELDS

_MOST_MEDIA = 10  # the roadmap looks at every combination of their vulnerabilities
_SCALE = whole(1, 3)

# The parameters of each predicate; riskbook.analysis.treatment holds what they mean.
PREDICATES: Mapping[str, Mapping[str, Shape]] = {
    "level_is": {"levels": list_of(one_of(*LEVELS), at_least=1)},
    "cost_exceeds_loss": {},
    "holds_no_personal_information": {},
    "retention_date_passed": {},
    "medium_is": {"media": TEXTS},
    "also_on_fixed_medium": {},
    "mentions_none_of": {"words": TEXTS},
    "risk_at_least": {"value": whole(1, 9)},
    "importance_at_least": {"value": _SCALE},
    "threat_at_most": {"value": _SCALE},
    "vulnerability_at_least": {"value": _SCALE},
}
RESIDUAL_RULES: Mapping[str, Mapping[str, Shape]] = {
    "unchanged": {},
    "fixed": {"value": whole(0, 9)},
    "vulnerability_at_most": {"value": _SCALE},
}


def _named(rules: Mapping[str, Mapping[str, Shape]], label: str) -> Shape:
    def shape(value: Any, key: str, method: str) -> None:
        if not isinstance(value, dict):
            refuse(value, key, method, f"{{ {label} = … }}")
        name = str(value.get(label))
        if name not in rules:
            refuse(name, f"{key}.{label}", method, " | ".join(rules))
        table(**{label: text}, **rules[name])(value, key, method)

    return shape


def _headers(*fields: str, extra: tuple[str, ...] = ()) -> Shape:
    names = list_of(one_of(*fields, *extra))
    return table(
        required=names,
        any_of=names,
        at_least=whole(1, 30),
        input=names,
        fields=table(**dict.fromkeys(fields, TEXTS)),
    )


_ROW = table(**{"1": _SCALE, "2": _SCALE, "3": _SCALE})
_SHAPE = table(
    name=text,
    edition=text,
    form=text,
    title=WORDS,
    scale=table(values=list_of(_SCALE, at_least=3), labels=mapping(_SCALE), unknown=_SCALE),
    media=list_of(table(name=text, en=text, portable=flag, spellings=list_of(text)), at_least=1),
    personal=table(confidentiality=_SCALE, marks_yes=TEXTS, marks_no=TEXTS),
    retention=table(permanent=TEXTS, none=TEXTS),
    headers=table(
        ledger=_headers(
            *TEXT_FIELDS, "medium", *MARK_FIELDS, *CIA_FIELDS, *FORM_FIELDS, "retention", "registered", *YEN_FIELDS
        ),
        threats=_headers("medium", "threat_name", "frequency"),
        checks=_headers("kind", "number", "question", "answer", extra=("applies",)),
    ),
    words=table(example=TEXTS, totals=TEXTS, note_marks=TEXTS),
    importance=table(rule=one_of("max")),
    likelihood=table(**{"1": _ROW, "2": _ROW, "3": _ROW}),
    levels=list_of(
        table(key=one_of(*LEVELS[:-1]), at_least=whole(1, 9), word=WORDS, fill=colour, ink=colour, strong=colour),
        at_least=3,
    ),
    unassessed=table(word=WORDS, fill=colour, ink=colour),
    threats=table(rule=one_of("max")),
    answers=table(
        implemented=whole(1, 4),
        partly=whole(1, 4),
        not_implemented=whole(1, 4),
        not_applicable=whole(1, 4),
        labels=mapping(whole(1, 4)),
        marks=TEXTS,
    ),
    vulnerability=table(partly_weight=share, full_share=share, low_share=share),
    measures=list_of(table(number=whole(1, 99), name=WORDS, short=WORDS, media=TEXTS), at_least=1),
    regulation=table(draft_share=share, source=SOURCE),
    states=table(**dict.fromkeys(STATES, list_of(text))),
    treatments=table(**dict.fromkeys(TREATMENTS, table(word=WORDS, meaning=WORDS))),
    treatment=list_of(
        table(id=text, treatment=one_of(*TREATMENTS), when=list_of(_named(PREDICATES, "predicate"))), at_least=1
    ),
    residual=table(**dict.fromkeys(TREATMENTS, _named(RESIDUAL_RULES, "rule"))),
    rules=list_of(open_table({"without": TEXTS}, number=whole(1, 99), name=WORDS, **MEETS), at_least=1),
    rules_source=SOURCE,
)


def check(tables: dict[str, Any], method: str) -> None:
    """Raises `MethodError` for the first key that is missing, unknown, or holds what it may not."""
    _SHAPE(tables, "", method)
    media = [entry["name"] for entry in tables["media"]]
    known = one_of(*media)
    for index, measure in enumerate(tables["measures"]):
        list_of(known)(measure["media"], f"measures[{index}].media", method)
    for index, rule in enumerate(tables["treatment"]):
        for place, predicate in enumerate(rule["when"]):
            if "media" in predicate:
                list_of(known)(predicate["media"], f"treatment[{index}].when[{place}].media", method)
    last = len(tables["treatment"]) - 1
    if tables["treatment"][last]["when"]:
        refuse(tables["treatment"][last]["when"], f"treatment[{last}].when", method, "[]")
    thresholds = [entry["at_least"] for entry in tables["levels"]]
    if thresholds != sorted(set(thresholds), reverse=True) or thresholds[-1] != 1:
        refuse(thresholds, "levels[*].at_least", method, "9 > … > 1, … = 1")
    answers = tables["answers"]
    kinds = [answers[name] for name in ("implemented", "partly", "not_implemented", "not_applicable")]
    if sorted(kinds) != [1, 2, 3, 4]:
        refuse(kinds, "answers", method, "1, 2, 3, 4")
    if tables["vulnerability"]["low_share"] >= tables["vulnerability"]["full_share"]:
        refuse(tables["vulnerability"]["low_share"], "vulnerability.low_share", method, "< full_share")
    _check_unique(tables, method)


def _check_unique(tables: dict[str, Any], method: str) -> None:
    """A spelling or an id that stands twice would be decided by chance."""
    if sorted(tables["scale"]["values"]) != [1, 2, 3]:
        refuse(tables["scale"]["values"], "scale.values", method, "[1, 2, 3]")
    keys = [level["key"] for level in tables["levels"]]
    if sorted(keys) != sorted(LEVELS[:-1]):
        refuse(keys, "levels[*].key", method, " | ".join(LEVELS[:-1]))
    for kind, spec in tables["headers"].items():
        meant: dict[str, str] = {}
        for field, spellings in spec["fields"].items():
            for spelling in spellings:
                if meant.setdefault(spelling.casefold(), field) != field:
                    refuse(spelling, f"headers.{kind}.fields.{field}", method, f"≠ {meant[spelling.casefold()]}")
    spelled: dict[str, str] = {}
    for index, medium in enumerate(tables["media"]):
        for spelling in {medium["name"], *medium["spellings"]}:
            if spelled.setdefault(spelling.casefold(), medium["name"]) != medium["name"]:
                refuse(spelling, f"media[{index}].spellings", method, f"≠ {spelled[spelling.casefold()]}")
    shown: set[str] = set()
    for index, medium in enumerate(tables["media"]):
        if medium["en"].casefold() in shown:
            refuse(medium["en"], f"media[{index}].en", method, "≠ " + ", ".join(sorted(shown)))
        shown.add(medium["en"].casefold())
    if len(tables["media"]) > _MOST_MEDIA:
        refuse(len(tables["media"]), "media", method, f"[…] (… {_MOST_MEDIA})")
    ids = [rule["id"] for rule in tables["treatment"]]
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            refuse(id_, f"treatment[{index}].id", method, "≠ " + ", ".join(ids[:index]))


_FORM = table(
    threats=list_of(table(medium=text, items=list_of(WORDS, at_least=1)), at_least=1),
    questions=list_of(
        table(kind=whole(1, 99), items=list_of(open_table({"media": TEXTS}, ja=text, en=text), at_least=1)), at_least=1
    ),
)


def check_form(tables: dict[str, Any], method: dict[str, Any], form: str) -> None:
    """Raises `MethodError` for the first key of a form's content that does not fit the checked tables of its method."""
    _FORM(tables, "", form)
    media = one_of(*(entry["name"] for entry in method["media"]))
    kinds = [entry["number"] for entry in method["measures"]]
    for index, entry in enumerate(tables["threats"]):
        media(entry["medium"], f"threats[{index}].medium", form)
    for index, entry in enumerate(tables["questions"]):
        if entry["kind"] not in kinds:
            refuse(entry["kind"], f"questions[{index}].kind", form, ", ".join(map(str, kinds)))
        for place, item in enumerate(entry["items"]):
            list_of(media)(item.get("media", []), f"questions[{index}].items[{place}].media", form)
