"""What killed runs left behind is recognised by its name; nothing else is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from riskbook.opc import clear_below, clear_beside, save, temporary_folder, temporary_prefix
from tests.support.litter import ended_process, left_by

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes of POSIX")


def _folder(place: Path) -> set[str]:
    """Fills a folder; returns the names of what must stay."""
    place.mkdir(parents=True, exist_ok=True)
    dead, elsewhere = left_by(ended_process()), ".riskbook-ffffff-1-abcd1234.tmp"
    stays = [
        left_by(os.getpid()),
        elsewhere,  # of another machine that uses this network folder
        ".riskbook-mine.txt",
        "riskbook-1.tmp",
        f"{dead}.xlsx",
        f"x{dead}",
        ".riskbook-audit-memo.docx",
    ]
    goes = [dead, f"{dead}-journal", f"{dead}-wal", ".riskbook-ffffff-2-abcd1234.tmp", ".riskbook-1a2b.tmp"]
    for name in (*stays, *goes):
        (place / name).write_bytes(b"x")
    for name in (goes[-2], goes[-1]):
        os.utime(place / name, (0, 0))
    return set(stays)


def test_the_next_write_removes_what_a_killed_run_left_behind(tmp_path: Path) -> None:
    stays = _folder(tmp_path)
    save(b"new", tmp_path / "client.xlsx", overwrite=False)
    assert {path.name for path in tmp_path.iterdir()} == stays | {"client.xlsx"}


def test_folders_below_and_riskbooks_own_are_cleared_links_and_hidden_ones_are_not(tmp_path: Path) -> None:
    places = [tmp_path / "in" / part for part in ("", "A/B", ".riskbook", "A/.riskbook/backups/x.xlsx")]
    stay = [_folder(place) for place in places]
    others = [tmp_path / "in" / ".git", tmp_path / "out"]
    for other in others:
        _folder(other)
    (tmp_path / "in" / "link").symlink_to(tmp_path / "out")
    before = [set(os.listdir(other)) for other in others]
    clear_below(tmp_path / "in")
    for place, names in zip(places, stay, strict=True):
        assert {path.name for path in place.iterdir() if path.is_file()} == names
    assert [set(os.listdir(other)) for other in others] == before
    clear_below(tmp_path / "nothing")
    clear_beside(tmp_path / "nothing" / "x.xlsx")


def test_a_folder_that_is_in_use_stays_however_old_and_that_of_a_dead_process_goes(tmp_path: Path) -> None:
    with temporary_folder(tmp_path) as used:
        assert Path(used).name.startswith(temporary_prefix())
        left = tmp_path / left_by(ended_process())
        left.mkdir()
        (left / "clients.csv").write_text("x")
        linked = tmp_path / left_by(ended_process(), "linked")
        (tmp_path / "mine").mkdir()
        linked.symlink_to(tmp_path / "mine")
        os.utime(used, (0, 0))
        clear_below(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} == {Path(used).name, "mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
