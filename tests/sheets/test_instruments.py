"""Every instrument has its sheet and its line in the summary."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from msgspec import structs

import riskbook
from riskbook.method import load_method
from riskbook.model import ASKED_KINDS, Pages
from tests.support.days import TODAY
from tests.support.instruments import MINATO, assessed
from tests.support.places import SAMPLES

METHOD = load_method()


@pytest.mark.slow
def test_every_instrument_has_its_sheet_and_its_line_in_the_summary(tmp_path: Path) -> None:
    pages = Pages(ASKED_KINDS)
    output = assessed(SAMPLES / "aoba-foods.xlsx", pages=pages).save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    kinds = (
        "自社診断結果",
        "クラウド点検",
        "SECURITY ACTION",
        "関連規程",
        "いまの脅威",
        "移転の手段",
        "緊急時対応",
        "制度の参考",
    )
    assert [name for name in book.sheetnames if name in kinds] == list(kinds)
    links = {cell.value: cell.hyperlink for row in book["サマリー"].iter_rows() for cell in row if cell.hyperlink}
    for kind in kinds:
        assert links[kind].location == f"'{kind}'!A1"
    summary = "\n".join(str(c.value) for row in book["サマリー"].iter_rows() for c in row if c.value is not None)
    assert "72点／100点" in summary
    assert "2件のサービスを点検し、全項目を確認済みは0件です。チェックシートのない資産は2件です。" in summary
    assert "役割9のうち2に担当者を記入済みです。" in summary


def test_the_radar_reads_the_scores_of_the_items(tmp_path: Path) -> None:
    output = assessed(SAMPLES / "five-minute-check.xlsx").save(tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(output)["自社診断結果"]
    (made,) = sheet._charts  # type: ignore[attr-defined]
    assert made.tagname == "radarChart"
    area = made.series[0].val.numRef.f.rpartition("!")[2].replace("$", "")
    worth = {"4": 4, "2": 2, "0": 0, "?": -1, "n": 4}
    assert [row[0].value for row in sheet[area]] == [worth[answer] for answer in MINATO]


def test_sources_and_days_stand_with_every_table() -> None:
    for key, spec in structs.asdict(METHOD.instruments).items():
        found = getattr(spec, "sources", None) or {"": spec.source}
        sources = (found if isinstance(found, dict) else structs.asdict(found)).values()
        assert all(source.ja and source.en and source.date for source in sources), key


@pytest.mark.slow
def test_a_workbook_with_only_a_self_check_has_a_summary_of_it_and_no_empty_lists(tmp_path: Path) -> None:
    output = assessed(SAMPLES / "five-minute-check.xlsx").save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    own = ["入力チェック", "自社診断結果", "SECURITY ACTION"]
    assert book.sheetnames == ["サマリー", "自社診断", *own]
    texts = [cell.value for row in book["サマリー"].iter_rows() for cell in row if cell.value is not None]
    assert {"有限会社みなと工務店", "44 / 100 点", "12 / 20 点", "27 / 52 点", "5 / 28 点"} <= set(texts)
    again = riskbook.assess(output, today=TODAY)
    assert again.save(tmp_path / "again.xlsx").read_bytes() == output.read_bytes()


@pytest.mark.slow
def test_a_ledger_that_leaves_takes_no_plan_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    shutil.copy(SAMPLES / "aoba-foods.xlsx", path)
    book = openpyxl.load_workbook(path)
    for name in ("情報資産管理台帳", "脅威の状況", "対策状況チェック"):
        del book[name]
    book.save(path)
    assessed(path).save(path, force=True)
    plan = openpyxl.load_workbook(path)["対応計画"]
    assert "会計をクラウドに移し、見守りサービスを契約する" in [c.value for row in plan.iter_rows() for c in row]
