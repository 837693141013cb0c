"""The plain exports: read back with other programs, they say what the register of the result says."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pandas as pd
import pytest

import riskbook
from riskbook.exports import TABLES, export_files
from riskbook.tables import read_csv, read_parquet
from riskbook.text import LANGUAGES
from tests.support.days import TODAY
from tests.support.forms import PC, Asset
from tests.support.places import CLINIC, HARBOUR, KITAHAMA
from tests.support.plans import assessed_form, fill_measures, form_of, small_form, small_plan
from tests.support.workbooks import assessed_once, columns_of

# Column of the register → its header on the sheet リスク一覧.
ON_THE_SHEET = {
    "rank": "No",
    "business": "業務分類",
    "name": "情報資産名称",
    "medium": "媒体・保存先",
    "department": "管理部署",
    "importance": "重要度",
    "threat": "脅威",
    "vulnerability": "脆弱性",
    "likelihood": "被害発生可能性",
    "risk": "リスク値",
    "residual": "対応後の下限",
    "planned": "計画後\nリスク",
    "share": "対策実施率",
    "why": "提案理由",
}
WORDS = {"large": "大", "medium": "中", "small": "小", "unassessed": "評価不可"}


def exported(result: riskbook.AssessedWorkbook, lang: str = "ja") -> dict[str, Any]:
    """The export in JSON."""
    document: dict[str, Any] = json.loads(export_files(result, "json", lang)["riskbook.json"])
    return document


def on_the_sheet(result: riskbook.AssessedWorkbook, folder: Path) -> list[dict[str, Any]]:
    """The rows of the register in the result, as openpyxl reads them."""
    sheet = openpyxl.load_workbook(result.save(folder / "result.xlsx"), data_only=True)["リスク一覧"]
    columns = columns_of(sheet)
    rows = (
        {header: sheet.cell(row, at).value for header, at in columns.items()} for row in range(5, sheet.max_row + 1)
    )
    return [row for row in rows if row["No"] is not None]


@pytest.mark.slow
@pytest.mark.parametrize("sample", [KITAHAMA, CLINIC, HARBOUR], ids=lambda path: path.stem)
def test_the_register_is_that_of_the_sheet(sample: Path, tmp_path: Path) -> None:
    result = riskbook.assess(sample, today=TODAY, lang="ja")
    shown, rows = on_the_sheet(result, tmp_path), exported(result)["register"]
    shares = [line["対策実施率"] for line in shown]  # the export rounds them, as every record of a run does
    lines = [{**line, "対策実施率": share and round(share, 4)} for line, share in zip(shown, shares, strict=True)]
    assert [[row[name] for name in ON_THE_SHEET] for row in rows] == [
        [line[header] for header in ON_THE_SHEET.values()] for line in lines
    ]
    assert [WORDS[row["level"]] for row in rows] == [line["リスク区分"] for line in shown]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_csv_and_parquet_read_by_pandas_are_the_json(lang: str) -> None:
    result = assessed_once(KITAHAMA)
    document = exported(result, lang)
    for format_ in ("csv", "parquet"):
        files = export_files(result, format_, lang)
        described = json.loads(files["datapackage.json"])
        assert described["riskbook"] == {
            name: document[name] for name in ("schema", "client", "file", "day", "method", "lang")
        }
        for resource in described["resources"]:
            types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
            read = _frame(files[resource["path"]], format_, types)
            assert list(read.columns) == list(types)
            assert read.astype(object).where(read.notna(), None).to_dict("records") == document[resource["name"]]


def _frame(data: bytes, format_: str, types: dict[str, str]) -> pd.DataFrame:
    if format_ == "parquet":
        return pd.read_parquet(io.BytesIO(data), dtype_backend="numpy_nullable")
    kinds = {"string": "object", "integer": "Int64", "number": "Float64", "boolean": "boolean"}
    dtypes = {name: kinds[type_] for name, type_ in types.items()}
    return pd.read_csv(io.BytesIO(data), dtype=dtypes, keep_default_na=False, na_values=[""])


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_json_is_of_its_schema(lang: str) -> None:
    for path in (KITAHAMA, CLINIC):
        files = export_files(assessed_once(path), "json", lang)
        schema = json.loads(files["riskbook.schema.json"])
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads(files["riskbook.json"]), schema)


@pytest.mark.slow
def test_what_people_typed_in_the_plans_is_exported(tmp_path: Path) -> None:
    path = small_plan(tmp_path / "result.xlsx")
    fill_measures(
        path, {"バックアップがある": {"担当": "佐藤", "期限": "年度末", "状況": "実施中", "備考": "見積り待ち"}}
    )
    book = openpyxl.load_workbook(path)
    sheet = book["対応計画"]
    columns = columns_of(sheet)
    for header, value in {"決定": "保有", "承認者": "社長", "期限": "2027/3/31", "理由": "費用対効果"}.items():
        sheet.cell(5, columns[header]).value = value
    name = sheet.cell(5, columns["情報資産名称"]).value
    book.save(path)
    document = exported(riskbook.assess(path, today=TODAY))
    [asset] = [row for row in document["register"] if row["name"] == name]
    typed = ("decision", "decided", "decided_by", "due", "due_date", "decision_reason")
    assert [asset[one] for one in typed] == ["保有", "retain", "社長", "2027/3/31", "2027-03-31", "費用対効果"]
    [line] = [row for row in document["measures"] if row["question"] == "バックアップがある"]
    assert [line[one] for one in ("assignee", "due", "due_date", "state", "state_key", "plan_note")] == [
        "佐藤", "年度末", None, "実施中", "doing", "見積り待ち",
    ]  # fmt: skip


def test_the_measures_stand_in_the_order_of_the_plan(tmp_path: Path) -> None:
    measures = exported(assessed_form(small_form(), tmp_path))["measures"]
    assert [(row["kind"], row["question"], row["answer"], row["media"], row["step"]) for row in measures] == [
        (1, "方針がある", 3, "書類; 可搬電子媒体; 事務所PC; モバイル機器; 社内サーバー; 社外サーバー", 1),
        (4, "アカウントを分けている", 3, "事務所PC; モバイル機器; 社内サーバー; 社外サーバー", 2),
        (7, "バックアップがある", 2, "事務所PC; モバイル機器; 社内サーバー; 社外サーバー", 2),
    ]


def test_an_asset_that_is_not_assessed_has_no_figure(tmp_path: Path) -> None:
    form = form_of([Asset("営業", "名簿", PC, (3, None, None)), Asset("営業", "不明", PC, (None, None, None))])
    *_, row = exported(assessed_form(form, tmp_path))["register"]
    assert (row["name"], row["level"]) == ("不明", "unassessed")
    assert {row[name] for name in ("risk", "residual", "planned", "importance")} == {None}
    assert "評価できません" in row["why"]


def test_every_column_is_explained_in_both_languages() -> None:
    for lang in LANGUAGES:
        schema = json.loads(export_files(assessed_once(KITAHAMA), "json", lang)["riskbook.schema.json"])
        said = {
            (table, name): one["description"]
            for table in TABLES
            for name, one in schema["properties"][table]["items"]["properties"].items()
        }
        assert all(said.values())
        assert len(said) == sum(map(len, TABLES.values()))


NASTY = ("'=1", "＝1+1", "-", "a,b;c\t d", 'say "x"', "NA", "null", "＠家", "一行目\n二行目", "𠮷野家")


def test_texts_come_back_as_they_were_typed(tmp_path: Path) -> None:
    assets = [Asset("営業", name, PC, (3, 1, 1), note=name) for name in NASTY]
    result = assessed_form(form_of(assets), tmp_path)
    typed = result.risks["name"].tolist()
    assert set(NASTY) == set(typed)
    for format_ in ("csv", "parquet"):
        path = tmp_path / f"register.{format_}"
        path.write_bytes(export_files(result, format_, "ja")[path.name])
        read = (read_csv if format_ == "csv" else read_parquet)(path, TABLES["register"])
        names = [row[5] for row in read]
        assert sorted(map(str, names)) == sorted(map(str, typed))
    unguarded = pd.read_csv(tmp_path / "register.csv", dtype=str, keep_default_na=False)["name"]
    assert not [name for name in unguarded if name.startswith(("=", "＠"))]
