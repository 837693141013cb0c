"""The sheet 入力チェック: the findings by kind, each linked to its cell, with room for an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from riskbook.method import Method
from riskbook.model import (
    ANSWER_FIELDS,
    ANSWER_UNITS,
    ERROR,
    INFO,
    WARNING,
    Area,
    Finding,
    OwnList,
    by_kind,
    cell_ranges,
    few,
    group_mark,
    is_group_mark,
    split_place,
    unit_values,
)
from riskbook.sheets.listing import HEADER_ROW, Column, headers_of, plain, write_list
from riskbook.sheets.sheet import Context, Sheet, Written
from riskbook.sheets.widths import shortened
from riskbook.sheets.words import Row, finding_words
from riskbook.text import both, label

# Severity → the level in whose colours it is shown: red, yellow, blue; answered findings are grey.
LEVEL_OF = {ERROR: "large", WARNING: "medium", INFO: "small"}
_LONGEST_ANSWER = 60  # of an answer that does not hold any more, as quoted
_MOST_RANGES = 6  # of a kind of finding, as shown
_MOST_SHOWN = 5  # findings of a kind; the lines of more are folded up
_RESPONSES = ("checked", "mended", "not-needed")

# Subject and code stand where earlier versions had them: notes beside a line find it by these two.
COLUMNS = (
    Column("number", 5, "centre", plain("rank")),
    Column("severity", 9, "level", plain("severity")),
    Column("cell", 18, "link", plain("place")),
    Column("subject", 15, "wrap", plain("subject")),
    Column("message", 50, "wrap", plain("message")),
    Column("mend", 34, "wrap", plain("mend")),
    Column("response", 11, "input", plain("response"), editable=True),
    Column("finding-reason", 24, "input", plain("reason"), editable=True),
    Column("code", 17, "wrap", plain("code")),
    Column("client-answer", 24, "input", plain("answer"), editable=True),
    Column("fingerprint", 13, "clip", plain("fingerprint")),
)
# The keys of columns whose field has another name.
_FIELD_OF = {"finding-reason": "reason", "client-answer": "answer"}


def own_list() -> OwnList:
    """How answers are read back; they are matched with the findings of the next run, which writes the sheet anew."""
    keys = ("code", "fingerprint", "cell", "subject", "message", "mend", "severity")
    headers = headers_of((*keys, "number", "response", *_FIELD_OF), _FIELD_OF)
    return OwnList(
        headers,
        (*keys, "response", "reason"),
        ANSWER_FIELDS,
        frozenset({"code", "response", "reason"}),
        "code",
        editable=False,
    )


def write(sheet: Worksheet, context: Context) -> Written:
    """Writes the findings by kind, errors first; below them the answers to findings that no longer occur.

    A kind with several findings has a line of its own, in which people may answer for all of them.
    """
    theme, assessment, lang = context.theme, context.assessment, context.lang
    kept = [dict(answer) for answer in assessment.settled if is_group_mark(answer["fingerprint"])]
    rows: list[Row] = []
    for kind in by_kind(assessment.findings):
        rows += _block([finding_row(finding, context.method, lang) for finding in kind], kept, lang)
    single = [answer for answer in assessment.settled if not is_group_mark(answer["fingerprint"])]
    for answers in _settled_kinds(single):
        rows += _block([_settled(answer, lang) for answer in answers], [], lang)
    rows += [_settled(answer, lang) for answer in kept if any(answer[field] for field in ANSWER_FIELDS)]
    rows = [{**row, "rank": rank} for rank, row in enumerate(rows, start=1)]
    area = write_list(sheet, theme, lang, "findings", COLUMNS, rows)
    if not rows:
        sheet.write_string(HEADER_ROW + 1, 0, label("note.no-findings", lang), theme.note())
        return Written(Area(1, 1, HEADER_ROW + 2, len(COLUMNS)))
    sheet.outline_settings(symbols_below=False)
    choices = [label(f"response.{name}", lang) for name in _RESPONSES]
    place = [column.key for column in COLUMNS].index("response")
    # Only a warning: people may answer in other words.
    options = {"validate": "list", "source": choices, "error_type": "warning"}
    sheet.data_validation(HEADER_ROW + 1, place, HEADER_ROW + len(rows), place, options)
    return Written(area)


def finding_row(finding: Finding, method: Method, lang: str) -> Row:
    """The line of one finding."""
    message, fix = finding_words(finding, method, lang)
    if finding.earlier:
        message = f"{message} {label('finding.earlier', lang, answer=shortened(finding.earlier, _LONGEST_ANSWER))}"
    return {
        "severity": label(f"severity.{finding.severity}", lang),
        "level": LEVEL_OF[finding.severity] if finding.open else "unassessed",
        "place": finding.location,
        "subject": finding.subject,
        "message": message,
        "mend": fix,
        "response": finding.response,
        "reason": finding.reason,
        "answer": finding.answer,
        "code": finding.code,
        "fingerprint": finding.fingerprint,
        "severities": both(f"severity.{finding.severity}"),
    }


def _settled(answer: Mapping[str, str], lang: str) -> Row:
    """The line of an answer to a finding that no longer occurs."""
    severity = label("severity.settled", lang)
    return {"answer": "", **answer, "severity": severity, "level": "unassessed", "place": answer["cell"]}


def _settled_kinds(answers: Sequence[Mapping[str, str]]) -> list[list[Mapping[str, str]]]:
    """Answers to findings that no longer occur, by code and sheet; those to a sheet as a whole are alone."""
    kinds: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for number, answer in enumerate(answers):
        sheet, cells = split_place(answer["cell"])
        kinds.setdefault((answer["code"], sheet, "" if cells else str(number)), []).append(answer)
    return list(kinds.values())


def _block(members: Sequence[Row], kept: list[dict[str, str]], lang: str) -> list[Row]:
    """The lines of one kind: its own one, where it has several findings, and under it that of each finding.

    `kept`: what was typed at the lines of kinds and stands at no finding; this kind takes its own out of them.
    """
    if len(members) == 1:
        return list(members)
    first = members[0]
    sheet, cells = split_place(str(first["place"]))[0], few(ranges_of(members), _MOST_RANGES)
    done = sum(1 for row in members if row["reason"])
    line = {
        **first,
        "place": f"{sheet}!{', '.join(cells)}",  # no link: LibreOffice does not wrap one, and its lines have theirs
        "subject": label("finding.of-kind", lang),
        "message": kind_message(members, lang) + (label("finding.done", lang, count=done) if done else ""),
        "level": next((row["level"] for row in members if row["level"] != "unassessed"), "unassessed"),
        **_shown_answers(members, kept),
    }
    folded = len(members) > _MOST_SHOWN
    outline = {"level": 1, "hidden": folded}
    heading = {**line, "fingerprint": group_mark(line), "strong": True, "outline": {"collapsed": folded}}
    return [heading, *({**row, "outline": outline} for row in members)]


def ranges_of(members: Sequence[Row]) -> list[str]:
    """The cells of a kind's findings as ranges; what a settled answer has in place of a cell as it is."""
    cells = [cell for row in members for cell in split_place(str(row["place"]))[1].split(", ")]
    single = [cell for cell in cells if re.fullmatch(r"[A-Z]{1,3}[1-9]\d{0,6}", cell)]
    return [*cell_ranges(single), *(cell for cell in dict.fromkeys(cells) if cell not in single)]


def kind_message(members: Sequence[Row], lang: str) -> str:
    """What was found, of several findings of a kind: their number and the message, or that of the first cell."""
    message = members[0]["message"]
    if len({row["message"] for row in members}) > 1:
        cell = split_place(str(members[0]["place"]))[1]
        message = label("screen.kind-first", lang, cell=cell, message=message)
    return message if len(members) == 1 else label("finding.several", lang, count=len(members), message=message)


def _shown_answers(members: Sequence[Row], kept: Iterable[dict[str, str]]) -> dict[str, str]:
    """What the line of a kind shows as its answers: those that all its findings have, else what was typed there."""
    first = members[0]
    shown: dict[str, str] = {}
    sheet = split_place(str(first["place"]))[0]
    own = [
        answer
        for answer in kept
        if (answer["code"], split_place(answer["cell"])[0]) == (first["code"], sheet)
        and answer.get("severity") in (*first["severities"], *both("severity.settled"))
    ]
    for unit in ANSWER_UNITS:
        found = {unit_values(row, unit) for row in members}
        values = found.pop() if len(found) == 1 else ("",) * len(unit)
        for answer in own:
            if not any(values) and any(unit_values(answer, unit)):
                values = unit_values(answer, unit)
                answer.update(dict.fromkeys(unit, ""))
        shown |= dict(zip(unit, values, strict=True))
    return shown


SHEET = Sheet(
    "findings",
    write,
    proofs=("col.severity", "col.message", "col.mend", "col.code"),
    keys=(4, 9),  # subject and code
    inputs=(7, 8, 10),
    late=True,
    reads=own_list,
)
