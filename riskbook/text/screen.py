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
    "screen.history-more": ("ほかに履歴の問題が{count}件あります", "{count} more problems with histories"),
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
