"""The rooms import only what they may."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import riskbook
from riskbook.analysis.treatment import CONDITIONS
from riskbook.method import load_method
from riskbook.method.basics import BandKey, LevelKey, TreatmentKey
from riskbook.method.treatment import Predicate
from riskbook.model import LEVEL_KEYS, LEVELS, TREATMENTS

PACKAGE = Path(riskbook.__file__).parent
MAP = Path(__file__).parent.parent / "docs" / "architecture.md"
# What of the model belongs to any workbook, and so may be used by the room that knows nothing of riskbook.
OF_ANY_WORKBOOK = {"cells", "digest", "source", "texts"}


def _table(heading: str) -> dict[str, set[str]]:
    """The table of docs/architecture.md under a header that begins so: first column → names in the second."""
    lines = MAP.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(heading)) + 2
    rows = {}
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        name, names = (cell.strip() for cell in line.strip("|").split("|"))
        rows[name] = set() if names == "–" else {one.strip() for one in names.split(",")}
    return rows


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


def test_rooms_import_only_what_the_map_says_and_all_of_it() -> None:
    may_import = _table("| room | may import |")
    imported: dict[str, set[str]] = {room: set() for room in may_import}
    for room, where, name in _imports():
        if name.startswith("riskbook.") and not name.startswith("riskbook.__"):
            other = name.split(".")[1]
            assert other == room or other in may_import[room], f"{where} imports {name}"
            imported[room] |= {other} - {room}
    assert imported == may_import  # else the map allows what nobody needs


def test_libraries_stay_in_their_rooms() -> None:
    only_in = _table("| library | only in |")
    wrong = [
        f"{where} imports {name}"
        for room, where, name in _imports()
        if (library := name.split(".")[0]) in only_in and room not in only_in[library]
    ]
    assert not wrong


def test_the_room_of_packages_knows_nothing_of_riskbook() -> None:
    import riskbook.model

    homes = {name: getattr(riskbook.model, name).__module__.rpartition(".")[2] for name in _names_from_model("opc")}
    assert not {name: home for name, home in homes.items() if home not in OF_ANY_WORKBOOK}


def _names_from_model(room: str) -> set[str]:
    """What the modules of a room take from the model's face."""
    names = set()
    for path in (PACKAGE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "riskbook.model":
                names |= {alias.name for alias in node.names}
    return names


def test_faces_hold_names_only() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        if path.parent in (PACKAGE, PACKAGE / "batch", PACKAGE / "sheets"):
            continue  # these load what they name, or what one assessment does without, on first use
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_all = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            assert is_docstring or is_all or isinstance(node, ast.ImportFrom), path


def test_modules_are_short_enough_to_read() -> None:
    long = {p.name: n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long


def test_every_predicate_of_the_method_is_known_to_analysis() -> None:
    assert set(get_args(Predicate)) == set(CONDITIONS)
    for name in ("ipa-3.1", "ipa-4.0"):
        assert {type(p) for rule in load_method(name).treatment for p in rule.when} <= set(CONDITIONS)


def test_the_method_has_the_levels_and_treatments_of_the_model() -> None:
    assert get_args(LevelKey) == LEVEL_KEYS
    assert get_args(BandKey) == LEVELS[:-1]
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
