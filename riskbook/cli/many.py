"""Runs the jobs of `riskbook assess`: progress, Ctrl-C, the journal, and the summary at the end."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.report import exit_code, next_step, print_json, print_line, print_notices, print_text
from riskbook.cli.run import print_traceback
from riskbook.cli.terminal import error_message, label, say
from riskbook.errors import ClusterError
from riskbook.model import few

if TYPE_CHECKING:
    from riskbook.batch import Found, Options
    from riskbook.batch.engine import Pool
    from riskbook.records import Job, Journal, Memory, Outcome, Recorder

_FEW = 4  # workbooks that are assessed sooner than other processes have started
INTERRUPTED = 130
_SHOWN_NAMES, _SHOWN_NOTABLE = 10, 50  # skipped files, workbooks that failed or have errors


@dataclass(frozen=True)
class Call:
    """How the jobs of one call are run and shown.

    `sources`: as named on the command line. `folder`: of the journal. `screen`: language of messages. `lines`: print a
    line for each workbook instead of its findings. `json`: print one JSON object. `jobs`: most processes. `scheduler`:
    address of the cluster. `portfolio`: where to write the overview. `following`: what to do next, as
    `next_step` takes it, by the outcome of the only workbook; of several it gets None.
    """

    sources: Sequence[str]
    folder: str | None
    screen: str
    lines: bool
    json: bool
    traceback: bool
    jobs: int | None
    scheduler: str | None
    portfolio: str | None
    following: Callable[[Outcome | None], Sequence[object]]


def run_found(found: Found, options: Options, call: Call, recorder: Recorder | None) -> int:
    """Runs the jobs, prints their outcomes, writes the portfolio; returns the exit code. `recorder`: of histories.

    Raises `RiskbookError` where the journal, the cluster or the portfolio cannot be used.
    """
    from riskbook.opc import storage
    from riskbook.records import Journal, Memory, outcomes

    screen, method = call.screen, options.settings.method
    if not found.jobs:
        if call.json:
            print_json([], method.name, screen)
        say(label("screen.none", screen, sources=[storage.shown(source) for source in call.sources]), err=True)
        return 3
    display = _Display(screen, lines=call.lines, json=call.json, total=len(found.jobs))
    started = time.monotonic()
    with Journal(call.folder) as journal, Stop(label("screen.stopping", screen)) as stop, contextlib.ExitStack() as end:
        memory = Memory(journal, recorder, lambda: options.today, method)
        try:
            pool = end.enter_context(contextlib.closing(_pool(len(found.jobs), call.jobs, call.scheduler)))
            lost = _run_jobs(found, options, call, pool, memory, display, stop)
        except KeyboardInterrupt:
            if call.json:
                print_json((outcome for _, outcome, _ in outcomes(journal, found.jobs)), method.name, screen)
            return INTERRUPTED
        finally:
            print_notices(memory, screen)
            if recorder is not None:
                recorder.close()
                if recorder.made is not None and not call.json:
                    say(label("screen.history-made", screen, path=recorder.made), err=True)
        left = len(found.jobs) - display.statuses.total()
        code = _conclude(found, options, call, journal, display, pool, time.monotonic() - started)
        code = max(code, 3) if memory.failed else code
        reached = [outcome for _, outcome, _ in outcomes(journal, found.jobs)] if len(found.jobs) == 1 else []
    if lost is not None:
        raise lost
    if left and stop.asked:
        key = "screen.stopped" if call.folder else "screen.stopped-here"
        say(label(key, screen, count=left), err=True)
        return INTERRUPTED
    sentence, *more = call.following(reached[0] if reached else None)
    next_step(str(sentence), screen, *more, json=call.json, code=code)
    return code


def _run_jobs(
    found: Found, options: Options, call: Call, pool: Pool, memory: Memory, display: _Display, stop: Stop
) -> ClusterError | None:
    """Runs the jobs and shows the progress; returns the error that ended the cluster, if any."""
    from riskbook.batch import run_jobs

    try:
        with display.progress() as progressed:
            asked = {"known": memory.knowing, "earlier": memory.remembering}
            done = run_jobs(found.jobs, options, pool, **asked, stop=lambda: stop.asked)
            for job, outcome in done:
                # A folder may hold riskbook's own reports: they are counted, not reported as failed.
                if call.lines and outcome.error and outcome.error[0] == "own-report":
                    outcome.status = "own"
                memory.note(job, outcome)
                print_traceback(outcome, call.traceback)
                progressed(job, outcome)
    except ClusterError as error:
        return error
    except KeyboardInterrupt:
        pool.kill()
        raise
    return None


def _conclude(
    found: Found, options: Options, call: Call, journal: Journal, display: _Display, pool: Pool, seconds: float
) -> int:
    """Prints the outcomes as JSON or a line, and writes the portfolio; returns the exit code of the workbooks."""
    from riskbook.records import outcomes

    left = len(found.jobs) - display.statuses.total()
    if call.json:
        done = (
            replace(outcome, notices=display.notices.get(job.key, ()))
            for job, outcome, _ in outcomes(journal, found.jobs)
        )
        print_json(done, options.settings.method.name, call.screen)
    display.end(found, seconds)
    if call.portfolio is not None and left:
        say(label("screen.no-portfolio", call.screen), err=True)
    elif call.portfolio is not None and display.statuses.total():
        _write_portfolio(journal, found, options, pool, call.portfolio, call.screen, quiet=call.json)
    return exit_code(outcome for _, outcome, _ in outcomes(journal, found.jobs, record=False))


def _pool(count: int, processes: int | None, scheduler: str | None) -> Pool:
    from riskbook import batch  # which loads each pool on first use

    if scheduler is not None:
        logging.disable()  # Dask would print tracebacks of errors that are reported in one sentence
        return batch.ClusterPool(scheduler)
    if (count <= _FEW and processes is None) or count <= 1:
        return batch.HerePool()
    return batch.LocalPool(min(processes or _processors(), count))


def _processors() -> int:
    """The number of processors that this process may use, which may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write_portfolio(
    journal: Journal, found: Found, options: Options, pool: Pool, portfolio: str, screen: str, *, quiet: bool
) -> None:
    from riskbook.batch import write_portfolio

    names, kept, problem = write_portfolio(
        journal,
        found.jobs,
        portfolio,
        options.settings.method,
        options.settings.lang or screen,
        options.today,
        pool=pool,
        force=options.force,
    )
    if not quiet:
        say(label("screen.portfolio", screen, names=names))
        for backup in kept:
            say(label("screen.backup", screen, backup=backup))
    if problem is not None:
        say(error_message(problem.key, screen, problem.params), err=True)


class _Display:
    """Prints while workbooks are assessed: on a terminal a progress bar, elsewhere a line or more for each."""

    def __init__(self, lang: str, *, lines: bool, json: bool, total: int) -> None:
        self.statuses: Counter[str] = Counter()
        self._lang, self._lines, self._json, self._total = lang, lines, json, total
        self._bar = lines and sys.stderr.isatty()
        self._printed = not json and not (self._bar and sys.stdout.isatty())
        self._notable: list[Outcome] = []
        self.notices: dict[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {}  # by job; the journal has none
        self._first: dict[str, str] = {}  # digest of an input → the first workbook with it
        self._copies: dict[str, list[str]] = {}  # digest of an input that several have → their names

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[Job, Outcome], None]]:
        """Gives the function to call with each job and its outcome."""
        if not self._bar:
            yield self._note
            return
        started, words = time.monotonic(), label("screen.bar", self._lang)
        with click.progressbar(
            length=self._total, label=words, file=sys.stderr, show_pos=True, item_show_func=lambda item: item
        ) as bar:
            from riskbook.opc import storage

            def progressed(job: Job, outcome: Outcome) -> None:
                self._note(job, outcome)
                rate = self.statuses.total() / max(time.monotonic() - started, 0.001)
                bar.update(1, label("screen.rate", self._lang, rate=f"{rate:.1f}", name=storage.shown(job.name)[-30:]))

            yield progressed

    def _note(self, job: Job, outcome: Outcome) -> None:
        self.statuses[outcome.status] += 1
        if outcome.notices and self._json:
            self.notices[job.key] = outcome.notices
        if outcome.input_digest:
            first = self._first.setdefault(outcome.input_digest, job.name)
            if first is not job.name:
                self._copies.setdefault(outcome.input_digest, [first]).append(job.name)
        if outcome.status == "own":
            return
        if self._printed:
            (print_line if self._lines else print_text)(outcome, self._lang)
        elif not self._json and outcome.status in ("failed", "findings") and len(self._notable) < _SHOWN_NOTABLE:
            # Without its result, which holds the whole workbook in memory.
            self._notable.append(replace(outcome, result=None))

    def end(self, found: Found, seconds: float) -> None:
        """Prints how many were assessed and skipped, and which are copies; after a bar also those that need a look."""
        from riskbook.opc import storage

        for outcome in self._notable:
            print_line(outcome, self._lang)
        for alike in self._copies.values():
            shown = few([storage.shown(name) for name in sorted(alike)], _SHOWN_NAMES)
            say(label("screen.copies", self._lang, count=len(alike), names=shown), err=True)
        if not self._lines:
            return
        counts = {status: self.statuses[status] for status in ("ok", "findings", "failed", "unchanged")}
        files = sum(counts.values())
        rate = f"{files / max(seconds, 0.001):.1f}"
        say(
            label("screen.done", self._lang, files=files, seconds=f"{seconds:.1f}", rate=rate, **counts), err=self._json
        )
        if found.left:
            names = few(found.left, _SHOWN_NAMES)
            say(label("screen.left", self._lang, count=len(found.left), names=names), err=True)
        own = len(found.own) + self.statuses["own"]
        if own:
            say(label("screen.own", self._lang, count=own), err=self._json)


class Stop:
    """Handles signals: the first Ctrl-C sets `asked` and prints `message`; the second, and SIGTERM, interrupt.

    Without a message there is nothing to wait for: then SIGTERM, too, only sets `asked`.
    """

    def __init__(self, message: str) -> None:
        self.asked = False
        self._message = message
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        with contextlib.suppress(ValueError):  # only the main thread may handle signals
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: object) -> None:
        if self.asked or (number == signal.SIGTERM and self._message):
            self.asked = True
            raise KeyboardInterrupt
        self.asked = True
        if self._message:
            say(self._message, err=True)
