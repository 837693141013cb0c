"""Evaluates the guideline's other instruments: self-check, cloud services, SECURITY ACTION, regulations, threats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from riskbook.analysis import measures
from riskbook.method import BasicRule, CloudSpec, Meets, Method, mentions
from riskbook.model import (
    CheckRecord,
    Checks,
    CloudCheck,
    Evidence,
    Finding,
    Instruments,
    ItemSheet,
    Ledger,
    Location,
    PartScore,
    Readiness,
    Regulation,
    Requirement,
    SelfCheck,
    folded,
    records,
    squeezed,
)


def assess_instruments(
    ledger: Ledger,
    risks: pd.DataFrame,
    candidates: pd.DataFrame,
    kinds: pd.DataFrame,
    method: Method,
    today: date,
    known: Checks,
) -> tuple[Instruments, list[Finding]]:
    """All instruments of a workbook, and the findings about them.

    `risks`: with treatment and decided. `candidates`, `kinds`: as `factors.candidates` and `factors.measures` give
    them. `known`: the questionnaires of earlier runs, from the workbook's properties.
    """
    checked = self_check(ledger.self_check, method, today, known)
    clouds, unchecked, findings = _clouds(ledger, method, today, known)
    questions = [] if ledger.checks is None else records(ledger.checks)
    transfer = (risks["decided"].fillna(risks["treatment"]) == "transfer") | (risks["treatment"] == "transfer")
    roles = {line.id for section in method.instruments.response.sections for line in section.lines if section.roles}
    named = {line["number"] for line in ledger.lines("response") if line["person"] is not None}
    instruments = Instruments(
        self_check=checked,
        clouds=clouds,
        unchecked=unchecked,
        readiness=_readiness(ledger, checked, questions, method),
        regulations=None if ledger.checks is None else _regulations(questions, risks, candidates, kinds, method),
        gaps=_gaps(ledger, questions, method),
        transfers=tuple(risks.index[transfer]),
        roles=(len(roles & named), len(roles)),
    )
    return instruments, findings


# --- self-check ---


def self_check(sheet: ItemSheet | None, method: Method, today: date, known: Checks) -> SelfCheck | None:
    """The scores of a self-check (items, parts, total at most 100) and its band; None where nothing was answered.

    Source: 5分でできる自社診断 of the guideline, with its scores 4 / 2 / 0 / −1 and its bands.
    """
    if sheet is None or not sheet.answered:
        return None
    spec = method.instruments.self_check
    worth = spec.points
    most = max(worth.values())
    scores = tuple(None if one.answer is None else worth[one.answer] for one in sheet.answers)
    parts = []
    for part in spec.parts:
        of_part = scores[part.first - 1 : part.last]
        total = sum(score or 0 for score in of_part)
        parts.append(PartScore(part.number, total, most * len(of_part)))
    total = sum(score or 0 for score in scores)
    band = next(place for place, band in enumerate(spec.bands) if total >= band.at_least)
    record, since = _compared(scores, today, known.get(""))
    basic = spec.parts[0].last
    short = [number for number, score in enumerate(scores, start=1) if score != most]
    # (R) The items of the first part (the basic rules) first, then those with the lowest scores.
    short.sort(key=lambda n: (n > basic, -2 if scores[n - 1] is None else scores[n - 1], n))
    return SelfCheck(sheet, record, tuple(parts), most * len(scores), band, tuple(short), since)


def _compared(
    scores: tuple[int | None, ...], today: date, known: tuple[CheckRecord, CheckRecord | None] | None
) -> tuple[CheckRecord, CheckRecord | None]:
    """The record of a questionnaire for later runs, and the last record with other scores."""
    if known is None:
        return CheckRecord(today, scores), None
    last, before = known
    if last.scores == scores:
        return CheckRecord(min(last.on, today), scores), before  # the day on which these answers were first assessed
    # A correction on the same day replaces the record of that day.
    return CheckRecord(today, scores), before if last.on == today and before is not None else last


# --- cloud services ---


def _clouds(
    ledger: Ledger, method: Method, today: date, known: Checks
) -> tuple[tuple[CloudCheck, ...], tuple[int, ...], list[Finding]]:
    """The check of each sheet with the assets of its service, the assets in the cloud without a sheet, and findings."""
    spec = method.instruments.cloud
    worth = spec.points
    medium = spec.service.medium
    on_medium = ledger.assets.index[[medium in media for media in ledger.assets["media"]]]
    assets = dict(zip(on_medium, records(ledger.assets.loc[on_medium]), strict=True))
    findings: list[Finding] = []
    clouds: list[CloudCheck] = []
    checked: set[int] = set()
    for sheet in ledger.clouds:
        own = tuple(label for label, asset in assets.items() if _is_stored_with(asset, sheet.service, spec))
        checked.update(own)
        scores = tuple(worth.get(one.answer or "", None if one.not_used else 0) for one in sheet.answers)
        open_ = tuple(number for number, score in enumerate(scores, start=1) if score == 0)
        record, since = _compared(scores, today, known.get(sheet.service))
        asked = sum(score is not None for score in scores)
        clouds.append(CloudCheck(sheet, record, asked, open_, own, since))
        if not own and len(ledger.assets):
            findings.append(Finding("cloud-unlisted", Location(sheet.sheet_name), {"service": sheet.service}))
    unchecked = tuple(label for label in assets if label not in checked)
    if ledger.clouds:
        services = tuple(dict.fromkeys(sheet.service for sheet in ledger.clouds))
        findings += [
            Finding(
                "cloud-unchecked",
                ledger.locate(assets[label], "medium"),
                {"name": assets[label]["name"] or "-", "services": services, "medium": medium},
            )
            for label in unchecked
        ]
    return tuple(clouds), unchecked, findings


def _is_stored_with(asset: Mapping[str, Any], service: str, spec: CloudSpec) -> bool:
    """Whether an asset's row names the service, as a word of its own: by its whole name or its distinctive part."""
    texts = [folded(asset[field]) for field in _NAMING if asset[field]]
    ignored = {squeezed(word) for word in spec.service.ignored}
    whole = folded(service).strip()
    before, _, rest = whole.partition("(")
    # The distinctive part of "クラウド（kintone）" is in the brackets, that of "freee（会計）" before them.
    name = rest.rstrip(") ") if squeezed(before) in ignored else before.strip()
    return any(_names(text, piece) for piece in {whole, name} if len(piece) > 1 for text in texts)


_NAMING = ("name", "note", "medium_text")


def _names(text: str, name: str) -> bool:
    """Whether a text contains a name that does not go on in the same script: "Dropbox" does not name Box."""
    bounds = []
    for end in (name[0], name[-1]):
        script = next((script for script in (r"[a-z0-9]", r"[ァ-ヶー]") if re.match(script, end)), None)
        bounds.append(script)
    before = f"(?<!{bounds[0]})" if bounds[0] else ""
    after = f"(?!{bounds[1]})" if bounds[1] else ""
    spaced = r"\s*".join(re.escape(part) for part in name.split())
    return re.search(before + spaced + after, text) is not None


# --- SECURITY ACTION ---


def _readiness(
    ledger: Ledger, checked: SelfCheck | None, questions: Sequence[Mapping[str, Any]], method: Method
) -> Readiness:
    """The state of each basic rule and of each requirement of a star, with the answers as evidence."""
    rules = tuple(_rule(rule, ledger.self_check, questions, method) for rule in method.rules)
    states = {rule.state for rule in rules}
    all_rules = "missing" if "missing" in states else "unknown" if "unknown" in states else "met"
    sheet = ledger.self_check
    asked = () if sheet is None else (Evidence(Location(sheet.sheet_name), "", "self_check", None),)
    known = {
        "rules": Requirement("rules", all_rules),
        "self-check": Requirement("self-check", "met" if checked and not checked.unanswered else "missing", asked),
    }
    for statement in method.instruments.self_check.statements:
        key = statement.key
        known[key] = Requirement(key, *_stated(key, sheet, questions, method))
    stars = method.instruments.action.stars
    needs = dict.fromkeys(need for star in stars for need in star.needs)
    met = tuple(all(known[need].state == "met" for need in star.needs) for star in stars)
    return Readiness(rules, tuple(known[need] for need in needs), met)


def _rule(
    rule: BasicRule, sheet: ItemSheet | None, questions: Sequence[Mapping[str, Any]], method: Method
) -> Requirement:
    """Whether the firm works on a rule, by the self-check or, where it has no answer, the check sheet."""
    evidence = _items(rule.self_check, sheet)
    worth = method.instruments.self_check.points
    least = method.instruments.action.working_score
    working = [worth[one.answer] >= least for one in evidence if one.answer is not None]
    asked = [_question(row, method) for row in _questions_about(rule, questions)] if rule.words else []
    if not working:
        working = [one.answer in ("implemented", "partly") for one in asked if one.answer is not None]
        working = [any(working)] if working else []
    state = "unknown" if not working else "met" if all(working) else "missing"
    full = all(one.answer == "implemented" for one in evidence)
    less = [one.answer for one in asked if one.answer == "not_implemented" or (full and one.answer == "partly")]
    return Requirement(str(rule.number), state, (*evidence, *asked), state == "met" and bool(less))


def _stated(
    key: str, sheet: ItemSheet | None, questions: Sequence[Mapping[str, Any]], method: Method
) -> tuple[str, tuple[Evidence, ...]]:
    """The state of a statement and its evidence: by the answer beside the self-check, else by the check sheet."""
    answer = (sheet.statements or {}).get(key) if sheet is not None else None
    if sheet is not None and answer is not None and answer.answer is not None:
        place = Location(sheet.sheet_name, answer.cell)
        stated = Evidence(place, answer.question, "self_check", answer.answer)
        return ("met" if answer.answer == method.instruments.self_check.answers[0].key else "missing"), (stated,)
    statements = method.instruments.self_check.statements
    for row in questions:
        meant = next((one.key for one in statements if mentions(row["question"], one.all)), None)
        if meant == key and row["answered"]:
            asked = _question(row, method)
            return ("met" if asked.answer == "implemented" else "missing"), (asked,)
    return "unknown", ()


# --- regulations ---


def _regulations(
    questions: Sequence[Mapping[str, Any]],
    risks: pd.DataFrame,
    candidates: pd.DataFrame,
    kinds: pd.DataFrame,
    method: Method,
) -> tuple[Regulation, ...]:
    """Each kind of regulation: whether to draft or strengthen it (R), the answers behind it, the assets affected."""
    shares = dict(zip(kinds["number"], kinds["share"], strict=True))
    draft = method.regulation.draft_share
    media = {
        measure.number: tuple(
            dict.fromkeys(m for row in questions if row["number"] == measure.number for m in row["media"])
        )
        for measure in method.measures
    }
    dependents = measures.dependents(set(media.values()), risks, candidates)
    result = []
    for measure in method.measures:
        share = shares.get(measure.number)
        share = None if share is None or pd.isna(share) else float(share)
        open_ = tuple(
            _question(row, method)
            for row in questions
            if row["number"] == measure.number and _name(row, method) in ("partly", "not_implemented")
        )
        state = "none" if share is None else "draft" if share <= draft else "strengthen" if open_ else "kept"
        assets = tuple(dependents[media[measure.number]])
        result.append(Regulation(measure.number, state, share, open_, assets))
    return tuple(result)


# --- threats ---


def _gaps(
    ledger: Ledger, questions: Sequence[Mapping[str, Any]], method: Method
) -> dict[str, tuple[Evidence, ...] | None]:
    """The open answers about each way in, and each measure, of the ten threats; (R) which questions are about which."""
    spec = method.instruments.threats
    most = method.instruments.self_check.answers[0].key
    gaps: dict[str, tuple[Evidence, ...] | None] = {}
    named: list[tuple[str, Meets]] = [(f"entry:{entry.key}", entry) for entry in spec.entries]
    named += [(f"measure:{measure.key}", measure) for measure in spec.measures]
    for key, meets in named:
        items = _items(meets.self_check, ledger.self_check)
        asked = [_question(row, method) for row in _questions_about(meets, questions)]
        open_ = [one for one in items if one.answer != most]
        open_ += [one for one in asked if one.answer in ("partly", "not_implemented", None)]
        gaps[key] = tuple(open_) if items or asked else None
    return gaps


# --- answers as evidence ---


def _items(numbers: Sequence[int], sheet: ItemSheet | None) -> list[Evidence]:
    """The answers to items of the self-check; none of a sheet that nobody has begun to fill in."""
    begun = sheet is not None and sheet.answered
    answers = [one for one in sheet.answers if one.number in numbers and one.cell] if sheet and begun else []
    name = "" if sheet is None else sheet.sheet_name
    return [Evidence(Location(name, one.cell), one.question, "self_check", one.answer) for one in answers]


def _questions_about(entry: Meets, questions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The questions of the check sheet that `entry` is about."""
    words, without = [entry.words] if entry.words else [], entry.without
    return [row for row in questions if row["number"] in entry.kinds and mentions(row["question"], words, without)]


def _question(row: Mapping[str, Any], method: Method) -> Evidence:
    answer = _name(row, method) if row["answered"] else None
    return Evidence(Location(row["sheet"], row["cell"]), row["question"], "checks", answer)


def _name(row: Mapping[str, Any], method: Method) -> str:
    return method.answer_names[row["answer"]]
