"""The blank forms of all methods: LibreOffice computes in them what riskbook computes, over the full grid of grades."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import riskbook
from riskbook.method import Method, load_method
from riskbook.model import CIA_FIELDS
from riskbook.text import label
from tests.support.days import TODAY
from tests.support.methods import OWN, SHIPPED, own_method
from tests.support.workbooks import values_of

pytestmark = pytest.mark.slow

FIRST, HEADERS = 6, 5  # rows of the ledger
FACTORS = ("importance", "threat", "vulnerability", "likelihood", "risk")
METHODS = (*SHIPPED, *OWN)


def _method(name: str, folder: Path) -> tuple[str | Path, Method]:
    place: str | Path = own_method(name, folder) if name in OWN else name
    return place, load_method(place)


def _columns(headers: Sequence[Any]) -> dict[str, int]:
    """Field → its column in the ledger."""
    texts = {str(text): column for column, text in enumerate(headers, start=1)}
    fields = ("name", "medium", *CIA_FIELDS, *FACTORS, "size")
    return {
        field: texts[label(f"form.col.{field}", "ja")] for field in fields if label(f"form.col.{field}", "ja") in texts
    }


def _grid(method: Method) -> Iterator[dict[str, Any]]:
    """What people type: every combination of evaluations, and every importance with all other factors."""
    rated = {field: (None, *method.scale_of(field).values) for field in CIA_FIELDS}
    judged = method.importance.rule == "typed"
    if judged:
        yield from ({"importance": grade} for grade in (None, *method.scale_of("importance").values))
    else:
        for grades in product(*rated.values()):
            yield dict(zip(CIA_FIELDS, grades, strict=True))
    others = ("threat", "vulnerability") if method.has_vulnerability else ("likelihood",)
    for weight in method.scale_of("importance" if judged else "confidentiality").values:
        given = {"importance": weight} if judged else dict.fromkeys(CIA_FIELDS, weight)
        for grades in product(*(method.scale_of(factor).values for factor in others)):
            yield given | dict(zip(others, grades, strict=True))


def _write(sheet: Worksheet, rows: list[dict[str, Any]], media: list[str]) -> None:
    columns = _columns([cell.value for cell in sheet[HEADERS]])
    for number, given in enumerate(rows):
        for field, value in {"name": f"資産{number}", "medium": media[number % len(media)], **given}.items():
            if value is not None:
                sheet.cell(FIRST + number, columns[field]).value = value


def _answer(book: openpyxl.Workbook, method: Method, seed: int) -> None:
    """Answers both form sheets at random, and leaves some blank."""
    chance = random.Random(seed)
    threats, checks = book["脅威の状況"], book["対策状況チェック"]
    scale = method.scale_of("threat")
    for row in range(5, threats.max_row + 1):
        if threats.cell(row, 2).value and chance.random() < 0.4:
            threats.cell(row, 3).value = f"{chance.choice(scale.values)}：説明"
    weights = [(9, 2, 1, 1), (1, 1, 1, 1), (1, 0, 0, 0), (0, 0, 1, 0)][seed]
    for row in range(5, 50):
        checks.cell(row, 4).value = chance.choices((1, 2, 3, 4), weights)[0]


def _compare(path: Path, place: str | Path, method: Method) -> int:
    """Compares what LibreOffice computed with what riskbook computes; returns the number of assets."""
    result = riskbook.assess(path, today=TODAY, method=place)
    assert not [f for f in result.findings if f.code in ("stale-value", "factor-unreadable", "risk-out-of-range")]
    rows = values_of(path, "情報資産管理台帳")
    columns = _columns(rows[HEADERS - 1])
    words = {level.key: level.word["ja"] for level in method.levels} | {"unassessed": method.unassessed.word["ja"]}
    for row in result.risks.astype(object).where(result.risks.notna(), None).to_dict("records"):
        shown = {field: rows[row["row"] - 1][columns[field] - 1] for field in (*FACTORS, "size") if field in columns}
        expected = {
            field: row[field] and method.scale_of(field).turned(row[field]) if field != "risk" else row[field]
            for field in FACTORS
            if field in columns
        } | {"size": words[row["level"]]}
        assert {k: v or None for k, v in shown.items()} == expected, (row["name"], row["row"])
    return len(result.risks)


@pytest.mark.parametrize("name", METHODS)
def test_the_form_computes_what_riskbook_computes(
    name: str, tmp_path: Path, converted: Callable[..., list[Path]]
) -> None:
    place, method = _method(name, tmp_path)
    blank = riskbook.new_form(tmp_path / "blank.xlsx", lang="ja", method=place)
    grid, media = list(_grid(method)), list(method.medium_names)
    seen, filled = 0, []
    for number, start in enumerate(range(0, len(grid), 290)):
        book = openpyxl.load_workbook(blank)
        _write(book["情報資産管理台帳"], grid[start : start + 290], media)
        _answer(book, method, number % 4)
        filled.append(tmp_path / f"grid{number}.xlsx")
        book.save(filled[-1])
    for seed in range(len(filled), 4):  # the other answers
        book = openpyxl.load_workbook(blank)
        _write(book["情報資産管理台帳"], [row for row in grid[:40] if any(row.values())], media)
        _answer(book, method, seed)
        filled.append(tmp_path / f"answers{seed}.xlsx")
        book.save(filled[-1])
    for path in converted(*filled):
        seen += _compare(path, place, method)
    assert seen >= len(grid)


@pytest.mark.parametrize("name", METHODS)
def test_drop_downs_offer_what_people_type(name: str, tmp_path: Path) -> None:
    place, method = _method(name, tmp_path)
    for lang, tab, threats in (("ja", "情報資産管理台帳", "脅威の状況"), ("en", "Asset ledger", "Threats")):
        book = openpyxl.load_workbook(riskbook.new_form(tmp_path / f"{lang}.xlsx", lang=lang, method=place))
        lists = {
            str(rule.sqref): rule.formula1 for rule in book[tab].data_validations.dataValidation if rule.type == "list"
        }
        scale = method.scale_of("confidentiality")
        typed = ",".join(str(scale.turned(grade)) for grade in reversed(scale.ascending))
        assert lists["J6:J305"] == f'"{typed}"'
        (rule,) = book[threats].data_validations.dataValidation
        offered = rule.formula1.strip('"').split(",")
        threat = method.scale_of("threat")
        wanted = [str(threat.turned(grade)) for grade in reversed(threat.ascending)]
        assert [text.replace("：", ":").partition(":")[0] for text in offered] == wanted
        result = riskbook.assess(tmp_path / f"{lang}.xlsx", today=TODAY, method=place)
        assert result.risks.empty
        assert {finding.code for finding in result.findings} == {"form-empty"}
