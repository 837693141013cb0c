"""Writes blocks below each other on a sheet (headings, tables, sources), and evidence in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method, Publication, QuestionnaireSpec
from riskbook.model import Area, Assessment, Evidence, Location, records
from riskbook.sheets.listing import Column, write_row
from riskbook.sheets.theme import MUTED, Theme, page_setup
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import Row
from riskbook.text import label

_WIDEST_TEXT = 34  # of a question quoted as evidence; full-width characters count twice
_HEADER_HEIGHT = 30


@dataclass
class Blocks:
    """A sheet written from top to bottom; `widths`: of its columns, in characters; `row`: the next one, 0-based."""

    sheet: Worksheet
    theme: Theme
    lang: str
    widths: Sequence[float]
    row: int = 0
    last_column: int = 0

    def start(self, kind: str, *notes: str) -> None:
        """Writes title and notes, and sets the widths of the columns and the page."""
        self.sheet.write_string(0, 0, label(f"title.{kind}", self.lang), self.theme.title())
        self.sheet.set_row(0, 26)
        self.row = 1
        for text in (label(f"note.{kind}", self.lang), *notes):
            self.sheet.write_string(self.row, 0, text, self.theme.note())
            self.row += 1
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, width)
        page_setup(self.sheet)

    def heading(self, text: str) -> None:
        """Writes the heading of a block, after an empty row."""
        self.row += 1
        self.sheet.write_string(self.row, 0, text, self.theme.format(bold=True, font_size=11))
        self.row += 1

    def table(
        self, columns: Sequence[Column], rows: Iterable[Row], spans: Sequence[tuple[int, int]] | None = None
    ) -> tuple[int, int]:
        """Writes a table; returns the rows (0-based) of its header and of its last line.

        `spans`: first and last column of the sheet that each of `columns` covers; by default one each.
        """
        over = list(spans or ((place, place) for place in range(len(columns))))
        fitted = [
            replace(column, width=sum(self.widths[left : right + 1]))
            for column, (left, right) in zip(columns, over, strict=True)
        ]
        places = [left for left, _ in over]
        first = self.row
        self.sheet.set_row(first, _HEADER_HEIGHT)
        for column, (left, right) in zip(fitted, over, strict=True):
            header = self.theme.header(editable=column.editable)
            self._merge(first, left, right, header)
            self.sheet.write_string(first, left, column.header or label(f"col.{column.key}", self.lang), header)
        self.row += 1
        for row in rows:
            for left, right in over:
                self._merge(self.row, left, right, self.theme.cell())
            write_row(self.sheet, self.theme, self.row, fitted, row, places=places)
            self.row += 1
        self.last_column = max(self.last_column, over[-1][1] + 1)
        return first, self.row - 1

    def _merge(self, row: int, left: int, right: int, look: Format) -> None:
        if left != right:
            self.sheet.merge_range(row, left, row, right, "", look)

    def line(self, text: str, **look: Any) -> None:
        """Writes a line of text."""
        self.sheet.write_string(self.row, 0, text, self.theme.format(**{"font_size": 9, **look}))
        self.row += 1

    def source(self, entry: Publication) -> None:
        """Writes the source of a block, with its date and a link."""
        text = label("facts.source", self.lang, source=entry[self.lang], date=entry.date)
        look = self.theme.format(font_size=8, font_color=f"#{MUTED}")
        if entry.url is not None:
            self.sheet.write_url(self.row, 0, entry.url, look, f"{text}  {entry.url}")
        else:
            self.sheet.write_string(self.row, 0, text, look)
        self.row += 1

    def area(self, *, rows: int = 0, columns: int = 0) -> Area:
        """The area that the sheet covers, of at least so many rows and columns."""
        return Area(1, 1, max(self.row + 1, rows), max(self.last_column, columns, 1))


def answer_word(evidence: Evidence, method: Method, lang: str) -> str:
    """The answer of a piece of evidence, in `lang`."""
    if evidence.answer is None:
        return label("evidence.unanswered", lang)
    if evidence.source == "checks":
        return label(f"evidence.{evidence.answer}", lang)
    return answer_words(method.instruments.self_check, lang)[evidence.answer]


def evidence_words(evidence: Sequence[Evidence], method: Method, lang: str, *, most: int = 6) -> str:
    """A line for each answer, after the name of its sheet; after `most` of them the number of the others."""
    lines, sheet = [], None
    for one in evidence[:most]:
        head = "" if one.place.sheet_name == sheet else label("evidence.sheet", lang, sheet=one.place.sheet_name)
        sheet = one.place.sheet_name
        params = {"cell": one.place.cell_ref, "text": shortened(one.text, _WIDEST_TEXT)}
        lines.append(head + label("evidence", lang, **params, answer=answer_word(one, method, lang)))
    if len(evidence) > most:
        lines.append(label("evidence.more", lang, count=len(evidence) - most))
    return "\n".join(lines)


def place_of(evidence: Sequence[Evidence]) -> Location | None:
    """The cell of the first piece of evidence, None without any."""
    return evidence[0].place if evidence else None


def answer_words(spec: QuestionnaireSpec, lang: str) -> dict[str, str]:
    """Key → word of the answers of a questionnaire."""
    return {answer.key: answer.word[lang] for answer in spec.answers}


def by_risk(assessment: Assessment, labels: Sequence[int], field: str) -> list[dict[str, Any]]:
    """Assets (by label) as records, highest risk first, each with the cell of `field` in the ledger as `place`."""
    risks = assessment.risks.loc[list(labels)]
    rows = records(risks.sort_values("risk", ascending=False, na_position="last", kind="stable"))
    return [{**row, "place": assessment.ledger.locate(row, field)} for row in rows]
