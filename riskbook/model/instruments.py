"""The guideline's other instruments: what was read of them, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskbook.model.findings import Location

RESPONSE_FIELDS = ("person", "reach", "response_note")  # what people type for a line of the incident sheet


@dataclass(frozen=True)
class ItemAnswer:
    """The answer to one item of a questionnaire.

    `answer`: the key of one of its answers, or None (blank or unreadable). `not_used`: marked as not used or not
    applicable. `cell`: of the answer, "" where the sheet has no such item. `question`: as it stands there.
    """

    number: int
    answer: str | None = None
    not_used: bool = False
    cell: str = ""
    question: str = ""


@dataclass(frozen=True)
class ItemSheet:
    """A filled-in questionnaire: every item once, in order; `service`: the cloud service it is about, else "".

    `statements`: what else it says, by key, each as an answer with the number 0.
    """

    sheet_name: str
    answers: tuple[ItemAnswer, ...]
    service: str = ""
    statements: Mapping[str, ItemAnswer] | None = None

    @property
    def answered(self) -> int:
        """Items with an answer."""
        return sum(one.answer is not None or one.not_used for one in self.answers)


@dataclass(frozen=True)
class CheckRecord:
    """A questionnaire as it is remembered: its day, and the score of each item (None: nothing to score)."""

    on: date
    scores: tuple[int | None, ...]

    @property
    def total(self) -> int:
        """The sum of the scores."""
        return sum(score or 0 for score in self.scores)


@dataclass(frozen=True)
class PartScore:
    """A part of a questionnaire: number, points, the most there could be."""

    number: int
    score: int
    most: int


@dataclass(frozen=True)
class SelfCheck:
    """The five-minute self-check: 4 / 2 / 0 / −1 an item, at most 100 in all.

    `record`: this one; `since`: the last other one, if any is known. `band`: its place among the method's bands.
    `first`: the items short of the most, in the order in which to mend them.
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
        """Items nobody has answered; they score nothing."""
        return sum(score is None for score in self.record.scores)


@dataclass(frozen=True)
class CloudCheck:
    """The check of one cloud service: items confirmed among those that apply, and the assets (labels) kept with it.

    `record`, `since`: as those of a self-check, 1 for an item confirmed.
    """

    sheet: ItemSheet
    record: CheckRecord
    applicable: int
    open: tuple[int, ...]
    assets: tuple[int, ...]
    since: CheckRecord | None = None

    @property
    def confirmed(self) -> int:
        """Items confirmed."""
        return self.record.total


@dataclass(frozen=True)
class Evidence:
    """An answer behind a statement: where it stands, what was asked, what was answered.

    `answer`: a key of the self-check's answers, or the name of an answer of the check sheet, or None.
    """

    place: Location
    text: str
    source: str  # "self_check" | "checks"
    answer: str | None


@dataclass(frozen=True)
class Requirement:
    """Something a star asks for: "met", "missing", or "unknown" where the workbook says nothing.

    `doubtful`: met by the self-check, while the check sheet says less.
    """

    key: str
    state: str
    evidence: tuple[Evidence, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True)
class Readiness:
    """SECURITY ACTION: each basic rule, what the stars ask for, and which stars (their places) may be declared."""

    rules: tuple[Requirement, ...]
    needs: tuple[Requirement, ...]
    stars: tuple[bool, ...]


@dataclass(frozen=True)
class Regulation:
    """One kind of regulation (付録5): "kept" (no gap), "strengthen", "draft", or "none" where no question applies.

    `share`: measures implemented, 0…1. `open`: the answers behind it. `assets`: labels of those whose risk hangs on it.
    """

    number: int
    state: str
    share: float | None
    open: tuple[Evidence, ...]
    assets: tuple[int, ...]


@dataclass(frozen=True)
class Instruments:
    """All of them for one workbook.

    `unchecked`: assets (labels) kept with a cloud service that has no sheet. `gaps`: open answers by "entry:KEY" and
    "measure:KEY" of the threats, None where nothing was asked that has to do with it. `transfers`: assets (labels) to
    transfer. `roles`: named and in all, of the incident sheet. `regulations`: None without a check sheet.
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
        """The questionnaires by cloud service ("" for the self-check): now, and the last other one."""
        found = {one.sheet.service: (one.record, one.since) for one in self.clouds}
        return found if self.self_check is None else {"": (self.self_check.record, self.self_check.since), **found}
