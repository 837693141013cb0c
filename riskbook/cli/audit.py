"""`riskbook audit` and `riskbook verify`: makes the monthly package for auditors, and verifies packages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskbook.cli.history import refuse_sick
from riskbook.cli.language import bad_value, screen_language, wrong_usage
from riskbook.cli.options import (
    FORCE,
    FORMAT,
    LANG,
    refuse_empty,
    reported_errors,
    usage_errors,
)
from riskbook.cli.report import next_step
from riskbook.cli.terminal import error_message, label, say, say_document
from riskbook.errors import OutputError

if TYPE_CHECKING:
    from riskbook.audit import Exported
    from riskbook.records import Month

AUDIT_SCHEMA, VERIFY_SCHEMA = "riskbook.audit-run/1", "riskbook.verify/1"
_DIGITS = 8  # of a hash in a group


@click.command()
@click.argument("place", required=False, metavar="[FOLDER|STORE]")
@click.option("--month", required=True, metavar="YYYY-MM")
@click.option("-o", "--output", required=True, metavar="DIR")
@click.option("--redact", metavar="COLUMNS")
@click.option("--redact-key", metavar="FILE")
@click.option(
    "--csv",
    type=click.Choice(["words", "codes"]),
    default="words",
    show_default=True,
)
@click.option("--sign", metavar="KEY")
@FORCE
@LANG
@FORMAT
def audit(
    place: str | None,
    month: str,
    output: str,
    redact: str | None,
    redact_key: str | None,
    csv: str,
    sign: str | None,
    force: bool,
    lang: str | None,
    format_: str,
) -> None:
    """Write the audit package of a month: DIR/audit-YYYY-MM with workbook, CSV, Parquet and manifest.

    Example: riskbook audit demo/history.db --month 2026-11 -o demo
    """
    screen, wanted = screen_language(lang), _month(month)
    if redact_key and not redact:
        raise wrong_usage("redact-key")
    refuse_empty(redact, redact_key, sign, output, place)
    from riskbook.audit import Redaction, export_month
    from riskbook.records import Histories, find_histories

    columns = [name.strip() for name in (redact or "").split(",") if name.strip()]
    with usage_errors(screen):
        redaction = Redaction(columns, Path(redact_key) if redact_key else None)
    with reported_errors(screen):
        if wanted.first > datetime.now().date():
            raise OutputError("audit-future", month=str(wanted))
        histories = Histories(find_histories(Path(place or ".")))
        key = Path(sign) if sign else None
        made = export_month(
            histories, wanted, Path(output), lang=lang, redaction=redaction, sign=key, force=force, csv=csv
        )
    if format_ == "json":
        say_document(
            {
                "schema": AUDIT_SCHEMA,
                "path": str(made.path),
                "manifest_sha256": made.manifest,
                "unchanged": made.unchanged,
                "parquet": made.parquet,
            }
        )
    else:
        say(label("screen.audit-same" if made.unchanged else "screen.audit-made", screen, path=made.path))
        say(label("screen.audit-hash", screen, hash=_grouped(made.manifest)))
    _print_remarks(made, wanted, screen)
    refuse_sick(histories, screen)
    next_step("audit", screen, "verify", output, json=format_ == "json")


def _month(text: str) -> Month:
    from riskbook.records import Month

    month = Month.of(text)
    if month is None:
        raise bad_value("month", "--month", text=text)
    return month


def _print_remarks(made: Exported, month: Month, screen: str) -> None:
    if month.last >= datetime.now().date():
        say(label("screen.audit-early", screen, month=month), err=True)
    if made.later and not made.unchanged:
        say(label("screen.audit-later", screen, months=made.later), err=True)
    if not made.parquet:
        say(error_message("parquet-audit", screen, {}), err=True)


def _grouped(digest: str) -> str:
    return " ".join(digest[at : at + _DIGITS] for at in range(0, len(digest), _DIGITS))


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--expect", metavar="HASH")
@click.option("--store", metavar="FOLDER|STORE")
@click.option("--redact-key", metavar="FILE")
@click.option("--signers", metavar="FILE")
@LANG
@FORMAT
def verify(
    folder: Path,
    expect: str | None,
    store: str | None,
    redact_key: str | None,
    signers: str | None,
    lang: str | None,
    format_: str,
) -> None:
    """Check that audit packages are unchanged: DIR is one package, or the folder of all months.

    Example: riskbook verify demo --store demo/history.db
    """
    from riskbook.audit import verify as check
    from riskbook.records import Histories, find_histories

    screen = screen_language(lang)
    with reported_errors(screen):
        histories = None if store is None else Histories(find_histories(Path(store)))
        secret = Path(redact_key) if redact_key else None
        known = Path(signers) if signers else None
        verdict = check(folder, expect=expect, histories=histories, key=secret, signers=known)
    problems = [_words(key, about, screen) for key, about in verdict.problems]
    notes = [_words(key, about, screen) for key, about in verdict.notes]
    if format_ == "json":
        found = [{"code": key, "message": text} for (key, _), text in zip(verdict.problems, problems, strict=True)]
        months = [{"month": month, "manifest_sha256": digest} for month, digest in verdict.months]
        say_document(
            {"schema": VERIFY_SCHEMA, "sound": not problems, "months": months, "problems": found, "notes": notes}
        )
    else:
        for month, digest in verdict.months:
            say(label("screen.verify-month", screen, month=month, hash=_grouped(digest)))
        for text, *below in (problem.split("\n") for problem in problems):
            line = label("screen.verify-problem", screen, message=text)
            say("\n".join((line, *below)), marks=[(line.partition("]")[0] + "]", "error")])
        for text, *below in (note.split("\n") for note in notes):
            say("\n".join((label("screen.verify-note", screen, message=text), *below)))
        key = "screen.verify-bad" if problems else "screen.verify-good"
        line = label(key, screen, count=len(problems), months=len(verdict.months))
        say(line, marks=[(line, "error" if problems else "good")])
        next_step("verify-bad" if problems else "verify", screen)
    raise SystemExit(1 if problems else 0)


def _words(key: str, about: dict[str, Any], screen: str) -> str:
    text = label(f"verify.{key}", screen, **about)
    differences = [label(f"verify.at-{kind}", screen, **where) for kind, where in about.get("differences", ())]
    more = label("verify.at-more", screen, count=about["more"]) if about.get("more") else ""
    return text + "".join(f"\n    {line}" for line in (*differences, *([more] if more else ())))
