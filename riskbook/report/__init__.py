"""A report in Word: what it says, the template that lays it out, pictures, and the same as PDF."""

from riskbook.report.check import unshown
from riskbook.report.fields import FIELDS, KINDS, Field, every_field
from riskbook.report.pdf import as_pdf, find_office
from riskbook.report.template import Template, given_template, open_template
from riskbook.report.write import written

__all__ = [
    "FIELDS",
    "KINDS",
    "Field",
    "Template",
    "as_pdf",
    "every_field",
    "find_office",
    "given_template",
    "open_template",
    "unshown",
    "written",
]
