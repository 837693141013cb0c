"""`riskbook new --from`: the blank form of any method, filled in with what stands in another workbook or list."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import riskbook
from riskbook.forms import form_from
from riskbook.method import load_form, load_method
from riskbook.settings import Settings
from tests.support.books import write_book
from tests.support.commands import invoke
from tests.support.days import TODAY
from tests.support.places import HARBOUR, KITAHAMA

LIST = "情報資産名称,媒体・保存先,機密性,完全性,可用性,保存期限\n顧客名簿,書類,3,2,1,5年\n=1+1,クラウド,2,2,2,永年\n"
CARRIED = ["business", "name", "note", "users", "department", "medium", "personal", "sensitive", "my_number",
           "confidentiality", "integrity", "availability", "importance"]  # fmt: skip


@pytest.mark.slow
def test_ledger_threats_and_answers_are_carried_over(tmp_path: Path) -> None:
    issued = form_from(tmp_path / "form.xlsx", KITAHAMA, Settings(), lang="ja")
    before, after = (riskbook.assess(path, today=TODAY) for path in (KITAHAMA, issued.path))
    assert after.risks[CARRIED].astype(object).equals(before.risks[CARRIED].astype(object))
    assert after.risks["threat"].tolist() == before.risks["threat"].tolist()
    answered = after.assessment.ledger.checks
    given = before.assessment.ledger.checks
    assert answered is not None
    assert given is not None
    carried = answered[answered["answered"]]
    assert sorted(carried["answer"]) == sorted(given["answer"])
    by_kind = [frame.groupby("number")["answer"].apply(sorted).to_dict() for frame in (carried, given)]
    assert by_kind[0] == by_kind[1]
    assert issued.carried.counts()["assets"] == len(before.risks)
    # From a form of the same kind everything is carried over, so the results are the same.
    again = form_from(tmp_path / "again.xlsx", issued.path, Settings(), lang="ja")
    assert riskbook.assess(again.path, today=TODAY).risks["risk"].tolist() == after.risks["risk"].tolist()
    assert not again.carried.left


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_into_another_language_and_edition(lang: str, tmp_path: Path) -> None:
    settings = Settings(riskbook.load_method("ipa-4.0"))
    issued = form_from(tmp_path / "form.xlsx", HARBOUR, settings, lang=lang)
    before, after = (riskbook.assess(path, today=TODAY) for path in (HARBOUR, issued.path))
    assert after.risks["importance"].tolist() == before.risks["importance"].tolist()
    assert after.risks["medium"].tolist() == before.risks["medium"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_a_list_in_any_usual_form(encoding: str, sign: str, tmp_path: Path) -> None:
    source = tmp_path / "一覧.csv"
    source.write_bytes(LIST.replace(",", sign).encode(encoding))
    result = invoke("new", tmp_path / "form.xlsx", "--from", source, "--lang", "ja", code=0)
    assert "資産2件" in result.stdout
    risks = riskbook.assess(tmp_path / "form.xlsx", today=TODAY).risks
    assert risks[["name", "medium", "importance"]].values.tolist() == [
        ["顧客名簿", "書類", 3],
        ["=1+1", "社外サーバー", 2],
    ]
    cell = openpyxl.load_workbook(tmp_path / "form.xlsx")["情報資産管理台帳"]["B7"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")  # no formula of somebody else's


@pytest.mark.slow
def test_what_could_not_be_carried_over_is_listed(tmp_path: Path) -> None:
    headers = ["管理番号", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性", "脅威", "対策費用", "色"]
    rows = [
        headers,
        ["A1", "図面", "金庫室", "極秘", 2, 1, 3, 50000, "赤"],
        ["A2", "名簿", "書類", 2, 1, 1, 2, None, None],
    ]
    source = write_book(tmp_path / "a.xlsx", 台帳=rows)
    result = invoke("new", tmp_path / "form.xlsx", "--from", source, "--lang", "ja", code=0)
    assert "引き継げなかった内容" in result.stdout
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    listed = {row[0]: row[1] for row in book["引き継げなかった内容"].iter_rows(min_row=5, max_col=2, values_only=True)}
    assert set(listed) == {"台帳!A2", "台帳!D2", "台帳!G2", "台帳!H2", "台帳!I1"}
    assert "極秘" in listed["台帳!D2"]
    ledger = book["情報資産管理台帳"]
    assert [ledger[cell].value for cell in ("B6", "F6", "J6", "K6")] == ["図面", "金庫室", None, 2]
    # The list is no ledger: the form is read as any other.
    assert len(riskbook.assess(tmp_path / "form.xlsx", today=TODAY).risks) == 2


@pytest.mark.slow
def test_a_profile_explains_the_source(tmp_path: Path) -> None:
    rows = [["品目", "媒体・保存先", "機密性(1-5)", "完全性(1-5)", "可用性(1-5)"], ["図面", "書類", 5, 2, 1]]
    source = write_book(tmp_path / "a.xlsx", 台帳=rows)
    (tmp_path / "family.toml").write_text(
        'columns."品目" = "name"\nscale.evaluation = { 5 = 3, 4 = 3, 3 = 2, 2 = 2, 1 = 1 }', "utf-8"
    )
    invoke("new", tmp_path / "f.xlsx", "--from", source, "--profile", tmp_path / "family.toml", "--lang", "ja", code=0)
    row = riskbook.assess(tmp_path / "f.xlsx", today=TODAY).risks.iloc[0]
    assert [row[field] for field in ("name", "confidentiality", "integrity", "availability")] == ["図面", 3, 2, 1]


@pytest.mark.slow
def test_each_ledger_has_its_own_sheet_and_more_assets_than_the_form_prepares(tmp_path: Path) -> None:
    headers = ["情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"]
    many = [headers, *([f"資産{n}", "書類", 1 + n % 3, 1, 1] for n in range(400))]
    source = write_book(tmp_path / "a.xlsx", 営業部=many, 総務部=[headers, ["社内報", "書類", 1, 1, 1]])
    issued = form_from(tmp_path / "form.xlsx", source, Settings(), lang="ja")
    before, after = (riskbook.assess(path, today=TODAY) for path in (source, issued.path))
    assert after.risks["name"].tolist() == before.risks["name"].tolist()
    assert after.risks["importance"].tolist() == before.risks["importance"].tolist()
    assert after.risks["sheet"].nunique() == 2


def test_from_excludes_what_the_source_decides(tmp_path: Path) -> None:
    invoke("new", tmp_path / "f.xlsx", "--from", KITAHAMA, "--departments", "a,b", code=2)
    invoke("new", tmp_path / "f.xlsx", "--from", tmp_path / "none.xlsx", code=3)


@pytest.mark.slow
def test_a_second_answer_to_a_question_of_the_form_is_carried_over_as_the_firms_own(tmp_path: Path) -> None:
    asked = next(iter(load_form(load_method()).questions)).items[0]["ja"]
    checks = [
        ["対策の種類", "設問", "回答"],
        *(["1 組織的対策", asked, answer] for answer in ("1:実施している", "3:実施していない")),
    ]
    ledger = [["情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"], ["図面", "書類", 2, 1, 1]]
    issued = form_from(
        tmp_path / "f.xlsx", write_book(tmp_path / "a.xlsx", 台帳=ledger, 点検=checks), Settings(), lang="ja"
    )
    assert (issued.carried.answers[asked], issued.carried.own_questions[0].answer) == (1, 3)


@pytest.mark.slow
def test_a_form_whose_rows_were_left_out_is_not_called_empty(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(riskbook.new_form(tmp_path / "form.xlsx", lang="ja"))
    book["情報資産管理台帳"]["B6"] = "※来月記入"
    book.save(tmp_path / "form.xlsx")
    codes = {finding.code for finding in riskbook.read(tmp_path / "form.xlsx").findings}
    assert "row-ignored" in codes
    assert "form-empty" not in codes


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_form_says_nothing_about_its_own_layout(lang: str, tmp_path: Path) -> None:
    issued = form_from(tmp_path / "form.xlsx", HARBOUR, Settings(), lang=lang)
    result = riskbook.assess(issued.path, today=TODAY)
    assert len(result.risks) == 8
    assert not [finding.code for finding in result.findings if finding.severity == "info"]
