"""The firms of the samples, and what their forms say."""

from __future__ import annotations

from datetime import date

from tests.support.forms import MEDIA, MEDIA_EN, QUESTIONS, THREATS, Asset, Form

P, U, O_, M, S, X = MEDIA


def kitahama() -> Form:
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
        Asset("営業", "商談記録", O_, (2, 2, 1), "営業部", retention="3年", registered=d(2024, 9, 2)),
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
        Asset("設計", "解析モデル", O_, (2, 2, 2), "設計部", retention="5年", registered=d(2024, 4, 1)),
        Asset("設計", "特許出願資料", O_, (3, 2, 1), "設計部", "出願前", retention="永年", registered=d(2025, 11, 4)),
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
        Asset("製造", "設備の保守記録", O_, (1, 2, 2), "製造部", retention="10年", registered=d(2022, 4, 1)),
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
        Asset("人事", "マイナンバー管理簿", O_, (3, 3, 2), "総務部", "専用PC", "有", "", "有", "7年", d(2023, 1, 10)),
        Asset("人事", "給与データ", X, (3, 3, 3), "総務部", "給与計算サービス", "有", "", "有", "7年", d(2023, 4, 1)),
        Asset("人事", "採用応募書類", P, (3, 1, 1), "総務部", personal="有", retention="1年", registered=d(2024, 3, 1)),
        Asset("人事", "人事評価", O_, (3, 2, 1), "総務部", personal="有", retention="5年", registered=d(2024, 4, 1)),
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
            O_,
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


def midori() -> Form:
    """A clinic with a ledger for each department and a few mistakes that people make."""
    d = date
    front = [
        Asset(
            "受付", "診察券の発行記録", O_, (3, 2, 2), "受付", personal="有", retention="5年", registered=d(2023, 4, 1)
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
            O_,
            (3, 3, 3),
            "事務部",
            personal="有",
            retention="5年",
            registered=d(2023, 4, 1),
        ),
        Asset(
            "事務",
            "職員の給与データ",
            O_,
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


def harbour() -> Form:
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
