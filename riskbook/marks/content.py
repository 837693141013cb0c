"""What the client's own sheets hold: digests by which a later run knows whether people changed it, and differences."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from riskbook.marks.ownership import properties_part, set_properties
from riskbook.model import OwnedParts, sha256
from riskbook.opc.parts import Element
from riskbook.opc.texts import cell_text
from riskbook.opc.workbook import Workbook
from riskbook.opc.worksheet import Worksheet

FORMULA = "="  # stands for any formula: programs write the same formula in different ways
_CHUNK = 240  # characters of a document property
_DIGESTS, SEAL = "client.", "seal"
_WHITE = re.compile(r"\s+")

Cells = dict[tuple[int, int], str]


def client_sheets(workbook: Workbook, owned: OwnedParts) -> list[str]:
    """The tabs that are not riskbook's: the client's, and those that people added."""
    return [sheet.name for sheet in workbook.sheets if sheet.kind == "worksheet" and sheet.name not in owned.sheets]


def client_cells(workbook: Workbook, owned: OwnedParts, name: str) -> Cells:
    """What people typed on one sheet: (row, column) → text in a form that no saving program changes; no result columns.

    A formula counts as "=", whatever it gives.
    """
    sheet = Worksheet(workbook, name)
    areas = [area for _, area in owned.columns.get(name, ())]
    cells: Cells = {}
    for row in sheet.rows:
        for column, cell in sheet.cells(row):
            if len(cell) and not any(area.holds(row, column) for area in areas):
                value = value_of(workbook, cell)
                if value:
                    cells[row, column] = value
    return cells


def value_of(workbook: Workbook, cell: Element) -> str:
    """The content of a cell as text that no saving program changes; "=" for a formula, "" for none."""
    if cell.find(workbook.tag("f")) is not None:
        return FORMULA
    text = cell_text(workbook, cell)
    if text is not None:
        return normal_text(text)
    value = cell.findtext(workbook.tag("v"), "")
    return normal_number(value) if cell.get("t", "n") == "n" else value


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
    for relationship in workbook.parts.relationships(workbook.sheet(name).part):
        if not relationship.part or not workbook.parts.has(relationship.part):
            continue
        if relationship.kind == "comments":
            for comment in workbook.parts.tree(relationship.part).iter(workbook.tag("comment")):
                found.setdefault(_joined(comment, workbook.tag("t")), comment.get("ref", ""))
        elif relationship.kind == "drawing":
            found.setdefault(_joined(workbook.parts.tree(relationship.part), "{*}t"), "")
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
    whole = "".join(short_name(name) + digest for name, digest in found.items())
    return {f"{_DIGESTS}{n // _CHUNK}": whole[n : n + _CHUNK] for n in range(0, len(whole), _CHUNK)}


def digests_from(texts: Mapping[str, str]) -> dict[str, str]:
    """What `digest_texts` wrote: digest of a sheet's name → digest of the sheet; empty where nothing was written."""
    parts = {name: text for name, text in texts.items() if re.fullmatch(rf"{re.escape(_DIGESTS)}\d+", name)}
    whole = "".join(parts[name] for name in sorted(parts, key=lambda name: int(name.removeprefix(_DIGESTS))))
    return {whole[n : n + 8]: whole[n + 8 : n + 20] for n in range(0, len(whole) - 19, 20)}


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
