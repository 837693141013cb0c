"""The pages of the guide as a reader goes through them: their commands, what these print, and what is done in between."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import time_machine

from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.edits import EDITS
from tests.support.places import ROOT, SAMPLES

DOCS = ROOT / "docs"
LOCALES = {"ja": "ja_JP.UTF-8", "en": "en_US.UTF-8"}
_FENCE = re.compile(r"^ *```(\w*)$")
_MARK = re.compile(r"^<!-- (day|edit): (.+) -->$")
_LEFT_OUT = "..."


@dataclass(frozen=True)
class Step:
    """Something on a page: a fenced block by the word behind its fence, or a comment (day, edit) by its word."""

    kind: str
    text: str


def page_names(lang: str) -> list[str]:
    """Every page in a language, as its path in docs/LANG."""
    return sorted(path.relative_to(DOCS / lang).as_posix() for path in (DOCS / lang).rglob("*.md"))


def steps(page: Path) -> list[Step]:
    """The blocks and marks of a page, from top to bottom."""
    found, kind, block = [], "", []
    for line in page.read_text(encoding="utf-8").splitlines():
        if fence := _FENCE.match(line):
            if kind:
                found.append(Step(kind, dedent("\n".join(block))))
            kind, block = ("" if kind else fence[1] or "?"), []
        elif kind:
            block.append(line)
        elif mark := _MARK.match(line):
            found.append(Step(mark[1], mark[2]))
    return found


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a console block, with the lines that it is shown to print."""
    command, shown = "", []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line.removeprefix("$ "), []
        else:
            assert command, f"no command before {line!r}"
            shown.append(line)
    yield command, shown


def go_through(page: Path, lang: str, folder: Path) -> list[tuple[str, str]]:
    """Does in `folder`, the working folder, what a page says; returns commands whose output is not as shown, and their output."""
    if f"--samples {SAMPLES.name}\n" not in page.read_text(encoding="utf-8"):
        shutil.copytree(SAMPLES, folder / SAMPLES.name)
    wrong = []
    day = str(TODAY)
    for step in steps(page):
        with time_machine.travel(f"{day}T09:00:00+09:00"):
            if step.kind == "day":
                day = step.text
            elif step.kind == "edit":
                EDITS[step.text](folder, lang)
            elif step.kind == "python":
                exec(compile(step.text, str(page), "exec"), {})
            elif step.kind == "console":
                for command, shown in commands(step.text):
                    printed = run(command, lang)
                    if not re.fullmatch(_pattern(shown), printed):
                        wrong.append((command, printed))
    return wrong


def run(command: str, lang: str) -> str:
    """What a command line prints; a command of riskbook ends with 0 or 1."""
    program, *words = shlex.split(command)
    if program == "riskbook":
        result = invoke(*words, locale=LOCALES[lang])
        assert result.exit_code in (0, 1), (command, result.output)
        return result.output
    options = [word for word in words if word.startswith("-")]  # "-r", as a shell wants it for a folder, and only there
    {("mv",): shutil.move, ("cp",): shutil.copy, ("cp", "-r"): shutil.copytree}[program, *options](
        *words[len(options) :]
    )
    return ""


def _pattern(shown: list[str]) -> str:
    """What an output must be: `...` stands for what is left out: lines, the lines before a text, or a part of a line."""
    parts = []
    for line in shown:
        first, *rest = map(re.escape, line.split(_LEFT_OUT))
        lines = "(?:.*\n)*?" if rest and not first else ""
        parts.append(lines if line == _LEFT_OUT else lines + ".*".join((first, *rest)) + "\n")
    return "".join(parts)
