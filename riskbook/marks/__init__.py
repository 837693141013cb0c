"""riskbook's work inside a client's workbook: marks, result columns, sheets, and what people typed into them."""

from riskbook.marks.annotate import annotate
from riskbook.marks.carry import bring_back, keep_sheet
from riskbook.marks.graft import Placement, graft
from riskbook.marks.ownership import find_owned, mark_sheet, properties_of, set_properties, take_out
from riskbook.marks.source import readable

__all__ = [
    "Placement",
    "annotate",
    "bring_back",
    "find_owned",
    "graft",
    "keep_sheet",
    "mark_sheet",
    "properties_of",
    "readable",
    "set_properties",
    "take_out",
]
