"""Look-up of texts: loads the catalogue once, fills in parameters, forms plurals and joins lists by language.

The texts stand in data/*.toml. `compiled.json` beside them is the same, faster to load; it carries the digest of the
files it was made of, so a text that somebody edited counts at once (`make docs` compiles it again).

Inside a text, beside the format specifications of Python:

    {count:finding|findings}   the number with the right word: "1 finding", "3 findings"
    {count:,|asset|assets}     the same, the number formatted by what stands first: "1,234 assets"
    {count:|is|are}            the word alone; for a list, by the number of its entries
    {names}                    a list, joined as the language joins names: "A・B" in Japanese, "A, B" in English
    {names:／}                  a list, joined by the sign given: "A／B"
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ja", "en")
SEVERITIES = ("error", "warning", "info")
MORE = "…"  # as the last of a list: there are more
DATA = Path(__file__).with_name("data")
COMPILED = DATA / "compiled.json"
LOCALE, DOMAIN = DATA / "locale", "riskbook"  # where gettext finds the words of click, and under which name
# Parameters that say which sheets come near a table, or what is wrong with a template.
_NEAR = ("near", "nearest", "problems")
_BETWEEN_NAMES = {"ja": "・", "en": ", "}
_BETWEEN_PARTS = {"ja": "、", "en": ", "}


def label(key: str, lang: str, **params: Any) -> str:
    """The words of `key` in a language ("ja" | "en"), filled with `params`; `KeyError` for an unknown key."""
    if not params:
        return _unfilled(key, lang)
    return _filled(_catalogue()["labels"][key][LANGUAGES.index(lang)], lang, params)


@cache
def _unfilled(key: str, lang: str) -> str:
    return _filled(_catalogue()["labels"][key][LANGUAGES.index(lang)], lang, {})


def both(key: str) -> tuple[str, str]:
    """The words of `key` in every language, unfilled."""
    ja, en = _catalogue()["labels"][key]
    return ja, en


def has(key: str) -> bool:
    """Whether `label` knows a key."""
    return key in _catalogue()["labels"]


def error_message(key: str, lang: str, params: Mapping[str, Any]) -> str:
    """Why a file cannot go on and what to do: one line, and one for each sheet that comes near to what is missing."""
    # Failures that earlier versions recorded name no near sheets.
    given = {"nearest": (), **params}
    words = {name: _worded(name, value, lang) if name in _NEAR else value for name, value in given.items()}
    if key != "bug" and isinstance(given.get("detail"), str):  # who reads of a bug needs the very words
        words["detail"] = system_words(given["detail"], lang)
    return _filled(_catalogue()["errors"][key][LANGUAGES.index(lang)], lang, words)


def system_words(said: str, lang: str) -> str:
    """What the system said of a file, in English whatever the language, in the words of a language."""
    said = re.sub(r"\[(Errno|WinError) -?\d+\] ", "", said)
    if lang == "en":
        return said
    words = _catalogue()["system"]
    return re.sub("|".join(re.escape(english) for english in words), lambda match: words[match[0]], said)


def finding_texts(message_key: str, lang: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What a finding says, and how to fix it; `message_key`: its code, or code.variant."""
    entry = _catalogue()["findings"][message_key]
    place = LANGUAGES.index(lang)
    words = {name: _worded(name, value, lang) for name, value in params.items()}
    return _filled(entry[place], lang, words), _filled(entry[place + 2], lang, words)


def near_text(miss: Mapping[str, Any], lang: str) -> str:
    """What a sheet that was not read has of a table, what it lacks, and how to make it one.

    `miss`: sheet, row (of its headers), understood (header → field), unknown (headers), missing (fields), map (header →
    field), settles (whether the map is enough), cards (one asset a block).
    """
    understood = joined((f"{header} = {field}" for header, field in miss["understood"].items()), lang, parts=True)
    missing = joined((label(f"near.field.{field}", lang) for field in miss["missing"]), lang, parts=True)
    lines = [label("near.sheet", lang, sheet=miss["sheet"], row=miss["row"])]
    if miss["cards"]:
        return "".join((*lines, label("near.cards", lang, understood=understood)))
    lines += [label("near.understood", lang, understood=understood)] if understood else []
    lines += [label("near.unknown", lang, unknown=joined(miss["unknown"], lang, parts=True))] if miss["unknown"] else []
    lines += [label("near.missing", lang, missing=missing)] if missing else []
    given = {
        "options": " ".join(_map_option(*pair) for pair in miss["map"].items()),
        "entries": joined((_map_entry(*pair) for pair in miss["map"].items()), lang, parts=True),
    }
    key = "near.settles" if miss["settles"] else "near.perhaps" if miss["map"] else "near.add"
    example = next(iter(miss["missing"]), "name")
    field = "importance" if example == "evaluations" else example
    return "".join((*lines, label(key, lang, **given, field=field)))


def _map_option(header: str, field: str) -> str:
    """The option of the command line that gives the field of a header."""
    quote = '"' if "'" in header else "'"
    return f"--map {quote}{header}={field}{quote}"


def _map_entry(header: str, field: str) -> str:
    """The same as a line of the table [columns] of riskbook.toml."""
    return f'{json.dumps(header, ensure_ascii=False)} = "{field}"'


def _problem_text(problem: Mapping[str, Any], lang: str) -> str:
    """What is wrong at one place of a template; `problem`: kind, place, text, and what its sentence takes."""
    about = {**problem, "place": label(f"template.place.{problem['place']}", lang)}
    if "detail" in about:
        about["detail"] = system_words(about["detail"], lang)
    return label(f"template.{problem['kind']}", lang, **about)


_GIVEN = {"option": _map_option, "entry": _map_entry}


def finding_severity(code: str) -> str:
    """The severity of a finding, one of `SEVERITIES`; `KeyError` for an unknown code."""
    return str(_catalogue()["severities"][code])


def example_rows() -> Sequence[Mapping[str, Any]]:
    """The rows of the example in the blank form: texts by language, place of the medium, marks, evaluations."""
    rows: Sequence[Mapping[str, Any]] = _catalogue()["example"]
    return rows


def joined(names: Iterable[Any], lang: str, *, parts: bool = False) -> str:
    """Names in one text, as the language joins them; with `parts`, parts of a sentence ("、" in Japanese)."""
    return _joined(names, (_BETWEEN_PARTS if parts else _BETWEEN_NAMES)[lang])


def digest() -> str:
    """SHA-256 over names and content of the TOML files, whatever their line ends."""
    content = hashlib.sha256()
    for path in sorted(DATA.glob("*.toml")):
        content.update(path.name.encode())
        content.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return content.hexdigest()


@cache
def _catalogue() -> dict[str, Any]:
    current = digest()
    try:
        known: dict[str, Any] = json.loads(COMPILED.read_bytes())
    except (OSError, ValueError):
        known = {}
    if known.get("digest") == current:
        return known
    from riskbook.text.compile import parsed  # only where a text was edited: reading TOML is slow

    return parsed(DATA)


def _worded(name: str, value: Any, lang: str) -> Any:
    """Fields of the ledger, given by name, and what the method says in both languages, in the reader's."""
    if name == "near":
        return near_text(value, lang)
    if name == "nearest":
        return "".join(f"\n  - {near_text(miss, lang)}" for miss in value)
    if name == "problems":
        return "".join(f"\n  - {_problem_text(one, lang)}" for one in value)
    if name in ("option", "entry"):  # how to give the field of a header: (header, field)
        return _GIVEN[name](*value)
    if isinstance(value, Mapping):
        return value[lang]
    if name == "field":
        return label(f"field.{value}", lang)
    if name == "fields":
        return tuple(label(f"field.{field}", lang) for field in value)
    return value


def _filled(text: str, lang: str, params: Mapping[str, Any]) -> str:
    if "|" not in text and not any(isinstance(value, (list, tuple)) for value in params.values()):
        return text.format(**params)  # most texts, and there are many in a large workbook
    return text.format(**{name: _Param(value, lang) for name, value in params.items()})


class _Param:
    """A parameter that knows how to stand in a text: a list joined, a number with its word."""

    def __init__(self, value: Any, lang: str) -> None:
        self._value, self._lang = value, lang

    def __format__(self, spec: str) -> str:
        is_list = isinstance(self._value, (list, tuple))
        if "|" not in spec:
            between = spec or _BETWEEN_NAMES[self._lang]
            return _joined(self._value, between) if is_list else format(self._value, spec)
        *shape, one, many = spec.split("|")
        word = one if str(len(self._value) if is_list else self._value) == "1" else many
        if shape == [""]:
            return word
        return f"{format(self._value, *shape)} {word}"


def _joined(names: Iterable[Any], between: str) -> str:
    texts = [str(name) for name in names]
    more = f" {texts.pop()}" if texts[-1:] == [MORE] else ""
    return between.join(texts) + more
