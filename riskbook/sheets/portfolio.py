"""The overview of many workbooks: one page for the consultant, and a list with a line a client."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.url import Url
from xlsxwriter.workbook import Workbook

from riskbook.method import Method
from riskbook.model import LEVELS, MOST_LINKS, TREATMENTS, UNASSESSED
from riskbook.sheets import words
from riskbook.sheets.charts import Series
from riskbook.sheets.listing import HEADER_ROW, Column, figure, plain, write_list
from riskbook.sheets.summary import figures, heat_map
from riskbook.sheets.summary.band import band_palette, insert, insert_columns, palette, prepare, stack
from riskbook.sheets.summary.figures import Figures, Placed
from riskbook.sheets.summary.page import COLUMNS, WIDTH, Page, fitted
from riskbook.sheets.summary.panels import write_tiles
from riskbook.sheets.theme import HEAD, LINK, MUTED, Theme, band_word, close, has_usual_levels, page_setup
from riskbook.sheets.widths import display_width, shortened
from riskbook.text import error_message, joined, label

_MOST = 10  # clients in a chart or on the page
_HEAD, _TILES, _UPPER, _LOWER, _TOP = 0, 3, 8, 20, 32  # first rows of the blocks, 0-based
_QUARTERS = 4
_WIDEST_CLIENT = 24


@dataclass
class Portfolio:
    """The figures of all workbooks together.

    `lines`: one for each workbook: client, file, status (ok, findings, failed), error (key, params or None), output
    (path or None), old (the day of its figures where it failed this time, else None), levels (by band), risk, share
    (0…1 or None), highest (of (name, risk)), treatments (by treatment), errors, warnings, since (figures of an earlier
    run: on, levels, risk; or None). Sums over the workbooks of the portfolio's method: `levels`: assets by level;
    `fields`: by (importance, likelihood); `media`: by medium or None, then by level; `suggested`, `decided`: by
    treatment. `others`: for each workbook of another method its name, since levels of two methods have no sum.
    """

    lines: list[dict[str, Any]] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)
    others: list[str] = field(default_factory=list)
    fields: Counter[tuple[int, int]] = field(default_factory=Counter)
    media: dict[str | None, Counter[str]] = field(default_factory=dict)
    suggested: Counter[str | None] = field(default_factory=Counter)
    decided: Counter[str | None] = field(default_factory=Counter)


def write_portfolio(portfolio: Portfolio, path: Path, target: Path, method: Method, lang: str, today: date) -> None:
    """Writes the overview to `path`; links are relative to `target`, its final place. Raises `OSError`."""
    # Names of clients and files are texts, whatever they begin with.
    book = Workbook(str(path), {"strings_to_urls": False, "strings_to_formulas": False})
    book.set_custom_property("riskbook.format", "portfolio", "text")
    book.set_properties({"created": datetime(today.year, today.month, today.day)})
    theme = Theme(book, lang, method)
    page_sheet = book.add_worksheet(label("sheet.portfolio", lang))
    list_sheet = book.add_worksheet(label("sheet.clients", lang))
    good = [line for line in portfolio.lines if line["levels"] is not None]
    worst = sorted(good, key=_by_risk)
    page = Page(book, page_sheet, theme, method, lang)
    _write_page(page, portfolio, worst, today, target)
    _write_clients(
        list_sheet, theme, [*worst, *(e for e in portfolio.lines if e["levels"] is None)], method, lang, target
    )
    close(book)


def _by_risk(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*(-line["levels"][level] for level in LEVELS[:2]), -line["risk"], line["client"], line["file"])


# --- the page ---


def _write_page(
    page: Page, portfolio: Portfolio, worst: Sequence[Mapping[str, Any]], today: date, target: Path
) -> None:
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
    for at, text in enumerate(_sentences(page, portfolio, worst)):
        page.span(_TILES + at, 16, COLUMNS - 1, text, page.theme.format(shrink=True))
    heat_map.write(page, _UPPER, portfolio.fields)
    tables = figures.place(
        page.sheet,
        page.theme,
        page.lang,
        COLUMNS + 2,
        [
            _by_client(worst, page),
            _by_share(worst, page),
            figures.by_treatment(portfolio.suggested, portfolio.decided, page.method, page.lang),
            figures.by_medium(portfolio.media, page.method, page.lang),
            _spread(worst, page),
        ],
    )
    _write_charts(page, tables)
    last = _write_top(page, worst, target)
    page_setup(page.sheet, one_page=True)
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


def _sentences(page: Page, portfolio: Portfolio, worst: Sequence[Mapping[str, Any]]) -> list[str]:
    old = [line["old"] for line in worst if line["old"] is not None]
    failed = sum(line["status"] == "failed" for line in portfolio.lines)
    texts = [page.word("portfolio.counts", workbooks=len(portfolio.lines) - failed, failed=failed)]
    if old:
        texts.append(page.word("portfolio.old", count=len(old), since=min(old).isoformat()))
    if portfolio.others:
        names = sorted(set(portfolio.others))
        texts.append(page.word("portfolio.other-methods", count=len(portfolio.others), methods=names))
    large = LEVELS[0]
    if worst and worst[0]["levels"][large]:
        client = shortened(worst[0]["client"], _WIDEST_CLIENT)
        named = words.lower(band_word(page.method, large, page.lang))
        texts.append(page.word("portfolio.worst", client=client, level=named, count=worst[0]["levels"][large]))
    known = [line for line in worst if line["share"] is not None]
    if known:
        lowest = min(known, key=lambda line: line["share"])
        mean = sum(line["share"] for line in known) / len(known)
        shown = {"client": shortened(lowest["client"], _WIDEST_CLIENT), "lowest": round(100 * lowest["share"])}
        texts.append(page.word("portfolio.share", share=round(100 * mean), **shown))
    counts = {"error": sum(e["errors"] for e in worst), "warning": sum(e["warnings"] for e in worst)}
    return [*texts, page.word("portfolio.findings", **counts)]


def _named(lines: Sequence[Mapping[str, Any]]) -> list[str]:
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


def _by_client(worst: Sequence[Mapping[str, Any]], page: Page) -> Figures:
    shown = worst[:_MOST]
    rows = [
        (name, tuple(float(line["levels"][level]) for level in LEVELS))
        for name, line in zip(_named(shown), shown, strict=True)
    ]
    return Figures(figures.band_words(page.method, page.lang), tuple(rows))


def _by_share(worst: Sequence[Mapping[str, Any]], page: Page) -> Figures:
    shown = sorted((line for line in worst if line["share"] is not None), key=lambda line: line["share"])[:_MOST]
    rows = [(name, (line["share"],)) for name, line in zip(_named(shown), shown, strict=True)]
    return Figures((page.word("summary.share"),), tuple(rows))


def _spread(worst: Sequence[Mapping[str, Any]], page: Page) -> Figures:
    step = 100 // _QUARTERS
    quarters = Counter(
        min(int(line["share"] * _QUARTERS), _QUARTERS - 1) for line in worst if line["share"] is not None
    )
    rows = [
        (page.word("portfolio.between", low=at * step, high=(at + 1) * step), (float(quarters[at]),))
        for at in range(_QUARTERS)
    ]
    return Figures((page.word("portfolio.clients"),), tuple(rows))


def _write_top(page: Page, worst: Sequence[Mapping[str, Any]], target: Path) -> int:
    """Writes the clients with the highest risks, each linked to its result; returns the last row written."""
    page.heading(_TOP, 0, COLUMNS - 1, "portfolio.top")
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
    names = _named(worst[:_MOST])
    for row, line in enumerate(worst[:_MOST], start=_TOP + 2):
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


def _highest(line: Mapping[str, Any], lang: str) -> str:
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
        Column("file", 30, "wrap", plain("file")),
    ]


def _since(row: Mapping[str, Any], what: str) -> Any:
    if not row["since"]:
        return None
    if what == "risk":
        return row["risk"] - row["since"]["risk"]
    return row["levels"][what] - row["since"]["levels"][what]


def _write_clients(
    sheet: Any, theme: Theme, lines: Sequence[Mapping[str, Any]], method: Method, lang: str, target: Path
) -> None:
    rows = [{**line, "rank": rank} for rank, line in enumerate(lines, start=1)]
    columns = _columns(method, lang)
    write_list(sheet, theme, lang, "clients", columns, rows, frozen=2)
    link = theme.cell(font_color=f"#{LINK}", underline=1, text_wrap=True)
    place = [column.key for column in columns].index("file")
    for row, line in enumerate(rows[:MOST_LINKS], start=HEADER_ROW + 1):
        if line["output"]:
            sheet.write_url(row, place, _link(line["output"], target, line["file"]), link)
