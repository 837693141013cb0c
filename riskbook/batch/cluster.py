"""Runs jobs on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import riskbook
from riskbook.batch.engine import T, assess_light
from riskbook.batch.job import Options
from riskbook.errors import ClusterError
from riskbook.opc import storage
from riskbook.records.jobs import Job, Outcome

_CONNECT_WITHIN = 15.0  # seconds


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
        return self.call(assess_light, absolute, options)

    def call(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        """Gives the call to the scheduler."""
        future: Future[T] = self._executor.submit(work, *arguments)
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
