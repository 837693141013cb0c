"""The overview of many workbooks: one page for the consultant, and a list with a line a client."""

from __future__ import annotations

import os
import re
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from xlsxwriter.url import Url
from xlsxwriter.workbook import Workbook

from riskbook.method import Method
from riskbook.model import LEVELS, TREATMENTS, UNASSESSED
from riskbook.sheets import words
from riskbook.sheets.charts import Series
from riskbook.sheets.listing import HEADER_ROW, Column, figure, forgetting, plain, write_list
from riskbook.sheets.summary import figures, heat_map
from riskbook.sheets.summary.band import band_palette, insert, insert_columns, palette, prepare, stack
from riskbook.sheets.summary.figures import Figures, Placed
from riskbook.sheets.summary.page import COLUMNS, WIDTH, Page, fitted
from riskbook.sheets.summary.panels import write_tiles
from riskbook.sheets.theme import HEAD, LINK, MUTED, Theme, band_word, close, has_usual_levels, page_setup
from riskbook.sheets.widths import display_width, shortened
from riskbook.text import error_message, joined, label

_MOST = 10  # clients in a chart
_LISTED = 100  # clients in the list on the page
_ONE_PAGE = 10  # so many of them fit on one printed page
_HEAD, _TILES, _UPPER, _LOWER, _TOP = 0, 3, 8, 20, 32  # first rows of the blocks, 0-based
_QUARTERS = 4
_WIDEST_CLIENT = 24
_MOST_LINKED = 5_000  # lines of the list; xlsxwriter holds every link in memory
_ROWS = 1_048_576  # of a sheet, Excel's limit

Line = Mapping[str, Any]


@dataclass
class Portfolio:
    """The figures of all workbooks together, in the same memory for ten workbooks as for a hundred thousand.

    `workbooks`, `failed`: numbers. `old`: of those with figures of an earlier day, since they failed this time,
    `oldest`: the first such day. `errors`, `warnings`: open findings. `shares`: sum of the shares of measures in place
    over the `known` workbooks that have one; `quarters`: workbooks by quarter of that share. `worst`: lines of the
    highest risks, `lowest`: of the lowest shares, each sorted. `others`: workbooks of another method by its name, since
    levels of two methods have no sum. Of those of the portfolio's method: `levels`: assets by level; `fields`: by
    (importance, likelihood); `media`: by medium or None, then by level; `suggested`, `decided`: by treatment.
    """

    workbooks: int = 0
    failed: int = 0
    old: int = 0
    oldest: date | None = None
    errors: int = 0
    warnings: int = 0
    shares: float = 0.0
    known: int = 0
    quarters: Counter[int] = field(default_factory=Counter)
    worst: list[Line] = field(default_factory=list)
    lowest: list[Line] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    fields: Counter[tuple[int, int]] = field(default_factory=Counter)
    media: dict[str | None, Counter[str]] = field(default_factory=dict)
    suggested: Counter[str | None] = field(default_factory=Counter)
    decided: Counter[str | None] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Counts a workbook.

        `line`: client, file, status (ok, findings, failed), error (key, params or None), output (path or None), old
        (the day of its figures where it failed this time, else None), levels (by band, or None), risk, share (0…1 or
        None), highest (of (name, risk)), treatments (by treatment), errors, warnings, since (figures of an earlier run:
        on, levels, risk; or None).
        """
        self.workbooks += 1
        self.failed += line["status"] == "failed"
        if line["levels"] is None:
            return
        if line["old"] is not None:
            self.old += 1
            self.oldest = min(self.oldest or line["old"], line["old"])
        self.errors += line["errors"]
        self.warnings += line["warnings"]
        insort(self.worst, line, key=by_risk)
        del self.worst[_LISTED:]
        if line["share"] is not None:
            self.known += 1
            self.shares += line["share"]
            self.quarters[min(int(line["share"] * _QUARTERS), _QUARTERS - 1)] += 1
            insort(self.lowest, line, key=lambda one: (one["share"], by_risk(one)))
            del self.lowest[_MOST:]

    def include(self, part: Portfolio) -> None:
        """Adds what was counted in some workbooks: levels, fields, media, treatments, and other methods."""
        for name in ("others", "levels", "fields", "suggested", "decided"):
            getattr(self, name).update(getattr(part, name))
        for medium, levels in part.media.items():
            self.media.setdefault(medium, Counter()).update(levels)


def by_risk(line: Line) -> tuple[Any, ...]:
    """The place of a workbook with figures among others: the highest risks first."""
    return (*(-line["levels"][level] for level in LEVELS[:2]), -line["risk"], line["client"], line["file"])


def write_portfolio(
    portfolio: Portfolio,
    lines: Iterable[Line],
    path: Path,
    target: Path,
    method: Method,
    lang: str,
    today: date,
    *,
    scratch: Path,
    rows: int = _ROWS,
) -> None:
    """Writes the overview to `path`; links are relative to `target`, its final place. Raises `OSError`.

    `lines`: those of all workbooks, sorted; they are read once. `scratch`: a folder for temporary files. `rows`: of a
    sheet, after which the list goes on on the next one.
    """
    # Names of clients and files are texts, whatever they begin with.
    options = {"strings_to_urls": False, "strings_to_formulas": False, "tmpdir": str(scratch)}
    book = Workbook(str(path), options)
    book.set_custom_property("riskbook.format", "portfolio", "text")
    book.set_properties({"created": datetime(today.year, today.month, today.day)})
    theme = Theme(book, lang, method)
    page_sheet = book.add_worksheet(label("sheet.portfolio", lang))
    _write_page(Page(book, page_sheet, theme, method, lang), portfolio, today, target)
    book.constant_memory = True  # of sheets made from here on: a row goes to a file as soon as the next begins
    _write_clients(book, theme, lines, method, lang, target, rows)
    book.constant_memory = False  # else it would close a file of every sheet, also of the first, which has none
    close(book)


# --- the page ---


def _write_page(page: Page, portfolio: Portfolio, today: date, target: Path) -> None:
    page.sheet.set_column(0, COLUMNS - 1, WIDTH)
    page.sheet.set_column(COLUMNS + 2, COLUMNS + 2 + len(page.method.level_keys) + 1, 16)
    for first in (_UPPER, _LOWER):
        prepare(page, first)
    page.sheet.set_row(_HEAD, 28)
    page.span(_HEAD, 0, 25, page.word("title.portfolio"), page.theme.format(font_size=18, bold=True))
    right = page.theme.format(font_size=11, align="right")
    page.span(_HEAD, 26, COLUMNS - 1, page.word("portfolio.date", date=today.isoformat()), right)
    muted = page.theme.format(font_size=9, align="right", font_color=f"#{MUTED}")
    page.span(_HEAD + 1, 0, COLUMNS - 1, page.method.title[page.lang], muted)
    write_tiles(page, _TILES, {level: portfolio.levels[level] for level in page.method.level_keys})
    for at, text in enumerate(_sentences(page, portfolio)):
        page.span(_TILES + at, 16, COLUMNS - 1, text, page.theme.format(shrink=True))
    heat_map.write(page, _UPPER, portfolio.fields)
    tables = figures.place(
        page.sheet,
        page.theme,
        page.lang,
        COLUMNS + 2,
        [
            _by_client(portfolio.worst[:_MOST], page),
            _by_share(portfolio.lowest, page),
            figures.by_treatment(portfolio.suggested, portfolio.decided, page.method, page.lang),
            figures.by_medium(portfolio.media, page.method, page.lang),
            _spread(portfolio.quarters, page),
        ],
    )
    _write_charts(page, tables)
    last = _write_top(page, portfolio.worst, target)
    page_setup(page.sheet, one_page=len(portfolio.worst) <= _ONE_PAGE)
    page.sheet.print_area(0, 0, last, COLUMNS - 1)


def _write_charts(page: Page, tables: Sequence[Placed]) -> None:
    clients, shares, treatments, media, spread = tables
    strong, accent = palette(page)
    stacked: dict[str, Any] = {"subtype": "stacked", "reverse": True}
    bands = stack(clients, band_palette(page))
    first = heat_map.last_column(page.method) + 1
    insert(page, _UPPER, first, 23, "portfolio.by-client", "bar", clients, bands, **stacked)
    share = [Series(shares.name(0), shares.values(0), accent)]
    percent: dict[str, Any] = {"highest": 1.0, "number_format": "0%", "legend": "", "reverse": True}
    insert(page, _UPPER, 24, 35, "portfolio.by-share", "bar", shares, share, **percent)
    insert_columns(page, _LOWER, 0, 11, "summary.by-treatment", treatments, (accent, HEAD))
    insert(page, _LOWER, 12, 23, "summary.by-medium", "bar", media, stack(media, strong), **stacked)
    insert_columns(page, _LOWER, 24, 35, "portfolio.spread", spread, (accent,), legend="")


def _sentences(page: Page, portfolio: Portfolio) -> list[str]:
    counts = {"workbooks": portfolio.workbooks - portfolio.failed, "failed": portfolio.failed}
    texts = [page.word("portfolio.counts", **counts)]
    if portfolio.oldest is not None:
        texts.append(page.word("portfolio.old", count=portfolio.old, since=portfolio.oldest.isoformat()))
    if portfolio.others:
        names = sorted(portfolio.others)
        texts.append(page.word("portfolio.other-methods", count=portfolio.others.total(), methods=names))
    large = LEVELS[0]
    if portfolio.worst and (most := portfolio.worst[0])["levels"][large]:
        client = shortened(most["client"], _WIDEST_CLIENT)
        named = words.lower(band_word(page.method, large, page.lang))
        texts.append(page.word("portfolio.worst", client=client, level=named, count=most["levels"][large]))
    if portfolio.lowest:
        lowest = portfolio.lowest[0]
        mean = portfolio.shares / portfolio.known
        shown = {"client": shortened(lowest["client"], _WIDEST_CLIENT), "lowest": round(100 * lowest["share"])}
        texts.append(page.word("portfolio.share", share=round(100 * mean), **shown))
    return [*texts, page.word("portfolio.findings", error=portfolio.errors, warning=portfolio.warnings)]


def _named(lines: Sequence[Line]) -> list[str]:
    """The clients' names for a chart or the page, cut; with the day of the figures where they are old."""
    names = []
    for line in lines:
        day = f" {line['old'].isoformat()}" if line["old"] else ""
        names.append(_cut(line["client"], _WIDEST_CLIENT - len(day)) + day)
    return names


def _cut(name: str, width: int) -> str:
    """A name cut to a display width; of one with a path in brackets the end stays, which tells equal names apart."""
    head, bracket, path = name.partition(" (")
    if not bracket or display_width(name) <= width:
        return shortened(name, width)
    while path and display_width(path) > width - 8:
        path = path[1:]
    return f"{shortened(head, width - display_width(path) - 3)} (…{path}"


def _by_client(worst: Sequence[Line], page: Page) -> Figures:
    rows = [
        (name, tuple(float(line["levels"][level]) for level in LEVELS))
        for name, line in zip(_named(worst), worst, strict=True)
    ]
    return Figures(figures.band_words(page.method, page.lang), tuple(rows))


def _by_share(lowest: Sequence[Line], page: Page) -> Figures:
    rows = [(name, (line["share"],)) for name, line in zip(_named(lowest), lowest, strict=True)]
    return Figures((page.word("summary.share"),), tuple(rows))


def _spread(quarters: Mapping[int, int], page: Page) -> Figures:
    step = 100 // _QUARTERS
    rows = [
        (page.word("portfolio.between", low=at * step, high=(at + 1) * step), (float(quarters.get(at, 0)),))
        for at in range(_QUARTERS)
    ]
    return Figures((page.word("portfolio.clients"),), tuple(rows))


def _write_top(page: Page, worst: Sequence[Line], target: Path) -> int:
    """Writes the clients with the highest risks, each linked to its result; returns the last row written."""
    page.heading(_TOP, 0, COLUMNS - 1, "portfolio.top", count=len(worst))
    spans = (
        ("number", 0, 0),
        ("client", 1, 9),
        ("assets", 10, 11),
        ("large-risk", 12, 13),
        ("medium-risk", 14, 15),
        ("risk-sum", 16, 17),
        ("implemented", 18, 19),
        ("errors", 20, 21),
        ("change-large", 22, 24),
        ("highest", 25, 35),
    )
    for key, first, last in spans:
        band = None if has_usual_levels(page.method) else _BAND_OF_COLUMN.get(key)
        head = _band_head(page.method, band, page.lang) if band else page.word(f"col.{key}").replace("\n", "")
        page.span(_TOP + 1, first, last, head, page.small_head())
    text, centre, number = page.line(), page.line(align="center"), page.line(align="center", num_format="#,##0")
    link = page.line(font_color=f"#{LINK}", underline=1)
    signed = page.line(align="center", num_format="+#,##0;-#,##0;±0")
    percent = page.line(align="center", num_format="0%")
    large, medium = LEVELS[:2]
    row = _TOP + 1
    names = _named(worst)
    for row, line in enumerate(worst, start=_TOP + 2):
        change = line["since"] and line["levels"][large] - line["since"]["levels"][large]
        page.span(row, 0, 0, row - _TOP - 1, centre)
        client = names[row - _TOP - 2]
        if line["output"]:
            page.link(row, 1, 9, client, _link(line["output"], target, client), link)
        else:
            page.span(row, 1, 9, client, text)
        page.span(row, 10, 11, sum(line["levels"].values()), number)
        page.span(row, 12, 13, line["levels"][large], number)
        page.span(row, 14, 15, line["levels"][medium], number)
        page.span(row, 16, 17, line["risk"], number)
        page.span(row, 18, 19, line["share"], percent)
        page.span(row, 20, 21, line["errors"], number)
        page.span(row, 22, 24, change, signed)
        page.span(row, 25, 35, fitted(_highest(line, page.lang), 25, 35), text)
    return row


# --- the list ---


def _highest(line: Line, lang: str) -> str:
    parts = [label("portfolio.highest", lang, name=name, risk=risk) for name, risk in line["highest"]]
    return joined(parts, lang, parts=True)


def _link(output: str, target: Path, text: str) -> Url:
    """A link to a result, relative where both are on one drive; a URL stays as it is."""
    if "://" in output:
        link = Url(output)
        link.text = text
        return link
    try:
        place = os.path.relpath(Path(output).resolve(), target.resolve().parent)
    except ValueError:  # on another drive of Windows there is no relative path
        place = "file:///" + str(Path(output).resolve())
    link = Url("external:result")
    # A private attribute, since xlsxwriter has no public way: it writes backslashes into every path, which Excel on a
    # Mac and LibreOffice do not follow, and takes a "#" in a file name for the beginning of an anchor.
    link._relationship_link = re.sub(r'[%#?"<>\[\]^`{|} ]', lambda m: f"%{ord(m[0]):02X}", place.replace(os.sep, "/"))
    link.text = text
    return link


_BAND_OF_COLUMN = {"large-risk": "large", "medium-risk": "medium"}


def _band_head(method: Method, band: str, lang: str) -> str:
    """The header of the number of assets in a band, which names the levels in it."""
    word = band_word(method, band, lang)
    return word if band == UNASSESSED else label("summary.level", lang, level=word)


def _columns(method: Method, lang: str) -> list[Column]:
    def level(key: str) -> Column:
        head = "" if has_usual_levels(method) else _band_head(method, key, lang)
        width = 7 if key != UNASSESSED else 11
        return Column(f"{key}-risk", width, "centre", lambda row: row["levels"] and row["levels"][key], header=head)

    def treatment(key: str) -> Column:
        word = words.treatment_word(method, key, lang) or ""
        return Column(
            key, 6.5, "centre", lambda row: None if row["treatments"] is None else row["treatments"][key], header=word
        )

    return [
        Column("number", 5, "centre", plain("rank")),
        Column("client", 26, "wrap", plain("client")),
        Column("status", 10, "centre", lambda row: label(f"status.{row['status']}", lang)),
        Column("assets", 7, "centre", lambda row: sum(row["levels"].values()) if row["levels"] else None),
        *(level(key) for key in LEVELS),
        Column("risk-sum", 8, "centre", figure("risk")),
        Column("highest", 34, "wrap", lambda row: _highest(row, lang)),
        *(treatment(key) for key in TREATMENTS),
        Column("implemented", 8, "percent", plain("share")),
        Column("self-check", 7, "centre", plain("self_check")),
        Column("errors", 7, "centre", plain("errors")),
        Column("warnings", 7, "centre", plain("warnings")),
        Column("change-large", 8, "centre", lambda row: _since(row, "large")),
        Column("change-risk", 8, "centre", lambda row: _since(row, "risk")),
        Column("old", 10, "centre", plain("old")),
        Column("since", 10, "centre", lambda row: row["since"] and row["since"]["on"]),
        Column(
            "failure", 30, "wrap", lambda row: row["error"] and error_message(row["error"][0], lang, row["error"][1])
        ),
        Column("file", 30, "wrap", lambda row: row["link"] or row["file"]),
    ]


def _since(row: Mapping[str, Any], what: str) -> Any:
    if not row["since"]:
        return None
    if what == "risk":
        return row["risk"] - row["since"]["risk"]
    return row["levels"][what] - row["since"]["levels"][what]


def _write_clients(
    book: Workbook, theme: Theme, lines: Iterable[Line], method: Method, lang: str, target: Path, rows: int
) -> None:
    """Writes the lists, each on a sheet of its own, as many as Excel needs for the lines."""
    numbered = (_numbered(rank, line, target) for rank, line in enumerate(lines, start=1))
    columns, name = _columns(method, lang), label("sheet.clients", lang)
    for number in count(1):
        piece = list(islice(numbered, 1))
        if number > 1 and not piece:
            return
        sheet = book.add_worksheet(name if number == 1 else f"{name} ({number})")
        here = chain(piece, islice(numbered, rows - HEADER_ROW - 2))
        write_list(sheet, theme, lang, "clients", columns, forgetting(sheet, here), frozen=2)


def _numbered(rank: int, line: Line, target: Path) -> Line:
    is_linked = line["output"] and rank <= _MOST_LINKED
    return {**line, "rank": rank, "link": _link(line["output"], target, line["file"]) if is_linked else None}
