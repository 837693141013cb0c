"""The summary page of a month: totals, their trend, the clients with most risks, the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from riskbook.model import EVENTS, LEVELS
from riskbook.sheets.charts import Series
from riskbook.sheets.summary import figures
from riskbook.sheets.summary.band import insert, palette, prepare, stack
from riskbook.sheets.summary.figures import Figures
from riskbook.sheets.summary.page import COLUMNS, Page, fitted
from riskbook.sheets.summary.panels import write_tiles
from riskbook.sheets.theme import MUTED
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import signed

if TYPE_CHECKING:
    from riskbook.sheets.audit.book import AuditBook

_TILES, _UPPER, _LOWER, _LIST = 3, 8, 20, 32  # first rows of the blocks, 0-based
_MOST, _WIDEST = 10, 24  # bars in a chart, width of their names
_SHOWN = 8  # overdue lines


def write(
    page: Page, audit: AuditBook, clients: Sequence[Mapping[str, Any]], trend: Sequence[Mapping[str, Any]]
) -> int:
    """Writes the page; returns its last row (0-based)."""
    for first in (_UPPER, _LOWER):
        prepare(page, first)
    page.sheet.set_column(COLUMNS + 2, COLUMNS + 2 + len(LEVELS) + 1, 16)
    page.sheet.set_row(0, 28)
    page.span(0, 0, 27, page.word("title.audit-summary"), page.theme.format(font_size=18, bold=True))
    page.span(0, 28, COLUMNS - 1, audit.month, page.theme.format(font_size=14, bold=True, align="right"))
    now = trend[-1]
    levels = {level: now[f"assets_{level}"] for level in LEVELS}
    write_tiles(page, _TILES, levels if _is_summed(now) else {}, now["assets"])
    events = Counter(row["event"] for row in audit.records("changes"))
    for at, text in enumerate(_sentences(page, audit, trend, events)):
        page.span(_TILES + at, 16, COLUMNS - 1, text, page.theme.format(shrink=True))
    tables = figures.place(
        page.sheet,
        page.theme,
        page.lang,
        COLUMNS + 2,
        [_by_month(trend, page), _sums(trend, page), _by_client(clients, page), _by_event(events, page)],
    )
    months, sums, worst, happened = tables
    strong, accent = palette(page)
    insert(page, _UPPER, 0, 17, "audit.by-month", "column", months, stack(months, strong), subtype="stacked")
    line = [Series(sums.name(0), sums.values(0), accent)]
    top = 1.25 * max((numbers[0] or 1 for _, numbers in sums.figures.rows), default=1)
    insert(page, _UPPER, 18, 35, "summary.trend", "line", sums, line, legend="", ceiling=top)
    insert(
        page, _LOWER, 0, 17, "portfolio.by-client", "bar", worst, stack(worst, strong), subtype="stacked", reverse=True
    )
    bars = [Series(happened.name(0), happened.values(0), accent)]
    most = max((numbers[0] or 0 for _, numbers in happened.figures.rows), default=1)
    insert(page, _LOWER, 18, 35, "audit.by-event", "bar", happened, bars, legend="", reverse=True, ceiling=1.15 * most)
    if not happened.figures.rows:
        look = page.theme.format(font_size=9, font_color=f"#{MUTED}")
        page.span(_LOWER + 1, 18, COLUMNS - 1, page.word("audit.no-events"), look)
    return _write_overdue(page, audit)


def _is_summed(line: Mapping[str, Any]) -> bool:
    """Whether a month has sums by level: all its clients follow one method."""
    return line["risk"] is not None


def _sentences(page: Page, audit: AuditBook, trend: Sequence[Mapping[str, Any]], events: Counter[str]) -> list[str]:
    now, before = trend[-1], trend[-2] if len(trend) > 1 else None
    texts = [page.word("audit.first-month")]
    if not _is_summed(now):
        texts = [page.word("audit.methods-differ")]
    elif before and not _is_summed(before):
        texts = [page.word("audit.methods-differed", month=before["month"])]
    elif before:
        large = now[f"assets_{LEVELS[0]}"] - before[f"assets_{LEVELS[0]}"]
        texts = [
            page.word(
                "audit.since", month=before["month"], large=signed(large), risk=signed(now["risk"] - before["risk"])
            )
        ]
    texts.append(
        page.word(
            "audit.happened",
            higher=events["risk-higher"],
            lower=events["risk-lower"],
            added=events["asset-added"],
            removed=events["asset-removed"],
        )
    )
    overdue = sum(1 for table in ("plan", "measures") for row in audit.records(table) if row["overdue"])
    texts.append(
        page.word(
            "audit.decisions",
            overdue=overdue,
            **{what: events[f"decision-{what}"] for what in ("made", "changed", "withdrawn")},
        )
    )
    by_state = Counter(row["finding"] for row in audit.records("findings"))
    texts.append(
        page.word(
            "audit.found",
            new=by_state["new"],
            open=by_state["open"] + by_state["new"],
            closed=by_state["closed"] + by_state["answered"],
        )
    )
    return texts


def _by_month(trend: Sequence[Mapping[str, Any]], page: Page) -> Figures:
    rows = [(line["month"], tuple(_number(line[f"assets_{level}"]) for level in LEVELS)) for line in trend]
    return Figures(figures.band_words(page.method, page.lang), tuple(rows))


def _sums(trend: Sequence[Mapping[str, Any]], page: Page) -> Figures:
    return Figures((page.word("summary.risk-sum"),), tuple((line["month"], (_number(line["risk"]),)) for line in trend))


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def _by_client(clients: Sequence[Mapping[str, Any]], page: Page) -> Figures:
    worst = sorted(
        clients, key=lambda line: (*(-line[f"assets_{level}"] for level in LEVELS[:2]), -line["risk"], line["client"])
    )
    rows = [
        (shortened(line["client"], _WIDEST), tuple(float(line[f"assets_{level}"]) for level in LEVELS))
        for line in worst[:_MOST]
    ]
    return Figures(figures.band_words(page.method, page.lang), tuple(rows))


def _by_event(events: Counter[str], page: Page) -> Figures:
    rows = [(page.word(f"event.{event}"), (float(events[event]),)) for event in EVENTS if events[event]]
    return Figures((page.word("audit.count"),), tuple(rows[:_MOST]))


def _write_overdue(page: Page, audit: AuditBook) -> int:
    """Writes the lines that were due before the end of the month, the longest overdue first; returns the last row."""
    page.heading(_LIST, 0, COLUMNS - 1, "audit.overdue-list")
    late = [{**row, "what": row["name"]} for row in audit.records("plan") if row["overdue"]]
    late += [{**row, "what": f"{row['kind']} {row['question']}"} for row in audit.records("measures") if row["overdue"]]
    late.sort(key=lambda row: (row["due_date"], row["client"], row["what"] or ""))
    spans = (("client", 0, 7), ("what", 8, 22), ("due_date", 23, 26), ("assignee", 27, 31), ("state_key", 32, 35))
    for key, first, last in spans:
        page.span(_LIST + 1, first, last, page.word(f"audit.late-{key}"), page.small_head())
    for at, row in enumerate(late[:_SHOWN], start=_LIST + 2):
        for key, first, last in spans:
            value = page.word(f"state.{row[key]}") if key == "state_key" and row[key] else row[key]
            page.span(at, first, last, fitted(str(value or ""), first, last), page.line(font_size=9))
    if len(late) > _SHOWN or not late:
        key = "audit.late-more" if late else "audit.late-none"
        look = page.theme.format(font_size=9, font_color=f"#{MUTED}")
        page.span(_LIST + 2 + len(late[:_SHOWN]), 0, COLUMNS - 1, page.word(key, count=len(late) - _SHOWN), look)
        return _LIST + 2 + len(late[:_SHOWN])
    return _LIST + 1 + len(late)
