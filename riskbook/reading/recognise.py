"""Decides what a sheet holds: a ledger, one of the form's sheets, an example, or none of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from riskbook.errors import LedgerError
from riskbook.method import Method
from riskbook.model import CIA_FIELDS, Source, folded
from riskbook.reading.answers import find_checks
from riskbook.reading.collect import Collector
from riskbook.reading.form_sheets import read_checks
from riskbook.reading.grid import Grid
from riskbook.reading.headers import MOST_SEARCH_ROWS, SEARCH_ROWS, HeaderBlock, Masked, Vocabulary, find_header
from riskbook.reading.layouts import find_other_layout
from riskbook.reading.nearmiss import NearMiss

_POINTS_ELSEWHERE = re.compile(r"参考|参照|ください|下さい|見て|ご覧|\b(?:see|refer)\b", re.IGNORECASE)
_EVALUATIONS = frozenset((*CIA_FIELDS, "importance"))


def masked_columns(source: Source, sheet_name: str) -> Masked:
    """Row → the columns that riskbook wrote on a client's sheet; rows below the last count to the same table."""
    areas = [area for _, area in source.owned.columns.get(sheet_name, ())]
    starts = sorted({area.first_row for area in areas})

    def columns(row: int) -> frozenset[int]:
        start = max((first for first in starts if first <= row), default=0)
        return frozenset(area.first_column for area in areas if area.first_row == start)

    return columns


def recognise(
    grid: Grid, vocabularies: Mapping[str, Vocabulary], masked: Masked, method: Method
) -> tuple[str, HeaderBlock] | None:
    """The kind of table on a sheet and its header block; None for an example, or a sheet without a table."""
    if is_example(grid.sheet_name, method):
        return None
    for rows in (SEARCH_ROWS, MOST_SEARCH_ROWS):
        for kind, vocabulary in vocabularies.items():
            block = find_header(grid, vocabulary, masked, rows)
            if block is None and kind == "ledger" and rows == SEARCH_ROWS:
                block = find_other_layout(grid, vocabulary, masked, method, rows)
            if block is not None and kind == "checks":
                block = _by_content(grid, block, vocabulary, method)
            if block is not None:
                above = grid.texts_above(block.first_row)
                return None if any(is_title_of_example(text, method) for text in above) else (kind, block)
    return None


def _by_content(grid: Grid, block: HeaderBlock, vocabulary: Vocabulary, method: Method) -> HeaderBlock:
    """The header block of a check sheet: by its content, where a weak word names answers that stand elsewhere."""
    if vocabulary.is_weak(block.titles.get(block.columns["answer"], "")):
        told = find_checks(grid, vocabulary, method)
        if told is not None and told.columns["answer"] != block.columns["answer"]:
            return told
    return block


def is_unread_ledger(miss: NearMiss) -> bool:
    """Whether a sheet looks so much like a ledger that a person should know that it was not read as one."""
    fields = set(miss.understood.values())
    return miss.cards or len(fields & _EVALUATIONS) >= 2 or ("台帳" in miss.sheet and len(fields) >= 3)


def is_title_of_example(text: str, method: Method) -> bool:
    """Whether a text above a table calls it an example; a note that refers the reader to an example does not."""
    note = text.strip().startswith(tuple(method.words.note_marks))
    return is_example(text, method) and not note and not _POINTS_ELSEWHERE.search(text)


def is_example(text: str, method: Method) -> bool:
    """Whether a name or title says that it is an example, which is never assessed."""
    shown = folded(text)
    return any(word.casefold() in shown for word in method.words.example)


def is_checks(grid: Grid, method: Method) -> bool:
    """Whether a sheet with items of a questionnaire is a check sheet: it names kinds of measure, or media."""
    block = find_header(grid, Vocabulary(method, "checks"), lambda row: frozenset(), SEARCH_ROWS)
    return block is not None and _names_kinds_or_media(grid, block, method)


def form_sheet(found: list[tuple[Grid, HeaderBlock]], kind: str) -> tuple[Grid, HeaderBlock] | None:
    """The one sheet of its kind, hidden ones only where none is visible. Raises `LedgerError` for several."""
    visible = [entry for entry in found if entry[0].state == "visible"]
    candidates = visible or found
    if len(candidates) > 1:
        names = tuple(grid.sheet_name for grid, _ in candidates)
        raise LedgerError(f"two-{kind}", sheets=names)
    return candidates[0] if candidates else None


def check_sheets(found: list[tuple[Grid, HeaderBlock]], method: Method) -> list[tuple[Grid, HeaderBlock]]:
    """Of several lists of questions those that name the guideline's kinds of measure or media, if any do."""
    if len(found) < 2:
        return found
    return [entry for entry in found if _names_kinds_or_media(*entry, method)] or found


def _names_kinds_or_media(grid: Grid, block: HeaderBlock, method: Method) -> bool:
    if any(field.startswith("applies:") for field in block.columns):
        return True
    return any(record["number"] is not None for record in read_checks(grid, block, method, Collector()))
