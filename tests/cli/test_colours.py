"""Colours: where a person looks on and wants them, and never by the will of a file."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from riskbook.cli.terminal import say
from tests.support.commands import invoke
from tests.support.days import ON_TODAY
from tests.support.places import KITAHAMA


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def _said(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, line: str = "[エラー] 台帳", word: str = "エラー"
) -> str:
    monkeypatch.setattr(sys, "stdout", stream)
    say(line, marks=[(word, "error")])
    return stream.getvalue()


def test_a_terminal_shows_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _said(_Terminal(), monkeypatch) == "[\x1b[31m\x1b[1mエラー\x1b[0m] 台帳\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_none_gets_none(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert _said(_Terminal(), monkeypatch) == "[エラー] 台帳\n"


def test_elsewhere_there_are_none_unless_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in _said(io.StringIO(), monkeypatch)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m" in _said(io.StringIO(), monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in _said(io.StringIO(), monkeypatch)


def test_a_file_brings_no_colours_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "エラー\x1b[2J\x1b[0m"
    shown = _said(_Terminal(), monkeypatch, line=f"[エラー] {hostile}", word="エラー")
    assert shown == "[\x1b[31m\x1b[1mエラー\x1b[0m] エラー\\x1b[2J\\x1b[0m\n"
    shown = _said(_Terminal(), monkeypatch, line=f"{hostile}：だめ", word=hostile)
    assert shown == "\x1b[31m\x1b[1mエラー\\x1b[2J\\x1b[0m\x1b[0m：だめ\n"


@pytest.mark.slow
def test_commands_colour_findings_levels_and_failures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = invoke("check", KITAHAMA, tmp_path / "nothere.xlsx", *ON_TODAY, code=3)
    assert "\x1b[31m\x1b[1m大" in shown.stdout
    assert "\x1b[33m注意\x1b[0m" in shown.stdout
    assert f"\x1b[31m\x1b[1m{tmp_path / 'nothere.xlsx'}\x1b[0m：" in shown.stderr
    assert "\x1b" not in invoke("check", KITAHAMA, "--format", "json", *ON_TODAY).stdout
