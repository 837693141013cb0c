"""Puts a blank questionnaire, or the incident sheet, into a workbook that people already use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from riskbook import marks, opc, pipeline, sheets
from riskbook.errors import LedgerError, OutputError
from riskbook.method import load_form
from riskbook.model import Area, Ledger, folded
from riskbook.opc import storage
from riskbook.settings import Settings

RESPONSE = "response"


@dataclass(frozen=True)
class Added:
    """Where a sheet was added: the file, its tab, its language, and the backup of the file ("" where it is new)."""

    path: str
    tab: str
    lang: str
    backup: str = ""


def add_sheet(
    source: str, kind: str, settings: Settings, *, output: str | None = None, service: str = "", force: bool = False
) -> Added:
    """Adds a blank sheet behind the last tab; everything else stays as it is.

    `kind`: "self_check" | "cloud" | "response". `output`: None for the workbook itself, of which a backup is kept;
    an existing other file is replaced only with `force`. `service`: the name of the cloud service, "" for one to be
    named. Raises `WorkbookError` where the workbook cannot be read, and `OutputError` where it has such a sheet
    already (of a cloud service of this name) or cannot be written.
    """
    data = storage.read(source)
    opened = pipeline.opened(data, settings)
    workbook = opened.workbook
    if settings.drop_signature:
        workbook.drop_signature()
    workbook.refuse_unwritable()
    ledger = _read(opened, settings)
    _refuse_second(opened, ledger, kind, service)
    lang = settings.lang or (ledger.lang if ledger is not None else "ja")
    taken = {folded(sheet.name) for sheet in workbook.sheets}
    issued, tab = sheets.issue_sheet(load_form(settings.method), settings.method, lang, kind, service, taken)
    marks.graft(workbook, opc.Styles(workbook), issued, [marks.Placement(tab, remembered=False)])
    if kind == RESPONSE:
        marks.mark_sheet(workbook, RESPONSE, tab, Area(1, 1, 1, 1))
    content = workbook.parts.written()
    opc.lint(content, opened.data, workbook.limits)
    if opened.password is not None:
        content = opc.encrypted(content, opened.password)
    return Added(output or source, tab, lang, _put(content, source, output, settings, force=force))


def _read(opened: pipeline.Opened, settings: Settings) -> Ledger | None:
    """What the workbook holds; None where it holds nothing that riskbook reads."""
    try:
        return pipeline.read_opened(opened, settings)
    except LedgerError:
        return None


def _refuse_second(opened: pipeline.Opened, ledger: Ledger | None, kind: str, service: str) -> None:
    there = [name for name, owned in opened.owned.sheets.items() if owned == kind == RESPONSE]
    if ledger is not None and kind == "self_check" and ledger.self_check is not None:
        there.append(ledger.self_check.sheet_name)
    if ledger is not None and kind == "cloud":
        there += [one.sheet_name for one in ledger.clouds if service and folded(one.service) == folded(service)]
    if there:
        raise OutputError("sheet-present", sheet=there[0])


def _put(content: bytes, source: str, output: str | None, settings: Settings, *, force: bool) -> str:
    """Writes the workbook; returns the backup of what was replaced, or ""."""
    target = output or source
    suffix = PurePosixPath(storage.name_of(source)).suffix
    if PurePosixPath(storage.name_of(target)).suffix.lower() != suffix.lower():
        raise OutputError("wrong-extension", path=target, suffix=suffix)
    before = storage.read_if_present(target)
    if before is not None and output is not None and not force:
        raise OutputError("exists", path=target)
    if not storage.is_url(target):
        opc.refuse_locked(Path(target))
    backup = "" if before is None else opc.keep(target, before, most=settings.backups())
    storage.write(content, target, overwrite=before is not None)
    return backup
