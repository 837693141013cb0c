"""The guideline's other instruments: their answers as read, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskbook.model.findings import Location

RESPONSE_FIELDS = ("person", "reach", "response_note")  # what people type in a line of the incident sheet


@dataclass(frozen=True)
class ItemAnswer:
    """The answer to one item of a questionnaire.

    `answer`: the key of one of its answers, or None (blank or unreadable). `not_used`: marked as not used or not
    applicable. `cell`: of the answer, "" where the sheet has no such item. `question`: its wording on the sheet.
    """

    number: int
    answer: str | None = None
    not_used: bool = False
    cell: str = ""
    question: str = ""


@dataclass(frozen=True)
class ItemSheet:
    """A filled-in questionnaire: every item once, in order; `service`: the cloud service it is about, else "".

    `statements`: the answers beside the items (of SECURITY ACTION), by key, each with the number 0.
    """

    sheet_name: str
    answers: tuple[ItemAnswer, ...]
    service: str = ""
    statements: Mapping[str, ItemAnswer] | None = None

    @property
    def answered(self) -> int:
        """Number of items with an answer."""
        return sum(one.answer is not None or one.not_used for one in self.answers)


@dataclass(frozen=True)
class CheckRecord:
    """The record of a questionnaire: its day, and the score of each item (None where it has none)."""

    on: date
    scores: tuple[int | None, ...]

    @property
    def total(self) -> int:
        """The sum of the scores."""
        return sum(score or 0 for score in self.scores)


@dataclass(frozen=True)
class PartScore:
    """A part of a questionnaire: number, points, the highest possible points."""

    number: int
    score: int
    most: int


@dataclass(frozen=True)
class SelfCheck:
    """The five-minute self-check (5分でできる自社診断): 4 / 2 / 0 / −1 an item, at most 100 in all.

    `record`: this one; `since`: the last one with other answers, if known. `most`: the highest possible total. `band`:
    its place among the method's bands. `first`: numbers of the items below the highest score, in the order in which
    to fix them.
    """

    sheet: ItemSheet
    record: CheckRecord
    parts: tuple[PartScore, ...]
    most: int
    band: int
    first: tuple[int, ...]
    since: CheckRecord | None = None

    @property
    def unanswered(self) -> int:
        """Number of items without an answer; they score nothing."""
        return sum(score is None for score in self.record.scores)


@dataclass(frozen=True)
class CloudCheck:
    """The check of one cloud service.

    `record`, `since`: as those of a self-check, with the score 1 for a confirmed item. `applicable`: number of items
    that apply. `open`: numbers of the items that apply and are not confirmed. `assets`: labels in `Assessment.risks`
    of the assets stored with the service.
    """

    sheet: ItemSheet
    record: CheckRecord
    applicable: int
    open: tuple[int, ...]
    assets: tuple[int, ...]
    since: CheckRecord | None = None

    @property
    def confirmed(self) -> int:
        """Number of confirmed items."""
        return self.record.total


@dataclass(frozen=True)
class Evidence:
    """An answer as evidence: its cell, the question, the answer.

    `answer`: a key of the self-check's answers, or the name of an answer of the check sheet, or None.
    """

    place: Location
    text: str
    source: str  # "self_check" | "checks"
    answer: str | None


@dataclass(frozen=True)
class Requirement:
    """Something that a star of SECURITY ACTION requires, or one of the basic rules.

    `state`: "met", "missing", or "unknown" where the workbook says nothing of it. `doubtful`: met according to the
    self-check, while the check sheet says less.
    """

    key: str
    state: str
    evidence: tuple[Evidence, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True)
class Readiness:
    """SECURITY ACTION: each basic rule, each requirement, and for each star whether it may be declared."""

    rules: tuple[Requirement, ...]
    needs: tuple[Requirement, ...]
    stars: tuple[bool, ...]


@dataclass(frozen=True)
class Regulation:
    """One kind of regulation (付録5).

    `state`: "kept" (no gap), "strengthen", "draft", or "none" where no question applies. `share`: of measures
    implemented, 0…1. `open`: the answers 2 and 3 behind it. `assets`: labels of those whose risk depends on it.
    """

    number: int
    state: str
    share: float | None
    open: tuple[Evidence, ...]
    assets: tuple[int, ...]


@dataclass(frozen=True)
class Instruments:
    """The guideline's other instruments for one workbook.

    `unchecked`: labels of assets in the cloud whose service has no check sheet. `regulations`: None without a check
    sheet. `gaps`: the open answers by "entry:KEY" and "measure:KEY" of the ten threats, None where no question is
    about it. `transfers`: labels of assets to transfer. `roles`: roles of the incident sheet with a person, and all.
    """

    self_check: SelfCheck | None
    clouds: tuple[CloudCheck, ...]
    unchecked: tuple[int, ...]
    readiness: Readiness
    regulations: tuple[Regulation, ...] | None
    gaps: Mapping[str, tuple[Evidence, ...] | None]
    transfers: tuple[int, ...]
    roles: tuple[int, int]

    @property
    def checks(self) -> dict[str, tuple[CheckRecord, CheckRecord | None]]:
        """The questionnaires by cloud service ("" for the self-check): now, and the last one with other answers."""
        checks = {one.sheet.service: (one.record, one.since) for one in self.clouds}
        return checks if self.self_check is None else {"": (self.self_check.record, self.self_check.since), **checks}
