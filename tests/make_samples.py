"""Makes the workbooks in samples/ and the blank forms in workbooks/: `python -m tests.make_samples`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import riskbook
from riskbook import opc
from riskbook.marks.ownership import cell_text
from tests.forms import MEDIA, MEDIA_EN, Asset, Form, write_form
from tests.questionnaires import self_check_book

P, U, O, M, S, X = MEDIA
ISSUED = {"risk-form-ja.xlsx": "ja", "risk-form-en.xlsx": "en"}  # in workbooks/
ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "samples"

QUESTIONS = (
    (1, "経営者が情報セキュリティの基本方針を定め、従業員に示している", 1),
    (1, "情報セキュリティの責任者と担当者を決めている", 1),
    (1, "情報セキュリティの規程を年に一度見直している", 3),
    (2, "入社時と年に一度、従業員に教育を行っている", 2),
    (2, "守秘義務を就業規則または誓約書で定めている", 1),
    (2, "退職者のアカウントをその日のうちに止めている", 2),
    (3, "情報資産の台帳を作り、年に一度は棚卸しをしている", 1),
    (3, "重要な書類や媒体は施錠して保管している", 2),
    (3, "廃棄するときは復元できない方法で消去している", 2),
    (4, "アカウントを一人ずつ分け、共有していない", 2),
    (4, "管理者権限は必要な人だけに与えている", 2),
    (4, "外部から使うサービスには多要素認証を使っている", 3),
    (4, "推測されにくい長いパスワードを使っている", 2),
    (5, "事務所と工場の入退室を管理している", 1),
    (5, "サーバーは鍵のかかる部屋またはラックに置いている", 3),
    (5, "離席時に画面をロックしている", 2),
    (6, "OSとソフトウェアを自動更新にしている", 2),
    (6, "ウイルス対策ソフトの定義を最新に保っている", 1),
    (6, "USBメモリの利用を許可制にしている", 3),
    (6, "持ち出すパソコンのディスクを暗号化している", 3),
    (7, "バックアップを毎日取り、復元を試している", 2),
    (7, "バックアップの一つをネットワークから切り離している", 3),
    (7, "サーバーとネットワーク機器の更新を計画的に行っている", 3),
    (7, "ログを三か月以上保存し、異常を確認している", 3),
    (8, "システムの変更前に影響を確認し、記録している", 2),
    (8, "公開しているサイトの脆弱性を定期に調べている", 3),
    (9, "委託先とは秘密保持を含む契約を結んでいる", 1),
    (9, "委託先の対策状況を年に一度確認している", 3),
    (9, "クラウドサービスは安全性を確かめて選んでいる", 2),
    (10, "事故が起きたときの連絡先と手順を決めている", 2),
    (10, "事故対応の訓練を年に一度行っている", 3),
    (10, "業務を続けるための代替手段を決めている", 3),
    (11, "在宅勤務で使う機器と接続方法を決めている", 2),
    (11, "社外で画面や書類を見られないよう指導している", 2),
)
THREATS = (
    (P, "事務所からの書類の盗難・紛失", 1),
    (P, "外出先での書類の置き忘れ", 2),
    (P, "内部者による持ち出し", 1),
    (U, "媒体の紛失・置き忘れ", 3),
    (U, "媒体からのウイルス感染", 2),
    (U, "内部者による持ち出し", 2),
    (O, "標的型メールによる感染", 2),
    (O, "誤送信", 2),
    (O, "故障によるデータの喪失", 2),
    (M, "機器の紛失・盗難", 2),
    (M, "公衆無線LANでの盗聴", 1),
    (M, "不正アプリの導入", 1),
    (S, "ランサムウェアによる暗号化", 2),
    (S, "故障・災害による停止", 2),
    (S, "内部者による不正", 1),
    (X, "アカウントの乗っ取り", 3),
    (X, "設定誤りによる公開", 2),
    (X, "サービスの停止", 1),
)


def _kitahama() -> Form:
    """A maker of machine parts with 120 people: three serious risks, and a backup that somebody carries home."""
    d = date
    assets = [
        Asset(
            "営業",
            "顧客台帳",
            X,
            (3, 2, 3),
            "営業部",
            "クラウド型の顧客管理",
            "有",
            retention="永年",
            registered=d(2024, 6, 3),
        ),
        Asset(
            "営業",
            "顧客台帳",
            U,
            (3, 2, 1),
            "営業部",
            "展示会に持参する写し",
            "有",
            retention="1年",
            registered=d(2026, 2, 10),
            typed={"vulnerability": 3},
        ),
        Asset("営業", "見積書", X, (2, 2, 2), "営業部", retention="5年", registered=d(2024, 5, 20)),
        Asset("営業", "見積書の控え", P, (2, 1, 1), "営業部", retention="5年", registered=d(2023, 5, 20)),
        Asset(
            "営業", "受注契約書", P, (3, 3, 2), "営業部", "原本。耐火金庫", retention="10年", registered=d(2022, 4, 1)
        ),
        Asset("営業", "受注契約書の電子写し", S, (3, 2, 2), "営業部", retention="10年", registered=d(2022, 4, 1)),
        Asset("営業", "名刺", P, (2, 1, 1), "営業部", personal="有", retention="-", registered=d(2024, 4, 1)),
        Asset(
            "営業",
            "営業用スマートフォンの連絡先",
            M,
            (2, 1, 2),
            "営業部",
            "機種変更時に移行",
            retention="-",
            registered=d(2025, 4, 1),
        ),
        Asset("営業", "商談記録", O, (2, 2, 1), "営業部", retention="3年", registered=d(2024, 9, 2)),
        Asset("営業", "製品カタログ", X, (1, 1, 1), "営業部", "公開済み", retention="-", registered=d(2025, 1, 15)),
        Asset(
            "設計", "製品設計図（CAD）", S, (3, 3, 3), "設計部", "営業秘密", retention="永年", registered=d(2021, 4, 1)
        ),
        Asset(
            "設計",
            "製品設計図（CAD）",
            U,
            (3, 3, 3),
            "設計部",
            "週次バックアップ（金庫保管）",
            retention="1年",
            registered=d(2026, 3, 2),
        ),
        Asset(
            "設計",
            "製品設計図（CAD）",
            M,
            (3, 2, 2),
            "設計部",
            "客先打合せ用ノートPC",
            retention="-",
            registered=d(2025, 7, 1),
        ),
        Asset("設計", "試作品の図面", P, (3, 2, 1), "設計部", retention="5年", registered=d(2024, 10, 1)),
        Asset(
            "設計",
            "顧客支給図面",
            S,
            (3, 3, 2),
            "設計部",
            "秘密保持契約あり",
            retention="10年",
            registered=d(2023, 4, 1),
        ),
        Asset(
            "設計", "顧客支給図面", U, (3, 3, 1), "設計部", "協力工場へ手渡し", retention="-", registered=d(2025, 5, 12)
        ),
        Asset("設計", "解析モデル", O, (2, 2, 2), "設計部", retention="5年", registered=d(2024, 4, 1)),
        Asset("設計", "特許出願資料", O, (3, 2, 1), "設計部", "出願前", retention="永年", registered=d(2025, 11, 4)),
        Asset("製造", "加工プログラム（NC）", S, (2, 3, 3), "製造部", retention="永年", registered=d(2021, 4, 1)),
        Asset(
            "製造",
            "加工プログラム（NC）",
            U,
            (2, 3, 2),
            "製造部",
            "機械への受け渡し",
            retention="-",
            registered=d(2024, 4, 1),
        ),
        Asset("製造", "生産計画", S, (1, 2, 3), "製造部", retention="3年", registered=d(2025, 4, 1)),
        Asset("製造", "工程指示書", P, (1, 2, 2), "製造部", retention="1年", registered=d(2026, 4, 1)),
        Asset("製造", "設備の保守記録", O, (1, 2, 2), "製造部", retention="10年", registered=d(2022, 4, 1)),
        Asset("品質", "検査成績書", S, (2, 3, 2), "品質保証部", retention="10年", registered=d(2022, 4, 1)),
        Asset(
            "品質", "検査成績書（紙）", P, (2, 3, 1), "品質保証部", retention=d(2025, 3, 31), registered=d(2015, 4, 1)
        ),
        Asset(
            "品質",
            "不具合・クレーム記録",
            X,
            (3, 2, 2),
            "品質保証部",
            "取引先と共有",
            retention="10年",
            registered=d(2023, 4, 1),
        ),
        Asset("人事", "社員名簿", S, (3, 2, 2), "総務部", personal="有", retention="永年", registered=d(2024, 4, 1)),
        Asset(
            "人事",
            "健康診断の結果",
            P,
            (3, 3, 1),
            "総務部",
            "施錠書庫",
            "有",
            "有",
            retention="5年",
            registered=d(2024, 7, 1),
        ),
        Asset("人事", "マイナンバー管理簿", O, (3, 3, 2), "総務部", "専用PC", "有", "", "有", "7年", d(2023, 1, 10)),
        Asset("人事", "給与データ", X, (3, 3, 3), "総務部", "給与計算サービス", "有", "", "有", "7年", d(2023, 4, 1)),
        Asset("人事", "採用応募書類", P, (3, 1, 1), "総務部", personal="有", retention="1年", registered=d(2024, 3, 1)),
        Asset("人事", "人事評価", O, (3, 2, 1), "総務部", personal="有", retention="5年", registered=d(2024, 4, 1)),
        Asset("人事", "勤怠データ", X, (2, 3, 2), "総務部", personal="", retention="5年", registered=d(2024, 4, 1)),
        Asset(
            "経理",
            "会計データ",
            S,
            (3, 3, 3),
            "経理部",
            "サーバーは更新切れ",
            retention="10年",
            registered=d(2021, 4, 1),
            typed={"vulnerability": 3},
        ),
        Asset(
            "経理",
            "会計データ",
            U,
            (3, 3, 2),
            "経理部",
            "経理担当が自宅に持ち帰る写し",
            retention="-",
            registered=d(2025, 6, 2),
            typed={"vulnerability": 3},
        ),
        Asset("経理", "請求書（発行控え）", X, (2, 2, 2), "経理部", retention="10年", registered=d(2023, 10, 1)),
        Asset("経理", "請求書（受領）", P, (2, 2, 1), "経理部", retention="10年", registered=d(2022, 4, 1)),
        Asset(
            "経理",
            "ネットバンキングの認証情報",
            O,
            (3, 3, 3),
            "経理部",
            "共用PC",
            retention="-",
            registered=d(2025, 4, 1),
            typed={"vulnerability": 3},
        ),
        Asset("経理", "決算書", P, (2, 3, 1), "経理部", retention="永年", registered=d(2022, 6, 1)),
        Asset("共通", "電子メール", X, (3, 2, 3), "総務部", retention="3年", registered=d(2024, 4, 1)),
        Asset("共通", "共有フォルダー", S, (2, 2, 3), "総務部", retention="-", registered=d(2023, 4, 1)),
        Asset(
            "共通",
            "共有フォルダーのバックアップ",
            U,
            (2, 3, 3),
            "総務部",
            "オフライン保管",
            retention="1年",
            registered=d(2026, 4, 1),
        ),
        Asset("共通", "会社ホームページ", X, (1, 3, 2), "総務部", retention="-", registered=d(2024, 4, 1)),
        Asset("共通", "社内規程集", S, (1, 2, 1), "総務部", retention="永年", registered=d(2023, 4, 1)),
        Asset("共通", "取締役会議事録", P, (3, 3, 1), "総務部", retention="10年", registered=d(2022, 6, 30)),
    ]
    return Form({"情報資産管理台帳": assets}, THREATS, QUESTIONS, company="北浜精機株式会社")


def _midori() -> Form:
    """A clinic with a ledger for each department and a few mistakes that people make."""
    d = date
    front = [
        Asset(
            "受付", "診察券の発行記録", O, (3, 2, 2), "受付", personal="有", retention="5年", registered=d(2023, 4, 1)
        ),
        Asset(
            "受付",
            "予約データ",
            "クラウド",
            (3, 2, 3),
            "受付",
            "予約サービス",
            "○",
            retention="1年",
            registered=d(2025, 4, 1),
        ),
        Asset("受付", "問診票", "紙", (3, 3, 2), "受付", "", "○", "○", retention="5年", registered=d(2022, 4, 1)),
        Asset("受付", "保険証の写し", P, (2, 2, 1), "受付", personal="有", retention="-", registered=d(2024, 4, 1)),
    ]
    care = [
        Asset("診療", "電子カルテ", S, (3, 3, 3), "診療部", "", "有", "有", retention="5年", registered=d(2022, 4, 1)),
        Asset(
            "診療",
            "電子カルテ",
            U,
            (3, 3, 3),
            "診療部",
            "日次バックアップ",
            "有",
            "有",
            retention="-",
            registered=d(2025, 4, 1),
        ),
        Asset("診療", "検査画像", S, (3, 3, 2), "診療部", "", "有", "有", retention="5年", registered=d(2022, 4, 1)),
        Asset(
            "診療",
            "訪問診療の記録",
            "タブレット",
            (3, 2, 2),
            "診療部",
            "",
            "有",
            "有",
            retention="5年",
            registered=d(2024, 4, 1),
        ),
        Asset("診療", "紹介状", P, (3, 3, ""), "診療部", "", "有", "有", retention="5年", registered=d(2023, 4, 1)),
    ]
    office = [
        Asset(
            "事務",
            "診療報酬請求データ",
            O,
            (3, 3, 3),
            "事務部",
            personal="有",
            retention="5年",
            registered=d(2023, 4, 1),
        ),
        Asset(
            "事務",
            "職員の給与データ",
            O,
            (3, 3, 2),
            "事務部",
            personal="有",
            my_number="有",
            retention="7年",
            registered=d(2023, 4, 1),
        ),
        Asset("事務", "経理帳簿", S, (2, 3, 2), "事務部", retention="10年", registered=d(2022, 4, 1)),
        Asset("事務", "ホームページ", X, (1, 2, 1), "事務部", retention="-", registered=d(2024, 4, 1)),
    ]
    ledgers = {"台帳_受付": front, "台帳_診療": care, "台帳_事務": office}
    return Form(ledgers, THREATS, QUESTIONS, company="医療法人みどり会")


def _harbour() -> Form:
    """A small design office whose form is in English."""
    p, u, o, m, s, x = MEDIA_EN
    english = dict(zip(MEDIA, MEDIA_EN, strict=True))
    assets = [
        Asset(
            "Sales",
            "Client list",
            x,
            (3, 2, 2),
            "Sales",
            "CRM service",
            "yes",
            retention="5 years",
            registered=date(2024, 4, 1),
        ),
        Asset(
            "Sales", "Client list", u, (3, 1, 1), "Sales", "copy for trade fairs", "yes", registered=date(2025, 4, 1)
        ),
        Asset("Design", "Project files", s, (3, 3, 3), "Design", retention="10 years", registered=date(2023, 4, 1)),
        Asset("Design", "Project files", u, (3, 3, 2), "Design", "offline backup", registered=date(2025, 4, 1)),
        Asset("Design", "Sketches", p, (2, 1, 1), "Design", registered=date(2025, 4, 1)),
        Asset("Office", "Accounts", o, (3, 3, 2), "Office", retention="10 years", registered=date(2023, 4, 1)),
        Asset("Office", "Payroll", x, (3, 3, 2), "Office", "", "yes", retention="7 years", registered=date(2023, 4, 1)),
        Asset("Office", "Phones", m, (2, 1, 2), "Office", registered=date(2025, 4, 1)),
    ]
    threats = [(english[medium], f"Threat {n}", value) for n, (medium, _, value) in enumerate(THREATS, start=1)]
    questions = [(kind, f"Measure {n} is in place", answer) for n, (kind, _, answer) in enumerate(QUESTIONS, start=1)]
    return Form({"Ledger": assets}, threats, questions, company="Harbour Design Ltd.", lang="en")


SAMPLES = {"kitahama-seiki.xlsx": _kitahama, "midori-clinic.xlsx": _midori, "harbour-design.xlsx": _harbour}
FIVE_MINUTES, WORKED = "five-minute-check.xlsx", "aoba-foods.xlsx"
TODAY = date(2026, 11, 21)


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
        Asset("営業", "見積書", O, (2, 2, 1), sales, retention="5年", registered=d(2024, 4, 1)),
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
            "決定者": "青葉社長",
            "決定日": "2026-11-10",
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
            "決定者": "青葉社長",
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
    assessed = riskbook.assess(path, today=TODAY, lang="ja")
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


WRITERS = {name: (lambda path, make=make: write_form(make(), path)) for name, make in SAMPLES.items()} | {
    FIVE_MINUTES: write_five_minutes,
    WORKED: write_worked,
}


def issue(name: str, folder: Path) -> Path:
    """Makes one of the blank forms of workbooks/ as `riskbook new` does."""
    return riskbook.new_form(folder / name, lang=ISSUED[name], force=True)


def main(folder: Path = FOLDER) -> None:
    """Writes every sample, and the blank forms."""
    for name, write in WRITERS.items():
        write(folder / name)
    for name in ISSUED:
        issue(name, ROOT / "workbooks")


if __name__ == "__main__":
    main()
