"""Writes out the chart settings whose defaults differ between programs.

A missing setting has one default in a file of Excel 2007 (as xlsxwriter makes them) and another in later ones;
riskbook's charts are inserted into both.
"""

from __future__ import annotations

from lxml import etree

from riskbook.opc.container import Container
from riskbook.opc.parts import Element, parse, serialised

_LABEL_PARTS = ("idx", "layout", "tx", "numFmt", "spPr", "txPr", "dLblPos")
_SHOWN = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")

# (parent, its own parent or "", child, value, what stands before the child)
_RULES: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("chartSpace", "", "roundedCorners", "0", ("date1904", "lang")),
    ("barChart", "", "varyColors", "0", ("barDir", "grouping")),
    ("lineChart", "", "varyColors", "0", ("grouping",)),
    ("ser", "barChart", "invertIfNegative", "0", ("idx", "order", "tx", "spPr")),
    ("ser", "lineChart", "smooth", "0", ("idx", "order", "tx", "spPr", "marker", "dPt", "dLbls", "cat", "val")),
    ("catAx", "", "delete", "0", ("axId", "scaling")),
    ("valAx", "", "delete", "0", ("axId", "scaling")),
    ("legend", "", "overlay", "0", ("legendPos", "legendEntry", "layout")),
    ("title", "", "overlay", "0", ("tx", "layout")),
    *(
        (holder, "", shown, "0", (*_LABEL_PARTS, "dLbl", *_SHOWN[:place]))
        for holder in ("dLbl", "dLbls")
        for place, shown in enumerate(_SHOWN)
    ),
)


def explicit(content: bytes, part: str) -> bytes:
    """A chart part with every setting added on whose default programs disagree."""
    root = parse(content, part)
    namespace = etree.QName(root).namespace
    for label in root.iter(f"{{{namespace}}}dLbl"):
        # A label with its own format shows what the labels around it show.
        labels = label.getparent()
        shown = None if labels is None else labels.find(f"{{{namespace}}}showVal")
        if shown is not None and not {"showVal", "delete"} & _children(label):
            etree.SubElement(label, f"{{{namespace}}}showVal", val=shown.get("val", "1"))
    for holder, above, child, value, before in _RULES:
        for element in root.iter(f"{{{namespace}}}{holder}"):
            parent = element.getparent()
            if above and (parent is None or etree.QName(parent).localname != above):
                continue
            # A label is either deleted or shown: the schema allows only one of them.
            if child in _children(element) or (holder == "dLbl" and "delete" in _children(element)):
                continue
            place = sum(etree.QName(entry).localname in before for entry in element if isinstance(entry.tag, str))
            element.insert(place, etree.Element(f"{{{namespace}}}{child}", val=value))
    return serialised(root)


def with_explicit_charts(data: bytes) -> bytes:
    """A whole package with its charts made `explicit`."""
    container = Container(data)
    charts = [name for name in container.names if name.startswith("xl/charts/chart")]
    changed: dict[str, bytes | None] = {name: explicit(container.read(name), name) for name in charts}
    return container.written(changed, {})


def _children(element: Element) -> set[str]:
    return {etree.QName(entry).localname for entry in element if isinstance(entry.tag, str)}
