"""`riskbook profile`: writes down what was not understood in a client's files, for a person to settle."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook.cli.language import wrong_usage
from riskbook.cli.options import FORMAT, TRACEBACK, WORKBOOKS, Given, given_settings, reported_errors
from riskbook.cli.report import error_text, exit_code, failed, next_step
from riskbook.cli.run import find_workbooks
from riskbook.cli.terminal import error_message, label, say, say_document, visible
from riskbook.errors import MethodError
from riskbook.model import LEVELS, bands

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook
    from riskbook.proposals import Proposal
    from riskbook.records import Outcome
    from riskbook.settings import Settings

SCHEMA = "riskbook.profile/1"
_SKIP = "-"


@click.command()
@WORKBOOKS
@given_settings()
@FORMAT
@TRACEBACK
@click.option("-o", "--output", metavar="FILE")
@click.option("--ask", is_flag=True)
def profile(
    workbooks: tuple[str, ...], given: Given, format_: str, traceback: bool, output: str | None, ask: bool
) -> None:
    """Write a profile (riskbook.toml) with what was not understood in workbooks.

    Example: riskbook profile samples/kitahama-seiki.xlsx
    """
    if ask and (output is None or format_ == "json"):
        raise wrong_usage("ask-output")
    from riskbook.proposals import heading, updated

    target = None if output is None else Path(output)
    settings = given.settings()
    with reported_errors(given.screen):
        text = target.read_text(encoding="utf-8-sig") if target is not None and target.is_file() else ""
        found = _Read(workbooks, settings, given.screen)
        found.read(text)
        lang = given.lang or next((result.lang for _, result in found.results), given.screen)
        text = text if text.strip() else heading(lang)
        content, added = updated(text, found.proposals(lang), found.method, lang)
        if ask and target is not None:
            content = _ask(found, text, lang, target)
            content, added = updated(content, found.proposals(lang), found.method, lang)
        if target is not None:
            _write(target, content)
    if format_ == "json":
        lines = [{"keys": one.keys, "value": one.value, "sure": one.sure, "cells": one.places} for one in found.made]
        errors = [{"input": outcome.input, "error": error_text(outcome, lang)} for outcome in found.failures]
        say_document({"schema": SCHEMA, "output": output, "added": added, "proposals": lines, "failed": errors})
    elif target is None:
        say(content, nl=False)
    else:
        say(label("profile.written", lang, output=str(target), added=added, count=len(found.made)))
    for outcome in found.failures:
        if format_ != "json":
            failed(outcome, lang)
    code = exit_code(found.failures)
    more = (
        ["profile", *workbooks, "-o", "riskbook.toml"] if output is None else ["check", *workbooks, "--profile", output]
    )
    next_step("profile", given.screen, *more, json=format_ == "json", code=code)
    raise SystemExit(code)


class _Read:
    """Workbooks that are read with a profile, again after each answer."""

    def __init__(self, workbooks: Sequence[str], settings: Settings, screen: str) -> None:
        self._workbooks, self._settings, self._screen = find_workbooks(workbooks), settings, screen
        self.method = settings.method
        self.results: list[tuple[str, AssessedWorkbook]] = []
        self.failures: list[Outcome] = []
        self.made: list[Proposal] = []

    def read(self, text: str) -> None:
        """Reads the workbooks by the profile of this content. Raises `MethodError` where it is wrong."""
        from riskbook import pipeline
        from riskbook.batch import guarded
        from riskbook.opc import storage
        from riskbook.records import Outcome, settings_for
        from riskbook.settings import PROJECT_FILE, parse_project

        given = parse_project(text, Path(PROJECT_FILE))
        replace(self._settings, project=given).check()
        self.results, self.failures = [], []
        for name in self._workbooks:
            outcome = Outcome(storage.shown(name), self._settings.lang)

            def work(name: str = name) -> None:
                beside = self._settings if storage.is_url(name) else settings_for(name, self._settings)
                chosen = replace(beside, project=given.over(beside.project))
                chosen.check()
                source = pipeline.opened(storage.read(name), chosen)
                path = Path(storage.name_of(name))
                self.results.append((path.name, pipeline.assess_opened(source, path, chosen)))

            guarded(outcome, work)
            if outcome.error is not None:
                self.failures.append(outcome)

    def proposals(self, lang: str) -> list[Proposal]:
        """What would settle the findings."""
        from riskbook.proposals import from_misses, proposals

        findings = [(name, finding, result) for name, result in self.results for finding in result.findings]
        self.made = proposals((name, finding, result.words(finding, lang)[0]) for name, finding, result in findings)
        for outcome in self.failures:
            misses = (outcome.error or ("", {}))[1].get("nearest", ())
            self.made += from_misses(Path(outcome.input).name, misses, lang)
        return self.made

    def counts(self) -> dict[str, int]:
        """The number of assets by band, of all workbooks together: their methods may have other levels."""
        counted = [bands(result.summary) for _, result in self.results]
        return {level: sum(counts[level] for counts in counted) for level in LEVELS}


def _ask(found: _Read, text: str, lang: str, target: Path) -> str:
    """Asks for each proposal, writes each answer, and shows what it changes; returns the content of the profile."""
    from riskbook.proposals import as_typed, as_value, settled
    from riskbook.sheets import level_word

    words = {key: level_word(found.method, key, lang) for key in LEVELS}
    asked: set[tuple[str, ...]] = set()
    say(label("profile.ask", lang))
    while (one := next((one for one in found.proposals(lang) if one.keys not in asked), None)) is not None:
        asked.add(one.keys)
        say(f"\n{one.reason}\n  {', '.join(one.places[:5])}{' …' if len(one.places) > 5 else ''}")
        before = found.counts()
        while True:
            answer = click.prompt(
                visible(f"[{one.section}] {'' if isinstance(one.value, dict) else one.keys[-1] + ' = '}"),
                default=visible(as_typed(one.value)),
                prompt_suffix="",
                err=False,
            )
            if answer.strip() == _SKIP:
                break
            try:
                content = settled(text, one, as_value(answer, one.value))
                found.read(content)
            except MethodError as error:
                say(error_message(error.key, lang, error.params))
                continue
            except ValueError:
                say(label("profile.ask", lang))
                continue
            text = content
            _write(target, text)
            after = found.counts()
            changed = [f"{words[k]} {before[k]}→{after[k]}" for k in LEVELS if before[k] != after[k]]
            say(label("profile.effect", lang, effect=", ".join(changed) or "±0"))
            break
    return text


def _write(target: Path, content: str) -> None:
    from riskbook.opc import save

    tomllib.loads(content)
    save(content.encode(), target, overwrite=True)
