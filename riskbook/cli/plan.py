"""`riskbook plan`: prints which measures to carry out first, and the effect of each step; writes nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.language import bad_value
from riskbook.cli.options import FORMAT, TRACEBACK, WORKBOOKS, Given, given_settings
from riskbook.cli.report import error_text, failed, levels_text, notice_texts, print_exchange
from riskbook.cli.run import run
from riskbook.cli.terminal import label, say, say_document
from riskbook.model import UNASSESSED, few, records
from riskbook.text import joined

if TYPE_CHECKING:
    from riskbook.model import Step, Totals
    from riskbook.pipeline import AssessedWorkbook
    from riskbook.records import Outcome

SCHEMA = "riskbook.plan/1"
_SHOWN_ASSETS = 6


def _finite(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """The amount of a limit: "inf" and "nan" are numbers to click."""
    if value is not None and not math.isfinite(value):
        raise bad_value("no-amount", value=value)
    return value


@click.command()
@WORKBOOKS
@given_settings()
@click.option(
    "--budget",
    type=click.FloatRange(min=0),
    callback=_finite,
    metavar="YEN",
)
@click.option(
    "--effort",
    type=click.FloatRange(min=0),
    callback=_finite,
    metavar="DAYS",
)
@FORMAT
@TRACEBACK
def plan(
    workbooks: tuple[str, ...],
    given: Given,
    budget: float | None,
    effort: float | None,
    format_: str,
    traceback: bool,
) -> None:
    """Show which measures to carry out first: the steps, the reasons, and the assets whose risk each step lowers.

    Example: riskbook plan samples/kitahama-seiki.xlsx --budget 500000 --effort 20
    """
    given = replace(given, budget=(budget, effort))
    run(
        workbooks,
        given,
        following=lambda _: ["plan", "due", *workbooks],
        format_=format_,
        traceback=traceback,
        show=_print,
        document=_print_json,
        joined=True,
    )


def _print(outcome: Outcome, screen: str) -> None:
    result, lang = outcome.result, outcome.lang or screen
    if failed(outcome, screen) or result is None:
        return
    from riskbook import sheets

    roadmap = result.assessment.roadmap
    count = sum(len(step.measures) for step in roadmap.steps)
    open_ = int(roadmap.measures["open"].sum())
    say(label("screen.plan", lang, input=outcome.input, open=open_, count=count, steps=len(roadmap.steps)))
    _print_state(label("roadmap.now", lang), roadmap.start, lang)
    if not roadmap.steps:
        ledger = result.assessment.ledger
        missing = "note.no-checks" if ledger.checks is None else "note.no-steps"
        missing = "summary.no-assets" if result.risks.empty else missing
        say(label("screen.plan-why", lang, why=label(missing, lang)))
    running = 0
    for number, step in enumerate(roadmap.steps, start=1):
        running += len(step.measures)
        _print_state(label("roadmap.step", lang, number=number, running=running), step.after, lang)
        say(label("screen.plan-why", lang, why=result.why(step)))
        for measure in step.measures:
            say(f"    {result.measure_words(measure)}")
        assets = [
            label("roadmap.fallen", lang, name=result.risks.at[asset, "name"] or "", before=before, after=after)
            for asset, before, after in step.assets[: _SHOWN_ASSETS + 1]
        ]
        shown = joined(few(assets, _SHOWN_ASSETS), lang, parts=True)
        say(label("screen.plan-fallen", lang, assets=shown))
    if roadmap.steps and open_ > count:
        say(label("screen.plan-rest", lang, count=open_ - count))
    if roadmap.budget is not None:
        reached = sheets.budget_words(roadmap, result.method, lang, named="listed")
        say(label("screen.plan-budget", lang, reached=reached))
        for measure in roadmap.budget.measures:
            say(f"    {result.measure_words(measure)}")
    planned = roadmap.planned
    if planned != roadmap.start:
        say(label("screen.plan-planned", lang, levels=_levels(planned, lang), risk=planned.risk))
    print_exchange(outcome, lang)


def _print_state(step: str, totals: Totals, lang: str) -> None:
    say(label("screen.plan-state", lang, step=step, levels=_levels(totals, lang), risk=totals.risk))


def _levels(totals: Totals, lang: str) -> str:
    return levels_text({key: count for key, count in totals.levels.items() if key != UNASSESSED}, lang)


def _places(result: AssessedWorkbook) -> dict[Any, str]:
    measures = result.assessment.roadmap.measures
    return {
        i: f"{sheet}!{cell}" for i, sheet, cell in zip(measures.index, measures["sheet"], measures["cell"], strict=True)
    }


def _print_json(outcomes: list[Outcome], method: str, screen: str) -> None:
    """Prints one object of schema riskbook.plan/1."""
    say_document({"schema": SCHEMA, "workbooks": [_workbook(outcome, method, screen) for outcome in outcomes]})


def _workbook(outcome: Outcome, method: str, screen: str) -> dict[str, Any]:
    head = {
        "input": outcome.input,
        "status": outcome.status,
        "error": error_text(outcome, screen),
        "notices": notice_texts(outcome, screen),
        "method": method,
    }
    result = None if outcome.status == "failed" else outcome.result
    if result is None:
        return head | {"start": None, "steps": [], "planned": None, "measures": [], "budget": None}
    roadmap = result.assessment.roadmap
    return head | {
        "start": _totals(roadmap.start),
        "steps": [_step(step, result) for step in roadmap.steps],
        "planned": _totals(roadmap.planned),
        "measures": _measures(result),
        "budget": _budget(result),
    }


def _budget(result: AssessedWorkbook) -> dict[str, Any] | None:
    """The best set of measures within the budget; None where there is no budget."""
    budget, places = result.assessment.roadmap.budget, _places(result)
    if budget is None:
        return None
    return {
        "yen": budget.yen,
        "days": budget.days,
        "measures": [places[measure] for measure in budget.measures],
        "spent": {"yen": budget.spent_yen, "days": budget.spent_days},
        "at_most": {"yen": budget.most_yen, "days": budget.most_days},
        "after": _totals(budget.after),
        "proven": budget.proven,
    }


def _totals(totals: Totals) -> dict[str, int]:
    return {**totals.levels, "risk": totals.risk}


def _step(step: Step, result: AssessedWorkbook) -> dict[str, Any]:
    places = _places(result)
    rows: list[Any] = result.risks[["sheet", "row", "name"]].to_dict("records")
    at = dict(zip(result.risks.index.tolist(), rows, strict=True))
    return {
        "measures": [places[measure] for measure in step.measures],
        "media": [{"medium": medium, "from": before, "to": after} for medium, before, after in step.media],
        "after": _totals(step.after),
        "assets": [{**at[asset], "from": before, "to": after} for asset, before, after in step.assets],
        "why": result.why(step),
    }


def _measures(result: AssessedWorkbook) -> list[dict[str, Any]]:
    """The lines of the measure plan, in its order."""
    return [
        {
            "place": f"{row['sheet']}!{row['cell']}",
            "kind": row["number"],
            "item": row["item"],
            "question": row["question"],
            "effort": row["effort_class"],
            "days": row["days"],
            "yen": row["yen"],
            "effect": row["effect"],
            "answer": row["answer"],
            "media": list(row["media"]),
            "assets": row["dependents"],
            "regulation": row["regulation"],
            "step": row["step"],
            "state": row["state_key"],
            "assignee": None if row["assignee"] is None else str(row["assignee"]),
            "due": None if row["due"] is None else str(row["due"]),
        }
        for row in records(result.assessment.roadmap.measures)
    ]
