"""The OOXML package as parts: opened once, patched where riskbook may, carried as it is everywhere else."""

from __future__ import annotations

from datetime import date

from riskbook.model import OwnedParts, Source
from riskbook.package import names
from riskbook.package.annotate import annotate
from riskbook.package.carry import bring_back, keep_sheet
from riskbook.package.charts import with_explicit_charts
from riskbook.package.container import Container, Limits
from riskbook.package.encryption import decrypted, encrypted, is_encrypted
from riskbook.package.graft import Placement, graft
from riskbook.package.lint import lint
from riskbook.package.ownership import find_owned, mark_sheet, properties_of, set_properties, take_out
from riskbook.package.save import is_held, read_file, reason, refuse_locked, replacing, save, sync_folder, usual_mode
from riskbook.package.styles import Styles
from riskbook.package.workbook import Workbook
from riskbook.package.worksheet import Worksheet

__all__ = [
    "Container",
    "Limits",
    "OwnedParts",
    "Placement",
    "Styles",
    "Workbook",
    "Worksheet",
    "annotate",
    "bring_back",
    "decrypted",
    "encrypted",
    "find_owned",
    "graft",
    "is_encrypted",
    "is_held",
    "keep_sheet",
    "lint",
    "mark_sheet",
    "properties_of",
    "read_file",
    "readable",
    "reason",
    "refuse_locked",
    "replacing",
    "save",
    "set_properties",
    "sync_folder",
    "take_out",
    "usual_mode",
    "with_explicit_charts",
]


def readable(workbook: Workbook, data: bytes, owned: OwnedParts) -> Source:
    """The workbook as reading gets it; strict OOXML is given in the dialect that openpyxl understands."""
    trimmed = workbook.parts.trimmed()
    if trimmed:
        data = Container(data, workbook.limits).written(dict(trimmed), {})
    if workbook.strict:
        container = Container(data, workbook.limits)
        changed: dict[str, bytes | None] = {
            name: names.to_dialect(container.read(name), strict=False)
            for name in container.names
            if name.endswith((".xml", ".rels"))
        }
        data = container.written(changed, {})
    return Source(
        data=data,
        sheet_states={sheet.name: sheet.state for sheet in workbook.sheets if sheet.kind == "worksheet"},
        facts=lambda name: Worksheet(workbook, name).facts(),
        owned=owned,
        first_day=date(1904, 1, 1) if workbook.date_1904 else date(1899, 12, 30),
        notices=tuple(code for code, applies in _notices(workbook) if applies),
    )


def _notices(workbook: Workbook) -> list[tuple[str, bool]]:
    """What a person should know of the workbook as a whole, as codes of findings."""
    return [
        ("workbook-locked", workbook.structure_locked),
        ("read-only-recommended", workbook.read_only_recommended),
        ("signature-present", workbook.signed),
    ]
