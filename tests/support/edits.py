"""What the reader of a tutorial does in Excel, or somebody else does, by the name in a comment of the page: `<!-- edit: NAME -->`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.support.packages import replaced
from tests.support.places import ROOT
from tests.support.reports import template_lines, typed_template
from tests.support.workbooks import columns_of, edit

_MEDIA = {
    "ja": ("社外サーバー", "事務所PC", "書類", "モバイル機器"),
    "en": ("External server", "Office PC", "Paper", "Mobile device"),
}
# Name, department, medium, confidentiality, integrity, availability.
_ASSETS = {
    "ja": [
        ("顧客名簿", "営業部", "事務所PC", 3, 2, 2),
        ("給与データ", "総務部", "事務所PC", 3, 3, 2),
        ("契約書", "総務部", "書類", 3, 2, 1),
        ("見積書", "営業部", "モバイル機器", 2, 4, 1),
        ("会社ホームページ", "営業部", "社外サーバー", 1, 3, 2),
    ],
    "en": [
        ("Customer list", "Sales", "Office PC", 3, 2, 2),
        ("Payroll", "Office", "Office PC", 3, 3, 2),
        ("Contracts", "Office", "Paper", 3, 2, 1),
        ("Quotations", "Sales", "Mobile device", 2, 4, 1),
        ("Website", "Sales", "External server", 1, 3, 2),
    ],
}
_FIRST = 6  # row of an asset in riskbook's form
_WORDS = {
    "ja": {"plan": "対応計画", "measures": "対策計画", "decision": "決定", "reduce": "低減", "who": "担当", "until": "期限",
           "state": "状況", "planned": "計画", "answer": "回答"},
    "en": {"plan": "Treatment plan", "measures": "Measure plan", "decision": "Decision", "reduce": "Reduce", "who": "Assignee",
           "until": "Due", "state": "State", "planned": "Planned", "answer": "Answer"},
}  # fmt: skip


def _fill_in(folder: Path, lang: str) -> None:
    """The form with five assets, of which one has an evaluation that is none."""

    def fill(book: openpyxl.Workbook) -> None:
        _, _, ledger, threats, checks, *_ = book.worksheets
        for row, (name, department, medium, *rated) in enumerate(_ASSETS[lang], start=_FIRST):
            for column, value in zip((2, 5, 6, 10, 11, 12), (name, department, medium, *rated), strict=True):
                ledger.cell(row, column).value = value
        for row in range(5, threats.max_row + 1):
            if threats.cell(row, 2).value:
                threats.cell(row, 3).value = 3 if row % 3 else 2
        for row in range(5, checks.max_row + 1):
            if checks.cell(row, 3).value:
                checks.cell(row, 4).value = (1, 2, 3)[row % 3]

    edit(folder / "risk.xlsx", fill)


def _correct(folder: Path, _: str) -> None:
    edit(folder / "risk.xlsx", lambda book: _set(_ledger(book), _FIRST + 3, 11, 2))


def _ledger(book: openpyxl.Workbook) -> Any:
    return next(sheet for sheet in book if sheet.title in ("情報資産管理台帳", "Asset ledger", "Ledger"))


def _set(sheet: Any, row: int, column: int, value: object) -> None:
    sheet.cell(row, column).value = value


def _decide(path: Path, lang: str) -> None:
    """A decision for the first asset of the treatment plan, and a measure that is planned."""
    words = _WORDS[lang]

    def decide(book: openpyxl.Workbook) -> None:
        plan, measures = book[words["plan"]], book[words["measures"]]
        at = columns_of(plan)
        for name, value in (
            ("decision", words["reduce"]),
            ("who", "佐藤" if lang == "ja" else "Sato"),
            ("until", date(2026, 10, 31)),
        ):
            _set(plan, 5, at[words[name]], value)
        _set(measures, 5, columns_of(measures)[words["state"]], words["planned"])

    edit(path, decide)


def _next_month(folder: Path, lang: str) -> None:
    """The client carries out some measures, and has one more asset."""

    def change(book: openpyxl.Workbook) -> None:
        checks = book["対策状況チェック" if lang == "ja" else "Check of measures"]
        for row in range(5, checks.max_row + 1):
            if checks.cell(row, 3).value:
                checks.cell(row, 4).value = 1 if row % 3 < 2 else 2
        ledger = _ledger(book)
        name = "採用応募書類" if lang == "ja" else "Job applications"
        for column, value in zip(
            (2, 5, 6, 10, 11, 12), (name, _ASSETS[lang][1][1], _MEDIA[lang][2], 3, 2, 1), strict=True
        ):
            _set(ledger, _FIRST + len(_ASSETS[lang]), column, value)

    edit(folder / "risk.xlsx", change)


def _answer(folder: Path, _: str) -> None:
    """The client answers the first question."""

    def answer(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        cell = next(
            cell for row in sheet.iter_rows() for cell in row if cell.value in ("ご回答", "Answer", "Your answer")
        )
        _set(sheet, cell.row + 1, cell.column, "確認しました。廃棄します。")

    edit(folder / "questions.xlsx", answer)


def _improve(folder: Path, lang: str) -> None:
    """A client's own sheets a month later: some answers of the check of measures are better."""

    def improve(book: openpyxl.Workbook) -> None:
        checks = book["対策状況チェック" if lang == "ja" else "Checks"]
        heads = next(
            row for row in checks.iter_rows(max_row=6) if any(cell.value in ("回答", "Answer") for cell in row)
        )
        column = next(cell.column for cell in heads if cell.value in ("回答", "Answer"))
        for row in range(heads[0].row + 1, checks.max_row + 1):
            if checks.cell(row, column).value is not None:
                _set(checks, row, column, 1)

    edit(folder / "clients" / ("kitahama-seiki.xlsx" if lang == "ja" else "harbour-design.xlsx"), improve)


def _tamper(folder: Path, _: str) -> None:
    """Somebody makes a large risk a medium one in the register, and nothing else."""
    path = folder / "copy" / "audit-2026-10" / "register.csv"
    text = path.read_text(encoding="utf-8-sig")
    old, new = ("大", "中") if "大" in text else ("large", "medium")
    replaced(path, f",{old},", f",{new},")


def _type_template(folder: Path, lang: str) -> None:
    """The lines of the page, typed into an empty document of Word."""
    page = (ROOT / "docs" / lang / "howto" / "report.md").read_text(encoding="utf-8")
    (folder / "mine.docx").write_bytes(typed_template(template_lines(page)))


EDITS: Mapping[str, Callable[[Path, str], None]] = {
    "fill in the form": _fill_in,
    "correct the evaluation": _correct,
    "decide": lambda folder, lang: _decide(folder / "risk.xlsx", lang),
    "a month later": _next_month,
    "the client answers": _answer,
    "decide for the client": lambda folder, lang: _decide(
        folder / "results" / ("kitahama-seiki.xlsx" if lang == "ja" else "harbour-design.xlsx"), lang
    ),
    "the client improves": _improve,
    "tamper": _tamper,
    "type the template": _type_template,
}
