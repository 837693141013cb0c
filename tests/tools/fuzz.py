"""Breaks workbooks at random and assesses them: `python -m tests.tools.fuzz [ROUNDS [SEED]]`. A traceback is a failure.

Three ways: bytes of the file, bytes of a part, and the values of cells (which leaves a sound package).
"""

from __future__ import annotations

import io
import random
import re
import sys
import tempfile
import zipfile
from pathlib import Path

import riskbook
from tests.support.days import TODAY
from tests.support.places import FORMS, SAMPLES

_STRANGE = (
    b"",
    b"\x00",
    b"=1/0",
    b"#REF!",
    b"-1",
    b"1e400",
    b"NaN",
    b"999999999999999999999",
    b"&#xFFFD;",
    b"&amp;",
    b"2026/13/45",
    b"R99.99.99",
    "○".encode(),
    "３：高".encode(),
    "書類、クラウド".encode(),
    b"A" * 40_000,
    b"true",
    "令和元年".encode(),
    b"<v/>",
    b"-",
    b" ",
)


def mutated(data: bytes, dice: random.Random) -> bytes:
    """One broken version of a workbook."""
    way = dice.choice(("file", "part", "cells", "cells", "cells"))
    if way == "file":
        broken = bytearray(data)
        for _ in range(dice.randint(1, 8)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        return bytes(broken[: dice.randrange(len(broken))] if dice.random() < 0.2 else broken)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = dice.choice(names) if way == "part" else ""
        for name in names:
            content = source.read(name)
            if name == chosen:
                if dice.random() < 0.15:
                    continue
                content = _broken_part(content, dice)
            elif way == "cells" and ("worksheets/sheet" in name or "sharedStrings" in name):
                content = _strange_cells(content, dice)
            target.writestr(name, content)
    return buffer.getvalue()


def _broken_part(content: bytes, dice: random.Random) -> bytes:
    broken = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        if not broken:
            break
        place = dice.randrange(len(broken))
        act = dice.random()
        if act < 0.4:
            broken[place] = dice.randrange(256)
        elif act < 0.7:
            del broken[place : place + dice.randint(1, 200)]
        else:
            broken[place:place] = broken[place : place + dice.randint(1, 100)]
    return bytes(broken)


def _strange_cells(content: bytes, dice: random.Random) -> bytes:
    def strange(match: re.Match[bytes]) -> bytes:
        return match[1] + dice.choice(_STRANGE) + match[3] if dice.random() < 0.08 else match[0]

    content = re.sub(rb"(<v>)([^<]*)(</v>)", strange, content)
    return re.sub(rb"(<t>)([^<]*)(</t>)", strange, content)


def run(rounds: int, seed: int) -> list[str]:
    """Assesses and saves `rounds` broken workbooks; returns what went wrong."""
    dice = random.Random(seed)
    sources = [path.read_bytes() for path in [*sorted(SAMPLES.glob("*.xlsx")), *sorted(FORMS.glob("*.xlsx"))]]
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.xlsx"
        for number in range(rounds):
            data = mutated(dice.choice(sources), dice)
            path.write_bytes(data)
            try:
                riskbook.assess(path, today=TODAY).save(Path(folder) / "out.xlsx", force=True)
            except riskbook.WorkbookError as error:
                if error.key == "check-failed":
                    failures.append(f"round {number}: {error}")
            except Exception as error:  # what the fuzz looks for
                failures.append(f"round {number}: {type(error).__name__}: {error}")
                Path(f"fuzz-{seed}-{number}.xlsx").write_bytes(data) if "--keep" in sys.argv else None
    return failures


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    found = run(*(arguments + [300, 1][len(arguments) :]))
    print("\n".join(found) or "no failure")
    sys.exit(bool(found))
