"""`riskbook report`: writes a report about one workbook in Word; changes no workbook."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.language import wrong_usage
from riskbook.cli.options import FORCE, FORMAT, TRACEBACK, Given, given_settings, refuse_empty, reported_errors
from riskbook.cli.report import counts_line, counts_marks, error_text, failed, next_step, print_exchange
from riskbook.cli.run import read_settings, run
from riskbook.cli.terminal import error_message, label, say, say_document
from riskbook.errors import OutputError, RiskbookError, TemplateError
from riskbook.text import joined

if TYPE_CHECKING:
    from types import ModuleType

    from riskbook import report as room
    from riskbook.method import Method
    from riskbook.records import Outcome

SCHEMA, FIELDS_SCHEMA = "riskbook.report/1", "riskbook.report-fields/1"
_ENDING = "-report"
_WORD, _PDF = ".docx", ".pdf"


@dataclass
class _Order:
    """The report as ordered: its template, the files to write, and what was written.

    `word`, `pdf`: None where that file is not wanted, or LibreOffice is missing. `office`: its program. `backups`: how
    many of a file are kept. `written`: the files, each with the backup of what stood there, or "".
    """

    template: room.Template | None
    word: Path | None
    pdf: Path | None
    office: str | None
    wants_pdf: bool
    force: bool
    backups: int
    written: dict[Path, str] = field(default_factory=dict)

    def unshown(self) -> list[str]:
        """The sections that a template of one's own leaves out."""
        from riskbook import report

        return [] if self.template is None else report.unshown(set(self.template.used))


@click.command(name="report")
@click.argument("workbook", required=False, metavar="[WORKBOOK]")
@click.option("-o", "--output", metavar="OUT.docx|OUT.pdf")
@click.option("--template", metavar="OWN.docx")
@click.option("--pdf", is_flag=True)
@click.option("--fields", is_flag=True)
@click.option("--give-template", metavar="OWN.docx")
@given_settings()
@FORCE
@FORMAT
@TRACEBACK
def report(
    workbook: str | None,
    output: str | None,
    template: str | None,
    pdf: bool,
    fields: bool,
    give_template: str | None,
    given: Given,
    force: bool,
    format_: str,
    traceback: bool,
) -> None:
    """Write a report about one workbook in Word.

    Example: riskbook report samples/kitahama-seiki.xlsx -o demo/report.docx

    Example: riskbook report --fields

    Example: riskbook report --give-template demo/own.docx
    """
    from riskbook.opc import storage

    refuse_empty(workbook, output, template, give_template)
    if (workbook is not None) + fields + (give_template is not None) != 1:
        raise wrong_usage("report-what")
    if give_template is not None:
        _give_template(give_template, given, force=force)
        return
    if workbook is None:
        _print_fields(given.screen, json_=format_ == "json")
        return
    with reported_errors(given.screen):
        if storage.is_folder(workbook) or storage.is_pattern(workbook):
            raise wrong_usage("report-one", name=workbook)
        order = _ordered(workbook, output, template, given, pdf=pdf, force=force)
    own = ("report-own", "due", workbook)
    following = ("report", "report", "--give-template", "own.docx") if order.template is None else own
    run(
        (workbook,),
        given,
        following=lambda _: following,
        format_=format_,
        traceback=traceback,
        show=_print,
        document=partial(_print_json, order),
        conclude=partial(_write, order, given, quiet=format_ == "json"),
        joined=True,
    )


def _room() -> ModuleType:
    """The room of reports. Raises `OutputError` where its extra is missing."""
    # On its first use matplotlib says, in English, that it builds a cache of fonts.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        from riskbook import report
    except ModuleNotFoundError as error:
        raise OutputError("report-extra") from error
    return report


# --- templates ---


def _give_template(name: str, given: Given, *, force: bool) -> None:
    """Writes a copy of riskbook's own template."""
    from riskbook.opc import storage

    screen = given.screen
    if storage.is_url(name):
        raise wrong_usage("export-url", name=name)
    target = Path(name)
    if target.suffix.lower() != _WORD:
        raise wrong_usage("report-suffix", name=target)
    with reported_errors(screen):
        content = _room().given_template(screen)
        backup = _put(content, target, force=force, most=given.settings().backups())
    say(label("document.given", screen, output=target))
    if backup:
        say(label("screen.backup", screen, backup=backup))
    next_step("report-template", screen, "report", "--fields")


def _print_fields(screen: str, *, json_: bool) -> None:
    """Prints the table of the fields that a template may use."""
    with reported_errors(screen):
        table: Sequence[room.Field] = [*_room().FIELDS.values()]
    if json_:
        say_document({"schema": FIELDS_SCHEMA, "fields": [_plain(one, screen) for one in table]})
        return
    say(label("document.fields-head", screen))
    for one in table:
        _print_field(one, "", screen)
    next_step("report-fields", screen, "guide", "howto/report")


def _print_field(one: room.Field, indent: str, screen: str) -> None:
    kind = label(f"document.kind.{one.kind}", screen)
    say(f"{indent}{one.name}  [{kind}]  {one.meaning(screen)}")
    for part in one.fields:
        _print_field(part, f"{indent}  .", screen)


def _plain(one: room.Field, screen: str) -> dict[str, Any]:
    parts = {"fields": [_plain(part, screen) for part in one.fields]} if one.fields else {}
    return {"name": one.name, "type": one.kind, "meaning": one.meaning(screen), **parts}


def _opened(template: str, given: Given, limits: Any) -> room.Template:
    """A template of one's own; ends with exit code 2 where its fields are wrong, with 3 where it cannot be read."""
    from riskbook import opc

    try:
        if Path(template).is_dir():
            raise OutputError("template-folder", path=template)
        return _room().open_template(opc.read_file(Path(template)), template, limits)  # type: ignore[no-any-return]
    except TemplateError as error:
        raise click.UsageError(error_message(error.key, given.screen, error.params)) from error
    except RiskbookError as error:
        message = error_message(error.key, given.screen, error.params)
        named = error.params.get("path") == template
        say(message if named else label("screen.failed", given.screen, input=template, message=message), err=True)
        raise SystemExit(3) from error


# --- the report ---


def _ordered(
    workbook: str, output: str | None, template: str | None, given: Given, *, pdf: bool, force: bool
) -> _Order:
    """What is to be written. Raises `OutputError` where a file stands in its place, before anything is assessed."""
    from riskbook.model import ASSESSED
    from riskbook.opc import storage

    if output is not None and storage.is_url(output):
        raise wrong_usage("export-url", name=output)
    settings = read_settings([workbook], given)
    if output is None:
        name = Path(storage.name_of(workbook))
        beside = Path(storage.local(workbook)).parent if not storage.is_url(storage.local(workbook)) else Path()
        place = beside / f"{name.stem.removesuffix(ASSESSED) or name.stem}{_ENDING}{_WORD}"
    else:
        place = Path(output)
    if place.suffix.lower() not in (_WORD, _PDF):
        raise wrong_usage("report-suffix", name=place)
    if template is not None and _is_same(place.with_suffix(_WORD), Path(template)):
        raise wrong_usage("report-template", name=template)
    only_pdf = place.suffix.lower() == _PDF
    room_ = _room()
    office = room_.find_office() if pdf or only_pdf else None
    order = _Order(
        template=None if template is None else _opened(template, given, settings.limits()),
        word=None if only_pdf and office else place.with_suffix(_WORD) if only_pdf else place,
        pdf=place if only_pdf and office else place.with_suffix(_PDF) if pdf and office else None,
        office=office,
        wants_pdf=pdf or only_pdf,
        force=force,
        backups=settings.backups(),
    )
    for target in (order.word, order.pdf):
        if target is not None:
            _refuse(target, force=force)
    return order


def _is_same(target: Path, other: Path) -> bool:
    """Whether both names are those of one file that exists."""
    return target.exists() and other.exists() and target.samefile(other)


def _refuse(target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise OutputError("is-folder", path=str(target))
    if target.exists() and not force:
        raise OutputError("exists", path=str(target))


def _write(order: _Order, given: Given, outcomes: list[Outcome], _method: Method, *, quiet: bool) -> None:
    """Writes the report about the one workbook, if it could be assessed; what fails is a failed outcome."""
    from riskbook.records import Outcome

    result = outcomes[0].result if outcomes and outcomes[0].status != "failed" else None
    if result is None:
        return
    lang = given.lang or result.lang
    try:
        content = _room().written(result, lang, order.template)
    except TemplateError as error:
        raise click.UsageError(error_message(error.key, given.screen, error.params)) from error
    made, problems = _converted(content, order)
    for target, data in ((order.word, content), (order.pdf, made)):
        try:
            if target is not None and data is not None:
                order.written[target] = _put(data, target, force=order.force, most=order.backups)
        except OutputError as error:
            problems.append(error)
    outcomes += [Outcome(outcomes[0].input, given.screen, error=(error.key, error.params)) for error in problems]
    if not quiet:
        _print_written(order, given.screen)
    for outcome in outcomes[1:]:
        failed(outcome, given.screen)


def _converted(content: bytes, order: _Order) -> tuple[bytes | None, list[OutputError]]:
    """The report as PDF, if it is wanted, and why there is none; then the document itself is written in any case."""
    if order.pdf is None or order.office is None:
        return None, [OutputError("pdf-office", path=str(order.word))] if order.wants_pdf else []
    try:
        return _room().as_pdf(content, order.office), []
    except OutputError as error:
        order.word = order.word or order.pdf.with_suffix(_WORD)
        return None, [error]


def _put(content: bytes, target: Path, *, force: bool, most: int) -> str:
    """Writes a file, and keeps what stood there: returns its backup, or "". Raises `OutputError`."""
    from riskbook import opc, pipeline

    _refuse(target, force=force)
    backup = pipeline.keep_existing(target, force=force, most=most)
    opc.save(content, target, overwrite=force)
    return backup


def _print(outcome: Outcome, screen: str) -> None:
    if not failed(outcome, screen):
        lang = outcome.lang or screen
        say(counts_line(outcome, lang), marks=counts_marks(outcome, lang))
        print_exchange(outcome, lang)


def _print_written(order: _Order, screen: str) -> None:
    for target, backup in order.written.items():
        say(label("screen.written", screen, output=target), marks=[("→", "good")])
        if backup:
            say(label("screen.backup", screen, backup=backup))
    if sections := order.unshown():
        names = [label(f"document.section.{section}", screen) for section in sections]
        say(label("document.unshown", screen, sections=names))


def _print_json(order: _Order, outcomes: list[Outcome], method: str, screen: str) -> None:
    """Prints one object of schema riskbook.report/1."""
    errors = [text for outcome in outcomes if (text := error_text(outcome, screen)) is not None]
    worst = "failed" if errors else outcomes[0].status if outcomes else "failed"
    say_document(
        {
            "schema": SCHEMA,
            "input": outcomes[0].input if outcomes else None,
            "status": worst,
            "error": joined(errors, "en") or None,
            "method": method,
            "written": [{"path": str(path), "backup": kept or None} for path, kept in order.written.items()],
            "unshown": order.unshown(),
        }
    )
