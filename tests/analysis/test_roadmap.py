"""Which measures first: the order against brute force over all sets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import riskbook
from tests.support.days import TODAY
from tests.support.examples import examples
from tests.support.forms import APPLIES, MEDIA, PAPER, PC, Asset, Form
from tests.support.plans import assessed_form, fill_measures, small_form

# --- a plain restatement: the risks of a ledger when some questions are implemented ---


def _vulnerability(medium: str, form: Form, done: frozenset[int]) -> int | None:
    assert form.marks is not None
    given = [
        1 if place in done else answer
        for place, (_, _, answer) in enumerate(form.answers)
        if str(MEDIA.index(medium)) in form.marks[place] and answer != 4
    ]
    if not given:
        return None
    halves = sum({1: 2, 2: 1, 3: 0}[answer] for answer in given)
    return 1 if halves == 2 * len(given) else 3 if 5 * halves <= 2 * len(given) else 2


def _risks(form: Form, done: frozenset[int]) -> list[int]:
    threat_of = {medium: frequency for medium, _, frequency in form.threats}
    found = []
    for asset in form.ledgers["台帳"]:
        worst = 0
        for medium in asset.medium.split("、"):
            typed = asset.typed.get("vulnerability")
            vulnerability = typed or _vulnerability(medium, form, done) or 3
            threat = threat_of[medium] or 3
            likelihood = 1 if 1 in (threat, vulnerability) else threat + vulnerability - 3
            worst = max(worst, likelihood)
        found.append(max(asset.cia) * worst)
    return found


# What a question takes, in hundredths of a person-day: the middle of its class, half of it where it is partly
# implemented; a person-day counts as 30,000 yen.
_CLASS = dict(enumerate("mmssmsmlmmm", start=1))
_DAYS, _YEN = {"s": 1.0, "m": 4.0, "l": 13.0}, {"s": 10_000, "m": 110_000, "l": 600_000}


def _costs(form: Form, place: int) -> tuple[float, float]:
    """Person-days and yen of a question."""
    kind, _, answer = form.answers[place]
    left = 0.5 if answer == 2 else 1.0
    return _DAYS[_CLASS[kind]] * left, _YEN[_CLASS[kind]] * left


def _effort(form: Form, places: Iterable[int]) -> int:
    return sum(round(100 * (days + yen / 30_000)) for days, yen in (_costs(form, place) for place in places))


def _figures(form: Form, done: frozenset[int]) -> tuple[int, int]:
    risks = _risks(form, done)
    return sum(risk >= 6 for risk in risks), sum(risks)


_level = st.sampled_from([1, 2, 3])
_medium = st.sampled_from([*MEDIA[:4], f"{PC}、{PAPER}"])
_forms = st.builds(
    lambda assets, threats, answers: Form(
        {"台帳": [Asset("業務", f"資産{n}", *rest) for n, rest in enumerate(assets)]},
        [(medium, "脅威", threat) for medium, threat in zip(MEDIA, threats, strict=True)],
        [(kind, f"設問{n}", answer) for n, (kind, answer, _) in enumerate(answers)],
        marks=["".join(sorted(marks)) if marks else APPLIES[kind - 1] for kind, _, marks in answers],
    ),
    st.lists(st.tuples(_medium, st.tuples(_level, _level, _level)), min_size=1, max_size=6),
    st.lists(_level, min_size=6, max_size=6),
    st.lists(
        st.tuples(st.integers(1, 11), st.sampled_from([1, 2, 2, 3, 3, 3, 4]), st.sets(st.sampled_from("0123"))),
        min_size=2,
        max_size=8,
    ),
)


@pytest.mark.slow
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_forms)
def test_no_set_of_measures_beats_the_next_one(form: Form) -> None:
    with tempfile.TemporaryDirectory() as folder:
        roadmap = assessed_form(form, Path(folder)).assessment.roadmap
    open_ = frozenset(place for place, (_, _, answer) in enumerate(form.answers) if answer in (2, 3))
    done: frozenset[int] = frozenset()
    steps = list(roadmap.steps)
    while True:
        large, total = _figures(form, done)
        best = (0.0, 0.0)
        for size in range(1, len(open_ - done) + 1):
            for chosen in combinations(sorted(open_ - done), size):
                after = _figures(form, done | set(chosen))
                effort = _effort(form, chosen)
                best = max(best, (round((large - after[0]) / effort, 9), round((total - after[1]) / effort, 9)))
        if not steps:
            assert best == (0.0, 0.0)
            break
        bundle = steps[0].bundle
        parts = [step for step in steps if step.bundle == bundle]
        steps = steps[len(parts) :]
        effort = _effort(form, (place for step in parts for place in step.measures))
        assert round(100 * bundle.effort) == effort
        assert (round(bundle.large / effort, 9), round(bundle.risk / effort, 9)) == best
        for step in parts:
            assert _figures(form, done) == (step.before.levels["large"], step.before.risk)
            assert step.measures
            assert [_effort(form, [q]) for q in step.measures] == sorted(_effort(form, [q]) for q in step.measures)
            assert not done & set(step.measures)
            before = _risks(form, done)
            done |= set(step.measures)
            after = _risks(form, done)
            assert _figures(form, done) == (step.after.levels["large"], step.after.risk)
            fallen = {(i, b, a) for i, (b, a) in enumerate(zip(before, after, strict=True)) if a < b}
            assert fallen
            assert fallen == set(step.assets)
        assert bundle.count == sum(len(step.measures) for step in parts)


@pytest.mark.slow
@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_forms, st.sampled_from([0, 50_000, 120_000, 330_000, None]), st.sampled_from([0, 1, 2.5, 6, 14, None]))
def test_no_set_of_measures_within_the_budget_beats_the_one_that_is_named(
    form: Form, yen: int | None, days: float | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        roadmap = assessed_form(form, Path(folder), budget=(yen, days)).assessment.roadmap
    budget = roadmap.budget
    if yen is None and days is None:
        assert budget is None
        return
    assert budget is not None
    assert budget.proven
    open_ = [place for place, (_, _, answer) in enumerate(form.answers) if answer in (2, 3)]
    large, total = _figures(form, frozenset())
    best = (0, 0, 0)
    for size in range(1, len(open_) + 1):
        for chosen in combinations(open_, size):
            spent = [sum(one) for one in zip(*(_costs(form, place) for place in chosen), strict=True)]
            if (days is None or spent[0] <= days) and (yen is None or spent[1] <= yen):
                after = _figures(form, frozenset(chosen))
                rank = (large - after[0], total - after[1])
                if rank > (0, 0):
                    best = max(best, (*rank, -_effort(form, chosen)))
    after = _figures(form, frozenset(budget.measures))
    assert (large - after[0], total - after[1], -_effort(form, budget.measures)) == best
    assert (budget.after.levels["large"], budget.after.risk) == after
    assert (budget.spent_days, budget.spent_yen) == pytest.approx(
        tuple(sum(_costs(form, place)[at] for place in budget.measures) for at in (0, 1))
    )


@pytest.mark.slow
@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_forms, st.data())
def test_the_risk_after_the_plan_is_that_of_the_answers_it_would_make(form: Form, data: st.DataObject) -> None:
    """What the plan says of measures planned is what assessing the form with these answers gives."""
    open_ = [place for place, (_, _, answer) in enumerate(form.answers) if answer in (2, 3)]
    done = frozenset(data.draw(st.sets(st.sampled_from(open_)))) if open_ else frozenset()
    with tempfile.TemporaryDirectory() as folder:
        output = assessed_form(form, Path(folder)).save(Path(folder) / "out.xlsx")
        fill_measures(output, {form.answers[place][1]: {"状況": "計画"} for place in done})
        again = riskbook.assess(output, today=TODAY)
    assert again.risks["planned"].tolist() == _risks(form, done)
    assert again.risks["risk"].tolist() == _risks(form, frozenset())


def test_steps_worked_by_hand(tmp_path: Path) -> None:
    # Paper: 1 of 2 implemented, vulnerability 2. PC: 1 + ½ of 4, vulnerability 2. Risks 6, 6, 4.
    # The policy (7.67 days) takes paper to 1: one large risk. With it backups (half of 7.67) and accounts (1.33) take the
    # PC to 1: two large risks for 12.83 days are more for the effort than one for 7.67.
    roadmap = assessed_form(small_form(), tmp_path).assessment.roadmap
    questions = roadmap.measures["question"]
    told = [
        (sorted(questions[list(step.measures)]), step.media, step.after.levels["large"], step.after.risk)
        for step in roadmap.steps
    ]
    assert (roadmap.start.levels["large"], roadmap.start.risk) == (2, 16)
    assert told == [
        (["方針がある"], ((PAPER, 2, 1),), 1, 13),
        (["アカウントを分けている", "バックアップがある"], ((PC, 2, 1),), 0, 8),
    ]
    needs = [(need.medium, need.vulnerability, need.assets, need.fewest) for need in roadmap.needs]
    assert needs == [(PAPER, 2, 1, ((1, 1),)), (PC, 2, 2, ((1, 3),))]
    assert [(b.first, b.last, b.count, b.large) for b in (step.bundle for step in roadmap.steps)] == [
        (1, 2, 3, 2),
        (1, 2, 3, 2),
    ]


def test_the_search_is_exact_where_taking_the_best_question_first_is_not(tmp_path: Path) -> None:
    """Two questions that serve three media each beat the one that serves four."""
    form = Form(
        {"台帳": [Asset("x", f"資産{n}", medium, (3, 3, 3)) for n, medium in enumerate(MEDIA)]},
        [(medium, "脅威", 3) for medium in MEDIA],
        [(1, f"設問{n}", 3) for n in range(9)],
        marks=["0123", "014", "235", *"012345"],
    )
    roadmap = assessed_form(form, tmp_path).assessment.roadmap
    first = [step for step in roadmap.steps if step.bundle.first == 1]
    done = frozenset(measure for step in first for measure in step.measures)
    large, _ = _figures(form, frozenset())
    best = max(
        (large - _figures(form, frozenset(chosen))[0]) / _effort(form, chosen)
        for size in range(1, 10)
        for chosen in combinations(range(9), size)
    )
    assert (large - _figures(form, done)[0]) / _effort(form, done) == pytest.approx(best)


def test_a_question_without_a_medium_is_told(tmp_path: Path) -> None:
    form = small_form()
    form.marks = [APPLIES[0], "", APPLIES[6], APPLIES[1]]
    result = assessed_form(form, tmp_path)
    assert [str(f.location) for f in result.findings if f.code == "check-unmarked"] == ["対策状況チェック!D5"]
