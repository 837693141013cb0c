"""What the client's own sheets hold: digests by which a later run knows whether people changed it, and differences."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Collection, Mapping

from riskbook.marks.formulas import shift_references
from riskbook.marks.ownership import properties_part, set_properties
from riskbook.model import Area, OwnedParts, sha256
from riskbook.opc.parts import Element
from riskbook.opc.texts import content_text
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet

FORMULA = "="  # stands for any formula: programs write the same formula in different ways
_CHUNK = 240  # characters of a document property
_DIGESTS, _EXTRAS, SEAL = "client.", "extra.", "seal"
_WHITE = re.compile(r"\s+")

Cells = dict[tuple[int, int], str]
Extras = dict[str, tuple[str, str, str]]


def client_sheets(workbook: Workbook, owned: OwnedParts) -> list[str]:
    """The tabs that are not riskbook's: the client's, and those that people added."""
    return [sheet.name for sheet in workbook.sheets if sheet.kind == "worksheet" and sheet.name not in owned.sheets]


def client_cells(workbook: Workbook, owned: OwnedParts, name: str) -> Cells:
    """What people typed on one sheet: (row, column) → text in a form that no saving program changes; no result columns.

    A formula counts by its text, in a form that programs agree on; what it gives does not count.
    """
    sheet = Worksheet(workbook, name)
    areas = [area for _, area in owned.columns.get(name, ())]
    shared: dict[str, tuple[str, int, int]] = {}
    filled: list[Area] = []  # areas whose cells one array formula or data table computes
    cells: Cells = {}
    beside = {column for area in areas for column in range(area.first_column, area.last_column + 1)}
    for row in sheet.rows:
        for column, cell in sheet.cells(row):
            if not len(cell) or (column in beside and any(area.holds(row, column) for area in areas)):
                continue
            formula, value, inline = workbook.content(cell)
            if formula is not None:
                cells[row, column] = FORMULA + _plain_formula(formula, row, column, shared, filled)
            elif typed := _typed(workbook, cell.get("t", "n"), value, inline):
                cells[row, column] = typed
    for area in filled:
        for place in [place for place in cells if area.holds(*place)]:
            if place != (area.first_row, area.first_column) and not cells[place].startswith(FORMULA):
                del cells[place]
    return cells


def _plain_formula(
    formula: Element, row: int, column: int, shared: dict[str, tuple[str, int, int]], filled: list[Area]
) -> str:
    """A formula without what programs write in different ways; a shared one as it stands in its cell."""
    text, kind, index = formula.text or "", formula.get("t", ""), formula.get("si", "")
    if kind == "shared" and text:
        shared[index] = (text, row, column)
    elif kind == "shared" and index in shared:
        first, at_row, at_column = shared[index]
        text = shift_references(first, row - at_row, column - at_column)
    elif kind in ("array", "dataTable"):
        with contextlib.suppress(ValueError):
            filled.append(Area.parse(formula.get("ref", "")))
    plain = _WHITE.sub("", text).replace("_xlfn.", "").replace("_xlws.", "").replace("'", "").upper()
    return plain.replace("FALSE()", "FALSE").replace("TRUE()", "TRUE")


def value_of(workbook: Workbook, cell: Element) -> str:
    """The content of a cell as text that no saving program changes; "=" for a formula, "" for none."""
    formula, value, inline = workbook.content(cell)
    return FORMULA if formula is not None else _typed(workbook, cell.get("t", "n"), value, inline)


def _typed(workbook: Workbook, kind: str, value: str, inline: Element | None) -> str:
    """The content of a cell without formula."""
    if kind == "n" and inline is None:
        return normal_number(value)
    text = content_text(workbook, kind, value, inline)
    if text is not None:
        return normal_text(text)
    return normal_number(value) if kind == "n" else value


def normal_text(text: str) -> str:
    """A text with one kind of line end, without white space at its ends."""
    return text.replace("\r\n", "\n").strip()


def normal_number(value: str) -> str:
    """A number with the 15 digits that Excel shows; any other text unchanged."""
    try:
        return f"{float(value):.15g}"
    except ValueError:
        return value


def notes_on(workbook: Workbook, name: str) -> dict[str, str]:
    """What people wrote on a sheet in comments and drawings: text without white space → cell, "" for a drawing."""
    found: dict[str, str] = {}
    sheet = workbook.sheet(name).part
    for part in workbook.parts.all_related(sheet, "comments"):
        for comment in workbook.parts.tree(part).iter(workbook.tag("comment")):
            found.setdefault(_joined(comment, workbook.tag("t")), comment.get("ref", ""))
    for part in workbook.parts.all_related(sheet, "drawing"):
        found.setdefault(_joined(workbook.parts.tree(part), "{*}t"), "")
    found.pop("", None)
    return found


def _joined(element: Element, tag: str) -> str:
    return _WHITE.sub("", "".join(part.text or "" for part in element.iter(tag)))


def digests(workbook: Workbook, owned: OwnedParts) -> dict[str, str]:
    """Sheet → digest (12 hex digits) of what people typed into its cells, for every sheet that is not riskbook's."""
    result = {}
    for name in client_sheets(workbook, owned):
        digest = hashlib.sha256()
        for (row, column), value in sorted(client_cells(workbook, owned, name).items()):
            digest.update(f"{row}.{column}={value}\n".encode("utf-8", "surrogatepass"))
        result[name] = digest.hexdigest()[:12]
    return result


def digest_texts(found: Mapping[str, str]) -> dict[str, str]:
    """Digests as document properties; sheets by a digest of their name (8 hex digits)."""
    return _chunks(_DIGESTS, "".join(short_name(name) + digest for name, digest in found.items()))


def digests_from(texts: Mapping[str, str]) -> dict[str, str]:
    """What `digest_texts` wrote: digest of a sheet's name → digest of the sheet; empty where nothing was written."""
    whole = _whole(_DIGESTS, texts)
    return {whole[n : n + 8]: whole[n + 8 : n + 20] for n in range(0, len(whole) - 19, 20)}


def extra_texts(found: Collection[str]) -> dict[str, str]:
    """Digests (8 hex digits each) of what a workbook has beside its cells, as `extras` gives it, as properties."""
    return _chunks(_EXTRAS, "".join(sorted(map(short_name, found))))


def extras_from(texts: Mapping[str, str]) -> frozenset[str]:
    """What `extra_texts` wrote."""
    whole = _whole(_EXTRAS, texts)
    return frozenset(whole[n : n + 8] for n in range(0, len(whole) - 7, 8))


def _chunks(name: str, whole: str) -> dict[str, str]:
    """A long text as several document properties."""
    return {f"{name}{n // _CHUNK}": whole[n : n + _CHUNK] for n in range(0, len(whole), _CHUNK)}


def _whole(name: str, texts: Mapping[str, str]) -> str:
    parts = {key: text for key, text in texts.items() if re.fullmatch(rf"{re.escape(name)}\d+", key)}
    return "".join(parts[key] for key in sorted(parts, key=lambda key: int(key.removeprefix(name))))


def extras(workbook: Workbook, owned: OwnedParts) -> Extras:
    """What the client's workbook has beside the cells of its sheets: what it is → (sheet or "", cell or "", text).

    Comments, text boxes, drawings by number, headers and footers, chart sheets, defined names.
    """
    found: Extras = {}
    for name in client_sheets(workbook, owned):
        for text, ref in notes_on(workbook, name).items():
            found[f"{name} {text}"] = (name, ref, text)
        for number in range(_drawn(workbook, name)):
            found[f"{name} drawing {number}"] = (name, "", "")
        margins = workbook.parts.tree(workbook.sheet(name).part).find(workbook.tag("headerFooter"))
        text = "" if margins is None else _WHITE.sub("", "".join(str(part) for part in margins.itertext()))
        if text:
            found[f"{name} margins {text}"] = (name, "", text)
    found |= {f"tab {sheet.name}": (sheet.name, "", "") for sheet in workbook.sheets if sheet.kind == "chartsheet"}
    for element in workbook.names():
        name = element.get("name", "")
        if not name.startswith(("_riskbook.", "_xlnm.", "_xl")) and element.get("localSheetId") is None:
            found[f"name {name}"] = ("", "", f"{name} = {element.text or ''}")
    return found


def _drawn(workbook: Workbook, name: str) -> int:
    """The number of charts, pictures and shapes on a sheet."""
    drawings = workbook.parts.all_related(workbook.sheet(name).part, "drawing")
    anchors = ("{*}twoCellAnchor", "{*}oneCellAnchor")
    return sum(1 for part in drawings for _ in workbook.parts.tree(part).iter(*anchors))


def by_short_name(found: Mapping[str, str]) -> dict[str, str]:
    """The digests of sheets by the digest of their name, as `digests_from` gives them."""
    return {short_name(name): digest for name, digest in found.items()}


def short_name(name: str) -> str:
    """A digest (8 hex digits) of the name of a sheet."""
    return sha256(name.encode("utf-8", "surrogatepass"))[:8]


# --- the seal: whether a file is byte for byte as riskbook wrote it ---


def seal(workbook: Workbook) -> None:
    """Writes a digest of all other parts into riskbook's document properties; nothing may be changed after that."""
    set_properties(workbook, {SEAL: ""})  # so that content types and relationships are final
    set_properties(workbook, {SEAL: _seal_of(workbook)})


def is_sealed(workbook: Workbook, properties: Mapping[str, str]) -> bool:
    """Whether no program has saved the workbook since riskbook wrote it; `properties`: riskbook's."""
    return bool(properties.get(SEAL)) and properties[SEAL] == _seal_of(workbook)


def _seal_of(workbook: Workbook) -> str:
    holder = properties_part(workbook)
    lines = (f"{name} {workbook.parts.checksum(name)}" for name in sorted(workbook.parts.names) if name != holder)
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass"))[:32]
