"""The words by which columns and media are known."""

from __future__ import annotations

from pathlib import Path

import pytest

import riskbook
from riskbook.method import load_method
from riskbook.model import CIA_FIELDS
from riskbook.reading.values import media
from tests.support.books import write_book

WORDS = {
    "vulnerability": ["ぜい弱性", "脆弱性レベル", "ぜい弱性レベル", "脆弱性の程度", "Vulnerability Level"],
    "threat": ["脅威レベル", "脅威の値", "脅威度", "Threat Rating"],
    "owner": ["管理責任者", "所有者", "情報資産所有者", "責任者", "オーナー", "Responsible"],
    "department": ["部署", "担当部署", "所管課", "主管部門", "所有部署", "Division"],
    "medium": ["形態", "保管形態", "所在", "記録媒体", "保管場所", "保存場所", "格納先", "Location", "stored in"],
    "name": [
        "情報名",
        "システム名",
        "文書名",
        "帳票名",
        "情報資産の名称",
        "データ名",
        "個人情報の名称",
        "Document name",
    ],
    "importance": ["影響度", "impact", "Criticality", "ランク", "資産の重要度"],
    "retention": ["保存年限", "保管年限", "保有期間"],
    "risk": ["リスクスコア", "Risk Level", "リスク評価値"],
    "asset_id": ["項番", "通番", "資産管理番号"],
    "users": ["アクセス権", "利用部署", "使用者"],
    "note": ["概要", "特記事項", "Description"],
    "business": ["業務名", "対象業務", "Process(es)"],
}


@pytest.mark.parametrize(("field", "word"), [(field, word) for field, words in WORDS.items() for word in words])
def test_a_column_is_known_by_each_of_its_words(field: str, word: str, tmp_path: Path) -> None:
    headers = {"name": "資産名", "medium": "媒体", **dict.fromkeys(CIA_FIELDS)}
    headers |= dict(zip(CIA_FIELDS, ("機密性", "完全性", "可用性"), strict=True)) | {field: word}
    row = {"name": "顧客名簿", "medium": "書類", **dict.fromkeys(CIA_FIELDS, 2)}
    path = write_book(tmp_path / "a.xlsx", 表=[list(headers.values()), [row.get(name, 1) for name in headers]])
    ledger = riskbook.read(path)
    assert dict(ledger.tables[0].columns) == {name: place for place, name in enumerate(headers, start=1)}
    assert not [f for f in ledger.findings if f.code in ("column-ignored", "header-assumed")]


MEDIA = {
    "書類": ["キャビネット", "書庫", "鍵付きキャビネット", "印刷物", "Filing Cabinet"],
    "可搬電子媒体": ["磁気テープ", "LTO", "CD-ROM", "microSD", "外部記憶媒体", "USB drive"],
    "事務所PC": ["職員端末", "業務端末", "クライアントPC", "業務用ＰＣ"],
    "モバイル機器": ["iPad", "モバイル端末", "社用携帯", "持ち出しPC"],
    "社内サーバー": ["オンプレミス", "共有フォルダ", "共有サーバ", "基幹サーバー"],
    "社外サーバー": ["AWS", "Azure", "Webサイト", "ホームページ", "Box", "OneDrive", "Google ドライブ", "Microsoft 365", "SharePoint",
               "Dropbox", "kintone", "データセンター", "IaaS"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in MEDIA.items() for word in words])
def test_a_medium_is_known_by_each_of_its_words(name: str, word: str) -> None:
    assert media(word, load_method()).value == (name,)


def test_these_words_change_no_rule() -> None:
    """Trends go on, and runs recorded by earlier versions stay comparable."""
    assert load_method().rules_sha256[:12] == "5bab5885a7f7"


def test_the_stronger_word_wins_without_a_warning(tmp_path: Path) -> None:
    rows = [
        ["システム名", "情報資産名称", "保管場所", "媒体", "機密性", "所有者", "リスク所有者"],
        ["販売管理", "顧客名簿", "本社2階", "書類", 3, "総務課長", "社長"],
    ]
    result = riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=rows))
    assert result.assets[["name", "medium_text", "owner"]].values.tolist() == [["顧客名簿", "書類", "社長"]]
    ignored = [(f.params["text"], f.message_key) for f in result.findings if f.code == "column-ignored"]
    assert sorted(ignored) == [(name, "column-ignored") for name in ("システム名", "保管場所", "所有者")]


@pytest.mark.parametrize(
    "headers",
    [
        ["システム名", "課題", "重要度", "担当部署"],  # a list of issues
        ["文書名", "部署", "ランク"],
        ["名称", "ランク", "備考"],
        ["Name", "Impact", "Likelihood", "Owner"],  # a register of other risks
        ["システム名", "所在", "ランク", "部署"],
    ],
)
def test_weak_words_alone_make_no_ledger(headers: list[str], tmp_path: Path) -> None:
    ledger = [["情報資産名称", "媒体・保存先", "機密性"], ["契約書", "書類", 3]]
    result = riskbook.read(write_book(tmp_path / "a.xlsx", 台帳=ledger, 表=[headers, ["販売管理", 2, 3, 1]]))
    assert result.assets["name"].tolist() == ["契約書"]


@pytest.mark.parametrize(
    "headers",
    [
        ["システム名", "機密性", "完全性", "可用性"],
        ["文書名", "保管場所", "重要度"],
        ["情報資産名", "所在", "ランク"],
    ],
)
def test_weak_words_beside_strong_ones_do(headers: list[str], tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", 表=[headers, ["勤怠", *[3] * (len(headers) - 1)]])
    assert riskbook.read(path).assets["name"].tolist() == ["勤怠"]
