"""A forger who changes a value in every copy, and every hash: with the history each is named, and where it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from pyarrow import parquet

from riskbook.audit import differences, verify
from riskbook.audit.manifest import opened
from riskbook.audit.spelling import spelling
from riskbook.audit.tables import TABLES
from riskbook.records import Histories, find_histories, history_beside
from tests.support.commands import invoke
from tests.support.packages import forge, reseal
from tests.support.workbooks import edit

pytestmark = pytest.mark.slow
MONTH = "2026-10"


@pytest.fixture(scope="module")
def package(clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of one month, which has all kinds of rows."""
    place = tmp_path_factory.mktemp("one")
    invoke("audit", clients, "--month", MONTH, "-o", place, code=0)
    return place / f"audit-{MONTH}"


@pytest.mark.parametrize("table", TABLES)
def test_a_value_forged_in_every_copy_is_named_with_its_column(
    table: str, clients: Path, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the 166 columns with values, in the CSV and in the Parquet copy."""
    monkeypatch.setattr(differences, "_SHOWN", 1000)
    histories = find_histories(clients)
    names = [name for name, _ in TABLES[table]]
    copy = Path(shutil.copytree(package, tmp_path / package.name))
    if not forge(copy, table, *names):
        assert table == "measures"  # nobody has planned a measure here
        return
    problems = verify(copy.parent, histories=Histories(histories)).problems
    for suffix in ("csv", "parquet"):
        file = f"{package.name}/{table}.{suffix}"
        (about,) = (about for kind, about in problems if kind == "not-from-history" and about["file"] == file)
        shown = spelling(table, "ja").headers if suffix == "csv" else names
        assert {at.get("column") for _, at in about["differences"]} == set(shown)


def _entries(manifest: dict[str, Any]) -> list[str]:
    return [name for name in manifest if name not in ("seal", "files", "schema")]


def test_every_entry_of_the_manifest_forged_with_its_seal_is_named(
    clients: Path, package: Path, tmp_path: Path
) -> None:
    content = opened((package / "manifest.json").read_bytes())
    for name in _entries(content):
        copy = Path(shutil.copytree(package, tmp_path / name / package.name))
        forged = {
            "previous": {"month": "2026-01", "sha256": "0" * 64},
            "lang": "en",
            "csv": "codes",
            "month": "2026-09",
            "redaction": {"columns": ["note"], "how": "blank"},
            "methods": [],
            "inputs": content["inputs"][1:],
            "histories": content["histories"][1:],
            "recorded_at": "2026-01-01T00:00:00+00:00",
            "scope": {"clients": 9, "register": 9, "runs": 9},
        }.get(name)
        if forged is None:  # of other programs: the values are compared, and it is said
            continue
        reseal(copy, **{name: forged})
        verdict = verify(copy.parent, histories=Histories(find_histories(clients)))
        assert verdict.problems, name


def _hide(book: openpyxl.Workbook) -> None:
    book.worksheets[2].row_dimensions[6].hidden = True


def _comment(book: openpyxl.Workbook) -> None:
    book.worksheets[1]["B3"].comment = Comment("x", "y")


def _format(book: openpyxl.Workbook) -> None:
    book.worksheets[2]["C6"].number_format = '"0"'


def _sheet(book: openpyxl.Workbook) -> None:
    book.worksheets[3].sheet_state = "hidden"


@pytest.mark.parametrize("change", [_hide, _comment, _format, _sheet])
def test_same_values_in_other_bytes_are_named_without_the_history(
    change: Callable[[openpyxl.Workbook], None], package: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(package, tmp_path / package.name))
    edit(copy / f"audit-{MONTH}.xlsx", change)
    reseal(copy)
    ((kind, about),) = verify(copy.parent).problems
    assert (kind, [at for at, _ in about["differences"]]) == ("copies-differ", ["other-bytes"])


@pytest.mark.parametrize(("old", "new"), [(b",3,", b",+3,"), (b",3,", b",03,"), (b",3,", b", 3,"), (b",3,", b',"3",')])
def test_a_number_that_is_spelled_otherwise_is_named(old: bytes, new: bytes, package: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(package, tmp_path / package.name))
    for name in ("register.csv", "clients.csv"):
        content = (copy / name).read_bytes()
        if old in content:
            (copy / name).write_bytes(content.replace(old, new, 1))
            break
    else:
        pytest.fail("nothing to change")
    reseal(copy)
    assert verify(copy.parent).problems


def test_a_package_of_another_version_is_compared_by_value_and_that_is_said(
    clients: Path, package: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(package, tmp_path / "a" / package.name))
    reseal(copy, made_with={"riskbook": "0.0.1"})
    result = verify(copy.parent, histories=Histories(find_histories(clients)))
    assert not result.problems
    assert ("compared-by-value", {"month": MONTH, "made": "riskbook 0.0.1"}) in result.notes
    assert forge(copy, "register", "name")
    found = verify(copy.parent, histories=Histories(find_histories(clients))).problems
    assert {"not-from-history"} == {kind for kind, _ in found}


def test_packages_with_pseudonyms_are_made_anew_with_the_key(clients: Path, tmp_path: Path) -> None:
    key, other = tmp_path / "key", tmp_path / "other"
    key.write_bytes(b"k" * 32)
    other.write_bytes(b"o" * 32)
    options = ("--redact", "client,title,file,name", "--redact-key", key)
    out = tmp_path / "out"
    invoke("audit", clients, "--month", MONTH, "-o", out, *options, code=0)
    sound = json.loads(
        invoke("verify", out, "--store", clients, "--redact-key", key, "--format", "json", code=0).stdout
    )
    assert not [note for note in sound["notes"] if "キー" in note]
    assert "キー" in invoke("verify", out, "--store", clients, code=0).stdout
    assert "キー" in invoke("verify", out, "--store", clients, "--redact-key", other, code=1).stdout
    assert forge(out / f"audit-{MONTH}", "register", "name")
    assert verify(out, histories=Histories(find_histories(clients))).problems == ()
    assert verify(out, histories=Histories(find_histories(clients)), key=key).problems
    assert forge(out / f"audit-{MONTH}", "register", "risk")
    assert verify(out, histories=Histories(find_histories(clients))).problems


def test_what_does_not_belong_there_is_named(clients: Path, package: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    copy = Path(shutil.copytree(package, out / package.name))
    (copy / ".DS_Store").write_text("client,risk\nA,1\n")
    (copy / "~$register.csv").write_bytes(b"x" * 5000)
    (copy / "@eaDir").mkdir()
    (copy / "@eaDir" / "register.csv").write_text("x")
    (out / "audit-2026-13").mkdir()
    (out / "audit-2026-09").symlink_to(copy)
    named = [about.get("file") for _, about in verify(out).problems]
    for name in (".DS_Store", "~$register.csv", "@eaDir", "audit-2026-13", "audit-2026-09"):
        assert any(str(file).endswith(name) for file in named), (name, named)


def test_a_sick_history_is_named_and_the_others_are_compared(clients: Path, package: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    for name, content in (("empty", b""), ("garbage", b"no database" * 500)):
        store = history_beside(copy / name / "x.xlsx")
        store.parent.mkdir(parents=True)
        store.write_bytes(content)
    result = invoke("verify", package.parent, "--store", copy, "--format", "json", code=1)
    problems = json.loads(result.stdout)["problems"]
    assert [problem["code"] for problem in problems] == ["history-sick"] * 2
    listed = invoke("history", copy, code=3)
    assert "給与" not in listed.output
    assert " A/台帳：" in listed.output
    assert "garbage" in listed.stderr
    invoke("audit", copy, "--month", MONTH, "-o", tmp_path / "new", code=3)
    assert (tmp_path / "new" / f"audit-{MONTH}" / "manifest.json").is_file()


def test_a_package_with_the_columns_of_another_version_is_said_not_to_be_compared(
    clients: Path, package: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(package, tmp_path / package.name))
    path = copy / "clients.csv"
    path.write_bytes(path.read_bytes().replace(",記録の時期,".encode(), b",later,", 1))
    found = parquet.read_table(copy / "clients.parquet")
    names = ["later" if name == "timing" else name for name in found.column_names]
    parquet.write_table(found.rename_columns(names), copy / "clients.parquet")
    reseal(copy, made_with={"riskbook": "0.0.1"})
    result = verify(copy.parent, histories=Histories(find_histories(clients)))
    assert not result.problems
    assert ("table-other", {"file": f"{copy.name}/clients.csv"}) in result.notes
    other = Path(shutil.copytree(package, tmp_path / "here" / package.name))
    for name in ("clients.csv", "clients.parquet"):
        (other / name).write_bytes((copy / name).read_bytes())
    reseal(other)
    assert "table-unread" in {kind for kind, _ in verify(other.parent).problems}


def test_runs_added_since_are_counted_one_by_one(clients: Path, package: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(clients, tmp_path / "clients"))
    path = copy / "A" / "台帳.xlsx"
    for day in ("2026-11-20", "2026-11-21", "2026-10-30"):  # only the last belongs to the month
        invoke("assess", path, "--in-place", "--today", day, "--redo")
    notes = dict(verify(package.parent, histories=Histories(find_histories(copy))).notes)
    assert notes["later-runs"]["count"] == 1
