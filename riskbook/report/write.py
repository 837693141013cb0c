"""A report about an assessed workbook, from its content to the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskbook.report.collect import collect
from riskbook.report.template import Template, given_template, open_template
from riskbook.text import label

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook


def written(result: AssessedWorkbook, lang: str, template: Template | None = None) -> bytes:
    """A report in Word; `template`: None for riskbook's own of the language. Raises `TemplateError`."""
    chosen = template or open_template(given_template(lang), f"{lang}.docx")
    report = collect(result, lang)
    title = label("report.title", lang, client=report.client)
    return chosen.rendered(report, title, result.assessment.today, lang)
