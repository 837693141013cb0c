"""Every feature of real packages: the result is the same assessment, and nothing else in the file has moved."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils.datetime import CALENDAR_MAC_1904

import riskbook
from riskbook.errors import OutputError
from riskbook.marks.__main__ import main
from riskbook.opc.container import Container
from riskbook.opc.lint import defects, lint
from riskbook.opc.workbook import Workbook
from tests.support.days import TODAY
from tests.support.places import PACKAGES, ROOT
from tests.support.workbooks import assessed_once, signed
from tests.tools.make_assets import CHANGES

PLAIN = PACKAGES / "plain.xlsx"
every_asset = pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in sorted(PACKAGES.glob("*.xl*"))])
MAY_CHANGE = ("[Content_Types].xml", "_rels/.rels", "workbook.xml", "workbook.xml.rels", "styles.xml", "custom.xml")


def _members(path: Path) -> dict[str, tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: (info, archive.read(info)) for info in archive.infolist()}


def test_every_asset_is_there() -> None:
    assert {path.name for path in PACKAGES.iterdir()} == {*CHANGES, "excel-table.xlsx"}


@pytest.mark.slow
@every_asset
def test_the_assessment_is_the_same(path: Path, tmp_path: Path) -> None:
    wanted = assessed_once(PLAIN).risks
    result = assessed_once(path)
    for column in ("name", "medium", "importance", "threat", "vulnerability", "risk", "level", "treatment"):
        assert result.risks[column].tolist() == wanted[column].tolist()
    output = result.save(tmp_path / path.name)
    again = riskbook.assess(output, today=TODAY)
    assert again.risks["risk"].tolist() == wanted["risk"].tolist()
    assert again.save(tmp_path / f"again{path.suffix}").read_bytes() == output.read_bytes()


@pytest.mark.slow
@every_asset
def test_untouched_members_are_the_same_to_the_byte(path: Path, tmp_path: Path) -> None:
    result = assessed_once(path)
    before, after = _members(path), _members(result.save(tmp_path / path.name))
    assert [name for name in after if name in before] == list(before)
    ledgers = {Workbook(path.read_bytes()).sheet(table.sheet_name).part for table in result.assessment.ledger.tables}
    for name, (info, content) in before.items():
        copy, kept = after[name]
        if name.endswith(MAY_CHANGE) or name in ledgers or "/tables/" in name:
            continue
        if kept != content:
            assert content.replace(b' tabSelected="1"', b"") == kept
        else:
            fields = ("CRC", "date_time", "compress_type", "compress_size", "flag_bits", "extra", "external_attr")
            assert [getattr(copy, field) for field in fields] == [getattr(info, field) for field in fields]


@every_asset
def test_formats_and_strings_are_only_appended(path: Path, tmp_path: Path) -> None:
    before, after = _members(path), _members(assessed_once(path).save(tmp_path / path.name))
    for name in before:
        if not name.endswith("styles.xml"):
            continue
        old, new = (etree.fromstring(members[name][1]) for members in (before, after))
        for table in old:
            entries = [etree.tostring(entry, method="c14n") for entry in table]
            kept = new.find(table.tag)
            assert kept is not None
            assert [etree.tostring(entry, method="c14n") for entry in kept][: len(entries)] == entries


@every_asset
def test_our_own_lint_is_content(path: Path, tmp_path: Path) -> None:
    output = assessed_once(path).save(tmp_path / path.name)
    known = set(defects(Workbook(path.read_bytes())))
    assert set(defects(Workbook(output.read_bytes()))) <= known


@pytest.mark.slow
@every_asset
def test_microsofts_validator_finds_no_new_error(
    path: Path, tmp_path: Path, new_microsoft_errors: Callable[..., set[str]]
) -> None:
    output = assessed_once(path).save(tmp_path / path.name)
    assert not new_microsoft_errors(output, path)


@pytest.mark.slow
@every_asset
def test_openxml_audit_finds_no_new_error(path: Path, tmp_path: Path) -> None:
    from openxml_audit import OpenXmlValidator

    output = assessed_once(path).save(tmp_path / path.name)

    def errors(workbook: Path) -> set[str]:
        # A tab that came first moves the places of those behind it.
        return {re.sub(r"\[\d+\]", "[n]", str(e)) for e in OpenXmlValidator().validate(str(workbook)).errors}

    found = errors(output)
    assert not found or found <= errors(path)


@every_asset
def test_graft_puts_a_sheet_first(path: Path, tmp_path: Path) -> None:
    target = tmp_path / path.name
    assert main(["graft", str(path), str(target)]) == 0
    workbook = Workbook(target.read_bytes())
    assert workbook.sheets[0].name == "riskbook"
    assert [sheet.name for sheet in workbook.sheets[1:]] == [s.name for s in Workbook(path.read_bytes()).sheets]


def test_graft_refuses_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\3\4 nothing")
    assert main(["graft", str(bad), str(tmp_path / "out.xlsx")]) == 3
    assert main(["graft", str(tmp_path / "none.xlsx"), str(tmp_path / "out.xlsx")]) == 3
    assert main(["graft"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"bad.xlsx"}


@pytest.mark.slow
def test_a_table_over_the_ledger_takes_the_columns_in(tmp_path: Path) -> None:
    path = PACKAGES / "excel-table.xlsx"
    output = riskbook.assess(path, today=TODAY).save(tmp_path / "out.xlsx")
    table = openpyxl.load_workbook(output)["台帳"].tables["台帳表"]
    assert (table.ref, table.autoFilter.ref) == ("A3:J8", "A3:J8")
    assert table.column_names[-4:-1] == ["リスク値（算定）", "リスク区分", "対応方針（案）"]


@pytest.mark.slow
def test_names_of_sheets_shift_with_the_tab_that_comes_first(tmp_path: Path) -> None:
    output = riskbook.assess(PACKAGES / "odd-names.xlsx", today=TODAY).save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    sheet = book.worksheets[2]
    assert sheet.title.startswith("O'Neil & 山田の台帳😀")
    assert sheet.print_title_rows == "$3:$4"
    assert "範囲" in sheet.defined_names


@pytest.mark.slow
def test_one_sheet_opens_and_is_selected_alone(tmp_path: Path) -> None:
    output = riskbook.assess(PACKAGES / "very-hidden-and-grouped.xlsx", today=TODAY).save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    assert book.active.title == "サマリー"  # type: ignore[union-attr]
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["サマリー"]
    assert book["選択肢"].sheet_state == "veryHidden"


@pytest.mark.slow
def test_protection_is_kept_and_told(tmp_path: Path) -> None:
    result = riskbook.assess(PACKAGES / "protected.xlsx", today=TODAY)
    assert {"sheet-protected", "workbook-locked", "read-only-recommended"} <= {f.code for f in result.findings}
    book = openpyxl.load_workbook(result.save(tmp_path / "out.xlsx"))
    assert book.security.lockStructure
    assert book["情報資産管理台帳"].protection.sheet
    assert book["情報資産管理台帳"]["T5"].value == 9 or book["情報資産管理台帳"]["T5"].value == 6


@pytest.mark.slow
def test_a_signed_package_is_refused_unless_the_signature_is_dropped(tmp_path: Path) -> None:
    path = signed(PLAIN, tmp_path / "signed.xlsx")
    result = riskbook.assess(path, today=TODAY)
    assert "signature-present" in {f.code for f in result.findings}
    with pytest.raises(riskbook.PackageError, match="signed"):
        result.save(tmp_path / "out.xlsx")
    dropped = riskbook.assess(path, today=TODAY, drop_signature=True).save(tmp_path / "out.xlsx")
    assert "_xmlsignatures/origin.sigs" not in _members(dropped)


@pytest.mark.slow
def test_an_encrypted_workbook_comes_back_encrypted(tmp_path: Path) -> None:
    from riskbook.opc.encryption import decrypted, encrypted

    path = tmp_path / "locked.xlsx"
    path.write_bytes(encrypted(PLAIN.read_bytes(), "ひみつ"))
    with pytest.raises(riskbook.PackageError, match="encrypted"):
        riskbook.assess(path)
    with pytest.raises(riskbook.PackageError, match="wrong-password"):
        riskbook.assess(path, password="x")
    output = riskbook.assess(path, today=TODAY, password="ひみつ").save(tmp_path / "out.xlsx")
    plain = riskbook.assess(PLAIN, today=TODAY)
    again = tmp_path / "plain.xlsx"
    again.write_bytes(decrypted(output.read_bytes(), "ひみつ"))
    assert (
        openpyxl.load_workbook(again).sheetnames == openpyxl.load_workbook(plain.save(tmp_path / "p.xlsx")).sheetnames
    )


def test_numbers_without_a_date_format_count_from_1904_where_the_workbook_does(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["情報資産名称", "機密性", "保存期限", "登録日"])  # type: ignore[union-attr]
    book.active.append(["契約書", 3, 44926, 43921])  # type: ignore[union-attr]
    path = tmp_path / "a.xlsx"
    book.save(path)
    assets = riskbook.read(path).assets
    assert assets[["retention_date", "registered"]].values.tolist() == [[date(2027, 1, 1), date(2024, 4, 1)]]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b'<c r="B6"', b'<c r="B9"', "stands in row 6"),
        (b'<c r="B6"', b'<c r="?"', "is no cell"),
        (b'<row r="6"', b'<row r="4"', "row 4 out of order"),
        (b'<c r="B6" s="', b'<c r="B6" s="9', "which is not there"),
        (b'<mergeCell ref="', b'<mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/><mergeCell ref="', "overlaps another"),
    ],
)
def test_lint_looks_at_every_row_and_area(before: bytes, after: bytes, told: str) -> None:
    data = (ROOT / "samples" / "harbour-design.xlsx").read_bytes()
    container = Container(data)
    name = next(
        n
        for n in container.names
        if n.startswith("xl/worksheets/") and b'<c r="B6"' in container.read(n) and b"<mergeCell " in container.read(n)
    )
    content = container.read(name)
    broken = container.written({name: content.replace(before, after, 1)}, {})
    lint(data)
    lint(broken, broken)  # what the input had before is not held against the result
    with pytest.raises(OutputError) as caught:
        lint(broken, data)
    assert told in caught.value.params["detail"]
