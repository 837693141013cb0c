"""Two states of one workbook, and the events between them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

import riskbook
from tests.support.commands import invoke
from tests.support.forms import CLOUD, PAPER, PC, SERVER, Asset
from tests.support.workbooks import edit

ASSETS = (
    Asset("営業", "顧客台帳", SERVER, (3, 2, 2), "営業部"),
    Asset("営業", "見積書の控え", PAPER, (2, 1, 1), "営業部"),
    Asset("経理", "会計データ", PC, (2, 2, 2), "経理部"),
    Asset("人事", "給与データ", CLOUD, (3, 3, 1), "総務部"),
)


def row_of(book: openpyxl.Workbook, name: str) -> int:
    """The row of the ledger in which an asset stands."""
    return next(cell.row for cell in book["台帳"]["B"] if cell.value == name)


def changed_book(book: Path, *changes: tuple[str, str, Any], do: Callable[[Any], None] | None = None) -> Path:
    """A copy with cells changed: (asset, column letter, value)."""
    copy_ = book.with_name(f"b{len(list(book.parent.iterdir()))}.xlsx")
    copy_.write_bytes(book.read_bytes())

    def change(opened: openpyxl.Workbook) -> None:
        for name, column, value in [(n, c, v) for n, c, v in changes if c != "B"] + [e for e in changes if e[1] == "B"]:
            opened["台帳"][f"{column}{row_of(opened, name)}"] = value
        if do is not None:
            do(opened)

    edit(copy_, change)
    return copy_


def events(a: Path, b: Path, *options: str) -> list[dict[str, Any]]:
    """What `riskbook diff` says happened between two workbooks."""
    document = json.loads(invoke("diff", a, b, "--format", "json", *options, code=0).stdout)
    (comparison,) = document["comparisons"]
    assert comparison["counts"] == dict(Counter(event["event"] for event in comparison["events"]))
    return list(comparison["events"])


def risk_of(path: Path, name: str) -> Any:
    """The risk of an asset."""
    risks = riskbook.assess(path).risks
    return risks.loc[risks["name"] == name, "risk"].item()
