"""Answers to findings as they stand on the sheet 入力チェック: at single findings, and at the line of a whole kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from riskbook.model.digest import sha256
from riskbook.model.findings import Finding

# What people type beside a finding. Response and reason are one answer; what the client answered stands beside it.
ANSWER_UNITS = (("response", "reason"), ("answer",))
ANSWER_FIELDS = tuple(field for unit in ANSWER_UNITS for field in unit)
_GROUP = "group"
_PLACE = re.compile(r"(.*)!([A-Z]{1,3}\d[A-Z\d:, …]*)", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A question that was sent to a client, and its answer ("" where there is none).

    `workbook`: the name of its file. `client`: its name, or "". `cells`: "sheet!D4:D7". `fingerprints`: of
    the findings that it asks about.
    """

    workbook: str
    client: str
    code: str
    cells: str
    subject: str
    message: str
    fingerprints: frozenset[str]
    answer: str = ""


def split_place(text: str) -> tuple[str, str]:
    """A place as people see it, "sheet!D4:D7, F2" → its sheet and its cells, "" for a sheet as a whole."""
    match = _PLACE.fullmatch(text)
    return (match[1], match[2]) if match else (text, "")


def by_kind(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings by kind: severity, code and sheet. One without a cell is alone, since only its message says more."""
    kinds: dict[tuple[str, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        alone = "" if finding.location.cell_ref else str(number)
        kinds.setdefault((finding.severity, finding.code, finding.location.sheet_name, alone), []).append(finding)
    return list(kinds.values())


def unit_values(line: Mapping[str, Any], unit: tuple[str, ...]) -> tuple[str, ...]:
    """What stands in the fields of a unit, "" for blank ones."""
    return tuple(str(line.get(field) or "") for field in unit)


def unit_digest(values: tuple[str, ...]) -> str:
    """A short digest of what stands in the fields of a unit; "" for nothing."""
    return sha256("\0".join(values).encode("utf-8", "surrogatepass"))[:4] if any(values) else ""


def group_mark(line: Mapping[str, Any]) -> str:
    """The mark of the line of a whole kind: that it is one, and digests of what riskbook wrote into its answer cells.

    By them the next run sees what a person typed there since.
    """
    return ":".join((_GROUP, *(unit_digest(unit_values(line, unit)) for unit in ANSWER_UNITS))).rstrip(":")


def is_group_mark(text: str) -> bool:
    """Whether a line with this mark stands for a whole kind."""
    return text.partition(":")[0] == _GROUP


def without_repeated(lines: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The lines of the sheet, without what those of whole kinds repeat of the answers to their findings."""
    found = list(lines)
    single = {
        (line["code"], field, line[field])
        for line in found
        for field in ANSWER_FIELDS
        if not is_group_mark(line["fingerprint"] or "")
    }
    return [
        {**line, **{field: None for field in ANSWER_FIELDS if (line["code"], field, line[field]) in single}}
        if is_group_mark(line["fingerprint"] or "")
        else line
        for line in found
    ]


def written_digests(mark: str) -> list[str]:
    """The digests in the mark of a kind's line, by unit."""
    digests = mark.split(":")[1:]
    return [digests[place] if place < len(digests) else "" for place in range(len(ANSWER_UNITS))]
