"""Converts the tables of a file to its schema; an error names the wrong key, its value, and what is allowed."""

from __future__ import annotations

import re
from typing import Any, NoReturn, TypeVar

import msgspec
from msgspec import inspect

from riskbook.errors import MethodError

T = TypeVar("T")
_WRONG_KEY = re.compile(r" - at `key` in `\$(.*?)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[([^\]]+)\]")


def refuse(value: Any, key: str, method: str, may: str) -> NoReturn:
    """Raises the `MethodError` that names the key, its value, and what is allowed."""
    raise MethodError("method-invalid", method=method, key=key, found=repr(value), may=may)


def convert(tables: Any, schema: type[T], method: str, key: str = "") -> T:
    """The tables as a value of `schema`; `key`: where the tables are in their file. Raises `MethodError`."""
    try:
        return msgspec.convert(tables, schema, str_keys=True)
    except msgspec.ValidationError as error:
        raise _explain(str(error), tables, schema, method, key) from error


def _explain(error: str, tables: Any, schema: Any, method: str, key: str) -> MethodError:
    """The `MethodError` of an error of msgspec, such as "Expected `int` <= 3 - at `$.levels[0].at_least`"."""
    message, _, path = error.partition(" - at `$")
    if (wrong := _WRONG_KEY.search(error)) is not None:  # the key of a mapping, as the value of "..."
        message, path = error, f"{wrong[1]}[...]"
    value, info, name = tables, inspect.type_info(schema), ""
    holder = info
    for name, place in _STEP.findall(path.rstrip("`")):
        if place == "...":  # msgspec writes this for the key of a mapping
            name, place = _find_failing_key(value, lambda: msgspec.convert(tables, schema, str_keys=True)), ""
        holder = _choose_type(info, value)
        info = _type_of(holder, name)
        value = value[int(place)] if place else value.get(name)
        key = f"{key}[{place}]" if place else f"{key}.{name}" if key else name
    info = _choose_type(info, value)
    if wrong is not None and isinstance(holder, inspect.DictType):
        info, value = holder.key_type, name
    prefix = f"{key}." if key else ""
    if absent := re.search("missing required field `(.+)`", message):
        return MethodError("method-key-missing", method=method, key=prefix + absent[1])
    if unknown := re.search("unknown field `(.+)`", message):
        value, key = value[unknown[1]], prefix + unknown[1]
    return MethodError("method-invalid", method=method, key=key, found=repr(value), may=_describe(info))


def _find_failing_key(mapping: dict[str, Any], convert: Any) -> str:
    """The first key of a mapping whose value fails to convert: msgspec writes "..." instead of it."""
    entries = dict(mapping)
    for name, value in entries.items():
        mapping.clear()
        mapping[name] = value
        try:
            convert()
        except msgspec.ValidationError:
            mapping.update(entries)
            return name
    raise AssertionError(entries)


def _choose_type(info: inspect.Type, value: Any) -> inspect.Type:
    """The type for a value: of a union the member that the value's tag names."""
    if not isinstance(info, inspect.UnionType):
        return info
    members = [one for one in info.types if not isinstance(one, inspect.NoneType)]
    if len(members) == 1:
        return members[0]
    tagged = [one for one in members if isinstance(one, inspect.StructType)]
    table = value if isinstance(value, dict) else {}
    return next((one for one in tagged if one.tag == table.get(one.tag_field)), info)


def _type_of(info: inspect.Type, name: str) -> inspect.Type:
    """The type of a key of a table, or of the entries of a list or mapping."""
    if isinstance(info, inspect.Metadata):
        return _type_of(info.type, name)
    if isinstance(info, inspect.VarTupleType):
        return info.item_type
    if isinstance(info, inspect.TupleType):
        return info.item_types[0]
    if isinstance(info, inspect.DictType):
        return info.value_type
    if isinstance(info, inspect.UnionType):  # the tag names none of them
        return inspect.LiteralType(tuple(str(one.tag) for one in info.types if isinstance(one, inspect.StructType)))
    assert isinstance(info, inspect.StructType)
    return next(one.type for one in info.fields if one.encode_name == name)


def _describe(info: inspect.Type) -> str:
    """The allowed values of a type, in TOML's notation."""
    match info:
        case inspect.Metadata(extra_json_schema={"description": text}):
            return str(text)
        case inspect.Metadata(type=inner):
            return _describe(inner)
        case inspect.BoolType():
            return "true | false"
        case inspect.IntType(ge=low, le=high) | inspect.FloatType(ge=low, le=high):
            return " … ".join("" if bound is None else str(bound) for bound in (low, high)).strip()
        case inspect.LiteralType(values=values):
            return " | ".join(map(str, values))
        case inspect.VarTupleType(min_length=least, max_length=most):
            return f"[…] ({least or 0}+)" if most is None else f"[…] ({least} … {most})"
        case inspect.TupleType(item_types=types):
            return f"[{', '.join(map(_describe, types))}]"
        case inspect.StructType(fields=keys):
            return "{ " + ", ".join(key.encode_name for key in keys) + " }"
        case inspect.UnionType(types=members) if not any(isinstance(one, inspect.StructType) for one in members):
            return " | ".join(_describe(one) for one in members if not isinstance(one, inspect.NoneType))
        case inspect.DictType() | inspect.UnionType():
            return "{ … }"
    return "text"
