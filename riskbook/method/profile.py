"""What a person settled about a client's files (riskbook.toml), applied to the method that they are read by.

Only reading changes: which cells are read as which grade, medium, mark or answer. What follows from the grades stays
the method's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from msgspec import structs

from riskbook.errors import MethodError
from riskbook.method.method import Method
from riskbook.method.schema import Scale
from riskbook.model import CIA_FIELDS, squeezed

EVALUATION = "evaluation"  # stands for the four fields that the scale of evaluations is for
_EVALUATIONS = (*CIA_FIELDS, "importance")
_FACTORS = (*_EVALUATIONS, "threat", "vulnerability", "likelihood")
_VALUES = ("medium", "personal", "answer")
SHEETS = ("ledger", "threats", "checks", "none")
_MARKS = {"yes": True, "no": False}


def applied(method: Method, tables: Mapping[str, Mapping[str, Any]], source: str) -> Method:
    """The method by which a client's files are read; `tables`: scale, values, media and rows of the profile.

    Raises `MethodError` that names `source`, the key, its value, and what may stand there.
    """
    changed = {**_scales(method, tables["scale"], source), **_words(method, tables["values"], source)}
    media = _media(method, {**_spellings(method, tables, source)}, source)
    rows = tables["rows"].get("no_asset", ())
    for name, value in tables["rows"].items():
        if name != "no_asset" or not _are_texts(value):
            _refuse(f"rows.{name}", value, 'no_asset = ["…"]', source)
    if rows:
        changed["words"] = structs.replace(method.words, left_out=tuple(rows))
    if media:
        changed["media"] = media
    return structs.replace(method, **changed) if changed else method


def check_sheets(sheets: Mapping[str, Any], source: str) -> None:
    """Raises `MethodError` for a sheet that is to be read as something unknown."""
    for name, kind in sheets.items():
        if kind not in SHEETS:
            _refuse(f"sheets.{name}", kind, " | ".join(SHEETS), source)


def _refuse(key: str, found: Any, may: str, source: str) -> NoReturn:
    raise MethodError("method-invalid", method=source, key=key, found=repr(found), may=may)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


# --- scales ---


def _scales(method: Method, tables: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The scales with what `[scale.FIELD]` says; a field's own table counts before that of all evaluations."""
    for name, table in tables.items():
        if name not in (EVALUATION, *_FACTORS) or not isinstance(table, Mapping):
            _refuse(f"scale.{name}", table, ", ".join(f"[scale.{f}]" for f in (EVALUATION, *_FACTORS)), source)
    given = {f: (EVALUATION, tables[EVALUATION]) for f in _EVALUATIONS if EVALUATION in tables}
    given |= {name: (name, table) for name, table in tables.items() if name != EVALUATION}
    if not given:
        return {}
    scales = {f: _scale(method.scale_of(f), table, f"scale.{key}", source) for f, (key, table) in given.items()}
    # A scale is settled by what says all numbers; a word more, or an empty table, leaves open what the numbers mean.
    whole = {f for f, (_, table) in given.items() if "reverse" in table or _says_all(table, method.scale_of(f))}
    return {"scales": {**method.scales, **scales}, "settled": frozenset(whole), "profiled": frozenset(scales)}


def _scale(scale: Scale, table: Mapping[str, Any], key: str, source: str) -> Scale:
    """A scale by a table of what people type: number or word → grade, or `reverse = true`.

    A table with a number of the method's own says all numbers that are understood; other numbers are added to those of
    the method. Words are always added.
    """
    if "reverse" in table:
        if table["reverse"] is not True or len(table) > 1:
            _refuse(key, dict(table), "reverse = true", source)
        low, high = min(scale.values), max(scale.values)
        turned = {number: low + high - grade for number, grade in scale.numbers.items()}
        return structs.replace(scale, typed=turned, labels=scale.words, reversed=False)
    for name, grade in table.items():
        if isinstance(grade, bool) or grade not in scale.values:
            _refuse(f"{key}.{name}", grade, " | ".join(map(str, scale.ascending)), source)
    numbers = {int(name): grade for name, grade in table.items() if name.isdecimal()}
    words = {name: grade for name, grade in table.items() if not name.isdecimal()}
    if _says_all(table, scale):
        return structs.replace(scale, typed=numbers, labels=words, reversed=False)
    typed, labels = {**scale.numbers, **numbers}, {**scale.words, **words}
    return structs.replace(scale, typed=typed, labels=labels, reversed=False)


def _says_all(table: Mapping[str, Any], scale: Scale) -> bool:
    """Whether a table says what all numbers mean: it has one of the scale's own."""
    return any(name.isdecimal() and int(name) in scale.numbers for name in table)


# --- words ---


def _words(method: Method, tables: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Marks and answers with what `[values.FIELD]` says."""
    for name, table in tables.items():
        if name not in _VALUES or not isinstance(table, Mapping):
            _refuse(f"values.{name}", table, ", ".join(f"[values.{f}]" for f in _VALUES), source)
    changed: dict[str, Any] = {}
    marks = {
        word: _read(value, _MARKS, f"values.personal.{word}", source)
        for word, value in tables.get("personal", {}).items()
    }
    if marks:
        personal, said = method.personal, set(map(squeezed, marks))
        changed["personal"] = structs.replace(
            personal,
            marks_yes=(*_without(personal.marks_yes, said), *(word for word, yes in marks.items() if yes)),
            marks_no=(*_without(personal.marks_no, said), *(word for word, yes in marks.items() if not yes)),
        )
    numbers = {str(number): number for number in method.answer_names}
    answers = {
        word: _read(str(value), numbers, f"values.answer.{word}", source)
        for word, value in tables.get("answer", {}).items()
    }
    if answers:
        changed["answers"] = structs.replace(method.answers, labels={**method.answers.labels, **answers})
    return changed


def _read(value: Any, meanings: Mapping[str, Any], key: str, source: str) -> Any:
    if value not in meanings:
        _refuse(key, value, " | ".join(meanings), source)
    return meanings[value]


def _without(words: Iterable[str], said: set[str]) -> list[str]:
    return [word for word in words if squeezed(word) not in said]


def _spellings(method: Method, tables: Mapping[str, Any], source: str) -> dict[str, str]:
    """Spelling → medium, by `[media]` and `[values.medium]`."""
    names = {name: medium.name for medium in method.media for name in (medium.name, medium.en)}
    spelled: dict[str, str] = {}
    for medium, spellings in tables["media"].items():
        name = _read(medium, names, f"media.{medium}", source)
        if not _are_texts(spellings):
            _refuse(f"media.{medium}", spellings, '["…"]', source)
        spelled |= dict.fromkeys(spellings, name)
    for spelling, medium in tables["values"].get("medium", {}).items():
        spelled[spelling] = _read(medium, names, f"values.medium.{spelling}", source)
    return spelled


def _media(method: Method, spelled: Mapping[str, str], source: str) -> tuple[Any, ...]:
    """The media with these spellings, which no other medium has any more."""
    if not spelled:
        return ()
    said: Callable[[str], bool] = set(map(squeezed, spelled)).__contains__
    names = {squeezed(name): medium.name for medium in method.media for name in (medium.name, medium.en)}
    for spelling, medium in spelled.items():
        if names.get(squeezed(spelling), medium) != medium:
            _refuse(f"media.{medium}", spelling, f"≠ {names[squeezed(spelling)]}", source)
    return tuple(
        structs.replace(
            medium,
            spellings=(
                *(one for one in medium.spellings if not said(squeezed(one))),
                *(spelling for spelling, name in spelled.items() if name == medium.name),
            ),
        )
        for medium in method.media
    )
