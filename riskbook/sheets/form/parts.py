"""What the sheets of the form share: places, looks of cells, drop-downs, protection, print set-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import FormFile, Method
from riskbook.model import LONGEST_TAB, Carried, folded
from riskbook.sheets.listing import escape_rich
from riskbook.sheets.theme import BAND, HEAD, INPUT, MUTED, Theme, page_setup
from riskbook.text import label

# Excel refuses these characters in the names of tabs, also full-width ones.
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'’＇＊／：？［＼］￥", "_"))

# Rows are 0-based, as in xlsxwriter.
THREAT_HEADER, CHECK_HEADER = 3, 3
THREAT_FIELDS = ("medium", "threat_name", "frequency", "value")
CHECK_FIELDS = ("kind", "number", "question", "answer", "value")  # then a column for each medium
SPARE_THREATS, SPARE_QUESTIONS = 2, 10  # empty rows for the firm's own: for each medium, and in all


class ThreatRow(NamedTuple):
    """A row of the threat sheet; `threat` None: empty. `own`: for a threat that the form does not name."""

    medium: str
    threat: str | None
    grade: int | None
    own: bool


class QuestionRow(NamedTuple):
    """A row of the check sheet: kind (0 unknown), canonical media; `own`: for a question that the form does not ask."""

    kind: int
    question: str
    media: tuple[str, ...]
    answer: int | None
    own: bool


@dataclass
class Form:
    """A form while it is written: the workbook, its look, the method, the content, and the client.

    `carried`: what is filled in from another workbook.
    """

    book: Workbook
    theme: Theme
    method: Method
    lang: str
    content: FormFile
    company: str
    departments: tuple[str, ...]
    carried: Carried

    def word(self, key: str, **params: Any) -> str:
        """A label of the form in its language."""
        return label(f"form.{key}", self.lang, **params)

    def tab(self, kind: str) -> str:
        """The tab name of a sheet of which the form has one."""
        return self.word(f"tab.{kind}")

    @cached_property
    def media(self) -> list[str]:
        """The media in the form's language, in the method's order."""
        return [medium.name if self.lang == "ja" else medium.en for medium in self.method.media]

    @cached_property
    def threats(self) -> list[ThreatRow]:
        """The rows of the threat sheet, by medium: those of the form, and for the firm's own."""
        words = {medium.name: shown for medium, shown in zip(self.method.media, self.media, strict=True)}
        rows: list[ThreatRow] = []
        for entry in self.content.threats:
            medium, name = words[entry.medium], entry.medium
            for item in entry.items:
                text = item[self.lang]
                rows.append(ThreatRow(medium, text, self.carried.threats.get((name, text)), own=False))
            own = self.carried.own_threats.get(name, ())
            rows += [ThreatRow(medium, text or None, grade, own=True) for text, grade in own]
            rows += [ThreatRow(medium, None, None, own=True)] * SPARE_THREATS
        return rows

    @cached_property
    def questions(self) -> list[QuestionRow]:
        """The questions of the form, with the answers that are carried over."""
        applies = {measure.number: measure.media for measure in self.method.measures}
        return [
            QuestionRow(
                entry.kind,
                item[self.lang],
                item.media or applies[entry.kind],
                self.carried.answers.get(item[self.lang]),
                own=False,
            )
            for entry in self.content.questions
            for item in entry.items
        ]

    @cached_property
    def own_questions(self) -> list[QuestionRow]:
        """The rows for the firm's own questions: those that are carried over, and empty ones."""
        own = [QuestionRow(q.kind or 0, q.question, q.media, q.answer, own=True) for q in self.carried.own_questions]
        return [*own, *[QuestionRow(0, "", (), None, own=True)] * SPARE_QUESTIONS]

    def kind(self, number: int) -> str:
        """The name of a kind of measure with its number."""
        return next(f"{m.number} {m.name[self.lang]}" for m in self.method.measures if m.number == number)

    def column(self, kind: str, first_row: int, rows: int, column: int) -> str:
        """An absolute reference to a column of one of the form's sheets."""
        return f"'{self.tab(kind)}'!{xl_range_abs(first_row, column, first_row + rows - 1, column)}"

    # --- looks ---

    def look(self, kind: str, **extra: Any) -> Format:
        """The format of a cell: "input" (people type there), "computed", "fixed" or "head"."""
        looks: dict[str, dict[str, Any]] = {
            "input": {"bg_color": f"#{INPUT}", "locked": False, "text_wrap": True, "valign": "vcenter"},
            "computed": {"bg_color": f"#{BAND}", "align": "center", "valign": "vcenter"},
            "fixed": {"text_wrap": True, "valign": "vcenter"},
            "head": {
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": f"#{HEAD}",
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            },
        }
        return self.theme.cell(**(looks[kind] | extra))

    def head(self, sheet: Worksheet, kind: str, title: str) -> None:
        """Writes title, company and note, as on every sheet of the form."""
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, title, self.theme.title())
        company = self.theme.format(font_size=11, locked=False)
        sheet.write_string(1, 0, self.word("company", company=self.company), company)
        sheet.write_string(2, 0, self.word(f"note.{kind}"), self.theme.format(font_size=9, font_color=f"#{MUTED}"))

    def choose(
        self, sheet: Worksheet, area: tuple[int, int, int, int], source: Sequence[Any] | str, title: str, text: str
    ) -> None:
        """Adds a drop-down with an explanation; Excel refuses other values. `area`: first row and column, last ones."""
        options = {"validate": "list", "source": source, **_message(title, text)}
        options |= {"error_title": title[:32], "error_message": self.word("refuse.list")}
        # xlsxwriter only warns, and leaves the drop-down out, where its choices are longer than Excel's 255 characters.
        if sheet.data_validation(*area, options):
            raise ValueError(f"xlsxwriter refuses the drop-down {title}")

    def ask_date(self, sheet: Worksheet, area: tuple[int, int, int, int], title: str, text: str) -> None:
        """Asks for a date; anything else is only warned of, since riskbook reads dates in many forms."""
        options = {"validate": "date", "criteria": ">", "value": "=1", "error_type": "warning", **_message(title, text)}
        sheet.data_validation(*area, {**options, "error_title": title, "error_message": self.word("refuse.date")})

    def explain(self, sheet: Worksheet, area: tuple[int, int, int, int], title: str, text: str) -> None:
        """Adds an explanation to cells in which anything may be typed."""
        sheet.data_validation(*area, {"validate": "any", **_message(title, text)})

    def finish(self, sheet: Worksheet, header_row: int | None, *, one_page: bool = False) -> None:
        """Protects the cells that are not to be filled in (without password), and sets up the printed page."""
        allowed = ("format_cells", "format_columns", "format_rows", "autofilter", "insert_hyperlinks")
        sheet.protect("", dict.fromkeys(allowed, True))
        page_setup(sheet, header_row=header_row, one_page=one_page)
        sheet.set_footer("&L&8&F&C&8&A&R&8&P / &N")


def write_text(sheet: Worksheet, row: int, column: int, text: str | None, look: Format) -> None:
    """Writes a text as it is, whatever it begins with; a blank cell for None or ""."""
    if text:
        sheet.write_string(row, column, escape_rich(text), look)
    else:
        sheet.write_blank(row, column, None, look)


def _message(title: str, text: str) -> dict[str, Any]:
    """The options of an input message, cut to Excel's limits."""
    return {"input_title": title[:32], "input_message": text[:255]}


_SINGLE = ("guide", "example", "threats", "checks", "diagnosis", "self_check", "left")


def as_tab(name: str) -> str:
    """A name without the characters that Excel refuses in the name of a tab."""
    return name.translate(_FORBIDDEN).strip()


def ledger_tabs(form: Form) -> list[str]:
    """The tab names of the ledgers, as Excel allows them: unique, not too long, without forbidden characters."""
    taken = {folded(form.tab(kind)) for kind in _SINGLE}
    return _tabs(form, "ledger", form.departments, taken)


def cloud_tabs(form: Form, services: Sequence[str]) -> list[str]:
    """The tab names of the cloud services, made like those of the ledgers."""
    taken = {folded(form.tab(kind)) for kind in _SINGLE} | {folded(tab) for tab in ledger_tabs(form)}
    return _tabs(form, "cloud", services, taken)


def free_tab(form: Form, kind: str, service: str, taken: set[str]) -> str:
    """A name for the tab of a blank sheet that is not among `taken` (folded names)."""
    if service:
        return _tabs(form, kind, [service], set(taken))[0]
    if kind == "cloud":  # "クラウド点検" is the name of riskbook's result
        names: Iterable[str] = (form.word("tab.cloud-of", name=number) for number in count(1))
    else:
        name = label("sheet.response", form.lang) if kind == "response" else form.tab(kind)
        names = chain([name], (f"{name} {number}" for number in count(2)))
    return next(name for name in names if folded(name) not in taken)


def _tabs(form: Form, kind: str, names: Sequence[str], taken: set[str]) -> list[str]:
    tabs = []
    for full_name in names or ("",):
        name, number, tab = as_tab(full_name), 1, form.tab(kind)
        room = LONGEST_TAB - len(form.word(f"tab.{kind}-of", name=""))
        if name:
            tab = form.word(f"tab.{kind}-of", name=_cut(name, room))
        while folded(tab) in taken:
            number += 1
            tab = form.word(f"tab.{kind}-of", name=f"{_cut(name, room - 4)} {number}")
        taken.add(folded(tab))
        tabs.append(tab)
    return tabs


def _cut(text: str, units: int) -> str:
    """A text cut to a number of UTF-16 units, the way Excel counts."""
    while len(text.encode("utf-16-le")) > 2 * units:
        text = text[:-1]
    return text


def table_name(number: int) -> str:
    """The name of ledger `number` (1…) as a table in Excel."""
    return f"Ledger{number}"


def quoted(text: str) -> str:
    """A text as a literal in a formula."""
    return '"' + text.replace('"', '""') + '"'


def first_digit(cell: str) -> str:
    """The part of a formula that takes the number from a choice such as "3：…"."""
    return f"VALUE(LEFT({cell},1))"


def letter(column: int) -> str:
    """The letter of a column counted from 0."""
    return str(xl_col_to_name(column))
