"""Decisions that people typed into an earlier plan, given back to their assets."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from riskbook.method import Method
from riskbook.model import PLAN_FIELDS, Finding, Ledger

CARRIED = (*PLAN_FIELDS, "decided_risk")


def carry_over(ledger: Ledger, risks: pd.DataFrame, method: Method) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What was typed for each asset (index like `risks`, columns CARRIED), and the plan rows without one.

    Matched by asset id, else by business, name, medium and department; several alike in the order they stand.
    """
    plan = ledger.plan
    carried = pd.DataFrame({n: pd.Series(None, index=risks.index, dtype="object") for n in CARRIED})
    left = list(plan.index)
    free = list(risks.index)
    canonical = {medium.en: medium.name for medium in method.media}

    def by_id(row: pd.Series) -> tuple[str | None, ...] | None:
        return (row["asset_id"],) if row["asset_id"] else None

    def by_key(row: pd.Series) -> tuple[str | None, ...] | None:
        medium = canonical.get(row["medium"], row["medium"])
        return (row["business"], row["name"], medium, row["department"])

    for key_of in (by_id, by_key):
        waiting: dict[tuple[str | None, ...], list[int]] = {}
        for index in free:
            key = key_of(risks.loc[index])
            if key is not None:
                waiting.setdefault(key, []).append(index)
        still = []
        for entry in left:
            key = key_of(plan.loc[entry])
            if key is not None and waiting.get(key):
                index = waiting[key].pop(0)
                free.remove(index)
                carried.loc[index] = plan.loc[entry, list(CARRIED)]
            else:
                still.append(entry)
        left = still
        if not left:
            break
    return carried, plan.loc[left]


def treatments_decided(carried: pd.DataFrame, method: Method) -> pd.Series:
    """The treatment that each typed decision names (object: one of TREATMENTS, or None)."""
    words = {
        spelling.casefold(): name
        for name, entry in method.tables["treatments"].items()
        for spelling in (name, *entry["word"].values())
    }
    typed = [words.get(str(value).strip().casefold()) if value is not None else None for value in carried["decision"]]
    return pd.Series(typed, index=carried.index, dtype="object")


def check_decisions(ledger: Ledger, carried: pd.DataFrame, decided: pd.Series) -> Iterator[Finding]:
    """Decisions that name no treatment."""
    for index in carried.index[carried["decision"].notna() & decided.isna()]:
        place = ledger.locate(ledger.assets.loc[index], "name")
        yield Finding("decision-unreadable", place, {"found": str(carried.at[index, "decision"])})
