"""The fields that a template may use: name, type and meaning, read from the classes of `content.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from riskbook.report.content import Picture, Report
from riskbook.text import label

TEXT, NUMBER, FLAG, PICTURE, TEXTS, RECORDS = KINDS = ("text", "number", "flag", "picture", "texts", "records")
_KIND_OF: dict[Any, str] = {str: TEXT, int: NUMBER, bool: FLAG, Picture: PICTURE}


@dataclass(frozen=True)
class Field:
    """One field. `path`: "client", or "risks.name" of what stands in a list; `fields`: of an entry of the list."""

    path: str
    kind: str
    fields: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        """Its name, where it stands."""
        return self.path.rpartition(".")[2]

    @property
    def parts(self) -> dict[str, Field]:
        """The fields of an entry of the list, by name."""
        return {field.name: field for field in self.fields}

    def meaning(self, lang: str) -> str:
        """What it says."""
        return label(f"report.field.{self.path}", lang)


def _fields(kind: Any, front: str = "") -> tuple[Field, ...]:
    hints = get_type_hints(kind)
    return tuple(_field(front + one.name, hints[one.name]) for one in fields(kind))


def _field(path: str, hint: Any) -> Field:
    if get_origin(hint) is not tuple:
        return Field(path, _KIND_OF[hint])
    entry = get_args(hint)[0]
    return Field(path, RECORDS, _fields(entry, f"{path}.")) if is_dataclass(entry) else Field(path, TEXTS)


FIELDS: dict[str, Field] = {field.path: field for field in _fields(Report)}


def every_field() -> Iterator[Field]:
    """All fields, those of the entries of a list behind the list."""
    waiting = [*FIELDS.values()]
    while waiting:
        field = waiting.pop(0)
        yield field
        waiting = [*field.fields, *waiting]
