"""Issues the blank form of a method, also filled in with what stands in another workbook or list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from riskbook import opc, pipeline, sheets, tables
from riskbook.errors import OutputError
from riskbook.method import FormFile, Method, load_form, load_method
from riskbook.model import CIA_FIELDS, MARK_FIELDS, Carried, Ledger, OwnQuestion, records
from riskbook.reading import closest
from riskbook.settings import Settings

__all__ = ["Issued", "new_form"]

_ALIKE = 0.9  # likeness (0…1) from which two questions are the same
_LISTS = (".csv", ".tsv", ".txt")
# Findings about content that was not understood, and so is not in the form.
_LOST = frozenset(
    [
        "cia-out-of-range",
        "cia-scale-old",
        "scale-foreign",
        "factor-unreadable",
        "error-cell",
        "row-deleted",
        "row-ignored",
        "column-ignored",
        "date-unreadable",
        "amount-unreadable",
        "mark-unreadable",
        "rows-unclear",
        "sheet-ignored",
    ]
)
_NO_CONTENT = ("total", "header", "legend", "numbered")  # rows without content of their own


@dataclass(frozen=True)
class Issued:
    """A form that was written: its path, and what it took over from another workbook."""

    path: Path
    carried: Carried = field(default_factory=Carried)


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
    """Writes a blank form of the method's edition, to be filled in and then assessed; returns its path.

    `lang`: "ja" | "en". `departments`: a ledger sheet for each, one ledger where empty. `extras`: questionnaires to add
    ("self_check", "cloud"). `services`: a sheet for each cloud service, one without a name where empty. `only`: no
    sheets but the extras. Raises `MethodError`, and `OutputError` where it cannot be written.
    """
    loaded = method if isinstance(method, Method) else load_method(*([] if method is None else [method]))
    content = load_form(loaded)
    options = {"extras": extras, "services": services, "only": only}
    return _write(Path(path), content, loaded, lang, company, departments, Carried(), force=force, **options)


def form_from(
    path: str | Path,
    source: str | Path,
    settings: Settings,
    *,
    lang: str,
    company: str = "",
    force: bool = False,
    extras: Sequence[str] = (),
    services: Sequence[str] = (),
) -> Issued:
    """Writes a form filled in with what was read from another workbook, or from a list (.csv, .tsv).

    Ledgers, frequencies of threats and answers are carried over, by the method of `settings`, also by what project
    files say about how to read the source. What has no place in the form, or was not understood, is listed on a sheet
    of the form. Other parameters and errors as for `new_form`; raises `WorkbookError` where the source cannot be read.
    """
    source = Path(source)
    chosen = settings.beside(source)
    chosen = replace(chosen, method=settings.method)
    data = opc.read_file(source)
    if source.suffix.lower() in _LISTS:
        data = sheets.list_as_workbook(tables.read_list(data), source.stem)
    result = pipeline.assess_opened(pipeline.opened(data, chosen), source, chosen)
    content = load_form(settings.method)
    carried = _carried(result, content, settings.method, lang)
    names = [name for name, _ in carried.ledgers] if len(carried.ledgers) > 1 else []
    company = company or result.assessment.ledger.company or ""
    options = {"extras": extras, "services": services, "only": False}
    written = _write(Path(path), content, settings.method, lang, company, names, carried, force=force, **options)
    return Issued(written, carried)


def _write(
    target: Path,
    content: FormFile,
    method: Method,
    lang: str,
    company: str,
    departments: Sequence[str],
    carried: Carried,
    *,
    force: bool,
    **options: Any,
) -> Path:
    if target.suffix.lower() != ".xlsx":
        raise OutputError("not-xlsx", path=str(target))
    # Reading skips a sheet whose name says that it is an example.
    for name in departments:
        for word in method.words.example:
            if word.casefold() in f"({name})".casefold():
                raise OutputError("department-example", name=name, word=word.strip("()"))
    printable = pipeline.printable
    departments, options["services"] = (
        [name for name in map(printable, names) if name] for names in (departments, options["services"])
    )
    written = sheets.issue_form(content, method, lang, printable(company), departments, carried=carried, **options)
    pipeline.keep_existing(target, force=force)
    # What a chart leaves out is read one way in a file of Excel 2007 and another way in others.
    opc.save(opc.with_explicit_charts(written), target, overwrite=force)
    return target


# --- what is carried over ---


def _carried(result: pipeline.AssessedWorkbook, content: FormFile, method: Method, lang: str) -> Carried:
    ledger = result.assessment.ledger
    threats, own_threats = _threats(ledger, content, lang)
    answers, own_questions = _answers(ledger, content, lang)
    return Carried(
        ledgers=[(name, rows) for name, rows in _ledgers(ledger) if rows],
        threats=threats,
        own_threats=own_threats,
        answers=answers,
        own_questions=own_questions,
        left=[*_without_place(ledger, method, lang), *_not_understood(result, lang)],
    )


def _ledgers(ledger: Ledger) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The assets of each ledger sheet, as field → value."""
    for sheet, rows in ledger.assets.groupby("sheet", sort=False):
        yield str(sheet), [_asset(row) for row in records(rows)]


def _asset(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the form has columns for. A medium that was not understood stays as it was typed."""
    texts = ("business", "name", "note", "users", "department")
    known = row["media"][0] if len(row["media"]) == 1 else None
    graded = {
        field: None if row[field] is None else int(row[field]) for field in (*CIA_FIELDS, "importance", "likelihood")
    }
    return {
        **{field: row[field] for field in texts},
        **{field: bool(row[field]) for field in MARK_FIELDS},
        **graded,
        "medium": known,
        "medium_text": row["medium_text"],
        "retention": row["retention_text"],
        "registered": row["registered"],
    }


def _threats(
    ledger: Ledger, content: FormFile, lang: str
) -> tuple[dict[tuple[str, str], int], dict[str, list[tuple[str, int]]]]:
    known = {entry.medium: [item[lang] for item in entry.items] for entry in content.threats}
    asked = {
        entry.medium: {text: item[lang] for item in entry.items for text in item.values()} for entry in content.threats
    }
    given: dict[tuple[str, str], int] = {}
    own: dict[str, list[tuple[str, int]]] = {}
    for line in [] if ledger.threats is None else records(ledger.threats):
        if line["frequency"] is None:
            continue
        medium, threat, grade = str(line["medium"]), str(line["threat"] or ""), int(line["frequency"])
        match = closest(threat, asked.get(medium, {}), _ALIKE)
        place = (medium, asked[medium][match]) if match else ("", "")
        if match and place not in given and place[1] in known[medium]:
            given[place] = grade
        else:
            own.setdefault(medium, []).append((threat, grade))
    return given, own


def _answers(ledger: Ledger, content: FormFile, lang: str) -> tuple[dict[str, int], list[OwnQuestion]]:
    asked = {text: item[lang] for entry in content.questions for item in entry.items for text in item.values()}
    given: dict[str, int] = {}
    own: list[OwnQuestion] = []
    for line in [] if ledger.checks is None else records(ledger.checks):
        match = closest(str(line["question"]), asked, _ALIKE)
        if match and not line["answered"]:
            continue
        if match and asked[match] not in given:
            given[asked[match]] = int(line["answer"])
        else:
            kind = None if line["number"] is None else int(line["number"])
            answer = int(line["answer"]) if line["answered"] else None
            own.append(OwnQuestion(kind, str(line["question"]), answer, tuple(line["media"])))
    return given, own


def _without_place(ledger: Ledger, method: Method, lang: str) -> Iterator[tuple[str, str]]:
    """The columns of the ledgers for which the form has no column, or one that it computes."""
    placed = sheets.placed_fields(method)
    recognised = [one for one in ledger.recognised if one.kind == "ledger"]
    for number, (table, columns) in enumerate(zip(ledger.tables, recognised, strict=True)):
        rows = ledger.assets[ledger.assets["table"] == number]
        for _, header, name, _ in columns.columns:
            as_department = name == "owner" and "department" not in table.columns
            if name in placed or name not in rows or as_department or rows.empty:
                continue
            typed = rows[~rows[f"{name}_formula"]] if f"{name}_formula" in rows else rows
            if count := int(typed[name].notna().sum()):
                yield str(ledger.locate(dict(rows.iloc[0]), name)), sheets.without_place(header, count, lang)


def _not_understood(result: pipeline.AssessedWorkbook, lang: str) -> Iterator[tuple[str, str]]:
    for finding in result.findings:
        if finding.code in _LOST and finding.variant not in _NO_CONTENT:
            yield str(finding.location), result.words(finding, lang)[0]
