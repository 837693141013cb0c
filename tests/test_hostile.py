"""Files made to break a reader, and files that are merely enormous."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import riskbook
from riskbook.opc.container import Container, Limits
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.places import DEFECT_FILES

PLAIN = DEFECT_FILES / "none.xlsx"
LEDGER = "xl/worksheets/sheet1.xml"


def _changed(path: Path, changes: dict[str, Callable[[bytes], bytes]], **added: bytes) -> Path:
    with zipfile.ZipFile(PLAIN) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, changes[name](content) if name in changes else content)
        for name, content in added.items():
            target.writestr(name, content)
    return path


_MEASURE = """
import json, re, sys, time
from pathlib import Path
from datetime import date
import riskbook
start = time.perf_counter()
result = riskbook.assess(sys.argv[1], today=date(2026, 11, 21))
result.save(sys.argv[2], force=True)
# Not ru_maxrss: after fork it begins at what the parent holds, and a worker of the tests holds much.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(json.dumps({"risks": result.risks["risk"].tolist(), "peak": peak, "seconds": time.perf_counter() - start}))
"""


def _within_bounds(path: Path, tmp_path: Path) -> list[int]:
    """Assesses in a process of its own: at most 540 MB of memory and a minute."""
    command = [sys.executable, "-c", _MEASURE, str(path), str(tmp_path / "out.xlsx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    answer = __import__("json").loads(done.stdout)
    assert answer["peak"] <= 540  # the libraries take some 130 MB of it, also Pillow, which openpyxl loads where it is
    assert answer["seconds"] <= 60
    return list(answer["risks"])


def _risks(path: Path) -> list[int]:
    return riskbook.assess(path, today=TODAY).risks["risk"].tolist()


@pytest.mark.slow
def test_a_million_empty_styled_rows_under_the_ledger(tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(7, 1_000_000))
    path = _changed(tmp_path / "a.xlsx", {LEDGER: lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")})
    assert _within_bounds(path, tmp_path) == _risks(PLAIN)


@pytest.mark.slow
def test_a_hundred_megabytes_of_shared_strings(tmp_path: Path) -> None:
    text = b"<si><t>" + "あいうえお".encode() * 60 + b"</t></si>"
    path = _changed(
        tmp_path / "a.xlsx", {"xl/sharedStrings.xml": lambda xml: xml.replace(b"</sst>", text * 110_000 + b"</sst>")}
    )
    assert _within_bounds(path, tmp_path) == _risks(PLAIN)


@pytest.mark.slow
def test_formats_out_to_the_last_column(tmp_path: Path) -> None:
    def widen(xml: bytes) -> bytes:
        return re.sub(rb'(<row r="(\d+)"[^>]*>.*?)</row>', rb'\1<c r="XFD\2" s="1"/></row>', xml, flags=re.DOTALL)

    path = _changed(tmp_path / "a.xlsx", {LEDGER: widen})
    result = riskbook.assess(path, today=TODAY)
    assert result.risks["risk"].tolist() == _risks(PLAIN)
    assert result.save(tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("ref", ["A1", "A1:A1", "A1:XFD1048576", "B2:C3", ""])
def test_a_stale_dimension(ref: str, tmp_path: Path) -> None:
    change = lambda xml: re.sub(rb'<dimension ref="[^"]*"/>', f'<dimension ref="{ref}"/>'.encode(), xml)  # noqa: E731
    path = _changed(tmp_path / "a.xlsx", {LEDGER: change})
    assert _risks(path) == _risks(PLAIN)


def test_deeply_nested_formulas(tmp_path: Path) -> None:
    formula = b"<f>" + b"IF(1=1," * 63 + b"1" + b",0)" * 63 + b"</f>"
    path = _changed(tmp_path / "a.xlsx", {LEDGER: lambda xml: re.sub(rb"<f>=?MAX\(H5:J5\)</f>", formula, xml)})
    assert _risks(path) == _risks(PLAIN)


def test_deeply_nested_xml_is_refused_or_read_but_never_a_bug(tmp_path: Path) -> None:
    deep = b"<x>" * 100_000 + b"</x>" * 100_000
    path = _changed(tmp_path / "a.xlsx", {LEDGER: lambda xml: xml.replace(b"</worksheet>", deep + b"</worksheet>")})
    assert invoke("assess", path).exit_code in (0, 3)


@pytest.mark.slow
def test_relationships_in_a_circle_and_to_nothing(tmp_path: Path) -> None:
    rels = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" Target="../worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" Target="../drawings/gone.xml"/></Relationships>'
    path = _changed(tmp_path / "a.xlsx", {}, **{"xl/worksheets/_rels/sheet1.xml.rels": rels})
    output = riskbook.assess(path, today=TODAY).save(tmp_path / "out.xlsx")
    again = riskbook.assess(output, today=TODAY).save(tmp_path / "again.xlsx")
    assert again.read_bytes() == output.read_bytes()


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 20_000_000)
    with pytest.raises(riskbook.PackageError, match="too-large"):
        Container(buffer.getvalue(), Limits(member_bytes=10_000_000))
    with pytest.raises(riskbook.PackageError, match="too-large"):
        Container(PLAIN.read_bytes(), Limits(members=3))
    with pytest.raises(riskbook.PackageError, match="too-large"):
        Container(PLAIN.read_bytes(), Limits(total_bytes=1000))
    with pytest.raises(riskbook.PackageError, match="too-large"):
        Container(buffer.getvalue(), Limits())  # nothing that people make shrinks to a thousandth


@pytest.mark.slow
def test_client_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    import openpyxl

    texts = ["=1+1", "+81-3", "-5", "@user", "\t=cmd", '=HYPERLINK("http://x")']
    book = openpyxl.load_workbook(PLAIN)
    sheet = book["台帳"]
    for row, text in enumerate(texts, start=4):
        for column, value in ((2, text), (3, text), (5, text), (6, "書類"), (8, 3), (9, 3), (10, 3)):
            sheet.cell(row, column).value = value
            if value == text:
                sheet.cell(row, column).data_type = "s"
    path = tmp_path / "a.xlsx"
    book.save(path)
    output = riskbook.assess(path, today=TODAY).save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    for name in ("サマリー", "リスク一覧", "対応計画", "対策計画", "対策の順序", "入力チェック"):
        assert not [c.coordinate for row in book[name].iter_rows() for c in row if c.data_type == "f"]
    shown = {cell.value for row in book["リスク一覧"].iter_rows() for cell in row}
    assert set(texts) - {"\t=cmd"} <= shown


@pytest.mark.slow
def test_a_bounded_fuzz_finds_no_traceback() -> None:
    from tests.tools.fuzz import run

    assert run(150, seed=20261121) == []


def test_limits_can_be_set_in_the_project_file(tmp_path: Path) -> None:
    path = tmp_path / "client.xlsx"
    path.write_bytes(PLAIN.read_bytes())
    (tmp_path / "riskbook.toml").write_text("[limits]\nmembers = 4\n", encoding="utf-8")
    result = invoke("check", path)
    assert result.exit_code == 3
    assert "4" in result.output
    for text, key in (
        ("[limits]\nmembers = 0\n", "limits.members"),
        ("[colours]\n", "colours"),
        ("= 1", "riskbook.toml"),
    ):
        (tmp_path / "riskbook.toml").write_text(text, encoding="utf-8")
        result = invoke("check", path)
        assert result.exit_code == 2
        assert key in result.output


def test_tabs_that_lead_nowhere_or_to_one_part_are_refused(tmp_path: Path) -> None:
    rels = "xl/_rels/workbook.xml.rels"
    for number, (old, new) in enumerate(
        ((b"sheet2.xml", b"sheet9.xml"), (b"sheet2.xml", b"sheet1.xml"), (b"worksheets/sheet2.xml", b"workbook.xml"))
    ):
        path = _changed(tmp_path / f"{number}.xlsx", {rels: lambda xml, old=old, new=new: xml.replace(old, new)})
        result = invoke("assess", path)
        assert result.exit_code == 3, result.output
    wrong = lambda xml: xml.replace(b"spreadsheetml.worksheet+xml", b"drawing+xml")  # noqa: E731
    path = _changed(tmp_path / "type.xlsx", {"[Content_Types].xml": wrong})
    assert invoke("assess", path).exit_code == 3
