"""What a batch preserves when workers or the whole program die."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from riskbook.batch import LocalPool, Options, find, run_jobs
from riskbook.settings import Settings
from tests.support.batches import Begin, many, statuses
from tests.support.commands import invoke, wait_for
from tests.support.days import ON_TODAY, TODAY
from tests.support.places import HARBOUR

pytestmark = pytest.mark.slow


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_finishes_what_is_in_hand_and_the_next_call_goes_on(tmp_path: Path, begin: Begin) -> None:
    folder, out = many(tmp_path / "many", 30), tmp_path / "out"
    process = begin("assess", folder, "-o", out, "--jobs", "2", "--lang", "en", *ON_TODAY)
    wait_for(lambda: len(list(out.glob("*.xlsx"))) >= 6)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers get it too
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "files are left" in errors
    assert "Traceback" not in errors
    done = statuses(out)
    assert set(done.values()) == {"ok"}
    assert set(done) == {path.name for path in out.glob("*.xlsx")}
    assert not list(out.rglob("*.tmp"))
    assert 6 <= len(done) < 30
    rest = invoke("assess", folder, "-o", out, "--lang", "en", *ON_TODAY)
    assert f"{30 - len(done)} without errors, 0 with errors to look at, 0 failed, {len(done)} unchanged" in rest.output


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_one_request_of_the_system_to_end_is_enough(tmp_path: Path, begin: Begin) -> None:
    folder, out = many(tmp_path / "many", 12), tmp_path / "out"
    process = begin("assess", folder, "-o", out, "--jobs", "2", "--lang", "en", *ON_TODAY)
    wait_for(lambda: len(list(out.glob("*.xlsx"))) >= 4)
    process.send_signal(signal.SIGTERM)
    _output, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in errors
    invoke("assess", folder, "-o", out, *ON_TODAY, code=0)
    assert len(statuses(out)) == 12
    assert not list(out.rglob("*.tmp"))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds workers in /proc")
def test_a_killed_worker_loses_nothing(tmp_path: Path, begin: Begin) -> None:
    folder, out = many(tmp_path / "many", 24), tmp_path / "out"
    process = begin("assess", folder, "-o", out, "--jobs", "2", *ON_TODAY)
    wait_for(lambda: len(list(out.glob("*.xlsx"))) >= 6)
    children = [
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if _parent(entry) == process.pid and b"spawn_main" in (entry / "cmdline").read_bytes()
    ]
    os.kill(children[0], signal.SIGKILL)
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert len(statuses(out)) == 24
    assert len(list(out.glob("*.xlsx"))) == 24


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@dataclass(frozen=True)
class Deadly(Settings):
    """Dies as if out of memory over a workbook whose project file maps a header called "deadly"."""

    def beside(self, workbook: Path, origin: Path | None = None) -> Settings:
        settings = super().beside(workbook, origin)
        if "deadly" in settings.project.columns:
            with Path(settings.project.columns["deadly"]).open("a") as log:
                log.write("x")
            os.kill(os.getpid(), signal.SIGKILL)
        return settings


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_workbook_that_kills_its_worker_is_tried_twice_then_failed(tmp_path: Path) -> None:
    folder = many(tmp_path / "many", 6)
    (folder / "deadly").mkdir()
    shutil.copy(HARBOUR, folder / "deadly" / "it.xlsx")
    log = tmp_path / "log"
    (folder / "deadly/riskbook.toml").write_text(f'[columns]\ndeadly = "{log.as_posix()}"\n')
    jobs = find([str(folder)], str(tmp_path / "out")).jobs
    pool = LocalPool(2)
    try:
        found = {
            job.name: outcome
            for job, outcome in run_jobs(
                jobs, Options(Deadly(), TODAY), pool, known=lambda job: job, stop=lambda: False
            )
        }
    finally:
        pool.close()
    failed = found.pop("deadly/it.xlsx")
    assert failed.status == "failed"
    assert failed.error is not None
    assert (failed.error[0], failed.error[1]["tries"]) == ("worker-died", 2)
    assert log.read_text() == "xx"
    assert {outcome.status for outcome in found.values()} == {"ok"}
    assert len(found) == 6
