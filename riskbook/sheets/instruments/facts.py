"""The sheets 移転の手段 and 制度の参考: tables of facts from the method's data, each with its source and date."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from riskbook.method import FactsSpec
from riskbook.model import Assessment
from riskbook.sheets import words
from riskbook.sheets.instruments.blocks import Blocks, by_risk
from riskbook.sheets.listing import Column, plain
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.text import label

_ASSETS = (
    Column("name", 0, "wrap", plain("name")),
    Column("reason", 0, "wrap", plain("why")),
    Column("risk", 0, "level", plain("risk")),
    Column("medium", 0, "wrap", plain("medium_word")),
    Column("place", 0, "link", plain("place")),
)
_MORE_WIDTHS = (8, 18, 24)  # of the columns after those of the facts


def write_transfer(sheet: Worksheet, context: Context) -> Written:
    """Writes the assets to transfer, and facts about one way to do so (お助け隊)."""
    theme, assessment, method, lang = context.theme, context.assessment, context.method, context.lang
    spec = method.instruments.transfer
    blocks = Blocks(sheet, theme, lang, (*_widths(spec), *_MORE_WIDTHS))
    blocks.start("transfer", spec.note[lang])
    blocks.heading(label("transfer.assets", lang))
    rows = by_risk(assessment, assessment.instruments.transfers, "name")
    for row in rows:
        row["why"] = words.reason(row, method, lang)
        row["medium_word"] = words.medium_word(method, row["medium"], lang)
    if rows:
        blocks.table(_ASSETS, rows)
    else:
        blocks.line(label("transfer.none", lang))
    _write_tables(blocks, spec)
    return Written(blocks.area())


def write_reference(sheet: Worksheet, context: Context) -> Written:
    """Writes the page of reference facts."""
    theme, method, lang = context.theme, context.method, context.lang
    spec = method.instruments.reference
    blocks = Blocks(sheet, theme, lang, _widths(spec))
    blocks.start("reference", spec.note[lang])
    _write_tables(blocks, spec)
    return Written(blocks.area())


def _widths(spec: FactsSpec) -> list[int]:
    """The width of each column of the sheet: the largest that any of the tables asks for."""
    count = max(len(table.columns) for table in spec.tables)
    return [
        max(table.columns[place].width for table in spec.tables if place < len(table.columns)) for place in range(count)
    ]


def _write_tables(blocks: Blocks, spec: FactsSpec) -> None:
    lang = blocks.lang
    for table in spec.tables:
        blocks.heading(table.title[lang])
        columns = [
            Column("fact", 0, "wrap", plain(str(place)), header=column[lang])
            for place, column in enumerate(table.columns)
        ]
        blocks.table(columns, [{str(n): cell[lang] for n, cell in enumerate(row)} for row in table.rows])
        blocks.source(spec.sources[table.source])


def _offer_transfer(assessment: Assessment, lang: str) -> str:
    count = len(assessment.instruments.transfers)
    return label("summary.transfer-offer", lang, count=count) if count else ""


TRANSFER = Sheet(
    "transfer",
    write_transfer,
    proofs=("note.transfer",),
    sentence=lambda assessment, method, lang: label(
        "summary.transfer", lang, count=len(assessment.instruments.transfers)
    ),
    offer=_offer_transfer,
)
REFERENCE = Sheet(
    "reference",
    write_reference,
    proofs=("note.reference",),
    sentence=lambda assessment, method, lang: label("summary.reference", lang),
)
