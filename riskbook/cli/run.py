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
from riskbook.errors import OutputError

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
    from riskbook import living, pipeline
    from riskbook.batch import finished, guarded
    from riskbook.opc import storage
    from riskbook.records import Outcome, resolved, settings_for

    def work(job: Job, outcome: Outcome) -> None:
        path = Path(job.source)
        chosen = settings if storage.is_url(job.source) else settings_for(path, settings)
        chosen.check()
        data = storage.read(job.source)
        source = pipeline.opened(data, chosen)
        existing = storage.read_if_present(job.target) if job.beside else None
        place = living.Place(resolved(job.source), job.target, certain=True)
        both = living.own(source)
        try:
            both = both if existing is None else living.join(source, data, existing, place, chosen)
        except OutputError as error:
            if not (joined and error.key == "not-its-result"):  # a file that is named is read, whatever lies beside it
                raise
        outcome.notices = both.notices
        finished(outcome, pipeline.assess_opened(both.opened, path, chosen, findings=both.findings))

    with usage_errors(given.screen):
        jobs = _jobs(workbooks, joined=joined)
    for job in jobs:
        outcome = Outcome(storage.shown(job.source), given.lang)
        # Defaults bind the variables of this turn of the loop.
        guarded(outcome, lambda job=job, outcome=outcome: work(job, outcome))  # type: ignore[misc]
        if outcome.error and outcome.error[0] == "own-report" and job.source not in workbooks:
            continue  # riskbook's own reports in a folder
        print_traceback(outcome, traceback)
        yield outcome
    if not jobs:
        say(label("screen.none", given.screen, sources=list(workbooks)), err=True)
        yield Outcome("", given.lang)


def find_workbooks(workbooks: Sequence[str]) -> list[str]:
    """The workbooks that are named, and those in folders and patterns."""
    return [job.source for job in _jobs(workbooks)]


def _jobs(workbooks: Sequence[str], *, joined: bool = False) -> list[Job]:
    """The workbooks: a file that is named is just that file, unless `joined`; others are found as for `assess`."""
    from riskbook.batch import find
    from riskbook.opc import storage
    from riskbook.records import Job

    jobs: dict[str, Job] = {}
    for name in workbooks:
        if joined or storage.is_folder(name) or storage.is_pattern(name):
            jobs |= {job.source: job for job in find([name], None).jobs}
        else:
            jobs[name] = Job(name, name, name, name)
    return list(jobs.values())


def day_of_run(given: Given) -> date:
    """The day of the assessments: as given, else today."""
    return given.today or date.today()


def print_traceback(outcome: Outcome, wanted: bool) -> None:
    """Prints the traceback of a bug, if wanted."""
    if wanted and outcome.bug:
        say(outcome.bug, err=True)
