"""The blocks of the summary made of cells: head, tiles, four answers, heat map, change, top ten, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from riskbook.model import LEVELS, SEVERITIES, UNASSESSED, Location
from riskbook.sheets import words
from riskbook.sheets.summary.answers import answers
from riskbook.sheets.summary.page import COLUMNS, Page, SummaryPage, fitted
from riskbook.sheets.theme import BAND, LINE, LINK, MUTED, level_word
from riskbook.sheets.words import Row
from riskbook.text import joined

_TOP = 10  # assets
_COUNT = "#,##0"
_TILE_COLUMNS = 15  # shared by the tiles; one more for eight of them


def write_head(page: SummaryPage, row: int) -> None:
    """Writes title and date, company and method."""
    theme = page.theme
    page.sheet.set_row(row, 28)
    page.span(row, 0, 21, page.word("title.summary"), theme.format(font_size=18, bold=True))
    date = page.word("summary.date", date=page.assessment.today.isoformat())
    page.span(row, 22, COLUMNS - 1, date, theme.format(font_size=11, align="right"))
    page.sheet.set_row(row + 1, 18)
    company = theme.format(font_size=12, bold=True, font_color=f"#{MUTED}", shrink=True)
    page.span(row + 1, 0, 16, fitted(page.title, 0, 16), company)
    method = theme.format(font_size=9, align="right", font_color=f"#{MUTED}", shrink=True)
    accepted = page.method.acceptance
    shown = page.method.title[page.lang]
    if accepted is not None:
        shown += page.word("methods.accepted", at_most=accepted.at_most)
    page.span(row + 1, 17, COLUMNS - 1, shown, method)
    page.space(row + 2, 6)


def write_tiles(page: Page, row: int, counts: Mapping[str, int], total: int | None = None) -> None:
    """Writes the number of assets in all and of each level or band with its share.

    `counts`: by level or band. `total`: where that is not the sum of `counts`.
    """
    total = sum(counts.values()) if total is None else total
    for line in range(4):
        page.sheet.set_row(row + line, 18)
    tiles = [(page.word("summary.assets"), total, "", BAND, "111827")]
    for level, number in counts.items():
        fill, ink = page.theme.level_colours(level)
        share = page.word("summary.percent", percent=round(100 * number / total)) if total else ""
        name = level_word(page.method, level, page.lang)
        name = name if level == UNASSESSED else page.word("summary.level", level=name)
        tiles.append((name, number, share, fill, ink))
    for place, (name, count, share, fill, ink) in enumerate(tiles):
        shared = max(len(tiles), 5)
        columns = max(_TILE_COLUMNS, 2 * shared)
        first, last = (columns * (place + end) // shared - end for end in (0, 1))
        look = {
            "bg_color": f"#{fill}",
            "font_color": f"#{ink}",
            "align": "center",
            "left": 2,
            "left_color": "#FFFFFF",
            "shrink": True,
        }
        page.span(row, first, last, name, page.theme.format(**look, bold=True))
        page.span(
            row + 1,
            first,
            last,
            count,
            page.theme.format(**look, bold=True, font_size=24, num_format=_COUNT),
            to_row=row + 2,
        )
        page.span(row + 3, first, last, share, page.theme.format(**look))


def write_answers(page: SummaryPage, row: int, rows: Sequence[Row]) -> None:
    """Writes a sentence for each question of a manager: is it bad, where, what first, is it better than last time."""
    head = page.theme.format(bold=True, font_color="#FFFFFF", bg_color=f"#{MUTED}", align="center", font_size=9)
    text = page.line(font_size=9.5, indent=1)
    for offset, (key, sentence) in enumerate(answers(page, rows)):
        page.span(row + offset, 16, 18, page.word(f"summary.ask-{key}"), head)
        page.span(row + offset, 19, COLUMNS - 1, sentence, text)


def write_change(page: SummaryPage, row: int, first: int) -> None:
    """Writes the figures of the last run whose input differed, of this run, and their differences."""
    page.heading(row, first, COLUMNS - 1, "summary.changes")
    change, run = page.assessment.change, page.assessment.run
    if change is None:
        text = page.theme.format(font_size=9, font_color=f"#{MUTED}", text_wrap=True, valign="top")
        page.span(row + 1, first, COLUMNS - 1, page.word("summary.changes-none"), text, to_row=row + 3)
        return
    heads = ("", change.since.on.strftime("%Y/%m/%d"), page.word("summary.this-time"), page.word("summary.difference"))
    spans = ((first, first + 1), (first + 2, first + 3), (first + 4, first + 5), (first + 6, first + 6))
    for (left, right), text in zip(spans, heads, strict=True):
        page.span(row + 1, left, right, text, page.small_head())
    since = change.since
    lines: list[tuple[str, float | None, float | None, str]] = [
        (level_word(page.method, level, page.lang), since.levels[level], run.levels[level], "#,##0")
        for level in page.method.level_keys
        if since.levels[level] or run.levels[level] or level != UNASSESSED
    ]
    lines.append((page.word("summary.risk-sum"), since.risk, run.risk, "#,##0"))
    lines.append((page.word("summary.share"), since.share, run.share, "0%"))
    for offset, (name, before, now, form) in enumerate(lines, start=2):
        at = row + offset
        page.span(at, *spans[0], name, page.line(font_size=9))
        page.span(at, *spans[1], before, page.line(font_size=9, align="center", num_format=form))
        page.span(at, *spans[2], now, page.line(font_size=9, align="center", num_format=form, bold=True))
        delta = None if before is None or now is None else now - before
        signed = page.line(font_size=9, align="center", num_format=f"+{form};-{form};±0")
        page.span(at, *spans[3], delta, signed)
    at = row + 2 + len(lines)
    text = page.theme.format(font_size=9, text_wrap=True, valign="top")
    page.span(at, first, COLUMNS - 1, _change_words(page), text, to_row=row + 10)


def _change_words(page: SummaryPage) -> str:
    change = page.assessment.change
    if change is None or change.added is None:
        return ""
    counts = {name: getattr(change, name) for name in ("added", "removed", "higher", "lower")}
    parts = [page.word("summary.change-counts", **counts)]
    moved = [page.word("roadmap.fallen", name=name, before=old, after=new) for name, old, new in change.moved]
    return "\n".join([*parts, joined(moved, page.lang, parts=True)]) if moved else parts[0]


def write_top(page: SummaryPage, row: int, rows: Sequence[Row]) -> int:
    """Writes the highest risks, each linked to its ledger row; returns the last row written."""
    page.heading(row, 0, COLUMNS - 1, "summary.top")
    spans = (
        ("number", 0, 0),
        ("risk", 1, 2),
        ("level", 3, 4),
        ("name", 5, 13),
        ("business", 14, 16),
        ("medium", 17, 20),
        ("department", 21, 24),
        ("treatment", 25, 27),
        ("planned", 28, 29),
        ("place", 30, 35),
    )
    for key, first, last in spans:
        page.span(row + 1, first, last, page.word(f"col.{key}").replace("\n", ""), page.small_head())
    text, centre = page.line(), page.line(align="center")
    link = page.line(font_color=f"#{LINK}", underline=1)
    top = [record for record in rows if not words.unassessed(record)][:_TOP]
    for at, record in enumerate(top, start=row + 2):
        fill, ink = page.theme.level_colours(record["level"])
        coloured = page.line(bg_color=f"#{fill}", font_color=f"#{ink}", bold=True, align="center")
        place = str(record["place"])
        page.span(at, 0, 0, at - row - 1, centre)
        page.span(at, 1, 2, words.number(record["risk"]), coloured)
        page.span(at, 3, 4, level_word(page.method, record["level"], page.lang), coloured)
        page.link(at, 5, 13, fitted(record["name"] or place, 5, 13), words.link_to(record["place"]), link)
        page.span(at, 14, 16, fitted(record["business"] or "", 14, 16), text)
        page.span(at, 17, 20, words.medium_word(page.method, record["medium"], page.lang) or "", text)
        page.span(at, 21, 24, fitted(record["department"] or "", 21, 24), text)
        page.span(at, 25, 27, words.treatment_word(page.method, record["treatment"], page.lang) or "", centre)
        page.span(at, 28, 29, words.number(record["planned"]), centre)
        page.span(at, 30, 35, fitted(place, 30, 35), text)
    if not top:
        empty = page.theme.format(font_color=f"#{MUTED}")
        key = "summary.no-assets" if page.assessment.risks.empty else "summary.top-none"
        page.span(row + 2, 0, COLUMNS - 1, page.word(key), empty)
    return row + 1 + max(len(top), 1)


def write_accepted(page: SummaryPage, row: int, rows: Sequence[Row]) -> int:
    """Writes the accepted risks above the criterion of acceptance, with who approved them; returns the last row.

    Accepted is what is retained, and what stays when all that was decided is done, if somebody approved it. Nothing is
    written where there is none. `row`: the first row, 0-based.
    """
    accepted = [
        r for r in words.remaining(rows, page.method) if r["decided"] == "retain" or r["decided_by"] is not None
    ]
    if not accepted:
        return row - 1
    page.heading(row, 0, COLUMNS - 1, "summary.accepted")
    spans = (
        ("risk", 0, 2),
        ("name", 3, 11),
        ("medium", 12, 15),
        ("decided_by", 16, 20),
        ("decided_on", 21, 24),
        ("review_by", 25, 28),
        ("decision_reason", 29, 35),
    )
    for key, first, last in spans:
        page.span(row + 1, first, last, page.word(f"col.{key}"), page.small_head())
    text, link = page.line(), page.line(font_color=f"#{LINK}", underline=1)
    at = row + 1
    for at, record in enumerate(accepted[:_TOP], start=row + 2):
        fill, ink = page.theme.level_colours(record["level"])
        coloured = page.line(bg_color=f"#{fill}", font_color=f"#{ink}", bold=True, align="center")
        page.span(at, 0, 2, words.number(record["risk"]), coloured)
        page.link(at, 3, 11, fitted(record["name"] or "", 3, 11), words.link_to(record["place"]), link)
        page.span(at, 12, 15, words.medium_word(page.method, record["medium"], page.lang) or "", text)
        for key, first, last in spans[3:]:
            value = record[key]
            if isinstance(value, date):
                value = f"{value:%Y/%m/%d}"
            blank = "" if key == "decision_reason" else page.word("summary.accepted-missing")
            page.span(at, first, last, fitted(blank if value is None else str(value), first, last), text)
    if len(accepted) > _TOP:
        at += 1
        page.span(at, 0, COLUMNS - 1, page.word("summary.accepted-more", count=len(accepted) - _TOP), text)
    return at


def write_instruments(page: SummaryPage, row: int, sentences: Sequence[tuple[str, str, str]]) -> int:
    """Writes a line for each of the guideline's other instruments; returns the last row written.

    `sentences`: (kind of sheet, its tab or "", sentence).
    """
    page.space(row, 8)
    row += 1
    page.heading(row, 0, COLUMNS - 1, "summary.others-heading")
    link = page.line(font_size=9, font_color=f"#{LINK}", underline=1, bold=True)
    text, name = page.line(font_size=9), page.line(font_size=9, bold=True)
    for at, (kind, tab, sentence) in enumerate(sentences, start=row + 1):
        if tab:
            page.link(at, 0, 3, page.word(f"sheet.{kind}"), words.link_to(Location(tab)), link)
        else:
            page.span(at, 0, 3, page.word(f"sheet.{kind}"), name)
        page.span(at, 4, COLUMNS - 1, sentence, text)
    return row + len(sentences)


def write_findings(page: SummaryPage, row: int) -> int:
    """Writes the number of open findings of each severity, and the most severe; returns the last row written."""
    page.space(row, 8)
    row += 1
    findings = [finding for finding in page.assessment.findings if finding.open]
    by_severity = Counter(finding.severity for finding in findings)
    bold = page.theme.format(bold=True, bottom=1, bottom_color=f"#{LINE}", shrink=True)
    page.span(row, 0, 5, page.word("summary.findings"), bold)
    for position, severity in enumerate(SEVERITIES):
        first = 6 + position * 3
        fill, ink = page.theme.level_colours(LEVELS[position])
        some = {"bg_color": f"#{fill}", "font_color": f"#{ink}"}
        look = page.line(
            align="center", font_size=9, **(some if by_severity[severity] else {"font_color": f"#{MUTED}"})
        )
        page.span(row, first, first + 2, f"{page.word(f'severity.{severity}')}  {by_severity[severity]}", look)
    serious = [finding for finding in findings if finding.severity != SEVERITIES[-1]]
    if not serious:
        page.span(row, 15, COLUMNS - 1, page.word("summary.findings-none"), page.line(font_size=9, indent=1))
        return row
    message, _ = words.finding_words(serious[0], page.method, page.lang)
    link = page.line(font_size=9, font_color=f"#{LINK}", underline=1, indent=1)
    page.link(row, 15, 20, str(serious[0].location), words.link_to(serious[0].location), link)
    page.span(row, 21, COLUMNS - 1, message, page.theme.format(font_size=9, bottom=1, bottom_color=f"#{LINE}"))
    return row
