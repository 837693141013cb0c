"""A workbook to be assessed and its outcome, as they pass between processes, journal and history."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from riskbook.errors import RiskbookError
from riskbook.model import ASSESSED, EarlierRuns
from riskbook.opc import LONGEST_NAME, storage

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook


_TAKEN = (".xlsx", ".xlsm", ".xltx", ".xltm")


def is_workbook(name: str) -> bool:
    """Whether a file of this name in a folder is a workbook to assess: no lock file (~$…), not hidden."""
    return PurePosixPath(name).suffix.lower() in _TAKEN and not name.startswith(("~$", "."))


def original_of(name: str) -> str | None:
    """The name of the workbook of which a file of this name may be riskbook's copy; None for other names."""
    path = PurePosixPath(name)
    if not path.stem.endswith(ASSESSED):
        return None
    return str(path.with_name(path.stem.removesuffix(ASSESSED) + path.suffix))


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier result according to the journal: source, SHA-256 of input, rules and output, last valid day."""

    source: str
    input_digest: str
    rules: str
    output_digest: str
    good_until: date | None


@dataclass(frozen=True, slots=True)
class Job:
    """A workbook: its name for people (with slashes), where it is, where the result goes, its key in the journal.

    `in_place`: the result is written into the workbook itself. `beside`: nobody named a target, which is NAME-assessed
    beside the workbook, or the workbook itself where that is a result. `known`: its result according to the journal.
    `earlier`: its earlier runs. `vanished`: clients that it may be under another name, each with the name of its
    file, which is gone, and its last record, packed. `inherits`: the result of the same client under an earlier name
    or in another place, "" without one. `refused`: why it cannot be assessed.
    """

    name: str
    source: str
    target: str
    key: str
    in_place: bool = False
    beside: bool = False
    known: Known | None = None
    earlier: EarlierRuns | None = None
    vanished: tuple[tuple[str, str, bytes], ...] = ()
    inherits: str = ""
    refused: RiskbookError | None = None


@dataclass
class Outcome:
    """The outcome of one workbook.

    `status`: "ok", "findings" (some are open errors), "failed", "unchanged" (assessed before), or "own" (a report
    of riskbook's in a client's folder). `error`: message key and parameters of a failure, `bug` the traceback where
    riskbook itself failed. `backup`: where what the result replaced was kept. `notices`: what a person should know
    about input and result, as keys of messages with parameters. `record`: the result in plain values, as
    `AssessedWorkbook.record` gives it, `packed` the same compressed by the worker, and `day` the day of the
    assessment. `named`: the name that the client has given itself, "" without one. `method`: name or file of the
    client's own method, "" for that of the run. `last`: of a workbook that failed, the last record there is, and
    its day. `result`: the assessment itself, where it was made in this process.
    """

    input: str
    lang: str | None
    status: str = "failed"
    output: str | None = None
    backup: str | None = None
    notices: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    error: tuple[str, dict[str, Any]] | None = None
    bug: str | None = None
    record: dict[str, Any] | None = None
    packed: bytes = b""
    day: date | None = None
    named: str = ""
    method: str = ""
    last: tuple[dict[str, Any], date] | None = None
    result: AssessedWorkbook | None = None
    input_digest: str = ""
    rules: str = ""
    output_digest: str = ""
    good_until: date | None = None


def resolved(place: str) -> str:
    """A place in the form of the journal: equal for every way of writing it, without passwords."""
    return storage.shown(place if storage.is_url(place) else str(Path(place).resolve()))


def beside(source: str) -> str:
    """The place of the result of a workbook, where nobody named one: NAME-assessed beside it; a long name is cut."""
    stem, dot, suffix = source.rpartition(".")
    inside = dot and not set(suffix) & set("/\\")
    stem, ending = (stem, f"{ASSESSED}.{suffix}") if inside else (source, ASSESSED)
    folder, name = stem[: len(stem) - len(storage.name_of(stem))], storage.name_of(stem)
    while name and len(os.fsencode(name + ending)) > LONGEST_NAME:
        name = name[:-1]
    return folder + name + ending
