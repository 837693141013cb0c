"""Findings that need the whole ledger or the computed factors: contradictions, duplicates, ended retentions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from riskbook.method import Method
from riskbook.model import CIA_FIELDS, FORM_FIELDS, MARK_FIELDS, Finding, Ledger


def check_evaluations(ledger: Ledger, importance: pd.Series, method: Method) -> Iterator[Finding]:
    """Missing or contradicting evaluations, and personal information rated too low.

    Source: the guideline's criteria rate information that the law protects with confidentiality 3.
    """
    assets = ledger.assets
    missing = assets[list(CIA_FIELDS)].isna()
    if method.importance.rule == "typed":  # then no evaluation is needed
        for index in assets.index[importance.isna() & ~assets["importance_unread"]]:
            row = assets.loc[index]
            yield Finding("cia-missing", ledger.locate(row, cell_field(ledger, row, "importance")), variant="judged")
        missing[:] = False
    # A table without any column for them has a finding of its own.
    rated = [bool({*CIA_FIELDS, "importance"} & set(table.columns)) for table in ledger.tables]
    for index in assets.index[missing.any(axis=1)]:
        row = assets.loc[index]
        if not rated[int(row["table"])]:
            continue
        # A cell that cannot be read has a finding of its own.
        fields = [field for field in CIA_FIELDS if missing.at[index, field] and row[f"{field}_blank"]]
        unread = any(row[f"{field}_unread"] for field in CIA_FIELDS)
        if not fields or (unread and importance.isna().at[index]):
            continue
        place = ledger.locate(row, fields[0])
        if not missing.loc[index].all() and importance.isna().at[index]:
            yield Finding("cia-missing", place, {"fields": fields}, variant="incomplete")
        elif not missing.loc[index].all():
            value = _whole(importance.at[index])
            yield Finding("cia-missing", place, {"fields": fields, "value": value}, severity="warning")
        elif importance.notna().at[index]:
            value = _whole(importance.at[index])
            yield Finding("cia-missing", place, {"value": value}, variant="typed", severity="warning")
        else:
            yield Finding("cia-missing", place, variant="none")
    typed = assets["importance"].mask(assets["importance_formula"])
    differs = (typed != importance).fillna(False) & ~missing.all(axis=1)
    for index in assets.index[differs]:
        row = assets.loc[index]
        params = {"found": _whole(typed.at[index]), "value": _whole(importance.at[index])}
        yield Finding("importance-mismatch", ledger.locate(row, "importance"), params)
    needed = method.personal.confidentiality
    low = assets[list(MARK_FIELDS)].any(axis=1) & (assets["confidentiality"] < needed).fillna(False)
    for index in assets.index[low]:
        row = assets.loc[index]
        params = {"found": _whole(row["confidentiality"]), "needed": needed}
        yield Finding("personal-info-confidentiality", ledger.locate(row, "confidentiality"), params)


def check_unknown(ledger: Ledger, factors: pd.DataFrame, strict: bool) -> Iterator[Finding]:
    """Unknown threats and vulnerabilities: one finding a medium, or with `strict` an error a row."""
    assets = ledger.assets
    for name in ("threat", "vulnerability"):
        unknown = factors[f"{name}_source"] == "unknown"
        if strict:
            for index in assets.index[unknown]:
                yield Finding(
                    "value-assumed",
                    ledger.locate(assets.loc[index], cell_field(ledger, assets.loc[index], name)),
                    variant=name,
                )
            continue
        # An unknown medium has a finding of its own, which says so.
        for medium, rows in factors[unknown & factors["medium"].notna()].groupby("medium", sort=False):
            row = assets.loc[rows.index[0]]
            code = f"{name}-unknown"
            if name == "vulnerability" and ledger.checks is not None:
                code = "check-none-applicable"
            place = ledger.locate(row, cell_field(ledger, row, name))
            yield Finding(code, place, {"medium": medium, "count": len(rows)})


def cell_field(ledger: Ledger, row: pd.Series, name: str) -> str:
    """The field at whose cell a finding about the factor `name` is shown, if the table has no column for it."""
    columns = ledger.tables[int(row["table"])].columns
    return name if name in columns else "medium" if "medium" in columns else "name"


def check_stale(ledger: Ledger, risks: pd.DataFrame, method: Method) -> Iterator[Finding]:
    """Values of the form's formulas that differ from what riskbook computes from the inputs, which counts."""
    assets = ledger.assets
    for field in FORM_FIELDS:
        shown = assets[field]
        # A typed importance has a finding of its own; a typed threat or vulnerability is an input.
        comparable = assets[f"{field}_formula"] | (field in ("likelihood", "risk"))
        if field == "importance" and method.importance.rule == "typed":
            continue  # it is an input, by formula, too
        differs = (comparable & (shown != risks[field])).fillna(False)
        for index in assets.index[differs]:
            row = assets.loc[index]
            spelled = row["medium_text"] if row["medium_text"] not in method.known_media else None
            variant = "typed" if not row[f"{field}_formula"] else "spelling" if spelled else ""
            params = {"field": field, "found": _whole(shown.at[index]), "value": _whole(risks.at[index, field])}
            params |= {"medium": spelled} if variant == "spelling" else {}
            yield Finding("stale-value", ledger.locate(row, field), params, variant)


def check_duplicates(ledger: Ledger, risks: pd.DataFrame) -> Iterator[Finding]:
    """Assets with the same business, name and medium: a finding for each but the first, which it names."""
    keys = risks[["business", "name", "medium"]]
    repeated = keys.duplicated() & keys["name"].notna()
    if not repeated.any():
        return
    # From the last to the first, so that the first of several stays.
    firsts = {key: index for index, key in reversed(list(enumerate(keys.itertuples(index=False, name=None))))}
    for index in risks.index[repeated]:
        row = ledger.assets.loc[index]
        first = ledger.locate(ledger.assets.loc[firsts[tuple(keys.loc[index])]], "name")
        params = {"name": row["name"], "first": str(first)}
        yield Finding("duplicate-asset", ledger.locate(row, "name"), params)


def _whole(value: Any) -> int:
    return int(value)


def check_retention(ledger: Ledger, today: date) -> Iterator[Finding]:
    """Retentions that have ended, at any level of risk: an explicit date, or years since the entry."""
    registered, texts = ledger.assets["registered"], ledger.assets["retention_text"]
    for index, until, variant in retention_ends(ledger):
        if until < today:
            params = {"until": until.isoformat(), "text": texts[index]}
            if variant:
                params["registered"] = registered[index].isoformat()
            place = ledger.locate(ledger.assets.loc[index], "retention")
            yield Finding("retention-expired", place, params, variant)


def retention_ends(ledger: Ledger) -> Iterator[tuple[Any, date, str]]:
    """(label, day, variant) of each asset whose end of retention is known; variant "years": computed from years."""
    rows = zip(*(ledger.assets[name] for name in ("retention_date", "retention_years", "registered")), strict=True)
    for index, (explicit, years, registered) in zip(ledger.assets.index, rows, strict=True):
        if explicit is not None:
            yield index, explicit, ""
        elif registered is not None and pd.notna(years):
            yield index, later(registered, round(float(years) * 12)), "years"


def later(start: date, months: int) -> date:
    """`start` plus months, on the last day of the month where that day does not exist."""
    months += start.year * 12 + start.month - 1
    year, month = min(months // 12, 9999), months % 12 + 1
    for day in (start.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise ValueError(start)
