"""What people wrote on riskbook's generated sheets: found, reported where it cannot stay, and put back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from riskbook import marks, sheets
from riskbook.errors import PackageError
from riskbook.method import Method, available_methods, load_method
from riskbook.model import Finding, Ledger, Location, OwnedParts, cell_ref, column_letter, from_texts
from riskbook.opc import Styles, Workbook

Found = Mapping[str, marks.SheetNotes]
_NAMED = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam")


def find(workbook: Workbook, owned: OwnedParts) -> dict[str, marks.SheetNotes]:
    """What people did on riskbook's generated sheets, by tab name; nothing where riskbook saved the file last."""
    if not owned.properties.get("notes") and marks.is_sealed(workbook, owned.properties):
        return {}
    colours, headings = frozenset(owned.properties.get("fills", "").split()), sheets.note_headings()
    found = {}
    for name, kind in owned.sheets.items():
        if kind not in sheets.editable_fields():
            keys, inputs = sheets.note_places(kind)
            found[name] = marks.find_notes(workbook, name, keys=keys, inputs=inputs, colours=colours, headings=headings)
    return found


def misnamed(workbook: Workbook, path: Path, ledger: Ledger) -> Iterator[Finding]:
    """A finding where Excel refuses the file, since its name says another kind of workbook than its content does."""
    if path.suffix.lower() in _NAMED and path.suffix.lower() != workbook.suffix:
        sheet = ledger.tables[0].sheet_name if ledger.tables else workbook.sheets[0].name
        yield Finding("extension-other", Location(sheet), {"named": path.suffix, "suffix": workbook.suffix})


def overwritten(
    workbook: Workbook, owned: OwnedParts, notes: Found, ledger: Ledger, method: Method
) -> Iterator[Finding]:
    """A finding for each cell of riskbook's in which a person typed another text; none where riskbook saved last."""
    words = _words(owned, method)
    cells = [(name, ref, text) for name, one in notes.items() for ref, text in one.overwritten]
    unsealed = not marks.is_sealed(workbook, owned.properties)
    lists = sheets.own_headers(method).lists
    for kind, layout in ledger.layouts.items() if unsealed else ():
        computed = {field: column for field, column in layout.columns.items() if field not in lists[kind].typed}
        found = marks.overwritten_lines(workbook, layout, computed)
        cells += [(layout.sheet_name, ref, text) for ref, text in found]
    cells += marks.overwritten_results(workbook, owned, words, sheets.own_captions()) if unsealed else []
    for name, ref, text in cells:
        yield Finding("own-cell-overwritten", Location(name, ref), {"found": text})


def _words(owned: OwnedParts, method: Method) -> dict[int, frozenset[str]]:
    """What riskbook writes beside a ledger, by slot; also by the method of the earlier run, where that is known."""
    words = dict(sheets.signature(method).words)
    run, _ = from_texts(owned.properties)
    earlier = "" if run is None else run.rules.partition(":")[0]
    if earlier != method.name and earlier in available_methods():
        for slot, more in sheets.signature(load_method(earlier)).words.items():
            words[slot] |= more
    return words


def put_back(
    workbook: Workbook, owned: OwnedParts, notes: Found, tabs: Mapping[str, str], styles: Styles, lang: str
) -> None:
    """Puts people's notes into the new generated sheets (`tabs`: kind → tab name, the first that opens first).

    The notes of a sheet that is no more go to the first one.
    """
    first = next(iter(tabs))
    homeless: list[tuple[str, Any]] = [
        (note.moved_from or f"{name}!{cell_ref(note.row, note.column)}", note.cell)
        for name, one in notes.items()
        for note in one.notes
        if owned.sheets[name] not in tabs and len(note.cell)
    ]
    gone = {name: one for name, one in notes.items() if owned.sheets[name] not in tabs}
    homeless += [(f"{name}!{ref}", text) for name, one in gone.items() for ref, text in one.texts]
    found = {owned.sheets[name]: one for name, one in notes.items() if owned.sheets[name] in tabs}
    for kind in dict.fromkeys((first, *found)):
        moved = homeless if kind == first else []
        keys = sheets.note_places(kind)[0]
        one = found.get(kind, marks.SheetNotes())
        marks.put_back(workbook, tabs[kind], one, keys, styles, sheets.note_heading(lang), moved)


def set_apart(workbook: Workbook, owned: OwnedParts, ledger: Ledger) -> Iterator[Finding]:
    """A finding for each ledger whose result columns stand apart from it, beside a picture or a text box."""
    for table in ledger.tables:
        with contextlib.suppress(PackageError):  # no free column at all: reported when the result is made
            column = marks.set_apart(workbook, table, owned)
            if column is not None:
                place = Location(table.sheet_name, cell_ref(table.last_header_row, column))
                yield Finding("results-apart", place, {"column": column_letter(column)})
