"""Issues the blank form: sheets to fill in, with formulas that compute the same as riskbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from xlsxwriter.workbook import Workbook

from riskbook.method import FormFile, Method
from riskbook.model import Carried
from riskbook.sheets.form import carried_over, diagnosis, form_sheets, guide, ledger, questionnaires
from riskbook.sheets.form.parts import Form, cloud_tabs, free_tab, ledger_tabs
from riskbook.sheets.instruments import response
from riskbook.sheets.theme import Theme

__all__ = ["issue", "issue_sheet"]

_CREATED = datetime(2026, 1, 1)  # a fixed date, so that the same form gives the same bytes


def issue(
    content: FormFile,
    method: Method,
    lang: str,
    company: str,
    departments: Sequence[str],
    *,
    extras: Sequence[str] = (),
    services: Sequence[str] = (),
    only: bool = False,
    carried: Carried | None = None,
) -> bytes:
    """The bytes of a blank form.

    `content`: threats and questions, as `method.load_form` gives them. `company`: shown on every sheet to fill in, or
    "". `departments`: a ledger sheet for each, one ledger where empty. `extras`: questionnaires to add ("self_check",
    "cloud"); `services`: a sheet for each cloud service, one without a name where empty. `only`: no other sheets.
    `carried`: what is filled in from another workbook; where it names several ledgers, `departments` are these.
    """
    buffer = io.BytesIO()
    book = _workbook(buffer, method, lang)
    form = Form(
        book, Theme(book, lang, method), method, lang, content, company, tuple(departments), carried or Carried()
    )
    if not only:
        _write_risk_analysis(form, extras)
    if form.carried.left:
        carried_over.write(book.add_worksheet(form.tab("left")), form)
    if "self_check" in extras:
        questionnaires.write_self_check(book.add_worksheet(form.tab("self_check")), form)
    if "cloud" in extras:
        for tab, service in zip(cloud_tabs(form, services), services or ("",), strict=True):
            questionnaires.write_cloud(book.add_worksheet(tab), form, service)
    book.close()
    return buffer.getvalue()


def issue_sheet(
    content: FormFile, method: Method, lang: str, kind: str, service: str, taken: set[str]
) -> tuple[bytes, str]:
    """The bytes of a workbook with one blank sheet to add to another workbook, and the name of its tab.

    `kind`: "self_check" | "cloud" | "response". `service`: the cloud service, or "". `taken`: the (folded) names of
    tabs that the other workbook has.
    """
    buffer = io.BytesIO()
    book = _workbook(buffer, method, lang)
    form = Form(book, Theme(book, lang, method), method, lang, content, "", (), Carried())
    tab = free_tab(form, kind, service, taken)
    sheet = book.add_worksheet(tab)
    if kind == "cloud":
        questionnaires.write_cloud(sheet, form, service)
    elif kind == "self_check":
        questionnaires.write_self_check(sheet, form)
    else:
        response.write_lines(sheet, form, method, ())
    book.close()
    return buffer.getvalue(), tab


def _workbook(buffer: io.BytesIO, method: Method, lang: str) -> Workbook:
    book = Workbook(buffer, {"in_memory": True, "strings_to_urls": False, "default_date_format": "yyyy/m/d"})
    book.set_properties({"created": _CREATED, "comments": method.title[lang]})
    return book


def _write_risk_analysis(form: Form, extras: Sequence[str]) -> None:
    """Writes guide, example, ledgers, threats, checks and diagnosis."""
    sheets = {kind: form.book.add_worksheet(form.tab(kind)) for kind in ("guide", "example")}
    ledgers = [form.book.add_worksheet(name) for name in ledger_tabs(form)]
    sheets |= {kind: form.book.add_worksheet(form.tab(kind)) for kind in ("threats", "checks", "diagnosis")}
    names = [sheet.get_name() for sheet in ledgers]
    guide.write(sheets["guide"], form, names, extras)
    ledger.write_example(sheets["example"], form)
    for number, (sheet, department) in enumerate(zip(ledgers, form.departments or ("",), strict=True), start=1):
        assets = form.carried.ledgers[number - 1][1] if form.carried.ledgers else ()
        # The name of a ledger that is carried over need not be that of a department.
        ledger.write(sheet, form, number, "" if form.carried.ledgers else department, assets)
    form_sheets.write_threats(sheets["threats"], form)
    form_sheets.write_checks(sheets["checks"], form)
    diagnosis.write(sheets["diagnosis"], form, names)
    ledgers[0].activate()
