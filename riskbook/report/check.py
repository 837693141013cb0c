"""Checks a template before anything is rendered: that every field it names exists, by the table of fields.

The syntax tree of each part is walked with the types of the table, so that attributes of the entries of a list, and
names that the template itself sets, are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from riskbook.report.content import SECTIONS
from riskbook.report.fields import FIELDS, NUMBER, RECORDS, TEXT, TEXTS, Field
from riskbook.report.typed import Mistake, shortened_text

_NEAR = 3
_LOOP = ("index", "index0", "revindex", "revindex0", "first", "last", "length")
_LOOP_FIELD = Field("loop", RECORDS, tuple(Field(f"loop.{name}", NUMBER) for name in _LOOP))
_SAME_LIST = frozenset({"list", "reverse", "sort", "unique", "select", "reject", "selectattr", "rejectattr"})
_ONE_OF_IT = frozenset({"first", "last", "random"})
_COUNTS = frozenset({"length", "count", "wordcount", "int", "round", "abs"})
_AS_TEXT = frozenset({"upper", "lower", "title", "capitalize", "trim", "string", "replace", "truncate", "escape", "e"})
_PARTS_OF_LISTS = frozenset(part for field in FIELDS.values() for part in field.parts)

Type = Field | None  # None: anything
Scope = Mapping[str, Type]
Problem = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One part of a template as jinja reads it, each paragraph on a line of its own.

    `place`: "body" | "header" | "footer" | "footnotes" | "endnotes" | "properties". `mistakes`: what is wrong with it
    as it was typed.
    """

    place: str
    source: str
    mistakes: Sequence[Mistake] = ()


def check(parts: Iterable[Part], environment: Environment) -> tuple[list[Problem], set[str]]:
    """What is wrong with a template, in the order of its text, and the fields (of the first level) that it uses."""
    problems: list[Problem] = []
    used: set[str] = set()
    for part in parts:
        reader = _Reader(part, environment)
        typed = [reader.mistake(one) for one in part.mistakes]
        try:
            reader.read_all(environment.parse(part.source))
        except TemplateSyntaxError as error:
            if not typed:  # else it may follow from them
                detail = re.sub(r" at \d+$", "", error.message or "")  # a place in the XML
                reader.problems.append(reader.problem("syntax", error.lineno, detail=detail))
        lost = any(one["kind"].startswith("alone-") for one in typed)  # what is lost would be missed
        problems += typed if lost else typed + reader.problems
        used |= reader.used
    return problems, used


def unshown(used: set[str]) -> list[str]:
    """The sections (keys of SECTIONS) of which a template shows nothing."""
    return [section for section, names in SECTIONS.items() if used.isdisjoint(names)]


class _Reader:
    """Walks the statements of one part."""

    def __init__(self, part: Part, environment: Environment) -> None:
        self._part, self._lines, self._environment = part, part.source.split("\n"), environment
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self._loops: set[str] = set()  # names that loops anywhere in the part set

    # --- what is wrong ---

    def problem(self, kind: str, line: int, **about: Any) -> Problem:
        """A problem at a line of the source: its kind, its place and the text around it."""
        opened = sum(one.count("<w:tbl>") for one in self._lines[:line])
        in_table = opened > sum(one.count("</w:tbl>") for one in self._lines[: line - 1])
        place = "table" if in_table and self._part.place == "body" else self._part.place
        return {"kind": kind, "place": place, "text": self._text(line), **about}

    def mistake(self, found: Mistake) -> Problem:
        """The problem that a mistake is."""
        place = "table" if found.in_table and self._part.place == "body" else self._part.place
        return {"kind": found.kind, "place": place, "text": found.text, **found.about}

    def _text(self, line: int) -> str:
        """The text of the paragraph on a line, or of the nearest one before it that has any."""
        for at in range(min(line, len(self._lines)) - 1, -1, -1):
            said = re.sub(r"<[^>]*>", "", self._lines[at]).strip()
            if said:
                return shortened_text(said)
        return ""

    def _unknown(self, node: nodes.Node, name: str, known: Iterable[str]) -> None:
        near = tuple(get_close_matches(name.rpartition(".")[2], list(known), _NEAR, 0.5))
        self.problems.append(self.problem("near" if near else "unknown", node.lineno, field=name, near=near))

    def _note(self, kind: str, node: nodes.Node, field: str) -> None:
        self.problems.append(self.problem(kind, node.lineno, field=field))

    # --- statements ---

    def read_all(self, template: nodes.Template) -> None:
        """Reads the statements of the part."""
        self._loops = {name for loop in template.find_all(nodes.For) for name in _names(loop.target)}
        self.read(template.body, dict(FIELDS))

    def read(self, body: Sequence[nodes.Node], scope: dict[str, Type]) -> None:
        """Reads statements one after the other; what they set is known to those behind them."""
        for node in body:
            self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: dict[str, Type]) -> None:
        match node:
            case nodes.For():
                owner = self._type(node.iter, scope)
                if owner is not None and owner.path and not _is_list(owner):
                    self._note("no-list", node, owner.path.removesuffix("[]"))
                entry = _entry(owner)
                inner = {**scope, "loop": _LOOP_FIELD}
                _bind(node.target, entry, inner)
                if node.test is not None:
                    self._type(node.test, inner)
                self.read(node.body, inner)
                self.read(node.else_, dict(scope))
            case nodes.Output():
                for shown in node.nodes:
                    self._shown(shown, scope)
            case nodes.Assign():
                _bind(node.target, self._type(node.node, scope), scope)
            case nodes.AssignBlock():
                self.read(node.body, dict(scope))
                _bind(node.target, None, scope)
            case nodes.Macro():
                scope[node.name] = None
                self.read(node.body, {**scope, **{one.name: None for one in node.args}})
            case nodes.With():
                inner = dict(scope)
                for target, value in zip(node.targets, node.values, strict=True):
                    _bind(target, self._type(value, scope), inner)
                self.read(node.body, inner)
            case _:
                for child in node.iter_child_nodes():
                    if isinstance(child, nodes.Stmt):
                        self._statement(child, scope)
                    else:
                        self._type(child, scope)

    def _shown(self, node: nodes.Node, scope: Scope) -> None:
        """Reads what is printed: neither a list nor an entry of one is a text."""
        found = self._type(node, scope)
        if found is not None and (found.kind in (RECORDS, TEXTS) or found is _LOOP_FIELD):
            kind = "shows-texts" if found.kind == TEXTS else "shows-list" if _is_list(found) else "shows-entry"
            self._note(kind, node, _written(node) or found.path.removesuffix("[]"))

    # --- expressions ---

    def _type(self, node: nodes.Node, scope: Scope) -> Type:
        """The type of an expression; what it names is looked up on the way."""
        match node:
            case nodes.Name():
                if node.name not in scope:
                    if node.name in self._loops:
                        self._note("outside", node, node.name)
                    else:
                        self._unknown(node, node.name, scope)
                    return None
                found = scope[node.name]
                if found is not None and FIELDS.get(node.name) is found:
                    self.used.add(node.name)
                return found
            case nodes.Getattr(node=nodes.Name(name=name)) if name not in scope and self._of_loop(
                name, node.attr, scope
            ):
                self._note("outside", node, name)
                return None
            case nodes.Getattr():
                return self._part_of(self._type(node.node, scope), node.attr, node)
            case nodes.Getitem():
                owner, index = self._type(node.node, scope), node.arg
                if isinstance(index, nodes.Const) and isinstance(index.value, str):
                    return self._part_of(owner, index.value, node)
                self._type(index, scope)
                return owner if isinstance(index, nodes.Slice) else _entry(owner)
            case nodes.Filter():
                return self._filtered(node, scope)
            case nodes.CondExpr():
                types = [self._type(child, scope) for child in node.iter_child_nodes()]
                return types[1]
            case nodes.Const():
                return Field("", TEXT) if isinstance(node.value, str) else None
        for child in node.iter_child_nodes():
            self._type(child, scope)
        return None

    @staticmethod
    def _of_loop(name: str, part: str, scope: Scope) -> bool:
        """Whether NAME.PART is that of an entry whose loop is elsewhere, and no misspelt field."""
        return part in _PARTS_OF_LISTS and not get_close_matches(name, list(scope), 1, 0.5)

    def _filtered(self, node: nodes.Filter, scope: Scope) -> Type:
        if node.name not in self._environment.filters:
            self.problems.append(self.problem("syntax", node.lineno, detail=f"No filter named {node.name!r}."))
        inner = [self._type(child, scope) for child in node.iter_child_nodes()]
        owner = inner[0] if node.node is not None and inner else None
        if node.name in _SAME_LIST:
            return owner
        if owner is not None and owner.kind == RECORDS and _as_text(node):
            self._note("shows-list" if _is_list(owner) else "shows-entry", node, owner.path.removesuffix("[]"))
        if node.name in _ONE_OF_IT:
            return _entry(owner)
        if node.name in ("default", "d"):
            return owner
        return Field("", NUMBER) if node.name in _COUNTS else None

    def _part_of(self, owner: Type, name: str, node: nodes.Node) -> Type:
        """The type of OWNER.NAME; the entries of a list have parts, the list itself has none."""
        if owner is None:
            if name.startswith("_"):
                self._unknown(node, name, ())
            return None
        if owner.path.endswith("[]") or owner is _LOOP_FIELD:
            if name in owner.parts:
                return owner.parts[name]
            self._unknown(node, f"{_shown(node)}.{name}", owner.parts)
        elif owner.kind == RECORDS and name in owner.parts:
            about = {"field": f"{owner.path}.{name}", "list": owner.path, "part": name}
            self.problems.append(self.problem("list", node.lineno, **about))
        else:
            self._unknown(node, f"{_shown(node)}.{name}", ())
        return None


def _as_text(node: nodes.Filter) -> bool:
    """Whether a filter makes a text of its input as it is; a join may name a field of the entries instead."""
    by_field = len(node.args) > 1 or any(one.key == "attribute" for one in node.kwargs)
    return node.name in _AS_TEXT or (node.name == "join" and not by_field)


def _is_list(field: Field) -> bool:
    return field.kind in (RECORDS, TEXTS) and not field.path.endswith("[]") and field is not _LOOP_FIELD


def _written(node: nodes.Node) -> str:
    """How a name is written, with the field behind it; "" for anything else."""
    if isinstance(node, nodes.Getattr):
        owner = _written(node.node)
        return f"{owner}.{node.attr}" if owner else ""
    return node.name if isinstance(node, nodes.Name) else ""


def _shown(node: nodes.Node) -> str:
    """How the owner of an attribute is written."""
    owner = node.node if isinstance(node, nodes.Getattr | nodes.Getitem) else None
    return owner.name if isinstance(owner, nodes.Name) else "…"


def _entry(field: Type) -> Type:
    """The type of an entry of a list; its path ends in [], so that it is told from the list."""
    if field is None or field.kind not in (RECORDS, TEXTS) or field.path.endswith("[]"):
        return None
    return Field(f"{field.path}[]", TEXT if field.kind == TEXTS else RECORDS, field.fields)


def _bind(target: nodes.Node, value: Type, scope: dict[str, Type]) -> None:
    """Notes the names that a statement sets; of several at once the types are not known."""
    single = isinstance(target, nodes.Name)
    for name in _names(target):
        scope[name] = value if single else None


def _names(target: nodes.Node) -> Iterator[str]:
    if isinstance(target, nodes.Name):
        yield target.name
    for one in target.find_all(nodes.Name):
        yield one.name
