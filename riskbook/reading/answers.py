"""What people answered to the findings of an earlier run."""

from __future__ import annotations

from collections.abc import Mapping

from riskbook.reading.grid import Grid
from riskbook.reading.values import squeezed, text

_SEARCH_ROWS = 40


def read_answers(grid: Grid, headers: Mapping[str, str]) -> list[dict[str, str]]:
    """The answered lines of the findings sheet: code, cell, subject, response, reason, as texts.

    `headers`: the header texts of that sheet, in every language → field.
    """
    grid.read_to(None)
    spelled = {squeezed(header): field for header, field in headers.items()}
    columns: dict[str, int] = {}
    answers = []
    for row in sorted(grid.rows):
        if not columns:
            found = {
                spelled[key]: column
                for column, value in enumerate(grid.rows[row], start=1)
                if isinstance(value, str) and (key := squeezed(value)) in spelled
            }
            columns = found if {"code", "response", "reason"} <= set(found) and row <= _SEARCH_ROWS else {}
            continue
        line = {field: text(grid.value(row, column)) or "" for field, column in columns.items()}
        if line["code"] and (line["response"] or line["reason"]):
            answers.append({"cell": "", "subject": "", "message": "", "mend": "", **line})
    return answers
