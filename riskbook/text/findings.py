"""What is said of each finding: message and what mends it, Japanese and English, by message key."""

# key: (message ja, message en, mend ja, mend en)
FINDINGS: dict[str, tuple[str, str, str, str]] = {
    "name-missing": (
        "情報資産名称が空欄です。", "The asset has no name.",
        "情報資産名称を記入してください。", "Enter the name of the asset.",
    ),
    "cia-missing": (
        "{fields}が空欄です。記入された評価値の最大{value}を重要度としました。",
        "{fields} is blank; the largest value given, {value}, counts as importance.",
        "機密性・完全性・可用性をそれぞれ3・2・1で記入してください。", "Rate confidentiality, integrity and availability 3, 2 or 1.",
    ),
    "cia-missing.typed": (
        "機密性・完全性・可用性がすべて空欄です。行に記入された重要度{value}を使いました。",
        "No evaluation is given; the importance typed in the row, {value}, counts.",
        "機密性・完全性・可用性をそれぞれ3・2・1で記入してください。", "Rate confidentiality, integrity and availability 3, 2 or 1.",
    ),
    "cia-missing.none": (
        "機密性・完全性・可用性がすべて空欄のため、この行は未評価です。", "No evaluation is given, so this row is not assessed.",
        "機密性・完全性・可用性をそれぞれ3・2・1で記入してください。", "Rate confidentiality, integrity and availability 3, 2 or 1.",
    ),
    "cia-out-of-range": (
        "評価値「{found}」は3・2・1のいずれでもないため、使いませんでした。", "The evaluation “{found}” is none of 3, 2, 1 and was not used.",
        "3・2・1のいずれかに直してください。", "Change it to 3, 2 or 1.",
    ),
    "importance-mismatch": (
        "記入された重要度{found}が、評価値の最大{value}と異なります。{value}を使いました。",
        "The importance typed, {found}, differs from the largest evaluation, {value}; {value} counts.",
        "評価値と重要度のどちらが正しいか確認してください。", "Check which of the two is right.",
    ),
    "personal-info-confidentiality": (
        "個人情報を含む資産の機密性が{found}です。法律で安全管理が義務づけられているため{needed}が基準です。",
        "The asset holds personal information but its confidentiality is {found}; the law’s duty of care makes it {needed}.",
        "機密性を{needed}にするか、個人情報の印を確認してください。", "Set confidentiality to {needed}, or check the personal-information mark.",
    ),
    "medium-missing": (
        "媒体・保存先が空欄です。行に記入がなければ、脅威と脆弱性は最大とみなします。",
        "The medium is blank; unless the row says otherwise, threat and vulnerability count as the worst.",
        "媒体・保存先を選択肢から選んでください。", "Choose a medium from the list.",
    ),
    "medium-unknown": (
        "媒体・保存先「{found}」を判別できません。行に記入がなければ、脅威と脆弱性は最大とみなします。",
        "The medium “{found}” is not known; unless the row says otherwise, threat and vulnerability count as the worst.",
        "次のいずれかにしてください：{allowed}", "Use one of: {allowed}",
    ),
    "medium-multiple": (
        "媒体・保存先「{found}」は複数の媒体（{media}）を指すため、リスクの最も高い媒体で算定しました。",
        "“{found}” names several media ({media}); the one with the highest risk counts.",
        "媒体ごとに行を分けてください。", "Split the row, one for each medium.",
    ),
    "medium-normalised": (
        "媒体「{found}」を「{medium}」として読みました（{count}件：{cells}）。", "“{found}” was read as “{medium}” ({count}: {cells}).",
        "対応は不要です。意図と違うときは直してください。", "Nothing to do, unless something else was meant.",
    ),
    "medium-normalised.misspelt": (
        "媒体「{found}」は「{medium}」の誤記とみなして読みました（{count}件：{cells}）。",
        "“{found}” was taken as a misspelling of “{medium}” ({count}: {cells}).",
        "「{medium}」でよいか確認してください。", "Check that “{medium}” is meant.",
    ),
    "mark-unreadable": (
        "印「{found}」が有無のどちらか判別できません。有とみなしました。", "The mark “{found}” is neither yes nor no; it counts as yes.",
        "○または空欄に直してください。", "Use ○ or leave the cell blank.",
    ),
    "mark-unreadable.applies": (
        "印「{found}」を判別できません。この媒体には該当しないとみなしました。", "The mark “{found}” is not known; the question was taken not to apply to this medium.",
        "該当するときは●、しないときは空欄にしてください。", "Use ● where it applies, else leave the cell blank.",
    ),
    "date-unreadable": (
        "日付「{found}」を読み取れません。", "The date “{found}” cannot be read.",
        "2026/4/1 のような日付で記入してください。", "Enter a date such as 2026-04-01.",
    ),
    "date-unreadable.retention": (
        "保存期限「{found}」は年数にも日付にも読めないため、期限切れの確認ができません。",
        "The retention “{found}” is neither a span nor a date, so its expiry was not checked.",
        "「5年」「永年」または日付で記入してください。", "Enter a span such as 5年, 永年 (permanent), or a date.",
    ),
    "amount-unreadable": (
        "金額「{found}」を読み取れません。", "The amount “{found}” cannot be read.",
        "円単位の数値で記入してください。", "Enter an amount in yen.",
    ),
    "factor-unreadable": (
        "値「{found}」は3・2・1のいずれでもないため、使いませんでした。", "The value “{found}” is none of 3, 2, 1 and was not used.",
        "3・2・1で記入するか、様式の数式に戻してください。", "Enter 3, 2 or 1, or restore the form’s formula.",
    ),
    "error-cell": (
        "セルがエラー値 {found} です。この値は使いませんでした。", "The cell holds the error {found}; it was not used.",
        "数式または参照先を直してください。", "Mend the formula or what it refers to.",
    ),
    "value-assumed.threat": (
        "脅威の発生頻度が不明なため、この行は未評価です（--strict）。", "The threat is unknown, so this row is not assessed (--strict).",
        "「脅威の状況」シートでこの媒体の頻度を選んでください。", "Choose the frequencies of this medium on the threat sheet.",
    ),
    "value-assumed.vulnerability": (
        "脆弱性が不明なため、この行は未評価です（--strict）。", "The vulnerability is unknown, so this row is not assessed (--strict).",
        "「対策状況チェック」シートで該当する設問に回答してください。", "Answer the questions that apply on the check sheet.",
    ),
    "threat-sheet-missing": (
        "「脅威の状況」シートが見つかりません。行の値があればそれを、なければ最大とみなしました。",
        "No threat sheet was found; values in the rows count where there are any, else the worst.",
        "脅威の状況シート（媒体・想定される脅威・発生頻度）を加えてください。", "Add a threat sheet (medium, threat, frequency).",
    ),
    "check-sheet-missing": (
        "「対策状況チェック」シートが見つかりません。行の値があればそれを、なければ最大とみなしました。",
        "No check sheet was found; values in the rows count where there are any, else the worst.",
        "対策状況チェックシート（対策の種類・設問・回答）を加えてください。", "Add a check sheet (kind, question, answer).",
    ),
    "threat-unanswered": (
        "「{medium}」の脅威「{threat}」の発生頻度が選ばれていません。", "The frequency of “{threat}” ({medium}) has not been chosen.",
        "3・2・1から選んでください。", "Choose 3, 2 or 1.",
    ),
    "threat-unknown": (
        "「{medium}」の脅威の発生頻度が分からないため、最大とみなしました（{count}件）。",
        "The threat to “{medium}” is unknown and counts as the worst ({count} assets).",
        "「脅威の状況」シートでこの媒体の頻度を選んでください。", "Choose the frequencies of this medium on the threat sheet.",
    ),
    "vulnerability-unknown": (
        "「{medium}」の脆弱性が分からないため、最大とみなしました（{count}件）。",
        "The vulnerability of “{medium}” is unknown and counts as the worst ({count} assets).",
        "対策状況チェックシートを加えてください。", "Add a check sheet.",
    ),
    "check-unanswered": (
        "設問の回答「{found}」は1～4のいずれでもないため、「3:実施していない」とみなしました。",
        "The answer “{found}” is none of 1 to 4 and counts as 3, not implemented.",
        "1～4から選んでください。", "Choose 1, 2, 3 or 4.",
    ),
    "check-none-applicable": (
        "「{medium}」に該当する設問の回答が一つもないため、脆弱性を最大とみなしました（{count}件）。",
        "No question that applies to “{medium}” is answered; its vulnerability counts as the worst ({count} assets).",
        "該当する設問に回答してください。", "Answer the questions that apply.",
    ),
    "check-kind-unknown": (
        "設問の「対策の種類」を判別できないため、すべての媒体に該当するとみなしました。",
        "The kind of measure of this question is not known; it was taken to apply to all media.",
        "11種類のいずれかを記入してください。", "Name one of the eleven kinds.",
    ),
    "stale-value": (
        "表示されている{field}{found}は、入力から求めた{value}と異なります。入力に基づく値を使いました。",
        "The {field} shown, {found}, differs from what the inputs give, {value}; the inputs count.",
        "Excelで再計算して保存してください。", "Recalculate and save in Excel.",
    ),
    "stale-value.typed": (
        "手入力された{field}{found}は、入力から求めた{value}と異なります。入力に基づく値を使いました。",
        "The {field} typed, {found}, differs from what the inputs give, {value}; the inputs count.",
        "手入力を消すか、様式の数式に戻してください。", "Clear it, or restore the form’s formula.",
    ),
    "formula-overwritten": (
        "この列のほかの行は数式ですが、ここには値{found}が直接入力されています。", "Other rows of this column have a formula; here {found} was typed over it.",
        "意図した値か確認し、そうでなければ数式に戻してください。", "Check that it is meant; otherwise restore the formula.",
    ),
    "duplicate-asset": (
        "「{name}」は業務・名称・媒体が同じ行がすでにあります（{first}）。", "“{name}” stands already with the same business and medium ({first}).",
        "重複であれば1行にまとめてください。", "Merge the rows if they are the same asset.",
    ),
    "retention-expired": (
        "保存期限 {until} を過ぎています。", "Its retention ended on {until}.",
        "廃棄してよいか確認してください。", "Check whether it is to be disposed of.",
    ),
    "retention-expired.years": (
        "登録日 {registered} から保存期限「{text}」を過ぎています（{until}）。", "Its retention, {text} from {registered}, ended on {until}.",
        "登録日は台帳への記入日です。資産の発生日を確かめ、廃棄してよいか確認してください。",
        "The date is that of the entry, not of the data: check when it arose and whether it is to be disposed of.",
    ),
    "sheet-hidden": (
        "非表示のシートにある台帳も算定に含めました。", "The ledger on this hidden sheet was assessed too.",
        "古い台帳であれば、シートを削除するか名前に「記入例」を付けてください。", "If it is an old ledger, delete the sheet or put 記入例 into its name.",
    ),
    "sheet-protected": (
        "保護されたシートです。保護はそのままに、右側に列を加えました。", "The sheet is protected; columns were added beside the table, the protection was kept.",
        "対応は不要です。", "Nothing to do.",
    ),
    "row-hidden": (
        "非表示の行も算定に含めました（{count}件：{cells}）。", "Hidden rows were assessed too ({count}: {cells}).",
        "不要な行であれば削除してください。", "Delete them if they are not needed.",
    ),
    "row-ignored.total": (
        "合計行「{text}」は資産ではないため、対象外としました。", "The total line “{text}” is no asset and was left out.",
        "対応は不要です。", "Nothing to do.",
    ),
    "row-ignored.note": (
        "注記「{text}」は資産ではないため、対象外としました。", "The note “{text}” is no asset and was left out.",
        "対応は不要です。", "Nothing to do.",
    ),
    "row-ignored.heading": (
        "見出し「{text}」の行は資産ではないため、対象外としました。", "The heading “{text}” is no asset and was left out.",
        "資産であれば、名称・媒体・評価値を記入してください。", "If it is an asset, enter name, medium and evaluations.",
    ),
    "row-ignored.header": (
        "繰り返しの見出し行を対象外としました。", "A repeated header line was left out.",
        "対応は不要です。", "Nothing to do.",
    ),
    "row-ignored.stray": (
        "台帳の列にあてはまらない記入「{text}」の行を対象外としました。", "The row with “{text}” fits no column of the ledger and was left out.",
        "資産であれば、名称・媒体・評価値を記入してください。", "If it is an asset, enter name, medium and evaluations.",
    ),
    "row-ignored.numbered": (
        "番号だけの行を対象外としました（{count}件：{cells}）。", "Rows with nothing but a number were left out ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "row-ignored.medium": (
        "「{text}」の媒体を判別できないため、この脅威を使いませんでした。", "The medium of “{text}” is not known; this threat was not used.",
        "媒体・保存先を6種類のいずれかにしてください。", "Name one of the six media.",
    ),
    "column-ignored": (
        "列「{text}」は算定に使いませんでした。", "The column “{text}” was not used.",
        "対応は不要です。", "Nothing to do.",
    ),
    "decision-unreadable": (
        "対応計画の決定「{found}」は、低減・保有・回避・移転のいずれでもありません。入力は残し、提案の方針で算定しました。",
        "The decision “{found}” in the plan names no treatment; it was kept, and the suggestion counts.",
        "低減・保有・回避・移転から選んでください。", "Choose reduce, retain, avoid or transfer.",
    ),
    # value-normalised: what kind of spelling was understood
    "value-normalised.full-width": (
        "全角の数字を読み替えました（{count}件：{cells}）。", "Full-width figures were understood ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "value-normalised.text-number": (
        "文字列の数字を数値として読みました（{count}件：{cells}）。", "Numbers stored as text were read as numbers ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "value-normalised.label": (
        "「3：高」のような記入を数値として読みました（{count}件：{cells}）。", "Entries such as “3: high” were read as numbers ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "value-normalised.word": (
        "「高・中・低」を3・2・1として読みました（{count}件：{cells}）。", "Words such as high, medium, low were read as 3, 2, 1 ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "value-normalised.mark-note": (
        "注記の付いた印を「有」として読みました（{count}件：{cells}）。", "Marks with a note were read as yes ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "value-normalised.date-text": (
        "文字列の日付を日付として読みました（{count}件：{cells}）。", "Dates stored as text were read as dates ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "value-normalised.era": (
        "和暦の日付を西暦に読み替えました（{count}件：{cells}）。", "Dates in Japanese eras were understood ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "value-normalised.serial": (
        "日付の書式がない数値を日付として読みました（{count}件：{cells}）。", "Numbers without a date format were read as dates ({count}: {cells}).",
        "日付の表示形式を設定してください。", "Give the cells a date format.",
    ),
    "value-normalised.years-assumed": (
        "単位のない保存期限を年数として読みました（{count}件：{cells}）。", "Retentions without a unit were read as years ({count}: {cells}).",
        "「5年」のように単位を付けてください。", "Add the unit, such as 5年.",
    ),
    "value-normalised.amount-text": (
        "「5万円」のような金額を円に読み替えました（{count}件：{cells}）。", "Amounts written as text were read as yen ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
    "value-normalised.spelling": (
        "表記の揺れを読み替えました（{count}件：{cells}）。", "Variant spellings were understood ({count}: {cells}).",
        "対応は不要です。", "Nothing to do.",
    ),
}
