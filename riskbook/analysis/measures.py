"""The measure plan: people's entries for each measure, the effect of the measures, and the order of the steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

import pandas as pd

from riskbook.analysis import effort, factors, roadmap
from riskbook.analysis.budget import best_within
from riskbook.analysis.exposures import exposures
from riskbook.analysis.matching import pair, similar, take_best
from riskbook.analysis.plan import Orphans
from riskbook.analysis.questions import Questions
from riskbook.method import Method
from riskbook.model import (
    MEASURE_FIELDS,
    STATES,
    Finding,
    Ledger,
    Location,
    Roadmap,
    Step,
    cell_ref,
    few,
    objects,
    records,
    row_of,
)

_EXAMPLES = 3  # assets shown for a measure
_TYPED = (*MEASURE_FIELDS, "state_key", "due_date", "days_value", "yen_value", "line_row")


def plan_measures(
    ledger: Ledger,
    risks: pd.DataFrame,
    candidates: pd.DataFrame,
    by_medium: factors.MediumFactors,
    kinds: pd.DataFrame,
    method: Method,
    budget: tuple[float | None, float | None] = (None, None),
) -> tuple[Roadmap, pd.Series, Orphans, list[Finding]]:
    """The roadmap, each asset's risk (Int64) when all measures planned or done are in place, orphans, and findings.

    `budget`: yen and person-days for the best set of measures, None where there is no limit; both None for no set.
    `risks`: with importance and risk. `candidates`: as `factors.candidates` gives them; `kinds`: `factors.measures`.
    """
    checks = _NO_CHECKS if ledger.checks is None else ledger.checks
    typed, orphans, findings = _typed(ledger, checks)
    answers = method.answers
    open_ = checks["answer"].isin((answers.partly, answers.not_implemented))
    hanging = candidates.loc[candidates["vulnerability_source"] == "sheet", "medium"].value_counts().to_dict()
    moving = {str(medium): int(count) for medium, count in hanging.items()}
    now = by_medium.table["vulnerability"]
    lowest = method.scale_of("vulnerability").lowest
    current = tuple(int(now[name]) if name in moving else lowest for name in method.medium_names)
    exposed = exposures(candidates, risks["importance"], method)
    worth = roadmap.Worth(exposed, method)
    estimated = effort.estimates(checks, typed, method)
    costs = effort.costs(estimated, method)
    questions = Questions(checks, costs, method)
    nearest = roadmap.nearest(questions, current, method)
    needs = tuple(roadmap.needs(questions, current, moving, method))
    effects = roadmap.effects(questions, worth, current, method)
    steps = tuple(roadmap.steps(questions, worth, exposed, current, method))
    chosen = None
    if budget == (None, None):
        budget, unread = _typed_budget(ledger)
        findings += unread
    if budget != (None, None):
        again = Questions(checks, costs, method)
        chosen = best_within(again, worth, exposed, current, estimated, method, budget)
    lines = checks.join(typed).join(estimated).assign(open=open_, item=_items(checks))
    lines["effect"] = pd.Series(effects, dtype="float64").reindex(checks.index)
    measures = _measures(lines, steps, costs, risks, candidates, kinds, method)
    planned = typed["state_key"].isin(STATES[1:]) & open_
    after = now
    if planned.any():
        in_place = checks.assign(answer=checks["answer"].mask(planned, answers.implemented))
        after = factors.medium_factors(ledger.threats, in_place, method).table["vulnerability"]
    reached = tuple(int(after[name]) if name in moving else lowest for name in method.medium_names)
    findings += _check_states(measures, ledger)
    findings += _check_efforts(measures, ledger)
    totals = exposed.totals(current), exposed.totals(reached)
    found = Roadmap(measures, steps, *totals, needs, nearest, chosen)
    return found, exposed.at(reached), orphans, findings


_CHECKS = ("number", "question", "item", "answer", "answered", "media", "sheet", "row", "cell")
_NO_CHECKS = pd.DataFrame({name: pd.Series(dtype="object") for name in _CHECKS})


def _measures(
    checks: pd.DataFrame,
    steps: tuple[Step, ...],
    costs: Mapping[int, tuple[int, ...]],
    risks: pd.DataFrame,
    candidates: pd.DataFrame,
    kinds: pd.DataFrame,
    method: Method,
) -> pd.DataFrame:
    """The frame of `Roadmap.measures`: the open questions, and those with entries of people.

    In the order of the steps, within a step (and below all steps) those that take least first.
    """
    numbers = {q: number for number, step in enumerate(steps, start=1) for q in step.measures}
    measures = checks.assign(step=pd.Series(numbers, dtype="Int64").reindex(checks.index))
    has_entry = measures[list(MEASURE_FIELDS)].notna().any(axis=1)
    measures = measures[measures["open"] | has_entry].copy()
    hanging = dependents(set(measures["media"]), risks, candidates)
    names = dict(zip(risks.index.tolist(), risks["name"].tolist(), strict=True))
    first = {media: _distinct(labels, names)[:_EXAMPLES] for media, labels in hanging.items()}
    shares = kinds.set_index("number")["share"]
    draft = method.regulation.draft_share
    measures["dependents"] = [len(hanging[media]) for media in measures["media"]]
    measures["examples"] = pd.Series([first[media] for media in measures["media"]], measures.index, dtype="object")
    measures["regulation"] = [
        None if not is_open or not isinstance(number, int) else "draft" if shares[number] <= draft else "strengthen"
        for number, is_open in zip(measures["number"].tolist(), measures["open"].tolist(), strict=True)
    ]
    places = {q: place for place, q in enumerate(q for step in steps for q in step.measures)}
    last = len(places)
    measures["_place"] = [places.get(q, last) for q in measures.index]
    measures["_effort"] = [costs[q][0] for q in measures.index]
    measures = measures.sort_values(["open", "_place", "_effort"], ascending=[False, True, True], kind="stable")
    return measures.drop(columns=["_place", "_effort"])


def _items(checks: pd.DataFrame) -> list[str]:
    """The number of each question: the sheet's own, with the kind of measure where it starts anew with each kind.

    Where the sheet has none, or some twice, its place on the sheet.
    """
    own = checks["item"].tolist()
    kinds = [str(kind) if isinstance(kind, int) else "" for kind in checks["number"].tolist()]
    with_kind = [f"{kind}-{item}" for kind, item in zip(kinds, own, strict=True)]
    for numbers in (own, with_kind):
        if all(own) and len(set(numbers)) == len(numbers):
            return [str(number) for number in numbers]
    return [str(place) for place in range(1, len(own) + 1)]


def dependents(
    groups: Iterable[tuple[str, ...]], risks: pd.DataFrame, candidates: pd.DataFrame
) -> dict[tuple[str, ...], list[int]]:
    """Group of media → labels of the assets whose vulnerability comes from one of them, highest risk first."""
    media_of: dict[int, set[str]] = {}
    columns = (candidates[name].tolist() for name in ("asset", "medium", "vulnerability_source"))
    for asset, medium, source in zip(*columns, strict=True):
        if source == "sheet":
            media_of.setdefault(asset, set()).add(medium)
    ranked = risks["risk"].sort_values(ascending=False, kind="stable", na_position="last").index.tolist()
    affected = [label for label in ranked if label in media_of]
    return {media: [label for label in affected if not media_of[label].isdisjoint(media)] for media in groups}


def _distinct(labels: list[int], names: dict[int, Any]) -> tuple[int, ...]:
    """The first label of each name: an asset may be on several media."""
    first: dict[Any, int] = {}
    for label in labels:
        first.setdefault(names[label], label)
    return tuple(first.values())


# --- what people typed ---


def _typed_budget(ledger: Ledger) -> tuple[tuple[float | None, float | None], list[Finding]]:
    """Yen and person-days above the measure plan, None where nothing stands there, and what was not understood."""
    earlier = ledger.earlier.get("measures")
    findings, limits = [], []
    for name in ("budget_yen", "budget_days"):
        value, cell = (earlier.above.get(name) if earlier is not None else None) or (None, "")
        if value is not None and not isinstance(value, float):
            assert earlier is not None
            assert earlier.layout is not None
            params = {"found": str(value)}
            findings.append(Finding("budget-unreadable", Location(earlier.layout.sheet_name, cell), params))
            value = None
        limits.append(value)
    return (limits[0], limits[1]), findings


def _typed(ledger: Ledger, checks: pd.DataFrame) -> tuple[pd.DataFrame, Orphans, list[Finding]]:
    """People's entries for each question (index like `checks`, columns _TYPED), lines without a question, findings.

    Matched by kind and question, else by question, else, for lines with entries, by similarity.
    """
    # The same question may occur twice: then the order of the check sheet decides.
    lines = sorted(ledger.lines("measures"), key=lambda line: row_of(line["place"]))
    lines = [{**line, "number": _number(line["kind"])} for line in lines]
    questions = records(checks[["number", "question"]])
    matched: dict[int, int] = {}
    pair(lines, questions, matched, itemgetter("number", "question"))
    pair(lines, questions, matched, itemgetter("question"))
    findings = []
    # Lines in the block below the plan lost their question in an earlier run; only the very same one brings them back.
    left = [at for at, line in enumerate(lines) if at not in matched and _is_typed(line) and line["listed"]]
    free = [place for place in range(len(questions)) if place not in matched.values()]
    questioned = [str(lines[at]["question"] or "") for at in left], [str(questions[at]["question"]) for at in free]
    scores = [(score, left[line], free[entry]) for score, line, entry in similar(*questioned)]
    for place, at in take_best(scores, matched):
        row = checks.iloc[at]
        params = {"question": lines[place]["question"] or ""}
        findings.append(Finding("measure-moved", Location(row["sheet"], row["cell"]), params))
    nothing: dict[str, Any] = dict.fromkeys(_TYPED)
    by_question = {at: lines[place] for place, at in matched.items()}
    typed = [by_question.get(place, nothing) for place in range(len(questions))]
    frame = objects(typed, _TYPED, checks.index)
    orphans = [line for place, line in enumerate(lines) if place not in matched and _is_typed(line)]
    if orphans:
        names = few([str(line["question"]) for line in orphans], 3)
        where = Location(ledger.layouts["measures"].sheet_name)
        findings.append(Finding("measure-orphaned", where, {"count": len(orphans), "names": names}))
    return frame, tuple(orphans), findings


def _is_typed(line: Mapping[str, Any]) -> bool:
    return any(line[field] is not None for field in MEASURE_FIELDS)


def _number(kind: Any) -> int | None:
    match = re.match(r"\d+", str(kind or ""))
    return int(match[0]) if match else None


def _check_efforts(measures: pd.DataFrame, ledger: Ledger) -> Iterator[Finding]:
    """Efforts that are no amounts, so that the estimate counts instead."""
    layout = ledger.layouts.get("measures")
    for field, read in (("effort_days", "days_value"), ("effort_yen", "yen_value")):
        unread = measures[measures[field].notna() & measures[read].isna()]
        for found, row, question in zip(*(unread[name] for name in (field, "line_row", "question")), strict=True):
            if layout is not None and field in layout.columns:
                place = Location(layout.sheet_name, cell_ref(row, layout.columns[field]))
                yield Finding("effort-unreadable", place, {"question": question, "found": str(found)})


def _check_states(measures: pd.DataFrame, ledger: Ledger) -> Iterator[Finding]:
    """Unreadable states, and measures that are done in the plan but still open in the check sheet."""
    columns = ("sheet", "cell", "question", "answer", "state", "state_key", "open", "line_row")
    layout = ledger.layouts.get("measures")
    for sheet, cell, question, answer, state, key, is_open, row in zip(*(measures[n] for n in columns), strict=True):
        place = Location(sheet, cell)
        if state is not None and key is None and layout is not None:
            typed = Location(layout.sheet_name, cell_ref(row, layout.columns["state"]))
            yield Finding("measure-state-unreadable", typed, {"found": str(state), "question": question})
        elif key == STATES[-1] and is_open:
            yield Finding("measure-unconfirmed", place, {"question": question, "answer": int(answer)})
