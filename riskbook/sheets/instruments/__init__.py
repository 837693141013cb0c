"""The sheets of the guideline's other instruments: which there are, and how each is written."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import Area, Assessment, ListLayout
from riskbook.sheets.instruments import action, cloud, facts, regulations, response, self_check, threats
from riskbook.sheets.theme import Theme

__all__ = ["KINDS", "response", "there", "write"]

KINDS = ("self_check", "cloud", "action", "regulations", "threats", "transfer", "response", "reference")  # in tab order


def there(assessment: Assessment) -> tuple[str, ...]:
    """The kinds that this workbook has something to say to."""
    found = assessment.instruments
    left_out = {
        "self_check": found.self_check is None,
        "cloud": not found.clouds and not found.unchecked,
        "regulations": found.regulations is None,
        "transfer": not found.transfers,
    }
    return tuple(kind for kind in KINDS if not left_out.get(kind))


def write(
    book: Workbook, sheets: Mapping[str, Worksheet], theme: Theme, assessment: Assessment, method: Method, lang: str
) -> tuple[dict[str, Area], ListLayout]:
    """Writes the sheets that are `there`; the area of each, and where the lines of the incident sheet stand."""
    areas: dict[str, Area] = {}
    if "self_check" in sheets:
        areas["self_check"] = self_check.write(book, sheets["self_check"], theme, assessment, method, lang)
    plain = {
        "cloud": cloud.write,
        "action": action.write,
        "regulations": regulations.write,
        "threats": threats.write,
        "transfer": facts.write_transfer,
    }
    for kind, write_kind in plain.items():
        if kind in sheets:
            areas[kind] = write_kind(sheets[kind], theme, assessment, method, lang)
    areas["response"], layout = response.write(sheets["response"], theme, assessment, method, lang)
    areas["reference"] = facts.write_reference(sheets["reference"], theme, method, lang)
    return areas, layout
