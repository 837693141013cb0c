"""What workbooks say about their scales, in the ways of many houses; and what only looks as if it did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import riskbook
from riskbook.method import load_method
from riskbook.reading.stated import stated
from tests.support.days import TODAY

HEADERS = ("情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性")
ROWS = ((1, 1, 1), (2, 1, 1), (2, 2, 1))
RIGHT = [1, 2, 2]
SCALE = load_method().scale


def importances(
    path: Path,
    headers: tuple[str, ...] = HEADERS,
    rows: tuple[tuple[Any, ...], ...] = ROWS,
    beside: Callable[[Any, Any], object] | None = None,
    other: list[tuple[Any, ...]] | None = None,
) -> list[int | None]:
    """The importance of each row, None where it is unassessed; the table has its header in row 3."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台帳")
    sheet.write_row(2, 0, headers)
    for row, rated in enumerate(rows, start=3):
        sheet.write_row(row, 0, (f"資産{row}", "書類", *rated))
    if beside is not None:
        beside(book, sheet)
    for row, cells in enumerate(other or ()):
        (book.get_worksheet_by_name("判断基準") or book.add_worksheet("判断基準")).write_row(row, 0, cells)
    book.close()
    found = riskbook.assess(path, today=TODAY).risks["importance"]
    return [int(value) or None for value in found.fillna(0)]


@pytest.mark.parametrize(
    "text",
    [
        "1～4", "4-1", "1,2,3,4", "1・2・3・4", "1/2/3/4", "1…5", "1→5", "4点満点", "最大4", "max5", "4段階", "0,1,2",
        "1:低～5:高", "1最低～5最高", "4=極秘", "極秘=4 秘=3 社外秘=2 公開=1", "極秘:4、秘:3、社外秘:2、公開:1",
        "高:1、中:2、低:3", "高=1 中=2 低=3", "1→高 2→中 3→低", "1…高、2…中、3…低", "1 高 2 中 3 低", "1.高 2.中 3.低",
        "1-高 2-中 3-低", "①高 ②中 ③低", "高1・中2・低3", "高（1）中（2）低（3）", "1（高）～3（低）", "1が最も重要", "3が最低",
        "数字が小さいほど重要", "1が最高、3が最低", "1 = highest, 3 = lowest", "High=1 Medium=2 Low=3", "2：重要 1：通常",
    ],
)  # fmt: skip
def test_another_scale_is_understood_in_any_signs(text: str) -> None:
    assert next(stated(text, SCALE), None), text
    if text not in ("最大4", "max5", "4=極秘"):
        assert next(stated(f"評価値　{text}", SCALE, about=""), None), text


@pytest.mark.parametrize(
    "text",
    [
        "評価値 1～3（3が最も高い）", "機密性：3=高、2=中、1=低", "評価 高=3 中=2 低=1", "評価 高3・中2・低1", "数字が大きいほど重要",
        "重要度評価 1 - 5 ページ", "リスク評価値（1～9）＝重要度×被害発生可能性", "リスク値＝重要度×被害発生可能性（1～9）",
        "リスク値 6～9：大、4：中、1～3：小（重要度×可能性）", "見直し・評価：1～2回/年", "機密性の評価は2段階で承認する",
        "対策の実施状況は4段階で評価", "対策状況の評価（1:実施している 2:一部実施している 3:実施していない 4:自社には該当しない）",
        "成熟度評価レベル 1～5（参考）", "取引先ランク：1～5", "評価者 4名 1:山田 2:佐藤 3:鈴木 4:田中", "情報資産の評価（全4シート中1～4）",
        "評価スケジュール 1:4月 2:7月 3:10月 4:1月", "旧評価（5段階）は廃止。現行は3段階（1～3）", "文書番号 ISMS-1-05 評価表",
        "1. 目的 2. 適用範囲 3. 責任者 4. 改訂（評価基準）", "評価値（1～3）、リスク値（1～9）", "2026年度 第1～4四半期版 評価",
        "Page 1 of 5 - Ratings", "Confidentiality rating scale: see Annex 1-5",
    ],
)  # fmt: skip
def test_other_numbers_state_no_scale(text: str) -> None:
    assert next(stated(text, SCALE, about=""), None) is None, text


GRADES = ((4, "極秘"), (3, "秘"), (2, "社外秘"), (1, "公開"))


def _legend(*rows: tuple[Any, ...], row: int = 2) -> Callable[[Any, Any], object]:
    return lambda book, sheet: [sheet.write_row(row + n, 7, cells) for n, cells in enumerate(rows)]


def _rule(**rule: Any) -> Callable[[Any, Any], object]:
    return lambda book, sheet: sheet.data_validation(3, 2, 20, 4, rule)


WHOLE = {"validate": "integer", "criteria": "between", "minimum": 1}


@pytest.mark.parametrize(
    ("beside", "foreign"),
    [
        (_legend(("評価基準",), *GRADES), True),
        (_legend(("評価基準",), *((word, number) for number, word in GRADES)), True),
        (_legend(("評価基準",), (1, "高"), (2, "中"), (3, "低")), True),
        (_legend(("機密性の評価基準",), (5, "事業停止"), (4, "重大"), (3, "影響あり"), (2, "わずか"), (1, "なし")), True),
        (_legend(("4：極秘", "3：秘", "2：社外秘", "1：公開"), row=0), True),
        (_legend(("4：極秘\n3：秘\n2：社外秘\n1：公開",)), True),
        (_rule(**WHOLE, maximum=5), True),
        (_rule(validate="list", source=["2", "1"]), True),
        (_rule(validate="any", input_message="1～5で入力してください"), True),
        (lambda book, sheet: sheet.write_comment(2, 2, "機密性は1～5で評価"), True),
        (lambda book, sheet: sheet.insert_textbox(2, 8, "評価値は5段階（1：低～5：高）"), True),
        (_legend(("評価基準",), (3, "高"), (2, "中"), (1, "低")), False),
        (_legend(("優先度",), (5, "最優先"), (4, "優先"), (3, "通常"), (2, "後回し"), (1, "不要")), False),
        (_legend(("リスク評価",), ("9：大",), ("6：大",), ("4：中",), ("1：小",)), False),
        (_legend(("評価の手順",), ("1. 記入する",), ("2. 評価する",), ("3. 確認する",), ("4. 承認する",)), False),
        (_legend(("評価", "件数"), ("高", 1), ("中", 2), ("低", 3)), False),
        (_rule(**WHOLE, maximum=3), False),
        (_rule(validate="list", source=["3：高", "2：中", "1：低"]), False),
        (lambda book, sheet: sheet.write_comment(3, 2, "前回は4。5段階評価への移行を検討"), False),
    ],
)  # fmt: skip
def test_what_stands_beside_the_table(beside: Any, foreign: bool, tmp_path: Path) -> None:
    assert importances(tmp_path / "a.xlsx", beside=beside) == ([None] * 3 if foreign else RIGHT)


@pytest.mark.parametrize(
    ("other", "foreign"),
    [
        ([("", "評価値"), *((field if n == 5 else "", n) for field in HEADERS[2:] for n in (5, 4, 3, 2, 1))], True),
        ([("区分", 5, 4, 3, 2, 1), ("機密性", "a"), ("完全性", "a"), ("可用性", "a")], True),
        (
            [("レベル", "機密性", "完全性"), ("レベル4", "a"), ("レベル3", "a"), ("レベル2", "a"), ("レベル1", "a")],
            True,
        ),
        ([("レベル", "機密性", "完全性"), ("1：高", "a"), ("2：中", "a"), ("3：低", "a")], True),
        ([("機密性・完全性・可用性は1～5の5段階で評価する",)], True),
        ([("", "評価値"), *((field if n == 3 else "", n) for field in HEADERS[2:] for n in (3, 2, 1))], False),
        ([("リスク値", "判定"), (9, "大"), (4, "中"), (1, "小")], False),
        ([("委託先", "委託先の評価(1-5)"), ("甲社", 5), ("乙社", 4)], False),
    ],
)
def test_what_stands_on_another_sheet(other: Any, foreign: bool, tmp_path: Path) -> None:
    assert importances(tmp_path / "a.xlsx", other=other) == ([None] * 3 if foreign else RIGHT)


@pytest.mark.parametrize(
    ("headers", "rows", "right"),
    [
        ((*HEADERS[:2], "重要度"), (("1：最重要",), ("2：重要",), ("3：一般",)), [None] * 3),
        ((*HEADERS[:2], "重要度"), (("1：極秘",), ("2：秘",), ("3：社外秘",)), [None] * 3),
        ((*HEADERS[:2], "重要度"), (("2：最重要",), ("3：公開",), ("1：高い",)), [None] * 3),
        ((*HEADERS[:2], "重要度"), (("3：機密",), ("2：社外秘",), ("1：公開",)), [3, 2, 1]),
        ((*HEADERS[:2], "重要度"), (("3：高い",), ("2：普通",), ("1：低い",)), [3, 2, 1]),
        ((*HEADERS[:2], "重要度（C+I+Aの合計）"), ((3,), (3,)), [None, None]),
        ((*HEADERS[:2], "重要度（CIAの最大値）"), ((3,), (2,)), [3, 2]),
        ((*HEADERS[:2], "機密区分", *HEADERS[3:]), (("極秘", 1, 1), ("公開", 1, 1)), [None, None]),
        ((*HEADERS, "優先度(1-5)", "対応ランク(1-5)"), tuple((*row, 5, 4) for row in ROWS), RIGHT),
    ],
)
def test_labels_and_headers(headers: Any, rows: Any, right: list[int | None], tmp_path: Path) -> None:
    assert importances(tmp_path / "a.xlsx", headers, rows) == right


@pytest.mark.parametrize(
    ("criteria", "right"),
    [
        (("", "", "1～5", "1～5", "1～5"), [None] * 3),
        (("", "", "5段階", "5段階", "5段階"), [None] * 3),
        (("", "", "1:高 2:中 3:低", "1:高 2:中 3:低", "1:高 2:中 3:低"), [None] * 3),
        (("", "", "1～3", "1～3", "1～3"), RIGHT),
        (("①", "②", "③", "④", "⑤"), RIGHT),
        (("(1)", "(2)", "(3)", "(4)", "(5)"), RIGHT),
    ],
)
def test_a_row_right_below_the_header(criteria: tuple[str, ...], right: list[int | None], tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("台帳")
    for row, cells in enumerate((HEADERS, criteria, *((f"資産{n}", "書類", *rated) for n, rated in enumerate(ROWS)))):
        sheet.write_row(row, 0, cells)
    book.close()
    found = riskbook.assess(tmp_path / "a.xlsx", today=TODAY).risks["importance"]
    assert [int(value) or None for value in found.fillna(0)] == right
