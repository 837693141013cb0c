"""The files for CISO Assistant: their columns and values are those that its documentation names."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml

import riskbook
from riskbook.exports import export_files
from riskbook.method import available_methods, load_method
from riskbook.text import LANGUAGES
from tests.support.books import write_book
from tests.support.days import TODAY
from tests.support.forms import PAPER, PC, Asset
from tests.support.places import CLINIC, KITAHAMA
from tests.support.plans import assessed_form, fill_measures, form_of, small_form, small_plan
from tests.support.workbooks import assessed_once, columns_of

# The documentation of the import (data import wizard; data_wizard_analysis.md), as of August 2026.
WIZARD = {
    "assets.csv": {"ref_id", "name", "type", "domain", "description", "business_value", "reference_link", "observation",
                   "parent_assets", "filtering_labels"},
    "applied-controls.csv": {"ref_id", "name", "description", "category", "domain", "status", "priority", "csf_function",
                             "eta", "expiry_date", "start_date", "link", "effort", "control_impact", "reference_control",
                             "filtering_labels", "observation"},
    "risk-assessment.csv": {"ref_id", "name", "description", "inherent_impact", "inherent_proba", "current_impact",
                            "current_proba", "residual_impact", "residual_proba", "existing_applied_controls",
                            "additional_controls", "treatment", "filtering_labels", "justification", "assets"},
}  # fmt: skip
STATUSES = {"to_do", "in_progress", "on_hold", "active", "deprecated"}
TREATMENTS = {"open", "mitigate", "accept", "avoid", "transfer"}
EFFORTS = {"XS", "S", "M", "L", "XL", ""}


def files_of(result: riskbook.AssessedWorkbook, lang: str = "ja") -> dict[str, bytes]:
    return export_files(result, "ciso-assistant", lang)


def rows(data: bytes) -> list[dict[str, Any]]:
    """The rows of a file; CISO Assistant guesses the delimiter from the beginning of it, and reads it with pandas."""
    delimiter = csv.Sniffer().sniff(data[:8192].decode("utf-8-sig", "replace"), delimiters=",;\t|").delimiter
    assert delimiter == ","
    read = (
        pd.read_csv(io.BytesIO(data), sep=delimiter, encoding="utf-8-sig").astype(object).fillna("").to_dict("records")
    )
    return [{name: str(value).removesuffix(".0") for name, value in row.items()} for row in read]


def names_in(cell: str) -> set[str]:
    """The names in a list: it is cut at lines, commas, semicolons and pipes."""
    return set(re.split("[|\n;,]", cell)) - {""}


def matrix_of(files: dict[str, bytes]) -> dict[str, Any]:
    [matrix] = yaml.safe_load(files["risk-matrix.yaml"])["objects"]["risk_matrices"]
    return dict(matrix)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("sample", [KITAHAMA, CLINIC], ids=lambda path: path.stem)
def test_columns_and_values_are_those_of_the_documentation(sample: Path, lang: str) -> None:
    files = files_of(assessed_once(sample), lang)
    for name, documented in WIZARD.items():
        found = rows(files[name])
        assert set(found[0]) <= documented
        assert all(row["name"] and len(row["name"]) <= 200 for row in found)
        assert len({row["ref_id"] for row in found}) == len({row["name"] for row in found}) == len(found)
    matrix = matrix_of(files)
    impacts, probabilities = ({level["name"] for level in matrix[axis]} | {"--"} for axis in ("impact", "probability"))
    assets, controls = ({row["name"] for row in rows(files[name])} for name in ("assets.csv", "applied-controls.csv"))
    for row in rows(files["risk-assessment.csv"]):
        assert row["name"] in assets
        assert row["treatment"] in TREATMENTS
        assert {row["current_impact"], row["residual_impact"]} <= impacts
        assert {row["current_proba"], row["residual_proba"]} <= probabilities
        assert names_in(row["assets"]) == {row["name"]}
        assert names_in(f"{row['existing_applied_controls']}\n{row['additional_controls']}") <= controls
    for row in rows(files["applied-controls.csv"]):
        assert row["status"] in STATUSES
        assert row["effort"] in EFFORTS
        assert row["priority"] in ("", "1", "2", "3", "4")


def test_a_small_form_row_by_row(tmp_path: Path) -> None:
    files = files_of(assessed_form(small_form(), tmp_path))
    assert [(row["name"], row["type"]) for row in rows(files["assets.csv"])] == [
        ("契約書", "PR"),
        ("見積", "PR"),
        ("帳簿", "PR"),
    ]
    scenarios = rows(files["risk-assessment.csv"])
    levels = ("current_impact", "current_proba", "residual_impact", "residual_proba", "treatment")
    assert [[row[name] for name in levels] for row in scenarios] == [
        ["重要度 3", "被害発生可能性 2", "--", "--", "open"],
        ["重要度 3", "被害発生可能性 2", "--", "--", "open"],
        ["重要度 2", "被害発生可能性 2", "--", "--", "open"],
    ]
    assert scenarios[1]["existing_applied_controls"] == "2-4 教育している"
    assert scenarios[1]["additional_controls"].split("\n") == [
        "1-1 方針がある",
        "4-2 アカウントを分けている",
        "7-3 バックアップがある",
    ]
    assert [
        (row["ref_id"], row["status"], row["priority"], row["effort"]) for row in rows(files["applied-controls.csv"])
    ] == [
        ("1-1", "to_do", "1", "M"),
        ("4-2", "to_do", "2", "S"),
        ("7-3", "in_progress", "2", "M"),
        ("2-4", "active", "", ""),
    ]


@pytest.mark.slow
def test_decisions_and_states_of_the_plans_arrive(tmp_path: Path) -> None:
    path = small_plan(tmp_path / "result.xlsx")
    fill_measures(path, {"方針がある": {"担当": "佐藤", "期限": "2027/3/31", "状況": "実施中"}})
    book = openpyxl.load_workbook(path)
    sheet = book["対応計画"]
    columns = columns_of(sheet)
    decided = {}
    for row, word in enumerate(("保有", "回避", "低減"), start=5):
        sheet.cell(row, columns["決定"]).value = word
        sheet.cell(row, columns["理由"]).value = f"{word}の理由"
        decided[sheet.cell(row, columns["情報資産名称"]).value] = word
    book.save(path)
    files = files_of(riskbook.assess(path, today=TODAY))
    found = {row["name"]: row for row in rows(files["risk-assessment.csv"])}
    there = {"保有": "accept", "回避": "avoid", "低減": "mitigate"}
    assert {name: found[name]["treatment"] for name in decided} == {name: there[word] for name, word in decided.items()}
    assert {row["justification"] for row in found.values()} == {f"{word}の理由" for word in decided.values()}
    controls = {decided[name]: row["additional_controls"] for name, row in found.items()}
    assert (controls["保有"], controls["回避"]) == ("", "")
    assert "1-1 方針がある" in controls["低減"]
    left = {decided[name]: (row["residual_impact"], row["residual_proba"]) for name, row in found.items()}
    impacts = {decided[name]: row["current_impact"] for name, row in found.items()}
    assert left["回避"] == ("--", "--")  # no field of the matrix has the risk 0
    assert left["低減"] == (impacts["低減"], "被害発生可能性 1")
    [control] = [row for row in rows(files["applied-controls.csv"]) if row["name"] == "1-1 方針がある"]
    assert (control["status"], control["eta"]) == ("in_progress", "2027-03-31")
    assert "担当：佐藤" in control["description"]


def test_an_asset_that_is_not_assessed_has_no_grade(tmp_path: Path) -> None:
    form = form_of([Asset("営業", "不明", PC, (None, None, None))])
    files = files_of(assessed_form(form, tmp_path))
    [row] = rows(files["risk-assessment.csv"])
    assert {row[name] for name in ("current_impact", "current_proba", "residual_impact", "residual_proba")} == {"--"}


def test_assets_of_one_name_are_told_apart(tmp_path: Path) -> None:
    assets = [Asset("営業", "名簿, 控え; A|B", medium, (3, 1, 1)) for medium in (PAPER, PC, PC)]
    found = rows(files_of(assessed_form(form_of(assets), tmp_path))["assets.csv"])
    first, second, third = (row["name"] for row in found)
    assert first == "名簿， 控え； A｜B (書類)"
    assert second.startswith("名簿， 控え； A｜B (事務所PC")
    assert second != third


def test_names_and_references_survive_how_they_are_read_there(tmp_path: Path) -> None:
    """pandas takes 001 for 1 and NA for nothing; names are compared without regard to case."""
    path = write_book(
        tmp_path / "a.xlsx",
        台帳=[
            ("管理番号", "業務分類", "情報資産名称", "媒体・保存先", "機密性", "完全性", "可用性"),
            ("001", "営業", "NA", "書類", 3, 1, 1),
            ("002", "営業", "nas", "書類", 3, 1, 1),
            ("003", "営業", "NAS", "書類", 3, 1, 1),
        ],
    )
    found = rows(files_of(riskbook.assess(path, today=TODAY))["assets.csv"])
    assert [row["ref_id"] for row in found] == ["RB-001", "RB-002", "RB-003"]
    assert found[0]["name"] == "NA (書類)"
    assert len({row["name"].casefold() for row in found}) == 3


def test_the_matrix_is_no_json_to_who_looks_at_its_beginning() -> None:
    """The upload there looks at the first bytes, and takes no JSON."""
    for lang in LANGUAGES:
        data = files_of(assessed_once(KITAHAMA), lang)["risk-matrix.yaml"]
        assert data.startswith(b"# ")
        assert yaml.safe_load(data)["urn"] == f"urn:riskbook:risk:library:ipa-3-1-{lang}"


@pytest.mark.slow
def test_references_stay_when_grades_and_order_change(tmp_path: Path) -> None:
    def ids(name: str, assets: list[Asset]) -> dict[str, str]:
        (tmp_path / name).mkdir()
        return {
            row["name"]: row["ref_id"]
            for row in rows(files_of(assessed_form(form_of(assets), tmp_path / name))["assets.csv"])
        }

    paper, screen = Asset("営業", "契約書", PAPER, (3, 1, 1)), Asset("経理", "帳簿", PC, (2, 2, 2))
    before = ids("before", [paper, screen])
    assert (
        ids("after", [Asset("経理", "帳簿", PC, (3, 3, 3)), Asset("総務", "名簿", PC, (1, 1, 1)), paper]).items()
        > before.items()
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", available_methods())
def test_the_matrix_gives_each_field_the_level_of_the_method(name: str, lang: str, tmp_path: Path) -> None:
    method = load_method(name)
    result = assessed_form(small_form(), tmp_path, method=name)
    matrix = matrix_of(files_of(result, lang))
    impacts, likelihoods = (method.scale_of(factor).ascending for factor in ("importance", "likelihood"))
    for y, likelihood in enumerate(likelihoods):
        for x, importance in enumerate(impacts):
            level = method.level_of(method.risk(importance, likelihood))
            assert level is not None
            assert matrix["risk"][matrix["grid"][y][x]]["name"] == level.word[lang]
    assert [level["id"] for level in matrix["risk"]] == list(range(len(method.levels)))


def test_the_matrix_of_the_guideline() -> None:
    assert matrix_of(files_of(assessed_once(KITAHAMA), "en"))["grid"] == [[0, 0, 0], [0, 1, 2], [0, 2, 2]]
