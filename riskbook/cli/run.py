"""Assesses workbooks one after the other for the commands that only read, and prints the outcomes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from riskbook.cli.options import Given, refuse_empty, usage_errors
from riskbook.cli.report import exit_code, next_step, print_json
from riskbook.cli.terminal import label, say
from riskbook.errors import OutputError, PackageError

if TYPE_CHECKING:
    from riskbook.method import Method
    from riskbook.records import Job, Outcome
    from riskbook.settings import Settings


def run(
    workbooks: Sequence[str],
    given: Given,
    *,
    following: Callable[[Sequence[Outcome]], Sequence[object]],
    format_: str,
    traceback: bool,
    show: Callable[[Outcome, str], None],
    document: Callable[[list[Outcome], str, str], None] = print_json,
    conclude: Callable[[list[Outcome], Method], None] | None = None,
    joined: bool = False,
) -> NoReturn:
    """Assesses each workbook, prints the outcomes, and exits with `exit_code`.

    `workbooks`: as for `riskbook assess`. Of a folder, a workbook and its result are one, as `assess` would join them.
    `show`: prints one outcome as text. `document`: prints all as JSON; its second parameter is the name of the method.
    The last parameter of both is the language of messages that are not about one workbook. `conclude`: called at the
    end with all outcomes. `joined`: a file that is named and its result are one, too. `following`: what to do next, by
    the outcomes, as `next_step` takes it.
    """
    settings = read_settings(workbooks, given)
    outcomes: list[Outcome] = []
    for outcome in assessed(workbooks, given, settings, traceback=traceback, joined=joined):
        outcomes.append(outcome)
        if format_ == "text" and outcome.input:
            show(outcome, given.screen)
    if conclude is not None:
        conclude(outcomes, settings.method)
    if format_ == "json":
        document([outcome for outcome in outcomes if outcome.input], settings.method.name, given.screen)
    code = exit_code(outcomes)
    key, *words = following(outcomes)
    next_step(str(key), given.screen, *words, json=format_ == "json", code=code)
    sys.exit(code)


def read_settings(workbooks: Sequence[str], given: Given) -> Settings:
    """The settings for reading these workbooks; a usage error where a name is empty, or an option or file is wrong."""
    refuse_empty(*workbooks)
    return given.settings([name for name in workbooks if os.path.isfile(name)])


def assessed(
    workbooks: Sequence[str], given: Given, settings: Settings, *, traceback: bool, joined: bool = False
) -> Iterator[Outcome]:
    """Assesses each workbook, one after the other; the parameters are those of `run`.

    Where there are none, it says so, and the one outcome is a failed one without input.
    """
    from riskbook.batch import guarded
    from riskbook.opc import storage
    from riskbook.records import Outcome

    with usage_errors(given.screen):
        jobs = _jobs(workbooks, joined=joined)
    for job, named in jobs:
        outcome = Outcome(storage.shown(job.source), given.lang)
        # Defaults bind the variables of this turn of the loop.
        guarded(outcome, lambda job=job, named=named, outcome=outcome: _assess(job, named, settings, outcome))  # type: ignore[misc]
        if outcome.error and outcome.error[0] == "own-report" and job.source not in workbooks:
            continue  # riskbook's own reports in a folder
        print_traceback(outcome, traceback)
        yield outcome
    if not jobs:
        say(label("screen.none", given.screen, sources=list(workbooks)), err=True)
        yield Outcome("", given.lang)


def _assess(job: Job, named: str | None, settings: Settings, outcome: Outcome) -> None:
    """Assesses a workbook together with its result; `named`: the one of the two that a person named.

    Where the other one turns out to be another client's, the one that was named is read alone.
    """
    from riskbook import living, pipeline
    from riskbook.batch import finished
    from riskbook.opc import storage
    from riskbook.records import resolved, settings_for

    def opened(source: str) -> tuple[Settings, bytes, pipeline.Opened]:
        chosen = settings if storage.is_url(source) else settings_for(Path(source), settings)
        chosen.check()
        data = storage.read(source)
        return chosen, data, pipeline.opened(data, chosen)

    source = job.source
    chosen, data, own = opened(source)
    existing = storage.read_if_present(job.target) if job.beside else None
    both = living.own(own)
    if existing is not None:
        # By its name alone, a copied result may lie beside the workbook of somebody else.
        place = living.Place(resolved(source), job.target, certain=named is None)
        try:
            both = living.join(own, data, existing, place, chosen)
        except OutputError as error:
            if error.key == "not-its-result":
                _refuse_damaged(existing, job.target, chosen)
            if named is None or error.key != "not-its-result":
                raise
            other = job.target if named == source else source
            if named != source:
                source = named
                chosen, data, own = opened(source)
                both = living.own(own)
                outcome.input = storage.shown(source)
            outcome.notices = (("beside-foreign", {"path": storage.shown(other)}),)
    outcome.notices = (*outcome.notices, *both.notices)
    finished(outcome, pipeline.assess_opened(both.opened, Path(source), chosen, findings=both.findings))


def _refuse_damaged(existing: bytes, target: str, settings: Settings) -> None:
    """Raises `OutputError` where a file that has the name of a result cannot be opened: what it holds is not known."""
    from riskbook import pipeline
    from riskbook.opc import storage

    try:
        pipeline.opened(existing, settings)
    except PackageError as error:
        raise OutputError("result-damaged", path=storage.shown(target)) from error


def find_workbooks(workbooks: Sequence[str]) -> list[str]:
    """The workbooks that are named, and those in folders and patterns."""
    return [job.source for job, _ in _jobs(workbooks)]


def _jobs(workbooks: Sequence[str], *, joined: bool = False) -> list[tuple[Job, str | None]]:
    """The workbooks, each with the name by which a person named it: a file that is named is just that file.

    With `joined` it is one with its result. Others are found as for `assess`.
    """
    from riskbook.batch import find
    from riskbook.opc import storage
    from riskbook.records import Job

    jobs: dict[str, tuple[Job, str | None]] = {}
    for name in workbooks:
        alone = not (storage.is_folder(name) or storage.is_pattern(name))
        if joined or not alone:
            jobs |= {job.source: (job, name if alone else None) for job in find([name], None).jobs}
        else:
            jobs[name] = (Job(name, name, name, name), name)
    return list(jobs.values())


def day_of_run(given: Given) -> date:
    """The day of the assessments: as given, else today."""
    return given.today or date.today()


def print_traceback(outcome: Outcome, wanted: bool) -> None:
    """Prints the traceback of a bug, if wanted."""
    if wanted and outcome.bug:
        say(outcome.bug, err=True)
