"""Checks of a method's files that types cannot express: known names, complete keys, bounds, unique spellings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from riskbook.errors import MethodError
from riskbook.method.check_risk import check_risk
from riskbook.method.instruments import (
    FactsSpec,
    InstrumentSpecs,
    QuestionnaireSpec,
    ResponseSpec,
    SelfCheckSpec,
    ThreatsSpec,
)
from riskbook.method.schema import FormFile, MethodFile
from riskbook.method.treatment import MediumIs
from riskbook.method.typed import refuse
from riskbook.model import STATES, TREATMENTS, used_in

# The fields of each kind of table; "applies" stands for the columns headed by the name of a medium.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "ledger": used_in("header"),
    "threats": ("medium", "threat_name", "frequency"),
    "checks": ("kind", "number", "question", "answer"),
}
_APPLIES = {"checks": ("applies",)}


def check(file: MethodFile, method: str) -> None:
    """Raises `MethodError` for the first key of a method with a value that is not allowed."""
    for key, names in (("states", STATES), ("treatments", TREATMENTS), ("residual", TREATMENTS)):
        _check_keys(getattr(file, key), names, key, method)
    _check_headers(file, method)
    _check_media(file, method)
    check_risk(file, method)
    # The last rule has no condition, so that every assessed asset gets a treatment.
    if file.treatment[-1].when:
        names_of_last = [predicate.name for predicate in file.treatment[-1].when]
        refuse(names_of_last, f"treatment[{len(file.treatment) - 1}].when", method, "[]")
    kinds = list(file.answers.numbers().values())
    if sorted(kinds) != [1, 2, 3, 4]:
        refuse(kinds, "answers", method, "1, 2, 3, 4")
    if file.vulnerability.low_share >= file.vulnerability.full_share:
        refuse(file.vulnerability.low_share, "vulnerability.low_share", method, "< full_share")
    _check_unique([rule.id for rule in file.treatment], "treatment[{}].id", method)


def _check_headers(file: MethodFile, method: str) -> None:
    _check_keys(file.headers, _FIELDS, "headers", method)
    for kind, headers in file.headers.items():
        _check_keys(headers.fields, _FIELDS[kind], f"headers.{kind}.fields", method)
        for name in ("required", "any_of", "input"):
            known = (*_FIELDS[kind], *_APPLIES.get(kind, ()))
            _check_all_known(getattr(headers, name), known, f"headers.{kind}.{name}", method)
        meant: dict[str, str] = {}
        _check_all_known(list(headers.weak), _FIELDS[kind], f"headers.{kind}.weak", method)
        for table, spelled in (("fields", headers.fields), ("weak", headers.weak)):
            for field, spellings in spelled.items():
                _check_meaning(spellings, field, meant, f"headers.{kind}.{table}.{field}", method)


def _check_media(file: MethodFile, method: str) -> None:
    """Checks the media: a spelling of two media would be read as either of them by chance."""
    spelled: dict[str, str] = {}
    for place, medium in enumerate(file.media):
        _check_meaning((medium.name, *medium.spellings), medium.name, spelled, f"media[{place}].spellings", method)
    _check_unique([medium.en.casefold() for medium in file.media], "media[{}].en", method)
    known = [medium.name for medium in file.media]
    for place, measure in enumerate(file.measures):
        _check_all_known(measure.media, known, f"measures[{place}].media", method)
    for place, rule in enumerate(file.treatment):
        for at, predicate in enumerate(rule.when):
            if isinstance(predicate, MediumIs):
                _check_all_known(predicate.media, known, f"treatment[{place}].when[{at}].media", method)


def check_form(content: FormFile, method: MethodFile, form: str) -> None:
    """Raises `MethodError` for the first key of a form file that names a medium or kind its method lacks."""
    media = [medium.name for medium in method.media]
    kinds = [measure.number for measure in method.measures]
    for place, threats in enumerate(content.threats):
        _check_known(threats.medium, media, f"threats[{place}].medium", form)
    for place, questions in enumerate(content.questions):
        _check_known(questions.kind, kinds, f"questions[{place}].kind", form)
        for at, question in enumerate(questions.items):
            _check_all_known(question.media or (), media, f"questions[{place}].items[{at}].media", form)


# --- the other instruments ---


def check_instrument(spec: Any, name: str) -> None:
    """Raises `MethodError` for the first key of an instrument's file that contradicts the rest of the file.

    Kinds of measure and media that a method lacks are allowed: several methods share an instrument.
    """
    if isinstance(spec, QuestionnaireSpec):
        _check_questionnaire(spec, name)
    if isinstance(spec, SelfCheckSpec):
        _check_scores(spec, name)
    if isinstance(spec, ThreatsSpec):
        entries, measures = [entry.key for entry in spec.entries], [measure.key for measure in spec.measures]
        for place, threat in enumerate(spec.threats):
            _check_all_known(threat.entries, entries, f"threats[{place}].entries", name)
            _check_all_known(threat.measures, measures, f"threats[{place}].measures", name)
    if isinstance(spec, FactsSpec):
        for place, table in enumerate(spec.tables):
            _check_known(table.source, spec.sources, f"tables[{place}].source", name)
            for at, row in enumerate(table.rows):
                if len(row) != len(table.columns):
                    refuse(len(row), f"tables[{place}].rows[{at}]", name, str(len(table.columns)))
    if isinstance(spec, ResponseSpec):
        for place, section in enumerate(spec.sections):
            _check_known(section.source, spec.sources, f"sections[{place}].source", name)
            for at, line in enumerate(section.lines):
                _check_known(line.source or section.source, spec.sources, f"sections[{place}].lines[{at}].source", name)
        ids = [line.id for section in spec.sections for line in section.lines]
        _check_unique(ids, "sections[*].lines[*].id", name)


def _check_questionnaire(spec: QuestionnaireSpec, name: str) -> None:
    """Items must be numbered from 1 on, each in one part; "not used" must count as one of the answers, or as none."""
    numbers = [item.number for item in spec.items]
    if numbers != list(range(1, len(numbers) + 1)):
        refuse(numbers, "items[*].number", name, f"1 … {len(numbers)}")
    covered = [number for part in spec.parts for number in range(part.first, part.last + 1)]
    if covered != numbers:
        refuse(covered, "parts", name, f"1 … {len(numbers)}")
    _check_all_known(spec.not_used.items, numbers, "not_used.items", name)
    _check_known(spec.not_used.answer, ["", *spec.points], "not_used.answer", name)
    _check_unique([answer.key for answer in spec.answers], "answers[{}].key", name)


def _check_scores(spec: SelfCheckSpec, name: str) -> None:
    """Every total must have a band, "not used" a score, and statements an answer for no (the third)."""
    lowest = min(spec.points.values()) * len(spec.items)
    bounds = [band.at_least for band in spec.bands]
    if bounds != sorted(set(bounds), reverse=True) or bounds[-1] > lowest:
        refuse(bounds, "bands[*].at_least", name, f"… > … ≤ {lowest}")
    if spec.not_used.items:
        _check_known(spec.not_used.answer, spec.points, "not_used.answer", name)
    if len(spec.answers) < 3:
        refuse(list(spec.points), "answers", name, "[…] (3+)")


def check_together(instruments: InstrumentSpecs, method: str) -> None:
    """Raises `MethodError` where a star requires what is neither the rules, the self-check nor a statement of it."""
    known = ("rules", "self-check", *(statement.key for statement in instruments.self_check.statements))
    for place, star in enumerate(instruments.action.stars):
        _check_all_known(star.needs, known, f"action.stars[{place}].needs", method)


# --- one value, or several ---


def _check_known(value: Any, allowed: Iterable[Any], key: str, method: str) -> None:
    if value not in allowed:
        refuse(value, key, method, " | ".join(map(str, allowed)))


def _check_all_known(values: Sequence[Any], allowed: Sequence[Any], key: str, method: str) -> None:
    for place, value in enumerate(values):
        _check_known(value, allowed, f"{key}[{place}]", method)


def _check_unique(values: Sequence[str], key: str, method: str) -> None:
    """Refuses a value that occurs twice; `key`: of one of the values, with {} for its place."""
    for place, value in enumerate(values):
        if value in values[:place]:
            refuse(value, key.format(place), method, "≠ " + ", ".join(values[:place]))


def _check_meaning(spellings: Iterable[str], means: str, meant: dict[str, str], key: str, method: str) -> None:
    """Records what spellings mean in `meant`; refuses one that means something else already."""
    for spelling in spellings:
        if meant.setdefault(spelling.casefold(), means) != means:
            refuse(spelling, key, method, f"≠ {meant[spelling.casefold()]}")


def _check_keys(mapping: Mapping[str, Any], names: Iterable[str], key: str, method: str) -> None:
    """Refuses a mapping whose keys are not exactly `names`."""
    for name, value in mapping.items():
        if name not in names:
            refuse(msgspec.to_builtins(value), f"{key}.{name}", method, ", ".join(names))
    for name in names:
        if name not in mapping:
            raise MethodError("method-key-missing", method=method, key=f"{key}.{name}")
