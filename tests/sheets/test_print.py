"""What the sheets look like on paper: readable, with titles on every page, and no header broken within a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

import riskbook
from riskbook.model import ASKED_KINDS, Pages
from riskbook.opc import Workbook
from riskbook.sheets.listing import HEADER_FILL, display_width
from tests.support.days import TODAY
from tests.support.places import HARBOUR
from tests.support.workbooks import edit

TABS = {"ja": "情報資産管理台帳", "en": "Asset ledger"}
A4, A3 = "9", "8"
_POINTS_A_LETTER = 5.5  # of a header that stands upright


def _names(path: Path, wanted: str) -> dict[str, str]:
    """Tab → what its built-in name refers to."""
    workbook = Workbook(path.read_bytes())
    return {
        workbook.sheets[int(e.get("localSheetId") or 0)].name: e.text or ""
        for e in workbook.names()
        if e.get("name") == f"_xlnm.{wanted}"
    }


def _broken_headers(path: Path) -> list[str]:
    """The headers whose longest word fits neither into the width of their column nor, upright, into their height."""
    broken = []
    for sheet in openpyxl.load_workbook(path):
        widths = {n: d.width for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
        over = {area.start_cell.coordinate: range(area.min_col, area.max_col + 1) for area in sheet.merged_cells.ranges}
        for cell in (cell for row in sheet.iter_rows(max_row=60) for cell in row if isinstance(cell.value, str)):
            look = cell.font
            if not (look.b and cell.alignment.wrap_text and look.color and str(look.color.rgb).endswith("FFFFFF")):
                continue
            longest = max(map(display_width, cell.value.split())) * look.sz / 9
            width = sum(widths.get(column, 8.43) for column in over.get(cell.coordinate, [cell.column]))
            upright = cell.alignment.text_rotation == 90
            room = sheet.row_dimensions[cell.row].height / _POINTS_A_LETTER if upright else HEADER_FILL * width
            if longest > room:
                broken.append(f"{sheet.title}!{cell.coordinate} {cell.value}")
    return broken


@pytest.mark.slow
def test_no_header_is_broken_within_a_word_in_english(tmp_path: Path) -> None:
    result = riskbook.assess(HARBOUR, today=TODAY, lang="en", pages=Pages(ASKED_KINDS))
    assert _broken_headers(result.save(tmp_path / "a.xlsx")) == []
    form = riskbook.new_form(tmp_path / "form.xlsx", lang="en", extras=("self_check", "cloud"))
    assert _broken_headers(form) == []


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "paper"), [("ja", A4), ("en", A3)])
def test_the_ledger_is_printed_readably_and_the_guide_says_on_which_paper(
    lang: str, paper: str, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(riskbook.new_form(tmp_path / "form.xlsx", lang=lang))
    setup = book[TABS[lang]].page_setup
    assert (str(setup.paperSize), setup.orientation) == (paper, "landscape")
    told = [str(cell.value) for row in book.worksheets[0] for cell in row if cell.value]
    assert any({A4: "A4", A3: "A3"}[paper] in text for text in told)
    widths = sum(d.width * (d.max - d.min + 1) for d in book[TABS[lang]].column_dimensions.values() if d.max < 100)
    across = {A4: 10.89, A3: 15.74}[paper] * 96  # pixels
    assert across / (7 * widths) >= 0.6


@pytest.mark.slow
def test_every_page_of_a_list_has_its_title_and_its_header(tmp_path: Path) -> None:
    titles = _names(riskbook.assess(HARBOUR, today=TODAY, lang="en").save(tmp_path / "a.xlsx"), "Print_Titles")
    for tab in ("Risk register", "Treatment plan", "Measure plan", "Input check"):
        assert titles[tab].endswith("!$1:$4")
    form = _names(riskbook.new_form(tmp_path / "form.xlsx", lang="ja"), "Print_Titles")
    assert form["情報資産管理台帳"] == "情報資産管理台帳!$A:$B,情報資産管理台帳!$1:$5"


@pytest.mark.slow
def test_what_a_client_set_up_for_printing_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(HARBOUR.read_bytes())

    def set_up(book: openpyxl.Workbook) -> None:
        book["Ledger"].print_title_rows, book["Ledger"].page_setup.paperSize = "4:4", 8

    edit(path, set_up)
    out = riskbook.assess(path, today=TODAY).save(tmp_path / "out.xlsx")
    assert _names(out, "Print_Titles")["Ledger"] == _names(path, "Print_Titles")["Ledger"]
    before, after = (openpyxl.load_workbook(p)["Ledger"].page_setup for p in (path, out))
    assert (before.paperSize, before.scale, before.fitToWidth) == (after.paperSize, after.scale, after.fitToWidth)


def _printed_rows(path: Path, recalculated: Callable[[Path], Path], area: str) -> tuple[int, int]:
    """Rows and columns of the printed area, as LibreOffice computes its formula."""

    def ask(book: openpyxl.Workbook) -> None:
        book.defined_names["Printed"] = DefinedName("Printed", attr_text=area)
        book.create_sheet("q")["A1"] = "=ROWS(Printed)"
        book["q"]["A2"] = "=COLUMNS(Printed)"

    edit(path, ask)
    sheet = openpyxl.load_workbook(recalculated(path), data_only=True)["q"]
    return int(sheet["A1"].value), int(sheet["A2"].value)


@pytest.mark.slow
@pytest.mark.parametrize("used", [0, 30, 300])
def test_only_the_rows_in_use_and_ten_more_are_printed(
    used: int, tmp_path: Path, recalculated: Callable[[Path], Path]
) -> None:
    path = riskbook.new_form(tmp_path / "form.xlsx", lang="ja")
    area = _names(path, "Print_Area")["情報資産管理台帳"]

    def fill(book: openpyxl.Workbook) -> None:
        for row in range(6, 6 + used):  # a line may have a medium and no name yet
            book["情報資産管理台帳"].cell(row, 2 if row % 2 else 6).value = "資産"

    edit(path, fill)
    assert _printed_rows(path, recalculated, area) == (5 + used + 10, 20)


@pytest.mark.slow
def test_the_printed_area_takes_in_what_riskbook_adds(tmp_path: Path, recalculated: Callable[[Path], Path]) -> None:
    path = riskbook.forms.form_from(tmp_path / "form.xlsx", HARBOUR, riskbook.Settings(), lang="en").path
    out = riskbook.assess(path, today=TODAY).save(tmp_path / "out.xlsx")
    area = _names(out, "Print_Area")["Asset ledger"]
    assets = len(riskbook.assess(path, today=TODAY).risks)
    assert _printed_rows(out, recalculated, area) == (5 + assets + 10, 23)
