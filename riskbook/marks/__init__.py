"""riskbook's work inside a client's workbook: marks, result columns, sheets, and what people typed into them."""

from riskbook.marks.annotate import annotate, set_apart
from riskbook.marks.carry import bring_back, keep_sheet
from riskbook.marks.content import (
    Cells,
    Extras,
    by_short_name,
    client_cells,
    digest_texts,
    digests,
    digests_from,
    extra_texts,
    extras,
    extras_from,
    is_sealed,
    seal,
    short_name,
)
from riskbook.marks.differences import cell_differences
from riskbook.marks.graft import Placement, graft
from riskbook.marks.notes import (
    SheetNotes,
    find_notes,
    overwritten_lines,
    overwritten_results,
    put_back,
    release,
)
from riskbook.marks.ownership import find_owned, free_name, mark_sheet, properties_of, set_properties, take_out
from riskbook.marks.remember import Lines, remember_lines
from riskbook.marks.source import readable
from riskbook.marks.transplant import can_travel, transplant

__all__ = [
    "Cells",
    "Extras",
    "Lines",
    "Placement",
    "SheetNotes",
    "annotate",
    "bring_back",
    "by_short_name",
    "can_travel",
    "cell_differences",
    "client_cells",
    "digest_texts",
    "digests",
    "digests_from",
    "extra_texts",
    "extras",
    "extras_from",
    "find_notes",
    "find_owned",
    "free_name",
    "graft",
    "is_sealed",
    "keep_sheet",
    "mark_sheet",
    "overwritten_lines",
    "overwritten_results",
    "properties_of",
    "put_back",
    "readable",
    "release",
    "remember_lines",
    "seal",
    "set_apart",
    "set_properties",
    "short_name",
    "take_out",
    "transplant",
]
