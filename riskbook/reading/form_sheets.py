"""Reads the threat sheet (脅威の状況) and the check sheet (対策状況チェック)."""

from __future__ import annotations

import re
from typing import Any

from riskbook.method import Method
from riskbook.model import cell_ref, profile_line, squeezed, tidied
from riskbook.reading import values
from riskbook.reading.collect import Collector
from riskbook.reading.grid import Grid
from riskbook.reading.headers import HeaderBlock
from riskbook.reading.values import is_blank


def report_assumed(grid: Grid, block: HeaderBlock, out: Collector) -> None:
    """Reports headers that were recognised only by a similar spelling."""
    for column, header in block.assumed.items():
        title = block.titles[column]
        line = profile_line(("columns", title), block.field_of[column])
        out.add("header-assumed", grid.sheet_name, block.last_row, column, text=title, assumed=header, line=line)


def _is_left_out(grid: Grid, row: int, block: HeaderBlock, field: str, method: Method, out: Collector) -> bool:
    """Whether a line is a total or struck through, which is reported."""
    column = block.columns[field]
    words = {squeezed(word) for word in method.words.totals}
    texts = [values.text(grid.value(row, c)) or "" for c in block.columns.values()]
    total = next((shown for shown in texts if squeezed(shown) in words), None)
    if total is not None:
        out.add("row-ignored", grid.sheet_name, row, column, variant="total", severity="info", text=total)
        return True
    if grid.is_struck(row, column):
        out.add("row-deleted", grid.sheet_name, row, column, text=values.text(grid.merged_value(row, column)))
        return True
    return False


def read_threats(grid: Grid, block: HeaderBlock, method: Method, out: Collector) -> list[dict[str, Any]]:
    """A record for each threat and medium: medium, threat, frequency (1…3 or None), sheet, row."""
    grid.read_to(None)
    scale, records = method.scale_of("threat"), []
    medium_cell: Any = None  # a blank medium means "as above", with or without merged cells
    for row in sorted(number for number in grid.rows if number > block.last_row):
        cell = {field: grid.merged_value(row, column) for field, column in block.columns.items()}
        if not is_blank(cell["medium"]):
            medium_cell = cell["medium"]
        if is_blank(cell.get("threat_name")) and is_blank(cell["frequency"]):
            continue
        if _is_left_out(
            grid, row, block, "threat_name" if "threat_name" in block.columns else "frequency", method, out
        ):
            continue
        media = values.media(medium_cell, method).value or ()
        if not media:
            column = block.columns["medium"]
            shown = values.text(medium_cell) or values.text(cell.get("threat_name"))
            out.add("row-ignored", grid.sheet_name, row, column, variant="medium", severity="warning", text=shown)
            continue
        frequency = grid.counted_value(row, block.columns["frequency"])
        parsed = values.graded(frequency, scale, sentences=True)
        threat = values.text(cell.get("threat_name"))
        if parsed.value is None:
            name = threat or "-"
            out.add("threat-unanswered", grid.sheet_name, row, block.columns["frequency"], threat=name, medium=media[0])
        elif parsed.how:
            out.add_alike("value-normalised", grid.sheet_name, row, block.columns["frequency"], variant=parsed.how)
        records += [
            {"medium": medium, "threat": threat, "frequency": parsed.value, "sheet": grid.sheet_name, "row": row}
            for medium in media
        ]
    return records


def read_checks(grid: Grid, block: HeaderBlock, method: Method, out: Collector) -> list[dict[str, Any]]:
    """A record for each question, as `Ledger.checks` has them; number (kind of measure) may be None."""
    grid.read_to(None)
    kind: int | None = None
    # True once a kind is repeated in the next line: then every line names its kind, and a blank is no "as above".
    named = False
    marked = any(field.startswith("applies:") for field in block.columns)
    records = []
    for row in sorted(number for number in grid.rows if number > block.last_row):
        cell = {field: grid.merged_value(row, column) for field, column in block.columns.items()}
        cell["answer"] = grid.counted_value(row, block.columns["answer"])
        if _is_left_out(grid, row, block, "question", method, out):
            continue
        here = kind_of(cell.get("kind"), method)
        if here is None and is_blank(cell["answer"]) and is_blank(cell.get("number")):
            # A line that only names a kind of measure is a heading for the questions under it.
            heading = kind_of(cell["question"], method, whole=True)
            if heading is not None:
                kind = heading
                continue
        named = named or (here is not None and here == kind and not grid.is_merged(row, block.columns["kind"]))
        kind = here if here is not None or not is_blank(cell.get("kind")) or named else kind
        if _is_no_question(grid, row, block, cell, method, out):
            continue
        if kind is None and (not marked or named):
            place = block.columns.get("kind", block.columns["question"])
            out.add("check-kind-unknown", grid.sheet_name, row, place, variant="marked" if marked else "")
        records.append(_check(grid, row, block, cell, kind, method, out))
    return records


def _is_no_question(
    grid: Grid, row: int, block: HeaderBlock, cell: dict[str, Any], method: Method, out: Collector
) -> bool:
    """Whether a row has no question: it is blank, a note, or has a stray answer; the latter two are reported."""
    if is_blank(cell["question"]):
        if not is_blank(cell["answer"]) and not grid.is_merged(row, block.columns["question"]):
            column, shown = block.columns["answer"], values.text(cell["answer"])
            out.add("row-ignored", grid.sheet_name, row, column, variant="stray", text=shown)
        return True
    if is_blank(cell["answer"]) and str(cell["question"]).startswith(tuple(method.words.note_marks)):
        column, shown = block.columns["question"], values.text(cell["question"])
        out.add("row-ignored", grid.sheet_name, row, column, variant="note", severity="info", text=shown)
        return True
    return False


def _check(
    grid: Grid, row: int, block: HeaderBlock, cell: dict[str, Any], kind: int | None, method: Method, out: Collector
) -> dict[str, Any]:
    """The record of one question with its answer and the media that it applies to."""
    media = _applies(grid, row, block, cell, kind, method, out)
    answer = _answer(grid, row, block, cell["answer"], method, out)
    if not media and answer != method.answers.not_applicable:
        out.add("check-unmarked", grid.sheet_name, row, block.columns["question"])
    return {
        "number": kind,
        "question": values.text(cell["question"]),
        "item": values.text(cell.get("number")),
        "answer": answer,
        "answered": not is_blank(cell["answer"]),
        "media": media,
        "sheet": grid.sheet_name,
        "row": row,
        "cell": cell_ref(row, block.columns["answer"]),
    }


def kind_of(value: Any, method: Method, *, whole: bool = False) -> int | None:
    """The number of the kind of measure that a cell gives by name or number; `whole`: only by its whole name."""
    if is_blank(value):
        return None
    match = re.match(r"\(?(\d{1,2})(?:\.0)?[\s.:、)]*(.*)", tidied(str(value)))
    bare = squeezed(match[2] if match else str(value))
    # The longest name first, since a short one may be part of it.
    for measure in sorted(method.measures, key=lambda m: -len(m.name["ja"])):
        spelled = [squeezed(name) for name in measure.name.values()]
        if bare in spelled or (not whole and bare and any(name in bare for name in spelled)):
            return measure.number
    numbers = {measure.number for measure in method.measures}
    return int(match[1]) if match and not whole and int(match[1]) in numbers else None


def _answer(grid: Grid, row: int, block: HeaderBlock, raw: Any, method: Method, out: Collector) -> int:
    """The answer 1…4; an unreadable one counts as "not implemented" (riskbook's rule)."""
    answers = method.answers
    parsed = values.whole(raw, (1, 2, 3, 4), answers.labels, sentences=True)
    column = block.columns["answer"]
    if parsed.value is None:
        shown = values.text(raw) or ""
        out.add("check-unanswered", grid.sheet_name, row, column, variant="" if shown else "blank", found=shown)
        return int(answers.not_implemented)
    if parsed.how:
        out.add_alike("value-normalised", grid.sheet_name, row, column, variant=parsed.how)
    return int(parsed.value)


def _applies(
    grid: Grid, row: int, block: HeaderBlock, cell: dict[str, Any], kind: int | None, method: Method, out: Collector
) -> tuple[str, ...]:
    """The media a question applies to: by the marked columns, or by its kind for a medium without a column."""
    by_kind = next((m.media for m in method.measures if m.number == kind), method.medium_names)
    marks = {squeezed(mark) for mark in method.answers.marks}
    no_marks = {squeezed(mark) for mark in method.personal.marks_no}
    media = []
    for name in method.medium_names:
        if f"applies:{name}" not in block.columns:
            applies = name in by_kind
        else:
            shown = squeezed(values.text(cell[f"applies:{name}"]) or "")
            applies = shown in marks
            if shown and not applies and shown not in no_marks:
                out.add(
                    "mark-unreadable",
                    grid.sheet_name,
                    row,
                    block.columns[f"applies:{name}"],
                    found=shown,
                    variant="applies",
                )
        if applies:
            media.append(name)
    return tuple(media)
