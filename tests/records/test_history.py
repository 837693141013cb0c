"""The history: every run is recorded, and looking at it changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import riskbook
from riskbook.method import load_method
from riskbook.records import History, history_beside
from tests.support.commands import history_of, invoke
from tests.support.days import TODAY
from tests.support.histories import form
from tests.support.places import CLINIC, ROOT
from tests.support.workbooks import columns_of, digest, edit


@pytest.mark.slow
def test_every_run_is_kept_with_hashes_figures_and_method(workbook: Path) -> None:
    before = digest(workbook)
    invoke("assess", workbook, "--today", TODAY)
    (found,) = history_of(workbook)
    method = load_method()
    assert (found["client"], found["title"], found["file"]) == ("台帳", "北浜精機株式会社", "台帳.xlsx")
    assert (found["run"], found["day"], found["version"]) == (1, str(TODAY), riskbook.__version__)
    assert found["input"] == before == digest(workbook)
    assert found["output"] == digest(workbook.with_name("台帳-assessed.xlsx"))
    assert (found["method"], found["method_digest"]) == ("ipa-3.1", method.sha256)
    assert found["operator"]
    with History(history_beside(workbook), read_only=True) as history:
        (one,) = history.runs()
        record = history.record(one)
        assert history.method(one) == json.loads(method.content)
        assert not list(history.problems())
    result = riskbook.assess(workbook, today=TODAY)
    assert [asset["risk"] for asset in record["assets"]] == result.risks["risk"].tolist()
    assert [f["message"] for f in record["findings"]] == [result.words(finding)[0] for finding in result.findings]
    assert record["summary"] == result.summary == found["levels"]


@pytest.mark.slow
def test_no_history_is_kept_where_none_is_wanted_and_none_where_nothing_was_assessed(workbook: Path) -> None:
    invoke("assess", workbook, "--no-history")
    invoke("assess", workbook.with_name("missing.xlsx"), code=3)
    invoke("check", workbook)
    invoke("plan", workbook)
    assert not history_beside(workbook).parent.exists()
    assert invoke("history", workbook, code=3).stderr
    invoke("assess", workbook, "--no-history", "--client", "x", code=2)
    invoke("assess", workbook, CLINIC, "--client", "x", code=2)


@pytest.mark.slow
def test_client_keeps_the_line_of_a_renamed_file_and_store_one_file_for_all(workbook: Path, tmp_path: Path) -> None:
    store = tmp_path / "all.db"
    invoke("assess", workbook, "--store", store, "--client", "K-001", "--today", "2026-10-01")
    renamed = workbook.rename(workbook.with_name("新しい台帳.xlsx"))
    edit(renamed, lambda book: book["台帳"].__setitem__("B6", "顧客名簿"))
    invoke("assess", renamed, "--store", store, "--client", "K-001", "--today", TODAY, "-o", tmp_path / "out.xlsx")
    invoke("assess", CLINIC, "--store", store, "-o", tmp_path / "midori.xlsx")
    assert [(one["client"], one["file"]) for one in history_of("--store", store)][:2] == [
        ("K-001", "台帳.xlsx"),
        ("K-001", "新しい台帳.xlsx"),
    ]
    assert "前回からの変化" in openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames
    assert not history_beside(renamed).exists()
    assert {one["client"] for one in history_of("--store", store, "--client", "K-001")} == {"K-001"}


@pytest.mark.slow
def test_the_result_beside_a_workbook_is_the_same_client(workbook: Path) -> None:
    invoke("assess", workbook, "--today", "2026-10-01")
    result = workbook.with_name("台帳-assessed.xlsx")
    invoke("assess", result, "--in-place", "--today", TODAY)
    assert {one["client"] for one in history_of(workbook)} == {"台帳"}
    assert len(history_of(result)) == 2


@pytest.mark.slow
def test_a_folder_of_clients_keeps_the_runs_of_each_and_unchanged_ones_too(tmp_path: Path) -> None:
    clients = tmp_path / "clients"
    for name in ("A", "B"):
        (clients / name).mkdir(parents=True)
        form(clients / name / "台帳.xlsx", company=name)
    out = tmp_path / "out"
    invoke("assess", clients, "-o", out, "--jobs", "2", "--today", TODAY)
    invoke("assess", clients, "-o", out, "--jobs", "2", "--today", TODAY)
    found = history_of(out)
    assert sorted((one["client"], one["repeated"]) for one in found) == [
        ("../clients/A", False),
        ("../clients/A", True),
        ("../clients/B", False),
        ("../clients/B", True),
    ]
    assert len({one["state"] for one in found if one["client"] == "../clients/A"}) == 1


@pytest.mark.slow
def test_what_was_done_without_a_history_is_done_again_to_be_kept(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    form(tmp_path / "clients" / "a.xlsx")
    invoke("assess", tmp_path / "clients", "-o", tmp_path / "out", "--no-history", "--today", TODAY)
    done = invoke("assess", tmp_path / "clients", "-o", tmp_path / "out", "--today", TODAY)
    assert "変更なし" not in done.stdout.splitlines()[0]
    assert [one["repeated"] for one in history_of(tmp_path / "out")] == [False]


@pytest.mark.slow
def test_an_unchanged_workbook_gives_the_same_bytes_however_often_it_is_run(workbook: Path) -> None:
    for day in ("2026-09-01", "2026-10-01"):
        invoke("assess", workbook, "--in-place", "--today", day)
        edit(workbook, lambda book, day=day: book["台帳"].__setitem__("J6", 1))  # type: ignore[misc]
    invoke("assess", workbook, "--in-place", "--today", TODAY)
    first = workbook.read_bytes()
    for _ in range(2):
        invoke("assess", workbook, "--in-place", "--today", TODAY)
        assert workbook.read_bytes() == first


@pytest.mark.slow
def test_a_first_decision_is_shown_and_stays_shown(workbook: Path) -> None:
    invoke("assess", workbook, "--in-place", "--today", TODAY)

    def decide(book: openpyxl.Workbook) -> None:
        plan = book["対応計画"]
        heads = columns_of(plan)
        plan.cell(5, heads["決定"]).value = "保有"

    edit(workbook, decide)
    invoke("assess", workbook, "--in-place", "--today", TODAY)
    first = workbook.read_bytes()
    sheet = openpyxl.load_workbook(workbook)["前回からの変化"]
    assert [cell.value for cell in sheet["B"][4:]] == ["対応の決定"]
    for _ in range(2):
        invoke("assess", workbook, "--in-place", "--today", TODAY)
        assert workbook.read_bytes() == first


@pytest.mark.slow
def test_another_method_gives_the_same_bytes_every_time_and_says_so(workbook: Path) -> None:
    invoke("assess", workbook, "--in-place", "--today", "2026-09-01")
    for method in ("ipa-4.0", "ipa-3.1"):
        results = set()
        for _ in range(3):
            invoke("assess", workbook, "--in-place", "--today", TODAY, "--method", method)
            results.add(workbook.read_bytes())
        assert len(results) == 1
        sheet = openpyxl.load_workbook(workbook)["前回からの変化"]
        assert sheet["B5"].value == "評価方法の変更"


@pytest.mark.slow
def test_a_new_folder_may_be_named_for_the_store(workbook: Path, tmp_path: Path) -> None:
    invoke("assess", workbook, "--store", f"{tmp_path}/new/", code=0)
    assert len(history_of("--store", tmp_path / "new")) == 1


@pytest.mark.slow
def test_looking_leaves_nothing_beside_the_history(workbook: Path) -> None:
    invoke("assess", workbook)
    store = history_beside(workbook)
    before = store.read_bytes()
    history_of(workbook)
    invoke("diff", workbook, f"{TODAY:%Y-%m}")
    invoke("verify", workbook.parent, "--store", store)
    assert [path.name for path in store.parent.iterdir()] == ["history.db"]
    assert store.read_bytes() == before


@pytest.mark.slow
def test_names_that_are_no_text_are_kept_all_the_same(workbook: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "riskbook", "assess", workbook, "--client", b"\xff\xfe"], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert len(history_of("--store", history_beside(workbook))) == 1
