"""What is printed of a run: text for people, one JSON object for programs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from riskbook.model import ERROR, LEVELS, SEVERITIES, Finding, records, runs
from riskbook.text import label

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook

SCHEMA = "riskbook.run/1"
_FIGURES = ("importance", "threat", "vulnerability", "likelihood", "risk")
_MOST_ALIKE = 5


@dataclass
class Outcome:
    """What became of one workbook: a result, or an error message; `bug` where riskbook itself failed."""

    input: str
    lang: str
    output: str | None = None
    backup: str | None = None
    result: AssessedWorkbook | None = None
    error: str | None = None
    bug: bool = False

    @property
    def status(self) -> str:
        """ "ok", "findings" (some are errors) or "failed"."""
        if self.result is None or self.error is not None:
            return "failed"
        return (
            "findings" if any(finding.severity == ERROR and finding.open for finding in self.result.findings) else "ok"
        )


def exit_code(outcomes: list[Outcome]) -> int:
    """0 clean, 1 findings of severity error, 3 some file could not be processed, 4 a bug."""
    if any(outcome.bug for outcome in outcomes):
        return 4
    statuses = {outcome.status for outcome in outcomes}
    return 3 if "failed" in statuses else 1 if "findings" in statuses else 0


# --- JSON ---


def print_json(outcomes: list[Outcome], method: str) -> None:
    """Prints one object of schema riskbook.run/1, and nothing else, to standard output."""
    print_document({"schema": SCHEMA, "workbooks": [_workbook(outcome, method) for outcome in outcomes]})


def print_document(document: dict[str, Any]) -> None:
    """Prints one JSON object; escaped where the output cannot take other than ASCII."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") not in ("utf8", "utf8sig")
    click.echo(json.dumps(document, ensure_ascii=plain, indent=1))


def _workbook(outcome: Outcome, method: str) -> dict[str, Any]:
    result = outcome.result if outcome.status != "failed" else None
    return {
        "input": outcome.input,
        "output": outcome.output,
        "status": outcome.status,
        "error": outcome.error,
        "method": method,
        "assets": [] if result is None else _assets(result),
        "findings": [] if result is None else [_finding(f, result) for f in result.findings],
        "summary": dict.fromkeys(LEVELS, 0) if result is None else result.summary,
    }


def _assets(result: AssessedWorkbook) -> list[dict[str, Any]]:
    return [
        {
            "sheet": row["sheet"],
            "row": row["row"],
            "business": row["business"],
            "name": row["name"],
            "medium": row["medium"],
            **{name: row[name] for name in _FIGURES},
            "level": row["level"],
            "treatment": row["treatment"],
            "decision": None if row["decision"] is None else str(row["decision"]),
            "residual": row["residual"],
        }
        for row in records(result.risks)
    ]


def _finding(finding: Finding, result: AssessedWorkbook) -> dict[str, Any]:
    message, mend = result.words(finding)
    return {
        "severity": finding.severity,
        "code": finding.code,
        "sheet": finding.location.sheet_name,
        "cell": finding.location.cell_ref or None,
        "message": f"{message}{'' if result.lang == 'ja' else ' '}{mend}",
    }


# --- text ---


def shown_result(outcome: Outcome) -> AssessedWorkbook | None:
    """The result of one that did not fail; of one that did, the reason is printed."""
    if outcome.status == "failed" or outcome.result is None:
        click.echo(label("screen.failed", outcome.lang, input=outcome.input, message=outcome.error), err=True)
        return None
    return outcome.result


def print_text(outcome: Outcome, *, all_findings: bool, explain: bool = False) -> None:
    """Prints one workbook: a line with its counts, its findings, where the result is."""
    result, lang = shown_result(outcome), outcome.lang
    if result is None:
        return
    counted = tuple(finding for finding in result.findings if finding.open)
    by_severity = Counter(finding.severity for finding in counted)
    counts = {severity: by_severity[severity] for severity in SEVERITIES}
    click.echo(
        label("screen.workbook", lang, input=outcome.input, assets=len(result.risks), **result.summary, **counts)
    )
    if explain:
        _print_recognised(result, lang)
    _print_findings(result, counted, _MOST_ALIKE if not all_findings else len(counted))
    if len(counted) < len(result.findings):
        click.echo(label("screen.answered", lang, count=len(result.findings) - len(counted)))
    if outcome.output:
        click.echo(label("screen.written", lang, output=outcome.output))
    if outcome.backup:
        click.echo(label("screen.backup", lang, backup=outcome.backup))


def _print_recognised(result: AssessedWorkbook, lang: str) -> None:
    """What was made of each table: header rows, column by column, rows taken; rows left are findings."""
    for table in result.assessment.ledger.recognised:
        kind = label(f"kind.{table.kind}", lang)
        first, last = table.first_header_row, table.last_header_row
        count = len(set(table.rows))
        click.echo(label("screen.table", lang, sheet=table.sheet_name, kind=kind, first=first, last=last, count=count))
        for letter, header, field, how in table.columns:
            shown = field or label("screen.unused", lang)
            because = label(f"how.{how}", lang) if how else ""
            click.echo(label("screen.column", lang, letter=letter, header=header, field=shown, how=because))
        rows = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs(table.rows))
        click.echo(label("screen.rows", lang, rows=rows))


def _print_findings(result: AssessedWorkbook, findings: tuple[Finding, ...], most_alike: int) -> None:
    lang = result.lang
    alike: Counter[str] = Counter(finding.code for finding in findings)
    shown: Counter[str] = Counter()
    for finding in findings:
        shown[finding.code] += 1
        if shown[finding.code] <= most_alike:
            message, mend = result.words(finding)
            severity = label(f"severity.{finding.severity}", lang)
            click.echo(
                label("screen.finding", lang, severity=severity, place=finding.location, message=message, mend=mend)
            )
        elif shown[finding.code] == most_alike + 1:
            rest = alike[finding.code] - most_alike
            click.echo(label("screen.more", lang, code=finding.code, count=rest))
