"""The same batch on a real Dask cluster of processes on loopback, and what happens when parts of it die."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import pytest

from riskbook.batch import ClusterPool, find, write_portfolio
from riskbook.method import load_method
from riskbook.records import Journal
from riskbook.records.jobs import Outcome
from tests.support.batches import files, many, statuses
from tests.support.commands import invoke, process_command, wait_for
from tests.support.days import ON_TODAY, TODAY
from tests.support.places import ROOT

pytest.importorskip("distributed")
T = TypeVar("T")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kills processes with POSIX signals"),
]


class Cluster:
    """A scheduler, and workers of one thread each that may die at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--no-dashboard")
        self.address = self._told("scheduler", r"Scheduler at:\s*(tcp://\S+)")

    def worker(self, name: str, python: str = sys.executable) -> subprocess.Popen[bytes]:
        """Starts a worker and waits until the scheduler has it."""
        process = self._start(
            name,
            self.address,
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--name",
            name,
            "--local-directory",
            str(self.folder),
            python=python,
            kind="worker",
        )
        self._told(name, r"Registered to:\s*(\S+)")
        return process

    def _start(
        self, name: str, *arguments: str, python: str = sys.executable, kind: str = ""
    ) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("wb")
        program = [python, "-m", f"distributed.cli.dask_{kind or name}", "--host", "127.0.0.1"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT) if python == sys.executable else ""}
        process = subprocess.Popen([*program, *arguments], stdout=log, stderr=log, cwd=self.folder, env=environment)
        self.processes.append(process)
        return process

    def _told(self, name: str, pattern: str) -> str:
        found: list[str] = []

        def look() -> bool:
            found[:] = re.findall(pattern, (self.folder / f"{name}.log").read_text("utf-8", "replace"))
            return bool(found)

        wait_for(look)
        return found[0]

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    yield made
    made.stop()


def _begin(folder: Path, out: Path, cluster: Cluster, *more: object) -> subprocess.Popen[str]:
    arguments = process_command(
        "assess", folder, "-o", out, "--engine", "dask", "--scheduler", cluster.address, *ON_TODAY, *more
    )
    return subprocess.Popen(
        [*arguments, "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


def results(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in files(out) if not name.startswith(".riskbook")}


class _Watched(ClusterPool):
    """A cluster that remembers what it was asked for."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.asked: list[Future[Any]] = []

    def call(self, work: Callable[..., T], *arguments: Any) -> Future[T]:
        future = super().call(work, *arguments)
        self.asked.append(future)
        return future


def _parts_come_from_workers(folder: Path, out: Path, cluster: Cluster) -> None:
    """The portfolio of a batch is made again, by the workers, and is the same."""
    jobs = find([str(folder)], str(out)).jobs
    before = results(out)
    pool = _Watched(cluster.address)
    with Journal(str(out)) as journal:
        for job in jobs:
            journal.note(job, Outcome(job.source, "en", "unchanged"))
        write_portfolio(journal, jobs, str(out / "all"), load_method(), "en", TODAY, pool=pool, force=False)
    assert [len(future.result().lines) for future in pool.asked] == [len(jobs)]
    pool.close()
    assert results(out) == before


def test_a_cluster_gives_the_same_bytes_and_the_same_journal(tmp_path: Path, cluster: Cluster) -> None:
    for name in ("one", "two"):
        cluster.worker(name)
    folder = many(tmp_path / "many", 5)
    (folder / "bad.xlsx").write_bytes(b"no zip")
    process = _begin(folder, tmp_path / "far", cluster, "--portfolio", tmp_path / "far/all")
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 3, errors
    assert "5 without errors, 0 with errors to look at, 1 failed" in output
    near = tmp_path / "near"
    invoke("assess", folder, "-o", near, "--portfolio", near / "all", "--lang", "en", *ON_TODAY)
    assert {"all/portfolio.xlsx", "all/portfolio.csv", "all/portfolio.parquet"} <= set(results(near))
    assert results(tmp_path / "far") == results(tmp_path / "near")
    assert statuses(tmp_path / "far") == statuses(tmp_path / "near")
    _parts_come_from_workers(folder, tmp_path / "far", cluster)
    again = invoke(
        "assess", folder, "-o", tmp_path / "far", "--lang", "en", *ON_TODAY
    )  # the journal is one and the same
    assert "0 without errors, 0 with errors to look at, 1 failed, 5 unchanged" in again.output


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path, cluster: Cluster) -> None:
    first, _ = cluster.worker("one"), cluster.worker("two")
    folder, out = many(tmp_path / "many", 15), tmp_path / "out"
    process = _begin(folder, out, cluster)
    wait_for(lambda: len(list(out.glob("*.xlsx"))) >= 5, 60)
    first.send_signal(signal.SIGKILL)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert "15 without errors" in output
    assert len(results(out)) == 15


def test_a_lost_scheduler_is_told_and_the_next_call_goes_on(tmp_path: Path, cluster: Cluster) -> None:
    cluster.worker("one")
    folder, out = many(tmp_path / "many", 20), tmp_path / "out"
    process = _begin(folder, out, cluster)
    wait_for(lambda: len(list(out.glob("*.xlsx"))) >= 5, 60)
    cluster.scheduler.send_signal(signal.SIGKILL)
    _output, errors = process.communicate(timeout=120)
    assert process.returncode == 3
    assert "The scheduler was lost" in errors
    assert "Traceback" not in errors
    done = statuses(out)
    assert 1 <= len(done) < 20
    assert set(done.values()) == {"ok"}, errors
    time.sleep(1)  # what the worker had in hand
    rest = invoke("assess", folder, "-o", out, "--lang", "en", *ON_TODAY)
    assert rest.exit_code == 0, rest.output
    assert f"{20 - len(done)} without errors" in rest.output
    assert len(results(out)) == 20


def test_a_worker_without_riskbook_is_named(tmp_path: Path, cluster: Cluster) -> None:
    bare = tmp_path / "bare"
    venv.create(bare, symlinks=True)
    packages = next(path for path in map(Path, sys.path) if (path / "distributed").is_dir())
    target = next((bare / "lib").glob("python3*")) / "site-packages"
    for entry in packages.iterdir():  # everything that is here but riskbook
        if "riskbook" not in entry.name and not (target / entry.name).exists():
            (target / entry.name).symlink_to(entry)
    cluster.worker("fit")
    cluster.worker("bare", str(bare / "bin" / "python"))
    process = _begin(many(tmp_path / "many", 3), tmp_path / "out", cluster)
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "does not have riskbook" in errors
    assert "No module named 'riskbook'" in errors
    assert "tcp://127.0.0.1" in errors
    assert "Traceback" not in errors
    assert not results(tmp_path / "out")


def test_no_scheduler_and_no_workers_are_told(tmp_path: Path, cluster: Cluster) -> None:
    folder = many(tmp_path / "many", 3)
    empty = _begin(folder, tmp_path / "out", cluster)
    assert "has no workers" in empty.communicate(timeout=60)[1]
    assert empty.returncode == 3
    cluster.stop()
    gone = _begin(folder, tmp_path / "out", cluster)
    assert "does not answer" in gone.communicate(timeout=60)[1]
    assert gone.returncode == 3
