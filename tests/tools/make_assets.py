"""Makes tests/assets/package/*: one small workbook for each feature of real packages: `python -m tests.tools.make_assets`."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime

import xlsxwriter

from riskbook.opc.names import STRICT_OF
from tests.support.forms import MEDIA, Asset, Form, write_form
from tests.support.places import PACKAGES

Members = dict[str, bytes]
ASSETS = [
    Asset("営業", "顧客台帳", MEDIA[5], (3, 2, 3), "営業部", personal="有"),
    Asset("営業", "顧客台帳", MEDIA[1], (3, 2, 1), "営業部", "展示会用"),
    Asset("経理", "会計データ", MEDIA[4], (3, 3, 3), "経理部"),
    Asset("経理", "請求書", MEDIA[0], (2, 2, 1), "経理部"),
    Asset("共通", "社内規程", MEDIA[4], (1, 2, 1), "総務部"),
]
THREATS = [(medium, "脅威", 2 + place % 2) for place, medium in enumerate(MEDIA)]
ANSWERS = [(kind, f"対策{kind}を実施している", 3 if kind % 4 else 2) for kind in range(1, 12)]


def base() -> Members:
    """The form that every asset starts from."""
    path = PACKAGES / "base.tmp"
    write_form(Form({"情報資産管理台帳": ASSETS}, THREATS, ANSWERS, company="合同会社みほん"), path)
    members = unpacked(path.read_bytes())
    path.unlink()
    return members


def unpacked(content: bytes) -> Members:
    """The members of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Members) -> bytes:
    """A package of these members, always with the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 2, 3, 4, 6)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


BOOK, TYPES, RELS, STYLES = "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
LEDGER = "xl/worksheets/sheet2.xml"


def sub(members: Members, part: str, pattern: str, new: str, count: int = 1) -> None:
    """Replaces what a pattern finds in a part, which must be there."""
    text, found = re.subn(pattern, new, members[part].decode(), count=count, flags=re.DOTALL)
    assert found, (part, pattern)
    members[part] = text.encode()


def macros(members: Members) -> None:
    sub(members, TYPES, r"spreadsheetml\.sheet\.main\+xml", "XX")
    sub(
        members,
        TYPES,
        r"application/vnd.openxmlformats-officedocument.XX",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    sub(
        members,
        TYPES,
        "<Override",
        '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override',
    )
    sub(
        members,
        RELS,
        "</Relationships>",
        '<Relationship Id="rId90" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>',
    )
    members["xl/vbaProject.bin"] = bytes(range(256)) * 4


def template(members: Members) -> None:
    sub(members, TYPES, r"spreadsheetml\.sheet\.main\+xml", "spreadsheetml.template.main+xml")


def strict(members: Members) -> None:
    for name in list(members):
        if name.endswith((".xml", ".rels")):
            for old, new in sorted(STRICT_OF.items(), key=lambda pair: -len(pair[0])):
                members[name] = members[name].replace(old.encode(), new.encode())
    sub(members, BOOK, "<workbook ", '<workbook conformance="strict" ')


def absolute_targets(members: Members) -> None:
    sub(members, RELS, r'Target="([^"/]+/)?([^"]+)"', r'Target="/xl/\g<1>\g<2>"', count=0)


def prefixed(members: Members) -> None:
    """The main namespace under a prefix, as some programs write it."""
    for part in (BOOK, LEDGER, STYLES):
        text = members[part].decode()
        text = re.sub(r"<(/?)(?=[A-Za-z])(?![A-Za-z]+:)", r"<\1x:", text)
        members[part] = text.replace('xmlns="', 'xmlns:x="', 1).encode()


def byte_order_mark(members: Members) -> None:
    for part in (BOOK, LEDGER, TYPES, RELS):
        members[part] = b"\xef\xbb\xbf" + members[part]


def dates_from_1904(members: Members) -> None:
    sub(members, BOOK, "<workbookPr ", '<workbookPr date1904="1" ')


def no_styles(members: Members) -> None:
    del members[STYLES]
    sub(members, RELS, r'<Relationship Id="[^"]*" Type="[^"]*/styles" Target="styles.xml"/>', "")
    sub(members, TYPES, r'<Override PartName="/xl/styles.xml"[^>]*/>', "")
    for name in members:
        if name.startswith("xl/worksheets/sheet"):
            text = re.sub(r' (s|style)="\d+"', "", members[name].decode())
            members[name] = re.sub(
                r"<conditionalFormatting.*?</conditionalFormatting>", "", text, flags=re.DOTALL
            ).encode()


def bare_styles(members: Members) -> None:
    """No named styles' formats, no differential formats, wrong counts."""
    sub(members, STYLES, r"<cellStyleXfs.*?</cellStyleXfs>", "")
    sub(members, STYLES, r"<cellStyles.*?</cellStyles>", "")
    sub(members, STYLES, r"<dxfs.*?</dxfs>", "")
    sub(members, STYLES, r' xfId="0"', "", count=0)
    sub(members, STYLES, r'<fonts count="\d+"', '<fonts count="99"')
    sub(members, LEDGER, r"<conditionalFormatting.*?</conditionalFormatting>", "")


def no_default_for_rels(members: Members) -> None:
    sub(members, TYPES, r'<Default Extension="rels"[^>]*/>', "")


def override_without_part(members: Members) -> None:
    sub(
        members,
        TYPES,
        "</Types>",
        '<Override PartName="/xl/worksheets/sheet6.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    )


def no_references(members: Members) -> None:
    """Rows and cells without their numbers, and an empty format; every row holds all its cells, so counting finds them.

    Rows that the file left out, because nothing stands in them, are written as empty ones: the merged areas keep theirs.
    """
    numbers = [int(number) for number in re.findall(r'<row r="(\d+)"', members[LEDGER].decode())]
    for before, number in zip([0, *numbers], numbers, strict=False):
        empty = "".join(f'<row r="{gap}"/>' for gap in range(before + 1, number))
        sub(members, LEDGER, rf'<row r="{number}"', f'{empty}<row r="{number}"')
    sub(members, LEDGER, r' spans="[^"]*"', "", count=0)
    sub(members, LEDGER, r'<row r="\d+"', "<row", count=0)
    sub(members, LEDGER, r'<c r="[A-Z]+\d+"', "<c", count=0)
    sub(members, LEDGER, r'(<row[^>]*><c) s="\d+"', r'\1 s=""')


def protected(members: Members) -> None:
    sub(members, LEDGER, "</sheetData>", '</sheetData><sheetProtection sheet="1" objects="1" scenarios="1"/>')
    sub(members, BOOK, "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>')
    sub(members, BOOK, "<workbookPr", '<fileSharing readOnlyRecommended="1"/><workbookPr')


def very_hidden_and_grouped(members: Members) -> None:
    """A very hidden sheet, two sheets selected together, another one active."""
    sub(members, BOOK, 'state="hidden"', 'state="veryHidden"')
    sub(members, BOOK, "<workbookView ", '<workbookView activeTab="1" firstSheet="1" ')
    sub(members, LEDGER, "<sheetView ", '<sheetView tabSelected="1" ')


def odd_names(members: Members) -> None:
    """Quotes, an emoji, 31 characters, and names that belong to one sheet."""
    long = "O'Neil &amp; 山田の台帳😀 " + "x" * 13
    for part in (BOOK, LEDGER):
        members[part] = members[part].replace(
            "情報資産管理台帳".encode(), long.encode() if part == BOOK else "情報資産管理台帳".encode()
        )
    text = members[BOOK].decode()
    text = re.sub(r"<definedNames>.*?</definedNames>", "", text, flags=re.DOTALL)
    quoted = "'" + long.replace("'", "''") + "'"
    names = f'<definedName name="_xlnm.Print_Titles" localSheetId="1">{quoted}!$3:$4</definedName><definedName name="範囲" localSheetId="1">{quoted}!$A$5:$S$9</definedName>'
    members[BOOK] = text.replace("<calcPr", f"<definedNames>{names}</definedNames><calcPr").encode()


def sheet_without_part(members: Members) -> None:
    sub(members, BOOK, "</sheets>", '<sheet name="幽霊" sheetId="77"/></sheets>')


def extensions(members: Members) -> None:
    """An extLst at the end of the ledger sheet, as newer conditional formats and drop-downs leave it."""
    ext = '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>選択肢!$A$1:$A$6</xm:f></x14:formula1><xm:sqref>F5:F9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>'
    sub(members, LEDGER, "</worksheet>", ext + "</worksheet>")


def shared_and_array_formulas(members: Members) -> None:
    for row in range(5, 10):
        first = ' ref="M5:M9"' if row == 5 else ""
        body = 'IF(COUNT(J5:L5)=0,"",MAX(J5:L5))'.replace('"', "&quot;") if row == 5 else ""
        sub(members, LEDGER, rf'(<c r="M{row}"[^>]*>)<f>.*?</f>', rf'\1<f t="shared"{first} si="0">{body}</f>')
    sub(members, LEDGER, r'(<c r="S5"[^>]*>)<f>(.*?)</f>', r'\1<f t="array" ref="S5">\2</f>')


def outline_and_columns(members: Members) -> None:
    """Column definitions to the last column, grouped rows."""
    sub(members, LEDGER, "</cols>", '<col min="20" max="16384" width="9" customWidth="1"/></cols>')
    sub(members, LEDGER, r'<row r="6"', '<row r="6" outlineLevel="1"')


def external_link(members: Members) -> None:
    members["xl/externalLinks/externalLink1.xml"] = (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<externalBook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"><sheetNames><sheetName val="S"/></sheetNames></externalBook></externalLink>'
    )
    members["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="other.xlsx" TargetMode="External"/></Relationships>'
    )
    sub(
        members,
        TYPES,
        "</Types>",
        '<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/></Types>',
    )
    sub(
        members,
        RELS,
        "</Relationships>",
        '<Relationship Id="rId91" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>',
    )
    sub(
        members,
        BOOK,
        "</sheets>",
        '</sheets><externalReferences><externalReference r:id="rId91"/></externalReferences>',
    )


def custom_properties(members: Members) -> None:
    """The client's own custom document properties."""
    members["docProps/custom.xml"] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="部外秘"><vt:lpwstr>はい</vt:lpwstr></property></Properties>'
    ).encode()
    sub(
        members,
        TYPES,
        "</Types>",
        '<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>',
    )
    sub(
        members,
        "_rels/.rels",
        "</Relationships>",
        '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties" Target="docProps/custom.xml"/></Relationships>',
    )


def furigana(members: Members) -> None:
    sub(
        members,
        "xl/sharedStrings.xml",
        r"<si><t>顧客台帳</t></si>",
        '<si><t>顧客台帳</t><rPh sb="0" eb="2"><t>コキャク</t></rPh><phoneticPr fontId="0"/></si>',
    )


def excel_table() -> bytes:
    """The ledger as an Excel table (ListObject)."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.set_properties({"created": datetime(2026, 4, 1)})
    sheet = book.add_worksheet("台帳")
    headers = ["業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"]
    data = [[a.business, a.name, a.medium, *a.cia] for a in ASSETS]
    sheet.write("A1", "情報資産管理台帳")
    sheet.add_table(
        2, 0, 2 + len(data), 5, {"name": "台帳表", "data": data, "columns": [{"header": h} for h in headers]}
    )
    threats = book.add_worksheet("脅威")
    for row, cells in enumerate((("媒体", "想定される脅威", "頻度"), *THREATS)):
        threats.write_row(row, 0, cells)
    checks = book.add_worksheet("対策")
    for row, cells in enumerate((("対策の種類", "設問", "回答"), *ANSWERS)):
        checks.write_row(row, 0, cells)
    book.add_chartsheet("グラフ").set_chart(_chart(book))
    book.close()
    return buffer.getvalue()


def _chart(book: xlsxwriter.Workbook) -> object:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=台帳!$D$4:$D$8"})
    return chart


CHANGES: dict[str, Callable[[Members], None]] = {
    "macros.xlsm": macros,
    "template.xltx": template,
    "strict.xlsx": strict,
    "absolute-targets.xlsx": absolute_targets,
    "prefixed.xlsx": prefixed,
    "byte-order-mark.xlsx": byte_order_mark,
    "dates-from-1904.xlsx": dates_from_1904,
    "no-styles.xlsx": no_styles,
    "bare-styles.xlsx": bare_styles,
    "no-default-for-rels.xlsx": no_default_for_rels,
    "override-without-part.xlsx": override_without_part,
    "no-references.xlsx": no_references,
    "protected.xlsx": protected,
    "very-hidden-and-grouped.xlsx": very_hidden_and_grouped,
    "odd-names.xlsx": odd_names,
    "sheet-without-part.xlsx": sheet_without_part,
    "extensions.xlsx": extensions,
    "shared-and-array-formulas.xlsx": shared_and_array_formulas,
    "outline-and-columns.xlsx": outline_and_columns,
    "external-link.xlsx": external_link,
    "custom-properties.xlsx": custom_properties,
    "furigana.xlsx": furigana,
    "plain.xlsx": lambda members: None,
}


def main() -> None:
    """Writes every asset."""
    PACKAGES.mkdir(parents=True, exist_ok=True)
    for name, change in CHANGES.items():
        members = base()
        change(members)
        (PACKAGES / name).write_bytes(packed(members))
    (PACKAGES / "excel-table.xlsx").write_bytes(excel_table())


if __name__ == "__main__":
    main()
