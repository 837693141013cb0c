"""What an addition takes: a ledger column by one row and its spellings, a sheet by one module and its texts.

Each test copies the package, adds what CONTRIBUTING.md says, and runs the copy as a user would.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import riskbook
from riskbook.model.fields import DIGEST_FIELDS

PACKAGE = Path(riskbook.__file__).parent
NEXT = len(DIGEST_FIELDS)  # the next place in the digest of the input
_HEADERS = ("管理番号", "業務分類", "情報資産名称", "試験用の保管者", "媒体・保存先", "機密性", "完全性", "可用性")
_ROWS = (
    ("A1", "営業", "顧客名簿", "佐藤太郎", "事務所PC", 3, 2, 2),
    ("A2", "経理", "仕訳帳", "田中花子", "書類", 2, 3, 2),
)

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of the package that may be changed."""
    shutil.copytree(PACKAGE, tmp_path / "copy" / "riskbook", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "copy"


def _insert(path: Path, before: str, text: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert content.count(before) == 1, f"{path.name}: {before}"
    path.write_text(content.replace(before, text + before), encoding="utf-8")


def _run(copy: Path, *arguments: str | Path, code: int = 0) -> str:
    """Runs the copy in the folder above it."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "LANG": "ja_JP.UTF-8"}
    command = [sys.executable, "-m", "riskbook", *map(str, arguments)]
    done = subprocess.run(command, cwd=copy.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def _ledger(path: Path, rows: tuple[tuple[object, ...], ...] = _ROWS) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "情報資産管理台帳"
    for line in (_HEADERS, *rows):
        sheet.append(line)
    book.save(path)
    return path


def _column(path: Path, sheet_name: str, header: str) -> list[object]:
    """What stands under a header of one of riskbook's lists."""
    sheet = openpyxl.load_workbook(path)[sheet_name]
    place = next(cell for row in sheet.iter_rows(max_row=6) for cell in row if cell.value == header)
    return [sheet.cell(row, place.column).value for row in range(place.row + 1, sheet.max_row + 1)]


def _rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _add_column(copy: Path) -> None:
    _insert(
        copy / "riskbook" / "model" / "fields.py",
        '    Field("media", "medium",',
        f'    Field("house_keeper", "text", uses="header read carried history moves portfolio audit redact", digest={NEXT},\n'
        '          width=12, words=("試験用の保管者", "House keeper")),\n',
    )
    _insert(
        copy / "riskbook" / "method" / "data" / "ipa-3.1.toml",
        "asset_id = [",
        'house_keeper = ["試験用の保管者", "House keeper"]\n',
    )


def test_a_ledger_column_is_one_row_and_its_spellings(copy: Path) -> None:
    _add_column(copy)
    client = _ledger(copy.parent / "client.xlsx")
    _run(copy, "assess", client, "-o", "first.xlsx", "--today", "2026-10-01")
    # Read and shown.
    assert sorted(map(str, _column(copy.parent / "first.xlsx", "リスク一覧", "試験用の保管者"))) == [
        "佐藤太郎",
        "田中花子",
    ]
    # Compared: another name is a change, and the digest of the input says so.
    _ledger(client, (("A1", "営業", "顧客名簿", "鈴木一郎", "事務所PC", 3, 2, 2), _ROWS[1]))
    _run(copy, "assess", client, "-o", "second.xlsx", "--today", "2026-11-02")
    assert "試験用の保管者 佐藤太郎→鈴木一郎" in _run(copy, "diff", "first.xlsx", "second.xlsx").replace(" → ", "→")
    runs = json.loads(_run(copy, "history", client, "--format", "json"))["runs"]
    assert len({run["input"] for run in runs}) == 2
    # Recorded over runs, and exported.
    _run(copy, "audit", "--month", "2026-11", ".", "-o", "audit", "--lang", "ja")
    register = _rows_of(copy.parent / "audit" / "audit-2026-11" / "register.csv")
    assert [row["試験用の保管者"] for row in register] == ["鈴木一郎", "田中花子"]
    _run(copy, "assess", client, "-o", "results/", "--portfolio", "overview", "--force", "--today", "2026-11-03")
    assert [row["house_keeper"] for row in _rows_of(copy.parent / "overview" / "portfolio.csv")] == [
        "鈴木一郎",
        "田中花子",
    ]
    # Redacted.
    _run(copy, "audit", "--month", "2026-11", ".", "-o", "blank", "--redact", "house_keeper", "--lang", "ja")
    for path in (copy.parent / "blank" / "audit-2026-11").iterdir():
        if path.suffix in (".csv", ".json"):
            assert not any(name in path.read_text("utf-8-sig") for name in ("佐藤", "鈴木", "田中"))


def test_a_workbook_without_a_later_column_has_the_digest_it_had(copy: Path) -> None:
    plain = _ledger(copy.parent / "plain.xlsx")
    _history_after(copy, plain, "a.db")
    _insert(
        copy / "riskbook" / "model" / "fields.py",
        '    Field("media", "medium",',
        f'    Field("house_shelf", "text", uses="header read carried", digest={NEXT}, words=("試験用の棚", "Shelf")),\n',
    )
    _insert(copy / "riskbook" / "method" / "data" / "ipa-3.1.toml", "asset_id = [", 'house_shelf = ["試験用の棚"]\n')
    _history_after(copy, plain, "b.db")
    assert _digest_of_input(copy, copy.parent / "a.db") == _digest_of_input(copy, copy.parent / "b.db")


def _history_after(copy: Path, client: Path, store: str) -> None:
    _run(copy, "assess", client, "-o", f"{store}.xlsx", "--store", store, "--today", "2026-10-01")


def _digest_of_input(copy: Path, store: Path) -> str:
    code = (
        "import sys; from pathlib import Path; from riskbook.records import History\n"
        "with History(Path(sys.argv[1]), read_only=True) as history:\n"
        "    print(history.record(history.runs()[0])['run']['digest'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = [sys.executable, "-c", code, store]
    digest = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    assert len(digest) == 16
    return digest


_READ_ONLY = '''
"""媒体別: how many assets each medium holds."""

from __future__ import annotations

from collections import Counter

from xlsxwriter.worksheet import Worksheet

from riskbook.sheets.listing import Column, plain, write_list
from riskbook.sheets.sheet import Context, Sheet, Written

COLUMNS = (Column("medium", 20, "wrap", plain("medium")), Column("house-assets", 8, "centre", plain("count")))


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes a line a medium."""
    counts = Counter(row["medium"] for row in context.rows)
    rows = [{"medium": medium, "count": count} for medium, count in counts.items()]
    return Written(write_list(sheet, context.theme, context.lang, "house_held", COLUMNS, rows))


SHEET = Sheet("house_held", write, proofs=("col.house-assets",))
'''

_EDITABLE = '''
"""Whom to call about each asset."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from riskbook.model import PLAN_KEYS, OwnList
from riskbook.sheets.editable import match_lines, write_editable
from riskbook.sheets.listing import Column, headers_of, identity_columns, plain
from riskbook.sheets.sheet import Context, Sheet, Written

_TYPED = ("house_telephone",)


def own_list() -> OwnList:
    """How the sheet is read back."""
    headers = headers_of((*PLAN_KEYS, *_TYPED, "number", "place"))
    return OwnList(headers, PLAN_KEYS, _TYPED, frozenset({"name"}), "name")


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes a line an asset, with what was typed for it."""
    telephone = Column("house_telephone", 20, "input", plain("house_telephone"), editable=True)
    columns = [*identity_columns(context.method, context.lang), telephone]
    lines = context.assessment.ledger.lines("house_contacts")
    lines = [{**line, "medium": context.method.canonical_media.get(line["medium"], line["medium"])} for line in lines]
    rows, orphans = match_lines(context.rows, lines, PLAN_KEYS, _TYPED)
    fields = (*PLAN_KEYS, *_TYPED)
    return write_editable(
        sheet, context, "house_contacts", columns, rows, orphans, fields, heading="note.orphans", frozen=2
    )


SHEET = Sheet(
    "house_contacts",
    write,
    proofs=("col.house_telephone",),
    present=lambda assessment: not assessment.ledger.layouts,  # new only at the first run: later it stays
    reads=own_list,
    words=("title.house_contacts", "note.house_contacts"),
)
'''


def _add_sheet(copy: Path, kind: str, module: str, texts: dict[str, tuple[str, str]]) -> None:
    sheets = copy / "riskbook" / "sheets"
    (sheets / f"{kind}.py").write_text(module, encoding="utf-8")
    _insert(sheets / "registry.py", "    findings.SHEET,\n", f"    {kind}.SHEET,\n")
    _insert(
        sheets / "registry.py", "from riskbook.sheets.sheet import Sheet\n", f"from riskbook.sheets import {kind}\n"
    )
    lines = [f'{key} = {{ ja = "{ja}", en = "{en}" }}\n' for key, (ja, en) in texts.items()]
    path = copy / "riskbook" / "text" / "data" / "sheets.toml"
    path.write_text(path.read_text(encoding="utf-8") + "".join(lines), encoding="utf-8")


def test_a_sheet_is_one_module_and_its_texts(copy: Path) -> None:
    texts = {
        "sheet.house_held": ("媒体別件数", "Held by medium"),
        "title.house_held": ("媒体別の資産件数", "Assets by medium"),
        "note.house_held": ("媒体ごとの件数です。", "How many assets each medium holds."),
        "col.house-assets": ("件数", "Assets"),
    }
    _add_sheet(copy, "house_held", _READ_ONLY, texts)
    client = _ledger(copy.parent / "client.xlsx")
    _run(copy, "assess", client, "--in-place", "--no-history", "--today", "2026-10-01")
    _run(copy, "assess", client, "--in-place", "--no-history", "--today", "2026-10-02", "--lang", "en")
    book = openpyxl.load_workbook(client)
    assert "Held by medium" in book.sheetnames
    assert "媒体別件数" not in book.sheetnames  # recognised as riskbook's own, and written anew
    assert _column(client, "Held by medium", "Assets") == [1, 1]


def _filled_in(client: Path, values: dict[int, str]) -> None:
    """Types telephone numbers into lines of the sheet, and a note beside the first of them."""
    book = openpyxl.load_workbook(client)
    sheet = book["試験用の連絡先"]
    place = next(cell for row in sheet.iter_rows(max_row=6) for cell in row if cell.value == "試験用の電話番号")
    for line, number in values.items():
        sheet.cell(place.row + line, place.column).value = number
    sheet.cell(place.row + min(values), place.column + 1).value = "内線 12"  # a column of her own
    book.save(client)


def _lines(client: Path, tab: str) -> dict[str, list[object]]:
    """Name → everything to its right, line by line, in the sheet of telephone numbers."""
    sheet = openpyxl.load_workbook(client)[tab]
    found: dict[str, list[object]] = {}
    for row in sheet.iter_rows(min_row=5, values_only=True):
        if isinstance(row[1], str):
            found.setdefault(row[1], []).append(row[7:9])
    return found


def test_an_editable_sheet_is_one_module_and_its_texts(copy: Path) -> None:
    texts = {
        "sheet.house_contacts": ("試験用の連絡先", "House contacts"),
        "title.house_contacts": ("資産ごとの連絡先", "Whom to call"),
        "note.house_contacts": ("電話番号を記入してください。", "Fill in the telephone numbers."),
        "col.house_telephone": ("試験用の電話番号", "House telephone"),
    }
    _add_sheet(copy, "house_contacts", _EDITABLE, texts)
    twice = (
        _ROWS[0],
        _ROWS[1],
        ("", "営業", "商談メモ", "", "書類", 1, 1, 1),
        ("", "営業", "商談メモ", "", "書類", 1, 1, 1),
    )
    client = _ledger(copy.parent / "client.xlsx", twice)
    _run(copy, "assess", client, "--in-place", "--no-history", "--today", "2026-10-01")
    names = [row[1] for row in openpyxl.load_workbook(client)["試験用の連絡先"].iter_rows(min_row=5, values_only=True)]
    memos = [line for line, name in enumerate(names, start=1) if name == "商談メモ"]
    ledger = names.index("仕訳帳") + 1
    _filled_in(client, {ledger: "03-1234-5678", memos[0]: "090-1", memos[1]: "090-2"})
    _run(copy, "assess", client, "--in-place", "--no-history", "--today", "2026-10-02", "--lang", "en")
    lines = _lines(client, "House contacts")
    assert [number for number, _ in lines["仕訳帳"]] == ["03-1234-5678"]
    assert [number for number, _ in lines["商談メモ"]] == ["090-1", "090-2"]  # each line is taken once
    assert "内線 12" in [note for found in lines.values() for _, note in found]
    assert openpyxl.load_workbook(client)["House contacts"]["A1"].value == "Whom to call"
    # An asset that is gone: its line stays below the list.
    book = openpyxl.load_workbook(client)
    book["情報資産管理台帳"].cell(3, 3).value = "総勘定元帳"
    book.save(client)
    _run(copy, "assess", client, "--in-place", "--no-history", "--today", "2026-10-03", "--lang", "en")
    lines = _lines(client, "House contacts")
    assert [number for number, _ in lines["総勘定元帳"]] == [None]
    assert [number for number, _ in lines["仕訳帳"]] == ["03-1234-5678"]


def test_a_history_from_before_a_column_goes_on(copy: Path) -> None:
    client = _ledger(copy.parent / "client.xlsx")
    _run(copy, "assess", client, "-o", "first.xlsx", "--today", "2026-10-01")
    _add_column(copy)
    _run(copy, "assess", client, "-o", "second.xlsx", "--today", "2026-11-02")
    assert "試験用の保管者 なし→佐藤太郎" in _run(copy, "diff", "2026-10", "2026-11").replace(" → ", "→")
    _run(copy, "audit", "--month", "2026-11", ".", "-o", "audit", "--lang", "ja")
    register = _rows_of(copy.parent / "audit" / "audit-2026-11" / "register.csv")
    assert [row["試験用の保管者"] for row in register] == ["佐藤太郎", "田中花子"]
