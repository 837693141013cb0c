"""Methods for tests: those that ship, and some of their own that use what the shipped ones do not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import openpyxl

from riskbook.method import Method, load_method

SHIPPED = ("ipa-3.1", "ipa-4.0", "isms-27", "isms-36", "isms-sum", "matrix-5x5")


def _level(key: str, at_least: int, word: str) -> str:
    return (
        f'[[levels]]\nkey = "{key}"\nat_least = {at_least}\nword = {{ ja = "{word}", en = "{key.title()}" }}\n'
        'fill = "FFADAD"\nink = "8B0000"\nstrong = "C0392B"\n'
    )


def _scale(name: str, grades: range, extra: str = "") -> str:
    return f"[{name}]\nvalues = {list(grades)}\nlabels = {{}}\nunknown = {max(grades)}\n{extra}"


_ELSE = '[[treatment]]\nid = "else"\ntreatment = "reduce"\nwhen = []\n'

OWN = {
    # 1 is the most severe for people, also for the threat; two levels; the importance is a sum.
    "reversed": _scale("scale", range(1, 5), "reversed = true\n")
    + _scale("scales.vulnerability", range(1, 3))
    + '[importance]\nrule = "sum"\n[formulas]\nlikelihood = "max"\n'
    + _level("large", 25, "要対応")
    + _level("small", 1, "受容")
    + _ELSE,
    # The longest scales, and all six levels.
    "wide": _scale("scale", range(1, 4))
    + _scale("scales.threat", range(1, 11))
    + _scale("scales.vulnerability", range(2, 8))
    + '[importance]\nrule = "product"\n[formulas]\nlikelihood = "sum"\n'
    + "".join(
        _level(key, at_least, word)
        for key, at_least, word in (
            ("extreme", 300, "極大"),
            ("large", 200, "大"),
            ("elevated", 100, "やや大"),
            ("medium", 50, "中"),
            ("small", 20, "小"),
            ("slight", 1, "極小"),
        )
    )
    + '[residual]\nreduce = { rule = "vulnerability_at_most", value = "lowest" }\n'
    + 'transfer = { rule = "vulnerability_at_most", value = "middle" }\n'
    + _ELSE,
    # So many combinations of vulnerabilities that the roadmap compares only those of one or two media.
    "ten": _scale("scale", range(1, 4))
    + _scale("scales.threat", range(1, 11))
    + _scale("scales.vulnerability", range(1, 11))
    + '[formulas]\nrisk = "product"\n'
    + _level("large", 150, "大")
    + _level("small", 1, "小")
    + _ELSE,
    # The importance is typed, the risk stands in a matrix over the guideline's table of likelihood.
    "typed": '[importance]\nrule = "typed"\n[formulas]\nrisk = "matrix"\n'
    "[matrix]\n1 = { 1 = 1, 2 = 2, 3 = 3 }\n2 = { 1 = 2, 2 = 4, 3 = 7 }\n3 = { 1 = 3, 2 = 7, 3 = 9 }\n",
}


def own_method(name: str, folder: Path) -> Path:
    """Writes one of OWN to a file."""
    path = folder / f"{name}.toml"
    path.write_text(f'extends = "ipa-3.1"\nname = "{name}"\n{OWN[name]}', encoding="utf-8")
    return path


@cache
def shipped(name: str) -> Method:
    """A method that ships."""
    return load_method(name)


def write_ledger(path: Path, rows: list[tuple[object, ...]], heads: tuple[str, ...]) -> Path:
    """A small ledger as a house keeps it: a header row and rows of typed values."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台帳"
    sheet.append(heads)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path
