"""What a method file may hold: a shape for every key, checked at load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from riskbook.errors import MethodError
from riskbook.model import CIA_FIELDS, FORM_FIELDS, LEVELS, MARK_FIELDS, STATES, TEXT_FIELDS, TREATMENTS, YEN_FIELDS

Shape = Callable[[Any, str, str], None]  # value, key, method: raises MethodError


def _refuse(value: Any, key: str, method: str, may: str) -> NoReturn:
    raise MethodError("method-invalid", method=method, key=key, found=repr(value), may=may)


def _text(value: Any, key: str, method: str) -> None:
    if not isinstance(value, str) or not value:
        _refuse(value, key, method, "text")


def _flag(value: Any, key: str, method: str) -> None:
    if not isinstance(value, bool):
        _refuse(value, key, method, "true | false")


def _whole(low: int, high: int) -> Shape:
    def shape(value: Any, key: str, method: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            _refuse(value, key, method, f"{low} … {high}")

    return shape


def _share(value: Any, key: str, method: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        _refuse(value, key, method, "0.0 … 1.0")


def _one_of(*allowed: str) -> Shape:
    def shape(value: Any, key: str, method: str) -> None:
        if value not in allowed:
            _refuse(value, key, method, " | ".join(allowed))

    return shape


def _colour(value: Any, key: str, method: str) -> None:
    if not isinstance(value, str) or len(value) != 6 or any(c not in "0123456789ABCDEFabcdef" for c in value):
        _refuse(value, key, method, "RRGGBB")


def _list(shape: Shape, *, at_least: int = 0) -> Shape:
    def check_list(value: Any, key: str, method: str) -> None:
        if not isinstance(value, list) or len(value) < at_least:
            _refuse(value, key, method, f"[…] ({at_least}+)")
        for index, entry in enumerate(value):
            shape(entry, f"{key}[{index}]", method)

    return check_list


def _mapping(shape: Shape) -> Shape:
    def check_mapping(value: Any, key: str, method: str) -> None:
        if not isinstance(value, dict):
            _refuse(value, key, method, "{ … }")
        for name, entry in value.items():
            shape(entry, f"{key}.{name}", method)

    return check_mapping


def _table(**shapes: Shape) -> Shape:
    def check_table(value: Any, key: str, method: str) -> None:
        if not isinstance(value, dict):
            _refuse(value, key, method, "{ " + ", ".join(shapes) + " }")
        prefix = f"{key}." if key else ""
        for name in value:
            if name not in shapes:
                _refuse(value[name], prefix + name, method, ", ".join(shapes))
        for name, shape in shapes.items():
            if name not in value:
                raise MethodError("method-key-missing", method=method, key=prefix + name)
            shape(value[name], prefix + name, method)

    return check_table


def _question(value: Any, key: str, method: str) -> None:
    """A question of the form: its words, and its media where they are not those of its kind."""
    extra = {"media": _list(_text, at_least=1)} if isinstance(value, dict) and "media" in value else {}
    _table(ja=_text, en=_text, **extra)(value, key, method)


_MOST_MEDIA = 10  # the roadmap looks at every combination of their vulnerabilities
_SCALE = _whole(1, 3)
_TEXTS = _list(_text, at_least=1)
_WORDS = _table(ja=_text, en=_text)

# The parameters of each predicate; riskbook.analysis.treatment holds what they mean.
PREDICATES: Mapping[str, Mapping[str, Shape]] = {
    "level_is": {"levels": _list(_one_of(*LEVELS), at_least=1)},
    "cost_exceeds_loss": {},
    "holds_no_personal_information": {},
    "retention_date_passed": {},
    "medium_is": {"media": _TEXTS},
    "also_on_fixed_medium": {},
    "mentions_none_of": {"words": _TEXTS},
    "risk_at_least": {"value": _whole(1, 9)},
    "importance_at_least": {"value": _SCALE},
    "threat_at_most": {"value": _SCALE},
    "vulnerability_at_least": {"value": _SCALE},
}
RESIDUAL_RULES: Mapping[str, Mapping[str, Shape]] = {
    "unchanged": {},
    "fixed": {"value": _whole(0, 9)},
    "vulnerability_at_most": {"value": _SCALE},
}


def _named(rules: Mapping[str, Mapping[str, Shape]], label: str) -> Shape:
    def shape(value: Any, key: str, method: str) -> None:
        if not isinstance(value, dict):
            _refuse(value, key, method, f"{{ {label} = … }}")
        name = str(value.get(label))
        if name not in rules:
            _refuse(name, f"{key}.{label}", method, " | ".join(rules))
        _table(**{label: _text}, **rules[name])(value, key, method)

    return shape


def _headers(*fields: str, extra: tuple[str, ...] = ()) -> Shape:
    names = _list(_one_of(*fields, *extra))
    return _table(
        required=names, any_of=names, at_least=_whole(1, 30), input=names,
        fields=_table(**dict.fromkeys(fields, _TEXTS)),
    )  # fmt: skip


_ROW = _table(**{"1": _SCALE, "2": _SCALE, "3": _SCALE})
_SHAPE = _table(
    name=_text,
    edition=_text,
    form=_text,
    title=_WORDS,
    scale=_table(values=_list(_SCALE, at_least=3), labels=_mapping(_SCALE), unknown=_SCALE),
    media=_list(_table(name=_text, en=_text, portable=_flag, spellings=_list(_text)), at_least=1),
    personal=_table(confidentiality=_SCALE, marks_yes=_TEXTS, marks_no=_TEXTS),
    retention=_table(permanent=_TEXTS, none=_TEXTS),
    headers=_table(
        ledger=_headers(
            *TEXT_FIELDS, "medium", *MARK_FIELDS, *CIA_FIELDS, *FORM_FIELDS, "retention", "registered", *YEN_FIELDS
        ),
        threats=_headers("medium", "threat_name", "frequency"),
        checks=_headers("kind", "number", "question", "answer", extra=("applies",)),
    ),
    words=_table(example=_TEXTS, totals=_TEXTS, note_marks=_TEXTS),
    importance=_table(rule=_one_of("max")),
    likelihood=_table(**{"1": _ROW, "2": _ROW, "3": _ROW}),
    levels=_list(
        _table(
            key=_one_of(*LEVELS[:-1]), at_least=_whole(1, 9), word=_WORDS, fill=_colour, ink=_colour, strong=_colour
        ),
        at_least=3,
    ),
    unassessed=_table(word=_WORDS, fill=_colour, ink=_colour),
    threats=_table(rule=_one_of("max")),
    answers=_table(
        implemented=_whole(1, 4), partly=_whole(1, 4), not_implemented=_whole(1, 4), not_applicable=_whole(1, 4),
        labels=_mapping(_whole(1, 4)), marks=_TEXTS,
    ),
    vulnerability=_table(partly_weight=_share, full_share=_share, low_share=_share),
    measures=_list(_table(number=_whole(1, 99), name=_WORDS, short=_WORDS, media=_TEXTS), at_least=1),
    regulation=_table(draft_share=_share),
    states=_table(**dict.fromkeys(STATES, _list(_text))),
    treatments=_table(**dict.fromkeys(TREATMENTS, _table(word=_WORDS, meaning=_WORDS))),
    treatment=_list(
        _table(id=_text, treatment=_one_of(*TREATMENTS), when=_list(_named(PREDICATES, "predicate"))), at_least=1
    ),
    residual=_table(**dict.fromkeys(TREATMENTS, _named(RESIDUAL_RULES, "rule"))),
    rules=_list(_table(number=_whole(1, 99), name=_WORDS), at_least=1),
)  # fmt: skip


def check(tables: dict[str, Any], method: str) -> None:
    """Raises `MethodError` for the first key that is missing, unknown, or holds what it may not."""
    _SHAPE(tables, "", method)
    media = [entry["name"] for entry in tables["media"]]
    known = _one_of(*media)
    for index, measure in enumerate(tables["measures"]):
        _list(known)(measure["media"], f"measures[{index}].media", method)
    for index, rule in enumerate(tables["treatment"]):
        for place, predicate in enumerate(rule["when"]):
            if "media" in predicate:
                _list(known)(predicate["media"], f"treatment[{index}].when[{place}].media", method)
    last = len(tables["treatment"]) - 1
    if tables["treatment"][last]["when"]:
        _refuse(tables["treatment"][last]["when"], f"treatment[{last}].when", method, "[]")
    thresholds = [entry["at_least"] for entry in tables["levels"]]
    if thresholds != sorted(set(thresholds), reverse=True) or thresholds[-1] != 1:
        _refuse(thresholds, "levels[*].at_least", method, "9 > … > 1, … = 1")
    answers = tables["answers"]
    kinds = [answers[name] for name in ("implemented", "partly", "not_implemented", "not_applicable")]
    if sorted(kinds) != [1, 2, 3, 4]:
        _refuse(kinds, "answers", method, "1, 2, 3, 4")
    if tables["vulnerability"]["low_share"] >= tables["vulnerability"]["full_share"]:
        _refuse(tables["vulnerability"]["low_share"], "vulnerability.low_share", method, "< full_share")
    _check_unique(tables, method)


def _check_unique(tables: dict[str, Any], method: str) -> None:
    """A spelling or an id that stands twice would be decided by chance."""
    if sorted(tables["scale"]["values"]) != [1, 2, 3]:
        _refuse(tables["scale"]["values"], "scale.values", method, "[1, 2, 3]")
    keys = [level["key"] for level in tables["levels"]]
    if sorted(keys) != sorted(LEVELS[:-1]):
        _refuse(keys, "levels[*].key", method, " | ".join(LEVELS[:-1]))
    for kind, spec in tables["headers"].items():
        meant: dict[str, str] = {}
        for field, spellings in spec["fields"].items():
            for spelling in spellings:
                if meant.setdefault(spelling.casefold(), field) != field:
                    _refuse(spelling, f"headers.{kind}.fields.{field}", method, f"≠ {meant[spelling.casefold()]}")
    spelled: dict[str, str] = {}
    for index, medium in enumerate(tables["media"]):
        for spelling in {medium["name"], *medium["spellings"]}:
            if spelled.setdefault(spelling.casefold(), medium["name"]) != medium["name"]:
                _refuse(spelling, f"media[{index}].spellings", method, f"≠ {spelled[spelling.casefold()]}")
    shown: set[str] = set()
    for index, medium in enumerate(tables["media"]):
        if medium["en"].casefold() in shown:
            _refuse(medium["en"], f"media[{index}].en", method, "≠ " + ", ".join(sorted(shown)))
        shown.add(medium["en"].casefold())
    if len(tables["media"]) > _MOST_MEDIA:
        _refuse(len(tables["media"]), "media", method, f"[…] (… {_MOST_MEDIA})")
    ids = [rule["id"] for rule in tables["treatment"]]
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            _refuse(id_, f"treatment[{index}].id", method, "≠ " + ", ".join(ids[:index]))


_ITEM = _table(ja=_text, en=_text)
_FORM = _table(
    threats=_list(_table(medium=_text, items=_list(_ITEM, at_least=1)), at_least=1),
    questions=_list(_table(kind=_whole(1, 99), items=_list(_question, at_least=1)), at_least=1),
)


def check_form(tables: dict[str, Any], method: dict[str, Any], form: str) -> None:
    """Raises `MethodError` for the first key of a form's content that does not fit the checked tables of its method."""
    _FORM(tables, "", form)
    media = _one_of(*(entry["name"] for entry in method["media"]))
    kinds = [entry["number"] for entry in method["measures"]]
    for index, entry in enumerate(tables["threats"]):
        media(entry["medium"], f"threats[{index}].medium", form)
    for index, entry in enumerate(tables["questions"]):
        if entry["kind"] not in kinds:
            _refuse(entry["kind"], f"questions[{index}].kind", form, ", ".join(map(str, kinds)))
        for place, item in enumerate(entry["items"]):
            _list(media)(item.get("media", []), f"questions[{index}].items[{place}].media", form)
