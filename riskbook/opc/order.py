"""The order in which the schema wants the children of a worksheet."""

from __future__ import annotations

from riskbook.opc.parts import Element, index_after

# The children of <worksheet>, in the order of the schema (CT_Worksheet).
_CHILDREN = (
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)


def index_for(root: Element, child: str) -> int:
    """The index at which to insert another `child` into a worksheet's root."""
    return index_after(root, _CHILDREN[: _CHILDREN.index(child) + 1])
