"""What is said when a file cannot go on: one line, what is wrong and what to do."""

# key: (ja, en)
ERRORS: dict[str, tuple[str, str]] = {
    # the input
    "not-found": ("ファイルがありません。パスを確認してください。", "There is no such file. Check the path."),
    "is-folder-input": ("フォルダーです。Excelファイルを指定してください。", "This is a folder. Name an Excel file."),
    "not-readable": (
        "読み取れません（{detail}）。アクセス権を確認してください。",
        "It cannot be read ({detail}). Check the permissions.",
    ),
    "empty-file": ("空のファイルです。元のファイルを確認してください。", "The file is empty. Check the original."),
    "not-a-workbook": (
        "Excelブック（.xlsx）ではありません。Excelで開いて .xlsx で保存し直してください。",
        "This is no Excel workbook (.xlsx). Open it in Excel and save it as .xlsx.",
    ),
    "legacy-xls": (
        "古い形式（.xls）です。Excelで開いて .xlsx で保存し直してください。",
        "This is the old .xls format. Open it in Excel and save it as .xlsx.",
    ),
    "xlsb": (
        "バイナリ形式（.xlsb）です。Excelで開いて .xlsx で保存し直してください。",
        "This is the binary .xlsb format. Open it in Excel and save it as .xlsx.",
    ),
    "encrypted": (
        "パスワードで暗号化されています。--password で指定するか、Excelで開き、パスワードを外して保存してください。",
        "The file is encrypted. Give the password with --password, or save it in Excel without one.",
    ),
    "wrong-password": (
        "パスワードが違います。正しいパスワードを指定してください。",
        "The password is wrong. Give the right one.",
    ),
    "password-extra": (
        "暗号化されたブックを開くには pip install 'riskbook[password]' が必要です。",
        "To open encrypted workbooks, run pip install 'riskbook[password]'.",
    ),
    "damaged": (
        "ファイルが壊れています（{detail}）。元のファイルを入手し直してください。",
        "The file is damaged ({detail}). Get the original again.",
    ),
    "zip-unsupported": (
        "対応していない圧縮形式です（{detail}）。Excelで開いて保存し直してください。",
        "Its compression is not supported ({detail}). Open it in Excel and save it again.",
    ),
    "zip-encrypted": (
        "中の {member} が暗号化されています。暗号化を外して保存し直してください。",
        "Its member {member} is encrypted. Save it without encryption.",
    ),
    "too-large": (
        "{what} の大きさ {size} が上限 {limit} を超えています。不要なデータを除いて保存し直してください。",
        "{what}: {size} is beyond the limit of {limit}. Save it again without what is not needed.",
    ),
    "unsafe-member": (
        "中のファイル名 {member} が安全ではありません。Excelで開いて保存し直してください。",
        "Its member name {member} is not safe. Open it in Excel and save it again.",
    ),
    "duplicate-member": (
        "中に同じ名前の {member} が2つあります。Excelで開いて保存し直してください。",
        "It holds {member} twice. Open it in Excel and save it again.",
    ),
    "part-missing": (
        "中の {part} がありません。Excelで開いて保存し直してください。",
        "Its part {part} is missing. Open it in Excel and save it again.",
    ),
    "part-shared": (
        "中の {part} が2つの役割で使われています。Excelで開いて修復し、保存し直してください。",
        "Its part {part} is used in two roles. Let Excel repair it and save it again.",
    ),
    "xml-broken": (
        "中の {part} が壊れています（{detail}）。Excelで開いて修復し、保存し直してください。",
        "Its part {part} is broken ({detail}). Let Excel repair it and save it again.",
    ),
    "xml-dtd": (
        "中の {part} にDTDがあるため、安全のため開きません。Excelで開いて保存し直してください。",
        "Its part {part} carries a DTD and is not opened for safety. Open it in Excel and save it again.",
    ),
    "content-type": (
        "{part} の種類「{found}」はExcelブックのものではありません。Excelで開いて保存し直してください。",
        "The content type of {part}, “{found}”, is not that of a workbook. Open it in Excel and save it again.",
    ),
    "no-sheets": ("シートがありません。元のファイルを確認してください。", "It has no sheets. Check the original."),
    "no-free-column": (
        "シート「{sheet}」の右端まで列が埋まっています。不要な列を削除してください。",
        "Sheet “{sheet}” is full to its last column. Delete columns that are not needed.",
    ),
    "unreadable": (
        "内容を読み取れません（{detail}）。Excelで開いて保存し直してください。",
        "Its content cannot be read ({detail}). Open it in Excel and save it again.",
    ),
    "signed": (
        "電子署名があり、書き込むと無効になります。署名を外してよければ --drop-signature を付けてください。",
        "It carries a digital signature that any change makes invalid. Use --drop-signature to drop it.",
    ),
    "no-ledger": (
        "情報資産管理台帳が見つかりません（シート：{sheets}）。「情報資産名称」と「媒体・保存先」または評価値の見出しが必要です。",
        "No asset ledger was found (sheets: {sheets}). It needs headers for asset name and medium or evaluations.",
    ),
    "two-threats": (
        "脅威の状況シートの候補が2つあります（{sheets}）。使わないほうの名前に「記入例」を付けるか削除してください。",
        "Two sheets look like the threat sheet ({sheets}). Put 記入例 into the name of the one not meant, or delete it.",
    ),
    "two-checks": (
        "対策状況チェックシートの候補が2つあります（{sheets}）。使わないほうの名前に「記入例」を付けるか削除してください。",
        "Two sheets look like the check sheet ({sheets}). Put 記入例 into the name of the one not meant, or delete it.",
    ),
    # the output
    "exists": (
        "出力 {path} がすでにあります。上書きするには --force を付けてください。",
        "The output {path} exists already. Use --force to overwrite it.",
    ),
    "is-folder": ("出力 {path} はフォルダーです。", "The output {path} is a folder."),
    "not-xlsx": (
        "出力 {path} の名前は .xlsx で終えてください。",
        "Let the name of the output {path} end in .xlsx.",
    ),
    "department-example": (
        "部署名「{name}」の台帳は記入例とみなされて評価されません。「{word}」を含まない名前にしてください。",
        "The ledger of a department “{name}” would be taken for an example and never assessed. Choose a name without “{word}”.",
    ),
    "wrong-extension": (
        "出力 {path} の拡張子が入力（{suffix}）と違うため、Excelで開けません。同じ拡張子にしてください。",
        "The output {path} must have the extension of the input ({suffix}), or Excel will not open it.",
    ),
    "own-report": (
        "riskbook が作ったまとめまたは確認票で、顧客の台帳ではありません。元のブックを指定してください。",
        "This is an overview or a question sheet made by riskbook, not a client's ledger. Name the client's workbook.",
    ),
    "targets-clash": (
        "複数の入力の出力先が {path} になります。別々のフォルダーへ、別々に実行してください。",
        "Several inputs would be written to {path}; run them in separate calls, into different folders.",
    ),
    "os-error": ("{path}：{detail}", "{path}: {detail}"),
    "result-edited": (
        "{path} は riskbook が書いた後に編集されています。そのままにしました。編集を生かすには、入力の変更を {path} に写して "
        "--in-place で実行してください。--force で上書きすると、編集した版は .bak に残ります。",
        "{path} was edited since riskbook wrote it, and is left alone. To keep the edits, make the changes of the input "
        "in {path} and run on it with --in-place; --force overwrites it and keeps the edited one as .bak.",
    ),
    "portfolio-clash": (
        "まとめ {path} は入力または結果のブックと同じファイルです。別の場所を指定してください。",
        "The portfolio {path} is one of the workbooks or results. Choose another place.",
    ),
    "portfolio-place": (
        "まとめを {path} に書けません。このマシンのフォルダーか .xlsx を指定してください。",
        "The portfolio cannot be written to {path}: name a folder of this machine, or a .xlsx file.",
    ),
    "output-is-source": (
        "出力先 {path} が入力のフォルダーそのものです。別のフォルダーを指定するか、--in-place を使ってください。",
        "The output folder {path} is the input folder itself. Name another, or use --in-place.",
    ),
    "in-place-url": (
        "URLのブックには --in-place は使えません。-o で出力先を指定してください。",
        "--in-place works on files of this machine only. Name a place for the results with -o.",
    ),
    "changed-meanwhile": (
        "評価している間に {path} が変わりました。何も書いていません。もう一度実行してください。",
        "While it was being assessed, {path} was changed. Nothing was written; run it again.",
    ),
    "out-of-memory": (
        "メモリが足りません。ほかのプログラムを閉じるか、このファイルだけで実行してください。",
        "Memory is short. Close other programs, or run this file alone.",
    ),
    "journal-busy": (
        "別の riskbook がこの出力先に書いています（{path}）。終わってから実行してください。",
        "Another riskbook is writing into this output folder ({path}). Wait until it is done.",
    ),
    "journal-newer": (
        "記録 {path} は新しい版の riskbook のものです。riskbook を更新してください。",
        "The journal {path} is from a newer riskbook. Update riskbook.",
    ),
    "journal-unusable": (
        "記録 {path} が使えません（{detail}）。フォルダーに書けるか、空きがあるかを確認してください。壊れているときは削除すると、"
        "すべてのファイルをやり直します。",
        "The journal {path} cannot be used ({detail}). Check that the folder can be written and has room; if the journal is "
        "damaged, delete it, and all files are done again.",
    ),
    "history-missing": (
        "履歴 {path} がありません。riskbook assess を実行すると作られます。別の場所にあるときは --store で指定してください。",
        "There is no history {path}. riskbook assess makes one; if it lies elsewhere, name it with --store.",
    ),
    "history-none": (
        "{path} は riskbook の履歴ではありません。別のファイルを指定してください（何も変更していません）。",
        "{path} is no history of riskbook's. Name another file; nothing was changed.",
    ),
    "history-newer": (
        "履歴 {path} は新しい版の riskbook のものです。riskbook を更新してください（assess は --no-history で履歴なしに実行できます）。",
        "The history {path} is from a newer riskbook. Update riskbook (assess can run with --no-history).",
    ),
    "history-busy": (
        "別の riskbook が履歴 {path} に書いています（{detail}）。終わってから実行してください。",
        "Another riskbook is writing into the history {path} ({detail}). Wait until it is done.",
    ),
    "history-unwritable": (
        "履歴 {path} に書けないため、この実行は記録されません（{detail}）。--store で別の場所を指定するか、--no-history を付けてください。",
        "The history {path} cannot be written, so this run is not kept ({detail}). Name another place with --store, or add --no-history.",
    ),
    "history-unusable": (
        "履歴 {path} が使えません（{detail}）。空き容量とアクセス権を確認してください。壊れているときは、控えから戻してください。",
        "The history {path} cannot be used ({detail}). Check room and permissions; if it is damaged, restore it from a backup.",
    ),
    "history-tampered": (
        "履歴 {path} の内容（{detail}）が、記録したときから変わっています。riskbook verify で確認し、控えから戻してください。",
        "In the history {path}, content {detail} is not what was kept. Look at it with riskbook verify, and restore it from a backup.",
    ),
    "history-gone": (
        "履歴 {path} の {client} の記録は、実行中に削除されました。もう一度実行してください。",
        "The runs of {client} in the history {path} were forgotten meanwhile. Run it again.",
    ),
    "audit-order": (
        "{later} の資料がすでにあるため、{month} を後から作ると連鎖が切れます。作るには --force を付け、{later} から順に作り直してください。",
        "There is a package of {later} already, so one of {month} would break the chain. To make it all the same add --force, and make {later} and what follows anew.",
    ),
    "audit-future": (
        "{month} はまだ始まっていません。",
        "{month} has not begun.",
    ),
    "history-broken": (
        "履歴 {path} は記録したときのままではありません（{detail}）。資料は作っていません。riskbook verify --store で確認し、控えから戻してください。",
        "The history {path} is not as it was recorded ({detail}). No package was made: look at it with riskbook verify --store, and restore it from a backup.",
    ),
    "history-two-runs": (
        "{run} に当てはまる実行が複数あります（{clients}）。ハッシュ値をもっと長く指定するか、--store で履歴を1つ指定してください。",
        "{run} names several runs ({clients}). Give more of the hash, or name one history with --store.",
    ),
    "diff-unknown": (
        "{name} はブックでも、履歴の実行番号・月（2026-10）・日（2026-10-15）でもありません。riskbook history で確認してください。",
        "{name} is no workbook, and no run, month (2026-10) or day (2026-10-15) of the history. See riskbook history.",
    ),
    "redact-unknown": (
        "--redact の {column} という列はありません。使えるのは {known} です。",
        "--redact knows no column {column}. There are {known}.",
    ),
    "redact-client": (
        "顧客・ブックの名前を伏せるには --redact-key が必要です（空白にすると顧客を区別できません）。",
        "To redact clients or workbooks, give --redact-key: blanked, they could not be told apart.",
    ),
    "redact-key": (
        "仮名の鍵 {path} が使えません（{detail}）。16バイト以上の秘密のファイルを指定してください。",
        "The key for pseudonyms {path} cannot be used ({detail}). Name a secret file of at least 16 bytes.",
    ),
    "audit-differs": (
        "{path} は同じ月の資料ですが、今の履歴から作るものと違います（{detail}）。確認のうえ、作り直すには --force を付けてください"
        "（前のものは名前を変えて残します）。",
        "{path} is a package of this month that differs from what the history gives now ({detail}). Look into it; "
        "--force makes it anew and keeps the former one under another name.",
    ),
    "audit-empty": (
        "{month} までの記録がありません。riskbook assess を実行した履歴を指定してください。",
        "Nothing is on record up to {month}. Name a history of riskbook assess.",
    ),
    "parquet-audit": (
        "Parquetの表を書くには pip install 'riskbook[parquet]' が必要です（.xlsx と .csv は書きました）。",
        "To write the Parquet tables, run pip install 'riskbook[parquet]' (.xlsx and .csv are written).",
    ),
    "manifest-unusable": (
        "{path} を読めません（{detail}）。控えから戻してください。",
        "{path} cannot be read ({detail}). Restore it from a copy.",
    ),
    "portfolio-among-clients": (
        "{path} は顧客のフォルダーの中です。ほかの顧客の情報が混ざらないよう別の場所を指定するか、"
        "--portfolio-anywhere を付けてください。",
        "{path} lies in a client's own folder. Choose another place, so that no client gets the others' figures, "
        "or add --portfolio-anywhere.",
    ),
    "parquet-extra": (
        "portfolio.parquet を書くには pip install 'riskbook[parquet]' が必要です（.xlsx と .csv は書きました）。",
        "To write portfolio.parquet, run pip install 'riskbook[parquet]' (.xlsx and .csv are written).",
    ),
    # many workbooks
    "remote-extra": (
        "{place} を使うには pip install 'riskbook[remote]' が必要です。",
        "To use {place}, run pip install 'riskbook[remote]'.",
    ),
    "dask-extra": (
        "クラスターで実行するには pip install 'riskbook[dask]' が必要です。",
        "To run on a cluster, run pip install 'riskbook[dask]'.",
    ),
    "cluster-not-found": (
        "スケジューラー {address} につながりません（{detail}）。アドレスと、動いているかを確認してください。",
        "The scheduler {address} does not answer ({detail}). Check the address, and that it is running.",
    ),
    "cluster-empty": (
        "スケジューラー {address} にワーカーがありません。dask worker {address} で起動してください。",
        "The scheduler {address} has no workers. Start some: dask worker {address}",
    ),
    "cluster-lost": (
        "スケジューラーとの接続が切れました。終わった分は記録済みです。同じコマンドで続きから実行できます。",
        "The scheduler was lost. What is done is noted; the same command goes on from there.",
    ),
    "worker-unfit": (
        "ワーカー {worker} の riskbook がこのマシンの版 {version} と合いません（{found}）。"
        "ワーカーで pip install riskbook=={version} を実行してください。",
        "The worker {worker} does not have riskbook {version} like this machine ({found}). "
        "There, run pip install riskbook=={version}.",
    ),
    "worker-died": (
        "処理中のプロセスが {tries} 回落ちました（{detail}）。メモリ不足かもしれません。このファイルだけで実行してみてください。",
        "The process died over it, tried {tries} times ({detail}). Memory may be short: try this file alone.",
    ),
    "worker-error": (
        "ワーカーで実行できませんでした（{detail}）。ワーカーの riskbook を確認してください。",
        "The worker could not run it ({detail}). Check its riskbook.",
    ),
    "bug": (
        "riskbookの不具合です：{detail}。--traceback を付けて再実行し、表示された内容を開発元に知らせてください。",
        "This is a bug in riskbook: {detail}. Run again with --traceback and report what it prints.",
    ),
    "same-file": (
        "出力が入力と同じファイルです。上書きするには --in-place を使ってください。",
        "The output is the input itself. Use --in-place to write into it.",
    ),
    "locked": (
        "{path} はExcelで開かれています。閉じてからやり直してください。",
        "{path} is open in Excel. Close it and try again.",
    ),
    "read-only": (
        "{path} は書き込み禁止です。アクセス権を確認するか、-o で別の場所を指定してください。",
        "{path} is read-only. Check the permissions, or name another place with -o.",
    ),
    "no-space": ("ディスクに空きがなく、{path} を書けません。", "The disk is full; {path} was not written."),
    "not-written": ("{path} を書けません（{detail}）。", "{path} cannot be written ({detail})."),
    "check-failed": (
        "書き出した結果の確認に失敗したため、取り消しました（{detail}）。",
        "The result did not pass its check and was withdrawn ({detail}).",
    ),
    # the method
    "method-missing": (
        "方式 {method} が見つかりません。使えるのは {known}、またはTOMLファイルのパスです。",
        "There is no method {method}. Known are {known}, or name a TOML file.",
    ),
    "form-missing": (
        "様式の内容 {method} が見つかりません。方式の form に、TOMLファイルのパスを書いてください。",
        "There is no form {method}. Let `form` of the method name a TOML file.",
    ),
    "instrument-missing": (
        "様式・資料の内容 {method} が見つかりません。方式の [instruments] に、TOMLファイルのパスを書いてください。",
        "There is no instrument {method}. Let [instruments] of the method name a TOML file.",
    ),
    "map-unknown": (
        "見出し「{header}」に指定された項目 {field} はありません。使えるのは {known} です。",
        "There is no field {field} for the header “{header}”. Known are {known}.",
    ),
    "method-toml": ("方式 {method} はTOMLとして読めません：{detail}", "Method {method} is no valid TOML: {detail}"),
    "method-circle": ("方式 {method} の extends が循環しています。", "Method {method} extends itself."),
    "method-key-missing": ("方式 {method} に {key} がありません。", "Method {method} lacks {key}."),
    "method-invalid": (
        "方式 {method} の {key} に {found} とありますが、使えるのは {may} です。",
        "Method {method}: {key} holds {found}; it may hold {may}.",
    ),
}
