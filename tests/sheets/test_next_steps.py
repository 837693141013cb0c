"""What the treatment plan says to do for each asset, and why: no two situations read alike."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import riskbook
from tests.support.days import TODAY
from tests.support.forms import MEDIA, PAPER, PC, Asset, Form
from tests.support.plans import assessed_form, small_form
from tests.support.workbooks import columns_of

USB, SERVER, CLOUD = MEDIA[1], MEDIA[4], MEDIA[5]


def _lines(path: Path, sheet_name: str = "対応計画") -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(path)[sheet_name]
    headers = [cell.value for cell in sheet[4]]
    rows = [dict(zip(headers, row, strict=False)) for row in sheet.iter_rows(min_row=5, values_only=True)]
    return [row for row in rows if isinstance(row["No"], int)]


@pytest.mark.slow
def test_each_asset_says_what_to_do_first(tmp_path: Path) -> None:
    output = assessed_form(small_form(), tmp_path).save(tmp_path / "out.xlsx")
    plans = {line["情報資産名称"]: line for line in _lines(output)}
    assert plans["契約書"]["対策内容（案）"] == (
        "問1 方針がある を実施すると、書類の脆弱性が2から1に下がります。この資産のリスク値は3（小）になります。備える脅威：脅威。"
    )
    assert plans["契約書"]["最初の対策"] == "対策状況チェック!E4"
    assert plans["見積"]["対策内容（案）"] == (
        "問2 アカウントを分けている／問3 バックアップがある／問1 方針がある を実施すると、事務所PCの脆弱性が2から1に下がります。"
        "この資産のリスク値は3（小）になります。備える脅威：脅威。"
    )
    assert plans["見積"]["最初の対策"] == "対策状況チェック!E5"
    assert plans["契約書"]["提案理由"] == (
        "重要度3は機密性によります。書類は脅威が3と高いことが決め手です（脆弱性2・実施率50%）。"
        "脆弱性が1になればリスク値は3（小）です。"
        "リスク値は高い方から1番目で、同じ値の資産がほかに1件（同じ媒体に0件）あります。"
    )
    sheet = openpyxl.load_workbook(output)["対応計画"]
    link = sheet.cell(5, columns_of(sheet)["最初の対策"]).hyperlink
    assert link is not None
    assert link.location == "'対策状況チェック'!E4"


@pytest.mark.slow
def test_what_to_avoid_transfer_or_retain_is_said_exactly(tmp_path: Path) -> None:
    assets = [
        Asset("営業", "顧客台帳", USB, (3, 3, 3)),
        Asset("営業", "顧客台帳", SERVER, (3, 3, 3)),
        Asset("設計", "図面", USB, (3, 1, 1), typed={"threat": 3, "vulnerability": 3}),
        Asset("経理", "旧帳簿", PC, (3, 1, 1), retention=date(2026, 3, 31)),
        Asset("経理", "会計データ", PC, (3, 3, 3), typed={"threat": 2, "vulnerability": 3}),
    ]
    form = Form(
        {"台帳": assets}, [(medium, "脅威", 3) for medium in MEDIA], [(1, "方針がある", 3), (2, "教育している", 1)]
    )
    output = assessed_form(form, tmp_path).save(tmp_path / "out.xlsx")
    said = {(line["情報資産名称"], line["媒体・保存先"]): line["対策内容（案）"] for line in _lines(output)}
    assert said["顧客台帳", USB] == (
        "「顧客台帳」は社内サーバーにもあります。可搬電子媒体の写しを復元できない方法で消去し、今後は社内サーバーのものだけを使います。"
    )
    assert said["図面", USB] == (
        "「図面」を可搬電子媒体で持ち運ぶのをやめ、社内サーバーなど持ち運ばない媒体での共有に切り替えます。"
    )
    assert said["旧帳簿", PC] == (
        "「旧帳簿」（事務所PC）は保存期限2026-03-31を過ぎています。不要か確認し、復元できない方法で廃棄して記録を残します。"
    )
    assert said["会計データ", PC].startswith(
        "「会計データ」を事務所PCから、対策の整った外部サービスへ移す候補と費用を比べます。"
    )


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_two_situations_read_alike(lang: str, tmp_path: Path) -> None:
    """Assets that differ in an evaluation, a mark, the medium, the threat or the vulnerability have other reasons."""
    grades = [(3, 1, 1), (1, 3, 1), (1, 1, 3), (3, 3, 1), (3, 3, 3)]
    typed: list[dict[str, int]] = [{}, {"threat": 2, "vulnerability": 3}, {"threat": 3, "vulnerability": 3}]
    assets = [
        Asset("業務", f"資産{n}", medium, cia, typed=one)
        for n, (cia, medium, one) in enumerate(product(grades, (PAPER, SERVER, CLOUD), typed))
    ]
    form = Form(
        {"台帳": assets}, [(medium, "脅威", 3) for medium in MEDIA], [(1, "方針", 3), (4, "分ける", 2), (2, "教育", 1)]
    )
    result = assessed_form(form, tmp_path, lang=lang)
    tab, names = ("対応計画", ("情報資産名称", "提案理由")) if lang == "ja" else ("Treatment plan", ("Asset", "Why"))
    sheet = openpyxl.load_workbook(result.save(tmp_path / "out.xlsx"))[tab]
    columns = columns_of(sheet)
    name = next(header for header in columns if header.startswith(names[0]))
    reasons = [sheet.cell(row, columns[names[1]]).value for row in range(5, 5 + len(assets))]
    assert all(sheet.cell(row, columns[name]).value for row in range(5, 5 + len(assets)))
    assert len(set(reasons)) == len(assets)


@pytest.mark.slow
def test_a_decision_changes_what_to_do(tmp_path: Path) -> None:
    output = assessed_form(small_form(), tmp_path).save(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(output)
    sheet = book["対応計画"]
    columns = columns_of(sheet)
    sheet.cell(5, columns["決定"]).value = "保有"
    for header, value in {
        "承認者": "社長",
        "承認日": datetime(2026, 11, 20),
        "見直し期限": datetime(2027, 5, 31),
    }.items():
        sheet.cell(5, columns[header]).value = value
        sheet.cell(7, columns[header]).value = value
    sheet.cell(6, columns["決定"]).value = "受容"
    sheet.cell(7, columns["決定"]).value = "低減"
    sheet.cell(7, columns["状況"]).value = "完了"
    book.save(output)
    result = riskbook.assess(output, today=TODAY)
    (found,) = [finding for finding in result.findings if finding.code == "retained-unapproved"]
    assert found.params == {"risk": 6, "accepted": 3, "fields": ("decided_by", "decided_on", "review_by")}
    result.save(output, force=True)
    assert _lines(output)[0]["対策内容（案）"] == (
        "「契約書」（書類）は新たな対策をせず、今の対策を続けます。リスク値6を受け入れる理由と見直し期限を記入します。"
    )
    texts = [cell for row in openpyxl.load_workbook(output)["サマリー"].iter_rows(values_only=True) for cell in row]
    first = texts.index("受け入れているリスク（受容基準を超えるもの）")
    shown = [text for text in texts[first:] if text and not str(text).startswith("riskbook:")]
    start = shown.index("契約書") - 1
    assert shown[start : start + 6] == [6, "契約書", "書類", "社長", "2026/11/20", "2027/05/31"]
    start = shown.index("見積") - 1
    assert shown[start : start + 6] == [6, "見積", "事務所PC", "（未記入）", "（未記入）", "（未記入）"]
    start = shown.index("帳簿") - 1  # what was decided is done, its risk stays, and it was approved
    assert shown[start : start + 6] == [4, "帳簿", "事務所PC", "社長", "2026/11/20", "2027/05/31"]
