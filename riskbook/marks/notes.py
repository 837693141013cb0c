"""What people wrote on riskbook's generated sheets: found before they are written anew, and put back after that."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from riskbook.marks.comments import comment_parts, move_notes
from riskbook.marks.content import FORMULA, value_of
from riskbook.marks.ownership import RISKS
from riskbook.marks.remember import SKIPPED, digest_of, joined, split
from riskbook.model import VISIBLE_COLUMNS, Area, ListLayout, OwnedParts, cell_ref, split_ref
from riskbook.opc.parts import Element
from riskbook.opc.styles import Styles
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet

_Key = tuple[str, int]  # digests of the cells that tell a row apart, and its number among rows with the same ones


@dataclass(frozen=True)
class Note:
    """A cell that a person filled in or coloured, where riskbook had written nothing.

    `cell`: as it stood. `key`: of its row, None where nothing tells the row apart. `moved_from`: the cell in which it
    was written first, for a note that stands in the block below the sheet's own content; else "".
    """

    row: int
    column: int
    cell: Element
    key: _Key | None
    moved_from: str = ""


@dataclass
class SheetNotes:
    """What people did on one generated sheet.

    `notes`: cells of theirs. `overwritten`: (cell, text) of riskbook's cells that hold another text now. `fills`:
    (row, column, key of the row, format) of riskbook's cells that a person coloured. `comments`: the parts that hold
    comments, each with its relationship's kind and type. `rows`: rows with a comment → key.
    `texts`: (cell, text) of the comments.
    """

    notes: list[Note] = field(default_factory=list)
    overwritten: list[tuple[str, str]] = field(default_factory=list)
    fills: list[tuple[int, int, _Key | None, int]] = field(default_factory=list)
    comments: list[tuple[str, str, str]] = field(default_factory=list)
    rows: dict[int, _Key | None] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to put back."""
        return not (self.notes or self.fills or self.comments)


class _Rows:
    """The rows of one sheet with the digests that riskbook left beside them."""

    def __init__(self, workbook: Workbook, sheet_name: str, keys: Sequence[int]) -> None:
        self._workbook, self._keys = workbook, keys
        self.sheet = Worksheet(workbook, sheet_name)
        self.cells = {row: dict(self.sheet.cells(row)) for row in self.sheet.rows}
        self.place, stored = 0, {}
        for row, cells in self.cells.items():
            for column, cell in cells.items():
                digests = split(value_of(workbook, cell)) if len(cell) else None
                if digests is not None:
                    self.place, stored[row] = column, digests
        self.stored: dict[int, list[str]] = stored
        self._whole = {joined(digests): digests for digests in stored.values()}
        self._by_key = {self._key(digests): digests for digests in stored.values() if self._key(digests)}
        self.keys = self._numbered()

    def value(self, row: int, column: int) -> str:
        cell = self.cells.get(row, {}).get(column)
        return value_of(self._workbook, cell) if cell is not None and len(cell) else ""

    def written(self, row: int) -> list[str]:
        """The digests of what riskbook wrote into the row that stands here now: rows may have been sorted."""
        own = self.stored.get(row, [])
        columns = range(1, len(own) + 1)
        now = [SKIPPED if own[c - 1] == SKIPPED else digest_of(self.value(row, c)) for c in columns]
        if not own or now == own:
            return own
        return self._whole.get(joined(now)) or self._by_key.get(self._key(now)) or own

    def _key(self, digests: Sequence[str]) -> str:
        inside = bool(self._keys) and max(self._keys) <= len(digests)
        return "".join(digests[column - 1] for column in self._keys) if inside else ""

    def _numbered(self) -> dict[int, _Key]:
        """Row → what tells it apart, for the rows of a list."""
        counts: dict[str, int] = {}
        keys = {}
        for row in sorted(self.stored):
            key = self._key([digest_of(self.value(row, column)) for column in range(1, len(self.stored[row]) + 1)])
            if key:
                counts[key] = counts.get(key, -1) + 1
                keys[row] = (key, counts[key])
        return keys


def find_notes(
    workbook: Workbook,
    sheet_name: str,
    *,
    keys: Sequence[int],
    inputs: Sequence[int],
    colours: frozenset[str],
    headings: frozenset[str],
) -> SheetNotes:
    """What people did on a generated sheet since riskbook wrote it; nothing where the digests are gone.

    `keys`: columns that tell rows apart. `inputs`: columns for people's answers, which are read elsewhere. `colours`:
    riskbook's fills (RRGGBB). `headings`: of the block of moved notes, in every language.
    """
    rows, found, styles = _Rows(workbook, sheet_name, keys), SheetNotes(), Styles(workbook)
    block = _block_rows(rows, headings)
    for row, cells in rows.cells.items() if rows.stored else ():
        written, key = rows.written(row), rows.keys.get(row)
        for column, cell in cells.items():
            if column == rows.place or (column in inputs and written):
                continue
            text = rows.value(row, column)
            blank = column > len(written) or written[column - 1] == digest_of("")
            coloured = styles.fill(int(cell.get("s") or 0)) not in {"", *colours}
            if row in block:
                if column == block[row][1] and text:
                    found.notes.append(Note(row, column, cell, None, block[row][0]))
            elif blank and (text or coloured):
                found.notes.append(Note(row, column, cell, key))
            elif not blank:
                if text and digest_of(text) != written[column - 1]:
                    found.overwritten.append((cell_ref(row, column), _shown(workbook, cell, text)))
                if coloured:
                    found.fills.append((row, column, key, int(cell.get("s") or 0)))
    _find_comments(workbook, rows, found)
    return found


def overwritten_lines(workbook: Workbook, layout: ListLayout, computed: Mapping[str, int]) -> list[tuple[str, str]]:
    """(cell, text) of what people typed into cells of an editable sheet that riskbook writes, also above the header.

    `computed`: field → column. A line of a person's own counts, too: only its keys and its entries are taken over.
    """
    rows = _Rows(workbook, layout.sheet_name, ())
    found = []
    above = layout.header_row - 1
    for row in (above, *layout.lines) if rows.stored else ():
        written = rows.written(row)
        columns = range(1, len(rows.stored.get(row, ())) + 1) if row == above else computed.values()
        for column in columns:
            text = rows.value(row, column)
            before = written[column - 1] if column <= len(written) else digest_of("")
            if text and before not in (SKIPPED, digest_of(text)):
                found.append((cell_ref(row, column), _shown(workbook, rows.cells[row][column], text)))
    return found


def _shown(workbook: Workbook, cell: Element, text: str) -> str:
    formula = cell.findtext(workbook.tag("f"))
    return f"={formula}" if text == FORMULA and formula else text


def _block_rows(rows: _Rows, headings: frozenset[str]) -> dict[int, tuple[str, int]]:
    """The rows of the block of moved notes → (first cell of the note, column of the note); its heading, too."""
    start = next((row for row in rows.cells if rows.value(row, 1) in headings and row not in rows.stored), None)
    block = {} if start is None else {start: ("", 0)}
    for row in range(start + 1, max(rows.cells) + 1) if start is not None else ():
        ref = rows.value(row, 1)
        if not re.fullmatch(r"(?:.+!)?[A-Z]{1,3}\d+", ref):
            break
        block[row] = (ref, 2)
    return block


def _find_comments(workbook: Workbook, rows: _Rows, found: SheetNotes) -> None:
    for relationship in comment_parts(workbook, rows.sheet.part):
        found.comments.append((relationship.part, relationship.kind, relationship.type))
        if relationship.kind == "comments":
            for element in workbook.parts.tree(relationship.part).iter(workbook.tag("comment")):
                row = split_ref(element.get("ref", "A1"))[0]
                found.rows[row] = rows.keys.get(row)
                text = "".join(part.text or "" for part in element.iter(workbook.tag("t")))
                found.texts.append((element.get("ref", "A1"), text))
    if not found.rows:
        found.comments.clear()


def release(workbook: Workbook, sheet_name: str, found: SheetNotes) -> None:
    """Parts a sheet, which is about to be removed, from its comments, so that they stay for `put_back`."""
    part = workbook.sheet(sheet_name).part
    for relationship in workbook.parts.relationships(part):
        if relationship.part in {name for name, _, _ in found.comments}:
            workbook.parts.unrelate(part, relationship.id)


def overwritten_results(
    workbook: Workbook, owned: OwnedParts, words: Mapping[int, frozenset[str]], captions: frozenset[str]
) -> list[tuple[str, str, str]]:
    """(sheet, cell, text) of riskbook's cells beside the ledgers that hold a text riskbook never writes there.

    `words`: those it writes, by slot (none for a slot of numbers). `captions`: its headings. A file that riskbook saved
    last has none and need not be searched.
    """
    found: list[tuple[str, str, str]] = []
    for name, columns in owned.columns.items():
        sheet, on_sheet = Worksheet(workbook, name), []
        # The hidden slots are not for people.
        seen = [(slot, area) for slot, area in columns if slot < VISIBLE_COLUMNS]
        for row in sheet.rows if seen else ():
            cells = dict(sheet.cells(row))
            for place, (slot, area) in enumerate(seen):
                cell = cells.get(area.first_column) if area.first_row <= row <= area.last_row else None
                text = "" if cell is None else value_of(workbook, cell)
                if text and text not in (words.get(slot) or RISKS) and text not in captions:
                    on_sheet.append((place, row, area.first_column, text))
        found += [(name, cell_ref(row, column), text) for _, row, column, text in sorted(on_sheet)]
    return found


def put_back(
    workbook: Workbook,
    sheet_name: str,
    found: SheetNotes,
    keys: Sequence[int],
    styles: Styles,
    heading: str,
    homeless: Sequence[tuple[str, Element | str]] = (),
) -> None:
    """Puts what people did on a generated sheet into its new version.

    A note stays in its cell, or in the row with the same key, where that cell is free; else it moves into a block
    under the sheet's own content, headed `heading`, with the cell in which it stood. `homeless`: notes of a sheet that
    is no more, for that block.
    """
    if found.empty and not homeless:
        return
    rows = _Rows(workbook, sheet_name, keys)
    sheet = rows.sheet
    row_of = {key: row for row, key in rows.keys.items()}
    merged = sheet.facts().merges
    moving: list[tuple[str, Element | str | None]] = list(homeless)

    def new_row(row: int, key: _Key | None) -> int | None:
        return row if key is None else row_of.get(key)

    for note in found.notes:
        row = None if note.moved_from else new_row(note.row, note.key)
        if row is not None and _is_free(rows, row, note.column, merged):
            sheet.insert(row, note.column, copy.deepcopy(note.cell))
        elif len(note.cell):
            moving.append((note.moved_from or cell_ref(note.row, note.column), note.cell))
    for row, column, key, style in found.fills:
        target = new_row(row, key)
        cell = rows.cells.get(target or 0, {}).get(column)
        if cell is not None:
            sheet.restyle(cell, styles.with_fill_of(int(cell.get("s") or 0), style))
    moved = {row: new_row(row, key) for row, key in found.rows.items()}
    lost = [row for row, target in moved.items() if target is None]
    first = max([0, *sheet.rows]) + 2
    places = {row: first + 1 + len(moving) + n for n, row in enumerate(lost)}
    moving += [(cell_ref(row, 1), None) for row in lost]
    if moving:
        sheet.put(first, 1, heading, 0)
    for at, (ref, content) in enumerate(moving, start=first + 1):
        sheet.put(at, 1, ref, 0)
        if isinstance(content, str):
            sheet.put(at, 2, content, 0)
        elif content is not None:
            sheet.insert(at, 2, copy.deepcopy(content))
    _attach_comments(workbook, sheet, found, {**moved, **places})


def _is_free(rows: _Rows, row: int, column: int, merged: Iterable[Area]) -> bool:
    cell = rows.cells.get(row, {}).get(column)
    empty = cell is None or not len(cell)
    return empty and column != rows.place and not any(area.holds(row, column) for area in merged)


def _attach_comments(workbook: Workbook, sheet: Worksheet, found: SheetNotes, moved: Mapping[int, int | None]) -> None:
    """Lets the new sheet lead to the comments of the old one, moved to their rows."""
    places = {row: target for row, target in moved.items() if target is not None}
    for part, kind, type_ in found.comments:
        content = workbook.parts.read(part)
        changed = move_notes(content, places, vml=kind == "vmlDrawing")
        if changed != content:
            workbook.parts.put(part, changed)
        made = workbook.parts.relate(sheet.part, part, type_)
        if kind == "vmlDrawing":
            sheet.lead_to_comments(made)
