"""Carries the entries of an earlier treatment plan over to the assets of this run, and checks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from riskbook.analysis.matching import canonical, pair, similar, take_best
from riskbook.method import Method
from riskbook.model import PLAN_FIELDS, STATES, Finding, Ledger, ListLayout, Location, cell_ref, few, objects, stays

CARRIED = (*PLAN_FIELDS, "decided_risk", "review_date", "due_date", "state_key", "line_row")
APPROVAL = ("decided_by", "decided_on", "review_by")  # what a risk that stays above the criterion of acceptance needs
Orphans = tuple[Mapping[str, Any], ...]  # lines of an earlier list whose asset or question is gone


def carry_over(ledger: Ledger, risks: pd.DataFrame, method: Method) -> tuple[pd.DataFrame, Orphans, list[Finding]]:
    """People's entries for each asset (index like `risks`, columns CARRIED), the lines without an asset, and findings.

    Matched by business, name, medium and department (several alike by id, place and order), else by a unique id, else,
    for lines with entries, by similarity, which is a finding.
    """
    lines = [canonical(line, method) for line in ledger.lines("plan")]
    assets = risks[["asset_id", "business", "name", "medium", "medium_text", "department"]].to_dict("records")
    records: list[Any] = ledger.assets[["row", "table"]].to_dict("records")
    for place, asset in enumerate(assets):
        asset["place"] = str(ledger.locate(records[place], "name"))
    matched: dict[int, int] = {}
    # The key before the id alone: ids are often line numbers, which move when people sort or add rows.
    pair(lines, assets, matched, lambda entry: (entry["asset_id"], *_key(entry), entry["place"]))
    pair(lines, assets, matched, lambda entry: (entry["asset_id"], *_key(entry)) if entry["asset_id"] else None)
    pair(lines, assets, matched, lambda entry: (*_key(entry), entry["place"]))
    pair(lines, assets, matched, _key)
    pair(lines, assets, matched, lambda entry: entry["asset_id"], unique=True)
    findings = _match_alike(lines, assets, matched, ledger, method)
    index = {asset: line for line, asset in matched.items()}
    nothing: dict[str, Any] = dict.fromkeys(CARRIED)
    carried: list[Any] = [lines[index[place]] if place in index else nothing for place in range(len(assets))]
    frame = objects(carried, CARRIED, risks.index)
    left = [line for place, line in enumerate(lines) if place not in matched]
    orphans = [line for line in left if any(line[field] is not None for field in PLAN_FIELDS)]
    typed = [str(line["name"]) for line in orphans]
    if typed:
        params = {"count": len(typed), "names": few(typed, 5)}
        findings.append(Finding("decision-orphaned", Location(ledger.layouts["plan"].sheet_name), params))
    return frame, tuple(orphans), findings


def _key(entry: dict[str, Any]) -> tuple[Any, ...]:
    medium = entry["medium"] if isinstance(entry["medium"], str) else entry.get("medium_text")
    return (entry["business"], entry["name"], medium, entry["department"])


def _match_alike(
    lines: list[Any], assets: list[Any], matched: dict[int, int], ledger: Ledger, method: Method
) -> list[Finding]:
    """Matches lines with entries whose asset was renamed or moved to the most similar asset without a line."""
    left = [p for p, line in enumerate(lines) if p not in matched and any(line[f] is not None for f in PLAN_FIELDS)]
    if not left:
        return []
    taken = set(matched.values())
    # Assets of the earlier register cannot be the new name or place of another asset.
    earlier_keys = {_key(canonical(line, method)) for line in ledger.lines("register")}
    free = [place for place in range(len(assets)) if place not in taken and _key(assets[place]) not in earlier_keys]
    moved = [  # to another medium or department
        (1.0, place, asset) for place in left for asset in free if _key(lines[place])[:2] == _key(assets[asset])[:2]
    ]
    words = [_words(lines[place]) for place in left], [_words(assets[asset]) for asset in free]
    scores = moved + [(score, left[line], free[entry]) for score, line, entry in similar(*words)]
    findings = []
    records: list[Any] = ledger.assets[["row", "table"]].to_dict("records")
    for place, asset in take_best(scores, matched):
        where = ledger.locate(records[asset], "name")
        findings.append(Finding("decision-moved", where, {"name": lines[place]["name"] or ""}))
    return findings


def _words(entry: dict[str, Any]) -> str:
    return "|".join(str(part or "") for part in _key(entry))


def treatments_decided(carried: pd.DataFrame, method: Method) -> pd.Series:
    """The treatment that each typed decision names (dtype object: one of TREATMENTS, or None)."""
    words = {
        spelling.casefold(): name
        for name, entry in method.treatments.items()
        for spelling in (name, *entry.word.values(), *entry.also)
    }
    typed = [words.get(str(value).strip().casefold()) if value is not None else None for value in carried["decision"]]
    return pd.Series(typed, index=carried.index, dtype="object")


def check_due(lines: pd.DataFrame, layout: ListLayout | None) -> Iterator[Finding]:
    """Due dates of a plan that cannot be read as dates, so that they can never be shown as overdue."""
    if layout is None or "due" not in layout.columns:
        return
    columns = ("due", "due_date", "state_key", "line_row")
    for due, day, state, at in zip(*(lines[name].tolist() for name in columns), strict=True):
        if due is not None and day is None and state != STATES[-1]:
            yield Finding(
                "due-unreadable", Location(layout.sheet_name, cell_ref(at, layout.columns["due"])), {"found": str(due)}
            )


def check_decisions(
    ledger: Ledger, risks: pd.DataFrame, decided: pd.Series, method: Method, today: date
) -> Iterator[Finding]:
    """Decisions that name no treatment, leave too much unapproved, whose risk rose, or whose review is overdue."""
    columns = ["name", "decision", "decided_risk", "review_date", "risk", "state_key", "line_row", *APPROVAL]
    layout = ledger.layouts.get("plan")
    rows = risks.loc[risks["decision"].notna(), columns]
    for index, row in zip(rows.index.tolist(), rows.to_dict("records"), strict=True):
        place = ledger.locate(ledger.assets.loc[index], "name")
        decision = str(row["decision"])
        if decided[index] is None:
            # It is to be typed anew in the plan; the others are about the asset, wherever its line stands.
            typed = layout and Location(layout.sheet_name, cell_ref(row["line_row"], layout.columns["decision"]))
            yield Finding("decision-unreadable", typed or place, {"found": decision}, subject=row["name"] or "")
        risk, earlier = row["risk"], row["decided_risk"]
        missing = [field for field in APPROVAL if row[field] is None]
        if missing and stays(decided[index], row["state_key"]) and pd.notna(risk) and method.needs_decision(risk):
            params = {"risk": int(risk), "accepted": method.accepted, "fields": tuple(missing)}
            yield Finding("retained-unapproved", place, params)
        if earlier is not None and pd.notna(risk) and risk > earlier:
            yield Finding("decision-outdated", place, {"decision": decision, "decided": earlier, "risk": int(risk)})
        if row["review_date"] is not None and row["review_date"] < today:
            until = row["review_date"].isoformat()
            yield Finding("decision-expired", place, {"decision": decision, "until": until})
