"""Makes the pictures in docs/images/ with LibreOffice and poppler: `python -m tests.tools.make_pictures`."""

from __future__ import annotations

import random
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from click.testing import CliRunner

import riskbook
from riskbook.cli import main as main_command
from tests.support.days import TODAY
from tests.support.forms import MEDIA, write_form
from tests.support.places import ROOT, SAMPLES
from tests.support.random_form import NAMES, random_form
from tests.support.workbooks import columns_of

IMAGES = ROOT / "docs" / "images"
BEFORE = date(2026, 10, 21)


def _some_plans(book: Any) -> None:
    """What people do in a month: rate a few assets anew, plan measures, decide."""
    names = (
        ("台帳", "対応計画", "対策計画")
        if "対応計画" in book.sheetnames
        else ("Ledger", "Treatment plan", "Measure plan")
    )
    ledger, plan, measures = (book[name] for name in names)
    for row in range(5, 12):
        ledger.cell(row, 10).value = ledger.cell(row, 11).value = ledger.cell(row, 12).value = 1
    ledger.cell(12, 10).value = 3
    words = ("計画", "低減") if measures.title == "対策計画" else ("Planned", "Reduce")
    state = columns_of(measures)["状況" if words[1] == "低減" else "State"]
    for row in range(5, 29):
        measures.cell(row, state).value = words[0]
    decision = [cell.value for cell in plan[4]].index("決定" if words[1] == "低減" else "Decision") + 1
    for row in range(5, 9):
        plan.cell(row, decision).value = words[1]


def _filled_form(path: Path) -> Path:
    """The issued form as somebody fills it in."""
    chance = random.Random(1)
    book = openpyxl.load_workbook(riskbook.new_form(path, lang="ja", company="北浜精機株式会社"))
    ledger, threats, checks = (book[name] for name in ("情報資産管理台帳", "脅威の状況", "対策状況チェック"))
    for row in range(6, 30):
        values = ("営業", f"{chance.choice(NAMES)[0]} {row - 5}", "", "営業部", "営業部", chance.choice(MEDIA))
        for column, value in enumerate(values, start=1):
            ledger.cell(row, column).value = value or None
        for column in (10, 11, 12):
            ledger.cell(row, column).value = chance.choice((1, 2, 3))
    for row in range(5, threats.max_row + 1):
        if threats.cell(row, 2).value:
            threats.cell(row, 3).value = chance.choice(
                ("3：通常の状況で脅威が発生する", "2：特定の状況で脅威が発生する")
            )
    for row in range(5, 50):
        checks.cell(row, 4).value = chance.choice(("1：実施している", "2：一部実施している", "3：実施していない"))
    book.save(path)
    return path


def _picture(workbook: Path, page_of: Callable[[str], bool], name: str) -> None:
    """Renders the first page whose text `page_of` accepts."""
    folder = workbook.parent
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, workbook]
    subprocess.run(command, check=True, capture_output=True)
    pdf = workbook.with_suffix(".pdf")
    pages = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True).stdout.decode().split("\f")
    page = str(next(number for number, text in enumerate(pages, start=1) if page_of(text)))
    target = IMAGES / name
    subprocess.run(["pdftoppm", "-r", "80", "-f", page, "-l", page, "-png", "-singlefile", pdf, target], check=True)
    print(f"docs/images/{name}.png")


def _picture_history(folder: Path) -> None:
    """Four months of one firm: what happened since the last, and the package for the auditor."""
    folder.mkdir()
    path = write_form(random_form(50, "ja"), folder / "ledger.xlsx")
    for month in range(8, 12):
        _riskbook("assess", path, "--in-place", "--today", f"2026-{month:02}-20")
        _riskbook("audit", folder, "--month", f"2026-{month:02}", "-o", folder / "audit", "--lang", "ja")
        if month < 11:
            book = openpyxl.load_workbook(path)
            _some_months(book, month)
            book.save(path)
    _picture(path, lambda text: text.startswith("情報資産リスク分析 サマリー"), "summary-trend")
    _picture(path, lambda text: text.startswith("前回からの変化"), "changes")
    package = folder / "audit" / "audit-2026-11" / "audit-2026-11.xlsx"
    _picture(package, lambda text: "月次監査資料" in text, "audit-cover")
    _picture(package, lambda text: "月次サマリー" in text, "audit-summary")


def _some_months(book: Any, month: int) -> None:
    """What people do from one month to the next."""
    chance = random.Random(month)
    ledger, plan, checks = book["台帳"], book["対応計画"], book["対策状況チェック"]
    for row in chance.sample(range(5, 50), 6):
        value = chance.choice((1, 2, 3))
        for column in (10, 11, 12):
            ledger.cell(row, column).value = value
    ledger.cell(20 + month, 2).value += "（改訂）"
    ledger.cell(30 + month, 5).value = "監査室"
    for row in chance.sample([r for r in range(4, 60) if checks.cell(r, 3).value in (2, 3)] or [60], 1):
        checks.cell(row, 3).value = 1
    heads = columns_of(plan)
    values = {
        "決定": "保有",
        "承認者": "北浜社長",
        "見直し期限": date(2026, month + 2, 15),
        "期限": date(2026, month + 1, 10),
        "担当": "佐藤",
        "理由": "費用が見合わない",
    }
    for name, value in values.items():
        plan.cell(month - 3, heads[name]).value = value


def _riskbook(*arguments: str | Path) -> None:
    CliRunner().invoke(main_command, [*map(str, arguments)], catch_exceptions=False)


def main() -> None:
    """Draws every picture anew."""
    with tempfile.TemporaryDirectory() as folder:
        for count, lang in ((5, "ja"), (5, "en"), (50, "ja"), (50, "en"), (5000, "ja"), (5000, "en")):
            path = write_form(random_form(count, lang), Path(folder) / f"{count}-{lang}.xlsx")
            riskbook.assess(path, today=BEFORE).save(path, force=True)
            if count == 50:
                book = openpyxl.load_workbook(path)
                _some_plans(book)
                book.save(path)
            riskbook.assess(path, today=TODAY).save(path, force=True)
            title = "情報資産リスク分析 サマリー" if lang == "ja" else "Information asset risk"
            _picture(path, lambda text, title=title: text.startswith(title), f"summary-{count}-{lang}")  # type: ignore[misc]
        sample = riskbook.assess(SAMPLES / "kitahama-seiki.xlsx", today=TODAY).save(Path(folder) / "kitahama.xlsx")
        _picture(sample, lambda text: text.startswith("情報資産リスク分析 サマリー"), "summary")
        _picture(sample, lambda text: text.startswith("リスク対応計画"), "plan")
        _picture(sample, lambda text: text.startswith("対策計画（"), "measures")
        _picture(sample, lambda text: text.startswith("入力チェック（"), "findings")
        _picture(sample, lambda text: text.startswith("対策の順序と効果"), "roadmap")
        worked = riskbook.assess(SAMPLES / "aoba-foods.xlsx", today=TODAY).save(Path(folder) / "aoba.xlsx")
        _picture(worked, lambda text: text.startswith("5分でできる！自社診断の結果"), "self-check")
        _picture(worked, lambda text: text.startswith("SECURITY ACTION の準備状況"), "action")
        _picture_history(Path(folder) / "history")
        form = _filled_form(Path(folder) / "form.xlsx")
        _picture(form, lambda text: text.startswith("情報資産管理台帳\n"), "form-ledger")
        _picture(form, lambda text: text.startswith("対策状況チェック"), "form-checks")
        _picture(form, lambda text: text.startswith("診断結果"), "form-diagnosis")


if __name__ == "__main__":
    main()
