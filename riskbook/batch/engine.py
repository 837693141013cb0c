"""Runs jobs where a pool says: in this process, in others (`local`), or on a Dask cluster (`cluster`)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from riskbook.batch.job import OUT_OF_MEMORY, Options, assess_job, unchanged
from riskbook.errors import ClusterError
from riskbook.opc import storage
from riskbook.records.jobs import Job, Outcome

T = TypeVar("T")


class Pool(Protocol):
    """Where jobs run.

    `width`: jobs and calls submitted at a time. `tries`: attempts at a job over which workers die. `near`: whether they
    run on this machine; then a workbook is looked at here before it is given to them, and a portfolio is made here.
    """

    width: int
    tries: int
    near: bool

    def submit(self, job: Job, options: Options) -> Future[Outcome]:
        """Starts or queues a job; the future gives its outcome, or the error of the worker."""

    def call(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Starts or queues a call of a function of a module."""

    def died(self, error: BaseException) -> bool:
        """Whether this error of a future means that the worker died while it ran the job."""

    def lost(self, error: BaseException | None) -> bool:
        """Whether no submitted job can ever finish; `error`: with which a job ended, None while none has."""

    def close(self) -> None:
        """Ends the workers once they have finished their jobs."""

    def kill(self) -> None:
        """Ends the workers at once, whatever they are running."""


def run_jobs(
    jobs: Sequence[Job],
    options: Options,
    pool: Pool,
    *,
    known: Callable[[Job], Job],
    earlier: Callable[[Job], Job] = lambda job: job,
    stop: Callable[[], bool],
) -> Iterator[tuple[Job, Outcome]]:
    """Runs the jobs and yields each with its outcome, in the order in which they finish.

    `known`: adds to a job what journal and history know of it, `earlier`: its earlier runs, if it is assessed. Once
    `stop()` is true no job is started, and those that run are finished. A job has failed after `pool.tries` workers
    died over it.
    Raises `ClusterError` where the pool is lost.
    """
    waiting = iter(jobs)
    tries: dict[str, int] = {}
    running: dict[Future[Outcome], Job] = {}
    again: list[Job] = []
    while True:
        while len(running) < pool.width and not stop():
            job = again.pop() if again else next(waiting, None)
            if job is None:
                break
            informed = known(job)
            if pool.near and job.key not in tries and (outcome := unchanged(informed, options)) is not None:
                yield job, outcome
                continue
            tries[job.key] = tries.get(job.key, 0) + 1
            running[pool.submit(earlier(informed), options)] = job
        if not running:
            return
        done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
        if not done and pool.lost(None):
            raise ClusterError("cluster-lost")
        for future in done:
            job = running.pop(future)
            try:
                outcome = future.result()
            except (Exception, CancelledError) as error:
                if pool.lost(error):
                    raise ClusterError("cluster-lost") from error
                if pool.died(error) and tries[job.key] < pool.tries and not stop():
                    again.append(job)
                    continue
                key = "worker-died" if pool.died(error) else "worker-error"
                detail = f"{type(error).__name__}: {error}"
                outcome = Outcome(
                    storage.shown(job.source),
                    options.settings.lang,
                    error=(key, {"tries": tries[job.key], "detail": detail}),
                )
            tries.pop(job.key, None)
            yield job, outcome


class HerePool:
    """One job after the other in this process."""

    width = 1
    tries = 1
    near = True

    def __init__(self) -> None:
        self._settled = False

    def submit(self, job: Job, options: Options) -> Future[Outcome]:
        """Runs the job."""
        if not self._settled:
            settle()
            self._settled = True
        return self.call(assess_job, job, options)

    def call(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Calls the function."""
        future: Future[T] = Future()
        future.set_result(work(*arguments))
        return future

    def died(self, error: BaseException) -> bool:
        """Never: the worker is this process."""
        return False

    def lost(self, error: BaseException | None) -> bool:
        """Never."""
        return False

    def close(self) -> None:
        """Nothing to end."""

    def kill(self) -> None:
        """Nothing runs beside this process."""


def assess_light(job: Job, options: Options) -> Outcome:
    """As `assess_job`, without the assessment itself, which is not sent between processes."""
    outcome = assess_job(job, options)
    if outcome.error and outcome.error[0] == OUT_OF_MEMORY:
        raise MemoryError  # counts as a death of the worker, so that the job is tried once more
    return replace(outcome, result=None)


def settle() -> None:
    """Imports what an assessment needs, and keeps the garbage collector from scanning it for every workbook."""
    from riskbook import pipeline

    pipeline.keep_texts_in_python()
    gc.collect()
    gc.freeze()
