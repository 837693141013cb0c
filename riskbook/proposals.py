"""Proposes the lines of a profile (riskbook.toml) for what was not understood in workbooks, and writes them into it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from riskbook.errors import MethodError
from riskbook.method import Method
from riskbook.model import Finding, profile_key, settling_line
from riskbook.settings import PROJECT_FILE
from riskbook.text import label

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_GUESSED = ("header-assumed", "medium-normalised.misspelt")  # read by a guess already: the line only makes it certain
_SHOWN_PLACES = 5
_SECTION = re.compile(r"\s*#?\s*\[([^\[\]]+)\]")
_ENTRY = re.compile(r"""\s*#\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")


@dataclass(frozen=True)
class Proposal:
    """A line of a profile: `keys`: its tables and key. `value`: the best guess, of a scale a table of grades.

    `sure`: the workbook was read by this guess already. `reason`: the message of the finding. `places`: the cells.
    """

    keys: tuple[str, ...]
    value: Any
    sure: bool
    reason: str
    places: tuple[str, ...]

    @property
    def section(self) -> str:
        """The table that it stands in, as TOML writes it."""
        return ".".join(map(profile_key, self._tables))

    @property
    def _tables(self) -> tuple[str, ...]:
        return self.keys if isinstance(self.value, dict) else self.keys[:-1]

    @property
    def entries(self) -> dict[str, Any]:
        """Key → value within that table."""
        return dict(self.value) if isinstance(self.value, dict) else {self.keys[-1]: self.value}


def proposals(found: Iterable[tuple[str, Finding, str]]) -> list[Proposal]:
    """What would settle the findings, in the order in which they came; `found`: (workbook, finding, its message).

    The same line for several cells is one proposal; texts for the same list are one list.
    """
    made: dict[tuple[Any, ...], Proposal] = {}
    for workbook, finding, message in found:
        line = settling_line(finding)
        if not line:
            continue
        keys, value = _parsed(line)
        place = f"{workbook} {finding.location}"
        key = (keys, () if isinstance(value, list) else repr(value))
        known = made.get(key)
        if known is None:
            made[key] = Proposal(keys, value, finding.message_key in _GUESSED, message, (place,))
            continue
        if isinstance(value, list):
            value = [*known.value, *(text for text in value if text not in known.value)]
        made[key] = replace(known, value=value, places=(*known.places, place))
    return sorted(made.values(), key=lambda one: (one.keys[0] != "scale", not one.sure))


def from_misses(workbook: str, misses: Iterable[Mapping[str, Any]], lang: str) -> list[Proposal]:
    """What would make ledgers of the sheets that are most like one, in a workbook without a ledger."""
    return [
        Proposal(("columns", header), field, False, label("profile.miss", lang), (f"{workbook} {miss['sheet']}",))
        for miss in misses
        for header, field in miss["map"].items()
    ]


def _parsed(line: str) -> tuple[tuple[str, ...], Any]:
    """The keys of a line of TOML and its value; a table of grades is a value."""
    keys: list[str] = []
    value: Any = tomllib.loads(line)
    while isinstance(value, dict) and len(keys) < (2 if "scale" in keys[:1] else 9) and len(value) == 1:
        (key, value), *_ = value.items()
        keys.append(key)
    return tuple(keys), value


def updated(text: str, made: Sequence[Proposal], method: Method, lang: str) -> tuple[str, int]:
    """The content of a profile with the proposals that it does not have yet, and how many these are.

    What a person wrote stays as it is. A guess by which the workbooks were read already is written out; the others are
    comments, from which the sign # is to be removed. Raises `MethodError` for a text that is no TOML.
    """
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        document = tomlkit.parse(text.removeprefix("\ufeff"))
    except ParseError as error:
        raise MethodError("method-toml", method=PROJECT_FILE, detail=str(error)) from error
    commented, added = set(_commented(text)), 0
    for one in made:
        entries = {key: value for key, value in one.entries.items() if not _holds(document, (*one._tables, key))}
        # The scales that several workbooks seem to have are all shown in full: one of them is to be chosen.
        if all((one.section, key) in commented for key in entries):
            continue
        is_new = not _holds(document, one._tables)
        table = _table(document, one._tables)
        if is_new:
            table.add(tomlkit.comment(may_stand(one, method, lang)))
        more = " …" if len(one.places) > _SHOWN_PLACES else ""
        where = ", ".join(one.places[:_SHOWN_PLACES]) + more
        table.add(tomlkit.nl())
        table.add(tomlkit.comment(_one_line(f"{one.reason} ({len(one.places)}: {where})")))
        for key, value in entries.items():
            if one.sure:
                table.add(key, value)
            else:
                table.add(tomlkit.comment(_one_line(f"{profile_key(key)} = {tomlkit.item(value).as_string()}")))
        added += 1
    return tomlkit.dumps(document).rstrip("\n") + "\n", added


def may_stand(one: Proposal, method: Method, lang: str) -> str:
    """What may stand in a table of the profile."""
    section = one.keys[0] if one.keys[0] != "values" else f"values_{one.keys[1]}"
    fields = sorted(method.headers["ledger"].fields)
    return label(f"profile.may.{section}", lang, media=method.medium_names, fields=fields)


def heading(lang: str) -> str:
    """How a new profile begins."""
    return "".join(f"# {line}\n" for line in label("profile.head", lang).splitlines())


def settled(text: str, one: Proposal, value: Any) -> str:
    """The content of a profile with the value that a person gave for a proposal."""
    import tomlkit

    document = tomlkit.parse(text.removeprefix("\ufeff"))
    table = _table(document, one._tables)
    for key, given in (value if isinstance(value, dict) else {one.keys[-1]: value}).items():
        if isinstance(given, list):  # what stands in the list already stays
            given = [*table.get(key, ()), *(text for text in given if text not in table.get(key, ()))]
        table[key] = given
    return tomlkit.dumps(document)


def _table(document: TOMLDocument, names: Sequence[str]) -> Any:
    """The table of these names, which is made where it is not there."""
    import tomlkit

    table: Any = document
    for place, name in enumerate(names):
        if name not in table:
            table.add(name, tomlkit.table(is_super_table=place < len(names) - 1))
        table = table[name]
    return table


def as_typed(value: Any) -> str:
    """A value as people type it at the question: grades as 4=3 3=2, texts in a list between commas."""
    if isinstance(value, dict):
        return " ".join(f"{typed}={grade}" for typed, grade in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def as_value(answer: str, guess: Any) -> Any:
    """The value of what a person typed, of the kind of the guess. Raises `ValueError`."""
    if isinstance(guess, dict):
        pairs = [entry.partition("=") for entry in answer.replace(",", " ").split()]
        return {typed: int(grade) for typed, _, grade in pairs}
    if isinstance(guess, list):
        return [text.strip() for text in answer.split(",") if text.strip()]
    return int(answer) if isinstance(guess, int) else answer.strip()


def _holds(document: Mapping[str, Any], keys: Sequence[str]) -> bool:
    value: Any = document
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return True


def _commented(text: str) -> Iterator[tuple[str, str]]:
    """The (table, key) of lines that are comments: proposals of an earlier call, which somebody left so."""
    section = ""
    for line in text.splitlines():
        if match := _SECTION.fullmatch(line):
            section = match[1].strip()
        elif match := _ENTRY.match(line):
            key = match[1]
            yield section, key[1:-1].replace('\\"', '"').replace("\\\\", "\\") if key[0] in "\"'" else key


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", text)
