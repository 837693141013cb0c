"""The texts: complete in both languages, with the parameters that are given where they are used, and none unused."""

from __future__ import annotations

import ast
import json
import re
import shutil
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import riskbook
from riskbook import errors
from riskbook.text import MORE, catalogue, error_message, finding_texts, joined, label
from riskbook.text.compile import CatalogueError, parsed

PACKAGE = Path(riskbook.__file__).parent
TEXTS = parsed(catalogue.DATA)
# What the sentences of every finding may say of the method's scales: `sheets.words.finding_words` gives it to all.
GRADES = {"grades", "highest"}


def _fields(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


# --- the files ---


@pytest.mark.parametrize("kind", ["labels", "errors", "findings"])
def test_both_languages_use_the_same_parameters(kind: str) -> None:
    for key, texts in TEXTS[kind].items():
        for ja, en in zip(texts[::2], texts[1::2], strict=True):
            assert _fields(ja) == _fields(en), key


@pytest.mark.parametrize("kind", ["errors", "findings"])
def test_texts_use_the_parameters_that_are_declared(kind: str) -> None:
    for key, texts in TEXTS[kind].items():
        given = GRADES if kind == "findings" else set()
        assert _fields(*texts) - given == set(TEXTS["params"][kind][key]) - given, key


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "screen.toml",
            'en = "assessing"',
            'fr = "évaluation"',
            "screen.toml: screen.bar: the text in “en” is missing",
        ),
        ("screen.toml", 'en = "assessing"', 'en = ""', "screen.toml: screen.bar: the text in “en” is missing"),
        ("screen.toml", "screen.bar", "sheet.plan", "sheets.toml: sheet.plan: another file has this key, too"),
        ("screen.toml", "screen.bar = ", "screen.bar: ", "screen.toml: Expected '='"),
        ("errors.toml", "[signed]\nja", "[signed]\njp", "errors.toml: signed: the text in “ja” is missing"),
        ("findings.toml", '"error"', '"grave"', "findings.toml: name-missing: severity must be one of error, warning"),
        ("findings.toml", "fix.en", "mend.en", "findings.toml: name-missing: “mend” is unknown"),
        (
            "findings.toml",
            "message.ja",
            "message.jp",
            "findings.toml: name-missing.message: the text in “ja” is missing",
        ),
    ],
)
def test_a_bad_file_is_named_with_its_key(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    shutil.copytree(catalogue.DATA, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=re.escape(message)):
        parsed(tmp_path)


def test_the_compiled_catalogue_is_up_to_date() -> None:
    assert json.loads(catalogue.COMPILED.read_bytes()) == {"digest": catalogue.digest(), **TEXTS}, "run make docs"


@pytest.mark.parametrize("content", ["{}", '{"digest": "00", "labels": {}}', "no JSON", None])
def test_an_outdated_compiled_catalogue_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "compiled.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(catalogue, "COMPILED", tmp_path / "compiled.json")
    assert catalogue._catalogue.__wrapped__() == TEXTS


# --- plurals and lists ---


@pytest.mark.parametrize(("count", "en"), [(1, "1 finding is"), (0, "0 findings are"), (1234, "1,234 findings are")])
def test_numbers_take_the_right_word(count: int, en: str) -> None:
    text = "{count:,|finding|findings} {count:|is|are}"
    assert catalogue._filled(text, "en", {"count": count}) == en
    assert label("screen.stopped-here", "en", count=1) == "Stopped; 1 file was not started"
    assert label("screen.stopped-here", "ja", count=1).startswith("中断しました。残り1件")


def test_lists_are_joined_by_language() -> None:
    assert joined(["A", 2], "ja") == "A・2"
    assert joined(["A", 2, MORE], "en") == "A, 2 …"
    assert joined(["A", "B"], "ja", parts=True) == "A、B"
    assert joined([], "en") == ""
    assert "（シート：A, B）" in error_message("no-ledger", "ja", {"sheets": ("A", "B")})  # as its text says
    items = {"title": {"ja": "自社診断", "en": "Self-check"}}
    one, two = (finding_texts("items-missing", "en", {**items, "numbers": numbers})[0] for numbers in ((7,), (7, 9)))
    assert one == "Self-check: item 7 was not found and is treated as not answered."
    assert two == "Self-check: items 7, 9 were not found and are treated as not answered."
    fields = {"fields": ["integrity", "availability"], "value": 3, "grades": "3・2・1"}
    assert finding_texts("cia-missing", "ja", fields)[0].startswith("完全性・可用性が空欄")
    assert finding_texts("cia-missing", "en", fields)[0].startswith("integrity, availability are blank")


# --- the places that use them ---


@dataclass
class Use:
    """A place in the code that names a text: `params` None where they cannot be seen."""

    kind: str
    key: str
    params: set[str] | None
    where: str


@cache
def _modules() -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in PACKAGE.rglob("*.py")]


@cache
def _nodes(tree: ast.AST) -> list[ast.AST]:
    return list(ast.walk(tree))


def _values(node: ast.expr | None, scope: ast.AST) -> list[str] | None:
    """The strings an expression may be; None where that cannot be seen. Names are followed within their function."""
    if node is None:
        return [""]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        found = [_values(node.body, scope), _values(node.orelse, scope)]
    elif isinstance(node, ast.Name):
        assigned = _assigned(scope).get(node.id, [])
        circular = any(isinstance(n, ast.Name) and n.id == node.id for value in assigned for n in ast.walk(value))
        found = [None] if circular or not assigned else [_values(value, scope) for value in assigned]
    else:
        return None
    return None if None in found else [value for values in found for value in values or ()]


@cache
def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Name → what is assigned to it within a function."""
    found: dict[str, list[ast.expr]] = {}
    for node in _nodes(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in dict.fromkeys(target.id for target in targets if isinstance(target, ast.Name)):
                found.setdefault(name, []).append(node.value)
    return found


def _names(node: ast.expr | None, scope: ast.AST) -> set[str] | None:
    """The keys of a dictionary as far as they can be seen."""
    if node is None:
        return set()
    if isinstance(node, ast.Name):
        values = _assigned(scope).get(node.id, [])
        if not values:
            return None
        names = {
            node2.slice.value
            for node2 in _nodes(scope)
            if isinstance(node2, ast.Subscript) and isinstance(node2.value, ast.Name) and node2.value.id == node.id
            if isinstance(node2.slice, ast.Constant)
        }
        return names.union(*(found for value in values if (found := _names(value, scope)) is not None))
    dicts = [part for part in ast.walk(node) if isinstance(part, ast.Dict)]
    return {key.value for part in dicts for key in part.keys if isinstance(key, ast.Constant)} if dicts else None


def _uses(path: Path, tree: ast.Module, given: set[str]) -> Iterator[Use]:
    """The uses in one module; `given`: what the package's collectors add to every finding."""
    functions = [node for node in _nodes(tree) if isinstance(node, ast.FunctionDef)]
    scopes: dict[ast.AST, ast.AST] = {node: function for function in functions for node in _nodes(function)}
    for node in _nodes(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        scope = scopes.get(node, ast.Module([], []))
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        params: set[str] | None = None if None in keywords else {key for key in keywords if key is not None}
        where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
        keys = _values(node.args[0], scope)
        args = dict(enumerate(node.args))
        if keys is None:
            continue
        if name == "Finding" or (name in ("add", "add_alike") and len(args) > 1):
            if name == "Finding":
                params = _names(args.get(2, keywords.get("params")), scope)
            elif params is not None:
                params = (
                    params - {"variant", "severity"} | given | ({"count", "cells"} if name == "add_alike" else set())
                )
            for code in keys:
                variants = _values(keywords.get("variant") or (args.get(3) if name == "Finding" else None), scope)
                if variants is None:
                    yield Use("codes", code, params, where)
                for variant in variants or ():
                    yield Use("findings", f"{code}.{variant}" if variant else code, params, where)
        elif isinstance(getattr(errors, name, None), type):
            yield from (Use("errors", key, params, where) for key in keys)
        elif name == "error_message" and len(args) > 2:
            yield from (Use("errors", key, _names(args[2], scope), where) for key in keys)
        elif name == "word" or getattr(node.func, "id", "") in ("label", "both", "has"):
            front = "form." if name == "word" and "form" in path.parts else ""
            shown = params if name in ("label", "word") else None
            yield from (Use("labels", front + key, shown, where) for key in keys)


@cache
def _all_uses() -> list[Use]:
    given: dict[Path, set[str]] = {}
    for path, tree in _modules():
        for node in _nodes(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "adopt":
                given.setdefault(path.parent, set()).update(k.arg for k in node.keywords if k.arg)
    return [use for path, tree in _modules() for use in _uses(path, tree, given.get(path.parent, set()))]


@pytest.mark.slow
def test_the_code_names_only_texts_that_exist() -> None:
    assert len(_all_uses()) > 400  # else this test no longer sees them
    for use in _all_uses():
        assert use.key in (TEXTS["severities"] if use.kind == "codes" else TEXTS[use.kind]), f"{use.where}: {use.key}"


@pytest.mark.slow
def test_the_code_gives_every_parameter() -> None:
    for use in _all_uses():
        if use.params is not None and use.kind != "codes":
            assert use.key in TEXTS[use.kind], f"{use.where}: there is no text {use.key}"
            wanted = _fields(*TEXTS[use.kind][use.key])
            wanted -= GRADES if use.kind == "findings" else set()
            assert wanted <= use.params, f"{use.where}: {use.key} lacks {wanted - use.params}"


# --- nothing is left over ---


def _strings(tree: ast.AST) -> set[str]:
    return {str(node.value) for node in _nodes(tree) if isinstance(node, ast.Constant)}


@cache
def _words() -> set[str]:
    """Every string in the code and the templates of pages, and every key and value of the method's files."""
    words = {""}.union(*(_strings(tree) for _, tree in _modules()))
    for page in (PACKAGE / "web" / "templates").glob("*.html"):
        words |= set(re.findall(r'"([^"{}<>]+)"', page.read_text("utf-8")))
    waiting: list[Any] = [tomllib.loads(p.read_text("utf-8")) for p in (PACKAGE / "method" / "data").rglob("*.toml")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            words |= set(value)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        else:
            words.add(str(value))
    return words


@cache
def _patterns() -> list[tuple[list[str], set[str]]]:
    """What the code builds of parts ("": any word), for example `col.{key}`, with the words that may come first."""
    patterns = []
    for path, tree in _modules():
        for node in _nodes(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [str(part.value) if isinstance(part, ast.Constant) else "" for part in node.values]
                if re.search("[a-z]", "".join(parts)):
                    patterns += [(parts, _words()), *([(["form.", *parts], _words())] if "form" in path.parts else [])]
                elif any(parts):
                    patterns.append((parts, _strings(tree)))  # `{kind}.{key}`: the module itself names the kinds
    return patterns


def _is_built(text: str, parts: list[str], words: set[str]) -> bool:
    if not parts:
        return not text
    if parts[0]:
        return text.startswith(parts[0]) and _is_built(text[len(parts[0]) :], parts[1:], words)
    if parts == [""]:
        return not text or text in words or _is_used(text, inside=True)
    ends = [end for end in range(len(text) + 1) if text[:end] in words]
    return any(_is_built(text[end:], parts[1:], _words()) for end in ends)


@cache
def _is_used(key: str, *, inside: bool = False) -> bool:
    """Whether the code names a key, or builds it of parts that it or the method names."""
    if key in _words() or (key.startswith("form.") and key.removeprefix("form.") in _words()):
        return True
    return any(_is_built(key, parts, words) for parts, words in _patterns() if words is _words() or not inside)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["labels", "errors"])
def test_no_text_is_unused(kind: str) -> None:
    built = {"instrument-missing"}  # of the name of a folder, in the plural
    built |= {key for key in TEXTS[kind] if key.startswith("meaning.")}  # of keys of a method: tests/audit has the test
    built |= {key for key in TEXTS[kind] if key.startswith("report.field.")}  # of fields: tests/report has the test
    built |= {key for key in TEXTS[kind] if key.startswith("help.")}  # of commands and options: tests/cli has the test
    assert not [key for key in TEXTS[kind] if not _is_used(key) and key not in built]


@pytest.mark.slow
def test_no_finding_is_unused() -> None:
    raised = {use.key for use in _all_uses() if use.kind == "findings"}
    codes = {key.partition(".")[0] for key in raised}
    computed = {use.key for use in _all_uses() if use.kind == "codes"}  # raised with a variant that cannot be seen here
    computed |= {code for code in TEXTS["severities"] if code not in codes and _is_used(code)}
    for key in TEXTS["findings"]:
        code, _, variant = key.partition(".")
        assert key in raised or key in _words() or (code in computed and variant in _words()), key
