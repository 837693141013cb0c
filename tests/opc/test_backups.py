"""Backups of what riskbook replaces, and how they are brought back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from riskbook.opc import backups, backups_of, keep
from tests.support.commands import invoke

OTHERS = [f"version {number}".encode() for number in range(14)]


class _Clock:
    """Stands for `datetime` in the module: each look at it is a minute later."""

    def __init__(self) -> None:
        self.minute = 0

    def now(self) -> datetime:
        self.minute += 1
        return datetime(2026, 11, 25, 9, self.minute)

    def __getattr__(self, name: str) -> object:
        return getattr(datetime, name)


@pytest.fixture
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(backups, "datetime", _Clock())
    path = tmp_path / "台帳.xlsx"
    for content in OTHERS:
        path.write_bytes(content)
        keep(str(path), content)
    return path


def test_the_first_stays_and_the_last_ten(workbook: Path) -> None:
    found = backups_of(str(workbook))
    assert [Path(one.place).read_bytes() for one in found] == [OTHERS[0], *OTHERS[-10:]]
    assert Path(found[0].place) == workbook.with_name("台帳.xlsx.bak")
    assert Path(found[-1].place) == workbook.parent / ".riskbook/backups/台帳.xlsx/20261125-091300.xlsx"


def test_the_same_content_is_kept_once(workbook: Path) -> None:
    assert keep(str(workbook), OTHERS[-1]) == backups_of(str(workbook))[-1].place
    assert keep(str(workbook), OTHERS[0]) == f"{workbook}.bak"
    assert len(backups_of(str(workbook))) == 11


def test_two_in_one_second_are_two(tmp_path: Path) -> None:
    path = str(tmp_path / "a.xlsx")
    places = [keep(path, content) for content in OTHERS[:4]]
    assert [Path(place).read_bytes() for place in places] == OTHERS[:4]
    assert [one.place for one in backups_of(path)] == places


def test_a_name_that_is_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("あ" * 83 + ".xlsx")  # 254 bytes
    path.write_bytes(OTHERS[0])
    assert Path(keep(str(path), OTHERS[0])).read_bytes() == OTHERS[0]


def test_restore_brings_back_and_keeps_what_stood_there(workbook: Path) -> None:
    workbook.write_bytes(b"now")
    listed = invoke("restore", workbook, "--list").output
    assert len(listed.splitlines()) == 11
    assert "2026-11-25 09:13:00" in listed
    result = invoke("restore", workbook, "--from", "2026-11-25T09:12:30")
    assert workbook.read_bytes() == OTHERS[12]
    assert "2026-11-25 09:12:00" in result.output
    assert b"now" in [Path(one.place).read_bytes() for one in backups_of(str(workbook))]
    invoke("restore", workbook)
    assert workbook.read_bytes() == b"now"
    invoke("restore", workbook)  # what stood there before is the last backup now
    assert workbook.read_bytes() == OTHERS[12]
    assert "同じ内容" in invoke("restore", workbook, "--from", "2026-11-25T09:12:30").output


def test_restore_without_a_backup_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"now")
    assert "控えはありません" in invoke("restore", path, code=3).output
    assert "控えはありません" in invoke("restore", path, "--list").output
    keep(str(path), b"before")
    assert "控えはありません" in invoke("restore", path, "--from", "2020-01-01", code=3).output
    assert path.read_bytes() == b"now"
