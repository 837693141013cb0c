"""Ledgers assessed by each method: results worked by hand, and a plain computation for any factors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskbook
from riskbook.analysis import factors, treatment
from riskbook.method import Method, load_method
from tests.support.days import TODAY
from tests.support.examples import examples
from tests.support.forms import MEDIA, PC, USB, Asset, Form
from tests.support.methods import OWN, SHIPPED, own_method, shipped, write_ledger
from tests.support.plans import assessed_form
from tests.support.workbooks import columns_of

HEADS = ("資産名", "媒体", "機密性", "完全性", "可用性", "脅威", "脆弱性")


def _assess(path: Path, method: Any, rows: list[tuple[Any, ...]], heads: tuple[str, ...] = HEADS) -> Any:
    return riskbook.assess(write_ledger(path / "client.xlsx", rows, heads), today=TODAY, method=method)


def _codes(result: Any) -> list[str]:
    return [finding.code for finding in result.findings]


def test_asset_value_times_threat_times_vulnerability_of_1_to_4(tmp_path: Path) -> None:
    rows = [
        ("設計図", "社内サーバー", 4, 3, 2, 3, 3),
        ("社員名簿", "書類", "秘", 4, 1, 2, 1),
        ("見積書", "事務所PC", 4, 2, 1, 2, 3),
        ("議事録", "書類", 3, 1, 1, 2, 1),
        ("案内", "書類", "公開", 1, 1, 2, 2),
    ]
    result = _assess(tmp_path, "isms-36", rows)
    assert result.risks["risk"].tolist() == [36, 8, 24, 6, 4]
    assert result.risks["level"].tolist() == ["large", "small", "large", "small", "small"]
    assert result.risks["likelihood"].tolist() == [9, 2, 6, 2, 4]
    assert result.summary == {"large": 2, "medium": 0, "small": 3, "unassessed": 0}
    # Above 11 a risk is not accepted; the lowest vulnerability leaves 4 × 3 × 1 and 4 × 2 × 1.
    assert result.risks["treatment"].tolist() == ["reduce", "retain", "transfer", "retain", "retain"]
    assert result.risks["rule"].tolist()[1] == "accepted"
    assert result.risks["residual"].tolist() == [12, 8, 16, 6, 4]


def test_asset_value_times_threat_times_vulnerability_of_1_to_3(tmp_path: Path) -> None:
    rows = [
        ("HMI端末", "事務所PC", 2, 2, 1, 2, 2),
        ("制御盤", "事務所PC", 3, 3, 3, 3, 3),
        ("図面", "書類", 3, 1, 1, 2, 3),
    ]
    result = _assess(tmp_path, "isms-27", rows)
    assert result.risks["risk"].tolist() == [8, 27, 18]
    assert result.risks["level"].tolist() == ["small", "large", "medium"]


def test_the_sum_of_three(tmp_path: Path) -> None:
    rows = [
        ("A", "書類", 5, 1, 1, 4, 4),
        ("B", "書類", 4, 4, 4, 3, 4),
        ("C", "書類", 2, 5, 1, 3, 2),
        ("D", "書類", 1, 1, 1, 1, 1),
    ]
    result = _assess(tmp_path, "isms-sum", rows)
    assert result.risks["risk"].tolist() == [13, 11, 10, 3]
    assert result.risks["level"].tolist() == ["large", "medium", "small", "small"]
    assert result.risks["residual"].tolist() == [10, 8, 10, 3]


@pytest.mark.slow
def test_the_matrix_takes_a_typed_likelihood_or_else_the_threat(tmp_path: Path) -> None:
    heads = ("資産名", "媒体", "重要度", "脅威", "被害発生可能性")
    rows = [
        ("A", "書類", 5, None, 3),
        ("B", "書類", 5, 2, None),
        ("C", "書類", 3, 5, 4),
        ("D", "書類", 2, None, 2),
        ("E", "書類", 1, None, None),
        ("F", "書類", 4, 2, 9),
    ]
    result = _assess(tmp_path, "matrix-5x5", rows, heads)
    assert result.risks["likelihood"].astype(object).where(result.risks["likelihood"].notna(), None).tolist() == [
        3, 2, 4, 2, 5, None,
    ]  # fmt: skip
    assert result.risks["risk"].fillna(0).tolist() == [15, 10, 12, 4, 5, 0]
    assert result.risks["level"].tolist() == ["extreme", "large", "large", "small", "medium", "unassessed"]
    assert result.summary == {"extreme": 1, "large": 2, "medium": 1, "small": 1, "unassessed": 1}
    assert set(result.risks["vulnerability_source"]) == {"unused"}
    codes = _codes(result)
    assert "factor-unreadable" in codes
    assert "vulnerability-unknown" not in codes
    assert codes.count("threat-unknown") == 1
    # The likelihood falls to the lowest, or by a transfer to the middle of the scale.
    assert result.risks["residual"].fillna(0).tolist() == [5, 5, 3, 4, 1, 0]


def test_a_typed_likelihood_is_an_input(tmp_path: Path) -> None:
    heads = ("資産名", "媒体", "重要度", "被害発生可能性")
    digests = set()
    for likelihood in (2, 3):
        result = _assess(tmp_path, "matrix-5x5", [("A", "書類", 5, likelihood)], heads)
        digests.add(result.assessment.run.digest)
        assert "stale-value" not in _codes(result)
    assert len(digests) == 2


def test_a_typed_risk_outside_the_range_is_said_once(tmp_path: Path) -> None:
    rows = [("A", "書類", 3, 3, 3, 3, 3, 27), ("B", "書類", 3, 3, 3, 3, 3, 36), ("C", "書類", 1, 1, 1, 1, 1, 1)]
    result = _assess(tmp_path, "ipa-3.1", rows, (*HEADS, "リスク値"))
    (found,) = [finding for finding in result.findings if finding.code == "risk-out-of-range"]
    assert (found.location.cell_ref, found.params["count"], found.params["highest"]) == ("H2", 2, 9)
    assert result.risks["risk"].tolist() == [9, 9, 1]
    assert "risk-out-of-range" not in _codes(_assess(tmp_path, "isms-36", rows, (*HEADS, "リスク値")))


def test_what_people_type_reversed_counts_the_other_way_round(tmp_path: Path) -> None:
    rows = [("A", "書類", 1, 1, 1, 1, 2), ("B", "書類", 4, 4, 4, 4, 1), ("C", "書類", 1, 4, None, 2, 1)]
    result = _assess(tmp_path, own_method("reversed", tmp_path), rows)
    known = result.risks[["importance", "threat", "likelihood", "risk"]].astype(object)
    assert known.where(known.notna(), None).to_numpy().tolist() == [[12, 4, 4, 48], [3, 1, 1, 3], [None, 3, 3, None]]
    assert result.risks["level"].tolist() == ["large", "small", "unassessed"]
    (found,) = [finding for finding in result.findings if finding.code == "cia-missing"]
    assert found.variant == "incomplete"


def test_an_importance_that_is_judged_needs_no_evaluations(tmp_path: Path) -> None:
    heads = ("資産名", "媒体", "重要度", "脅威", "脆弱性")
    result = _assess(
        tmp_path, own_method("typed", tmp_path), [("A", "書類", 2, 3, 3), ("B", "書類", None, 3, 3)], heads
    )
    assert result.risks["risk"].fillna(0).tolist() == [7, 0]
    (found,) = [finding for finding in result.findings if finding.code == "cia-missing"]
    assert (found.variant, found.location.cell_ref) == ("judged", "C3")


@pytest.mark.slow
def test_a_retained_risk_above_the_criterion_needs_a_name(tmp_path: Path) -> None:
    rows = [("A", "社内サーバー", 4, 4, 4, 3, 3), ("B", "社内サーバー", 4, 4, 4, 2, 3), ("C", "書類", 1, 1, 1, 1, 1)]
    path = _assess(tmp_path, "isms-36", rows).save(tmp_path / "result.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["対応計画"]
    heads = columns_of(sheet)
    named = {sheet.cell(row, heads["情報資産名称"]).value: row for row in range(5, 7)}
    assert set(named) == {"A", "B"}
    for row in named.values():
        sheet.cell(row, heads["決定"]).value = "保有"
    sheet.cell(named["A"], heads["承認者"]).value = "社長"
    book.save(path)
    result = riskbook.assess(path, today=TODAY, method="isms-36")
    found = [(f.subject, dict(f.params)) for f in result.findings if f.code == "retained-unapproved"]
    assert found == [
        ("A", {"risk": 36, "accepted": 11, "fields": ("decided_on", "review_by")}),
        ("B", {"risk": 24, "accepted": 11, "fields": ("decided_by", "decided_on", "review_by")}),
    ]


# --- any factors ---


def _plain_risk(name: str, importance: int, threat: int, vulnerability: int) -> int:
    """The risk as one would work it out on paper."""
    if name in ("isms-27", "isms-36"):
        return importance * threat * vulnerability
    if name == "isms-sum":
        return importance + threat + vulnerability
    if name == "matrix-5x5":
        return importance * threat
    return importance * {9: 3, 6: 2, 4: 1}.get(threat * vulnerability, 1 if (threat, vulnerability) != (2, 3) else 2)


def _frame(method: Method, rows: list[tuple[int | None, ...]]) -> pd.DataFrame:
    names = ("importance", "threat", "vulnerability")
    frame = pd.DataFrame({name: pd.array([row[at] for row in rows], dtype="Int64") for at, name in enumerate(names)})
    likely = factors.likelihood(frame["threat"], frame["vulnerability"], method)
    frame["likelihood"] = likely if method.has_vulnerability else frame["threat"]
    frame["risk"] = factors.risk(frame["importance"], frame["likelihood"], method)
    return frame


@pytest.mark.parametrize("name", SHIPPED)
@given(data=st.data())
@settings(max_examples=examples(100), deadline=None)
def test_risk_is_what_a_plain_computation_gives(name: str, data: st.DataObject) -> None:
    method = shipped(name)
    scales = [method.scale_of(factor).values for factor in ("importance", "threat", "vulnerability")]
    rows = data.draw(st.lists(st.tuples(*(st.sampled_from((None, *grades)) for grades in scales)), max_size=20))
    frame = _frame(method, rows)
    levels = factors.level(frame["risk"], method)
    reached = treatment.residual(frame, pd.Series(["reduce"] * len(rows), dtype="object"), method)
    for row, risk, level, floor in zip(rows, frame["risk"], levels, reached, strict=True):
        needed = row if method.has_vulnerability else row[:2]
        if None in needed:
            assert pd.isna(risk)
            assert level == "unassessed"
            continue
        importance, threat, vulnerability = (grade or 0 for grade in row)
        assert risk == _plain_risk(name, importance, threat, vulnerability)
        assert level == next(one.key for one in method.levels if risk >= one.at_least)
        lowest = (importance, threat, 1) if method.has_vulnerability else (importance, 1, 1)
        assert floor == _plain_risk(name, *lowest) <= risk


@pytest.mark.slow
@pytest.mark.parametrize("name", ["isms-sum", "isms-36", "wide", "ten"])
def test_the_roadmap_lowers_step_by_step_to_what_all_measures_reach(name: str, tmp_path: Path) -> None:
    method = own_method(name, tmp_path) if name in OWN else name
    form = Form(
        {"台帳": [Asset("x", f"資産{n}", medium, (3, 2, 1)) for n, medium in enumerate(MEDIA)]},
        [(medium, "脅威", 3) for medium in MEDIA],
        [(1, f"設問{n}", 3 - n % 2) for n in range(12)],
        marks=[f"{n % 6}{(n + 1) % 6}" for n in range(12)],
    )
    result = assessed_form(form, tmp_path, method=method)
    roadmap, loaded = result.assessment.roadmap, load_method(method)
    assert roadmap.start.levels == result.summary
    assert roadmap.steps[-1].after.risk == sum(
        loaded.risk(
            int(row["importance"]), loaded.likelihood(int(row["threat"]), loaded.scale_of("vulnerability").lowest)
        )
        for row in result.risks.to_dict("records")
    )
    sums = [roadmap.start.risk, *(step.after.risk for step in roadmap.steps)]
    assert sums == sorted(sums, reverse=True)
    assert len(set(sums)) == len(sums) > 3
    for step in roadmap.steps:
        assert all(after < before for _, before, after in step.media)
    assert all(0 < len(need.fewest) <= 2 for need in roadmap.needs)


@pytest.mark.slow
def test_the_worst_of_several_media_counts_by_every_formula(tmp_path: Path) -> None:
    for name in ("isms-27", "isms-sum"):
        rows = [("A", f"{PC}、{USB}", 3, 3, 3, 2, 2)]
        result = _assess(tmp_path, name, rows)
        assert result.risks["risk"].tolist() == [12 if name == "isms-27" else 7]
