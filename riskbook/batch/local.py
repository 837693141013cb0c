"""Runs jobs in parallel processes of this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context, parent_process
from typing import Any

from riskbook.batch.engine import T, assess_light, settle
from riskbook.batch.job import Options
from riskbook.records.jobs import Job, Outcome

_CALLS_A_PROCESS = 500  # then a new one replaces it, since libraries may not release all memory


class LocalPool:
    """Processes of this machine, each an executor of its own; `work`: what they do with a job, a function of a module.

    An executor breaks as a whole when one of its processes dies, and loses the jobs of all others.
    """

    tries = 2
    near = True

    def __init__(self, processes: int, work: Callable[[Job, Options], Outcome] | None = None) -> None:
        self.width = processes
        self._work = work or assess_light
        self._workers = [_Worker() for _ in range(processes)]

    def submit(self, job: Job, options: Options) -> Future[Outcome]:
        """Gives the job to an idle process."""
        return self.call(self._work, job, options)

    def call(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Gives the call to an idle process."""
        place, worker = next((place, worker) for place, worker in enumerate(self._workers) if worker.idle)
        if not worker.spent:
            with contextlib.suppress(BrokenProcessPool):  # it died while idle
                return worker.submit(work, *arguments)
        worker.executor.shutdown(wait=False)
        self._workers[place] = _Worker()
        return self._workers[place].submit(work, *arguments)

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
    """One process, with its current or last call."""

    def __init__(self) -> None:
        self.executor = ProcessPoolExecutor(1, get_context("spawn"), _begin)
        self._last: Future[Any] | None = None
        self._count = 0

    @property
    def idle(self) -> bool:
        """Whether it runs nothing."""
        return self._last is None or self._last.done()

    @property
    def spent(self) -> bool:
        """Whether it must be replaced: it died, or has done `_CALLS_A_PROCESS`."""
        died = self._last is not None and isinstance(self._last.exception(), BrokenProcessPool)
        return died or self._count >= _CALLS_A_PROCESS

    def submit(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Starts a call."""
        self._count += 1
        self._last = future = self.executor.submit(work, *arguments)
        return future


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
