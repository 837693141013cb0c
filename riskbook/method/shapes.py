"""Shapes that the values of a method file may have: small functions that refuse what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from riskbook.errors import MethodError

Shape = Callable[[Any, str, str], None]  # value, key, method: raises MethodError


def refuse(value: Any, key: str, method: str, may: str) -> NoReturn:
    """Raises the `MethodError` that names the key, what stands there, and what may."""
    raise MethodError("method-invalid", method=method, key=key, found=repr(value), may=may)


def text(value: Any, key: str, method: str) -> None:
    """Some text."""
    if not isinstance(value, str) or not value:
        refuse(value, key, method, "text")


def flag(value: Any, key: str, method: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        refuse(value, key, method, "true | false")


def whole(low: int, high: int) -> Shape:
    """A whole number within bounds."""

    def shape(value: Any, key: str, method: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            refuse(value, key, method, f"{low} … {high}")

    return shape


def share(value: Any, key: str, method: str) -> None:
    """A share, 0 … 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        refuse(value, key, method, "0.0 … 1.0")


def one_of(*allowed: Any) -> Shape:
    """One of some values."""

    def shape(value: Any, key: str, method: str) -> None:
        if value not in allowed:
            refuse(value, key, method, " | ".join(map(str, allowed)))

    return shape


def colour(value: Any, key: str, method: str) -> None:
    """RRGGBB."""
    if not isinstance(value, str) or len(value) != 6 or any(c not in "0123456789ABCDEFabcdef" for c in value):
        refuse(value, key, method, "RRGGBB")


def list_of(shape: Shape, *, at_least: int = 0) -> Shape:
    """A list whose entries have one shape."""

    def check_list(value: Any, key: str, method: str) -> None:
        if not isinstance(value, list) or len(value) < at_least:
            refuse(value, key, method, f"[…] ({at_least}+)")
        for index, entry in enumerate(value):
            shape(entry, f"{key}[{index}]", method)

    return check_list


def mapping(shape: Shape) -> Shape:
    """A table of any keys whose values have one shape."""

    def check_mapping(value: Any, key: str, method: str) -> None:
        if not isinstance(value, dict):
            refuse(value, key, method, "{ … }")
        for name, entry in value.items():
            shape(entry, f"{key}.{name}", method)

    return check_mapping


def table(**shapes: Shape) -> Shape:
    """A table of exactly these keys."""

    def check_table(value: Any, key: str, method: str) -> None:
        if not isinstance(value, dict):
            refuse(value, key, method, "{ " + ", ".join(shapes) + " }")
        prefix = f"{key}." if key else ""
        for name in value:
            if name not in shapes:
                refuse(value[name], prefix + name, method, ", ".join(shapes))
        for name, shape in shapes.items():
            if name not in value:
                raise MethodError("method-key-missing", method=method, key=prefix + name)
            shape(value[name], prefix + name, method)

    return check_table


def open_table(extra: Mapping[str, Shape], **shapes: Shape) -> Shape:
    """A table that may also hold the keys of `extra`."""

    def check_open(value: Any, key: str, method: str) -> None:
        also = {name: shape for name, shape in extra.items() if isinstance(value, dict) and name in value}
        table(**shapes, **also)(value, key, method)

    return check_open


WORDS = table(ja=text, en=text)
TEXTS = list_of(text, at_least=1)
SOURCE = open_table({"url": text, "short": WORDS}, date=text, ja=text, en=text)
# Which answers something has to do with: items of the self-check; questions of some kinds that hold one of some words.
MEETS: dict[str, Shape] = {"self_check": list_of(whole(1, 99)), "kinds": list_of(whole(1, 99)), "words": list_of(text)}
