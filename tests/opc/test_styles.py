"""Formats that riskbook appends to those of the client."""

from __future__ import annotations

import pytest

from riskbook.opc import Styles, Workbook
from tests.support.places import PACKAGES


@pytest.mark.parametrize(
    ("base", "bases", "expected"),
    [("1", 2, "1"), ("0", 2, "0"), ("2", 2, None), ("7", 1, None), ("x", 2, None)],
    ids=["its own", "the first", "one beyond the last", "far beyond", "no number"],
)
def test_a_derived_format_has_the_base_style_of_its_model_where_there_is_one(
    base: str, bases: int, expected: str | None
) -> None:
    """A base style that is missing makes Excel repair the file."""
    workbook = Workbook((PACKAGES / "plain.xlsx").read_bytes())
    part = workbook.parts.related(workbook.part, "styles")
    assert part is not None
    root = workbook.parts.edit(part)
    formats, base_formats = root.find(workbook.tag("cellXfs")), root.find(workbook.tag("cellStyleXfs"))
    for entry in list(base_formats)[1:]:
        base_formats.remove(entry)
    for _ in range(bases - 1):
        base_formats.append(base_formats[0].__copy__())
    model = formats[0].__copy__()
    model.set("xfId", base)
    formats.append(model)
    styles = Styles(workbook)
    made = styles.derived(len(formats) - 1, horizontal="center")
    assert root.find(workbook.tag("cellXfs"))[made].get("xfId") == expected
