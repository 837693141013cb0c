"""Which input a result in another folder was made from."""

from __future__ import annotations

import shutil
from pathlib import Path

from riskbook.records import Job, Journal, Outcome
from riskbook.records.origin import origin
from tests.support.scales import write


def test_what_a_killed_call_noted_last_is_known(tmp_path: Path) -> None:
    source, out = write(tmp_path / "clients/a.xlsx"), tmp_path / "out"
    with Journal(str(out)) as journal:
        journal.note(Job("a.xlsx", str(source), str(out / "a.xlsx"), "a.xlsx"), Outcome(str(source), "ja", "ok"))
        killed = Path(shutil.copytree(out, tmp_path / "killed"))
    assert [origin(folder / "a.xlsx") for folder in (out, killed)] == [source, source]
    assert origin(killed / "b.xlsx") is None
