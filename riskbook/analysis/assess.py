"""Computes an `Assessment` from a `Ledger`, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pandas as pd

from riskbook.analysis import checks, comparison, factors, instruments, measures, plan, treatment
from riskbook.analysis.answers import answered
from riskbook.method import Method
from riskbook.model import (
    ERROR,
    SEVERITIES,
    Assessment,
    Finding,
    Ledger,
    Past,
    Roadmap,
    used_in,
)


def analyse(
    ledger: Ledger,
    method: Method,
    today: date,
    *,
    strict: bool = False,
    past: Past | None = None,
    budget: tuple[float | None, float | None] = (None, None),
) -> Assessment:
    """Computes every asset's risk, treatment and residual risk, the measure plan, and the findings.

    `strict`: an unknown threat or vulnerability is an error and the asset stays unassessed, instead of counting as the
    worst. `past`: what is known of earlier runs. `budget`: yen and person-days for the
    best set of measures (None: no limit), by default what was typed into the measure plan.
    """
    past = past or Past()
    by_medium = factors.medium_factors(ledger.threats, ledger.checks, method)
    candidates = factors.candidates(
        ledger.assets,
        by_medium,
        method,
        has_threats=ledger.threats is not None,
        has_checks=ledger.checks is not None,
        strict=strict,
    )
    resolved = factors.resolve(candidates)
    risks = _risks(ledger, resolved, method, today)
    carried, asset_orphans, moved = plan.carry_over(ledger, risks, method)
    decided = plan.treatments_decided(carried, method)
    risks = risks.join(carried)
    risks["decided"] = decided
    risks["residual"] = treatment.residual(risks, decided.fillna(risks["treatment"]), method)
    kinds = factors.measures(ledger.checks, method)
    planned = measures.plan_measures(ledger, risks, candidates, by_medium, kinds, method, budget)
    roadmap, risks["planned"], question_orphans, measure_findings = planned
    other_instruments, instrument_findings = instruments.assess_instruments(
        ledger, risks, candidates, kinds, method, today, past.checks
    )
    findings = [
        *ledger.findings,
        *instrument_findings,
        *checks.check_evaluations(ledger, risks["importance"], method),
        *checks.check_unknown(ledger, resolved, strict),
        *checks.check_stale(ledger, risks, method),
        *checks.check_duplicates(ledger, risks),
        *checks.check_retention(ledger, today),
        *moved,
        *_plan_findings(ledger, risks, decided, roadmap, method, today),
        *measure_findings,
    ]
    if past.run is not None and any(past.run.levels.values()):
        # The workbook had assets before, so its ledger is missing by mistake.
        findings = [replace(f, severity=ERROR) if f.code == "ledger-missing" else f for f in findings]
    findings, settled = answered(_with_subjects(findings, risks), ledger.lines("findings"))
    run = comparison.record(ledger, roadmap.start, today, method, strict=strict)
    run, change = comparison.since_last(past, run, ledger, risks, method)
    orphans = {"plan": asset_orphans, "measures": question_orphans}
    ordered = tuple(_in_order(findings, ledger))
    assessment = Assessment(
        risks, kinds, roadmap, orphans, settled, ordered, ledger, today, run, change, other_instruments
    )
    return assessment if past.runs is None else comparison.with_history(assessment, past.runs)


def _plan_findings(
    ledger: Ledger, risks: pd.DataFrame, decided: pd.Series, roadmap: Roadmap, method: Method, today: date
) -> Iterator[Finding]:
    """What is wrong or overdue in the decisions and deadlines of both plans."""
    yield from plan.check_decisions(ledger, risks, decided, method, today)
    yield from plan.check_due(risks, ledger.layouts.get("plan"))
    yield from plan.check_due(roadmap.measures, ledger.layouts.get("measures"))


def _risks(ledger: Ledger, resolved: pd.DataFrame, method: Method, today: date) -> pd.DataFrame:
    """Risk, level, suggestion and its floor for every asset; `resolved`: as `factors.resolve` gives it."""
    risks = ledger.assets[list(used_in("carried"))].join(resolved)
    risks["importance"] = factors.importance(ledger.assets, method)
    risks["risk"] = factors.risk(risks["importance"], risks["likelihood"], method)
    risks["level"] = factors.level(risks["risk"], method)
    risks = risks.join(treatment.suggest(risks, method, today))
    risks["floor"] = treatment.residual(risks, risks["treatment"], method)
    return risks


def good_until(ledger: Ledger, today: date) -> date | None:
    """The last day, from `today` on, on which an assessment of this ledger gives the same result; None: no end.

    After that day a retention has ended or the review of a decision is overdue.
    """
    days = [until for _, until, _ in checks.retention_ends(ledger)]
    days += [line["review_date"] for line in ledger.lines("plan") if line["review_date"] is not None]
    return min((day for day in days if day >= today), default=None)


def _with_subjects(findings: list[Finding], risks: pd.DataFrame) -> list[Finding]:
    """The findings, with the name of the asset where they are about one: answers stay with it when rows move."""
    names = dict(zip(zip(risks["sheet"], risks["row"], strict=True), risks["name"], strict=True))
    return [
        replace(finding, subject=name)
        if (name := names.get((finding.location.sheet_name, finding.location.row_number)))
        else finding
        for finding in findings
    ]


def _in_order(findings: list[Finding], ledger: Ledger) -> list[Finding]:
    """Errors, then warnings, then infos, each in the order of the ledger sheets, other sheets after them, and rows."""
    sheets = {name: place for place, name in enumerate(dict.fromkeys(t.sheet_name for t in ledger.tables))}

    def key(finding: Finding) -> tuple[int, int, str, int]:
        sheet = finding.location.sheet_name
        place = sheets.get(sheet, len(sheets))
        return (SEVERITIES.index(finding.severity), place, sheet, finding.location.row_number or 0)

    return sorted(findings, key=key)


def ranked(risks: pd.DataFrame) -> pd.DataFrame:
    """The assets, highest risk first, then by importance, then in the workbook's order; unassessed ones last."""
    return risks.sort_values(["risk", "importance"], ascending=False, na_position="last", kind="stable")
