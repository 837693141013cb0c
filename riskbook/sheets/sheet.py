"""What one of riskbook's own sheets is: how it is written, when it is present, how it is recognised again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Area, Assessment, ListLayout, OwnList
from riskbook.sheets.theme import Theme
from riskbook.sheets.words import Row


@dataclass(frozen=True)
class Context:
    """All that a sheet is written from.

    `rows`: the assets as plain records (NA as None), highest risk first, each with its rank (1…) and its place in the
    ledger (a `Location`). `title`: the company, or the file. `sentences`: what the guideline's other instruments say:
    kind, tab name and sentence of each sheet that is present and has one.
    """

    book: Workbook
    theme: Theme
    method: Method
    lang: str
    assessment: Assessment
    rows: Sequence[Row]
    title: str
    sentences: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Written:
    """The area that a sheet covers; of an editable sheet also where its lines stand."""

    area: Area
    layout: ListLayout | None = None


def _always(assessment: Assessment) -> bool:
    return True


def _no_choices(method: Method, lang: str) -> dict[str, list[str]]:
    return {}


@dataclass(frozen=True)
class Sheet:
    """A kind of sheet. Its tab name is the label "sheet.KIND", the title in its first cell "title.KIND".

    `write`: writes it into an empty worksheet. `proofs`: labels that all stand among its first rows, by which it is
    recognised where no mark says so. `present`: whether a workbook gets it. `late`: written after the others, since it
    shows where their lines stand. `reads`: how its lines are read back on the next run; an editable sheet is one whose
    `OwnList` says so. `words`: labels that it holds outside its lines, and `choices`: what its drop-downs offer (by
    field), both put into the language of the run where people's version of the sheet is carried over. `sentence`: what
    the summary says of it, in one line.
    """

    kind: str
    write: Callable[[Worksheet, Context], Written]
    proofs: tuple[str, ...]
    present: Callable[[Assessment], bool] = _always
    late: bool = False
    reads: Callable[[], OwnList] | None = None
    words: tuple[str, ...] = ()
    choices: Callable[[Method, str], dict[str, list[str]]] = _no_choices
    sentence: Callable[[Assessment, Method, str], str] | None = None
