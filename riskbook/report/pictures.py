"""The pictures of a report, drawn with matplotlib: heat map, and bars of the levels.

The same input gives the same bytes on every machine: the fonts come with the packages, and no state of pyplot is used.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle

from riskbook.report.content import Picture
from riskbook.sheets import Overview
from riskbook.sheets.widths import display_width
from riskbook.text import joined, label

_MILLIMETRES, _DPI = 25.4, 200
_WIDTH = 77  # millimetres: two pictures stand side by side on A4
_HEIGHT = 64
_INK, _MUTED = "#1F2937", "#6B7280"
_SMALLEST_SHARE = 0.06  # of a bar, below which a part has no room for its number


class _Drawing:
    """A figure of the usual size whose texts are right in any language."""

    def __init__(self, words: Sequence[str]) -> None:
        self.figure = Figure(figsize=(_WIDTH / _MILLIMETRES, _HEIGHT / _MILLIMETRES), dpi=_DPI)
        FigureCanvasAgg(self.figure)
        self.axes: Any = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, _WIDTH)
        self.axes.set_ylim(0, _HEIGHT)
        self._wide = any(display_width(word) != len(word) for word in words)

    def box(self, left: float, bottom: float, width: float, height: float, colour: str) -> None:
        """A field in a colour (RRGGBB) with a white edge."""
        place = Rectangle((left, bottom), width, height, facecolor=f"#{colour}", edgecolor="white", linewidth=1.2)
        self.axes.add_patch(place)

    def text(self, x: float, y: float, said: str, size: float, *, bold: bool = False, **look: Any) -> None:
        """A text, in the middle of its place unless `look` (as matplotlib names it) says otherwise."""
        font = FontProperties(fname=_japanese_font() if self._wide else _usual_font(bold), size=size)
        look = {"ha": "center", "va": "center", "color": _INK, **look}
        # parse_math: a "$" is no formula.
        self.axes.text(x, y, said, fontproperties=font, parse_math=False, **look)

    def picture(self, words: str) -> Picture:
        """The picture; `words`: what it shows."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", metadata={"Software": None})
        return Picture(buffer.getvalue(), _WIDTH, words)


def _japanese_font() -> Path:
    """IPAexGothic. Its package is not imported, for that would change the font of every figure of the process."""
    spec = find_spec("matplotlib_fontja")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'matplotlib_fontja'", name="matplotlib_fontja")
    return Path(spec.origin).parent / "fonts" / "ipaexg.ttf"


def _usual_font(bold: bool) -> Path:
    """The font that comes with matplotlib."""
    return Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if bold else ''}.ttf")


def heat_map(overview: Overview, lang: str) -> Picture:
    """The number of assets by importance (upwards) and likelihood (to the right), in the colours of the levels."""
    across, values = overview.across
    upwards = label("col.importance", lang)
    levels = {field.level: field.word for _, fields in overview.heat for field in fields}
    drawing = _Drawing([across, upwards, *levels.values()])
    left, bottom, top = 11.0, 11.0, 1.0
    width, height = (_WIDTH - left - 1) / len(values), (_HEIGHT - bottom - top) / len(overview.heat)
    size = min(15.0, 1.2 * height, 0.8 * width)
    for row, (importance, fields) in enumerate(overview.heat):
        y = _HEIGHT - top - (row + 1) * height
        drawing.text(left - 3, y + height / 2, str(importance), min(9.0, height), color=_MUTED)
        for column, field in enumerate(fields):
            x, (fill, ink) = left + column * width, overview.colours[field.level]
            drawing.box(x, y, width, height, fill)
            roomy = height >= 12 and width >= 12
            middle = y + height * (0.6 if roomy else 0.5)
            look = {"color": f"#{ink}", "alpha": 1.0 if field.count else 0.35}
            drawing.text(x + width / 2, middle, f"{field.count:,}", size, bold=field.count > 0, **look)
            if roomy:
                said = label("summary.heatcell", lang, risk=field.risk, level=field.word)
                drawing.text(x + width / 2, y + height * 0.24, said, 6.0, color=f"#{ink}")
    for column, value in enumerate(values):
        drawing.text(left + (column + 0.5) * width, bottom - 3, str(value), 9.0, color=_MUTED)
    drawing.text((left + _WIDTH) / 2, 3, across, 8.0, color=_MUTED)
    drawing.text(3, (bottom + _HEIGHT) / 2, upwards, 8.0, color=_MUTED, rotation=90)
    counted = [
        label("report.heat-words", lang, count=field.count, importance=importance, likelihood=value, level=field.word)
        for importance, fields in overview.heat
        for value, field in zip(values, fields, strict=True)
        if field.count
    ]
    title = label("summary.heatmap", lang)
    return drawing.picture(f"{title}: {joined(counted, lang, parts=True)}" if counted else title)


def bars(
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[float | None]]],
    colours: Sequence[tuple[str, str]],
    lang: str,
) -> Picture:
    """A bar for each row, its parts one above the other, the first on top; a legend below.

    `columns`: the names of the parts. `colours`: fill and ink of each (RRGGBB).
    """
    drawing = _Drawing([*columns, *(name for name, _ in rows)])
    bottom, top = 15.0, 2.0
    total = max((sum(value or 0 for value in values) for _, values in rows), default=0) or 1
    height, wide = (_HEIGHT - bottom - top) / total, _WIDTH / (2 * len(rows) + 1)
    for place, (name, values) in enumerate(rows):
        x, y = wide * (2 * place + 1) - wide * 0.2, bottom
        for value, (fill, ink) in reversed(list(zip(values, colours, strict=True))):
            part = (value or 0) * height
            if part:
                drawing.box(x, y, wide * 1.4, part, fill)
            if part >= _SMALLEST_SHARE * (_HEIGHT - bottom - top):
                said = f"{value:,.0f}"
                drawing.text(x + wide * 0.7, y + part / 2, said, 9.0, color=f"#{ink}", bold=True)
            y += part
        drawing.text(x + wide * 0.7, bottom - 3.2, name, 8.5)
    used = [n for n in range(len(columns)) if any(values[n] for _, values in rows)]
    _legend(drawing, [(columns[n], colours[n][0]) for n in used])
    parts = [
        f"{name}: {joined([f'{columns[n]} {values[n] or 0:,.0f}' for n in used], lang, parts=True)}"
        for name, values in rows
    ]
    return drawing.picture("; ".join(parts))


def _legend(drawing: _Drawing, entries: Sequence[tuple[str, str]]) -> None:
    """Names with their colours in a line at the foot."""
    each = _WIDTH / max(len(entries), 1)
    size = min(7.5, 2.1 * each / max((display_width(name) for name, _ in entries), default=1))
    for place, (name, colour) in enumerate(entries):
        drawing.box(place * each + 1, 3, 3.4, 3.4, colour)
        drawing.text(place * each + 5.5, 4.6, name, size, ha="left", color=_MUTED)
