"""Makes filled-in forms of our own wording, in the published form's shape: for samples and tests.

Written with xlsxwriter, which riskbook's reading and package rooms do not use; the cached values are worked out here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.support.questionnaires import write_cloud, write_self_check

MEDIA = ("書類", "可搬電子媒体", "事務所PC", "モバイル機器", "社内サーバー", "社外サーバー")
PAPER, USB, PC, MOBILE, SERVER, CLOUD = MEDIA
MEDIA_EN = ("Paper", "Removable media", "Office PC", "Mobile device", "On-premises server", "External server")
KINDS = (
    "組織的対策",
    "人的対策",
    "情報資産管理",
    "アクセス制御及び認証",
    "物理的対策",
    "IT機器利用",
    "IT基盤運用管理",
    "システムの開発及び保守",
    "委託管理",
    "情報セキュリティインシデント対応ならびに事業継続管理",
    "テレワークにおける対策",
)
KINDS_EN = (
    "Organisational measures",
    "Human measures",
    "Information asset management",
    "Access control and authentication",
    "Physical measures",
    "Use of IT equipment",
    "Operation of the IT platform",
    "System development and maintenance",
    "Management of contractors",
    "Incident response and business continuity",
    "Measures for telework",
)
APPLIES = ("012345", "012345", "012345", "2345", "01234", "123", "2345", "45", "012345", "012345", "034")
FREQUENCY = {
    3: "3:通常の状況で脅威が発生する（いつ発生してもおかしくない）",
    2: "2:特定の状況で脅威が発生する（年に数回程度）",
    1: "1:通常の状況で脅威が発生することはない",
}
FREQUENCY_EN = {3: "3: at any time", 2: "2: a few times a year", 1: "1: not normally"}
ANSWER = {1: "1:実施している", 2: "2:一部実施している", 3: "3:実施していない", 4: "4:自社には該当しない"}
ANSWER_EN = {1: "1: implemented", 2: "2: partly implemented", 3: "3: not implemented", 4: "4: not applicable"}
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
    (PAPER, "事務所からの書類の盗難・紛失", 1),
    (PAPER, "外出先での書類の置き忘れ", 2),
    (PAPER, "内部者による持ち出し", 1),
    (USB, "媒体の紛失・置き忘れ", 3),
    (USB, "媒体からのウイルス感染", 2),
    (USB, "内部者による持ち出し", 2),
    (PC, "標的型メールによる感染", 2),
    (PC, "誤送信", 2),
    (PC, "故障によるデータの喪失", 2),
    (MOBILE, "機器の紛失・盗難", 2),
    (MOBILE, "公衆無線LANでの盗聴", 1),
    (MOBILE, "不正アプリの導入", 1),
    (SERVER, "ランサムウェアによる暗号化", 2),
    (SERVER, "故障・災害による停止", 2),
    (SERVER, "内部者による不正", 1),
    (CLOUD, "アカウントの乗っ取り", 3),
    (CLOUD, "設定誤りによる公開", 2),
    (CLOUD, "サービスの停止", 1),
)
LEDGER_HEADERS = (
    ("業務分類", "Business"),
    ("情報資産名称", "Asset name"),
    ("備考", "Remarks"),
    ("利用者範囲", "Users"),
    ("管理部署", "Department"),
    ("媒体・保存先", "Medium"),
    ("個人情報", "Personal information"),
    ("要配慮個人情報", "Sensitive personal information"),
    ("特定個人情報", "My Number"),
    ("機密性", "Confidentiality"),
    ("完全性", "Integrity"),
    ("可用性", "Availability"),
    ("重要度", "Importance"),
    ("保存期限", "Retention"),
    ("登録日", "Registered"),
    ("脅威の発生頻度\n※「脅威の状況」シートに入力すると表示", "Threat"),
    ("脆弱性\n※「対策状況チェック」シートに入力すると表示", "Vulnerability"),
    ("被害発生可能性", "Likelihood"),
    ("リスク値", "Risk value"),
)


@dataclass
class Asset:
    """One ledger row."""

    business: str
    name: str
    medium: str
    cia: tuple[Any, Any, Any]
    department: str = ""
    note: str = ""
    personal: str = ""
    sensitive: str = ""
    my_number: str = ""
    retention: Any = ""
    registered: Any = date(2025, 4, 1)
    typed: dict[str, Any] = field(default_factory=dict)


@dataclass
class Form:
    """A whole workbook: ledgers by sheet name, frequencies by medium, answers by kind."""

    ledgers: dict[str, Sequence[Asset]]
    threats: Sequence[tuple[str, str, int | None]]
    answers: Sequence[tuple[int, str, Any]]
    company: str = ""
    lang: str = "ja"
    media_columns: bool = True
    marks: Sequence[str] | None = None  # places of the media of each question, where not those of its kind
    self_check: str = ""  # answers of the 25 items, as `write_self_check` takes them
    clouds: dict[str, Sequence[str | None]] = field(default_factory=dict)  # a check sheet a service


def write_form(form: Form, path: Path) -> Path:
    """Writes the workbook, with what client files carry: comments, drop-downs, a text box, a hidden list."""
    english = form.lang == "en"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy/m/d"})
    book.set_properties({"created": datetime(2026, 4, 1)})  # the same form gives the same file
    font = {"font_name": "ＭＳ Ｐゴシック", "font_size": 11}
    looks = {
        "title": book.add_format({**font, "bold": True, "font_size": 16}),
        "head": book.add_format(
            {
                **font,
                "bold": True,
                "border": 1,
                "bg_color": "#E2EFDA",
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        ),
        "cell": book.add_format({**font, "border": 1, "text_wrap": True}),
        "auto": book.add_format({**font, "border": 1, "bg_color": "#EDEDED"}),
        "date": book.add_format({**font, "border": 1, "num_format": "yyyy/m/d"}),
    }
    guide = book.add_worksheet("How to use" if english else "利用方法")
    guide.write("B2", "How to use this form" if english else "リスク分析シートの使い方", looks["title"])
    guide.insert_textbox(
        "B4", "Ledger → threats → checks" if english else "台帳 → 脅威 → 対策チェックの順に記入します。"
    )
    names = {"threats": "Threats" if english else "脅威の状況", "checks": "Checks" if english else "対策状況チェック"}
    threat_of, vulnerability_of = _threat_values(form), _vulnerability_values(form)
    for name, assets in form.ledgers.items():
        _write_ledger(book, looks, form, name, assets, names, threat_of, vulnerability_of)
    if form.threats:
        _write_threats(book, looks, form, names["threats"], threat_of)
    if form.answers:
        _write_checks(book, looks, form, names["checks"], vulnerability_of)
    if form.self_check:
        write_self_check(book, form.self_check)
    for service, checked in form.clouds.items():
        write_cloud(book, service, checked)
    choices = book.add_worksheet("Lists" if english else "選択肢")
    for row, medium in enumerate(MEDIA_EN if english else MEDIA):
        choices.write(row, 0, medium)
    choices.hide()
    book.close()
    return path


def _threat_values(form: Form) -> dict[str, int]:
    values: dict[str, int] = {}
    for medium, _, frequency in form.threats:
        if frequency is not None:
            values[medium] = max(values.get(medium, 0), frequency)
    return values


def _marks(form: Form, number: int) -> str:
    """The places of the media that question `number` (0…) applies to."""
    return form.marks[number] if form.marks is not None else APPLIES[form.answers[number][0] - 1]


def _vulnerability_values(form: Form) -> dict[str, int]:
    values = {}
    for place, medium in enumerate(MEDIA_EN if form.lang == "en" else MEDIA):
        counted = [a for n, (_, _, a) in enumerate(form.answers) if str(place) in _marks(form, n) and a in (1, 2, 3)]
        weight = sum(2 if a == 1 else a == 2 for a in counted)
        values[medium] = 3 if not counted or 5 * weight <= 2 * len(counted) else 1 if weight == 2 * len(counted) else 2
    return values


def _write_ledger(
    book: Any,
    looks: dict[str, Any],
    form: Form,
    name: str,
    assets: Sequence[Asset],
    names: dict[str, str],
    threat_of: dict[str, int],
    vulnerability_of: dict[str, int],
) -> None:
    english = form.lang == "en"
    sheet = book.add_worksheet(name)
    title = "Asset ledger" if english else "情報資産管理台帳"
    sheet.write("A1", f"{form.company}　{title}" if form.company else title, looks["title"])
    groups = {6: ("個人情報の種類", "Kind of personal information", 8), 9: ("評価値", "Evaluation", 11)}
    groups[15] = ("現状から想定されるリスク（自動表示）", "Present risk (computed)", 18)
    grouped = {column for first, (_, _, last) in groups.items() for column in range(first, last + 1)}
    for first, (ja, en, last) in groups.items():
        sheet.merge_range(2, first, 2, last, en if english else ja, looks["head"])
    for column, pair in enumerate(LEDGER_HEADERS):
        text = pair[1] if english else pair[0]
        if column in grouped:
            sheet.write(3, column, text, looks["head"])
        else:
            sheet.merge_range(2, column, 3, column, text, looks["head"])
    sheet.set_row(3, 48)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 2, 24)
    sheet.set_column(3, 5, 13)
    sheet.set_column(6, 18, 9)
    sheet.freeze_panes(4, 2)
    for row, asset in enumerate(assets, start=4):
        _write_asset(sheet, looks, row, asset, names, threat_of, vulnerability_of)
    last = max(len(assets) + 3, 4)
    sheet.autofilter(3, 0, last, 18)
    sheet.write_comment("F4", "One medium a row" if english else "媒体ごとに1行で記入")
    lists = "Lists" if english else "選択肢"
    sheet.data_validation(
        4, 5, last + 50, 5, {"validate": "list", "source": f"={lists}!$A$1:$A$6", "error_type": "warning"}
    )
    bold = book.add_format({"bold": True, "font_color": "#C00000"})
    sheet.conditional_format(4, 18, last, 18, {"type": "cell", "criteria": ">=", "value": 6, "format": bold})


def _write_asset(
    sheet: Any,
    looks: dict[str, Any],
    row: int,
    asset: Asset,
    names: dict[str, str],
    threat_of: dict[str, int],
    vulnerability_of: dict[str, int],
) -> None:
    r = row + 1
    texts = (asset.business, asset.name, asset.note, asset.department, asset.department, asset.medium)
    for column, text in enumerate((*texts, asset.personal, asset.sensitive, asset.my_number)):
        sheet.write(row, column, text, looks["cell"])
    for column, value in enumerate(asset.cia, start=9):
        sheet.write(row, column, value, looks["cell"])
    for column, value in ((13, asset.retention), (14, asset.registered)):
        sheet.write(row, column, value, looks["date"] if isinstance(value, date) else looks["cell"])
    given = [value for value in asset.cia if isinstance(value, int)]
    importance = max(given, default="")
    threat = asset.typed.get("threat", threat_of.get(asset.medium, ""))
    vulnerability = asset.typed.get("vulnerability", vulnerability_of.get(asset.medium, ""))
    known = threat != "" and vulnerability != ""
    likelihood = "" if not known else 1 if min(threat, vulnerability) == 1 else threat + vulnerability - 3
    risk = importance * likelihood if importance != "" and known else ""
    t, c = names["threats"], names["checks"]
    computed = {
        "importance": (12, f'=IF(COUNT(J{r}:L{r})=0,"",MAX(J{r}:L{r}))', importance),
        "threat": (15, f"=IFERROR(VLOOKUP(F{r},'{t}'!$G$4:$H$9,2,FALSE),\"\")", threat),
        "vulnerability": (16, f"=IFERROR(VLOOKUP(F{r},'{c}'!$N$4:$O$9,2,FALSE),\"\")", vulnerability),
        "likelihood": (17, f'=IF(OR(P{r}="",Q{r}=""),"",IF(MIN(P{r},Q{r})=1,1,P{r}+Q{r}-3))', likelihood),
        "risk": (18, f'=IF(OR(M{r}="",R{r}=""),"",M{r}*R{r})', risk),
    }
    for name, (column, formula, value) in computed.items():
        if name in asset.typed:
            sheet.write(row, column, asset.typed[name], looks["cell"])
        else:
            sheet.write_formula(row, column, formula, looks["auto"], value)


def _write_threats(book: Any, looks: dict[str, Any], form: Form, name: str, threat_of: dict[str, int]) -> None:
    english = form.lang == "en"
    sheet = book.add_worksheet(name)
    sheet.write("B1", name, looks["title"])
    heads = (
        ("Medium", "Assumed threat", "Threat frequency without measures")
        if english
        else ("媒体・保存先", "想定される脅威", "対策を講じない場合の脅威の発生頻度")
    )
    for column, text in enumerate(heads, start=1):
        sheet.write(2, column, text, looks["head"])
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 3, 48)
    rows: dict[str, list[int]] = {}
    for row, (medium, threat, frequency) in enumerate(form.threats, start=3):
        rows.setdefault(medium, []).append(row)
        sheet.write(row, 2, threat, looks["cell"])
        words = FREQUENCY_EN if english else FREQUENCY
        sheet.write(row, 3, words.get(frequency, ""), looks["cell"])
    for row, (medium, places) in enumerate(rows.items(), start=3):
        if len(places) > 1:
            sheet.merge_range(places[0], 1, places[-1], 1, medium, looks["cell"])
        else:
            sheet.write(places[0], 1, medium, looks["cell"])
        first, last = places[0] + 1, places[-1] + 1
        sheet.write(row, 6, medium, looks["cell"])
        sheet.write_formula(
            row,
            7,
            f'=IFERROR(SUMPRODUCT(MAX(VALUE("0"&LEFT(D{first}:D{last},1)))),0)',
            looks["auto"],
            threat_of.get(medium, 0),
        )


def _write_checks(book: Any, looks: dict[str, Any], form: Form, name: str, vulnerability_of: dict[str, int]) -> None:
    english = form.lang == "en"
    sheet = book.add_worksheet(name)
    sheet.write("B1", name, looks["title"])
    media = MEDIA_EN if english else MEDIA
    heads = ("Kind of measure", "No", "Question", "Answer") if english else ("対策の種類", "No", "設問", "回答")
    for column, text in enumerate((*heads, *(media if form.media_columns else ())), start=1):
        sheet.write(2, column, text, looks["head"])
    sheet.set_column(1, 1, 26)
    sheet.set_column(3, 3, 60)
    sheet.set_column(4, 4, 22)
    for number, (kind, question, answer) in enumerate(form.answers, start=1):
        row = number + 2
        kinds = KINDS_EN if english else KINDS
        words = ANSWER_EN if english else ANSWER
        sheet.write(row, 1, f"{kind} {kinds[kind - 1]}", looks["cell"])
        sheet.write(row, 2, number, looks["cell"])
        sheet.write(row, 3, question, looks["cell"])
        sheet.write(row, 4, words.get(answer, answer), looks["cell"])
        for place in range(len(media)):
            if form.media_columns:
                sheet.write(row, 5 + place, "●" if str(place) in _marks(form, number - 1) else "", looks["cell"])
    for place, medium in enumerate(media):
        sheet.write(3 + place, 13, medium, looks["cell"])
        sheet.write(3 + place, 14, vulnerability_of[medium], looks["auto"])
