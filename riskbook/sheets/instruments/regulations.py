"""The sheet 関連規程: each kind of regulation, whether to draft or strengthen it, the answers behind it, the assets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Assessment, Regulation
from riskbook.sheets.instruments.blocks import Blocks, evidence_words, place_of
from riskbook.sheets.listing import Column, plain
from riskbook.sheets.roadmap import WIDEST_NAME, listed
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.sheets.widths import shortened
from riskbook.text import label

_WIDTHS = (5, 30, 13, 8, 62, 21, 40)
_LEVELS = {"kept": "small", "strengthen": "medium", "draft": "large", "none": "unassessed"}
_NAMES, _MOST_ANSWERS = 4, 12
_COLUMNS = (
    Column("number", 0, "centre", plain("number")),
    Column("regulation-kind", 0, "wrap", plain("name")),
    Column("regulation-state", 0, "level", plain("state")),
    Column("share", 0, "percent", plain("share")),
    Column("behind", 0, "wrap", plain("behind")),
    Column("evidence-cell", 0, "link", plain("place")),
    Column("dependents", 0, "wrap", plain("assets")),
)


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes a line for each kind of regulation."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    blocks = Blocks(sheet, theme, lang, _WIDTHS)
    blocks.start("regulations", label("regulations.rule", lang))
    blocks.source(method.regulation.source)
    blocks.row += 1
    regulations = assessment.instruments.regulations or ()
    header, last = blocks.table(_COLUMNS, [_row(one, assessment, method, lang) for one in regulations])
    sheet.autofilter(header, 0, last, len(_COLUMNS) - 1)
    sheet.freeze_panes(header + 1, 2)
    sheet.repeat_rows(header)
    return Written(blocks.area())


def _row(one: Regulation, assessment: Assessment, method: Method, lang: str) -> dict[str, Any]:
    measure = next(measure for measure in method.measures if measure.number == one.number)
    return {
        "number": one.number,
        "name": measure.name[lang],
        "level": _LEVELS[one.state],
        "state": label(f"regulation-state.{one.state}", lang),
        "share": one.share,
        "behind": evidence_words(one.open, method, lang, most=_MOST_ANSWERS) or label("items.none", lang),
        "place": place_of(one.open),
        "assets": listed(_first_names(one.assets, assessment), len(one.assets), lang),
    }


def _first_names(assets: Sequence[int], assessment: Assessment) -> list[str]:
    """The first distinct names of assets, of which there may be thousands."""
    names = assessment.risks["name"]
    distinct: dict[str, None] = {}
    for place in assets:
        distinct[shortened(names.get(place) or "-", WIDEST_NAME)] = None
        if len(distinct) == _NAMES:
            break
    return list(distinct)


def _sentence(assessment: Assessment, method: Method, lang: str) -> str:
    states = [one.state for one in assessment.instruments.regulations or ()]
    counts = {state: states.count(state) for state in ("draft", "strengthen", "kept", "none")}
    return label("summary.regulations", lang, **counts, kinds=len(states))


SHEET = Sheet(
    "regulations",
    write,
    proofs=("note.regulations",),
    present=lambda assessment: assessment.instruments.regulations is not None,
    sentence=_sentence,
)
