"""サマリー: one page for a manager, values of this run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import LEVELS, SEVERITIES, TREATMENTS, Area, Assessment
from riskbook.sheets import words
from riskbook.sheets.theme import BAND, HEAD, LINE, LINK, MUTED, Theme, level_word, page_setup
from riskbook.sheets.words import Row
from riskbook.text import label

# The page is a grid of narrow columns; every block spans some of them.
_COLUMNS = 33
_WIDTH = 4.3
_TOP = 10
_MOST_DEPARTMENTS = 6
_MOST_CODES = 4


@dataclass
class _Page:
    """Where things are written: spans of grid columns, both ends included, 0-based rows."""

    sheet: Worksheet
    theme: Theme
    assessment: Assessment
    method: Method
    lang: str
    title: str

    def span(self, row: int, first: int, last: int, value: object, look: Format, *, to_row: int | None = None) -> None:
        """One value over several columns (and rows)."""
        bottom = row if to_row is None else to_row
        if first == last and bottom == row:
            self.sheet.write(row, first, value, look) if not isinstance(value, str) else self.sheet.write_string(
                row, first, value, look
            )
            return
        self.sheet.merge_range(row, first, bottom, last, "", look)
        if isinstance(value, str):
            self.sheet.write_string(row, first, value, look)
        elif value is not None:
            self.sheet.write_number(row, first, float(value), look)  # type: ignore[arg-type]

    def heading(self, row: int, first: int, last: int, key: str) -> None:
        """The heading of a block."""
        look = self.theme.format(bold=True, font_size=11, bottom=2, bottom_color=f"#{HEAD}")
        self.span(row, first, last, label(key, self.lang), look)

    def word(self, key: str, **params: object) -> str:
        """A label in the sheet's language."""
        return label(key, self.lang, **params)


def write(
    sheet: Worksheet, theme: Theme, assessment: Assessment, rows: Sequence[Row], method: Method, lang: str, title: str
) -> Area:
    """Writes the summary; `rows` come highest risk first, `title` is the company or the file."""
    page = _Page(sheet, theme, assessment, method, lang, title)
    sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    _write_head(page)
    _write_tiles(page, 3)
    _write_heat_map(page, 7, rows)
    _write_medium_counts(page, 7, rows)
    _write_department_counts(page, 7, rows)
    _write_treatments(page, 17, rows)
    _write_findings(page, 17)
    last = _write_top(page, 24, rows)
    page_setup(sheet, one_page=True)
    sheet.print_area(0, 0, last, _COLUMNS - 1)
    return Area(1, 1, last + 1, _COLUMNS)


def _write_head(page: _Page) -> None:
    theme = page.theme
    page.sheet.set_row(0, 30)
    page.span(0, 0, 19, page.word("title.summary"), theme.format(font_size=18, bold=True))
    date = page.word("summary.date", date=page.assessment.today.isoformat())
    page.span(0, 20, _COLUMNS - 1, date, theme.format(font_size=11, align="right"))
    page.sheet.set_row(1, 20)
    page.span(1, 0, 16, page.title, theme.format(font_size=12, bold=True, font_color=f"#{MUTED}", shrink=True))
    method = page.method.title[page.lang]
    page.span(
        1, 17, _COLUMNS - 1, method, theme.format(font_size=9, align="right", font_color=f"#{MUTED}", shrink=True)
    )
    page.sheet.set_row(2, 6)


def _write_tiles(page: _Page, row: int) -> None:
    """Number of assets, and of each level with its share."""
    counts = page.assessment.counts()
    total = sum(counts.values())
    page.sheet.set_row(row, 18)
    page.sheet.set_row(row + 1, 38)
    page.sheet.set_row(row + 2, 16)
    page.sheet.set_row(row + 3, 8)
    tiles = [(page.word("summary.assets"), total, "", BAND, "111827")]
    for level in LEVELS:
        fill, ink = page.theme.level_colours(level)
        share = page.word("summary.percent", percent=round(100 * counts[level] / total)) if total else ""
        name = page.word("summary.level", level=level_word(page.method, level, page.lang))
        if level == LEVELS[-1]:
            name = level_word(page.method, level, page.lang)
        tiles.append((name, counts[level], share, fill, ink))
    for place, (name, count, share, fill, ink) in enumerate(tiles):
        first, last = place * 7, place * 7 + 4
        look = {"bg_color": f"#{fill}", "font_color": f"#{ink}", "align": "center"}
        page.span(row, first, last, name, page.theme.format(**look, bold=True, font_size=11))
        page.span(row + 1, first, last, count, page.theme.format(**look, bold=True, font_size=26))
        page.span(row + 2, first, last, share, page.theme.format(**look, font_size=10))


def _write_heat_map(page: _Page, row: int, rows: Sequence[Row]) -> None:
    """3 × 3: importance upwards, likelihood to the right, the number of assets in each field."""
    page.heading(row, 0, 10, "summary.heatmap")
    counted = Counter((row_["importance"], row_["likelihood"]) for row_ in rows if not words.unassessed(row_))
    axis = page.theme.format(align="center", font_size=9, font_color=f"#{MUTED}")
    vertical = page.theme.format(align="center", font_size=9, font_color=f"#{MUTED}", rotation=90)
    scale = page.method.scale
    page.span(row + 1, 0, 0, page.word("col.importance"), vertical, to_row=row + 6)
    for place, importance in enumerate(reversed(scale)):
        top = row + 1 + 2 * place
        page.span(top, 1, 1, importance, axis, to_row=top + 1)
        page.sheet.set_row(top, 21)
        page.sheet.set_row(top + 1, 18)
        for position, likelihood in enumerate(scale):
            risk = importance * likelihood
            level = next(level for level in page.method.levels if risk >= level.at_least)
            first, last = 2 + position * 3, 4 + position * 3
            count = counted.get((importance, likelihood), 0)
            look = {"bg_color": f"#{level.fill}", "font_color": f"#{level.ink}", "align": "center"}
            edges = {"left": 1, "right": 1, "left_color": "#FFFFFF", "right_color": "#FFFFFF"}
            big = page.theme.format(**look, **edges, bold=True, font_size=15, top=1, top_color="#FFFFFF")
            small = page.theme.format(**look, **edges, font_size=8, bottom=1, bottom_color="#FFFFFF")
            page.span(top, first, last, count, big)
            text = page.word("summary.heatcell", risk=risk, level=level.word[page.lang])
            page.span(top + 1, first, last, text, small)
    for position, likelihood in enumerate(scale):
        first = 2 + position * 3
        page.span(row + 7, first, first + 2, likelihood, axis)
    page.span(row + 8, 2, 10, page.word("col.likelihood"), axis)


def _write_counts(page: _Page, row: int, first: int, last: int, key: str, counts: Mapping[str, Counter[str]]) -> None:
    """A small table: a name, then the number of assets of each level, then all."""
    page.heading(row, first, last, key)
    names_end = last - 5
    head = page.theme.format(font_size=9, align="center", font_color=f"#{MUTED}", bottom=1, bottom_color=f"#{LINE}")
    page.span(row + 1, first, names_end, "", head)
    for place, level in enumerate(LEVELS):
        word = level_word(page.method, level, page.lang)
        word = page.word("summary.unassessed") if level == LEVELS[-1] else word
        page.span(
            row + 1, names_end + 1 + place, names_end + 1 + place, word, page.theme.format(**_small_head(), shrink=True)
        )
    page.span(row + 1, last, last, page.word("summary.all"), page.theme.format(**_small_head(), shrink=True))
    for offset, (name, by_level) in enumerate(counts.items(), start=2):
        line = {"bottom": 1, "bottom_color": f"#{LINE}"}
        page.span(row + offset, first, names_end, name, page.theme.format(**line, shrink=True))
        for place, level in enumerate(LEVELS):
            count = by_level.get(level, 0)
            fill, ink = page.theme.level_colours(level)
            look = (
                {"bg_color": f"#{fill}", "font_color": f"#{ink}", "bold": True} if count else {"font_color": f"#{LINE}"}
            )
            column = names_end + 1 + place
            page.span(row + offset, column, column, count, page.theme.format(**line, **look, align="center"))
        page.span(
            row + offset, last, last, sum(by_level.values()), page.theme.format(**line, align="center", bold=True)
        )


def _small_head() -> dict[str, object]:
    return {
        "font_size": 9, "align": "center", "font_color": f"#{MUTED}", "bottom": 1, "bottom_color": f"#{LINE}",
    }  # fmt: skip


def _write_medium_counts(page: _Page, row: int, rows: Sequence[Row]) -> None:
    counts: dict[str, Counter[str]] = {}
    for medium in page.method.media:
        counts[words.medium_word(page.method, medium.name, page.lang) or ""] = Counter(
            r["level"] for r in rows if r["medium"] == medium.name
        )
    unknown = Counter(r["level"] for r in rows if r["medium"] is None)
    if unknown:
        counts[page.word("summary.none")] = unknown
    _write_counts(page, row, 12, 21, "summary.by-medium", counts)


def _write_department_counts(page: _Page, row: int, rows: Sequence[Row]) -> None:
    """The departments with the most large risks; the rest together."""
    by_name: dict[str, Counter[str]] = {}
    for record in rows:
        name = record["department"] or page.word("summary.none")
        by_name.setdefault(name, Counter())[record["level"]] += 1
    ordered = sorted(by_name, key=lambda n: ([-by_name[n][level] for level in LEVELS], n))
    counts = {name: by_name[name] for name in ordered[:_MOST_DEPARTMENTS]}
    if len(ordered) > _MOST_DEPARTMENTS:
        rest: Counter[str] = Counter()
        for name in ordered[_MOST_DEPARTMENTS:]:
            rest.update(by_name[name])
        counts[page.word("summary.others")] = rest
    _write_counts(page, row, 23, 32, "summary.by-department", counts)


def _write_treatments(page: _Page, row: int, rows: Sequence[Row]) -> None:
    page.heading(row, 0, 10, "summary.by-treatment")
    for first, last, key in ((0, 4, ""), (5, 7, "summary.treatment-count"), (8, 10, "summary.treatment-decided")):
        page.span(row + 1, first, last, page.word(key) if key else "", page.theme.format(**_small_head()))
    suggested = Counter(r["treatment"] for r in rows)
    decided = Counter(r["decided"] for r in rows if r["decided"] is not None)
    line = {"bottom": 1, "bottom_color": f"#{LINE}"}
    for offset, treatment in enumerate(TREATMENTS, start=2):
        word = words.treatment_word(page.method, treatment, page.lang)
        page.span(row + offset, 0, 4, word, page.theme.format(**line))
        page.span(row + offset, 5, 7, suggested[treatment], page.theme.format(**line, align="center", bold=True))
        page.span(row + offset, 8, 10, decided[treatment], page.theme.format(**line, align="center"))


def _write_findings(page: _Page, row: int) -> None:
    """Open input problems: how many of each severity, and the commonest with what they say."""
    page.heading(row, 12, 32, "summary.findings")
    findings = [finding for finding in page.assessment.findings if finding.open]
    by_severity = Counter(finding.severity for finding in findings)
    for position, severity in enumerate(SEVERITIES):
        first = 12 + position * 7
        text = f"{page.word(f'severity.{severity}')}  {by_severity[severity]}"
        fill, ink = page.theme.level_colours(("large", "medium", "small")[position])
        look = (
            {"bg_color": f"#{fill}", "font_color": f"#{ink}"} if by_severity[severity] else {"font_color": f"#{MUTED}"}
        )
        page.span(
            row + 1,
            first,
            first + 6,
            text,
            page.theme.format(**look, align="center", bold=True),
        )
    serious = [finding for finding in findings if finding.severity != "info"]
    by_code = Counter(finding.code for finding in serious)
    shown = list(dict.fromkeys(finding.code for finding in serious))[:_MOST_CODES]
    line = {"bottom": 1, "bottom_color": f"#{LINE}", "font_size": 9}
    for offset in range(_MOST_CODES):
        if offset >= len(shown):
            text = page.word("summary.findings-none") if offset == 0 else ""
            page.span(row + 2 + offset, 12, 32, text, page.theme.format(font_size=9, font_color=f"#{MUTED}"))
            continue
        code = shown[offset]
        example = next(finding for finding in serious if finding.code == code)
        message, _ = words.finding_words(example, page.method, page.lang)
        sheet = page.word("sheet.findings")
        count = page.word("summary.count", count=by_code[code])
        page.span(row + 2 + offset, 12, 13, count, page.theme.format(**line, align="center", bold=True))
        place = words.shown_place(example.location)
        page.span(
            row + 2 + offset, 14, 19, place, page.theme.format(**line, font_color=f"#{LINK}", underline=1, shrink=True)
        )
        look = page.theme.format(**line, font_color=f"#{LINK}", underline=1, shrink=True)
        page.sheet.write_url(row + 2 + offset, 14, words.link_to(example.location), look, place, sheet)
        page.span(row + 2 + offset, 20, 32, message, page.theme.format(**line, text_wrap=False))


def _write_top(page: _Page, row: int, rows: Sequence[Row]) -> int:
    """The highest risks, each linked to its ledger row; returns the last row written."""
    page.sheet.set_row(row - 1, 8)
    page.heading(row, 0, 32, "summary.top")
    spans = (
        ("number", 0, 0), ("risk", 1, 2), ("level", 3, 4), ("name", 5, 12), ("business", 13, 15), ("medium", 16, 19),
        ("department", 20, 22), ("treatment", 23, 26), ("place", 27, 32),
    )  # fmt: skip
    for key, first, last in spans:
        page.span(
            row + 1,
            first,
            last,
            page.word(f"col.{key}").replace("\n", ""),
            page.theme.format(**_small_head(), shrink=True),
        )
    line = {"bottom": 1, "bottom_color": f"#{LINE}"}
    text = page.theme.format(**line, shrink=True)
    centre = page.theme.format(**line, align="center", shrink=True)
    link = page.theme.format(**line, font_color=f"#{LINK}", underline=1, shrink=True)
    top = [record for record in rows if not words.unassessed(record)][:_TOP]
    for offset, record in enumerate(top, start=2):
        at = row + offset
        fill, ink = page.theme.level_colours(record["level"])
        coloured = page.theme.format(**line, bg_color=f"#{fill}", font_color=f"#{ink}", bold=True, align="center")
        medium = words.medium_word(page.method, record["medium"], page.lang) or ""
        treatment = words.treatment_word(page.method, record["treatment"], page.lang) or ""
        page.span(at, 0, 0, offset - 1, centre)
        page.span(at, 1, 2, words.number(record["risk"]), coloured)
        page.span(at, 3, 4, level_word(page.method, record["level"], page.lang), coloured)
        page.span(at, 5, 12, record["name"] or "", link)
        page.sheet.write_url(
            at, 5, words.link_to(record["place"]), link, record["name"] or words.shown_place(record["place"])
        )
        page.span(at, 13, 15, record["business"] or "", text)
        page.span(at, 16, 19, medium, text)
        page.span(at, 20, 22, record["department"] or "", text)
        page.span(at, 23, 26, treatment, centre)
        page.span(at, 27, 32, words.shown_place(record["place"]), text)
    if not top:
        page.span(row + 2, 0, 32, page.word("summary.no-assets"), page.theme.format(font_color=f"#{MUTED}"))
    return row + 1 + max(len(top), 1)
