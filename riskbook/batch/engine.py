"""Runs jobs in this process, in parallel processes of this machine, or on a Dask cluster."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from typing import Protocol

import riskbook
from riskbook.batch.job import OUT_OF_MEMORY, Options, assess_job, unchanged
from riskbook.errors import ClusterError
from riskbook.opc import storage
from riskbook.records.jobs import Job, Outcome

_WORKBOOKS_A_PROCESS = 500  # then a new one replaces it, since libraries may not release all memory
_CONNECT_WITHIN = 15.0  # seconds


class Pool(Protocol):
    """Where jobs run.

    `width`: jobs submitted at a time. `tries`: attempts at a job over which workers die. `near`: whether they run on
    this machine, so that a workbook is looked at here before it is given to them.
    """

    width: int
    tries: int
    near: bool

    def submit(self, job: Job, options: Options) -> Future[Outcome]:
        """Starts or queues a job; the future gives its outcome, or the error of the worker."""

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
        future: Future[Outcome] = Future()
        future.set_result(assess_job(job, options))
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


class LocalPool:
    """Processes of this machine, each an executor of its own; `work`: what they do, a function of a module.

    An executor breaks as a whole when one of its processes dies, and loses the jobs of all others.
    """

    tries = 2
    near = True

    def __init__(self, processes: int, work: Callable[[Job, Options], Outcome] | None = None) -> None:
        self.width = processes
        self._work = work or _assess_light
        self._workers = [_Worker(self._work) for _ in range(processes)]

    def submit(self, job: Job, options: Options) -> Future[Outcome]:
        """Gives the job to an idle process."""
        place, worker = next((place, worker) for place, worker in enumerate(self._workers) if worker.idle)
        if not worker.spent:
            with contextlib.suppress(BrokenProcessPool):  # it died while idle
                return worker.submit(job, options)
        worker.executor.shutdown(wait=False)
        self._workers[place] = _Worker(self._work)
        return self._workers[place].submit(job, options)

    def died(self, error: BaseException) -> bool:
        """Whether the process was killed, crashed, or ran out of memory."""
        return isinstance(error, BrokenProcessPool | MemoryError)

    def lost(self, error: BaseException | None) -> bool:
        """Never: a process that died is replaced."""
        return False

    def close(self) -> None:
        """Ends the processes once they have finished their jobs."""
        for worker in self._workers:
            worker.executor.shutdown()

    def kill(self) -> None:
        """Kills the processes; no file is left half written."""
        for process in active_children():
            process.kill()
        for worker in self._workers:
            worker.executor.shutdown(wait=False, cancel_futures=True)


class _Worker:
    """One process, with its current or last job."""

    def __init__(self, work: Callable[[Job, Options], Outcome]) -> None:
        self._work = work
        self.executor = ProcessPoolExecutor(1, get_context("spawn"), _begin)
        self._last: Future[Outcome] | None = None
        self._count = 0

    @property
    def idle(self) -> bool:
        """Whether it runs no job."""
        return self._last is None or self._last.done()

    @property
    def spent(self) -> bool:
        """Whether it must be replaced: it died, or has done `_WORKBOOKS_A_PROCESS`."""
        died = self._last is not None and isinstance(self._last.exception(), BrokenProcessPool)
        return died or self._count >= _WORKBOOKS_A_PROCESS

    def submit(self, job: Job, options: Options) -> Future[Outcome]:
        """Starts a job."""
        self._count += 1
        self._last = self.executor.submit(self._work, job, options)
        return self._last


class ClusterPool:
    """A Dask cluster; needs the extra `riskbook[dask]` here, and this version of riskbook on every worker.

    Raises `ClusterError` where the scheduler cannot be reached, or a worker has another version or none.
    """

    tries = 1  # Dask itself tries the next worker
    near = False

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise ClusterError("dask-extra") from error
        try:
            self._client = Client(address, timeout=_CONNECT_WITHIN, set_as_default=False)
        except Exception as error:  # each transport raises errors of its own
            raise ClusterError("cluster-not-found", address=address, detail=storage.detail_of(error)) from error
        self._address = address
        threads = self._refuse_unfit()
        self.width = 2 * threads
        self._executor = self._client.get_executor(pure=False)

    def _refuse_unfit(self) -> int:
        """Raises `ClusterError` without workers or for one without this riskbook; returns the number of threads."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            self._client.close()
            raise ClusterError("cluster-empty", address=self._address)
        # `eval`, because a function of riskbook could not be loaded by a worker without riskbook.
        versions = self._client.run(eval, "__import__('riskbook').__version__", on_error="return")
        for worker, version in versions.items():
            if version != riskbook.__version__:
                self._client.close()
                found = storage.detail_of(version) if isinstance(version, BaseException) else f"riskbook {version}"
                raise ClusterError("worker-unfit", worker=worker, found=found, version=riskbook.__version__)
        return sum(worker["nthreads"] for worker in workers.values())

    def submit(self, job: Job, options: Options) -> Future[Outcome]:
        """Gives the job to the scheduler."""
        # Relative paths become absolute: the working folder of a worker is another.
        places = (place if storage.is_url(place) else str(Path(place).absolute()) for place in (job.source, job.target))
        source, target = places
        absolute = replace(job, source=source, target=target)
        future: Future[Outcome] = self._executor.submit(_assess_light, absolute, options)
        return future

    def died(self, error: BaseException) -> bool:
        """Whether several workers died over the job (Dask has tried again by itself)."""
        return type(error).__name__ == "KilledWorker"

    def lost(self, error: BaseException | None) -> bool:
        """Whether the scheduler is gone: riskbook cancels no job, so a cancelled one was cancelled by Dask."""
        cancelled = "Cancelled" in type(error).__name__ or "CommClosed" in type(error).__name__
        return cancelled or self._client.status not in ("running", "connecting")

    def close(self) -> None:
        """Disconnects; the cluster goes on."""
        self._client.close(timeout=2)

    def kill(self) -> None:
        """Disconnects; the cluster drops jobs that nobody waits for."""
        self.close()


def _assess_light(job: Job, options: Options) -> Outcome:
    outcome = assess_job(job, options)
    if outcome.error and outcome.error[0] == OUT_OF_MEMORY:
        raise MemoryError  # counts as a death of the worker, so that the job is tried once more
    return replace(outcome, result=None)  # the assessment itself is not sent between processes


def _begin() -> None:
    # Ctrl-C and the system's request to end reach all processes; the parent decides, and jobs that run are finished.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    settle()


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # not sys.exit, which would end this thread only


def settle() -> None:
    """Imports what an assessment needs, and keeps the garbage collector from scanning it for every workbook."""
    from riskbook import pipeline

    pipeline.keep_texts_in_python()
    gc.collect()
    gc.freeze()
