"""No number rests on a rating that riskbook did not understand: such a row is unassessed, and it is said why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import riskbook
from riskbook.method import load_method
from riskbook.reading import values
from tests.support.days import TODAY
from tests.support.examples import examples

HEADERS = ("情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性")
SCALE = load_method().scale


def assessed(
    path: Path, ratings: list[tuple[Any, ...]], headers: tuple[str, ...] = HEADERS, above: str = ""
) -> riskbook.AssessedWorkbook:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("情報資産管理台帳")
    sheet.write_string(0, 0, above or "情報資産管理台帳")
    sheet.write_row(2, 0, headers)
    for row, rated in enumerate(ratings, start=3):
        sheet.write_row(row, 0, (f"資産{row}", "書類", *rated))
    book.close()
    return riskbook.assess(path, today=TODAY)


@pytest.mark.parametrize(
    "typed",
    ["高(1)", "中(3)", "1：高", "1（高）", "2/3", "2-3", "2～3", "3 2", "2→3", "2,3", "2（3）", "3(旧2)", "1 or 2", "3件", "３点", "極秘",
     "4", "レベル3", "II", 4, 5, 2.5, 0, "要確認", "高/中"],
)  # fmt: skip
def test_a_rating_that_was_not_understood_is_no_rating(typed: Any) -> None:
    assert values.whole(typed, SCALE.ascending, SCALE.labels).problem


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("3：高", 3),
        ("3（高）", 3),
        ("高(3)", 3),
        ("２", 2),
        ("中", 2),
        ("3*", 3),
        ("3：極めて重要", 3),
    ],
)
def test_a_rating_with_its_own_word_is_read(typed: Any, right: int) -> None:
    assert values.whole(typed, SCALE.ascending, SCALE.labels).value == right


@pytest.mark.parametrize(
    ("ratings", "importance"),
    [
        (("極秘", 2, 1), None),
        (("極秘", 3, 1), 3),  # it cannot be higher
        ((4, 1, 1), None),
        ((None, 2, 1), 2),  # blank, as the method says
        (("-", 2, 1), 2),
        (("2/3", None, None), None),
        (("#N/A", 2, 2), None),
    ],
)
def test_the_importance_is_unknown_unless_another_rating_fixes_it(
    ratings: tuple[Any, ...], importance: int | None, tmp_path: Path
) -> None:
    result = assessed(tmp_path / "a.xlsx", [ratings, (1, 1, 1)])
    row = result.risks.iloc[0]
    assert (None if row.isna()["importance"] else row["importance"]) == importance
    assert (row["level"] == "unassessed") == (importance is None)
    assert result.risks.iloc[1]["importance"] == 1


@pytest.mark.parametrize("typed", ["高め", 5, "2-3"])
@pytest.mark.parametrize("factor", ["脅威の発生頻度", "脆弱性"])
def test_a_typed_factor_that_was_not_understood_gives_no_risk(factor: str, typed: Any, tmp_path: Path) -> None:
    result = assessed(tmp_path / "a.xlsx", [(3, 3, 3, typed), (3, 3, 3, 2)], (*HEADERS, factor))
    assert list(result.risks["level"] == "unassessed") == [True, False]


@pytest.mark.parametrize(
    ("headers", "above", "ratings"),
    [
        (("機密性(1-5)", "完全性(1-5)", "可用性(1-5)"), "", [(1, 2, 3), (2, 2, 2)]),
        (("機密性", "完全性", "可用性"), "評価は5段階で行う", [(1, 2, 3)]),
        (("機密性", "完全性", "可用性"), "重要度 2：高い 1：中 0：低い", [(1, 2, 1)]),
        (("機密性", "完全性", "可用性"), "評価値 1：高 2：中 3：低", [(1, 2, 3)]),
        (("機密性", "完全性", "可用性"), "", [(4, 1, 1), (5, 2, 1), (1, 1, 1)]),
        (("機密性", "完全性", "可用性"), "", [(0, 1, 1), (2, 0, 1), (2, 2, 2)]),
    ],
)
def test_ratings_on_another_scale_are_never_computed(
    headers: tuple[str, ...], above: str, ratings: list[Any], tmp_path: Path
) -> None:
    result = assessed(tmp_path / "a.xlsx", ratings, (*HEADERS[:2], *headers), above)
    assert set(result.risks["level"]) == {"unassessed"}
    assert "scale-foreign" in {finding.code for finding in result.findings}


@pytest.mark.parametrize(
    "text",
    [
        "機密性（3：高 2：中 1：低）",
        "評価は3段階（1～3）",
        "3:大 2:中 1:小",
        "評価日 2026/4/1（第1～4四半期）",
        "機密性・完全性・可用性の評価は別紙1-2を参照",
        "情報資産管理台帳 1/2",
    ],
)
def test_nothing_is_claimed_where_there_is_no_evidence(text: str, tmp_path: Path) -> None:
    headers = (*HEADERS[:2], "機密性（3：高 2：中 1：低）", *HEADERS[3:])
    result = assessed(tmp_path / "a.xlsx", [(1, 2, 3), (3, 3, 3), (4, 1, 1)], headers, text)
    assert "scale-foreign" not in {finding.code for finding in result.findings}
    assert list(result.risks["importance"].fillna(0)) == [3, 3, 0]


_rating = st.one_of(
    st.sampled_from([1, 2, 3, "高", "中", "低", None, "-"]), st.sampled_from([0, 4, "極秘", "2/3", "1：高", "?"])
)


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(rows=st.lists(st.tuples(_rating, _rating, _rating), min_size=1, max_size=6))
def test_an_importance_is_right_or_unknown(
    rows: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    meaning = {1: 1, 2: 2, 3: 3, "高": 3, "中": 2, "低": 1}
    result = assessed(tmp_path_factory.mktemp("trust") / "a.xlsx", rows)
    shown = result.risks.set_index("name")["importance"].dropna().to_dict()
    for number, row in enumerate(rows, start=3):
        known = [meaning[rating] for rating in row if rating in meaning]
        dark = [rating for rating in row if rating not in (*meaning, None, "-")]
        if f"資産{number}" in shown:
            assert shown[f"資産{number}"] == max(known)
            assert not dark or max(known) == 3


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("grades", "foreign"), [((5, 4, 3, 2, 1), True), ((3, 2, 1), False), ((2, 1, 0), True)])
def test_a_sheet_of_criteria_states_the_scale(
    grades: tuple[int, ...], foreign: bool, first: bool, tmp_path: Path
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheets = [book.add_worksheet(name) for name in (("基準", "台帳") if first else ("台帳", "基準"))]
    criteria, ledger = sheets if first else reversed(sheets)
    criteria.write_row(0, 0, ("レベル", "機密性", "完全性", "可用性"))
    for row, grade in enumerate(grades, start=1):
        criteria.write_row(row, 0, (grade, "漏えいの影響", "改ざんの影響", "停止の影響"))
    ledger.write_row(0, 0, HEADERS)
    ledger.write_row(1, 0, ("顧客名簿", "書類", 3, 2, 1))
    book.close()
    result = riskbook.assess(tmp_path / "a.xlsx", today=TODAY)
    assert (result.risks.iloc[0]["level"] == "unassessed") == foreign
    assert ("scale-foreign" in {finding.code for finding in result.findings}) == foreign


def _with_legend(book: Any, sheet: Any) -> None:
    sheet.write_string(2, 8, "評価基準")
    for row, text in enumerate(("4：極秘", "3：秘", "2：社外秘", "1：公開"), start=3):
        sheet.write_string(row, 8, text)


def _with_list(book: Any, sheet: Any) -> None:
    sheet.data_validation(3, 2, 20, 4, {"validate": "list", "source": ["5", "4", "3", "2", "1"]})


def _with_source(book: Any, sheet: Any) -> None:
    other = book.add_worksheet("リスト")
    other.write_column(0, 1, [4, 3, 2, 1])
    sheet.data_validation(3, 2, 20, 4, {"validate": "list", "source": "=リスト!$B$1:$B$4"})


def _with_named_source(book: Any, sheet: Any) -> None:
    other = book.add_worksheet("リスト")
    other.write_column(0, 1, ["1：最重要", "2：重要", "3：一般"])
    book.define_name("評価", "=リスト!$B$1:$B$3")
    sheet.data_validation(3, 2, 20, 4, {"validate": "list", "source": "=評価"})


def _below(book: Any, sheet: Any) -> None:
    sheet.write_string(8, 0, "※評価値 5：非常に高い 4：高い 3：普通 2：低い 1：非常に低い")


@pytest.mark.parametrize("evidence", [_with_legend, _with_list, _with_source, _with_named_source, _below])
def test_a_scale_is_recognised_by_what_stands_around_the_table(evidence: Any, tmp_path: Path) -> None:
    """Every rating is one that the method has, too, so that nothing else shows the scale."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("情報資産管理台帳")
    sheet.write_row(2, 0, HEADERS)
    for row, rated in enumerate([(3, 2, 1), (2, 2, 1), (1, 1, 1)], start=3):
        sheet.write_row(row, 0, (f"資産{row}", "書類", *rated))
    evidence(book, sheet)
    book.close()
    result = riskbook.assess(path, today=TODAY)
    assert set(result.risks["level"]) == {"unassessed"}
    assert [finding.code for finding in result.findings if finding.code.startswith("scale")] == ["scale-foreign"]


@pytest.mark.parametrize(
    ("ratings", "headers", "above", "line"),
    [
        ([(4, 1, 1), (4, 2, 1)], (), "", "scale.evaluation = { 4 = 3, 3 = 3, 2 = 2, 1 = 1 }"),
        ([(5, 1, 1), (4, 2, 1)], (), "", "scale.evaluation = { 5 = 3, 4 = 3, 3 = 2, 2 = 2, 1 = 1 }"),
        ([(0, 1, 1), (2, 0, 1)], (), "", "scale.evaluation = { 2 = 3, 1 = 2, 0 = 1 }"),
        ([(1, 2, 3)], (), "評価値 1：高 2：中 3：低", "scale.evaluation = { 1 = 3, 2 = 2, 3 = 1 }"),
        ([("1：高", 2, "3：低"), ("3：低", 2, 2)], (), "", "scale.evaluation = { 1 = 3, 2 = 2, 3 = 1 }"),
        ([(1, 2, 2)], ("機密性(1-3)", "完全性(1-2)", "可用性(1-2)"), "", "scale.integrity = { 2 = 3, 1 = 2 }"),
        (
            [("極秘", 1, 1), ("公開", 2, 1)],
            (),
            "",
            'scale.confidentiality = { "極秘" = 3, "秘" = 3, "社外秘" = 2, "公開" = 1 }',
        ),
        ([("S", 1, 1), ("B", 2, 1)], (), "", "scale.confidentiality = { S = 3, A = 3, B = 2, C = 1 }"),
    ],
)
def test_the_line_that_settles_a_scale_is_named_and_settles_it(
    ratings: list[Any], headers: tuple[str, ...], above: str, line: str, tmp_path: Path
) -> None:
    shown = (*HEADERS[:2], *(headers or HEADERS[2:]))
    result = assessed(tmp_path / "a.xlsx", ratings, shown, above)
    lines = [finding.params["line"] for finding in result.findings if finding.code == "scale-foreign"]
    assert line in lines
    assert line in result.words(next(f for f in result.findings if f.code == "scale-foreign"))[1] or len(lines) > 1
    (tmp_path / "riskbook.toml").write_text("\n".join(lines), encoding="utf-8")
    settled = assessed(tmp_path / "a.xlsx", ratings, shown, above)
    assert "unassessed" not in set(settled.risks["level"])
    assert "scale-foreign" not in {finding.code for finding in settled.findings}


@pytest.mark.parametrize(
    ("headers", "rows", "variant", "methods"),
    [
        (("重要度", "脅威", "脆弱性", "リスク値"), [(2, 2, 2, 8), (3, 1, 2, 6)], "risk-product", ("isms-27",)),
        (("重要度", "脅威", "脆弱性", "リスク値"), [(2, 2, 2, 6), (3, 1, 2, 6)], "risk-sum", ("isms-sum",)),
        (("重要度", "脅威", "脆弱性", "リスク値"), [(2, 2, 2, 2), (3, 3, 3, 9)], None, ()),
        (("重要度", "脅威", "脆弱性", "リスク値"), [(2, 2, 2, 8)], None, ()),  # in one row by chance
        (("機密性", "完全性", "可用性", "重要度"), [(2, 1, 1, 4), (3, 3, 1, 7)], "importance-sum", ()),
        (("機密性", "完全性", "可用性", "重要度"), [(2, 1, 2, 4), (3, 3, 1, 9)], "importance-product", ()),
        (("機密性", "完全性", "可用性", "重要度"), [(2, 1, 2, 2), (3, 3, 1, 3)], None, ()),
    ],
)
def test_another_formula_is_recognised_by_the_values_it_gave(
    headers: tuple[str, ...], rows: list[Any], variant: str | None, methods: tuple[str, ...], tmp_path: Path
) -> None:
    result = assessed(tmp_path / "a.xlsx", rows, (*HEADERS[:2], *headers))
    found = [finding for finding in result.findings if finding.code == "formula-other"]
    assert [finding.variant for finding in found] == ([variant] if variant else [])
    assert all(finding.params["methods"] == methods for finding in found)
    assert all("--method" in result.words(finding)[1] for finding in found if methods)


def test_the_methods_with_the_grades_of_the_ledger_are_named(tmp_path: Path) -> None:
    result = assessed(tmp_path / "a.xlsx", [(4, 1, 1), (4, 2, 3)])
    (finding,) = [finding for finding in result.findings if finding.code == "scale-foreign"]
    assert finding.params["methods"] == ("isms-36",)
    assert "--method isms-36" in result.words(finding)[1]
    assert list(riskbook.assess(tmp_path / "a.xlsx", today=TODAY, method="isms-36").risks["importance"]) == [4, 4]
