"""The computation against a plain restatement of the rules, over whole workbooks and over random ones."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import riskbook
from tests.support.days import TODAY
from tests.support.examples import examples
from tests.support.forms import APPLIES, CLOUD, MEDIA, PAPER, PC, SERVER, USB, Asset, Form, write_form

ALL_THREE = [(medium, "脅威", 3) for medium in MEDIA]
NOTHING_DONE = [(kind, f"設問{kind}", 3) for kind in range(1, 12)]


def _assess(folder: Path, assets: list[Asset], **form: Any) -> riskbook.AssessedWorkbook:
    threats = form.pop("threats", ALL_THREE)
    answers = form.pop("answers", NOTHING_DONE)
    strict = form.pop("strict", False)
    path = write_form(Form({"台帳": assets}, threats, answers, **form), folder / "form.xlsx")
    return riskbook.assess(path, today=TODAY, strict=strict)


def _codes(result: riskbook.AssessedWorkbook) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for finding in result.findings:
        codes.setdefault(finding.code, []).append(finding.location.cell_ref)
    return codes


# --- a plain restatement, one asset at a time ---


def _oracle(asset: Asset, threats: list[tuple[str, str, int]], answers: list[tuple[int, str, int]]) -> tuple[int, ...]:
    threat = max(f for medium, _, f in threats if medium == asset.medium)
    place = str(MEDIA.index(asset.medium))
    counted = [a for kind, _, a in answers if place in APPLIES[kind - 1] and a != 4]
    done2 = sum({1: 2, 2: 1, 3: 0}[a] for a in counted)
    if not counted or done2 * 10 <= 4 * len(counted):
        vulnerability = 3
    else:
        vulnerability = 1 if done2 == 2 * len(counted) else 2
    likelihood = 1 if 1 in (threat, vulnerability) else threat + vulnerability - 3
    importance = max(asset.cia)
    return importance, threat, vulnerability, likelihood, importance * likelihood


_level = st.sampled_from([1, 2, 3])
_assets = st.lists(
    st.builds(
        Asset,
        st.sampled_from(["営業", "経理"]),
        st.text("あいうえお", min_size=1, max_size=3),
        st.sampled_from(MEDIA),
        st.tuples(_level, _level, _level),
    ),
    min_size=1,
    max_size=8,
)
_answers = st.lists(
    st.tuples(st.integers(1, 11), st.just("設問"), st.sampled_from([1, 2, 3, 4])), min_size=1, max_size=30
)
_frequencies = st.lists(_level, min_size=6, max_size=12)


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(assets=_assets, answers=_answers, frequencies=_frequencies, columns=st.booleans())
def test_every_asset_gets_what_the_rules_say(
    assets: list[Asset], answers: list[tuple[int, str, int]], frequencies: list[int], columns: bool
) -> None:
    threats = sorted(
        ((MEDIA[place % 6], f"脅威{place}", value) for place, value in enumerate(frequencies)),
        key=lambda t: MEDIA.index(t[0]),
    )
    with tempfile.TemporaryDirectory() as folder:
        result = _assess(Path(folder), assets, threats=threats, answers=answers, media_columns=columns)
        rows = result.risks
        assert len(rows) == len(assets)
        for asset, row in zip(assets, rows.to_dict("records"), strict=True):
            found = tuple(row[name] for name in ("importance", "threat", "vulnerability", "likelihood", "risk"))
            assert found == _oracle(asset, threats, answers)
            assert row["residual"] <= row["risk"]
            assert (row["level"], row["treatment"] is None) == (
                "large" if row["risk"] >= 6 else "medium" if row["risk"] == 4 else "small",
                False,
            )


# --- vulnerability at its bounds ---


@pytest.mark.parametrize(
    ("answers", "vulnerability"),
    [
        ([1, 1, 1], 1),
        ([1, 4, 4], 1),
        ([2, 2, 2], 2),
        ([1, 3, 3, 3, 3], 3),
        ([2, 3, 3, 3, 3], 3),
        ([2, 2, 3, 3, 3], 3),
        ([1, 2, 3, 3, 3], 2),
        ([4, 4], 3),
        ([1] * 99 + [2], 2),
    ],
)
def test_vulnerability_at_its_bounds(answers: list[int], vulnerability: int, tmp_path: Path) -> None:
    given_ = [(1, f"設問{n}", answer) for n, answer in enumerate(answers)]
    result = _assess(tmp_path, [Asset("営業", "顧客台帳", PAPER, (3, 3, 3))], answers=given_)
    assert result.risks["vulnerability"].tolist() == [vulnerability]
    assert ("check-none-applicable" in _codes(result)) == (set(answers) == {4})


# --- which value counts ---


def test_a_number_typed_into_the_row_wins(tmp_path: Path) -> None:
    rows = [
        Asset("営業", "a", PAPER, (3, 3, 3), typed={"threat": 1, "vulnerability": 2}),
        Asset("営業", "b", PAPER, (3, 3, 3)),
    ]
    result = _assess(tmp_path, rows)
    assert result.risks["threat"].tolist() == [1, 3]
    assert result.risks["threat_source"].tolist() == ["row", "sheet"]
    assert _codes(result)["formula-overwritten"] == ["P5", "Q5"]


def test_cached_values_count_where_the_sheets_are_missing(tmp_path: Path) -> None:
    result = _assess(tmp_path, [Asset("営業", "a", PAPER, (3, 3, 3), typed={})], threats=[], answers=[])
    # the form's formulas found nothing to look up: threat stayed blank, vulnerability had no answers
    assert result.risks["threat_source"].tolist() == ["unknown"]
    assert result.risks["threat"].tolist() == [3]
    assert {"threat-sheet-missing", "check-sheet-missing", "threat-unknown"} <= set(_codes(result))


def test_a_zero_that_a_formula_without_inputs_shows_says_nothing(tmp_path: Path) -> None:
    asset = Asset("営業", "a", PAPER, (3, 3, 3), typed={"threat": "=1-1", "vulnerability": ""})
    result = _assess(tmp_path, [asset], threats=[], answers=[])
    assert result.risks["threat_source"].tolist() == ["unknown"]
    assert result.risks["threat"].tolist() == [3]


def test_strict_leaves_unknown_unassessed(tmp_path: Path) -> None:
    result = _assess(tmp_path, [Asset("営業", "a", PAPER, (3, 3, 3))], threats=[(USB, "紛失", 3)], strict=True)
    assert result.summary["unassessed"] == 1
    assert _codes(result)["value-assumed"] == ["P5"]
    assert result.risks["residual"].isna().all()


def test_the_worst_of_two_media_counts(tmp_path: Path) -> None:
    threats = [(PAPER, "盗難", 1), (PC, "感染", 3)]
    result = _assess(tmp_path, [Asset("営業", "a", "書類、事務所PC", (3, 3, 3))], threats=threats)
    assert result.risks[["medium", "threat", "risk"]].values.tolist() == [[PC, 3, 9]]
    assert _codes(result)["medium-multiple"] == ["F5"]


# --- importance ---


def test_importance_in_every_state(tmp_path: Path) -> None:
    rows = [
        Asset("a", "all", PAPER, (1, 2, 3)),
        Asset("a", "some", PAPER, ("", 2, "")),
        Asset("a", "typed", PAPER, ("", "", ""), typed={"importance": 2}),
        Asset("a", "none", PAPER, ("", "", "")),
        Asset("a", "differs", PAPER, (1, 1, 1), typed={"importance": 3}),
        Asset("a", "wrong", PAPER, (9, 1, 1)),
    ]
    result = _assess(tmp_path, rows)
    assert result.risks["importance"].fillna(0).tolist() == [3, 2, 2, 0, 1, 0]  # 9 is not understood
    codes = _codes(result)
    assert codes["cia-missing"] == ["J8", "J6", "J7"]  # the error first
    assert codes["importance-mismatch"] == ["M9"]
    assert codes["cia-out-of-range"] == ["J10"]
    assert result.risks["level"].tolist()[3] == "unassessed"


# --- treatment: the first rule that holds, all that hold as alternatives ---


ONE_OF_EACH = [(kind, "設問", 3) for kind in range(1, 12)]


def _treated(folder: Path, *assets: Asset, threat: int = 2) -> list[tuple[str, tuple[str, ...], int]]:
    threats = [(medium, "脅威", threat) for medium in MEDIA]
    risks = _assess(folder, list(assets), threats=threats).risks
    return [
        (row["treatment"], tuple(name for name, _ in row["alternatives"]), row["residual"])
        for row in risks.to_dict("records")
    ]


def test_treatment_rules_in_their_order(tmp_path: Path) -> None:
    found = _treated(
        tmp_path,
        Asset("a", "small", PAPER, (1, 1, 1)),
        Asset("a", "expired", SERVER, (3, 3, 3), retention=date(2026, 11, 20)),
        Asset("a", "today", SERVER, (3, 3, 3), retention=TODAY),
        Asset("a", "copied", USB, (3, 3, 3)),
        Asset("a", "copied", CLOUD, (3, 3, 3)),
        Asset("a", "kept", USB, (3, 3, 3), note="月次バックアップ"),
        Asset("a", "kept", CLOUD, (3, 3, 3)),
        Asset("b", "copied", USB, (3, 3, 3)),
        Asset("a", "paper", PAPER, (3, 3, 3)),
        Asset("a", "pc", PC, (3, 3, 3)),
        Asset("a", "pc2", PC, (2, 2, 2)),
    )
    assert found == [
        ("retain", ("reduce",), 2),
        ("avoid", ("transfer", "reduce"), 0),
        ("transfer", ("reduce",), 3),
        ("avoid", ("reduce",), 0),
        ("reduce", (), 3),
        ("reduce", (), 3),
        ("reduce", (), 3),
        ("reduce", (), 3),  # another business: another asset
        ("reduce", (), 3),
        ("transfer", ("reduce",), 3),
        ("reduce", (), 2),
    ]


def test_a_removable_medium_at_risk_nine_is_avoided_unless_a_backup(tmp_path: Path) -> None:
    found = _treated(
        tmp_path, Asset("a", "alone", USB, (3, 3, 3)), Asset("a", "alone 2", USB, (3, 3, 3), note="BACKUP"), threat=3
    )
    assert [entry[0] for entry in found] == ["avoid", "reduce"]


def test_retention_by_years_is_a_finding_but_no_reason_to_avoid(tmp_path: Path) -> None:
    rows = [
        Asset("a", "old", PAPER, (3, 3, 3), retention="5年", registered=date(2021, 11, 20)),
        Asset("a", "due today", PAPER, (3, 3, 3), retention="5年", registered=date(2021, 11, 21)),
        Asset("a", "leap", PAPER, (1, 1, 1), retention="1年", registered=date(2024, 2, 29)),
    ]
    result = _assess(tmp_path, rows)
    assert result.risks["treatment"].tolist()[0] == "reduce"
    assert _codes(result)["retention-expired"] == ["N5", "N7"]
