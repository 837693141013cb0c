"""The small workbooks on which riskbook failed: what is right for each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import riskbook
from tests.support.days import TODAY
from tests.support.places import CASES

_UNASSESSED = "unassessed"


def _case(name: str) -> Any:
    """A case by its file's name; skipped where the folder is absent."""
    path = CASES / f"{name}.xlsx"
    missing = pytest.mark.skip(reason=f"no cases in {CASES}")
    return pytest.param(path, id=name, marks=() if path.is_file() else missing)


def _levels(result: riskbook.AssessedWorkbook) -> dict[str, str]:
    return dict(zip(result.risks["name"], result.risks["level"], strict=True))


def _assess(path: Path) -> riskbook.AssessedWorkbook:
    return riskbook.assess(path, today=TODAY)


@pytest.mark.parametrize("path", [_case(name) for name in ("w01_ipa31", "x5_02", "x5_03")])
def test_the_check_sheet_is_found(path: Path) -> None:
    result = _assess(path)
    assert result.summary == {"large": 3, "medium": 0, "small": 4, _UNASSESSED: 0}
    assert result.findings == ()


@pytest.mark.parametrize(
    "path",
    [
        _case(name)
        for name in (
            "w02_ipa21_scale012",
            "w04_isms_1to4",
            "w10b_school_reverse",
            "w13b_5level_cia",
            "x1_5level_low_only",
            "x6_scale012_zero",
            "y2_criteria_sheet5",
        )
    ],
)
def test_nothing_is_computed_on_another_scale(path: Path) -> None:
    result = _assess(path)
    assert set(result.risks["level"]) == {_UNASSESSED}
    assert [f.severity for f in result.findings if f.code == "scale-foreign"] == ["error"]


@pytest.mark.parametrize("path", [_case("w04_isms_1to4")])
def test_every_column_of_that_ledger_is_understood(path: Path) -> None:
    (table,) = _assess(path).assessment.ledger.tables
    assert set(table.columns) == {
        "asset_id", "business", "name", "owner", "medium", "confidentiality", "integrity", "availability", "threat", "vulnerability",
    }  # fmt: skip


@pytest.mark.parametrize("path", [_case("w07_product27")])
def test_threat_and_vulnerability_levels_are_understood_and_a_note_is_no_asset(path: Path) -> None:
    result = _assess(path)
    rows = result.risks.set_index("name")
    assert rows.loc["HMI端末", ["importance", "threat", "vulnerability", "risk"]].tolist() == [2, 2, 2, 2]
    assert len(rows) == 6
    notes = [f for f in result.findings if f.message_key == "row-ignored.note"]
    assert [(str(f.location), f.severity) for f in notes] == [("リスク一覧!A11", "info")]
    assert [f.params["text"] for f in result.findings if f.code == "column-ignored"] == ["判定"]


@pytest.mark.parametrize("path", [_case("w08_pmark"), _case("x4_name_and_medium_only")])
def test_a_register_without_ratings_is_to_be_completed(path: Path) -> None:
    result = _assess(path)
    assert set(result.risks["level"]) == {_UNASSESSED}
    (finding,) = [f for f in result.findings if f.code == "evaluations-missing"]
    message, fix = result.words(finding)
    assert all(word in message for word in ("機密性", "重要度", "備考" if "w08" in path.name else "媒体・保存先"))
    assert "列を追加" in fix


@pytest.mark.parametrize("path", [_case("w10c_reverse_labels")])
def test_a_label_against_its_number_is_not_read(path: Path) -> None:
    result = _assess(path)
    assert _levels(result) == dict.fromkeys(("役員会議事録", "パンフレット", "給与"), _UNASSESSED)
    assert {"cia-out-of-range", "scale-foreign"} & {f.code for f in result.findings}


@pytest.mark.parametrize("path", [_case("w14_en_multi")])
def test_each_table_is_read_by_its_own_headers(path: Path) -> None:
    result = _assess(path)
    found = result.risks[["row", "name", "owner", "importance"]].astype(object)
    assert found.where(found.notna(), None).values.tolist() == [
        [5, "Customer data", "Head of Sales", 3],
        [6, "Press photos", "Marketing", None],
        [7, "Payroll", "HR", 3],
        [11, "CRM", "IT", 3],
        [12, "Intranet", "IT", 2],
        [16, "Server room", "IT", 3],
    ]


@pytest.mark.parametrize("path", [_case("x2_odd_values")])
def test_a_cell_with_more_than_a_grade_is_not_read(path: Path) -> None:
    assert {name for name, level in _levels(_assess(path)).items() if level != _UNASSESSED} == {"資産②", "資産3.0"}


@pytest.mark.parametrize("path", [_case("x3_top_class_words")])
def test_unknown_words_are_not_the_lowest_grade(path: Path) -> None:
    assert set(_assess(path).risks["level"]) == {_UNASSESSED}


@pytest.mark.parametrize("path", [_case("y1_legend_rows")])
def test_explanations_around_the_table_are_no_assets(path: Path) -> None:
    result = _assess(path)
    assert result.risks[["name", "risk"]].values.tolist() == [["顧客台帳", 9], ["見積", 6]]
    assert not [f for f in result.findings if f.severity == "error" or f.message_key == "row-ignored.stray"]
