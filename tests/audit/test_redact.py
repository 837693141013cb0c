"""Personal data: what is redacted appears nowhere in the package."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
from pyarrow import parquet

from riskbook.audit.manifest import opened
from tests.support.commands import invoke
from tests.support.forms import PC, QUESTIONS, THREATS, USB, Asset, Form, write_form
from tests.support.packages import MONTHS, SECRET, decide, table, verified
from tests.support.workbooks import columns_of, edit

pytestmark = pytest.mark.slow


def everything(folder: Path) -> str:
    """All text of a package, also what is packed in workbooks and Parquet."""
    texts = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        elif path.suffix == ".parquet":
            texts.append(str(parquet.read_table(path).to_pylist()))
        elif path.is_file():
            texts.append(path.read_text("utf-8-sig"))
    return "\n".join(texts)


def test_redacted_columns_are_blank_everywhere_and_that_is_said(clients: Path, made: Path, tmp_path: Path) -> None:
    assert SECRET in everything(made)
    columns = "users,department,note,decided_by"
    for month in MONTHS:
        invoke("audit", clients, "--month", month, "-o", tmp_path, "--redact", columns, code=0)
    text = everything(tmp_path)
    for secret in (SECRET, "営業部", "経理部", "総務部"):
        assert secret not in text
    for row in table(tmp_path / "audit-2026-10", "register"):
        assert (row["users"], row["department"], row["note"]) == (None, None, None)
    manifest = opened((tmp_path / "audit-2026-10" / "manifest.json").read_bytes())
    assert manifest["redaction"] == {"columns": sorted(columns.split(",")), "how": "blank"}
    cover = openpyxl.load_workbook(tmp_path / "audit-2026-10" / "audit-2026-10.xlsx").worksheets[0]
    assert any("decided_by" in str(cell.value) for row in cover.iter_rows() for cell in row)
    assert verified(tmp_path, "--store", clients, code=0) == []


def test_pseudonyms_are_the_same_every_month_and_differ_by_key(clients: Path, tmp_path: Path) -> None:
    keys = tmp_path / "one.key", tmp_path / "two.key"
    for number, key in enumerate(keys):
        key.write_bytes(bytes([65 + number]) * 32)
        for month in MONTHS[1:]:
            options = ("--redact", "department,users,client,name", "--redact-key", key)
            invoke("audit", clients, "--month", month, "-o", tmp_path / key.stem, *options, code=0)
    found = [
        {
            (row["client"], row["row"]): row["department"]
            for row in table(tmp_path / stem / f"audit-{month}", "register")
        }
        for stem in ("one", "two")
        for month in MONTHS[1:]
    ]
    assert found[0] == found[1] != found[2]
    assert all(value is None or value.startswith("R-") for value in found[0].values())
    text = everything(tmp_path / "one")
    for secret in ("営業部", "顧客台帳", "給与データ", "A/台帳", "B/ledger", "北浜精機", "A" * 32):
        assert secret not in text
    assert verified(tmp_path / "one", "--store", clients, code=0) == []


def test_what_cannot_be_redacted_is_said(clients: Path, tmp_path: Path) -> None:
    (tmp_path / "short.key").write_bytes(b"short")
    for options in (
        ("--redact", "risk"),
        ("--redact", "users", "--redact-key", tmp_path / "short.key"),
        ("--redact", "users", "--redact-key", tmp_path / "none.key"),
        ("--redact", "client"),
        ("--redact-key", tmp_path / "short.key"),
    ):
        invoke("audit", clients, "--month", "2026-11", "-o", tmp_path / "o", *options, code=2)
    assert not (tmp_path / "o").exists()


def test_a_redacted_value_of_long_ago_is_hidden_too_however_it_is_spaced(tmp_path: Path) -> None:
    path = write_form(
        Form({"台帳": [Asset("営業", "名簿", USB, (3, 2, 2), "営業部")]}, THREATS, QUESTIONS), tmp_path / "a.xlsx"
    )
    invoke("assess", path, "--in-place", "--today", "2026-08-10")
    decide(path, 5, 決定="保有", 承認者="鈴木一郎", 備考="鈴木 一郎に相談")
    invoke("assess", path, "--in-place", "--today", "2026-09-10")
    decide(path, 5, 承認者="渡辺")
    for month in (10, 11):
        invoke("assess", path, "--in-place", "--today", f"2026-{month}-10")
    invoke("audit", tmp_path, "--month", "2026-11", "-o", tmp_path / "o", "--redact", "decided_by", code=0)
    text = everything(tmp_path / "o")
    assert "に相談" in text
    for secret in ("鈴木", "一郎", "渡辺"):
        assert secret not in text


def test_redacted_values_are_nowhere_also_where_others_quote_them(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.xlsx"
    path.parent.mkdir()
    assets = [
        Asset("受付", "営業部名簿", PC, (3, 2, 2), "営業部", note="経理部の山田"),
        Asset("受付", "出納帳", PC, (2, 2, 2), "Z"),
        Asset("", "", "", ("", "", "")),
    ]
    write_form(Form({"台帳_経理部": assets}, THREATS, QUESTIONS, company="前の会社"), path)
    invoke("assess", path, "--in-place", "--today", "2026-10-10")

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["台帳_経理部"]
        sheet["E6"] = "Y"
        sheet["E5"] = "経理部"
        sheet["D5"] = "経理部"
        plan = book["対応計画"]
        heads = columns_of(plan)
        plan.cell(5, heads["担当"]).value = "経理部 田中"
        plan.cell(5, heads["決定"]).value = "営業部に任せる"

    edit(path, change)
    invoke("assess", path, "--in-place", "--today", "2026-11-10")
    invoke("audit", tmp_path / "a", "--month", "2026-11", "-o", tmp_path / "o", "--redact", "users,department", code=0)
    text = everything(tmp_path / "o")
    assert "営業部" not in text
    assert "経理部" not in text
    moved = [
        row["causes"] for row in table(tmp_path / "o" / "audit-2026-11", "changes") if row["event"] == "asset-moved"
    ]
    assert moved == ["department ■→■"] * 2
    assert "出納帳" in text


def spellings(name: str) -> list[str]:
    """Fifteen ways in which people and programs write one name."""
    wide = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
    narrow = str.maketrans(dict(zip("ヤマダサクラ・ー", ["ﾔ", "ﾏ", "ﾀﾞ", "ｻ", "ｸ", "ﾗ", "･", "ｰ"], strict=True)))
    return [
        name,
        name.upper(),
        name.lower(),
        name.swapcase(),
        name.translate(wide),
        name.translate(narrow),
        name.translate(narrow).upper(),
        unicodedata.normalize("NFD", name),
        unicodedata.normalize("NFKD", name.translate(narrow)),
        name.replace("・", ""),
        name.replace("・", " "),
        name.replace("・", "　"),
        " ".join(name),
        "\u200b".join(name),
        name[:3] + "\ufeff" + name[3:] + "\u200e",
    ]


def test_a_redacted_name_is_nowhere_in_fifteen_spellings(tmp_path: Path) -> None:
    name = "ヤマダ・サクラ Sakura"
    path = tmp_path / "ヤマダ・サクラ Sakura" / "台帳.xlsx"
    path.parent.mkdir()
    quoting = [
        Asset("営業", f"資産{n}", USB, (3, 2, 2), name, note=f"{n}番は{s}さん") for n, s in enumerate(spellings(name))
    ]
    write_form(Form({"台帳": quoting}, THREATS, QUESTIONS, company="ﾔﾏﾀﾞ ｻｸﾗ SAKURA"), path)
    invoke("assess", path, "--today", "2026-11-10")
    key = tmp_path / "key"
    key.write_bytes(b"k" * 16)
    options = ("--redact", "department,client,title,file", "--redact-key", key)
    invoke("audit", tmp_path, "--month", "2026-11", "-o", tmp_path / "o", *options, code=0)
    text = everything(tmp_path / "o")
    assert "14番は" in text
    for spelled in (*spellings(name), *spellings("ヤマダ・サクラ")):
        assert spelled not in text, ascii(spelled)
