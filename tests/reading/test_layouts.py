"""Ledgers in which an asset has several rows, or its evaluations one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import riskbook
from tests.support.books import codes, write_book
from tests.support.days import TODAY
from tests.support.places import ROOT

Rows = Sequence[Sequence[Any]]
CIA = ["confidentiality", "integrity", "availability"]
ASPECTS = ("機密性", "完全性", "可用性")


def _assess(tmp_path: Path, rows: Rows, merged: Sequence[str] = (), **columns: str) -> riskbook.AssessedWorkbook:
    path = write_book(tmp_path / "a.xlsx", 台帳=rows)
    if merged:
        book = openpyxl.load_workbook(path)
        for area in merged:
            book["台帳"].merge_cells(area)
        book.save(path)
    return riskbook.assess(path, today=TODAY, columns=columns)


def _triples(*assets: tuple[Any, ...], words: Sequence[str] = ASPECTS, repeat: bool = False) -> list[list[Any]]:
    rows = []
    for number, (name, medium, *grades) in enumerate(assets, start=1):
        for place, (word, grade) in enumerate(zip(words, grades, strict=True)):
            first = place == 0 or repeat
            rows.append([number if first else None, name if first else None, medium if first else None, word, grade])
    return rows


# --- a row for each evaluation ---


@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("words", [ASPECTS, ("C", "I", "A"), ("可用性", "機密性", "完全性")])
@pytest.mark.parametrize("headers", [("観点", "評価値"), ("要素", "レベル"), ("区分", "重要度"), ("分類", "点数")])
def test_three_rows_an_asset(headers: tuple[str, str], words: Sequence[str], repeat: bool, tmp_path: Path) -> None:
    rows = _triples(("契約書", "書類", 3, 2, 1), ("案内状", "事務所PC", 1, 1, 2), words=words, repeat=repeat)
    result = _assess(tmp_path, [["No", "情報資産名", "媒体", *headers], *rows])
    order = [CIA[("CIA".index(word) if word in "CIA" else ASPECTS.index(word))] for word in words]
    grades = [dict(zip(order, values, strict=True)) for values in ((3, 2, 1), (1, 1, 2))]
    assert result.risks[["row", "name", "medium", "importance"]].values.tolist() == [
        [2, "契約書", "書類", 3],
        [5, "案内状", "事務所PC", 2],
    ]
    assert result.risks[CIA].values.tolist() == [[each[name] for name in CIA] for each in grades]
    (finding,) = [f for f in result.findings if f.code == "rows-grouped"]
    assert (finding.severity, str(finding.location), finding.params) == ("info", "台帳!D1", {"count": 2})
    assert not [f for f in result.findings if f.code in ("column-ignored", "duplicate-asset", "rows-unclear")]


def test_three_rows_with_merged_names_and_findings_at_their_cells(tmp_path: Path) -> None:
    rows = _triples(("契約書", "書類", 3, "不明", 1), ("案内状", "書類", 2, None, 9))
    result = _assess(
        tmp_path, [["No", "情報資産名", "媒体", "観点", "評価"], *rows], merged=("B2:B4", "C2:C4", "B5:B7")
    )
    assert result.risks["name"].tolist() == ["契約書", "案内状"]
    assert result.risks["importance"].fillna(0).tolist() == [3, 0]
    assert {(c, cell) for c, _, cell in codes(result) if c == "cia-out-of-range"} == {
        ("cia-out-of-range", "E3"),
        ("cia-out-of-range", "E7"),
    }


def test_three_rows_that_are_not_certain_are_unassessed(tmp_path: Path) -> None:
    rows = [
        [1, "契約書", "書類", word, grade]
        for word, grade in zip(("機密性", "機密性", "可用性"), (3, 2, 1), strict=True)
    ]
    rows += _triples(("案内状", "書類", 1, 1, 2))
    result = _assess(tmp_path, [["No", "情報資産名", "媒体", "観点", "評価"], *rows])
    by_name = {name: levels.tolist() for name, levels in result.risks.groupby("name")["level"]}
    assert by_name == {"契約書": ["unassessed"] * 3, "案内状": ["large"]}
    (finding,) = [f for f in result.findings if f.code == "rows-unclear"]
    assert (finding.severity, finding.params["rows"]) == ("error", (2, 3, 4))


def test_three_rows_on_several_media_are_several_assets(tmp_path: Path) -> None:
    rows = _triples(("契約書", "書類", 3, 2, 1), ("契約書", "クラウド", 1, 2, 1), repeat=True)
    headers = ["No", "情報資産名", "媒体", "観点", "評価"]
    assert _assess(tmp_path, [headers, *rows]).risks["importance"].tolist() == [3, 2]
    mixed = [[1, "契約書", medium, word, 3] for medium, word in zip(("書類", "クラウド", "書類"), ASPECTS, strict=True)]
    assert set(_assess(tmp_path, [headers, *mixed]).risks["level"]) == {"unassessed"}


def test_a_threat_in_each_of_three_rows_counts_by_the_worst(tmp_path: Path) -> None:
    headers = ["No", "情報資産名", "媒体", "観点", "評価", "脅威", "脆弱性"]
    rows = [
        [*row, *pair] for row, pair in zip(_triples(("契約書", "書類", 3, 2, 1)), ((1, 1), (3, 2), (2, 3)), strict=True)
    ]
    assert _assess(tmp_path, [headers, *rows]).risks[["threat", "vulnerability", "risk"]].values.tolist() == [[3, 2, 6]]
    rows[1][5] = "不明"
    assert set(_assess(tmp_path, [headers, *rows]).risks["level"]) == {"unassessed"}


def test_two_columns_of_ratings_are_not_certain(tmp_path: Path) -> None:
    rows = [[*row, 1] for row in _triples(("契約書", "書類", 3, 2, 1))]
    result = _assess(tmp_path, [["No", "情報資産名", "媒体", "観点", "重要度", "評価値"], *rows])
    assert result.risks["importance"].tolist() == [3]  # the importance is what such a row rates
    unsure = _assess(tmp_path, [["No", "情報資産名", "媒体", "観点", "評価", "評価値"], *rows])
    assert set(unsure.risks["level"]) == {"unassessed"}
    assert "evaluations-missing" in {f.code for f in unsure.findings}


def test_three_rows_on_another_scale_are_not_computed(tmp_path: Path) -> None:
    rows = _triples(("契約書", "書類", 5, 2, 1), ("案内状", "書類", 4, 4, 2), ("図面", "書類", 3, 3, 3))
    result = _assess(tmp_path, [["No", "情報資産名", "媒体", "観点", "評価"], *rows])
    assert set(result.risks["level"]) == {"unassessed"}
    assert ("scale-foreign", "", "E1") in codes(result)


@pytest.mark.slow
def test_the_result_stands_beside_the_first_row_and_stays(tmp_path: Path) -> None:
    rows = _triples(("契約書", "書類", 3, 2, 1), ("案内状", "書類", 1, 1, 2))
    result = _assess(tmp_path, [["No", "情報資産名", "媒体", "観点", "評価"], *rows])
    output = result.save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(output)["台帳"]
    assert [sheet.cell(row, 6).value for row in range(1, 8)] == ["リスク値（算定）", 9, None, None, 6, None, None]
    again = riskbook.assess(output, today=TODAY)
    assert again.risks["risk"].tolist() == [9, 6]
    assert again.save(tmp_path / "again.xlsx").read_bytes() == output.read_bytes()


# --- a row for each threat ---

HEADERS = ["資産名", "媒体", "重要度", "脅威", "脅威レベル", "脆弱性"]


@pytest.mark.parametrize("repeat", [False, True])
@pytest.mark.parametrize("headers", [HEADERS, [*HEADERS[:3], "想定される脅威", "脅威", "脆弱性レベル"]])
def test_several_threats_to_an_asset_count_by_the_worst(headers: list[str], repeat: bool, tmp_path: Path) -> None:
    more = ["契約書", "書類", 3] if repeat else [None, None, None]
    rows = [
        headers,
        ["契約書", "書類", 3, "盗難", 1, 3],
        [*more, "火災", 2, 3],
        [*more, "紛失", 3, 1],
        ["案内状", "書類", 1, "紛失", 2, 2],
    ]
    result = _assess(tmp_path, rows)
    assert result.risks[["row", "name", "threat", "vulnerability", "risk"]].values.tolist() == [
        [2, "契約書", 2, 3, 6],
        [5, "案内状", 2, 2, 1],
    ]
    (finding,) = [f for f in result.findings if f.code == "rows-grouped"]
    assert (finding.variant, finding.severity, finding.params) == ("threats", "info", {"count": 1, "rows": 3})
    assert not [f for f in result.findings if f.code in ("column-ignored", "duplicate-asset", "name-missing")]


def test_merged_names_group_threats(tmp_path: Path) -> None:
    rows = [HEADERS, ["契約書", "書類", 3, "盗難", 1, 1], [None, None, None, "火災", 3, 3]]
    result = _assess(tmp_path, rows, merged=("A2:A3", "B2:B3", "C2:C3"))
    assert result.risks[["name", "risk"]].values.tolist() == [["契約書", 9]]


def test_the_same_name_on_another_medium_stays_another_asset(tmp_path: Path) -> None:
    rows = [HEADERS, ["契約書", "書類", 3, "盗難", 3, 3], ["契約書", "社内サーバー", 3, "侵入", 1, 1]]
    result = _assess(tmp_path, rows)
    assert result.risks[["medium", "risk"]].values.tolist() == [["書類", 9], ["社内サーバー", 3]]
    plain = [["資産名", "媒体", "重要度", "脅威", "脆弱性"], ["契約書", "書類", 3, 3, 3], ["契約書", "書類", 3, 1, 1]]
    assert len(_assess(tmp_path, plain).risks) == 2  # without names of threats


@pytest.mark.parametrize(
    "second",
    [
        ["契約書", "書類", 1, "火災", 2, 2],  # another importance
        [None, None, None, "火災", None, 2],  # a threat that nobody rated
        [None, None, None, "火災", "？", 2],
    ],
)
def test_threats_that_cannot_be_grouped_are_unassessed(second: list[Any], tmp_path: Path) -> None:
    rows = [HEADERS, ["契約書", "書類", 3, "盗難", 2, 2], second, ["案内状", "書類", 1, "紛失", 2, 2]]
    result = _assess(tmp_path, rows)
    assert dict(zip(result.risks["row"], result.risks["level"], strict=True)) in (
        {2: "unassessed", 3: "unassessed", 4: "small"},
        {2: "unassessed", 4: "small"},  # a row without name, and with nothing but a threat, is no asset
    )
    (finding,) = [f for f in result.findings if f.code == "rows-unclear"]
    assert (finding.severity, finding.params["rows"]) == ("error", (2, 3))


def test_an_unread_threat_does_not_matter_beside_the_worst(tmp_path: Path) -> None:
    rows = [HEADERS, ["契約書", "書類", 3, "盗難", 3, 3], [None, None, None, "火災", "？", 2]]
    assert _assess(tmp_path, rows).risks["risk"].tolist() == [9]


# --- the three in one cell ---


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("C/I/A", "3/2/1", [3, 2, 1]),
        ("CIA", "C3 I2 A1", [3, 2, 1]),
        ("CIA評価", "C:3, I:2, A:1", [3, 2, 1]),
        ("C・I・A", "３・２・１", [3, 2, 1]),
        ("機密性・完全性・可用性", "機密性3 完全性2 可用性1", [3, 2, 1]),
        ("機密性/可用性/完全性", "3/1/2", [3, 2, 1]),
        ("C,I,A", "高,中,低", [3, 2, 1]),
        ("C/I/A（1～3）", "3-2-1", [3, 2, 1]),
        ("CIA", "C3 A1", [3, None, 1]),
    ],
)
def test_three_evaluations_in_one_cell(header: str, cell: str, expected: list[int | None], tmp_path: Path) -> None:
    result = _assess(tmp_path, [["資産名", "媒体", header], ["契約書", "書類", cell]])
    found = result.risks[CIA].astype(object).where(result.risks[CIA].notna(), None)
    assert found.values.tolist() == [expected]
    assert not [f for f in result.findings if f.code in ("column-ignored", "cia-out-of-range")]


@pytest.mark.parametrize(
    "cell", ["あ" * 32_767, "3", 321, "3/2", "C3 C2 A1", "3/2/1/1", "C1→3 I2 A1", "要確認", "C10 I2 A1"]
)
def test_a_cell_that_says_something_else_is_not_read(cell: Any, tmp_path: Path) -> None:
    result = _assess(tmp_path, [["資産名", "媒体", "C/I/A"], ["契約書", "書類", cell]])
    assert result.risks["level"].tolist() == ["unassessed"]
    assert [str(f.location) for f in result.findings if f.message_key == "cia-out-of-range.combined"] == ["台帳!C2"]
    assert "cia-missing" not in {f.code for f in result.findings}


# --- the pages that list them ---


@pytest.mark.parametrize("name", ["en", "ja"])
def test_the_page_of_layouts_names_tests_that_exist(name: str) -> None:
    page = (ROOT / "docs" / name / "reference/layouts.md").read_text(encoding="utf-8")
    written = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", page)
    assert len(named) >= 20
    assert [test for test in named if f"def {test}(" not in written] == []


# --- notes ---


@pytest.mark.parametrize(
    "note",
    ["判定基準：20～27 高、10～19 中、1～9 低", "凡例", "【評価基準】3 高い", "備考: 毎年見直す", "■ 凡例：○は該当",
     "この表は、毎年4月に見直し、情報セキュリティ委員会で承認を受けたうえで全部門に周知すること。"],
)  # fmt: skip
def test_a_note_below_the_table_is_no_asset(note: str, tmp_path: Path) -> None:
    rows = [["資産名", "媒体", "重要度"], ["契約書", "書類", 3], [], [note]]
    result = _assess(tmp_path, rows)
    assert result.risks["name"].tolist() == ["契約書"]
    assert ("row-ignored", "note", "A4") in codes(result)


LONG = "営業部が管理する得意先別の見積書および契約書の控え（2015年度から2025年度までの原本とその写しを含む一式）"


@pytest.mark.parametrize("name", ["注文書", "※参考資料", LONG, "備考：契約書"])
def test_what_has_an_importance_is_an_asset_whatever_its_name(name: str, tmp_path: Path) -> None:
    result = _assess(tmp_path, [["資産名", "重要度", "脅威", "脆弱性"], ["契約書", 3, 2, 2], [name, 3, 3, 3]])
    assert result.risks[["name", "risk"]].values.tolist() == [["契約書", 3], [name, 9]]


@pytest.mark.parametrize("name", ["評価基準書", "備考一覧", "説明書", "新しい資産", "基準値データ", "注文書"])
def test_a_name_alone_is_an_asset_to_be_completed(name: str, tmp_path: Path) -> None:
    result = _assess(tmp_path, [["資産名", "媒体", "重要度"], ["契約書", "書類", 3], [name]])
    assert result.risks["name"].tolist() == ["契約書", name]
