"""Makes tests/assets/defects/*: one small workbook a defect, named by it: `python -m tests.tools.make_defects`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.support.places import DEFECT_FILES

Edit = Callable[[Any, Any, dict[str, Any]], None]
HEADERS = (
    "管理番号",
    "業務分類",
    "情報資産名称",
    "備考",
    "管理部署",
    "媒体・保存先",
    "個人情報",
    "機密性",
    "完全性",
    "可用性",
    "重要度",
    "保存期限",
    "登録日",
    "脅威の発生頻度",
    "脆弱性",
    "被害発生可能性",
    "リスク値",
)
COLUMN = {header: place for place, header in enumerate(HEADERS)}
ROWS = (
    ("A-1", "営業", "顧客台帳", "", "営業部", "社外サーバー", "有", 3, 2, 2, None, "5年", date(2025, 4, 1)),
    ("A-2", "営業", "見積書", "", "営業部", "書類", "", 2, 1, 1, None, "5年", date(2025, 4, 1)),
    ("A-3", "経理", "会計データ", "", "経理部", "社内サーバー", "", 3, 3, 2, None, "10年", date(2025, 4, 1)),
)
MEDIA = ("書類", "可搬電子媒体", "事務所PC", "モバイル機器", "社内サーバー", "社外サーバー")


def write(path: Path, edit: Edit, *, threats: bool = True, checks: bool = True, unanswered: str = "") -> None:
    """A ledger of three assets on rows 4 to 6 (headers in row 3), with `edit` applied."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy/m/d"})
    book.set_properties({"created": datetime(2026, 4, 1)})
    sheet = book.add_worksheet("台帳")
    sheet.write(0, 0, "情報資産管理台帳")
    for column, header in enumerate(HEADERS):
        sheet.write(2, column, header)
    for row, cells in enumerate(ROWS, start=3):
        for column, value in enumerate(cells):
            if value not in (None, ""):
                sheet.write(row, column, value)
        n = row + 1
        threat, vulnerability = 3 if cells[5] == "社外サーバー" else 2, 3
        importance = max(cells[7:10])
        likelihood = threat + vulnerability - 3
        for header, formula, value in (
            ("重要度", f"=MAX(H{n}:J{n})", importance),
            ("脅威の発生頻度", f'=IF(F{n}="社外サーバー",3,2)', threat),
            ("脆弱性", "=3", vulnerability),
            ("被害発生可能性", f"=N{n}+O{n}-3", likelihood),
            ("リスク値", f"=K{n}*P{n}", importance * likelihood),
        ):
            sheet.write_formula(row, COLUMN[header], formula, None, value)
    edit(sheet, book, COLUMN)
    _form_sheets(book, threats, checks, unanswered)
    book.close()


def table(path: Path, *rows: tuple[Any, ...]) -> None:
    """A ledger of these rows, the first its headers, beside the same form sheets."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy/m/d"})
    book.set_properties({"created": datetime(2026, 4, 1)})
    sheet = book.add_worksheet("台帳")
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value)
    _form_sheets(book, True, True, "")
    book.close()


def _form_sheets(book: Any, threats: bool, checks: bool, unanswered: str) -> None:
    if threats:
        other = book.add_worksheet("脅威の状況")
        other.write_row(0, 0, ["媒体・保存先", "想定される脅威", "対策を講じない場合の脅威の発生頻度"])
        for row, medium in enumerate(MEDIA, start=1):
            frequency = "3:通常" if medium == "社外サーバー" else "2:特定"
            other.write_row(
                row, 0, [medium, "盗難・侵入", "" if unanswered == "threat" and medium == "書類" else frequency]
            )
    if checks:
        other = book.add_worksheet("対策状況チェック")
        other.write_row(0, 0, ["対策の種類", "設問", "回答"])
        for row, (kind, answer) in enumerate(
            (("1 組織的対策", "3:実施していない"), ("2 人的対策", "3:実施していない")), start=1
        ):
            answer = "わからない" if unanswered == "check" and row == 2 else answer
            answer = "4:自社には該当しない" if unanswered == "none" else answer
            other.write_row(row, 0, [kind, f"{kind}を実施していますか", answer])


def _cell(header: str, value: Any, row: int = 5) -> Edit:
    def edit(sheet: Any, book: Any, column: dict[str, Any]) -> None:
        if value is None:
            sheet.write_blank(row - 1, column[header], None, book.add_format())
        else:
            sheet.write(row - 1, column[header], value)

    return edit


def _all(*edits: Edit) -> Edit:
    def edit(sheet: Any, book: Any, column: dict[str, Any]) -> None:
        for each in edits:
            each(sheet, book, column)

    return edit


def _struck(sheet: Any, book: Any, column: dict[str, Any]) -> None:
    sheet.write(4, column["情報資産名称"], "見積書", book.add_format({"font_strikeout": True}))


def _uncalculated(sheet: Any, book: Any, column: dict[str, Any]) -> None:
    sheet.write_formula(4, column["重要度"], "=MAX(H5:J5)", None, 0)


def _hidden(sheet: Any, book: Any, column: dict[str, Any]) -> None:
    sheet.set_row(4, None, None, {"hidden": True})


def _twice(sheet: Any, book: Any, column: dict[str, Any]) -> None:
    sheet.write_row(6, 0, ["A-4", "営業", "見積書", "", "営業部", "書類", "", 2, 1, 1])


def _extra_column(sheet: Any, book: Any, column: dict[str, Any]) -> None:
    sheet.write(2, len(HEADERS), "社内メモ")
    sheet.write(4, len(HEADERS), "要確認")


def _compete(sheet: Any, book: Any, column: dict[str, Any]) -> None:
    sheet.write(2, len(HEADERS), "媒体")
    sheet.write(4, len(HEADERS), "モバイル機器")


def _notes_below(sheet: Any, book: Any, column: dict[str, Any]) -> None:
    sheet.write(7, column["業務分類"], "合計")
    sheet.write(7, column["情報資産名称"], "3件")
    sheet.write(8, 0, "※紙は書類とする。")


NOTHING: Edit = lambda sheet, book, column: None  # noqa: E731

# code → (what makes the file, the cells it is reported at)
DEFECTS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "name-missing": (lambda p: write(p, _cell("情報資産名称", None)), ("台帳!C5",)),
    "cia-missing": (lambda p: write(p, _cell("可用性", None)), ("台帳!J5",)),
    "cia-out-of-range": (lambda p: write(p, _cell("機密性", 5)), ("台帳!H5",)),
    "cia-scale-old": (lambda p: write(p, _cell("機密性", 0)), ("台帳!H5",)),
    "importance-mismatch": (lambda p: write(p, _cell("重要度", 3)), ("台帳!K5",)),
    "medium-missing": (lambda p: write(p, _cell("媒体・保存先", None)), ("台帳!F5",)),
    "medium-unknown": (lambda p: write(p, _cell("媒体・保存先", "金庫")), ("台帳!F5",)),
    "medium-normalised": (lambda p: write(p, _cell("媒体・保存先", "紙")), ("台帳!F5",)),
    "medium-multiple": (lambda p: write(p, _cell("媒体・保存先", "書類、事務所PC")), ("台帳!F5",)),
    "personal-info-confidentiality": (lambda p: write(p, _cell("個人情報", "○")), ("台帳!H5",)),
    "threat-sheet-missing": (lambda p: write(p, NOTHING, threats=False), ("台帳",)),
    "check-sheet-missing": (lambda p: write(p, NOTHING, checks=False), ("台帳",)),
    "threat-unanswered": (lambda p: write(p, NOTHING, unanswered="threat"), ("脅威の状況!C2",)),
    "check-unanswered": (lambda p: write(p, NOTHING, unanswered="check"), ("対策状況チェック!C3",)),
    "check-none-applicable": (lambda p: write(p, NOTHING, unanswered="none"), ("台帳!O4", "台帳!O5", "台帳!O6")),
    "stale-value": (lambda p: write(p, _uncalculated), ("台帳!K5",)),
    "formula-overwritten": (lambda p: write(p, _cell("脅威の発生頻度", 2)), ("台帳!N5",)),
    "duplicate-asset": (lambda p: write(p, _twice), ("台帳!C7",)),
    "retention-expired": (lambda p: write(p, _cell("保存期限", date(2025, 3, 31))), ("台帳!L5",)),
    "date-unreadable": (lambda p: write(p, _cell("登録日", "来春")), ("台帳!M5",)),
    "value-normalised": (lambda p: write(p, _cell("機密性", "２：中")), ("台帳!H5",)),
    "header-assumed": (lambda p: write(p, _cell("機密性", "機蜜性", row=3)), ("台帳!H3",)),
    "column-ignored": (lambda p: write(p, _extra_column), ("台帳!R3",)),
    "column-competing": (lambda p: write(p, _compete), ("台帳!R3",)),
    "row-hidden": (lambda p: write(p, _hidden), ("台帳!C5",)),
    "row-deleted": (lambda p: write(p, _struck), ("台帳!C5",)),
    "row-ignored": (lambda p: write(p, _notes_below), ("台帳!B8", "台帳!A9")),
    "error-cell": (lambda p: write(p, _cell("完全性", "#REF!")), ("台帳!I5",)),
    "mark-unreadable": (lambda p: write(p, _all(_cell("個人情報", "？"), _cell("機密性", 3))), ("台帳!G5",)),
    "evaluations-missing": (
        lambda p: table(p, ("情報資産名称", "媒体・保存先", "保存期限"), ("顧客台帳", "社外サーバー", "5年")),
        ("台帳!A1",),
    ),
    "rows-grouped": (
        lambda p: table(
            p,
            ("情報資産名称", "媒体・保存先", "観点", "評価値"),
            ("顧客台帳", "社外サーバー", "機密性", 3),
            (None, None, "完全性", 2),
            (None, None, "可用性", 2),
        ),
        ("台帳!C1",),
    ),
    "rows-unclear": (
        lambda p: table(
            p,
            ("情報資産名称", "媒体・保存先", "観点", "評価値"),
            ("顧客台帳", "社外サーバー", "機密性", 3),
            ("顧客台帳", "社外サーバー", "機密性", 2),
            ("顧客台帳", "社外サーバー", "完全性", 2),
            ("顧客台帳", "社外サーバー", "可用性", 2),
            ("見積書", "書類", "機密性", 2),
            (None, None, "完全性", 1),
            (None, None, "可用性", 1),
        ),
        ("台帳!C1",),
    ),
    "factor-unreadable": (lambda p: write(p, _cell("脆弱性", "高め")), ("台帳!O5",)),
}


def main() -> None:
    """Writes every defect."""
    DEFECT_FILES.mkdir(parents=True, exist_ok=True)
    for name, (make, _) in DEFECTS.items():
        make(DEFECT_FILES / f"{name}.xlsx")
    write(DEFECT_FILES / "none.xlsx", NOTHING)


if __name__ == "__main__":
    main()
