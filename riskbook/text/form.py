"""Words of the blank form that riskbook issues: titles, headers, choices, input messages, how to use it."""

# key: (ja, en)
FORM: dict[str, tuple[str, str]] = {
    # tabs and titles
    "form.tab.guide": ("利用方法", "How to use"),
    "form.tab.example": ("台帳記入例", "Ledger (example)"),
    "form.tab.ledger": ("情報資産管理台帳", "Asset ledger"),
    "form.tab.ledger-of": ("台帳（{name}）", "Ledger ({name})"),
    "form.tab.threats": ("脅威の状況", "Threats"),
    "form.tab.checks": ("対策状況チェック", "Check of measures"),
    "form.tab.diagnosis": ("診断結果", "Diagnosis"),
    "form.tab.self_check": ("自社診断", "Self-check"),
    "form.tab.cloud": ("クラウド点検", "Cloud check"),
    "form.tab.cloud-of": ("クラウド（{name}）", "Cloud ({name})"),
    "form.title.self_check": ("5分でできる！情報セキュリティ自社診断", "Five-minute security self-check"),
    "form.title.cloud": ("クラウドサービス安全利用チェックシート", "Safe use of a cloud service: check sheet"),
    "form.note.self_check": (
        "25項目に答えると、得点と助言が表示されます。無線LAN（9）や外部サービス（23）を使っていないときは「利用していない」を選びます。",
        "Answer the 25 items; points and advice follow. Where wireless LAN (9) or outside services (23) are not used, choose “Not used”.",
    ),
    "form.note.cloud": (
        "クラウドサービスごとに1枚使います。台帳の備考にも同じサービス名を書くと、資産と結び付きます。",
        "One sheet for each cloud service. Write the same name in the ledger’s remarks, and assets are known to be kept with it.",
    ),
    "form.col.part": ("区分", "Part"),
    "form.col.item": ("診断内容", "Item"),
    "form.col.points": ("点数", "Points"),
    "form.col.service": ("サービス名", "Service name"),
    "form.col.subject": ("確認すること", "What to confirm"),
    "form.help.item": (
        "実施している 4点　一部実施している 2点\n実施していない 0点　わからない −1点",
        "Implemented 4, partly 2, not 0, do not know −1",
    ),
    "form.help.cloud": (
        "確認できたら「確認済み」。自社に当てはまらない項目は「該当なし」（数えません）。",
        "“Confirmed” once it is; what does not concern you is “Not applicable” and left out.",
    ),
    "form.self_check.part": ("{name}（{most}点満点）", "{name} (of {most})"),
    "form.self_check.total": ("合計（{most}点満点）", "Total (of {most})"),
    "form.self_check.waiting": (
        "{count}項目すべてに答えると、ここに助言が表示されます。",
        "Advice appears here once all {count} items are answered.",
    ),
    "form.self_check.statements": (
        "SECURITY ACTION（二つ星）に向けて",
        "Towards SECURITY ACTION (two stars)",
    ),
    "form.cloud.done": ("確認済み", "Confirmed"),
    "form.source": (
        "項目の文の出典：{source}（{date}）",
        "Items: {source} ({date}); the English wording is riskbook’s",
    ),
    "form.guide.self_check": (
        "・{tab}に25項目の自社診断があります。答えると得点と助言が表示されます。",
        "·  {tab} holds the self-check of 25 items; points and advice follow the answers.",
    ),
    "form.guide.cloud": (
        "・{tab}はクラウドサービスごとの点検です。サービスが増えたらシートを複製し、サービス名を書き換えます。",
        "·  {tab} checks a cloud service each. For another service, copy the sheet and change the name.",
    ),
    "form.title.guide": ("リスク分析シートの使い方", "How to use the risk analysis form"),
    "form.title.example": ("情報資産管理台帳（記入例）", "Asset ledger (example)"),
    "form.title.ledger": ("情報資産管理台帳", "Asset ledger"),
    "form.title.ledger-of": ("情報資産管理台帳　{department}", "Asset ledger: {department}"),
    "form.title.threats": ("脅威の状況", "Threats"),
    "form.title.checks": ("対策状況チェック", "Check of measures"),
    "form.title.diagnosis": ("診断結果", "Diagnosis"),
    "form.company": ("会社名：{company}", "Company: {company}"),
    "form.note.example": (
        "記入のしかたの例です。このシートは評価されません。",
        "How a ledger is filled in. This sheet is never assessed.",
    ),
    "form.note.ledger": (
        "クリーム色の欄に、1行に1つの資産を媒体ごとに記入します。灰色の欄は自動で計算されます。",
        "Enter one asset a row, a row for each medium, in the cream cells. Grey cells are computed.",
    ),
    "form.note.threats": (
        "対策を何もしない場合に、それぞれの脅威がどのくらい起こるかを選びます。空いた行には自社の脅威を加えられます。",
        "Choose how often each threat would strike if nothing were done about it. Add threats of your own in the empty rows.",
    ),
    "form.note.checks": (
        "いまの状況を選び、そう答えた根拠と確認者・確認日を残します。●は、その設問が関係する媒体です。最後の空いた行には自社の設問を加えられます。",
        "Choose the present state and say on what grounds, who checked and when. ● marks the media a question concerns. Add questions of your own in the last rows.",
    ),
    "form.note.diagnosis": (
        "記入に応じて自動で計算されます。",
        "Computed from what is filled in.",
    ),
    # headers of the ledger
    "form.group.personal": ("個人情報の種類", "Kind of personal information"),
    "form.group.evaluation": ("評価値", "Evaluation"),
    "form.group.risk": ("現状から想定されるリスク（自動計算）", "Present risk (computed)"),
    "form.col.business": ("業務分類", "Business"),
    "form.col.name": ("情報資産名称", "Asset name"),
    "form.col.note": ("備考", "Remarks"),
    "form.col.users": ("利用者範囲", "Users"),
    "form.col.department": ("管理部署", "Department"),
    "form.col.medium": ("媒体・保存先", "Medium"),
    "form.col.personal": ("個人情報", "Personal information"),
    "form.col.sensitive": ("要配慮個人情報", "Sensitive personal information"),
    "form.col.my_number": ("特定個人情報", "My Number"),
    "form.col.confidentiality": ("機密性", "Confidentiality"),
    "form.col.integrity": ("完全性", "Integrity"),
    "form.col.availability": ("可用性", "Availability"),
    "form.col.importance": ("重要度", "Importance"),
    "form.col.retention": ("保存期限", "Retention"),
    "form.col.registered": ("登録日", "Registered"),
    "form.col.threat": ("脅威の発生頻度", "Threat frequency"),
    "form.col.vulnerability": ("脆弱性", "Vulnerability"),
    "form.col.likelihood": ("被害発生可能性", "Likelihood"),
    "form.col.risk": ("リスク値", "Risk value"),
    "form.col.size": ("リスクの大きさ", "Size of risk"),
    # headers of the other sheets
    "form.col.threat_name": ("想定される脅威", "Assumed threat"),
    "form.col.frequency": ("対策を講じない場合の脅威の発生頻度", "Threat frequency without measures"),
    "form.col.value": ("値", "Value"),
    "form.col.kind": ("対策の種類", "Kind of measure"),
    "form.col.number": ("No", "No"),
    "form.col.question": ("設問", "Question"),
    "form.col.answer": ("回答", "Answer"),
    "form.col.evidence": ("根拠（文書・記録・確かめた事実）", "Evidence (document, record, fact)"),
    "form.col.checked_by": ("確認者", "Checked by"),
    "form.col.checked_on": ("確認日", "Checked on"),
    # choices
    "form.frequency.3": (
        "3：通常の状況で脅威が発生する（いつ発生してもおかしくない）",
        "3: arises in normal circumstances (at any time)",
    ),
    "form.frequency.2": (
        "2：特定の状況で脅威が発生する（年に数回程度）",
        "2: arises in special circumstances (a few times a year)",
    ),
    "form.frequency.1": ("1：通常の状況で脅威が発生することはない", "1: does not arise in normal circumstances"),
    "form.answer.implemented": ("{number}：実施している", "{number}: implemented"),
    "form.answer.partly": ("{number}：一部実施している", "{number}: partly implemented"),
    "form.answer.not_implemented": ("{number}：実施していない", "{number}: not implemented"),
    "form.answer.not_applicable": ("{number}：自社には該当しない", "{number}: not applicable"),
    # input messages: title and text
    "form.input.business": ("業務分類", "Business"),
    "form.help.business": (
        "営業、経理、人事など、その情報を使う業務を記入します。",
        "The business that uses the information: sales, accounting, personnel, …",
    ),
    "form.help.name": (
        "社内で通じる名前を記入します。同じ情報でも媒体が違えば行を分けます。",
        "A name known in the firm. The same information on another medium is another row.",
    ),
    "form.help.users": (
        "その情報を使ってよい人の範囲（部署・役職など）を記入します。",
        "Who may use it: departments, roles.",
    ),
    "form.help.department": (
        "その情報を管理する部署を記入します。",
        "The department in charge of it.",
    ),
    "form.help.medium": (
        "保存している媒体を1つ選びます。2つ以上あるときは行を分けます。",
        "Choose the medium it is kept on. More than one: a row for each.",
    ),
    "form.help.marks": (
        "含むときは○を選びます。個人情報を含む資産の機密性は{needed}です。",
        "Choose ○ if it holds any. The confidentiality of personal information is {needed}.",
    ),
    "form.help.confidentiality": (
        "漏れたときの影響\n3：法律で安全管理が義務／守秘義務の対象／顧客に深刻な影響\n2：事業に大きな影響\n1：ほとんど影響なし",
        "If it leaks\n3: protected by law or a duty of secrecy, or customers are hit hard\n2: the business is hit hard\n1: hardly any effect",
    ),
    "form.help.integrity": (
        "改ざんされたときの影響\n3：法律で安全管理が義務／自社や顧客に深刻な影響\n2：事業に大きな影響\n1：ほとんど影響なし",
        "If it is tampered with\n3: protected by law, or we or customers are hit severely\n2: the business is hit hard\n1: hardly any effect",
    ),
    "form.help.availability": (
        "使えなくなったときの影響\n3：自社や顧客に深刻な影響\n2：事業に大きな影響\n1：ほとんど影響なし",
        "If it is not available\n3: we or customers are hit severely\n2: the business is hit hard\n1: hardly any effect",
    ),
    "form.help.retention": (
        "「5年」「永年」のような期間、または 2030/3/31 のような日付を記入します。",
        "A period such as “5 years”, “permanent”, or a date such as 2030/3/31.",
    ),
    "form.help.registered": (
        "台帳に記入した日、または見直した日を記入します。",
        "The day the row was entered or reviewed.",
    ),
    "form.help.frequency": (
        "対策を何もしない場合を考えて選びます。分からないときは3とみなされます。",
        "Choose as if nothing were done about it. Unknown counts as 3.",
    ),
    "form.help.answer": (
        "1：すべて実施　2：一部だけ実施　3：未実施\n4：自社に当てはまらない（計算から除く）\n空欄は3とみなされます。",
        "1: in place  2: only partly  3: not in place\n4: does not apply (left out)\nBlank counts as 3.",
    ),
    "form.help.evidence": (
        "規程名、設定画面、記録など、そう答えた根拠を記入します。",
        "What shows it: a rule, a setting, a record.",
    ),
    "form.help.checked_on": ("確かめた日を記入します。", "The day it was checked."),
    "form.help.applies": (
        "その設問が関係する媒体に●を付けます。",
        "Mark with ● the media the question concerns.",
    ),
    "form.refuse.list": ("選択肢から選んでください。", "Please choose from the list."),
    "form.refuse.date": ("日付を記入してください（例 2026/4/1）。", "Please enter a date, such as 2026/4/1."),
    # diagnosis
    "form.diagnosis.levels": ("リスクの大きさ別の資産数", "Assets by size of risk"),
    "form.diagnosis.media": ("媒体ごとの脅威と脆弱性", "Threat and vulnerability by medium"),
    "form.diagnosis.kinds": ("対策の種類ごとの実施状況", "Measures in place by kind"),
    "form.diagnosis.likelihood": ("被害発生可能性の決め方", "How likelihood is found"),
    "form.diagnosis.ledger": ("台帳", "Ledger"),
    "form.diagnosis.all": ("合計", "Total"),
    "form.diagnosis.medium": ("媒体", "Kind of medium"),
    "form.diagnosis.threat": ("脅威（最大）", "Largest threat"),
    "form.diagnosis.applicable": ("該当する設問", "Questions"),
    "form.diagnosis.share": ("対策実施率", "Measures in place"),
    "form.diagnosis.regulation": ("関連規程（付録5）", "Regulation (Appendix 5)"),
    "form.diagnosis.questions": ("設問", "All"),
    "form.diagnosis.answer": ("回答{answer}", "Answer {answer}"),
    "form.diagnosis.none": ("該当なし", "none applies"),
    "form.diagnosis.kept": ("維持", "keep"),
    "form.diagnosis.draft": ("策定する", "draft"),
    "form.diagnosis.strengthen": ("強化する", "strengthen"),
    "form.diagnosis.axis": ("脅威＼脆弱性", "Threat \\ vulnerability"),
    "form.diagnosis.rule": (
        "リスク値＝重要度×被害発生可能性。{levels}。",
        "Risk value = importance × likelihood. {levels}.",
    ),
    "form.diagnosis.level": ("{at_least}以上は{level}", "{level} from {at_least}"),
    # how to use it
    "form.guide.steps": ("手順", "Steps"),
    "form.guide.1": (
        "1　{ledger}に、業務で使う情報資産を記入します。機密性・完全性・可用性を3・2・1で評価すると、重要度（最大の値）が決まります。",
        "1  Enter the information the business uses in {ledger}. Confidentiality, integrity and availability, rated 3, 2 or 1, give the importance (the largest).",
    ),
    "form.guide.2": (
        "2　{threats}で、媒体ごとに、対策をしない場合の脅威の起こりやすさを選びます。",
        "2  In {threats}, choose for each medium how often threats would strike without measures.",
    ),
    "form.guide.3": (
        "3　{checks}で、いま実施している対策を答え、根拠・確認者・確認日を残します。",
        "3  In {checks}, answer which measures are in place, with evidence, who checked and when.",
    ),
    "form.guide.4": (
        "4　台帳の右側と{diagnosis}に、リスク値と大きさが自動で表示されます。大きいものから対応を決めます。",
        "4  Risk values appear at the right of the ledger and in {diagnosis}. Decide on the largest first.",
    ),
    "form.guide.5": (
        "5　riskbook にこのブックを渡すと、サマリー、対応計画、対策の順序が同じブックに加わります。",
        "5  riskbook adds a summary, a treatment plan and a roadmap to this same workbook.",
    ),
    "form.guide.criteria": ("評価値の基準", "Criteria of the evaluation"),
    "form.guide.criterion": ("{evaluation}：{asked}", "{evaluation}: {asked}"),
    "form.guide.value": ("評価値", "Value"),
    "form.guide.levels": ("リスクの大きさ", "Size of risk"),
    "form.guide.notes": ("ご注意", "Please note"),
    "form.guide.protection": (
        "灰色の計算式のセルは、誤って消さないよう保護しています（パスワードなし）。",
        "Grey cells hold formulas and are protected against slips (no password).",
    ),
    "form.guide.growth": (
        "{rows}行を超えるときは、［校閲］→［シート保護の解除］のあと、表の右下の角を下に引くか、最後の行の次に記入します。"
        "計算式・選択肢・色は新しい行にも付きます。",
        "For more than {rows} rows: Review → Unprotect Sheet, then drag the table’s lower right corner down or type below its last row. "
        "Formulas, drop-downs and colours follow.",
    ),
    "form.guide.departments": (
        "部署が増えたときは、台帳のシートを複製して使えます。診断結果の件数には複製した台帳は含まれませんが、riskbook は読みます。",
        "For another department, copy a ledger sheet. The counts in the diagnosis leave the copy out; riskbook reads it.",
    ),
    "form.guide.source": (
        "IPA「中小企業の情報セキュリティ対策ガイドライン」付録7の構成による、riskbook の様式です。設問と脅威の文は riskbook によります。",
        "A form of riskbook’s in the structure of Appendix 7 of IPA’s guideline for SMEs; questions and threats are in riskbook’s own wording.",
    ),
}

# The rows of the example: business, name, note, users, department, medium (its place in the method), marks, evaluations,
# retention.
EXAMPLE: tuple[tuple[tuple[str, ...], tuple[str, ...], int, tuple[bool, bool, bool], tuple[int, int, int]], ...] = (
    (
        ("人事", "社員名簿", "社員の基本情報", "人事部", "人事部", "永年"),
        ("Personnel", "Staff register", "Basic data of all staff", "Personnel", "Personnel", "permanent"),
        2,
        (True, False, False),
        (3, 1, 1),
    ),
    (
        ("人事", "健康診断の結果", "入社時・定期健康診断", "人事部", "人事部", "5年"),
        ("Personnel", "Health checks", "On entry and yearly", "Personnel", "Personnel", "5 years"),
        0,
        (True, True, False),
        (3, 3, 2),
    ),
    (
        ("経理", "給与システムのデータ", "税務署提出用の源泉徴収票", "給与計算担当", "総務部", "7年"),
        ("Accounting", "Payroll data", "Tax slips", "Payroll clerks", "General affairs", "7 years"),
        4,
        (True, False, True),
        (3, 3, 2),
    ),
    (
        ("営業", "顧客リスト", "得意先（直近5年間に実績があるもの）", "営業部", "営業部", "永年"),
        ("Sales", "Customer list", "Customers of the last five years", "Sales", "Sales", "permanent"),
        5,
        (True, False, False),
        (3, 3, 3),
    ),
    (
        ("営業", "製品カタログ", "公開済み", "全員", "営業部", "-"),
        ("Sales", "Product catalogue", "Published", "Everyone", "Sales", "-"),
        3,
        (False, False, False),
        (1, 2, 1),
    ),
)
