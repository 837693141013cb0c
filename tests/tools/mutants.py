"""Changes the code at random places and runs the quick tests: `python -m tests.tools.mutants [N] [SEED]`.

N mutants (default 40) are spread over the rooms that guard numbers and people's data, by their number of lines; SEED
repeats a sample. Each is made in a copy of the repository with cosmic-ray's operators, one change a mutant; the tests
of its room run first, then those of whole workbooks. A mutant that no test notices has survived: either it changes
nothing that a user could see, or a test is missing. Exit 1 where any survived.
"""

from __future__ import annotations

import difflib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("reading", "analysis", "opc", "marks", "batch", "records")
# Left out: what only turns types or arithmetic into nonsense, and the "|" of annotations.
_OPERATORS = (
    *("ReplaceComparisonOperator", "AddNot", "ReplaceUnaryOperator_Delete_Not", "ReplaceTrue", "ReplaceFalse"),
    *("ReplaceAnd", "ReplaceOr", "ReplaceBreak", "ReplaceContinue", "ZeroIteration", "NumberReplacer"),
    *("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add", "ReplaceBinaryOperator_Mul_Add"),
)
_SECONDS = 600  # of tests for one mutant; what takes longer does not end, and is noticed
_WHOLE = ("tests/test_forms.py", "tests/test_conservation.py", "tests/test_bad_input.py", "tests/sheets", "tests/cli")


def _mutants(path: Path) -> list[tuple[str, int]]:
    """All mutants of a module: operator and occurrence."""
    tree = get_ast(path.read_text(encoding="utf-8"))
    found = []
    for name in plugins.operator_names():
        if name.partition("/")[2].startswith(_OPERATORS):
            operator = plugins.get_operator(name)()
            count = sum(len(list(operator.mutation_positions(node))) for node in ast_nodes(tree))
            found += [(name, occurrence) for occurrence in range(count)]
    return found


def _sample(count: int, chance: random.Random) -> Iterator[tuple[Path, str, int]]:
    modules = [path for room in ROOMS for path in sorted((ROOT / "riskbook" / room).rglob("*.py"))]
    modules = [path for path in modules if path.name != "__init__.py"]
    lines = [path.read_text(encoding="utf-8").count("\n") for path in modules]
    for path in chance.choices(modules, weights=lines, k=count):
        if mutants := _mutants(path):
            yield path.relative_to(ROOT), *chance.choice(mutants)


def _noticed(copy: Path, room: str) -> str:
    """The test that fails, "" where none does."""
    options = ["-x", "-q", "-n", "2", "--dist", "loadfile", "-m", "not slow", "--hypothesis-profile", "quick"]
    for places in ([f"tests/{room}"], _WHOLE):
        command = [sys.executable, "-m", "pytest", *options, *places]
        try:
            done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return "the tests did not end"
        if done.returncode:
            failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
            return failed[0].split(" - ")[0] if failed else f"exit {done.returncode}"
    return ""


def main(arguments: Sequence[str]) -> int:
    """Prints a line a mutant and the score."""
    count = int(arguments[0]) if arguments else 40
    seed = int(arguments[1]) if len(arguments) > 1 else int(time.time())
    print(f"{count} mutants, seed {seed}", flush=True)
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "riskbook"
        skipped = shutil.ignore_patterns("node_modules", "__pycache__", ".venv", ".git", "demo", "*.egg-info")
        shutil.copytree(ROOT, copy, ignore=skipped)
        for path, name, occurrence in _sample(count, random.Random(seed)):
            original = (copy / path).read_text(encoding="utf-8")
            mutated = mutate_code(original, plugins.get_operator(name)(), occurrence)
            if mutated is None or mutated == original:
                continue
            (copy / path).write_text(mutated, encoding="utf-8")
            noticed = _noticed(copy, path.parts[1])
            (copy / path).write_text(original, encoding="utf-8")
            survivors += not noticed
            lines = difflib.unified_diff(original.splitlines(), mutated.splitlines(), n=0, lineterm="")
            print(
                f"{'killed  ' if noticed else 'SURVIVED'} {path} {name} {noticed}",
                *[*lines][2:],
                sep="\n    ",
                flush=True,
            )
    print(f"{survivors} of {count} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
