"""Excel charts in riskbook's look; they read cells of a sheet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook

from riskbook.sheets.theme import FONTS, INK, LINE, MUTED

Cells = tuple[int, int, int, int]  # first row, first column, last row, last column, 0-based as xlsxwriter counts


@dataclass(frozen=True)
class Series:
    """One series of a chart: cell of its name, cells of its values, its colour (RRGGBB).

    `points`: a colour for each point, where they differ. `unlabelled`: points (0…) too small for a number, or blank.
    """

    name: tuple[int, int]
    values: Cells
    colour: str
    points: Sequence[str] = ()
    unlabelled: Collection[int] = ()


def chart(
    book: Workbook,
    sheet_name: str,
    lang: str,
    kind: str,
    categories: Cells,
    series: Sequence[Series],
    *,
    subtype: str = "",
    legend: str = "bottom",
    reverse: bool = False,
    highest: float | None = None,
    number_format: str = "General",
    title: str = "",
    size: int = 8,
    gap: int = 40,
    ceiling: float | None = None,
) -> Chart:
    """A chart of `kind` ("bar", "column", "line", "doughnut") over cells of one sheet.

    `series`: over `categories`. `legend`: its side, or "" for none. `reverse`: the first category on top (bars).
    `highest`: end of the value axis. `ceiling`: the same for a hidden axis, where points show their numbers and the
    highest one needs room. `size`: of the font, in points. `gap`: between bars, in % of their width.
    """
    font = {"name": FONTS[lang], "size": size, "color": f"#{INK}"}
    made: Chart = book.add_chart({"type": kind, "subtype": subtype} if subtype else {"type": kind})
    for entry in series:
        made.add_series(
            _series(sheet_name, kind, categories, entry, font, number_format, gap, subtype, ceiling is not None)
        )
    made.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    made.set_plotarea({"fill": {"none": True}})
    if title:
        made.set_title({"name": title, "name_font": {**font, "size": size + 2, "bold": True}, "overlay": False})
    else:
        made.set_title({"none": True})
    made.set_legend({"position": legend, "font": font} if legend else {"none": True})
    if kind == "doughnut":
        made.set_hole_size(58)
        return made
    axis = {
        "interval_unit": 1,
        "num_font": font,
        "line": {"color": f"#{LINE}"},
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
    }
    values = _value_axis(font, number_format, gridlines=kind == "line", highest=highest, ceiling=ceiling)
    # In a bar chart the categories are on xlsxwriter's y axis.
    set_categories, set_values = made.set_x_axis, made.set_y_axis
    if kind == "bar":
        set_categories, set_values = set_values, set_categories
    set_categories({**axis, "reverse": reverse})
    # Excel puts the value axis at the first category, which is on top where the categories run downwards.
    set_values(values | ({"label_position": "high"} if reverse else {}))
    return made


def _value_axis(
    font: dict[str, Any], number_format: str, *, gridlines: bool, highest: float | None, ceiling: float | None
) -> dict[str, Any]:
    """The options of the value axis: with gridlines, or hidden where each point shows its number."""
    values: dict[str, Any] = {"line": {"none": True}, "min": 0, "num_format": number_format}
    values["num_font"] = {**font, "color": f"#{MUTED}"}
    if (gridlines and ceiling is None) or highest is not None:
        values["major_gridlines"] = {"visible": True, "line": {"color": f"#{LINE}", "width": 0.5}}
        return values | ({"max": highest, "major_unit": highest / 4} if highest is not None else {})
    values |= {"visible": False, "major_gridlines": {"visible": False}}
    return values | ({"max": ceiling} if ceiling is not None else {})


def radar(
    book: Workbook,
    sheet_name: str,
    lang: str,
    categories: Cells,
    series: Sequence[Series],
    *,
    lowest: float,
    highest: float,
    size: int = 8,
) -> Chart:
    """A radar of whole scores from `lowest` (the centre) to `highest` (the rim)."""
    font = {"name": FONTS[lang], "size": size, "color": f"#{INK}"}
    made: Chart = book.add_chart({"type": "radar", "subtype": "with_markers"})
    for entry in series:
        colour = {"color": f"#{entry.colour}"}
        made.add_series(
            {
                "name": [sheet_name, *entry.name],
                "categories": [sheet_name, *categories],
                "values": [sheet_name, *entry.values],
                "line": {**colour, "width": 1.75},
                "marker": {"type": "circle", "size": 5, "fill": colour, "border": colour},
            }
        )
    made.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    made.set_title({"none": True})
    made.set_legend({"position": "bottom", "font": font} if len(series) > 1 else {"none": True})
    made.set_x_axis({"num_font": font, "major_gridlines": {"visible": True, "line": {"color": f"#{LINE}"}}})
    grid = {"visible": True, "line": {"color": f"#{LINE}", "width": 0.5}}
    made.set_y_axis(
        {
            "min": lowest,
            "max": highest,
            "major_unit": 1,
            "num_font": {**font, "color": f"#{MUTED}"},
            "major_gridlines": grid,
            "line": {"color": f"#{LINE}"},
        }
    )
    return made


def scatter(
    book: Workbook,
    sheet_name: str,
    lang: str,
    across: Cells,
    up: Cells,
    names: Sequence[str],
    *,
    colour: str,
    title: str,
    axes: tuple[str, str],
    size: int = 9,
) -> Chart:
    """Points over two axes from 0; `names`: beside each point, "" for none. `axes`: what they measure."""
    font = {"name": FONTS[lang], "size": size, "color": f"#{INK}"}
    made: Chart = book.add_chart({"type": "scatter"})
    fill = {"color": f"#{colour}"}
    labels = [{"value": name, "font": font} if name else {"delete": True} for name in names]
    made.add_series(
        {
            "categories": [sheet_name, *across],
            "values": [sheet_name, *up],
            "marker": {"type": "circle", "size": 8, "fill": fill, "border": {"color": "#FFFFFF"}},
            "data_labels": {"value": True, "position": "right", "font": font, "custom": labels},
        }
    )
    made.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    made.set_title({"name": title, "name_font": {**font, "size": size + 2, "bold": True}, "overlay": False})
    made.set_legend({"none": True})
    grid = {"visible": True, "line": {"color": f"#{LINE}", "width": 0.5}}
    for set_axis, name in ((made.set_x_axis, axes[0]), (made.set_y_axis, axes[1])):
        set_axis({"name": name, "name_font": font, "num_font": font, "min": 0, "major_gridlines": grid})
    return made


def _series(
    sheet_name: str,
    kind: str,
    categories: Cells,
    entry: Series,
    font: dict[str, Any],
    number_format: str,
    gap: int,
    subtype: str,
    labelled: bool,
) -> dict[str, Any]:
    options: dict[str, Any] = {
        "name": [sheet_name, *entry.name],
        "categories": [sheet_name, *categories],
        "values": [sheet_name, *entry.values],
    }
    if kind == "line":
        options["line"] = {"color": f"#{entry.colour}", "width": 2.25}
        marker = {"fill": {"color": f"#{entry.colour}"}, "border": {"color": f"#{entry.colour}"}}
        options["marker"] = {"type": "circle", "size": 6, **marker}
        if labelled:
            options["data_labels"] = {"value": True, "position": "above", "font": font, "num_format": "#,##0"}
        return options
    options["fill"] = {"color": f"#{entry.colour}"}
    options["border"] = {"color": "#FFFFFF", "width": 0.75}
    if entry.points:
        options["points"] = [
            {"fill": {"color": f"#{colour}"}, "border": {"color": "#FFFFFF", "width": 0.75}} for colour in entry.points
        ]
    # The label 0 of an empty part would cover the bar beside it.
    shown = "#,##0;;" if number_format == "General" else number_format
    inside = kind == "doughnut" or subtype == "stacked"
    ink = {"color": "#FFFFFF"} if inside and _dark(entry.colour) else {}
    options["data_labels"] = {"value": True, "font": {**font, **ink}, "num_format": shown}
    if entry.points:
        inks = [{"color": "#FFFFFF" if _dark(colour) else f"#{INK}"} for colour in entry.points]
        options["data_labels"]["custom"] = [{"font": {**font, **one}} for one in inks]
    for place in sorted(entry.unlabelled):
        custom = options["data_labels"].setdefault("custom", [])
        custom += [None] * (place + 1 - len(custom))
        custom[place] = {"delete": True}
    if kind != "doughnut":
        options["gap"] = gap
        if subtype == "stacked":
            options["overlap"] = 100
    return options


def _dark(colour: str) -> bool:
    """Whether white is easier to read on a colour than the dark ink."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    # Brightness as the eye sees it, 0…255.
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140
