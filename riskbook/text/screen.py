"""What the commands print, beside findings and errors."""

# key: (ja, en)
SCREEN: dict[str, tuple[str, str]] = {
    "screen.answered": (
        "  理由の記入された指摘 {count}件は数えていません",
        "  {count} findings answered with a reason are not counted",
    ),
    "screen.questions": ("確認事項を {output} に書きました", "The questions are in {output}"),
    "screen.table": (
        "  {sheet}：{kind}、見出し {first}～{last}行、{count}行を採用",
        "  {sheet}: {kind}, headers in rows {first}–{last}, {count} rows taken",
    ),
    "screen.column": ("    {letter}  {header} → {field}{how}", "    {letter}  {header} → {field}{how}"),
    "screen.rows": ("    採用した行：{rows}", "    rows taken: {rows}"),
    "screen.unused": ("（使いません）", "(not used)"),
    "how.assumed": ("（似た見出しとみなしました）", " (taken for a header like it)"),
    "how.competing": ("（同じ項目の別の列を使いました）", " (another column was taken for it)"),
    "kind.ledger": ("情報資産管理台帳", "asset ledger"),
    "kind.threats": ("脅威の状況", "threats"),
    "kind.checks": ("対策状況チェック", "checks"),
    "kind.self_check": ("自社診断", "self-check"),
    "kind.cloud": ("クラウドサービスのチェックシート", "check of a cloud service"),
    "screen.self_check": (
        "  自社診断：{total}点／{most}点",
        "  self-check: {total} of {most}",
    ),
    "screen.cloud": (
        "  クラウドサービス「{service}」：{applicable}項目のうち{confirmed}項目を確認済み",
        "  cloud service {service}: {confirmed} of {applicable} items confirmed",
    ),
    "screen.workbook": (
        "{input}：資産{assets}件（大{large}・中{medium}・小{small}・未評価{unassessed}）、エラー{error}・注意{warning}・情報{info}",
        "{input}: {assets} assets ({large} large, {medium} medium, {small} small, {unassessed} unassessed); "
        "errors: {error}, warnings: {warning}, infos: {info}",
    ),
    "screen.plan": (
        "{input}：未実施・一部実施の設問{open}問のうち{count}問を{steps}段階で",
        "{input}: {count} of {open} open measures in {steps} steps",
    ),
    "screen.plan-state": (
        "  {step}：大{large}・中{medium}・小{small}、リスク値合計{risk}",
        "  {step}: {large} large, {medium} medium, {small} small; sum of risks {risk}",
    ),
    "screen.plan-why": ("    {why}", "    {why}"),
    "screen.plan-measure": ("    {place}  {question}", "    {place}  {question}"),
    "screen.plan-fallen": ("    下がる資産 {assets}", "    brought down: {assets}"),
    "screen.plan-rest": (
        "  残り{count}問は、台帳の資産のリスク値を変えません（対策計画シートに載っています）",
        "  The other {count} change the risk of no asset; they stand on the measure plan",
    ),
    "screen.plan-planned": (
        "  計画・実施中・完了の対策がそろうと：大{large}・中{medium}・小{small}、リスク値合計{risk}",
        "  With all measures planned, in progress or done: {large} large, {medium} medium, {small} small; sum of risks {risk}",
    ),
    "screen.only-what": (
        "--only には、何を発行するかを --with または --services で指定してください。",
        "--only needs --with or --services to say what to issue.",
    ),
    "screen.issued": ("様式を {output} に書きました", "The form is in {output}"),
    "screen.written": ("  → {output}", "  → {output}"),
    "screen.failed": ("{input}：{message}", "{input}: {message}"),
    "screen.finding": ("  [{severity}] {place}  {message}{mend}", "  [{severity}] {place}  {message} {mend}"),
    "screen.more": (
        "  … {code} はほか{count}件（入力チェックシートにすべて載っています）",
        "  … {count} more of {code}, all on the input-check sheet",
    ),
    "screen.backup": ("  （元のファイルは {backup} に残しました）", "  (the original is kept as {backup})"),
    # many workbooks
    "screen.unchanged": (
        "{input}：前回から変わっていません（{output}）",
        "{input}: unchanged since it was last done ({output})",
    ),
    "screen.line": ("{line} → {output}", "{line} → {output}"),
    "screen.done": (
        "{files}件：問題なし{ok}、エラーの指摘あり{findings}、失敗{failed}、変更なし{unchanged}（{seconds}秒、{rate}件/秒）",
        "{files} workbooks: {ok} clean, {findings} with errors to look at, {failed} failed, {unchanged} unchanged "
        "({seconds} s, {rate}/s)",
    ),
    "screen.none": (
        "Excelブックが見つかりません：{sources}",
        "No Excel workbook found in: {sources}",
    ),
    "screen.left": (
        "読んでいません（{count}件。.xlsx でない形式、開けないフォルダー、リンクのフォルダー）：{names}",
        "Not read ({count}: workbooks of other formats than .xlsx, folders that cannot be opened or are links): {names}",
    ),
    "screen.own": (
        "riskbook の出力 {count}件は入力として扱っていません",
        "{count} outputs of riskbook's own are passed over",
    ),
    "screen.bar": ("評価中", "assessing"),
    "screen.rate": ("{rate}件/秒 {name}", "{rate}/s {name}"),
    "screen.stopping": (
        "中断します。処理中のファイルが終わるまでお待ちください（もう一度 Ctrl-C で直ちに終了）",
        "Stopping: the files in hand are being finished (Ctrl-C again ends at once)",
    ),
    "screen.stopped": (
        "中断しました。残り{count}件は、同じコマンドで続きから実行できます",
        "Stopped; {count} files are left. The same command goes on from there",
    ),
    "screen.stopped-here": ("中断しました。残り{count}件は実行していません", "Stopped; {count} files were not begun"),
    "screen.no-portfolio": (
        "中断したため、全体のまとめは前のままです",
        "Interrupted: the portfolio is left as it was",
    ),
    "screen.portfolio": ("全体のまとめを {names} に書きました", "The portfolio is in {names}"),
    # the history
    "screen.no-history-url": (
        "URLのブックは、--store で場所を指定しないと履歴に残りません",
        "Workbooks at URLs are not kept in a history unless --store names one",
    ),
    "screen.history-none": ("記録はありません", "No run is kept"),
    "screen.history-line": (
        "#{run} {day} {client}：大{large}・中{medium}・小{small}・未評価{unassessed}、合計{risk}"
        "（{file}、{method}、{operator}、{at}、{hash}）{repeated}",
        "#{run} {day} {client}: large {large}, medium {medium}, small {small}, unassessed {unassessed}, sum {risk} "
        "({file}, {method}, {operator}, {at}, {hash}){repeated}",
    ),
    "screen.history-repeated": (" 前回と同じ", " unchanged"),
    "screen.forget-unknown": (
        "{client} の記録はありません。記録があるのは：{known}",
        "Nothing is kept of {client}. There are: {known}",
    ),
    "screen.forget-ask": (
        "{path} から {client} の記録{count}件を削除します。元に戻せません。よろしいですか",
        "This deletes the {count} runs of {client} from {path}, for good. Go on?",
    ),
    "screen.forgotten": (
        "{client} の記録{count}件を削除しました。ハッシュ値は残っています。ブック・評価結果・月次監査資料・出力先の .riskbook は対象外です",
        "Deleted the {count} runs of {client}; the hashes stay. Workbooks, results, monthly packages and the .riskbook "
        "folders of outputs are not touched",
    ),
    "screen.diff-line": ("  {event} {subject}  ", "  {event}: {subject}  "),
    "screen.diff-none": ("  変化はありません", "  Nothing has changed"),
    "screen.diff-added": ("新しい顧客：{clients}", "New clients: {clients}"),
    "screen.diff-removed": ("なくなった顧客：{clients}", "Clients that are gone: {clients}"),
    "screen.no-history-encrypted": (
        "暗号化されたブックの内容は、--store で場所を指定しないと履歴に残しません（履歴は暗号化されません）",
        "What is in encrypted workbooks is not kept in a history unless --store names one (a history is not encrypted)",
    ),
    "screen.history-more": ("ほかに履歴の問題が{count}件あります", "{count} more problems with histories"),
    # the monthly package
    "screen.audit-made": ("{path} を作りました", "Made {path}"),
    "screen.audit-same": (
        "{path} は今の履歴から作るものと同じです（変更していません）",
        "{path} is what the history gives; nothing was changed",
    ),
    "screen.audit-hash": (
        "manifest.json の SHA-256（表紙に書き写してください）：\n  {hash}",
        "SHA-256 of manifest.json (copy it onto the cover):\n  {hash}",
    ),
    "screen.audit-early": (
        "{month} はまだ終わっていません。この後の実行で内容が変わります",
        "{month} is not over; runs to come will change it",
    ),
    "screen.audit-later": (
        "後の月（{months}）の資料は、今作ったこの資料にはつながっていません。順に作り直してください（--force）",
        "The packages of later months ({months}) are not chained to the one made now; make them anew in turn (--force)",
    ),
    "screen.verify-month": ("{month}  {hash}", "{month}  {hash}"),
    "screen.verify-problem": ("  [不一致] {message}", "  [problem] {message}"),
    "screen.verify-note": ("  [参考] {message}", "  [note] {message}"),
    "screen.verify-good": ("{months}か月分：当時のままです", "As they were made (months: {months})"),
    "screen.verify-bad": (
        "{months}か月分：当時のままではないところが{count}か所あります",
        "Not as they were made: {count} (months: {months})",
    ),
    "verify.no-package": (
        "{path} に監査資料（audit-YYYY-MM）がありません",
        "There is no audit package (audit-YYYY-MM) in {path}",
    ),
    "verify.manifest-missing": ("{month} の manifest.json がありません", "manifest.json of {month} is missing"),
    "verify.manifest-edited": (
        "{month} の manifest.json が書き換えられています（{detail}）",
        "manifest.json of {month} was edited ({detail})",
    ),
    "verify.month-renamed": (
        "{month} のフォルダーの中身は {found} のものです",
        "The folder of {month} holds the package of {found}",
    ),
    "verify.file-added": ("{file} は作成時にありませんでした", "{file} was added"),
    "verify.file-missing": ("{file} がありません", "{file} is missing"),
    "verify.file-changed": ("{file} が変えられています", "{file} was changed"),
    "verify.file-replaced": (
        "{file} はファイルではないものに置き換えられています",
        "{file} was replaced by something that is no plain file",
    ),
    "verify.file-unlisted": ("{file} が manifest.json に載っていません", "{file} is not listed in manifest.json"),
    "verify.copies-differ": ("{file} と {other} の内容が一致しません", "{file} and {other} do not hold the same"),
    "verify.inputs": (
        "{month} の manifest.json の入力の一覧が、表の実行と一致しません（{count}件）",
        "The inputs in manifest.json of {month} do not fit the runs in the tables ({count})",
    ),
    "verify.at-unknown": ("どこが変えられたかは特定できません", "where, cannot be told"),
    "verify.redaction-differs": (
        "伏せた項目が月によって違います。ある月で伏せた内容が別の月でわかることがあります",
        "The months do not have the same columns redacted; one may tell what another hides",
    ),
    "verify.later-months": (
        "履歴 {history} には {month} より後の実行が{count}件ありますが、その月の資料はここにありません",
        "The history {history} has {count} runs after {month}, of which there is no package here",
    ),
    "verify.run-missing": (
        "{client} の実行{seq}（{month} の資料にあるもの）が履歴 {history} にありません",
        "Run {seq} of {client}, which is in the package of {month}, is missing in the history {history}",
    ),
    "verify.run-unlisted": (
        "履歴 {history} にある {client} の実行{seq}が、{month} の資料の入力の一覧にありません",
        "Run {seq} of {client} in the history {history} is not among the inputs of the package of {month}",
    ),
    "verify.client-missing": (
        "履歴 {history} にある {client} が、{month} の資料の顧客別にありません",
        "{client} of the history {history} is missing among the clients of the package of {month}",
    ),
    "verify.client-differs": (
        "{client} の件数・合計が、{month} の資料と履歴 {history} で違います",
        "The totals of {client} differ between the package of {month} and the history {history}",
    ),
    "verify.register-count": (
        "{client} の資産は、{month} の資料では{rows}件、履歴 {history} では{kept}件です",
        "{client} has {rows} assets in the package of {month}, {kept} in the history {history}",
    ),
    "verify.register-differs": (
        "{client} の資産の値が、{month} の資料と履歴 {history} で違います",
        "The figures of the assets of {client} differ between the package of {month} and the history {history}",
    ),
    "verify.history-guard": (
        "履歴 {history} の書き換え防止（{names}）が外されています",
        "The guards of the history {history} against editing ({names}) were removed",
    ),
    "verify.count": (
        "{file} は{rows}行ですが、{month} の manifest.json では{listed}行です",
        "{file} has {rows} rows; manifest.json of {month} says {listed}",
    ),
    "verify.at-cell": ("{row}行目 {column}：{before} → {after}", "row {row}, {column}: {before} → {after}"),
    "verify.at-sheet-cell": ("{cell}：{before} → {after}", "{cell}: {before} → {after}"),
    "verify.at-row-added": ("{row}行目が加えられた：{text}", "row {row} was added: {text}"),
    "verify.at-row-removed": ("{row}行目が消された：{text}", "row {row} was removed: {text}"),
    "verify.at-unreadable": ("読み取れません", "it cannot be read"),
    "verify.at-more": ("ほか{count}か所", "and {count} more"),
    "verify.chain-none": (
        "{month} の資料は最初の月とされていますが、{before} の資料があります",
        "The package of {month} says it is the first, but there is one of {before}",
    ),
    "verify.month-missing": (
        "{month} の資料がありません（{after} がそれにつながっています）",
        "The package of {month} is missing ({after} is chained to it)",
    ),
    "verify.month-inserted": (
        "{month} の資料は {before} と {after} の連鎖にありません",
        "The package of {month} is not in the chain from {before} to {after}",
    ),
    "verify.chain-broken": (
        "{month} の manifest.json は、{after} の資料が作られたときのものではありません",
        "manifest.json of {month} is not what it was when the package of {after} was made",
    ),
    "verify.expect-none": (
        "保管した値 {expect} に一致する資料がありません（最新の {month} は {found}）",
        "No package fits the kept value {expect} (the newest, {month}, has {found})",
    ),
    "verify.expect-older": (
        "保管した値は {month} のものです。それより後（{newest} まで）はこの値では確認できません",
        "The kept value is that of {month}; what came after it (up to {newest}) is not proved by it",
    ),
    "verify.no-history": (
        "履歴との照合はしていません（--store で指定できます）",
        "Not compared with the history (name it with --store)",
    ),
    "verify.forgotten": (
        "{month}：履歴 {history} の{count}件は、その後削除されています（riskbook forget）",
        "{month}: {count} runs of the history {history} were forgotten since (riskbook forget)",
    ),
    "verify.later-runs": (
        "{month}：資料を作った後に、履歴 {history} にこの月までの日付の実行が{count}件加わっています",
        "{month}: since the package was made, {count} runs dated up to this month were added to the history {history}",
    ),
    "verify.history-absent": ("{month} の履歴 {history} がありません", "The history {history} of {month} is missing"),
    "verify.history-unlisted": (
        "履歴 {history} には {month} までの実行がありますが、資料に含まれていません",
        "The history {history} has runs up to {month}, but is not in the package",
    ),
    "verify.history-differs": (
        "履歴 {history} の実行{seq}までの連鎖が、{month} の資料と違います",
        "The chain of the history {history} up to run {seq} differs from the package of {month}",
    ),
    "verify.run-differs": (
        "{client} の実行{seq}が、{month} の資料と履歴 {history} で違います",
        "Run {seq} of {client} differs between the package of {month} and the history {history}",
    ),
    "verify.history-gap": (
        "履歴 {history} の{first}番から{last}番までがありません",
        "Entries {first} to {last} of the history {history} are missing",
    ),
    "verify.history-chain": (
        "履歴 {history} の{seq}番で連鎖が切れています",
        "The chain of the history {history} is broken at entry {seq}",
    ),
    "verify.history-entry": (
        "履歴 {history} の{seq}番が書き換えられています",
        "Entry {seq} of the history {history} was edited",
    ),
    "verify.history-object": (
        "履歴 {history} の記録（{seq}番、{digest}）が書き換えられたか、なくなっています",
        "A record of the history {history} (entry {seq}, {digest}) was edited or is missing",
    ),
    # watching
    "screen.watching": (
        "{folder} を見張っています。保存されたブックを評価します（終了は Ctrl-C）",
        "Watching {folder}; workbooks are assessed when they are saved (Ctrl-C ends)",
    ),
    "screen.held": (
        "{time} {input}：Excelで開かれています。閉じられるのを待っています",
        "{time} {input}: open in Excel; waiting until it is closed",
    ),
    "screen.watched": ("{time} {line}", "{time} {line}"),
    "screen.watch-ended": ("見張りを終わりました", "Stopped watching"),
}
