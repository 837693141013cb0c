"""Makes tests/assets/seen/*: a small workbook for each way in which Excel shows another thing than the XML says.

`python -m tests.tools.make_seen`; what is right for each stands in tests/reading/test_seen.py.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from riskbook.opc import decrypted, encrypted
from riskbook.opc.names import COMPATIBILITY, MAIN, PACKAGE_RELS, REL
from tests.support.places import SEEN
from tests.tools.make_assets import RELS, STYLES, TYPES, Members, packed, sub, unpacked

Edit = Callable[[Any, Any], None]  # of book and sheet
Change = Callable[[Members], None]
LEDGER, CHECKS = "情報資産管理台帳", "対策状況チェック"
HEADERS = (
    "管理番号",
    "情報資産名称",
    "媒体・保存先",
    "個人情報",
    "機密性",
    "完全性",
    "可用性",
    "重要度",
    "保存期限",
    "登録日",
    "対策費用",
    "備考",
)
ID, NAME, MEDIUM, PERSONAL, CONFIDENTIALITY, _, _, _, KEPT, REGISTERED, COST, NOTE, BESIDE = range(13)
STRUCK = {"font_strikeout": True}
SHEET = "xl/worksheets/sheet1.xml"
BUILT_IN_PASSWORD = "VelvetSweatshop"
_MICROSOFT = "http://schemas.microsoft.com/office/spreadsheetml/2009/9"
_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

DATES = (
    "令和6年度",
    "令和6年度末",
    "令和 6 年 4 月 1 日",
    "令6.4.1",
    "26/4/1",
    "98/4/1",
    "6/4/1",
    "2026-04-01T09:00:00",
    "令和六年四月一日",
    "二〇二六年十二月二十一日",
    "2026年4月末",
    "2026年４月１日 現在",
    "Apr 1, 2026",
    "1-Apr-26",
    "2026/2/30",
    "4/1",
)
WORDS_NO = (
    "非該当",
    "含まない",
    "対象外",
    "無（匿名化）",
    "なし（匿名化済み）",
    "特になし",
    "無し。",
    "☐",
    "□",
    "❌",
    "0件",
)
WORDS_YES = ("アリ", "該当", "120件", "有（氏名のみ）", "☑")


def book(edit: Edit, change: Change = lambda members: None, *, header_row: int = 0) -> bytes:
    """A workbook with a ledger that has headers only and is edited; then its package is changed."""
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer)
    made.set_properties({"created": datetime(2026, 4, 1)})
    sheet = made.add_worksheet(LEDGER)
    sheet.write_row(header_row, ID, HEADERS)
    edit(made, sheet)
    made.close()
    members = unpacked(buffer.getvalue())
    change(members)
    return packed(members)


def asset(sheet: Any, row: int, name: str, medium: str = "書類", ratings: Sequence[int] = (2, 2, 2)) -> None:
    """Writes what every asset has; `row`: from 0."""
    sheet.write_string(row, NAME, name)
    sheet.write_string(row, MEDIUM, medium)
    sheet.write_row(row, CONFIDENTIALITY, ratings)


def assets(*names: str, more: Edit = lambda book, sheet: None) -> Edit:
    """Writes assets below the headers, then `more`."""

    def edit(made: Any, sheet: Any) -> None:
        for row, name in enumerate(names, start=1):
            asset(sheet, row, name)
        more(made, sheet)

    return edit


# --- what a cell shows ---


def _array_formula(made: Any, sheet: Any) -> None:
    sheet.write_string(0, BESIDE, "脆弱性")
    sheet.write_array_formula(1, BESIDE, 4, BESIDE, "{=E2:E5-1}", None, 1)
    for row in (2, 3, 4):
        sheet.write_number(row, BESIDE, 1)


def _spilled(made: Any, sheet: Any) -> None:
    sheet.write_string(0, BESIDE, "脆弱性")
    sheet.write_dynamic_array_formula(1, BESIDE, 4, BESIDE, "=SORT(E2:E5)-1", None, 1)
    for row in (2, 3, 4):
        sheet.write_number(row, BESIDE, 1)


def _data_table(made: Any, sheet: Any) -> None:
    sheet.write_string(0, BESIDE, "脆弱性")
    for row in (1, 2, 3, 4):
        sheet.write_number(row, BESIDE, 1)


def _data_table_formula(members: Members) -> None:
    sub(members, SHEET, r'<c r="M2">', '<c r="M2"><f t="dataTable" ref="M2:M5" dt2D="0" dtr="0" r1="A9"/>')


def _merged_leftover(made: Any, sheet: Any) -> None:
    sheet.merge_range(1, MEDIUM, 2, MEDIUM, "書類", made.add_format())
    sheet.write_string(2, MEDIUM, "社外サーバー")


def _under_empty(made: Any, sheet: Any) -> None:
    sheet.merge_range(1, MEDIUM, 2, MEDIUM, "", made.add_format())
    sheet.write_string(2, MEDIUM, "社外サーバー")


def _struck_runs(made: Any, sheet: Any) -> None:
    struck = made.add_format(STRUCK)
    sheet.write_rich_string(1, MEDIUM, struck, "社内サーバー", "書類")
    sheet.write_rich_string(1, CONFIDENTIALITY, struck, "3", "1")
    sheet.write_rich_string(1, NOTE, "倉庫", struck, "の2階", "の1階")


def _inline(members: Members) -> None:
    """Texts in their cells, as some programs write them."""
    sub(
        members,
        SHEET,
        r'<c r="C2"[^>]*>.*?</c>',
        '<c r="C2" t="inlineStr"><is><r><rPr><strike/></rPr><t>社内サーバー</t></r><r><t>書類</t></r></is></c>',
    )


def _struck_name(made: Any, sheet: Any) -> None:
    struck, bold = made.add_format(STRUCK), made.add_format({**STRUCK, "bold": True})
    sheet.write_rich_string(2, NAME, struck, "旧", bold, "台帳")


def _struck_then_typed(made: Any, sheet: Any) -> None:
    """What was struck through with its whole cell, and what was typed behind it later, in a font of its own."""
    struck, plain = made.add_format(STRUCK), made.add_format()
    for column, old, new in (
        (NAME, "旧", "資産"),
        (MEDIUM, "社内サーバー", "書類"),
        (CONFIDENTIALITY, "3", "1"),
    ):
        sheet.write_rich_string(1, column, old, plain, new, struck)


def _struck_cells(made: Any, sheet: Any) -> None:
    struck = made.add_format(STRUCK)
    sheet.write_string(1, MEDIUM, "社内サーバー", struck)
    sheet.write_number(1, CONFIDENTIALITY, 3, struck)
    sheet.write_rich_string(1, PERSONAL, struck, "有", made.add_format({**STRUCK, "bold": True}), "り")
    checks = made.add_worksheet(CHECKS)
    checks.write_row(0, 0, ("対策の種類", "設問", "回答"))
    checks.write_row(1, 0, ("1 組織的対策", "情報セキュリティの責任者を決めている"))
    checks.write_row(2, 0, ("2 人的対策", "従業員に教育を行っている", "3:実施していない"))
    checks.write_string(1, 2, "1:実施している", struck)


def _struck_and_invisible(made: Any, sheet: Any) -> None:
    sheet.write_rich_string(1, MEDIUM, made.add_format(STRUCK), "社内サーバー", "書類\u200b")


def _hidden_column(made: Any, sheet: Any) -> None:
    sheet.write_column(0, BESIDE, ("機密性", 3, 3))
    sheet.set_column(CONFIDENTIALITY, CONFIDENTIALITY, None, None, {"hidden": True})


def _binary_fractions(members: Members) -> None:
    sub(members, SHEET, r'(<c r="E2">)<v>2</v>', r"\1<v>3.0000000000000004</v>")
    sub(members, SHEET, r'(<c r="F2">)<v>2</v>', r"\1<v>0.99999999999999989</v>")


FORMATTED = (  # a name that says what is seen, column, value, number format
    ("6か月", KEPT, 6, '0"か月"'),
    ("90日", KEPT, 90, '0"日"'),
    ("5年", KEPT, 5, '0"年"'),
    ("10年", KEPT, 10, 'General"年"'),
    ("7年", KEPT, 7, 'G/標準"年"'),
    ("50万円", COST, 50, '#,##0"万円"'),
    ("500千円", COST, 500_000, '#,##0,"千円"'),
    ("120人", PERSONAL, 120, '#,##0"人"'),
    ("0件", PERSONAL, 0, '0"件"'),
)
ZEROS = (
    ("0007", ID, 7, "0000"),
    ("A-007", ID, 7, '"A-"000'),
    ("00-07", ID, 7, "00-00"),
    ("3-2026", ID, 32_026, "#-0000"),
    ("A-12-34", ID, 1_234, '"A-"00-00'),
)
WORDS = (
    ("高", CONFIDENTIALITY, 1, '[=1]"高";[=2]"中";"低"'),
    ("低", CONFIDENTIALITY, 3, '[=1]"高";[=2]"中";"低"'),
    ("有", PERSONAL, 5, '"有";;"無"'),
    ("無", PERSONAL, 0, '"有";;"無"'),
    ("18か月", KEPT, 18, '[>=12]0"か月";0"年"'),
    ("3年", KEPT, 3, '[>=12]0"か月";0"年"'),
)
PERCENT = (("50%", NOTE, 0.5, 9), ("12.50%", NOTE, 0.125, 10), ("12.5%", NOTE, 0.125, "0.0%"))


def formatted(cells: Sequence[tuple[str, int, float, Any]]) -> bytes:
    """A ledger with an asset for each number with a format."""

    def edit(made: Any, sheet: Any) -> None:
        for row, (name, column, value, code) in enumerate(cells, start=1):
            asset(sheet, row, name)
            sheet.write_number(row, column, value, made.add_format({"num_format": code}))

    return book(edit)


def _format_of_rule(made: Any, sheet: Any) -> None:
    sheet.write_number(1, REGISTERED, 45_658, made.add_format({"num_format": "yyyy/m/d"}))
    later = made.add_format({"num_format": '0" (old)"'})
    sheet.conditional_format(1, REGISTERED, 1, REGISTERED, {"type": "formula", "criteria": "=FALSE", "format": later})


def _number_of_format(members: Members) -> None:
    """The rule's number format has the number of that of the cell."""
    sub(members, STYLES, r'(<dxf>.*?<numFmt numFmtId=")\d+', r"\g<1>164")


INVISIBLE = (  # name, column, text
    ("zero width space", MEDIUM, "書類\u200b"),
    ("byte order mark, variation selector", PERSONAL, "\ufeff無\ufe0f"),
    ("direction marks", ID, "\u200e2026\u200f"),
    ("carriage return", NOTE, "棚\r\n3段"),
    ("escaped", NOTE, "_x0041_"),  # a text of seven characters; its first one is written _x005F_
    ("two halves", NOTE, "(pair)"),
    ("one half", NOTE, "(half)"),
)


def _invisible(made: Any, sheet: Any) -> None:
    for row, (name, column, text) in enumerate(INVISIBLE, start=1):
        asset(sheet, row, name)
        sheet.write_string(row, column, text)


def _halves(members: Members) -> None:
    sub(members, "xl/sharedStrings.xml", r"\(pair\)", "_xD83D__xDE00_")
    sub(members, "xl/sharedStrings.xml", r"\(half\)", "半分_xD83D_")


def _picture(made: Any, sheet: Any) -> None:
    sheet.embed_image(1, NOTE, "picture.png", {"image_data": io.BytesIO(_DOT)})
    sheet.write_formula(2, NOTE, "=1+A9:A10", None, "#VALUE!")


def _check_boxes(made: Any, sheet: Any) -> None:
    checks = made.add_worksheet(CHECKS)
    checks.write_row(0, 0, ("対策の種類", "設問", "回答"))
    checks.write_row(1, 0, ("1 組織的対策", "情報セキュリティの責任者を決めている"))
    checks.write_row(2, 0, ("2 人的対策", "従業員に教育を行っている"))
    checks.insert_button("C2", {"caption": "実施している"})
    checks.insert_button("C3", {"caption": "実施している"})


def _controls(members: Members) -> None:
    """Makes the buttons of the second sheet check boxes."""
    sheet, drawing, kind = "xl/worksheets/sheet2.xml", "xl/drawings/vmlDrawing1.vml", "application/vnd.ms-excel"
    sub(members, drawing, 'ObjectType="Button"', 'ObjectType="Checkbox"', count=0)
    sub(members, TYPES, "</Types>", "".join(
        f'<Override PartName="/xl/ctrlProps/ctrlProp{n}.xml" ContentType="{kind}.controlproperties+xml"/>' for n in (1, 2)
    ) + "</Types>")  # fmt: skip
    sub(members, "xl/worksheets/_rels/sheet2.xml.rels", "</Relationships>", "".join(
        f'<Relationship Id="rId{n + 10}" Type="{REL}/ctrlProp" Target="../ctrlProps/ctrlProp{n}.xml"/>' for n in (1, 2)
    ) + "</Relationships>")  # fmt: skip
    controls = "".join(f'<control shapeId="{2048 + n}" r:id="rId{n + 10}" name="Check Box {n}"/>' for n in (1, 2))
    sub(members, sheet, "(<legacyDrawing [^>]*/>)", rf"\1<controls>{controls}</controls>")
    for n, state in ((1, ' checked="Checked"'), (2, "")):
        members[f"xl/ctrlProps/ctrlProp{n}.xml"] = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<formControlPr xmlns="{_MICROSOFT}/main" objectType="CheckBox"{state} lockText="1"/>'
        ).encode()


def _check_boxes_in_cells(made: Any, sheet: Any) -> None:
    sheet.insert_checkbox(1, PERSONAL, True)
    sheet.insert_checkbox(2, PERSONAL, False)


# --- what is typed, and which rows are assets ---


def _typed(column: int, words: Sequence[str]) -> Edit:
    def edit(made: Any, sheet: Any) -> None:
        for row, word in enumerate(words, start=1):
            asset(sheet, row, word)
            sheet.write_string(row, column, word)

    return edit


def _retentions(made: Any, sheet: Any) -> None:
    for row, word in enumerate(("令和6年度末", "2026年4月末", "令和九年三月"), start=1):
        asset(sheet, row, word)
        sheet.write_string(row, KEPT, word)


def _statistics(made: Any, sheet: Any) -> None:
    for row, word in enumerate(("平均", "集計", "計（2件）"), start=3):
        sheet.write_row(row, NAME, (word, "", "", 2, 2, 2))


def _totals_row(made: Any, sheet: Any) -> None:
    columns: list[dict[str, Any]] = [{"header": header} for header in HEADERS]
    columns[NAME] |= {"total_function": "count", "total_value": 2}
    columns[CONFIDENTIALITY] |= {"total_function": "max", "total_value": 3}
    sheet.add_table(0, ID, 3, NOTE, {"columns": columns, "total_row": True})
    sheet.write_string(3, MEDIUM, "2種類")  # so that the row is more than formulas
    asset(sheet, 1, "資産")
    asset(sheet, 2, "他の資産")


def _legend(made: Any, sheet: Any) -> None:
    sheet.write_row(1, NAME, ("（正式名称）", "（下記参照）", "", "1～3", "1～3", "1～3"))
    sheet.write_row(2, NAME, ("", "", "", "3:高 2:中 1:低", "3:高 2:中 1:低", "3:高 2:中 1:低"))
    asset(sheet, 3, "資産")


def _doubtful(made: Any, sheet: Any) -> None:
    sheet.write_row(1, NAME, ("顧客名簿", "書類", "", "1～3", "1～3", "1～3"))
    asset(sheet, 2, "資産")


def _several_tables(made: Any, sheet: Any) -> None:
    asset(sheet, 1, "資産", ratings=(3, 2, 1))
    sheet.write_string(4, ID, "2 システム")
    sheet.write_row(5, ID, ("情報資産名称", "可用性", "完全性", "機密性", "媒体・保存先"))
    sheet.write_row(6, ID, ("販売管理", 3, 2, 1, "社内サーバー"))


def _far_below(made: Any, sheet: Any) -> None:
    for row in range(90):
        sheet.write_string(row, ID, f"規程の文章 {row}")
    asset(sheet, 101, "資産")


# --- what stands beside the table ---


def _print_area(made: Any, sheet: Any) -> None:
    sheet.print_area(0, ID, 2, NOTE)
    sheet.repeat_rows(0)
    sheet.repeat_columns(ID, NAME)
    sheet.fit_to_pages(1, 0)


def _chart(made: Any, sheet: Any) -> None:
    chart = made.add_chart({"type": "column"})
    chart.add_series({"values": [LEDGER, 1, CONFIDENTIALITY, 2, CONFIDENTIALITY]})
    sheet.insert_chart(0, BESIDE, chart)


def _picture_beside(made: Any, sheet: Any) -> None:
    sheet.insert_image(0, BESIDE, "seal.png", {"image_data": io.BytesIO(_DOT), "x_scale": 150, "y_scale": 60})


def _columns(first: int, last: int, **options: Any) -> Edit:
    def edit(made: Any, sheet: Any) -> None:
        sheet.set_column(first, last, 12, made.add_format({"bg_color": "#FFF2CC"}), options)

    return edit


# --- packages at the limits of what is read ---


def _no_styles(members: Members) -> None:
    for name in members:
        if name.startswith("xl/worksheets/sheet"):
            sub(members, name, r' s="\d+"', "", count=0) if b' s="' in members[name] else None
    del members[STYLES]


def _backslashes(members: Members) -> None:
    for name in list(members):
        members[name.replace("/", "\\")] = members.pop(name)


def _shared(members: Members) -> None:
    """The parts of a workbook that several people edit in the old way."""
    spreadsheet, start = "application/vnd.openxmlformats-officedocument.spreadsheetml", '<?xml version="1.0"?>'
    guid = "{0F6E4C52-3A52-4D31-9A44-5B3A2E7C1D10}"
    members["xl/revisions/revisionHeaders.xml"] = (
        f'{start}<headers xmlns="{MAIN}" xmlns:r="{REL}" guid="{guid}" lastGuid="{guid}" shared="1" revisionId="1">'
        f'<header guid="{guid}" dateTime="2026-04-01T09:00:00" maxSheetId="2" userName="山田" r:id="rId1">'
        '<sheetIdMap count="1"><sheetId val="1"/></sheetIdMap></header></headers>'
    ).encode()
    members["xl/revisions/_rels/revisionHeaders.xml.rels"] = (
        f'{start}<Relationships xmlns="{PACKAGE_RELS}">'
        f'<Relationship Id="rId1" Type="{REL}/revisionLog" Target="revisionLog1.xml"/></Relationships>'
    ).encode()
    members["xl/revisions/revisionLog1.xml"] = f'{start}<revisions xmlns="{MAIN}"/>'.encode()
    members["xl/revisions/userNames.xml"] = f'{start}<users xmlns="{MAIN}" count="0"/>'.encode()
    for n, kind in enumerate(("revisionHeaders", "usernames"), start=90):
        target = {"usernames": "userNames"}.get(kind, kind)
        related = f'<Relationship Id="rId{n}" Type="{REL}/{kind}" Target="revisions/{target}.xml"/></Relationships>'
        sub(members, RELS, "</Relationships>", related)
    for part in ("revisionHeaders", "revisionLog1", "userNames"):
        kind = f"{spreadsheet}.{part.rstrip('1')}+xml"
        sub(members, TYPES, "</Types>", f'<Override PartName="/xl/revisions/{part}.xml" ContentType="{kind}"/></Types>')


def _alternatives(members: Members) -> None:
    """The second asset as programs write it for newer and older readers: Excel takes the first choice it knows."""
    text = members[SHEET].decode()
    start = text.index('<row r="3"')
    end = text.index("</row>", start) + len("</row>")
    newer = text[start:end].replace("<v>2</v>", "<v>3</v>")
    both = (
        f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice Requires="x99" xmlns:x99="urn:unknown">'
        f"{text[start:end].replace('<v>2</v>', '<v>1</v>')}</mc:Choice>"
        f'<mc:Choice Requires="x14ac" xmlns:x14ac="{_MICROSOFT}/ac">{newer}</mc:Choice>'
        f"<mc:Fallback>{text[start:end]}</mc:Fallback></mc:AlternateContent>"
    )
    members[SHEET] = (text[:start] + both + text[end:]).encode()


def _later_rule(members: Members) -> None:
    """A conditional format of Excel 2010, which stands among the extensions."""
    rule = (
        f'<extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="{_MICROSOFT}/main">'
        "<x14:conditionalFormattings><x14:conditionalFormatting"
        ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule type="expression" priority="40"'
        ' id="{0F6E4C52-3A52-4D31-9A44-5B3A2E7C1D11}"><xm:f>TRUE</xm:f></x14:cfRule><xm:sqref>B2</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
    )
    sub(members, SHEET, "</worksheet>", rule)


TWO = ("資産", "他の資産")
FOUR = (*TWO, "三つ目", "四つ目")
BOOKS: dict[str, Callable[[], bytes]] = {
    # what a cell shows
    "array-formula": lambda: book(assets(*FOUR, more=_array_formula)),
    "spilled": lambda: book(assets(*FOUR, more=_spilled)),
    "data-table": lambda: book(assets(*FOUR, more=_data_table), _data_table_formula),
    "merged-leftover": lambda: book(assets(*TWO, more=_merged_leftover)),
    "merged-leftover-under-empty": lambda: book(assets(*TWO, more=_under_empty)),
    "struck-runs": lambda: book(assets(*TWO, more=_struck_runs)),
    "struck-runs-inline": lambda: book(assets(*TWO), _inline),
    "struck-name": lambda: book(assets(*TWO, more=_struck_name)),
    "struck-then-typed": lambda: book(assets(*TWO, more=_struck_then_typed)),
    "struck-cells": lambda: book(assets(*TWO, more=_struck_cells)),
    "struck-and-invisible": lambda: book(assets(*TWO, more=_struck_and_invisible)),
    "hidden-column": lambda: book(assets(*TWO, more=_hidden_column)),
    "fifteen-digits": lambda: book(assets(*TWO), _binary_fractions),
    "units-in-formats": lambda: formatted(FORMATTED),
    "zeros-in-formats": lambda: formatted(ZEROS),
    "words-in-formats": lambda: formatted(WORDS),
    "percent-formats": lambda: formatted(PERCENT),
    "format-of-a-rule": lambda: book(assets(*TWO, more=_format_of_rule), _number_of_format),
    "invisible-characters": lambda: book(_invisible, _halves),
    "picture-in-cell": lambda: book(assets(*TWO, more=_picture)),
    "check-boxes": lambda: book(assets(*TWO, more=_check_boxes), _controls),
    "check-boxes-in-cells": lambda: book(assets(*TWO, more=_check_boxes_in_cells)),
    # what is typed, and which rows are assets
    "dates": lambda: book(_typed(REGISTERED, DATES)),
    "retentions": lambda: book(_retentions),
    "marks": lambda: book(_typed(PERSONAL, (*WORDS_NO, *WORDS_YES))),
    "statistics": lambda: book(assets(*TWO, more=_statistics)),
    "totals-row": lambda: book(_totals_row),
    "legend": lambda: book(_legend),
    "doubtful-ratings": lambda: book(_doubtful),
    "several-tables": lambda: book(_several_tables),
    "header-far-below": lambda: book(_far_below, header_row=100),
    # what stands beside the table
    "filter": lambda: book(assets(*TWO, more=lambda made, sheet: sheet.autofilter(0, ID, 2, NOTE))),
    "filter-elsewhere": lambda: book(assets(*TWO, more=lambda made, sheet: sheet.autofilter(10, ID, 12, MEDIUM))),
    "print-area": lambda: book(assets(*TWO, more=_print_area)),
    "text-box-beside": lambda: book(assets(*TWO, more=lambda made, sheet: sheet.insert_textbox(0, BESIDE, "決裁欄"))),
    "button-beside": lambda: book(
        assets(
            *TWO,
            more=lambda made, sheet: sheet.insert_button(0, BESIDE, {"caption": "集計", "width": 150, "height": 40}),
        )
    ),
    "chart-beside": lambda: book(assets(*TWO, more=_chart)),
    "picture-beside": lambda: book(assets(*TWO, more=_picture_beside)),
    # definitions of several columns, of which riskbook takes some
    "columns-in-outline": lambda: book(assets(*TWO, more=_columns(BESIDE, BESIDE + 7, level=1, collapsed=True))),
    "columns-hidden": lambda: book(assets(*TWO, more=_columns(BESIDE + 3, BESIDE + 7, level=1, hidden=True))),
    "columns-hidden-to-the-edge": lambda: book(assets(*TWO, more=_columns(BESIDE, 16_383, hidden=True))),
    # packages at the limits of what is read
    "styles-missing": lambda: book(assets(*TWO), _no_styles),
    "backslashes": lambda: book(assets(*TWO), _backslashes),
    "encrypted-by-excel": lambda: encrypted(book(assets(*TWO)), BUILT_IN_PASSWORD),
    "shared-workbook": lambda: book(assets(*TWO), _shared),
    "alternatives": lambda: book(assets(*TWO), _alternatives),
    "later-rules": lambda: book(assets(*TWO), _later_rule),
    "marked-final": lambda: book(assets(*TWO, more=lambda made, sheet: made.set_custom_property("_MarkAsFinal", True))),
}


def main() -> None:
    """Writes every workbook; an encrypted one only where its content is new, since each encryption is another one."""
    SEEN.mkdir(parents=True, exist_ok=True)
    for name, make in BOOKS.items():
        path, content = SEEN / f"{name}.xlsx", make()
        if zipfile.is_zipfile(io.BytesIO(content)) or not path.exists() or _plain(path.read_bytes()) != _plain(content):
            path.write_bytes(content)


def _plain(content: bytes) -> bytes:
    return decrypted(content, BUILT_IN_PASSWORD)


if __name__ == "__main__":
    main()
