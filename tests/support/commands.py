"""Runs riskbook's commands: in this process where that proves enough, or in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from click.testing import CliRunner, Result

from riskbook.cli import main


def invoke(
    *arguments: object, code: int | None = None, stdin: str | None = None, locale: str = "ja_JP.UTF-8"
) -> Result:
    """Runs a command in this process, on a Japanese machine unless `locale` says otherwise; asserts its exit code where one is given.

    The exception of a bug is raised, so that a test shows its traceback.
    """
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(main, words, input=stdin, catch_exceptions=False, env={"LANG": locale})
    cause = result.exc_info[1].__cause__ if result.exc_info and result.exc_info[1] else None
    if result.exit_code == 4 and code != 4 and cause is not None:
        raise cause
    assert code is None or result.exit_code == code, result.output
    return result


def history_of(*arguments: object) -> list[dict[str, Any]]:
    """The runs that `riskbook history` lists."""
    runs: list[dict[str, Any]] = json.loads(invoke("history", *arguments, "--format", "json", code=0).stdout)["runs"]
    return runs


def process_command(*arguments: object) -> list[str]:
    """The command line that runs riskbook in a process of its own."""
    return [sys.executable, "-m", "riskbook", *(str(argument) for argument in arguments)]


def wait_for(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Waits until a condition holds; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
