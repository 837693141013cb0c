"""The measure plan and the roadmap: what people fill in is preserved and counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

import riskbook
from tests.support.days import TODAY
from tests.support.forms import KINDS, MEDIA, PAPER, PC, Asset, Form
from tests.support.places import SAMPLES
from tests.support.plans import assessed_form, fill_measures, measure_lines, small_plan


@pytest.mark.slow
def test_the_sheet_says_what_to_do_and_why(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    lines = measure_lines(output)
    assert list(lines) == ["方針がある", "アカウントを分けている", "バックアップがある"]
    first = lines["方針がある"]
    assert first["段階"] == 1
    assert first["対策の種類"] == f"1 {KINDS[0]}"
    assert first["設問の行"] == "対策状況チェック!E4"
    assert first["関係する媒体"] == "すべての媒体"
    assert first["関係する資産"] == "3件：契約書、見積、帳簿"
    assert first["関連規程\n（付録5）"] == "規程を策定"
    assert lines["バックアップがある"]["関連規程\n（付録5）"] == "規程を強化"
    assert first["この段階の理由"] == (
        "この段階の1問（約4人日・110,000円）を実施すると、脆弱性が書類 2→1に下がり、リスク大の資産が1件減ります。"
        "段階1から2までは、続けて行うと手間のわりに効果が最も大きくなります（計3問）。"
    )
    roadmap = openpyxl.load_workbook(output)["対策の順序"]
    rows = [list(row) for row in roadmap.iter_rows(min_row=5, max_row=7, values_only=True)]
    assert [row[5:9] for row in rows] == [[2, 1, 0, 16], [1, 1, 1, 13], [0, 0, 3, 8]]
    assert rows[1][9] == "1件：契約書（6→3）"
    texts = [cell for row in roadmap.iter_rows(values_only=True) for cell in row]
    assert texts[texts.index("書類：脆弱性2、資産1件") + 1] == "1にするには1問"
    assert [type(chart).__name__ for chart in roadmap._charts] == ["LineChart", "ScatterChart"]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_what_people_type_is_kept_and_counts(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    typed = {"担当": "佐藤", "期限": datetime(2027, 3, 31), "状況": "実施中", "備考": "=稟議中"}
    fill_measures(output, {"方針がある": typed | {"備考": "稟議中"}, "バックアップがある": {"状況": "たぶん"}})
    again = riskbook.assess(output, today=TODAY)
    assert again.risks["planned"].tolist() == [3, 6, 4]
    assert [f.code for f in again.findings if f.code.startswith("measure")] == ["measure-state-unreadable"]
    again.save(tmp_path / "again.xlsx")
    kept = measure_lines(tmp_path / "again.xlsx")
    assert {key: kept["方針がある"][key] for key in typed} == typed | {"備考": "稟議中"}
    register = openpyxl.load_workbook(tmp_path / "again.xlsx")["リスク一覧"]
    at = [cell.value for cell in register[4]].index("計画後\nリスク")
    assert [row[at] for row in register.iter_rows(min_row=5, max_row=7, values_only=True)] == [3, 6, 4]
    once_more = riskbook.assess(tmp_path / "again.xlsx", today=TODAY).save(tmp_path / "more.xlsx")
    assert once_more.read_bytes() == (tmp_path / "again.xlsx").read_bytes()


@pytest.mark.slow
def test_a_measure_done_is_confirmed_by_the_check_sheet_and_then_stays_listed(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"方針がある": {"状況": "完了", "担当": "社長"}})
    again = riskbook.assess(output, today=TODAY)
    finding = next(f for f in again.findings if f.code == "measure-unconfirmed")
    assert str(finding.location) == "対策状況チェック!E4"
    again.save(output, force=True)
    book = openpyxl.load_workbook(output)
    book["対策状況チェック"]["E4"] = "1:実施している"
    book.save(output)
    mended = riskbook.assess(output, today=TODAY)
    assert not [f for f in mended.findings if f.code.startswith("measure")]
    assert mended.risks["risk"].tolist() == [3, 6, 4]
    mended.save(output, force=True)
    line = measure_lines(output)["方針がある"]
    assert (line["段階"], line["現在の回答"], line["状況"], line["担当"]) == (None, "1 実施している", "完了", "社長")
    assert line["この段階の理由"] == "対策状況チェックで実施済みです。"


@pytest.mark.slow
def test_reworded_and_vanished_questions_keep_what_was_typed(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"アカウントを分けている": {"担当": "鈴木"}, "バックアップがある": {"担当": "田中"}})
    book = openpyxl.load_workbook(output)
    book["対策状況チェック"]["D5"] = "アカウントを一人ずつ分けている"
    book["対策状況チェック"]["D6"] = "ログを見ている"
    book.save(output)
    again = riskbook.assess(output, today=TODAY)
    assert [f.code for f in again.findings if f.code.startswith("measure")] == ["measure-moved", "measure-orphaned"]
    again.save(output, force=True)
    lines = measure_lines(output)
    assert lines["アカウントを一人ずつ分けている"]["担当"] == "鈴木"
    assert lines["バックアップがある"]["担当"] == "田中"  # in the block below
    second = riskbook.assess(output, today=TODAY).save(tmp_path / "b.xlsx")
    assert measure_lines(second) == lines
    assert riskbook.assess(second, today=TODAY).save(tmp_path / "c.xlsx").read_bytes() == second.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kitahama-seiki", "harbour-design"])
def test_a_person_s_columns_notes_and_order_stay(name: str, tmp_path: Path) -> None:
    output = riskbook.assess(SAMPLES / f"{name}.xlsx", today=TODAY).save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    sheet = next(book[name] for name in book.sheetnames if name in ("対策計画", "Measure plan"))
    sheet.cell(4, 21).value = "予算"
    sheet.cell(6, 21).value = 120_000
    question = sheet.cell(6, 5).value
    book.save(output)
    again = riskbook.assess(output, today=TODAY).save(tmp_path / "again.xlsx")
    sheet = openpyxl.load_workbook(again)[sheet.title]
    row = next(row for row in sheet.iter_rows(min_row=5, values_only=True) if row[4] == question)
    assert (sheet.cell(4, 21).value, row[20]) == ("予算", 120_000)


def test_without_a_check_sheet_there_is_nothing_to_order(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台帳"
    for row in (["情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"], ["契約書", "書類", 3, 2, 1]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    result = riskbook.assess(tmp_path / "a.xlsx", today=TODAY)
    assert (result.assessment.roadmap.steps, result.risks["planned"].tolist()) == ((), [9])
    out = openpyxl.load_workbook(result.save(tmp_path / "out.xlsx"))
    assert out["対策計画"]["A5"].value == "対策状況チェックのシートがないため、対策の順序は求められません。"


@pytest.mark.slow
def test_equal_questions_keep_their_own_lines(tmp_path: Path) -> None:
    form = Form(
        {"台帳": [Asset("x", "a", PAPER, (3, 3, 3)), Asset("x", "b", PC, (3, 3, 3))]},
        [(medium, "脅威", 3) for medium in MEDIA],
        [(3, "施錠している", 3), (3, "施錠している", 3), (3, "施錠している", 3)],
        marks=["2", "0", "02"],
    )
    output = assessed_form(form, tmp_path).save(tmp_path / "out.xlsx")

    def owners() -> dict[str, Any]:
        sheet = openpyxl.load_workbook(output)["対策計画"]
        return {row[5]: row[16] for row in sheet.iter_rows(min_row=5, max_row=7, values_only=True)}

    book = openpyxl.load_workbook(output)
    for row in range(5, 8):
        book["対策計画"].cell(row, 17).value = f"担当 {book['対策計画'].cell(row, 6).value}"
    book.save(output)
    for _ in range(3):
        riskbook.assess(output, today=TODAY).save(output, force=True)
        assert owners() == {place: f"担当 {place}" for place in owners()}


@pytest.mark.slow
def test_a_measure_found_not_to_apply_keeps_its_line(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"方針がある": {"備考": "メモ"}})
    book = openpyxl.load_workbook(output)
    book["対策状況チェック"]["E4"] = "4:自社には該当しない"
    book.save(output)
    riskbook.assess(output, today=TODAY).save(output, force=True)
    line = measure_lines(output)["方針がある"]
    assert (line["現在の回答"], line["備考"]) == ("4 該当なし", "メモ")
    assert line["この段階の理由"] == "対策状況チェックで「該当しない」と回答されています。"


@pytest.mark.slow
@pytest.mark.parametrize(("column", "carried"), [(19, True), (5, False)])
def test_a_plan_without_one_of_its_columns_costs_nobody_his_words(column: int, carried: bool, tmp_path: Path) -> None:
    """Without the column of states the rest is carried over; without the questions the sheet stays as it is."""
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"方針がある": {"担当": "佐藤"}})
    book = openpyxl.load_workbook(output)
    book["対策計画"].delete_cols(column)
    book.save(output)
    again = riskbook.assess(output, today=TODAY)
    assert ("plan-unreadable" in {finding.code for finding in again.findings}) is not carried
    again.save(output, force=True)
    for _ in range(2):
        book = openpyxl.load_workbook(output)
        assert ("対策計画 (riskbook)" in book.sheetnames) is not carried
        assert "佐藤" in [cell for row in book["対策計画"].iter_rows(values_only=True) for cell in row]
        riskbook.assess(output, today=TODAY).save(output, force=True)


@pytest.mark.slow
def test_a_note_under_the_questions_stays(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    book["対策計画"]["E12"] = "経営会議で確認"
    book.save(output)
    for _ in range(2):
        riskbook.assess(output, today=TODAY).save(output, force=True)
        texts = [row[4] for row in openpyxl.load_workbook(output)["対策計画"].iter_rows(values_only=True)]
        assert texts.count("経営会議で確認") == 1


@pytest.mark.slow
def test_the_plans_follow_the_language_of_the_run(tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"方針がある": {"状況": "計画", "備考": "計画"}})
    for lang, title, states in (("en", "Measure plan", "Not started,"), ("ja", "対策計画", "未着手,")):
        result = riskbook.assess(output, today=TODAY, lang=lang)
        assert result.risks["planned"].tolist() == [3, 6, 4]
        result.save(output, force=True)
        sheet = openpyxl.load_workbook(output)[title]
        assert sheet["A1"].value.startswith(title)
        assert next(rule.formula1 for rule in sheet.data_validations.dataValidation).startswith(f'"{states}')
        assert [sheet.cell(5, column).value for column in (19, 20)] == ["計画", "計画"]


@pytest.mark.slow
@pytest.mark.parametrize("word", ["予定", "着手", "実施済み", "Planned", "done"])
def test_what_people_write_for_a_state_is_understood(word: str, tmp_path: Path) -> None:
    output = small_plan(tmp_path / "out.xlsx")
    fill_measures(output, {"方針がある": {"状況": word}})
    again = riskbook.assess(output, today=TODAY)
    assert "measure-state-unreadable" not in {finding.code for finding in again.findings}
    assert again.risks["planned"].tolist() == [3, 6, 4]


def _wide_form() -> Form:
    """Six open questions for paper; none alone lowers anything."""
    return Form(
        {"台帳": [Asset("x", "契約書", PAPER, (3, 3, 3))]},
        [(medium, "脅威", 3) for medium in MEDIA],
        [(1, f"質問その{n}", 3) for n in "一二三四五六"],
    )


def _answer(book: Any, *numbers: int) -> None:
    for number in numbers:
        book["対策状況チェック"].cell(3 + number, 5).value = "1:実施している"


@pytest.mark.slow
def test_additions_follow_their_lines_when_lines_leave(tmp_path: Path) -> None:
    output = assessed_form(_wide_form(), tmp_path).save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    sheet = book["対策計画"]
    assert [sheet.cell(row, 5).value for row in range(5, 11)] == [f"質問その{n}" for n in "一二三四五六"]
    sheet["U4"], sheet["V4"] = "日数", "費用"
    for row in range(5, 11):
        sheet.cell(row, 21).value, sheet.cell(row, 22).value = row, f"=U{row}*$U$4+U5"
    sheet["E6"].comment = Comment("二への注", "x")
    sheet["E9"].comment = Comment("五への注", "x")
    sheet["Q9"] = "情シス"
    sheet.merge_cells("Q9:Q10")
    sheet["U14"] = 12  # a total of somebody's
    _answer(book, 2, 3)
    book.save(output)
    for _ in range(2):
        riskbook.assess(output, today=TODAY).save(output, force=True)
        sheet = openpyxl.load_workbook(output)["対策計画"]
        at = {sheet.cell(row, 5).value: row for row in range(5, 20) if sheet.cell(row, 5).value}
        for place, number in enumerate("一二三四五六", start=5):
            row = at[f"質問その{number}"]
            assert sheet.cell(row, 21).value == place
            assert sheet.cell(row, 22).value == f"=U{row}*$U$4+U{at['質問その一']}"
        notes = {sheet.cell(row, 5).value: sheet.cell(row, 5).comment for row in at.values()}
        assert {name: note.text for name, note in notes.items() if note} == {
            "質問その二": "二への注",
            "質問その五": "五への注",
        }
        merged = at["質問その五"]
        assert [str(area) for area in sheet.merged_cells.ranges] == [f"Q{merged}:Q{merged + 1}"]
        assert 12 in [sheet.cell(row, 21).value for row in range(max(at.values()) + 1, sheet.max_row + 1)]


@pytest.mark.slow
def test_the_block_of_lost_questions_stays_one_through_other_programs(
    tmp_path: Path, recalculated: Callable[[Path], Path]
) -> None:
    output = assessed_form(_wide_form(), tmp_path).save(tmp_path / "out.xlsx")
    fill_measures(output, {"質問その二": {"担当": "情シス"}})
    book = openpyxl.load_workbook(output)
    book["対策状況チェック"]["D5"] = "まったく別のことがら"
    book.save(output)
    for lang in ("ja", "en", "ja"):
        riskbook.assess(output, today=TODAY, lang=lang).save(output, force=True)
        output.write_bytes(recalculated(output).read_bytes())
    sheet = openpyxl.load_workbook(output)["対策計画"]
    texts = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert texts.count("対策状況チェックに見つからなくなった設問の記入内容") == 1
    assert texts.count("情シス") == 1


@pytest.mark.slow
def test_what_was_typed_for_a_lost_question_never_goes_to_one_like_it(tmp_path: Path) -> None:
    output = assessed_form(_wide_form(), tmp_path).save(tmp_path / "out.xlsx")
    fill_measures(output, {"質問その二": {"担当": "工場長", "状況": "完了"}})
    book = openpyxl.load_workbook(output)
    book["対策状況チェック"].delete_rows(5)
    book["対策状況チェック"]["E4"] = "1:実施している"
    book.save(output)
    riskbook.assess(output, today=TODAY).save(output, force=True)
    for _ in range(2):
        lines = measure_lines(output)
        assert lines["質問その二"]["担当"] == "工場長"
        assert "質問その一" not in lines
        again = riskbook.assess(output, today=TODAY).save(tmp_path / "again.xlsx", force=True)
        assert again.read_bytes() == output.read_bytes()
        output.write_bytes(again.read_bytes())


@pytest.mark.slow
def test_a_finding_about_a_line_points_to_where_the_line_stands(tmp_path: Path) -> None:
    output = assessed_form(_wide_form(), tmp_path).save(tmp_path / "out.xlsx")
    fill_measures(output, {"質問その四": {"状況": "来年やる"}})
    book = openpyxl.load_workbook(output)
    _answer(book, 1, 2)
    book["対策計画"].title = "2026年度計画"
    book.save(output)
    result = riskbook.assess(output, today=TODAY)
    result.save(output, force=True)
    book = openpyxl.load_workbook(output)
    rows = [row for row in book["入力チェック"].iter_rows(values_only=True) if row[8] == "measure-state-unreadable"]
    sheet, _, cell = rows[0][2].rpartition("!")
    assert book[sheet][cell].value == "来年やる"
    assert riskbook.assess(output, today=TODAY).save(tmp_path / "b.xlsx").read_bytes() == output.read_bytes()
