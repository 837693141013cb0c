"""Runs the jobs of `riskbook assess`: progress, Ctrl-C, the journal, and what is said at the end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.memory import Memory
from riskbook.cli.report import exit_code, print_json, print_line, print_text
from riskbook.cli.run import print_traceback
from riskbook.errors import ClusterError
from riskbook.model import few
from riskbook.text import error_message, label

if TYPE_CHECKING:
    from riskbook.batch import Found, Options
    from riskbook.batch.engine import Pool
    from riskbook.records import Job, Journal, Outcome, Recorder

_FEW = 4  # workbooks that are done before other processes have started
INTERRUPTED = 130
_SHOWN_NAMES, _SHOWN_NOTABLE = 10, 50


def run_found(
    found: Found,
    options: Options,
    folder: str | None,
    *,
    screen: str,
    lines: bool,
    json: bool,
    traceback: bool,
    jobs: int | None,
    scheduler: str | None,
    portfolio: str | None,
    sources: Sequence[str],
    keeper: Recorder | None = None,
) -> int:
    """Runs what was found, prints it, writes the portfolio; the exit code.

    `folder`: keeps the journal. `keeper`: keeps the histories. `lines`: a line a workbook instead of its findings.
    Raises `RiskbookError` where the journal, the cluster or the portfolio cannot be used.
    """
    from riskbook.batch import run_jobs
    from riskbook.opc import storage
    from riskbook.records import Journal, outcomes

    say = _Screen(screen, lines=lines, json=json, total=len(found.jobs))
    if not found.jobs:
        if json:
            print_json([], options.method.name, screen)
        click.echo(label("screen.none", screen, sources=[storage.shown(source) for source in sources]), err=True)
        return 3
    started = time.monotonic()
    lost: ClusterError | None = None
    with Journal(folder) as journal, Stop(label("screen.stopping", screen)) as stop:
        pool = _pool(len(found.jobs), jobs, scheduler)
        memory = Memory(journal, keeper, lambda: options.today, options.method, screen)
        try:
            with say.progress() as progressed:
                done = run_jobs(found.jobs, options, pool, known=memory.knowing, stop=lambda: stop.asked)
                for job, outcome in done:
                    if lines and outcome.error and outcome.error[0] == "own-report":
                        outcome.status = "own"
                    memory.note(job, outcome)
                    print_traceback(outcome, traceback)
                    progressed(job, outcome)
        except ClusterError as error:
            lost = error
        except KeyboardInterrupt:
            pool.kill()
            return INTERRUPTED
        finally:
            memory.end()
            if keeper is not None:
                keeper.close()
        pool.close()
        left = len(found.jobs) - say.statuses.total()
        if json:
            print_json((outcome for _, outcome, _ in outcomes(journal, found.jobs)), options.method.name, screen)
        say.end(found, time.monotonic() - started)
        if portfolio is not None and left:
            click.echo(label("screen.no-portfolio", screen), err=True)
        elif portfolio is not None and say.statuses.total():
            _write_portfolio(journal, found, options, portfolio, screen, quiet=json)
        code = exit_code(outcome for _, outcome, _ in outcomes(journal, found.jobs, record=False))
        code = max(code, 3) if memory.failed else code
    if lost is not None:
        raise lost
    if left and stop.asked:
        key = "screen.stopped" if folder else "screen.stopped-here"
        click.echo(label(key, screen, count=left), err=True)
        return INTERRUPTED
    return code


def _pool(count: int, processes: int | None, scheduler: str | None) -> Pool:
    from riskbook.batch import ClusterPool, HerePool, LocalPool

    if scheduler is not None:
        return ClusterPool(scheduler)
    if (count <= _FEW and processes is None) or count <= 1:
        return HerePool()
    return LocalPool(min(processes or _processors(), count))


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write_portfolio(
    journal: Journal, found: Found, options: Options, portfolio: str, screen: str, *, quiet: bool
) -> None:
    from riskbook.batch import write_portfolio

    names, problem = write_portfolio(
        journal, found.jobs, portfolio, options.method, options.lang or screen, options.today, force=options.force
    )
    if not quiet:
        click.echo(label("screen.portfolio", screen, names=names))
    if problem is not None:
        click.echo(error_message(problem.key, screen, problem.params), err=True)


class _Screen:
    """What is printed while workbooks are done: on a terminal a bar, elsewhere a line each."""

    def __init__(self, lang: str, *, lines: bool, json: bool, total: int) -> None:
        self.statuses: Counter[str] = Counter()
        self._lang, self._lines, self._json, self._total = lang, lines, json, total
        self._bar = lines and sys.stderr.isatty()
        self._printed = not json and not (self._bar and sys.stdout.isatty())
        self._notable: list[Outcome] = []

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[Job, Outcome], None]]:
        """Gives what is to be called for each workbook that is done."""
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
        if outcome.status == "own":
            return
        if self._printed:
            (print_line if self._lines else print_text)(outcome, self._lang)
        elif outcome.status in ("failed", "findings") and len(self._notable) < _SHOWN_NOTABLE:
            self._notable.append(replace(outcome, result=None))

    def end(self, found: Found, seconds: float) -> None:
        """What was done, and what was left aside; on a terminal also which failed or have errors to look at."""
        for outcome in self._notable:
            print_line(outcome, self._lang)
        if not self._lines:
            return
        counts = {status: self.statuses[status] for status in ("ok", "findings", "failed", "unchanged")}
        files = sum(counts.values())
        rate = f"{files / max(seconds, 0.001):.1f}"
        click.echo(
            label("screen.done", self._lang, files=files, seconds=f"{seconds:.1f}", rate=rate, **counts), err=self._json
        )
        if found.left:
            names = few(found.left, _SHOWN_NAMES)
            click.echo(label("screen.left", self._lang, count=len(found.left), names=names), err=True)
        own = len(found.own) + self.statuses["own"]
        if own:
            click.echo(label("screen.own", self._lang, count=own), err=self._json)


class Stop:
    """Ctrl-C, or an end asked for by the system: `asked` from the first on; the second ends at once."""

    def __init__(self, said: str) -> None:
        self.asked = False
        self._said = said
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        with contextlib.suppress(ValueError):  # not in the main thread: then someone else handles signals
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        if self._said:
            click.echo(self._said, err=True)
