"""The schema of the files of the guideline's other instruments, as types."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated

import msgspec
from msgspec import Meta

from riskbook.method.basics import BandKey, Meets, Number, Numbers, Publication, Share, Table, Text, Words
from riskbook.model import folded

Score = Annotated[int, Meta(ge=-9, le=9)]
Spellings = tuple[Text, ...]


# --- questionnaires ---


class AnswerSpec(Table):
    """An answer of a questionnaire, its score, its word, and other spellings of it."""

    key: Text
    score: Score
    word: Words
    spellings: Spellings


class NotUsed(Table):
    """The items that may be answered "not used", and the key of the answer that counts ("": the item does not)."""

    items: Numbers
    answer: str
    word: Words
    spellings: Spellings


class QuestionnaireHeaders(Table):
    """The spellings of the columns' headers; a questionnaire without any for `score` has no points."""

    number: Spellings
    answer: Spellings
    score: Spellings
    note: Spellings

    def by_use(self) -> dict[str, Spellings]:
        """Use of a column ("number", "answer", "score", "note") → spellings of its header."""
        return msgspec.structs.asdict(self)


class Part(Table):
    """A part of a questionnaire: its items from `first` to `last`."""

    number: Number
    name: Words
    first: Number
    last: Number


class Item(Words, kw_only=True):
    """An item: its text, its short name, its kind of measure (付録5), what to do first, its subject if it has one."""

    number: Number
    short: Words
    kind: Number
    todo: Words
    name: Words | None = None


class QuestionnaireSpec(Table):
    """A questionnaire; a sheet is one where it has the share `enough` (0…1) of the items, or is called by a name."""

    title: Words
    names: Annotated[Spellings, Meta(min_length=1)]
    enough: Share
    source: Publication
    answers: Annotated[tuple[AnswerSpec, ...], Meta(min_length=2)]
    not_used: NotUsed
    headers: QuestionnaireHeaders
    parts: Annotated[tuple[Part, ...], Meta(min_length=1)]
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]

    @property
    def points(self) -> dict[str, int]:
        """Score of each answer, by its key."""
        return {answer.key: answer.score for answer in self.answers}


class Band(Table):
    """A band of totals: those from `at_least` up to the next higher band; its level and advice."""

    at_least: Annotated[int, Meta(ge=-999, le=999)]
    level: BandKey
    advice: Words


class Statement(Words):
    """A question of SECURITY ACTION beside the items; a sentence with a word of each group in `all` is it."""

    key: Text
    all: Annotated[tuple[Annotated[Spellings, Meta(min_length=1)], ...], Meta(min_length=1)]


class SelfCheckSpec(QuestionnaireSpec):
    """The five-minute self-check (5分でできる自社診断)."""

    bands: Annotated[tuple[Band, ...], Meta(min_length=1)]
    statements: tuple[Statement, ...]


class CloudItem(Item, kw_only=True):
    """An item of the check of a cloud service; `name` is its subject."""

    name: Words


class Service(Table):
    """How a sheet names its cloud service.

    `labels`: texts beside or below which the name is. `medium`: of assets in the cloud. `ignored`: words in the name
    of a tab that are no part of the service's name.
    """

    labels: Spellings
    medium: Text
    ignored: Spellings


class CloudSpec(QuestionnaireSpec):
    """The check of a cloud service (クラウドサービス安全利用チェックシート)."""

    items: Annotated[tuple[CloudItem, ...], Meta(min_length=1)]
    service: Service


# --- SECURITY ACTION ---


class Star(Table):
    """A star, what it requires in words and as keys: "rules", "self-check", statements of the self-check."""

    name: Words
    asks: Words
    needs: tuple[Text, ...]


class ActionSpec(Table):
    """SECURITY ACTION; an answer of `working_score` or more means that the firm works on the item."""

    note: Words
    working_score: Score
    source: Publication
    stars: Annotated[tuple[Star, ...], Meta(min_length=1)]


# --- the ten threats ---


class ThreatSources(Table):
    """The publication behind each table."""

    ranks: Publication
    priority: Publication
    entries: Publication
    measures: Publication


class Year(Table):
    """The names of the threats as published for one year, by rank."""

    year: Annotated[int, Meta(ge=2000, le=2999)]
    names: tuple[Text, ...]


class Threat(Table):
    """A threat: its ranks by year, and the keys of its ways in and of the measures against it."""

    name: Words
    ranks: dict[str, Numbers]
    entries: tuple[Text, ...]
    measures: tuple[Text, ...]
    remark: Words | None = None


class WayIn(Meets):
    """A way in (攻撃の糸口), its basic measure (対策の基本) and the aim of it."""

    key: Text
    name: Words
    measure: Words
    aim: Words


class CommonMeasure(Meets):
    """A measure against threats; `common`: it is one of the published common measures."""

    key: Text
    common: bool
    name: Words


class ThreatsSpec(Table):
    """The ten threats for organisations (10大脅威) of the last years."""

    note: Words
    sources: ThreatSources
    years: Annotated[tuple[Year, ...], Meta(min_length=2)]
    threats: Annotated[tuple[Threat, ...], Meta(min_length=1)]
    entries: Annotated[tuple[WayIn, ...], Meta(min_length=1)]
    measures: Annotated[tuple[CommonMeasure, ...], Meta(min_length=1)]


# --- facts, and what to do in an incident ---


class FactColumn(Words):
    """The header of a column and its width in characters."""

    width: Annotated[int, Meta(ge=3, le=120)]


class FactTable(Table):
    """A table of facts; `source`: a key of the sources."""

    title: Words
    source: Text
    columns: Annotated[tuple[FactColumn, ...], Meta(min_length=1)]
    rows: Annotated[tuple[Annotated[tuple[Words, ...], Meta(min_length=1)], ...], Meta(min_length=1)]


class FactsSpec(Table):
    """Tables of facts with their sources."""

    note: Words
    sources: dict[str, Publication]
    tables: Annotated[tuple[FactTable, ...], Meta(min_length=1)]


class ShortPublication(Publication, kw_only=True):
    """A source with its name in a list."""

    short: Words


class Line(Table):
    """A line of the incident sheet; `source`: its own, where that is not the section's."""

    id: Text
    name: Words
    what: Words
    url: Text | None = None
    source: Text | None = None


class Section(Table):
    """Lines under a title; `roles`: whether each line is a role that a person takes."""

    title: Words
    source: Text
    lines: Annotated[tuple[Line, ...], Meta(min_length=1)]
    roles: bool = False


class ResponseSpec(Table):
    """The incident sheet (緊急時対応): what to do, whom to call, who does what."""

    sources: dict[str, ShortPublication]
    sections: Annotated[tuple[Section, ...], Meta(min_length=1)]


class InstrumentSpecs(Table, dict=True):  # with a `__dict__` for the cached property
    """The guideline's other instruments, each from a file of its own that the method names under its key."""

    self_check: SelfCheckSpec
    cloud: CloudSpec
    action: ActionSpec
    threats: ThreatsSpec
    transfer: FactsSpec
    response: ResponseSpec
    reference: FactsSpec

    def questionnaire(self, kind: str) -> QuestionnaireSpec:
        """The questionnaire of a kind: "self_check" or "cloud"."""
        return {"self_check": self.self_check, "cloud": self.cloud}[kind]

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the content of all instruments, in hex."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


InstrumentNames = msgspec.defstruct(  # [instruments] of a method
    "InstrumentNames", [(name, Text) for name in InstrumentSpecs.__struct_fields__], forbid_unknown_fields=True
)


def mentions(sentence: str, groups: Sequence[Sequence[str]], without: Sequence[str] = ()) -> bool:
    """Whether a sentence contains a word of each group and none of `without`; width and case make no difference."""
    shown = folded(sentence)
    if any(folded(word) in shown for word in without):
        return False
    return all(any(folded(word) in shown for word in group) for group in groups)
