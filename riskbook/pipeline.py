"""One workbook, end to end: opened, read, assessed, and written back into a copy of itself."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from riskbook import analysis, marks, opc, reading, sheets
from riskbook.errors import LedgerError, MethodError, OutputError
from riskbook.method import Method, load_form, load_method
from riskbook.model import (
    LONGEST_TAB,
    Assessment,
    Earlier,
    Finding,
    Ledger,
    OwnedParts,
    Step,
    as_texts,
    check_texts,
    checks_from,
    folded,
    from_texts,
)

__all__ = ["AssessedWorkbook", "assess", "check_settings", "new_form", "project_settings", "read", "write_questions"]

_LONGEST_TYPED = 100  # of a company or department on a form
PROJECT_FILE = "riskbook.toml"
ASSESSED = "-assessed"  # what the copy of a workbook is called after it
_REPORTS = ("audit", "portfolio", "questions")  # workbooks of riskbook's that are no client's


class AssessedWorkbook:
    """A client's workbook with its assessment, ready to be written.

    `assessment`, `method`, `lang` ("ja" | "en", of the sheets), `path` (the input). Made by `assess`.
    """

    def __init__(
        self,
        path: Path,
        workbook: opc.Workbook,
        owned: OwnedParts,
        assessment: Assessment,
        method: Method,
        lang: str,
        data: bytes,
        password: str | None = None,
    ) -> None:
        self.path = path
        self._data = data
        self._password = password
        self.assessment = assessment
        self.method = method
        self.lang = lang
        self._workbook = workbook
        self._owned = owned

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
        return self._owned.properties.get("source") or self.path.stem.encode("utf-8", "backslashreplace").decode()

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
        ledger = self.assessment.ledger
        earlier = ledger.layouts
        # A plan whose headers are gone is a person's sheet now.
        lost = [name for name, kind in owned.sheets.items() if kind in sheets.EDITABLE and kind not in earlier]
        owned = replace(owned, sheets={name: kind for name, kind in owned.sheets.items() if name not in lost})
        kept = {kind: marks.keep_sheet(workbook, layout.sheet_name) for kind, layout in earlier.items()}
        marks.take_out(workbook, owned, keep_dependents_of=[layout.sheet_name for layout in earlier.values()])
        remembered = as_texts(self.assessment.run, self.assessment.change)
        remembered |= check_texts(self.assessment.instruments.checks, owned.properties)
        marks.set_properties(workbook, {"format": "1", "source": self._source, **remembered})
        styles = opc.Styles(workbook)
        names = _free_names(workbook, self.lang)
        built, areas, layouts = sheets.build(
            self.assessment,
            analysis.ranked(self.risks),
            self.method,
            self.lang,
            names=names,
            title=self.title,
            date_1904=workbook.date_1904,
        )
        first, *others = areas
        placements = [marks.Placement(names[first], first=True)]
        placements += [marks.Placement(names[kind]) for kind in others]
        marks.graft(workbook, styles, built, placements)
        words = sheets.own_words(self.method, self.lang)
        for kind, layout in earlier.items():
            part = workbook.sheet(names[kind]).part
            marks.bring_back(workbook, part, kept[kind], layout, layouts[kind], sheets.EDITABLE[kind], words)
        marks.annotate(workbook, styles, sheets.ledger_markups(self.assessment, self.method, self.lang), owned)
        for kind, area in areas.items():
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
        return self.content if self._password is None else opc.encrypted(self.content, self._password)


def assess(
    path: str | Path,
    *,
    method: str | Path | Method | None = None,
    today: date | None = None,
    lang: str | None = None,
    strict: bool = False,
    password: str | None = None,
    drop_signature: bool = False,
    columns: Mapping[str, str] | None = None,
    data: bytes | None = None,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    earlier: Earlier | None = None,
) -> AssessedWorkbook:
    """Reads and assesses one workbook; nothing is written until `save`.

    `method`: a name ("ipa-3.1", the default, "ipa-4.0"), a TOML file, or a loaded one. `today`: the date of the
    assessment, by default the clock's. `lang`: language of the sheets, by default that of the workbook's headers.
    `strict`: an unknown threat or vulnerability is an error instead of the worst value. `password`: of an encrypted
    workbook, whose result is encrypted with it again. `drop_signature`: takes a digital signature out.
    `columns`: header texts → field, where detection cannot settle it; beside those of a `riskbook.toml`.
    `data`: the bytes of the workbook, where `path` only names it. `settings`: as `project_settings` gives them,
    instead of the project files in the working folder and beside the workbook. `earlier`: what a history knows of it.
    Raises `MethodError` for a bad method and `WorkbookError` where the file cannot go on.
    """
    path = Path(path)
    loaded = _loaded(method)
    data = opc.read_file(path) if data is None else data
    locked = password is not None and opc.is_encrypted(data)
    data = opc.decrypted(data, password or "") if locked else data
    settings = project_settings(Path.cwd(), path.resolve().parent) if settings is None else settings
    workbook, owned, ledger = _read(data, loaded, settings, columns)
    if drop_signature:
        workbook.drop_signature()
    last, change = from_texts(owned.properties)
    assessment = analysis.analyse(
        ledger,
        loaded,
        today or date.today(),
        strict=strict,
        last=last,
        change=change,
        known=checks_from(owned.properties),
    )
    if earlier is not None:
        assessment = analysis.with_history(assessment, earlier)
    return AssessedWorkbook(
        path, workbook, owned, assessment, loaded, lang or ledger.lang, data, password if locked else None
    )


def read(
    path: str | Path, *, method: str | Path | Method | None = None, columns: Mapping[str, str] | None = None
) -> Ledger:
    """Reads the ledgers, threats and checks of one workbook, with the findings of reading; computes nothing.

    Raises like `assess`.
    """
    settings = project_settings(Path.cwd(), Path(path).resolve().parent)
    return _read(opc.read_file(Path(path)), _loaded(method), settings, columns)[2]


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
        for word in loaded.tables["words"]["example"]:
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


def project_settings(*folders: Path) -> dict[str, dict[str, Any]]:
    """The tables [columns] and [limits] of the project files in these folders, a later one going before.

    Raises `MethodError` for a file that is no TOML or holds another table.
    """
    tables: dict[str, dict[str, Any]] = {"columns": {}, "limits": {}}
    for folder in dict.fromkeys(folders):
        project = folder / PROJECT_FILE
        if not project.is_file():
            continue
        try:
            content = tomllib.loads(project.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise MethodError("method-toml", method=str(project), detail=str(error)) from error
        for name, table in content.items():
            if name not in tables or not isinstance(table, dict):
                may = "[columns], [limits]"
                raise MethodError("method-invalid", method=str(project), key=name, found=repr(table), may=may)
            tables[name] |= table
    return tables


def check_settings(
    settings: Mapping[str, Mapping[str, Any]], columns: Mapping[str, str] | None, method: Method
) -> None:
    """Raises `MethodError` where a project file or a told column says what may not stand there."""
    _told({**settings["columns"], **(columns or {})}, method)
    _limits(settings["limits"])


def _told(columns: Mapping[str, Any], method: Method) -> dict[str, str]:
    """Header texts → field, every field known."""
    known = {field for spec in method.tables["headers"].values() for field in spec["fields"]}
    for header, field in columns.items():
        if field not in known:
            raise MethodError("map-unknown", header=header, field=field, known=tuple(sorted(known)))
    return dict(columns)


def _limits(table: Mapping[str, Any]) -> opc.Limits:
    """The limits of the package, as the project file sets them."""
    known = [field.name for field in fields(opc.Limits)]
    for name, value in table.items():
        if name not in known or isinstance(value, bool) or not isinstance(value, int) or value < 1:
            may = ", ".join(f"{entry} ≥ 1" for entry in known)
            raise MethodError("method-invalid", method=PROJECT_FILE, key=f"limits.{name}", found=repr(value), may=may)
    return opc.Limits(**table)


def _read(
    data: bytes, method: Method, settings: Mapping[str, Mapping[str, Any]], columns: Mapping[str, str] | None
) -> tuple[opc.Workbook, OwnedParts, Ledger]:
    told = _told({**settings["columns"], **(columns or {})}, method)
    workbook = opc.Workbook(data, _limits(settings["limits"]))
    owned = marks.find_owned(workbook, sheets.signature(method))
    if owned.properties.get("format") in _REPORTS:
        raise LedgerError("own-report")
    source = marks.readable(workbook, data, owned)
    return workbook, owned, reading.read_ledger(source, method, sheets.own_headers(method), told)


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
