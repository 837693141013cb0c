"""Loads method files by name or path, with the files they extend and name, and checks them key by key."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from msgspec import structs

from riskbook.errors import MethodError
from riskbook.method.check import check, check_form, check_instrument, check_together
from riskbook.method.effort import check_effort
from riskbook.method.instruments import InstrumentNames, InstrumentSpecs
from riskbook.method.method import Method
from riskbook.method.schema import FormFile, MethodFile
from riskbook.method.typed import convert

DEFAULT = "ipa-3.1"
_ORDERS = "orders"


@cache
def available_methods() -> tuple[str, ...]:
    """Names of the methods that come with riskbook."""
    folder = resources.files("riskbook.method") / "data"
    names = (entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(name for name in names if name != _ORDERS))


@cache
def word_orders() -> tuple[tuple[str, ...], ...]:
    """Words that houses grade by: lists, each from the most to the least important."""
    tables = _parse((resources.files("riskbook.method") / "data" / f"{_ORDERS}.toml").read_bytes(), _ORDERS)
    return tuple(map(tuple, tables["orders"]))


def load_method(name_or_path: str | Path = DEFAULT) -> Method:
    """The method of that name, or in that TOML file.

    Raises `MethodError` with the first wrong key, its value, and what is allowed.
    """
    name = str(name_or_path)
    return _load_packaged(name) if name in available_methods() else _load(name)


@cache
def _load_packaged(name: str) -> Method:
    """A method that comes with riskbook, loaded once: it would be a large part of a small assessment's time."""
    return _load(name)


def _load(name: str) -> Method:
    tables = _load_extended(name, seen=())
    # Instruments do not change any risk, so a newer list of facts must not change the digest of the method.
    named = tables.pop("instruments", {})
    file = convert(tables, MethodFile, name)
    check(file, name)
    names = structs.asdict(convert(named, InstrumentNames, name, "instruments"))
    content = json.dumps(tables, sort_keys=True, ensure_ascii=False).encode()
    loaded = Method(**structs.asdict(file), content=content, instruments=_load_instruments(names, name))
    check_effort(loaded.effort, name)
    return structs.replace(loaded, form_efforts=_form_efforts(loaded.form))


def load_form(method: Method) -> FormFile:
    """The content of a method's blank form. Raises `MethodError` like `load_method`."""
    content = convert(_load_tables("forms", method.form), FormFile, method.form)
    check_form(content, method, method.form)
    return content


@cache
def _form_efforts(form: str) -> dict[str, str]:
    """Question of a form, in every language → its class of effort; none where the form is no sound file.

    `load_form` says what is wrong with a form: an assessment does without it.
    """
    try:
        content = convert(_load_tables("forms", form), FormFile, form)
    except MethodError:
        return {}
    items = [item for questions in content.questions for item in questions.items]
    return {text: item.effort for item in items if item.effort for text in item.values()}


def _load_instruments(named: Mapping[str, str], method: str) -> InstrumentSpecs:
    loaded = {}
    for field in structs.fields(InstrumentSpecs):
        name = named[field.name]
        loaded[field.name] = convert(_load_tables("instruments", name), field.type, name)
        check_instrument(loaded[field.name], name)
    instruments = InstrumentSpecs(**loaded)
    check_together(instruments, method)
    return instruments


def _load_tables(folder: str, name: str) -> dict[str, Any]:
    """The tables of a file that a method names: one that comes with riskbook, or a path."""
    packaged = resources.files("riskbook.method") / "data" / folder / f"{name}.toml"
    try:
        content = packaged.read_bytes() if packaged.is_file() else Path(name).read_bytes()
    except OSError as error:
        raise MethodError(f"{folder[:-1]}-missing", method=name) from error
    return _parse(content, name)


def _parse(content: bytes, name: str) -> dict[str, Any]:
    """The tables of a TOML file; `name`: of the file, for the error."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))  # Notepad may begin a file with a byte order mark
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MethodError("method-toml", method=name, detail=str(error)) from error


def _read(name_or_path: str) -> bytes:
    if name_or_path in available_methods():
        return (resources.files("riskbook.method") / "data" / f"{name_or_path}.toml").read_bytes()
    try:
        return Path(name_or_path).read_bytes()
    except OSError as error:
        raise MethodError("method-missing", method=name_or_path, known=tuple(available_methods())) from error


def _load_extended(name_or_path: str, seen: tuple[str, ...]) -> dict[str, Any]:
    """The tables of a method file over those of the file that it extends; `seen`: the files that led here."""
    if name_or_path in seen:
        raise MethodError("method-circle", method=name_or_path)
    tables = _parse(_read(name_or_path), name_or_path)
    base = tables.pop("extends", None)
    if base is None:
        return tables
    if not isinstance(base, str):
        raise MethodError("method-invalid", method=name_or_path, key="extends", found=repr(base), may="text")
    # A path is relative to the file that extends it; names of riskbook's own methods take precedence.
    beside = Path(name_or_path).parent / str(base)
    source = str(base) if str(base) in available_methods() or not beside.exists() else str(beside)
    return _merge(_load_extended(source, (*seen, name_or_path)), tables)


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`base` changed by `over`: tables are merged key by key, everything else is replaced.

    A scale with values of its own is replaced as a whole, for labels of other grades would mislead.
    """
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict) and "values" not in value
        result[key] = _merge(base[key], value) if both else value
    return result
