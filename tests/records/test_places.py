"""Where a history lies: beside the results, where these are elsewhere; one that lies beside the workbook is used on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import riskbook
from riskbook.records import assess_with_history, history_beside
from riskbook.settings import Settings
from tests.support.commands import history_of, invoke
from tests.support.days import TODAY
from tests.support.histories import form

OCTOBER = ("--today", "2026-10-20")
LAST = TODAY.isoformat()
NOVEMBER = ("--today", LAST)


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    for name in ("A", "B"):
        (tmp_path / "clients" / name).mkdir(parents=True)
        form(tmp_path / "clients" / name / "台帳.xlsx", company=f"{name}株式会社")
    return tmp_path / "clients"


def _histories(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("history.db"))


@pytest.mark.slow
def test_nothing_is_put_into_the_folders_of_clients_when_results_are_elsewhere(clients: Path) -> None:
    out = clients.parent / "結果"
    first = invoke("assess", clients, "-o", out, *OCTOBER, code=0)
    assert f"履歴を {out / '.riskbook' / 'history.db'} に作成しました" in first.stderr
    form(clients / "A" / "台帳.xlsx", "顧客台帳", "契約書", company="A株式会社")
    again = invoke("assess", clients, "-o", out, *NOVEMBER, code=0)
    assert "作成しました" not in again.stderr
    assert _histories(clients.parent) == ["結果/.riskbook/history.db"]
    assert sorted(path.name for path in clients.rglob("*") if path.is_file()) == ["台帳.xlsx"] * 2
    found = [(run["client"], run["day"]) for run in history_of(out)]
    assert found == [
        ("../clients/A", "2026-10-20"),
        ("../clients/B", "2026-10-20"),
        ("../clients/A", LAST),
        ("../clients/B", LAST),
    ]
    assert "契約書" in invoke("diff", "2026-10", "2026-11", "--store", out, code=0).stdout


@pytest.mark.slow
def test_one_workbook_and_a_named_result(clients: Path) -> None:
    out = clients.parent / "結果"
    for day, name in ((OCTOBER, "一.xlsx"), (NOVEMBER, "二.xlsx")):
        invoke("assess", clients / "A" / "台帳.xlsx", "-o", out / name, *day, code=0)
    assert _histories(clients.parent) == ["結果/.riskbook/history.db"]
    assert {run["client"] for run in history_of(out)} == {"../clients/A"}  # whatever the name of the result
    assert len(history_of(out / "二.xlsx")) == 2  # a result is found by its content …
    invoke("assess", clients / "A" / "台帳.xlsx", "-o", f"{out}/", *NOVEMBER, code=0)
    (out / "台帳.xlsx").write_bytes((out / "台帳.xlsx").read_bytes() + b"\0")
    assert len(history_of(out / "台帳.xlsx")) == 3  # … or, after an edit, by the name of the workbook


@pytest.mark.slow
def test_a_history_beside_a_workbook_is_used_on(clients: Path) -> None:
    out = clients.parent / "結果"
    invoke("assess", clients / "A" / "台帳.xlsx", *OCTOBER, code=0)
    invoke("assess", clients / "A" / "台帳.xlsx", "-o", out / "台帳.xlsx", *NOVEMBER, code=0)
    assert _histories(clients.parent) == ["clients/A/.riskbook/history.db"]
    assert [run["day"] for run in history_of(clients / "A" / "台帳.xlsx")] == ["2026-10-20", LAST]


@pytest.mark.slow
def test_clients_of_one_folder_stay_together(clients: Path) -> None:
    """A client that is new among others with histories gets its own beside it, so that none is missed later."""
    out = clients.parent / "結果"
    invoke("assess", clients / "A" / "台帳.xlsx", *OCTOBER, code=0)
    invoke("assess", clients, "-o", out, *NOVEMBER, code=0)
    assert _histories(clients.parent) == ["clients/A/.riskbook/history.db", "clients/B/.riskbook/history.db"]
    assert [run["client"] for run in history_of(clients)] == ["A/台帳", "A/台帳", "B/台帳"]


@pytest.mark.slow
def test_a_client_with_a_history_beside_the_results_goes_on_with_it(clients: Path) -> None:
    out = clients.parent / "結果"
    invoke("assess", clients / "B" / "台帳.xlsx", "-o", f"{out}/", *OCTOBER, code=0)
    invoke("assess", clients / "A" / "台帳.xlsx", *OCTOBER, code=0)
    invoke("assess", clients / "B" / "台帳.xlsx", "-o", f"{out}/", *NOVEMBER, code=0)
    assert {(run["client"], run["day"]) for run in history_of(out)} == {
        ("../clients/B", "2026-10-20"),
        ("../clients/B", LAST),
    }
    assert _histories(clients / "B") == []


@pytest.mark.slow
def test_in_place_and_beside_the_workbook_as_ever(clients: Path) -> None:
    invoke("assess", clients, "--in-place", *OCTOBER, code=0)
    invoke("assess", clients / "A" / "台帳.xlsx", "-o", clients / "A" / "結果.xlsx", *NOVEMBER, code=0)
    assert _histories(clients) == ["A/.riskbook/history.db", "B/.riskbook/history.db"]
    other = clients.parent / "other"
    shutil.copytree(clients / "A", other, ignore=shutil.ignore_patterns(".riskbook"))
    shown = invoke("assess", other / "台帳.xlsx", "-o", other / "結果.xlsx", "--force", *NOVEMBER, code=0)
    assert "作成しました" not in shown.stderr
    assert history_beside(other / "台帳.xlsx").exists()


@pytest.mark.slow
def test_what_reads_histories_finds_the_one_beside_the_results(clients: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = clients.parent / "結果"
    invoke("assess", clients, "-o", out, *NOVEMBER, code=0)
    monkeypatch.chdir(clients.parent)
    assert "顧客2件" in invoke("due", *NOVEMBER, code=0).stdout
    invoke("audit", "--month", LAST[:7], "-o", "監査", code=0)
    invoke("verify", "監査", "--store", "結果", code=0)
    assert "--store" in invoke("history", clients / "A" / "台帳.xlsx", code=3).stderr  # it says where to look
    invoke("forget", "結果/../clients/A", "--yes", code=0)
    assert {run["client"] for run in history_of(out)} == {"../clients/B"}


@pytest.mark.slow
def test_the_same_from_python(clients: Path) -> None:
    out = clients.parent / "結果" / "a.xlsx"
    out.parent.mkdir()
    assess_with_history(clients / "A" / "台帳.xlsx", out, Settings(lang="ja"))
    assert _histories(clients.parent) == ["結果/.riskbook/history.db"]
    assert riskbook.assess(out).findings == riskbook.assess(clients / "A" / "台帳.xlsx").findings
