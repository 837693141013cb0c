"""What the machine, other programs and Excel's limits do to a run."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import riskbook
from riskbook.errors import PackageError
from riskbook.opc import Styles, Workbook
from riskbook.records.jobs import beside
from tests.support.commands import invoke
from tests.support.days import ON_TODAY, TODAY
from tests.support.places import HARBOUR

Edit = Callable[[str, bytes], tuple[str, bytes] | None]


def _rewritten(source: Path, target: Path, edit: Edit) -> Path:
    """A workbook with members changed, renamed or (None) left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            changed = edit(name, old.read(name))
            if changed is not None:
                new.writestr(*changed)
    return target


@pytest.mark.parametrize(
    ("name", "content", "by"),
    [
        ("~$client.xlsx", b"\x06Yamada" + b" " * 48, "Yamada"),
        (".~lock.client.xlsx#", "山田,yamada,pc-1,25.11.2026 20:00,file:///x;".encode(), "山田"),
        ("~$client.xlsx", b"", "?"),
    ],
)
def test_a_lock_says_whose_it_is_and_since_when(name: str, content: bytes, by: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(HARBOUR, tmp_path / "client.xlsx"))
    lock = path.with_name(name)
    lock.write_bytes(content)
    os.utime(lock, (0, 1_700_000_000))
    shown = invoke("assess", path, "--in-place", *ON_TODAY, code=3).output
    assert by in shown
    assert "2023-11-1" in shown
    assert name in shown


def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = Path(shutil.copy(HARBOUR, tmp_path / ("台" * 83 + ".xlsx")))  # 254 bytes
    result = Path(beside(str(path)))
    for _ in range(2):
        invoke("assess", path, *ON_TODAY, code=0)
    assert result.is_file()
    assert len(os.fsencode(result.name)) <= 255
    shown = invoke("check", tmp_path, *ON_TODAY, code=0).output  # in a folder the two are one
    assert shown.count("assets (") == 1


@pytest.mark.parametrize("name", ["a\x01b.xlsx", "ＡＢＣ　台帳.xlsx", "タブ\tと改行\n.xlsx"])
def test_names_of_any_kind(name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(HARBOUR, tmp_path / name))
    assert invoke("assess", path, "--no-history", *ON_TODAY).exit_code == 0
    assert invoke("assess", path, "--no-history", *ON_TODAY).exit_code == 0


def test_members_with_backslashes_are_named_as_the_cause(tmp_path: Path) -> None:
    path = _rewritten(HARBOUR, tmp_path / "a.xlsx", lambda name, data: (name.replace("/", "\\"), data))
    with pytest.raises(PackageError, match="backslash-member"):
        riskbook.assess(path)


def test_a_missing_part_is_made_where_its_relationship_points(tmp_path: Path) -> None:
    path = _rewritten(
        HARBOUR, tmp_path / "a.xlsx", lambda name, data: None if name == "xl/styles.xml" else (name, data)
    )
    result = riskbook.assess(path, today=TODAY).save(tmp_path / "b.xlsx")
    with zipfile.ZipFile(result) as package:
        relationships = package.read("xl/_rels/workbook.xml.rels").decode()
        assert relationships.count("/relationships/styles") == 1
        assert "xl/styles.xml" in package.namelist()


def test_a_workbook_shared_in_the_old_way_is_told_and_refused(tmp_path: Path) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/revisionHeaders"
    added = f'<Relationship Id="rId99" Type="{kind}" Target="revisions/revisionHeaders.xml"/></Relationships>'

    def edit(name: str, data: bytes) -> tuple[str, bytes]:
        if name == "xl/_rels/workbook.xml.rels":
            data = data.replace(b"</Relationships>", added.encode())
        return name, data

    path = _rewritten(HARBOUR, tmp_path / "a.xlsx", edit)
    assert "shared-workbook" in {finding.code for finding in riskbook.assess(path, today=TODAY).findings}
    assert "shared" in invoke("assess", path, "--lang", "en", *ON_TODAY, code=3).output


def test_a_final_workbook_stays_final_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(HARBOUR)
    book.custom_doc_props.append(openpyxl.packaging.custom.BoolProperty(name="_MarkAsFinal", value=True))
    book.save(path)
    result = riskbook.assess(path, today=TODAY)
    assert "marked-final" in {finding.code for finding in result.findings}
    again = openpyxl.load_workbook(result.save(tmp_path / "b.xlsx"))
    assert again.custom_doc_props["_MarkAsFinal"].value is True


def test_rules_of_later_versions_of_excel_keep_their_priority(tmp_path: Path) -> None:
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    rule = (
        f'<extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="{x14}"><x14:conditionalFormattings>'
        '<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule'
        ' type="expression" priority="40" id="{A}"><xm:f>TRUE</xm:f></x14:cfRule><xm:sqref>B5</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
    )

    def edit(name: str, data: bytes) -> tuple[str, bytes]:
        if name.startswith("xl/worksheets/sheet") and b"<extLst" not in data:
            data = data.replace(b"</worksheet>", rule.encode())
        return name, data

    path = _rewritten(HARBOUR, tmp_path / "a.xlsx", edit)
    result = riskbook.assess(path, today=TODAY)
    sheet = result.assessment.ledger.tables[0].sheet_name
    workbook = Workbook(result.content)
    content = workbook.parts.read(workbook.sheet(sheet).part).decode()
    own = [int(p) for p in re.findall(r'<cfRule type="expression" dxfId="\d+" priority="(\d+)"', content)]
    assert min(own) > 40


def test_a_workbook_full_of_formats_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    from riskbook.opc import styles

    workbook = Workbook(HARBOUR.read_bytes())
    count = len(Styles(workbook)._items("cellXfs"))
    monkeypatch.setitem(styles._MOST, "cellXfs", count)  # as if the workbook had 65,490
    with pytest.raises(PackageError, match="too-many-formats"):
        Styles(workbook).derived(0, horizontal="right")


def test_what_excel_encrypts_by_itself_opens_by_itself(tmp_path: Path) -> None:
    from riskbook.opc import decrypted, encrypted

    path = tmp_path / "a.xlsx"
    path.write_bytes(encrypted(HARBOUR.read_bytes(), "VelvetSweatshop"))
    result = riskbook.assess(path, today=TODAY).save(tmp_path / "b.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(decrypted(result.read_bytes(), "VelvetSweatshop"))).sheetnames


def test_a_very_long_text_is_cut_to_what_excel_takes(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(HARBOUR)
    book["Ledger"]["F5"] = "x" * 32_767  # quoted in a finding, which is longer
    book.save(path)
    result = openpyxl.load_workbook(riskbook.assess(path, today=TODAY).save(tmp_path / "b.xlsx"))
    lengths = [len(str(cell.value or "")) for sheet in result for row in sheet.iter_rows() for cell in row]
    assert max(lengths) == 32_767
