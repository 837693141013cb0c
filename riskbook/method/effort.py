"""The class of effort of each question, and what a profile (riskbook.toml) says about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import structs

from riskbook.method.method import Method
from riskbook.method.schema import Effort
from riskbook.method.typed import convert, refuse
from riskbook.model import squeezed

_CLASSES = ("large", "medium", "small")  # in the order in which their words count


def effort_class(method: Method, question: str | None, kind: int | None) -> str:
    """The class of a question ("small" | "medium" | "large"): its own, else by its words, else by its kind (R)."""
    effort, asked = method.effort, squeezed(question or "")
    own = method.question_efforts.get(asked)
    if own is not None:
        return own
    spoken = (question or "").casefold()
    for key in _CLASSES:
        if any(word.casefold() in spoken for word in effort.words.get(key, ())):  # type: ignore[call-overload]
            return key
    return effort.kinds.get(kind or 0, "medium")


def with_effort(method: Method, table: Mapping[str, Any], source: str) -> Method:
    """The method with what the table `[effort]` of a profile says. Raises `MethodError` that names `source`."""
    if not table:
        return method
    merged = msgspec.to_builtins(method.effort)
    for key, value in table.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = {**merged[key], **value} if both else value
    effort = convert(merged, Effort, source, "effort")
    check_effort(effort, source)
    known = [str(measure.number) for measure in method.measures]
    for kind in table.get("kinds", {}):
        if kind not in known:
            refuse(kind, f"effort.kinds.{kind}", source, " | ".join(known))
    return structs.replace(method, effort=effort)


def check_effort(effort: Effort, source: str) -> None:
    """Raises `MethodError` for a range that falls, and for a class that takes nothing."""
    for key in _CLASSES:
        one = effort.of(key)
        for name, (low, high) in (("days", one.days), ("yen", one.yen)):
            if low > high:
                refuse([low, high], f"effort.{key}.{name}", source, "[low, high]")
        if not one.days[1] and not one.yen[1]:
            refuse(list(one.days), f"effort.{key}.days", source, "> 0")
