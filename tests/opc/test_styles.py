"""The styles part: what an appended cell format takes from the one it is derived from."""

from __future__ import annotations

import pytest
from lxml import etree

from riskbook.opc.container import Container
from riskbook.opc.styles import Styles
from riskbook.opc.workbook import Workbook
from tests.support.places import PACKAGES

_PART = "xl/styles.xml"
_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _workbook(base: str, named: int) -> tuple[Workbook, int]:
    """A workbook with `named` base styles whose last cell format is based on `base`; the index of that format."""
    container = Container((PACKAGES / "plain.xlsx").read_bytes())
    root = etree.fromstring(container.read(_PART))
    bases, formats = (root.find(f"{{*}}{table}") for table in ("cellStyleXfs", "cellXfs"))
    assert bases is not None
    assert formats is not None
    bases[:] = [etree.fromstring(etree.tostring(bases[0])) for _ in range(named)]
    formats.append(etree.fromstring(etree.tostring(formats[0])))
    formats[-1].set("xfId", base)
    return Workbook(container.written({_PART: etree.tostring(root)}, {})), len(formats) - 1


@pytest.mark.parametrize(
    ("base", "named", "expected"),
    [("0", 2, "0"), ("1", 2, "1"), ("2", 2, None), ("-1", 2, None), ("x", 2, None), ("0", 0, None)],
)
def test_a_derived_format_has_the_base_style_of_its_source_where_that_exists(
    base: str, named: int, expected: str | None
) -> None:
    workbook, source = _workbook(base, named)
    index = Styles(workbook).derived(source, horizontal="center")
    derived = workbook.parts.tree(_PART).find("{*}cellXfs")[index]
    assert derived.get("xfId") == expected
    assert derived[0].get("horizontal") == "center"


@pytest.mark.parametrize(("named", "expected"), [(2, "0"), (0, None)])
def test_an_adopted_format_has_the_first_base_style_where_there_is_one(named: int, expected: str | None) -> None:
    workbook, _ = _workbook("0", named)
    # A format of another workbook, whose base style means nothing here.
    other = etree.fromstring(
        f'<styleSheet xmlns="{_NS}"><fonts><font><b/></font></fonts><fills><fill/></fills>'
        '<borders><border/></borders><cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="7"/></cellXfs>'
        "</styleSheet>"
    )
    (index,), _ = Styles(workbook).adopt(other)
    adopted = workbook.parts.tree(_PART).find("{*}cellXfs")[index]
    assert adopted.get("xfId") == expected
