"""A client's workbook and its result, as people work on them month by month."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.support.commands import invoke
from tests.support.forms import MEDIA, Asset, Form, write_form
from tests.support.office import office
from tests.support.workbooks import columns_of

LEDGER = "情報資産管理台帳"
GENERATED = ("サマリー", "リスク一覧", "対策の順序", "入力チェック", "関連規程", "SECURITY ACTION")
THREATS = [(medium, "脅威", 3) for medium in MEDIA]
ANSWERS = [(kind, f"設問{kind}", 3) for kind in range(1, 12)]
_REMARKS, _IMPORTANCE = 3, 13  # columns of the ledger
_KEPT = re.compile(
    r"（置き換える前のファイルは (.*) に残しています）|\(what was replaced is kept as (.*)\)|以前の名前の結果 (.*) から"
)


def client_form(path: Path, *, company: str = "見本商事株式会社", size: int = 7) -> Path:
    """A form with `size` assets of all media, in a ledger with the company's name above."""
    assets = [
        Asset("営業", f"資産{n}", MEDIA[n % 6], (3 - n % 3, 2, 1), "営業部", f"備考{n}", registered=date(2025, 1, 1))
        for n in range(size)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_form(Form({LEDGER: assets}, THREATS, ANSWERS, company), path)


def texts_of(path: Path) -> set[str]:
    """Every text of a workbook: cells and comments."""
    book = openpyxl.load_workbook(path)
    found = set()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                found |= {str(cell.value)} if cell.value is not None else set()
                found |= {cell.comment.text} if cell.comment else set()
    return found


def backups_named(output: str) -> list[Path]:
    """The backups that a run named, and the results under earlier names, which it leaves."""
    return [Path(place) for found in _KEPT.findall(output) for names in found if names for place in names.split(", ")]


class Client:
    """One client: the input, the result of one way of running riskbook, and every text that people typed."""

    def __init__(self, folder: Path, way: str) -> None:
        self.folder, self.way = folder, way
        self.input = client_form(folder / "client" / "台帳.xlsx")
        self.typed: set[str] = set()
        self.backups: set[Path] = set()
        self.output = ""
        self._numbers: Iterator[int] = count(1)

    @property
    def result(self) -> Path:
        """Where the result is, according to the way of running."""
        places = {
            "beside": self.input.with_name(f"{self.input.stem}-assessed.xlsx"),
            "file": self.folder / "r.xlsx",
            "folder": self.folder / "out" / self.input.name,
            "batch": self.folder / "out" / self.input.name,
            "in place": self.input,
        }
        return places[self.way]

    def run(self, *options: Any, today: str = "2026-11-21", code: int | None = None) -> str:
        """Runs `riskbook assess`, once as named by `way`; returns what it printed."""
        arguments = {
            "beside": (self.input,),
            "file": (self.input, "-o", self.folder / "r.xlsx"),
            "folder": (self.input, "-o", f"{self.folder / 'out'}/"),
            "batch": (self.input.parent, "-o", self.folder / "out"),
            "in place": (self.input, "--in-place"),
        }[self.way]
        result = invoke("assess", *arguments, "--today", today, *options, code=code)
        assert code is not None or result.exit_code in (0, 1), result.output
        self.backups |= set(backups_named(result.output))
        self.output = result.output
        return result.output

    def new_text(self, kind: str) -> str:
        """A text that nobody typed before."""
        text = f"{kind}その{next(self._numbers)}番"
        self.typed.add(text)
        return text

    def edit(self, path: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
        """Changes a workbook as people do in another program."""
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)

    def _put(self, cell: Any, text: str) -> None:
        """Types over a cell: what a person overwrites is not riskbook's to keep."""
        self.typed.discard(str(cell.value))
        cell.value = text

    def type_into_ledger(self, path: Path, place: int) -> str:
        """A remark on an asset of the client's ledger, in the input or in the result."""
        text = self.new_text("備考")

        def change(book: openpyxl.Workbook) -> None:
            sheet = book[self.ledger_of(book)]
            rows = [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 2).value]
            self._put(sheet.cell(rows[place % len(rows)], _REMARKS), text)

        self.edit(path, change)
        return text

    def ledger_of(self, book: openpyxl.Workbook) -> str:
        """The client's ledger, whatever people called it since."""
        return next(name for name in book.sheetnames if name.startswith((LEDGER, "台帳")))

    def type_into_plan(self, tab: str, header: str, place: int) -> str:
        """An entry in a column of a plan, which is added where the plan lacks it."""
        text = self.new_text(header)

        def change(book: openpyxl.Workbook) -> None:
            sheet = book[tab]
            columns = columns_of(sheet)
            column = columns.get(header) or max(columns.values()) + 1
            sheet.cell(4, column).value = header
            rows = [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 2).value and sheet.cell(row, 1).value]
            if rows:
                self._put(sheet.cell(rows[place % len(rows)], column), text)
            else:
                self.typed.discard(text)

        self.edit(self.result, change)
        return text

    def sort_the_ledger(self, path: Path) -> None:
        """Turns the rows of the ledger round, as sorting by another column does."""

        def change(book: openpyxl.Workbook) -> None:
            sheet = book[self.ledger_of(book)]
            rows = [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 2).value]
            values = [[sheet.cell(row, column).value for column in range(1, 16)] for row in rows]
            for row, cells in zip(rows, reversed(values), strict=True):
                for column, value in enumerate(cells, start=1):
                    if column != _IMPORTANCE:  # a formula of its own row
                        sheet.cell(row, column).value = value

        self.edit(path, change)

    def sort_a_plan(self, tab: str) -> None:
        """Turns the lines of a plan round within its filter, which does not reach to the hidden column."""

        def change(book: openpyxl.Workbook) -> None:
            sheet = book[tab]
            width = max(column for header, column in columns_of(sheet).items() if not header.startswith("riskbook:"))
            rows = [row for row in range(5, sheet.max_row + 1) if isinstance(sheet.cell(row, 1).value, int | float)]
            values = [[sheet.cell(row, column).value for column in range(1, width + 1)] for row in rows]
            for row, cells in zip(rows, reversed(values), strict=True):
                for column, value in enumerate(cells, start=1):
                    sheet.cell(row, column).value = value

        self.edit(self.result, change)

    def rename(self, *, both: bool) -> None:
        """The input gets another name; so does the result beside it, if `both`. Then riskbook is told, as it asks."""
        old, result = self.input.stem, self.result
        self.input = self.input.rename(self.input.with_stem(f"{old}改"))
        if both and self.way == "beside":
            result.rename(self.result)
        self.run()
        invoke("history", self.input.parent, "--continue", old, self.input, code=0)
        self.run()

    def save_with_office(self) -> None:
        """LibreOffice opens the result and saves it."""
        program = office()
        if program is not None:
            with tempfile.TemporaryDirectory() as folder:
                shutil.copyfile(program.convert(self.result, Path(folder) / self.result.name), self.result)

    def answer(self, place: int) -> None:
        """A reason beside a finding."""
        text = self.new_text("理由")

        def change(book: openpyxl.Workbook) -> None:
            sheet = book["入力チェック"]
            column = columns_of(sheet)["対応の理由"]
            rows = [row for row in range(5, sheet.max_row + 1) if isinstance(sheet.cell(row, 1).value, int | float)]
            if rows:
                self._put(sheet.cell(rows[place % len(rows)], column), text)
            else:
                self.typed.discard(text)

        self.edit(self.result, change)

    def note(self, tab: str, row: int, column: int, *, comment: bool = False) -> str:
        """A text or a comment in a cell of a generated sheet, free or not."""
        text = self.new_text("メモ")

        def change(book: openpyxl.Workbook) -> None:
            sheet = book[tab] if tab in book.sheetnames else book["サマリー"]
            cell = sheet.cell(row, column)
            if type(cell).__name__ == "MergedCell":
                cell = sheet.cell(200 + row, column)
            if comment:
                self.typed.discard(cell.comment.text if cell.comment else "")
                cell.comment = Comment(text, "山田")
            else:
                self._put(cell, text)
                cell.fill = PatternFill("solid", fgColor="FF00FFAA")

        self.edit(self.result, change)
        return text

    def check(self) -> None:
        """Every text stands in the result, in the input, or in a backup that a run named; no temporary file is left."""
        found = texts_of(self.result) | texts_of(self.input)
        missing = {text for text in self.typed if not _is_in(text, found)}
        for backup in self.backups if missing else ():
            found = texts_of(_as_workbook(backup, self.folder))
            missing = {text for text in missing if not _is_in(text, found)}
        assert not missing, (missing, self.output)
        assert not list(self.folder.rglob(".riskbook-*.tmp"))


def _is_in(text: str, found: set[str]) -> bool:
    return text in found or any(text in other for other in found)


def _as_workbook(backup: Path, folder: Path) -> Path:
    """A backup under a name that openpyxl takes."""
    if backup.suffix == ".xlsx":
        return backup
    return Path(shutil.copy(backup, folder / "opened.xlsx"))
