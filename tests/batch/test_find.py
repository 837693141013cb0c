"""What a batch takes in, and where the results go."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from riskbook.batch import find
from tests.support.batches import files, results
from tests.support.commands import invoke
from tests.support.days import ON_TODAY
from tests.support.places import CLINIC, HARBOUR, KITAHAMA


@pytest.mark.slow
def test_a_folder_keeps_its_structure_and_only_workbooks_are_taken(clients: Path, tmp_path: Path) -> None:
    before = {name: (clients / name).read_bytes() for name in files(clients)}
    result = invoke("assess", clients, "-o", tmp_path / "out", *ON_TODAY)
    assert result.exit_code == 0, result.output
    assert results(tmp_path / "out") == {"clinic/2026/midori-clinic.xlsx", "harbour/harbour-design.xlsx"}
    assert {name: (clients / name).read_bytes() for name in files(clients)} == before
    assert "2件：エラーなし2" in result.output


@pytest.mark.slow
def test_results_in_a_batch_are_those_of_single_calls(clients: Path, tmp_path: Path) -> None:
    invoke("assess", clients, "-o", tmp_path / "out", "--jobs", "2", *ON_TODAY)
    invoke("assess", CLINIC, "-o", tmp_path / "one.xlsx", "--no-history", *ON_TODAY)
    assert (tmp_path / "out/clinic/2026/midori-clinic.xlsx").read_bytes() == (tmp_path / "one.xlsx").read_bytes()


@pytest.mark.slow
def test_own_outputs_and_other_formats_are_passed_over(clients: Path) -> None:
    invoke("assess", clients / "harbour/harbour-design.xlsx", *ON_TODAY)  # harbour-design-assessed.xlsx beside it
    (clients / "old.xls").write_bytes(b"")
    for out in (clients / "out", clients / "second"):
        result = invoke("assess", clients, "-o", out, "--portfolio", clients, *ON_TODAY)
        assert result.exit_code == 0, result.output
        assert results(out) == {"clinic/2026/midori-clinic.xlsx", "harbour/harbour-design.xlsx"}
        assert "old.xls" in result.output
    assert "出力 4件は入力として扱っていません" in result.output  # the copy, the portfolio, two below out
    moved = clients / "elsewhere.xlsx"
    (clients / "portfolio.xlsx").rename(moved)
    assert invoke("assess", clients, "-o", clients / "out", *ON_TODAY).exit_code == 0
    assert "elsewhere.xlsx" not in results(clients / "out")


def test_patterns_folders_and_files_together(clients: Path, tmp_path: Path) -> None:
    found = find([str(clients / "**/*clinic*.xlsx"), str(KITAHAMA)], "out")
    assert [(job.name, job.target) for job in found.jobs] == [
        ("clinic/2026/midori-clinic.xlsx", str(Path("out/clinic/2026/midori-clinic.xlsx"))),
        ("kitahama-seiki.xlsx", str(Path("out/kitahama-seiki.xlsx"))),
    ]
    two = find([str(clients / "clinic"), str(clients / "harbour")], "out")
    assert [job.name for job in two.jobs] == ["clinic/2026/midori-clinic.xlsx", "harbour/harbour-design.xlsx"]
    assert len(find([str(clients), str(clients / "harbour" / "harbour-design.xlsx")], "out").jobs) == 2  # not twice


@pytest.mark.slow
def test_a_name_with_brackets_is_a_file(tmp_path: Path) -> None:
    path = Path(shutil.copy(CLINIC, tmp_path / "a[1].xlsx"))
    assert invoke("assess", path, "-o", tmp_path / "out.xlsx", *ON_TODAY).exit_code == 0


def test_usage_that_cannot_be_meant(clients: Path, tmp_path: Path) -> None:
    assert "-o OUT" in invoke("assess", clients).output
    shutil.copy(CLINIC, clients / "Harbour.XLSX")
    shutil.copy(CLINIC, tmp_path / "harbour.xlsx")
    clash = invoke("assess", clients / "*.XLSX", tmp_path / "harbour.xlsx", "-o", tmp_path / "out")
    assert clash.exit_code == 2
    assert "出力先" in clash.output
    assert invoke("assess", clients, "-o", tmp_path / "out", "--engine", "dask").exit_code == 2
    nothing = invoke("assess", tmp_path / "none" / "*.xlsx", "-o", tmp_path / "out")
    assert nothing.exit_code == 3
    assert "見つかりません" in nothing.output


@pytest.mark.slow
def test_in_place_over_a_folder(clients: Path) -> None:
    original = (clients / "harbour/harbour-design.xlsx").read_bytes()
    assert invoke("assess", clients, "--in-place", *ON_TODAY).exit_code == 3  # one is open in Excel
    (clients / "harbour" / "~$harbour-design.xlsx").unlink()
    assert invoke("assess", clients, "--in-place", *ON_TODAY).exit_code == 0
    once = {name: (clients / name).read_bytes() for name in files(clients)}
    assert once["harbour/harbour-design.xlsx.bak"] == original
    assert invoke("assess", clients, "--in-place", *ON_TODAY).exit_code == 0
    assert {name: (clients / name).read_bytes() for name in files(clients)} == once


@pytest.mark.slow
def test_two_clients_never_share_a_result(tmp_path: Path) -> None:
    for name, source in (("a", CLINIC), ("b", HARBOUR)):
        (tmp_path / name).mkdir()
        shutil.copy(source, tmp_path / name / "ledger.xlsx")
    out = tmp_path / "out"
    assert invoke("assess", tmp_path / "a", "-o", out, *ON_TODAY).exit_code == 0
    first = (out / "ledger.xlsx").read_bytes()
    assert invoke("assess", tmp_path / "b", "-o", out, *ON_TODAY).exit_code == 3
    assert (out / "ledger.xlsx").read_bytes() == first
    both = invoke("assess", tmp_path / "a/ledger.xlsx", tmp_path / "b/ledger.xlsx", "--format", "json", *ON_TODAY)
    books = json.loads(both.stdout)["workbooks"]
    assert [len(book["assets"]) for book in books] == [13, 8]
    assert len({book["output"] for book in books}) == 2


@pytest.mark.slow
def test_a_file_url_is_a_path(clients: Path) -> None:
    path = clients / "clinic/2026/midori-clinic.xlsx"
    before = path.read_bytes()
    assert invoke("assess", path.as_uri(), "-o", path.parent, "--force", *ON_TODAY).exit_code == 3
    assert path.read_bytes() == before
    assert invoke("assess", "sftp://user:p@ss@host/x.xlsx", "--in-place").exit_code == 2


def test_a_folder_is_never_its_own_output(clients: Path, tmp_path: Path) -> None:
    refused = invoke("assess", clients, "-o", clients, *ON_TODAY)
    assert refused.exit_code == 2
    assert not (clients / ".riskbook").exists()
    assert invoke("assess", "", "-o", tmp_path).exit_code == 2


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="links and bytes of POSIX")
def test_links_and_names_that_are_no_text(tmp_path: Path) -> None:
    folder, real = tmp_path / "clients", tmp_path / "real"
    folder.mkdir()
    real.mkdir()
    shutil.copy(HARBOUR, real / "real.xlsx")
    (folder / "link.xlsx").symlink_to(real / "real.xlsx")
    (folder / "folder").symlink_to(real)
    (folder / "loop").symlink_to(folder)
    shutil.copy(HARBOUR, os.fsencode(folder) + b"/\x91\xe4\x92\xa0.xlsx")  # 台帳 in Shift-JIS, out of an old archive
    result = invoke("assess", folder, "-o", tmp_path / "out", "--portfolio", tmp_path / "all", *ON_TODAY)
    assert result.exit_code == 0, result.output
    assert "folder/, loop/" in result.output
    assert len(list((tmp_path / "out").glob("*.xlsx"))) == 2
    assert invoke("assess", folder, "--in-place", *ON_TODAY).exit_code == 0
    assert (folder / "link.xlsx").is_symlink()
    assert (real / "real.xlsx").read_bytes() != HARBOUR.read_bytes()
    assert (real / "real.xlsx.bak").read_bytes() == HARBOUR.read_bytes()
