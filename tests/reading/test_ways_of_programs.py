"""The same ledger, written in the ways of different programs and people, gives the same assessment."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

import riskbook
from riskbook.opc import names
from tests.support.days import TODAY
from tests.support.examples import examples

HEADERS = (
    "業務",
    "情報資産名称",
    "媒体・保存先",
    "個人情報",
    "機密性",
    "完全性",
    "可用性",
    "重要度",
    "保存期限",
    "登録日",
)
MEDIA = ("書類", "事務所PC", "社外サーバー", "可搬電子媒体")

_asset = st.tuples(
    st.sampled_from(MEDIA),
    st.booleans(),
    st.tuples(*[st.integers(1, 3)] * 3),
    st.integers(1, 30),
    st.dates(date(2015, 1, 1), date(2026, 1, 1)),
)
_ledgers = st.lists(_asset, min_size=2, max_size=5)


class Way:
    """How cells are written; the ways of `how` differ from the plain one."""

    def __init__(self, book: Any, sheet: Any, how: frozenset[str]) -> None:
        self.book, self.sheet, self.how = book, sheet, how

    def text(self, row: int, column: int, text: str) -> None:
        if "rich text" in self.how and len(text) > 1:
            bold, gone = self.book.add_format({"bold": True}), self.book.add_format({"font_strikeout": True})
            self.sheet.write_rich_string(row, column, bold, text[:1], text[1:], gone, "旧称")
        elif "invisible characters" in self.how:
            self.sheet.write_string(row, column, f"\ufeff{text[:1]}\u200b{text[1:]}\u200e")
        elif "escapes" in self.how:
            self.sheet.write_string(row, column, text + "\r")  # held as _x000D_
        else:
            self.sheet.write_string(row, column, text)

    def rating(self, row: int, column: int, value: int) -> None:
        if "numbers as text" in self.how:
            self.sheet.write_string(row, column, str(value))
        elif "binary fractions" in self.how:
            self.sheet.write_number(row, column, value + 4e-16)
        else:
            self.sheet.write_number(row, column, value)

    def years(self, row: int, column: int, value: int) -> None:
        if "units in formats" in self.how:
            self.sheet.write_number(row, column, value * 12, self.book.add_format({"num_format": '0"か月"'}))
        else:
            self.sheet.write_string(row, column, f"{value}年")

    def day(self, row: int, column: int, value: date) -> None:
        if "dates as text" in self.how:
            self.sheet.write_string(row, column, f"令和{value.year - 2018}年{value.month}月{value.day}日"
                                    if value >= date(2019, 5, 1) else f"{value:%Y-%m-%d}T00:00:00")  # fmt: skip
        else:
            self.sheet.write_datetime(row, column, value, self.book.add_format({"num_format": "yyyy/m/d"}))

    def highest(self, row: int, column: int, value: int) -> None:
        formula = f"=MAX(E{row + 1}:G{row + 1})"
        if "array formulas" in self.how:
            self.sheet.write_array_formula(row, column, row, column, f"{{{formula}}}", None, value)
        else:
            self.sheet.write_formula(row, column, formula, None, value)


def _written(ledger: list[Any], how: frozenset[str], path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": "inline strings" in how, "date_1904": "1904" in how})
    sheet = book.add_worksheet("情報資産管理台帳")
    first = 80 if "far below" in how else 3
    for column, header in enumerate(HEADERS):
        sheet.write_string(first, column, header)
    way = Way(book, sheet, how)
    for row, (medium, personal, ratings, years, day) in enumerate(ledger, start=first + 1):
        way.text(row, 0, "営業")
        way.text(row, 1, f"資産その{row - first}")
        way.text(row, 2, medium)
        if personal or "words for no" in how:
            way.text(row, 3, "有" if personal else "特になし")
        for place, value in enumerate(ratings):
            way.rating(row, 4 + place, value)
        way.highest(row, 7, max(ratings))
        way.years(row, 8, years)
        way.day(row, 9, day)
    if "left under a merge" in how:
        # The area shows its first cell; Excel leaves what stood in the others.
        sheet.merge_range(first + 30, 0, first + 31, 0, "備考")
        sheet.write_string(first + 31, 0, "下に残った文字")
    book.close()
    content = path.read_bytes()
    for name, change in AFTERWARDS.items():
        content = change(content) if name in how else content
    path.write_bytes(content)
    return path


def _in_sheets(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        result = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
            for name in old.namelist():
                part = old.read(name)
                new.writestr(name, change(part) if name.startswith("xl/worksheets/sheet") else part)
        return result.getvalue()

    return changed


def _by_openpyxl(content: bytes) -> bytes:
    """Saved by openpyxl, which keeps no values of formulas."""
    result = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content), rich_text=True).save(result)
    return result.getvalue()


def _without_references(sheet: bytes) -> bytes:
    """Cells that say only by their place where they stand; an empty cell for each that is left out."""

    root = etree.fromstring(sheet)
    for row in root.iter(f"{{{names.MAIN}}}row"):
        at = 0
        for cell in list(row):
            column = ord(cell.attrib.pop("r")[0]) - ord("A")
            for _ in range(column - at):
                cell.addprevious(etree.Element(f"{{{names.MAIN}}}c"))
            at = column + 1
    return bytes(etree.tostring(root))


def _in_alternatives(sheet: bytes) -> bytes:
    """The last row as programs write it for newer and older readers: only one of the two counts."""
    rows = re.findall(rb"<row .*?</row>", sheet, re.DOTALL)
    other = re.sub(rb"<v>3</v>", b"<v>1</v>", rows[-1])
    office = b"http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
    both = (
        b'<mc:AlternateContent xmlns:mc="%s"><mc:Choice Requires="x14ac" xmlns:x14ac="%s">%s</mc:Choice>'
        b"<mc:Fallback>%s</mc:Fallback></mc:AlternateContent>"
    ) % (names.COMPATIBILITY.encode(), office, rows[-1], other)
    return sheet.replace(rows[-1], both)


def _with_prefix(sheet: bytes) -> bytes:
    """Element names with a prefix, as some libraries write them."""
    sheet = re.sub(rb"<(/?)([a-zA-Z]+)(?=[\s>/])", rb"<\1x:\2", sheet)
    return sheet.replace(b' xmlns="', b' xmlns:x="', 1)


AFTERWARDS: dict[str, Callable[[bytes], bytes]] = {
    "saved by openpyxl": _by_openpyxl,
    "alternatives": _in_sheets(_in_alternatives),
    "without references": _in_sheets(_without_references),
    "prefixed": _in_sheets(_with_prefix),
}
WAYS = (
    "array formulas",
    "rich text",
    "invisible characters",
    "escapes",
    "numbers as text",
    "binary fractions",
    "units in formats",
    "dates as text",
    "words for no",
    "inline strings",
    "1904",
    "far below",
    "left under a merge",
    *AFTERWARDS,
)


def _found(path: Path) -> list[tuple[Any, ...]]:
    risks = riskbook.assess(path, today=TODAY).risks
    assets = riskbook.read(path).assets
    columns = ["name", "business", "medium", "importance", "threat", "vulnerability", "risk", "level", "treatment"]
    read = assets[["personal", "confidentiality", "integrity", "availability", "retention_years", "registered"]]
    shown = risks[columns].join(read).round({"retention_years": 6})
    return [tuple(map(str, row)) for row in shown.itertuples(index=False)]


@pytest.mark.slow
@settings(max_examples=examples(30), deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(_ledgers, st.frozensets(st.sampled_from(WAYS), min_size=1, max_size=6))
def test_the_same_ledger_gives_the_same_assessment(ledger: list[Any], how: frozenset[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = _found(_written(ledger, frozenset(), Path(folder) / "plain.xlsx"))
        assert len(plain) == len(ledger)
        assert _found(_written(ledger, how, Path(folder) / "other.xlsx")) == plain


@pytest.mark.parametrize("way", WAYS)
def test_each_way_by_itself(way: str, tmp_path: Path) -> None:
    ledger = [
        ("書類", True, (3, 2, 1), 5, date(2020, 4, 1)),
        ("社外サーバー", False, (1, 1, 2), 10, date(2026, 1, 1)),
        ("可搬電子媒体", True, (2, 2, 3), 1, date(2018, 12, 31)),
    ]
    plain = _found(_written(ledger, frozenset(), tmp_path / "plain.xlsx"))
    assert _found(_written(ledger, frozenset({way}), tmp_path / "other.xlsx")) == plain
