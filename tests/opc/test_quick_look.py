"""The quick look at rows and cells never calls a sheet sound in which the thorough look finds a defect."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from riskbook.opc import Container, Workbook
from riskbook.opc.lint import defects
from riskbook.opc.names import MAIN
from riskbook.opc.quick_look import formula_cells, without_rows

SHEET = "xl/worksheets/sheet1.xml"
FORMATS = STRINGS = 1
STYLES = ["", "", "", ' s="0"', ' s="7"', ' s="-1"', ' cm="1" s="9"']
RESTS = [
    "/>",
    "><v>1</v></c>",
    ' t="s"><v>0</v></c>',
    ' t="s"><v>9</v></c>',
    ' t="s"/>',
    ' t="s" s="9"><v>0</v></c>',
    "><f>A1</f><v>1</v></c>",
    ' t="str"><f>A1</f></c>',
    ' t="inlineStr"><is><t>x t="s" <![CDATA[<c ]]></t></is></c>',
    ' t="inlineStr"><is><t>x</t></is></c>',
    "><v>1</c>",
]
CELLS = st.builds(
    lambda ref, style, rest: f'<c r="{ref}"{style}{rest}',
    st.sampled_from(["A1", "B1", "C1", "A2", "B2", "AA2", "ZZZZ1", "1", ""]),
    st.sampled_from(STYLES),
    st.sampled_from(RESTS),
)
ROWS = st.builds(
    lambda number, cells: f'<row r="{number}">{"".join(cells)}</row>',
    st.sampled_from([1, 2, 3]),
    st.lists(CELLS, max_size=3),
)


@pytest.fixture(scope="module")
def small() -> Container:
    """A workbook of one sheet with one shared string and one format."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet().write_string(0, 0, "text")
    return Container(buffer.getvalue())


def sheet(rows: str) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData><mergeCells/></worksheet>'.encode()


@given(rows=st.lists(ROWS, max_size=3))
def test_what_it_calls_sound_has_no_defect(small: Container, rows: list[str]) -> None:
    content = sheet("".join(rows))
    found = formula_cells(content, FORMATS, STRINGS)
    if found is not None:
        slow = content.replace(b"<sheetData>", b"<sheetData><!-- thorough -->")
        assert formula_cells(slow, FORMATS, STRINGS) is None
        assert not list(defects(Workbook(small.written({SHEET: slow}, {}))))
        root = etree.fromstring(content)
        assert found == {cell.get("r") for cell in root.iter(f"{{{MAIN}}}c") if cell.find(f"{{{MAIN}}}f") is not None}


def test_a_sheet_as_programs_write_it_is_sound(small: Container) -> None:
    rows = (
        '<row r="1" spans="1:3"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1" s="0"/><c r="AA1"><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>text</t></is></c><c r="B3" t="str"><f>A3</f><v>text</v></c></row>'
        '<row r="4"/>'
    )
    assert formula_cells(sheet(rows), FORMATS, STRINGS) == {"B3"}
    assert formula_cells(small.read(SHEET), FORMATS, STRINGS) == set()
    assert without_rows(sheet(rows)) == sheet("")
    empty = sheet("").replace(b"<sheetData></sheetData>", b"<sheetData/>")
    assert formula_cells(empty, FORMATS, STRINGS) == set()
    assert without_rows(empty) == empty


@pytest.mark.parametrize(
    "row", ['<row r="2"/><row r="1"/>', '<row r="1"><c r="B1"/><c r="A1"/></row>', "<row/>", "<c/>"]
)
def test_anything_else_is_left_to_the_thorough_look(row: str) -> None:
    assert formula_cells(sheet(row), FORMATS, STRINGS) is None
    assert formula_cells(sheet("").decode().encode("utf-16"), FORMATS, STRINGS) is None
