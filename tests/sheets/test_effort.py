"""Effort, cost and budget on the measure plan: estimated, kept where typed, and read back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import riskbook
from riskbook.errors import MethodError
from riskbook.model import Pages
from riskbook.reading.earlier import person_days
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.forms import write_form
from tests.support.plans import fill_measures, measure_lines, small_form, small_plan

EARLIER = Path(__file__).parent.parent / "assets" / "earlier"
DAYS, YEN = "工数\n（人日）", "費用\n（円）"


def _again(path: Path, **options: Any) -> riskbook.AssessedWorkbook:
    result = riskbook.assess(path, today=TODAY, **options)
    result.save(path, force=True)
    return result


def _amounts(path: Path) -> dict[str, tuple[Any, Any]]:
    return {question: (line[DAYS], line[YEN]) for question, line in measure_lines(path).items()}


@pytest.mark.slow
def test_estimates_are_the_middle_of_the_class_and_half_of_it_where_partly_done(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    assert _amounts(output) == {
        "方針がある": (4, 110_000),
        "アカウントを分けている": (1, 10_000),
        "バックアップがある": (2, 55_000),
    }
    assert measure_lines(output)["バックアップがある"]["手間の目安"] == "中（1～3人日・10,000～100,000円）"


@pytest.mark.slow
def test_what_is_typed_stays_and_estimates_follow_the_answers(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"方針がある": {DAYS: "2～5日", YEN: "約5万円"}})
    book = openpyxl.load_workbook(output)
    book["対策状況チェック"]["E5"] = "2:一部実施している"
    book.save(output)
    result = _again(output)
    measures = result.assessment.roadmap.measures.set_index("question")
    assert measures.loc["方針がある", ["days", "yen"]].tolist() == [3.5, 50_000]
    assert _amounts(output) == {
        "方針がある": ("2～5日", "約5万円"),
        "アカウントを分けている": (0.5, 5_000),
        "バックアップがある": (2, 55_000),
    }
    before = output.read_bytes()
    _again(output)
    assert output.read_bytes() == before


@pytest.mark.slow
def test_an_estimate_that_was_emptied_comes_back(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"方針がある": {DAYS: None, YEN: 0}})
    _again(output)
    assert _amounts(output)["方針がある"] == (4, 0)


@pytest.mark.slow
def test_estimates_of_any_profile_follow_the_answers(tmp_path: Path) -> None:
    (tmp_path / "riskbook.toml").write_text(
        '[effort]\nmedium = { word = { ja = "M2", en = "M2" }, days = [0.3333333, 1234.5678], yen = [1, 2] }\n',
        encoding="utf-8",
    )
    form, output = write_form(small_form(), tmp_path / "form.xlsx"), tmp_path / "out.xlsx"
    riskbook.assess(form, today=TODAY).save(output)
    assert measure_lines(output)["方針がある"]["手間の目安"] == "M2（0.3333333～1234.5678人日・1～2円）"
    (tmp_path / "riskbook.toml").unlink()
    _again(output)
    assert _amounts(output)["方針がある"] == (4, 110_000)


@pytest.mark.slow
def test_an_amount_that_is_no_number_is_kept_and_told(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"方針がある": {DAYS: "要見積り"}})
    result = _again(output)
    (found,) = [finding for finding in result.findings if finding.code == "effort-unreadable"]
    assert found.params["found"] == "要見積り"
    assert openpyxl.load_workbook(output)["対策計画"][found.location.cell_ref or ""].value == "要見積り"
    assert result.assessment.roadmap.measures.set_index("question").loc["方針がある", "days"] == 4


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        (3, 3.0),
        ("3人日", 3.0),
        ("約２日", 2.0),
        ("2～5", 3.5),
        ("0.5 days", 0.5),
        ("5-2", None),
        ("未定", None),
        (-1, None),
        (True, None),
        (None, None),
    ],
)
def test_person_days_as_people_write_them(typed: Any, days: float | None) -> None:
    assert person_days(typed) == days


@pytest.mark.slow
def test_a_plan_of_an_earlier_version_gets_the_new_columns_on_the_right(tmp_path: Path) -> None:
    output = tmp_path / "plan.xlsx"
    shutil.copyfile(EARLIER / "plan-without-effort.xlsx", output)
    for _ in range(2):
        _again(output)
        book = openpyxl.load_workbook(output)
        lines = measure_lines(output)
        assert lines["方針がある"]["担当"] == "佐藤"
        assert lines["方針がある"]["期限"] == "2026/12/25"
        assert lines["バックアップがある"]["備考"] == "見積り待ち"
        assert _amounts(output)["方針がある"] == (4, 110_000)
        sheet = book["対策計画"]
        headers = [cell.value for cell in sheet[4] if cell.value]
        assert headers[:15] == [
            "No", "段階", "対策の種類", "対策（設問）", "設問の行", "現在の回答", "関係する媒体", "関係する資産", "関連規程\n（付録5）",
            "この段階の理由", "担当", "期限", "状況", "備考", "社内メモ",
        ]  # fmt: skip
        assert headers[15:] == ["設問番号", "手間の目安", "効果の\n目安", "予算内", DAYS, YEN]
        texts = [cell.value for row in sheet.iter_rows() for cell in row]
        assert texts.count("来期に回す") == 1
        assert texts.count("（経営会議 10月）") == 1
        assert sheet.auto_filter.ref == "A4:U7"
        plan = [cell.value for cell in book["対応計画"][4] if cell.value]
        assert plan[-2:] == ["対策内容（案）", "最初の対策"]
        assert "承認者" in plan
        assert "決定者" not in plan


@pytest.mark.slow
def test_no_new_column_stands_where_an_earlier_version_hid_one(tmp_path: Path) -> None:
    output = tmp_path / "plan.xlsx"
    shutil.copyfile(EARLIER / "plan-without-effort.xlsx", output)
    book = openpyxl.load_workbook(output)
    sheet = book["対策計画"]
    [hidden] = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    sheet.cell(4, sheet[f"{hidden}4"].column - 3).value = "社内列"
    book.save(output)
    _again(output)
    sheet = openpyxl.load_workbook(output)["対策計画"]
    shown = [cell for cell in sheet[4] if cell.value in ("手間の目安", "予算内", DAYS, YEN)]
    assert len(shown) == 4
    assert not any(sheet.column_dimensions[cell.column_letter].hidden for cell in shown)


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["対応計画", "対策計画"])
@pytest.mark.parametrize("kinds", [(), ("plan", "measures")])
def test_a_result_saved_on_the_tab_of_a_plan_is_assessed_again(
    tab: str, kinds: tuple[str, ...], tmp_path: Path
) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    for sheet in book:
        sheet.sheet_view.tabSelected = sheet.title == tab
    book.active = book.sheetnames.index(tab)
    book.save(output)
    _again(output, pages=Pages(only=kinds))
    book = openpyxl.load_workbook(output)
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [book.sheetnames[0]]


@pytest.mark.slow
def test_a_column_that_a_person_deleted_does_not_come_back(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    sheet = book["対策計画"]
    sheet.delete_cols([cell.value for cell in sheet[4]].index("予算内") + 1)
    book.save(output)
    _again(output)
    assert "予算内" not in [cell.value for cell in openpyxl.load_workbook(output)["対策計画"][4]]


# --- the budget ---


def _type_budget(path: Path, yen: Any, days: Any) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["対策計画"]
    assert (sheet["D3"].value, sheet["F3"].value) == ("予算（円）", "使える工数（人日）")
    sheet["E3"], sheet["G3"] = yen, days
    book.save(path)


def _marked(path: Path) -> list[str]:
    return [question for question, line in measure_lines(path).items() if line["予算内"]]


@pytest.mark.slow
def test_the_budget_above_the_plan_is_read_and_the_best_measures_are_marked(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    assert _marked(output) == []
    for yen, days, marked, said in (
        (
            "15万円",
            None,
            ["方針がある"],
            "●のある1問です（約4人日・110,000円）。リスク大は2件から1件に、リスク値の合計は16から13",
        ),
        (
            180_000,
            7,
            ["方針がある", "アカウントを分けている", "バックアップがある"],
            "●のある3問です（約7人日・175,000円）",
        ),
        (None, 1, [], "リスク値が下がる対策の組はありません"),
    ):
        _type_budget(output, yen, days)
        result = _again(output)
        assert _marked(output) == marked
        sheet = openpyxl.load_workbook(output)["対策計画"]
        assert said in str(sheet["H3"].value)
        assert (sheet["E3"].value, sheet["G3"].value) == (result.assessment.roadmap.budget.yen and yen, days)  # type: ignore[union-attr]
    assert "最も少ない手間で下がるのは1問の組で、約4人日・110,000円かかります" in str(sheet["H3"].value)
    _again(output, lang="en")
    sheet = openpyxl.load_workbook(output)["Measure plan"]
    assert (sheet["D3"].value, sheet["G3"].value) == ("Budget (yen)", 1)


@pytest.mark.slow
def test_a_budget_that_is_no_amount_is_told_and_kept(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    _type_budget(output, "社長に確認", None)
    result = _again(output)
    (found,) = [finding for finding in result.findings if finding.code == "budget-unreadable"]
    assert (str(found.location), found.params) == ("対策計画!E3", {"found": "社長に確認"})
    assert openpyxl.load_workbook(output)["対策計画"]["E3"].value == "社長に確認"


@pytest.mark.slow
def test_plan_names_the_best_measures_within_a_budget(tmp_path: Path) -> None:
    form = write_form(small_form(), tmp_path / "form.xlsx")
    options = ("--budget", 150_000, "--effort", 5, "--today", "2026-11-21")
    text = invoke("plan", form, *options, code=0).stdout
    assert "  予算・工数の範囲で：この範囲で最も効果が大きいのは、次の1問です（約4人日・110,000円）。" in text
    document = json.loads(invoke("plan", form, *options, "--format", "json", code=0).stdout)
    budget = document["workbooks"][0]["budget"]
    assert budget["measures"] == ["対策状況チェック!E4"]
    assert (budget["spent"], budget["at_most"]) == ({"yen": 110_000.0, "days": 4.0}, {"yen": 200_000.0, "days": 6.0})
    assert budget["after"] == {"large": 1, "medium": 1, "small": 1, "unassessed": 0, "risk": 13}
    english = invoke("plan", form, *options, "--lang", "en", code=0).stdout
    assert "The best within it: the 1 measure below (about 4 person-days and 110,000 yen). Assets at" in english
    assert "; 1 fewer asset is at the level large." in english
    assert "effort small: 1 person-day and 10,000 yen;" in english
    for wrong in ("-1", "nan", "inf"):
        invoke("plan", form, "--budget", wrong, code=2)


# --- the profile ---


def test_a_profile_changes_the_classes(tmp_path: Path) -> None:
    form = write_form(small_form(), tmp_path / "form.xlsx")
    (tmp_path / "riskbook.toml").write_text(
        '[effort]\nsmall = { days = [1, 3], yen = [0, 0] }\nquestions = { "方針がある" = "small" }\n', encoding="utf-8"
    )
    measures = riskbook.assess(form, today=TODAY).assessment.roadmap.measures.set_index("question")
    assert measures["effort_class"].to_dict() == {
        "方針がある": "small",
        "アカウントを分けている": "small",
        "バックアップがある": "medium",
    }
    assert measures.loc["方針がある", ["days", "yen"]].tolist() == [2, 0]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("small = { days = [3, 1], yen = [0, 0] }", "effort.small.days"),
        ("huge = { days = [3, 1] }", "effort.huge"),
        ('kinds = { 99 = "small" }', "effort.kinds.99"),
        ('questions = { "方針がある" = "tiny" }', "effort.questions.方針がある"),
        ("yen_a_day = 0", "effort.yen_a_day"),
        ("small = { days = [0, inf], yen = [0, 0] }", "effort.small.days[1]"),
        ('small = { days = ["1", 2], yen = [0, 0] }', "effort.small.days[0]"),
        ('kinds = { roles = "small" }', "effort.kinds.roles"),
        ('words = { huge = ["ログ"] }', "effort.words.huge"),
    ],
)
def test_a_wrong_effort_names_its_key(table: str, key: str, tmp_path: Path) -> None:
    form = write_form(small_form(), tmp_path / "form.xlsx")
    (tmp_path / "riskbook.toml").write_text(f"[effort]\n{table}\n", encoding="utf-8")
    with pytest.raises(MethodError) as error:
        riskbook.assess(form, today=TODAY)
    assert error.value.params["key"] == key


@pytest.mark.slow
def test_text_over_riskbooks_cells_above_the_header_is_named_before_it_is_written_anew(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    openpyxl.load_workbook(output).save(output)  # what riskbook saved last is not searched
    assert not [f for f in _again(output).findings if f.code == "own-cell-overwritten"]
    book = openpyxl.load_workbook(output)
    sheet = book["対策計画"]
    sheet["D3"], sheet["E3"], sheet["H3"] = "予算は部長に確認", 300_000, "来月に見直す"
    book.save(output)
    result = _again(output)
    told = {str(f.location): f.params["found"] for f in result.findings if f.code == "own-cell-overwritten"}
    assert told == {"対策計画!D3": "予算は部長に確認", "対策計画!H3": "来月に見直す"}
    openpyxl.load_workbook(output).save(output)  # what riskbook saved last is not searched
    assert not [f for f in _again(output).findings if f.code == "own-cell-overwritten"]
