"""Writes out the chart settings whose default differs between programs.

Excel reads a missing setting one way in a file of Excel 2007 (which xlsxwriter imitates) and another way in later
files; riskbook's charts are copied into files of either kind.
"""

from __future__ import annotations

from lxml import etree

from riskbook.opc.container import Container
from riskbook.opc.parts import Element, parse, serialised

_LABEL_PARTS = ("idx", "layout", "tx", "numFmt", "spPr", "txPr", "dLblPos")
_SHOWN = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")

_Rule = tuple[str, str, str, tuple[str, ...]]

# Parent → (the parent's own parent or "" for any, child, value, the children that the schema puts before it).
_RULES: dict[str, tuple[_Rule, ...]] = {
    "chartSpace": (("", "roundedCorners", "0", ("date1904", "lang")),),
    "barChart": (("", "varyColors", "0", ("barDir", "grouping")),),
    "lineChart": (("", "varyColors", "0", ("grouping",)),),
    "ser": (
        ("barChart", "invertIfNegative", "0", ("idx", "order", "tx", "spPr")),
        ("lineChart", "smooth", "0", ("idx", "order", "tx", "spPr", "marker", "dPt", "dLbls", "cat", "val")),
    ),
    "catAx": (("", "delete", "0", ("axId", "scaling")),),
    "valAx": (("", "delete", "0", ("axId", "scaling")),),
    "legend": (("", "overlay", "0", ("legendPos", "legendEntry", "layout")),),
    "title": (("", "overlay", "0", ("tx", "layout")),),
}
_RULES["dLbl"] = _RULES["dLbls"] = tuple(
    ("", shown, "0", (*_LABEL_PARTS, "dLbl", *_SHOWN[:place])) for place, shown in enumerate(_SHOWN)
)


def explicit(content: bytes, part: str) -> bytes:
    """The bytes of a chart part with each setting of `_RULES` added where it is missing."""
    root = parse(content, part)
    space = root.tag[: root.tag.index("}") + 1]
    for label in root.iter(f"{space}dLbl"):
        # A label with settings of its own shows the value where the labels around it do.
        labels = label.getparent()
        shown = None if labels is None else labels.find(f"{space}showVal")
        if shown is not None and not {"showVal", "delete"} & set(_children(label)):
            etree.SubElement(label, f"{space}showVal", val=shown.get("val", "1"))
    for element in root.iter(*(space + holder for holder in _RULES)):
        holder, children, parent = _local(element), _children(element), element.getparent()
        inside = "" if parent is None else _local(parent)
        for above, child, value, before in _RULES[holder]:
            # In the schema a label has either <delete> or the settings of what it shows, never both.
            unwanted = child in children or (holder == "dLbl" and "delete" in children)
            if not unwanted and above in ("", inside):
                place = sum(name in before for name in children)
                element.insert(place, etree.Element(space + child, val=value))
                children.insert(place, child)
    return serialised(root)


def with_explicit_charts(data: bytes) -> bytes:
    """The bytes of a whole package in which each chart part is `explicit`."""
    container = Container(data)
    charts = [name for name in container.names if name.startswith("xl/charts/chart")]
    changed: dict[str, bytes | None] = {name: explicit(container.read(name), name) for name in charts}
    return container.written(changed, {})


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: Element) -> list[str]:
    return [_local(entry) for entry in element if isinstance(entry.tag, str)]
