"""Changes riskbook in small ways, and sees whether the quick tests notice: `python -m tests.tools.mutants [N [SEED]]`.

Mutants come from the rooms that guard numbers and people's data, in proportion to their lines. Each is made in a copy of
the repository; exit code 1 if any survived.
"""

from __future__ import annotations

import difflib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.support.places import ROOT, SHARED

# A room, and the rooms whose tests look at what it makes.
ROOMS = {
    "reading": (),
    "analysis": ("sheets",),
    "opc": (),
    "marks": ("sheets",),
    "batch": (),
    "records": ("audit",),
}
WHOLE = tuple(f"tests/test_{n}.py" for n in ("forms", "bad_input", "conservation", "hostile", "history_of_edits"))
WHOLE = ("tests/test_write_back.py", *WHOLE)
# With None, small numbers and texts, `is` and `==` hardly ever differ.
_SAME = re.compile("Replace.*_(Eq_Is|Is_Eq|NotEq_IsNot|IsNot_NotEq)$")
# Nobody looks at an annotation or at `frozen=True` while the program runs.
_STILL = {"annassign", "tfpdef", "decorator"}
AT_ONCE = 2


@dataclass(frozen=True)
class Mutant:
    """One change of one file of the repository."""

    path: Path
    line: int
    operator: str
    code: str

    @property
    def room(self) -> str:
        return self.path.parts[1]

    def diff(self) -> str:
        old, new = (ROOT / self.path).read_text("utf-8").splitlines(), self.code.splitlines()
        lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[3:]
        return "\n".join(f"    {line}" for line in lines)


def _is_still(node: object) -> bool:
    """Whether a node stands in an annotation or a decorator."""
    child, parent = node, getattr(node, "parent", None)
    while parent is not None:
        if parent.type in _STILL or (
            parent.type == "funcdef" and getattr(child.get_previous_sibling(), "value", "") == "->"
        ):
            return True
        child, parent = parent, parent.parent
    return False


def drawn(room: str, dice: random.Random) -> Iterator[Mutant]:
    """Mutants of a room in random order: a place in its code, and one of the operators that fit there."""
    places: dict[tuple[Path, tuple[int, int]], list[tuple[str, int]]] = {}
    operators = {name: get_operator(name) for name in sorted(operator_names()) if not _SAME.search(name)}
    operators = {name: operator() for name, operator in operators.items() if not operator.arguments()}
    for path in sorted((ROOT / "riskbook" / room).rglob("*.py")):
        nodes = list(ast_nodes(get_ast(path.read_text("utf-8"))))
        for name, operator in operators.items():
            found = [(node, start) for node in nodes for start, _ in operator.mutation_positions(node)]
            for occurrence, (node, start) in enumerate(found):
                if not _is_still(node):
                    places.setdefault((path, start), []).append((name, occurrence))
    for path, start in dice.sample(sorted(places), len(places)):
        name, occurrence = dice.choice(places[path, start])
        code = mutate_code(path.read_text("utf-8"), operators[name], occurrence)
        if code is not None and _compiles(code):  # the star of `f(*, name)` is no multiplication
            yield Mutant(path.relative_to(ROOT), start[0], name.removeprefix("core/"), code)


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def shares(count: int) -> dict[str, int]:
    """How many of `count` mutants each room gets, by its lines; rounded so that the sum is `count`."""
    lines = {
        room: sum(len(path.read_bytes().splitlines()) for path in (ROOT / "riskbook" / room).rglob("*.py"))
        for room in ROOMS
    }
    edges, seen = [0], 0
    for number in lines.values():
        seen += number
        edges.append(round(count * seen / sum(lines.values())))
    return {room: edges[place + 1] - edges[place] for place, room in enumerate(ROOMS)}


def copied(folder: Path) -> Path:
    """A copy of the repository, with what the tests read."""
    ignored = shutil.ignore_patterns(".*", "node_modules", "__pycache__", "demo", "build", "*.egg-info")
    return Path(shutil.copytree(ROOT, folder, ignore=ignored))


def failure(copy: Path, tests: list[str], limit: float | None) -> str | None:
    """The first test that fails in a copy, or "time"; None if all pass."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "RISKBOOK_SHARED": str(SHARED), "LANG": "C.UTF-8"}
    options = [
        "-x",
        "-q",
        "-m",
        "not slow",
        "--hypothesis-profile",
        "quick",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    command = [sys.executable, "-W", "ignore", "-m", "pytest", *options, *tests]
    with subprocess.Popen(
        command, cwd=copy, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            return "time"
    if process.returncode == 0:
        return None
    match = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    return match[1] if match else output.strip().splitlines()[-1]


def killer(mutant: Mutant, copies: SimpleQueue[Path], limit: float) -> str | None:
    """What kills a mutant; None if it survives."""
    copy = copies.get()
    path = copy / mutant.path
    try:
        path.write_text(mutant.code, "utf-8")
        _forget(path)
        return failure(copy, tests_of(mutant.room), limit)
    finally:
        shutil.copyfile(ROOT / mutant.path, path)
        _forget(path)
        copies.put(copy)


def _forget(path: Path) -> None:
    """Compiled code is recognised by time in seconds and size, which a mutant can share."""
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        compiled.unlink()


def tests_of(room: str) -> list[str]:
    """The tests for a room, the nearest first."""
    return [f"tests/{room}", *WHOLE, *(f"tests/{other}" for other in ROOMS[room])]


def run(count: int, seed: int) -> bool:
    """Tries `count` mutants and prints what became of each; returns whether any survived."""
    print(f"{count} mutants, seed {seed}", flush=True)
    dice = random.Random(seed)
    mutants = [mutant for room, share in shares(count).items() for mutant in islice(drawn(room, dice), share)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(AT_ONCE):
            copies.put(copied(Path(folder) / str(number)))
        start = time.monotonic()
        everything = list(dict.fromkeys(test for room in ROOMS for test in tests_of(room)))
        broken = failure(Path(folder) / "0", everything, None)
        assert broken is None, f"without a mutant: {broken}"
        limit = time.monotonic() - start + 60
        survived = 0
        results = pool.map(lambda mutant: killer(mutant, copies, limit), mutants)
        for mutant, test in zip(mutants, results, strict=True):
            survived += test is None
            print(f"{mutant.path}:{mutant.line} {mutant.operator}: {f'killed by {test}' if test else 'SURVIVED'}")
            print(mutant.diff(), flush=True)
    print(f"{len(mutants) - survived} of {len(mutants)} killed, {survived} survived (seed {seed})")
    return survived > 0


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(run(*(arguments + [40, random.randrange(10_000)][len(arguments) :])))
