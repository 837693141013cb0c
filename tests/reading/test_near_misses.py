"""Workbooks in which something was not found: which sheets come near, and what would settle it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import riskbook
from riskbook.errors import LedgerError
from riskbook.method import load_method
from riskbook.reading.headers import Vocabulary
from tests.support.books import CHECKS, THREATS, write_book
from tests.support.commands import invoke
from tests.support.days import TODAY

Rows = Sequence[Sequence[Any]]
LEDGER = [["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3]]
NEAR = [["管理台帳"], [], ["資産の呼び名", "しまう所", "だいじさ", "資産価値ランク"], ["契約書", "棚", "a", 3]]


def _refused(path: Path) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        riskbook.read(path)
    return caught.value


def test_the_nearest_sheets_say_what_they_have_and_lack(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", 表紙=[["会議メモ"]], 一覧=NEAR)
    error = _refused(path)
    assert error.params == {
        "sheets": ("表紙", "一覧"),
        "nearest": (
            {
                "sheet": "一覧",
                "row": 3,
                "cards": False,
                "understood": {},
                "unknown": ["資産の呼び名", "しまう所", "だいじさ", "資産価値ランク"],
                "missing": ["name", "medium", "evaluations"],
                "map": {"資産の呼び名": "name", "資産価値ランク": "importance"},
                "settles": False,
            },
        ),
    }


def test_the_given_line_settles_it(tmp_path: Path) -> None:
    rows = [["情報資産一覧"], ["対象名称", "保管場処", "重要ランク"], ["契約書", "書類", 3]]
    path = write_book(tmp_path / "a.xlsx", 一覧=rows)
    (near,) = _refused(path).params["nearest"]
    assert (near["map"], near["settles"]) == (
        {"対象名称": "name", "重要ランク": "importance", "保管場処": "medium"},
        True,
    )
    read = riskbook.assess(path, today=TODAY, columns=near["map"])
    assert read.risks[["name", "medium", "importance"]].values.tolist() == [["契約書", "書類", 3]]


def test_weak_words_are_given_to_be_confirmed(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", 表=[["文書名", "部署", "ランク"], ["契約書", "総務", 3]])
    (near,) = _refused(path).params["nearest"]
    assert near["understood"] == {"文書名": "name", "部署": "department", "ランク": "importance"}
    assert (near["map"], near["settles"]) == ({"文書名": "name", "ランク": "importance"}, True)


def test_the_command_line_prints_a_few_lines(tmp_path: Path) -> None:
    rows = [["情報資産一覧"], ["対象名称", "重要ランク", "備考"], ["契約書", 3, "原本"]]
    path = write_book(tmp_path / "a.xlsx", 一覧=rows)
    result = invoke("check", path, "--lang", "ja")
    assert result.exit_code == 3
    lines = [line for line in result.output.splitlines() if line.strip()]
    assert lines[0].startswith(f"{path}：情報資産管理台帳が見つかりません（シート：一覧）。")
    assert lines[1:] == [
        "  - 「一覧」2行目。読み取れた見出し：備考 = note。ほかの見出し：対象名称、重要ランク。足りない項目："
        "情報資産名称、媒体・保存先、機密性・完全性・可用性（または重要度）。"
        "指定すれば読めます：--map '対象名称=name' --map '重要ランク=importance'"
        '（riskbook.toml では [columns] に "対象名称" = "name"、"重要ランク" = "importance"）'
    ]
    english = invoke("check", path, "--lang", "en").output
    assert "This would settle it: --map '対象名称=name' --map '重要ランク=importance'" in english


def test_json_has_the_lines_and_their_facts(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", 一覧=NEAR)
    result = invoke("check", path, "--format", "json")
    (workbook,) = json.loads(result.stdout)["workbooks"]
    assert workbook["error_code"] == "no-ledger"
    assert workbook["error_params"]["nearest"][0]["map"] == {"資産の呼び名": "name", "資産価値ランク": "importance"}
    assert "資産の呼び名" in workbook["error"]


def test_at_most_three_sheets_are_named_the_nearest_first(tmp_path: Path) -> None:
    bare = [["情報資産名称", "備考", "色"], ["契約書", "-", "赤"]]
    sheets: dict[str, Rows] = {f"台帳{n}": NEAR for n in range(4)}
    error = _refused(write_book(tmp_path / "a.xlsx", **sheets, 資産=bare))
    assert [near["sheet"] for near in error.params["nearest"]] == ["資産", "台帳0", "台帳1"]


def test_cards_are_recognised_and_refused(tmp_path: Path) -> None:
    card = [["資産名", "顧客名簿"], ["媒体", "書類"], ["機密性", 3], ["完全性", 2], ["可用性", 1], []]
    path = write_book(tmp_path / "a.xlsx", 資産カード=[["情報資産カード"], [], *card, *card])
    (near,) = _refused(path).params["nearest"]
    assert near["cards"]
    assert near["understood"]["媒体"] == "medium"
    assert "1行に1資産の表" in invoke("check", path, "--lang", "ja").output
    beside = riskbook.read(write_book(tmp_path / "b.xlsx", 台帳=LEDGER, 資産カード=card))
    assert beside.assets["name"].tolist() == ["契約書"]
    assert [str(f.location) for f in beside.findings if f.code == "sheet-ignored"] == ["資産カード!A1"]


@pytest.mark.parametrize(
    ("name", "rows", "near", "settles"),
    [
        ("脅威一覧", [["場所", "脅威", "頻度の程度"], ["書類", "盗難", 3]], {"頻度の程度": "frequency"}, False),
        ("表1", [["媒体", "想定される脅威", "頻度の程度"], ["書類", "盗難", 3]], {"頻度の程度": "frequency"}, True),
    ],
)
def test_a_sheet_like_the_threat_sheet_is_named(
    name: str, rows: Rows, near: dict[str, str], settles: bool, tmp_path: Path
) -> None:
    ledger = riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=LEDGER, 対=CHECKS, **{name: rows}))
    (finding,) = [f for f in ledger.findings if f.code == "threat-sheet-missing"]
    assert (str(finding.location), finding.variant) == (f"{name}!A1", "near")
    assert (finding.params["near"]["map"], finding.params["near"]["settles"]) == (near, settles)


def test_a_sheet_like_the_check_sheet_is_named(tmp_path: Path) -> None:
    rows = [["種類", "設問", "いまの状態"], ["組織的対策", "方針があるか", "ほぼ"]]
    ledger = riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=LEDGER, 脅=THREATS, 点検=rows))
    (finding,) = [f for f in ledger.findings if f.code == "check-sheet-missing"]
    assert (str(finding.location), finding.variant) == ("点検!A1", "near")
    assert finding.params["near"]["missing"] == ["answer"]


def test_of_several_check_sheets_none_is_used(tmp_path: Path) -> None:
    kinds = ("組織的対策", "人的対策", "物理的対策")
    rows = [
        ["対策", "内容", "現状"],
        *([kind, f"取組み{n}を行っていますか", "1:実施している"] for n, kind in enumerate(kinds)),
    ]
    ledger = riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=LEDGER, 脅=THREATS, 点検1=rows, 点検2=rows))
    assert ledger.checks is None
    (finding,) = [f for f in ledger.findings if f.code == "check-sheet-missing"]
    assert (finding.variant, finding.params["sheets"]) == ("several", ("点検1", "点検2"))


def test_the_sheet_of_results_is_not_named_as_check_sheet(tmp_path: Path) -> None:
    rows = [["情報セキュリティ対策の種類", "診断結果", "対策の状況"], ["組織的対策", 0.5, "一部不足"]]
    ledger = riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=LEDGER, 脅=THREATS, 診断結果=rows))
    assert [f.variant for f in ledger.findings if f.code == "check-sheet-missing"] == [""]


def test_unlike_sheets_are_not_named(tmp_path: Path) -> None:
    ledger = riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=LEDGER, 価格=[["品名", "単価", "数量"], ["紙", 1, 2]]))
    assert {f.variant for f in ledger.findings if f.code.endswith("sheet-missing")} == {""}
    assert _refused(write_book(tmp_path / "b.xlsx", 価格=[["品名", "単価"], ["紙", 1]])).params["nearest"] == ()


@pytest.mark.parametrize("values", [(3, 2), ("高", "低"), ("A", "B"), ("極秘", "公開")])
def test_a_column_that_seems_to_be_a_missing_field_is_a_warning(values: tuple[Any, Any], tmp_path: Path) -> None:
    rows = [["情報資産名称", "媒体", "機密性", "重要ランク"], ["a", "書類", 3, values[0]], ["b", "書類", 2, values[1]]]
    result = riskbook.assess(write_book(tmp_path / "a.xlsx", 台帳=rows), today=TODAY, lang="ja")
    (finding,) = [f for f in result.findings if f.code == "column-ignored"]
    assert (finding.severity, finding.variant, str(finding.location)) == ("warning", "pointing", "台帳!D1")
    _, fix = result.words(finding)
    assert fix == (
        '使う場合は --map \'重要ランク=importance\'、または riskbook.toml の [columns] に "重要ランク" = "importance" と指定してください。'
    )


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("重要ランク", "importance"),
        ("重要性分類", "importance"),
        ("業務の重要度", "importance"),
        ("脅威ランク", "threat"),
        ("ぜい弱性区分", "vulnerability"),
        ("保管場処", "medium"),
        ("対象名称", "name"),
        ("Asset importance", "importance"),
        ("単価", ""),
        ("取得方法", ""),
        ("Value", ""),
        ("備考ランク", ""),
    ],
)
def test_what_a_header_points_to(header: str, field: str) -> None:
    wanted = ("name", "medium", "importance", "threat", "vulnerability")
    found = Vocabulary(load_method(), "ledger").pointing(header, wanted)
    assert (found[0][1] if found else "") == field


def test_the_column_of_the_ratings_is_pointed_out(tmp_path: Path) -> None:
    rows = [["情報資産名称", "媒体", "重要ランク"], ["a", "書類", 3], ["b", "書類", 2]]
    path = write_book(tmp_path / "a.xlsx", 台帳=rows)
    result = riskbook.assess(path, today=TODAY)
    (finding,) = [f for f in result.findings if f.code == "evaluations-missing"]
    assert (finding.severity, finding.variant, str(finding.location)) == ("error", "pointing", "台帳!A1")
    assert "--map '重要ランク=importance'" in result.words(finding)[1]
    told = riskbook.assess(path, today=TODAY, columns={"重要ランク": "importance"})
    assert told.risks["importance"].tolist() == [3, 2]


def test_a_text_beside_is_no_missing_rating(tmp_path: Path) -> None:
    rows = [
        ["情報資産名称", "媒体", "重要度", "脅威への対応"],
        ["a", "書類", 3, "鍵をかける"],
        ["b", "書類", 2, "見回る"],
    ]
    ledger = riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=rows))
    assert [f.message_key for f in ledger.findings if f.code == "column-ignored"] == ["column-ignored"]
