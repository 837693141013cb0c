"""SECURITY ACTION, regulations, threats and transfer follow the answers."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from riskbook.method import load_method, mentions
from riskbook.model import Pages
from tests.support.forms import THREATS, Asset, Form, write_form
from tests.support.instruments import MINATO, assessed, changed, cloud_clients, state_of
from tests.support.places import SAMPLES
from tests.support.questionnaires import self_check_book

METHOD = load_method()


def test_rules_and_stars_follow_the_answers(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", MINATO)
    rules, needs, stars = state_of(path)
    assert rules == ["met", "met", "met", "met", "missing"]  # item 5 is not implemented
    assert needs == {
        "rules": "missing",
        "self-check": "met",
        "policy-set": "unknown",
        "policy-published": "unknown",
    }
    assert stars == (False, False)
    ready = assessed(path).assessment.instruments.readiness
    assert str(ready.rules[4].evidence[0].place) == "自社診断!F9"

    def state(sheet: Worksheet) -> None:
        sheet["C33"], sheet["D33"] = "情報セキュリティ基本方針を定めている", "はい"
        sheet["C34"], sheet["D34"] = "基本方針をウェブサイトに公開している", date(2026, 4, 1)
        sheet["E9"], sheet["F9"] = "○", 0

    rules, needs, stars = state_of(changed(path, state))
    assert (set(rules), set(needs.values()), stars) == ({"met"}, {"met"}, (True, True))


@pytest.mark.slow
def test_edition_4_has_a_sixth_rule_and_an_edition_of_ones_own_needs_no_python(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", "4" * 10 + "0" + "4" * 14)  # no backups
    assert state_of(path)[0] == ["met"] * 5
    assert state_of(path, method="ipa-4.0")[0] == ["met"] * 5 + ["missing"]
    shipped = Path(riskbook.__file__).parent / "method" / "data" / "instruments" / "ten-threats.toml"
    text = shipped.read_text(encoding="utf-8").replace(
        "[[threats]]", '[[years]]\nyear = 2026\nnames = ["新しい脅威"]\n\n[[threats]]', 1
    )
    text += '\n[[threats]]\nname = { ja = "新しい脅威", en = "A new one" }\nranks = { 2026 = [1] }\nentries = []\nmeasures = []\n'
    (tmp_path / "threats.toml").write_text(text, encoding="utf-8")
    own = f'extends = "ipa-4.0"\n[instruments]\nthreats = "{tmp_path / "threats.toml"}"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    result = assessed(path, method=tmp_path / "own.toml", pages=Pages(("threats",)))
    result.save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["いまの脅威"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["新しい脅威", "圏外", "圏外", "1", "圏外から"] in [row[:5] for row in rows]
    # Newer facts make no other risk: the digest that histories compare by stays.
    assert result.method.sha256 == load_method("ipa-4.0").sha256


def test_the_check_sheet_says_so_where_there_is_no_self_check(tmp_path: Path) -> None:
    path = cloud_clients(tmp_path / "a.xlsx", {}, Asset("営業", "顧客台帳", "事務所PC", (3, 2, 1)))
    rules, needs, stars = state_of(path)
    # None of its questions is about sharing: that a right is granted sparingly does not show it.
    assert rules == ["met", "met", "met", "unknown", "met"]
    assert (needs["self-check"], needs["policy-set"], stars) == ("missing", "met", (False, False))


def test_where_the_two_sheets_differ_the_verdict_says_so(tmp_path: Path) -> None:
    asset = Asset("営業", "顧客台帳", "事務所PC", (3, 2, 1))
    questions = [(6, "OSとソフトウェアを自動更新にしている", 3), (4, "推測されにくい長いパスワードを使っている", 1)]
    form = Form({"台帳": [asset]}, THREATS, questions, self_check="4" * 25)
    ready = assessed(write_form(form, tmp_path / "a.xlsx")).assessment.instruments.readiness
    assert [(rule.state, rule.doubtful) for rule in ready.rules] == [("met", True)] + [("met", False)] * 4


def test_regulations_name_state_answers_and_assets(tmp_path: Path) -> None:
    answers = [(1, "方針を定めている", 1), (2, "教育している", 2), (2, "守秘義務がある", 1), (4, "多要素認証を使う", 3)]
    assets = [Asset("営業", "顧客台帳", "事務所PC", (3, 2, 1)), Asset("経理", "帳簿", "書類", (3, 2, 1))]
    path = write_form(Form({"台帳": assets}, THREATS, answers), tmp_path / "a.xlsx")
    found = assessed(path).assessment.instruments.regulations
    assert found is not None
    assert len(found) == 11
    told = {r.number: (r.state, [one.place.cell_ref for one in r.open], r.assets) for r in found if r.state != "none"}
    checks = assessed(path).assessment.ledger.checks
    assert checks is not None
    at = dict(zip(checks["question"], checks["cell"], strict=True))
    assert told == {
        1: ("kept", [], (0, 1)),
        2: ("strengthen", [at["教育している"]], (0, 1)),
        4: ("draft", [at["多要素認証を使う"]], (0,)),  # access control does not concern paper
    }


def test_published_ranks_and_movement() -> None:
    """As the tables of the source stand: rank by year of each of the ten threats of 2025."""
    spec = METHOD.instruments.threats
    names = {entry.year: entry.names for entry in spec.years}
    assert {year: len(found) for year, found in names.items()} == {2023: 10, 2024: 10, 2025: 10}
    ranked = {rank: threat for threat in spec.threats for rank in threat.ranks["2025"]}
    last = {rank: list(threat.ranks["2024"]) for rank, threat in ranked.items()}
    # The column 昨年順位 of 情報セキュリティ10大脅威 2025.
    assert last == {1: [1], 2: [2], 3: [5, 7], 4: [3], 5: [4], 6: [9], 7: [], 8: [], 9: [8], 10: [6]}
    for year, found in names.items():
        placed = sorted(rank for threat in spec.threats for rank in threat.ranks.get(str(year), ()))
        assert placed == list(range(1, len(found) + 1))


def test_gaps_are_the_open_answers_that_a_way_in_has_to_do_with(tmp_path: Path) -> None:
    path = self_check_book(tmp_path / "a.xlsx", "4" * 2 + "0" + "4" * 22)  # passwords only
    gaps = assessed(path).assessment.instruments.gaps
    assert [str(one.place) for one in gaps["entry:password"]] == ["自社診断!F7"]
    assert gaps["entry:malware"] == ()
    assert gaps["measure:telework"] == ()
    assert gaps["measure:backup"] == ()


@pytest.mark.slow
def test_what_nobody_was_asked_is_no_gap_and_no_strength(tmp_path: Path) -> None:
    form = Form({"台帳": [Asset("営業", "顧客台帳", "事務所PC", (3, 2, 1))]}, THREATS, [(4, "パスワードは長い", None)])
    path = write_form(form, tmp_path / "a.xlsx")
    gaps = assessed(path).assessment.instruments.gaps
    assert gaps["entry:malware"] is None
    assert [one.answer for one in gaps["entry:password"] or ()] == [None]  # asked, and not answered
    sheet = openpyxl.load_workbook(assessed(path, pages=Pages(("threats",))).save(tmp_path / "out.xlsx"))["いまの脅威"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "対応する設問がありません（不明）" in texts
    assert any(text.endswith("パスワードは長い（未回答）") for text in texts)


def test_disposal_is_no_backup_and_a_malware_update_no_software_update() -> None:
    spec = METHOD.instruments.threats
    backup = next(entry for entry in spec.measures if entry.key == "backup")
    assert not mentions("廃棄するときは復元できない方法で消去している", [backup.words])
    entry = next(entry for entry in spec.entries if entry.key == "vulnerability")
    words, without = [entry.words], entry.without
    assert mentions("OSとソフトウェアを自動更新にしている", words, without)
    assert not mentions("ウイルス対策ソフトの定義を自動で更新している", words, without)


@pytest.mark.slow
def test_transfer_lists_its_assets_and_the_published_bounds(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES / "aoba-foods.xlsx", path)
    result = assessed(path, pages=Pages(("transfer",)))
    names = result.risks.loc[list(result.assessment.instruments.transfers), "name"].tolist()
    assert names == ["会計データ"]
    result.save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["移転の手段"]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    for fact in (
        "会計データ",
        "月額1万円以下（税抜き）",
        "月額2,000円以下（税抜き）",
        "最低50端末以上",
        "5万円～150万円",
        "中小企業：1/2以内　小規模事業者：2/3以内",
        "最大2年分",
        "適切な監督",
        "2025-11-27",
    ):
        assert fact in text, fact
