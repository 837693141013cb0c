"""One workbook, end to end: opened, read, assessed, and written back into a copy of itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from riskbook import analysis, marks, opc, reading, sheets
from riskbook.errors import LedgerError, OutputError
from riskbook.method import Method, load_form, load_method
from riskbook.model import (
    LONGEST_TAB,
    Assessment,
    EarlierRuns,
    Finding,
    Ledger,
    OwnedParts,
    Past,
    Step,
    as_text,
    as_texts,
    check_texts,
    folded,
)
from riskbook.settings import Settings

__all__ = ["AssessedWorkbook", "assess", "assess_bytes", "new_form", "read", "write_questions"]

_LONGEST_TYPED = 100  # of a company or department on a form
ASSESSED = "-assessed"  # what the copy of a workbook is called after it
_REPORTS = ("audit", "portfolio", "questions")  # workbooks of riskbook's that are no client's


@dataclass(eq=False)
class AssessedWorkbook:
    """A client's workbook with its assessment, ready to be written; made by `assess`.

    `path`: the input. `lang`: "ja" | "en", of the sheets. `settings`: how it was assessed.
    """

    path: Path
    assessment: Assessment
    settings: Settings
    lang: str
    _workbook: opc.Workbook
    _owned: OwnedParts
    _data: bytes
    _locked: bool

    @property
    def method(self) -> Method:
        """The method that it was assessed by."""
        return self.settings.method

    @property
    def risks(self) -> pd.DataFrame:
        """Every asset with its factors, risk, level and treatment; columns and dtypes as `Assessment` says."""
        return self.assessment.risks

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a person should know about the input: errors first."""
        return self.assessment.findings

    @property
    def summary(self) -> dict[str, int]:
        """Number of assets by level: large, medium, small, unassessed."""
        return self.assessment.counts()

    @property
    def title(self) -> str:
        """Whose workbook this is: the company named above a ledger, else the file name of the first run."""
        return self.assessment.ledger.company or self._source

    @property
    def _source(self) -> str:
        # A name out of an old archive may be no text at all.
        return self._owned.properties.get("source") or as_text(self.path.stem)

    @property
    def good_until(self) -> date | None:
        """The last day on which an assessment of this input says the same; None: for ever."""
        return analysis.good_until(self.assessment.ledger, self.assessment.today)

    @cached_property
    def record(self) -> dict[str, Any]:
        """The result in plain values, as JSON has them: client, findings in words, and what `analysis.state` gives."""
        findings = [self._plain(finding) for finding in self.findings]
        return {"client": self.title, "findings": findings, **analysis.state(self.assessment)}

    def _plain(self, finding: Finding) -> dict[str, Any]:
        message, mend = self.words(finding)
        return {
            "severity": finding.severity,
            "code": finding.code,
            "sheet": finding.location.sheet_name,
            "cell": finding.location.cell_ref or None,
            "subject": finding.subject,
            "message": message,
            "mend": mend,
            "open": finding.open,
            "response": finding.response,
            "reason": finding.reason,
        }

    def words(self, finding: Finding, lang: str | None = None) -> tuple[str, str]:
        """What one of the findings says, and what mends it, in the language of the sheets or the one asked for."""
        return sheets.finding_words(finding, self.method, lang or self.lang)

    def why(self, step: Step, lang: str | None = None) -> str:
        """Why a step of the roadmap stands where it stands, in the language of the sheets or the one asked for."""
        return sheets.step_words(step, self.method, lang or self.lang)

    @cached_property
    def content(self) -> bytes:
        """The bytes of the workbook with riskbook's sheets and columns in it.

        An encrypted input gives an unencrypted result here; `save` encrypts it with the same password.
        Raises `PackageError` where the package is signed or a ledger sheet has no room.
        """
        workbook, owned = self._workbook, self._owned
        workbook.refuse_unwritable()
        ledger, editable = self.assessment.ledger, sheets.editable_fields()
        earlier = ledger.layouts
        # A plan whose headers are gone is a person's sheet now.
        lost = [name for name, kind in owned.sheets.items() if kind in editable and kind not in earlier]
        owned = replace(owned, sheets={name: kind for name, kind in owned.sheets.items() if name not in lost})
        kept = {kind: marks.keep_sheet(workbook, layout.sheet_name) for kind, layout in earlier.items()}
        marks.take_out(workbook, owned, keep_dependents_of=[layout.sheet_name for layout in earlier.values()])
        remembered = as_texts(self.assessment.run, self.assessment.change)
        remembered |= check_texts(self.assessment.instruments.checks, owned.properties)
        marks.set_properties(workbook, {"format": "1", "source": self._source, **remembered})
        styles = opc.Styles(workbook)
        names = _free_names(workbook, self.lang)
        built = sheets.build(
            self.assessment,
            analysis.ranked(self.risks),
            self.method,
            self.lang,
            names=names,
            title=self.title,
            date_1904=workbook.date_1904,
        )
        first, *others = built.areas
        placements = [marks.Placement(names[first], first=True)]
        placements += [marks.Placement(names[kind]) for kind in others]
        marks.graft(workbook, styles, built.content, placements)
        words = sheets.own_words(self.method, self.lang)
        for kind, layout in earlier.items():
            part = workbook.sheet(names[kind]).part
            marks.bring_back(workbook, part, kept[kind], layout, built.layouts[kind], editable[kind], words)
        marks.annotate(workbook, styles, sheets.ledger_markups(self.assessment, self.method, self.lang), owned)
        for kind, area in built.areas.items():
            marks.mark_sheet(workbook, kind, names[kind], area)
        return workbook.parts.written()

    def save(self, path: str | Path, *, force: bool = False, backup: bool = False) -> Path:
        """Writes the workbook to `path`; an existing file is overwritten only with `force`.

        `backup` keeps the first original beside it as `NAME.bak`. The result is reopened before it is put in
        place. Raises `OutputError` where it cannot be written; then nothing was changed.
        """
        target = Path(path)
        opc.save(self.checked(), target, overwrite=force, backup=backup)
        return target

    def checked(self) -> bytes:
        """The bytes that `save` writes: reopened, and encrypted where the input was. Raises `OutputError`."""
        opc.lint(self.content, self._data, self._workbook.limits)
        return opc.encrypted(self.content, self.settings.password or "") if self._locked else self.content


def assess(path: str | Path, settings: Settings | None = None, **options: Any) -> AssessedWorkbook:
    """Reads and assesses one workbook; nothing is written until `save`.

    `settings`: how; by default `Settings()` and what a `riskbook.toml` beside the workbook says. `options`: fields of
    `Settings` that differ from it, for example `lang="en"`; `method` may also be a name ("ipa-4.0") or a TOML file.
    Raises `MethodError` for a bad method or project file and `WorkbookError` where the file cannot go on.
    """
    path, chosen = Path(path), _with(settings, options)
    return assess_bytes(opc.read_file(path), path, chosen.beside(path))


def assess_bytes(data: bytes, path: Path, settings: Settings, earlier: EarlierRuns | None = None) -> AssessedWorkbook:
    """Assesses a workbook that is at hand as bytes; `path` only names it, and no project file is looked for.

    `earlier`: what a history knows of it. Raises like `assess`.
    """
    locked = settings.password is not None and opc.is_encrypted(data)
    data = opc.decrypted(data, settings.password or "") if locked else data
    workbook, owned, ledger = _read(data, settings)
    if settings.drop_signature:
        workbook.drop_signature()
    past = Past.of_workbook(owned.properties, earlier)
    today = settings.today or date.today()
    assessment = analysis.analyse(ledger, settings.method, today, strict=settings.strict, past=past)
    return AssessedWorkbook(path, assessment, settings, settings.lang or ledger.lang, workbook, owned, data, locked)


def read(path: str | Path, settings: Settings | None = None, **options: Any) -> Ledger:
    """Reads the ledgers, threats and checks of one workbook, with the findings of reading; computes nothing.

    Parameters and errors as those of `assess`.
    """
    path, chosen = Path(path), _with(settings, options)
    return _read(opc.read_file(path), chosen.beside(path))[2]


def _with(settings: Settings | None, options: Mapping[str, Any]) -> Settings:
    """The settings with some of their fields replaced; a method may be given by its name or file."""
    if "method" in options:
        options = {**options, "method": _loaded(options["method"])}
    return replace(settings, **options) if settings is not None else Settings(**options)


def write_questions(
    results: Sequence[tuple[str, AssessedWorkbook]], method: Method, path: str | Path, lang: str, *, force: bool = False
) -> None:
    """Writes the open errors and warnings of several workbooks as one question sheet to send to the client.

    `results`: each with the name the client knows its workbook by. Raises `OutputError`.
    """
    for _, result in results:
        if Path(path).exists() and result.path.exists() and Path(path).samefile(result.path):
            raise OutputError("same-file", path=str(path))
    findings = [(name, finding) for name, result in results for finding in result.findings]
    opc.save(sheets.questions(findings, method, lang), Path(path), overwrite=force)


def new_form(
    path: str | Path,
    *,
    lang: str,
    company: str = "",
    departments: Sequence[str] = (),
    method: str | Path | Method | None = None,
    force: bool = False,
    extras: Sequence[str] = (),
    services: Sequence[str] = (),
    only: bool = False,
) -> Path:
    """Writes a blank form of the method's edition, to be filled in and then assessed; returns where it is.

    `lang`: "ja" | "en". `departments`: a ledger sheet for each; none for a single one. `extras`: questionnaires to
    add ("self_check", "cloud"). `services`: a cloud sheet for each; none for a single one. `only`: nothing else.
    Raises `MethodError`, and `OutputError` where it cannot be written.
    """
    loaded, target = _loaded(method), Path(path)
    if target.suffix.lower() != ".xlsx":
        raise OutputError("not-xlsx", path=str(target))
    for name in departments:
        for word in loaded.words.example:
            if word.casefold() in f"({name})".casefold():
                raise OutputError("department-example", name=name, word=word.strip("()"))
    named, served = ([name for name in map(_printable, given) if name] for given in (departments, services))
    content = sheets.issue_form(
        load_form(loaded), loaded, lang, _printable(company), named, extras=extras, services=served, only=only
    )
    opc.save(opc.with_explicit_charts(content), target, overwrite=force)
    return target


def _loaded(method: str | Path | Method | None) -> Method:
    return method if isinstance(method, Method) else load_method(*([] if method is None else [method]))


def _read(data: bytes, settings: Settings) -> tuple[opc.Workbook, OwnedParts, Ledger]:
    method, field_of = settings.method, settings.field_of()
    workbook = opc.Workbook(data, settings.limits())
    owned = marks.find_owned(workbook, sheets.signature(method))
    if owned.properties.get("format") in _REPORTS:
        raise LedgerError("own-report")
    source = marks.readable(workbook, data, owned)
    return workbook, owned, reading.read_ledger(source, method, sheets.own_headers(method), field_of)


def _free_names(workbook: opc.Workbook, lang: str) -> Mapping[str, str]:
    """Tab names for riskbook's sheets that no sheet of the client has."""
    taken = {folded(sheet.name) for sheet in workbook.sheets}
    names = {}
    for kind in sheets.KINDS:
        wanted = sheets.sheet_name(kind, lang)
        name = wanted
        number = 1
        while folded(name) in taken:
            suffix = " (riskbook)" if number == 1 else f" (riskbook {number})"
            name = wanted[: LONGEST_TAB - len(suffix)] + suffix
            number += 1
        names[kind] = name
        taken.add(folded(name))
    return names


def _printable(text: str) -> str:
    """A name without what a workbook cannot hold: control characters, half of a pair, non-characters."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Cn")).strip()[:_LONGEST_TYPED]
