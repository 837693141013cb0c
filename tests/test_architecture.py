"""The rooms import only what they may, and every sentence stands in both languages."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import riskbook
from riskbook.analysis.treatment import CONDITIONS
from riskbook.method import load_method
from riskbook.method.check import PREDICATES
from riskbook.model import FINDING_SEVERITY
from riskbook.text.errors import ERRORS
from riskbook.text.findings import FINDINGS
from riskbook.text.form import FORM
from riskbook.text.labels import LABELS
from riskbook.text.screen import SCREEN

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
    "pipeline": {"errors", "model", "method", *_ROOMS},
    "records": {"errors", "model", "method", "opc", "pipeline", "records"},
    "batch": {"errors", "model", "method", "opc", "marks", "sheets", "tables", "records", "pipeline", "batch"},
    "audit": {*_BASE, "model", "method", *_ROOMS, "tables", "records", "pipeline", "audit"},
    "cli": {*_BASE, "model", "method", "opc", "analysis", "sheets", "pipeline", "records", "batch", "audit", "cli"},
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
    long = {
        p.name: n
        for p in PACKAGE.rglob("*.py")
        if (n := len(p.read_text("utf-8").splitlines())) > 400 and "text" not in p.parts
    }
    assert not long


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    "table", [ERRORS, FINDINGS, FORM, LABELS, SCREEN], ids=["errors", "findings", "form", "labels", "screen"]
)
def test_every_sentence_stands_in_both_languages_with_the_same_parameters(table: dict[str, tuple[str, ...]]) -> None:
    for key, texts in table.items():
        assert len(texts) in (2, 4), key
        assert all(text.strip() for text in texts), key
        for ja, en in ((texts[0], texts[1]), (texts[-2], texts[-1])):
            assert _fields(ja) == _fields(en), key


def test_every_finding_code_has_its_sentence() -> None:
    assert {key.split(".")[0] for key in FINDINGS} == set(FINDING_SEVERITY)


def test_every_predicate_of_the_method_is_known_to_analysis() -> None:
    assert set(PREDICATES) == set(CONDITIONS)
    for name in ("ipa-3.1", "ipa-4.0"):
        assert {p.name for rule in load_method(name).treatment for p in rule.when} <= set(CONDITIONS)


def test_public_face_is_sorted_and_loads_lazily() -> None:
    assert riskbook.__all__ == sorted(riskbook.__all__)
    for name in riskbook.__all__:
        assert getattr(riskbook, name).__doc__


def test_findings_page_is_true() -> None:
    from tests.make_docs import TARGET, findings_page

    assert TARGET.read_text(encoding="utf-8") == findings_page()


def test_no_test_module_imports_another() -> None:
    for path in Path(__file__).parent.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = [*node.module.split("."), *(alias.name for alias in node.names)]
                assert not [part for part in parts if part.startswith("test_")], path
                assert "conftest" not in parts, path
