"""Prints the outcomes of a run: text for people, one JSON object for programs."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from riskbook.cli.terminal import Marks, as_json, claim_output, error_message, label, say
from riskbook.model import BAND_OF, LEVELS, SEVERITIES, alike, runs, used_in
from riskbook.text import joined

if TYPE_CHECKING:
    from riskbook.pipeline import AssessedWorkbook
    from riskbook.records import Memory, Outcome

SCHEMA = "riskbook.run/1"
_ALWAYS_TOLD = frozenset({"client-renamed"})  # findings that the line of a workbook does not only count
_ASSET_FIELDS = used_in("json")
_PLAIN = re.compile(r"[\w@%+=:,./\\-]+" if os.name == "nt" else r"[\w@%+=:,./-]+")  # needs no quotes
_MOST_CELLS, _SHOWN_NOTICES = 6, 3  # cells of a kind of finding, reasons why runs are in no history


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """0 success, 1 findings of severity error, 3 some file could not be processed, 4 a bug: the highest of all."""
    statuses = set()
    for outcome in outcomes:
        statuses.add("bug" if outcome.error and outcome.error[0] == "bug" else outcome.status)
    return next((code for status, code in (("bug", 4), ("failed", 3), ("findings", 1)) if status in statuses), 0)


def error_text(outcome: Outcome, lang: str) -> str | None:
    """The reason why a workbook failed, in a sentence; None where it did not fail."""
    return None if outcome.error is None else error_message(outcome.error[0], outcome.lang or lang, outcome.error[1])


def next_step(key: str, screen: str, *words: object, json: bool = False, code: int = 0) -> None:
    """Prints what to do next, in one line, where a command ended well and people read it.

    `words`: the command line that does it, which the line ends with.
    """
    if not json and code in (0, 1):
        say(label(f"next.{key}", screen, command=command_line("riskbook", *words)), err=True)


def command_line(*words: object) -> str:
    """A command as people can type it here: names with blanks or signs of the shell are quoted, passwords left out."""
    from riskbook.opc import storage

    typed = [storage.shown(str(word)) if storage.is_url(str(word)) else str(word) for word in words]
    return " ".join(word if _PLAIN.fullmatch(word) else _quoted(word) for word in typed)


def _quoted(word: str) -> str:
    return f'"{word}"' if os.name == "nt" else shlex.quote(word)


def assess_again(sources: Sequence[str], output: object = None, *, in_place: bool = False) -> list[object]:
    """The words that assess workbooks, into `output` if there is one."""
    from riskbook.opc import storage

    if in_place:
        return ["assess", *sources, "--in-place"]
    if output is None and any(storage.is_folder(name) or storage.is_pattern(name) for name in sources):
        output = "assessed"
    return ["assess", *sources, *([] if output is None else ["-o", output])]


# --- JSON ---


def print_json(outcomes: Iterable[Outcome], method: str, lang: str) -> None:
    """Prints one object of schema riskbook.run/1, and nothing else, workbook by workbook to save memory."""
    say(f'{{\n "schema": {json.dumps(SCHEMA)},\n "workbooks": [', nl=False)
    comma = ""
    for outcome in outcomes:
        say(f"{comma}\n{as_json(_workbook(outcome, method, lang))}", nl=False)
        comma = ","
    say("\n ]\n}")
    claim_output()


def _workbook(outcome: Outcome, method: str, lang: str) -> dict[str, Any]:
    record: dict[str, Any] = outcome.record or {"assets": [], "findings": [], "summary": dict.fromkeys(LEVELS, 0)}
    # Japanese sentences follow each other without a space.
    gap = "" if outcome.lang == "ja" else " "
    return {
        "input": outcome.input,
        "output": outcome.output,
        "status": outcome.status,
        "error": error_text(outcome, lang),
        "error_code": outcome.error and outcome.error[0],
        "error_params": outcome.error and outcome.error[1],
        "backup": outcome.backup,
        "notices": notice_texts(outcome, lang),
        "method": record["run"]["rules"].partition(":")[0] if "run" in record else method,
        "assets": [{name: asset[name] for name in _ASSET_FIELDS} for asset in record["assets"]],
        "findings": [
            {
                **{name: finding[name] for name in ("severity", "code", "sheet", "cell")},
                "message": f"{finding['message']}{gap}{finding['mend']}",
            }
            for finding in record["findings"]
        ],
        "summary": record["summary"],
        **{name: record[name] for name in ("self_check", "clouds") if name in record},
    }


# --- text ---


def notice_texts(outcome: Outcome, lang: str) -> list[str]:
    """What a person should know about input and result, in sentences."""
    return [label(f"screen.{key}", lang, **params).strip() for key, params in outcome.notices]


def failed(outcome: Outcome, lang: str) -> bool:
    """Whether a workbook failed; prints the reason if so."""
    if outcome.status == "failed":
        first, *more = (error_text(outcome, lang) or "").split("\n")
        line = label("screen.failed", outcome.lang or lang, input=outcome.input, message=first)
        say(line, err=True, marks=[(outcome.input, "error")])
        for line in more:
            say(line, err=True)
    return outcome.status == "failed"


def counts_line(outcome: Outcome, lang: str) -> str:
    """A workbook in one line: number of assets by level, and of open findings by severity."""
    assert outcome.record is not None
    by_severity = Counter(finding["severity"] for finding in outcome.record["findings"] if finding["open"])
    counts = {severity: by_severity[severity] for severity in SEVERITIES}
    levels = levels_text(outcome.record["summary"], lang)
    assets = sum(outcome.record["summary"].values())
    return label("screen.workbook", lang, input=outcome.input, assets=assets, levels=levels, **counts)


def counts_marks(outcome: Outcome, lang: str) -> Marks:
    """What of that line is coloured: the numbers of large and medium risks."""
    assert outcome.record is not None
    styles = {"large": "error", "medium": "warning"}
    counted = {key: count for key, count in outcome.record["summary"].items() if count and BAND_OF[key] in styles}
    return [(label(f"level.{key}", lang, count=count), styles[BAND_OF[key]]) for key, count in counted.items()]


def levels_text(levels: Mapping[str, int], lang: str) -> str:
    """Numbers of assets by level in words, whatever the method calls its levels."""
    return joined([label(f"level.{key}", lang, count=count) for key, count in levels.items()], lang)


def print_text(outcome: Outcome, lang: str, *, explain: bool = False) -> None:
    """Prints one workbook: a line with its counts, its findings, and where the result is."""
    if failed(outcome, lang):
        return
    if outcome.status == "unchanged":
        say(label("screen.unchanged", lang, input=outcome.input, output=outcome.output))
        return
    assert outcome.record is not None
    lang = _lang(outcome)
    found = outcome.record["findings"]
    counted = [finding for finding in found if finding["open"]]
    say(counts_line(outcome, lang), marks=counts_marks(outcome, lang))
    if checked := outcome.record.get("self_check"):
        say(label("screen.self_check", lang, **checked))
    for cloud in outcome.record.get("clouds", ()):
        say(label("screen.cloud", lang, **cloud))
    if explain and outcome.result is not None:
        _print_recognised(outcome.result, lang)
    _print_findings(counted, lang)
    if len(counted) < len(found):
        say(label("screen.answered", lang, count=len(found) - len(counted)))
    if outcome.output:
        say(label("screen.written", lang, output=outcome.output), marks=[("→", "good")])
    print_exchange(outcome, lang)


def print_exchange(outcome: Outcome, lang: str) -> None:
    """Prints what came of input and existing result, and where the replaced file was kept."""
    for key, params in outcome.notices:
        say(label(f"screen.{key}", lang, **params))
    if outcome.backup:
        say(label("screen.backup", lang, backup=outcome.backup))


def print_line(outcome: Outcome, lang: str) -> None:
    """Prints one of many workbooks in one line."""
    if outcome.status == "unchanged":
        say(label("screen.unchanged", lang, input=outcome.input, output=outcome.output))
    elif not failed(outcome, lang):
        assert outcome.record is not None
        line = label("screen.line", lang, line=counts_line(outcome, lang), output=outcome.output)
        say(line, marks=[*counts_marks(outcome, lang), ("→", "good")])
        told = [found for found in outcome.record["findings"] if found["code"] in _ALWAYS_TOLD and found["open"]]
        _print_findings(told, _lang(outcome))
        print_exchange(outcome, lang)


def _lang(outcome: Outcome) -> str:
    assert outcome.lang is not None  # set once the workbook was read
    return outcome.lang


def _print_recognised(result: AssessedWorkbook, lang: str) -> None:
    """Prints how each table was recognised: header rows, columns, rows read; rows not read are findings."""
    for table in result.assessment.ledger.recognised:
        kind = label(f"kind.{table.kind}", lang)
        first, last = table.first_header_row, table.last_header_row
        count = len(set(table.rows))
        say(label("screen.table", lang, sheet=table.sheet_name, kind=kind, first=first, last=last, count=count))
        for letter, header, field, how in table.columns:
            shown = field or label("screen.unused", lang)
            because = label(f"how.{how}", lang) if how else ""
            say(label("screen.column", lang, letter=letter, header=header, field=shown, how=because))
        rows = [str(a) if a == b else f"{a}-{b}" for a, b in runs(table.rows)]
        say(label("screen.rows", lang, rows=rows))


def _print_findings(findings: list[dict[str, Any]], lang: str) -> None:
    """Prints a line for each kind of finding on each sheet: its cells, their number, and the first message.

    Findings without a cell have only their message, so each has a line of its own.
    """
    for kind in alike(findings):
        place = kind.place(_MOST_CELLS)
        count = "" if kind.count == 1 else label("screen.kind-count", lang, count=kind.count)
        texts = {"message": kind.first["message"], "mend": kind.first["mend"]}
        if not kind.same:
            texts["message"] = label("screen.kind-first", lang, cell=kind.first["cell"], message=kind.first["message"])
        word = label(f"severity.{kind.severity}", lang)
        say(label("screen.finding", lang, severity=word, place=place + count, **texts), marks=[(word, kind.severity)])


def print_notices(memory: Memory, screen: str) -> None:
    """Prints why runs were not recorded, each reason once, and clears the reasons."""
    from riskbook.records import AT_URL, IN_ENCRYPTED

    for (key, params), count in list(memory.notices.items())[:_SHOWN_NOTICES]:
        own = key in (AT_URL, IN_ENCRYPTED)
        message = label(f"screen.{key}", screen) if own else error_message(key, screen, dict(params))
        say(message + (f" (× {count})" if count > 1 else ""), err=True)
    if len(memory.notices) > _SHOWN_NOTICES:
        say(label("screen.history-more", screen, count=len(memory.notices) - _SHOWN_NOTICES), err=True)
    memory.notices.clear()
