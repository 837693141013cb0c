"""The rooms import only what they may."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import riskbook
from riskbook.analysis.treatment import CONDITIONS
from riskbook.method import load_method
from riskbook.method.basics import LevelKey, TreatmentKey
from riskbook.method.treatment import Predicate
from riskbook.model import LEVELS, TREATMENTS

PACKAGE = Path(riskbook.__file__).parent
_BASE = {"errors", "text"}
_ROOMS = {"opc", "marks", "reading", "analysis", "sheets"}
MAY_IMPORT = {
    "errors": set(),
    "text": {"text"},
    "model": {*_BASE, "model"},
    "method": {"errors", "model", "method"},
    "tables": {"tables"},
    "opc": {"errors", "model", "opc"},
    "marks": {"errors", "model", "opc", "marks"},
    "reading": {"errors", "model", "method", "reading"},
    "analysis": {"errors", "model", "method", "analysis"},
    "sheets": {"errors", "text", "model", "method", "sheets"},
    "settings": {"errors", "method", "opc"},
    "pipeline": {"errors", "settings", "model", "method", *_ROOMS},
    "records": {"errors", "model", "method", "opc", "pipeline", "records"},
    "batch": {
        "errors",
        "settings",
        "model",
        "method",
        "opc",
        "marks",
        "sheets",
        "tables",
        "records",
        "pipeline",
        "batch",
    },
    "audit": {*_BASE, "model", "method", *_ROOMS, "tables", "records", "pipeline", "audit"},
    "cli": {
        *_BASE,
        "settings",
        "model",
        "method",
        "opc",
        "analysis",
        "sheets",
        "pipeline",
        "records",
        "batch",
        "audit",
        "cli",
    },
}
LIBRARIES = {
    "openpyxl": {"reading"},
    "xlsxwriter": {"sheets"},
    "lxml": {"opc", "marks"},
    "zipfile": {"opc"},
    "pandas": {"model", "reading", "analysis", "sheets", "pipeline"},
    "pyarrow": {"tables"},
    "click": {"cli"},
}


def _imports() -> Iterator[tuple[str, str, str]]:
    for path in PACKAGE.rglob("*.py"):
        relative = path.relative_to(PACKAGE)
        room = relative.parts[0].removesuffix(".py")
        if room in ("__init__", "__main__"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.ImportFrom) and node.module == "riskbook":
                names = [f"riskbook.{alias.name}" for alias in node.names]
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                yield room, str(relative), name


def test_rooms_import_only_what_they_may() -> None:
    wrong = [
        f"{where} imports {name}"
        for room, where, name in _imports()
        if name.startswith("riskbook.") and name.split(".")[1] not in MAY_IMPORT[room]
    ]
    assert not wrong


def test_libraries_stay_in_their_rooms() -> None:
    wrong = [
        f"{where} imports {name}"
        for room, where, name in _imports()
        if (library := name.split(".")[0]) in LIBRARIES and room not in LIBRARIES[library]
    ]
    assert not wrong


def test_modules_are_short_enough_to_read() -> None:
    long = {p.name: n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long


def test_every_predicate_of_the_method_is_known_to_analysis() -> None:
    assert set(get_args(Predicate)) == set(CONDITIONS)
    for name in ("ipa-3.1", "ipa-4.0"):
        assert {type(p) for rule in load_method(name).treatment for p in rule.when} <= set(CONDITIONS)


def test_the_method_has_the_levels_and_treatments_of_the_model() -> None:
    assert get_args(LevelKey) == LEVELS[:-1]
    assert get_args(TreatmentKey) == TREATMENTS


def test_public_face_is_sorted_and_loads_lazily() -> None:
    assert riskbook.__all__ == sorted(riskbook.__all__)
    for name in riskbook.__all__:
        assert getattr(riskbook, name).__doc__


def test_no_test_module_imports_another() -> None:
    for path in Path(__file__).parent.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = [*node.module.split("."), *(alias.name for alias in node.names)]
                assert not [part for part in parts if part.startswith("test_")], path
                assert "conftest" not in parts, path
