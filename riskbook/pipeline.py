"""One workbook, end to end: open, read, assess, and write the results into a copy of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from riskbook import analysis, marks, opc, reading, remarks, sheets
from riskbook.errors import LedgerError
from riskbook.method import Method, load_method
from riskbook.model import (
    Assessment,
    EarlierRuns,
    Finding,
    Ledger,
    ListLayout,
    OwnedParts,
    Past,
    Step,
    as_text,
    as_texts,
    check_texts,
    folded,
    records,
)
from riskbook.settings import Settings

__all__ = ["AssessedWorkbook", "assess", "assess_bytes", "keep_existing", "printable", "read"]

_LONGEST_NAME = 100  # characters of a company, department or service on a form
_LAYOUT = "2"  # of editable sheets; it grows with each version that has columns which the one before had not
_REPORTS = ("audit", "portfolio", "questions")  # kinds of workbook that riskbook writes and that hold no ledger


@dataclass(frozen=True, eq=False)
class Opened:
    """A workbook that was opened: its parts, what riskbook owns in it, its bytes, the password that opened it."""

    workbook: opc.Workbook
    owned: OwnedParts
    data: bytes
    password: str | None = None


@dataclass(eq=False)
class AssessedWorkbook:
    """A client's workbook with its assessment, ready to be written; `assess` makes it.

    `path`: the input. `lang`: "ja" | "en", of riskbook's sheets. `settings`: how it was assessed.
    """

    path: Path
    assessment: Assessment
    settings: Settings
    lang: str
    _opened: Opened
    _made_from: Mapping[str, str]
    _notes: Mapping[str, marks.SheetNotes] = field(default_factory=dict)

    @property
    def method(self) -> Method:
        """The method of the assessment."""
        return self.settings.method

    @property
    def risks(self) -> pd.DataFrame:
        """A row an asset with its factors, risk, level and treatment; `Assessment` lists columns and dtypes."""
        return self.assessment.risks

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a person should know about the input, errors first."""
        return self.assessment.findings

    @property
    def summary(self) -> dict[str, int]:
        """Number of assets by level, the most severe first: the method's levels, and "unassessed"."""
        return self.assessment.counts()

    @property
    def title(self) -> str:
        """The client: its `named`, else the file name at the first run, without suffix."""
        return self.named or self.source

    @property
    def named(self) -> str:
        """The client's name in the project file, else the company named above a ledger, else ""."""
        return self.settings.client()[1] or self.assessment.ledger.company or ""

    @property
    def source(self) -> str:
        """The file name at the first run, without suffix."""
        return source_of(self._opened, self.path.name)

    @property
    def good_until(self) -> date | None:
        """The last day on which an assessment of this input gives the same result; None: it never changes."""
        return analysis.good_until(self.assessment.ledger, self.assessment.today)

    @property
    def sheets_there(self) -> dict[str, str]:
        """The sheets of riskbook that the workbook as it was read has: kind → name of its tab."""
        return {kind: name for name, kind in self._opened.owned.sheets.items()}

    @cached_property
    def _kinds(self) -> sheets.Kinds:
        """The kinds of sheets that the result gets."""
        owned = self._opened.owned.sheets
        noted = [owned[name] for name, notes in self._notes.items() if not notes.empty]
        return sheets.present_kinds(self.assessment, self.settings.chosen_pages(), set(owned.values()), noted)

    @property
    def kept_sheets(self) -> tuple[str, ...]:
        """The names of sheets that are written although only others are asked for, since people's work is on them."""
        return tuple(sheets.sheet_name(kind, self.lang) for kind in self._kinds.kept)

    @cached_property
    def record(self) -> dict[str, Any]:
        """The result in JSON's values: client, findings in words, and the record that `analysis.state` makes.

        `profile`: what project file and options say about how to read it, where they say anything.
        """
        findings = [self.plain_finding(finding) for finding in self.findings]
        profile = self.settings.read_by()
        recorded = {"client": self.title, "findings": findings, **analysis.state(self.assessment)}
        return recorded | ({"profile": profile} if profile else {})

    def plain_finding(self, finding: Finding, lang: str | None = None) -> dict[str, Any]:
        """A finding in JSON's values, in words of `lang` or else of the language of the sheets."""
        message, fix = self.words(finding, lang)
        return {
            "severity": finding.severity,
            "code": finding.code,
            "sheet": finding.location.sheet_name,
            "cell": finding.location.cell_ref or None,
            "subject": finding.subject,
            "message": message,
            "mend": fix,
            "open": finding.open,
            "response": finding.response,
            "reason": finding.reason,
        }

    def words(self, finding: Finding, lang: str | None = None) -> tuple[str, str]:
        """The message of a finding and how to fix it, in `lang` or else the language of the sheets."""
        return sheets.finding_words(finding, self.method, lang or self.lang)

    def why(self, step: Step, lang: str | None = None) -> str:
        """Why a step of the roadmap has its place in the order, in `lang` or else the language of the sheets."""
        return sheets.step_words(step, self.assessment.roadmap, self.method, lang or self.lang)

    def overview(self, lang: str) -> sheets.Overview:
        """What the summary says, in a language."""
        rows = sheets.placed_rows(self.assessment, analysis.ranked(self.risks))
        return sheets.overview(self.assessment, rows, self.method, lang, self.title)

    def measure_words(self, measure: int) -> str:
        """A question by number, text, place and effort; `measure`: its label in `Roadmap.measures`."""
        [row] = records(self.assessment.roadmap.measures.loc[[measure]])
        return sheets.measure_words(row, self.method, self.lang)

    @cached_property
    def content(self) -> bytes:
        """The bytes of the workbook with riskbook's sheets and columns, unencrypted even where the input was encrypted.

        Raises `PackageError` where the package is signed or a ledger sheet has no room for the columns.
        """
        workbook, owned = self._opened.workbook, self._opened.owned
        workbook.refuse_unwritable()
        ledger, editable = self.assessment.ledger, sheets.editable_fields()
        earlier = ledger.layouts
        # An editable sheet without its headers cannot be read back: it stays as a sheet of the client's.
        lost = [name for name, kind in owned.sheets.items() if kind in editable and kind not in earlier]
        owned = replace(owned, sheets={name: kind for name, kind in owned.sheets.items() if name not in lost})
        preserved = {kind: marks.keep_sheet(workbook, layout.sheet_name) for kind, layout in earlier.items()}
        for name, notes in self._notes.items():
            if owned.sheets.get(name) in self._kinds.all:
                marks.release(workbook, name, notes)
        marks.take_out(workbook, owned, keep_dependents_of=[layout.sheet_name for layout in earlier.values()])
        properties = as_texts(self.assessment.run, self.assessment.change)
        complete = owned.properties.get("layout") == _LAYOUT
        properties |= check_texts(self.assessment.instruments.checks, owned.properties)
        gone = {
            name: ""
            for name in owned.properties
            if name.startswith(("client.", "extra.")) and "input" in self._made_from
        }
        properties |= {**gone, **self._made_from}
        marks.set_properties(workbook, {"format": "1", "layout": _LAYOUT, "source": self.source, **properties})
        styles = opc.Styles(workbook)
        names = _free_names(workbook, self.lang)
        built = sheets.build(
            self.assessment,
            analysis.ranked(self.risks),
            self.method,
            self.lang,
            kinds=self._kinds.all,
            names=names,
            title=self.title,
            date_1904=workbook.date_1904,
        )
        first = next(iter(built.areas))
        fresh = {kind: new for kind, new in built.layouts.items() if kind not in earlier}
        lines = {kind: _lines(new, new, editable[kind]) for kind, new in fresh.items()}
        placements = [
            marks.Placement(names[kind], kind == first, kind in lines or kind not in editable, lines.get(kind))
            for kind in built.areas
        ]
        fills = marks.graft(workbook, styles, built.package, placements)
        words = sheets.own_words(self.method, self.lang)
        for kind, layout in earlier.items():
            new, part = built.layouts[kind], workbook.sheet(names[kind]).part
            place, layout = marks.bring_back(
                workbook, part, preserved[kind], layout, new, editable[kind], words, complete=complete
            )
            marks.remember_lines(workbook, names[kind], _lines(new, layout, editable[kind]), place)
        marks.annotate(workbook, styles, sheets.ledger_markups(self.assessment, self.method, self.lang), owned)
        for kind, area in built.areas.items():
            marks.mark_sheet(workbook, kind, names[kind], area)
        tabs = {kind: names[kind] for kind in built.areas}
        remarks.put_back(workbook, owned, self._notes, tabs, styles, self.lang)
        noted = "1" if any(not notes.empty for notes in self._notes.values()) else ""
        marks.set_properties(workbook, {"notes": noted, "fills": " ".join(sorted(fills))})
        marks.seal(workbook)
        return workbook.parts.written()

    def save(self, path: str | Path, *, force: bool = False, backup: bool = False) -> Path:
        """Writes the workbook to `path` and returns it; an existing file is overwritten only with `force`.

        `backup`: keep what stood there first, as `riskbook.opc.keep` does. The result is reopened and checked before it
        is put in place. Raises `OutputError` where it cannot be written; then nothing has changed.
        `riskbook.records.assess_with_history` brings a result together with what people typed into the earlier one.
        """
        target = Path(path)
        content = self.checked()
        if backup:
            keep_existing(target, force=force, most=self.settings.backups())
        opc.save(content, target, overwrite=force)
        return target

    def checked(self) -> bytes:
        """The bytes that `save` writes: checked, and encrypted where the input was. Raises `OutputError`."""
        opc.lint(self.content, self._opened.data, self._opened.workbook.limits)
        password = self._opened.password
        return self.content if password is None else opc.encrypted(self.content, password)


def keep_texts_in_python() -> None:
    """Sets pandas so for this process: with pyarrow, it would take longer for the few texts of a column index."""
    pd.options.mode.string_storage = "python"


def assess(path: str | Path, settings: Settings | None = None, **options: Any) -> AssessedWorkbook:
    """Reads and assesses one workbook; nothing is written until `save`.

    `settings`: by default `Settings()`; a `riskbook.toml` beside the workbook is read in any case. `options`: fields of
    `Settings` to replace, for example `lang="en"`; `method` may also be a name ("ipa-4.0") or a TOML file.
    Raises `MethodError` for a bad method or project file and `WorkbookError` where the file cannot be assessed.
    """
    path, chosen = Path(path), _apply(options, settings)
    return assess_bytes(opc.read_file(path), path, chosen.beside(path))


def assess_bytes(data: bytes, path: Path, settings: Settings, earlier: EarlierRuns | None = None) -> AssessedWorkbook:
    """Assesses a workbook given as bytes; `path` only names it, and no project file is read.

    `earlier`: its earlier runs in a history, if any. Raises like `assess`.
    """
    return assess_opened(opened(data, settings), path, settings, earlier)


def assess_opened(
    opened: Opened,
    path: Path,
    settings: Settings,
    earlier: EarlierRuns | None = None,
    *,
    made_from: Mapping[str, str] | None = None,
    findings: Sequence[Finding] = (),
) -> AssessedWorkbook:
    """Assesses an opened workbook; `path` only names it, and no project file is read.

    `made_from`: document properties that say which input was read. `findings`: what was seen before reading.
    Raises like `assess`.
    """
    ledger = read_opened(opened, settings)
    if settings.drop_signature:
        opened.workbook.drop_signature()
    past = Past.of_workbook(opened.owned.properties, earlier)
    today = settings.today or date.today()
    notes = remarks.find(opened.workbook, opened.owned)
    overwritten = remarks.overwritten(opened.workbook, opened.owned, notes, ledger, settings.method)
    apart = remarks.set_apart(opened.workbook, opened.owned, ledger)
    misnamed = remarks.misnamed(opened.workbook, path, ledger)
    ledger = replace(ledger, findings=(*findings, *misnamed, *overwritten, *ledger.findings, *apart))
    assessment = analysis.analyse(
        ledger, settings.method, today, strict=settings.strict, past=past, budget=settings.budget
    )
    return AssessedWorkbook(path, assessment, settings, settings.lang or ledger.lang, opened, made_from or {}, notes)


def read(path: str | Path, settings: Settings | None = None, **options: Any) -> Ledger:
    """Reads the ledgers, threats and checks of one workbook, with the findings of reading; computes nothing.

    Parameters and errors are those of `assess`.
    """
    path, chosen = Path(path), _apply(options, settings)
    chosen = chosen.beside(path)
    return read_opened(opened(opc.read_file(path), chosen), chosen)


def _apply(options: Mapping[str, Any], settings: Settings | None) -> Settings:
    """The settings (or default ones) with some fields replaced; a method may be given by its name or file."""
    if "method" in options:
        options = {**options, "method": _load(options["method"]), "method_given": True}
    return replace(settings, **options) if settings is not None else Settings(**options)


def keep_existing(target: Path, *, force: bool, most: int = opc.MOST_BACKUPS) -> str:
    """Keeps a file that is about to be replaced, since people may have filled it in; returns its backup, or ""."""
    if not (force and target.is_file()):
        return ""
    opc.refuse_locked(target)
    return opc.keep(str(target), opc.read_file(target), most=most)


def _load(method: str | Path | Method | None) -> Method:
    return method if isinstance(method, Method) else load_method(*([] if method is None else [method]))


def opened(data: bytes, settings: Settings) -> Opened:
    """Opens the bytes of a workbook, with the password of the settings where they are encrypted.

    Raises `PackageError` where it cannot be opened, and `LedgerError` for a report of riskbook's.
    """
    workbook, data, password = unlocked(data, settings)
    owned = marks.find_owned(workbook, sheets.signature(settings.method))
    if owned.properties.get("format") in _REPORTS:
        raise LedgerError("own-report")
    return Opened(workbook, owned, data, password)


def unlocked(data: bytes, settings: Settings) -> tuple[opc.Workbook, bytes, str | None]:
    """The package of a workbook, its bytes, decrypted where they were encrypted, and the password that did it.

    Raises `PackageError` where it cannot be opened.
    """
    password: str | None = None
    if opc.is_encrypted(data):
        data, password = opc.unlocked(data, settings.password)
    return opc.Workbook(data, settings.limits()), data, password


def read_opened(opened: Opened, settings: Settings) -> Ledger:
    """Reads an opened workbook. Raises like `assess`."""
    method, field_of = settings.reading_method(), settings.field_of()
    source = marks.readable(opened.workbook, opened.data, opened.owned)
    return reading.read_ledger(source, method, sheets.own_headers(method), field_of, settings.project.sheets)


def source_of(opened: Opened, name: str) -> str:
    """The file name, without suffix, under which a workbook was first assessed; `name`: that of the file now."""
    # File names unpacked from an old archive may be undecodable bytes.
    return opened.owned.properties.get("source") or printable(as_text(Path(name).stem))


def _lines(new: ListLayout, layout: ListLayout, typed: Collection[str]) -> marks.Lines:
    """The cells that have digests on an editable sheet: those that riskbook computes, where `layout` has them."""
    computed = {field: c for field, c in layout.columns.items() if field in new.columns and field not in typed}
    number = computed.get("number", min(computed.values()))
    moved = any(layout.columns.get(field) != column for field, column in new.columns.items())
    above = [] if moved else [column for column, filled_in in new.above.items() if not filled_in]
    return marks.Lines(layout.header_row, number, frozenset(computed.values()), above)


def _free_names(workbook: opc.Workbook, lang: str) -> Mapping[str, str]:
    """Tab names for riskbook's sheets, by kind, that no sheet of the client has."""
    taken = {folded(sheet.name) for sheet in workbook.sheets}
    return {kind: marks.free_name(sheets.sheet_name(kind, lang), taken) for kind in sheets.KINDS}


def printable(text: str) -> str:
    """A name without control characters, surrogates and unassigned code points, cut to its limit."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Cn")).strip()[:_LONGEST_NAME]
