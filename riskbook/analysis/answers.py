"""Joins what people answered on the sheet 入力チェック, and what clients answered, with the findings of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from riskbook.model import (
    ANSWER_FIELDS,
    ANSWER_UNITS,
    Assessment,
    Finding,
    Question,
    group_mark,
    is_group_mark,
    split_place,
    unit_digest,
    unit_values,
    written_digests,
)

Answer = dict[str, str]


def answered(
    findings: Iterable[Finding], lines: Iterable[Mapping[str, Any]]
) -> tuple[list[Finding], tuple[Mapping[str, str], ...]]:
    """The findings with people's earlier answers, by code, asset and column (else cell), and the answers left over.

    `lines`: of the earlier sheet. An answer is for the fact that it was given for: with another value it is a new
    finding, which shows the old answer.
    """
    singles, left = _spread([{name: str(value or "") for name, value in line.items()} for line in lines])
    waiting: dict[tuple[str, ...], list[Answer]] = {}
    for line in singles:
        if any(line.get(field) for field in ANSWER_FIELDS):
            waiting.setdefault(_answer_key(line["code"], line["subject"], line["cell"]), []).append(line)
    result = []
    for finding in findings:
        cell = str(finding.location)
        answers = waiting.get(_answer_key(finding.code, finding.subject, cell), [])
        fitting = [answer for answer in answers if _is_for(answer, finding)]
        # Of several answers that fit, the one for the same cell, else the first.
        chosen = next((a for a in fitting if a["cell"] == cell), fitting[0] if fitting else None)
        if chosen is not None:
            answers.remove(chosen)
            given = {field: chosen.get(field, "") for field in ANSWER_FIELDS}
            finding = replace(finding, response=given["response"], reason=given["reason"], answer=given["answer"])
        elif answers:
            finding = replace(finding, earlier=answers[0]["reason"] or answers[0]["response"] or answers[0]["answer"])
        result.append(finding)
    return result, tuple(answer for answers in (*waiting.values(), left) for answer in answers)


def join_answers(assessment: Assessment, questions: Iterable[Question]) -> tuple[Assessment, list[Question]]:
    """The assessment with the client's answers beside the findings that were asked about, which stay open.

    An answer that stands there already is never replaced: the new one is added under it. Answers that fit no finding
    any more are listed with the settled ones; they are the second result.
    """
    findings, settled, unfit = list(assessment.findings), list(assessment.settled), []
    for question in questions:
        fitting = [
            place
            for place, finding in enumerate(findings)
            if finding.code == question.code and finding.fingerprint in question.fingerprints
        ]
        for place in fitting:
            findings[place] = replace(findings[place], answer=_added(findings[place].answer, question.answer))
        if not fitting and question.answer:
            unfit.append(question)
            if not any(_holds(answer, question) for answer in settled):
                settled.append(_as_settled(question))
    return replace(assessment, findings=tuple(findings), settled=tuple(settled)), unfit


def _added(before: str, text: str) -> str:
    """A text under the one that stands there, unless it is among its lines already."""
    return before if not text or f"\n{text}\n" in f"\n{before}\n" else f"{before}\n{text}".lstrip("\n")


def _holds(answer: Mapping[str, str], question: Question) -> bool:
    """Whether a settled answer is this one."""
    same = (answer["code"], answer["cell"]) == (question.code, question.cells)
    return same and _added(answer.get("answer", ""), question.answer) == answer.get("answer", "")


def _as_settled(question: Question) -> Answer:
    mark = min(question.fingerprints) if len(question.fingerprints) == 1 else ""
    blank = dict.fromkeys(("mend", "response", "reason"), "")
    found = {"subject": question.subject, "message": question.message, "answer": question.answer}
    return {**blank, **found, "code": question.code, "cell": question.cells, "fingerprint": mark}


# --- answers to a whole kind ---


def _spread(lines: Sequence[Answer]) -> tuple[list[Answer], list[Answer]]:
    """The lines of single findings, with what was typed at the lines of their kinds; and what no single one took.

    A line takes the answer of its kind where it has none, or the one that the kind's line showed before. It takes it
    with its own mark, so that a finding which comes later stays open.
    """
    singles = [line for line in lines if line["code"] and not is_group_mark(line["fingerprint"])]
    members: dict[tuple[str, ...], list[Answer]] = {}
    for line in singles:
        if split_place(line["cell"])[1]:
            members.setdefault(_kind(line), []).append(line)
    left = []
    for group in (line for line in lines if is_group_mark(line["fingerprint"])):
        under = members.get(_kind(group), [])
        rest = {
            field: value
            for unit, written in zip(ANSWER_UNITS, written_digests(group["fingerprint"]), strict=True)
            if not _taken(under, unit, unit_values(group, unit), written)
            for field, value in zip(unit, unit_values(group, unit), strict=True)
        }
        if any(rest.values()):
            kept = {**group, **dict.fromkeys(ANSWER_FIELDS, ""), **rest}
            left.append({**kept, "fingerprint": group_mark(kept)})
    return singles, left


def _taken(under: Sequence[Answer], unit: tuple[str, ...], values: tuple[str, ...], written: str) -> bool:
    """Gives an answer to the lines of its kind that take it; whether it stands at one of them, or there is none."""
    if not any(values):
        return True
    if unit_digest(values) == written:  # nobody typed it since: it stands at the lines already, or found no place then
        return any(unit_values(line, unit) == values for line in under)
    takers = [line for line in under if unit_digest(unit_values(line, unit)) in ("", written)]
    for line in takers:
        line.update(zip(unit, values, strict=True))
    return bool(takers)


def _kind(line: Answer) -> tuple[str, str, str]:
    return line.get("severity", ""), line["code"], split_place(line["cell"])[0]


# --- answers to single findings ---


def _is_for(answer: Mapping[str, str], finding: Finding) -> bool:
    """Whether an answer was given for this very fact."""
    if answer.get("fingerprint"):
        return answer["fingerprint"] == finding.fingerprint
    # Written by an earlier version, which recorded only the message. One by one: languages join values in other ways.
    value = finding.params.get("found", "")
    return all(str(one) in answer["message"] for one in (value if isinstance(value, tuple) else (value,)))


def _answer_key(code: str, subject: str, cell: str) -> tuple[str, ...]:
    column = cell.rpartition("!")[2].rstrip("0123456789")
    return (code, subject, column) if subject else (code, "", cell)
