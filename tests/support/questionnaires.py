"""The guideline's questionnaires as firms fill them in, in the published shape: for samples and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from riskbook.method import load_method

INSTRUMENTS = load_method().instruments
ITEMS = [item.ja for item in INSTRUMENTS.self_check.items]
CLOUD_ITEMS = [(item.name.ja, item.ja) for item in INSTRUMENTS.cloud.items]
ANSWERS = ("実施している", "一部実施している", "実施していない", "わからない")
SCORES = (4, 2, 0, -1)
PLACES = {"4": 0, "2": 1, "0": 2, "?": 3}
NOT_USED = "n"


def write_self_check(
    book: Any,
    answers: str,
    *,
    name: str = "自社診断",
    printed: bool = True,
    total: int | None = None,
    company: str = "",
) -> Any:
    """The published sheet: four columns with their scores printed, a ○ over the one that holds, the total below.

    `answers`: a character an item: 4, 2, 0, ? (do not know), n (not used), "." (blank). `total`: as written below.
    """
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E2EFDA", "align": "center", "text_wrap": True})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
    mark = book.add_format({"border": 1, "align": "center", "valign": "vcenter"})
    title = "新 5分でできる！情報セキュリティ自社診断"
    sheet.write(0, 0, f"{company}　{title}" if company else title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write(1, 0, "※無線LAN（9）、クラウドサービス等の外部サービス（23）を利用していない場合は該当なしとします。")
    for column, text in enumerate(("診断項目", "No", "診断内容")):
        sheet.merge_range(2, column, 3, column, text, head)
    sheet.merge_range(2, 3, 2, 6, "チェック", head)
    sheet.write_row(3, 3, ANSWERS, head)
    parts = ((1, 5, "Part 1\n基本的対策"), (6, 18, "Part 2\n従業員としての対策"), (19, 25, "Part 3\n組織としての対策"))
    for first, last, text in parts:
        sheet.merge_range(3 + first, 0, 3 + last, 0, text, cell)
    for number, (item, answer) in enumerate(zip(ITEMS, answers, strict=True), start=1):
        row = 3 + number
        sheet.write_number(row, 1, number, mark)
        sheet.write_string(row, 2, item, cell)
        for place, score in enumerate(SCORES):
            sheet.write(row, 3 + place, score if printed else None, mark)
        if answer in PLACES:
            sheet.write_string(row, 3 + PLACES[answer], "○", mark)
        elif answer == NOT_USED:
            sheet.write_string(row, 3, "該当なし", mark)
    if total is not None:
        sheet.write_string(29, 2, "合計", head)
        sheet.write_number(29, 3, total, mark)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 5)
    sheet.set_column(2, 2, 70)
    sheet.set_column(3, 6, 11)
    return sheet


def write_cloud(book: Any, service: str, answers: Sequence[str | None], *, name: str = "") -> Any:
    """A check sheet of one cloud service: number, subject, question, a mark or word an item."""
    sheet = book.add_worksheet(name or f"クラウド（{service}）")
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7", "align": "center"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
    sheet.write(0, 0, "クラウドサービス安全利用チェックシート", book.add_format({"bold": True, "font_size": 14}))
    sheet.write(1, 0, "サービス名")
    sheet.write(1, 1, service)
    sheet.write_row(2, 0, ("No.", "項目", "内容", "チェック", "備考"), head)
    for number, ((subject, question), answer) in enumerate(zip(CLOUD_ITEMS, answers, strict=True), start=1):
        sheet.write_row(2 + number, 0, (number, subject, question, answer or "", ""), cell)
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, 1, 32)
    sheet.set_column(2, 2, 66)
    sheet.set_column(3, 4, 12)
    return sheet


def self_check_book(path: Path, answers: str, **options: Any) -> Path:
    """A workbook with nothing but a self-check."""
    book = xlsxwriter.Workbook(str(path))
    write_self_check(book, answers, **options)
    book.close()
    return path


def cloud_book(path: Path, services: Mapping[str, Sequence[str | None]]) -> Path:
    """A workbook with nothing but the check sheets of cloud services."""
    book = xlsxwriter.Workbook(str(path))
    for service, answers in services.items():
        write_cloud(book, service, answers)
    book.close()
    return path
