"""The risk register (リスク一覧): every asset with all factors, highest risk first, linked to its row."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import FIELDS, MARK_FIELDS, PLAN_KEYS, Field, OwnList
from riskbook.sheets import words
from riskbook.sheets.listing import Column, figure, headers_of, identity_columns, plain, write_list
from riskbook.sheets.sheet import Context, Sheet, Written, has_assets
from riskbook.sheets.theme import level_word


def own_list() -> OwnList:
    """How the register is read back, to see what changed since the last run."""
    headers = headers_of((*PLAN_KEYS, "place", "likelihood", "risk"))
    return OwnList(headers, PLAN_KEYS, ("risk",), frozenset({"name", "likelihood"}), "name", editable=False, later=True)


def columns(method: Method, lang: str) -> list[Column]:
    """The columns of the register."""
    return [
        *identity_columns(method, lang),
        *(_shown(field) for field in FIELDS if field.width),
        Column("risk", 6, "level", figure("risk")),
        Column("level", 7, "level", lambda row: level_word(method, row["level"], lang)),
        Column("treatment", 8, "centre", lambda row: words.treatment_word(method, row["treatment"], lang)),
        Column("decision", 8, "centre", plain("decision")),
        Column("planned", 6, "centre", figure("planned")),
        Column("residual", 6, "centre", figure("residual")),
        Column("reason", 46, "wrap", lambda row: words.reason(row, method, lang)),
        Column("alternatives", 10, "wrap", lambda row: words.alternatives(row, method, lang)),
        Column("sources", 10, "wrap", lambda row: words.sources(row, lang)),
    ]


def _shown(field: Field) -> Column:
    """A field of the ledger or of the computation, as the register shows it."""
    if field.kind == "mark":  # one column for all kinds of personal information
        return Column(field.name, field.width, "centre", lambda row: "○" if any(row[f] for f in MARK_FIELDS) else None)
    if field.dtype == "Float64":
        return Column(field.name, field.width, "percent", plain(field.name))
    return Column(field.name, field.width, "centre" if field.dtype == "Int64" else "wrap", plain(field.name))


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the register, highest risk first."""
    shown = columns(context.method, context.lang)
    return Written(write_list(sheet, context.theme, context.lang, "register", shown, context.rows, frozen=2))


SHEET = Sheet(
    "register",
    write,
    proofs=("col.place", "col.likelihood", "col.alternatives", "col.residual"),
    present=has_assets,
    keys=(2, 4, 5, 6, 7),  # of `identity_columns`: all but the rank and the place, which change
    late=True,
    reads=own_list,
)
