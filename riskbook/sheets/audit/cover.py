"""The cover: scope, key figures, the hashes that chain the months, and boxes to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from riskbook.model import LEVELS
from riskbook.sheets.summary.page import COLUMNS, Page, fitted
from riskbook.sheets.theme import BAND, HEAD, INPUT, LINE, MUTED, band_word
from riskbook.sheets.words import local_time

if TYPE_CHECKING:
    from riskbook.sheets.audit.book import AuditBook

_GROUP = 8  # digits of a hash in a box
_SCOPE, _HASHES, _SIGN = 4, 17, 27  # first rows of the blocks, 0-based
_LEFT, _RIGHT = (0, 16), (18, 35)  # first and last columns of the two halves
_SIGNERS = ("prepared", "checked", "approved")


def write(
    page: Page, audit: AuditBook, clients: Sequence[Mapping[str, Any]], trend: Sequence[Mapping[str, Any]]
) -> int:
    """Writes the cover; returns its last row (0-based)."""
    theme = page.theme
    page.sheet.set_row(0, 34)
    page.span(0, 0, 27, page.word("title.audit"), theme.format(font_size=22, bold=True))
    page.span(0, 28, COLUMNS - 1, audit.month, theme.format(font_size=22, bold=True, align="right"))
    who = clients[0]["title"] or clients[0]["client"] if len(clients) == 1 else ""
    named = who or page.word("audit.clients-count", count=len(clients))
    page.sheet.set_row(1, 22)
    page.span(1, 0, COLUMNS - 1, fitted(named, 0, 27), theme.format(font_size=13, bold=True, font_color=f"#{MUTED}"))
    page.span(2, 0, COLUMNS - 1, page.word("audit.what"), theme.format(font_size=9, font_color=f"#{MUTED}"))
    for row in range(_SCOPE + 1, _SIGN + 5):
        page.sheet.set_row(row, 20)
    _write_scope(page, audit, clients)
    _write_figures(page, audit, clients, trend)
    _write_hashes(page, audit)
    return _write_signatures(page)


def _lines(page: Page, row: int, span: tuple[int, int], heading: str, lines: Sequence[tuple[str, Any]]) -> None:
    first, last = span
    page.heading(row, first, last, heading)
    for at, (name, value) in enumerate(lines, start=row + 1):
        page.span(at, first, first + 5, name, page.line(font_size=9, font_color=f"#{MUTED}"))
        page.span(at, first + 6, last, value, page.line(font_size=10, align="left", num_format="#,##0"))


def _write_scope(page: Page, audit: AuditBook, clients: Sequence[Mapping[str, Any]]) -> None:
    methods = {line["method"] for line in clients}  # their whole digests are on the sheet of the methods
    versions = sorted({line["version"] for line in clients})
    redacted = page.word("audit.nothing-redacted")
    if audit.redaction:
        how = page.word(f"audit.how-{audit.redaction['how']}")
        redacted = page.word("audit.redacted", columns=audit.redaction["columns"], how=how)
    lines = [
        (page.word("audit.month"), page.word("audit.month-of", month=audit.month)),
        (page.word("audit.clients"), len(clients)),
        (page.word("audit.of-them"), sum(1 for line in clients if line["seen_in_month"])),
        (page.word("audit.runs"), len(audit.rows["runs"])),
        (page.word("audit.assets"), sum(line["assets"] for line in clients)),
        (page.word("audit.methods"), fitted(", ".join(sorted(methods)), *_LEFT)),
        (page.word("audit.recorded"), local_time(audit.recorded_at, page.lang)),
        (page.word("audit.versions"), "riskbook " + ", ".join(versions)),
        (page.word("audit.redaction"), redacted),
        (page.word("audit.files"), page.word("audit.files-are" if audit.parquet else "audit.files-csv")),
    ]
    if audit.csv is not None:
        lines.append((page.word("audit.csv"), page.word(f"audit.csv-{audit.csv}")))
    _lines(page, _SCOPE, _LEFT, "audit.scope", lines)


def _write_figures(
    page: Page, audit: AuditBook, clients: Sequence[Mapping[str, Any]], trend: Sequence[Mapping[str, Any]]
) -> None:
    first, last = _RIGHT
    page.heading(_SCOPE, first, last, "audit.figures")
    now, before = trend[-1], trend[-2] if len(trend) > 1 else None
    spans = ((first, first + 7), (first + 8, first + 11), (first + 12, first + 14), (first + 15, last))
    heads = (
        "",
        before["month"] if before else page.word("audit.no-month"),
        audit.month,
        page.word("summary.difference"),
    )
    for (left, right), text in zip(spans, heads, strict=True):
        page.span(_SCOPE + 1, left, right, text, page.small_head())
    lines = [
        (page.word("summary.level", level=band_word(page.method, key, page.lang)), f"assets_{key}", "#,##0")
        for key in LEVELS[:3]
    ]
    lines += [
        (band_word(page.method, LEVELS[3], page.lang), f"assets_{LEVELS[3]}", "#,##0"),
        (page.word("summary.risk-sum"), "risk", "#,##0"),
        (page.word("summary.share"), "share", "0%"),
    ]
    for at, (name, key, form) in enumerate(lines, start=_SCOPE + 2):
        old, new = before and before[key], now[key]
        page.span(at, *spans[0], name, page.line(font_size=9))
        page.span(at, *spans[1], old, page.line(align="center", num_format=form))
        page.span(at, *spans[2], new, page.line(align="center", num_format=form, bold=True))
        scale = 100 if key == "share" else 1  # the difference of shares is in percentage points
        ends = [round(scale * value) for value in (old, new) if isinstance(value, int | float)]
        delta = ends[1] - ends[0] if len(ends) == 2 else None
        signed = '+0"pt";-0"pt";±0' if key == "share" else "+#,##0;-#,##0;±0"
        page.span(at, *spans[3], delta, page.line(align="center", num_format=signed))
    at = _SCOPE + 2 + len(lines)
    overdue = sum(line["overdue_count"] for line in clients)
    errors = sum(line["errors"] for line in clients)
    faulty = sum(1 for line in audit.records("accepted") if line["acceptance"] != "in-force")
    shown = page.word(
        "audit.attention", overdue=overdue, accepted=len(audit.rows["accepted"]), faulty=faulty, errors=errors
    )
    look = page.theme.format(font_size=9, text_wrap=True, bg_color=f"#{BAND}", indent=1)
    page.span(at, first, last, shown, look, to_row=at + 1)


def _write_hashes(page: Page, audit: AuditBook) -> None:
    page.heading(_HASHES, 0, COLUMNS - 1, "audit.chain")
    small = page.theme.format(font_size=9, font_color=f"#{MUTED}", text_wrap=True, valign="top")
    rows = ((_HASHES + 1, audit.previous), (_HASHES + 4, None))
    for row, previous in rows:
        first = row == _HASHES + 1
        month = previous[0] if previous else page.word("audit.chain-begins") if first else audit.month
        page.span(row, 0, COLUMNS - 1, page.word("audit.previous" if first else "audit.this", month=month), small)
        page.sheet.set_row(row + 1, 24)
        for box in range(64 // _GROUP):  # a SHA-256 has 64 digits
            look: dict[str, Any] = {"border": 1, "border_color": f"#{LINE}", "align": "center", "font_size": 11}
            look |= {"font_name": "Consolas"} if first else {"bg_color": f"#{INPUT}", "border_color": f"#{HEAD}"}
            text = previous[1][box * _GROUP : (box + 1) * _GROUP] if previous else None
            page.span(row + 1, box * 4, box * 4 + 3, text, page.theme.format(**look))
    page.span(_HASHES + 7, 0, COLUMNS - 1, page.word("audit.keep"), small, to_row=_HASHES + 8)


def _write_signatures(page: Page) -> int:
    page.heading(_SIGN, 0, COLUMNS - 1, "audit.sign-off")
    edge = {"border": 1, "border_color": f"#{HEAD}"}
    name = page.theme.format(**edge, font_size=9, font_color=f"#{MUTED}", valign="top", align="left", indent=1)
    head = page.theme.format(**edge, bold=True, align="center", bg_color=f"#{BAND}")
    for place, signer in enumerate(_SIGNERS):
        first, last = place * 12, place * 12 + 10
        page.span(_SIGN + 1, first, last, page.word(f"audit.{signer}"), head)
        page.span(_SIGN + 2, first, last, page.word("audit.sign-name"), name, to_row=_SIGN + 4)
        page.span(_SIGN + 5, first, last, page.word("audit.sign-date"), name)
    return _SIGN + 5
