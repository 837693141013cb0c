"""The forms come out exactly as their answers say; the samples tell their stories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.forms import write_form
from tests.support.places import CLINIC, FORMS, HARBOUR, KITAHAMA, SAMPLES
from tests.support.workbooks import assessed_once
from tests.tools.make_samples import FIRMS


def _expected_forms() -> list[Any]:
    """The forms that come with their right answers; one skipped entry that says so where they are absent."""
    found = [pytest.param(path, id=path.stem) for path in sorted(FORMS.glob("*.xlsx"))]
    return found or [pytest.param(None, marks=pytest.mark.skip(reason=f"no forms in {FORMS}"))]


@pytest.mark.parametrize("path", _expected_forms())
def test_form_has_the_expected_assets_and_findings(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    result = assessed_once(path)
    found = {(row["sheet"], row["row"]): row for row in result.risks.to_dict("records")}
    assert set(found) == {(asset["sheet"], asset["row"]) for asset in expected["assets"]}
    for asset in expected["assets"]:
        row = found[asset["sheet"], asset["row"]]
        assert {key: row[key] for key in asset} == asset
    placed = {(f.code, f.location.sheet_name, f.location.cell_ref) for f in result.findings}
    listed = {(f["code"], f["sheet"], f["cell"]) for f in expected["findings"]}
    assert listed <= placed
    assert {entry for entry in placed if entry[0] in {code for code, _, _ in listed}} == listed
    assert sorted({f.code for f in result.findings}) == expected["codes"]
    assert {level: n for level, n in result.summary.items() if level != "unassessed"} == expected["summary"]


def test_kitahama_has_serious_risks_and_every_treatment() -> None:
    result = assessed_once(KITAHAMA)
    assert len(result.risks) == 45
    assert set(result.risks["treatment"]) == {"reduce", "retain", "avoid", "transfer"}
    by_name = result.risks[result.risks["medium"] == "可搬電子媒体"].set_index("name")
    assert by_name.loc["顧客台帳", ["risk", "treatment", "residual"]].tolist() == [9, "avoid", 0]
    assert by_name.loc["製品設計図（CAD）", ["risk", "treatment"]].tolist() == [6, "reduce"]  # a backup is kept
    assert result.assessment.ledger.company == "北浜精機株式会社"


def test_clinic_has_three_ledgers_and_says_what_is_wrong_by_cell() -> None:
    result = assessed_once(CLINIC)
    assert result.risks["sheet"].unique().tolist() == ["台帳_受付", "台帳_診療", "台帳_事務"]
    places = {(f.code, f.location.sheet_name, f.location.cell_ref) for f in result.findings}
    assert ("personal-info-confidentiality", "台帳_受付", "J8") in places
    assert ("cia-missing", "台帳_診療", "L9") in places
    assert ("medium-normalised", "台帳_受付", "F6") in places


def test_english_form_is_answered_in_english() -> None:
    result = assessed_once(HARBOUR)
    assert result.lang == "en"
    assert result.findings == ()
    assert result.risks["medium"].tolist()[0] == "社外サーバー"  # the canonical name
    assert result.assessment.ledger.company == "Harbour Design Ltd."


@pytest.mark.slow
def test_samples_are_what_the_script_makes(tmp_path: Path) -> None:
    for name, make in FIRMS.items():
        fresh = openpyxl.load_workbook(write_form(make(), tmp_path / name))
        kept = openpyxl.load_workbook(SAMPLES / name)
        assert fresh.sheetnames == kept.sheetnames
        for sheet in fresh:
            assert [[c.value for c in row] for row in sheet] == [[c.value for c in row] for row in kept[sheet.title]]
