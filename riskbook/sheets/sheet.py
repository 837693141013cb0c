"""The description of one of riskbook's own sheets: how it is written, present and recognised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Area, Assessment, ListLayout, OwnList
from riskbook.sheets.theme import Theme
from riskbook.sheets.words import Row


@dataclass(frozen=True)
class Context:
    """The content and the tools that a sheet is written with.

    `rows`: the assets as plain records (NA as None), highest risk first, each with its rank (1…) and its place in the
    ledger (a `Location`). `title`: the company, or the file. `sentences`: for the summary,
    (kind, tab name, sentence) of each sheet that has one; the tab name is "" where the sheet is not written.
    """

    book: Workbook
    theme: Theme
    method: Method
    lang: str
    assessment: Assessment
    rows: Sequence[Row]
    title: str
    sentences: Sequence[tuple[str, str, str]]


class Look(Protocol):
    """What a list needs of a context: the look of its cells and the language of its words."""

    @property
    def theme(self) -> Theme:
        """The formats of cells."""

    @property
    def lang(self) -> str:
        """The language: "ja" | "en"."""


@dataclass(frozen=True)
class Written:
    """The area that a sheet covers, and for an editable sheet the places of its lines."""

    area: Area
    layout: ListLayout | None = None


def has_assets(assessment: Assessment) -> bool:
    """Whether a ledger was found: `present` of the sheets about assets."""
    return bool(assessment.ledger.tables)


def _always(assessment: Assessment) -> bool:
    return True


def _no_choices(method: Method, lang: str) -> dict[str, list[str]]:
    return {}


@dataclass(frozen=True)
class Sheet:
    """A kind of sheet. Its tab name is the label "sheet.KIND", the title in its first cell "title.KIND".

    `write`: writes it into an empty worksheet. `proofs`: labels that all stand among its first rows, by which it is
    recognised without its mark. `present`: whether a workbook gets it; an editable sheet that it already has stays in
    any case. `late`: written after the others, since it shows the places of their lines. `reads`: how its lines are
    read back on the next run; its `OwnList` says whether the sheet is editable. `words`: labels outside its lines, and
    `choices`: field → choices of its drop-down list, both translated into the language of the run where people's
    version of the sheet is carried over. `sentence`: its line in the summary; `offer`: its line where the sheet is not
    written, "" for none.
    """

    kind: str
    write: Callable[[Worksheet, Context], Written]
    proofs: tuple[str, ...]
    present: Callable[[Assessment], bool] = _always
    keys: tuple[int, ...] = ()
    inputs: tuple[int, ...] = ()
    late: bool = False
    reads: Callable[[], OwnList] | None = None
    words: tuple[str, ...] = ()
    choices: Callable[[Method, str], dict[str, list[str]]] = _no_choices
    sentence: Callable[[Assessment, Method, str], str] | None = None
    offer: Callable[[Assessment, str], str] | None = None
