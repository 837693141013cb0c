"""Nothing vanishes: every row with something in it, and every column, is used or named by a finding."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import riskbook
from riskbook.model import Finding
from tests.support.days import TODAY
from tests.support.examples import examples

HEADERS = ["No", "業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性", "備考", "謎の列"]
_word = st.sampled_from(
    [
        None,
        "",
        " ",
        "営業",
        "顧客台帳",
        "書類",
        "クラウド",
        "金庫",
        "※注",
        "合計",
        "以下余白",
        "-",
        "有",
        "3",
        "３",
        "高",
        0,
        1,
        3,
        7,
        2.5,
        "#N/A",
        "情報資産名称",
        "紙、USB",
        "5年",
        True,
        "=A1",
        "機密性",
        "小計",
        "*",
        "x" * 50,
    ]
)
_rows = st.lists(st.lists(_word, min_size=len(HEADERS), max_size=len(HEADERS)), max_size=10)


def _filled(row: list[Any]) -> bool:
    return any(value is not None and str(value).strip() for value in row)


def _named_rows(findings: tuple[Finding, ...]) -> set[int]:
    rows = {finding.location.row_number for finding in findings if finding.location.row_number}
    for finding in findings:
        rows |= {int(number) for number in re.findall(r"\b[A-Z]+(\d+)\b", str(finding.params.get("cells", "")))}
    return rows


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=_rows, gap=st.integers(0, 3))
def test_every_row_and_column_is_used_or_named(rows: list[list[Any]], gap: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
        sheet = book.add_worksheet("台帳")
        first = gap + 1
        for column, header in enumerate(HEADERS):
            sheet.write(gap, column, header)
        for number, row in enumerate(rows, start=first):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value)
        book.close()
        result = riskbook.assess(path, today=TODAY)
        taken = {int(row) for row in result.risks["row"]}
        named = _named_rows(result.findings)
        for number, row in enumerate(rows, start=first + 1):
            if _filled(row):
                assert number in taken or number in named, row
        below = [row[8] for number, row in enumerate(rows, start=first + 1) if number in taken]
        if any(value is not None and str(value).strip() for value in below):
            assert "column-ignored" in {finding.code for finding in result.findings}
        result.save(Path(folder) / "out.xlsx")
