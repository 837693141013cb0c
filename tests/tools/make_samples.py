"""Makes the workbooks in samples/ and the blank forms in workbooks/: `python -m tests.tools.make_samples`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import riskbook
from riskbook import opc
from riskbook.marks.ownership import cell_text
from riskbook.model import Pages
from tests.support.days import TODAY
from tests.support.forms import MEDIA, QUESTIONS, THREATS, Asset, Form, write_form
from tests.support.places import ROOT, SAMPLES
from tests.support.questionnaires import self_check_book
from tests.tools.firms import harbour, kitahama, midori

P, U, O_, M, S, X = MEDIA
ISSUED = {"risk-form-ja.xlsx": "ja", "risk-form-en.xlsx": "en"}  # in workbooks/
FIRMS = {"kitahama-seiki.xlsx": kitahama, "midori-clinic.xlsx": midori, "harbour-design.xlsx": harbour}
FIVE_MINUTES, WORKED = "five-minute-check.xlsx", "aoba-foods.xlsx"


def write_five_minutes(path: Path) -> Path:
    """The five-minute self-check of a builder with nine people: 12 + 27 + 5 = 44 points."""
    return self_check_book(path, "44220" + "220n?24204242" + "20?4000", company="有限会社みなと工務店", total=44)


def _aoba() -> Form:
    """A wholesaler of foods with 30 people that has come to the fourth step: ledger, self-check, two cloud services."""
    d = date
    sales, office, store = "営業部", "管理部", "物流部"
    clouds = {"受発注クラウド": "○○○○○○○○○△○○○○○", "かんたん給与": "○○○○○○×○×○○○未○○"}
    assets = [
        Asset(
            "営業",
            "取引先台帳",
            X,
            (3, 2, 3),
            sales,
            "受発注クラウドに登録",
            "有",
            retention="永年",
            registered=d(2025, 4, 1),
        ),
        Asset("営業", "受注データ", X, (2, 3, 3), sales, "受発注クラウド", retention="7年", registered=d(2025, 4, 1)),
        Asset(
            "営業", "取引先台帳", U, (3, 2, 1), sales, "外回り用の写し", "有", retention="-", registered=d(2026, 2, 2)
        ),
        Asset("営業", "見積書", O_, (2, 2, 1), sales, retention="5年", registered=d(2024, 4, 1)),
        Asset("営業", "営業用スマートフォン", M, (2, 1, 2), sales, retention="-", registered=d(2025, 4, 1)),
        Asset("人事", "給与データ", X, (3, 3, 2), office, "かんたん給与", "有", "", "有", "7年", d(2025, 4, 1)),
        Asset("人事", "社員名簿", S, (3, 2, 2), office, "", "有", retention="永年", registered=d(2024, 4, 1)),
        Asset("人事", "マイナンバー関係書類", P, (3, 3, 1), office, "施錠書庫", "有", "", "有", "7年", d(2023, 4, 1)),
        Asset(
            "経理",
            "会計データ",
            S,
            (3, 3, 3),
            office,
            "サーバーは更新切れ",
            retention="10年",
            registered=d(2022, 4, 1),
            typed={"vulnerability": 3},
        ),
        Asset(
            "経理", "会計データ", U, (3, 3, 2), office, "週次バックアップ", retention="1年", registered=d(2026, 3, 2)
        ),
        Asset("経理", "請求書（受領）", P, (2, 2, 1), office, retention="10年", registered=d(2023, 4, 1)),
        Asset("物流", "在庫データ", S, (1, 3, 3), store, retention="3年", registered=d(2025, 4, 1)),
        Asset("物流", "配送伝票", P, (2, 2, 2), store, retention="3年", registered=d(2025, 4, 1)),
        Asset("共通", "電子メール", X, (3, 2, 3), office, retention="3年", registered=d(2024, 4, 1)),
        Asset("共通", "会社ホームページ", X, (1, 3, 2), office, retention="-", registered=d(2024, 4, 1)),
    ]
    return Form(
        {"情報資産管理台帳": assets},
        THREATS,
        QUESTIONS,
        company="青葉食品株式会社",
        self_check="44422" + "4224244224442" + "4204222",
        clouds={k: list(v) for k, v in clouds.items()},
    )


# What people of the worked company typed after the first run: sheet, words that its line holds, header → value.
_TYPED: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    (
        "対応計画",
        ("取引先台帳", U),
        {
            "決定": "回避",
            "対策内容": "写しを廃止し、受発注クラウドを社外から使う",
            "担当": "佐藤",
            "期限": "2026-12-25",
            "状況": "実施中",
            "承認者": "青葉社長",
            "承認日": "2026-11-10",
        },
    ),
    (
        "対応計画",
        ("会計データ", S),
        {
            "決定": "移転",
            "対策内容": "会計をクラウドに移し、見守りサービスを契約する",
            "担当": "鈴木",
            "期限": "2027-03-31",
            "状況": "計画",
            "承認者": "青葉社長",
        },
    ),
    ("対策計画", ("多要素認証",), {"担当": "鈴木", "期限": "2026-12-25", "状況": "計画"}),
    ("対策計画", ("切り離している",), {"担当": "田中", "期限": "2027-01-29", "状況": "計画"}),
    ("緊急時対応", ("R81",), {"担当者": "青葉 一郎（社長）", "連絡先": "内線101"}),
    ("緊急時対応", ("R83",), {"担当者": "鈴木 花子", "連絡先": "内線105"}),
    ("緊急時対応", ("X1",), {"担当者": "保守会社の受付", "連絡先": "契約書の控えを参照"}),
)


def write_worked(path: Path) -> Path:
    """The worked company: its form, assessed once, with what its people then typed into the plans."""
    write_form(_aoba(), path)
    assessed = riskbook.assess(path, today=TODAY, lang="ja", pages=Pages(("response",)))
    workbook = opc.Workbook(assessed.content)
    for sheet_name, words, typed in _TYPED:
        sheet = opc.Worksheet(workbook, sheet_name)
        texts = {
            row: {column: cell_text(workbook, cell) or "" for column, cell in sheet.cells(row)} for row in sheet.rows
        }
        headers = next(found for found in texts.values() if set(typed) <= set(found.values()))
        columns = {text: column for column, text in headers.items()}
        row = next(r for r, found in texts.items() if all(any(w in t for t in found.values()) for w in words))
        for header, value in typed.items():
            sheet.put(row, columns[header], value, sheet.style_near(row, columns[header]))
    path.write_bytes(workbook.parts.written())
    return path


WRITERS = {name: (lambda path, make=make: write_form(make(), path)) for name, make in FIRMS.items()} | {
    FIVE_MINUTES: write_five_minutes,
    WORKED: write_worked,
}


def issue(name: str, folder: Path) -> Path:
    """Makes one of the blank forms of workbooks/ as `riskbook new` does."""
    return riskbook.new_form(folder / name, lang=ISSUED[name], force=True)


def main(folder: Path = SAMPLES) -> None:
    """Writes every sample, and the blank forms."""
    for name, write in WRITERS.items():
        write(folder / name)
    for name in ISSUED:
        issue(name, ROOT / "workbooks")


if __name__ == "__main__":
    main()
