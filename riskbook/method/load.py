"""Method files: found by name or path, extended, checked key by key."""

from __future__ import annotations

import hashlib
import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from riskbook.errors import MethodError
from riskbook.method.check import check, check_form
from riskbook.method.instruments import check_instrument, check_names, check_together
from riskbook.method.method import Level, Measure, Medium, Method, Predicate, TreatmentRule

DEFAULT = "ipa-3.1"


def available_methods() -> tuple[str, ...]:
    """Names of the methods that riskbook ships."""
    folder = resources.files("riskbook.method") / "data"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_method(name_or_path: str | Path = DEFAULT) -> Method:
    """The method of that name, or in that TOML file.

    Raises `MethodError` naming the key, what stands there and what may.
    """
    tables = _extended(str(name_or_path), seen=())
    # Facts and questionnaires beside the risk analysis: a newer list of them makes no other risk, so no other digest.
    named = tables.pop("instruments", {})
    check(tables, str(name_or_path))
    check_names(named, str(name_or_path))
    instruments = {key: _load_instrument(key, name) for key, name in named.items()}
    check_together(instruments, str(name_or_path))
    canonical = json.dumps(tables, sort_keys=True, ensure_ascii=False).encode()
    return Method(
        name=tables["name"],
        edition=tables["edition"],
        title=tables["title"],
        sha256=hashlib.sha256(canonical).hexdigest(),
        media=tuple(
            Medium(entry["name"], entry["en"], entry["portable"], tuple(entry["spellings"]))
            for entry in tables["media"]
        ),
        levels=tuple(
            Level(e["key"], e["at_least"], e["word"], e["fill"], e["ink"], e["strong"]) for e in tables["levels"]
        ),
        measures=tuple(Measure(e["number"], e["name"], e["short"], tuple(e["media"])) for e in tables["measures"]),
        treatment=tuple(
            TreatmentRule(entry["id"], entry["treatment"], tuple(_predicate(p) for p in entry["when"]))
            for entry in tables["treatment"]
        ),
        tables=tables,
        instruments=instruments,
    )


def load_form(method: Method) -> dict[str, Any]:
    """What stands in the blank form of a method: `threats` by medium, `questions` by kind of measure, in ja and en.

    Raises `MethodError` like `load_method`.
    """
    name = str(method.tables["form"])
    tables = _beside("forms", name)
    check_form(tables, dict(method.tables), name)
    return tables


def _load_instrument(key: str, name: str) -> dict[str, Any]:
    tables = _beside("instruments", name)
    check_instrument(key, tables, name)
    return tables


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


def _predicate(entry: dict[str, Any]) -> Predicate:
    return Predicate(entry["predicate"], {key: value for key, value in entry.items() if key != "predicate"})


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
