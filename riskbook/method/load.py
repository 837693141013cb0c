"""Method files: found by name or path, extended, checked key by key."""

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
from riskbook.method.instruments import InstrumentNames, InstrumentSpecs
from riskbook.method.method import Method
from riskbook.method.schema import FormFile, MethodFile
from riskbook.method.typed import typed

DEFAULT = "ipa-3.1"


def available_methods() -> tuple[str, ...]:
    """Names of the methods that riskbook ships."""
    folder = resources.files("riskbook.method") / "data"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_method(name_or_path: str | Path = DEFAULT) -> Method:
    """The method of that name, or in that TOML file.

    Raises `MethodError` naming the key, what stands there and what may.
    """
    name = str(name_or_path)
    return _shipped(name) if name in available_methods() else _loaded(name)


@cache
def _shipped(name: str) -> Method:
    """A method that riskbook ships, read once: most of a small assessment would be reading it again."""
    return _loaded(name)


def _loaded(name: str) -> Method:
    tables = _extended(name, seen=())
    # Facts and questionnaires beside the risk analysis: a newer list of them makes no other risk, so no other digest.
    named = tables.pop("instruments", {})
    file = typed(tables, MethodFile, name)
    check(file, name)
    names = structs.asdict(typed(named, InstrumentNames, name, "instruments"))
    content = json.dumps(tables, sort_keys=True, ensure_ascii=False).encode()
    return Method(**structs.asdict(file), content=content, instruments=_load_instruments(names, name))


def load_form(method: Method) -> FormFile:
    """What stands in the blank form of a method. Raises `MethodError` like `load_method`."""
    content = typed(_beside("forms", method.form), FormFile, method.form)
    check_form(content, method, method.form)
    return content


def _load_instruments(named: Mapping[str, str], method: str) -> InstrumentSpecs:
    loaded = {}
    for field in structs.fields(InstrumentSpecs):
        name = named[field.name]
        loaded[field.name] = typed(_beside("instruments", name), field.type, name)
        check_instrument(loaded[field.name], name)
    instruments = InstrumentSpecs(**loaded)
    check_together(instruments, method)
    return instruments


def _beside(folder: str, name: str) -> dict[str, Any]:
    """A file that a method names: one that riskbook ships, or a path."""
    packaged = resources.files("riskbook.method") / "data" / folder / f"{name}.toml"
    try:
        content = packaged.read_bytes() if packaged.is_file() else Path(name).read_bytes()
        return tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise MethodError(f"{folder[:-1]}-missing", method=name) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MethodError("method-toml", method=name, detail=str(error)) from error


def _read(name_or_path: str) -> bytes:
    if name_or_path in available_methods():
        return (resources.files("riskbook.method") / "data" / f"{name_or_path}.toml").read_bytes()
    try:
        return Path(name_or_path).read_bytes()
    except OSError as error:
        raise MethodError("method-missing", method=name_or_path, known=tuple(available_methods())) from error


def _extended(name_or_path: str, seen: tuple[str, ...]) -> dict[str, Any]:
    if name_or_path in seen:
        raise MethodError("method-circle", method=name_or_path)
    try:
        tables = tomllib.loads(_read(name_or_path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MethodError("method-toml", method=name_or_path, detail=str(error)) from error
    base = tables.pop("extends", None)
    if base is None:
        return tables
    if not isinstance(base, str):
        raise MethodError("method-invalid", method=name_or_path, key="extends", found=repr(base), may="text")
    beside = Path(name_or_path).parent / str(base)
    source = str(base) if str(base) in available_methods() or not beside.exists() else str(beside)
    return _merged(_extended(source, (*seen, name_or_path)), tables)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` upon `base`: tables are merged key by key, everything else is replaced."""
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        result[key] = _merged(base[key], value) if both else value
    return result
